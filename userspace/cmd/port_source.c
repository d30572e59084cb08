// SPDX-License-Identifier: GPL-2.0
#include <err.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../../module/wdm/utf.h"
#include "cmd.h"
#include "port_source.h"

/* Nobody writes such a source; it bounds what a wrong file costs. */
#define LONGEST_SOURCE (16 << 20)

static void *allocate(size_t size)
{
	void *made = malloc(size);

	if (!made)
		err(EXIT_REFUSED, NULL);
	return made;
}

/* All of a regular file, and a NUL. */
static const char *read_file(const char *path, char **data, size_t *len)
{
	FILE *file = fopen(path, "re");
	const char *why = NULL;
	struct stat st;

	if (!file)
		return strerror(errno);
	if (fstat(fileno(file), &st) || !S_ISREG(st.st_mode)) {
		fclose(file);
		return "is no file";
	}
	if (st.st_size > LONGEST_SOURCE) {
		fclose(file);
		return "is longer than 16 MiB: no source";
	}
	*data = allocate(st.st_size + 1);
	*len = fread(*data, 1, st.st_size, file);
	(*data)[*len] = '\0';
	if (ferror(file)) {
		why = strerror(errno);
		free(*data);
	}
	fclose(file);
	return why;
}

static unsigned int unit(const char *at, bool big)
{
	const unsigned char *bytes = (const unsigned char *)at;

	return big ? bytes[0] << 8 | bytes[1] : bytes[1] << 8 | bytes[0];
}

/* UTF-16 from the byte @from on becomes UTF-8, in place of @data. */
static void decode_utf16(char **data, size_t *len, size_t from, bool big)
{
	char *made = allocate(*len / 2 * 3 + 1), *to = made;

	for (size_t i = from; i + 1 < *len; i += 2) {
		uint32_t c = unit(*data + i, big);

		if (utf16_is_high(c) && i + 3 < *len &&
		    utf16_is_low(unit(*data + i + 2, big))) {
			i += 2;
			c = utf16_pair(c, unit(*data + i, big));
		}
		to += utf8_put(c, to);
	}
	*to = '\0';
	free(*data);
	*data = made;
	*len = to - made;
}

/* Text has no NUL, but UTF-16 of Latin letters has one in each. */
static bool looks_like_utf16(const char *data, size_t len, bool big)
{
	size_t zeros = 0, seen = len < 256 ? len / 2 : 128;

	for (size_t i = 0; i < seen; i++) {
		if (data[2 * i + !big] == '\0')
			zeros++;
		if (data[2 * i + big] == '\0')
			return false;
	}
	return seen && zeros > seen / 2;
}

static void decode(char **data, size_t *len)
{
	if (*len >= 2 && !memcmp(*data, "\xff\xfe", 2))
		decode_utf16(data, len, 2, false);
	else if (*len >= 2 && !memcmp(*data, "\xfe\xff", 2))
		decode_utf16(data, len, 2, true);
	else if (looks_like_utf16(*data, *len, false))
		decode_utf16(data, len, 0, false);
	else if (looks_like_utf16(*data, *len, true))
		decode_utf16(data, len, 0, true);
	if (*len >= 3 && !memcmp(*data, "\xef\xbb\xbf", 3))
		memmove(*data, *data + 3, (*len -= 3) + 1);
}

/* How much a backslash at the end of its line takes away. */
static size_t continued(const char *at)
{
	if (*at != '\\')
		return 0;
	if (at[1] == '\n')
		return 2;
	return at[1] == '\r' && at[2] == '\n' ? 3 : 0;
}

static void join_lines(struct source_text *source)
{
	size_t from = 0, to = 0, skip;
	unsigned int line = 1;

	source->lines = allocate((source->len + 1) * sizeof(*source->lines));
	while (from < source->len) {
		char c = source->text[from];

		skip = continued(source->text + from);
		if (skip) {
			from += skip;
			line++;
			continue;
		}
		from++;
		if (c == '\r' && source->text[from] == '\n')
			continue;
		source->lines[to] = line;
		source->text[to++] = c == '\r' ? '\n' : c;
		if (c == '\n' || c == '\r')
			line++;
	}
	source->text[to] = '\0';
	source->lines[to] = line;
	source->len = to;
}

const char *source_read(const char *path, struct source_text *source)
{
	const char *why;

	*source = (struct source_text){ 0 };
	why = read_file(path, &source->text, &source->len);
	if (why)
		return why;
	decode(&source->text, &source->len);
	if (memchr(source->text, '\0', source->len)) {
		source_free(source);
		return "is no text";
	}
	join_lines(source);
	return NULL;
}

void source_free(struct source_text *source)
{
	free(source->text);
	free(source->lines);
	*source = (struct source_text){ 0 };
}
