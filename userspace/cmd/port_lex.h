/* SPDX-License-Identifier: GPL-2.0 */
/* The tokens of a C or C++ source; no preprocessor, no grammar. */
#ifndef NTIO_CMD_PORT_LEX_H
#define NTIO_CMD_PORT_LEX_H

#include <stdbool.h>
#include <stddef.h>

#include "port_source.h"

enum token_kind {
	TOKEN_NAME,
	TOKEN_NUMBER,
	TOKEN_STRING,	/* with its quotes and prefix */
	TOKEN_CHARACTER,
	TOKEN_SIGN,	/* one character, or -> or :: */
	TOKEN_INCLUDE,	/* the header, with its quotes or brackets */
	TOKEN_DEFINE,	/* the macro's name; its parameters and body follow */
	TOKEN_DEFINED,	/* the end of that */
};

/**
 * struct token - a token
 * @kind: what it is
 * @text: in the source; no NUL at its end
 * @len: bytes of @text
 * @line: number of its line, from 1
 */
struct token {
	enum token_kind kind;
	const char *text;
	unsigned int len;
	unsigned int line;
};

/**
 * struct tokens - the tokens of a source
 * @items: tokens, in their order
 * @count: number of @items
 * @room: for how many there is memory
 */
struct tokens {
	struct token *items;
	size_t count;
	size_t room;
};

/**
 * lex() - find the tokens of a source
 * @source: text, which must live as long as @tokens
 * @tokens: filled in; free @items
 *
 * Comments are left out, and so are the other directives of the preprocessor
 * and what #if 0 takes away.
 */
void lex(const struct source_text *source, struct tokens *tokens);

/* Is a token, which may be NULL, this sign or this name? */
bool token_is(const struct token *token, const char *text);

#endif
