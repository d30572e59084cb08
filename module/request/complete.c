// SPDX-License-Identifier: GPL-2.0
/*
 * The way up: a driver completes a request, the completion routines of the
 * drivers above run, and whoever waits is told.
 *
 * A location says with what routine the driver above wants to be told when it
 * is done. A routine may stop the completion: the request is its driver's again
 * then, which completes it later.
 */
#include <trace/events/ntio.h>

#include "base/refusal.h"
#include "base/violation.h"
#include "compat.h"
#include "device/node.h"
#include "request/release.h"
#include "verifier/hooks.h"

/* Whether the caller may see the request as having been pending. */
bool ntio_request_was_pending(const struct ntio_request *rq)
{
	return rq->locations[0].pending || ntio_verify_forced(rq, 0);
}

static bool ntio_routine_wanted(const struct ntio_request *rq,
				const struct ntio_location *done)
{
	if (!done->routine)
		return false;
	if (ntio_is_cancelled(rq) && (done->when & NTIO_ON_CANCEL))
		return true;
	if (ntio_is_success(rq->status))
		return done->when & NTIO_ON_SUCCESS;
	return done->when & NTIO_ON_ERROR;
}

/* Back in the location above; its driver's view of the request is restored. */
static void ntio_leave_location(struct ntio_request *rq)
{
	rq->pending_returned = ntio_here(rq)->pending ||
		ntio_verify_forced(rq, rq->current_location);
	WRITE_ONCE(rq->current_location, rq->current_location - 1);
	rq->params = ntio_here(rq)->params;
	WRITE_ONCE(rq->device, ntio_here(rq)->device);
	rq->next_ready = false;
}

/* The routine said that completion goes on. False: that is not true. */
static bool ntio_routine_continued(struct ntio_request *rq,
				   struct ntio_device *device, u32 generation,
				   bool overtaken)
{
	if (READ_ONCE(rq->generation) != generation ||
	    !ntio_claim_completion(rq)) {
		ntio_violation(device, NTIO_VIOLATION_COMPLETED_TWICE);
		return false;
	}
	if (rq->pending_returned && !ntio_here(rq)->pending) {
		if (!overtaken)
			ntio_violation(device,
				       NTIO_VIOLATION_PENDING_NOT_PASSED_ON);
		ntio_request_pend(rq);
	}
	ntio_verify_continued(rq);
	/* Why a driver below refused says nothing about a success. */
	if (!ntio_is_error(rq->status))
		rq->reason = NTIO_REASON_NONE;
	return true;
}

/*
 * The routine's driver owns the request again, and may complete it or give it
 * away before the routine returns: then the request may end and its file be
 * closed meanwhile, so the device is held for the call, and the request is
 * touched after only if the routine said that it did not, and that is true.
 *
 * Return: whether completion goes on.
 */
static bool ntio_call_routine(struct ntio_request *rq,
			      struct ntio_location *done)
{
	struct ntio_device *device = rq->device;
	bool overtaken = ntio_verify_overtaken(rq);
	u32 generation = rq->generation;
	struct ntio_frame frame;
	ntstatus_t answer;
	bool goes_on;

	ntio_device_get(device);
	ntio_verify_enter(&frame, rq);
	ntio_clear_completion(rq);
	answer = done->routine(device, rq, done->context);
	ntio_verify_leave(&frame, device);
	goes_on = answer != STATUS_MORE_PROCESSING_REQUIRED || overtaken;
	if (goes_on)
		goes_on = ntio_routine_continued(rq, device, generation,
						 overtaken);
	ntio_device_put_atomic(device);
	return goes_on;
}

/*
 * Brings a completion to the top.
 *
 * Return: true at the top; false if a driver stopped the completion and owns
 *	the request again.
 */
static bool ntio_stack_unwind(struct ntio_request *rq)
{
	struct ntio_location *done;

	while (rq->current_location) {
		done = ntio_here(rq);
		ntio_verify_leaving(rq);
		ntio_leave_location(rq);
		if (!ntio_routine_wanted(rq, done)) {
			if (rq->pending_returned)
				ntio_request_pend(rq);
			continue;
		}
		if (!ntio_call_routine(rq, done))
			return false;
	}
	return true;
}

