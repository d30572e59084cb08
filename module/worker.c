// SPDX-License-Identifier: GPL-2.0
/*
 * Work items: a request goes on in a kernel thread.
 *
 * Whoever waits for the request, or its own hold if the caller was killed, keeps
 * the file, and so the devices and modules of its stack. The worker holds the
 * driver's module besides, for the instructions between the completion of the
 * request and the return of the worker's function.
 */
#include <linux/module.h>

#include "core.h"

static void ntio_work(struct work_struct *work)
{
	struct ntio_request *rq = container_of(work, struct ntio_request, work);
	struct module *owner = rq->device->owner;

	rq->work_fn(rq);	/* completes the request, which may be gone */
	module_put(owner);
}

ntstatus_t ntio_queue_work(struct ntio_request *rq,
			   void (*work)(struct ntio_request *rq))
{
	__module_get(rq->device->owner);
	ntio_mark_pending(rq);
	rq->work_fn = work;
	INIT_WORK(&rq->work, ntio_work);
	queue_work(ntio_wq, &rq->work);
	return STATUS_PENDING;
}
EXPORT_SYMBOL_GPL(ntio_queue_work);
