// SPDX-License-Identifier: GPL-2.0
/*
 * A worker calls an accessor, and has no token to give it. Attaching makes one.
 *
 * Refused: passing argument 1 of 'ntio_read_user' from incompatible pointer type
 */
#include <ntio/ntio.h>

void work(struct ntio_request *rq);

void work(struct ntio_request *rq)
{
	const u64 *number = rq->system_buffer;
	ntstatus_t status = STATUS_SUCCESS;
	u64 data;
#ifdef MISTAKE
	ntio_uaddr_t at = { *number };

	if (ntio_read_user(rq, &data, at, sizeof(data)))
		status = STATUS_ACCESS_VIOLATION;
#else
	struct ntio_caller caller;

	status = ntio_attach(rq, &caller);
	if (ntio_is_error(status)) {
		ntio_complete(rq, status, 0);
		return;
	}
	if (ntio_read_user(&caller, &data, ntio_uaddr(&caller, *number),
			   sizeof(data)))
		status = STATUS_ACCESS_VIOLATION;
	ntio_detach(&caller);
#endif
	ntio_complete(rq, status, 0);
}
