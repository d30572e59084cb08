// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <err.h>
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

bool bytes_are_text(struct bytes bytes)
{
	if (bytes.len && !bytes.data[bytes.len - 1])
		bytes.len--;
	for (size_t i = 0; i < bytes.len; i++)
		if (!isprint((unsigned char)bytes.data[i]) &&
		    !isspace((unsigned char)bytes.data[i]))
			return false;
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
		putchar(isprint(line[i]) ? line[i] : '.');
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
