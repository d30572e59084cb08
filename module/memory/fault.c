// SPDX-License-Identifier: GPL-2.0
/* What the mappings of the current process say about a range. */
#include <linux/mm.h>
#include <linux/mmu_context.h>
#include <linux/sched.h>

#include "memory/user.h"

#define NTIO_VM_ACCESS (VM_READ | VM_WRITE | VM_EXEC)

static enum ntio_reason ntio_vma_reason(struct vm_area_struct *vma,
					bool write, bool lock)
{
	if (!(vma->vm_flags & NTIO_VM_ACCESS))
		return NTIO_REASON_NO_ACCESS;
	if (write && !(vma->vm_flags & VM_WRITE))
		return NTIO_REASON_READ_ONLY;
	if (!arch_vma_access_permitted(vma, write, false, false))
		return NTIO_REASON_PROTECTION_KEY;
	if (lock && (vma->vm_flags & (VM_IO | VM_PFNMAP)))
		return NTIO_REASON_PFNMAP;
	return NTIO_REASON_NONE;
}

/* The first mapping that says no, from @start on; @start becomes its begin. */
static enum ntio_reason ntio_mm_reason(struct mm_struct *mm,
				       unsigned long *start, unsigned long end,
				       bool write, bool lock)
{
	struct vm_area_struct *vma;
	enum ntio_reason reason;
	unsigned long at;

	for (at = *start; at < end; at = vma->vm_end) {
		vma = find_vma(mm, at);
		reason = NTIO_REASON_UNMAPPED;
		if (vma && vma->vm_start <= at)
			reason = ntio_vma_reason(vma, write, lock);
		if (reason != NTIO_REASON_NONE) {
			*start = at;
			return reason;
		}
	}
	return NTIO_REASON_NONE;
}

/**
 * ntio_first_bad() - where a copy from or to user memory met its end
 * @addr: the user memory
 * @good: bytes that were copied
 *
 * A copy that got anywhere ends where a page ends, but how much of the last one
 * it copied, or says that it did, depends on the processor.
 *
 * Return: offset of the first bad byte.
 */
u64 ntio_first_bad(ntio_uaddr_t addr, size_t good)
{
	return good ? PAGE_ALIGN(addr.value + good) - addr.value : 0;
}

/**
 * ntio_fault_reason() - find out why a range could not be used
 * @addr: its first byte, in the current process
 * @len: its length in bytes
 * @write: whether it was to be written
 * @lock: whether it was to be locked
 * @offset: in: how far the attempt got; out: offset of the first bad byte
 *
 * Called after the fact: the mappings may have changed since. It only explains
 * a refusal and decides nothing.
 *
 * Context: May sleep.
 */
enum ntio_reason ntio_fault_reason(ntio_uaddr_t addr, size_t len, bool write,
				   bool lock, u64 *offset)
{
	unsigned long start = addr.value - ntio_tag(addr), at = start;
	enum ntio_reason reason;

	if (!ntio_user_range_ok(addr, len))
		return NTIO_REASON_NOT_USER;
	if (mmap_read_lock_killable(current->mm))
		return NTIO_REASON_KILLED;
	reason = ntio_mm_reason(current->mm, &at, start + len, write, lock);
	mmap_read_unlock(current->mm);

	if (reason != NTIO_REASON_NONE) {
		*offset = at - start;
		return reason;
	}
	if (lock)
		return NTIO_REASON_UNPINNABLE;
	*offset = ntio_first_bad(addr, *offset);
	return write ? NTIO_REASON_OUT_FAULT : NTIO_REASON_IN_FAULT;
}
