// SPDX-License-Identifier: GPL-2.0
/*
 * A path of Windows becomes one of Linux: backslashes are slashes, a drive is
 * dropped, \\.\Name is /dev/ntio/Name with the case as given. A driver's file
 * name.sys that is not there is the module name.ko.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "path.h"

bool has_prefix(const char *name, const char *prefix)
{
	return !strncmp(name, prefix, strlen(prefix));
}

static bool is_drive(const char *name)
{
	return isalpha((unsigned char)name[0]) && name[1] == ':';
}

/* Behind \\.\, \\?\ and \??\; NULL: the name has none of them. */
static const char *device_part(const char *name)
{
	if (has_prefix(name, "\\\\.\\") || has_prefix(name, "\\\\?\\") ||
	    has_prefix(name, "\\??\\"))
		return name + 4;
	return NULL;
}

bool path_of(const char *name, char *path, size_t size)
{
	const char *part = device_part(name);
	char *at;

	if (part)
		name = part;
	if (part && !is_drive(part)) {
		if ((size_t)snprintf(path, size, "/dev/ntio/%s", part) >= size)
			return false;
	} else {
		if (is_drive(name))
			name += 2;
		if (strlen(name) >= size)
			return false;
		strcpy(path, name);
	}
	for (at = path; *at; at++)
		if (*at == '\\')
			*at = '/';
	return true;
}

bool is_bad_device(const char *name)
{
	const char *part = device_part(name);

	return part && !is_drive(part) && (!*part || strpbrk(part, "\\/"));
}

void prefer_module(char *path)
{
	size_t len = strlen(path);

	if (len < 4 || strcasecmp(path + len - 4, ".sys") ||
	    !access(path, F_OK))
		return;
	strcpy(path + len - 4, ".ko");
	if (access(path, F_OK))
		strcpy(path + len - 4, ".sys");
}
