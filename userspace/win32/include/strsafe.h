/* SPDX-License-Identifier: GPL-2.0 */
/* Strings that end in their buffers: Cb counts bytes, Cch characters. */
#ifndef NTIO_WIN32_STRSAFE_H
#define NTIO_WIN32_STRSAFE_H

#include <windows.h>

#ifdef __cplusplus
extern "C" {
#endif

#define STRSAFE_MAX_CCH 2147483647
#define STRSAFE_E_INSUFFICIENT_BUFFER ((HRESULT)0x8007007au)
#define STRSAFE_E_INVALID_PARAMETER ((HRESULT)0x80070057u)
#define STRSAFE_E_END_OF_FILE ((HRESULT)0x80070026u)

#define NTIO_WIN32_STRSAFE(unit)                                             \
	HRESULT String##unit##CopyA(LPSTR to, size_t size, LPCSTR from);     \
	HRESULT String##unit##CopyW(LPWSTR to, size_t size, LPCWSTR from);   \
	HRESULT String##unit##CatA(LPSTR to, size_t size, LPCSTR from);      \
	HRESULT String##unit##CatW(LPWSTR to, size_t size, LPCWSTR from);    \
	HRESULT String##unit##CopyNA(LPSTR to, size_t size, LPCSTR from,     \
				     size_t most);                           \
	HRESULT String##unit##CopyNW(LPWSTR to, size_t size, LPCWSTR from,   \
				     size_t most);                           \
	HRESULT String##unit##LengthA(LPCSTR text, size_t most, size_t *len);\
	HRESULT String##unit##LengthW(LPCWSTR text, size_t most,             \
				      size_t *len);                          \
	HRESULT String##unit##PrintfA(LPSTR to, size_t size, LPCSTR format,  \
				      ...);                                  \
	HRESULT String##unit##PrintfW(LPWSTR to, size_t size,                \
				      LPCWSTR format, ...);                  \
	HRESULT String##unit##VPrintfA(LPSTR to, size_t size, LPCSTR format, \
				       va_list arguments);                   \
	HRESULT String##unit##VPrintfW(LPWSTR to, size_t size,               \
				       LPCWSTR format, va_list arguments);
NTIO_WIN32_STRSAFE(Cb)
NTIO_WIN32_STRSAFE(Cch)
#undef NTIO_WIN32_STRSAFE

#define StringCbCopy NTIO_WIN32_AW(StringCbCopy)
#define StringCbCat NTIO_WIN32_AW(StringCbCat)
#define StringCbCopyN NTIO_WIN32_AW(StringCbCopyN)
#define StringCbLength NTIO_WIN32_AW(StringCbLength)
#define StringCbPrintf NTIO_WIN32_AW(StringCbPrintf)
#define StringCbVPrintf NTIO_WIN32_AW(StringCbVPrintf)
#define StringCchCopy NTIO_WIN32_AW(StringCchCopy)
#define StringCchCat NTIO_WIN32_AW(StringCchCat)
#define StringCchCopyN NTIO_WIN32_AW(StringCchCopyN)
#define StringCchLength NTIO_WIN32_AW(StringCchLength)
#define StringCchPrintf NTIO_WIN32_AW(StringCchPrintf)
#define StringCchVPrintf NTIO_WIN32_AW(StringCchVPrintf)

#ifdef __cplusplus
}
#endif

#endif
