// SPDX-License-Identifier: GPL-2.0
/* Cancellation by name: the process asks for the end of its own requests. */
#include <linux/pid.h>
#include <linux/sched/signal.h>

#include "entry/entry.h"
#include "request/call.h"

/* Looked at under the lock of the table before others have their turn. */
#define NTIO_CANCEL_AT_ONCE 64

/**
 * struct ntio_walk - a walk through a list of requests in flight
 * @inflight: the table
 * @arg: which requests are wanted
 * @at: marks the place in the list; it has no process
 * @end: marks its end when the walk began: what is added later is not visited
 * @done: the place is at the end
 * @count: requests that were asked to end
 */
struct ntio_walk {
	struct ntio_inflight *inflight;
	const struct ntio_cancel *arg;
	struct ntio_entry at;
	struct ntio_entry end;
	bool done;
	u32 count;
};

static bool ntio_cancel_wanted(const struct ntio_entry *entry,
			       const struct ntio_cancel *arg)
{
	if (!entry->process)
		return false;	/* a mark of another walk */
	if (arg->flags & NTIO_CANCEL_THREAD)
		return entry->issuer == task_pid(current);
	return arg->flags || entry->tag == arg->request;
}

/*
 * Finds the next one, and holds it.
 *
 * Return: NULL: none among those that it had time for, or there is none.
 */
static struct ntio_request *ntio_walk_next(struct ntio_walk *walk)
{
	unsigned int left = NTIO_CANCEL_AT_ONCE;
	struct ntio_request *found = NULL;
	struct ntio_entry *entry;

	spin_lock(&walk->inflight->lock);
	entry = list_next_entry(&walk->at, list);
	while (entry != &walk->end && left-- && !found) {
		struct ntio_call *call = container_of(entry, struct ntio_call,
						      entry);

		if (ntio_cancel_wanted(entry, walk->arg) &&
		    ntio_request_tryhold(&call->rq))
			found = &call->rq;
		entry = list_next_entry(entry, list);
	}
	list_move_tail(&walk->at.list, &entry->list);
	walk->done = entry == &walk->end;
	spin_unlock(&walk->inflight->lock);
	return found;
}

static void ntio_cancel_held(struct ntio_request *rq, u32 *count)
{
	*count += !ntio_request_completed(rq);
	ntio_cancel_for_caller(rq);
	ntio_request_put(rq);
}

/* Of the current process [8.30], whose lists stay as long as it does. */
static u32 ntio_cancel_list(struct ntio_inflight *inflight,
			    struct list_head *list,
			    const struct ntio_cancel *arg)
{
	struct ntio_walk walk = { .inflight = inflight, .arg = arg };
	struct ntio_request *rq;

	spin_lock(&inflight->lock);
	list_add(&walk.at.list, list);
	list_add_tail(&walk.end.list, list);
	spin_unlock(&inflight->lock);
	do {
		rq = ntio_walk_next(&walk);
		if (rq)
			ntio_cancel_held(rq, &walk.count);
		cond_resched();
	} while (!walk.done && !fatal_signal_pending(current));
	spin_lock(&inflight->lock);
	list_del(&walk.at.list);
	list_del(&walk.end.list);
	spin_unlock(&inflight->lock);
	return walk.count;
}

/* By address, of a ring: the hash knows. */
static u32 ntio_cancel_named(struct ntio_inflight *inflight, u64 tag)
{
	struct ntio_request *rq = ntio_find_request(inflight, tag);
	u32 count = 0;

	if (rq)
		ntio_cancel_held(rq, &count);
	return count;
}

static int ntio_ioc_cancel(struct ntio_ucmd *ucmd)
{
	struct ntio_inflight *inflight = &ucmd->file->inflight;
	const u32 known = NTIO_CANCEL_ALL | NTIO_CANCEL_THREAD;
	struct ntio_cancel *arg = ucmd->cmd;
	struct ntio_process *process;
	u32 count = 0;

	if (arg->flags & ~known || arg->flags == known ||
	    (arg->flags && arg->request))
		return -EOPNOTSUPP;
	if (!arg->flags)
		count = ntio_cancel_named(inflight, arg->request);
	/* A thread is not in another call of its own. */
	if (!count && !(arg->flags & NTIO_CANCEL_THREAD))
		ntio_note_cancel(inflight, arg->request, arg->flags);
	spin_lock(&inflight->lock);
	process = ntio_find_process(inflight);
	spin_unlock(&inflight->lock);
	if (arg->flags && process)
		count = ntio_cancel_list(inflight, &process->requests, arg);
	if (process)
		count += ntio_cancel_list(inflight, &process->calls, arg);
	arg->out_cancelled = count;
	arg->__out_reserved = 0;
	if (!count && !(arg->flags & NTIO_CANCEL_THREAD))
		ucmd->result = -ENOENT;
	return 0;
}

NTIO_IOCTL_OP(cancel, CANCEL, out_cancelled, __out_reserved);
