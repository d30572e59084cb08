// SPDX-License-Identifier: GPL-2.0
/*
 * A driver dereferences an address of its caller, which is legal on Windows.
 *
 * Refused: cannot convert to a pointer type
 */
#include <ntio/ntio.h>

ntstatus_t handler(const struct ntio_caller *caller, struct ntio_request *rq);

ntstatus_t handler(const struct ntio_caller *caller, struct ntio_request *rq)
{
#ifdef MISTAKE
	u64 data = *(u64 *)caller->in;
#else
	u64 data;

	if (ntio_read_user(caller, &data, caller->in, sizeof(data)))
		return ntio_complete(rq, STATUS_ACCESS_VIOLATION, 0);
#endif
	return ntio_complete(rq, STATUS_SUCCESS, data);
}
