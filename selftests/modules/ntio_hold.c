// SPDX-License-Identifier: GPL-2.0
/*
 * A driver that holds requests, and does what it is told with MDLs.
 *
 * A held request waits in a worker. Meanwhile a second process may read and
 * write its pages through the driver.
 */
#include <linux/dma-mapping.h>
#include <linux/highmem.h>
#include <linux/platform_device.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/uio.h>
#include <linux/vmalloc.h>

#include <ntio/ntio.h>

#include "ntio_hold.h"

/* A request that waits, or has @ended. Belongs to its worker. */
struct hold_held {
	struct ntio_request *rq;
	struct completion go;
	bool ended;
	ntstatus_t status;
	u64 information;
};

/* All of this, and the MDLs, is protected by hold_lock. */
static DEFINE_MUTEX(hold_lock);
static struct ntio_mdl *hold_mdls[HOLD_MDLS];
static void *hold_buffers[HOLD_MDLS];
static bool hold_locked[HOLD_MDLS];
static struct hold_held *hold_slots[HOLD_SLOTS];

static atomic_t hold_cleanups;
static atomic_t hold_closes;
static struct platform_device *hold_dma;

static void hold_wait(struct ntio_request *rq)
{
	struct hold_held *held = rq->context;
	u64 information = held->information;
	ntstatus_t status = held->status;
	bool ended = held->ended;

	if (ended)
		ntio_complete(rq, STATUS_SUCCESS, 0);
	/* Killable, so that it does not look like a hang; nobody kills it. */
	while (wait_for_completion_killable(&held->go))
		;
	kfree(held);
	if (!ended)
		ntio_complete(rq, status, information);
}

static bool hold_put_into(u32 slot, struct hold_held *held)
{
	bool ok;

	mutex_lock(&hold_lock);
	ok = slot < HOLD_SLOTS && !hold_slots[slot];
	if (ok)
		hold_slots[slot] = held;
	mutex_unlock(&hold_lock);
	return ok;
}

static ntstatus_t hold_until(struct ntio_request *rq, u32 slot, bool ended,
			     ntstatus_t status, u64 information)
{
	struct hold_held *held = kmalloc(sizeof(*held), GFP_KERNEL);

	if (!held)
		return ntio_complete(rq, STATUS_INSUFFICIENT_RESOURCES, 0);
	*held = (struct hold_held) {
		.rq = rq, .ended = ended, .status = status,
		.information = information,
	};
	init_completion(&held->go);
	rq->context = held;
	if (!hold_put_into(slot, held)) {
		kfree(held);
		return ntio_complete(rq, STATUS_INVALID_PARAMETER, 0);
	}
	return ntio_queue_work(rq, hold_wait);
}

static ntstatus_t hold_request(struct ntio_request *rq, u32 slot, bool ended)
{
	return hold_until(rq, slot, ended, STATUS_SUCCESS, 0);
}

static ntstatus_t hold_hold(struct ntio_request *rq)
{
	return hold_request(rq, *(u32 *)rq->system_buffer, false);
}

static ntstatus_t hold_copy_hold(struct ntio_request *rq)
{
	const struct hold_ending *ending = rq->system_buffer;

	return hold_until(rq, ending->slot, false,
			  (__force ntstatus_t)ending->status,
			  ending->information);
}

static ntstatus_t hold_lock_part(const struct ntio_caller *caller,
				 struct ntio_request *rq, u64 addr, u64 len,
				 bool write)
{
	struct ntio_mdl *mdl;
	ntstatus_t status;

	mdl = ntio_mdl_alloc(caller, ntio_uaddr(caller, addr), len);
	if (!mdl)
		return STATUS_INSUFFICIENT_RESOURCES;
	status = ntio_mdl_lock(caller, mdl, write ? NTIO_LOCK_WRITE :
						    NTIO_LOCK_READ);
	if (ntio_is_error(status))
		ntio_mdl_free(mdl);
	else
		ntio_request_add_mdl(rq, mdl);
	return status;
}

