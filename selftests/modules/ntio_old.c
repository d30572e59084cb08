// SPDX-License-Identifier: GPL-2.0
/*
 * A driver of the old style: it holds the cancel lock, takes its routine out,
 * does not look whether it was still there, and completes. And a device that is
 * registered before it can be opened.
 */
#include <linux/delay.h>
#include <linux/slab.h>

#include <ntio/ntio.h>

#include "ntio_old.h"

/* What the driver has for a request that waits; freed before completion. */
struct old_wait {
	u32 magic;
};

#define OLD_MAGIC 0x01d01d01

/* The slot is protected by the cancel lock. */
static DEFINE_SPINLOCK(old_cancel_lock);
static struct ntio_request *old_slot;
static struct ntio_queue old_queue;
static atomic_t old_finished;
static atomic_t old_cancelled;
static atomic_t old_bad;

static void old_wait_free(struct ntio_request *rq)
{
	struct old_wait *wait = rq->context;

	wait->magic = 0;
	kfree(wait);
}

/* With the lock held. */
static void old_cancel(struct ntio_device *device, struct ntio_request *rq)
{
	struct old_wait *wait = rq->context;

	if (old_slot != rq || wait->magic != OLD_MAGIC) {
		atomic_inc(&old_bad);
		ntio_release_cancel_lock(rq);
		return;
	}
	old_slot = NULL;
	ntio_release_cancel_lock(rq);
	atomic_inc(&old_cancelled);
	old_wait_free(rq);
	ntio_complete(rq, STATUS_CANCELLED, 0);
}

static ntstatus_t old_wait(struct ntio_request *rq)
{
	struct old_wait *wait = kmalloc(sizeof(*wait), GFP_KERNEL);
	unsigned long flags;
	bool cancelled;

	if (!wait)
		return ntio_complete(rq, STATUS_INSUFFICIENT_RESOURCES, 0);
	wait->magic = OLD_MAGIC;
	rq->context = wait;
	spin_lock_irqsave(&old_cancel_lock, flags);
	cancelled = ntio_is_cancelled(rq) || old_slot;
	if (!cancelled) {
		ntio_mark_pending(rq);
		ntio_set_cancel(rq, old_cancel);
		old_slot = rq;
	}
	spin_unlock_irqrestore(&old_cancel_lock, flags);
	if (!cancelled)
		return STATUS_PENDING;
	old_wait_free(rq);
	return ntio_complete(rq, STATUS_CANCELLED, 0);
}

static bool old_finish(void)
{
	struct ntio_request *rq;
	unsigned long flags;

	spin_lock_irqsave(&old_cancel_lock, flags);
	rq = old_slot;
	if (rq)
		ntio_set_cancel(rq, NULL);
	old_slot = NULL;
	spin_unlock_irqrestore(&old_cancel_lock, flags);
	if (!rq)
		return false;
	atomic_inc(&old_finished);
	old_wait_free(rq);
	ntio_complete(rq, STATUS_SUCCESS, 0);
	return true;
}

/* --- rounds -------------------------------------------------------------- */

static struct ntio_device old_device;

struct old_round {
	struct work_struct work;
	struct ntio_request *rq;
	struct completion ended;
	unsigned int delay;
};

static void old_round_cancel(struct work_struct *work)
{
	struct old_round *round = container_of(work, struct old_round, work);

	ndelay(round->delay);
	ntio_cancel(round->rq);
}

static void old_round_ended(struct ntio_request *rq, void *context)
{
	struct old_round *round = context;

	complete(&round->ended);
}

