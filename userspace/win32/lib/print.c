// SPDX-License-Identifier: GPL-2.0
/* The functions that print, on format_text(). */
#include "error.h"
#include "format.h"
#include "narrow.h"

static int print_file(FILE *to, const void *format, bool wide, va_list *args)
{
	size_t len;
	char *text = format_text(format, wide, args, &len);

	if (!text)
		return -1;
	if (fwrite(text, 1, len, to) != len)
		len = -1;
	free(text);
	return len;
}

/* What snprintf() returns: the length without regard to the room. */
static int print_narrow(char *to, size_t size, const char *format,
			va_list *args)
{
	size_t len;
	char *text = format_text(format, false, args, &len);

	if (!text)
		return -1;
	copy_narrow(to, size, text, len);
	free(text);
	return len;
}

static int print_wide(WCHAR *to, size_t size, const WCHAR *format,
		      va_list *args)
{
	size_t len;
	char *text = format_text(format, true, args, &len);

	if (!text)
		return -1;
	len = copy_wide(to, size, text);
	free(text);
	return len;
}

/* @call uses args; its result is the function's. */
#define WITH_ARGS(call) do {						\
	va_list args;							\
	int rc;								\
									\
	va_start(args, format);						\
	rc = call;							\
	va_end(args);							\
	return rc;							\
} while (0)

#define WITH_COPY(call) do {						\
	va_list args;							\
	int rc;								\
									\
	va_copy(args, arguments);					\
	rc = call;							\
	va_end(args);							\
	return rc;							\
} while (0)

int ntio_win32_vfprintf(FILE *to, const char *format, va_list arguments)
{
	WITH_COPY(print_file(to, format, false, &args));
}

int ntio_win32_fprintf(FILE *to, const char *format, ...)
{
	WITH_ARGS(print_file(to, format, false, &args));
}

int ntio_win32_printf(const char *format, ...)
{
	WITH_ARGS(print_file(stdout, format, false, &args));
}

int printf_s(const char *format, ...)
{
	WITH_ARGS(print_file(stdout, format, false, &args));
}

int ntio_win32_vprintf(const char *format, va_list arguments)
{
	WITH_COPY(print_file(stdout, format, false, &args));
}

int ntio_win32_sprintf(char *to, const char *format, ...)
{
	WITH_ARGS(print_narrow(to, INT32_MAX, format, &args));
}

int ntio_win32_vsprintf(char *to, const char *format, va_list arguments)
{
	WITH_COPY(print_narrow(to, INT32_MAX, format, &args));
}

int ntio_win32_snprintf(char *to, size_t size, const char *format, ...)
{
	WITH_ARGS(print_narrow(to, size, format, &args));
}

int ntio_win32_vsnprintf(char *to, size_t size, const char *format,
			 va_list arguments)
{
	WITH_COPY(print_narrow(to, size, format, &args));
}

int ntio_win32_wprintf(const WCHAR *format, ...)
{
	WITH_ARGS(print_file(stdout, format, true, &args));
}

int ntio_win32_fwprintf(FILE *to, const WCHAR *format, ...)
{
	WITH_ARGS(print_file(to, format, true, &args));
}

int ntio_win32_vwprintf(const WCHAR *format, va_list arguments)
{
	WITH_COPY(print_file(stdout, format, true, &args));
}

int ntio_win32_vfwprintf(FILE *to, const WCHAR *format, va_list arguments)
{
	WITH_COPY(print_file(to, format, true, &args));
}

int ntio_win32_putws(const WCHAR *text)
{
	char *plain = narrow(text);
	int rc = plain ? puts(plain) : EOF;

	free(plain);
	return rc;
}

/* What does not fit is an error of the functions that end in _s. */
static int narrow_or_fail(char *to, size_t size, const char *format,
			  va_list *args)
{
	int len = print_narrow(to, size, format, args);

	if (len >= 0 && (size_t)len < size)
		return len;
	if (size)
		*to = 0;
	errno = ERANGE;
	return -1;
}

static int wide_or_fail(WCHAR *to, size_t size, const WCHAR *format,
			va_list *args)
{
	int len = print_wide(to, size, format, args);

	if (len >= 0 && (size_t)len < size)
		return len;
	if (size)
		*to = 0;
	errno = ERANGE;
	return -1;
}

int sprintf_s(char *to, size_t size, const char *format, ...)
{
	WITH_ARGS(narrow_or_fail(to, size, format, &args));
}

int vsprintf_s(char *to, size_t size, const char *format, va_list arguments)
{
	WITH_COPY(narrow_or_fail(to, size, format, &args));
}

int swprintf_s(WCHAR *to, size_t size, const WCHAR *format, ...)
{
	WITH_ARGS(wide_or_fail(to, size, format, &args));
}

int ntio_win32_swprintf(WCHAR *to, size_t size, const WCHAR *format, ...)
{
	WITH_ARGS(wide_or_fail(to, size, format, &args));
}

int ntio_win32_vswprintf(WCHAR *to, size_t size, const WCHAR *format,
			 va_list arguments)
{
	WITH_COPY(wide_or_fail(to, size, format, &args));
}

/* As much as there is room for, with an end only where it fits; or -1. */
static int narrow_part(char *to, size_t size, const char *format,
		       va_list *args)
{
	size_t len;
	char *text = format_text(format, false, args, &len);

	if (!text)
		return -1;
	memcpy(to, text, len < size ? len + 1 : size);
	free(text);
	return len > size ? -1 : (int)len;
}

int _snprintf(char *to, size_t size, const char *format, ...)
{
	WITH_ARGS(narrow_part(to, size, format, &args));
}

int _vsnprintf(char *to, size_t size, const char *format, va_list arguments)
{
	WITH_COPY(narrow_part(to, size, format, &args));
}

