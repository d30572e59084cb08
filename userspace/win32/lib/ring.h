/* SPDX-License-Identifier: GPL-2.0 */
/* Rings, and the requests in them. */
#ifndef NTIO_WIN32_RING_H
#define NTIO_WIN32_RING_H

#include <linux/io_uring.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <windows.h>

#include <ntio/ntio.h>

#include "lock.h"
#include "object.h"

struct apc;

/**
 * struct request - a request on its way, or a packet
 * @arg: the kernel's part; its address names the request
 * @next: in the list of packets, or of spare requests
 * @prev, @after: in the list of those in flight in @ring
 * @refs: whoever sent it, and the ring
 * @file: one reference of those that are in the list; else NULL
 * @fd: of the handle it was sent with
 * @issuer: thread that sent it; compared only
 * @apc: what to do at its end, or NULL
 * @key: of its packet
 * @context: of its packet
 * @iosb: what the program calls it by
 * @status, @information: of the packet
 * @packet: there is one, if the request is completed and nothing is skipped
 * @res: of the ring's entry
 * @done: the ring's entry was seen
 */
struct request {
	struct ntio_overlapped arg;
	struct request *next;
	struct request **prev;
	struct request *after;
	_Atomic(int) refs;
	int fd;
	struct object *file;
	struct ring *ring;
	pid_t issuer;
	bool packet;
	_Atomic(bool) done;
	int res;
	struct apc *apc;
	ULONG_PTR key;
	void *context;
	void *iosb;
	uint32_t status;
	ULONG_PTR information;
};

/**
 * struct ring - an io_uring
 * @next, @before: in the list of all
 * @submit: of the submission queue, and while it is submitted
 * @lock: of the completion queue and of @flying
 * @flying: requests whose entry has not been seen
 * @count: how many
 * @flags: of the submission queue: whether entries wait outside for room
 */
struct ring {
	struct ring *next, **before;
	int fd;
	lock_t submit;
	lock_t lock;
	_Atomic(unsigned int) *sq_tail;
	unsigned int *sq_array, sq_mask;
	_Atomic(unsigned int) *cq_head, *cq_tail, *flags;
	unsigned int cq_mask;
	struct io_uring_sqe *sqes;
	struct io_uring_cqe *cqes;
	void *map;
	size_t map_len, sqes_len;
	struct request *flying;
	_Atomic(unsigned int) count;
};

struct ring *ring_new(void);
void ring_free(struct ring *ring);
/* Nobody has it any more but the kernel: descriptor and memory go. */
void ring_abandon(struct ring *ring);
/* It was another process', from which this one was forked. */
bool ring_is_dead(const struct ring *ring);
/* Calls @look with every ring, and with @data. */
void rings_each(void (*look)(struct ring *ring, void *data), void *data);
/* Returns 0 or a negative errno; then the request is not the ring's. */
int ring_send(struct ring *ring, struct request *request);
/* The same, of the thread's own ring. */
int ring_send_own(struct ring *ring, struct request *request);
/* Into the list of those that can be found, and found no more. */
void ring_list(struct ring *ring, struct request *request,
	       struct object *file);
void ring_unlist(struct ring *ring, struct request *request);
int ring_kick(struct ring *ring);
/* Sleeps until there is an entry, or @ms are over. */
void ring_sleep(struct ring *ring, DWORD ms);
/* What has ended, oldest first, linked by next; @ring->lock is held. */
struct request *ring_take(struct ring *ring);

/* Of the thread's own ring: the request's entry, if it is the only one. */
static inline bool ring_take_only(struct ring *ring,
				  const struct request *request)
{
	unsigned int head = atomic_load_explicit(ring->cq_head,
						 memory_order_relaxed);

	if (head + 1 != atomic_load_explicit(ring->cq_tail,
					     memory_order_acquire) ||
	    ring->cqes[head & ring->cq_mask].user_data != (uintptr_t)request)
		return false;
	atomic_store_explicit(ring->cq_head, head + 1, memory_order_release);
	return true;
}

static inline bool ring_has_entries(const struct ring *ring)
{
	return atomic_load_explicit(ring->cq_head, memory_order_relaxed) !=
	       atomic_load_explicit(ring->cq_tail, memory_order_acquire);
}

#endif
