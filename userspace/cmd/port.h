/* SPDX-License-Identifier: GPL-2.0 */
/* What the parts of `ntio port` share. */
#ifndef NTIO_CMD_PORT_H
#define NTIO_CMD_PORT_H

#include <stdbool.h>
#include <stddef.h>

#include "port_lex.h"
#include "port_names.h"
#include "port_source.h"

/**
 * struct port_file - a source
 * @path: where it is
 * @shown: how it is called in what is printed, a part of @path
 * @source: its text
 * @tokens: its tokens
 * @header: is included by others
 * @sides: bit of each side that has it, from its includes and its includers
 * @side: whose names are looked up first in it
 */
struct port_file {
	char *path;
	const char *shown;
	struct source_text source;
	struct tokens tokens;
	bool header;
	unsigned int sides;
	enum side side;
};

/**
 * struct place_in - where something is
 * @file: number of the file
 * @line: number of the line, from 1
 */
struct place_in {
	unsigned int file;
	unsigned int line;
};

/**
 * struct use - a name that is used
 * @name: as the sources have it
 * @row: what is known of it, NULL if nothing is
 * @side: who uses it
 * @places: where, ascending
 * @count: number of @places
 */
struct use {
	char *name;
	const struct windows_name *row;
	enum side side;
	struct place_in *places;
	size_t count;
};

/**
 * struct finding - a place that needs a hand
 * @pattern: what kind of place
 * @at: where
 * @what: the word in question, "" if @pattern says it all
 */
struct finding {
	const struct pattern *pattern;
	struct place_in at;
	char *what;
};

/**
 * struct pattern - a kind of place that needs a hand
 * @name: as in JSON
 * @advice: what to do
 */
struct pattern {
	const char *name;
	const char *advice;
};

/**
 * struct port - sources, and what was found in them
 * @files: the sources, ascending by path
 * @file_count: number of @files
 * @skipped: sources that could not be read
 * @others: files that are generated from or assembled, such as "messages.mc"
 * @other_count: number of @others
 * @own: names that the sources themselves define; see own_has()
 * @declared: names that they only declare
 * @user_pointers: pointers in structures that both sides see; as @own
 * @uses: names used
 * @use_count: number of @uses
 * @findings: places that need a hand
 * @finding_count: number of @findings
 */
struct port {
	struct port_file *files;
	size_t file_count;
	size_t skipped;
	char **others;
	size_t other_count;
	void *own;
	void *declared;
	void *user_pointers;
	struct use *uses;
	size_t use_count;
	struct finding *findings;
	size_t finding_count;
};

/*
 * Sources below a path, or that one file; @shorten: leave the path out of what
 * is shown. Returns false after a message.
 */
bool port_add_path(struct port *port, const char *path, bool shorten);

/* After the last path: reads them all and finds out who is who. */
void port_read(struct port *port);

/* The file that #include "such/a.h" in @from means, the nearest; or NULL. */
struct port_file *port_included(const struct port *port,
				const struct port_file *from,
				const struct token *include);

/* The names that the sources define or declare themselves. */
void port_find_own(struct port *port);
bool own_has(void *const *names, const char *name);

void port_find_uses(struct port *port);
void port_find_patterns(struct port *port);

/* Token as text; the caller frees it. */
char *token_text(const struct token *token);

/* The bracket that belongs to the one at @at, or @count. */
size_t closing(const struct tokens *tokens, size_t at);

/* One more item at the end of an array, for which memory is made. */
void *grow(void *items, size_t *count, size_t size);

#endif
