// SPDX-License-Identifier: GPL-2.0
/*
 * Which references to an open file are handles.
 *
 * Windows tells a driver when the last handle is closed (cleanup) and when the
 * last reference is gone (close). Linux counts references only. Here
 *
 *	a handle is every reference to the open file that is not a request in
 *	flight and not a mapping:
 *
 * descriptors in any process, whether opened, duplicated, inherited or
 * received; descriptors under way in a socket; files registered with io_uring,
 * and polls that a ring has armed; and, for as long as it lasts, the reference
 * of any other system call.
 *
 * References of requests and mappings are known: ntio_file::in_flight counts
 * those requests whose system call holds one of its own, and those that outlive
 * it; ntio_file::mappings counts mappings. Every close(2) and every end of a
 * request looks whether a handle is left. If both miss the last one, because
 * somebody held a reference at that moment without being a handle, a worker
 * finds it out a moment later, see ntio_file_watch_begin(); and if nothing is
 * there that waits for it, cleanup comes with the last reference, right before
 * close.
 *
 * Where no driver of the stack has a cleanup, requests that a system call or a
 * ring has a reference for are not counted: they look like handles, and nobody
 * asks.
 */
#include <linux/fdtable.h>
#include <linux/file.h>

#include "base/work.h"
#include "compat.h"
#include "device/node.h"

/* Bits of ntio_file::state. */
enum {
	NTIO_FILE_CLEANED,	/* cleanup was called, or is being called */
};

/* When to look again whether the handles are gone: at first, and at last. */
#define NTIO_WATCH_FIRST (HZ / 100 + 1)
#define NTIO_WATCH_LAST (8UL * HZ)

/* How often requests may end while we count. */
#define NTIO_COUNT_TRIES 16

/*
 * The number of handles, never too small. A request or mapping takes its
 * reference before it is counted and gives it back after, so reading the count
 * first errs to the safe side; but for those that leave in between, which
 * @exits shows. What it is too large by, the watch makes good.
 */
static long ntio_file_handles(struct ntio_file *file)
{
	int exits, in_flight, tries;
	long refs;

	for (tries = 0; tries < NTIO_COUNT_TRIES; tries++) {
		exits = atomic_read(&file->exits);
		smp_rmb();	/* pairs with ntio_file_uncount() */
		in_flight = atomic_read(&file->in_flight) +
			    atomic_read(&file->mappings);
		smp_rmb();	/* pairs with ntio_file_count() */
		refs = file_count(file->filp);
		smp_rmb();	/* pairs with ntio_file_uncount() */
		if (exits == atomic_read(&file->exits))
			return refs - in_flight;
	}
	return LONG_MAX;
}

static void ntio_file_uncount(struct ntio_file *file, atomic_t *count)
{
	atomic_dec(count);
	smp_mb__after_atomic();		/* the count, then what shows it */
	atomic_inc(&file->exits);
}

/* No handle is left, and none can come back. */
bool ntio_file_is_cleaned(const struct ntio_file *file)
{
	return test_bit(NTIO_FILE_CLEANED, &file->state);
}

/* Whether the one who asks calls the drivers' cleanup. */
bool ntio_file_claim_cleanup(struct ntio_file *file)
{
	return !test_and_set_bit(NTIO_FILE_CLEANED, &file->state);
}

/* The last handle is gone, and this is not the place to call drivers. */
static void ntio_file_cleanup_later(struct ntio_file *file)
{
	if (!ntio_file_claim_cleanup(file))
		return;
	get_file(file->filp);		/* the work's */
	queue_work(file->device->node->ends, &file->cleanup_work);
}

/* A request begins whose reference to the file is not a handle. */
void ntio_file_count(struct ntio_file *file)
{
	smp_mb__before_atomic();	/* the reference, then the count */
	atomic_inc(&file->in_flight);
}

/**
 * ntio_file_enter_counted() - a system call begins a request
 * @file: its file, whose handles are counted
 *
 * A thread that does not share its descriptor table borrows the table's
 * reference, which is a handle. Others hold one of their own, which is not.
 * A table that stopped being shared meanwhile makes one reference look like a
 * handle that is none, which is the safe side.
 *
 * Return: for ntio_file_exit().
 */
