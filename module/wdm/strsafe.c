// SPDX-License-Identifier: GPL-2.0
/* Strings ended by a zero that never leave their buffers (ntstrsafe.h). */
#include "layer.h"

#include "include/ntstrsafe.h"

/* Longest text of a format, which is made apart. */
#define WDM_FORMAT_MAX 4096

static NTSTATUS wdm_size_ok(SIZE_T size)
{
	return size && size <= NTSTRSAFE_MAX_CCH ? NT(SUCCESS) :
						   NT(INVALID_PARAMETER);
}

NTSTATUS RtlStringCchLengthA(PCSTR s, SIZE_T max, SIZE_T *length)
{
	size_t len = s ? strnlen(s, max) : max;

	if (length)
		*length = len < max ? len : 0;
	return len < max ? NT(SUCCESS) : NT(INVALID_PARAMETER);
}
EXPORT_SYMBOL_GPL(RtlStringCchLengthA);

NTSTATUS RtlStringCchLengthW(PCWSTR s, SIZE_T max, SIZE_T *length)
{
	size_t len = 0;

	while (s && len < max && s[len])
		len++;
	if (!s)
		len = max;
	if (length)
		*length = len < max ? len : 0;
	return len < max ? NT(SUCCESS) : NT(INVALID_PARAMETER);
}
EXPORT_SYMBOL_GPL(RtlStringCchLengthW);

NTSTATUS RtlStringCbLengthW(PCWSTR s, SIZE_T max, SIZE_T *length)
{
	NTSTATUS status = RtlStringCchLengthW(s, max / sizeof(WCHAR), length);

	if (length)
		*length *= sizeof(WCHAR);
	return status;
}
EXPORT_SYMBOL_GPL(RtlStringCbLengthW);

/* What does not fit is cut. */
NTSTATUS RtlStringCchCopyNA(PSTR to, SIZE_T size, PCSTR from, SIZE_T max)
{
	NTSTATUS status = wdm_size_ok(size);
	size_t len;

	if (!NT_SUCCESS(status))
		return status;
	len = strnlen(from, max);
	if (len >= size)
		status = NT(BUFFER_OVERFLOW);
	len = min(len, size - 1);
	memcpy(to, from, len);
	to[len] = 0;
	return status;
}
EXPORT_SYMBOL_GPL(RtlStringCchCopyNA);

NTSTATUS RtlStringCchCopyNW(PWSTR to, SIZE_T size, PCWSTR from, SIZE_T max)
{
	NTSTATUS status = wdm_size_ok(size);
	size_t len = 0;

	if (!NT_SUCCESS(status))
		return status;
	for (; len < size - 1 && len < max && from[len]; len++)
		to[len] = from[len];
	if (len < max && from[len])
		status = NT(BUFFER_OVERFLOW);
	to[len] = 0;
	return status;
}
EXPORT_SYMBOL_GPL(RtlStringCchCopyNW);

NTSTATUS RtlStringCchCatNA(PSTR to, SIZE_T size, PCSTR from, SIZE_T max)
{
	SIZE_T len;
	NTSTATUS status = RtlStringCchLengthA(to, size, &len);

	return NT_SUCCESS(status) ?
	       RtlStringCchCopyNA(to + len, size - len, from, max) : status;
}
EXPORT_SYMBOL_GPL(RtlStringCchCatNA);

NTSTATUS RtlStringCchCatNW(PWSTR to, SIZE_T size, PCWSTR from, SIZE_T max)
{
	SIZE_T len;
	NTSTATUS status = RtlStringCchLengthW(to, size, &len);

	return NT_SUCCESS(status) ?
	       RtlStringCchCopyNW(to + len, size - len, from, max) : status;
}
EXPORT_SYMBOL_GPL(RtlStringCchCatNW);

NTSTATUS RtlStringCchVPrintfA(PSTR to, SIZE_T size, PCSTR format,
			      va_list arguments)
{
	NTSTATUS status = wdm_size_ok(size);
	va_list args;
	size_t len;

	if (!NT_SUCCESS(status))
		return status;
	va_copy(args, arguments);
	len = wdm_vformat(to, size - 1, format, &args, false);
	va_end(args);
	to[min(len, size - 1)] = 0;
	return len < size ? NT(SUCCESS) : NT(BUFFER_OVERFLOW);
}
EXPORT_SYMBOL_GPL(RtlStringCchVPrintfA);

/* @to has no zero at its end after. Return: as wdm_vformat(), in characters. */
static NTSTATUS wdm_wide_format(WCHAR *to, size_t size, PCWSTR format,
				va_list *args, size_t *count)
{
	size_t length = wcslen(format), room = length * 3 + 1, len;
	char *narrow = kmalloc(room + WDM_FORMAT_MAX, wdm_gfp());

	if (!narrow)
		return NT(NO_MEMORY);
	wdm_utf8(narrow, room, format, length);
	len = wdm_vformat(narrow + room, WDM_FORMAT_MAX, narrow, args, true);
	*count = wdm_utf16(to, size, narrow + room,
			   min_t(size_t, len, WDM_FORMAT_MAX));
	kfree(narrow);
	return NT(SUCCESS);
}

