/* SPDX-License-Identifier: GPL-2.0 */
/* Bytes from the command line or a file, and bytes to look at. */
#ifndef NTIO_CMD_BYTES_H
#define NTIO_CMD_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/**
 * struct bytes - content of a buffer
 * @data: may be NULL if @len is 0
 * @len: number of bytes
 */
struct bytes {
	char *data;
	size_t len;
};

/**
 * bytes_from_text() - the characters of a text, without the NUL
 * @text: stays where it is
 */
struct bytes bytes_from_text(char *text);

/**
 * bytes_from_hex() - pairs of hexadecimal digits, with or without spaces
 * @text: stays as it is
 * @bytes: filled in; free @data
 *
 * Return: false if there is anything else in @text.
 */
bool bytes_from_hex(const char *text, struct bytes *bytes);

/**
 * bytes_from_file() - all of a file
 * @path: file, "-" for standard input
 *
 * Ends the program if that fails.
 *
 * Return: the bytes; free @data.
 */
struct bytes bytes_from_file(const char *path);

/**
 * bytes_are_text() - are UTF-8 that can be shown; a NUL at the end is no objection
 * @bytes: bytes
 */
bool bytes_are_text(struct bytes bytes);

/**
 * bytes_print_text() - print as text, with a newline at the end
 * @bytes: bytes
 */
void bytes_print_text(struct bytes bytes);

/**
 * bytes_print_hex() - print offset, 16 bytes in hexadecimal, and as text
 * @bytes: bytes
 */
void bytes_print_hex(struct bytes bytes);

#endif
