// SPDX-License-Identifier: GPL-2.0
/*
 * A system call waits for its request.
 *
 * The thread sleeps interruptibly: it can be stopped, traced and frozen, and
 * its signal handlers run, while the request stays in flight. When a signal
 * arrives the thread leaves the request in the table of its file, as detached,
 * and the system call returns -ERESTARTSYS. If it is restarted, by a debugger
 * that lets the thread go on, or after a handler with SA_RESTART, it finds the
 * request under its thread and the address that names it, and waits on. The
 * driver notices nothing.
 *
 * A handler without SA_RESTART ends the call, and so cancels the request, as an
 * alertable wait does on Windows [8.22]. If the driver does not give it back at
 * once, the handler runs all the same, and the request is given up: it stays in
 * the table, where the same call finds it again, until it ends.
 *
 * Whoever never comes back, because it jumped out of a handler or was killed
 * there, gives the request up when its descriptors are closed.
 *
 * The worker threads of a ring cannot be called away: a stop or a freeze of
 * their process leaves them waiting. They give up only if the ring wants them
 * back, which it says by TIF_NOTIFY_SIGNAL, or if they are killed.
 */
#include <linux/sched/signal.h>

#include <trace/events/ntio.h>

#include "device/node.h"
#include "request/release.h"

/* How often a worker looks whether the stop of its process is over. */
#define NTIO_STOP_PATIENCE (HZ / 20 + 1)

/*
 * Sleeps in @state until the request has ended, or the thread is wanted. False:
 * it has not ended, and the phase is DETACHED.
 */
static bool ntio_wait_in(struct ntio_request *rq, unsigned int state)
{
	int phase = atomic_read(&rq->phase);

	init_completion(&rq->done);
	do {
		if (phase == NTIO_PHASE_ENDED) {
			smp_acquire__after_ctrl_dep();
			return true;
		}
	} while (!atomic_try_cmpxchg(&rq->phase, &phase, NTIO_PHASE_WAITED));
	if (!wait_for_completion_state(&rq->done, state))
		return true;
	return ntio_ended_before(rq, NTIO_PHASE_WAITED, NTIO_PHASE_DETACHED);
}

/* Nobody waits for the request any more. False: it has ended. */
static bool ntio_leave(struct ntio_request *rq, enum ntio_phase phase)
{
	return !ntio_ended_before(rq, NTIO_PHASE_DETACHED, phase);
}

/* A caller that cannot wait any more: the driver gets one chance. */
static enum ntio_wait ntio_wait_killed(struct ntio_request *rq)
{
	ntio_cancel_for_caller(rq);
	if (!ntio_leave(rq, NTIO_PHASE_ABANDONED))
		return NTIO_WAIT_ENDED;
	ntio_request_abandon(rq);
	return NTIO_WAIT_KILLED;
}

/**
 * ntio_wait_killable() - a driver waits for a request that it made
 * @rq: sent; its ops, if there are any, are told of an end that comes later
 *
 * Return: false: the thread is being killed; the request goes on without it.
 */
bool ntio_wait_killable(struct ntio_request *rq)
{
	if (ntio_wait_in(rq, TASK_KILLABLE | TASK_FREEZABLE | TASK_NOLOAD))
		return true;
	ntio_cancel_for_caller(rq);
	return !ntio_leave(rq, rq->ops ? NTIO_PHASE_PARKED :
					 NTIO_PHASE_ABANDONED);
}

/* Nobody came back. The hold on the file goes with the request. */
static void ntio_given_up_ended(struct ntio_request *rq)
{
	set_bit(NTIO_REQUEST_KEEPS_FILE, &rq->state);
	set_bit(NTIO_REQUEST_ABANDONED, &rq->state);
	trace_ntio_abandoned(rq, rq->device);
	ntio_request_put_atomic(rq);		/* the caller's */
}

static const struct ntio_request_ops ntio_given_up_ops = {
	.ended = ntio_given_up_ended,
};

/* The call ends with -EINTR, whatever becomes of the request. */
static enum ntio_wait ntio_wait_interrupted(struct ntio_call *call)
{
	struct ntio_request *rq = &call->rq;

