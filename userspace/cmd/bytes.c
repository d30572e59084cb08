// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <err.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "cmd.h"

struct bytes bytes_from_text(char *text)
{
	return (struct bytes){ text, strlen(text) };
}

bool bytes_from_hex(const char *text, struct bytes *bytes)
{
	int used;

	bytes->len = 0;
	bytes->data = malloc(strlen(text) / 2 + 1);
	if (!bytes->data)
		err(EXIT_REFUSED, NULL);
	while (*(text += strspn(text, " \t\n"))) {
		if (!isxdigit((unsigned char)text[0]) ||
		    !isxdigit((unsigned char)text[1]) ||
		    sscanf(text, "%2hhx%n", &bytes->data[bytes->len++],
			   &used) != 1)
			return false;
		text += used;
	}
	return true;
}

static struct bytes read_all(FILE *file)
{
	struct bytes bytes = { NULL, 0 };
	char chunk[65536];
	FILE *to;
	size_t n;

	to = open_memstream(&bytes.data, &bytes.len);
	if (!to)
		err(EXIT_REFUSED, NULL);
	while ((n = fread(chunk, 1, sizeof(chunk), file)))
		if (fwrite(chunk, 1, n, to) != n)
			err(EXIT_REFUSED, NULL);
	if (fclose(to))
		err(EXIT_REFUSED, NULL);
	return bytes;
}

struct bytes bytes_from_file(const char *path)
{
	FILE *file = strcmp(path, "-") ? fopen(path, "re") : stdin;
	struct bytes bytes;

	if (!file)
		err(EXIT_REFUSED, "cannot open '%s'", path);
	bytes = read_all(file);
	if (ferror(file))
		err(EXIT_REFUSED, "cannot read '%s'", path);
	if (file != stdin)
		fclose(file);
	return bytes;
}

static bool is_ascii_text(unsigned char c)
{
	return (c >= ' ' && c < 0x7f) || (c >= '\t' && c <= '\r');
}

/*
 * How many bytes of UTF-8 make up the character at @at, 0 if they are none:
 * neither overlong, nor half of a pair of UTF-16, nor behind the last one.
 */
static size_t character(const unsigned char *at, size_t len)
{
	static const uint32_t first[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t size = *at < 0x80 ? 1 : *at < 0xc0 ? 0 : *at < 0xe0 ? 2 :
		      *at < 0xf0 ? 3 : *at < 0xf8 ? 4 : 0;
	uint32_t c;

	if (size < 2 || size > len)
		return size == 1;
	c = *at & (0x7f >> size);
	for (size_t i = 1; i < size; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (at[i] & 0x3f);
	}
	if (c < first[size] || (c >= 0xd800 && c < 0xe000) || c > 0x10ffff)
		return 0;
	return c < 0xa0 ? 0 : size;	/* the control codes above ASCII */
}

bool bytes_are_text(struct bytes bytes)
{
	const unsigned char *at = (const unsigned char *)bytes.data;
	size_t size;

	if (bytes.len && !bytes.data[bytes.len - 1])
		bytes.len--;
	for (size_t i = 0; i < bytes.len; i += size) {
		size = character(at + i, bytes.len - i);
		if (!size || (size == 1 && !is_ascii_text(at[i])))
			return false;
	}
	return true;
}

void bytes_print_text(struct bytes bytes)
{
	if (bytes.len && !bytes.data[bytes.len - 1])
		bytes.len--;
	fwrite(bytes.data, 1, bytes.len, stdout);
	if (bytes.len && bytes.data[bytes.len - 1] != '\n')
		putchar('\n');
}

static void print_hex_line(const unsigned char *line, size_t len)
{
	for (size_t i = 0; i < 16; i++) {
		if (i == 8)
			putchar(' ');
		if (i < len)
			printf(" %02x", line[i]);
		else
			fputs("   ", stdout);
	}
	fputs("  |", stdout);
	for (size_t i = 0; i < len; i++)
		putchar(line[i] >= ' ' && line[i] < 0x7f ? line[i] : '.');
	puts("|");
}

void bytes_print_hex(struct bytes bytes)
{
	for (size_t i = 0; i < bytes.len; i += 16) {
		size_t rest = bytes.len - i;

		printf("%08zx ", i);
		print_hex_line((unsigned char *)bytes.data + i,
			       rest < 16 ? rest : 16);
	}
	printf("%08zx\n", bytes.len);
}
