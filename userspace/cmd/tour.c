// SPDX-License-Identifier: GPL-2.0
/* ntio tour: shows, explains and checks, chapter by chapter. */
#include <argp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "cmd.h"
#include "tour.h"

static const struct chapter chapters[] = {
	{ "methods", "The four methods: how a request reaches user memory",
	  tour_methods },
};

static int failures;

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
	if (ok)
		return true;
	failures++;
	printf("   %sWRONG    it should be: %s%s\n", style(STYLE_WRONG), what,
	       style(STYLE_NONE));
	return false;
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

static void run_chapter(const struct chapter *chapter)
{
	printf("\n%s%s%s\n", style(STYLE_BOLD), chapter->title,
	       style(STYLE_NONE));
	if (!chapter->run())
		failures++;
}

static const struct chapter *find_chapter(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(chapters); i++)
		if (!strcmp(chapters[i].name, name))
			return &chapters[i];
	return NULL;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	const struct chapter **chapter = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		if (*chapter)
			argp_error(state, "one chapter, or none for all");
		*chapter = find_chapter(arg);
		if (!*chapter)
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
	const struct chapter *chapter = NULL;

	argp_parse(&argp, argc, argv, 0, NULL, &chapter);
	print_system();
	if (chapter)
		run_chapter(chapter);
	for (size_t i = 0; !chapter && i < ARRAY_SIZE(chapters); i++)
		run_chapter(&chapters[i]);
	if (failures)
		printf("\n%s%d things are not as they should be.%s\n",
		       style(STYLE_WRONG), failures, style(STYLE_NONE));
	else
		puts("\nAll of it happened and was checked in this run.");
	return failures ? EXIT_REFUSED : EXIT_OK;
}
