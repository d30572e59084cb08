// SPDX-License-Identifier: GPL-2.0
/*
 * The life of a request.
 *
 * Two parties hold a request: the system call that made it, and the driver,
 * from dispatch until completion. Whoever lets go last frees it.
 *
 *	made ----> dispatched ----> completed ----> delivered, freed
 *	  |             |               ^
 *	  |             +-- pending ----+
 *	  |                    |
 *	  +-> refused, freed   +-> abandoned by its caller -> completed, freed
 *
 * COMPLETED decides who ends a request: the one who sets it. A caller reads
 * the outcome only after ntio_request::done.
 */
#include <linux/slab.h>

#include "core.h"

/* Bits of ntio_request::state. */
enum {
	/*
	 * Set once, by the first to complete the request; status, information
	 * and reason are written by the one who has set it, before done.
	 */
	NTIO_REQUEST_COMPLETED,
	/* Set by the driver in its handler; the handler returns PENDING. */
	NTIO_REQUEST_PENDING,
	/*
	 * Set by a caller that was killed while it waited. The request has a
	 * reference to its file then, and nobody is told its outcome.
	 */
	NTIO_REQUEST_ABANDONED,
};

static struct kmem_cache *ntio_request_cache;

int ntio_requests_init(void)
{
	ntio_request_cache = KMEM_CACHE(ntio_request, SLAB_ACCOUNT);
	return ntio_request_cache ? 0 : -ENOMEM;
}

void ntio_requests_exit(void)
{
	kmem_cache_destroy(ntio_request_cache);
}

struct ntio_request *ntio_request_alloc(struct ntio_file *file)
{
	struct ntio_request *rq;

	rq = kmem_cache_zalloc(ntio_request_cache, GFP_KERNEL);
	if (!rq)
		return NULL;
	rq->device = file->device;
	rq->file = file;
	refcount_set(&rq->refs, 1);
	init_completion(&rq->done);
	ntio_born(NTIO_ALIVE_REQUESTS);
	return rq;
}

static void ntio_request_free(struct ntio_request *rq)
{
	struct ntio_file *file = rq->file;
	bool abandoned = ntio_request_abandoned(rq);

	rq->transfer->release(rq);
	kmem_cache_free(ntio_request_cache, rq);
	ntio_dead(NTIO_ALIVE_REQUESTS);
	if (abandoned)
		ntio_file_unhold(file);
}

static void ntio_request_free_work(struct work_struct *work)
{
	ntio_request_free(container_of(work, struct ntio_request, free_work));
}

/* The driver is given the request: its side holds it until completion. */
void ntio_request_hand_over(struct ntio_request *rq)
{
	refcount_inc(&rq->refs);
}

/* Lets go of the caller's side. Sleeps. */
void ntio_request_put(struct ntio_request *rq)
{
	if (refcount_dec_and_test(&rq->refs))
		ntio_request_free(rq);
}

/**
 * ntio_request_reject() - refuse a request before the driver has it
 * @rq: the request
 * @status: its outcome
 * @reason: which rule said no
 * @detail: the number that belongs to @reason
 *
 * Return: @status.
 */
ntstatus_t ntio_request_reject(struct ntio_request *rq, ntstatus_t status,
			       enum ntio_reason reason, u64 detail)
{
	rq->reason = reason;
	rq->detail = detail;
	return status;
}

bool ntio_request_was_pending(const struct ntio_request *rq)
{
	return test_bit(NTIO_REQUEST_PENDING, &rq->state);
}

bool ntio_request_abandoned(const struct ntio_request *rq)
{
	return test_bit(NTIO_REQUEST_ABANDONED, &rq->state);
}

/* The driver lets go, in any context; freeing sleeps, so others do it. */
static ntstatus_t ntio_request_end(struct ntio_request *rq, ntstatus_t status,
				   u64 information, enum ntio_reason reason)
{
	if (test_and_set_bit(NTIO_REQUEST_COMPLETED, &rq->state)) {
		ntio_violation(rq->device, NTIO_VIOLATION_COMPLETED_TWICE);
		return status;
	}
	rq->status = status;
	rq->information = information;
	rq->reason = reason;
	complete(&rq->done);
	if (refcount_dec_and_test(&rq->refs))
		queue_work(ntio_wq, &rq->free_work);
	return status;
}

ntstatus_t ntio_complete(struct ntio_request *rq, ntstatus_t status,
			 u64 information)
{
	return ntio_request_end(rq, status, information, NTIO_REASON_NONE);
}
EXPORT_SYMBOL_GPL(ntio_complete);

ntstatus_t ntio_refuse(struct ntio_request *rq, ntstatus_t status,
		       enum ntio_reason reason)
{
	return ntio_request_end(rq, status, 0, reason);
}
EXPORT_SYMBOL_GPL(ntio_refuse);

void ntio_mark_pending(struct ntio_request *rq)
{
	set_bit(NTIO_REQUEST_PENDING, &rq->state);
}
EXPORT_SYMBOL_GPL(ntio_mark_pending);

/*
 * The caller dies. What the driver still needs, the file and through it the
 * device and its module, is held by the request itself from now on.
 */
static ntstatus_t ntio_request_abandon(struct ntio_request *rq)
{
	INIT_WORK(&rq->free_work, ntio_request_free_work);
	ntio_file_hold(rq->file);
	set_bit(NTIO_REQUEST_ABANDONED, &rq->state);
	return STATUS_CANCELLED;
}

/* Mistakes that show when the handler returns, see [2.42]. */
static void ntio_request_returned(struct ntio_request *rq, ntstatus_t returned)
{
	bool completed = test_bit(NTIO_REQUEST_COMPLETED, &rq->state);
	bool marked = ntio_request_was_pending(rq);

	if (returned == STATUS_PENDING && !marked) {
		ntio_violation(rq->device, NTIO_VIOLATION_PENDING_UNMARKED);
	} else if (returned != STATUS_PENDING && marked) {
		ntio_violation(rq->device, NTIO_VIOLATION_MARKED_NOT_PENDING);
	} else if (!marked && !completed) {
		ntio_violation(rq->device, NTIO_VIOLATION_NOT_COMPLETED);
		ntio_refuse(rq, ntio_is_error(returned) ? returned :
			    STATUS_INTERNAL_ERROR, NTIO_REASON_NOT_COMPLETED);
	}
}

/* Mistakes that show when the outcome is known. */
static void ntio_request_ended(struct ntio_request *rq, ntstatus_t returned)
{
	if (rq->status == STATUS_PENDING)
		ntio_violation(rq->device, NTIO_VIOLATION_COMPLETED_PENDING);
	if (returned != STATUS_PENDING && returned != rq->status)
		ntio_violation(rq->device,
			       NTIO_VIOLATION_RETURNED_OTHER_STATUS);
}

/**
 * ntio_request_settle() - from the return of the handler to the outcome
 * @rq: the request
 * @returned: what the handler returned
 *
 * Waits until the driver has completed the request, or the caller is killed.
 *
 * Return: the status of the call [2.28]: what the handler returned, or the
 *	status of completion if that was STATUS_PENDING.
 */
ntstatus_t ntio_request_settle(struct ntio_request *rq, ntstatus_t returned)
{
	ntio_request_returned(rq, returned);
	if (wait_for_completion_killable(&rq->done))
		return ntio_request_abandon(rq);
	ntio_request_ended(rq, returned);
	return returned == STATUS_PENDING ? rq->status : returned;
}
