// SPDX-License-Identifier: GPL-2.0
/*
 * Devices to read and write, of each style. They keep what is written, or do
 * as planned, and remember what the last request looked like.
 */
#include <linux/mutex.h>
#include <linux/vmalloc.h>

#include <ntio/ntio.h>

#include "ntio_rw.h"

struct rw_store {
	struct mutex lock;
	struct rw_plan plan;
	struct rw_saw saw;
	u8 *data;
	u64 size;
};

static ntstatus_t rw_plan(struct ntio_request *rq)
{
	struct rw_store *store = rq->device->context;

	mutex_lock(&store->lock);
	memcpy(&store->plan, rq->system_buffer, sizeof(store->plan));
	memset(&store->saw, 0, sizeof(store->saw));
	memset(store->data, 0, RW_CAPACITY);
	store->size = 0;
	mutex_unlock(&store->lock);
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static ntstatus_t rw_saw(struct ntio_request *rq)
{
	struct rw_store *store = rq->device->context;

	memcpy(rq->system_buffer, &store->saw, sizeof(store->saw));
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(store->saw));
}

static u32 rw_saw_flags(const struct ntio_request *rq,
			const struct ntio_caller *caller)
{
	u32 flags = 0;

	if (rq->system_buffer)
		flags |= RW_SAW_SYSTEM_BUFFER;
	if (rq->mdl)
		flags |= RW_SAW_MDL;
	if (rq->mdl && rq->mdl->writable)
		flags |= RW_SAW_WRITABLE;
	if (caller)
		flags |= RW_SAW_CALLER;
	if (caller && caller->in.value)
		flags |= RW_SAW_IN;
	if (caller && caller->out.value)
		flags |= RW_SAW_OUT;
	if (caller && caller->compat)
		flags |= RW_SAW_COMPAT;
	return flags;
}

static void rw_note(struct rw_store *store, const struct ntio_request *rq,
		    const struct ntio_caller *caller)
{
	store->saw.calls++;
	store->saw.major = rq->major;
	store->saw.length = rq->length;
	store->saw.offset = rq->offset;
	store->saw.flags = rw_saw_flags(rq, caller);
}

/* To the reader, in the style of the device. Returns false on a fault. */
static bool rw_give(struct ntio_request *rq, const struct ntio_caller *caller,
		    const void *from, size_t len)
{
	if (caller)
		return !ntio_write_user(caller, caller->out, from, len);
	if (rq->mdl)
		return ntio_mdl_copy_to(rq->mdl, 0, from, len) == len;
	if (len)
		memcpy(rq->system_buffer, from, len);
	return true;
}

/* From the writer. */
static bool rw_take(struct ntio_request *rq, const struct ntio_caller *caller,
		    void *to, size_t len)
{
	if (caller)
		return !ntio_read_user(caller, to, caller->in, len);
	if (rq->mdl)
		return ntio_mdl_copy_from(rq->mdl, 0, to, len) == len;
	if (len)
		memcpy(to, rq->system_buffer, len);
	return true;
}

static void rw_later(struct ntio_request *rq)
{
	struct rw_store *store = rq->device->context;

	ntio_complete(rq, (__force ntstatus_t)store->plan.status,
		      store->plan.information);
}

static ntstatus_t rw_planned(struct rw_store *store, struct ntio_request *rq,
			     const struct ntio_caller *caller)
{
	const struct rw_plan *plan = &store->plan;

	memset(store->data, RW_BYTE, RW_CAPACITY);
	if (rq->major == NTIO_MAJOR_READ &&
	    !rw_give(rq, caller, store->data, min(plan->written, rq->length)))
		return ntio_complete(rq, STATUS_ACCESS_VIOLATION, 0);
	if (plan->flags & RW_PEND)
		return ntio_queue_work(rq, rw_later);
	return ntio_complete(rq, (__force ntstatus_t)plan->status,
			     plan->information);
}

