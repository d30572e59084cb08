// SPDX-License-Identifier: GPL-2.0
/*
 * Drivers whose workers wait: for the workers of the driver below, or until
 * they are told to go on.
 */
#include <linux/completion.h>
#include <linux/list.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#include <ntio/ntio.h>

#include "ntio_deep.h"

/**
 * struct deep_wait - an upper worker that waits for a lower one
 * @entry: in the list of those that wait
 * @ended: the worker need not wait any more
 * @done: because the lower driver is done
 * @left: because it was told to give up; the request is the lower driver's
 * @refs: the worker, and the completion routine
 */
struct deep_wait {
	struct list_head entry;
	struct completion ended;
	bool done;
	bool left;
	refcount_t refs;
};

/* Those that are to begin together. */
static struct ntio_queue deep_ready;

static DEFINE_SPINLOCK(deep_lock);
static LIST_HEAD(deep_waits);

static DECLARE_WAIT_QUEUE_HEAD(deep_wait_go);
static bool deep_go;

static atomic_t deep_calls;
static atomic_t deep_above;
static atomic_t deep_blocked;

static ntstatus_t deep_answer(struct ntio_request *rq)
{
	*(u32 *)rq->system_buffer ^= DEEP_GOOD;
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(u32));
}

/* --- a stack -------------------------------------------------------------- */

static void deep_wait_put(struct deep_wait *wait)
{
	if (refcount_dec_and_test(&wait->refs))
		kfree(wait);
}

static ntstatus_t deep_routine(struct ntio_device *device,
			       struct ntio_request *rq, void *context)
{
	struct deep_wait *wait = context;
	bool left;

	spin_lock(&deep_lock);
	left = wait->left;
	wait->done = !left;
	list_del_init(&wait->entry);
	spin_unlock(&deep_lock);
	if (!left)
		complete(&wait->ended);
	else if (rq->pending_returned)
		ntio_mark_pending(rq);
	deep_wait_put(wait);
	return left ? STATUS_SUCCESS : STATUS_MORE_PROCESSING_REQUIRED;
}

static struct deep_wait *deep_wait_new(void)
{
	struct deep_wait *wait = kzalloc(sizeof(*wait), GFP_KERNEL);

	if (!wait)
		return NULL;
	init_completion(&wait->ended);
	refcount_set(&wait->refs, 2);
	spin_lock(&deep_lock);
	list_add_tail(&wait->entry, &deep_waits);
	spin_unlock(&deep_lock);
	return wait;
}

/* Returns whether the request is the upper driver's again. */
static bool deep_wait_below(struct deep_wait *wait)
{
	bool done;

	atomic_inc(&deep_above);
	/* Killable, so that it does not look like a hang; nobody kills it. */
	while (wait_for_completion_killable(&wait->ended))
		;
	atomic_dec(&deep_above);
	spin_lock(&deep_lock);
	done = wait->done;
	spin_unlock(&deep_lock);
	deep_wait_put(wait);
	return done;
}

static void deep_upper_worker(struct ntio_request *rq)
{
	struct deep_wait *wait = deep_wait_new();

	if (!wait) {
		ntio_complete(rq, STATUS_INSUFFICIENT_RESOURCES, 0);
		return;
	}
	ntio_set_completion(rq, deep_routine, wait, NTIO_ON_ANY);
	ntio_forward(rq);
	if (deep_wait_below(wait))
		deep_answer(rq);
}

static void deep_lower_worker(struct ntio_request *rq)
{
	ntio_complete(rq, STATUS_SUCCESS, 0);
}

static ntstatus_t deep_lower_serve(struct ntio_request *rq)
{
	return ntio_queue_work(rq, deep_lower_worker);
}

static ntstatus_t deep_down(struct ntio_request *rq)
{
	atomic_inc(&deep_calls);
	return ntio_queue_insert(&deep_ready, rq);
}

