// SPDX-License-Identifier: GPL-2.0
/* What the tour needs, found out before it begins. */
#include <err.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "tour.h"

#define CLASS "/sys/class/ntio"

static const char samples[] = "modprobe -a ntio_echo ntio_context";

static bool is_there(const char *device)
{
	char path[64];

	snprintf(path, sizeof(path), CLASS "/ntio!%s", device);
	return !access(path, F_OK);
}

static bool has_device(const char *device)
{
	int fd;

	if (!is_there(device)) {
		warnx("the tour needs the sample driver of the device '%s'; "
		      "try: %s", device, samples);
		return false;
	}
	fd = open_device(device, NTIO_NO_ACCESS);
	if (fd < 0)
		return false;
	close(fd);
	return true;
}

bool tour_can(const struct chapter *chapter)
{
	static const char *const devices[] = { "echo", "context",
					       "context-above" };

	if (access(CLASS, F_OK)) {
		warnx("the tour needs the module and its samples; try: "
		      "%s; or in a VM: make demo", samples);
		return false;
	}
	for (size_t i = 0; i < ARRAY_SIZE(devices); i++)
		if (chapter->needs & 1u << i && !has_device(devices[i]))
			return false;
	if (chapter->needs & NEEDS_CPUS && sysconf(_SC_NPROCESSORS_ONLN) < 2) {
		warnx("the tour needs two processors for %s", chapter->name);
		return false;
	}
	return true;
}
