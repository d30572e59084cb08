// SPDX-License-Identifier: GPL-2.0
/*
 * A driver that keeps a caller's pages locked for as long as it is let: with
 * requests that wait, and with ranges that a worker locks for the caller. And
 * one that promised not to, and breaks its promise when told.
 */
#include <linux/mutex.h>

#include <ntio/ntio.h>

#include "ntio_pins.h"

/* See the Kbuild file: what a core without this has instead. */
#define PINS_LOCK_FOR_LONG 0
#define PINS_LOCK_FOR_SHORT NTIO_LOCK_SHORT

static struct ntio_queue pins_queue;
static atomic_t pins_calls;
static atomic_t pins_worked;
static u32 pins_plan = PINS_COMPLETE;

/* Protects the slots. */
static DEFINE_MUTEX(pins_mutex);
static struct ntio_mdl *pins_slots[PINS_SLOTS];

/* --- requests -------------------------------------------------------------- */

static ntstatus_t pins_done(struct ntio_request *rq)
{
	struct ntio_mdl *mdl = rq->mdl;
	u8 byte = PINS_BYTE;

	if (!mdl)
		return ntio_complete(rq, STATUS_SUCCESS, 0);
	if (mdl->writable)
		ntio_mdl_copy_to(mdl, mdl->byte_count - 1, &byte, 1);
	else
		ntio_mdl_copy_from(mdl, mdl->byte_count - 1, &byte, 1);
	return ntio_complete(rq, STATUS_SUCCESS, mdl->byte_count);
}

static ntstatus_t pins_park(struct ntio_request *rq)
{
	atomic_inc(&pins_calls);
	return ntio_queue_insert(&pins_queue, rq);
}

static void pins_work(struct ntio_request *rq)
{
	atomic_inc(&pins_worked);
	pins_done(rq);
}

static ntstatus_t pins_now(struct ntio_request *rq)
{
	atomic_inc(&pins_calls);
	switch (READ_ONCE(pins_plan)) {
	case PINS_MARK:
		ntio_mark_pending(rq);
		pins_done(rq);
		return STATUS_PENDING;
	case PINS_QUEUE:
		return ntio_queue_insert(&pins_queue, rq);
	case PINS_WORK:
		return ntio_queue_work(rq, pins_work);
	default:
		return pins_done(rq);
	}
}

static ntstatus_t pins_set_plan(struct ntio_request *rq)
{
	u32 plan = *(u32 *)rq->system_buffer;

	if (plan >= PINS_PLANS)
		return ntio_complete(rq, STATUS_INVALID_PARAMETER, 0);
	WRITE_ONCE(pins_plan, plan);
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static ntstatus_t pins_next(struct ntio_request *rq)
{
	struct ntio_request *next = ntio_queue_remove(&pins_queue, NULL);

	if (next)
		pins_done(next);
	return ntio_complete(rq, STATUS_SUCCESS, next ? 1 : 0);
}

static ntstatus_t pins_all(struct ntio_request *rq)
{
	struct ntio_request *next;

	while ((next = ntio_queue_remove(&pins_queue, NULL)))
		pins_done(next);
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static ntstatus_t pins_counts(struct ntio_request *rq)
{
	struct pins_counts *counts = rq->system_buffer;

	counts->queued = ntio_queue_count(&pins_queue);
	counts->calls = atomic_read(&pins_calls);
	counts->worked = atomic_read(&pins_worked);
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(*counts));
}

/* --- ranges ---------------------------------------------------------------- */

static ntstatus_t pins_lock_range(const struct ntio_caller *caller,
				  const struct pins_lock *lock,
				  struct ntio_mdl **mdl)
{
	unsigned int access = lock->flags & PINS_SHORT ? PINS_LOCK_FOR_SHORT :
							 PINS_LOCK_FOR_LONG;
	ntstatus_t status;

	if (lock->flags & PINS_FOR_WRITING)
		access |= NTIO_LOCK_WRITE;
	*mdl = ntio_mdl_alloc(caller, ntio_uaddr(caller, lock->address),
			      lock->len);
	if (!*mdl)
		return STATUS_INSUFFICIENT_RESOURCES;
	status = ntio_mdl_lock(caller, *mdl, access);
	if (ntio_is_error(status)) {
		ntio_mdl_free(*mdl);
		*mdl = NULL;
	}
	return status;
}

static void pins_free(struct ntio_mdl *mdl)
{
	if (!mdl)
		return;
	ntio_mdl_unlock(mdl);
	ntio_mdl_free(mdl);
}

static struct ntio_mdl *pins_swap(u32 slot, struct ntio_mdl *mdl)
{
	mutex_lock(&pins_mutex);
	swap(pins_slots[slot], mdl);
	mutex_unlock(&pins_mutex);
	return mdl;
}

static ntstatus_t pins_lock_now(const struct ntio_caller *caller,
				struct ntio_request *rq)
{
	struct pins_lock *lock = rq->system_buffer;
	struct ntio_mdl *mdl;

	lock->out_status = (__force u32)pins_lock_range(caller, lock, &mdl);
	if (mdl)
		pins_free(pins_swap(lock->slot, mdl));
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(*lock));
}

