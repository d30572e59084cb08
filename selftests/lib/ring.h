/* SPDX-License-Identifier: GPL-2.0 */
/*
 * As much of io_uring as the tests need, by raw system calls: it is the same
 * for 32-bit programs, for which there is no library.
 */
#ifndef NTIO_TEST_RING_H
#define NTIO_TEST_RING_H

#include <linux/io_uring.h>

#include "ntio_test.h"

/**
 * struct ring - one io_uring
 * @fd: its descriptor, -1: closed
 * @map: the memory of both queues, @map_len bytes
 * @sqes: submission entries, @sqes_len bytes
 * @queued: entries that are filled in and not submitted yet
 * @enter: how a submission is told: its thread may sleep (IORING_SETUP_SQPOLL)
 */
struct ring {
	int fd;
	void *map;
	size_t map_len;
	struct io_uring_sqe *sqes;
	size_t sqes_len;
	unsigned int *sq_head, *sq_tail, *sq_array, sq_mask;
	unsigned int *cq_head, *cq_tail, cq_mask;
	struct io_uring_cqe *cqes;
	unsigned int queued;
	unsigned int enter;
};

/* Whether the running kernel is this version or a later one. */
bool kernel_since(int major, int minor);

/* Whether requests are asynchronous: the kernel can cancel them (6.7). */
bool ring_is_async(void);

/* Returns 0 or an errno. */
int ring_open(struct ring *ring, unsigned int entries, unsigned int flags);
void ring_close(struct ring *ring);

/* An entry, all 0; NULL: the queue is full. */
struct io_uring_sqe *ring_sqe(struct ring *ring);
/* A device control; fills in size, poisons what is output, as control(). */
struct io_uring_sqe *ring_control(struct ring *ring, int fd,
				  struct ntio_device_control *c, __u64 tag);
/* Ask io_uring to cancel what has this tag. */
struct io_uring_sqe *ring_cancel(struct ring *ring, __u64 victim, __u64 tag);
/* Returns how many were taken, or a negative errno. */
int ring_submit(struct ring *ring);
/* What was not taken then: the kernel may have been out of memory. */
int ring_retry(struct ring *ring);

/* Take an entry that is there; false: there is none. */
bool ring_peek(struct ring *ring, struct io_uring_cqe *cqe);
/* Wait for one, at most @ms; false: none came. */
bool ring_wait(struct ring *ring, struct io_uring_cqe *cqe, unsigned int ms);
int ring_register(struct ring *ring, unsigned int what, void *arg,
		  unsigned int count);

#endif
