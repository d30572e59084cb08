// SPDX-License-Identifier: GPL-2.0
/*
 * Verifier option force_pending: every driver that forwards a request finds
 * that the driver below has not finished yet. ntio_forward() and ntio_skip()
 * return STATUS_PENDING, and a worker calls the driver below: in a kernel
 * thread, which is as good as any context there (R5).
 *
 * The worker waits a little until the handler that forwarded has returned. Who
 * completes the request before the driver below is called has given it away:
 * that is refused, and when the request comes back to that driver's completion
 * routine, completion goes on, because nobody would complete it any more.
 */
#include <linux/slab.h>

#include "base/violation.h"
#include "device/node.h"
#include "request/call.h"
#include "verifier/verifier.h"

/* Lost on handlers that wait for the request themselves. */
#define NTIO_PENDING_PATIENCE (HZ / 20)

/**
 * struct ntio_pending - a driver below that is called later
 * @work: the worker
 * @rq: the request
 * @device: the device below, held
 * @above: location of the driver that forwarded
 * @in_handler: in a handler that has not returned
 */
struct ntio_pending {
	struct work_struct work;
	struct ntio_request *rq;
	struct ntio_device *device;
	unsigned int above;
	bool in_handler;
};

static void ntio_pending_work(struct work_struct *work)
{
	struct ntio_pending *pending =
		container_of(work, struct ntio_pending, work);
	struct ntio_request *rq = pending->rq;
	struct ntio_verification *v = rq->verification;

	if (pending->in_handler)
		wait_for_completion_timeout(&v->locations[pending->above].left,
					    NTIO_PENDING_PATIENCE);
	clear_bit(rq->current_location, &v->waiting);
	ntio_call_handler(rq, NULL);
	ntio_detach_forgotten(rq);
	ntio_request_put(rq);
	ntio_device_put(pending->device);
	kfree(pending);
}

/* A driver is about to forward or to skip. */
static void ntio_pending_down(struct ntio_request *rq)
{
	struct ntio_verification *v = rq->verification;

	v->above = rq->current_location;
	v->above_generation = rq->locations[v->above].generation;
	v->above_device = rq->device;
}

/* From now on nobody has the request, until the worker runs. */
static void ntio_pending_begin(struct ntio_request *rq)
{
	struct ntio_verification *v = rq->verification;

	init_completion(&v->locations[v->above].left);
	v->locations[v->above].forced = v->above_generation;
	clear_bit(v->above, &v->overtaken);
	clear_bit(v->above, &v->reached);
	set_bit(rq->current_location, &v->forced);
	set_bit(rq->current_location, &v->waiting);
	ntio_verifier_count(NTIO_VERIFIER_FORCE_PENDING);
}

bool ntio_pending_call_later(struct ntio_request *rq)
{
	struct ntio_verification *v = rq->verification;
	struct ntio_pending *pending;

	if (!ntio_verifies(rq, NTIO_VERIFIER_FORCE_PENDING))
		return false;
	pending = kmalloc(sizeof(*pending), GFP_ATOMIC | __GFP_NOWARN);
	if (!pending)
		return false;
	pending->rq = rq;
	pending->device = rq->device;
	pending->above = v->above;
	pending->in_handler = v->locations[v->above].called == v->above_generation;
	ntio_request_hold(rq);
	ntio_device_get(rq->device);
	ntio_pending_begin(rq);
	INIT_WORK(&pending->work, ntio_pending_work);
	queue_work(pending->device->node->workers, &pending->work);
	return true;
}

bool ntio_pending_forced(const struct ntio_request *rq, unsigned int location)
{
	return test_bit(location, &rq->verification->forced);
}

void ntio_pending_called(struct ntio_request *rq)
{
	unsigned int location = rq->current_location;

	rq->verification->locations[location].called =
		rq->locations[location].generation;
}

/*
 * Who forwards has to pass STATUS_PENDING on, unless its completion routine has
 * got the request back before.
 */
static void ntio_pending_returned(struct ntio_request *rq,
				  struct ntio_device *device,
				  unsigned int location, u32 generation,
				  ntstatus_t returned)
{
	struct ntio_verification *v = rq->verification;

	if (v->locations[location].called == generation)
		v->locations[location].called = 0;
	if (v->locations[location].forced != generation)
		return;
	if (returned != STATUS_PENDING && !test_bit(location, &v->reached) &&
	    !test_bit(location, &v->overtaken))
		ntio_violation(device, NTIO_VIOLATION_PENDING_IGNORED);
	complete_all(&v->locations[location].left);
}

bool ntio_pending_may_complete(struct ntio_request *rq)
{
	struct ntio_verification *v = rq->verification;

	if (!test_bit(rq->current_location, &v->waiting))
		return true;
	set_bit(v->above, &v->overtaken);
	ntio_violation(v->above_device, NTIO_VIOLATION_COMPLETED_FORWARDED);
	return false;
}

bool ntio_pending_overtaken(struct ntio_request *rq)
{
	struct ntio_verification *v = rq->verification;

	set_bit(rq->current_location, &v->reached);
	return test_bit(rq->current_location, &v->overtaken);
}

const struct ntio_verifier_option_ops ntio_pending_ops = {
	.down = ntio_pending_down,
	.returned = ntio_pending_returned,
};
