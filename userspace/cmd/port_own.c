// SPDX-License-Identifier: GPL-2.0
/*
 * The names that sources define themselves, as far as tokens tell: macros,
 * functions with their bodies, types, tags, enumerators. Those that they only
 * declare are apart: Windows' functions may be declared once more.
 */
#include <err.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "port.h"

/**
 * struct scope - a walk through the tokens of a file
 * @port: all sources
 * @tokens: the file's tokens
 * @at: the token in question
 * @depth: of braces that are neither extern "C" nor a namespace
 */
struct scope {
	struct port *port;
	const struct tokens *tokens;
	size_t at;
	unsigned int depth;
};

static int compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

bool own_has(void *const *names, const char *name)
{
	return tfind(name, names, compare);
}

static void remember(void **names, const struct token *token)
{
	char *text = token_text(token), **found;

	found = tsearch(text, names, compare);
	if (!found)
		err(EXIT_REFUSED, NULL);
	if (*found != text)
		free(text);
}

static const struct token *token_at(const struct tokens *tokens, size_t at)
{
	return at < tokens->count ? &tokens->items[at] : NULL;
}

size_t closing(const struct tokens *tokens, size_t at)
{
	const struct token *first = &tokens->items[at];
	char open[2] = { *first->text }, close[2] = { 0 };
	size_t depth = 0;

	close[0] = *open == '(' ? ')' : *open == '{' ? '}' : ']';
	for (; at < tokens->count; at++) {
		if (token_is(&tokens->items[at], open))
			depth++;
		else if (token_is(&tokens->items[at], close) && !--depth)
			break;
	}
	return at;
}

static bool is_any(const struct token *token, const char *const *words)
{
	for (; *words; words++)
		if (token_is(token, *words))
			return true;
	return false;
}

static bool is_name(const struct token *token)
{
	return token && token->kind == TOKEN_NAME;
}

/* Statements, whose names are not of a declaration. */
static bool is_statement(const struct token *token)
{
	static const char *const words[] = { "return", "goto", "case", "else",
					     "do", "sizeof", "new", "delete",
					     "throw", "typedef", NULL };

	return is_any(token, words);
}

/* typedef ... NAME; and typedef ... NAME, *PNAME; and the like. */
static void find_typedef(struct scope *scope)
{
	const struct tokens *tokens = scope->tokens;
	const struct token *token, *before = NULL;

	for (size_t i = scope->at + 1; (token = token_at(tokens, i)); i++) {
		if (token_is(token, "{") || token_is(token, "[")) {
			i = closing(tokens, i);
		} else if (token_is(token, "(")) {
			/* (*NAME)(...) or (NAME)(...) or NAME(...) */
			size_t end = closing(tokens, i);
			const struct token *last = token_at(tokens, end - 1);

			if (token_is(token_at(tokens, end + 1), "(")) {
				if (is_name(last))
					remember(&scope->port->own, last);
			} else if (is_name(before) &&
				   token_is(token_at(tokens, end + 1), ";")) {
				remember(&scope->port->own, before);
			}
			i = end;
		} else if (token_is(token, ";") || token_is(token, ",")) {
			if (is_name(before))
				remember(&scope->port->own, before);
			if (token_is(token, ";"))
				return;
		}
		before = token;
	}
}

static void find_enumerators(struct scope *scope, size_t from, size_t to)
{
	bool first = true;

	for (size_t i = from + 1; i < to; i++) {
		const struct token *token = token_at(scope->tokens, i);

		if (first && is_name(token))
			remember(&scope->port->own, token);
		if (token_is(token, "("))
			i = closing(scope->tokens, i);
		first = token_is(token, ",");
	}
}

/* What stands before a declared name: its type. */
static bool ends_type(const struct token *token)
{
	static const char *const signs[] = { "*", "&", ">", "~", NULL };

	return (is_name(token) && !is_statement(token)) || is_any(token, signs);
}

/* The methods of a class are its own, whatever they are called. */
static void find_methods(struct scope *scope, size_t from, size_t to)
{
	const struct tokens *tokens = scope->tokens;

	for (size_t i = from + 1; i < to; i++) {
		const struct token *token = token_at(tokens, i);

		if (token_is(token, "{")) {
			i = closing(tokens, i);
		} else if (token_is(token, "(")) {
			if (is_name(token_at(tokens, i - 1)) &&
			    ends_type(token_at(tokens, i - 2)))
				remember(&scope->port->own,
					 token_at(tokens, i - 1));
			i = closing(tokens, i);
		}
	}
}

