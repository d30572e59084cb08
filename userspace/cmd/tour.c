// SPDX-License-Identifier: GPL-2.0
/* ntio tour: shows, explains and checks, chapter by chapter. */
#include <argp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "cmd.h"
#include "table.h"
#include "tour.h"

static const struct chapter chapters[] = {
	{ "methods", "The four methods: how a request reaches user memory",
	  NEEDS_ECHO, tour_methods },
	{ "R1", "Memory of a process is mapped by the process, not by drivers",
	  NEEDS_CONTEXT, tour_r1 },
	{ "R2", "A user address means something only in its own process",
	  NEEDS_CONTEXT | NEEDS_CPUS, tour_r2 },
	{ "R3", "A driver touches only its caller's own addresses, only there",
	  NEEDS_CONTEXT, tour_r3 },
	{ "R4", "Only the highest driver is called in the caller's context",
	  NEEDS_CONTEXT | NEEDS_ABOVE, tour_r4 },
	{ "R5", "Everywhere else a raw address leads astray",
	  NEEDS_CONTEXT | NEEDS_CPUS, tour_r5 },
	{ "R6", "Pages locked in the caller's context serve in any other",
	  NEEDS_CONTEXT, tour_r6 },
	{ "R7", "Drivers rely on the buffers that are brought to them",
	  NEEDS_CONTEXT, tour_r7 },
	{ "R8", "What is locked is the pages, not the address",
	  NEEDS_CONTEXT, tour_r8 },
};

/* What became of a chapter. */
static struct outcome {
	bool shown;
	int checks;
	int failures;
	char found[64];
} outcomes[ARRAY_SIZE(chapters)], *now;

enum style {
	STYLE_NONE,
	STYLE_BOLD,
	STYLE_WRONG,
};

/* A VM's serial line is a terminal, whatever is at its other end. */
static bool use_colour(void)
{
	const char *asked = getenv("NTIO_COLOR");

	if (asked && *asked)
		return !strcmp(asked, "1");
	return isatty(STDOUT_FILENO) && !getenv("NTIO_VM") &&
	       !getenv("NO_COLOR");
}

static const char *style(enum style style)
{
	static const char *const codes[] = { "\033[0m", "\033[1m",
					     "\033[1;31m" };

	return use_colour() ? codes[style] : "";
}

void tour_heading(const char *what, const char *rest)
{
	printf("\n %s%s%s\n   %s\n\n", style(STYLE_BOLD), what,
	       style(STYLE_NONE), rest);
}

void tour_line(const char *label, const char *format, ...)
{
	va_list args;

	printf("   %-6s   ", label);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

bool tour_check(bool ok, const char *what)
{
	now->checks++;
	if (ok)
		return true;
	now->failures++;
	printf("   %sWRONG    it should be: %s%s\n", style(STYLE_WRONG), what,
	       style(STYLE_NONE));
	return false;
}

void tour_held_by(const char *what)
{
	printf("\n   Held by: %s\n", what);
}

void tour_found(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(now->found, sizeof(now->found), format, args);
	va_end(args);
}

static void print_system(void)
{
	const char *vm = getenv("NTIO_VM");
	struct utsname system;

	uname(&system);
	printf("ntio on %s %s", system.sysname, system.release);
	if (vm && *vm)
		printf(" (%s)", vm);
	putchar('\n');
}

static void run_chapter(size_t index)
{
	const struct chapter *chapter = &chapters[index];
	bool rule = *chapter->name == 'R';

	now = &outcomes[index];
	printf("\n%s%s%s%s%s\n", style(STYLE_BOLD), rule ? chapter->name : "",
	       rule ? "  " : "", chapter->title, style(STYLE_NONE));
	now->shown = true;
	if (!chapter->run())
		now->failures++;
}

static void add_summary(struct libscols_table *table, size_t i)
{
	char checks[32];
	const char *cells[] = { chapters[i].name, outcomes[i].found, checks };

	if (outcomes[i].failures)
		snprintf(checks, sizeof(checks), "%d WRONG",
			 outcomes[i].failures);
	else
		snprintf(checks, sizeof(checks), "%d right",
			 outcomes[i].checks);
	table_add(table, cells);
}

/* What was found, on one screen. Returns how much of it is wrong. */
static int print_summary(bool all)
{
	static const struct column columns[] = {
		{ "RULE", COLUMN_STRING, COLUMN_BOTH },
		{ "FOUND IN THIS RUN", COLUMN_STRING, COLUMN_BOTH },
		{ "CHECKED", COLUMN_STRING, COLUMN_BOTH },
	};
	struct libscols_table *table;
	int failures = 0;

	table = table_new("tour", false, columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < ARRAY_SIZE(chapters); i++) {
		failures += outcomes[i].failures;
		add_summary(table, i);
	}
	if (all) {
		putchar('\n');
		table_print(table);
	}
	return failures;
}

/* Any index that is none: no such chapter. */
static size_t find_chapter(const char *name)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(chapters) && strcasecmp(chapters[i].name, name))
		i++;
	return i;
}

#define ALL SIZE_MAX

static error_t parse(int key, char *arg, struct argp_state *state)
{
	size_t *chapter = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		if (*chapter != ALL)
			argp_error(state, "one chapter, or none for all");
		*chapter = find_chapter(arg);
		if (*chapter == ARRAY_SIZE(chapters))
			argp_error(state, "no chapter '%s'", arg);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static char *list_chapters(int key, const char *text, void *input)
{
	char *help = NULL;
	size_t size;
	FILE *to;

	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC)
		return (char *)text;
	to = open_memstream(&help, &size);
	if (!to)
		return NULL;
	fputs("Chapters:\n", to);
	for (size_t i = 0; i < ARRAY_SIZE(chapters); i++)
		fprintf(to, "  %-8s %s\n", chapters[i].name,
			chapters[i].title);
	fclose(to);
	return help;
}

int cmd_tour(int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse,
		.args_doc = "[CHAPTER]",
		.doc = "Show what ntio does and explain it. Everything is done "
		       "in this run and checked; if anything is not as it "
		       "should be, the exit status is 1.\v ",
		.help_filter = list_chapters,
	};
	size_t chapter = ALL;
	int failures;

	argp_parse(&argp, argc, argv, 0, NULL, &chapter);
	for (size_t i = 0; i < ARRAY_SIZE(chapters); i++)
		if ((chapter == ALL || chapter == i) && !tour_can(&chapters[i]))
			return EXIT_REFUSED;
	print_system();
	if (chapter != ALL)
		run_chapter(chapter);
	for (size_t i = 0; chapter == ALL && i < ARRAY_SIZE(chapters); i++)
		run_chapter(i);
	failures = print_summary(chapter == ALL);
	if (failures)
		printf("\n%s%d things are not as they should be.%s\n",
		       style(STYLE_WRONG), failures, style(STYLE_NONE));
	else
		puts("\nAll of it happened and was checked in this run.");
	return failures ? EXIT_REFUSED : EXIT_OK;
}
