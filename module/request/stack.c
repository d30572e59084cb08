// SPDX-License-Identifier: GPL-2.0
/*
 * The way down: from the device at the top to the one that serves the request.
 *
 * ntio_request::locations[i] belongs to the i-th driver from the top that took
 * a location of its own. It holds that driver's parameters, and the completion
 * routine that the driver above wants called when it is done. A location is
 * written by whoever owns the request, so it needs no lock; ownership passes by
 * call, by queue, and by completion.
 */
#include <trace/events/ntio.h>

#include "base/violation.h"
#include "device/node.h"
#include "request/release.h"
#include "verifier/hooks.h"

/**
 * ntio_control_find() - who in the stack declares the code of a request
 * @rq: its code is set, its device is the top
 *
 * Return: the row, remembered for dispatch; NULL if no device declares it.
 */
const struct ntio_control *ntio_control_find(struct ntio_request *rq)
{
	struct ntio_device *device;

	for (device = rq->device; device; device = device->lower) {
		rq->control = ntio_control_row(device, rq->code);
		rq->control_device = device;
		if (rq->control)
			return rq->control;
	}
	return NULL;
}

/* Whether some driver takes whatever comes. */
bool ntio_stack_takes_other(const struct ntio_device *device)
{
	for (; device; device = device->lower)
		if (device->other || device->other_in_caller)
			return true;
	return false;
}

static const struct ntio_control *ntio_control_here(struct ntio_request *rq)
{
	const struct ntio_control *control = rq->control;

	if (control && rq->control_device == rq->device &&
	    control->code == rq->code)
		return control;
	return ntio_control_row(rq->device, rq->code);
}

/* What serves a request at a device; at most one of the two is set. */
struct ntio_handlers {
	ntstatus_t (*handler)(struct ntio_request *rq);
	ntstatus_t (*in_caller)(const struct ntio_caller *caller,
				struct ntio_request *rq);
};

static struct ntio_handlers ntio_handlers(struct ntio_request *rq)
{
	const struct ntio_device *device = rq->device;
	const struct ntio_control *control;
	struct ntio_handlers here = { };

	switch (rq->major) {
	case NTIO_MAJOR_READ:
		here.handler = device->read;
		here.in_caller = device->read_in_caller;
		break;
	case NTIO_MAJOR_WRITE:
		here.handler = device->write;
		here.in_caller = device->write_in_caller;
		break;
	case NTIO_MAJOR_CREATE:
	case NTIO_MAJOR_CLEANUP:
	case NTIO_MAJOR_CLOSE:
		here.handler = device->file_request;
		return here;
	default:
		control = ntio_control_here(rq);
		if (control) {
			here.handler = control->handler;
			here.in_caller = control->in_caller;
		}
	}
	if (!here.handler && !here.in_caller) {
		here.handler = device->other;
		here.in_caller = device->other_in_caller;
	}
	return here;
}

/* The handler of the device that has the request, or the device below. */
static ntstatus_t ntio_serve(struct ntio_request *rq,
			     const struct ntio_caller *caller)
{
	struct ntio_handlers here = ntio_handlers(rq);

	if (here.in_caller) {
		if (!caller)
			return ntio_refuse(rq, STATUS_INVALID_DEVICE_REQUEST,
					   NTIO_REASON_NOT_HIGHEST);
		return here.in_caller(caller, rq);
	}
	if (here.handler)
		return here.handler(rq);
	if (rq->device->lower)
		return ntio_skip(rq);
	if (ntio_is_file_request(rq))
		return ntio_complete(rq, STATUS_SUCCESS, 0);
	return ntio_refuse(rq, STATUS_INVALID_DEVICE_REQUEST,
			   NTIO_REASON_UNKNOWN_CODE);
}

/*
 * What a handler's return shows [2.42]. A driver above may have sent the
 * request into the location again meanwhile; then it says nothing about this
 * handler any more.
 */
static void ntio_handler_returned(struct ntio_request *rq,
				  struct ntio_device *device,
				  struct ntio_location *here, u32 generation,
				  ntstatus_t returned)
{
	bool forwarded = READ_ONCE(here->forwarded);
	bool pending = READ_ONCE(here->pending);
	bool owned = !ntio_request_completed(rq) &&
		here == &rq->locations[READ_ONCE(rq->current_location)];

	smp_rmb();	/* pairs with ntio_enter_location() */
	if (READ_ONCE(here->generation) != generation || forwarded)
		return;
	if (returned == STATUS_PENDING && !pending) {
		ntio_violation(device, NTIO_VIOLATION_PENDING_UNMARKED);
	} else if (returned != STATUS_PENDING && pending) {
		ntio_violation(device, NTIO_VIOLATION_MARKED_NOT_PENDING);
	} else if (!pending && owned) {
		ntio_violation(device, NTIO_VIOLATION_NOT_COMPLETED);
		ntio_refuse(rq, ntio_is_error(returned) ? returned :
			    STATUS_INTERNAL_ERROR, NTIO_REASON_NOT_COMPLETED);
	}
}

