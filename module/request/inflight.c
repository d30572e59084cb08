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
 * for each thread. Every process has lists of its own, so that nobody looks at
 * what others have in flight.
 *
 * A system call comes into the table when it begins to wait, though its driver
 * may have the request before: who cancels leaves a note, and the call looks
 * whether there is one for it that came after the call.
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
	INIT_LIST_HEAD(&inflight->processes);
	INIT_LIST_HEAD(&inflight->spares);
}

static void ntio_process_free(struct ntio_process *process)
{
	mmdrop(process->mm);
	kfree(process);
}

/* Nothing is in flight any more. */
void ntio_inflight_free(struct ntio_inflight *inflight)
{
	struct ntio_process *process, *next;

	list_for_each_entry_safe(process, next, &inflight->processes, list)
		ntio_process_free(process);
	kfree(inflight->names);
}

static struct ntio_process *ntio_process_new(struct mm_struct *mm)
{
	struct ntio_process *process;

	process = kmalloc(sizeof(*process), GFP_KERNEL_ACCOUNT);
	if (!process)
		return NULL;
	INIT_LIST_HEAD(&process->requests);
	INIT_LIST_HEAD(&process->calls);
	mmgrab(mm);
	process->mm = mm;
	return process;
}

/*
 * What the current process has in flight, NULL: it never had anything. Stays as
 * long as the process does, and then until another one comes.
 */
struct ntio_process *ntio_find_process(struct ntio_inflight *inflight)
{
	struct ntio_process *process;

	lockdep_assert_held(&inflight->lock);
	list_for_each_entry(process, &inflight->processes, list)
		if (process->mm == current->mm)
			return process;
	return NULL;
}

/* Takes those out that are gone and have nothing in flight. */
static void ntio_processes_sweep(struct ntio_inflight *inflight,
				 struct list_head *gone)
{
	struct ntio_process *process, *next;

	lockdep_assert_held(&inflight->lock);
	list_for_each_entry_safe(process, next, &inflight->processes, list)
		if (list_empty(&process->requests) &&
		    list_empty(&process->calls) &&
		    !atomic_read(&process->mm->mm_users))
			list_move(&process->list, gone);
}

/* Makes room for what the current process will have in flight. */
static bool ntio_process_make(struct ntio_inflight *inflight)
{
	struct ntio_process *new = ntio_process_new(current->mm), *next;
	LIST_HEAD(gone);

	if (!new)
		return false;
	spin_lock(&inflight->lock);
	ntio_processes_sweep(inflight, &gone);
	if (ntio_find_process(inflight))
		list_add(&new->list, &gone);
	else
		list_add(&new->list, &inflight->processes);
	spin_unlock(&inflight->lock);
	list_for_each_entry_safe(new, next, &gone, list)
		ntio_process_free(new);
	return true;
}

/* Made for the first request of a ring; charged to whoever submits it. */
static bool ntio_names_make(struct ntio_inflight *inflight)
{
	struct hlist_head *names;

	names = kcalloc(1 << NTIO_NAME_BITS, sizeof(*names),
			GFP_KERNEL_ACCOUNT);
	if (!names)
		return false;
	if (cmpxchg(&inflight->names, NULL, names))
		kfree(names);
	return true;
}

static struct hlist_head *ntio_name_chain(struct ntio_inflight *inflight,
					  const struct ntio_process *process,
					  u64 tag)
{
	u64 name = tag ^ (unsigned long)process;

	return &inflight->names[hash_64(name, NTIO_NAME_BITS)];
}

static struct ntio_entry *ntio_name_find(struct ntio_inflight *inflight,
					 const struct ntio_process *process,
					 u64 tag)
{
	struct ntio_entry *entry;

	lockdep_assert_held(&inflight->lock);
	if (!inflight->names)
		return NULL;
	hlist_for_each_entry(entry, ntio_name_chain(inflight, process, tag),
			     name)
		if (entry->tag == tag && entry->process == process)
			return entry;
	return NULL;
}

static int ntio_entry_add(struct ntio_inflight *inflight,
			  struct ntio_entry *entry)
{
	struct ntio_process *process = ntio_find_process(inflight);

