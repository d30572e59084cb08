/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Strings that are never longer than their buffer. %l means 32 bits in the
 * formats, as on Windows.
 */
#ifndef NTIO_WDM_NTSTRSAFE_H
#define NTIO_WDM_NTSTRSAFE_H

#include "wdm.h"

#define NTSTRSAFE_MAX_CCH 2147483647
#define NTSTRSAFE_UNICODE_STRING_MAX_CCH 32767

EXTERN_C_START

NTSTATUS RtlStringCchCopyNA(PSTR to, SIZE_T size, PCSTR from, SIZE_T max);
NTSTATUS RtlStringCchCopyNW(PWSTR to, SIZE_T size, PCWSTR from, SIZE_T max);
NTSTATUS RtlStringCchCatNA(PSTR to, SIZE_T size, PCSTR from, SIZE_T max);
NTSTATUS RtlStringCchCatNW(PWSTR to, SIZE_T size, PCWSTR from, SIZE_T max);
NTSTATUS RtlStringCchLengthA(PCSTR s, SIZE_T max, SIZE_T *length);
NTSTATUS RtlStringCchLengthW(PCWSTR s, SIZE_T max, SIZE_T *length);
NTSTATUS RtlStringCbLengthW(PCWSTR s, SIZE_T max, SIZE_T *length);
NTSTATUS RtlStringCchVPrintfA(PSTR to, SIZE_T size, PCSTR format, va_list args);
NTSTATUS RtlStringCchVPrintfW(PWSTR to, SIZE_T size, PCWSTR format,
			      va_list args);
NTSTATUS RtlStringCchPrintfA(PSTR to, SIZE_T size, PCSTR format, ...);
NTSTATUS RtlStringCchPrintfW(PWSTR to, SIZE_T size, PCWSTR format, ...);
NTSTATUS RtlStringCbPrintfW(PWSTR to, SIZE_T size, PCWSTR format, ...);
NTSTATUS RtlUnicodeStringPrintf(PUNICODE_STRING to, PCWSTR format, ...);
NTSTATUS RtlUnicodeStringCopy(PUNICODE_STRING to, PCUNICODE_STRING from);
NTSTATUS RtlUnicodeStringCopyString(PUNICODE_STRING to, PCWSTR from);
NTSTATUS RtlUnicodeStringCat(PUNICODE_STRING to, PCUNICODE_STRING from);
NTSTATUS RtlUnicodeStringCatString(PUNICODE_STRING to, PCWSTR from);
NTSTATUS RtlUnicodeStringInit(PUNICODE_STRING to, PCWSTR from);

EXTERN_C_END

#define RtlStringCchCopyA(to, size, from) \
	RtlStringCchCopyNA(to, size, from, NTSTRSAFE_MAX_CCH)
#define RtlStringCchCopyW(to, size, from) \
	RtlStringCchCopyNW(to, size, from, NTSTRSAFE_MAX_CCH)
#define RtlStringCchCatA(to, size, from) \
	RtlStringCchCatNA(to, size, from, NTSTRSAFE_MAX_CCH)
#define RtlStringCchCatW(to, size, from) \
	RtlStringCchCatNW(to, size, from, NTSTRSAFE_MAX_CCH)
#define RtlStringCbCopyA RtlStringCchCopyA
#define RtlStringCbCopyNA RtlStringCchCopyNA
#define RtlStringCbCopyW(to, size, from) RtlStringCchCopyW(to, (size) / 2, from)
#define RtlStringCbCopyNW(to, size, from, max) \
	RtlStringCchCopyNW(to, (size) / 2, from, (max) / 2)
#define RtlStringCbCatA RtlStringCchCatA
#define RtlStringCbCatW(to, size, from) RtlStringCchCatW(to, (size) / 2, from)
#define RtlStringCbLengthA RtlStringCchLengthA
#define RtlStringCbPrintfA RtlStringCchPrintfA
#define RtlStringCbVPrintfA RtlStringCchVPrintfA
#define RtlStringCbVPrintfW(to, size, format, args) \
	RtlStringCchVPrintfW(to, (size) / 2, format, args)

#endif
