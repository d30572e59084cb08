// SPDX-License-Identifier: GPL-2.0
/*
 * Places that no layer can make right, or that want to be looked at, as far as
 * tokens tell.
 */
#include <err.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cmd.h"
#include "port.h"

enum pattern_kind {
	PATTERN_SHARED_LONG,
	PATTERN_SHARED_POINTER,
	PATTERN_USER_DEREFERENCE,
	PATTERN_FORMAT_LONG,
	PATTERN_FINALLY,
	PATTERN_LEAVE,
	PATTERN_TRY_EXIT,
	PATTERN_TRY_BARE,
	PATTERN_CANCEL_FLAG,
	PATTERN_METHOD_NEITHER,
	PATTERN_TYPE3_INPUT,
	PATTERN_USER_BUFFER,
	PATTERN_GENERATED,
	PATTERN_MISSING,
	PATTERN_ASSEMBLER,
};

static const struct pattern patterns[] = {
	[PATTERN_SHARED_LONG] = {
		"shared_long",
		"long has 64 bits here and 32 on Windows: write LONG or ULONG" },
	[PATTERN_SHARED_POINTER] = {
		"shared_pointer",
		"a user address in the data: check it, and copy what it points "
		"to; it has 4 bytes in 32-bit programs" },
	[PATTERN_USER_DEREFERENCE] = {
		"user_dereference",
		"a user address is used as it is: copy first, by a function "
		"that can fail (ntio_read_user())" },
	[PATTERN_FORMAT_LONG] = {
		"format_long",
		"l is 32 bits in DbgPrint() and printf() of the layers, and "
		"64 in Linux' own functions: there, leave it out" },
	[PATTERN_FINALLY] = {
		"finally",
		"write what it does behind the block and before each return "
		"and goto, and in an __except that raises again" },
	[PATTERN_LEAVE] = {
		"leave",
		"the layer has it; elsewhere a goto to the end of the block" },
	[PATTERN_TRY_EXIT] = {
		"try_exit",
		"a raise that comes later may still find this block: keep the "
		"status, and leave behind the block" },
	[PATTERN_TRY_BARE] = {
		"try_bare", "put braces around the whole __try statement" },
	[PATTERN_CANCEL_FLAG] = {
		"cancel_flag",
		"Irp->Cancel says something under the cancel lock only: set "
		"the routine first, then look" },
	[PATTERN_METHOD_NEITHER] = {
		"method_neither",
		"the driver is given bare addresses: METHOD_BUFFERED or a "
		"direct one if you can" },
	[PATTERN_TYPE3_INPUT] = {
		"type3_input",
		"a bare user address; the layer has the locked buffer's own "
		"address there, ntio's API a struct ntio_caller" },
	[PATTERN_USER_BUFFER] = {
		"user_buffer",
		"a bare user address; the layer has the locked buffer's own "
		"address there, ntio's API a struct ntio_caller" },
	[PATTERN_GENERATED] = {
		"generated_header",
		"made by a tool of Windows' build that is not here: leave it "
		"out, or write the header by hand" },
	[PATTERN_MISSING] = {
		"missing_header",
		"not among these sources: what it declares is not known" },
	[PATTERN_ASSEMBLER] = {
		"assembler", "write it in C" },
};

/**
 * struct search - a walk through the tokens of a file
 * @port: the sources
 * @file: number of the file
 * @tokens: its tokens
 */
struct search {
	struct port *port;
	unsigned int file;
	const struct tokens *tokens;
};

static const struct token *token_at(const struct search *search, size_t at)
{
	return at < search->tokens->count ? &search->tokens->items[at] : NULL;
}

static bool is_at(const struct search *search, size_t at, const char *text)
{
	return token_is(token_at(search, at), text);
}

static void found(struct search *search, enum pattern_kind kind,
		  const struct token *token)
{
	struct port *port = search->port;

	port->findings = grow(port->findings, &port->finding_count,
			      sizeof(*port->findings));
	port->findings[port->finding_count - 1] = (struct finding){
		.pattern = &patterns[kind],
		.at = { search->file, token ? token->line : 1 },
		.what = token ? token_text(token) : strdup(""),
	};
}

