// SPDX-License-Identifier: GPL-2.0
/*
 * A driver whose requests wait until it is told to answer them: device
 * controls, reads and writes, that end when they are cancelled or that do not.
 */
#include <linux/kernel.h>
#include <linux/spinlock.h>

#include <ntio/ntio.h>

#include "ntio_pause.h"

#define PAUSE_KEPT 64

/* Those that end when they are cancelled. */
static struct ntio_queue pause_queue;

/* Those that do not. Who takes a request out of its slot completes it. */
static DEFINE_SPINLOCK(pause_lock);
static struct ntio_request *pause_kept[PAUSE_KEPT];
static bool pause_keep;

static atomic_t pause_calls;
static atomic_t pause_answered;
static atomic_t pause_wrong;

static bool pause_brought(const struct ntio_request *rq, u32 offset, u8 want)
{
	u8 byte = ~want;

	if (rq->mdl)
		ntio_mdl_copy_from(rq->mdl, offset, &byte, 1);
	else
		byte = ((const u8 *)rq->system_buffer)[offset];
	return byte == want;
}

static bool pause_is_right(const struct ntio_request *rq)
{
	u32 i;

	if (rq->major != NTIO_MAJOR_WRITE)
		return true;
	for (i = 0; i < rq->length; i++)
		if (!pause_brought(rq, i, pause_byte(PAUSE_WRITE_SEED, i)))
			return false;
	return true;
}

static bool pause_put(struct ntio_request *rq)
{
	bool done = false;
	int i;

	spin_lock(&pause_lock);
	for (i = 0; i < PAUSE_KEPT && !done; i++) {
		done = !pause_kept[i];
		if (done)
			pause_kept[i] = rq;
	}
	spin_unlock(&pause_lock);
	return done;
}

static ntstatus_t pause_enter(struct ntio_request *rq)
{
	atomic_inc(&pause_calls);
	if (!pause_is_right(rq))
		atomic_inc(&pause_wrong);
	if (!READ_ONCE(pause_keep))
		return ntio_queue_insert(&pause_queue, rq);
	ntio_mark_pending(rq);
	if (!pause_put(rq))
		ntio_complete(rq, STATUS_INSUFFICIENT_RESOURCES, 0);
	return STATUS_PENDING;
}

static struct ntio_request *pause_take(void)
{
	struct ntio_request *rq = NULL;
	int i;

	spin_lock(&pause_lock);
	for (i = 0; i < PAUSE_KEPT && !rq; i++) {
		rq = pause_kept[i];
		pause_kept[i] = NULL;
	}
	spin_unlock(&pause_lock);
	return rq ?: ntio_queue_remove(&pause_queue, NULL);
}

static void pause_fill(struct ntio_request *rq, u32 seed, u32 len)
{
	u8 chunk[64];
	u32 i, at, part;

	for (at = 0; at < len; at += part) {
		part = min_t(u32, len - at, sizeof(chunk));
		for (i = 0; i < part; i++)
			chunk[i] = pause_byte(seed, at + i);
		if (rq->mdl)
			ntio_mdl_copy_to(rq->mdl, at, chunk, part);
		else
			memcpy(rq->system_buffer + at, chunk, part);
	}
}

static void pause_end(struct ntio_request *rq)
{
	u32 len = rq->length;

	if (!pause_is_right(rq))
		atomic_inc(&pause_wrong);
	if (rq->major == NTIO_MAJOR_DEVICE_CONTROL) {
		len = rq->out_len;
		pause_fill(rq, *(u32 *)rq->system_buffer, len);
	} else if (rq->major == NTIO_MAJOR_READ) {
		pause_fill(rq, PAUSE_READ_SEED, len);
	}
	atomic_inc(&pause_answered);
	ntio_complete(rq, STATUS_SUCCESS, len);
}

static bool pause_answer_one(void)
{
	struct ntio_request *rq = pause_take();

	if (rq)
		pause_end(rq);
	return rq;
}

static ntstatus_t pause_tell_answer(struct ntio_request *rq)
{
	*(u32 *)rq->system_buffer = pause_answer_one();
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(u32));
}

static ntstatus_t pause_tell_reset(struct ntio_request *rq)
{
	WRITE_ONCE(pause_keep, *(u32 *)rq->system_buffer);
	while (pause_answer_one())
		;
	atomic_set(&pause_calls, 0);
	atomic_set(&pause_answered, 0);
	atomic_set(&pause_wrong, 0);
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static ntstatus_t pause_tell_counts(struct ntio_request *rq)
{
	struct pause_counts *counts = rq->system_buffer;
	int i;

	memset(counts, 0, sizeof(*counts));
	spin_lock(&pause_lock);
	for (i = 0; i < PAUSE_KEPT; i++) {
		if (!pause_kept[i])
			continue;
		counts->waiting++;
		counts->marked += ntio_is_cancelled(pause_kept[i]);
	}
	spin_unlock(&pause_lock);
	counts->waiting += ntio_queue_count(&pause_queue);
	counts->calls = atomic_read(&pause_calls);
	counts->answered = atomic_read(&pause_answered);
	counts->wrong = atomic_read(&pause_wrong);
	counts->cancelled = counts->calls - counts->answered - counts->waiting;
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(*counts));
}

static void pause_cleanup(struct ntio_file *file)
{
	ntio_queue_cancel(&pause_queue, file, STATUS_CANCELLED);
}

#define PAUSE_WAITS                                                       \
	NTIO_CONTROL(IOCTL_PAUSE_BUFFERED, .handler = pause_enter,        \
		     .min_in = sizeof(u32)),                              \
	NTIO_CONTROL(IOCTL_PAUSE_OUT_DIRECT, .handler = pause_enter,      \
		     .min_in = sizeof(u32), .min_out = 1)

static const struct ntio_control pause_controls[] = {
	PAUSE_WAITS,
	NTIO_CONTROL(IOCTL_PAUSE_ANSWER, .handler = pause_tell_answer,
		     .min_out = sizeof(u32)),
	NTIO_CONTROL(IOCTL_PAUSE_RESET, .handler = pause_tell_reset,
		     .min_in = sizeof(u32)),
	NTIO_CONTROL(IOCTL_PAUSE_COUNTS, .handler = pause_tell_counts,
		     .min_out = sizeof(struct pause_counts)),
	{ }
};

static const struct ntio_control pause_direct_controls[] = {
	PAUSE_WAITS,
	{ }
};

static struct ntio_device pause_device = {
	.name = "pause",
	.type = PAUSE_TYPE,
	.io = NTIO_IO_BUFFERED,
	.controls = pause_controls,
	.read = pause_enter,
	.write = pause_enter,
	.cleanup = pause_cleanup,
};

static struct ntio_device pause_direct = {
	.name = "pause-direct",
	.type = PAUSE_TYPE,
	.io = NTIO_IO_DIRECT,
	.controls = pause_direct_controls,
	.read = pause_enter,
	.write = pause_enter,
	.cleanup = pause_cleanup,
};

static int __init pause_init(void)
{
	int rc;

	ntio_queue_init(&pause_queue);
	rc = ntio_register(&pause_device);
	if (rc)
		return rc;
	rc = ntio_register(&pause_direct);
	if (rc)
		ntio_unregister(&pause_device);
	return rc;
}
module_init(pause_init);

static void __exit pause_exit(void)
{
	ntio_unregister(&pause_direct);
	ntio_unregister(&pause_device);
}
module_exit(pause_exit);

MODULE_INFO(test, "Y");
MODULE_DESCRIPTION("ntio test: requests that wait until they are answered");
MODULE_LICENSE("GPL");
