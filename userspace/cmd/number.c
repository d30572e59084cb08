// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

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

bool parse_size(const char *text, uint32_t *size)
{
	static const char units[] = "KMG";
	const char *unit;
	int64_t value;
	char *end;

	errno = 0;
	value = strtoll(text, &end, 0);
	if (errno || end == text || value < 0 || value > UINT32_MAX)
		return false;
	unit = *end ? strchr(units, toupper((unsigned char)*end)) : NULL;
	if (unit) {
		value <<= 10 * (unit - units + 1);
		end++;
	}
	if (*end || value > UINT32_MAX)
		return false;
	*size = value;
	return true;
}
