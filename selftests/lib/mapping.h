/* SPDX-License-Identifier: GPL-2.0 */
/* The kinds of mappings of the mapping matrix: mapping_kinds.c makes them. */
#ifndef MAPPING_H
#define MAPPING_H

#include <sys/types.h>

#include "ntio_test.h"

/* A buffer lies in two pages, unless there is only one. */
#define MAP_OFFSET 100
#define MAP_LEN (PAGE + 100)

/* What a mapping is; the rules follow from it. */
#define IS_READ_ONLY 0x1	/* may not be written */
#define IS_NO_ACCESS 0x2	/* may not be touched at all */
#define IS_HOLE 0x4		/* a part is not mapped */
#define IS_NO_PAGE 0x8		/* mapped, but behind the end of its file */
#define IS_DEVICE 0x10		/* VM_PFNMAP or VM_IO: no pages to lock */
#define IS_UNPINNABLE 0x20	/* pages that cannot be locked */
#define IS_SHARED_VIEW 0x40	/* others see what is written */
#define IS_ZERO 0x80		/* reads as zeros before it is written */
#define IS_SYSTEM 0x100	/* the kernel's contents */
#define IS_CHANGES 0x200	/* contents that are never the same */
#define IS_GROWS 0x400		/* a stack that has not been there yet */

enum mapping_kind {
	KIND_ANON,
	KIND_UNTOUCHED,
	KIND_ZERO_PAGE,
	KIND_FORKED,
	KIND_KSM,
	KIND_THP,
	KIND_HUGETLB,
	KIND_HUGETLB_SHARED,
	KIND_DELAYED,
	KIND_SHMEM,
	KIND_MEMFD,
	KIND_MEMFD_PRIVATE,
	KIND_FILE_HOLE,
	KIND_FILE_HOLE_PRIVATE,
	KIND_READ_ONLY_PRIVATE,
	KIND_READ_ONLY_FILE,
	KIND_SEALED,
	KIND_WRITE_ONLY,
	KIND_PROT_NONE,
	KIND_HALF_UNMAPPED,
	KIND_HALF_READ_ONLY,
	KIND_TRUNCATED,
	KIND_TRUNCATED_PRIVATE,
	KIND_PFNMAP,
	KIND_SECRET,
	KIND_DRIVER,
	KIND_GROWSDOWN,
	KIND_VDSO,
	KIND_VVAR,
	KINDS,
};

/**
 * struct map_kind - a kind of mapping
 * @name: for people
 * @rules: IS_READ_ONLY and so on
 * @needs: what is missing where it cannot be made
 * @flags: for mmap(2)
 */
struct map_kind {
	const char *name;
	unsigned int rules;
	const char *needs;
	int flags;
};

extern const struct map_kind map_kinds[KINDS];

/**
 * struct mapping - one of a kind
 * @kind: which
 * @rules: those of its kind, but for what this kernel does otherwise
 * @map: where, @map_len bytes
 * @p: the buffer in it, @len bytes
 * @fd: its file, or -1
 * @view: what others see there, or NULL
 * @child: a process that shares it, or 0
 * @uffd: delays it, or -1
 * @copy: of what the kernel has there
 */
struct mapping {
	enum mapping_kind kind;
	unsigned int rules;
	unsigned char *map;
	size_t map_len;
	unsigned char *p;
	size_t len;
	int fd;
	unsigned char *view;
	pid_t child;
	int uffd;
	unsigned char copy[MAP_LEN];
};

/* The buffer holds the pattern of @seed, or what it holds by itself. */
bool map_make(struct mapping *m, enum mapping_kind kind, unsigned int seed);
void map_remove(struct mapping *m);
/* What others see in its place: another mapping, a file, a child; or NULL. */
const unsigned char *map_view(struct mapping *m);

#endif