static ntstatus_t hold_chain(const struct ntio_caller *caller,
			     struct ntio_request *rq)
{
	struct hold_chain chain;
	ntstatus_t status = STATUS_SUCCESS;
	u32 i;

	if (ntio_read_user(caller, &chain, caller->in, sizeof(chain)))
		return ntio_complete(rq, STATUS_ACCESS_VIOLATION, 0);
	if (chain.count > HOLD_CHAIN_MAX)
		return ntio_complete(rq, STATUS_INVALID_PARAMETER, 0);
	for (i = 0; i < chain.count && !ntio_is_error(status); i++)
		status = hold_lock_part(caller, rq, chain.parts[i].addr,
					chain.parts[i].len,
					chain.flags & HOLD_CHAIN_WRITE);
	if (ntio_is_error(status))
		return ntio_complete(rq, status, 0);
	if (chain.flags & HOLD_CHAIN_FREE)
		ntio_mdl_free(rq->mdl);
	if (chain.flags & HOLD_CHAIN_TWICE)
		ntio_request_add_mdl(rq, rq->mdl);
	return hold_request(rq, chain.slot, false);
}

static ntstatus_t hold_own_part(struct ntio_request *rq)
{
	struct ntio_mdl *part = ntio_mdl_partial(rq->mdl, 0, 0);

	if (!part)
		return ntio_complete(rq, STATUS_INSUFFICIENT_RESOURCES, 0);
	ntio_request_add_mdl(rq, part);
	return ntio_complete(rq, STATUS_SUCCESS, rq->mdl->next == part);
}

static ntstatus_t hold_linger(struct ntio_request *rq)
{
	return hold_request(rq, 0, true);
}

static ntstatus_t hold_linger_lock(const struct ntio_caller *caller,
				   struct ntio_request *rq)
{
	ntstatus_t status = hold_lock_part(caller, rq, caller->out.value,
					   caller->out_len, true);

	if (ntio_is_error(status))
		return ntio_complete(rq, status, 0);
	return hold_linger(rq);
}

/* --- operations ---------------------------------------------------------- */

/**
 * struct hold_doing - an operation under way
 * @caller: the token
 * @op: what to do, and the answer
 * @mdl: the MDL it is about, NULL if there is none of that number
 * @data: kernel copy of the caller's data, hold_op::len bytes
 */
struct hold_doing {
	const struct ntio_caller *caller;
	struct hold_op *op;
	struct ntio_mdl *mdl;
	void *data;
};

static struct ntio_mdl *hold_find(u32 number, u32 next)
{
	const struct hold_held *held = NULL;
	struct ntio_mdl *mdl = NULL;

	if (number < HOLD_MDLS)
		mdl = hold_mdls[number];
	else if (number - HOLD_MDLS < HOLD_SLOTS)
		held = hold_slots[number - HOLD_MDLS];
	if (held && !held->ended)
		mdl = held->rq->mdl;
	while (mdl && next--)
		mdl = mdl->next;
	return mdl;
}

static ntstatus_t hold_keep(struct hold_doing *doing, struct ntio_mdl *mdl,
			    void *buffer)
{
	u32 number = doing->op->mdl;

	if (!mdl || number >= HOLD_MDLS || hold_mdls[number]) {
		ntio_mdl_free(mdl);
		kvfree(buffer);
		return STATUS_UNSUCCESSFUL;
	}
	hold_mdls[number] = mdl;
	hold_buffers[number] = buffer;
	doing->mdl = mdl;
	return STATUS_SUCCESS;
}

static ntstatus_t hold_alloc(struct hold_doing *doing)
{
	struct hold_op *op = doing->op;
	struct ntio_mdl *mdl;

	mdl = ntio_mdl_alloc(doing->caller,
			     ntio_uaddr(doing->caller, op->data), op->len);
	return hold_keep(doing, mdl, NULL);
}

/* Only of those that it allocated itself. */
static void hold_note_locked(struct hold_doing *doing, bool locked)
{
	if (doing->op->mdl < HOLD_MDLS && !doing->op->next)
		hold_locked[doing->op->mdl] = locked;
}

