// SPDX-License-Identifier: GPL-2.0
/*
 * A stack of two devices: the highest driver, in the caller's context, locks;
 * the one below fills the buffer from a worker.
 */
#include <linux/string.h>

#include <ntio/ntio.h>

#include "example.h"

/* [lower] */
static void lower_work(struct ntio_request *rq)
{
	void *to = ntio_mdl_write_address(rq->mdl);

	if (!to) {
		ntio_refuse(rq, STATUS_INSUFFICIENT_RESOURCES,
			    NTIO_REASON_NO_MEMORY);
		return;
	}
	memset(to, EXAMPLE_STAMP, rq->mdl->byte_count);
	ntio_complete(rq, STATUS_SUCCESS, rq->mdl->byte_count);
}

static ntstatus_t lower_stamp(struct ntio_request *rq)
{
	return ntio_queue_work(rq, lower_work);
}

static const struct ntio_control lower_controls[] = {
	NTIO_CONTROL(IOCTL_PORT_STAMP, .handler = lower_stamp),
	{ }
};

static struct ntio_device lower_device = {
	.name = "port-stack-lower",
	.hidden = true,
	.io = NTIO_IO_DIRECT,
	.controls = lower_controls,
};

/* [/lower] */
/* [upper] */
static atomic_t upper_stamps;

/* On the way up: the lower driver is done, in whatever context that was. */
static ntstatus_t upper_done(struct ntio_device *device,
			     struct ntio_request *rq, void *context)
{
	atomic_inc(context);
	if (rq->pending_returned)
		ntio_mark_pending(rq);
	return STATUS_SUCCESS;
}

static ntstatus_t upper_stamp(const struct ntio_caller *caller,
			      struct ntio_request *rq)
{
	ntstatus_t status = STATUS_INSUFFICIENT_RESOURCES;
	struct ntio_mdl *mdl;

	mdl = ntio_mdl_alloc(caller, caller->out, caller->out_len);
	if (mdl)
		status = ntio_mdl_lock(caller, mdl, NTIO_LOCK_WRITE);
	if (ntio_is_error(status)) {
		ntio_mdl_free(mdl);
		return ntio_complete(rq, status, 0);
	}
	ntio_request_add_mdl(rq, mdl);
	ntio_set_completion(rq, upper_done, &upper_stamps, NTIO_ON_SUCCESS);
	return ntio_forward(rq);
}

static const struct ntio_control upper_controls[] = {
	NTIO_CONTROL(IOCTL_PORT_STAMP, .in_caller = upper_stamp, .min_out = 1),
	{ }
};

static struct ntio_device upper_device = {
	.name = "port-stack",
	.lower = &lower_device,
	.highest = true,
	.controls = upper_controls,
};

/* [/upper] */
static int __init stack_init(void)
{
	int rc;

	rc = ntio_register(&lower_device);
	if (rc)
		return rc;
	rc = ntio_register(&upper_device);
	if (rc)
		ntio_unregister(&lower_device);
	return rc;
}
module_init(stack_init);

static void __exit stack_exit(void)
{
	ntio_unregister(&upper_device);
	ntio_unregister(&lower_device);
	pr_debug("%d stamps\n", atomic_read(&upper_stamps));
}
module_exit(stack_exit);

MODULE_DESCRIPTION("porting guide: a stack of two devices");
MODULE_LICENSE("GPL");
