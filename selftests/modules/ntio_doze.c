// SPDX-License-Identifier: GPL-2.0
/* A driver whose handlers sleep, and that says so: in its table, of its reads. */
#include <linux/delay.h>
#include <linux/poll.h>

#include <ntio/ntio.h>

#include "ntio_doze.h"

static atomic_t doze_sleeping;

static void doze(u32 ms)
{
	atomic_inc(&doze_sleeping);
	msleep(ms);
	atomic_dec(&doze_sleeping);
}

static ntstatus_t doze_read(struct ntio_request *rq)
{
	doze(rq->length);
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

/* Reads are asked for at once. */
static __poll_t doze_poll(struct ntio_file *file)
{
	return EPOLLIN | EPOLLRDNORM;
}

static ntstatus_t doze_sleep(struct ntio_request *rq)
{
	u32 ms = *(u32 *)rq->system_buffer;

	doze(ms);
	*(u32 *)rq->system_buffer = ~ms;
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(u32));
}

static ntstatus_t doze_count(struct ntio_request *rq)
{
	*(u32 *)rq->system_buffer = atomic_read(&doze_sleeping);
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(u32));
}

static const struct ntio_control doze_controls[] = {
	NTIO_CONTROL(IOCTL_DOZE_SLEEP, .handler = doze_sleep,
		     .sleeps = true,
		     .min_in = sizeof(u32), .min_out = sizeof(u32)),
	NTIO_CONTROL(IOCTL_DOZE_COUNT, .handler = doze_count,
		     .min_out = sizeof(u32)),
	{ }
};

static struct ntio_device doze_device = {
	.name = "doze",
	.type = DOZE_TYPE,
	.io = NTIO_IO_BUFFERED,
	.controls = doze_controls,
	.read = doze_read,
	.poll = doze_poll,
	.sleeps = true,
};
module_ntio_device(doze_device);

MODULE_INFO(test, "Y");
MODULE_DESCRIPTION("ntio test: a handler that sleeps");
MODULE_LICENSE("GPL");
