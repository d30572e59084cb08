/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Overlapped I/O: requests to ntio devices through io_uring. For users of
 * liburing; everything that is not here is liburing itself.
 *
 *	struct ntio_device_control call = { .code = ..., .out = ..., ... };
 *
 *	ntio_prep_control(io_uring_get_sqe(&ring), fd, &call);
 *	io_uring_submit(&ring);
 *	...
 *	io_uring_wait_cqe(&ring, &cqe);
 *	result = ntio_result_of(io_uring_cqe_get_data(cqe), cqe->res);
 *	io_uring_cqe_seen(&ring, cqe);
 */
#ifndef NTIO_URING_H
#define NTIO_URING_H

#include <liburing.h>
#include <string.h>

#include <ntio/ntio.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * ntio_prep_control() - make a request of a ring's entry
 * @sqe: from io_uring_get_sqe()
 * @fd: open device, or the index of a registered file: set
 *	IOSQE_FIXED_FILE then
 * @call: code, in, out, in_len and out_len are set, the rest is 0. It and both
 *	buffers stay until the ring posts the completion (Windows: OVERLAPPED).
 *
 * Also makes @call the entry's user data.
 */
static inline void ntio_prep_control(struct io_uring_sqe *sqe, int fd,
				     struct ntio_device_control *call)
{
	const __u64 address = (uintptr_t)call;

	call->size = sizeof(*call);
	call->out_reason = NTIO_REASON_CALL;
	io_uring_prep_rw(IORING_OP_URING_CMD, sqe, fd, NULL, 0, 0);
	sqe->cmd_op = NTIO_URING_DEVICE_CONTROL;
	memcpy(sqe->cmd, &address, sizeof(address));
	io_uring_sqe_set_data(sqe, call);
}

#ifdef __cplusplus
}
#endif

#endif