	call->interrupted = true;
	ntio_cancel_for_caller(rq);
	rq->ops = &ntio_given_up_ops;
	ntio_file_hold(rq->file);
	ntio_detach_entry(call);
	if (ntio_leave(rq, NTIO_PHASE_PARKED))
		return NTIO_WAIT_GIVEN_UP;
	ntio_file_unhold(rq->file);
	return NTIO_WAIT_ENDED;
}

/*
 * The system call is restarted, and comes back here; or not, where another
 * thread has closed the descriptor: then the file has no handle any more, and
 * whoever finds that gives the request up, or has done so for others already.
 */
static enum ntio_wait ntio_wait_restarted(struct ntio_call *call)
{
	struct ntio_file *file = call->rq.file;

	ntio_file_hold(file);
	ntio_detach_entry(call);
	ntio_file_watch_begin(file);
	if (ntio_file_is_cleaned(file))
		ntio_calls_give_up(file, NULL, true);
	return NTIO_WAIT_RESTART;
}

/* The current thread's own: nobody else takes it away. */
static struct sighand_struct *ntio_sighand(void)
{
	return rcu_dereference_protected(current->sighand, true);
}

/* The handler of the signal that is delivered first; NULL: there is none. */
static const struct k_sigaction *ntio_next_handler(struct sigpending *pending)
{
	const struct k_sigaction *action = ntio_sighand()->action;
	int sig;

	lockdep_assert_held(&ntio_sighand()->siglock);
	for (sig = 1; sig <= _NSIG; sig++, action++)
		if (sigismember(&pending->signal, sig) &&
		    !sigismember(&current->blocked, sig) &&
		    action->sa.sa_handler != SIG_DFL &&
		    action->sa.sa_handler != SIG_IGN)
			return action;
	return NULL;
}

/*
 * Whether a handler runs next that ends system calls. A debugger may still
 * decide otherwise.
 */
static bool ntio_signal_ends_call(void)
{
	const struct k_sigaction *action;
	bool ends;

	spin_lock_irq(&ntio_sighand()->siglock);
	action = ntio_next_handler(&current->pending) ?:
		 ntio_next_handler(&current->signal->shared_pending);
	ends = action && !(action->sa.sa_flags & SA_RESTART);
	spin_unlock_irq(&ntio_sighand()->siglock);
	return ends;
}

static enum ntio_wait ntio_wait_in_call(struct ntio_call *call)
{
	struct ntio_request *rq = &call->rq;
	unsigned int state = TASK_INTERRUPTIBLE | TASK_FREEZABLE;

	if (!call->restartable || !ntio_may_detach(rq->file))
		state = TASK_KILLABLE | TASK_FREEZABLE | TASK_NOLOAD;
	if (ntio_wait_in(rq, state))
		return NTIO_WAIT_ENDED;
	if (fatal_signal_pending(current))
		return ntio_wait_killed(rq);
	if (ntio_signal_ends_call())
		return ntio_wait_interrupted(call);
	return ntio_wait_restarted(call);
}

/*
 * The process of a ring's worker is being stopped, and the worker stays here:
 * waits a moment, and forgets the signal if it is not meant for it any more.
 */
static void ntio_wait_out_stop(void)
{
	set_current_state(TASK_KILLABLE | TASK_FREEZABLE | TASK_NOLOAD);
	schedule_timeout(NTIO_STOP_PATIENCE);
	spin_lock_irq(&ntio_sighand()->siglock);
	recalc_sigpending();
	spin_unlock_irq(&ntio_sighand()->siglock);
}

/*
 * A thread that carries out what its ring must not wait for. One that polls the
 * submission queue is none: no ring asks for it back by TIF_NOTIFY_SIGNAL.
 */
static bool ntio_in_ring_worker(void)
{
	return current->flags & PF_IO_WORKER && current->worker_private;
}

static enum ntio_wait ntio_wait_in_worker(struct ntio_request *rq)
{
	while (!ntio_wait_in(rq, TASK_INTERRUPTIBLE | TASK_FREEZABLE)) {
		if (fatal_signal_pending(current) ||
		    test_thread_flag(TIF_NOTIFY_SIGNAL))
			return ntio_wait_killed(rq);
		ntio_wait_out_stop();
	}
	return NTIO_WAIT_ENDED;
}

