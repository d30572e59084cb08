// SPDX-License-Identifier: GPL-2.0
/*
 * The upper of two drivers whose code goes on after the request has ended. It
 * knows the lower one by its device alone, to which its own is attached, and
 * nothing else keeps the other module.
 */
#include <linux/slab.h>

#include <ntio/ntio.h>

#include "ntio_tail.h"

static struct ntio_device *upper_device;

static ntstatus_t upper_answer(struct ntio_request *rq)
{
	*(u32 *)rq->system_buffer = TAIL_GOOD;
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(u32));
}

/* Stops the completion and ends the request itself [8.8], then goes on. */
static ntstatus_t upper_routine(struct ntio_device *device,
				struct ntio_request *rq, void *context)
{
	upper_answer(rq);
	tail_stay();
	return STATUS_MORE_PROCESSING_REQUIRED;
}

static void upper_worker(struct ntio_request *rq)
{
	u32 kind = *(u32 *)rq->system_buffer;

	if (kind == TAIL_UPPER_WORKER) {
		upper_answer(rq);
		tail_stay();
		return;
	}
	/* The worker's hold keeps the request for ntio_cancel(). */
	ntio_forward(rq);
	if (kind == TAIL_CANCEL)
		ntio_cancel(rq);
}

static ntstatus_t upper_serve(struct ntio_request *rq)
{
	switch (*(u32 *)rq->system_buffer) {
	case TAIL_ROUTINE:
	case TAIL_ROUTINE_PLAIN:
		ntio_mark_pending(rq);
		ntio_set_completion(rq, upper_routine, NULL, NTIO_ON_ANY);
		ntio_forward(rq);
		return STATUS_PENDING;
	case TAIL_LOWER_WORKER:
		return ntio_skip(rq);
	default:
		return ntio_queue_work(rq, upper_worker);
	}
}

static void upper_release(struct ntio_device *device)
{
	tail_release(TAIL_UPPER, device);
}

static const struct ntio_control upper_controls[] = {
	NTIO_CONTROL(IOCTL_TAIL_SEND, .handler = upper_serve,
		     .min_in = sizeof(u32), .min_out = sizeof(u32)),
	{ }
};

static const struct ntio_device upper_model = {
	.name = "tail-upper",
	.type = TAIL_TYPE,
	.controls = upper_controls,
	.release = upper_release,
};

static int upper_register(struct ntio_device *device)
{
	struct ntio_device *(*lower_device)(void);
	int rc;

	lower_device = symbol_get(tail_lower_device);
	if (!lower_device)
		return -ENODEV;
	device->lower = lower_device();
	rc = device->lower ? ntio_register(device) : -ENODEV;
	symbol_put(tail_lower_device);
	return rc;
}

static int upper_attach(void)
{
	int rc;

	upper_device = kmemdup(&upper_model, sizeof(upper_model), GFP_KERNEL);
	if (!upper_device)
		return -ENOMEM;
	rc = upper_register(upper_device);
	if (rc) {
		kfree(upper_device);
		upper_device = NULL;
	}
	return rc;
}

static void upper_detach(void)
{
	struct ntio_device *device = upper_device;

	upper_device = NULL;
	if (device)
		ntio_unregister(device);
}

/* The kernel lets one at a time set parameters of a module. */
static int upper_set(const char *text, const struct kernel_param *param)
{
	bool attached;
	int rc;

	rc = kstrtobool(text, &attached);
	if (rc)
		return rc;
	if (!attached)
		upper_detach();
	return attached && !upper_device ? upper_attach() : 0;
}

static const struct kernel_param_ops upper_attached = { .set = upper_set };
module_param_cb(attached, &upper_attached, NULL, 0200);
MODULE_PARM_DESC(attached, "The device is registered; while the module runs");

static int __init upper_init(void)
{
	return upper_attach();
}
module_init(upper_init);

static void __exit upper_exit(void)
{
	upper_detach();
}
module_exit(upper_exit);

MODULE_INFO(test, "Y");
MODULE_DESCRIPTION("ntio test: the upper driver of code that goes on");
MODULE_LICENSE("GPL");
