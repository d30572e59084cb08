// SPDX-License-Identifier: GPL-2.0
/*
 * Requests in flight, by name.
 *
 * Windows names a request by its I/O status block: an address in its process.
 * So does this table: by address space and address, for a child has other
 * requests at its parent's addresses. It belongs to the open file.
 *
 * Requests of rings are found by a hash of their name: there may be many, and
 * a name is used once at a time. System calls that wait are few, at most one
 * for each thread, and are in a list of their own.
 *
 * What is in the table is not held by it: who finds a request there takes it
 * with ntio_request_tryhold(), under the lock. A request leaves the table when
 * its caller is done with it, at the latest when it is freed.
 */
#include <linux/hash.h>
#include <linux/pid.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "base/limits.h"
#include "request/call.h"

#define NTIO_NAME_BITS 10

void ntio_inflight_init(struct ntio_inflight *inflight)
{
	spin_lock_init(&inflight->lock);
	INIT_LIST_HEAD(&inflight->requests);
	INIT_LIST_HEAD(&inflight->calls);
}

void ntio_inflight_free(struct ntio_inflight *inflight)
{
	kfree(inflight->names);
}

/* Made for the first request of a ring; charged to whoever submits it. */
static bool ntio_names_make(struct ntio_inflight *inflight)
{
	struct hlist_head *names;

	if (likely(READ_ONCE(inflight->names)))
		return true;
	names = kcalloc(1 << NTIO_NAME_BITS, sizeof(*names),
			GFP_KERNEL_ACCOUNT);
	if (!names)
		return false;
	if (cmpxchg(&inflight->names, NULL, names))
		kfree(names);
	return true;
}

static struct hlist_head *ntio_name_chain(struct ntio_inflight *inflight,
					  const struct mm_struct *mm, u64 tag)
{
	u64 name = tag ^ (unsigned long)mm;

	return &inflight->names[hash_64(name, NTIO_NAME_BITS)];
}

static struct ntio_entry *ntio_name_find(struct ntio_inflight *inflight,
					 const struct mm_struct *mm, u64 tag)
{
	struct ntio_entry *entry;

	lockdep_assert_held(&inflight->lock);
	if (!inflight->names)
		return NULL;
	hlist_for_each_entry(entry, ntio_name_chain(inflight, mm, tag), name)
		if (entry->tag == tag && entry->mm == mm)
			return entry;
	return NULL;
}

static void ntio_entry_fill(struct ntio_call *call, u64 tag,
			    struct task_struct *issuer)
{
	struct ntio_entry *entry = &call->entry;

	if (!call->held_mm)
		mmgrab(call->caller.mm);
	call->held_mm = true;
	entry->tag = tag;
	entry->mm = call->caller.mm;
	entry->issuer = get_pid(task_pid(issuer));
}

static int ntio_entry_add(struct ntio_inflight *inflight,
			  struct ntio_entry *entry)
{
	int rc = 0;

	spin_lock(&inflight->lock);
	if (ntio_name_find(inflight, entry->mm, entry->tag)) {
		rc = -EBUSY;
	} else if (inflight->count >= READ_ONCE(ntio_max_requests)) {
		rc = -ENOSPC;
	} else {
		inflight->count++;
		hlist_add_head(&entry->name, ntio_name_chain(inflight,
							     entry->mm,
							     entry->tag));
		list_add_tail(&entry->list, &inflight->requests);
	}
	spin_unlock(&inflight->lock);
	return rc;
}

/**
 * ntio_track_request() - let a request of a ring be named
 * @call: its caller's address space is set
 * @tag: the address of the caller's structure
 * @issuer: the thread that asked for it
 *
 * Context: The caller's. May sleep.
 * Return: 0; -EBUSY: the structure is in flight already; -ENOSPC: the file has
 *	as many requests in flight as it may; -ENOMEM.
 */
int ntio_track_request(struct ntio_call *call, u64 tag,
		       struct task_struct *issuer)
{
	struct ntio_inflight *inflight = &call->rq.file->inflight;
	int rc = -ENOMEM;

	ntio_entry_fill(call, tag, issuer);
	if (ntio_names_make(inflight))
		rc = ntio_entry_add(inflight, &call->entry);
	if (rc) {
		put_pid(call->entry.issuer);
		call->entry.mm = NULL;
	}
	return rc;
}

