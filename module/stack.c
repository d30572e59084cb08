// SPDX-License-Identifier: GPL-2.0
/*
 * Device stacks: a request goes down location by location, and its completion
 * comes back up.
 *
 * ntio_request::locations[i] belongs to the i-th driver from the top that took
 * a location of its own. It holds that driver's parameters, and the completion
 * routine that the driver above wants called when it is done. A location is
 * written by whoever owns the request, so it needs no lock; ownership passes by
 * call, by queue, and by completion.
 */
#include "core.h"

static struct ntio_location *ntio_here(struct ntio_request *rq)
{
	return &rq->locations[rq->current_location];
}

/* The owner enters a location: the first, or the one below. */
static void ntio_enter_location(struct ntio_request *rq,
				struct ntio_device *device)
{
	struct ntio_location *here = ntio_here(rq);

	WRITE_ONCE(rq->uses, rq->uses + 1);
	WRITE_ONCE(here->use, rq->uses);
	smp_wmb();	/* pairs with ntio_returned() */
	here->device = device;
	WRITE_ONCE(here->pending, false);
	WRITE_ONCE(here->forwarded, false);
	rq->device = device;
	rq->next_ready = false;
}

/**
 * ntio_stack_begin() - give a request to the driver at the top
 * @rq: the request, its parameters and device set
 * @caller: the token; only the top gets it (R4)
 *
 * Return: what the handler returned.
 */
ntstatus_t ntio_stack_begin(struct ntio_request *rq,
			    const struct ntio_caller *caller)
{
	rq->current_location = 0;
	rq->locations[0].routine = NULL;
	ntio_enter_location(rq, rq->device);
	ntio_request_hold(rq);		/* the driver's, until completion */
	ntio_verify_begin(rq);
	return ntio_call(rq, caller);
}

struct ntio_params *ntio_next_params(struct ntio_request *rq)
{
	struct ntio_location *next = ntio_here(rq) + 1;

	if (!rq->next_ready) {
		next->params = rq->params;
		next->routine = NULL;
		rq->next_ready = true;
	}
	return &next->params;
}
EXPORT_SYMBOL_GPL(ntio_next_params);

void ntio_set_completion(struct ntio_request *rq, ntio_completion_t routine,
			 void *context, u32 when)
{
	struct ntio_location *next = ntio_here(rq) + 1;

	ntio_next_params(rq);
	next->routine = routine;
	next->context = context;
	next->when = when;
}
EXPORT_SYMBOL_GPL(ntio_set_completion);

static ntstatus_t ntio_past_bottom(struct ntio_request *rq)
{
	ntio_violation(rq->device, NTIO_VIOLATION_FORWARDED_PAST_BOTTOM);
	return ntio_refuse(rq, STATUS_INVALID_DEVICE_REQUEST,
			   NTIO_REASON_UNKNOWN_CODE);
}

static ntstatus_t ntio_call_below(struct ntio_request *rq)
{
	if (ntio_verify_call_later(rq))
		return STATUS_PENDING;
	return ntio_call(rq, NULL);
}

ntstatus_t ntio_forward(struct ntio_request *rq)
{
	struct ntio_device *lower = rq->device->lower;

	if (!lower)
		return ntio_past_bottom(rq);
	ntio_verify_down(rq);
	ntio_next_params(rq);
	ntio_here(rq)->params = rq->params;
	WRITE_ONCE(ntio_here(rq)->forwarded, true);
	WRITE_ONCE(rq->current_location, rq->current_location + 1);
	rq->params = ntio_here(rq)->params;
	WRITE_ONCE(ntio_here(rq)->passed_use, 0);
	ntio_enter_location(rq, lower);
	return ntio_call_below(rq);
}
EXPORT_SYMBOL_GPL(ntio_forward);

ntstatus_t ntio_skip(struct ntio_request *rq)
{
	struct ntio_device *lower = rq->device->lower;

	if (!lower)
		return ntio_past_bottom(rq);
	ntio_verify_down(rq);
	ntio_enter_location(rq, lower);
	return ntio_call_below(rq);
}
EXPORT_SYMBOL_GPL(ntio_skip);

void ntio_mark_pending(struct ntio_request *rq)
{
	WRITE_ONCE(ntio_here(rq)->pending, true);
}
EXPORT_SYMBOL_GPL(ntio_mark_pending);

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

/* With what outcome completion leaves a location, for its handler's return. */
static void ntio_pass_location(struct ntio_request *rq)
{
	struct ntio_location *here = ntio_here(rq);

	WRITE_ONCE(here->passed_status, rq->status);
	smp_wmb();	/* pairs with ntio_returned_other() */
	WRITE_ONCE(here->passed_use, here->use);
}

/* Back in the location above; its driver's view of the request is restored. */
static void ntio_leave_location(struct ntio_request *rq)
{
	rq->pending_returned = ntio_here(rq)->pending ||
		ntio_verify_forced(rq, rq->current_location);
	WRITE_ONCE(rq->current_location, rq->current_location - 1);
	rq->params = ntio_here(rq)->params;
	rq->device = ntio_here(rq)->device;
	rq->next_ready = false;
}

/*
 * The routine's driver owns the request again, and may complete it or give it
 * away before the routine returns; so the request is touched after only if the
 * routine said that it did not, and that is true.
 *
 * Return: whether completion goes on.
 */
static bool ntio_call_routine(struct ntio_request *rq,
			      struct ntio_location *done)
{
	struct ntio_device *device = rq->device;
	bool overtaken = ntio_verify_overtaken(rq);
	u32 uses = rq->uses;
	struct ntio_frame frame;
	ntstatus_t answer;

	ntio_verify_enter(&frame, rq);
	ntio_request_own(rq);
	answer = done->routine(device, rq, done->context);
	ntio_verify_leave(&frame, device);
	if (answer == STATUS_MORE_PROCESSING_REQUIRED && !overtaken)
		return false;
	if (READ_ONCE(rq->uses) != uses || !ntio_request_disown(rq)) {
		ntio_violation(device, NTIO_VIOLATION_COMPLETED_TWICE);
		return false;
	}
	if (rq->pending_returned && !ntio_here(rq)->pending) {
		if (!overtaken)
			ntio_violation(device,
				       NTIO_VIOLATION_PENDING_NOT_PASSED_ON);
		ntio_mark_pending(rq);
	}
	ntio_verify_continued(rq);
	/* Why a driver below refused says nothing about a success. */
	if (!ntio_is_error(rq->status))
		rq->reason = NTIO_REASON_NONE;
	return true;
}

/**
 * ntio_stack_unwind() - bring a completion to the top
 * @rq: the request, completed by the driver of the current location
 *
 * Return: true at the top; false if a driver stopped the completion and owns
 *	the request again.
 */
bool ntio_stack_unwind(struct ntio_request *rq)
{
	struct ntio_location *done;

	while (rq->current_location) {
		done = ntio_here(rq);
		ntio_pass_location(rq);
		ntio_leave_location(rq);
		if (!ntio_routine_wanted(rq, done)) {
			if (rq->pending_returned)
				ntio_mark_pending(rq);
			continue;
		}
		if (!ntio_call_routine(rq, done))
			return false;
	}
	return true;
}
