// SPDX-License-Identifier: GPL-2.0
/*
 * What an overlapped request has besides a ring's entry: the caller's event and
 * I/O status block, and the word that a driver has begun.
 *
 * The kernel tells them, so that they are right whether or not a thread of the
 * caller looks at the ring.
 */
#include <linux/uaccess.h>

#include "compat.h"
#include "entry/entry.h"
#include "request/call.h"
#include "../uapi/ntio_handle.h"

/*
 * As ntio_capture_usual(), of a structure that lies in one page. False: it does
 * not, or is not there; look closer.
 */
static bool ntio_overlapped_capture_usual(struct ntio_ucmd *ucmd,
					  struct ntio_overlapped *arg)
{
	struct ntio_overlapped __user *from = ucmd->ubuffer;
	u64 __user *part = ucmd->ubuffer;
	u64 *word = (u64 *)arg;

	BUILD_BUG_ON(offsetof(struct ntio_device_control, out_status) !=
		     5 * sizeof(*word));
	BUILD_BUG_ON(offsetof(struct ntio_overlapped, iosb) !=
		     9 * sizeof(*word));
	BUILD_BUG_ON(sizeof(struct ntio_overlapped) != 13 * sizeof(*word));
	if (offset_in_page(from) + sizeof(*from) > PAGE_SIZE ||
	    !user_access_begin(from, sizeof(*from)))
		return false;
	unsafe_get_user(word[0], part, fault);
	unsafe_get_user(word[1], part + 1, fault);
	unsafe_get_user(word[2], part + 2, fault);
	unsafe_get_user(word[3], part + 3, fault);
	unsafe_get_user(word[4], part + 4, fault);
	unsafe_get_user(word[9], part + 9, fault);
	unsafe_get_user(word[10], part + 10, fault);
	unsafe_get_user(word[11], part + 11, fault);
	unsafe_get_user(word[12], part + 12, fault);
	unsafe_put_user(arg->control.size, &from->control.size, fault);
	user_access_end();
	return true;
fault:
	user_access_end();
	return false;
}

static int ntio_overlapped_capture_any(struct ntio_ucmd *ucmd,
				       struct ntio_overlapped *arg)
{
	if (copy_from_user(arg, ucmd->ubuffer, sizeof(*arg)))
		return -EFAULT;
	ucmd->user_size = sizeof(arg->control);
	return ntio_ucmd_probe(ucmd);
}

/**
 * ntio_overlapped_capture() - read the caller's structure, once
 * @ucmd: all but its size and the structure is set; @ucmd->cmd lies in @arg
 * @arg: where the structure goes
 *
 * Return: 0 or an errno.
 */
int ntio_overlapped_capture(struct ntio_ucmd *ucmd, struct ntio_overlapped *arg)
{
	int rc = 0;

	might_fault();
	if (!ntio_overlapped_capture_usual(ucmd, arg))
		rc = ntio_overlapped_capture_any(ucmd, arg);
	if (rc)
		return rc;
	/* What lies behind the control must be where we look for it. */
	ucmd->user_size = arg->control.size;
	if (ucmd->user_size != sizeof(arg->control))
		return -EINVAL;
	if (arg->kind > NTIO_OVERLAPPED_WRITE || arg->__reserved)
		return -EOPNOTSUPP;
	return arg->iosb == (unsigned long)arg->iosb ? 0 : -EFAULT;
}

static int ntio_event_get(struct eventfd_ctx **event, u32 handle)
{
	struct eventfd_ctx *found;

	if (!handle)
		return 0;
	found = eventfd_ctx_fdget(ntio_fd_from_handle(handle));
	if (IS_ERR(found))
		return PTR_ERR(found);
	*event = found;
	return 0;
}

/*
 * Whoever is removed reads what there is; so nobody is. What comes after this
 * stays: the driver may signal the very event, or another request that has it.
 *
 * It wakes those who wait until they may write, with the lock of the event. A
 * poll of aio answers by signalling an event, which may be this one: unless it
 * sees, as from read(2), that we are in one. Interrupts that signal others must
 * not see that; of a real-time kernel none does.
 */