static ntstatus_t rw_kept(struct rw_store *store, struct ntio_request *rq,
			  const struct ntio_caller *caller)
{
	bool write = rq->major == NTIO_MAJOR_WRITE;
	u64 end = write ? RW_CAPACITY : store->size;
	u64 len = min(rq->length, store->plan.most ?: U32_MAX);
	bool good;

	if (rq->length && rq->offset >= end)
		return ntio_complete(rq, STATUS_END_OF_FILE, 0);
	len = len ? min(len, end - rq->offset) : 0;
	if (write)
		good = rw_take(rq, caller, store->data + rq->offset, len);
	else
		good = rw_give(rq, caller, store->data + rq->offset, len);
	if (!good)
		return ntio_refuse(rq, STATUS_ACCESS_VIOLATION,
				   NTIO_REASON_FAULT);
	if (write)
		store->size = max(store->size, rq->offset + len);
	return ntio_complete(rq, STATUS_SUCCESS, len);
}

static ntstatus_t rw_in_caller(const struct ntio_caller *caller,
			       struct ntio_request *rq)
{
	struct rw_store *store = rq->device->context;
	ntstatus_t status;

	mutex_lock(&store->lock);
	rw_note(store, rq, caller);
	if (store->plan.flags & RW_PLANNED)
		status = rw_planned(store, rq, caller);
	else
		status = rw_kept(store, rq, caller);
	mutex_unlock(&store->lock);
	return status;
}

static ntstatus_t rw_serve(struct ntio_request *rq)
{
	return rw_in_caller(NULL, rq);
}

static const struct ntio_control rw_controls[] = {
	NTIO_CONTROL(IOCTL_RW_PLAN, .handler = rw_plan,
		     .min_in = sizeof(struct rw_plan)),
	NTIO_CONTROL(IOCTL_RW_SAW, .handler = rw_saw,
		     .min_out = sizeof(struct rw_saw)),
	{ }
};

static struct rw_store rw_stores[5];

#define RW_DEVICE(index, node, ...)                     \
	[index] = {                                     \
		.name = (node),                         \
		.controls = rw_controls,                \
		.context = &rw_stores[index],           \
		__VA_ARGS__                             \
	}

static struct ntio_device rw_devices[] = {
	RW_DEVICE(0, "rw-buffered", .io = NTIO_IO_BUFFERED, .seekable = true,
		  .read = rw_serve, .write = rw_serve),
	RW_DEVICE(1, "rw-direct", .io = NTIO_IO_DIRECT, .seekable = true,
		  .read = rw_serve, .write = rw_serve),
	RW_DEVICE(2, "rw-neither", .io = NTIO_IO_NEITHER, .seekable = true,
		  .read_in_caller = rw_in_caller,
		  .write_in_caller = rw_in_caller),
	RW_DEVICE(3, "rw-stream", .io = NTIO_IO_BUFFERED,
		  .read = rw_serve, .write = rw_serve),
	RW_DEVICE(4, "rw-none", .io = NTIO_IO_BUFFERED),
};

static void rw_undo(unsigned int count)
{
	while (count--) {
		ntio_unregister(&rw_devices[count]);
		vfree(rw_stores[count].data);
	}
}

static int rw_make(unsigned int i)
{
	int rc;

	mutex_init(&rw_stores[i].lock);
	rw_stores[i].data = vzalloc(RW_CAPACITY);
	if (!rw_stores[i].data)
		return -ENOMEM;
	rc = ntio_register(&rw_devices[i]);
	if (rc)
		vfree(rw_stores[i].data);
	return rc;
}

static int __init rw_init(void)
{
	unsigned int i;
	int rc;

	for (i = 0; i < ARRAY_SIZE(rw_devices); i++) {
		rc = rw_make(i);
		if (rc) {
			rw_undo(i);
			return rc;
		}
	}
	return 0;
}
module_init(rw_init);

static void __exit rw_exit(void)
{
	rw_undo(ARRAY_SIZE(rw_devices));
}
module_exit(rw_exit);

MODULE_INFO(test, "Y");
MODULE_DESCRIPTION("ntio test: devices to read and write");
MODULE_LICENSE("GPL");