static ntstatus_t hold_do_lock(struct hold_doing *doing)
{
	ntstatus_t status = ntio_mdl_lock(doing->caller, doing->mdl,
					  doing->op->flags ^ NTIO_LOCK_SHORT);

	if (!ntio_is_error(status))
		hold_note_locked(doing, true);
	return status;
}

static ntstatus_t hold_unlock(struct hold_doing *doing)
{
	ntio_mdl_unlock(doing->mdl);
	hold_note_locked(doing, false);
	return STATUS_SUCCESS;
}

static void hold_forget(u32 number)
{
	ntio_mdl_free(hold_mdls[number]);
	kvfree(hold_buffers[number]);
	hold_mdls[number] = NULL;
	hold_buffers[number] = NULL;
	hold_locked[number] = false;
}

static ntstatus_t hold_free(struct hold_doing *doing)
{
	if (doing->op->mdl < HOLD_MDLS && !doing->op->next) {
		hold_forget(doing->op->mdl);
		doing->mdl = NULL;
	} else {
		ntio_mdl_free(doing->mdl);
	}
	return STATUS_SUCCESS;
}

static ntstatus_t hold_partial(struct hold_doing *doing)
{
	struct hold_op *op = doing->op;
	struct ntio_mdl *source = hold_find(op->other, op->next);

	if (!source)
		return STATUS_INVALID_PARAMETER;
	return hold_keep(doing, ntio_mdl_partial(source, op->offset, op->len),
			 NULL);
}

static ntstatus_t hold_advance(struct hold_doing *doing)
{
	return ntio_mdl_advance(doing->mdl, doing->op->len);
}

static ntstatus_t hold_kernel(struct hold_doing *doing)
{
	struct hold_op *op = doing->op;
	size_t size = op->offset + op->len;
	void *buffer;

	if (op->what == HOLD_VMALLOC)
		buffer = __vmalloc(size, GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN);
	else
		buffer = kzalloc(size, GFP_KERNEL);
	if (!buffer)
		return STATUS_INSUFFICIENT_RESOURCES;
	return hold_keep(doing, ntio_mdl_kernel(buffer + op->offset, op->len),
			 buffer);
}

static ntstatus_t hold_pages(struct hold_doing *doing)
{
	return hold_keep(doing, ntio_mdl_alloc_pages(doing->op->len), NULL);
}

static ntstatus_t hold_info(struct hold_doing *doing)
{
	return STATUS_SUCCESS;
}

static ntstatus_t hold_copy(struct hold_doing *doing)
{
	struct hold_op *op = doing->op;

	if (op->what == HOLD_COPY_TO)
		op->out_count = ntio_mdl_copy_to(doing->mdl, op->offset,
						 doing->data, op->len);
	else
		op->out_count = ntio_mdl_copy_from(doing->mdl, op->offset,
						   doing->data, op->len);
	return STATUS_SUCCESS;
}

/* Twice: the address stays the same [5.25]. */
static ntstatus_t hold_address(struct hold_doing *doing)
{
	bool write = doing->op->what == HOLD_WRITE_ADDRESS;
	struct ntio_mdl *mdl = doing->mdl;
	struct hold_op *op = doing->op;
	const void *from;
	void *to;

	to = write ? ntio_mdl_write_address(mdl) : NULL;
	from = write ? to : ntio_mdl_read_address(mdl);
	if (!from)
		return STATUS_UNSUCCESSFUL;
	if (from != ntio_mdl_read_address(mdl) ||
	    offset_in_page(from) != mdl->byte_offset ||
	    op->offset + op->len > mdl->byte_count)
		return STATUS_INVALID_PARAMETER;
	if (write)
		memcpy(to + op->offset, doing->data, op->len);
	else
		memcpy(doing->data, from + op->offset, op->len);
	op->out_count = op->len;
	return STATUS_SUCCESS;
}

