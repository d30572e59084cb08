// SPDX-License-Identifier: GPL-2.0
/*
 * A driver that parks requests in every way there is: in a queue, with a
 * cancel routine of its own, without one, below another driver; and that can
 * be removed meanwhile.
 */
#include <linux/delay.h>
#include <linux/eventfd.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include <ntio/ntio.h>

#include "../../module/compat.h"
#include "../../module/uapi/ntio_handle.h"
#include "ntio_park.h"

static struct ntio_queue park_queue;

/* The slot: protected by the lock. Who takes the request out completes it. */
static DEFINE_SPINLOCK(park_lock);
static struct ntio_request *park_held;

static atomic_t park_cancels;
static atomic_t park_routines;
static atomic_t park_cleanups;
static atomic_t park_closes;
static atomic_t park_waiting;

/* park-gone while it is registered. */
static DEFINE_MUTEX(park_gone_lock);
static struct ntio_device *park_gone;

static ntstatus_t park_answer(struct ntio_request *rq, u32 answer)
{
	memcpy(rq->system_buffer, &answer, sizeof(answer));
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(answer));
}

static ntstatus_t park_good(struct ntio_request *rq)
{
	return park_answer(rq, 0x600d);
}

/* --- the queue ------------------------------------------------------------ */

static ntstatus_t park_in_queue(struct ntio_request *rq)
{
	return ntio_queue_insert(&park_queue, rq);
}

static ntstatus_t park_read(struct ntio_request *rq)
{
	if (rq->length < sizeof(u32))
		return ntio_complete(rq, STATUS_BUFFER_TOO_SMALL, 0);
	return ntio_queue_insert(&park_queue, rq);
}

static ntstatus_t park_cancelled(struct ntio_request *rq)
{
	if (ntio_cancel(rq))
		return ntio_complete(rq, STATUS_INTERNAL_ERROR, 0);
	return ntio_queue_insert(&park_queue, rq);
}

static ntstatus_t park_late(struct ntio_request *rq)
{
	u32 cleanups = *(u32 *)rq->system_buffer;
	int tries = 10000;

	atomic_inc(&park_waiting);
	while (atomic_read(&park_cleanups) < cleanups && --tries)
		usleep_range(1000, 2000);
	atomic_dec(&park_waiting);
	return ntio_queue_insert(&park_queue, rq);
}

static ntstatus_t park_linger(struct ntio_request *rq)
{
	u32 ms = *(u32 *)rq->system_buffer;
	ntstatus_t status = ntio_queue_insert(&park_queue, rq);

	msleep(ms);
	return status;
}

/* So many ms of the caller's time, wherever it is. */
static ntstatus_t park_slow(struct ntio_request *rq)
{
	msleep(*(u32 *)rq->system_buffer);
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

/* As a driver for Windows does with a handle that it is given. */
static ntstatus_t park_signal(struct ntio_request *rq)
{
	int fd = ntio_fd_from_handle(*(u32 *)rq->system_buffer);
	struct eventfd_ctx *event = eventfd_ctx_fdget(fd);

	if (IS_ERR(event))
		return ntio_complete(rq, STATUS_INVALID_HANDLE, 0);
	ntio_eventfd_signal(event);
	eventfd_ctx_put(event);
	return ntio_queue_insert(&park_queue, rq);
}

static ntstatus_t park_place(struct ntio_request *rq)
{
	return park_answer(rq, offset_in_page(rq->system_buffer));
}

static ntstatus_t park_next(struct ntio_request *rq)
{
	struct ntio_request *next = ntio_queue_remove(&park_queue, NULL);

	if (next)
		park_good(next);
	return park_answer(rq, next ? 1 : 0);
}

/* --- the slot ------------------------------------------------------------- */

static struct ntio_request *park_swap(struct ntio_request *rq)
{
	struct ntio_request *old;

	spin_lock(&park_lock);
	old = park_held;
	park_held = rq;
	spin_unlock(&park_lock);
	return old;
}

/* Only the one request that it is about is in the slot. */
static void park_cancel_routine(struct ntio_device *device,
				struct ntio_request *rq)
{
	atomic_inc(&park_cancels);
	if (park_swap(NULL) == rq)
		ntio_complete(rq, STATUS_CANCELLED, 0);
}

static ntstatus_t park_routine(struct ntio_request *rq)
{
	ntio_mark_pending(rq);
	park_swap(rq);
	ntio_set_cancel(rq, park_cancel_routine);
	if (ntio_is_cancelled(rq) && ntio_set_cancel(rq, NULL))
		park_cancel_routine(rq->device, rq);
	return STATUS_PENDING;
}

static ntstatus_t park_stubborn(struct ntio_request *rq)
{
	ntio_mark_pending(rq);
	park_swap(rq);
	return STATUS_PENDING;
}

/* The mistake of a driver. */
static ntstatus_t park_unmarked(struct ntio_request *rq)
{
	park_swap(rq);
	return STATUS_PENDING;
}

/* What is in the slot has a cancel routine, or never gets one [8.26]. */
static ntstatus_t park_finish(struct ntio_request *rq)
{
	u32 how = *(u32 *)rq->system_buffer;
	struct ntio_request *held;

	spin_lock(&park_lock);
	held = park_held;
	if (held && how == PARK_FINISH && held->code == IOCTL_PARK_ROUTINE &&
	    !ntio_set_cancel(held, NULL))
		held = NULL;
	if (held)
		park_held = NULL;
	spin_unlock(&park_lock);
	if (held)
		park_good(held);
	return park_answer(rq, held ? 1 : 0);
}

static ntstatus_t park_cancel(struct ntio_request *rq)
{
	struct park_cancelled *answer = rq->system_buffer;
	u32 routines = atomic_read(&park_cancels);
	struct ntio_request *held;

	/* Kept out of its routine's hands, so that it lives for both calls. */
	held = park_swap(NULL);
	*answer = (struct park_cancelled){ .there = held ? 1 : 0 };
	if (held) {
		answer->mark_before = ntio_is_cancelled(held);
		answer->first = ntio_cancel(held);
		answer->second = ntio_cancel(held);
		answer->mark_after = ntio_is_cancelled(held);
		answer->routines = atomic_read(&park_cancels) - routines;
		ntio_complete(held, STATUS_CANCELLED, 0);
	}
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(*answer));
}

