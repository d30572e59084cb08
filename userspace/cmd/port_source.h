/* SPDX-License-Identifier: GPL-2.0 */
/* The text of a source file, as the compiler's first two phases leave it. */
#ifndef NTIO_CMD_PORT_SOURCE_H
#define NTIO_CMD_PORT_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct source_text - text of a file
 * @text: UTF-8 and NUL at its end; carriage returns and continued lines are
 *	gone
 * @len: bytes of @text
 * @lines: number of the line that each byte of @text stood in, from 1
 */
struct source_text {
	char *text;
	size_t len;
	unsigned int *lines;
};

/**
 * source_read() - read a file of UTF-8 or UTF-16, with any ends of lines
 * @path: file
 * @source: filled in; source_free()
 *
 * Return: NULL, or why not in words that follow the path.
 */
const char *source_read(const char *path, struct source_text *source);

void source_free(struct source_text *source);

#endif