static bool is_among(const struct token *token, const char *const *words)
{
	for (; *words; words++)
		if (token_is(token, *words))
			return true;
	return false;
}

/* A structure of a header that both sides include, or that has the codes. */
static bool is_shared(const struct port_file *file)
{
	if (file->header && file->sides == (1 << SIDE_DRIVER |
					    1 << SIDE_PROGRAM))
		return true;
	for (size_t i = 0; i < file->tokens.count; i++)
		if (file->header && token_is(&file->tokens.items[i],
					     "CTL_CODE"))
			return true;
	return false;
}

/* long, but not long long and not long double. */
static bool is_long(const struct search *search, size_t at)
{
	return is_at(search, at, "long") && !is_at(search, at + 1, "long") &&
	       !is_at(search, at + 1, "double") &&
	       !(at && is_at(search, at - 1, "long"));
}

static bool is_pointer_type(const struct token *token)
{
	static const char *const types[] = {
		"PVOID", "LPVOID", "LPCVOID", "PCHAR", "PUCHAR", "PBYTE",
		"LPBYTE", "PULONG", "PUSHORT", "PULONGLONG", "PDWORD",
		"LPDWORD", "PWSTR", "PCWSTR", "LPWSTR", "LPCWSTR", "PSTR",
		"PCSTR", "LPSTR", "LPCSTR", "PWCHAR", "PUNICODE_STRING",
		"UNICODE_STRING", NULL
	};

	return is_among(token, types);
}

static int compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* NAME of "PVOID NAME;" or "char *NAME[3];" is a pointer of a structure. */
static void look_at_member(struct search *search, size_t at)
{
	const struct token *type = token_at(search, at);
	const struct token *name = token_at(search, at + 1);

	if (!token_is(type, "*") && !is_pointer_type(type))
		return;
	if (!name || name->kind != TOKEN_NAME ||
	    !(is_at(search, at + 2, ";") || is_at(search, at + 2, "[")))
		return;
	found(search, PATTERN_SHARED_POINTER, name);
	if (!tsearch(token_text(name), &search->port->user_pointers, compare))
		err(EXIT_REFUSED, NULL);
}

static void look_at_structures(struct search *search)
{
	const struct token *token;
	size_t end = 0;

	for (size_t i = 0; (token = token_at(search, i)); i++) {
		if (token_is(token, "struct") || token_is(token, "union")) {
			size_t open = i + 1;

			while (token_at(search, open) &&
			       token_at(search, open)->kind == TOKEN_NAME)
				open++;
			if (is_at(search, open, "{") && open > end)
				end = closing(search->tokens, open);
		} else if (i < end && is_long(search, i)) {
			found(search, PATTERN_SHARED_LONG, token);
		} else if (i < end) {
			look_at_member(search, i);
		}
	}
}

/* The * at @at is no product: what stands before it is no value. */
static bool is_unary(const struct search *search, size_t at)
{
	const struct token *before = at ? token_at(search, at - 1) : NULL;

	if (!is_at(search, at, "*"))
		return false;
	return !before || token_is(before, "return") ||
	       (before->kind != TOKEN_NAME && before->kind != TOKEN_NUMBER &&
		!token_is(before, ")") && !token_is(before, "]"));
}

/* "* p" or "* (TYPE) p", where p is at @at. */
static bool is_pointed_at(const struct search *search, size_t at)
{
	if (at && is_at(search, at - 1, ")")) {
		for (at--; at && !is_at(search, at, "("); at--)
			;
	}
	return at && is_unary(search, at - 1);
}

/* Given to a function of C that copies, as a whole argument. */
static bool is_copied(const struct search *search, size_t at)
{
	static const char *const copies[] = { "memcpy", "memmove", "memset",
					      "memcmp", "strcpy", "strncpy",
					      "strlen", "wcslen", NULL };
	size_t depth = 0;

	if (!is_at(search, at + 1, ",") && !is_at(search, at + 1, ")"))
		return false;
	for (; at && !is_at(search, at, ";"); at--) {
		if (is_at(search, at, ")"))
			depth++;
		else if (is_at(search, at, "(") && depth)
			depth--;
		else if (is_at(search, at, "("))
			return is_among(token_at(search, at - 1), copies);
	}
	return false;
}

