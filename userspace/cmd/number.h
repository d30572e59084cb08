/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers on the command line: decimal, 0x hexadecimal or 0 octal. */
#ifndef NTIO_CMD_NUMBER_H
#define NTIO_CMD_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/**
 * parse_number() - a number, and nothing behind it
 * @text: text
 * @number: filled in if it is one
 */
bool parse_number(const char *text, int64_t *number);

/**
 * parse_u32() - the same, from 0 to 0xffffffff
 * @text: text
 * @number: filled in if it is one
 */
bool parse_u32(const char *text, uint32_t *number);

/**
 * parse_size() - the same for bytes: 4096, 64K, 100M or 1G
 * @text: text
 * @size: filled in if it is one
 */
bool parse_size(const char *text, uint32_t *size);

#endif
