// SPDX-License-Identifier: GPL-2.0
/*
 * The order in which the requests of a ring end.
 *
 * A ring's entries come in the order in which drivers complete: they are the
 * packets of a completion port. Where worker threads of the ring wait for the
 * ends, each for its own, they wake in any order. So a request takes a turn
 * when it ends, and its worker posts the entry when those of the same ring that
 * ended before have posted theirs.
 *
 * A request that ends in its own dispatch has no turn, and waits for none: its
 * worker has not let go of it yet.
 */
#include "compat.h"
#include "request/call.h"

static LIST_HEAD(ntio_turns);
static DEFINE_RAW_SPINLOCK(ntio_turn_lock);

static struct ntio_call *ntio_turn_first(const void *ring)
{
	struct ntio_call *call;

	list_for_each_entry(call, &ntio_turns, turn.list)
		if (call->turn.ring == ring)
			return call;
	return NULL;
}

/* Completion has reached the top; the worker does not know yet. Any context. */
void ntio_turn_take(struct ntio_call *call)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&ntio_turn_lock, flags);
	if (!ntio_turn_first(call->turn.ring))
		complete(&call->turn.come);
	list_add_tail(&call->turn.list, &ntio_turns);
	raw_spin_unlock_irqrestore(&ntio_turn_lock, flags);
}

/* Whoever is killed does not wait. */
void ntio_turn_wait(struct ntio_call *call)
{
	if (!list_empty(&call->turn.list))
		wait_for_completion_state(&call->turn.come,
					  TASK_KILLABLE | TASK_FREEZABLE);
}

/* It is the next one's turn. Any context. */
void ntio_turn_pass(struct ntio_call *call)
{
	struct ntio_call *next;
	unsigned long flags;

	if (list_empty(&call->turn.list))
		return;
	raw_spin_lock_irqsave(&ntio_turn_lock, flags);
	list_del_init(&call->turn.list);
	next = ntio_turn_first(call->turn.ring);
	if (next)
		complete(&next->turn.come);
	raw_spin_unlock_irqrestore(&ntio_turn_lock, flags);
}
