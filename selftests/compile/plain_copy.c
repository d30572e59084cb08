// SPDX-License-Identifier: GPL-2.0
/*
 * A driver copies by itself, as it would from a bare argument of an ioctl.
 *
 * Refused: incompatible type for argument 2 of 'copy_from_user'
 */
#include <linux/uaccess.h>

#include <ntio/ntio.h>

ntstatus_t handler(const struct ntio_caller *caller, struct ntio_request *rq);

ntstatus_t handler(const struct ntio_caller *caller, struct ntio_request *rq)
{
	u64 data;

#ifdef MISTAKE
	if (copy_from_user(&data, caller->in, sizeof(data)))
		return ntio_complete(rq, STATUS_ACCESS_VIOLATION, 0);
#else
	if (ntio_read_user(caller, &data, caller->in, sizeof(data)))
		return ntio_complete(rq, STATUS_ACCESS_VIOLATION, 0);
#endif
	return ntio_complete(rq, STATUS_SUCCESS, data);
}
