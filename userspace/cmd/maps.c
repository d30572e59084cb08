// SPDX-License-Identifier: GPL-2.0
/* What the kernel says about our own addresses. */
#include <inttypes.h>
#include <string.h>

#include "cmd.h"
#include "tour.h"

/* The last part of "/bin/ntio"; "[heap]" has none. */
static const char *mapping_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!*path)
		return "anonymous memory";
	return slash ? slash + 1 : path;
}

void describe_address(const void *address, char *text, size_t size)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	uintptr_t start, end;
	char line[512];

	snprintf(text, size, "not mapped");
	while (maps && fgets(line, sizeof(line), maps)) {
		char access[8], path[256] = "";

		if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR
			   " %7s %*s %*s %*s %255s",
			   &start, &end, access, path) < 3 ||
		    (uintptr_t)address < start || (uintptr_t)address >= end)
			continue;
		snprintf(text, size, "%s, %s", mapping_name(path), access);
		break;
	}
	if (maps)
		fclose(maps);
}
