/* SPDX-License-Identifier: GPL-2.0 */
/* Overlapped requests: io_uring through liburing, the ABI of ntio raw. */
#ifndef CALLS_H
#define CALLS_H

#include <liburing.h>

#include "park.h"

/**
 * struct call - a request as an OVERLAPPED: it stays until it has ended
 * @c: the structure; first, so that the ring's user data is the call
 * @in: its input, unless the test sets another
 * @out: its output, likewise
 * @res: what the ring's entry said
 * @ended: how many entries there were
 */
struct call {
	struct ntio_device_control c;
	__u64 in[8];
	__u64 out[8];
	int res;
	int ended;
};

/* A call with @in and @out, its output poisoned. */
void call_init(struct call *call, __u32 code, const void *in, __u32 in_len);

/* Exits if there is no such ring; false: this kernel lacks @flags. */
bool uring_new(struct io_uring *ring, unsigned int entries, unsigned int flags);
struct io_uring_sqe *uring_control(struct io_uring *ring, int fd,
				  struct call *call);
/* Sends one call. */
void uring_send(struct io_uring *ring, int fd, struct call *call);
/* Takes the next entry, waiting for at most 10 s; NULL: there is none. */
struct call *uring_reap(struct io_uring *ring);
/* The same, without waiting. */
struct call *uring_peek(struct io_uring *ring);

/* As ring.h has them, which goes with raw calls only. */
bool kernel_since(int major, int minor);
bool ring_is_async(void);

/* NTIO_IOC_CANCEL: number of requests, or a negative errno. */
int cancel(int fd, __u32 flags, const struct call *call);

#endif