/**
 * ntio_call_handler() - call the handler of the device that has the request
 * @rq: the request, in that device's location. Held, and with it the device, by
 *	the caller of the driver that sends it down: the system call, or the
 *	worker that runs in a driver above.
 * @caller: the token, for the top only
 *
 * Return: what the handler returned.
 */
ntstatus_t ntio_call_handler(struct ntio_request *rq,
			     const struct ntio_caller *caller)
{
	struct ntio_location *here = ntio_here(rq);
	struct ntio_device *device = rq->device;
	u32 generation = here->generation;
	struct ntio_frame frame;
	ntstatus_t returned;

	ntio_verify_called(rq);
	ntio_verify_enter(&frame, rq);
	returned = ntio_serve(rq, caller);
	ntio_verify_leave(&frame, device);
	ntio_handler_returned(rq, device, here, generation, returned);
	ntio_verify_returned(rq, device, here - rq->locations, generation,
			     returned);
	return returned;
}

/* The owner enters a location: the first, or the one below. */
static void ntio_enter_location(struct ntio_request *rq,
				struct ntio_device *device)
{
	struct ntio_location *here = ntio_here(rq);

	WRITE_ONCE(rq->generation, rq->generation + 1);
	WRITE_ONCE(here->generation, rq->generation);
	smp_wmb();	/* pairs with ntio_handler_returned() */
	here->device = device;
	WRITE_ONCE(here->pending, false);
	WRITE_ONCE(here->forwarded, false);
	WRITE_ONCE(rq->device, device);	/* a canceller reads it */
	rq->next_ready = false;
}

/*
 * The drivers' hold, until completion. Of a system call's request nobody knows
 * yet: whoever could find it by its name, or made it, would hold it, too.
 */
static void ntio_give_to_drivers(struct ntio_request *rq)
{
	struct ntio_call *call = to_ntio_call(rq);

	if (!rq->file || call->maker) {
		ntio_request_hold(rq);
		return;
	}
	if (call->entry.process)
		ntio_request_hold(rq);
	else
		refcount_set(&rq->refs, refcount_read(&rq->refs) + 1);
	WRITE_ONCE(rq->dispatcher, current);
}

/**
 * ntio_stack_begin() - give a request to the driver at the top
 * @rq: the request, its parameters and device set; the caller's
 * @caller: the token; only the top gets it (R4)
 *
 * Return: what the handler returned.
 */
ntstatus_t ntio_stack_begin(struct ntio_request *rq,
			    const struct ntio_caller *caller)
{
	ntstatus_t returned;

	rq->current_location = 0;
	rq->locations[0].routine = NULL;
	ntio_enter_location(rq, rq->device);
	ntio_give_to_drivers(rq);
	ntio_verify_begin(rq);
	returned = ntio_call_handler(rq, caller);
	WRITE_ONCE(rq->dispatcher, NULL);
	return returned;
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

static ntstatus_t ntio_no_lower_device(struct ntio_request *rq)
{
	ntio_violation(rq->device, NTIO_VIOLATION_FORWARDED_PAST_BOTTOM);
	return ntio_refuse(rq, STATUS_INVALID_DEVICE_REQUEST,
			   NTIO_REASON_UNKNOWN_CODE);
}

/*
 * The driver that sends it down may be anywhere: what it holds is unknown, but
 * for the caller's own thread.
 */
static ntstatus_t ntio_call_lower(struct ntio_request *rq)
{
	struct ntio_device *device = rq->device;
	ntstatus_t returned;

	trace_ntio_forwarded(rq, device);
	if (ntio_verify_call_later(rq))
		return STATUS_PENDING;
	if (ntio_in_dispatch(rq))
		return ntio_call_handler(rq, NULL);
	ntio_request_hold(rq);
	ntio_device_get(device);
	returned = ntio_call_handler(rq, NULL);
	ntio_device_put_atomic(device);
	ntio_request_put_atomic(rq);
	return returned;
}

ntstatus_t ntio_forward(struct ntio_request *rq)
{
	struct ntio_device *lower = rq->device->lower;
	struct ntio_location *here;

	if (!lower)
		return ntio_no_lower_device(rq);
	ntio_verify_down(rq);
	here = ntio_here(rq);
	here->params = rq->params;
	/* What the driver prepared; else the same, and no routine. */
	if (rq->next_ready)
		rq->params = here[1].params;
	else
		here[1].routine = NULL;
	WRITE_ONCE(here->forwarded, true);
	WRITE_ONCE(rq->current_location, rq->current_location + 1);
	rq->passed_down = true;
	ntio_enter_location(rq, lower);
	return ntio_call_lower(rq);
}
EXPORT_SYMBOL_GPL(ntio_forward);

ntstatus_t ntio_skip(struct ntio_request *rq)
{
	struct ntio_device *lower = rq->device->lower;

	if (!lower)
		return ntio_no_lower_device(rq);
	ntio_verify_down(rq);
	rq->passed_down = true;
	ntio_enter_location(rq, lower);
	return ntio_call_lower(rq);
}
EXPORT_SYMBOL_GPL(ntio_skip);