static int narrow_most(char *to, size_t size, size_t most, const char *format,
		       va_list *args)
{
	size_t room = most < size ? most + 1 : size;
	int len = print_narrow(to, room, format, args);

	return len < 0 || (size_t)len >= room ? -1 : len;
}

int _snprintf_s(char *to, size_t size, size_t most, const char *format, ...)
{
	WITH_ARGS(narrow_most(to, size, most, format, &args));
}

int _snwprintf(WCHAR *to, size_t size, const WCHAR *format, ...)
{
	WITH_ARGS(print_wide(to, size, format, &args));
}

int _vscprintf(const char *format, va_list arguments)
{
	WITH_COPY(print_narrow(NULL, 0, format, &args));
}

int _scprintf(const char *format, ...)
{
	WITH_ARGS(print_narrow(NULL, 0, format, &args));
}

/* --- strsafe.h, where the size is in characters or, of Cb, in bytes -------------- */

#include <strsafe.h>

static HRESULT safe_result(int len, size_t size)
{
	return len >= 0 && (size_t)len < size ? S_OK :
						STRSAFE_E_INSUFFICIENT_BUFFER;
}

static bool safe_size(size_t size)
{
	return size && size <= STRSAFE_MAX_CCH;
}

static HRESULT safe_copy(char *to, size_t size, const char *from, size_t most)
{
	size_t len = strnlen(from, most);

	if (!safe_size(size))
		return STRSAFE_E_INVALID_PARAMETER;
	return safe_result(copy_narrow(to, size, from, len), size);
}

static HRESULT safe_copy_wide(WCHAR *to, size_t size, const WCHAR *from,
			      size_t most)
{
	size_t len = ntio_win32_wcsnlen(from, most), part;

	if (!safe_size(size))
		return STRSAFE_E_INVALID_PARAMETER;
	part = len < size ? len : size - 1;
	memcpy(to, from, part * sizeof(*to));
	to[part] = 0;
	return safe_result(len, size);
}

static HRESULT safe_print(char *to, size_t size, const char *format,
			  va_list *args)
{
	if (!safe_size(size))
		return STRSAFE_E_INVALID_PARAMETER;
	return safe_result(print_narrow(to, size, format, args), size);
}

static HRESULT safe_print_wide(WCHAR *to, size_t size, const WCHAR *format,
			       va_list *args)
{
	if (!safe_size(size))
		return STRSAFE_E_INVALID_PARAMETER;
	return safe_result(print_wide(to, size, format, args), size);
}

static HRESULT safe_length(size_t len, size_t most, size_t *to, size_t unit)
{
	if (to)
		*to = len < most ? len * unit : 0;
	return len < most ? S_OK : STRSAFE_E_INVALID_PARAMETER;
}

/* Of one unit: how many bytes are a wide character, and what is a length in. */
#define SAFE(unit, wide)						\
HRESULT String##unit##CopyA(LPSTR to, size_t size, LPCSTR from)		\
{									\
	return safe_copy(to, size, from, STRSAFE_MAX_CCH);		\
}									\
HRESULT String##unit##CopyW(LPWSTR to, size_t size, LPCWSTR from)	\
{									\
	return safe_copy_wide(to, size / (wide), from, STRSAFE_MAX_CCH);	\
}									\
HRESULT String##unit##CopyNA(LPSTR to, size_t size, LPCSTR from,	\
			     size_t most)				\
{									\
	return safe_copy(to, size, from, most);				\
}									\
HRESULT String##unit##CopyNW(LPWSTR to, size_t size, LPCWSTR from,	\
			     size_t most)				\
{									\
	return safe_copy_wide(to, size / (wide), from, most / (wide));	\
}									\
HRESULT String##unit##CatA(LPSTR to, size_t size, LPCSTR from)		\
{									\
	size_t len = strnlen(to, size);					\
									\
	return safe_copy(to + len, size - len, from, STRSAFE_MAX_CCH);	\
}									\
HRESULT String##unit##CatW(LPWSTR to, size_t size, LPCWSTR from)	\
{									\
	size_t len = ntio_win32_wcsnlen(to, size / (wide));		\
									\
	return safe_copy_wide(to + len, size / (wide) - len, from,	\
			      STRSAFE_MAX_CCH);				\
}									\
HRESULT String##unit##LengthA(LPCSTR text, size_t most, size_t *len)	\
{									\
	return text ? safe_length(strnlen(text, most), most, len, 1) :	\
		      STRSAFE_E_INVALID_PARAMETER;			\
}									\
HRESULT String##unit##LengthW(LPCWSTR text, size_t most, size_t *len)	\
{									\
	return text ? safe_length(ntio_win32_wcsnlen(text, most / (wide)),	\
				  most / (wide), len, wide) :		\
		      STRSAFE_E_INVALID_PARAMETER;			\
}									\
HRESULT String##unit##PrintfA(LPSTR to, size_t size, LPCSTR format, ...)	\
{									\
	WITH_ARGS(safe_print(to, size, format, &args));			\
}									\
HRESULT String##unit##PrintfW(LPWSTR to, size_t size, LPCWSTR format, ...)	\
{									\
	WITH_ARGS(safe_print_wide(to, size / (wide), format, &args));	\
}									\
HRESULT String##unit##VPrintfA(LPSTR to, size_t size, LPCSTR format,	\
			       va_list arguments)			\
{									\
	WITH_COPY(safe_print(to, size, format, &args));			\
}									\
HRESULT String##unit##VPrintfW(LPWSTR to, size_t size, LPCWSTR format,	\
			       va_list arguments)			\
{									\
	WITH_COPY(safe_print_wide(to, size / (wide), format, &args));	\
}

SAFE(Cb, sizeof(WCHAR))
SAFE(Cch, 1)
