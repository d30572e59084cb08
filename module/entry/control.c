// SPDX-License-Identifier: GPL-2.0
/* Device control: capture, check, and the answer in the caller's structure. */
#include <linux/compat.h>
#include <linux/sched.h>

#include <trace/events/ntio.h>

#include "base/status.h"
#include "device/node.h"
#include "entry/entry.h"
#include "request/call.h"
#include "transfer/transfer.h"

static const struct ntio_transfer * const ntio_transfers[] = {
	[NTIO_METHOD_BUFFERED] = &ntio_transfer_buffered,
	[NTIO_METHOD_IN_DIRECT] = &ntio_transfer_in_direct,
	[NTIO_METHOD_OUT_DIRECT] = &ntio_transfer_out_direct,
	[NTIO_METHOD_NEITHER] = &ntio_transfer_neither,
};

static void ntio_capture_request(struct ntio_request *rq,
				 const struct ntio_caller *caller, u32 code)
{
	const struct ntio_transfer *transfer;

	transfer = ntio_transfers[NTIO_CTL_METHOD(code)];
	rq->major = NTIO_MAJOR_DEVICE_CONTROL;
	rq->code = code;
	rq->in_len = caller->in_len;
	rq->out_len = caller->out_len;
	if (transfer->null_in_is_empty && !caller->in.value)
		rq->in_len = 0;
	if (transfer->null_out_is_empty && !caller->out.value)
		rq->out_len = 0;
	rq->buffer_in_len = rq->in_len;
	rq->buffer_out_len = rq->out_len;
	rq->transfer = transfer;
}

/**
 * ntio_control_capture() - a request from what the caller asked for
 * @call: new
 * @arg: the copy of the caller's structure
 * @compat: the caller is a 32-bit program
 */
void ntio_control_capture(struct ntio_call *call,
			  const struct ntio_device_control *arg, bool compat)
{
	struct ntio_caller *caller = &call->caller;

	caller->in.value = arg->in;
	caller->out.value = arg->out;
	caller->in_len = arg->in_len;
	caller->out_len = arg->out_len;
	caller->compat = compat;
	caller->mm = current->mm;
	caller->device = call->rq.device;
	call->code = arg->code;
	ntio_capture_request(&call->rq, caller, arg->code);
}

static ntstatus_t ntio_check(struct ntio_request *rq,
			     const struct ntio_control *control)
{
	u32 missing = NTIO_CTL_ACCESS(rq->code) & ~rq->file->access;

	if (ntio_file_gone(rq->file))
		return ntio_request_reject(rq, STATUS_DELETE_PENDING,
					   NTIO_REASON_DEVICE_GONE, 0);
	if (missing)
		return ntio_request_reject(rq, STATUS_ACCESS_DENIED,
					   NTIO_REASON_ACCESS_BITS, missing);
	return control ? ntio_check_lengths(rq, control) : STATUS_SUCCESS;
}

/**
 * ntio_control_begin() - check a device control and make its buffers
 * @call: captured
 *
 * Return: STATUS_SUCCESS, or why the drivers are not called.
 */
ntstatus_t ntio_control_begin(struct ntio_call *call)
{
	struct ntio_request *rq = &call->rq;
	const struct ntio_control *control = ntio_control_find(rq);
	ntstatus_t status;

	rq->never_pends = control && control->never_pends;
	rq->may_copy = control && control->may_copy;
	status = ntio_check(rq, control);
	if (ntio_is_error(status))
		return status;
	return ntio_prepare_buffers(rq, &call->caller);
}

bool ntio_control_supported(const struct ntio_device_control *arg)
{
	return !arg->flags && !arg->__reserved;
}

/* The request has no memory. */
static void ntio_control_no_memory(struct ntio_ucmd *ucmd)
{
	struct ntio_device_control *arg = ucmd->cmd;

	arg->out_status = (__force u32)STATUS_INSUFFICIENT_RESOURCES;
	arg->out_reason = NTIO_REASON_NO_MEMORY;
	ucmd->result = ntio_status_errno(STATUS_INSUFFICIENT_RESOURCES);
}

