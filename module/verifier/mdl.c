// SPDX-License-Identifier: GPL-2.0
/*
 * Verifier option invariant_mdl: nobody writes to the pages of an IN_DIRECT
 * request, or of a write to a direct device [11.14].
 *
 * Their sum is compared whenever the request changes hands. A driver is named
 * only if nobody else can have changed them: they are private pages of a
 * process with a single thread, and that waits for this very request. The
 * threads of a caller, other processes that share its memory, and io_uring,
 * whose caller goes on, may write to them at any time; what they may have done
 * is only counted. What a debugger writes into the process is the driver's
 * here.
 */
#include <linux/highmem.h>
#include <linux/jhash.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>

#include "base/violation.h"
#include "request/call.h"
#include "verifier/verifier.h"

/* Sums are taken in any context: not of more than this, from the start. */
#define NTIO_INVARIANT_LIMIT (64 * PAGE_SIZE)

static u32 ntio_mdl_sum(const struct ntio_mdl *mdl)
{
	struct ntio_segment seg;
	size_t at;
	u32 sum = 0;
	void *page;

	ntio_mdl_for_each_segment(mdl, at, seg) {
		if (at >= NTIO_INVARIANT_LIMIT)
			break;
		page = kmap_local_page(seg.page);
		sum = jhash(page + seg.offset, seg.len, sum);
		kunmap_local(page);
	}
	return sum;
}

static bool ntio_mdl_is_private(const struct ntio_mdl *mdl)
{
	unsigned int i;

	for (i = 0; i < mdl->nr_pages; i++)
		if (!PageAnon(mdl->pages[i]))
			return false;
	return true;
}

static bool ntio_mm_is_alone(const struct mm_struct *mm)
{
	return atomic_read(&mm->mm_users) <= 1;
}

/* In the caller's context. */
static void ntio_invariant_begin(struct ntio_request *rq)
{
	struct ntio_invariant *invariant = &rq->verification->invariant;
	struct ntio_mdl *mdl = &rq->mdl_storage;

	if (rq->mdl != mdl || mdl->writable)
		return;
	invariant->mm = current->mm;
	mmgrab(invariant->mm);
	invariant->alone = !to_ntio_call(rq)->cmd &&
			   ntio_mm_is_alone(current->mm) &&
			   ntio_mdl_is_private(mdl);
	invariant->byte_count = mdl->byte_count;
	invariant->sum = ntio_mdl_sum(mdl);
	ntio_verifier_count(NTIO_VERIFIER_INVARIANT_MDL);
}

static void ntio_invariant_check(struct ntio_request *rq, struct ntio_device *device)
{
	struct ntio_invariant *invariant = &rq->verification->invariant;
	const struct ntio_mdl *mdl = &rq->mdl_storage;
	u32 sum;

	if (!invariant->mm)
		return;
	sum = ntio_mdl_sum(mdl);
	/* A driver that moved its start on has given up some of the pages. */
	if (sum != invariant->sum && mdl->byte_count == invariant->byte_count) {
		if (invariant->alone && ntio_mm_is_alone(invariant->mm))
			ntio_violation(device, NTIO_VIOLATION_CHANGED_READ_MDL);
		else
			ntio_verifier_count(NTIO_VERIFIER_UNKNOWN);
	}
	invariant->byte_count = mdl->byte_count;
	invariant->sum = sum;
}

static void ntio_invariant_end(struct ntio_request *rq)
{
	if (rq->verification->invariant.mm)
		mmdrop(rq->verification->invariant.mm);
}

const struct ntio_verifier_option_ops ntio_invariant_ops = {
	.begun = ntio_invariant_begin,
	.hop = ntio_invariant_check,
	.free = ntio_invariant_end,
};
