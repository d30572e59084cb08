// SPDX-License-Identifier: GPL-2.0
/* ntio status: NTSTATUS, Win32 error and errno, each looked up by any. */
#include <argp.h>
#include <err.h>
#include <inttypes.h>
#include <string.h>

#include "cmd.h"
#include "number.h"
#include "spelling.h"
#include "table.h"
#include "win32_error.h"

static const struct column columns[] = {
	{ "NTSTATUS", COLUMN_STRING, COLUMN_BOTH },
	{ "NAME", COLUMN_STRING, COLUMN_JSON },
	{ "SEVERITY", COLUMN_STRING, COLUMN_JSON },
	{ "WIN32", COLUMN_NUMBER, COLUMN_BOTH },
	{ "WIN32_NAME", COLUMN_STRING, COLUMN_JSON },
	{ "ERRNO", COLUMN_STRING, COLUMN_BOTH },
	{ "MATCH", COLUMN_STRING, COLUMN_JSON },
	{ "MEANING", COLUMN_STRING, COLUMN_JSON },
	{ "NAME AND MEANING", COLUMN_PROSE, COLUMN_TEXT },
};

static const char *const severities[] = { "success", "information", "warning",
					  "error" };

static const char *errno_name(int error)
{
	const char *name = error ? strerrorname_np(error) : "0";

	return name ? name : "?";
}

/* @match: which column was asked for. */
static void add_row(struct libscols_table *table,
		    const struct ntio_status_info *info, const char *match)
{
	char status[16], win32[16], text[256];
	const char *const cells[] = { status,
				      info->name,
				      severities[info->status >> 30],
				      win32,
				      win32_error_name(info->win32),
				      errno_name(info->error),
				      match,
				      info->meaning,
				      text };

	snprintf(status, sizeof(status), "0x%08" PRIx32, info->status);
	snprintf(win32, sizeof(win32), "%" PRIu32, info->win32);
	snprintf(text, sizeof(text), "%s: %s", info->name, info->meaning);
	table_add(table, cells);
}

/* An error of programs that no status of the table becomes. */
static void add_error(struct libscols_table *table, uint32_t error)
{
	static const char meaning[] =
		"A Win32 error that no NTSTATUS of the table becomes.";
	char win32[16], text[160];
	const char *name = win32_error_name(error);
	const char *const cells[] = { NULL,    name,	NULL,	 win32, name,
				      NULL,    "win32", meaning, text };

	snprintf(win32, sizeof(win32), "%" PRIu32, error);
	snprintf(text, sizeof(text), "%s: %s", name, meaning);
	table_add(table, cells);
}

/* What the library makes of a status that is not in the table. */
static void add_unknown(struct libscols_table *table, uint32_t status)
{
	struct ntio_status_info info = {
		.status = status,
		.name = "unknown",
		.win32 = ntio_status_to_win32(status),
		.error = ntio_status_to_errno(status),
		.meaning = "Not in the table; drivers may define their own.",
	};

	add_row(table, &info, "ntstatus");
}

/* -14, as in a kernel log, is an errno; what does not fit is an NTSTATUS. */
static bool add_number(struct libscols_table *table, int64_t number)
{
	const struct ntio_status_info *info;
	bool found = false;

	for (size_t i = 0; (info = ntio_status_at(i)); i++) {
		const char *match = NULL;

		if (info->status == (uint32_t)number)
			match = "ntstatus";
		else if (number > 0 && info->win32 == number)
			match = "win32";
		else if (info->error &&
			 (info->error == number || info->error == -number))
			match = "errno";
		if (match)
			add_row(table, info, match);
		found |= match != NULL;
	}
	if (!found && number > 0 && number <= 0xffff &&
	    win32_error_name(number)) {
		add_error(table, number);
		found = true;
	}
	if (!found && (number > 0xffff || number < -0xffff)) {
		add_unknown(table, number);
		found = true;
	}
	return found;
}

static bool add_number_of_error(struct libscols_table *table, uint32_t error)
{
	const struct ntio_status_info *info;
	bool found = false;

	for (size_t i = 0; (info = ntio_status_at(i)); i++)
		if (info->win32 == error) {
			add_row(table, info, "win32");
			found = true;
		}
	if (!found)
		add_error(table, error);
	return true;
}

static bool add_name(struct libscols_table *table, const char *name)
{
	const struct ntio_status_info *info;
	bool found = false;
	uint32_t error;

	if (win32_error_find(name, &error))
		return add_number_of_error(table, error);
	for (size_t i = 0; (info = ntio_status_at(i)); i++) {
		const char *match = NULL;

		if (same_name_or_rest(name, info->name, "STATUS_"))
			match = "name";
		else if (info->error &&
			 !strcasecmp(name, errno_name(info->error)))
			match = "errno";
		if (match)
			add_row(table, info, match);
		found |= match != NULL;
	}
	return found;
}

static bool add_matches(struct libscols_table *table, const char *asked)
{
	bool found;
	int64_t number;

	if (parse_number(asked, &number) && number <= UINT32_MAX &&
	    number >= INT32_MIN)
		found = add_number(table, number);
	else
		found = add_name(table, asked);
	if (!found)
		warnx("'%s' is no NTSTATUS, Win32 error or errno in the table; "
		      "ntio status shows all of it", asked);
	return found;
}

struct status {
	bool json;
	char **asked;
	int count;
};

static const struct argp_option options[] = {
	{ "json", 'j', NULL, 0, "print JSON", 0 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct status *status = state->input;

	(void)arg;
	switch (key) {
	case 'j':
		status->json = true;
		return 0;
	case ARGP_KEY_ARGS:
		status->asked = state->argv + state->next;
		status->count = state->argc - state->next;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

int cmd_status(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "[NUMBER|NAME...]",
		.doc = "Look up statuses by NTSTATUS, Win32 error or errno, "
		       "each by number or name, and show all that match; without arguments, "
		       "all there are. Negative numbers come after --.",
	};
	struct status status = { 0 };
	struct libscols_table *table;
	int ret = EXIT_OK;

	argp_parse(&argp, argc, argv, 0, NULL, &status);
	table = table_new("statuses", status.json, columns,
			  ARRAY_SIZE(columns));
	for (size_t i = 0; !status.count && ntio_status_at(i); i++)
		add_row(table, ntio_status_at(i), "all");
	for (int i = 0; i < status.count; i++)
		if (!add_matches(table, status.asked[i]))
			ret = EXIT_REFUSED;
	if (!table_is_empty(table) || status.json)
		table_print(table);
	return ret;
}
