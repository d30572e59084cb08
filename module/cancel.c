// SPDX-License-Identifier: GPL-2.0
/*
 * Cancellation, and queues in which requests wait until it or something better
 * comes.
 *
 * Who takes the cancel routine out of a request, by xchg, has the right to end
 * it: the canceller, by calling the routine; the driver, by going on. There is
 * no state in between, so the race has one winner and no loser has anything to
 * do. A request is marked cancelled before the routine is taken, and a driver
 * looks at the mark after it has set the routine: one of them sees the other.
 */
#include <linux/pid.h>

#include "core.h"

ntio_cancel_t ntio_set_cancel(struct ntio_request *rq, ntio_cancel_t routine)
{
	return xchg(&rq->cancel_routine, routine);
}
EXPORT_SYMBOL_GPL(ntio_set_cancel);

bool ntio_cancel(struct ntio_request *rq)
{
	struct ntio_device *device;
	struct ntio_frame frame;
	ntio_cancel_t routine;

	ntio_request_mark_cancelled(rq);
	routine = ntio_set_cancel(rq, NULL);
	if (!routine)
		return false;
	device = rq->device;
	ntio_verify_enter(&frame, rq);
	routine(device, rq);
	ntio_verify_leave(&frame, device);
	return true;
}
EXPORT_SYMBOL_GPL(ntio_cancel);

void ntio_queue_init(struct ntio_queue *queue)
{
	spin_lock_init(&queue->lock);
	INIT_LIST_HEAD(&queue->entries);
	queue->count = 0;
}
EXPORT_SYMBOL_GPL(ntio_queue_init);

/* Whoever takes a request out has it: the routine is out of it. */
static void ntio_queue_take(struct ntio_queue *queue, struct ntio_request *rq)
{
	lockdep_assert_held(&queue->lock);
	list_del(&rq->queue_entry);
	WRITE_ONCE(queue->count, queue->count - 1);
}

static void ntio_queue_unlink(struct ntio_request *rq)
{
	struct ntio_queue *queue = rq->queue;
	unsigned long flags;

	spin_lock_irqsave(&queue->lock, flags);
	ntio_queue_take(queue, rq);
	spin_unlock_irqrestore(&queue->lock, flags);
}

static void ntio_queue_cancelled(struct ntio_device *device,
				 struct ntio_request *rq)
{
	ntio_queue_unlink(rq);
	ntio_complete(rq, STATUS_CANCELLED, 0);
}

ntstatus_t ntio_queue_insert(struct ntio_queue *queue, struct ntio_request *rq)
{
	unsigned long flags;
	bool cancelled;

	ntio_mark_pending(rq);
	rq->queue = queue;
	spin_lock_irqsave(&queue->lock, flags);
	list_add_tail(&rq->queue_entry, &queue->entries);
	WRITE_ONCE(queue->count, queue->count + 1);
	ntio_set_cancel(rq, ntio_queue_cancelled);
	cancelled = ntio_is_cancelled(rq) && ntio_set_cancel(rq, NULL);
	if (cancelled)
		ntio_queue_take(queue, rq);
	spin_unlock_irqrestore(&queue->lock, flags);
	if (cancelled)
		ntio_complete(rq, STATUS_CANCELLED, 0);
	return STATUS_PENDING;
}
EXPORT_SYMBOL_GPL(ntio_queue_insert);

/* Those whose routine is gone are being cancelled and unlink themselves. */
struct ntio_request *ntio_queue_remove(struct ntio_queue *queue,
				       const struct ntio_file *file)
{
	struct ntio_request *rq, *found = NULL;
	unsigned long flags;

	spin_lock_irqsave(&queue->lock, flags);
	list_for_each_entry(rq, &queue->entries, queue_entry) {
		if ((file && rq->file != file) || !ntio_set_cancel(rq, NULL))
			continue;
		ntio_queue_take(queue, rq);
		found = rq;
		break;
	}
	spin_unlock_irqrestore(&queue->lock, flags);
	return found;
}
EXPORT_SYMBOL_GPL(ntio_queue_remove);