static ntstatus_t hold_segments(struct hold_doing *doing)
{
	struct hold_op *op = doing->op;
	struct ntio_segment seg;
	size_t at;

	ntio_mdl_for_each_segment(doing->mdl, at, seg) {
		if (seg.offset + seg.len > PAGE_SIZE)
			return STATUS_INVALID_PARAMETER;
		if (at + seg.len <= op->len)
			memcpy_from_page(doing->data + at, seg.page, seg.offset,
					 seg.len);
		op->out_sum += seg.len;
		op->out_count++;
	}
	return STATUS_SUCCESS;
}

static void hold_sg_sum(struct hold_op *op, struct sg_table *table)
{
	struct scatterlist *sg;
	int i;

	if (op->what == HOLD_DMA) {
		for_each_sgtable_dma_sg(table, sg, i)
			op->out_sum += sg_dma_len(sg);
	} else {
		for_each_sgtable_sg(table, sg, i)
			op->out_sum += sg->length;
	}
	op->out_count = i;
}

static ntstatus_t hold_sg(struct hold_doing *doing)
{
	struct device *dev = &hold_dma->dev;
	struct hold_op *op = doing->op;
	struct sg_table table;
	int rc;

	rc = ntio_mdl_to_sg(doing->mdl, &table);
	if (!rc && op->what == HOLD_DMA) {
		rc = dma_map_sgtable(dev, &table, DMA_BIDIRECTIONAL, 0);
		if (rc)
			sg_free_table(&table);
	}
	op->out_error = -rc;
	if (rc)
		return STATUS_UNSUCCESSFUL;
	hold_sg_sum(op, &table);
	if (op->what == HOLD_DMA)
		dma_unmap_sgtable(dev, &table, DMA_BIDIRECTIONAL, 0);
	sg_copy_to_buffer(table.sgl, table.orig_nents, doing->data, op->len);
	sg_free_table(&table);
	return STATUS_SUCCESS;
}

static ntstatus_t hold_iter(struct hold_doing *doing)
{
	bool to = doing->op->what == HOLD_ITER_TO;
	struct hold_op *op = doing->op;
	struct iov_iter iter;
	int rc;

	rc = ntio_mdl_to_iter(doing->mdl, &iter, to ? ITER_DEST : ITER_SOURCE);
	op->out_error = -rc;
	if (rc)
		return STATUS_UNSUCCESSFUL;
	op->out_sum = iov_iter_count(&iter);
	if (to)
		op->out_count = copy_to_iter(doing->data, op->len, &iter);
	else
		op->out_count = copy_from_iter(doing->data, op->len, &iter);
	return STATUS_SUCCESS;
}

static void hold_let_go(u32 slot)
{
	struct hold_held *held = hold_slots[slot];

	hold_slots[slot] = NULL;
	if (held)
		complete(&held->go);
}

static ntstatus_t hold_release(struct hold_doing *doing)
{
	u32 slot = doing->op->mdl - HOLD_MDLS;

	doing->mdl = NULL;
	if (slot >= HOLD_SLOTS || !hold_slots[slot])
		return STATUS_INVALID_PARAMETER;
	hold_let_go(slot);
	return STATUS_SUCCESS;
}

/* What an operation that failed half-way has left. */
static void hold_undo(u32 number)
{
	if (hold_locked[number])
		ntio_mdl_unlock(hold_mdls[number]);
	hold_forget(number);
}

static void hold_reset_all(void)
{
	u32 i;

	for (i = 0; i < HOLD_MDLS; i++)
		hold_undo(i);
	for (i = 0; i < HOLD_SLOTS; i++)
		hold_let_go(i);
}

static ntstatus_t hold_reset(struct hold_doing *doing)
{
	hold_reset_all();
	doing->mdl = NULL;
	return STATUS_SUCCESS;
}

static ntstatus_t hold_count(struct hold_doing *doing)
{
	doing->op->out_count = atomic_read(doing->op->what == HOLD_CLOSES ?
					   &hold_closes : &hold_cleanups);
	return STATUS_SUCCESS;
}

