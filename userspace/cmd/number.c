// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>

#include "number.h"

bool parse_number(const char *text, int64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoll(text, &end, 0);
	return !errno && end != text && !*end;
}

bool parse_u32(const char *text, uint32_t *number)
{
	int64_t value;

	if (!parse_number(text, &value) || value < 0 || value > UINT32_MAX)
		return false;
	*number = value;
	return true;
}
