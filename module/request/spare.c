// SPDX-License-Identifier: GPL-2.0
/*
 * Memory of requests that an open file keeps for the next ones.
 *
 * A system call takes and leaves the one in ntio_file::spare: most callers send
 * one request after the other. A ring has many in flight at once, so more of
 * them are kept, as many as a batch usually has; what a file had in flight at
 * one time beyond that goes back.
 */
#include <linux/spinlock.h>

#include "request/call.h"

/* How many, beside the one. */
#define NTIO_SPARES_MAX 64

/**
 * ntio_spare_pop() - memory that a ring's request of this file left
 * @file: held
 *
 * Return: NULL: there is none.
 */
struct ntio_call *ntio_spare_pop(struct ntio_file *file)
{
	struct ntio_inflight *inflight = &file->inflight;
	struct ntio_call *call;

	if (!READ_ONCE(inflight->nr_spares))
		return NULL;
	spin_lock(&inflight->lock);
	call = list_first_entry_or_null(&inflight->spares, struct ntio_call,
					entry.list);
	if (call) {
		list_del(&call->entry.list);
		WRITE_ONCE(inflight->nr_spares, inflight->nr_spares - 1);
	}
	spin_unlock(&inflight->lock);
	return call;
}

/**
 * ntio_spare_push() - keep the memory of a request for the next ones
 * @file: held
 * @call: used by nobody
 *
 * Return: false: the file has enough of it.
 */
bool ntio_spare_push(struct ntio_file *file, struct ntio_call *call)
{
	struct ntio_inflight *inflight = &file->inflight;
	bool room;

	spin_lock(&inflight->lock);
	room = inflight->nr_spares < NTIO_SPARES_MAX;
	if (room) {
		list_add(&call->entry.list, &inflight->spares);
		WRITE_ONCE(inflight->nr_spares, inflight->nr_spares + 1);
	}
	spin_unlock(&inflight->lock);
	return room;
}
