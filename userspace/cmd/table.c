// SPDX-License-Identifier: GPL-2.0
#include <err.h>
#include <libsmartcols.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "table.h"

static const struct {
	int flags;
	int json;
} types[] = {
	[COLUMN_STRING] = { 0, SCOLS_JSON_STRING },
	[COLUMN_NUMBER] = { SCOLS_FL_RIGHT, SCOLS_JSON_NUMBER },
	[COLUMN_BOOLEAN] = { 0, SCOLS_JSON_BOOLEAN },
	[COLUMN_PROSE] = { SCOLS_FL_WRAP, SCOLS_JSON_STRING },
	[COLUMN_STRINGS] = { SCOLS_FL_WRAP, SCOLS_JSON_ARRAY_STRING },
};

/* Prose may become as narrow as this; the last column gets what is left. */
#define PROSE_WIDTH 12

static size_t prose_width(const struct libscols_column *column,
			  const char *text, void *data)
{
	size_t len = strlen(text);

	(void)column, (void)data;
	return len < PROSE_WIDTH ? len : PROSE_WIDTH;
}

/* Ends the line in @text where the column does, but never within a word. */
static char *prose_next_line(const struct libscols_column *column, char *text,
			     void *data)
{
	size_t width = scols_column_get_width(column);
	char *end;

	(void)data;
	if (strlen(text) <= width)
		return NULL;
	end = memrchr(text, ' ', width + 1);
	if (!end)
		end = strchr(text, ' ');
	if (!end)
		return NULL;
	*end = '\0';
	return end + 1;
}

static void add_column(struct libscols_table *table,
		       const struct column *column)
{
	bool json = scols_table_is_json(table);
	int flags = types[column->type].flags;
	struct libscols_column *made;

	if (column->type == COLUMN_PROSE && (json || !isatty(STDOUT_FILENO)))
		flags &= ~SCOLS_FL_WRAP;
	if (!(column->where & (json ? COLUMN_JSON : COLUMN_TEXT)))
		flags |= SCOLS_FL_HIDDEN;
	made = scols_table_new_column(table, column->name, 0, flags);
	if (!made)
		errx(EXIT_REFUSED, "out of memory");
	scols_column_set_json_type(made, types[column->type].json);
	if (column->type == COLUMN_STRINGS)
		scols_column_set_wrapfunc(made, scols_wrapnl_chunksize,
					  scols_wrapnl_nextchunk, NULL);
	else if (flags & SCOLS_FL_WRAP)
		scols_column_set_wrapfunc(made, prose_width, prose_next_line,
					  NULL);
}

struct libscols_table *table_new(const char *name, bool json,
				 const struct column *columns, size_t count)
{
	struct libscols_table *table;

	scols_init_debug(0);
	table = scols_new_table();
	if (!table || scols_table_set_name(table, name))
		errx(EXIT_REFUSED, "out of memory");
	scols_table_enable_json(table, json);
	for (size_t i = 0; i < count; i++)
		add_column(table, &columns[i]);
	return table;
}

void table_add(struct libscols_table *table, const char *const *cells)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);

	if (!line)
		errx(EXIT_REFUSED, "out of memory");
	for (size_t i = 0; i < scols_table_get_ncols(table); i++)
		if (scols_line_set_data(line, i, cells[i]))
			errx(EXIT_REFUSED, "out of memory");
}

void table_print(struct libscols_table *table)
{
	if (scols_print_table(table))
		errx(EXIT_REFUSED, "cannot print the table");
	scols_unref_table(table);
}

bool table_is_empty(struct libscols_table *table)
{
	return !scols_table_get_nlines(table);
}

/* What is inside of the braces that libsmartcols prints around a table. */
static void print_member(struct libscols_table *table, bool last)
{
	const char *from, *to;
	char *text;

	if (scols_print_table_to_string(table, &text))
		errx(EXIT_REFUSED, "cannot print the table");
	from = strchr(text, '{');
	to = strrchr(text, '}');
	if (from && to)
		printf("%.*s%s", (int)(to - from - 1 -
				       (to > from + 1 && to[-1] == '\n')),
		       from + 1, last ? "\n" : ",");
	free(text);
	scols_unref_table(table);
}

void tables_print_json(struct libscols_table *const *tables, size_t count)
{
	putchar('{');
	for (size_t i = 0; i < count; i++)
		print_member(tables[i], i == count - 1);
	puts("}");
}
