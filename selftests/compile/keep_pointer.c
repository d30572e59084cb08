// SPDX-License-Identifier: GPL-2.0
/*
 * A driver keeps a user pointer, for a worker to use.
 *
 * Refused: incompatible types when initializing type 'void *' using type 'ntio_uaddr_t'
 */
#include <ntio/ntio.h>

static void work(struct ntio_request *rq)
{
#ifdef MISTAKE
	u64 data;

	if (copy_from_user(&data, rq->context, sizeof(data)))
		data = 0;
#else
	u64 data = 0;

	ntio_mdl_copy_from(rq->mdl, 0, &data, sizeof(data));
#endif
	ntio_complete(rq, STATUS_SUCCESS, data);
}

ntstatus_t handler(const struct ntio_caller *caller, struct ntio_request *rq);

ntstatus_t handler(const struct ntio_caller *caller, struct ntio_request *rq)
{
#ifdef MISTAKE
	void __user *pointer = caller->in;

	rq->context = (__force void *)pointer;
#else
	struct ntio_mdl *mdl = ntio_mdl_alloc(caller, caller->in, sizeof(u64));
	ntstatus_t status;

	if (!mdl)
		return ntio_complete(rq, STATUS_INSUFFICIENT_RESOURCES, 0);
	status = ntio_mdl_lock(caller, mdl, NTIO_LOCK_READ);
	if (ntio_is_error(status)) {
		ntio_mdl_free(mdl);
		return ntio_complete(rq, status, 0);
	}
	ntio_request_add_mdl(rq, mdl);
#endif
	return ntio_queue_work(rq, work);
}
