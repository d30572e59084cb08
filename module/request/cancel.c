// SPDX-License-Identifier: GPL-2.0
/*
 * Cancellation of one request.
 *
 * The thread that takes the cancel routine out of a request, by xchg, may end
 * the request: a canceller by calling the routine, the driver by going on.
 * There is no state in between, so the race has one winner and the loser has
 * nothing to do. A request is marked cancelled before the routine is taken, and
 * a driver looks at the mark after it has set the routine: one of them sees the
 * other.
 */
#include <trace/events/ntio.h>

#include "device/node.h"
#include "request/call.h"
#include "verifier/hooks.h"

ntio_cancel_t ntio_set_cancel(struct ntio_request *rq, ntio_cancel_t routine)
{
	return xchg(&rq->cancel_routine, routine);
}
EXPORT_SYMBOL_GPL(ntio_set_cancel);

static ntio_cancel_t ntio_take_cancel(struct ntio_request *rq)
{
	trace_ntio_cancelled(rq, READ_ONCE(rq->device));
	set_bit(NTIO_REQUEST_CANCELLED, &rq->state);
	smp_mb__after_atomic();		/* the mark, then the routine */
	return ntio_set_cancel(rq, NULL);
}

/* Drivers that hold a lock while they take out their routine and complete. */
static bool ntio_cancel_under_lock(struct ntio_request *rq, spinlock_t *lock)
{
	struct ntio_device *device;
	ntio_cancel_t routine;
	unsigned long flags;

	spin_lock_irqsave(lock, flags);
	routine = ntio_take_cancel(rq);
	if (!routine) {
		spin_unlock_irqrestore(lock, flags);
		return false;
	}
	device = rq->device;
	ntio_device_get(device);
	rq->cancel_irq_flags = flags;
	routine(device, rq);		/* gives the lock back */
	__release(lock);
	ntio_device_put_atomic(device);
	return true;
}

void ntio_release_cancel_lock(struct ntio_request *rq)
	__releases(rq->device->cancel_lock)
{
	spin_unlock_irqrestore(rq->device->cancel_lock, rq->cancel_irq_flags);
}
EXPORT_SYMBOL_GPL(ntio_release_cancel_lock);

/*
 * Whoever has the routine keeps the request from ending, so its device can be
 * held then, without whatever the canceller holds.
 */
bool ntio_cancel(struct ntio_request *rq)
{
	spinlock_t *lock = READ_ONCE(rq->device)->cancel_lock;
	struct ntio_device *device;
	struct ntio_frame frame;
	ntio_cancel_t routine;

	if (lock)
		return ntio_cancel_under_lock(rq, lock);
	routine = ntio_take_cancel(rq);
	if (!routine)
		return false;
	device = rq->device;
	ntio_device_get(device);
	ntio_verify_enter(&frame, rq);
	routine(device, rq);
	ntio_verify_leave(&frame, device);
	ntio_device_put_atomic(device);
	return true;
}
EXPORT_SYMBOL_GPL(ntio_cancel);
