/* SPDX-License-Identifier: GPL-2.0 */
/* Win32 errors by name. */
#ifndef NTIO_CMD_WIN32_ERROR_H
#define NTIO_CMD_WIN32_ERROR_H

#include <stdbool.h>
#include <stdint.h>

/**
 * win32_error_name() - name of a Win32 error
 * @error: its number
 *
 * Return: such as "ERROR_NOACCESS", or NULL.
 */
const char *win32_error_name(uint32_t error);

/**
 * win32_error_find() - number of a Win32 error
 * @name: such as "ERROR_NOACCESS"; without regard to case, '-' for '_'
 * @error: filled in if there is one
 */
bool win32_error_find(const char *name, uint32_t *error);

#endif
