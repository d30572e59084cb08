// SPDX-License-Identifier: GPL-2.0
/*
 * A driver whose completion routine gives the request to a worker and lets the
 * completion go on all the same. The worker is slow, so that what the core
 * knows then is not that the request has been completed, but only that it was
 * given away.
 */
#include <linux/completion.h>

#include <ntio/ntio.h>

#include "ntio_renege.h"

static DECLARE_COMPLETION(renege_go);
static atomic_t renege_waiting;

/* Touches no buffer: if the completion did go on, there is none any more. */
static void renege_work(struct ntio_request *rq)
{
	atomic_inc(&renege_waiting);
	wait_for_completion_timeout(&renege_go, 10 * HZ);
	atomic_dec(&renege_waiting);
	ntio_complete(rq, STATUS_SUCCESS, RENEGE_WORKER);
}

static ntstatus_t renege_routine(struct ntio_device *device,
				 struct ntio_request *rq, void *context)
{
	ntio_queue_work(rq, renege_work);
	return STATUS_SUCCESS;
}

static ntstatus_t renege_forward(struct ntio_request *rq)
{
	reinit_completion(&renege_go);
	ntio_mark_pending(rq);
	ntio_set_completion(rq, renege_routine, NULL, NTIO_ON_ANY);
	ntio_forward(rq);
	return STATUS_PENDING;
}

static ntstatus_t renege_lower(struct ntio_request *rq)
{
	return ntio_complete(rq, STATUS_SUCCESS, RENEGE_LOWER);
}

static ntstatus_t renege_let_go(struct ntio_request *rq)
{
	complete(&renege_go);
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static ntstatus_t renege_count(struct ntio_request *rq)
{
	*(u32 *)rq->system_buffer = atomic_read(&renege_waiting);
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(u32));
}

static const struct ntio_control renege_low_controls[] = {
	NTIO_CONTROL(IOCTL_RENEGE_RUN, .handler = renege_lower,
		     .min_out = RENEGE_WORKER),
	{ }
};

static struct ntio_device renege_low_device = {
	.name = "renege-low",
	.hidden = true,
	.controls = renege_low_controls,
};

static const struct ntio_control renege_controls[] = {
	NTIO_CONTROL(IOCTL_RENEGE_RUN, .handler = renege_forward,
		     .min_out = RENEGE_WORKER),
	NTIO_CONTROL(IOCTL_RENEGE_GO, .handler = renege_let_go),
	NTIO_CONTROL(IOCTL_RENEGE_WAITING, .handler = renege_count,
		     .min_out = sizeof(u32)),
	{ }
};

static struct ntio_device renege_device = {
	.name = "renege",
	.lower = &renege_low_device,
	.controls = renege_controls,
};

static int __init renege_init(void)
{
	int rc;

	rc = ntio_register(&renege_low_device);
	if (rc)
		return rc;
	rc = ntio_register(&renege_device);
	if (rc)
		ntio_unregister(&renege_low_device);
	return rc;
}
module_init(renege_init);

static void __exit renege_exit(void)
{
	ntio_unregister(&renege_device);
	ntio_unregister(&renege_low_device);
}
module_exit(renege_exit);

MODULE_INFO(test, "Y");
MODULE_DESCRIPTION("ntio test: gives a request away and goes on");
MODULE_LICENSE("GPL");