/* @mdl: needs one that is there. @in, @out: moves data. */
static const struct {
	ntstatus_t (*function)(struct hold_doing *doing);
	bool mdl;
	bool in;
	bool out;
} hold_whats[HOLD_WHATS] = {
	[HOLD_ALLOC] = { hold_alloc },
	[HOLD_LOCK] = { hold_do_lock, .mdl = true },
	[HOLD_UNLOCK] = { hold_unlock, .mdl = true },
	[HOLD_FREE] = { hold_free, .mdl = true },
	[HOLD_PARTIAL] = { hold_partial },
	[HOLD_ADVANCE] = { hold_advance, .mdl = true },
	[HOLD_KMALLOC] = { hold_kernel },
	[HOLD_VMALLOC] = { hold_kernel },
	[HOLD_PAGES] = { hold_pages },
	[HOLD_INFO] = { hold_info },
	[HOLD_COPY_FROM] = { hold_copy, .mdl = true, .out = true },
	[HOLD_COPY_TO] = { hold_copy, .mdl = true, .in = true },
	[HOLD_READ_ADDRESS] = { hold_address, .out = true },
	[HOLD_WRITE_ADDRESS] = { hold_address, .in = true },
	[HOLD_SEGMENTS] = { hold_segments, .mdl = true, .out = true },
	[HOLD_SG] = { hold_sg, .mdl = true, .out = true },
	[HOLD_DMA] = { hold_sg, .mdl = true, .out = true },
	[HOLD_ITER_FROM] = { hold_iter, .mdl = true, .out = true },
	[HOLD_ITER_TO] = { hold_iter, .mdl = true, .in = true },
	[HOLD_RELEASE] = { hold_release },
	[HOLD_RESET] = { hold_reset },
	[HOLD_CLEANUPS] = { hold_count },
	[HOLD_CLOSES] = { hold_count },
};

static void hold_describe(struct hold_op *op, const struct ntio_mdl *mdl)
{
	op->out_flags = HOLD_THERE;
	if (mdl->writable)
		op->out_flags |= HOLD_WRITABLE;
	if (mdl->contiguous)
		op->out_flags |= HOLD_CONTIGUOUS;
	if (ntio_mdl_is_mapped(mdl))
		op->out_flags |= HOLD_MAPPED;
	op->out_pages = mdl->nr_pages;
	op->out_page_offset = mdl->byte_offset;
	op->out_bytes = mdl->byte_count;
}

static ntstatus_t hold_perform(struct hold_doing *doing)
{
	struct hold_op *op = doing->op;
	ntstatus_t status = STATUS_INVALID_PARAMETER;

	mutex_lock(&hold_lock);
	doing->mdl = hold_find(op->mdl, op->next);
	if (doing->mdl || !hold_whats[op->what].mdl)
		status = hold_whats[op->what].function(doing);
	if (doing->mdl)
		hold_describe(op, doing->mdl);
	mutex_unlock(&hold_lock);
	return status;
}

static ntstatus_t hold_transfer(struct hold_doing *doing)
{
	ntio_uaddr_t data = ntio_uaddr(doing->caller, doing->op->data);
	ntstatus_t status = STATUS_ACCESS_VIOLATION;
	struct hold_op *op = doing->op;

	doing->data = kvzalloc(op->len + 1, GFP_KERNEL);
	if (!doing->data)
		return STATUS_INSUFFICIENT_RESOURCES;
	if (hold_whats[op->what].in &&
	    ntio_read_user(doing->caller, doing->data, data, op->len))
		goto out;
	status = hold_perform(doing);
	if (hold_whats[op->what].out && op->data &&
	    ntio_write_user(doing->caller, data, doing->data, op->len))
		status = STATUS_ACCESS_VIOLATION;
out:
	kvfree(doing->data);
	return status;
}

static ntstatus_t hold_op(const struct ntio_caller *caller,
			  struct ntio_request *rq)
{
	struct hold_op op;
	struct hold_doing doing = { .caller = caller, .op = &op };
	ntstatus_t status;

