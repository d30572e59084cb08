/* SPDX-License-Identifier: GPL-2.0 */
/* What drivers take from the C library's header of this name. */
#ifndef NTIO_WDM_STDARG_H
#define NTIO_WDM_STDARG_H

typedef __builtin_va_list va_list;
#ifndef va_start
#define va_start(v, l) __builtin_va_start(v, l)
#define va_end(v) __builtin_va_end(v)
#define va_arg(v, T) __builtin_va_arg(v, T)
#define va_copy(d, s) __builtin_va_copy(d, s)
#endif

#endif
