// SPDX-License-Identifier: GPL-2.0
/*
 * Verifier option io_verification: rules that cost something to check [2.42].
 * Those that cost nothing are checked always; see ntio_returned() and
 * ntio_request_end().
 */
#include <linux/irqflags.h>
#include <linux/jhash.h>
#include <linux/preempt.h>

#include "core.h"

/* What a driver forgot to set [2.42] 0x225. */
#define NTIO_STATUS_UNSET ((__force ntstatus_t)0xffffffff)

void __ntio_verify_enter(struct ntio_frame *frame,
			 const struct ntio_request *rq)
{
	if (!ntio_verifies(rq, NTIO_VERIFIER_IO_VERIFICATION))
		return;
	frame->verified = true;
	frame->irqs_off = irqs_disabled();
	frame->preempt = preempt_count();
}

/* What is left is put right, or the thread could not go on. */
void __ntio_verify_leave(const struct ntio_frame *frame,
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

void ntio_io_down(struct ntio_request *rq)
{
	if (ntio_verifies(rq, NTIO_VERIFIER_IO_VERIFICATION) &&
	    ntio_set_cancel(rq, NULL))
		ntio_violation(rq->device,
			       NTIO_VIOLATION_FORWARDED_WITH_CANCEL);
}

void ntio_io_complete(struct ntio_request *rq, ntstatus_t status)
{
	if (ntio_verifies(rq, NTIO_VERIFIER_IO_VERIFICATION) &&
	    status == NTIO_STATUS_UNSET)
		ntio_violation(rq->device, NTIO_VIOLATION_COMPLETED_UNSET);
}

static u32 ntio_io_sum(const struct ntio_request *rq)
{
	if (!rq->system_buffer)
		return 0;
	return jhash(rq->system_buffer, rq->verification->buffer_size, 0);
}

void ntio_io_ended(struct ntio_request *rq)
{
	if (!ntio_verifies(rq, NTIO_VERIFIER_IO_VERIFICATION))
		return;
	rq->verification->sum = ntio_io_sum(rq);
	ntio_verifier_count(NTIO_VERIFIER_IO_VERIFICATION);
}

/*
 * Who completed it is blamed. In a stack that need not be who wrote: another
 * driver may have kept a pointer, too.
 */
void ntio_io_settled(struct ntio_request *rq)
{
	if (ntio_verifies(rq, NTIO_VERIFIER_IO_VERIFICATION) &&
	    rq->verification->sum != ntio_io_sum(rq))
		ntio_violation(rq->verification->completer,
			       NTIO_VIOLATION_CHANGED_COMPLETED);
}