/* Lets the call be found, and finds out whether it was looked for before. */
static void ntio_call_appear(struct ntio_call *call, enum ntio_call_kind kind,
			     u64 tag)
{
	/* Without a name the thread cannot be called away. */
	if (!ntio_track_call(call, kind, tag))
		call->restartable = false;
	if (ntio_missed_cancel(call, tag))
		ntio_cancel_for_caller(&call->rq);
}

/**
 * ntio_call_wait_on() - wait until the drivers have completed a request
 * @call: dispatched, or resumed; had not ended a moment ago
 * @kind: what the caller does
 * @tag: the address that names it
 *
 * Return: how it came out. After NTIO_WAIT_RESTART and NTIO_WAIT_GIVEN_UP @call
 *	is not the caller's any more.
 */
enum ntio_wait ntio_call_wait_on(struct ntio_call *call,
				 enum ntio_call_kind kind, u64 tag)
{
	struct ntio_request *rq = &call->rq;
	enum ntio_wait wait;

	if (!call->entry.process)
		ntio_call_appear(call, kind, tag);
	if (ntio_file_left(rq->file))
		ntio_cancel_for_caller(rq);
	if (ntio_in_ring_worker())
		wait = ntio_wait_in_worker(rq);
	else
		wait = ntio_wait_in_call(call);
	if (wait == NTIO_WAIT_ENDED || wait == NTIO_WAIT_KILLED)
		ntio_untrack(call);
	return wait;
}

/**
 * ntio_call_resume_detached() - find the request that a restarted call left in flight
 * @file: the file
 * @kind: what the caller does
 * @tag: the address that names it
 *
 * Return: the call, the caller's again; NULL: there is none.
 */
struct ntio_call *ntio_call_resume_detached(struct ntio_file *file,
					    enum ntio_call_kind kind, u64 tag)
{
	struct ntio_call *call = ntio_attach_entry(file, kind, tag);

	if (!call)
		return NULL;
	/* One that was given up and has ended is being freed. */
	if (call->rq.ops &&
	    atomic_cmpxchg(&call->rq.phase, NTIO_PHASE_PARKED,
			   NTIO_PHASE_DETACHED) != NTIO_PHASE_PARKED) {
		ntio_request_put(&call->rq);
		return NULL;
	}
	call->rq.ops = NULL;
	call->interrupted = false;
	ntio_file_unhold(file);
	ntio_request_put(&call->rq);		/* that of looking it up */
	return call;
}

/**
 * ntio_call_give_up() - nobody comes back to a call
 * @call: the caller's; gone after
 */
void ntio_call_give_up(struct ntio_call *call)
{
	struct ntio_request *rq = &call->rq;

	ntio_cancel_for_caller(rq);
	if (ntio_leave(rq, NTIO_PHASE_ABANDONED))
		ntio_request_abandon(rq);
	ntio_untrack(call);
	ntio_call_finish(call);
}

/**
 * ntio_calls_give_up() - whoever went away from its wait does not come back
 * @file: the file
 * @owner: threads with this descriptor table, and all that are gone; NULL: none
 *	but those
 * @all: all threads
 *
 * Return: whether some others may still come back.
 */
bool ntio_calls_give_up(struct ntio_file *file, fl_owner_t owner, bool all)
{
	struct ntio_call *call;
	struct ntio_request *rq;

	while (ntio_has_detached(file) &&
	       (call = ntio_claim_detached(file, owner, all))) {
		rq = &call->rq;
		ntio_cancel_for_caller(rq);
		/* The hold on the file goes with the request. */
		if (rq->ops) {
			if (atomic_cmpxchg(&rq->phase, NTIO_PHASE_PARKED,
					   NTIO_PHASE_ABANDONED) ==
			    NTIO_PHASE_PARKED)
				ntio_given_up_ended(rq);
		} else {
			ntio_leave(rq, NTIO_PHASE_ABANDONED);
			ntio_given_up_ended(rq);
		}
		ntio_request_put(rq);
		cond_resched();
	}
	return ntio_has_detached(file);
}
