/* SPDX-License-Identifier: GPL-2.0 */
/* Buffers in good and in bad places, to see what becomes of them. */
#ifndef NTIO_CMD_PLACE_H
#define NTIO_CMD_PLACE_H

#include <stdbool.h>
#include <stddef.h>

/* How much of a buffer is mapped. */
enum mapped {
	MAPPED_NOT,
	MAPPED_HALF,
	MAPPED_ALL,
};

/**
 * struct place - a kind of memory to put a buffer in
 * @name: what the user types
 * @meaning: half a line
 * @protection: PROT_ flags of what is mapped
 * @mapped: how much is
 * @has_address: nothing is mapped for it, it is at @address
 * @address: where, or NULL
 */
struct place {
	const char *name;
	const char *meaning;
	int protection;
	enum mapped mapped;
	bool has_address;
	void *address;
};

/**
 * struct buffer - a buffer in its place
 * @address: where it begins; need not be good
 * @len: length in bytes
 * @readable: its bytes may be looked at
 * @hole: what to unmap before it is used
 * @hole_len: length in bytes
 */
struct buffer {
	void *address;
	size_t len;
	bool readable;
	void *hole;
	size_t hole_len;
};

/**
 * place_at() - walk the table of places
 * @index: from 0
 *
 * Return: a place, or NULL behind the last one.
 */
const struct place *place_at(size_t index);

/**
 * place_find() - find a place by name
 * @name: what the user typed
 *
 * Return: the place or NULL.
 */
const struct place *place_find(const char *name);

/**
 * place_buffer() - make a buffer in a place
 * @place: where
 * @data: its content, NULL for zeros
 * @len: its length in bytes; with 0 the address is NULL or the place's own
 * @buffer: filled in; lives until the program ends
 *
 * Ends the program if there is no memory.
 */
void place_buffer(const struct place *place, const void *data, size_t len,
		  struct buffer *buffer);

/**
 * place_holes() - unmap what is to be unmapped
 * @buffers: of place_buffer()
 * @count: number of @buffers
 *
 * After the last place_buffer(), which might use the hole of an earlier one,
 * and right before the buffers are used.
 */
void place_holes(const struct buffer *buffers, size_t count);

#endif
