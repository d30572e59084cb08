// SPDX-License-Identifier: GPL-2.0
/* A driver whose handler sleeps, and says so in its table. */
#include <linux/delay.h>

#include <ntio/ntio.h>

#include "ntio_slow.h"

/* Temporary: the build sets it where struct ntio_control has the field. */
#ifdef HAVE_SLEEPS
#define SLOW_SLEEPS .sleeps = true,
#else
#define SLOW_SLEEPS
#endif

static atomic_t slow_sleeping;

static ntstatus_t slow_sleep(struct ntio_request *rq)
{
	u32 ms = *(u32 *)rq->system_buffer;

	atomic_inc(&slow_sleeping);
	msleep(ms);
	atomic_dec(&slow_sleeping);
	*(u32 *)rq->system_buffer = ~ms;
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(u32));
}

static ntstatus_t slow_count(struct ntio_request *rq)
{
	*(u32 *)rq->system_buffer = atomic_read(&slow_sleeping);
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(u32));
}

static const struct ntio_control slow_controls[] = {
	NTIO_CONTROL(IOCTL_SLOW_SLEEP, .handler = slow_sleep, SLOW_SLEEPS
		     .min_in = sizeof(u32), .min_out = sizeof(u32)),
	NTIO_CONTROL(IOCTL_SLOW_COUNT, .handler = slow_count,
		     .min_out = sizeof(u32)),
	{ }
};

static struct ntio_device slow_device = {
	.name = "slow",
	.type = SLOW_TYPE,
	.controls = slow_controls,
};
module_ntio_device(slow_device);

MODULE_INFO(test, "Y");
MODULE_DESCRIPTION("ntio test: a handler that sleeps");
MODULE_LICENSE("GPL");
