// SPDX-License-Identifier: GPL-2.0
#include <stddef.h>

#include "cmd.h"
#include "spelling.h"
#include "win32_error.h"

static const struct {
	uint32_t error;
	const char *name;
} errors[] = {
#define ERROR(number, name) { number, "ERROR_" #name },
#include "win32_errors.inc"
#undef ERROR
};

const char *win32_error_name(uint32_t error)
{
	for (size_t i = 0; i < ARRAY_SIZE(errors); i++)
		if (errors[i].error == error)
			return errors[i].name;
	return NULL;
}

bool win32_error_find(const char *name, uint32_t *error)
{
	for (size_t i = 0; i < ARRAY_SIZE(errors); i++)
		if (same_name(name, errors[i].name)) {
			*error = errors[i].error;
			return true;
		}
	return false;
}
