/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Microsoft's C run time, as far as it is not everybody's: text that is printed
 * has its conversions (%I64d, %S, %ls with 16 bits, %ld with 32), and functions
 * whose names begin with an underscore or end in _s.
 */
#ifndef NTIO_WIN32_CRT_H
#define NTIO_WIN32_CRT_H

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#include <windef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define _TRUNCATE ((size_t)-1)

int ntio_win32_vfprintf(FILE *to, const char *format, va_list arguments);
int ntio_win32_fprintf(FILE *to, const char *format, ...);
int ntio_win32_printf(const char *format, ...);
int ntio_win32_vprintf(const char *format, va_list arguments);
int ntio_win32_sprintf(char *to, const char *format, ...);
int ntio_win32_vsprintf(char *to, const char *format, va_list arguments);
int ntio_win32_snprintf(char *to, size_t size, const char *format, ...);
int ntio_win32_vsnprintf(char *to, size_t size, const char *format,
			 va_list arguments);
int ntio_win32_wprintf(const WCHAR *format, ...);
int ntio_win32_fwprintf(FILE *to, const WCHAR *format, ...);
int ntio_win32_vwprintf(const WCHAR *format, va_list arguments);
int ntio_win32_vfwprintf(FILE *to, const WCHAR *format, va_list arguments);
int ntio_win32_swprintf(WCHAR *to, size_t size, const WCHAR *format, ...);
int ntio_win32_vswprintf(WCHAR *to, size_t size, const WCHAR *format,
			 va_list arguments);
int ntio_win32_putws(const WCHAR *text);

int ntio_win32_sscanf(const char *text, const char *format, ...);
int ntio_win32_scanf(const char *format, ...);
int ntio_win32_fscanf(FILE *from, const char *format, ...);

/* These fail where there is no room, with -1, an empty string and ERANGE. */
int sprintf_s(char *to, size_t size, const char *format, ...);
int vsprintf_s(char *to, size_t size, const char *format, va_list arguments);
int swprintf_s(WCHAR *to, size_t size, const WCHAR *format, ...);
int _snprintf(char *to, size_t size, const char *format, ...);
int _vsnprintf(char *to, size_t size, const char *format, va_list arguments);
int _snprintf_s(char *to, size_t size, size_t most, const char *format, ...);
int _snwprintf(WCHAR *to, size_t size, const WCHAR *format, ...);
int _vscprintf(const char *format, va_list arguments);
int _scprintf(const char *format, ...);
int sscanf_s(const char *text, const char *format, ...);
int scanf_s(const char *format, ...);
int fscanf_s(FILE *from, const char *format, ...);
int printf_s(const char *format, ...);
char *gets_s(char *to, size_t size);
errno_t fopen_s(FILE **file, const char *name, const char *mode);

errno_t strcpy_s(char *to, size_t size, const char *from);
errno_t strcat_s(char *to, size_t size, const char *from);
errno_t strncpy_s(char *to, size_t size, const char *from, size_t most);
errno_t strncat_s(char *to, size_t size, const char *from, size_t most);
size_t strnlen_s(const char *text, size_t most);
errno_t memcpy_s(void *to, size_t size, const void *from, size_t count);
errno_t wcscpy_s(WCHAR *to, size_t size, const WCHAR *from);
errno_t wcscat_s(WCHAR *to, size_t size, const WCHAR *from);
errno_t wcsncpy_s(WCHAR *to, size_t size, const WCHAR *from, size_t most);
int _stricmp(const char *a, const char *b);
int _strnicmp(const char *a, const char *b, size_t most);
char *_strdup(const char *text);
char *_strlwr(char *text);
char *_strupr(char *text);
int _wcsicmp(const WCHAR *a, const WCHAR *b);
int _wcsnicmp(const WCHAR *a, const WCHAR *b, size_t most);
WCHAR *_wcsdup(const WCHAR *text);
int _wtoi(const WCHAR *text);
long long _wtoi64(const WCHAR *text);
long long _atoi64(const char *text);
unsigned long long _strtoui64(const char *text, char **end, int base);
int _fileno(FILE *file);

size_t ntio_win32_wcslen(const WCHAR *text);
size_t ntio_win32_wcsnlen(const WCHAR *text, size_t most);
int ntio_win32_wcscmp(const WCHAR *a, const WCHAR *b);
int ntio_win32_wcsncmp(const WCHAR *a, const WCHAR *b, size_t most);
WCHAR *ntio_win32_wcscpy(WCHAR *to, const WCHAR *from);
WCHAR *ntio_win32_wcsncpy(WCHAR *to, const WCHAR *from, size_t most);
WCHAR *ntio_win32_wcscat(WCHAR *to, const WCHAR *from);
WCHAR *ntio_win32_wcschr(const WCHAR *text, WCHAR character);
WCHAR *ntio_win32_wcsrchr(const WCHAR *text, WCHAR character);
WCHAR *ntio_win32_wcsstr(const WCHAR *text, const WCHAR *what);
unsigned int ntio_win32_wcstoul(const WCHAR *text, WCHAR **end, int base);

#ifndef NTIO_WIN32_LIBRARY
#undef printf
#undef fprintf
#undef sprintf
#undef snprintf
#undef vprintf
#undef vfprintf
#undef vsprintf
#undef vsnprintf
#undef sscanf
#undef scanf
#undef fscanf
#define printf ntio_win32_printf
#define fprintf ntio_win32_fprintf
#define sprintf ntio_win32_sprintf
#define snprintf ntio_win32_snprintf
#define vprintf ntio_win32_vprintf
#define vfprintf ntio_win32_vfprintf
#define vsprintf ntio_win32_vsprintf
#define vsnprintf ntio_win32_vsnprintf
#define sscanf ntio_win32_sscanf
#define scanf ntio_win32_scanf
#define fscanf ntio_win32_fscanf
/* Always of 16 bits, whatever the compiler's wide characters have. */
#define wprintf ntio_win32_wprintf
#define fwprintf ntio_win32_fwprintf
#define vwprintf ntio_win32_vwprintf
#define vfwprintf ntio_win32_vfwprintf
#define swprintf ntio_win32_swprintf
#define vswprintf ntio_win32_vswprintf
#define _putws ntio_win32_putws
#define wcslen ntio_win32_wcslen
#define wcsnlen ntio_win32_wcsnlen
#define wcscmp ntio_win32_wcscmp
#define wcsncmp ntio_win32_wcsncmp
#define wcscpy ntio_win32_wcscpy
#define wcsncpy ntio_win32_wcsncpy
#define wcscat ntio_win32_wcscat
#define wcschr ntio_win32_wcschr
#define wcsrchr ntio_win32_wcsrchr
#define wcsstr ntio_win32_wcsstr
#define wcstoul ntio_win32_wcstoul
#endif

#ifdef __cplusplus
}
#endif

#endif