/* p->NAME[, p->NAME->, *p->NAME and memcpy(to, p->NAME, len). */
static void look_at_dereference(struct search *search, size_t at)
{
	const struct token *member = token_at(search, at + 1);
	bool is_user;
	char *name;

	if (at < 2 || !member || member->kind != TOKEN_NAME)
		return;
	name = token_text(member);
	is_user = tfind(name, &search->port->user_pointers, compare);
	free(name);
	if (is_user && (is_at(search, at + 2, "[") ||
			is_at(search, at + 2, "->") ||
			is_pointed_at(search, at - 1) ||
			is_copied(search, at + 1)))
		found(search, PATTERN_USER_DEREFERENCE, member);
}

/* %ld, %08lx: l, but neither ll nor the l of %ls and %lc. */
static bool has_long(const char *text, size_t len)
{
	const char *end = text + len;

	while ((text = memchr(text, '%', end - text))) {
		for (text++; text < end && strchr("-+ #0123456789.*", *text);
		     text++)
			;
		if (end - text > 1 && text[0] == 'l' &&
		    strchr("diuxXo", text[1]))
			return true;
		if (text < end && *text == '%')
			text++;
	}
	return false;
}

static void look_at_format(struct search *search, size_t at)
{
	static const char *const printers[] = {
		"DbgPrint", "DbgPrintEx", "KdPrint", "KdPrintEx",
		"vDbgPrintEx", "RtlStringCbPrintfA", "RtlStringCbPrintfW",
		"RtlStringCchPrintfA", "RtlStringCchPrintfW", "printf",
		"wprintf", "fprintf", "fwprintf", "sprintf", "snprintf",
		"_snprintf", "_snwprintf", "swprintf", "sprintf_s",
		"swprintf_s", "printf_s", "_tprintf", "_stprintf",
		"StringCbPrintf", "StringCbPrintfA", "StringCbPrintfW",
		"StringCchPrintf", "StringCchPrintfA", "StringCchPrintfW", NULL
	};
	size_t end;

	if (!is_among(token_at(search, at), printers) ||
	    !is_at(search, at + 1, "("))
		return;
	end = closing(search->tokens, at + 1);
	for (size_t i = at + 2; i < end; i++) {
		const struct token *token = token_at(search, i);

		if (token->kind == TOKEN_STRING &&
		    has_long(token->text, token->len)) {
			found(search, PATTERN_FORMAT_LONG, token_at(search, at));
			return;
		}
	}
}

/* return and goto in the body of a __try; those of blocks inside, too. */
static void look_at_try(struct search *search, size_t at)
{
	size_t end;

	if (at && (is_at(search, at - 1, ")") || is_at(search, at - 1, "else")))
		found(search, PATTERN_TRY_BARE, token_at(search, at));
	if (!is_at(search, at + 1, "{"))
		return;
	end = closing(search->tokens, at + 1);
	for (size_t i = at + 2; i < end; i++)
		if (is_at(search, i, "goto"))
			found(search, PATTERN_TRY_EXIT, token_at(search, i));
}

/* A read: not what is left of a lone "=". */
static bool is_assigned(const struct search *search, size_t at)
{
	return is_at(search, at + 1, "=") && !is_at(search, at + 2, "=");
}

static void look_at_member_use(struct search *search, size_t at)
{
	const struct token *member = token_at(search, at + 1);

	look_at_dereference(search, at);
	if (token_is(member, "Type3InputBuffer"))
		found(search, PATTERN_TYPE3_INPUT, member);
	else if (token_is(member, "UserBuffer"))
		found(search, PATTERN_USER_BUFFER, member);
	else if (token_is(member, "Cancel") && !is_assigned(search, at + 1))
		found(search, PATTERN_CANCEL_FLAG, member);
}

