// SPDX-License-Identifier: GPL-2.0
/*
 * MDLs: a range of bytes in a set of pages.
 *
 * An MDL describes pages while ntio_mdl::set is not NULL. That of a request's
 * buffer lies in the request (embedded); all others are allocated, and their
 * owner is who allocated them, or the core once they travel with a request.
 * An MDL is changed by its owner only, one thread at a time.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "base/alive.h"
#include "base/limits.h"
#include "base/violation.h"
#include "memory/mdl.h"
#include "memory/user.h"
#include "verifier/hooks.h"

/* ntio_mdl::kind */
enum {
	NTIO_MDL_USER,		/* of a caller: locked and unlocked */
	NTIO_MDL_MEMORY,	/* kernel memory: has pages from the start */
	NTIO_MDL_PARTIAL,	/* of another MDL */
};

static bool ntio_mdl_is_contiguous(const struct ntio_mdl *mdl)
{
	unsigned long pfn = page_to_pfn(mdl->pages[0]);
	unsigned int i;

	for (i = 0; i < mdl->nr_pages; i++)
		if (mdl->pages[i] != pfn_to_page(pfn + i) ||
		    PageHighMem(mdl->pages[i]))
			return false;
	return true;
}

/* Sets the range: @len bytes, @offset bytes behind the begin of @pages. */
static void ntio_mdl_describe(struct ntio_mdl *mdl, struct page **pages,
			      size_t offset, size_t len)
{
	mdl->pages = pages + (offset >> PAGE_SHIFT);
	mdl->byte_offset = offset_in_page(offset);
	mdl->byte_count = len;
	mdl->nr_pages = PAGE_ALIGN(mdl->byte_offset + len) >> PAGE_SHIFT;
	mdl->contiguous = ntio_mdl_is_contiguous(mdl);
}

static struct ntio_mdl *ntio_mdl_new(u8 kind, struct ntio_device *device)
{
	struct ntio_mdl *mdl = kzalloc(sizeof(*mdl), GFP_KERNEL_ACCOUNT);

	if (!mdl)
		return NULL;
	mdl->kind = kind;
	mdl->device = device;
	ntio_alive_inc(NTIO_ALIVE_MDLS);
	return mdl;
}

struct ntio_mdl *ntio_mdl_alloc(const struct ntio_caller *caller,
				ntio_uaddr_t addr, size_t len)
{
	struct ntio_mdl *mdl;

	if (!len || len > READ_ONCE(ntio_max_locked) ||
	    ntio_verify_fails(_RET_IP_))
		return NULL;
	mdl = ntio_mdl_new(NTIO_MDL_USER, caller->device);
	if (!mdl)
		return NULL;
	mdl->address = addr.value;
	mdl->byte_count = len;
	mdl->byte_offset = offset_in_page(addr.value);
	return mdl;
}
EXPORT_SYMBOL_GPL(ntio_mdl_alloc);

/**
 * ntio_mdl_pin() - lock pages of the current process and describe them
 * @mdl: without pages
 * @set: zeroed but for its owner
 * @pin: which, and how; the reason of a refusal is noted in it
 *
 * Return: STATUS_SUCCESS; or an error and nothing is locked.
 */
ntstatus_t ntio_mdl_pin(struct ntio_mdl *mdl, struct ntio_page_set *set,
			struct ntio_pin *pin)
{
	ntstatus_t status = STATUS_ACCESS_VIOLATION;

	pin->reason = NTIO_REASON_NOT_USER;
	if (ntio_user_range_ok(pin->addr, pin->len))
		status = ntio_pages_pin(set, pin);
	if (ntio_is_error(status))
		return status;
	mdl->set = set;
	mdl->writable = pin->write;
	ntio_mdl_describe(mdl, set->pages, offset_in_page(pin->addr.value),
			  pin->len);
	return STATUS_SUCCESS;
}

/**
 * ntio_mdl_import() - describe a part of a buffer that a ring has locked
 * @mdl: without pages
 * @set: zeroed but for its owner
 * @import: which part
 *
 * Return: STATUS_SUCCESS; or an error and no page is held.
 */
