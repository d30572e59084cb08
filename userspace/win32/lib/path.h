/* SPDX-License-Identifier: GPL-2.0 */
/* Paths, as Windows has them and as Linux does. */
#ifndef NTIO_WIN32_PATH_H
#define NTIO_WIN32_PATH_H

#include <stdbool.h>
#include <stddef.h>

/* Of a path as Windows has it: '/' and no drive. False: too long. */
bool path_of(const char *name, char *path, size_t size);
/* The name of a device may not have more parts. */
bool is_bad_device(const char *name);
void prefer_module(char *path);
bool has_prefix(const char *name, const char *prefix);

#endif