static void pins_lock_work(struct ntio_request *rq)
{
	struct pins_lock *lock = rq->system_buffer;
	struct ntio_mdl *mdl = NULL;
	struct ntio_caller caller;
	ntstatus_t status;

	status = ntio_attach(rq, &caller);
	lock->out_attached = (__force u32)status;
	if (!ntio_is_error(status)) {
		status = pins_lock_range(&caller, lock, &mdl);
		lock->out_status = (__force u32)status;
		ntio_detach(&caller);
	}
	if (mdl)
		pins_free(pins_swap(lock->slot, mdl));
	ntio_complete(rq, STATUS_SUCCESS, sizeof(*lock));
}

static ntstatus_t pins_lock(const struct ntio_caller *caller,
			    struct ntio_request *rq)
{
	struct pins_lock *lock = rq->system_buffer;
	ntstatus_t status;

	if (lock->slot >= PINS_SLOTS)
		return ntio_complete(rq, STATUS_INVALID_PARAMETER, 0);
	if (!(lock->flags & PINS_ATTACHED))
		return pins_lock_now(caller, rq);
	status = ntio_keep_caller(caller, rq);
	if (ntio_is_error(status))
		return ntio_complete(rq, status, 0);
	return ntio_queue_work(rq, pins_lock_work);
}

static ntstatus_t pins_unlock(struct ntio_request *rq)
{
	u32 slot = *(u32 *)rq->system_buffer;

	if (slot >= PINS_SLOTS)
		return ntio_complete(rq, STATUS_INVALID_PARAMETER, 0);
	pins_free(pins_swap(slot, NULL));
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

/* --- devices --------------------------------------------------------------- */

static void pins_cleanup(struct ntio_file *file)
{
	ntio_queue_cancel(&pins_queue, file, STATUS_CANCELLED);
}

#define PINS_BOTH                                                       \
	NTIO_CONTROL(IOCTL_PINS_PLAN, .handler = pins_set_plan,         \
		     .min_in = sizeof(u32)),                            \
	NTIO_CONTROL(IOCTL_PINS_NEXT, .handler = pins_next),            \
	NTIO_CONTROL(IOCTL_PINS_ALL, .handler = pins_all),              \
	NTIO_CONTROL(IOCTL_PINS_COUNTS, .handler = pins_counts,         \
		     .min_out = sizeof(struct pins_counts)),            \
	NTIO_CONTROL(IOCTL_PINS_LOCK, .in_caller = pins_lock,           \
		     .min_in = sizeof(struct pins_lock),                \
		     .min_out = sizeof(struct pins_lock)),              \
	NTIO_CONTROL(IOCTL_PINS_UNLOCK, .handler = pins_unlock,         \
		     .min_in = sizeof(u32))

static const struct ntio_control pins_controls[] = {
	NTIO_CONTROL(IOCTL_PINS_PARK_READ, .handler = pins_park),
	NTIO_CONTROL(IOCTL_PINS_PARK_WRITE, .handler = pins_park),
	PINS_BOTH,
	{ }
};

static struct ntio_device pins_device = {
	.name = "pins",
	.type = PINS_TYPE,
	.mode = 0666,
	.io = NTIO_IO_DIRECT,
	.controls = pins_controls,
	.read = pins_park,
	.write = pins_park,
	.cleanup = pins_cleanup,
};

static const struct ntio_control pins_now_controls[] = {
	NTIO_CONTROL(IOCTL_PINS_NOW_READ, .handler = pins_now,
		     .never_pends = true),
	NTIO_CONTROL(IOCTL_PINS_NOW_WRITE, .handler = pins_now,
		     .never_pends = true),
	PINS_BOTH,
	{ }
};

static struct ntio_device pins_now_device = {
	.name = "pins-now",
	.type = PINS_TYPE,
	.mode = 0666,
	.io = NTIO_IO_DIRECT,
	.never_pends = true,
	.controls = pins_now_controls,
	.read = pins_now,
	.write = pins_now,
	.cleanup = pins_cleanup,
};

static struct ntio_device pins_copy_device = {
	.name = "pins-copy",
	.type = PINS_TYPE,
	.io = NTIO_IO_DIRECT,
	.may_copy = true,
	.read = pins_now,
	.write = pins_now,
};

static int __init pins_init(void)
{
	int rc;

	ntio_queue_init(&pins_queue);
	rc = ntio_register(&pins_device);
	if (rc)
		return rc;
	rc = ntio_register(&pins_now_device);
	if (rc)
		goto err_now;
	rc = ntio_register(&pins_copy_device);
	if (!rc)
		return 0;
	ntio_unregister(&pins_now_device);
err_now:
	ntio_unregister(&pins_device);
	return rc;
}
module_init(pins_init);

static void __exit pins_exit(void)
{
	u32 slot;

	ntio_unregister(&pins_copy_device);
	ntio_unregister(&pins_now_device);
	ntio_unregister(&pins_device);
	for (slot = 0; slot < PINS_SLOTS; slot++)
		pins_free(pins_slots[slot]);
}
module_exit(pins_exit);

MODULE_INFO(test, "Y");
MODULE_DESCRIPTION("ntio test: keeps pages locked");
MODULE_LICENSE("GPL");
