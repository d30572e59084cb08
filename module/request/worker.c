// SPDX-License-Identifier: GPL-2.0
/*
 * Work items: a request goes on in a kernel thread.
 *
 * Whoever waits for the request, or its own hold if the caller is gone, keeps
 * the file, and so the devices and modules of its stack; but only until the
 * request has ended. So the worker holds the device besides, until the driver's
 * function has returned; and the request, for a driver that completed it
 * although it had given it to a worker.
 *
 * Every device has its own workers: those of one device never wait for those of
 * another, not even where a driver waits in a worker for the driver below.
 */
#include <trace/events/ntio.h>

#include "base/violation.h"
#include "device/node.h"
#include "request/call.h"
#include "verifier/hooks.h"

static void ntio_work(struct work_struct *work)
{
	struct ntio_location *here =
		container_of(work, struct ntio_location, work);
	struct ntio_request *rq = container_of(here, struct ntio_request,
					       locations[here->index]);
	void (*work_fn)(struct ntio_request *rq) = here->work_fn;
	struct ntio_device *device = here->device;
	struct ntio_frame frame;

	trace_ntio_worker(rq, device);
	ntio_verify_enter(&frame, rq);
	smp_mb__before_atomic();	/* what the worker took out of it */
	clear_bit(NTIO_REQUEST_QUEUED + here->index, &rq->state);
	work_fn(rq);		/* completes the request, or queues it again */
	ntio_verify_leave(&frame, device);
	ntio_detach_forgotten(rq);
	ntio_request_put(rq);
	ntio_device_put(device);
}

/*
 * The work item is that of the driver's location: a driver may forward in its
 * worker and wait there until the worker of a driver below is done, and the
 * workqueue runs no work item while it runs that item.
 */
ntstatus_t ntio_queue_work(struct ntio_request *rq,
			   void (*work)(struct ntio_request *rq))
{
	unsigned int location = rq->current_location;
	struct ntio_location *here = ntio_here(rq);
	struct ntio_device *device = rq->device;

	if (test_and_set_bit(NTIO_REQUEST_QUEUED + location, &rq->state)) {
		ntio_violation(device, NTIO_VIOLATION_QUEUED_TWICE);
		return STATUS_PENDING;
	}
	ntio_mark_pending(rq);
	if (rq->never_pends) {
		clear_bit(NTIO_REQUEST_QUEUED + location, &rq->state);
		return ntio_complete_never_pends(rq);
	}
	ntio_request_hold(rq);
	ntio_device_get(device);
	/* A routine that says after this that completion goes on is mistaken. */
	WRITE_ONCE(rq->generation, rq->generation + 1);
	here->index = location;
	here->work_fn = work;
	INIT_WORK(&here->work, ntio_work);
	queue_work(device->node->workers, &here->work);
	return STATUS_PENDING;
}
EXPORT_SYMBOL_GPL(ntio_queue_work);
