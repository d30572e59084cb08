// SPDX-License-Identifier: GPL-2.0
/* ntio list: the devices, or the control codes of one. */
#include <argp.h>
#include <ctype.h>
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd.h"
#include "controls.h"
#include "table.h"
#include "words.h"

#define CLASS "/sys/class/ntio"

static const struct column device_columns[] = {
	{ "NAME", COLUMN_STRING, COLUMN_BOTH },
	{ "NODE", COLUMN_STRING, COLUMN_BOTH },
	{ "MODE", COLUMN_STRING, COLUMN_BOTH },
	{ "EXCLUSIVE", COLUMN_STRING, COLUMN_TEXT },
	{ "EXCLUSIVE", COLUMN_BOOLEAN, COLUMN_JSON },
	{ "HIDDEN", COLUMN_BOOLEAN, COLUMN_JSON },
	{ "CONTROLS", COLUMN_NUMBER, COLUMN_BOTH },
	{ "MODULE", COLUMN_STRING, COLUMN_BOTH },
};

/* An attribute of a device, without its newline; "" if there is none. */
static void read_attribute(const char *entry, const char *attribute,
			   char *value, size_t size)
{
	char path[512];
	FILE *file;

	*value = '\0';
	snprintf(path, sizeof(path), CLASS "/%s/%s", entry, attribute);
	file = fopen(path, "re");
	if (!file)
		return;
	if (fgets(value, size, file))
		value[strcspn(value, "\n")] = '\0';
	fclose(file);
}

/* The driver core writes the '/' of "ntio/echo" as '!'. */
static void add_device(struct libscols_table *table, const char *entry)
{
	char exclusive[8], hidden[8], controls[16], module[64], node[300];
	const char *slash = strchr(entry, '!');
	const char *name = slash ? slash + 1 : entry;
	const char *yes_no = "no";
	char mode[8] = "";
	struct stat st;

	read_attribute(entry, "exclusive", exclusive, sizeof(exclusive));
	read_attribute(entry, "hidden", hidden, sizeof(hidden));
	read_attribute(entry, "controls", controls, sizeof(controls));
	read_attribute(entry, "module", module, sizeof(module));
	/* Reached only through the stack it is part of: it has no node. */
	snprintf(node, sizeof(node), "%s%s",
		 hidden[0] == '1' ? "hidden" : "/dev/ntio/",
		 hidden[0] == '1' ? "" : name);
	if (!stat(node, &st))
		snprintf(mode, sizeof(mode), "%04o", st.st_mode & 07777);
	if (exclusive[0] == '1')
		yes_no = "yes";
	table_add(table, (const char *const[]){ name, node, mode, yes_no,
						exclusive, hidden, controls,
						module });
}