/* Lets the request of a system call be named that waits. */
void ntio_track_call(struct ntio_call *call, enum ntio_call_kind kind, u64 tag)
{
	struct ntio_inflight *inflight = &call->rq.file->inflight;

	ntio_entry_fill(call, tag, current);
	call->entry.kind = kind;
	spin_lock(&inflight->lock);
	list_add_tail(&call->entry.list, &inflight->calls);
	spin_unlock(&inflight->lock);
}

/* Nothing, if it is not in the table. The call is held. */
void ntio_untrack(struct ntio_call *call)
{
	struct ntio_entry *entry = &call->entry;
	struct ntio_inflight *inflight;

	if (!entry->mm)
		return;
	inflight = &call->rq.file->inflight;
	spin_lock(&inflight->lock);
	list_del(&entry->list);
	if (!hlist_unhashed(&entry->name)) {
		hlist_del(&entry->name);
		inflight->count--;
	}
	spin_unlock(&inflight->lock);
	put_pid(entry->issuer);
	entry->mm = NULL;
}

/* The current thread goes away from its wait, and may come back. */
void ntio_detach_entry(struct ntio_call *call)
{
	struct ntio_inflight *inflight = &call->rq.file->inflight;

	spin_lock(&inflight->lock);
	call->entry.detached = true;
	call->entry.owner = current->files;
	spin_unlock(&inflight->lock);
}

/* Claims a call that its thread went away from. Held, if it was there. */
static struct ntio_call *ntio_claim_entry(struct ntio_entry *entry)
{
	struct ntio_call *call = container_of(entry, struct ntio_call, entry);

	if (!entry->detached || !ntio_request_tryhold(&call->rq))
		return NULL;
	entry->detached = false;
	return call;
}

/**
 * ntio_attach_entry() - find what the current thread went away from
 * @file: where
 * @kind: what it does
 * @tag: the address that names it
 *
 * Return: the call, held; NULL: there is none.
 */
struct ntio_call *ntio_attach_entry(struct ntio_file *file,
				    enum ntio_call_kind kind, u64 tag)
{
	struct ntio_inflight *inflight = &file->inflight;
	struct ntio_call *found = NULL;
	struct ntio_entry *entry;

	if (likely(list_empty_careful(&inflight->calls)))
		return NULL;
	spin_lock(&inflight->lock);
	list_for_each_entry(entry, &inflight->calls, list) {
		if (entry->mm != current->mm || entry->tag != tag ||
		    entry->kind != kind || entry->issuer != task_pid(current))
			continue;
		found = ntio_claim_entry(entry);
		if (found)
			break;
	}
	spin_unlock(&inflight->lock);
	return found;
}

/*
 * One of those whose threads went away and do not come back: all, or those of a
 * descriptor table and those whose address space is gone. Held.
 */
struct ntio_call *ntio_claim_detached(struct ntio_file *file, fl_owner_t owner,
				      bool all)
{
	struct ntio_inflight *inflight = &file->inflight;
	struct ntio_call *found = NULL;
	struct ntio_entry *entry;

	if (likely(list_empty_careful(&inflight->calls)))
		return NULL;
	spin_lock(&inflight->lock);
	list_for_each_entry(entry, &inflight->calls, list) {
		/* Of a process that is gone, or has become another program. */
		if (!all && entry->owner != owner &&
		    atomic_read(&entry->mm->mm_users))
			continue;
		found = ntio_claim_entry(entry);
		if (found)
			break;
	}
	spin_unlock(&inflight->lock);
	return found;
}

/**
 * ntio_find_request() - a request of a ring by its name
 * @inflight: the table
 * @tag: the address of the structure, in the current process
 *
 * Return: the request, held; NULL: there is none.
 */
struct ntio_request *ntio_find_request(struct ntio_inflight *inflight, u64 tag)
{
	struct ntio_request *found = NULL;
	struct ntio_entry *entry;
	struct ntio_call *call;

	spin_lock(&inflight->lock);
	entry = ntio_name_find(inflight, current->mm, tag);
	if (entry) {
		call = container_of(entry, struct ntio_call, entry);
		if (ntio_request_tryhold(&call->rq))
			found = &call->rq;
	}
	spin_unlock(&inflight->lock);
	return found;
}