void ntio_queue_cancel(struct ntio_queue *queue, const struct ntio_file *file,
		       ntstatus_t status)
{
	struct ntio_request *rq;

	while ((rq = ntio_queue_remove(queue, file)))
		ntio_complete(rq, status, 0);
}
EXPORT_SYMBOL_GPL(ntio_queue_cancel);

unsigned int ntio_queue_count(const struct ntio_queue *queue)
{
	return READ_ONCE(queue->count);
}
EXPORT_SYMBOL_GPL(ntio_queue_count);

/**
 * ntio_request_enlist() - let a request be named while it is in flight
 * @rq: the request
 * @tag: its name in its open file: the address of the caller's structure
 * @issuer: the thread that asked for it
 *
 * Context: The caller's. May sleep.
 * Return: 0; -EBUSY: the structure is in flight already; -ENOMEM.
 */
int ntio_request_enlist(struct ntio_request *rq, u64 tag,
			struct task_struct *issuer)
{
	int rc;

	rq->tag = tag;
	rq->issuer = get_pid(task_pid(issuer));
	rc = xa_insert(&rq->file->requests, tag, rq, GFP_KERNEL_ACCOUNT);
	if (rc) {
		put_pid(rq->issuer);
		rq->issuer = NULL;
	}
	return rc;
}

void ntio_request_delist(struct ntio_request *rq)
{
	if (!rq->issuer)
		return;
	xa_erase(&rq->file->requests, rq->tag);
	put_pid(rq->issuer);
	rq->issuer = NULL;
}

/* Which requests an ioctl names: only those of its own process [8.30]. */
static bool ntio_cancel_wanted(const struct ntio_request *rq,
			       const struct ntio_cancel *arg)
{
	if (!ntio_uring_is_ours(rq))
		return false;
	if (arg->flags & NTIO_CANCEL_THREAD)
		return rq->issuer == task_pid(current);
	return true;
}

/* Finds the next from @at on, and holds it: those in the table are alive. */
static struct ntio_request *ntio_cancel_next(struct ntio_file *file,
					     const struct ntio_cancel *arg,
					     unsigned long *at,
					     unsigned long last)
{
	struct ntio_request *rq;

	xa_lock(&file->requests);
	rq = xa_find(&file->requests, at, last, XA_PRESENT);
	while (rq && !ntio_cancel_wanted(rq, arg))
		rq = xa_find_after(&file->requests, at, last, XA_PRESENT);
	if (rq)
		ntio_request_hold(rq);
	xa_unlock(&file->requests);
	return rq;
}

static u32 ntio_cancel_range(struct ntio_file *file,
			     const struct ntio_cancel *arg, unsigned long at,
			     unsigned long last)
{
	struct ntio_request *rq;
	u32 count = 0;

	while ((rq = ntio_cancel_next(file, arg, &at, last))) {
		count += !ntio_request_completed(rq);
		ntio_cancel(rq);
		ntio_request_put(rq);
		if (at++ == last)
			break;
	}
	return count;
}

int ntio_ioc_cancel(struct ntio_ucmd *ucmd)
{
	struct ntio_cancel *arg = ucmd->cmd;
	const u32 known = NTIO_CANCEL_ALL | NTIO_CANCEL_THREAD;
	u32 count;

	if (arg->flags & ~known || arg->flags == known ||
	    (arg->flags && arg->request))
		return -EOPNOTSUPP;
	if (arg->flags)
		count = ntio_cancel_range(ucmd->file, arg, 0, ULONG_MAX);
	else
		count = ntio_cancel_range(ucmd->file, arg, arg->request,
					  arg->request);
	arg->out_cancelled = count;
	arg->__out_reserved = 0;
	if (!count && !(arg->flags & NTIO_CANCEL_THREAD))
		ucmd->result = -ENOENT;
	return 0;
}
