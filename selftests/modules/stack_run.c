// SPDX-License-Identifier: GPL-2.0
/*
 * What the devices of the stack test driver do with a request: as planned,
 * right or wrong. All that happens is noted, in order.
 */
#include <linux/sched.h>
#include <linux/spinlock.h>

#include "stack_run.h"

struct stack_level stack_levels[STACK_LEVELS];
DECLARE_COMPLETION(stack_go);

/* --- what happened -------------------------------------------------------- */

#define STACK_EVENTS 64

static DEFINE_SPINLOCK(stack_trace_lock);
static struct stack_event stack_events[STACK_EVENTS];
static unsigned int stack_nr_events;

void stack_note(struct stack_event event, struct stack_level *level)
{
	event.level = level - stack_levels;
	event.in_thread = !!(current->flags & PF_KTHREAD);
	spin_lock(&stack_trace_lock);
	if (stack_nr_events < STACK_EVENTS)
		stack_events[stack_nr_events++] = event;
	spin_unlock(&stack_trace_lock);
}

size_t stack_read_trace(struct stack_event *events, size_t n)
{
	spin_lock(&stack_trace_lock);
	n = min_t(size_t, n, stack_nr_events);
	memcpy(events, stack_events, n * sizeof(*events));
	spin_unlock(&stack_trace_lock);
	return n;
}

void stack_forget_trace(void)
{
	spin_lock(&stack_trace_lock);
	stack_nr_events = 0;
	spin_unlock(&stack_trace_lock);
}

static void stack_note_rq(u8 kind, const struct ntio_request *rq)
{
	stack_note((struct stack_event){
		.kind = kind,
		.code = rq->code,
		.out_len = rq->out_len,
	}, stack_level(rq->device));
}

/* --- requests ------------------------------------------------------------- */

static ntstatus_t stack_act(struct ntio_request *rq, u32 action);
static ntstatus_t stack_done(struct ntio_device *device,
			     struct ntio_request *rq, void *context);

static ntstatus_t stack_complete(struct ntio_request *rq,
				 struct stack_level *level)
{
	struct stack_plan *plan = &level->plan;

	if (plan->flags & STACK_SUCCEED_LAST &&
	    atomic_read(&level->calls) > plan->times)
		return ntio_complete(rq, STATUS_SUCCESS, plan->information);
	return ntio_complete(rq, stack_status(plan->status),
			     plan->information);
}

static ntstatus_t stack_forward(struct ntio_request *rq,
				struct stack_level *level)
{
	struct stack_plan *plan = &level->plan;
	struct ntio_params *params;

	if (plan->flags & STACK_PARAMS) {
		params = ntio_next_params(rq);
		params->code = IOCTL_STACK_RUN_TOO;
		params->out_len = STACK_PARAMS_LEN;
	}
	if (plan->when)
		ntio_set_completion(rq, stack_done, level, plan->when);
	return ntio_forward(rq);
}

/* As for a synchronous call: the routine hands the request back. */
static ntstatus_t stack_forward_wait(struct ntio_request *rq,
				     struct stack_level *level)
{
	stack_forward(rq, level);
	wait_for_completion(&level->stopped);
	level->held = NULL;
	return stack_complete(rq, level);
}

static void stack_worker(struct ntio_request *rq)
{
	struct stack_level *level = stack_level(rq->device);

	stack_note_rq(STACK_WORKER, rq);
	if (level->plan.action == STACK_WORK_WAIT)
		wait_for_completion(&stack_go);
	stack_act(rq, level->plan.work);
}

/* A request that was completed already: only looks at it. */
static void stack_late_worker(struct ntio_request *rq)
{
	ntio_complete(rq, STATUS_UNSUCCESSFUL, 0);
}

/* What is queued here begins after this has returned: it is the same item. */
static void stack_twice_worker(struct ntio_request *rq)
{
	ntio_queue_work(rq, stack_worker);
	ntio_queue_work(rq, stack_worker);
}

static ntstatus_t stack_work_mistake(struct ntio_request *rq, u32 action)
{
	if (action == STACK_WORK_TWICE)
		return ntio_queue_work(rq, stack_twice_worker);
	ntio_queue_work(rq, stack_late_worker);
	stack_complete(rq, stack_level(rq->device));
	return STATUS_PENDING;
}

static ntstatus_t stack_act(struct ntio_request *rq, u32 action)
{
	struct stack_level *level = stack_level(rq->device);
	ntstatus_t status;

	switch (action) {
	case STACK_FORWARD:
		return stack_forward(rq, level);
	case STACK_SKIP:
		return ntio_skip(rq);
	case STACK_WORK:
	case STACK_WORK_WAIT:
		return ntio_queue_work(rq, stack_worker);
	case STACK_WORK_TWICE:
	case STACK_WORK_COMPLETE:
		return stack_work_mistake(rq, action);
	case STACK_FORWARD_WAIT:
		return stack_forward_wait(rq, level);
	case STACK_FORWARD_COMPLETE:
		status = stack_forward(rq, level);
		stack_complete(rq, level);
		return status;
	case STACK_COMPLETE_TWICE:
		status = stack_complete(rq, level);
		ntio_complete(rq, STATUS_UNSUCCESSFUL, 77);
		return status;
	case STACK_PREPARE_COMPLETE:
		memset(ntio_next_params(rq), 0xff, sizeof(struct ntio_params));
		ntio_set_completion(rq, stack_done, level, NTIO_ON_ANY);
		return stack_complete(rq, level);
	default:
		return stack_complete(rq, level);
	}
}

