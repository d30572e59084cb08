// SPDX-License-Identifier: GPL-2.0
/*
 * Locked pages.
 *
 * Pages are pinned (FOLL_PIN), all or none. A pin holds the page, not the
 * address: after unmap, re-protect, fork or exit the driver still reaches the
 * pages it locked, and never anything else.
 *
 * Pins of codes that are declared long_term are long-term pins, charged to the
 * user's RLIMIT_MEMLOCK; the charge and its owner stay with the MDL, so that
 * it can be given back in any context.
 *
 * A page, and pages that follow each other in memory, are reached through the
 * kernel's own mapping of all memory. Only others cost a mapping, and only when
 * a driver asks for an address.
 */
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/sched/signal.h>
#include <linux/sched/user.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "core.h"

/* Charges the pages to the user, as io_uring does for registered buffers. */
static bool ntio_mdl_charge(struct ntio_mdl *mdl)
{
	unsigned long limit = rlimit(RLIMIT_MEMLOCK) >> PAGE_SHIFT;
	struct user_struct *user;
	unsigned long old, new;

	if (!mdl->long_term || capable(CAP_IPC_LOCK))
		return true;
	user = get_uid(current_user());
	old = atomic_long_read(&user->locked_vm);
	do {
		new = old + mdl->nr_pages;
		if (new > limit) {
			free_uid(user);
			return false;
		}
	} while (!atomic_long_try_cmpxchg(&user->locked_vm, &old, new));
	mdl->charged = user;
	return true;
}

static void ntio_mdl_uncharge(struct ntio_mdl *mdl)
{
	if (!mdl->charged)
		return;
	atomic_long_sub(mdl->nr_pages, &mdl->charged->locked_vm);
	free_uid(mdl->charged);
}

