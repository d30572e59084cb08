// SPDX-License-Identifier: GPL-2.0
/*
 * Whether the current process may write somewhere, found out by touching.
 *
 * A page is touched by adding 0 to a word of it, atomically: no byte changes,
 * not even one that another thread writes at that moment. The registers of a
 * device are not memory, and an access that means nothing to memory may mean
 * something to them, so mappings of those are never touched: that is why the
 * mmap lock is held, without which a page could become a register meanwhile.
 */
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/pagemap.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include <asm/futex.h>
#include <uapi/linux/futex.h>

#include "memory/user.h"

/* How often a page is faulted in and gone again before we believe it. */
#define NTIO_PROBE_TRIES 16

static unsigned long ntio_next_page(unsigned long addr)
{
	return (addr & PAGE_MASK) + PAGE_SIZE;
}

/* Page faults are disabled. */
static bool ntio_touch(unsigned long addr)
{
	u32 __user *word = (u32 __user *)(addr & ~3UL);
	int old;

	return !arch_futex_atomic_op_inuser(FUTEX_OP_ADD, 0, &old, word);
}

/*
 * Without a page fault: the mmap lock is held.
 *
 * Return: the first address that was not touched, @end or more if there is
 *	none.
 */
static unsigned long ntio_touch_pages(unsigned long at, unsigned long end,
				      unsigned long tag)
{
	pagefault_disable();
	while (at < end && ntio_touch(at + tag))
		at = ntio_next_page(at);
	pagefault_enable();
	return at;
}

/*
 * Touches the pages from @at to @end as far as they are present. Mappings have
 * addresses without @tag, accesses have it: see ntio_tag().
 *
 * Return: the first address that was not touched, @end or more if there is
 *	none.
 */
static unsigned long ntio_probe_present(struct mm_struct *mm, unsigned long at,
					unsigned long end, unsigned long tag)
{
	struct vm_area_struct *vma;

	mmap_assert_locked(mm);
	while (at < end) {
		vma = vma_lookup(mm, at);
		if (!vma || !(vma->vm_flags & VM_WRITE))
			return at;
		if (vma->vm_flags & (VM_IO | VM_PFNMAP)) {
			at = vma->vm_end;
			continue;
		}
		at = ntio_touch_pages(at, min(end, vma->vm_end), tag);
		if (at < min(end, vma->vm_end))
			return at;
	}
	return at;
}

/* Reading makes a stack grow, which faulting in for writing alone does not. */
static bool ntio_fault_in(unsigned long addr)
{
	char __user *at = (char __user *)addr;

	return !fault_in_readable(at, 1) && !fault_in_safe_writeable(at, 1);
}

/**
 * ntio_probe_write() - whether memory of the current process can be written
 * @addr: first byte
 * @len: number of bytes; 0 succeeds for any address [4.1]
 *
 * Makes each page present and private, and changes no byte. As good as on
 * Windows: the answer may be wrong a moment later [4.7].
 * (Windows: ProbeForWrite)
 *
 * Context: May sleep.
 * Return: number of bytes that can be written, @len if all.
 */
size_t ntio_probe_write(ntio_uaddr_t addr, size_t len)
{
	unsigned long tag = ntio_tag(addr), start = addr.value - tag;
	unsigned long at = start, last = 0;
	struct mm_struct *mm = current->mm;
	unsigned int tries = 0;

	if (!len || !ntio_user_range_ok(addr, len))
		return 0;
	for (;;) {
		if (mmap_read_lock_killable(mm))
			break;
		at = ntio_probe_present(mm, at, start + len, tag);
		mmap_read_unlock(mm);
		if (at - start >= len)
			return len;
		tries = at == last ? tries + 1 : 0;
		last = at;
		if (tries == NTIO_PROBE_TRIES || fatal_signal_pending(current) ||
		    !ntio_fault_in(at + tag))
			break;
	}
	return at - start;
}

/* The part of a mapping that lies in a range and is private and writable. */
static size_t ntio_private_part(struct mm_struct *mm, unsigned long *start,
				unsigned long end)
{
	struct vm_area_struct *vma;

	for (vma = find_vma(mm, *start); vma && vma->vm_start < end;
	     vma = find_vma(mm, vma->vm_end)) {
		if ((vma->vm_flags & (VM_WRITE | VM_MAYSHARE)) != VM_WRITE)
			continue;
		*start = max(*start, vma->vm_start);
		return min(end, vma->vm_end) - *start;
	}
	return 0;
}

/**
 * ntio_touch_private() - make the private pages of a range the process' own
 * @addr: its first byte, in the current process
 * @len: its length in bytes
 *
 * Pages that are still shared, as the zero page, a file's page or a page of
 * the parent before its first write, are copied now. No byte changes. Shared
 * mappings are left alone: writing them would dirty their files.
 *
 * Context: May sleep.
 * Return: whether any page was touched.
 */
bool ntio_touch_private(ntio_uaddr_t addr, size_t len)
{
	unsigned long tag = ntio_tag(addr);
	unsigned long at = addr.value - tag, end = at + len;
	bool touched = false;
	size_t part;

	while (at < end) {
		if (mmap_read_lock_killable(current->mm))
			return false;
		part = ntio_private_part(current->mm, &at, end);
		mmap_read_unlock(current->mm);
		if (!part)
			return touched;
		touched |= ntio_probe_write((ntio_uaddr_t){ at + tag }, part);
		at += part;
	}
	return touched;
}
