// SPDX-License-Identifier: GPL-2.0
/* A device that is removed by surprise, with a remove lock. */
#include <linux/delay.h>
#include <linux/slab.h>

#include <ntio/ntio.h>

#include "ntio_removal.h"

/*
 * One instance of it. What is used is there until the removal; the rest until
 * the removal is done and no file is open.
 */
struct removal {
	struct kref kref;
	struct ntio_device device;
	struct ntio_remove_lock lock;
	struct ntio_queue queue;
	u32 *used;
};

/* One thread at a time tells to remove and restore. */
static struct removal *removal_now;
static atomic_t removal_using;
static atomic_t removal_used_after;
static atomic_t removal_acquired_after;
static atomic_t removal_refused;
static DECLARE_COMPLETION(removal_go);

static struct removal *to_removal(struct ntio_request *rq)
{
	return container_of(rq->device, struct removal, device);
}

static void removal_use(struct removal *removal)
{
	u32 *used = READ_ONCE(removal->used);

	if (used)
		WRITE_ONCE(*used, READ_ONCE(*used) + 1);
	else
		atomic_inc(&removal_used_after);
}

static void removal_end(struct ntio_request *rq)
{
	struct removal *removal = to_removal(rq);

	removal_use(removal);
	atomic_dec(&removal_using);
	ntio_complete(rq, STATUS_SUCCESS, 0);
	ntio_remove_release(&removal->lock);
}

static void removal_work_fn(struct ntio_request *rq)
{
	removal_use(to_removal(rq));
	usleep_range(100, 200);
	removal_end(rq);
}

static void removal_stay_fn(struct ntio_request *rq)
{
	wait_for_completion(&removal_go);
	removal_end(rq);
}

static ntstatus_t removal_in_worker(struct ntio_request *rq)
{
	if (ntio_remove_acquire(&to_removal(rq)->lock) != STATUS_SUCCESS) {
		atomic_inc(&removal_refused);
		return ntio_complete(rq, STATUS_DELETE_PENDING, 0);
	}
	atomic_inc(&removal_using);
	if (rq->code == IOCTL_REMOVAL_STAY)
		return ntio_queue_work(rq, removal_stay_fn);
	return ntio_queue_work(rq, removal_work_fn);
}

static ntstatus_t removal_in_queue(struct ntio_request *rq)
{
	return ntio_queue_insert(&to_removal(rq)->queue, rq);
}

static void removal_free(struct kref *kref)
{
	kfree(container_of(kref, struct removal, kref));
}

static void removal_release(struct ntio_device *device)
{
	kref_put(&container_of(device, struct removal, device)->kref,
		 removal_free);
}

static const struct ntio_control removal_controls[] = {
	NTIO_CONTROL(IOCTL_REMOVAL_WORK, .handler = removal_in_worker),
	NTIO_CONTROL(IOCTL_REMOVAL_STAY, .handler = removal_in_worker),
	NTIO_CONTROL(IOCTL_REMOVAL_QUEUE, .handler = removal_in_queue),
	{ }
};

static const struct ntio_device removal_model = {
	.name = "removal",
	.type = REMOVAL_TYPE,
	.controls = removal_controls,
	.release = removal_release,
};

static int removal_restore(void)
{
	struct removal *removal;
	int rc;

	if (removal_now)
		return 0;
	removal = kzalloc(sizeof(*removal), GFP_KERNEL);
	if (!removal)
		return -ENOMEM;
	kref_init(&removal->kref);
	removal->device = removal_model;
	removal->used = kzalloc(sizeof(u32), GFP_KERNEL);
	ntio_remove_lock_init(&removal->lock);
	ntio_queue_init(&removal->queue);
	rc = removal->used ? ntio_register(&removal->device) : -ENOMEM;
	if (!rc) {
		removal_now = removal;
		return 0;
	}
	kfree(removal->used);
	kfree(removal);
	return rc;
}

/* In the order that the lock's description says. */
static void removal_remove(void)
{
	struct removal *removal = removal_now;

	if (!removal)
		return;
	removal_now = NULL;
	kref_get(&removal->kref);
	if (ntio_remove_acquire(&removal->lock) != STATUS_SUCCESS)
		return;
	ntio_unregister(&removal->device);
	ntio_queue_cancel(&removal->queue, NULL, STATUS_DELETE_PENDING);
	ntio_remove_release_and_wait(&removal->lock);
	kfree(removal->used);
	WRITE_ONCE(removal->used, NULL);
	if (ntio_remove_acquire(&removal->lock) == STATUS_SUCCESS)
		atomic_inc(&removal_acquired_after);
	kref_put(&removal->kref, removal_free);
}

static void removal_counts(struct removal_counts *counts)
{
	struct removal *removal = removal_now;

	counts->using = atomic_read(&removal_using);
	counts->used_after = atomic_read(&removal_used_after);
	counts->acquired_after = atomic_read(&removal_acquired_after);
	counts->refused = atomic_read(&removal_refused);
	counts->queued = removal ? ntio_queue_count(&removal->queue) : 0;
}

static ntstatus_t removal_told(struct ntio_request *rq)
{
	int rc = 0;

	switch (rq->code) {
	case IOCTL_REMOVAL_REMOVE:
		removal_remove();
		break;
	case IOCTL_REMOVAL_RESTORE:
		rc = removal_restore();
		break;
	case IOCTL_REMOVAL_GO:
		complete(&removal_go);
		break;
	case IOCTL_REMOVAL_COUNTS:
		if (rq->out_len < sizeof(struct removal_counts))
			break;
		removal_counts(rq->system_buffer);
		return ntio_complete(rq, STATUS_SUCCESS,
				     sizeof(struct removal_counts));
	}
	return ntio_complete(rq, rc ? STATUS_UNSUCCESSFUL : STATUS_SUCCESS, 0);
}

static struct ntio_device removal_watch = {
	.name = "removal-watch",
	.type = REMOVAL_TYPE,
	.other = removal_told,
};

static int __init removal_init(void)
{
	int rc = removal_restore();

	if (rc)
		return rc;
	rc = ntio_register(&removal_watch);
	if (rc)
		removal_remove();
	return rc;
}
module_init(removal_init);

static void __exit removal_exit(void)
{
	ntio_unregister(&removal_watch);
	removal_remove();
}
module_exit(removal_exit);

MODULE_INFO(test, "Y");
MODULE_DESCRIPTION("ntio test: surprise removal with a remove lock");
MODULE_LICENSE("GPL");
