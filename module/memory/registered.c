// SPDX-License-Identifier: GPL-2.0
/*
 * Pages of a buffer that is registered with a ring: they were locked, and paid
 * for, when it was registered, and are found again without a look at the
 * caller's page tables.
 *
 * The ring keeps them locked until the command has ended, even if the buffer is
 * unregistered meanwhile. What may live longer, an abandoned request or a part
 * of its MDL, gets a reference of its own to each page then, so that a driver
 * never reaches another one; and who sent the command pays for them.
 */
#include <linux/bvec.h>
#include <linux/cred.h>
#include <linux/mm.h>
#include <linux/sched/user.h>
#include <linux/slab.h>
#include <linux/uio.h>

#include "compat.h"
#include "memory/pages.h"
#include "memory/user.h"

/*
 * Rings can have buffers of the kernel registered with them, too, where
 * something is missing between the pages, or which cannot be kept, as memory of
 * kmalloc(): not those.
 */
static bool ntio_registered_find_pages(struct ntio_page_set *set,
				       const struct iov_iter *iter,
				       size_t wanted)
{
	const struct bio_vec *bvec = iter->bvec;
	size_t at = bvec->bv_offset + iter->iov_offset, end, left, gaps = 0;
	struct page *page, **to = set->pages;

	for (;;) {
		page = bvec->bv_page + (at >> PAGE_SHIFT);
		end = bvec->bv_offset + bvec->bv_len;
		left = DIV_ROUND_UP(end, PAGE_SIZE) - (at >> PAGE_SHIFT);
		for (left = min(left, wanted); left; left--, wanted--) {
			if (PageSlab(page))
				return false;
			*to++ = page++;
		}
		if (!wanted)
			return !offset_in_page(gaps);
		at = (++bvec)->bv_offset;
		gaps |= end | at;
	}
}

static bool ntio_registered_import(const struct ntio_import *import,
				   struct iov_iter *iter)
{
	size_t at;

	if (!ntio_user_range_ok(import->addr, import->len) ||
	    ntio_uring_import(import->cmd, import->addr.value, import->len,
			      import->write ? ITER_DEST : ITER_SOURCE, iter,
			      import->issue_flags) ||
	    !iov_iter_is_bvec(iter))
		return false;
	at = iter->bvec->bv_offset + iter->iov_offset;
	return offset_in_page(at) == offset_in_page(import->addr.value);
}

/**
 * ntio_pages_registered() - the pages of a part of a registered buffer
 * @set: zeroed but for its owner
 * @import: which part
 *
 * Return: STATUS_SUCCESS and the set has one reference; or an error and no page
 *	is held.
 */
ntstatus_t ntio_pages_registered(struct ntio_page_set *set,
				 const struct ntio_import *import)
{
	size_t bytes = offset_in_page(import->addr.value) + import->len;
	unsigned int wanted = DIV_ROUND_UP(bytes, PAGE_SIZE);
	struct iov_iter iter;

	if (!ntio_registered_import(import, &iter))
		return STATUS_ACCESS_VIOLATION;
	if (!ntio_pages_init(set, wanted))
		return STATUS_INSUFFICIENT_RESOURCES;
	set->origin = NTIO_PAGES_REGISTERED;
	set->charged = get_uid(current_user());
	if (ntio_registered_find_pages(set, &iter, wanted))
		return STATUS_SUCCESS;
	ntio_pages_put(set, true);
	return STATUS_ACCESS_VIOLATION;
}
