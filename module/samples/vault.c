// SPDX-License-Identifier: GPL-2.0
/*
 * vault: a stack of three devices that keeps what is written to it.
 *
 *	read(2), write(2)    the caller's address, in the caller's context
 *	       |
 *	   vault	     is given the raw address, locks the pages
 *	       |
 *	   vault-filter	     counts and checks what comes back up
 *	       |
 *	   vault-store	     keeps the data; its workers do all the work
 *
 * The lesson: only the highest driver of a stack can be sure to run in the
 * context of the caller, so only it may use the caller's address; and it must
 * do so before it passes the request down (R4, R6). It turns the address into
 * locked pages, and those travel. Whoever is below finds them in
 * ntio_request::mdl and need not know where they came from: the filter and the
 * store are plain direct drivers (R7).
 *
 * The store serves every request in a worker: another thread, another address
 * space, perhaps long after the caller has unmapped the buffer or died. Nothing
 * here looks whether that has happened. What was locked is the pages, they are
 * there until the request ends, and that is all the store touches (R8). Nor
 * does anything here unlock them: that is the core's, when the request ends.
 *
 * Only "vault" has a node in /dev. Control codes need no code on the way: what
 * a device has no row for goes to the one below.
 */
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/mm.h>
#include <linux/rwsem.h>
#include <linux/xarray.h>

#include <ntio/ntio.h>

#include "vault.h"

static ulong vault_size = 128UL << 20;
module_param(vault_size, ulong, 0444);
MODULE_PARM_DESC(vault_size, "Most bytes the store keeps");

static uint delay_ms;
module_param(delay_ms, uint, 0644);
MODULE_PARM_DESC(delay_ms,
		 "The store's workers sleep that long before they serve");

/* --- vault-store: keeps the data ------------------------------------------ */

/**
 * struct vault_store - the data, page by page
 * @lock: held for reading while data is copied out, for writing while it is
 *	copied in or forgotten: a read sees all of a write or nothing of it.
 *	Never held while memory is allocated.
 * @pages: those that were written to; others are zero
 * @size: where the data ends
 */
struct vault_store {
	struct rw_semaphore lock;
	struct xarray pages;
	u64 size;
};

static struct vault_store vault_store = {
	.lock = __RWSEM_INITIALIZER(vault_store.lock),
	.pages = XARRAY_INIT(vault_store.pages, XA_FLAGS_ACCOUNT),
};

/* The bytes of a range that lie in one page. */
static size_t vault_part(u64 offset, size_t len)
{
	return min_t(size_t, len, PAGE_SIZE - offset_in_page(offset));
}

/* Whoever is over his limit is refused, not killed. */
#define VAULT_GFP (GFP_KERNEL_ACCOUNT | __GFP_NOWARN | __GFP_RETRY_MAYFAIL)

/* Makes a page where there is none, charged to the cgroup of who runs this. */
static bool vault_store_make(struct vault_store *store, unsigned long index)
{
	struct page *page, *old;

	if (xa_load(&store->pages, index))
		return true;
	page = alloc_page(VAULT_GFP | __GFP_ZERO);
	if (!page)
		return false;
	old = xa_cmpxchg(&store->pages, index, NULL, page, VAULT_GFP);
	if (old)
		__free_page(page);
	return !xa_is_err(old);
}

static bool vault_store_make_all(struct vault_store *store, u64 offset,
				 size_t len)
{
	unsigned long index = offset >> PAGE_SHIFT;
	unsigned long last = (offset + len - 1) >> PAGE_SHIFT;

	for (; index <= last; index++)
		if (!vault_store_make(store, index))
			return false;
	return true;
}

/* Returns false if a page is missing again: the store was cleared meanwhile. */
static bool vault_store_put(struct vault_store *store, u64 offset,
			    const struct ntio_mdl *mdl, size_t len)
{
	struct page *page;
	size_t done, part;
	u64 at;

	lockdep_assert_held_write(&store->lock);
	for (done = 0; done < len; done += part) {
		at = offset + done;
		part = vault_part(at, len - done);
		page = xa_load(&store->pages, at >> PAGE_SHIFT);
		if (!page)
			return false;
		ntio_mdl_copy_from(mdl, done,
				   page_address(page) + offset_in_page(at),
				   part);
	}
	store->size = max(store->size, offset + len);
	return true;
}

static void vault_store_get(struct vault_store *store, u64 offset,
			    struct ntio_mdl *mdl, size_t len)
{
	struct page *page;
	size_t done, part;
	u64 at;

	lockdep_assert_held_read(&store->lock);
	for (done = 0; done < len; done += part) {
		at = offset + done;
		part = vault_part(at, len - done);
		page = xa_load(&store->pages, at >> PAGE_SHIFT) ?:
			ZERO_PAGE(0);
		ntio_mdl_copy_to(mdl, done,
				 page_address(page) + offset_in_page(at),
				 part);
	}
}

