// SPDX-License-Identifier: GPL-2.0
/*
 * A driver stores an address of its caller in the request. What it captured
 * may be there.
 *
 * Refused: incompatible types when assigning to type 'void *' from type 'ntio_uaddr_t'
 */
#include <linux/slab.h>

#include <ntio/ntio.h>

static void work(struct ntio_request *rq)
{
	kfree(rq->context);
	ntio_complete(rq, STATUS_SUCCESS, 0);
}

ntstatus_t handler(const struct ntio_caller *caller, struct ntio_request *rq);

ntstatus_t handler(const struct ntio_caller *caller, struct ntio_request *rq)
{
#ifdef MISTAKE
	rq->context = caller->in;
#else
	u64 *data = kmalloc(sizeof(*data), GFP_KERNEL_ACCOUNT);

	if (!data)
		return ntio_complete(rq, STATUS_INSUFFICIENT_RESOURCES, 0);
	if (ntio_read_user(caller, data, caller->in, sizeof(*data))) {
		kfree(data);
		return ntio_complete(rq, STATUS_ACCESS_VIOLATION, 0);
	}
	rq->context = data;
#endif
	return ntio_queue_work(rq, work);
}
