// SPDX-License-Identifier: GPL-2.0
/*
 * Pool. What a driver has allocated is known by its driver and tag: what it frees
 * is looked at before, and what it leaves is counted, said, and freed.
 */
#define pr_fmt(fmt) "ntio-wdm: " fmt

#include <linux/mm.h>

#include "layer.h"

#define WDM_POOL_MAGIC 0x6c6f6f50

/**
 * struct wdm_block - before what a driver allocated
 * @list: of its driver
 * @driver: whose it is
 * @size: as it was asked for
 * @tag: its four letters
 * @magic: it is allocated
 */
struct wdm_block {
	struct list_head list;
	struct ntio_wdm_driver *driver;
	size_t size;
	u32 tag;
	u32 magic;
} __aligned(16);

static void *wdm_pool_get(struct ntio_wdm_driver *driver, size_t size, u32 tag,
			  bool zero)
{
	gfp_t gfp = wdm_gfp() | __GFP_ACCOUNT | (zero ? __GFP_ZERO : 0);
	struct wdm_block *block;
	unsigned long flags;
	size_t total;

	if (check_add_overflow(size ?: 1, sizeof(*block), &total) ||
	    total > INT_MAX)
		return NULL;
	/* Page-sized pool begins at a page on Windows; here it does not. */
	if (wdm_irql() < DISPATCH_LEVEL)
		block = kvmalloc(total, gfp);
	else
		block = kmalloc(total, gfp);
	if (!block)
		return NULL;
	block->driver = driver;
	block->size = size;
	block->tag = tag;
	block->magic = WDM_POOL_MAGIC;
	spin_lock_irqsave(&driver->pool_lock, flags);
	list_add_tail(&block->list, &driver->pool);
	spin_unlock_irqrestore(&driver->pool_lock, flags);
	return block + 1;
}

PVOID ntio_wdm_pool_alloc(struct ntio_wdm_driver *driver, SIZE_T size,
			  ULONG tag, ULONG how)
{
	void *p = wdm_pool_get(driver, size, tag, how & NTIO_WDM_POOL_ZERO);

	if (!p && (how & NTIO_WDM_POOL_RAISE))
		ntio_wdm_raise(NT(INSUFFICIENT_RESOURCES));
	return p;
}
EXPORT_SYMBOL_GPL(ntio_wdm_pool_alloc);

/* Zeroed unless it says otherwise; no flag of a kind of pool is an error. */
PVOID ntio_wdm_pool_alloc2(struct ntio_wdm_driver *driver, POOL_FLAGS flags,
			   SIZE_T size, ULONG tag)
{
	const POOL_FLAGS kinds = POOL_FLAG_PAGED | POOL_FLAG_NON_PAGED |
				 POOL_FLAG_NON_PAGED_EXECUTE;
	u32 how = 0;

	if (flags & POOL_FLAG_RAISE_ON_FAILURE)
		how |= NTIO_WDM_POOL_RAISE;
	if (!(flags & POOL_FLAG_UNINITIALIZED))
		how |= NTIO_WDM_POOL_ZERO;
	if (hweight64(flags & kinds) != 1 || !tag) {
		if (how & NTIO_WDM_POOL_RAISE)
			ntio_wdm_raise(NT(INVALID_PARAMETER));
		return NULL;
	}
	return ntio_wdm_pool_alloc(driver, size, tag, how);
}
EXPORT_SYMBOL_GPL(ntio_wdm_pool_alloc2);

/* What cannot be freed where a driver frees it. */
static DEFINE_SPINLOCK(wdm_dead_blocks_lock);
static LIST_HEAD(wdm_dead_blocks);

static void wdm_blocks_free_work(struct work_struct *work)
{
	struct wdm_block *block, *next;
	LIST_HEAD(blocks);

	spin_lock_irq(&wdm_dead_blocks_lock);
	list_splice_init(&wdm_dead_blocks, &blocks);
	spin_unlock_irq(&wdm_dead_blocks_lock);
	list_for_each_entry_safe(block, next, &blocks, list)
		kvfree(block);
}

static DECLARE_WORK(wdm_blocks_work, wdm_blocks_free_work);

void wdm_pool_exit(void)
{
	flush_work(&wdm_blocks_work);
}