static void vault_store_clear(struct vault_store *store)
{
	struct page *page;
	unsigned long index;

	down_write(&store->lock);
	xa_for_each(&store->pages, index, page)
		__free_page(page);
	xa_destroy(&store->pages);
	store->size = 0;
	up_write(&store->lock);
}

/* How many of a write's bytes the store has room for. */
static size_t vault_store_room(const struct ntio_request *rq)
{
	if (rq->offset >= vault_size)
		return 0;
	return min_t(u64, rq->length, vault_size - rq->offset);
}

static bool vault_store_try(struct vault_store *store, struct ntio_request *rq,
			    size_t len)
{
	bool done;

	down_write(&store->lock);
	done = vault_store_put(store, rq->offset, rq->mdl, len);
	up_write(&store->lock);
	return done;
}

/* The pages are there, unless the store was cleared meanwhile. */
static ntstatus_t vault_store_write(struct ntio_request *rq)
{
	struct vault_store *store = rq->device->context;
	size_t len = vault_store_room(rq);

	if (!rq->length)
		return ntio_complete(rq, STATUS_SUCCESS, 0);
	if (!len)
		return ntio_complete(rq, STATUS_DISK_FULL, 0);
	while (!vault_store_try(store, rq, len))
		if (!vault_store_make_all(store, rq->offset, len))
			return ntio_refuse(rq, STATUS_INSUFFICIENT_RESOURCES,
					   NTIO_REASON_NO_MEMORY);
	return ntio_complete(rq, STATUS_SUCCESS, len);
}

static ntstatus_t vault_store_read(struct ntio_request *rq)
{
	struct vault_store *store = rq->device->context;
	u64 offset = rq->offset;
	size_t len = rq->length;
	bool end;

	if (!len)
		return ntio_complete(rq, STATUS_SUCCESS, 0);
	down_read(&store->lock);
	end = offset >= store->size;
	if (!end) {
		len = min_t(u64, len, store->size - offset);
		vault_store_get(store, offset, rq->mdl, len);
	}
	up_read(&store->lock);
	if (end)
		return ntio_complete(rq, STATUS_END_OF_FILE, 0);
	return ntio_complete(rq, STATUS_SUCCESS, len);
}

static ntstatus_t vault_store_control(struct ntio_request *rq)
{
	struct vault_store *store = rq->device->context;
	struct vault_size *size = rq->system_buffer;

	if (rq->code == IOCTL_VAULT_CLEAR) {
		vault_store_clear(store);
		return ntio_complete(rq, STATUS_SUCCESS, 0);
	}
	down_read(&store->lock);
	size->size = store->size;
	up_read(&store->lock);
	size->capacity = vault_size;
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(*size));
}

/* In a worker: no caller, no address, only pages. */
static void vault_store_work(struct ntio_request *rq)
{
	unsigned int delay = READ_ONCE(delay_ms);

	if (delay)
		msleep(delay);
	switch (rq->major) {
	case NTIO_MAJOR_READ:
		vault_store_read(rq);
		break;
	case NTIO_MAJOR_WRITE:
		vault_store_write(rq);
		break;
	default:
		vault_store_control(rq);
	}
}

static ntstatus_t vault_store_serve(struct ntio_request *rq)
{
	return ntio_queue_work(rq, vault_store_work);
}

/*
 * The pages are made before a worker has the request. What a worker allocates
 * is charged to nobody, while in this stack it is the writer who comes here:
 * his cgroup pays, and says no. In another context somebody else would pay,
 * and nothing would go wrong: the store does not rely on it.
 */
static ntstatus_t vault_store_begin_write(struct ntio_request *rq)
{
	size_t len = vault_store_room(rq);

	if (len && !vault_store_make_all(rq->device->context, rq->offset, len))
		return ntio_refuse(rq, STATUS_INSUFFICIENT_RESOURCES,
				   NTIO_REASON_NO_MEMORY);
	return ntio_queue_work(rq, vault_store_work);
}

static const struct ntio_control vault_store_controls[] = {
	NTIO_CONTROL(IOCTL_VAULT_SIZE, .handler = vault_store_serve,
		     .min_out = sizeof(struct vault_size)),
	NTIO_CONTROL(IOCTL_VAULT_CLEAR, .handler = vault_store_serve),
	{ }
};

static struct ntio_device vault_store_device = {
	.name = "vault-store",
	.type = VAULT_TYPE,
	.hidden = true,
	.io = NTIO_IO_DIRECT,
	.controls = vault_store_controls,
	.read = vault_store_serve,
	.write = vault_store_begin_write,
	.context = &vault_store,
};

/* --- vault-filter: counts and checks -------------------------------------- */

/* As struct vault_counts. */
struct vault_filter {
	atomic64_t reads;
	atomic64_t writes;
	atomic64_t read_bytes;
	atomic64_t written_bytes;
	atomic64_t errors;
	atomic64_t mistakes;
};

static struct vault_filter vault_filter;

/*
 * The request is on its way up. Its outcome is that of the store, its
 * parameters are those that the filter was asked for.
 */
static ntstatus_t vault_filter_done(struct ntio_device *device,
				    struct ntio_request *rq, void *context)
{
	bool write = rq->major == NTIO_MAJOR_WRITE;
	struct vault_filter *filter = context;