/* A worker thread of a ring waits for it. */
static bool ntio_has_turn(struct ntio_request *rq)
{
	return !NTIO_URING_CAN_CANCEL && to_ntio_call(rq)->cmd &&
	       !ntio_in_dispatch(rq);
}

/*
 * The phase before. A caller that is still below ntio_stack_begin() has not
 * looked, and nobody else changes the phase before it has.
 */
static int ntio_set_ended(struct ntio_request *rq)
{
	if (!ntio_in_dispatch(rq))
		return atomic_xchg(&rq->phase, NTIO_PHASE_ENDED);
	atomic_set_release(&rq->phase, NTIO_PHASE_ENDED);
	return NTIO_PHASE_DISPATCHED;
}

/*
 * Completion has reached the top. Whoever waits for the outcome may free the
 * caller's side from now on. Drops the drivers' hold.
 */
static void ntio_request_notify(struct ntio_request *rq)
{
	ntio_verify_ended(rq);
	if (ntio_has_turn(rq))
		ntio_turn_take(to_ntio_call(rq));
	switch (ntio_set_ended(rq)) {
	case NTIO_PHASE_WAITED:
		complete(&rq->done);
		break;
	case NTIO_PHASE_PARKED:
		/* Read after the phase: a caller that gives up sets it. */
		rq->ops->ended(rq);
		break;
	case NTIO_PHASE_ABANDONED:
		if (ntio_has_turn(rq))
			ntio_turn_pass(to_ntio_call(rq));
		break;
	}
	ntio_request_put_atomic(rq);
}

/*
 * The hold on the request is for the time after: completion may free it while
 * routines still return, but not where the caller's thread is here.
 */
static void ntio_complete_stack(struct ntio_request *rq)
{
	bool in_dispatch = ntio_in_dispatch(rq);

	if (!in_dispatch)
		ntio_request_hold(rq);
	if (ntio_stack_unwind(rq))
		ntio_request_notify(rq);
	if (!in_dispatch)
		ntio_request_put_atomic(rq);
}

static ntstatus_t ntio_request_end(struct ntio_request *rq, ntstatus_t status,
				   u64 information, enum ntio_reason reason)
{
	if (!ntio_verify_may_complete(rq))
		return status;
	if (!ntio_claim_completion(rq)) {
		ntio_violation(rq->device, NTIO_VIOLATION_COMPLETED_TWICE);
		return status;
	}
	ntio_verify_complete(rq, status);
	if (READ_ONCE(rq->cancel_routine) && ntio_set_cancel(rq, NULL))
		ntio_violation(rq->device, NTIO_VIOLATION_COMPLETED_WITH_CANCEL);
	rq->status = status;
	rq->information = information;
	rq->reason = reason;
	trace_ntio_completed(rq, status);
	if (rq->current_location)
		ntio_complete_stack(rq);
	else
		ntio_request_notify(rq);
	return status;
}

ntstatus_t ntio_complete(struct ntio_request *rq, ntstatus_t status,
			 u64 information)
{
	return ntio_request_end(rq, status, information, NTIO_REASON_NONE);
}
EXPORT_SYMBOL_GPL(ntio_complete);

/*
 * A request whose row says that it never pends was to be kept. Its handler
 * returns this status, and has not marked it pending.
 */
ntstatus_t ntio_complete_never_pends(struct ntio_request *rq)
{
	WRITE_ONCE(ntio_here(rq)->pending, false);
	return ntio_complete(rq, STATUS_INVALID_DEVICE_REQUEST, 0);
}

ntstatus_t ntio_refuse(struct ntio_request *rq, ntstatus_t status,
		       enum ntio_reason reason)
{
	/* What a driver below said, and this one passes on, is counted once. */
	if (rq->reason != reason)
		ntio_refusal_count(reason);
	return ntio_request_end(rq, status, 0, reason);
}
EXPORT_SYMBOL_GPL(ntio_refuse);
