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

/**
 * ntio_overlapped_capture() - read the caller's structure, once
 * @ucmd: all but its size and the structure is set; @ucmd->cmd lies in @arg
 * @arg: where the structure goes
 *
 * Return: 0 or an errno.
 */
int ntio_overlapped_capture(struct ntio_ucmd *ucmd, struct ntio_overlapped *arg)
{
	if (copy_from_user(arg, ucmd->ubuffer, sizeof(*arg)))
		return -EFAULT;
	/* What lies behind the control must be where we look for it. */
	ucmd->user_size = arg->control.size;
	if (ucmd->user_size != sizeof(arg->control))
		return -EINVAL;
	if (arg->kind > NTIO_OVERLAPPED_WRITE || arg->__reserved)
		return -EOPNOTSUPP;
	if (arg->iosb != (unsigned long)arg->iosb)
		return -EFAULT;
	return ntio_ucmd_probe(ucmd);
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
 */
static void ntio_event_empty(struct eventfd_ctx *event)
{
	wait_queue_entry_t nobody;
	u64 count;

	INIT_LIST_HEAD(&nobody.entry);
	eventfd_ctx_remove_wait_queue(event, &nobody, &count);
}

/**
 * ntio_told_get() - find the events
 * @told: empty
 * @arg: captured
 *
 * Return: 0 or an errno; then @told holds nothing.
 */
int ntio_told_get(struct ntio_told *told, const struct ntio_overlapped *arg)
{
	int rc = ntio_event_get(&told->begun, arg->begun);

	if (!rc)
		rc = ntio_event_get(&told->event, arg->event);
	if (rc) {
		ntio_told_begun(told);
		ntio_told_put(told);
		return rc;
	}
	told->iosb = u64_to_user_ptr(arg->iosb);
	told->marks = true;
	return 0;
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
	told->event = NULL;
	told->begun = NULL;
}

/* The begin, or the end, can be seen. */
void ntio_told_begun(const struct ntio_told *told)
{
	if (told->begun)
		ntio_eventfd_signal(told->begun);
}

/* Who looks without waiting looks at the status: it comes last [8.18]. */
static void ntio_told_iosb(const struct ntio_told *told,
			   const struct ntio_device_control *arg)
{
	if (put_user(arg->out_information, &told->iosb->information))
		return;
	smp_wmb();	/* the information, then the status that vouches for it */
	put_user((u64)arg->out_iosb_status, &told->iosb->status);
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

/* A structure that cannot be written any more is found out at the end. */
static bool ntio_told_mark(const struct ntio_call *call)
{
	const struct ntio_device_control mark = {
		.out_status = (__force u32)call->returned,
		.out_flags = NTIO_OUT_BEGUN |
			(call->returned == STATUS_PENDING ? NTIO_OUT_PENDED : 0),
	};
	const size_t from = offsetof(struct ntio_device_control, out_status);
	const size_t to = offsetof(struct ntio_device_control, out_information);

	return !copy_to_user(call->ubuffer + from, (void *)&mark + from,
			     to - from);
}

/**
 * ntio_told_goes_on() - a driver has the request, and keeps it
 * @call: dispatched, not yet ended for its caller
 */
void ntio_told_goes_on(const struct ntio_call *call)
{
	if (!call->told.marks)
		return;
	ntio_told_mark(call);
	ntio_told_begun(&call->told);
}
