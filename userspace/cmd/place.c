// SPDX-License-Identifier: GPL-2.0
#include <err.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cmd.h"
#include "place.h"

#define READ_WRITE (PROT_READ | PROT_WRITE)
#define NOT_CANONICAL ((void *)(UINTPTR_MAX / 3))
#define KERNEL ((void *)(UINTPTR_MAX - 0xffffff))
#define WRAPS ((void *)(UINTPTR_MAX - 0xf))

#define MEMORY(name, meaning, protection, mapped)                              \
	{ name, meaning, protection, mapped, false, NULL }
#define ADDRESS(name, meaning, address)                                        \
	{ name, meaning, PROT_NONE, MAPPED_NOT, true, address }

static const struct place places[] = {
	MEMORY("normal", "memory to read and write", READ_WRITE, MAPPED_ALL),
	MEMORY("read-only", "PROT_READ", PROT_READ, MAPPED_ALL),
	MEMORY("write-only", "PROT_WRITE", PROT_WRITE, MAPPED_ALL),
	MEMORY("no-access", "PROT_NONE", PROT_NONE, MAPPED_ALL),
	MEMORY("unmapped", "nothing is mapped there", PROT_NONE, MAPPED_NOT),
	MEMORY("half", "mapped up to its middle", READ_WRITE, MAPPED_HALF),
	ADDRESS("null", "address 0", NULL),
	ADDRESS("one", "address 1", (void *)1),
	ADDRESS("kernel", "an address of the kernel's", KERNEL),
	ADDRESS("non-canonical", "an address that cannot be", NOT_CANONICAL),
	ADDRESS("wrap", "16 bytes before the end of all addresses", WRAPS),
};

const struct place *place_at(size_t index)
{
	return index < ARRAY_SIZE(places) ? &places[index] : NULL;
}

const struct place *place_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		if (!strcmp(places[i].name, name))
			return &places[i];
	return NULL;
}

static size_t whole_pages(size_t len)
{
	size_t page = sysconf(_SC_PAGESIZE);

	return (len + page - 1) / page * page;
}

static size_t mapped_part(const struct place *place, size_t len)
{
	switch (place->mapped) {
	case MAPPED_ALL:
		return len;
	case MAPPED_HALF:
		return len / 2;
	default:
		return 0;
	}
}

/*
 * The last mapped byte is the last of its page: the buffer ends or breaks off
 * there, and behind it is a hole.
 */
static void map_buffer(const struct place *place, const void *data, size_t len,
		       struct buffer *buffer)
{
	size_t mapped = mapped_part(place, len);
	size_t front = whole_pages(mapped);
	size_t hole_len = whole_pages(len - mapped) + whole_pages(1);
	char *map;

	map = mmap(NULL, front + hole_len, READ_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (map == MAP_FAILED)
		err(EXIT_REFUSED, "cannot map %zu bytes", len);
	buffer->address = map + front - mapped;
	buffer->hole = map + front;
	buffer->hole_len = hole_len;
	if (data)
		memcpy(buffer->address, data, len);
	if (front && mprotect(map, front, place->protection))
		err(EXIT_REFUSED, "mprotect");
}

void place_buffer(const struct place *place, const void *data, size_t len,
		  struct buffer *buffer)
{
	*buffer = (struct buffer){
		.address = place->address,
		.len = len,
		.readable = place->mapped == MAPPED_ALL &&
			    (place->protection & PROT_READ),
	};
	if (!place->has_address && len)
		map_buffer(place, data, len, buffer);
}

void place_holes(const struct buffer *buffers, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (buffers[i].hole_len &&
		    munmap(buffers[i].hole, buffers[i].hole_len))
			err(EXIT_REFUSED, "munmap");
}
