// SPDX-License-Identifier: GPL-2.0
/*
 * The caller's side of a request, the same for every kind of request:
 *
 *	transfer	the method prepares the driver's buffers
 *	dispatch	the handlers of the drivers, from the top down
 *	completion	from the bottom up; the caller waits for it
 *	delivery	the method gives the answer to the caller
 */
#include "base/violation.h"
#include "device/node.h"
#include "request/call.h"
#include "transfer/transfer.h"
#include "verifier/hooks.h"

/* Whether both lengths are what the row of the code wants. */
ntstatus_t ntio_check_lengths(struct ntio_request *rq,
			      const struct ntio_control *control)
{
	if (rq->in_len < control->min_in)
		return ntio_request_reject(rq, STATUS_BUFFER_TOO_SMALL,
					   NTIO_REASON_IN_TOO_SHORT,
					   control->min_in);
	if (rq->out_len < control->min_out)
		return ntio_request_reject(rq, STATUS_BUFFER_TOO_SMALL,
					   NTIO_REASON_OUT_TOO_SHORT,
					   control->min_out);
	if (control->max_in && rq->in_len > control->max_in)
		return ntio_request_reject(rq, STATUS_INVALID_BUFFER_SIZE,
					   NTIO_REASON_IN_TOO_LONG,
					   control->max_in);
	if (control->max_out && rq->out_len > control->max_out)
		return ntio_request_reject(rq, STATUS_INVALID_BUFFER_SIZE,
					   NTIO_REASON_OUT_TOO_LONG,
					   control->max_out);
	return STATUS_SUCCESS;
}

/**
 * ntio_prepare_buffers() - make the buffers of a request
 * @rq: captured and checked, at the top of the stack
 * @caller: the token
 *
 * Return: STATUS_SUCCESS, or why the drivers are not called.
 */
ntstatus_t ntio_prepare_buffers(struct ntio_request *rq,
				const struct ntio_caller *caller)
{
	ntstatus_t status;

	status = rq->transfer->prepare(rq, caller);
	if (ntio_is_error(status))
		return status;
	/* Faults come before the code is found to be unknown [1.6]. */
	if (rq->major == NTIO_MAJOR_DEVICE_CONTROL && !rq->control &&
	    !ntio_stack_takes_other(rq->device))
		return ntio_request_reject(rq, STATUS_INVALID_DEVICE_REQUEST,
					   NTIO_REASON_UNKNOWN_CODE, 0);
	return STATUS_SUCCESS;
}

/**
 * ntio_result() - the status of the call [2.28]
 * @call: ended
 *
 * Return: what the handler at the top returned, or the status of completion if
 *	it returned STATUS_PENDING.
 */
ntstatus_t ntio_result(struct ntio_call *call)
{
	struct ntio_request *rq = &call->rq;

	ntio_verify_settled(rq, call->returned);
	if (rq->status == STATUS_PENDING)
		ntio_violation(rq->device, NTIO_VIOLATION_COMPLETED_PENDING);
	if (call->returned == STATUS_PENDING)
		return rq->status;
	/* Which driver of a stack it was only the verifier knows. */
	if (call->returned != rq->status && !rq->passed_down)
		ntio_violation(rq->device,
			       NTIO_VIOLATION_RETURNED_OTHER_STATUS);
	return call->returned;
}

/**
 * ntio_deliver() - give the answer to the caller
 * @call: ended
 * @status: that of the call; may change
 *
 * An answer that cannot be written becomes the outcome only of a request that
 * was pending; else the caller has the driver's status already [2.24] [2.25].
 *
 * Return: whether the caller has the outcome of the drivers: status and
 *	information of the request are its I/O status block then.
 */
bool ntio_deliver(struct ntio_call *call, ntstatus_t *status)
{
	struct ntio_request *rq = &call->rq;

	if (ntio_is_error(rq->status))
		return false;
	if (rq->transfer->deliver(rq, &call->caller))
		return true;
	if (ntio_request_was_pending(rq))
		*status = STATUS_ACCESS_VIOLATION;
	return false;
}

/*
 * A caller that closes its last handle is the one who cancels, whether it is the
 * driver's cleanup that ends the request or the caller's thread, which finds that
 * there is no handle left.
 */
static bool ntio_cancelled_by_caller(const struct ntio_request *rq)
{
	return test_bit(NTIO_REQUEST_CANCELLED_BY_CALLER, &rq->state) ||
	       ntio_file_is_cleaned(rq->file);
}

/* Apart, so that the usual outcome needs no stack. */
static noinline void ntio_outcome_of_driver(const struct ntio_call *call,
					    ntstatus_t status, u32 *reason)
{
	if (status != STATUS_CANCELLED || !ntio_cancelled_by_caller(&call->rq))
		*reason = NTIO_REASON_DRIVER;
	else
		*reason = call->interrupted ? NTIO_REASON_INTERRUPTED :
					      NTIO_REASON_CANCELLED_BY_CALLER;
}

/* Why a call ended as it did; a killed caller must not look at the request. */
void ntio_outcome(const struct ntio_call *call, ntstatus_t status,
		  u32 *reason, u64 *detail)
{
	const struct ntio_request *rq = &call->rq;

	*detail = 0;
	*reason = NTIO_REASON_KILLED;
	if (ntio_request_abandoned(rq))
		return;
	*reason = rq->reason;
	*detail = rq->detail;
	if (ntio_is_error(status) && rq->reason == NTIO_REASON_NONE)
		ntio_outcome_of_driver(call, status, reason);
}
