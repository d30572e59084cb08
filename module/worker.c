// SPDX-License-Identifier: GPL-2.0
/*
 * Work items: a request goes on in a kernel thread.
 *
 * Whoever waits for the request, or its own hold if the caller was killed, keeps
 * the file, and so the devices and modules of its stack. The worker holds the
 * driver's module besides, for the instructions between the completion of the
 * request and the return of the worker's function; and the request, for a
 * driver that completed it although it had given it to a worker.
 */
#include <linux/module.h>

#include "core.h"

static void ntio_work(struct work_struct *work)
{
	struct ntio_location *here =
		container_of(work, struct ntio_location, work);
	struct ntio_request *rq = container_of(here, struct ntio_request,
					       locations[here->index]);
	void (*work_fn)(struct ntio_request *rq) = here->work_fn;
	struct module *owner = here->work_owner;
	struct ntio_device *device = here->device;
	struct ntio_frame frame;

	ntio_verify_enter(&frame, rq);
	ntio_request_unqueue(rq, here->index);
	work_fn(rq);		/* completes the request, or queues it again */
	ntio_verify_leave(&frame, device);
	ntio_detach_forgotten();
	ntio_request_put(rq);
	module_put(owner);
}

/*
 * The work item is that of the driver's location: a driver may forward in its
 * worker and wait there until the worker of a driver below is done, and the
 * workqueue runs no work item while it runs that item.
 */
ntstatus_t ntio_queue_work(struct ntio_request *rq,
			   void (*work)(struct ntio_request *rq))
{
	struct ntio_location *here = &rq->locations[rq->current_location];

	if (!ntio_request_queue(rq, rq->current_location)) {
		ntio_violation(rq->device, NTIO_VIOLATION_QUEUED_TWICE);
		return STATUS_PENDING;
	}
	ntio_request_hold(rq);
	ntio_mark_pending(rq);
	/* A routine that continues is mistaken. */
	WRITE_ONCE(rq->uses, rq->uses + 1);
	here->index = rq->current_location;
	here->work_fn = work;
	here->work_owner = rq->device->owner;
	__module_get(here->work_owner);
	INIT_WORK(&here->work, ntio_work);
	queue_work(ntio_wq, &here->work);
	return STATUS_PENDING;
}
EXPORT_SYMBOL_GPL(ntio_queue_work);
