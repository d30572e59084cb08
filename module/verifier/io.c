// SPDX-License-Identifier: GPL-2.0
/*
 * Verifier option io_verification: rules that cost something to check [2.42].
 * Those that cost nothing are checked always; see
 * ntio_handler_returned() and ntio_request_end().
 */
#include <linux/irqflags.h>
#include <linux/jhash.h>
#include <linux/preempt.h>

#include "base/violation.h"
#include "request/call.h"
#include "verifier/verifier.h"

/* What a driver forgot to set [2.42] 0x225. */
#define NTIO_STATUS_UNSET ((__force ntstatus_t)0xffffffff)

void ntio_io_enter(struct ntio_frame *frame,
		   const struct ntio_request *rq)
{
	if (!ntio_verifies(rq, NTIO_VERIFIER_IO_VERIFICATION))
		return;
	frame->verified = true;
	frame->irqs_off = irqs_disabled();
	frame->preempt = preempt_count();
}

/* What is left is put right, or the thread could not go on. */
void ntio_io_leave(const struct ntio_frame *frame,
		   struct ntio_device *device)
{
	if (likely(irqs_disabled() == frame->irqs_off &&
		   preempt_count() == frame->preempt))
		return;
	preempt_count_set(frame->preempt);
	if (frame->irqs_off)
		local_irq_disable();
	else
		local_irq_enable();
	ntio_violation(device, NTIO_VIOLATION_LEFT_ATOMIC);
}

static void ntio_io_down(struct ntio_request *rq)
{
	if (ntio_set_cancel(rq, NULL))
		ntio_violation(rq->device,
			       NTIO_VIOLATION_FORWARDED_WITH_CANCEL);
}

static void ntio_io_complete(struct ntio_request *rq, ntstatus_t status)
{
	if (status == NTIO_STATUS_UNSET)
		ntio_violation(rq->device, NTIO_VIOLATION_COMPLETED_UNSET);
}

/* Taken in any context: not of more than this, from the start. */
#define NTIO_IO_SUM_LIMIT (64 * PAGE_SIZE)

static u32 ntio_io_sum(const struct ntio_request *rq)
{
	size_t size = rq->verification->buffer_size;

	if (!rq->system_buffer)
		return 0;
	return jhash(rq->system_buffer, min(size, NTIO_IO_SUM_LIMIT), 0);
}

static void ntio_io_ended(struct ntio_request *rq)
{
	rq->verification->sum = ntio_io_sum(rq);
	ntio_verifier_count(NTIO_VERIFIER_IO_VERIFICATION);
}

/* With what outcome completion leaves a location, for its handler's return. */
static void ntio_io_leaving(struct ntio_request *rq)
{
	struct ntio_verification *v = rq->verification;
	unsigned int location = rq->current_location;

	WRITE_ONCE(v->locations[location].passed_status, rq->status);
	smp_wmb();	/* pairs with ntio_io_returned() */
	WRITE_ONCE(v->locations[location].passed,
		   rq->locations[location].generation);
}

/*
 * A driver below the top that returned another status than it completed with.
 * The first to return is the one: what those above pass on is not their own.
 *
 * Looks twice: a driver above may send the request down again meanwhile.
 */
static void ntio_io_returned(struct ntio_request *rq,
			     struct ntio_device *device, unsigned int location,
			     u32 generation, ntstatus_t returned)
{
	struct ntio_verification *v = rq->verification;
	ntstatus_t passed;

	if (!location || returned == STATUS_PENDING ||
	    READ_ONCE(v->locations[location].passed) != generation)
		return;
	smp_rmb();	/* pairs with ntio_io_leaving() */
	passed = READ_ONCE(v->locations[location].passed_status);
	smp_rmb();	/* the status, then whether it is still that one */
	if (READ_ONCE(v->locations[location].passed) != generation ||
	    passed == returned || READ_ONCE(v->blamed))
		return;
	WRITE_ONCE(v->blamed, true);
	ntio_violation(device, NTIO_VIOLATION_RETURNED_OTHER_STATUS);
}

/*
 * Who completed it is blamed. In a stack that need not be who wrote: another
 * driver may have kept a pointer, too.
 */
static void ntio_io_settled(struct ntio_request *rq, ntstatus_t returned)
{
	struct ntio_verification *v = rq->verification;

	if (v->sum != ntio_io_sum(rq))
		ntio_violation(v->completer, NTIO_VIOLATION_CHANGED_COMPLETED);
	if (rq->passed_down && returned != STATUS_PENDING &&
	    returned != rq->status && !READ_ONCE(v->blamed))
		ntio_violation(rq->device,
			       NTIO_VIOLATION_RETURNED_OTHER_STATUS);
}

const struct ntio_verifier_option_ops ntio_io_ops = {
	.down = ntio_io_down,
	.complete = ntio_io_complete,
	.leaving = ntio_io_leaving,
	.returned = ntio_io_returned,
	.ended = ntio_io_ended,
	.settled = ntio_io_settled,
};
