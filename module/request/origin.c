// SPDX-License-Identifier: GPL-2.0
/*
 * The caller's address space, from elsewhere: attach to it, or copy across.
 *
 * A request remembers its caller only if the driver asked for it, and then the
 * structure of the address space, not its life: a process that exits or execs
 * takes its memory along, and both ways say so. Whose limits and whose memory
 * cgroup count is remembered as it was then: what a worker does for a caller is
 * the caller's, not root's.
 */
#include <linux/highmem.h>
#include <linux/kthread.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "base/inject.h"
#include "base/violation.h"
#include "compat.h"
#include "memory/pages.h"
#include "memory/rights.h"
#include "memory/user.h"
#include "request/call.h"
#include "verifier/hooks.h"

/**
 * struct ntio_origin - where a request came from
 * @caller: as its token was; @caller.mm has a reference to the structure
 * @rights: to memory with a protection key
 * @rights_before: those of the thread that attached last
 * @payer: whose limits count
 * @memcg: whose memory it is; one reference
 */
struct ntio_origin {
	struct ntio_caller caller;
	u32 rights;
	u32 rights_before;
	struct ntio_payer payer;
	struct mem_cgroup *memcg;
};

ntstatus_t ntio_keep_caller(const struct ntio_caller *caller,
			    struct ntio_request *rq)
{
	struct ntio_origin *origin;