static ntstatus_t deep_launch(struct ntio_request *rq)
{
	struct ntio_request *ready;

	while ((ready = ntio_queue_remove(&deep_ready, NULL)))
		ntio_queue_work(ready, deep_upper_worker);
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static void deep_cleanup(struct ntio_file *file)
{
	ntio_queue_cancel(&deep_ready, file, STATUS_CANCELLED);
}

static ntstatus_t deep_give_up(struct ntio_request *rq)
{
	struct deep_wait *wait, *next;

	spin_lock(&deep_lock);
	list_for_each_entry_safe(wait, next, &deep_waits, entry) {
		list_del_init(&wait->entry);
		wait->left = true;
		complete(&wait->ended);
	}
	spin_unlock(&deep_lock);
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

/* --- workers that wait ---------------------------------------------------- */

static void deep_block_worker(struct ntio_request *rq)
{
	atomic_inc(&deep_blocked);
	wait_event_idle(deep_wait_go, READ_ONCE(deep_go));
	atomic_dec(&deep_blocked);
	deep_answer(rq);
}

static ntstatus_t deep_block(struct ntio_request *rq)
{
	atomic_inc(&deep_calls);
	return ntio_queue_work(rq, deep_block_worker);
}

static ntstatus_t deep_tell_go(struct ntio_request *rq)
{
	WRITE_ONCE(deep_go, true);
	wake_up_all(&deep_wait_go);
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static ntstatus_t deep_tell_stop(struct ntio_request *rq)
{
	WRITE_ONCE(deep_go, false);
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

/* --- others --------------------------------------------------------------- */

static void deep_other_worker(struct ntio_request *rq)
{
	if (rq->major == NTIO_MAJOR_WRITE)
		ntio_complete(rq, STATUS_SUCCESS, rq->length);
	else
		deep_answer(rq);
}

static ntstatus_t deep_other_serve(struct ntio_request *rq)
{
	return ntio_queue_work(rq, deep_other_worker);
}

static ntstatus_t deep_tell_counts(struct ntio_request *rq)
{
	struct deep_counts *counts = rq->system_buffer;

	counts->calls = atomic_read(&deep_calls);
	counts->above = atomic_read(&deep_above);
	counts->blocked = atomic_read(&deep_blocked);
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(*counts));
}

#define DEEP_ROW(code, function)                                          \
	NTIO_CONTROL(code, .handler = function, .min_in = sizeof(u32),    \
		     .min_out = sizeof(u32))

static const struct ntio_control deep_lower_controls[] = {
	DEEP_ROW(IOCTL_DEEP_DOWN, deep_lower_serve),
	{ }
};

static const struct ntio_control deep_controls[] = {
	DEEP_ROW(IOCTL_DEEP_DOWN, deep_down),
	DEEP_ROW(IOCTL_DEEP_BLOCK, deep_block),
	{ }
};

static const struct ntio_control deep_other_controls[] = {
	DEEP_ROW(IOCTL_DEEP_WORK, deep_other_serve),
	{ }
};

static const struct ntio_control deep_tell_controls[] = {
	NTIO_CONTROL(IOCTL_DEEP_GO, .handler = deep_tell_go),
	NTIO_CONTROL(IOCTL_DEEP_STOP, .handler = deep_tell_stop),
	NTIO_CONTROL(IOCTL_DEEP_GIVE_UP, .handler = deep_give_up),
	NTIO_CONTROL(IOCTL_DEEP_LAUNCH, .handler = deep_launch),
	NTIO_CONTROL(IOCTL_DEEP_COUNTS, .handler = deep_tell_counts,
		     .min_out = sizeof(struct deep_counts)),
	{ }
};

static struct ntio_device deep_lower = {
	.name = "deep-lower",
	.type = DEEP_TYPE,
	.io = NTIO_IO_BUFFERED,
	.hidden = true,
	.controls = deep_lower_controls,
};

static struct ntio_device deep_upper = {
	.name = "deep",
	.type = DEEP_TYPE,
	.io = NTIO_IO_BUFFERED,
	.lower = &deep_lower,
	.controls = deep_controls,
	.cleanup = deep_cleanup,
};

static struct ntio_device deep_other = {
	.name = "deep-other",
	.type = DEEP_TYPE,
	.io = NTIO_IO_BUFFERED,
	.controls = deep_other_controls,
	.write = deep_other_serve,
};

static struct ntio_device deep_tell = {
	.name = "deep-tell",
	.type = DEEP_TYPE,
	.controls = deep_tell_controls,
};

static struct ntio_device * const deep_devices[] = {
	&deep_lower, &deep_upper, &deep_other, &deep_tell,
};

static void deep_unregister(int count)
{
	while (count--)
		ntio_unregister(deep_devices[count]);
}

static int __init deep_init(void)
{
	int i, rc;

	ntio_queue_init(&deep_ready);
	for (i = 0; i < ARRAY_SIZE(deep_devices); i++) {
		rc = ntio_register(deep_devices[i]);
		if (rc) {
			deep_unregister(i);
			return rc;
		}
	}
	return 0;
}
module_init(deep_init);

static void __exit deep_exit(void)
{
	deep_unregister(ARRAY_SIZE(deep_devices));
}
module_exit(deep_exit);

MODULE_INFO(test, "Y");
MODULE_DESCRIPTION("ntio test: workers that wait for each other");
MODULE_LICENSE("GPL");