static bool old_round(unsigned int number)
{
	const struct ntio_make make = {
		.params.major = NTIO_MAJOR_DEVICE_CONTROL,
		.params.code = IOCTL_OLD_WAIT,
	};
	struct old_round round = { .delay = number * 37 % 3000 };

	round.rq = ntio_make_request(&old_device, &make);
	if (!round.rq)
		return false;
	init_completion(&round.ended);
	INIT_WORK_ONSTACK(&round.work, old_round_cancel);
	ntio_send(round.rq, old_round_ended, &round);
	queue_work(system_unbound_wq, &round.work);
	/* The worker takes longer to come than anything it may meet here. */
	if (number % 2)
		usleep_range(1, number % 100);
	ndelay(number * 53 % 3000);
	old_finish();
	flush_work(&round.work);
	destroy_work_on_stack(&round.work);
	wait_for_completion(&round.ended);
	ntio_free_request(round.rq);
	return true;
}

static ntstatus_t old_rounds(struct ntio_request *rq)
{
	u32 i, rounds = *(u32 *)rq->system_buffer;

	for (i = 0; i < rounds; i++) {
		if (!old_round(i))
			return ntio_complete(rq, STATUS_UNSUCCESSFUL, 0);
		cond_resched();
	}
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

/* --- devices ------------------------------------------------------------- */

static struct ntio_device old_late = {
	.name = "old-late",
	.type = OLD_TYPE,
	.initializing = true,
};

static ntstatus_t old_tell_finish(struct ntio_request *rq)
{
	*(u32 *)rq->system_buffer = old_finish();
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(u32));
}

static ntstatus_t old_counts(struct ntio_request *rq)
{
	struct old_counts *counts = rq->system_buffer;

	counts->finished = atomic_read(&old_finished);
	counts->cancelled = atomic_read(&old_cancelled);
	counts->bad = atomic_read(&old_bad);
	counts->waiting = !!READ_ONCE(old_slot);
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(*counts));
}

static ntstatus_t old_initialized(struct ntio_request *rq)
{
	ntio_finish_initializing(&old_late);
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static ntstatus_t old_late_again(struct ntio_request *rq)
{
	ntio_unregister(&old_late);
	return ntio_complete(rq, ntio_register(&old_late) ?
			     STATUS_UNSUCCESSFUL : STATUS_SUCCESS, 0);
}

static ntstatus_t old_queue_insert(struct ntio_request *rq)
{
	return ntio_queue_insert(&old_queue, rq);
}

static ntstatus_t old_queued(struct ntio_request *rq)
{
	*(u32 *)rq->system_buffer = ntio_queue_count(&old_queue);
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(u32));
}

static const struct ntio_control old_controls[] = {
	NTIO_CONTROL(IOCTL_OLD_WAIT, .handler = old_wait),
	NTIO_CONTROL(IOCTL_OLD_FINISH, .handler = old_tell_finish,
		     .min_out = sizeof(u32)),
	NTIO_CONTROL(IOCTL_OLD_ROUNDS, .handler = old_rounds,
		     .min_in = sizeof(u32)),
	NTIO_CONTROL(IOCTL_OLD_COUNTS, .handler = old_counts,
		     .min_out = sizeof(struct old_counts)),
	NTIO_CONTROL(IOCTL_OLD_INITIALIZED, .handler = old_initialized),
	NTIO_CONTROL(IOCTL_OLD_LATE_AGAIN, .handler = old_late_again),
	NTIO_CONTROL(IOCTL_OLD_QUEUE, .handler = old_queue_insert),
	NTIO_CONTROL(IOCTL_OLD_QUEUED, .handler = old_queued,
		     .min_out = sizeof(u32)),
	{ }
};

static struct ntio_device old_device = {
	.name = "old",
	.type = OLD_TYPE,
	.controls = old_controls,
	.cancel_lock = &old_cancel_lock,
};

static int __init old_init(void)
{
	int rc;

	ntio_queue_init(&old_queue);
	rc = ntio_register(&old_device);
	if (rc)
		return rc;
	rc = ntio_register(&old_late);
	if (rc)
		ntio_unregister(&old_device);
	return rc;
}
module_init(old_init);

static void __exit old_exit(void)
{
	ntio_unregister(&old_late);
	ntio_unregister(&old_device);
}
module_exit(old_exit);

MODULE_INFO(test, "Y");
MODULE_DESCRIPTION("ntio test: a driver of the old style");
MODULE_LICENSE("GPL");
