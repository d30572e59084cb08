// SPDX-License-Identifier: GPL-2.0
/* Twins for io_verification [2.42]. */
#include <linux/irqflags.h>
#include <linux/preempt.h>

#include "twins.h"

/* --- wrong ----------------------------------------------------------------- */

static ntstatus_t io_unset(struct ntio_request *rq)
{
	return ntio_complete(rq, (__force ntstatus_t)0xffffffff, 0);
}

static ntstatus_t io_preempt(struct ntio_request *rq)
{
	preempt_disable();
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static ntstatus_t io_preempt_routine(struct ntio_device *device,
				     struct ntio_request *rq, void *context)
{
	preempt_disable();
	return STATUS_SUCCESS;
}

static ntstatus_t io_forward_preempt(struct ntio_request *rq)
{
	ntio_set_completion(rq, io_preempt_routine, NULL, NTIO_ON_ANY);
	ntio_mark_pending(rq);
	ntio_forward(rq);
	return STATUS_PENDING;
}

static void io_work_preempt(struct ntio_request *rq)
{
	preempt_disable();
	ntio_complete(rq, STATUS_SUCCESS, 0);
}

static ntstatus_t io_queue_preempt(struct ntio_request *rq)
{
	return ntio_queue_work(rq, io_work_preempt);
}

static void io_cancelled_preempt(struct ntio_device *device,
				 struct ntio_request *rq)
{
	preempt_disable();
	ntio_complete(rq, STATUS_CANCELLED, 0);
}

static ntstatus_t io_cancel_preempt(struct ntio_request *rq)
{
	ntio_mark_pending(rq);
	ntio_set_cancel(rq, io_cancelled_preempt);
	ntio_cancel(rq);
	return STATUS_PENDING;
}

static ntstatus_t io_irqs(struct ntio_request *rq)
{
	local_irq_disable();
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static void io_cancelled(struct ntio_device *device, struct ntio_request *rq)
{
	ntio_complete(rq, STATUS_CANCELLED, 0);
}

static ntstatus_t io_forward_with_cancel(struct ntio_request *rq)
{
	ntio_set_cancel(rq, io_cancelled);
	return ntio_forward(rq);
}

static ntstatus_t io_write_after(struct ntio_request *rq)
{
	u8 *buffer = rq->system_buffer;

	ntio_complete(rq, STATUS_SUCCESS, rq->out_len);
	*buffer ^= 0xff;
	return STATUS_SUCCESS;
}

static ntstatus_t io_other_status(struct ntio_request *rq)
{
	ntio_complete(rq, STATUS_SUCCESS, 0);
	return STATUS_BUFFER_OVERFLOW;
}

/* --- right ----------------------------------------------------------------- */

static ntstatus_t io_continue(struct ntio_device *device,
			      struct ntio_request *rq, void *context)
{
	preempt_disable();
	preempt_enable();
	return STATUS_SUCCESS;
}

static ntstatus_t io_forward(struct ntio_request *rq)
{
	ntio_set_completion(rq, io_continue, NULL, NTIO_ON_ANY);
	ntio_mark_pending(rq);
	ntio_forward(rq);
	return STATUS_PENDING;
}

static void io_work(struct ntio_request *rq)
{
	ntio_complete(rq, STATUS_SUCCESS, 0);
}

static ntstatus_t io_queue(struct ntio_request *rq)
{
	return ntio_queue_work(rq, io_work);
}

static ntstatus_t io_cancel(struct ntio_request *rq)
{
	ntio_mark_pending(rq);
	ntio_set_cancel(rq, io_cancelled);
	ntio_cancel(rq);
	return STATUS_PENDING;
}

static ntstatus_t io_forward_without_cancel(struct ntio_request *rq)
{
	ntio_set_cancel(rq, io_cancelled);
	if (!ntio_set_cancel(rq, NULL))
		return STATUS_PENDING;
	return ntio_forward(rq);
}

static ntstatus_t io_write_before(struct ntio_request *rq)
{
	*(u8 *)rq->system_buffer ^= 0xff;
	return ntio_complete(rq, STATUS_SUCCESS, rq->out_len);
}

static const struct ntio_control io_wrong_below_controls[] = {
	NTIO_CONTROL(IOCTL_TWIN_PREEMPT_ROUTINE, .handler = twin_succeed),
	NTIO_CONTROL(IOCTL_TWIN_CANCEL_SET, .handler = twin_succeed),
	NTIO_CONTROL(IOCTL_TWIN_STATUS, .handler = io_other_status),
	{ }
};

struct ntio_device twin_io_wrong_below = {
	.name = "io-wrong-below",
	.controls = io_wrong_below_controls,
};

static const struct ntio_control io_wrong_controls[] = {
	NTIO_CONTROL(IOCTL_TWIN_UNSET, .handler = io_unset),
	NTIO_CONTROL(IOCTL_TWIN_PREEMPT, .handler = io_preempt),
	NTIO_CONTROL(IOCTL_TWIN_PREEMPT_ROUTINE,
		     .handler = io_forward_preempt),
	NTIO_CONTROL(IOCTL_TWIN_PREEMPT_WORKER, .handler = io_queue_preempt),
	NTIO_CONTROL(IOCTL_TWIN_PREEMPT_CANCEL, .handler = io_cancel_preempt),
	NTIO_CONTROL(IOCTL_TWIN_IRQS, .handler = io_irqs),
	NTIO_CONTROL(IOCTL_TWIN_CANCEL_SET, .handler = io_forward_with_cancel),
	NTIO_CONTROL(IOCTL_TWIN_AFTER, .handler = io_write_after,
		     .min_out = 1),
	NTIO_CONTROL(IOCTL_TWIN_STATUS, .handler = ntio_forward),
	{ }
};

struct ntio_device twin_io_wrong = {
	.name = "io-wrong",
	.lower = &twin_io_wrong_below,
	.controls = io_wrong_controls,
};

static const struct ntio_control io_right_below_controls[] = {
	NTIO_CONTROL(IOCTL_TWIN_PREEMPT_ROUTINE, .handler = twin_succeed),
	NTIO_CONTROL(IOCTL_TWIN_CANCEL_SET, .handler = twin_succeed),
	NTIO_CONTROL(IOCTL_TWIN_STATUS, .handler = twin_succeed),
	{ }
};

struct ntio_device twin_io_right_below = {
	.name = "io-right-below",
	.controls = io_right_below_controls,
};

static const struct ntio_control io_right_controls[] = {
	NTIO_CONTROL(IOCTL_TWIN_UNSET, .handler = twin_succeed),
	NTIO_CONTROL(IOCTL_TWIN_PREEMPT, .handler = twin_succeed),
	NTIO_CONTROL(IOCTL_TWIN_PREEMPT_ROUTINE, .handler = io_forward),
	NTIO_CONTROL(IOCTL_TWIN_PREEMPT_WORKER, .handler = io_queue),
	NTIO_CONTROL(IOCTL_TWIN_PREEMPT_CANCEL, .handler = io_cancel),
	NTIO_CONTROL(IOCTL_TWIN_IRQS, .handler = twin_succeed),
	NTIO_CONTROL(IOCTL_TWIN_CANCEL_SET,
		     .handler = io_forward_without_cancel),
	NTIO_CONTROL(IOCTL_TWIN_AFTER, .handler = io_write_before,
		     .min_out = 1),
	NTIO_CONTROL(IOCTL_TWIN_STATUS, .handler = ntio_forward),
	{ }
};

struct ntio_device twin_io_right = {
	.name = "io-right",
	.lower = &twin_io_right_below,
	.controls = io_right_controls,
};
