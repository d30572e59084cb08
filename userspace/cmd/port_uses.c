// SPDX-License-Identifier: GPL-2.0
/* Which of Windows' names the sources use, and where. */
#include <ctype.h>
#include <err.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "port.h"

static int compare(const void *a, const void *b)
{
	const struct use *one = a, *two = b;
	int order = strcmp(one->name, two->name);

	return order ? order : (int)one->side - (int)two->side;
}

/* Absent ones first, then by name. */
static int by_state(const void *a, const void *b)
{
	const struct use *one = a, *two = b;
	int first = one->row ? (int)one->row->state : STATE_UNKNOWN;
	int second = two->row ? (int)two->row->state : STATE_UNKNOWN;

	return first != second ? first - second : compare(a, b);
}

static bool is_capitals(const char *name)
{
	for (; *name; name++)
		if (islower((unsigned char)*name))
			return false;
	return true;
}

/* The names of a family are functions, or capitals as the family's. */
static const struct windows_name *family_of(const char *name, enum side side,
					    bool called)
{
	const struct windows_name *family = name_family(name, side);

	if (!family || (!called && !is_capitals(family->name)))
		return NULL;
	return family;
}

/**
 * struct sight - a name in its place
 * @port: the sources
 * @file: where
 * @name: the name
 * @called: a parenthesis follows
 * @declared: a name stands before it, as in "TYPE NAME(1);" of C++
 */
struct sight {
	struct port *port;
	const struct port_file *file;
	const char *name;
	bool called;
	bool declared;
};

static const struct windows_name *find_row(const struct sight *sight,
					   enum side *side)
{
	const struct windows_name *row;
	enum side other = !sight->file->side;

	*side = sight->file->side;
	row = name_find(sight->name, *side);
	if (row)
		return row;
	if (sight->called || sight->file->sides & 1u << other) {
		row = name_find(sight->name, other);
		if (row) {
			*side = other;
			return row;
		}
	}
	if (own_has(&sight->port->declared, sight->name))
		return NULL;
	return family_of(sight->name, *side, sight->called);
}

/* A name that is called, but that nobody declares. */
static bool is_nobodys(const struct sight *sight)
{
	return sight->called && !sight->declared && sight->name[0] != '_' &&
	       !own_has(&sight->port->declared, sight->name);
}

static struct use *use_of(void **tree, const struct sight *sight,
			  const struct windows_name *row, enum side side)
{
	struct use key = { .name = (char *)sight->name, .side = side };
	struct use **found = tfind(&key, tree, compare), *made;

	if (found)
		return *found;
	made = calloc(1, sizeof(*made));
	if (!made)
		err(EXIT_REFUSED, NULL);
	made->name = strdup(sight->name);
	made->row = row;
	made->side = side;
	if (!made->name || !tsearch(made, tree, compare))
		err(EXIT_REFUSED, NULL);
	return made;
}

static void add_place(struct use *use, unsigned int file, unsigned int line)
{
	if (use->count && use->places[use->count - 1].file == file &&
	    use->places[use->count - 1].line == line)
		return;
	use->places = grow(use->places, &use->count, sizeof(*use->places));
	use->places[use->count - 1] = (struct place_in){ file, line };
}

/* Members belong to their structure, and labels and methods to the sources. */
static bool is_member(const struct tokens *tokens, size_t at)
{
	const struct token *before = at ? &tokens->items[at - 1] : NULL;

	if (token_is(before, "::"))
		return at > 1 && tokens->items[at - 2].kind == TOKEN_NAME;
	return token_is(before, ".") || token_is(before, "->") ||
	       token_is(before, "goto");
}

/* A variable, member or label of that name: a function is none of these. */
static bool is_declared_here(const struct tokens *tokens, size_t at)
{
	const struct token *before = at ? &tokens->items[at - 1] : NULL;
	const struct token *after = NULL;

	if (at + 1 < tokens->count)
		after = &tokens->items[at + 1];
	if (!before || !after)
		return false;
	if (token_is(after, ":"))
		return token_is(before, ";") || token_is(before, "}") ||
		       token_is(before, "{") || token_is(before, ":") ||
		       before->kind == TOKEN_NAME;
	if (!token_is(after, ";") && !token_is(after, "=") &&
	    !token_is(after, "["))
		return false;
	return before->kind == TOKEN_NAME && !token_is(before, "return") &&
	       !token_is(before, "else") && !token_is(before, "do");
}

/* A type stands before it: no word of C such as return. */
static bool follows_type(const struct tokens *tokens, size_t at)
{
	char *before;
	bool type;

	if (!at || tokens->items[at - 1].kind != TOKEN_NAME)
		return false;
	before = token_text(&tokens->items[at - 1]);
	type = !name_is_c(before);
	free(before);
	return type;
}

static void look_at(struct port *port, void **tree, unsigned int file,
		    size_t at)
{
	const struct tokens *tokens = &port->files[file].tokens;
	const struct token *token = &tokens->items[at];
	char *name = token_text(token);
	struct sight sight = {
		.port = port,
		.file = &port->files[file],
		.name = name,
		.called = at + 1 < tokens->count && token_is(token + 1, "("),
		.declared = follows_type(tokens, at),
	};
	const struct windows_name *row;
	enum side side;

	if (!own_has(&port->own, name) && !name_is_c(name) &&
	    !is_member(tokens, at)) {
		row = find_row(&sight, &side);
		if (row && row->kind <= KIND_MACRO &&
		    is_declared_here(tokens, at))
			row = NULL;
		if (row || is_nobodys(&sight))
			add_place(use_of(tree, &sight, row, side), file,
				  token->line);
	}
	free(name);
}

static struct port *collecting;

/* Each use once: before its subtrees' last one, or as a leaf. */
static void collect(const void *node, VISIT visit, int depth)
{
	struct use *use = *(struct use *const *)node;

	(void)depth;
	if (visit != postorder && visit != leaf)
		return;
	collecting->uses = grow(collecting->uses, &collecting->use_count,
				sizeof(*collecting->uses));
	collecting->uses[collecting->use_count - 1] = *use;
	free(use);
}

void port_find_uses(struct port *port)
{
	void *tree = NULL;

	for (size_t i = 0; i < port->file_count; i++)
		for (size_t j = 0; j < port->files[i].tokens.count; j++)
			if (port->files[i].tokens.items[j].kind == TOKEN_NAME)
				look_at(port, &tree, i, j);
	collecting = port;
	twalk(tree, collect);
	if (port->use_count)
		qsort(port->uses, port->use_count, sizeof(*port->uses),
		      by_state);
}
