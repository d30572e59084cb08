// SPDX-License-Identifier: GPL-2.0
/* METHOD_BUFFERED, and the system buffer that the DIRECT methods use too. */
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include <trace/events/ntio.h>

#include "base/limits.h"
#include "base/violation.h"
#include "memory/user.h"
#include "request/call.h"
#include "transfer/transfer.h"

static ntstatus_t ntio_fault(struct ntio_request *rq, ntio_uaddr_t addr,
			     size_t len, size_t good, bool write)
{
	enum ntio_reason reason;
	u64 offset = good;

	if (fatal_signal_pending(current))
		return ntio_request_reject(rq, STATUS_CANCELLED,
					   NTIO_REASON_KILLED, 0);
	reason = ntio_fault_reason(addr, len, write, false, &offset);
	return ntio_request_reject(rq, STATUS_ACCESS_VIOLATION, reason, offset);
}

/**
 * ntio_copy_in() - copy a buffer of the caller's, once
 * @rq: the request
 * @to: room for it
 * @from: the caller's
 * @len: its length
 */
ntstatus_t ntio_copy_in(struct ntio_request *rq, void *to, ntio_uaddr_t from,
			size_t len)
{
	size_t left = len;

	if (ntio_user_range_ok(from, len))
		left = copy_from_user(to, ntio_user_ptr(from), len);
	return left ? ntio_fault(rq, from, len, len - left, false) :
		      STATUS_SUCCESS;
}

/*
 * Copies the input, once. The tail behind it is zero, where Windows leaves what
 * was there before [2.3].
 */
static ntstatus_t ntio_system_buffer_fill(struct ntio_request *rq,
					  const struct ntio_caller *caller,
					  size_t size)
{
	size_t len = rq->buffer_in_len;
	ntstatus_t status = STATUS_SUCCESS;

	if (!ntio_has_small_buffer(rq) ||
	    !ntio_read_few(rq->system_buffer, caller->in, len))
		status = ntio_copy_in(rq, rq->system_buffer, caller->in, len);
	if (ntio_is_error(status))
		return status;
	if (size > len)
		memset(rq->system_buffer + len, 0, size - len);
	trace_ntio_captured(rq, len);
	return STATUS_SUCCESS;
}

/**
 * ntio_system_buffer_capture() - make the system buffer and copy the input in
 * @rq: the request
 * @caller: the token
 * @size: its size, at least the length of the input; 0: there is none
 */
ntstatus_t ntio_system_buffer_capture(struct ntio_request *rq,
				      const struct ntio_caller *caller,
				      size_t size)
{
	size_t limit = min_t(size_t, READ_ONCE(ntio_max_buffered), INT_MAX);

	if (!size)
		return STATUS_SUCCESS;
	if (size > limit)
		return ntio_request_reject(rq, STATUS_INSUFFICIENT_RESOURCES,
					   NTIO_REASON_BUFFER_LIMIT, limit);
	if (!ntio_system_buffer_alloc(rq, size,
				      rq->buffer_in_len ? 0 : __GFP_ZERO))
		return ntio_request_reject(rq, STATUS_INSUFFICIENT_RESOURCES,
					   NTIO_REASON_NO_MEMORY, 0);
	if (!rq->buffer_in_len)
		return STATUS_SUCCESS;
	return ntio_system_buffer_fill(rq, caller, size);
}

/* Windows probes the output before the driver is called [2.10]. */
ntstatus_t ntio_probe_out(struct ntio_request *rq,
			  const struct ntio_caller *caller)
{
	size_t len = rq->buffer_out_len;
	size_t good = ntio_probe_write(caller->out, len);

	return good < len ? ntio_fault(rq, caller->out, len, good, true) :
			    STATUS_SUCCESS;
}

static ntstatus_t ntio_buffered_prepare(struct ntio_request *rq,
					const struct ntio_caller *caller)
{
	size_t size = max(rq->buffer_in_len, rq->buffer_out_len);
	ntstatus_t status;

	if (!size)
		return STATUS_SUCCESS;
	status = ntio_system_buffer_capture(rq, caller, size);
	if (ntio_is_error(status) || !rq->buffer_out_len)
		return status;
	return ntio_probe_out(rq, caller);
}

/**
 * ntio_copy_back() - by the severity of completion, at most what fits
 * @rq: ended, without an error
 * @caller: the token
 * @from: what the driver has made
 *
 * [2.23] [2.24]
 *
 * Return: false: not all could be written.
 */
bool ntio_copy_back(struct ntio_request *rq, const struct ntio_caller *caller,
		    const void *from)
{
	size_t left;

	if (!rq->buffer_out_len || rq->status == STATUS_VERIFY_REQUIRED)
		return true;
	if (rq->information > rq->buffer_out_len) {
		ntio_violation(rq->device,
			       NTIO_VIOLATION_INFORMATION_TOO_LARGE);
		rq->information = rq->buffer_out_len;
	}
	if (from == to_ntio_call(rq)->small &&
	    ntio_write_few(caller->out, from, rq->information))
		return true;
	left = copy_to_user(ntio_user_ptr(caller->out), from, rq->information);
	if (!left)
		return true;
	rq->reason = NTIO_REASON_OUT_FAULT;
	rq->detail = ntio_first_bad(caller->out, rq->information - left);
	return false;
}

static bool ntio_buffered_deliver(struct ntio_request *rq,
				  const struct ntio_caller *caller)
{
	return ntio_copy_back(rq, caller, rq->system_buffer);
}

const struct ntio_transfer ntio_transfer_buffered = {
	.null_in_is_empty = true,
	.null_out_is_empty = true,
	.prepare = ntio_buffered_prepare,
	.deliver = ntio_buffered_deliver,
};
