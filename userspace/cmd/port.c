// SPDX-License-Identifier: GPL-2.0
/* ntio port: what of a Windows driver's or program's sources is there. */
#include <argp.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "port.h"
#include "table.h"

static const struct column use_columns[] = {
	{ "STATE", COLUMN_STRING, COLUMN_BOTH },
	{ "NAME", COLUMN_STRING, COLUMN_BOTH },
	{ "SIDE", COLUMN_STRING, COLUMN_JSON },
	{ "HEADER", COLUMN_STRING, COLUMN_JSON },
	{ "STAGE", COLUMN_NUMBER, COLUMN_JSON },
	{ "USES", COLUMN_NUMBER, COLUMN_BOTH },
	{ "FIRST", COLUMN_STRING, COLUMN_TEXT },
	{ "PLACES", COLUMN_STRINGS, COLUMN_JSON },
	{ "NOTE", COLUMN_PROSE, COLUMN_BOTH },
};

static const struct column finding_columns[] = {
	{ "PLACE", COLUMN_STRING, COLUMN_BOTH },
	{ "PATTERN", COLUMN_STRING, COLUMN_JSON },
	{ "WHAT", COLUMN_STRING, COLUMN_BOTH },
	{ "ADVICE", COLUMN_PROSE, COLUMN_BOTH },
};

static const struct column summary_columns[] = {
	{ "SIDE", COLUMN_STRING, COLUMN_BOTH },
	{ "FILES", COLUMN_NUMBER, COLUMN_BOTH },
	{ "NAMES", COLUMN_NUMBER, COLUMN_BOTH },
	{ "SUPPORTED", COLUMN_NUMBER, COLUMN_BOTH },
	{ "DIFFERENCE", COLUMN_NUMBER, COLUMN_BOTH },
	{ "ABSENT", COLUMN_NUMBER, COLUMN_BOTH },
	{ "UNKNOWN", COLUMN_NUMBER, COLUMN_BOTH },
	{ "SHARE", COLUMN_STRING, COLUMN_TEXT },
	{ "PERCENT", COLUMN_NUMBER, COLUMN_JSON },
};

struct choices {
	bool json;
	bool todo;
	char **paths;
	size_t count;
};

static enum name_state state_of(const struct use *use)
{
	return use->row ? use->row->state : STATE_UNKNOWN;
}

/* How the note of a family begins that says nothing of names that are known. */
#define NOT_KNOWN "Not known"

/* What is absent without a note of its own is so as its family is. */
static const char *note_of(const struct use *use)
{
	const struct windows_name *row = use->row, *family;

	if (!row)
		return "declared nowhere in these sources";
	if (*row->note || row->state != STATE_ABSENT)
		return row->note;
	family = name_family(row->name, use->side);
	if (!family || !strncmp(family->note, NOT_KNOWN, strlen(NOT_KNOWN)))
		return "";
	return family->note;
}

/* "driver.c:12"; the caller frees it. */
static char *place_text(const struct port *port, struct place_in at)
{
	char *text;

	if (asprintf(&text, "%s:%u", port->files[at.file].shown, at.line) < 0)
		err(EXIT_REFUSED, NULL);
	return text;
}

/* A line for each place; the caller frees it. */
static char *places_text(const struct port *port, const struct use *use)
{
	char *text;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		err(EXIT_REFUSED, NULL);
	for (size_t i = 0; i < use->count; i++)
		fprintf(to, "%s%s:%u", i ? "\n" : "",
			port->files[use->places[i].file].shown,
			use->places[i].line);
	if (fclose(to))
		err(EXIT_REFUSED, NULL);
	return text;
}

static void add_use(struct libscols_table *table, const struct port *port,
		    const struct use *use)
{
	char *first = place_text(port, use->places[0]);
	char *places = places_text(port, use);
	char stage[8], uses[16];
	const char *const cells[] = {
		name_state_word(state_of(use)), use->name, side_word(use->side),
		use->row ? use->row->header : NULL,
		use->row && use->row->stage ? stage : NULL, uses, first, places,
		note_of(use)
	};

	snprintf(stage, sizeof(stage), "%d", use->row ? use->row->stage : 0);
	snprintf(uses, sizeof(uses), "%zu", use->count);
	table_add(table, cells);
	free(first);
	free(places);
}

static struct libscols_table *uses_table(const struct port *port,
					 const struct choices *choices)
{
	struct libscols_table *table;

	table = table_new("names", choices->json, use_columns,
			  ARRAY_SIZE(use_columns));
	for (size_t i = 0; i < port->use_count; i++)
		if (!choices->todo ||
		    state_of(&port->uses[i]) != STATE_SUPPORTED)
			add_use(table, port, &port->uses[i]);
	return table;
}

static struct libscols_table *findings_table(const struct port *port,
					     bool json)
{
	struct libscols_table *table;

	table = table_new("patterns", json, finding_columns,
			  ARRAY_SIZE(finding_columns));
	for (size_t i = 0; i < port->finding_count; i++) {
		const struct finding *finding = &port->findings[i];
		char *place = place_text(port, finding->at);
		const char *const cells[] = { place, finding->pattern->name,
					      finding->what,
					      finding->pattern->advice };

		table_add(table, cells);
		free(place);
	}
	return table;
}

