// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "port_lex.h"

/**
 * struct lexer - a walk through a source
 * @source: the source
 * @at: what comes next
 * @tokens: what was found
 * @line_start: nothing but blanks came before @at in its line
 * @in_define: in the body of a macro
 * @hidden: #if inside of #if 0, that one included; 0 outside
 */
struct lexer {
	const struct source_text *source;
	const char *at;
	struct tokens *tokens;
	bool line_start;
	bool in_define;
	unsigned int hidden;
};

bool token_is(const struct token *token, const char *text)
{
	return token && token->kind <= TOKEN_SIGN &&
	       token->kind != TOKEN_STRING && token->len == strlen(text) &&
	       !memcmp(token->text, text, token->len);
}

static void add(struct lexer *lexer, enum token_kind kind, const char *from)
{
	struct tokens *tokens = lexer->tokens;

	if (lexer->hidden)
		return;
	if (tokens->count == tokens->room) {
		tokens->room = tokens->room ? 2 * tokens->room : 1024;
		tokens->items = reallocarray(tokens->items, tokens->room,
					     sizeof(*tokens->items));
		if (!tokens->items)
			err(EXIT_REFUSED, NULL);
	}
	tokens->items[tokens->count++] = (struct token){
		.kind = kind,
		.text = from,
		.len = lexer->at - from,
		.line = lexer->source->lines[from - lexer->source->text],
	};
}

static bool starts_name(char c)
{
	return isalpha((unsigned char)c) || c == '_' || c == '$' ||
	       (unsigned char)c >= 0x80;
}

static bool in_name(char c)
{
	return starts_name(c) || isdigit((unsigned char)c);
}

static const char *skip_name(const char *at)
{
	while (in_name(*at))
		at++;
	return at;
}

/* To the end of a comment, if one begins here. */
static bool skip_comment(struct lexer *lexer)
{
	const char *end;

	if (lexer->at[0] != '/')
		return false;
	if (lexer->at[1] == '/') {
		lexer->at += strcspn(lexer->at, "\n");
		return true;
	}
	if (lexer->at[1] != '*')
		return false;
	end = strstr(lexer->at + 2, "*/");
	lexer->at = end ? end + 2 : lexer->at + strlen(lexer->at);
	return true;
}

/* Blanks and comments; not the end of the line. */
static void skip_blanks(struct lexer *lexer)
{
	do
		lexer->at += strspn(lexer->at, " \t\f\v");
	while (skip_comment(lexer));
}

static void skip_line(struct lexer *lexer)
{
	while (*lexer->at && *lexer->at != '\n')
		if (!skip_comment(lexer))
			lexer->at++;
}

/* A text without its closing quote ends with its line. */
static void skip_quoted(struct lexer *lexer, char quote)
{
	for (lexer->at++; *lexer->at && *lexer->at != '\n'; lexer->at++) {
		if (*lexer->at == quote) {
			lexer->at++;
			return;
		}
		if (*lexer->at == '\\' && lexer->at[1] &&
		    lexer->at[1] != '\n')
			lexer->at++;
	}
}

/* R"delimiter( ... )delimiter" of C++. */
static void skip_raw(struct lexer *lexer)
{
	const char *open = lexer->at + 1;
	size_t len = strcspn(open, "( \t\n\"\\)");
	const char *at;

	if (open[len] != '(' || len > 16) {
		skip_quoted(lexer, '"');
		return;
	}
	for (at = open + len; *at; at++)
		if (*at == ')' && !strncmp(at + 1, open, len) &&
		    at[1 + len] == '"')
			break;
	lexer->at = *at ? at + len + 2 : at;
}

static bool is_prefix(const char *from, size_t len)
{
	static const char *const prefixes[] = { "L", "u", "U", "u8" };

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++)
		if (len == strlen(prefixes[i]) &&
		    !memcmp(from, prefixes[i], len))
			return true;
	return false;
}

/* __pragma(warning(disable: 1)) in the midst of other things. */
static bool skip_pragma(struct lexer *lexer, const char *from, size_t len)
{
	unsigned int depth = 0;

	if (!(len == 8 && !memcmp(from, "__pragma", len)) &&
	    !(len == 7 && !memcmp(from, "_Pragma", len)))
		return false;
	skip_blanks(lexer);
	for (; *lexer->at && *lexer->at != '\n'; lexer->at++) {
		depth += *lexer->at == '(';
		if (*lexer->at == ')' && !--depth) {
			lexer->at++;
			break;
		}
	}
	return true;
}