/* struct NAME {, enum NAME {, class NAME : public OTHER {. */
static void find_tag(struct scope *scope)
{
	const struct tokens *tokens = scope->tokens;
	const struct token *token, *tag = NULL;
	bool is_enum = token_is(token_at(tokens, scope->at), "enum");

	for (size_t i = scope->at + 1; (token = token_at(tokens, i)); i++) {
		if (token_is(token, "(")) {
			i = closing(tokens, i);
		} else if (token_is(token, "{")) {
			if (tag)
				remember(&scope->port->own, tag);
			if (is_enum)
				find_enumerators(scope, i, closing(tokens, i));
			else
				find_methods(scope, i, closing(tokens, i));
			return;
		} else if (is_name(token)) {
			if (!tag || token_is(token_at(tokens, i - 1), ")"))
				tag = token;
		} else if (!token_is(token, ":") && !token_is(token, "::") &&
			   !token_is(token, ",")) {
			return;
		}
	}
}

/* A function's head, outside of all bodies: defined, declared, or neither. */
static void find_function(struct scope *scope)
{
	const struct tokens *tokens = scope->tokens;
	const struct token *name = token_at(tokens, scope->at);
	size_t end = closing(tokens, scope->at + 1), i = end + 1;
	static const char *const behind[] = { "const", "noexcept", "override",
					      "final", "throw", NULL };

	while (is_any(token_at(tokens, i), behind))
		i++;
	if (token_is(token_at(tokens, i), "{"))
		remember(&scope->port->own, name);
	else if (scope->at && ends_type(token_at(tokens, scope->at - 1)))
		remember(&scope->port->declared, name);
	else
		/* A macro that may define what it names. */
		for (i = scope->at + 2; i < end; i++)
			if (is_name(token_at(tokens, i)))
				remember(&scope->port->declared,
					 token_at(tokens, i));
}

/* TYPE NAME; and TYPE *NAME = and (*NAME)(. */
static void find_variable(struct scope *scope)
{
	const struct tokens *tokens = scope->tokens;
	const struct token *before, *name = token_at(tokens, scope->at);
	const struct token *after = token_at(tokens, scope->at + 1);
	static const char *const behind[] = { ";", ",", ")", "=", "[", ":",
					      "{", "OPTIONAL", NULL };

	if (!scope->at)
		return;
	before = token_at(tokens, scope->at - 1);
	if (is_any(after, behind) && ends_type(before))
		remember(&scope->port->declared, name);
}

/* extern "C" { and namespace x { are no scope of their own. */
static bool is_transparent(const struct scope *scope)
{
	const struct token *before = NULL, *first = NULL;

	if (scope->at)
		before = token_at(scope->tokens, scope->at - 1);
	if (scope->at > 1)
		first = token_at(scope->tokens, scope->at - 2);
	if (token_is(before, "namespace") || token_is(first, "namespace"))
		return true;
	return before && before->kind == TOKEN_STRING &&
	       token_is(first, "extern");
}

/* A macro and its parameters; of its body only what it uses matters. */
static void find_macro(struct scope *scope)
{
	const struct token *name = token_at(scope->tokens, scope->at);
	const struct token *next = token_at(scope->tokens, scope->at + 1);
	size_t end;

	remember(&scope->port->own, name);
	if (!token_is(next, "(") || next->text != name->text + name->len)
		return;
	end = closing(scope->tokens, scope->at + 1);
	for (size_t i = scope->at + 2; i < end; i++)
		if (is_name(token_at(scope->tokens, i)))
			remember(&scope->port->declared,
				 token_at(scope->tokens, i));
	scope->at = end;
}

static void find_name(struct scope *scope)
{
	const struct tokens *tokens = scope->tokens;
	const struct token *token = token_at(tokens, scope->at);
	static const char *const tags[] = { "struct", "union", "enum", "class",
					    NULL };

	if (token_is(token, "typedef"))
		find_typedef(scope);
	else if (is_any(token, tags))
		find_tag(scope);
	else if (token_is(token_at(tokens, scope->at + 1), "(") &&
		 !scope->depth)
		find_function(scope);
	else
		find_variable(scope);
}

/* Braces of a body of a macro may lack their other half. */
static void skip_body(struct scope *scope)
{
	const struct token *token;

	while ((token = token_at(scope->tokens, scope->at)) &&
	       token->kind != TOKEN_DEFINED)
		scope->at++;
}

static void find_in_file(struct port *port, const struct tokens *tokens)
{
	struct scope scope = { .port = port, .tokens = tokens };
	size_t transparent = 0;

	for (; scope.at < tokens->count; scope.at++) {
		const struct token *token = token_at(tokens, scope.at);

		if (token->kind == TOKEN_DEFINE) {
			find_macro(&scope);
			skip_body(&scope);
		} else if (token_is(token, "{")) {
			if (!scope.depth && is_transparent(&scope))
				transparent++;
			else
				scope.depth++;
		} else if (token_is(token, "}")) {
			if (scope.depth)
				scope.depth--;
			else if (transparent)
				transparent--;
		} else if (token->kind == TOKEN_NAME) {
			find_name(&scope);
		}
	}
}

void port_find_own(struct port *port)
{
	for (size_t i = 0; i < port->file_count; i++)
		find_in_file(port, &port->files[i].tokens);
}