	lockdep_assert_held(&inflight->lock);
	if (!process || !inflight->names)
		return -ENOENT;
	if (ntio_name_find(inflight, process, entry->tag))
		return -EBUSY;
	if (inflight->count >= READ_ONCE(ntio_max_requests))
		return -ENOSPC;
	inflight->count++;
	entry->process = process;
	hlist_add_head(&entry->name,
		       ntio_name_chain(inflight, process, entry->tag));
	list_add_tail(&entry->list, &process->requests);
	return 0;
}

/**
 * ntio_track_request() - let a request of a ring be named
 * @call: new
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
	struct ntio_entry *entry = &call->entry;
	int rc;

	entry->tag = tag;
	entry->detached = false;
	entry->issuer = get_pid(task_pid(issuer));
	for (;;) {
		spin_lock(&inflight->lock);
		rc = ntio_entry_add(inflight, entry);
		spin_unlock(&inflight->lock);
		if (rc != -ENOENT)
			break;
		/* The first request of a process, or of all. */
		rc = -ENOMEM;
		if (!ntio_process_make(inflight) || !ntio_names_make(inflight))
			break;
	}
	if (rc)
		put_pid(entry->issuer);
	return rc;
}

/**
 * ntio_track_call() - let the request of a system call be named that waits
 * @call: not in the table
 * @kind: what the caller does
 * @tag: the address that names it
 *
 * Return: false: no memory, and so no name.
 */
bool ntio_track_call(struct ntio_call *call, enum ntio_call_kind kind, u64 tag)
{
	struct ntio_inflight *inflight = &call->rq.file->inflight;
	struct ntio_entry *entry = &call->entry;
	struct ntio_process *process;

	entry->tag = tag;
	entry->kind = kind;
	do {
		spin_lock(&inflight->lock);
		process = ntio_find_process(inflight);
		if (process) {
			entry->issuer = get_pid(task_pid(current));
			entry->process = process;
			entry->detached = false;
			INIT_HLIST_NODE(&entry->name);
			list_add_tail(&entry->list, &process->calls);
		}
		spin_unlock(&inflight->lock);
	} while (!process && ntio_process_make(inflight));
	return process;
}

/* The same note, to be renewed, or the oldest. */
static struct ntio_cancel_note *ntio_note_place(struct ntio_inflight *inflight,
						u64 tag, bool all)
{
	struct ntio_cancel_note *oldest = inflight->notes;
	struct ntio_cancel_note *note;

	lockdep_assert_held(&inflight->lock);
	for (note = inflight->notes;
	     note < inflight->notes + ARRAY_SIZE(inflight->notes); note++) {
		if (note->mm == current->mm && note->tag == tag &&
		    note->all == all)
			return note;
		if (note->at < oldest->at)
			oldest = note;
	}
	return oldest;
}

/**
 * ntio_note_cancel() - tell calls that are not in the table yet
 * @inflight: the table, which is searched after this
 * @tag: the address that names the request
 * @all: whatever its name
 *
 * Only the last ones are kept.
 */
void ntio_note_cancel(struct ntio_inflight *inflight, u64 tag, bool all)
{
	spin_lock(&inflight->lock);
	WRITE_ONCE(inflight->cancels, inflight->cancels + 1);
	*ntio_note_place(inflight, tag, all) = (struct ntio_cancel_note){
		.at = inflight->cancels, .mm = current->mm, .tag = tag,
		.all = all,
	};
	spin_unlock(&inflight->lock);
}

/**
 * ntio_missed_cancel() - whether a system call was to be cancelled
 * @call: of the current process; in the table since just now
 * @tag: the address that names it
 *
 * Return: whether somebody asked for it after the call had begun and before it
 *	could be found.
 */
bool ntio_missed_cancel(struct ntio_call *call, u64 tag)
{
	struct ntio_inflight *inflight = &call->rq.file->inflight;
	const struct ntio_cancel_note *note;
	bool missed = false;

	if (READ_ONCE(inflight->cancels) == call->cancels)
		return false;
	spin_lock(&inflight->lock);
	for (note = inflight->notes;
	     note < inflight->notes + ARRAY_SIZE(inflight->notes); note++)
		missed |= note->at > call->cancels &&
			  note->mm == current->mm &&
			  (note->all || note->tag == tag);
	spin_unlock(&inflight->lock);
	return missed;
}

/* Others read it without the lock. */
static void ntio_count_detached(struct ntio_inflight *inflight, int change)
{
	lockdep_assert_held(&inflight->lock);
	WRITE_ONCE(inflight->detached, inflight->detached + change);
}

