/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The lifetime matrix: what becomes of locked pages while their owner does
 * this and that. life_memory.c has the kinds of memory, life_caller.c the
 * process whose memory is locked, lifetime.c what is expected.
 *
 * The contents of a buffer are told by letters: that of a pattern, '0' for
 * zeros, '?' for anything else.
 */
#ifndef LIFE_H
#define LIFE_H

#include <sys/types.h>

#include "hold.h"

enum life_memory {
	LIFE_ANON,
	LIFE_UNTOUCHED,
	LIFE_FORKED,
	LIFE_THP,
	LIFE_HUGETLB,
	LIFE_STACK,
	LIFE_DELAYED,
	LIFE_EXT4_PRIVATE,
	LIFE_MEMFD,
	LIFE_TMPFS,
	LIFE_EXT4_SHARED,
	LIFE_READ_ONLY,
	LIFE_REPEATED,
	LIFE_PERMUTED,
	LIFE_GUARD,
	LIFE_NONE,
	LIFE_PFNMAP,
	LIFE_MEMORIES,
};

enum life_action {
	LIFE_WRITES,
	LIFE_MUNMAP,
	LIFE_PROTECT_NONE,
	LIFE_PROTECT_READ,
	LIFE_MREMAP,
	LIFE_DONTNEED,
	LIFE_FORK_PARENT,
	LIFE_FORK_CHILD,
	LIFE_EXEC,
	LIFE_EXIT,
	LIFE_KILL,
	LIFE_ACTIONS,
};

/* The pages around the buffer, and the buffer in them. */
#define LIFE_PAGES 4
#define LIFE_WINDOW (LIFE_PAGES * PAGE)
#define LIFE_OFFSET 511
#define LIFE_LEN (2 * PAGE + 100)

/**
 * struct life_kind - a kind of memory
 * @name: for people
 * @shared: what is written is seen by all who have it mapped
 * @initial: contents when it is locked
 * @fresh: contents of a private page that was given away and is read again
 * @refused_read: reason for which it cannot be locked for reading
 * @refused_write: the same for writing
 * @map_len: the least that can be unmapped, moved and so on
 * @window: where the window lies in that
 */
struct life_kind {
	const char *name;
	bool shared;
	char initial;
	char fresh;
	__u32 refused_read;
	__u32 refused_write;
	size_t map_len;
	size_t window;
};

extern const struct life_kind life_kinds[LIFE_MEMORIES];

/**
 * struct life_mem - memory of a kind, in this process
 * @memory: its kind
 * @fd: the file it is made of, or -1
 * @map: where it is
 * @delay: userfaultfd that delays it, or -1
 */
struct life_mem {
	enum life_memory memory;
	int fd;
	unsigned char *map;
	int delay;
};

static inline const struct life_kind *life_kind(const struct life_mem *mem)
{
	return &life_kinds[mem->memory];
}

/* The file of memory that has one, with its contents. False: not here. */
bool life_open(struct life_mem *mem, enum life_memory memory);
/* A mapping of shared memory to look at it and write to it from outside. */
bool life_view(struct life_mem *view, const struct life_mem *mem);
/* Maps it in the caller, at @stack if it is of that kind. False: not here. */
bool life_map(struct life_mem *mem, unsigned char *stack);
/* Moves it, and frees its old place. */
bool life_move(struct life_mem *mem, unsigned char *to);
/* Address space of that length, aligned like a huge page. */
unsigned char *life_reserve(size_t len, int prot);

unsigned char *life_buffer(const struct life_mem *mem);
/* Fill LIFE_LEN bytes with the pattern of @letter. */
void life_fill(const struct life_mem *mem, void *p, char letter);
/* Which letter the LIFE_LEN bytes at @p are. */
char life_which(const struct life_mem *mem, const void *p);
/* The same of the memory itself; '!' if the bytes around were changed. */
char life_read(const struct life_mem *mem);

/* A directory of ext4, -1: not here. */
extern int life_ext4;

/* --- the caller ----------------------------------------------------------- */

/**
 * struct life_refusal - how a lock ended that was not granted
 * @error: errno
 * @status: NTSTATUS
 * @reason: why
 */
struct life_refusal {
	int error;
	__u32 status;
	__u32 reason;
};

/**
 * struct life_caller - a process whose memory is locked
 * @pid: the process
 * @to: commands to it, and its answers
 * @to_child: the same for the child it forks
 * @refusal: receives struct life_refusal
 */
struct life_caller {
	pid_t pid;
	int to;
	int to_child;
	int refusal;
};

/* Commands; the answer to 'a' and 'w' is 'k', to others a letter. */
#define LIFE_LOCK 'l'		/* begin to lock; argument: enum life_lock */
#define LIFE_ACT 'a'		/* argument: enum life_action */
#define LIFE_READ 'r'		/* what the memory holds */
#define LIFE_READ_OLD 'o'	/* what is where it was before it was moved */
#define LIFE_WRITE 'w'		/* argument: the letter */

enum life_lock {
	LIFE_LOCK_READ,
	LIFE_LOCK_WRITE,
	LIFE_LOCKS,
};

/*
 * False: there is no such memory here. The process and its children do not keep
 * @fd, so that nothing of it is left when we close it.
 */
bool life_begin(struct life_caller *caller, const struct life_mem *mem,
		int fd);
/* The answer; 0 if the process ends instead. */
char life_tell(int to, char command, char argument);
void life_end(struct life_caller *caller);

#endif
