// SPDX-License-Identifier: GPL-2.0
/*
 * From the captured parameters to the outcome, the same for every kind of
 * request:
 *
 *	transfer	the method prepares the driver's buffers
 *	dispatch	the handlers of the drivers, from the top down
 *	completion	from the bottom up; the caller waits for it
 *	delivery	the method gives the answer to the caller
 */
#include "core.h"

/* The row for a code, in the table of one device. */
static const struct ntio_control *
ntio_control_row(const struct ntio_device *device, u32 code)
{
	const struct ntio_control *control = device->controls;
	unsigned int i;

	for (i = 0; i < device->node->nr_controls; i++)
		if (control[i].code == code)
			return &control[i];
	return NULL;
}

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

	switch (rq->major) {
	case NTIO_MAJOR_READ:
		return (struct ntio_handlers){ device->read,
					       device->read_in_caller };
	case NTIO_MAJOR_WRITE:
		return (struct ntio_handlers){ device->write,
					       device->write_in_caller };
	default:
		control = ntio_control_here(rq);
		if (control)
			return (struct ntio_handlers){ control->handler,
						       control->in_caller };
		return (struct ntio_handlers){ };
	}
}

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
	if (rq->device->other)
		return rq->device->other(rq);
	if (rq->device->lower)
		return ntio_skip(rq);
	return ntio_refuse(rq, STATUS_INVALID_DEVICE_REQUEST,
			   NTIO_REASON_UNKNOWN_CODE);
}

/*
 * Mistakes that show when a handler returns [2.42]. A driver above may have
 * sent the request into the location again meanwhile; then it says nothing
 * about this handler any more.
 */
static void ntio_returned(struct ntio_request *rq, struct ntio_device *device,
			  struct ntio_location *here, u32 use,
			  ntstatus_t returned)
{
	bool forwarded = READ_ONCE(here->forwarded);
	bool pending = READ_ONCE(here->pending);
	bool owned = !ntio_request_completed(rq) &&
		here == &rq->locations[READ_ONCE(rq->current_location)];

	smp_rmb();	/* pairs with ntio_enter_location() */
	if (READ_ONCE(here->use) != use || forwarded)
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

/*
 * A driver below the top that returned another status than it completed with.
 * The first to return is the one: what those above pass on is not their own.
 * What the top returns is compared at the end; see ntio_request_status().
 *
 * Looks twice: a driver above may send the request down again meanwhile.
 */
static void ntio_returned_other(struct ntio_request *rq,
				struct ntio_device *device,
				const struct ntio_location *here, u32 use,
				ntstatus_t returned)
{
	ntstatus_t passed;

	if (here == rq->locations || returned == STATUS_PENDING ||
	    READ_ONCE(here->passed_use) != use)
		return;
	smp_rmb();	/* pairs with ntio_pass_location() */
	passed = READ_ONCE(here->passed_status);
	smp_rmb();	/* pairs with ntio_enter_location() */
	if (READ_ONCE(here->passed_use) != use || passed == returned ||
	    READ_ONCE(rq->blamed))
		return;
	WRITE_ONCE(rq->blamed, true);
	ntio_violation(device, NTIO_VIOLATION_RETURNED_OTHER_STATUS);
}

/**
 * ntio_call() - call the handler of the device that has the request
 * @rq: the request, in that device's location
 * @caller: the token, for the top only
 *
 * Return: what the handler returned.
 */
ntstatus_t ntio_call(struct ntio_request *rq, const struct ntio_caller *caller)
{
	struct ntio_location *here = &rq->locations[rq->current_location];
	struct ntio_device *device = rq->device;
	u32 use = here->use;
	struct ntio_frame frame;
	ntstatus_t returned;

	ntio_request_hold(rq);
	ntio_verify_called(rq);
	ntio_verify_enter(&frame, rq);
	returned = ntio_serve(rq, caller);
	ntio_verify_leave(&frame, device);
	ntio_returned(rq, device, here, use, returned);
	ntio_returned_other(rq, device, here, use, returned);
	ntio_verify_returned(rq, device, here - rq->locations, use, returned);
	ntio_request_put_any(rq);
	return returned;
}

/*
 * An answer that cannot be written becomes the outcome only of a request that
 * was pending; else the caller has the driver's status already [2.24] [2.25].
 */
bool ntio_deliver(struct ntio_request *rq, const struct ntio_caller *caller,
		  ntstatus_t *status)
{
	if (ntio_is_error(rq->status))
		return false;
	if (rq->transfer->deliver(rq, caller))
		return true;
	if (ntio_request_was_pending(rq))
		*status = STATUS_ACCESS_VIOLATION;
	return false;
}

/* Whether some driver takes whatever comes. */
static bool ntio_other_in_stack(const struct ntio_device *device)
{
	for (; device; device = device->lower)
		if (device->other)
			return true;
	return false;
}

/**
 * ntio_begin() - make the buffers of a request
 * @rq: captured and checked, at the top of the stack
 * @caller: the token
 *
 * Return: STATUS_SUCCESS, or why the drivers are not called.
 */
ntstatus_t ntio_begin(struct ntio_request *rq, const struct ntio_caller *caller)
{
	ntstatus_t status;

	status = rq->transfer->prepare(rq, caller);
	if (ntio_is_error(status))
		return status;
	/* Faults come before the code is found to be unknown [1.6]. */
	if (rq->major == NTIO_MAJOR_DEVICE_CONTROL && !rq->control &&
	    !ntio_other_in_stack(rq->device))
		return ntio_request_reject(rq, STATUS_INVALID_DEVICE_REQUEST,
					   NTIO_REASON_UNKNOWN_CODE, 0);
	return STATUS_SUCCESS;
}

/**
 * ntio_run() - carry a request out, and wait for its end
 * @rq: after ntio_begin()
 * @caller: the token
 * @delivered: set if the caller has the outcome of the drivers: the status and
 *	information of @rq are its I/O status block
 *
 * Return: the status of the call.
 */
ntstatus_t ntio_run(struct ntio_request *rq, const struct ntio_caller *caller,
		    bool *delivered)
{
	ntstatus_t status;

	*delivered = false;
	status = ntio_request_settle(rq, ntio_stack_begin(rq, caller));
	if (!ntio_request_abandoned(rq))
		*delivered = ntio_deliver(rq, caller, &status);
	return status;
}

/* Why a call ended as it did; a killed caller must not look at the request. */
void ntio_outcome(const struct ntio_request *rq, ntstatus_t status,
		  u32 *reason, u64 *detail)
{
	*detail = 0;
	*reason = NTIO_REASON_KILLED;
	if (ntio_request_abandoned(rq))
		return;
	*reason = rq->reason;
	*detail = rq->detail;
	if (ntio_is_error(status) && rq->reason == NTIO_REASON_NONE)
		*reason = NTIO_REASON_DRIVER;
}