static ntstatus_t stack_serve(struct ntio_request *rq, u8 kind)
{
	struct stack_level *level = stack_level(rq->device);
	ntstatus_t status;
	u32 action = level->plan.action;
	bool mark = level->plan.flags & STACK_MARK;

	stack_note_rq(kind, rq);
	if (atomic_inc_return(&level->calls) > level->plan.times &&
	    level->plan.flags & STACK_SLOW_LATER)
		action = STACK_WORK;
	if (mark)
		ntio_mark_pending(rq);
	status = stack_act(rq, action);
	return mark ? STATUS_PENDING : status;
}

ntstatus_t stack_run(struct ntio_request *rq)
{
	return stack_serve(rq, STACK_HANDLER);
}

ntstatus_t stack_other(struct ntio_request *rq)
{
	return stack_serve(rq, STACK_OTHER_HANDLER);
}

ntstatus_t stack_in_caller(const struct ntio_caller *caller,
			   struct ntio_request *rq)
{
	return stack_serve(rq, STACK_CALLER_HANDLER);
}

/* --- completion routines -------------------------------------------------- */

static void stack_end_worker(struct ntio_request *rq)
{
	struct stack_level *level = stack_level(rq->device);

	stack_note_rq(STACK_WORKER, rq);
	ntio_complete(rq, stack_status(level->plan.routine_status),
		      level->plan.routine_information);
}

static void stack_retry_worker(struct ntio_request *rq)
{
	stack_note_rq(STACK_WORKER, rq);
	stack_forward(rq, stack_level(rq->device));
}

static ntstatus_t stack_continue(struct ntio_request *rq,
				 const struct stack_plan *plan)
{
	if (rq->pending_returned && !(plan->flags & STACK_KEEP_PENDING))
		ntio_mark_pending(rq);
	return STATUS_SUCCESS;
}

static ntstatus_t stack_retry(struct ntio_request *rq,
			      struct stack_level *level)
{
	if (atomic_inc_return(&level->retries) > level->plan.times)
		return stack_continue(rq, &level->plan);
	if (level->plan.routine == STACK_RETRY_WORK)
		ntio_queue_work(rq, stack_retry_worker);
	else
		stack_forward(rq, level);
	return STATUS_MORE_PROCESSING_REQUIRED;
}

/* Mistakes: the request is given away, and the completion continued. */
static ntstatus_t stack_mistake(struct ntio_request *rq,
				struct stack_level *level)
{
	struct stack_plan *plan = &level->plan;

	switch (plan->routine) {
	case STACK_COMPLETE_CONTINUE:
		ntio_complete(rq, stack_status(plan->routine_status),
			      plan->routine_information);
		break;
	case STACK_WORK_CONTINUE:
		ntio_queue_work(rq, stack_end_worker);
		break;
	case STACK_FORWARD_CONTINUE:
		plan->routine = STACK_CONTINUE;
		stack_forward(rq, level);
		break;
	}
	return STATUS_SUCCESS;
}

static ntstatus_t stack_done(struct ntio_device *device,
			     struct ntio_request *rq, void *context)
{
	struct stack_level *level = context;
	struct stack_plan *plan = &level->plan;

	stack_note((struct stack_event){
		.kind = STACK_ROUTINE,
		.pending_returned = rq->pending_returned,
		.code = rq->code,
		.out_len = rq->out_len,
		.status = (__force u32)rq->status,
		.information = rq->information,
	}, stack_level(device));
	switch (plan->routine) {
	case STACK_CONTINUE:
		return stack_continue(rq, plan);
	case STACK_CHANGE:
		rq->status = stack_status(plan->routine_status);
		rq->information = plan->routine_information;
		return stack_continue(rq, plan);
	case STACK_STOP:
		level->held = rq;
		complete(&level->stopped);
		return STATUS_MORE_PROCESSING_REQUIRED;
	case STACK_STOP_COMPLETE:
		if (rq->pending_returned)
			ntio_mark_pending(rq);
		ntio_complete(rq, stack_status(plan->routine_status),
			      plan->routine_information);
		return STATUS_MORE_PROCESSING_REQUIRED;
	case STACK_STOP_WORK:
		ntio_queue_work(rq, stack_end_worker);
		return STATUS_MORE_PROCESSING_REQUIRED;
	case STACK_RETRY:
	case STACK_RETRY_WORK:
		return stack_retry(rq, level);
	default:
		return stack_mistake(rq, level);
	}
}
