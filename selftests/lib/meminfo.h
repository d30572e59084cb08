/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel says of its memory. */
#ifndef MEMINFO_H
#define MEMINFO_H

#include <stdio.h>
#include <string.h>

/* A line of /proc/meminfo, in KiB; 0: there is none of that name. */
static inline long meminfo_kib(const char *name)
{
	FILE *from = fopen("/proc/meminfo", "r");
	size_t len = strlen(name);
	char line[128];
	long kib = 0;

	while (from && !kib && fgets(line, sizeof(line), from))
		if (!strncmp(line, name, len) && line[len] == ':')
			sscanf(line + len, ": %ld", &kib);
	if (from)
		fclose(from);
	return kib;
}

#endif