/* --- a stack -------------------------------------------------------------- */

static ntstatus_t park_completion(struct ntio_device *device,
				  struct ntio_request *rq, void *context)
{
	atomic_inc(&park_routines);
	if (rq->pending_returned)
		ntio_mark_pending(rq);
	return STATUS_SUCCESS;
}

static ntstatus_t park_forward(struct ntio_request *rq)
{
	ntio_set_completion(rq, park_completion, NULL,
			    *(u32 *)rq->system_buffer);
	return ntio_forward(rq);
}

/* --- devices -------------------------------------------------------------- */

static void park_cleanup(struct ntio_file *file)
{
	atomic_inc(&park_cleanups);
	ntio_queue_cancel(&park_queue, file, STATUS_CANCELLED);
}

static void park_close(struct ntio_file *file)
{
	atomic_inc(&park_closes);
}

static void park_gone_release(struct ntio_device *device)
{
	kfree(device);
}

#define PARK_WAITS                                                        \
	NTIO_CONTROL(IOCTL_PARK_QUEUE, .handler = park_in_queue,          \
		     .min_out = sizeof(u32)),                             \
	NTIO_CONTROL(IOCTL_PARK_CANCELLED, .handler = park_cancelled,     \
		     .min_out = sizeof(u32)),                             \
	NTIO_CONTROL(IOCTL_PARK_ROUTINE, .handler = park_routine,         \
		     .min_out = sizeof(u32)),                             \
	NTIO_CONTROL(IOCTL_PARK_STUBBORN, .handler = park_stubborn,       \
		     .min_out = sizeof(u32))

static const struct ntio_control park_waits[] = { PARK_WAITS, { } };

static const struct ntio_device park_gone_model = {
	.name = "park-gone",
	.type = PARK_TYPE,
	.controls = park_waits,
	.cleanup = park_cleanup,
	.close = park_close,
	.release = park_gone_release,
};

/* In this order [8.43]: nothing new comes any more, then what is there ends. */
static void park_gone_remove(void)
{
	if (!park_gone)
		return;
	ntio_unregister(park_gone);
	ntio_queue_cancel(&park_queue, NULL, STATUS_DELETE_PENDING);
	park_gone = NULL;
}

static int park_gone_restore(void)
{
	struct ntio_device *device;
	int rc;

	if (park_gone)
		return 0;
	device = kmemdup(&park_gone_model, sizeof(*device), GFP_KERNEL);
	if (!device)
		return -ENOMEM;
	rc = ntio_register(device);
	if (rc)
		kfree(device);
	else
		park_gone = device;
	return rc;
}