static void ntio_control_answer(struct ntio_ucmd *ucmd, struct ntio_call *call,
				ntstatus_t status, bool delivered)
{
	struct ntio_device_control *arg = ucmd->cmd;
	struct ntio_request *rq = &call->rq;

	if (delivered) {
		arg->out_iosb_status = (__force u32)rq->status;
		arg->out_information = rq->information;
		arg->out_flags = NTIO_OUT_IOSB;
	}
	ntio_outcome(call, status, &arg->out_reason, &arg->out_detail);
	arg->out_status = (__force u32)status;
	ucmd->result = ntio_status_errno(status);
	if (call->interrupted && status == STATUS_CANCELLED)
		ucmd->result = -EINTR;
	ntio_call_finish(call);
}

/* The drivers have the request, or had it. */
static int ntio_control_finish(struct ntio_ucmd *ucmd, struct ntio_call *call)
{
	ntstatus_t status = STATUS_CANCELLED;
	bool delivered = false;

	switch (ntio_call_wait(call, NTIO_CALL_CONTROL,
			       (unsigned long)ucmd->ubuffer)) {
	case NTIO_WAIT_RESTART:
		return -ERESTARTSYS;
	case NTIO_WAIT_GIVEN_UP:
		/* Becomes -EINTR, unless no handler runs after all. */
		return -ERESTARTSYS;
	case NTIO_WAIT_KILLED:
		break;
	case NTIO_WAIT_ENDED:
		status = ntio_result(call);
		delivered = ntio_deliver(call, &status);
		trace_ntio_delivered(&call->rq, status);
		break;
	}
	ntio_control_answer(ucmd, call, status, delivered);
	return 0;
}

/*
 * A call that was restarted goes on with the request it left in flight. One
 * that only looks like it, because the structure was filled in anew, does not.
 */
static struct ntio_call *ntio_control_resume(struct ntio_ucmd *ucmd)
{
	const struct ntio_device_control *arg = ucmd->cmd;
	struct ntio_call *call;

	call = ntio_call_resume(ucmd->file, NTIO_CALL_CONTROL,
				(unsigned long)ucmd->ubuffer);
	if (!call)
		return NULL;
	if (call->code == arg->code && call->caller.in.value == arg->in &&
	    call->caller.in_len == arg->in_len &&
	    call->caller.out.value == arg->out &&
	    call->caller.out_len == arg->out_len)
		return call;
	ntio_call_give_up(call);
	return NULL;
}

static int ntio_ioc_device_control(struct ntio_ucmd *ucmd)
{
	struct ntio_device_control *arg = ucmd->cmd;
	struct ntio_call *call;
	ntstatus_t status;

	if (!ntio_control_supported(arg))
		return -EOPNOTSUPP;
	call = ntio_control_resume(ucmd);
	memset_startat(arg, 0, out_status);
	if (call)
		return ntio_control_finish(ucmd, call);

	call = ntio_call_alloc(ucmd->file->device, ucmd->file, false);
	if (!call) {
		ntio_control_no_memory(ucmd);
		return 0;
	}
	call->restartable = true;
	call->cancels = READ_ONCE(ucmd->file->inflight.cancels);
	ntio_control_capture(call, arg, in_compat_syscall());
	trace_ntio_submit(&call->rq, NTIO_TRACE_CALL);
	status = ntio_control_begin(call);
	if (ntio_is_error(status)) {
		ntio_control_answer(ucmd, call, status, false);
		return 0;
	}
	call->returned = ntio_stack_begin(&call->rq, &call->caller);
	return ntio_control_finish(ucmd, call);
}

NTIO_IOCTL_OP(device_control, DEVICE_CONTROL, out_status, out_detail);