static bool ntio_mdl_alloc_pages(struct ntio_mdl *mdl)
{
	if (mdl->nr_pages <= ARRAY_SIZE(mdl->inline_pages))
		mdl->pages = mdl->inline_pages;
	else
		mdl->pages = kvmalloc_array(mdl->nr_pages, sizeof(*mdl->pages),
					    GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	return mdl->pages;
}

static void ntio_mdl_free_pages(struct ntio_mdl *mdl)
{
	if (mdl->pages != mdl->inline_pages)
		kvfree(mdl->pages);
}

static bool ntio_mdl_pages_follow(const struct ntio_mdl *mdl)
{
	unsigned long pfn = page_to_pfn(mdl->pages[0]);
	unsigned int i;

	for (i = 0; i < mdl->nr_pages; i++)
		if (page_to_pfn(mdl->pages[i]) != pfn + i ||
		    PageHighMem(mdl->pages[i]))
			return false;
	return true;
}

static int ntio_mdl_pin_at(const struct ntio_mdl *mdl, unsigned long start,
			   unsigned int nr_pages, struct page **pages)
{
	unsigned int flags = 0;

	if (mdl->writable)
		flags |= FOLL_WRITE;
	if (mdl->long_term)
		flags |= FOLL_LONGTERM;
	return pin_user_pages_fast(start, nr_pages, flags, pages);
}

/* Whether the page can be pinned after all: the mapping changed meanwhile. */
static bool ntio_mdl_pin_again(const struct ntio_mdl *mdl, unsigned long start)
{
	struct page *page;

	if (ntio_mdl_pin_at(mdl, start, 1, &page) != 1)
		return false;
	unpin_user_page(page);
	return true;
}

static ntstatus_t ntio_mdl_pin_failed(struct ntio_request *rq,
				      const struct ntio_mdl *mdl,
				      ntio_uaddr_t addr, int pinned)
{
	enum ntio_reason reason;
	u64 offset = 0;

	if (pinned > 0) {
		unpin_user_pages(mdl->pages, pinned);
		offset = (u64)pinned * PAGE_SIZE - mdl->byte_offset;
	}
	if (fatal_signal_pending(current))
		return ntio_request_reject(rq, STATUS_CANCELLED,
					   NTIO_REASON_KILLED, 0);
	if (pinned == -ENOMEM)
		return ntio_request_reject(rq, STATUS_INSUFFICIENT_RESOURCES,
					   NTIO_REASON_NO_MEMORY, 0);
	reason = ntio_fault_reason(addr, mdl->byte_count, mdl->writable, true,
				   &offset);
	if (reason == NTIO_REASON_UNPINNABLE &&
	    ntio_mdl_pin_again(mdl, addr.value + offset))
		reason = NTIO_REASON_PARTIAL_PIN;
	return ntio_request_reject(rq, STATUS_ACCESS_VIOLATION, reason, offset);
}

/*
 * Fails without a trace or pins every page. Reading a byte of each page first
 * makes memory that is mapped for writing only readable as the CPU sees it,
 * whether its pages are present or not.
 */
static ntstatus_t ntio_mdl_pin(struct ntio_request *rq, struct ntio_mdl *mdl,
			       ntio_uaddr_t addr)
{
	int pinned;

	if (!mdl->writable &&
	    fault_in_readable(ntio_user_ptr(addr), mdl->byte_count))
		return ntio_mdl_pin_failed(rq, mdl, addr, 0);
	pinned = ntio_mdl_pin_at(mdl, addr.value & PAGE_MASK, mdl->nr_pages,
				 mdl->pages);
	if (pinned != mdl->nr_pages)
		return ntio_mdl_pin_failed(rq, mdl, addr, pinned);
	mdl->contiguous = ntio_mdl_pages_follow(mdl);
	return STATUS_SUCCESS;
}

static ntstatus_t ntio_mdl_fill(struct ntio_request *rq, struct ntio_mdl *mdl,
				ntio_uaddr_t addr)
{
	ntstatus_t status;

	if (!ntio_mdl_alloc_pages(mdl))
		return ntio_request_reject(rq, STATUS_INSUFFICIENT_RESOURCES,
					   NTIO_REASON_NO_MEMORY, 0);
	status = STATUS_WORKING_SET_QUOTA;
	if (!ntio_mdl_charge(mdl)) {
		ntio_request_reject(rq, status, NTIO_REASON_MEMLOCK,
				    rlimit(RLIMIT_MEMLOCK));
		goto err_pages;
	}
	status = ntio_mdl_pin(rq, mdl, addr);
	if (ntio_is_error(status))
		goto err_charge;
	return STATUS_SUCCESS;

err_charge:
	ntio_mdl_uncharge(mdl);
err_pages:
	ntio_mdl_free_pages(mdl);
	return status;
}

/**
 * ntio_mdl_lock() - lock the second buffer of a request
 * @rq: the request; its out_len is not 0
 * @caller: the token
 * @writable: whether the driver may write
 *
 * Windows: IoAllocateMdl, MmProbeAndLockPages. There is no way to lock kernel
 * addresses for a caller.
 *
 * Context: The caller's address space. May sleep.
 * Return: STATUS_SUCCESS, and the MDL is the request's; or an error, the
 *	reason set and nothing locked.
 */
ntstatus_t ntio_mdl_lock(struct ntio_request *rq,
			 const struct ntio_caller *caller, bool writable)
{
	struct ntio_mdl *mdl = &rq->mdl_storage;
	size_t limit = READ_ONCE(ntio_max_locked);
	ntstatus_t status;

	if (rq->out_len > limit)
		return ntio_request_reject(rq, STATUS_INSUFFICIENT_RESOURCES,
					   NTIO_REASON_LOCK_LIMIT, limit);
	if (!ntio_user_range_ok(caller->out, rq->out_len))
		return ntio_request_reject(rq, STATUS_ACCESS_VIOLATION,
					   NTIO_REASON_NOT_USER, 0);
	mdl->byte_count = rq->out_len;
	mdl->byte_offset = offset_in_page(caller->out.value);
	mdl->nr_pages = DIV_ROUND_UP((u64)mdl->byte_offset + mdl->byte_count,
				     PAGE_SIZE);
	mdl->writable = writable;
	mdl->long_term = rq->long_term;
	status = ntio_mdl_fill(rq, mdl, caller->out);
	if (ntio_is_error(status))
		return status;
	ntio_born(NTIO_ALIVE_MDLS);
	rq->mdl = mdl;
	return STATUS_SUCCESS;
}

/* In any process' context. Sleeps. */
void ntio_mdl_unlock(struct ntio_mdl *mdl)
{
	vunmap(mdl->mapping);
	unpin_user_pages_dirty_lock(mdl->pages, mdl->nr_pages, mdl->writable);
	ntio_mdl_uncharge(mdl);
	ntio_mdl_free_pages(mdl);
	ntio_dead(NTIO_ALIVE_MDLS);
}

static void *ntio_mdl_address(struct ntio_mdl *mdl)
{
	if (mdl->contiguous)
		return page_address(mdl->pages[0]) + mdl->byte_offset;
	if (!mdl->mapping)
		mdl->mapping = vmap(mdl->pages, mdl->nr_pages, VM_MAP,
				    mdl->writable ? PAGE_KERNEL :
						    PAGE_KERNEL_RO);
	if (!mdl->mapping)
		return NULL;
	return mdl->mapping + mdl->byte_offset;
}

const void *ntio_mdl_read_address(struct ntio_mdl *mdl)
{
	return mdl ? ntio_mdl_address(mdl) : NULL;
}
EXPORT_SYMBOL_GPL(ntio_mdl_read_address);

static bool ntio_mdl_may_write(struct ntio_mdl *mdl)
{
	struct ntio_request *rq;

	if (mdl->writable)
		return true;
	rq = container_of(mdl, struct ntio_request, mdl_storage);
	ntio_violation(rq->device, NTIO_VIOLATION_WRITE_TO_READ_MDL);
	return false;
}

void *ntio_mdl_write_address(struct ntio_mdl *mdl)
{
	return mdl && ntio_mdl_may_write(mdl) ? ntio_mdl_address(mdl) : NULL;
}
EXPORT_SYMBOL_GPL(ntio_mdl_write_address);

/**
 * struct ntio_mdl_piece - the part of a range that lies in one page
 * @page: the page
 * @offset: where it begins in @page
 * @len: number of bytes
 */
struct ntio_mdl_piece {
	struct page *page;
	size_t offset;
	size_t len;
};

static struct ntio_mdl_piece ntio_mdl_piece(const struct ntio_mdl *mdl,
					    size_t offset, size_t len)
{
	struct ntio_mdl_piece piece;

	offset += mdl->byte_offset;
	piece.page = mdl->pages[offset >> PAGE_SHIFT];
	piece.offset = offset_in_page(offset);
	piece.len = min(len, PAGE_SIZE - piece.offset);
	return piece;
}

static size_t ntio_mdl_clamp(const struct ntio_mdl *mdl, size_t offset,
			     size_t len)
{
	if (offset >= mdl->byte_count)
		return 0;
	return min(len, mdl->byte_count - offset);
}

size_t ntio_mdl_copy_from(const struct ntio_mdl *mdl, size_t offset, void *to,
			  size_t len)
{
	struct ntio_mdl_piece piece;
	size_t done;

	len = ntio_mdl_clamp(mdl, offset, len);
	for (done = 0; done < len; done += piece.len) {
		piece = ntio_mdl_piece(mdl, offset + done, len - done);
		memcpy_from_page(to + done, piece.page, piece.offset,
				 piece.len);
	}
	return len;
}
EXPORT_SYMBOL_GPL(ntio_mdl_copy_from);

size_t ntio_mdl_copy_to(struct ntio_mdl *mdl, size_t offset, const void *from,
			size_t len)
{
	struct ntio_mdl_piece piece;
	size_t done;

	if (!ntio_mdl_may_write(mdl))
		return 0;
	len = ntio_mdl_clamp(mdl, offset, len);
	for (done = 0; done < len; done += piece.len) {
		piece = ntio_mdl_piece(mdl, offset + done, len - done);
		memcpy_to_page(piece.page, piece.offset, from + done,
			       piece.len);
	}
	return len;
}
EXPORT_SYMBOL_GPL(ntio_mdl_copy_to);
