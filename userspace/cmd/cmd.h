/* SPDX-License-Identifier: GPL-2.0 */
/* What the subcommands of ntio share. */
#ifndef NTIO_CMD_H
#define NTIO_CMD_H

#include <stdbool.h>
#include <stddef.h>

#include <ntio/ntio.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/**
 * enum exit_status - exit status of the command
 * @EXIT_OK: done; a warning is no failure
 * @EXIT_REFUSED: refused, failed, or not found
 * @EXIT_USAGE: the command line makes no sense
 */
enum exit_status {
	EXIT_OK = 0,
	EXIT_REFUSED = 1,
	EXIT_USAGE = 2,
};

/**
 * struct command - a subcommand
 * @name: what the user types
 * @summary: half a line for `ntio --help`
 * @run: parses its arguments, argv[0] being "ntio NAME", and returns an enum
 *	exit_status
 */
struct command {
	const char *name;
	const char *summary;
	int (*run)(int argc, char **argv);
};

int cmd_list(int argc, char **argv);
int cmd_send(int argc, char **argv);
int cmd_decode(int argc, char **argv);
int cmd_status(int argc, char **argv);
int cmd_new(int argc, char **argv);
int cmd_trace(int argc, char **argv);
int cmd_top(int argc, char **argv);
int cmd_tour(int argc, char **argv);
int cmd_port(int argc, char **argv);
int cmd_explain(int argc, char **argv);

/**
 * open_device() - open a device or say why not
 * @name: name or path
 * @flags: as for ntio_open()
 *
 * Return: a descriptor, or -1 after a message on stderr.
 */
int open_device(const char *name, int flags);

#endif
