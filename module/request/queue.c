// SPDX-License-Identifier: GPL-2.0
/* Queues in which requests wait until somebody takes or cancels them. */
#include "request/call.h"

void ntio_queue_init(struct ntio_queue *queue)
{
	spin_lock_init(&queue->lock);
	INIT_LIST_HEAD(&queue->entries);
	queue->count = 0;
}
EXPORT_SYMBOL_GPL(ntio_queue_init);

/* The thread that took the cancel routine out takes the request out. */
static void ntio_queue_take(struct ntio_queue *queue, struct ntio_request *rq)
{
	lockdep_assert_held(&queue->lock);
	list_del(&rq->queue_entry);
	queue->count--;
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
	if (device->cancel_lock)
		ntio_release_cancel_lock(rq);
	ntio_queue_unlink(rq);
	ntio_complete(rq, STATUS_CANCELLED, 0);
}

ntstatus_t ntio_queue_insert(struct ntio_queue *queue, struct ntio_request *rq)
{
	unsigned long flags;
	bool cancelled;

	ntio_mark_pending(rq);
	if (rq->never_pends)
		return ntio_complete_never_pends(rq);
	rq->queue = queue;
	spin_lock_irqsave(&queue->lock, flags);
	list_add_tail(&rq->queue_entry, &queue->entries);
	queue->count++;
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

/* Under the lock: where there is none left, no canceller is in the queue. */
unsigned int ntio_queue_count(struct ntio_queue *queue)
{
	unsigned long flags;
	unsigned int count;

	spin_lock_irqsave(&queue->lock, flags);
	count = queue->count;
	spin_unlock_irqrestore(&queue->lock, flags);
	return count;
}
EXPORT_SYMBOL_GPL(ntio_queue_count);