static ntstatus_t park_remove(struct ntio_request *rq)
{
	mutex_lock(&park_gone_lock);
	park_gone_remove();
	mutex_unlock(&park_gone_lock);
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static ntstatus_t park_restore(struct ntio_request *rq)
{
	int rc;

	mutex_lock(&park_gone_lock);
	rc = park_gone_restore();
	mutex_unlock(&park_gone_lock);
	return ntio_complete(rq, rc ? STATUS_UNSUCCESSFUL : STATUS_SUCCESS, 0);
}

static ntstatus_t park_counts(struct ntio_request *rq)
{
	struct park_counts *counts = rq->system_buffer;

	counts->queued = ntio_queue_count(&park_queue);
	counts->held = READ_ONCE(park_held) ? 1 : 0;
	counts->cancels = atomic_read(&park_cancels);
	counts->routines = atomic_read(&park_routines);
	counts->cleanups = atomic_read(&park_cleanups);
	counts->closes = atomic_read(&park_closes);
	counts->waiting = atomic_read(&park_waiting);
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(*counts));
}

static const struct ntio_control park_controls[] = {
	PARK_WAITS,
	NTIO_CONTROL(IOCTL_PARK_LATE, .handler = park_late,
		     .min_in = sizeof(u32), .min_out = sizeof(u32)),
	NTIO_CONTROL(IOCTL_PARK_LINGER, .handler = park_linger,
		     .min_in = sizeof(u32), .min_out = sizeof(u32)),
	NTIO_CONTROL(IOCTL_PARK_UNMARKED, .handler = park_unmarked,
		     .min_out = sizeof(u32)),
	NTIO_CONTROL(IOCTL_PARK_SLOW, .handler = park_slow,
		     .min_in = sizeof(u32)),
	NTIO_CONTROL(IOCTL_PARK_SIGNAL, .handler = park_signal,
		     .min_in = sizeof(u32), .min_out = sizeof(u32)),
	NTIO_CONTROL(IOCTL_PARK_PLACE, .handler = park_place,
		     .min_out = sizeof(u32)),
	NTIO_CONTROL(IOCTL_PARK_NEXT, .handler = park_next,
		     .min_out = sizeof(u32)),
	NTIO_CONTROL(IOCTL_PARK_FINISH, .handler = park_finish,
		     .min_in = sizeof(u32), .min_out = sizeof(u32)),
	NTIO_CONTROL(IOCTL_PARK_CANCEL, .handler = park_cancel,
		     .min_out = sizeof(struct park_cancelled)),
	NTIO_CONTROL(IOCTL_PARK_REMOVE, .handler = park_remove),
	NTIO_CONTROL(IOCTL_PARK_RESTORE, .handler = park_restore),
	NTIO_CONTROL(IOCTL_PARK_COUNTS, .handler = park_counts,
		     .min_out = sizeof(struct park_counts)),
	{ }
};

static struct ntio_device park_device = {
	.name = "park",
	.type = PARK_TYPE,
	.io = NTIO_IO_BUFFERED,
	.controls = park_controls,
	.read = park_read,
	.cleanup = park_cleanup,
	.close = park_close,
};

static const struct ntio_control park_low_controls[] = {
	NTIO_CONTROL(IOCTL_PARK_FORWARD, .handler = park_in_queue,
		     .min_in = sizeof(u32), .min_out = sizeof(u32)),
	{ }
};

static struct ntio_device park_low = {
	.name = "park-low",
	.type = PARK_TYPE,
	.hidden = true,
	.controls = park_low_controls,
};

static const struct ntio_control park_top_controls[] = {
	NTIO_CONTROL(IOCTL_PARK_PLACE, .handler = park_place,
		     .min_out = sizeof(u32)),
	NTIO_CONTROL(IOCTL_PARK_FORWARD, .handler = park_forward,
		     .min_in = sizeof(u32), .min_out = sizeof(u32)),
	{ }
};

static struct ntio_device park_top = {
	.name = "park-top",
	.type = PARK_TYPE,
	.lower = &park_low,
	.controls = park_top_controls,
	.cleanup = park_cleanup,
	.close = park_close,
};

static struct ntio_device * const park_devices[] = {
	&park_device, &park_low, &park_top,
};

static void park_unregister(int count)
{
	while (count--)
		ntio_unregister(park_devices[count]);
	park_gone_remove();
}

static int __init park_init(void)
{
	int i, rc;

	ntio_queue_init(&park_queue);
	rc = park_gone_restore();
	for (i = 0; !rc && i < ARRAY_SIZE(park_devices); i++)
		rc = ntio_register(park_devices[i]);
	if (rc)
		park_unregister(i ? i - 1 : 0);
	return rc;
}
module_init(park_init);

static void __exit park_exit(void)
{
	park_unregister(ARRAY_SIZE(park_devices));
}
module_exit(park_exit);

MODULE_INFO(test, "Y");
MODULE_DESCRIPTION("ntio test: requests that wait in every way");
MODULE_LICENSE("GPL");