bool ntio_file_enter_counted(struct ntio_file *file)
{
	if (atomic_read(&current->files->count) == 1)
		return false;
	ntio_file_count(file);
	return true;
}

/**
 * ntio_file_exit_counted() - a request ends whose reference is not a handle
 * @file: its file
 *
 * Context: Any thread; does not sleep.
 */
void ntio_file_exit_counted(struct ntio_file *file)
{
	if (ntio_file_handles(file) <= 0)
		ntio_file_cleanup_later(file);
	ntio_file_uncount(file, &file->in_flight);
}

/**
 * ntio_file_left() - whether a request was parked on a file without handles
 * @file: its file
 *
 * For a request that drivers have, and keep: the last handle may have been
 * closed before the request was counted, and then nobody saw that it was the
 * last; or cleanup came before a driver had the request, and missed it.
 * Whoever counts first and looks here after sees what the other one missed.
 */
bool ntio_file_left(struct ntio_file *file)
{
	if (!file->counts_handles)
		return false;
	if (!ntio_file_is_cleaned(file) && ntio_file_handles(file) > 0)
		return false;
	ntio_file_cleanup_later(file);
	return true;
}

/* A request outlives its system call and takes a reference of its own. */
void ntio_file_hold(struct ntio_file *file)
{
	get_file(file->filp);
	ntio_file_count(file);
}

/* The same by who knows of the file only. False: it has no references left. */
bool ntio_file_tryhold(struct ntio_file *file)
{
	if (!ntio_get_live_file(&file->filp))
		return false;
	ntio_file_count(file);
	return true;
}

/* The end of it; the file may be gone after. Sleeps. */
void ntio_file_unhold(struct ntio_file *file)
{
	struct file *filp = file->filp;

	ntio_file_exit_counted(file);
	fput(filp);
}

/* What cleanup would have to see, besides @holds of our own. */
static bool ntio_file_busy(struct ntio_file *file, int holds)
{
	return atomic_read(&file->in_flight) + atomic_read(&file->mappings) >
		holds;
}

/*
 * A handle was closed that did not look like the last one, and something is
 * there that waits for the last one's end. What looked like another handle may
 * be a reference that is about to go: that of a request which has ended, or of
 * a handle whose close has come this far, too. Nobody is told when it goes, so
 * look again, ever more seldom. The work has a hold on the file while it is
 * queued; who takes it off the queue has that hold.
 */
void ntio_file_watch_begin(struct ntio_file *file)
{
	if (!ntio_file_busy(file, 0))
		return;
	WRITE_ONCE(file->watch_delay, NTIO_WATCH_FIRST);
	ntio_file_hold(file);
	if (mod_delayed_work(ntio_core_wq, &file->watch, NTIO_WATCH_FIRST))
		ntio_file_unhold(file);		/* it was there, with its own */
}

/*
 * In the work: whether it is queued once more, and keeps its hold. @for_ever:
 * somebody may come back who is not seen when it does not.
 */
bool ntio_file_watch_again(struct ntio_file *file, bool for_ever)
{
	unsigned long delay = 2 * READ_ONCE(file->watch_delay);

	if (ntio_file_is_cleaned(file))
		return false;
	if (ntio_file_handles(file) <= 0) {
		ntio_file_cleanup_later(file);
		return false;
	}
	if (!ntio_file_busy(file, 1) ||
	    (delay > NTIO_WATCH_LAST && !for_ever))
		return false;
	delay = min(delay, NTIO_WATCH_LAST);
	WRITE_ONCE(file->watch_delay, delay);
	return queue_delayed_work(ntio_core_wq, &file->watch, delay);
}

/* In close(2), which has a reference still: whether no other handle is left. */
bool ntio_file_close_is_last(struct ntio_file *file)
{
	return ntio_file_handles(file) <= 1;
}

/* A mapping has its reference to the file already, resp. still. */
void ntio_file_map(struct ntio_file *file)
{
	smp_mb__before_atomic();	/* the reference, then the count */
	atomic_inc(&file->mappings);
}

void ntio_file_unmap(struct ntio_file *file)
{
	ntio_file_uncount(file, &file->mappings);
}