	if (!ntio_caller_current(caller))
		return STATUS_INVALID_PARAMETER;
	if (rq->origin)
		return STATUS_SUCCESS;
	if (ntio_verify_fails(_RET_IP_))
		return STATUS_INSUFFICIENT_RESOURCES;
	origin = kmalloc(sizeof(*origin), GFP_KERNEL_ACCOUNT);
	if (!origin)
		return STATUS_INSUFFICIENT_RESOURCES;
	origin->caller = *caller;
	origin->caller.payer = &origin->payer;
	origin->rights = ntio_rights();
	mmgrab(caller->mm);
	ntio_payer_capture(&origin->payer, caller->payer);
	origin->memcg = get_mem_cgroup_from_mm(caller->mm);
	rq->origin = origin;
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(ntio_keep_caller);

void ntio_origin_free(struct ntio_origin *origin)
{
	mem_cgroup_put(origin->memcg);
	ntio_payer_drop(&origin->payer);
	mmdrop(origin->caller.mm);
	kfree(origin);
}

ntstatus_t ntio_attach(struct ntio_request *rq, struct ntio_caller *caller)
{
	if (!rq->origin || !(current->flags & PF_KTHREAD) || current->mm)
		return STATUS_INVALID_PARAMETER;
	if (!mmget_not_zero(rq->origin->caller.mm))
		return STATUS_PROCESS_IS_TERMINATING;
	*caller = rq->origin->caller;
	kthread_use_mm(caller->mm);
	caller->charged_before = set_active_memcg(rq->origin->memcg);
	caller->rights_before = ntio_rights();
	rq->origin->rights_before = caller->rights_before;
	ntio_rights_set(rq->origin->rights);
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(ntio_attach);

void ntio_detach(struct ntio_caller *caller)
{
	struct mm_struct *mm = caller->mm;

	if (!ntio_caller_current(caller))
		return;
	if (!(current->flags & PF_KTHREAD)) {	/* it never attached */
		ntio_violation(caller->device, NTIO_VIOLATION_WRONG_CONTEXT);
		return;
	}
	ntio_rights_set(caller->rights_before);
	set_active_memcg(caller->charged_before);
	kthread_unuse_mm(mm);
	mmput(mm);
	caller->mm = NULL;
}
EXPORT_SYMBOL_GPL(ntio_detach);

/* A worker ends; the next one in this thread must not find this one's. */
void ntio_detach_forgotten(struct ntio_request *rq)
{
	struct mm_struct *mm = current->mm;

	if (likely(!mm))
		return;
	ntio_violation(NULL, NTIO_VIOLATION_LEFT_ATTACHED);
	set_active_memcg(NULL);
	if (rq->origin)
		ntio_rights_set(rq->origin->rights_before);
	kthread_unuse_mm(mm);
	mmput(mm);
}

/* A copy between kernel memory and the memory of another process. */
struct ntio_remote_copy {
	struct mm_struct *mm;
	u32 rights;
	unsigned long addr;
	void *to;		/* reading: kernel memory; else NULL */
	const void *from;	/* writing: kernel memory; else NULL */
};

/* The address space stays locked: its mappings do not change meanwhile. */
static bool ntio_remote_permits(const struct ntio_remote_copy *copy,
				unsigned long addr)
{
	struct vm_area_struct *vma = find_vma(copy->mm, addr);

	mmap_assert_locked(copy->mm);
	return !vma || ntio_rights_permit(copy->rights, vma, copy->from);
}

/* With @locked, so that a fault may wait, for userfaultfd for example. */
static bool ntio_pin_remote(const struct ntio_remote_copy *copy,
			    unsigned long addr, unsigned int flags,
			    struct page **page)
{
	int locked = 1;
	long pinned = 0;

	if (ntio_inject(NTIO_INJECT_PIN))
		return false;
	mmap_read_lock(copy->mm);
	if (ntio_remote_permits(copy, addr))
		pinned = ntio_pin_remote_page(copy->mm, addr, flags, page,
					      &locked);
	if (locked)
		mmap_read_unlock(copy->mm);
	return pinned == 1;
}

static bool ntio_copy_remote_page(const struct ntio_remote_copy *copy,
				  size_t done, size_t len)
{
	unsigned long at = copy->addr + done;
	bool write = copy->from;
	struct page *page;

	/* Memory that is mapped for writing only can be read, too. */
	if ((write || !ntio_pin_remote(copy, at, 0, &page)) &&
	    !ntio_pin_remote(copy, at, FOLL_WRITE, &page))
		return false;
	if (write)
		memcpy_to_page(page, offset_in_page(at), copy->from + done,
			       len);
	else
		memcpy_from_page(copy->to + done, page, offset_in_page(at),
				 len);
	unpin_user_pages_dirty_lock(&page, 1, write);
	return true;
}

static ntstatus_t ntio_copy_remote(struct ntio_request *rq,
				   struct ntio_remote_copy *copy,
				   ntio_uaddr_t addr, size_t len,
				   size_t *copied)
{
	size_t part;

	*copied = 0;
	if (!rq->origin)
		return STATUS_INVALID_PARAMETER;
	if (!len)
		return STATUS_SUCCESS;
	if (!ntio_user_range_ok(addr, len))
		return STATUS_ACCESS_VIOLATION;
	copy->mm = rq->origin->caller.mm;
	copy->rights = rq->origin->rights;
	copy->addr = addr.value;
	if (!mmget_not_zero(copy->mm))
		return STATUS_PROCESS_IS_TERMINATING;
	for (; *copied < len; *copied += part) {
		part = min(len - *copied, PAGE_SIZE -
			   offset_in_page(copy->addr + *copied));
		if (!ntio_copy_remote_page(copy, *copied, part))
			break;
	}
	mmput(copy->mm);
	if (*copied == len)
		return STATUS_SUCCESS;
	return *copied ? STATUS_PARTIAL_COPY : STATUS_ACCESS_VIOLATION;
}

ntstatus_t ntio_copy_from_process(struct ntio_request *rq, void *to,
				  ntio_uaddr_t from, size_t len,
				  size_t *copied)
{
	struct ntio_remote_copy copy = { .to = to };

	return ntio_copy_remote(rq, &copy, from, len, copied);
}
EXPORT_SYMBOL_GPL(ntio_copy_from_process);

ntstatus_t ntio_copy_to_process(struct ntio_request *rq, ntio_uaddr_t to,
				const void *from, size_t len, size_t *copied)
{
	struct ntio_remote_copy copy = { .from = from };

	return ntio_copy_remote(rq, &copy, to, len, copied);
}
EXPORT_SYMBOL_GPL(ntio_copy_to_process);
