/* SPDX-License-Identifier: GPL-2.0 */
/* Windows' names, and what there is of them: docs/windows-names.tsv. */
#ifndef NTIO_CMD_PORT_NAMES_H
#define NTIO_CMD_PORT_NAMES_H

#include <stdbool.h>
#include <stddef.h>

enum name_kind {
	KIND_FUNCTION,
	KIND_MACRO,
	KIND_TYPE,
	KIND_CONSTANT,
	KIND_FAMILY,	/* all that begin like this */
};

enum side {
	SIDE_DRIVER,
	SIDE_PROGRAM,
	SIDES,
};

enum name_state {
	STATE_ABSENT,
	STATE_UNKNOWN,	/* nobody's: neither Windows' nor of these sources */
	STATE_DIFFERENCE,
	STATE_SUPPORTED,
	NAME_STATES,
};

/**
 * struct windows_name - a row of the table
 * @name: the name; that of a family ends with an asterisk
 * @header: where Windows has it
 * @note: what differs or what to do, or ""
 * @stage: of the source layer, 0 if there is none
 * @kind: what it is
 * @side: who uses it
 * @state: whether it is there
 */
struct windows_name {
	const char *name;
	const char *header;
	const char *note;
	unsigned char stage;
	unsigned char kind;
	unsigned char side;
	unsigned char state;
};

/**
 * name_find() - look up a name
 * @name: name as a source has it; A or W at the end of a function and P before
 *	a type are no difference
 * @side: who uses it
 *
 * Return: its row, or NULL.
 */
const struct windows_name *name_find(const char *name, enum side side);

/**
 * name_family() - look up how a name begins
 * @name: a name that name_find() does not know
 * @side: who uses it
 *
 * Return: the row of the longest such family, or NULL.
 */
const struct windows_name *name_family(const char *name, enum side side);

/* The n-th row, NULL behind the last one. */
const struct windows_name *name_at(size_t index);

/* A word of C or of its library, which nobody has to port. */
bool name_is_c(const char *name);

const char *name_state_word(enum name_state state);
const char *side_word(enum side side);

#endif