static size_t files_of(const struct port *port, enum side side)
{
	size_t files = 0;

	for (size_t i = 0; i < port->file_count; i++)
		files += port->files[i].side == side;
	return files;
}

static void add_side(struct libscols_table *table, const struct port *port,
		     enum side side)
{
	size_t states[NAME_STATES] = { 0 }, names = 0;
	size_t files = files_of(port, side);
	char text[6][24], share[24], percent[16];
	const char *const cells[] = { side_word(side), text[0], text[1],
				      text[2], text[3], text[4], text[5],
				      share, percent };

	for (size_t i = 0; i < port->use_count; i++)
		if (port->uses[i].side == side) {
			states[state_of(&port->uses[i])]++;
			names++;
		}
	if (!files && !names)
		return;
	snprintf(text[0], sizeof(text[0]), "%zu", files);
	snprintf(text[1], sizeof(text[1]), "%zu", names);
	snprintf(text[2], sizeof(text[2]), "%zu", states[STATE_SUPPORTED]);
	snprintf(text[3], sizeof(text[3]), "%zu", states[STATE_DIFFERENCE]);
	snprintf(text[4], sizeof(text[4]), "%zu", states[STATE_ABSENT]);
	snprintf(text[5], sizeof(text[5]), "%zu", states[STATE_UNKNOWN]);
	snprintf(percent, sizeof(percent), "%zu",
		 names ? 100 * states[STATE_SUPPORTED] / names : 100);
	snprintf(share, sizeof(share), "%s %%", percent);
	table_add(table, cells);
}

static struct libscols_table *summary_table(const struct port *port, bool json)
{
	struct libscols_table *table;

	table = table_new("summary", json, summary_columns,
			  ARRAY_SIZE(summary_columns));
	for (enum side side = 0; side < SIDES; side++)
		add_side(table, port, side);
	return table;
}

static void print(const struct port *port, const struct choices *choices)
{
	struct libscols_table *tables[] = {
		uses_table(port, choices), findings_table(port, choices->json),
		summary_table(port, choices->json)
	};

	if (choices->json) {
		tables_print_json(tables, ARRAY_SIZE(tables));
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++) {
		if (table_is_empty(tables[i]))
			continue;
		table_print(tables[i]);
		if (i < ARRAY_SIZE(tables) - 1)
			putchar('\n');
	}
}

static const struct argp_option options[] = {
	{ "json", 'j', NULL, 0, "print JSON", 0 },
	{ "todo", 't', NULL, 0, "leave out the names that are supported", 0 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct choices *choices = state->input;

	(void)arg;
	switch (key) {
	case 'j':
		choices->json = true;
		return 0;
	case 't':
		choices->todo = true;
		return 0;
	case ARGP_KEY_ARGS:
		choices->paths = state->argv + state->next;
		choices->count = state->argc - state->next;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_usage(state);
	}
	return ARGP_ERR_UNKNOWN;
}

/* Statuses and the like alone do not make a driver. */
static bool is_windows(const struct port *port)
{
	for (size_t i = 0; i < port->use_count; i++) {
		const struct windows_name *row = port->uses[i].row;

		if (row && (row->kind == KIND_FUNCTION ||
			    row->kind == KIND_TYPE))
			return true;
	}
	return false;
}

/* One sentence why there is nothing to show; NULL if there is something. */
static const char *nothing(const struct port *port)
{
	if (!port->file_count && port->skipped)
		return "none of these sources can be read";
	if (!port->file_count)
		return "there are no C or C++ sources";
	if (!is_windows(port))
		return "these are no sources of a Windows driver or program: "
		       "they use none of its types and functions";
	return NULL;
}

int cmd_port(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "FOLDER|FILE...",
		.doc = "Read the sources of a Windows driver or of its "
		       "programs, and show which of Windows' names they use, "
		       "what there is of them here, and which places need a "
		       "hand. Nothing is changed or built.\v"
		       "supported: there, and does the same. difference: "
		       "there, or there is another way; the note tells. "
		       "absent: not there; the note tells what to do.",
	};
	struct choices choices = { 0 };
	struct port port = { 0 };
	bool ok = true;

	argp_parse(&argp, argc, argv, 0, NULL, &choices);
	for (size_t i = 0; i < choices.count; i++)
		ok &= port_add_path(&port, choices.paths[i],
				    choices.count == 1);
	if (!ok)
		return EXIT_REFUSED;
	port_read(&port);
	port_find_own(&port);
	port_find_uses(&port);
	if (nothing(&port)) {
		warnx("'%s': %s", choices.paths[0], nothing(&port));
		return EXIT_REFUSED;
	}
	port_find_patterns(&port);
	print(&port, &choices);
	return port.skipped ? EXIT_REFUSED : EXIT_OK;
}
