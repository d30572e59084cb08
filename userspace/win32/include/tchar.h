/* SPDX-License-Identifier: GPL-2.0 */
/* Names that are those of char or of wide characters, as _UNICODE says. */
#ifndef NTIO_WIN32_TCHAR_H
#define NTIO_WIN32_TCHAR_H

#include <crt.h>

#if defined(_UNICODE) && !defined(UNICODE)
#error "_UNICODE without UNICODE"
#endif

#ifdef UNICODE
#define __T(text) L##text
#define _TCHAR WCHAR
#define _tmain wmain
#define _tprintf wprintf
#define _ftprintf fwprintf
#define _vtprintf vwprintf
#define _stprintf_s swprintf_s
#define _sntprintf _snwprintf
#define _putts _putws
#define _tcslen wcslen
#define _tcsnlen wcsnlen
#define _tcscmp wcscmp
#define _tcsncmp wcsncmp
#define _tcsicmp _wcsicmp
#define _tcsnicmp _wcsnicmp
#define _tcscpy wcscpy
#define _tcscpy_s wcscpy_s
#define _tcsncpy wcsncpy
#define _tcsncpy_s wcsncpy_s
#define _tcscat wcscat
#define _tcscat_s wcscat_s
#define _tcschr wcschr
#define _tcsrchr wcsrchr
#define _tcsstr wcsstr
#define _tcsdup _wcsdup
#define _ttoi _wtoi
#define _tstoi _wtoi
#define _ttoi64 _wtoi64
#define _tcstoul wcstoul
#else
#define __T(text) text
#define _TCHAR char
#define _tmain main
#define _tprintf printf
#define _ftprintf fprintf
#define _vtprintf vprintf
#define _stprintf_s sprintf_s
#define _sntprintf _snprintf
#define _putts puts
#define _tcslen strlen
#define _tcsnlen strnlen
#define _tcscmp strcmp
#define _tcsncmp strncmp
#define _tcsicmp _stricmp
#define _tcsnicmp _strnicmp
#define _tcscpy strcpy
#define _tcscpy_s strcpy_s
#define _tcsncpy strncpy
#define _tcsncpy_s strncpy_s
#define _tcscat strcat
#define _tcscat_s strcat_s
#define _tcschr strchr
#define _tcsrchr strrchr
#define _tcsstr strstr
#define _tcsdup _strdup
#define _ttoi atoi
#define _tstoi atoi
#define _ttoi64 _atoi64
#define _tcstoul strtoul
#endif
#define _T(text) __T(text)
#define _TEXT(text) __T(text)

#endif