static void lex_name(struct lexer *lexer)
{
	const char *from = lexer->at;
	size_t len;

	lexer->at = skip_name(from);
	len = lexer->at - from;
	if (skip_pragma(lexer, from, len))
		return;
	if (*lexer->at == '"' && from[len - 1] == 'R' &&
	    (len == 1 || is_prefix(from, len - 1))) {
		skip_raw(lexer);
		add(lexer, TOKEN_STRING, from);
	} else if (*lexer->at == '"' && is_prefix(from, len)) {
		skip_quoted(lexer, '"');
		add(lexer, TOKEN_STRING, from);
	} else if (*lexer->at == '\'' && is_prefix(from, len)) {
		skip_quoted(lexer, '\'');
		add(lexer, TOKEN_CHARACTER, from);
	} else {
		add(lexer, TOKEN_NAME, from);
	}
}

/* 1'000 of C++ is one number, and so is 1e+5. */
static void lex_number(struct lexer *lexer)
{
	const char *from = lexer->at;

	for (lexer->at++; *lexer->at; lexer->at++) {
		char c = *lexer->at, before = lexer->at[-1];

		if (in_name(c) || c == '.')
			continue;
		if ((c == '+' || c == '-') && strchr("eEpP", before) &&
		    !(from[0] == '0' && (from[1] == 'x' || from[1] == 'X') &&
		      strchr("eE", before)))
			continue;
		if (c == '\'' && in_name(lexer->at[1]))
			continue;
		break;
	}
	add(lexer, TOKEN_NUMBER, from);
}

static void lex_sign(struct lexer *lexer)
{
	const char *from = lexer->at;
	bool two = !strncmp(from, "->", 2) || !strncmp(from, "::", 2);

	lexer->at += two ? 2 : 1;
	add(lexer, TOKEN_SIGN, from);
}

static void lex_include(struct lexer *lexer)
{
	const char *from = lexer->at;
	char close = *from == '<' ? '>' : '"';

	if (*from != '<' && *from != '"')
		return;
	lexer->at++;
	while (*lexer->at && *lexer->at != '\n' && *lexer->at != close)
		lexer->at++;
	if (*lexer->at == close)
		lexer->at++;
	add(lexer, TOKEN_INCLUDE, from);
}

static void lex_define(struct lexer *lexer)
{
	const char *from = lexer->at;

	if (!starts_name(*from))
		return;
	lexer->at = skip_name(from);
	add(lexer, TOKEN_DEFINE, from);
	lexer->in_define = true;
}

/* #if and its end, as far as it matters: what #if 0 hides. */
static void lex_condition(struct lexer *lexer, const char *name, size_t len)
{
	bool opens = len >= 2 && !memcmp(name, "if", 2);
	bool closes = len == 5 && !memcmp(name, "endif", 5);
	bool other = len >= 4 && !memcmp(name, "el", 2);

	if (opens && lexer->hidden)
		lexer->hidden++;
	else if (opens && len == 2 && lexer->at[0] == '0' &&
		 !in_name(lexer->at[1]))
		lexer->hidden = 1;
	else if (closes && lexer->hidden)
		lexer->hidden--;
	else if (other && lexer->hidden == 1)
		lexer->hidden = 0;
}

static void lex_directive(struct lexer *lexer)
{
	const char *name;
	size_t len;

	lexer->at++;
	skip_blanks(lexer);
	name = lexer->at;
	lexer->at = skip_name(name);
	len = lexer->at - name;
	skip_blanks(lexer);
	if (len == 7 && !memcmp(name, "include", len))
		lex_include(lexer);
	else if (len == 6 && !memcmp(name, "define", len))
		lex_define(lexer);
	else
		lex_condition(lexer, name, len);
	if (!lexer->in_define)
		skip_line(lexer);
}

static void end_line(struct lexer *lexer)
{
	const char *from = lexer->at;

	if (lexer->in_define)
		add(lexer, TOKEN_DEFINED, from);
	lexer->in_define = false;
	lexer->line_start = true;
	if (*lexer->at)
		lexer->at++;
}

static void lex_token(struct lexer *lexer)
{
	const char *from = lexer->at;

	if (lexer->line_start && *from == '#') {
		lex_directive(lexer);
		return;
	}
	lexer->line_start = false;
	if (starts_name(*from)) {
		lex_name(lexer);
	} else if (isdigit((unsigned char)*from) ||
		   (*from == '.' && isdigit((unsigned char)from[1]))) {
		lex_number(lexer);
	} else if (*from == '"' || *from == '\'') {
		skip_quoted(lexer, *from);
		add(lexer, *from == '"' ? TOKEN_STRING : TOKEN_CHARACTER,
		    from);
	} else {
		lex_sign(lexer);
	}
}

void lex(const struct source_text *source, struct tokens *tokens)
{
	struct lexer lexer = {
		.source = source,
		.at = source->text,
		.tokens = tokens,
		.line_start = true,
	};

	*tokens = (struct tokens){ 0 };
	while (skip_blanks(&lexer), *lexer.at) {
		if (*lexer.at == '\n')
			end_line(&lexer);
		else
			lex_token(&lexer);
	}
	if (lexer.in_define)
		end_line(&lexer);
}
