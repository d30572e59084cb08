// SPDX-License-Identifier: GPL-2.0
/* The command ntio: finds the subcommand and lets it run. */
#include <argp.h>
#include <string.h>

#include "cmd.h"

static const struct command commands[] = {
	{ "list", "show devices, or the control codes of one", cmd_list },
	{ "send", "send a control code to a device", cmd_send },
	{ "decode", "take control codes apart", cmd_decode },
	{ "explain", "the rule, the fact and the fix of what went wrong",
	  cmd_explain },
	{ "port", "see what of a Windows driver's sources is there", cmd_port },
	{ "status", "look up NTSTATUS, Win32 error or errno", cmd_status },
	{ "new", "write a driver of one's own to begin with", cmd_new },
	{ "trace", "watch requests on their way", cmd_trace },
	{ "top", "watch devices, files, requests and refusals", cmd_top },
	{ "tour", "watch what ntio does, explained and checked", cmd_tour },
};

const char *argp_program_version = "ntio " NTIO_VERSION;

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

struct choice {
	const struct command *command;
	int index;	/* of its name in argv */
};

/* Stops at the subcommand: the rest is for its own parser. */
static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct choice *choice = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		choice->command = find_command(arg);
		if (!choice->command)
			argp_error(state, "no command '%s'", arg);
		choice->index = state->next - 1;
		state->next = state->argc;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_usage(state);
	}
	return ARGP_ERR_UNKNOWN;
}

static char *list_commands(int key, const char *text, void *input)
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
	fputs("Commands:\n", to);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(to, "  %-8s %s\n", commands[i].name,
			commands[i].summary);
	fputs("\nntio COMMAND --help tells more.\n\nExit status: 0 done, 1 "
	      "refused or not found, 2 wrong use.", to);
	fclose(to);
	return help;
}

int main(int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse,
		.args_doc = "COMMAND [ARGUMENT...]",
		.doc = "The Windows I/O request model for Linux character "
		       "devices.\v ",
		.help_filter = list_commands,
	};
	struct choice choice = { NULL, 0 };
	char name[32];

	argp_err_exit_status = EXIT_USAGE;
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &choice);
	if (!choice.command)
		return EXIT_USAGE;
	snprintf(name, sizeof(name), "ntio %s", choice.command->name);
	argv[choice.index] = name;
	return choice.command->run(argc - choice.index, argv + choice.index);
}
