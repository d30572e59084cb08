// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ntio/ntio.h>

#include "cmd.h"
#include "code.h"
#include "number.h"
#include "spelling.h"
#include "words.h"

#define NODES "/dev/ntio"

static char *without_blanks(char *text)
{
	char *start, *end;

	start = text + strspn(text, " \t\n");
	for (end = start + strlen(start);
	     end > start && isspace((unsigned char)end[-1]); end--)
		;
	*end = '\0';
	return start;
}

static bool parse_type(const char *text, uint32_t *type)
{
	if (parse_u32(text, type))
		return *type <= 0xffff;
	if (same_name(text, "NTIO_DEVICE_UNKNOWN")) {
		*type = NTIO_DEVICE_UNKNOWN;
		return true;
	}
	for (*type = 0; *type <= 0xff; (*type)++) {
		const char *name = device_type_name(*type);

		if (name && same_name_or_rest(text, name, "FILE_DEVICE_"))
			return true;
	}
	return false;
}

static bool parse_method(const char *text, uint32_t *method)
{
	if (parse_u32(text, method))
		return *method <= 3;
	for (*method = 0; *method <= 3; (*method)++)
		if (same_name_or_rest(text, method_word(*method)->windows,
				      "METHOD_") ||
		    same_name(text, method_word(*method)->ntio))
			return true;
	return false;
}

static bool parse_access_word(const char *text, uint32_t *bits)
{
	static const struct {
		const char *name;
		uint32_t bits;
	} words[] = {
		{ "FILE_ANY_ACCESS", NTIO_ANY_ACCESS },
		{ "FILE_SPECIAL_ACCESS", NTIO_ANY_ACCESS },
		{ "FILE_READ_ACCESS", NTIO_READ_ACCESS },
		{ "FILE_WRITE_ACCESS", NTIO_WRITE_ACCESS },
		{ "FILE_READ_DATA", NTIO_READ_ACCESS },
		{ "FILE_WRITE_DATA", NTIO_WRITE_ACCESS },
		{ "NTIO_ANY_ACCESS", NTIO_ANY_ACCESS },
		{ "NTIO_READ_ACCESS", NTIO_READ_ACCESS },
		{ "NTIO_WRITE_ACCESS", NTIO_WRITE_ACCESS },
	};

	if (parse_u32(text, bits))
		return *bits <= 3;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (same_name(text, words[i].name)) {
			*bits = words[i].bits;
			return true;
		}
	return false;
}

/* "FILE_READ_ACCESS | FILE_WRITE_ACCESS", perhaps in parentheses. */
static bool parse_access(char *text, uint32_t *access)
{
	uint32_t bits;
	char *word;

	*access = 0;
	while ((word = strsep(&text, "|"))) {
		if (!parse_access_word(without_blanks(word), &bits))
			return false;
		*access |= bits;
	}
	return true;
}

/* What is between the parentheses. */
static bool parse_arguments(char *text, uint32_t *code)
{
	uint32_t type, function, method, access;
	char *arguments[4];

	for (size_t i = 0; i < 4; i++) {
		arguments[i] = strsep(&text, ",");
		if (!arguments[i])
			return false;
		arguments[i] = without_blanks(arguments[i]);
	}
	if (text || !parse_type(arguments[0], &type) ||
	    !parse_u32(arguments[1], &function) || function > 0xfff ||
	    !parse_method(arguments[2], &method) ||
	    !parse_access(arguments[3], &access))
		return false;
	*code = NTIO_CTL_CODE(type, function, method, access);
	return true;
}

static bool parse_macro(const char *text, uint32_t *code)
{
	const char *open = strchr(text, '('), *close = strrchr(text, ')');
	bool ok = false;
	char *inside;

	if (!open || !close || close < open || close[1])
		return false;
	if (strncmp(text, "CTL_CODE", open - text) &&
	    strncmp(text, "NTIO_CTL_CODE", open - text))
		return false;
	inside = strndup(open + 1, close - open - 1);
	for (char *c = inside; c && *c; c++)
		if (*c == '(' || *c == ')')
			*c = ' ';
	ok = inside && parse_arguments(inside, code);
	free(inside);
	return ok;
}

bool parse_code(const char *text, uint32_t *code)
{
	return parse_u32(text, code) || parse_macro(text, code);
}

/* A device that cannot be opened is passed over. */
static bool find_in_device(const char *device, const char *name, uint32_t *code)
{
	int fd = ntio_open(device, NTIO_NO_ACCESS);
	struct ntio_query_control row;
	bool found = false;

	if (fd < 0)
		return false;
	for (uint32_t i = 0; !found && !ntio_query_control(fd, i, &row); i++)
		found = same_name(name, (const char *)row.out_name);
	if (found)
		*code = row.out_code;
	close(fd);
	return found;
}

bool find_code(const char *name, uint32_t *code)
{
	DIR *nodes = opendir(NODES);
	struct dirent *entry;
	bool found = false;

	while (nodes && !found && (entry = readdir(nodes)))
		if (entry->d_name[0] != '.')
			found = find_in_device(entry->d_name, name, code);
	if (nodes)
		closedir(nodes);
	return found;
}
