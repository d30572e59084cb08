/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NTIO_TRANSFER_TRANSFER_H
#define NTIO_TRANSFER_TRANSFER_H

#include <ntio/request.h>

/**
 * struct ntio_transfer - how a method brings buffers to the driver and back
 * @null_in_is_empty: a NULL input address makes the input length 0 [2.8]
 * @null_out_is_empty: a NULL output address makes the output length 0 [2.8]
 * @prepare: makes the driver's buffers from the caller's. On refusal it has
 *	set the reason; what it made is freed with the request. Sleeps.
 * @deliver: gives the answer to the caller, when the request has ended.
 *	Sleeps. Returns false if the answer could not be written.
 *
 * @prepare and @deliver run in the caller's address space.
 */
struct ntio_transfer {
	bool null_in_is_empty;
	bool null_out_is_empty;
	ntstatus_t (*prepare)(struct ntio_request *rq,
			      const struct ntio_caller *caller);
	bool (*deliver)(struct ntio_request *rq,
			const struct ntio_caller *caller);
};

extern const struct ntio_transfer ntio_transfer_buffered;
extern const struct ntio_transfer ntio_transfer_in_direct;
extern const struct ntio_transfer ntio_transfer_out_direct;
extern const struct ntio_transfer ntio_transfer_neither;

ntstatus_t ntio_system_buffer_capture(struct ntio_request *rq,
				      const struct ntio_caller *caller,
				      size_t size);
ntstatus_t ntio_copy_in(struct ntio_request *rq, void *to, ntio_uaddr_t from,
			size_t len);
ntstatus_t ntio_probe_out(struct ntio_request *rq,
			  const struct ntio_caller *caller);
bool ntio_copy_back(struct ntio_request *rq, const struct ntio_caller *caller,
		    const void *from);

#endif
