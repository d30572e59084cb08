// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "controls.h"
#include "number.h"

static bool read_rows(int fd, struct controls *controls)
{
	struct ntio_query_control row;
	struct ntio_query_control *rows;

	while (!ntio_query_control(fd, controls->count, &row)) {
		rows = reallocarray(controls->rows, controls->count + 1,
				    sizeof(*rows));
		if (!rows)
			return false;
		controls->rows = rows;
		rows[controls->count++] = row;
	}
	return errno == ENOENT;
}

bool controls_read(const char *name, struct controls *controls)
{
	int fd = open_device(name, NTIO_NO_ACCESS);
	bool ok;

	memset(controls, 0, sizeof(*controls));
	if (fd < 0)
		return false;
	ok = !ntio_query_device(fd, &controls->device) &&
	     read_rows(fd, controls);
	if (!ok && errno == ENOTTY)
		warnx("'%s' is no ntio device", name);
	else if (!ok)
		warn("cannot query '%s'", name);
	close(fd);
	return ok;
}

static char plain(char c)
{
	return c == '-' ? '_' : toupper((unsigned char)c);
}

/* The rest of @name behind @prefix, or NULL. */
static const char *behind(const char *name, const char *prefix)
{
	for (; *prefix; name++, prefix++)
		if (plain(*name) != plain(*prefix))
			return NULL;
	return name;
}

const char *control_short_name(const struct controls *controls,
			       const char *name)
{
	const char *device = (const char *)controls->device.out_name;
	const char *rest = behind(name, "IOCTL_");
	const char *shorter;

	if (!rest)
		return name;
	shorter = behind(rest, device);
	return shorter && *shorter == '_' ? shorter + 1 : rest;
}

static bool is_name(const struct controls *controls, const char *typed,
		    const char *name)
{
	const char *rest = behind(control_short_name(controls, name),
				  control_short_name(controls, typed));

	return rest && !*rest;
}

const struct ntio_query_control *
controls_find(const struct controls *controls, const char *typed,
	      struct ntio_query_control *unknown)
{
	const struct ntio_query_control *row = controls->rows;
	bool by_number;
	uint32_t code;

	by_number = parse_u32(typed, &code);
	for (size_t i = 0; i < controls->count; i++, row++)
		if (by_number ? row->out_code == code :
				is_name(controls, typed,
					(const char *)row->out_name))
			return row;
	if (!by_number)
		return NULL;
	*unknown = (struct ntio_query_control){
		.out_code = code,
		.out_max_in = UINT32_MAX,
		.out_max_out = UINT32_MAX,
	};
	return unknown;
}
