/* SPDX-License-Identifier: GPL-2.0 */
/* Sets of pages, and who pays for those that are locked. */
#ifndef NTIO_MEMORY_PAGES_H
#define NTIO_MEMORY_PAGES_H

#include <ntio/mdl.h>

struct io_uring_cmd;
struct user_struct;

/**
 * struct ntio_payer - whose limits count when a thread locks for another one
 * @user: pays for the pages; one reference
 * @limit: RLIMIT_MEMLOCK in bytes
 * @exempt: had CAP_IPC_LOCK: nothing is charged
 */
struct ntio_payer {
	struct user_struct *user;
	unsigned long limit;
	bool exempt;
};

void ntio_payer_capture(struct ntio_payer *payer,
			const struct ntio_payer *from);
void ntio_payer_drop(struct ntio_payer *payer);

/**
 * struct ntio_page_owner - whose memory a set of pages lies in
 * @get: an MDL that is not the owner's own describes the set from now on
 * @put: it does not any more; the set may be gone after
 */
struct ntio_page_owner {
	void (*get)(struct ntio_page_set *set);
	void (*put)(struct ntio_page_set *set);
};

/* ntio_page_set::origin */
enum {
	NTIO_PAGES_PINNED,	/* of a caller: unpin */
	NTIO_PAGES_ALLOCATED,	/* ours: free */
	NTIO_PAGES_BORROWED,	/* a driver's: leave alone */
	NTIO_PAGES_REGISTERED,	/* a caller's, locked by its ring: put, if kept */
	NTIO_PAGES_COPY,	/* of a copy of a caller's bytes: free that */
};

/**
 * struct ntio_pin - what to pin, and why it failed
 * @addr: first byte, in the current process
 * @len: number of bytes, not 0
 * @write: the driver will write
 * @short_term: for a moment only, and not charged
 * @payer: who pays; NULL: the current thread
 * @reason: out: which rule said no
 * @detail: out: the number that belongs to @reason
 */
struct ntio_pin {
	ntio_uaddr_t addr;
	size_t len;
	bool write;
	bool short_term;
	const struct ntio_payer *payer;
	enum ntio_reason reason;
	u64 detail;
};

/**
 * struct ntio_import - a part of a buffer that is registered with a ring
 * @cmd: the command, which names the buffer
 * @issue_flags: of @cmd
 * @addr: first byte
 * @len: number of bytes, not 0
 * @write: the driver will write
 */
struct ntio_import {
	struct io_uring_cmd *cmd;
	unsigned int issue_flags;
	ntio_uaddr_t addr;
	size_t len;
	bool write;
};

bool ntio_pages_init(struct ntio_page_set *set, unsigned int nr_pages);
ntstatus_t ntio_pages_pin(struct ntio_page_set *set, struct ntio_pin *pin);
struct ntio_page_set *ntio_pages_alloc(unsigned int nr_pages);
struct ntio_page_set *ntio_pages_borrow(void *buffer, unsigned int nr_pages);
void *ntio_buffer_memory(size_t size, gfp_t zero);
bool ntio_pages_copy(struct ntio_page_set *set, void *memory, size_t len,
		     bool zero);
bool ntio_pages_are_pinned(const struct ntio_page_set *set);
void ntio_pages_keep(struct ntio_page_set *set);
void ntio_pages_get(struct ntio_page_set *set);
void ntio_pages_put(struct ntio_page_set *set, bool own);
void ntio_pages_pass(struct ntio_page_set *set, unsigned int count);

/* registered.c */
ntstatus_t ntio_pages_registered(struct ntio_page_set *set,
				 const struct ntio_import *import);

#endif
