// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <stddef.h>
#include <string.h>

#include "spelling.h"

static char plain(char c)
{
	return c == '-' ? '_' : toupper((unsigned char)c);
}

bool same_name(const char *typed, const char *name)
{
	for (; *typed && *name; typed++, name++)
		if (plain(*typed) != plain(*name))
			return false;
	return *typed == *name;
}

bool same_name_or_rest(const char *typed, const char *name,
		       const char *prefix)
{
	size_t len = strlen(prefix);

	return same_name(typed, name) ||
	       (!strncmp(name, prefix, len) && same_name(typed, name + len));
}