/* Not on a list any more. */
static void wdm_block_free(struct wdm_block *block)
{
	unsigned long flags;

	block->magic = 0;
	if (!is_vmalloc_addr(block) || wdm_irql() < DISPATCH_LEVEL) {
		kvfree(block);
		return;
	}
	spin_lock_irqsave(&wdm_dead_blocks_lock, flags);
	list_add(&block->list, &wdm_dead_blocks);
	spin_unlock_irqrestore(&wdm_dead_blocks_lock, flags);
	schedule_work(&wdm_blocks_work);
}

/* The tag is compared if there is one. */
void ExFreePoolWithTag(PVOID p, ULONG tag)
{
	struct wdm_block *block = (struct wdm_block *)p - 1;
	struct ntio_wdm_driver *driver;
	unsigned long flags;

	if (!p || block->magic != WDM_POOL_MAGIC) {
		wdm_violation(WDM_VIOLATION_POOL_TWICE);
		return;
	}
	driver = block->driver;
	if (tag && tag != block->tag)
		wdm_violation(WDM_VIOLATION_POOL_TAG);
	spin_lock_irqsave(&driver->pool_lock, flags);
	list_del(&block->list);
	spin_unlock_irqrestore(&driver->pool_lock, flags);
	wdm_block_free(block);
}
EXPORT_SYMBOL_GPL(ExFreePoolWithTag);

static char wdm_letter(u32 tag, int i)
{
	char c = tag >> 8 * i;

	return c >= ' ' && c < 0x7f ? c : '.';
}

/* All that has the tag of the first one. */
static void wdm_pool_drop_tag(struct ntio_wdm_driver *driver)
{
	struct wdm_block *block, *next;
	u32 tag = list_first_entry(&driver->pool, struct wdm_block, list)->tag;
	unsigned int count = 0;
	size_t bytes = 0;

	list_for_each_entry_safe(block, next, &driver->pool, list) {
		if (block->tag != tag)
			continue;
		count++;
		bytes += block->size;
		list_del(&block->list);
		wdm_block_free(block);
	}
	pr_warn("%s left pool: tag %c%c%c%c, %u allocations, %zu bytes\n",
		driver->name, wdm_letter(tag, 0), wdm_letter(tag, 1),
		wdm_letter(tag, 2), wdm_letter(tag, 3), count, bytes);
}

void wdm_pool_drop(struct ntio_wdm_driver *driver)
{
	if (list_empty(&driver->pool))
		return;
	wdm_violation_of(driver, WDM_VIOLATION_POOL_LEAK);
	while (!list_empty(&driver->pool))
		wdm_pool_drop_tag(driver);
}

/* --- lookaside lists ------------------------------------------------------ */

/* The kernel's allocator is such a list itself; so is this one in name alone. */
void ntio_wdm_init_lookaside(PNPAGED_LOOKASIDE_LIST list,
			     PALLOCATE_FUNCTION allocate, PFREE_FUNCTION free,
			     POOL_TYPE type, SIZE_T size, ULONG tag,
			     struct ntio_wdm_driver *driver)
{
	memset(list, 0, sizeof(*list));
	list->Allocate = allocate;
	list->Free = free;
	list->PoolType = type;
	list->Size = size;
	list->Tag = tag;
	list->Driver = driver;
}
EXPORT_SYMBOL_GPL(ntio_wdm_init_lookaside);

PVOID ntio_wdm_lookaside_alloc(PNPAGED_LOOKASIDE_LIST list)
{
	InterlockedIncrement(&list->TotalAllocates);
	if (list->Allocate)
		return list->Allocate(list->PoolType, list->Size, list->Tag);
	return ntio_wdm_pool_alloc(list->Driver, list->Size, list->Tag, 0);
}
EXPORT_SYMBOL_GPL(ntio_wdm_lookaside_alloc);

void ntio_wdm_lookaside_free(PNPAGED_LOOKASIDE_LIST list, PVOID entry)
{
	InterlockedIncrement(&list->TotalFrees);
	if (list->Free)
		list->Free(entry);
	else
		ExFreePoolWithTag(entry, list->Tag);
}
EXPORT_SYMBOL_GPL(ntio_wdm_lookaside_free);