static void look_at_name(struct search *search, size_t at)
{
	static const char *const assembler[] = { "__asm", "_asm", "__asm__",
						 NULL };
	/* The short ones are of excpt.h; try is C++'s, too. */
	static const char *const tries[] = { "__try", "try", NULL };
	static const char *const finallies[] = { "__finally", "finally",
						 NULL };
	static const char *const leaves[] = { "__leave", "leave", NULL };
	const struct token *token = token_at(search, at);

	look_at_format(search, at);
	if (is_among(token, tries))
		look_at_try(search, at);
	else if (is_among(token, finallies))
		found(search, PATTERN_FINALLY, token);
	else if (is_among(token, leaves))
		found(search, PATTERN_LEAVE, token);
	else if (token_is(token, "METHOD_NEITHER"))
		found(search, PATTERN_METHOD_NEITHER, token);
	else if (is_among(token, assembler))
		found(search, PATTERN_ASSEMBLER, token);
}

/* Windows' own headers have no quotes, or a name that is known. */
static bool is_windows_header(const struct token *include)
{
	static const char *const own[] = {
		"\"ntddk.h\"", "\"wdm.h\"", "\"ntifs.h\"", "\"wdf.h\"",
		"\"windows.h\"", "\"winioctl.h\"", "\"initguid.h\"",
		"\"ntstrsafe.h\"", "\"wdmsec.h\"", "\"devioctl.h\"",
		"\"strsafe.h\"", "\"csq.h\"", NULL
	};

	for (size_t i = 0; own[i]; i++)
		if (strlen(own[i]) == include->len &&
		    !strncasecmp(own[i], include->text, include->len))
			return true;
	return include->text[0] == '<';
}

static bool ends_with(const struct token *include, const char *end)
{
	size_t len = strlen(end);

	return include->len > len &&
	       !strncasecmp(include->text + include->len - 1 - len, end, len);
}

/* messages.h is made from messages.mc, if that is here. */
static bool is_generated(const struct port *port, const struct token *include)
{
	if (ends_with(include, ".tmh"))
		return true;
	for (size_t i = 0; i < port->other_count; i++) {
		const char *path = port->others[i];
		const char *base = strrchr(path, '/');
		size_t len = strcspn(base ? ++base : (base = path), ".");

		if (include->len > len + 2 && include->text[len + 1] == '.' &&
		    !strncasecmp(include->text + 1, base, len))
			return true;
	}
	return false;
}

static void look_at_include(struct search *search, const struct token *include)
{
	const struct port_file *file = &search->port->files[search->file];

	if (port_included(search->port, file, include))
		return;
	if (is_generated(search->port, include))
		found(search, PATTERN_GENERATED, include);
	else if (!is_windows_header(include))
		found(search, PATTERN_MISSING, include);
}

static void look_at_file(struct search *search)
{
	const struct token *token;

	for (size_t i = 0; (token = token_at(search, i)); i++) {
		if (token->kind == TOKEN_INCLUDE)
			look_at_include(search, token);
		else if (token_is(token, "->") || token_is(token, "."))
			look_at_member_use(search, i);
		else if (token->kind == TOKEN_NAME)
			look_at_name(search, i);
	}
}

static int by_place(const void *a, const void *b)
{
	const struct finding *one = a, *two = b;

	if (one->at.file != two->at.file)
		return one->at.file < two->at.file ? -1 : 1;
	if (one->at.line != two->at.line)
		return one->at.line < two->at.line ? -1 : 1;
	return strcmp(one->pattern->name, two->pattern->name);
}

/* Structures first: what is a user's pointer must be known. */
void port_find_patterns(struct port *port)
{
	struct search search = { .port = port };

	for (; search.file < port->file_count; search.file++) {
		search.tokens = &port->files[search.file].tokens;
		if (is_shared(&port->files[search.file]))
			look_at_structures(&search);
	}
	for (search.file = 0; search.file < port->file_count; search.file++) {
		search.tokens = &port->files[search.file].tokens;
		look_at_file(&search);
	}
	if (port->finding_count)
		qsort(port->findings, port->finding_count,
		      sizeof(*port->findings), by_place);
}