static int is_device(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* MODULE_INFO(test, "Y") of a test driver is the taint N. */
static bool is_of_tests(const char *entry)
{
	char module[64], path[128], taint[32] = "";
	FILE *file;

	read_attribute(entry, "module", module, sizeof(module));
	snprintf(path, sizeof(path), "/sys/module/%s/taint", module);
	file = fopen(path, "re");
	if (!file)
		return false;
	if (!fgets(taint, sizeof(taint), file))
		*taint = '\0';
	fclose(file);
	return strchr(taint, 'N');
}

static bool is_hidden(const char *entry)
{
	char hidden[8];

	read_attribute(entry, "hidden", hidden, sizeof(hidden));
	return hidden[0] == '1';
}

/* What is left out, and how to see it; not where a program reads. */
static void say_left_out(int hidden, int tests)
{
	if ((hidden || tests) && isatty(STDOUT_FILENO))
		fprintf(stderr, "Left out: %d hidden, %d of tests; "
			"ntio list --all shows them.\n", hidden, tests);
}

static void add_devices(struct libscols_table *table,
			struct dirent **entries, int count, bool all)
{
	int hidden = 0, tests = 0;

	for (int i = 0; i < count; i++) {
		const char *entry = entries[i]->d_name;

		if (!all && is_of_tests(entry))
			tests++;
		else if (!all && is_hidden(entry))
			hidden++;
		else
			add_device(table, entry);
		free(entries[i]);
	}
	free(entries);
	if (!count)
		warnx("no devices: load a driver, such as the sample echo");
	say_left_out(hidden, tests);
}

static int list_devices(bool json, bool all)
{
	struct libscols_table *table;
	struct dirent **entries;
	int count;

	count = scandir(CLASS, &entries, is_device, alphasort);
	if (count < 0) {
		warnx("the module is not loaded (no " CLASS "); "
		      "try: modprobe ntio");
		return EXIT_REFUSED;
	}
	table = table_new("devices", json, device_columns,
			  ARRAY_SIZE(device_columns));
	add_devices(table, entries, count, all);
	table_print(table);
	return EXIT_OK;
}

static const struct column control_columns[] = {
	{ "NAME", COLUMN_STRING, COLUMN_BOTH },
	{ "MACRO", COLUMN_STRING, COLUMN_JSON },
	{ "CODE", COLUMN_STRING, COLUMN_BOTH },
	{ "METHOD", COLUMN_STRING, COLUMN_BOTH },
	{ "ACCESS", COLUMN_STRING, COLUMN_BOTH },
	{ "FIRST", COLUMN_STRING, COLUMN_TEXT },
	{ "SECOND", COLUMN_STRING, COLUMN_TEXT },
	{ "CONTEXT", COLUMN_STRING, COLUMN_BOTH },
	{ "LOCK", COLUMN_STRING, COLUMN_TEXT },
	{ "MIN_IN", COLUMN_NUMBER, COLUMN_JSON },
	{ "MAX_IN", COLUMN_NUMBER, COLUMN_JSON },
	{ "MIN_OUT", COLUMN_NUMBER, COLUMN_JSON },
	{ "MAX_OUT", COLUMN_NUMBER, COLUMN_JSON },
	{ "LONG_TERM", COLUMN_BOOLEAN, COLUMN_JSON },
};

/* "8-64", "8-" or "" for lengths in bytes. */
static void format_bounds(char *text, size_t size, uint32_t min, uint32_t max)
{
	*text = '\0';
	if (max != UINT32_MAX)
		snprintf(text, size, "%" PRIu32 "-%" PRIu32, min, max);
	else if (min)
		snprintf(text, size, "%" PRIu32 "-", min);
}

static void format_number(char *text, size_t size, uint32_t number)
{
	snprintf(text, size, "%" PRIu32, number);
}

/* No limit is no number. */
static const char *limit_of(uint32_t max, const char *number)
{
	return max == UINT32_MAX ? NULL : number;
}

/* As one types it for `ntio send`. */
static void format_name(char *text, const char *name)
{
	for (; *name; name++)
		*text++ = *name == '_' ? '-' : tolower((unsigned char)*name);
	*text = '\0';
}

static void add_control(struct libscols_table *table,
			const struct controls *controls,
			const struct ntio_query_control *row)
{
	const char *macro = (const char *)row->out_name;
	bool long_term = row->out_flags & NTIO_CONTROL_LONG_TERM;
	bool in_caller = row->out_flags & NTIO_CONTROL_IN_CALLER;
	char name[NTIO_NAME_SIZE], code[16], first[32], second[32];
	char bounds[4][16];
	const char *const cells[] = { name, macro, code,
				      method_word(row->out_code)->brief,
				      access_word(row->out_code)->brief,
				      first, second,
				      in_caller ? "caller" : "any",
				      long_term ? "long" : "",
				      bounds[0],
				      limit_of(row->out_max_in, bounds[1]),
				      bounds[2],
				      limit_of(row->out_max_out, bounds[3]),
				      long_term ? "1" : "0" };

	format_name(name, control_short_name(controls, macro));
	snprintf(code, sizeof(code), "0x%08" PRIx32, row->out_code);
	format_bounds(first, sizeof(first), row->out_min_in, row->out_max_in);
	format_bounds(second, sizeof(second), row->out_min_out,
		      row->out_max_out);
	format_number(bounds[0], sizeof(bounds[0]), row->out_min_in);
	format_number(bounds[1], sizeof(bounds[1]), row->out_max_in);
	format_number(bounds[2], sizeof(bounds[2]), row->out_min_out);
	format_number(bounds[3], sizeof(bounds[3]), row->out_max_out);
	table_add(table, cells);
}

static int list_controls(const char *device, bool json)
{
	struct libscols_table *table;
	struct controls controls;

	if (!controls_read(device, &controls))
		return EXIT_REFUSED;
	table = table_new("controls", json, control_columns,
			  ARRAY_SIZE(control_columns));
	for (size_t i = 0; i < controls.count; i++)
		add_control(table, &controls, &controls.rows[i]);
	table_print(table);
	free(controls.rows);
	return EXIT_OK;
}

struct list {
	bool json;
	bool all;
	const char *device;
};

static const struct argp_option options[] = {
	{ "all", 'a', NULL, 0, "devices that are hidden or of tests, too", 0 },
	{ "json", 'j', NULL, 0, "print JSON", 0 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct list *list = state->input;

	switch (key) {
	case 'a':
		list->all = true;
		return 0;
	case 'j':
		list->json = true;
		return 0;
	case ARGP_KEY_ARG:
		if (list->device)
			argp_error(state, "one device at a time");
		list->device = arg;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

int cmd_list(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "[DEVICE]",
		.doc = "Show the devices, or the control codes that DEVICE "
		       "declares.\v"
		       "FIRST and SECOND are the lengths in bytes that the "
		       "driver accepts for the two buffers; without a number "
		       "behind the dash there is no limit. CONTEXT is caller "
		       "where the driver runs in the caller's address space. "
		       "LOCK is long where pages may stay locked for long and "
		       "count against the limit of locked memory.",
	};
	struct list list = { 0 };

	argp_parse(&argp, argc, argv, 0, NULL, &list);
	return list.device ? list_controls(list.device, list.json) :
			     list_devices(list.json, list.all);
}