NTSTATUS RtlStringCchVPrintfW(PWSTR to, SIZE_T size, PCWSTR format,
			      va_list arguments)
{
	NTSTATUS status = wdm_size_ok(size);
	size_t count;
	va_list args;

	if (!NT_SUCCESS(status))
		return status;
	va_copy(args, arguments);
	status = wdm_wide_format(to, size - 1, format, &args, &count);
	va_end(args);
	if (!NT_SUCCESS(status))
		return status;
	to[min(count, size - 1)] = 0;
	return count < size ? NT(SUCCESS) : NT(BUFFER_OVERFLOW);
}
EXPORT_SYMBOL_GPL(RtlStringCchVPrintfW);

NTSTATUS RtlStringCchPrintfA(PSTR to, SIZE_T size, PCSTR format, ...)
{
	NTSTATUS status;
	va_list args;

	va_start(args, format);
	status = RtlStringCchVPrintfA(to, size, format, args);
	va_end(args);
	return status;
}
EXPORT_SYMBOL_GPL(RtlStringCchPrintfA);

NTSTATUS RtlStringCchPrintfW(PWSTR to, SIZE_T size, PCWSTR format, ...)
{
	NTSTATUS status;
	va_list args;

	va_start(args, format);
	status = RtlStringCchVPrintfW(to, size, format, args);
	va_end(args);
	return status;
}
EXPORT_SYMBOL_GPL(RtlStringCchPrintfW);

NTSTATUS RtlStringCbPrintfW(PWSTR to, SIZE_T size, PCWSTR format, ...)
{
	NTSTATUS status;
	va_list args;

	va_start(args, format);
	status = RtlStringCchVPrintfW(to, size / sizeof(WCHAR), format, args);
	va_end(args);
	return status;
}
EXPORT_SYMBOL_GPL(RtlStringCbPrintfW);

/* --- counted -------------------------------------------------------------- */

NTSTATUS RtlUnicodeStringPrintf(PUNICODE_STRING to, PCWSTR format, ...)
{
	size_t room = to->MaximumLength / sizeof(WCHAR), count;
	NTSTATUS status;
	va_list args;

	va_start(args, format);
	status = wdm_wide_format(to->Buffer, room, format, &args, &count);
	va_end(args);
	if (!NT_SUCCESS(status))
		return status;
	to->Length = min(count, room) * sizeof(WCHAR);
	return count <= room ? NT(SUCCESS) : NT(BUFFER_OVERFLOW);
}
EXPORT_SYMBOL_GPL(RtlUnicodeStringPrintf);

NTSTATUS RtlUnicodeStringCopy(PUNICODE_STRING to, PCUNICODE_STRING from)
{
	bool fits = from->Length <= to->MaximumLength;

	RtlCopyUnicodeString(to, from);
	return fits ? NT(SUCCESS) : NT(BUFFER_OVERFLOW);
}
EXPORT_SYMBOL_GPL(RtlUnicodeStringCopy);

NTSTATUS RtlUnicodeStringCat(PUNICODE_STRING to, PCUNICODE_STRING from)
{
	UNICODE_STRING rest = {
		.MaximumLength = to->MaximumLength - to->Length,
		.Buffer = to->Buffer + to->Length / sizeof(WCHAR),
	};
	NTSTATUS status = RtlUnicodeStringCopy(&rest, from);

	to->Length += rest.Length;
	return status;
}
EXPORT_SYMBOL_GPL(RtlUnicodeStringCat);

NTSTATUS RtlUnicodeStringInit(PUNICODE_STRING to, PCWSTR from)
{
	return NT_SUCCESS(RtlInitUnicodeStringEx(to, from)) ?
	       NT(SUCCESS) : NT(INVALID_PARAMETER);
}
EXPORT_SYMBOL_GPL(RtlUnicodeStringInit);

NTSTATUS RtlUnicodeStringCopyString(PUNICODE_STRING to, PCWSTR from)
{
	UNICODE_STRING s;

	RtlInitUnicodeString(&s, from);
	return RtlUnicodeStringCopy(to, &s);
}
EXPORT_SYMBOL_GPL(RtlUnicodeStringCopyString);

NTSTATUS RtlUnicodeStringCatString(PUNICODE_STRING to, PCWSTR from)
{
	UNICODE_STRING s;

	RtlInitUnicodeString(&s, from);
	return RtlUnicodeStringCat(to, &s);
}
EXPORT_SYMBOL_GPL(RtlUnicodeStringCatString);
