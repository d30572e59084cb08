// SPDX-License-Identifier: GPL-2.0
/*
 * A driver keeps the token, which is lent to it for one call. What may be kept
 * is the caller.
 *
 * Warned: assignment discards 'const' qualifier from pointer target type
 */
#include <ntio/ntio.h>

static void work(struct ntio_request *rq)
{
	ntio_complete(rq, STATUS_SUCCESS, 0);
}

ntstatus_t handler(const struct ntio_caller *caller, struct ntio_request *rq);

ntstatus_t handler(const struct ntio_caller *caller, struct ntio_request *rq)
{
#ifdef MISTAKE
	rq->context = caller;
#else
	ntstatus_t status = ntio_keep_caller(caller, rq);

	if (ntio_is_error(status))
		return ntio_complete(rq, status, 0);
#endif
	return ntio_queue_work(rq, work);
}