	if (ntio_read_user(caller, &op, caller->in, sizeof(op)))
		return ntio_complete(rq, STATUS_ACCESS_VIOLATION, 0);
	if (op.what >= HOLD_WHATS)
		return ntio_complete(rq, STATUS_INVALID_PARAMETER, 0);
	if (hold_whats[op.what].in || hold_whats[op.what].out)
		status = hold_transfer(&doing);
	else
		status = hold_perform(&doing);
	op.out_status = (__force u32)status;
	if (ntio_write_user(caller, caller->in, &op, sizeof(op)))
		return ntio_complete(rq, STATUS_ACCESS_VIOLATION, 0);
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(op));
}

/*
 * Without hold_lock, under which user memory is touched. The tests do not free
 * an MDL while they map it.
 */
static struct ntio_mdl *hold_mmap(struct ntio_file *file, size_t size,
				  u64 offset)
{
	u64 number = offset / HOLD_MMAP(1);

	if (offset % HOLD_MMAP(1) || number >= HOLD_MDLS)
		return NULL;
	return hold_find(number, 0);
}

static void hold_cleanup(struct ntio_file *file)
{
	atomic_inc(&hold_cleanups);
}

static void hold_close(struct ntio_file *file)
{
	atomic_inc(&hold_closes);
}

static const struct ntio_control hold_controls[] = {
	NTIO_CONTROL(IOCTL_HOLD_READ, .handler = hold_hold,
		     .min_in = sizeof(u32)),
	NTIO_CONTROL(IOCTL_HOLD_WRITE, .handler = hold_hold,
		     .min_in = sizeof(u32)),
	NTIO_CONTROL(IOCTL_HOLD_CHAIN, .in_caller = hold_chain,
		     .min_in = sizeof(struct hold_chain)),
	NTIO_CONTROL(IOCTL_HOLD_OWN_PART, .handler = hold_own_part,
		     .min_out = 1),
	NTIO_CONTROL(IOCTL_HOLD_OP, .in_caller = hold_op,
		     .min_in = sizeof(struct hold_op)),
	NTIO_CONTROL(IOCTL_HOLD_COPY_READ, .handler = hold_copy_hold,
		     .min_in = sizeof(struct hold_ending), .may_copy = true),
	NTIO_CONTROL(IOCTL_HOLD_COPY_WRITE, .handler = hold_copy_hold,
		     .min_in = sizeof(struct hold_ending), .may_copy = true),
	NTIO_CONTROL(IOCTL_HOLD_LINGER_BUFFERED, .handler = hold_linger),
	NTIO_CONTROL(IOCTL_HOLD_LINGER_READ, .handler = hold_linger),
	NTIO_CONTROL(IOCTL_HOLD_LINGER_WRITE, .handler = hold_linger),
	NTIO_CONTROL(IOCTL_HOLD_LINGER_LOCK, .in_caller = hold_linger_lock),
	{ }
};

static struct ntio_device hold_device = {
	.name = "hold",
	.type = HOLD_TYPE,
	.mode = 0666,
	.io = NTIO_IO_DIRECT,
	.controls = hold_controls,
	.read = hold_linger,
	.write = hold_linger,
	.mmap = hold_mmap,
	.cleanup = hold_cleanup,
	.close = hold_close,
};

static int __init hold_init(void)
{
	int rc;

	hold_dma = platform_device_register_simple("ntio_hold",
						   PLATFORM_DEVID_NONE,
						   NULL, 0);
	if (IS_ERR(hold_dma))
		return PTR_ERR(hold_dma);
	rc = dma_coerce_mask_and_coherent(&hold_dma->dev, DMA_BIT_MASK(64));
	if (!rc)
		rc = ntio_register(&hold_device);
	if (rc)
		platform_device_unregister(hold_dma);
	return rc;
}
module_init(hold_init);

static void __exit hold_exit(void)
{
	ntio_unregister(&hold_device);
	hold_reset_all();
	platform_device_unregister(hold_dma);
}
module_exit(hold_exit);

MODULE_INFO(test, "Y");
MODULE_DESCRIPTION("ntio test: holds requests, and does what it is told");
MODULE_LICENSE("GPL");