ntstatus_t ntio_mdl_import(struct ntio_mdl *mdl, struct ntio_page_set *set,
			   const struct ntio_import *import)
{
	ntstatus_t status = ntio_pages_registered(set, import);

	if (ntio_is_error(status))
		return status;
	mdl->set = set;
	mdl->writable = import->write;
	ntio_mdl_describe(mdl, set->pages, offset_in_page(import->addr.value),
			  import->len);
	return STATUS_SUCCESS;
}

/**
 * ntio_mdl_take_copy() - describe memory for a copy of a caller's bytes
 * @mdl: without pages
 * @set: zeroed but for its owner
 * @memory: to be used, of the set's owner; NULL: of its own
 * @len: how many, not 0
 * @write: the driver makes them; they are zero. Else the copy is to be made,
 *	where ntio_mdl::buffer says.
 *
 * Return: false: no memory.
 */
bool ntio_mdl_take_copy(struct ntio_mdl *mdl, struct ntio_page_set *set,
			void *memory, size_t len, bool write)
{
	if (!ntio_pages_copy(set, memory, len, write))
		return false;
	mdl->set = set;
	mdl->writable = write;
	mdl->buffer = set->copy;
	ntio_mdl_describe(mdl, set->pages, offset_in_page(set->copy), len);
	return true;
}

ntstatus_t ntio_mdl_lock(const struct ntio_caller *caller,
			 struct ntio_mdl *mdl, unsigned int access)
{
	struct ntio_pin pin = {
		.addr.value = mdl->address,
		.len = mdl->byte_count,
		.write = access & NTIO_LOCK_WRITE,
		.short_term = access & NTIO_LOCK_SHORT,
		.payer = caller->payer,
	};
	struct ntio_page_set *set;
	ntstatus_t status;

	if (!ntio_caller_current(caller))
		return STATUS_INVALID_PARAMETER;
	if (mdl->kind != NTIO_MDL_USER || mdl->set) {
		ntio_violation(mdl->device, NTIO_VIOLATION_LOCKED_TWICE);
		return STATUS_INVALID_PARAMETER;
	}
	if (ntio_verify_fails(_RET_IP_))
		return STATUS_INSUFFICIENT_RESOURCES;
	set = kzalloc(sizeof(*set), GFP_KERNEL_ACCOUNT);
	if (!set)
		return STATUS_INSUFFICIENT_RESOURCES;
	status = ntio_mdl_pin(mdl, set, &pin);
	if (ntio_is_error(status))
		kfree(set);
	return status;
}
EXPORT_SYMBOL_GPL(ntio_mdl_lock);

/* What depends on which pages there are: mapping and iterator. */
static void ntio_mdl_unmap(struct ntio_mdl *mdl)
{
	vunmap(mdl->mapping);
	mdl->mapping = NULL;
	kvfree(mdl->bvecs);
	mdl->bvecs = NULL;
	mdl->addressed = false;
}

static void ntio_mdl_release(struct ntio_mdl *mdl)
{
	ntio_mdl_unmap(mdl);
	ntio_pages_put(mdl->set, mdl->own_pages);
	mdl->set = NULL;
}

void ntio_mdl_unlock(struct ntio_mdl *mdl)
{
	if (mdl->kind == NTIO_MDL_USER && mdl->set && !mdl->embedded)
		ntio_mdl_release(mdl);
	else
		ntio_violation(mdl->device, NTIO_VIOLATION_UNLOCKED_TWICE);
}
EXPORT_SYMBOL_GPL(ntio_mdl_unlock);

/* The core's way to be rid of an MDL, locked or not. */
void ntio_mdl_destroy(struct ntio_mdl *mdl)
{
	if (mdl->set)
		ntio_mdl_release(mdl);
	ntio_alive_dec(NTIO_ALIVE_MDLS);
	if (!mdl->embedded)
		kfree(mdl);
}

