// SPDX-License-Identifier: GPL-2.0
/* The lower of two drivers whose code goes on after the request has ended. */
#include <linux/slab.h>

#include <ntio/ntio.h>

#include "ntio_tail.h"

static struct ntio_device *lower_device;

static ntstatus_t lower_answer(struct ntio_request *rq)
{
	*(u32 *)rq->system_buffer = TAIL_GOOD;
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(u32));
}

static void lower_worker(struct ntio_request *rq)
{
	u32 kind = *(u32 *)rq->system_buffer;

	lower_answer(rq);
	if (kind == TAIL_LOWER_WORKER)
		tail_stay();
}

/* A driver with a work item of its own; one request at a time. */
static struct ntio_request *lower_plain_rq;

static void lower_plain(struct work_struct *work)
{
	lower_answer(lower_plain_rq);
}
static DECLARE_WORK(lower_plain_work, lower_plain);

static void lower_cancel(struct ntio_device *device, struct ntio_request *rq)
{
	ntio_complete(rq, STATUS_CANCELLED, 0);
	tail_stay();
}

static ntstatus_t lower_serve(struct ntio_request *rq)
{
	switch (*(u32 *)rq->system_buffer) {
	case TAIL_ROUTINE:
	case TAIL_LOWER_WORKER:
		return ntio_queue_work(rq, lower_worker);
	case TAIL_ROUTINE_PLAIN:
		ntio_mark_pending(rq);
		lower_plain_rq = rq;
		schedule_work(&lower_plain_work);
		return STATUS_PENDING;
	case TAIL_CANCEL:
		ntio_mark_pending(rq);
		ntio_set_cancel(rq, lower_cancel);
		if (ntio_is_cancelled(rq) && ntio_set_cancel(rq, NULL))
			lower_cancel(rq->device, rq);
		return STATUS_PENDING;
	case TAIL_HANDLER:
		lower_answer(rq);
		tail_stay();
		return STATUS_SUCCESS;
	default:
		return ntio_complete(rq, STATUS_INVALID_PARAMETER, 0);
	}
}

static void lower_release(struct ntio_device *device)
{
	tail_release(TAIL_LOWER, device);
}

static const struct ntio_control lower_controls[] = {
	NTIO_CONTROL(IOCTL_TAIL_SEND, .handler = lower_serve,
		     .min_in = sizeof(u32), .min_out = sizeof(u32)),
	{ }
};

static const struct ntio_device lower_model = {
	.name = "tail-lower",
	.type = TAIL_TYPE,
	.hidden = true,
	.controls = lower_controls,
	.release = lower_release,
};

struct ntio_device *tail_lower_device(void)
{
	return lower_device;
}
EXPORT_SYMBOL_GPL(tail_lower_device);

static int lower_attach(void)
{
	int rc;

	lower_device = kmemdup(&lower_model, sizeof(lower_model), GFP_KERNEL);
	if (!lower_device)
		return -ENOMEM;
	rc = ntio_register(lower_device);
	if (rc) {
		kfree(lower_device);
		lower_device = NULL;
	}
	return rc;
}

static void lower_detach(void)
{
	struct ntio_device *device = lower_device;

	lower_device = NULL;
	if (device)
		ntio_unregister(device);
}

/* The kernel lets one at a time set parameters of a module. */
static int lower_set(const char *text, const struct kernel_param *param)
{
	bool attached;
	int rc;

	rc = kstrtobool(text, &attached);
	if (rc)
		return rc;
	if (!attached)
		lower_detach();
	return attached && !lower_device ? lower_attach() : 0;
}

static const struct kernel_param_ops lower_attached = { .set = lower_set };
module_param_cb(attached, &lower_attached, NULL, 0200);
MODULE_PARM_DESC(attached, "The device is registered; while the module runs");

static int __init lower_init(void)
{
	return lower_attach();
}
module_init(lower_init);

static void __exit lower_exit(void)
{
	lower_detach();
	flush_work(&lower_plain_work);
}
module_exit(lower_exit);

MODULE_INFO(test, "Y");
MODULE_DESCRIPTION("ntio test: the lower driver of code that goes on");
MODULE_LICENSE("GPL");