/* The call is held. */
void ntio_untrack_entry(struct ntio_call *call)
{
	struct ntio_entry *entry = &call->entry;
	struct ntio_inflight *inflight = &call->rq.file->inflight;

	spin_lock(&inflight->lock);
	list_del(&entry->list);
	if (entry->detached)
		ntio_count_detached(inflight, -1);
	if (!hlist_unhashed(&entry->name)) {
		hlist_del(&entry->name);
		inflight->count--;
	}
	spin_unlock(&inflight->lock);
	put_pid(entry->issuer);
	entry->process = NULL;
}

/* The current thread goes away from its wait, and may come back. */
void ntio_detach_entry(struct ntio_call *call)
{
	struct ntio_inflight *inflight = &call->rq.file->inflight;

	spin_lock(&inflight->lock);
	ntio_count_detached(inflight, 1);
	call->entry.detached = true;
	call->entry.owner = current->files;
	spin_unlock(&inflight->lock);
}

/* Nobody collects more of them than requests of rings. */
bool ntio_may_detach(const struct ntio_file *file)
{
	return READ_ONCE(file->inflight.detached) < READ_ONCE(ntio_max_requests);
}

/* Claims a call that its thread went away from. Held, if it was there. */
static struct ntio_call *ntio_claim_entry(struct ntio_inflight *inflight,
					  struct ntio_entry *entry)
{
	struct ntio_call *call = container_of(entry, struct ntio_call, entry);

	lockdep_assert_held(&inflight->lock);
	if (!entry->detached || !ntio_request_tryhold(&call->rq))
		return NULL;
	entry->detached = false;
	ntio_count_detached(inflight, -1);
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
	struct ntio_process *process;
	struct ntio_call *found = NULL;
	struct ntio_entry *entry;

	spin_lock(&inflight->lock);
	process = ntio_find_process(inflight);
	if (!process)
		goto out;
	list_for_each_entry(entry, &process->calls, list) {
		if (entry->tag != tag || entry->kind != kind ||
		    entry->issuer != task_pid(current))
			continue;
		found = ntio_claim_entry(inflight, entry);
		if (found)
			break;
	}
out:
	spin_unlock(&inflight->lock);
	return found;
}

/* The thread has ended, or its process runs another program. */
static bool ntio_issuer_is_gone(const struct ntio_entry *entry)
{
	bool gone;

	rcu_read_lock();
	gone = !pid_task(entry->issuer, PIDTYPE_PID);
	rcu_read_unlock();
	return gone || !atomic_read(&entry->process->mm->mm_users);
}

static struct ntio_call *ntio_claim_of(struct ntio_inflight *inflight,
				       struct ntio_process *process,
				       fl_owner_t owner, bool all)
{
	struct ntio_call *found;
	struct ntio_entry *entry;

	list_for_each_entry(entry, &process->calls, list) {
		if (!entry->process || !entry->detached)
			continue;	/* a mark, or it waits */
		if (!all && entry->owner != owner &&
		    !ntio_issuer_is_gone(entry))
			continue;
		found = ntio_claim_entry(inflight, entry);
		if (!found)
			continue;
		/* Is cancelled now, and in the way of who looks for the next. */
		list_move_tail(&entry->list, &process->calls);
		return found;
	}
	return NULL;
}

/*
 * One of those whose threads went away and do not come back: all, or those of a
 * descriptor table and those that are gone. Held.
 */
struct ntio_call *ntio_claim_detached(struct ntio_file *file, fl_owner_t owner,
				      bool all)
{
	struct ntio_inflight *inflight = &file->inflight;
	struct ntio_process *process;
	struct ntio_call *found = NULL;

	spin_lock(&inflight->lock);
	list_for_each_entry(process, &inflight->processes, list) {
		found = ntio_claim_of(inflight, process, owner, all);
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
	struct ntio_process *process;
	struct ntio_entry *entry = NULL;
	struct ntio_call *call;

	spin_lock(&inflight->lock);
	process = ntio_find_process(inflight);
	if (process)
		entry = ntio_name_find(inflight, process, tag);
	if (entry) {
		call = container_of(entry, struct ntio_call, entry);
		if (ntio_request_tryhold(&call->rq))
			found = &call->rq;
	}
	spin_unlock(&inflight->lock);
	return found;
}
