/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NTIO_WIN32_FORMAT_H
#define NTIO_WIN32_FORMAT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <windows.h>

/* printf() of Microsoft, as UTF-8 in memory of its own; NULL: no memory. */
char *format_text(const void *format, bool wide, va_list *arguments,
		  size_t *len);

/* Cut to @size with its end; what it would have taken without the end. */
size_t copy_narrow(char *to, size_t size, const char *text, size_t len);
size_t copy_wide(WCHAR *to, size_t size, const char *text);

#endif
