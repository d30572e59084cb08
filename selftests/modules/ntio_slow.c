// SPDX-License-Identifier: GPL-2.0
/* A driver whose requests end by being cancelled, and that takes its time. */
#include <linux/delay.h>

#include <ntio/ntio.h>

#include "ntio_slow.h"

static u32 slow_us;
static atomic_t slow_cancels;

static void slow_cancelled(struct ntio_device *device, struct ntio_request *rq)
{
	u32 left = READ_ONCE(slow_us);

	atomic_inc(&slow_cancels);
	for (; left > 100; left -= 100)
		udelay(100);
	udelay(left);
	ntio_complete(rq, STATUS_CANCELLED, 0);
}

static ntstatus_t slow_park(struct ntio_request *rq)
{
	ntio_mark_pending(rq);
	ntio_set_cancel(rq, slow_cancelled);
	if (ntio_is_cancelled(rq) && ntio_set_cancel(rq, NULL))
		slow_cancelled(rq->device, rq);
	return STATUS_PENDING;
}

static ntstatus_t slow_take(struct ntio_request *rq)
{
	u32 us = *(u32 *)rq->system_buffer;

	if (us > 10000)
		return ntio_complete(rq, STATUS_INVALID_PARAMETER, 0);
	WRITE_ONCE(slow_us, us);
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static ntstatus_t slow_count(struct ntio_request *rq)
{
	*(u32 *)rq->system_buffer = atomic_read(&slow_cancels);
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(u32));
}

static const struct ntio_control slow_controls[] = {
	NTIO_CONTROL(IOCTL_SLOW_PARK, .handler = slow_park),
	NTIO_CONTROL(IOCTL_SLOW_TAKE, .handler = slow_take,
		     .min_in = sizeof(u32)),
	NTIO_CONTROL(IOCTL_SLOW_CANCELS, .handler = slow_count,
		     .min_out = sizeof(u32)),
	{ }
};

static struct ntio_device slow_device = {
	.name = "slow",
	.controls = slow_controls,
};
module_ntio_device(slow_device);

MODULE_INFO(test, "Y");
MODULE_DESCRIPTION("ntio test: slow to cancel");
MODULE_LICENSE("GPL");