static void ntio_event_empty(struct eventfd_ctx *event)
{
	wait_queue_entry_t nobody;
	unsigned long flags = 0;
	u64 count;

	INIT_LIST_HEAD(&nobody.entry);
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		local_irq_save(flags);
	current->in_eventfd = 1;
	eventfd_ctx_remove_wait_queue(event, &nobody, &count);
	current->in_eventfd = 0;
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		local_irq_restore(flags);
}

/**
 * ntio_told_submitted() - the request exists, and no driver has it yet [2.35]
 * @told: of the request
 */
void ntio_told_submitted(const struct ntio_told *told)
{
	if (told->event)
		ntio_event_empty(told->event);
}

void ntio_told_put(struct ntio_told *told)
{
	if (told->event)
		eventfd_ctx_put(told->event);
	if (told->begun)
		eventfd_ctx_put(told->begun);
}

/* The begin, or the end, can be seen by whoever waits for it. */
void ntio_told_begun(const struct ntio_told *told)
{
	ntio_eventfd_signal(told->begun);
}

/* There is no request: the end can be seen. */
void ntio_told_fail(struct ntio_told *told)
{
	if (told->begun)
		ntio_told_begun(told);
	ntio_told_put(told);
}

/**
 * ntio_told_get() - find the events
 * @told: becomes what @arg says
 * @arg: captured
 *
 * Return: 0 or an errno; then @told holds nothing.
 */
int ntio_told_get(struct ntio_told *told, const struct ntio_overlapped *arg)
{
	int rc;

	told->iosb = u64_to_user_ptr(arg->iosb);
	told->event = NULL;
	told->begun = NULL;
	rc = ntio_event_get(&told->begun, arg->begun);
	if (!rc)
		rc = ntio_event_get(&told->event, arg->event);
	if (rc)
		ntio_told_fail(told);
	return rc;
}

/* Who looks without waiting looks at the status: it comes last [8.18]. */
static void ntio_told_iosb(const struct ntio_told *told,
			   const struct ntio_device_control *arg)
{
	if (!user_write_access_begin(told->iosb, sizeof(*told->iosb)))
		return;
	unsafe_put_user(arg->out_information, &told->iosb->information, fault);
	smp_wmb();	/* the information, then the status that vouches for it */
	unsafe_put_user((u64)arg->out_iosb_status, &told->iosb->status, fault);
fault:
	user_write_access_end();
}

/**
 * ntio_told_end() - the request has ended, in the caller's address space
 * @told: of the request
 * @arg: the answer; the caller's structure may not have it
 */
void ntio_told_end(const struct ntio_told *told,
		   const struct ntio_device_control *arg)
{
	if (told->iosb && arg->out_flags & NTIO_OUT_IOSB)
		ntio_told_iosb(told, arg);
	if (told->event && arg->out_flags & NTIO_OUT_COMPLETION)
		ntio_eventfd_signal(told->event);
}

/* The word that vouches for the rest comes last. */
static void ntio_told_mark(const struct ntio_call *call)
{
	struct ntio_device_control __user *to = call->ubuffer;
	u32 flags = NTIO_OUT_BEGUN;

	if (call->returned == STATUS_PENDING)
		flags |= NTIO_OUT_PENDED;
	if (!user_write_access_begin(to, sizeof(*to)))
		return;
	unsafe_put_user((__force u32)call->returned, &to->out_status, fault);
	unsafe_put_user(0, &to->out_iosb_status, fault);
	unsafe_put_user(flags, &to->out_flags, fault);
	smp_wmb();	/* all that there is, then the reason, which says so */
	unsafe_put_user(NTIO_REASON_NONE, &to->out_reason, fault);
fault:
	user_write_access_end();
}

/**
 * ntio_told_goes_on() - a driver has the request, and keeps it
 * @call: dispatched, not yet ended for its caller
 *
 * A structure that cannot be written any more is found out at the end.
 */
void ntio_told_goes_on(const struct ntio_call *call)
{
	ntio_told_mark(call);
	if (call->told.begun)
		ntio_told_begun(&call->told);
}