	if (rq->information > rq->length) {
		atomic64_inc(&filter->mistakes);
		rq->status = STATUS_DEVICE_DATA_ERROR;
		rq->information = 0;
	}
	if (ntio_is_error(rq->status))
		atomic64_inc(&filter->errors);
	atomic64_inc(write ? &filter->writes : &filter->reads);
	atomic64_add(rq->information, write ? &filter->written_bytes :
					      &filter->read_bytes);
	if (rq->pending_returned)
		ntio_mark_pending(rq);
	return STATUS_SUCCESS;
}

static ntstatus_t vault_filter_pass(struct ntio_request *rq)
{
	ntio_set_completion(rq, vault_filter_done, rq->device->context,
			    NTIO_ON_ANY);
	return ntio_forward(rq);
}

static ntstatus_t vault_filter_counts(struct ntio_request *rq)
{
	struct vault_filter *filter = rq->device->context;
	struct vault_counts *counts = rq->system_buffer;

	counts->reads = atomic64_read(&filter->reads);
	counts->writes = atomic64_read(&filter->writes);
	counts->read_bytes = atomic64_read(&filter->read_bytes);
	counts->written_bytes = atomic64_read(&filter->written_bytes);
	counts->errors = atomic64_read(&filter->errors);
	counts->mistakes = atomic64_read(&filter->mistakes);
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(*counts));
}

static const struct ntio_control vault_filter_controls[] = {
	NTIO_CONTROL(IOCTL_VAULT_COUNTS, .handler = vault_filter_counts,
		     .min_out = sizeof(struct vault_counts)),
	{ }
};

static struct ntio_device vault_filter_device = {
	.name = "vault-filter",
	.type = VAULT_TYPE,
	.hidden = true,
	.lower = &vault_store_device,
	.io = NTIO_IO_DIRECT,
	.controls = vault_filter_controls,
	.read = vault_filter_pass,
	.write = vault_filter_pass,
	.context = &vault_filter,
};

/* --- vault: turns addresses into locked pages ----------------------------- */

/* A longer transfer is a short one [6.10]: the caller asks again. */
#define VAULT_MOST (16U << 20)

/*
 * The last place where an address means anything. After this there are pages,
 * which the core unlocks when the request has ended.
 */
static ntstatus_t vault_pass(const struct ntio_caller *caller,
			     struct ntio_request *rq, ntio_uaddr_t addr,
			     enum ntio_lock access)
{
	u32 len = min(rq->length, VAULT_MOST);
	struct ntio_mdl *mdl;
	ntstatus_t status;

	if (len) {
		mdl = ntio_mdl_alloc(caller, addr, len);
		if (!mdl)
			return ntio_refuse(rq, STATUS_INSUFFICIENT_RESOURCES,
					   NTIO_REASON_NO_MEMORY);
		status = ntio_mdl_lock(caller, mdl, access);
		if (ntio_is_error(status)) {
			ntio_mdl_free(mdl);
			return ntio_refuse(rq, status, NTIO_REASON_FAULT);
		}
		ntio_request_add_mdl(rq, mdl);
	}
	ntio_next_params(rq)->length = len;
	return ntio_forward(rq);
}

/* A read writes the caller's memory, and the other way round [6.4]. */
static ntstatus_t vault_read(const struct ntio_caller *caller,
			     struct ntio_request *rq)
{
	return vault_pass(caller, rq, caller->out, NTIO_LOCK_WRITE);
}

static ntstatus_t vault_write(const struct ntio_caller *caller,
			      struct ntio_request *rq)
{
	return vault_pass(caller, rq, caller->in, NTIO_LOCK_READ);
}

static struct ntio_device vault_device = {
	.name = "vault",
	.type = VAULT_TYPE,
	.lower = &vault_filter_device,
	.io = NTIO_IO_NEITHER,
	.highest = true,
	.seekable = true,
	.read_in_caller = vault_read,
	.write_in_caller = vault_write,
};

/* From the bottom up: a device is attached to one that is there. */
static struct ntio_device * const vault_stack[] = {
	&vault_store_device, &vault_filter_device, &vault_device,
};

static void vault_unregister(unsigned int count)
{
	while (count--)
		ntio_unregister(vault_stack[count]);
}

static int __init vault_init(void)
{
	unsigned int i;
	int rc;

	for (i = 0; i < ARRAY_SIZE(vault_stack); i++) {
		rc = ntio_register(vault_stack[i]);
		if (rc) {
			vault_unregister(i);
			return rc;
		}
	}
	return 0;
}
module_init(vault_init);

/* Nobody has the device open, so nobody uses the store. */
static void __exit vault_exit(void)
{
	vault_unregister(ARRAY_SIZE(vault_stack));
	vault_store_clear(&vault_store);
}
module_exit(vault_exit);

MODULE_DESCRIPTION("ntio sample: a stack of devices that keeps data");
MODULE_AUTHOR("The ntio developers");
MODULE_LICENSE("GPL");
