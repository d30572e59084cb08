/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NTIO_WIN32_NARROW_H
#define NTIO_WIN32_NARROW_H

#include <windows.h>

/* In memory of its own, or NULL and the last error. */
char *narrow(LPCWSTR text);

#endif
