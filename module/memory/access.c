// SPDX-License-Identifier: GPL-2.0
/*
 * Ways to the bytes of an MDL.
 *
 * A page, and pages that follow each other in memory, are reached through the
 * kernel's own mapping of all memory. Only others cost a mapping, and only when
 * a driver asks for an address.
 */
#include <linux/bvec.h>
#include <linux/highmem.h>
#include <linux/scatterlist.h>
#include <linux/uio.h>
#include <linux/vmalloc.h>

#include <ntio/mdl.h>

#include "base/violation.h"
#include "verifier/hooks.h"

static bool ntio_mdl_has_pages(const struct ntio_mdl *mdl)
{
	if (likely(mdl->set))
		return true;
	ntio_violation(mdl->device, NTIO_VIOLATION_NOT_LOCKED);
	return false;
}

static bool ntio_mdl_may_write(const struct ntio_mdl *mdl)
{
	if (likely(mdl->writable))
		return true;
	ntio_violation(mdl->device, NTIO_VIOLATION_WRITE_TO_READ_MDL);
	return false;
}

static bool ntio_mdl_map(struct ntio_mdl *mdl)
{
	if (mdl->contiguous)
		return true;
	if (!mdl->mapping)
		mdl->mapping = vmap(mdl->pages, mdl->nr_pages, VM_MAP,
				    mdl->writable ? PAGE_KERNEL :
						    PAGE_KERNEL_RO);
	return mdl->mapping;
}

/* @site: the driver that asks. What it was told once stays true. */
static void *ntio_mdl_address(struct ntio_mdl *mdl, unsigned long site)
{
	if (!ntio_mdl_has_pages(mdl))
		return NULL;
	if (mdl->buffer)
		return mdl->buffer;
	if (!mdl->addressed)
		mdl->addressed = !ntio_verify_fails(site) && ntio_mdl_map(mdl);
	if (!mdl->addressed)
		return NULL;
	if (mdl->contiguous)
		return page_address(mdl->pages[0]) + mdl->byte_offset;
	return mdl->mapping + mdl->byte_offset;
}

const void *ntio_mdl_read_address(struct ntio_mdl *mdl)
{
	return mdl ? ntio_mdl_address(mdl, _RET_IP_) : NULL;
}
EXPORT_SYMBOL_GPL(ntio_mdl_read_address);

void *ntio_mdl_write_address(struct ntio_mdl *mdl)
{
	if (!mdl || !ntio_mdl_has_pages(mdl) || !ntio_mdl_may_write(mdl))
		return NULL;
	return ntio_mdl_address(mdl, _RET_IP_);
}
EXPORT_SYMBOL_GPL(ntio_mdl_write_address);

static size_t ntio_mdl_clamp(const struct ntio_mdl *mdl, size_t offset,
			     size_t len)
{
	if (!ntio_mdl_has_pages(mdl) || offset >= mdl->byte_count)
		return 0;
	return min(len, mdl->byte_count - offset);
}

size_t ntio_mdl_copy_from(const struct ntio_mdl *mdl, size_t offset, void *to,
			  size_t len)
{
	struct ntio_segment seg;
	size_t done, part;

	len = ntio_mdl_clamp(mdl, offset, len);
	for (done = 0; done < len; done += part) {
		seg = ntio_mdl_segment(mdl, offset + done);
		part = min_t(size_t, seg.len, len - done);
		memcpy_from_page(to + done, seg.page, seg.offset, part);
	}
	return len;
}
EXPORT_SYMBOL_GPL(ntio_mdl_copy_from);

size_t ntio_mdl_copy_to(struct ntio_mdl *mdl, size_t offset, const void *from,
			size_t len)
{
	struct ntio_segment seg;
	size_t done, part;

	len = ntio_mdl_clamp(mdl, offset, len);
	if (!len || !ntio_mdl_may_write(mdl))
		return 0;
	for (done = 0; done < len; done += part) {
		seg = ntio_mdl_segment(mdl, offset + done);
		part = min_t(size_t, seg.len, len - done);
		memcpy_to_page(seg.page, seg.offset, from + done, part);
	}
	return len;
}
EXPORT_SYMBOL_GPL(ntio_mdl_copy_to);

int ntio_mdl_to_sg(struct ntio_mdl *mdl, struct sg_table *table)
{
	if (!ntio_mdl_has_pages(mdl))
		return -EINVAL;
	if (ntio_verify_fails(_RET_IP_))
		return -ENOMEM;
	return sg_alloc_table_from_pages(table, mdl->pages, mdl->nr_pages,
					 mdl->byte_offset, mdl->byte_count,
					 GFP_KERNEL_ACCOUNT);
}
EXPORT_SYMBOL_GPL(ntio_mdl_to_sg);

static bool ntio_mdl_make_bvecs(struct ntio_mdl *mdl)
{
	struct ntio_segment seg;
	struct bio_vec *bvec;
	size_t at;

	if (mdl->bvecs)
		return true;
	mdl->bvecs = kvmalloc_array(mdl->nr_pages, sizeof(*mdl->bvecs),
				    GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!mdl->bvecs)
		return false;
	bvec = mdl->bvecs;
	ntio_mdl_for_each_segment(mdl, at, seg)
		bvec_set_page(bvec++, seg.page, seg.len, seg.offset);
	return true;
}

int ntio_mdl_to_iter(struct ntio_mdl *mdl, struct iov_iter *iter,
		     unsigned int direction)
{
	if (!ntio_mdl_has_pages(mdl))
		return -EINVAL;
	if (direction == ITER_DEST && !ntio_mdl_may_write(mdl))
		return -EACCES;
	if (ntio_verify_fails(_RET_IP_) || !ntio_mdl_make_bvecs(mdl))
		return -ENOMEM;
	iov_iter_bvec(iter, direction, mdl->bvecs, mdl->nr_pages,
		      mdl->byte_count);
	return 0;
}
EXPORT_SYMBOL_GPL(ntio_mdl_to_iter);