void ntio_mdl_free(struct ntio_mdl *mdl)
{
	if (!mdl)
		return;
	if (mdl->given) {
		ntio_violation(mdl->device, NTIO_VIOLATION_FREED_GIVEN);
		return;
	}
	if (mdl->kind == NTIO_MDL_USER && mdl->set)
		ntio_violation(mdl->device, NTIO_VIOLATION_FREED_LOCKED);
	ntio_mdl_destroy(mdl);
}
EXPORT_SYMBOL_GPL(ntio_mdl_free);

static struct ntio_mdl *ntio_mdl_memory(struct ntio_page_set *set,
					size_t offset, size_t len)
{
	struct ntio_mdl *mdl = NULL;

	if (set)
		mdl = ntio_mdl_new(NTIO_MDL_MEMORY, NULL);
	if (!mdl) {
		if (set)
			ntio_pages_put(set, false);
		return NULL;
	}
	mdl->set = set;
	mdl->writable = true;
	ntio_mdl_describe(mdl, set->pages, offset, len);
	return mdl;
}

/* Pages for exactly so many bytes, at most ntio_max_locked. NULL: no memory. */
struct ntio_mdl *ntio_mdl_pages(size_t len)
{
	return ntio_mdl_memory(ntio_pages_alloc(DIV_ROUND_UP(len, PAGE_SIZE)),
			       0, len);
}

struct ntio_mdl *ntio_mdl_alloc_pages(size_t len)
{
	if (!len || len > READ_ONCE(ntio_max_locked) ||
	    ntio_verify_fails(_RET_IP_))
		return NULL;
	return ntio_mdl_pages(PAGE_ALIGN(len));
}
EXPORT_SYMBOL_GPL(ntio_mdl_alloc_pages);

struct ntio_mdl *ntio_mdl_kernel(void *buffer, size_t len)
{
	size_t offset = offset_in_page(buffer);
	struct ntio_mdl *mdl;

	if (!len || len > READ_ONCE(ntio_max_locked) ||
	    ntio_verify_fails(_RET_IP_))
		return NULL;
	mdl = ntio_mdl_memory(ntio_pages_borrow(buffer,
						PAGE_ALIGN(offset + len) >>
						PAGE_SHIFT), offset, len);
	if (mdl)
		mdl->buffer = buffer;
	return mdl;
}
EXPORT_SYMBOL_GPL(ntio_mdl_kernel);

struct ntio_mdl *ntio_mdl_partial(struct ntio_mdl *source, size_t offset,
				  size_t len)
{
	struct ntio_mdl *mdl;

	if (!source->set || offset >= source->byte_count ||
	    len > source->byte_count - offset) {
		ntio_violation(source->device, NTIO_VIOLATION_PARTIAL_OUTSIDE);
		return NULL;
	}
	if (ntio_verify_fails(_RET_IP_))
		return NULL;
	mdl = ntio_mdl_new(NTIO_MDL_PARTIAL, source->device);
	if (!mdl)
		return NULL;
	ntio_pages_get(source->set);
	mdl->set = source->set;
	mdl->writable = source->writable;
	if (source->buffer)
		mdl->buffer = source->buffer + offset;
	ntio_mdl_describe(mdl, source->pages, source->byte_offset + offset,
			  len ?: source->byte_count - offset);
	return mdl;
}
EXPORT_SYMBOL_GPL(ntio_mdl_partial);

ntstatus_t ntio_mdl_advance(struct ntio_mdl *mdl, size_t len)
{
	size_t offset = mdl->byte_offset + len;

	if (!mdl->set || len >= mdl->byte_count)
		return STATUS_INVALID_PARAMETER_2;
	ntio_mdl_unmap(mdl);
	if (mdl->kind == NTIO_MDL_USER)
		ntio_pages_pass(mdl->set, offset >> PAGE_SHIFT);
	if (mdl->buffer)
		mdl->buffer += len;
	mdl->address += len;
	ntio_mdl_describe(mdl, mdl->pages, offset, mdl->byte_count - len);
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(ntio_mdl_advance);
