/* SPDX-License-Identifier: GPL-2.0 */
/* A table on the terminal, the same as JSON for programs. */
#ifndef NTIO_CMD_TABLE_H
#define NTIO_CMD_TABLE_H

#include <stdbool.h>
#include <stddef.h>

struct libscols_table;

/* Where a column is shown. */
enum column_where {
	COLUMN_TEXT = 1,
	COLUMN_JSON = 2,
	COLUMN_BOTH = 3,
};

enum column_type {
	COLUMN_STRING,
	COLUMN_NUMBER,
	COLUMN_BOOLEAN,
	COLUMN_PROSE,	/* sentences, wrapped on a terminal; last column only */
	COLUMN_STRINGS,	/* a line each; an array in JSON */
};

/**
 * struct column - a column of a table
 * @name: its heading; in lower case the name in JSON
 * @type: how JSON shows it; numbers are aligned to the right
 * @where: whether people see it, or programs, or both
 */
struct column {
	const char *name;
	enum column_type type;
	enum column_where where;
};

/**
 * table_new() - start a table
 * @name: of the array in JSON
 * @json: print JSON, not text
 * @columns: live as long as the table
 * @count: number of @columns
 *
 * Ends the program if there is no memory.
 */
struct libscols_table *table_new(const char *name, bool json,
				 const struct column *columns, size_t count);

/**
 * table_add() - add a row
 * @table: where
 * @cells: as many as there are columns, shown or not; copied
 */
void table_add(struct libscols_table *table, const char *const *cells);

/**
 * table_print() - print the table on stdout and free it
 * @table: of table_new()
 */
void table_print(struct libscols_table *table);

/* Has no rows. */
bool table_is_empty(struct libscols_table *table);

/**
 * tables_print_json() - print tables as one object on stdout and free them
 * @tables: of table_new(), each with a name of its own
 * @count: number of @tables
 */
void tables_print_json(struct libscols_table *const *tables, size_t count);

#endif
