// SPDX-License-Identifier: GPL-2.0
/* Device control: capture, check, and the answer in the caller's structure. */
#include <linux/compat.h>
#include <linux/sched.h>

#include "core.h"

static const struct ntio_transfer * const ntio_transfers[] = {
	[NTIO_METHOD_BUFFERED] = &ntio_transfer_buffered,
	[NTIO_METHOD_IN_DIRECT] = &ntio_transfer_in_direct,
	[NTIO_METHOD_OUT_DIRECT] = &ntio_transfer_out_direct,
	[NTIO_METHOD_NEITHER] = &ntio_transfer_neither,
};

static void ntio_capture_caller(struct ntio_caller *caller,
				const struct ntio_file *file,
				const struct ntio_device_control *arg)
{
	*caller = (struct ntio_caller){
		.in.value = arg->in,
		.out.value = arg->out,
		.in_len = arg->in_len,
		.out_len = arg->out_len,
		.compat = in_compat_syscall(),
		.mm = current->mm,
		.device = file->device,
	};
}

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

static ntstatus_t ntio_check_lengths(struct ntio_request *rq,
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

static void ntio_report_iosb(struct ntio_device_control *arg,
			     const struct ntio_request *rq)
{
	arg->out_iosb_status = (__force u32)rq->status;
	arg->out_information = rq->information;
	arg->out_flags = NTIO_OUT_IOSB;
}

/**
 * ntio_control_capture() - a request from what the caller asked for
 * @rq: the request
 * @caller: filled in
 * @arg: the copy of the caller's structure; its out_ fields are cleared
 */
void ntio_control_capture(struct ntio_request *rq, struct ntio_caller *caller,
			  struct ntio_device_control *arg)
{
	ntio_capture_caller(caller, rq->file, arg);
	ntio_capture_request(rq, caller, arg->code);
	memset_startat(arg, 0, out_status);
}

/**
 * ntio_control_begin() - check a device control and make its buffers
 * @rq: captured
 * @caller: the token
 *
 * Return: STATUS_SUCCESS, or why the drivers are not called.
 */
ntstatus_t ntio_control_begin(struct ntio_request *rq,
			      const struct ntio_caller *caller)
{
	const struct ntio_control *control = ntio_control_find(rq);
	ntstatus_t status;

	rq->long_term = control && control->long_term;
	status = ntio_check(rq, control);
	if (ntio_is_error(status))
		return status;
	return ntio_begin(rq, caller);
}

bool ntio_control_supported(const struct ntio_device_control *arg)
{
	return !arg->flags && !arg->__reserved;
}

static ntstatus_t ntio_control_run(struct ntio_request *rq,
				   struct ntio_device_control *arg)
{
	struct ntio_caller caller;
	bool delivered = false;
	ntstatus_t status;

	ntio_control_capture(rq, &caller, arg);
	status = ntio_control_begin(rq, &caller);
	if (!ntio_is_error(status))
		status = ntio_run(rq, &caller, &delivered);
	if (delivered)
		ntio_report_iosb(arg, rq);
	ntio_outcome(rq, status, &arg->out_reason, &arg->out_detail);
	return status;
}

int ntio_ioc_device_control(struct ntio_ucmd *ucmd)
{
	struct ntio_device_control *arg = ucmd->cmd;
	ntstatus_t status = STATUS_INSUFFICIENT_RESOURCES;
	struct ntio_request *rq;

	if (!ntio_control_supported(arg))
		return -EOPNOTSUPP;
	rq = ntio_request_alloc(ucmd->file);
	if (!rq) {
		memset_startat(arg, 0, out_status);
		arg->out_status = (__force u32)status;
		arg->out_reason = NTIO_REASON_NO_MEMORY;
		ucmd->result = ntio_status_errno(status);
		return 0;
	}
	status = ntio_control_run(rq, arg);
	ntio_request_finish(rq);
	arg->out_status = (__force u32)status;
	ucmd->result = ntio_status_errno(status);
	return 0;
}

int ntio_ioc_query_control(struct ntio_ucmd *ucmd)
{
	struct ntio_query_control *arg = ucmd->cmd;
	struct ntio_device *device = ucmd->file->opened;
	const struct ntio_control *control;

	if (arg->index >= device->node->nr_controls)
		return -ENOENT;
	control = &device->controls[arg->index];
	*arg = (struct ntio_query_control){
		.out_code = control->code,
		.out_flags = (control->in_caller ? NTIO_CONTROL_IN_CALLER : 0) |
			     (control->long_term ? NTIO_CONTROL_LONG_TERM : 0),
		.out_min_in = control->min_in,
		.out_max_in = control->max_in ?: U32_MAX,
		.out_min_out = control->min_out,
		.out_max_out = control->max_out ?: U32_MAX,
	};
	strscpy(arg->out_name, control->name ?: "", sizeof(arg->out_name));
	return 0;
}
