// SPDX-License-Identifier: GPL-2.0
/*
 * The life of a request.
 *
 * Two parties hold a request: the system call that made it, and the drivers,
 * from dispatch until completion has reached the top. Whoever lets go last
 * frees it. Its buffers are the caller's from ntio_request::done on, who frees
 * them; those of an abandoned request go with it.
 *
 *	made ----> dispatched ----> completed ----> delivered, freed
 *	  |             |               ^
 *	  |             +-- pending ----+
 *	  |                    |
 *	  +-> refused, freed   +-> abandoned by its caller -> completed, freed
 *
 * COMPLETED decides who completes a request: the one who sets it. A caller
 * reads the outcome only after ntio_request::done.
 */
#include <linux/slab.h>

#include "core.h"

/* Bits of ntio_request::state. */
enum {
	/*
	 * Set by the first to complete the request; who has set it owns it,
	 * and writes status, information and reason. Cleared when a completion
	 * routine gives the request back to a driver.
	 */
	NTIO_REQUEST_COMPLETED,
	/*
	 * Set by a caller that was killed while it waited. The request has a
	 * reference to its file then, and nobody is told its outcome.
	 */
	NTIO_REQUEST_ABANDONED,
	/* Set once by whoever cancels, before the cancel routine is taken. */
	NTIO_REQUEST_CANCELLED,
	/* A worker will have it, of this and the following locations each. */
	NTIO_REQUEST_QUEUED,
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

	rq = kmem_cache_alloc(ntio_request_cache, GFP_KERNEL);
	if (!rq)
		return NULL;
	memset(rq, 0, offsetof(struct ntio_request, locations));
	rq->locations[0].pending = false;
	rq->device = file->device;
	rq->file = file;
	if (!ntio_verify_new(rq)) {
		kmem_cache_free(ntio_request_cache, rq);
		return NULL;
	}
	refcount_set(&rq->refs, 1);
	init_completion(&rq->done);
	ntio_born(NTIO_ALIVE_REQUESTS);
	return rq;
}

static void ntio_request_free_mdls(struct ntio_request *rq)
{
	struct ntio_mdl *mdl, *next;

	for (mdl = rq->owned_mdls; mdl; mdl = next) {
		next = mdl->next;
		ntio_mdl_destroy(mdl);
	}
	rq->owned_mdls = NULL;
}

static void ntio_request_free(struct ntio_request *rq)
{
	struct ntio_file *file = rq->file;
	bool abandoned = ntio_request_abandoned(rq);

	ntio_request_free_mdls(rq);
	ntio_system_buffer_free(rq);
	ntio_origin_free(rq->origin);
	ntio_uring_free(rq->uring);
	ntio_verify_free(rq);
	kmem_cache_free(ntio_request_cache, rq);
	ntio_dead(NTIO_ALIVE_REQUESTS);
	if (abandoned)
		ntio_file_unhold(file);
}

static void ntio_request_free_work(struct work_struct *work)
{
	ntio_request_free(container_of(work, struct ntio_request,
				       free_work));
}

void ntio_request_hold(struct ntio_request *rq)
{
	refcount_inc(&rq->refs);
}

/* Sleeps, if it is the last. */
void ntio_request_put(struct ntio_request *rq)
{
	if (refcount_dec_and_test(&rq->refs))
		ntio_request_free(rq);
}

/* As ntio_request_put() in any context: freeing sleeps, so others do it. */
void ntio_request_put_any(struct ntio_request *rq)
{
	if (!refcount_dec_and_test(&rq->refs))
		return;
	INIT_WORK(&rq->free_work, ntio_request_free_work);
	queue_work(ntio_wq, &rq->free_work);
}

/**
 * ntio_request_finish() - the caller has its answer
 * @rq: the request
 *
 * Nobody but the caller may look at the buffers of a request that has ended, so
 * they go before its call returns, even where whoever completed the request
 * goes on and still holds it.
 */
void ntio_request_finish(struct ntio_request *rq)
{
	if (!ntio_request_abandoned(rq)) {
		ntio_request_free_mdls(rq);
		ntio_system_buffer_free(rq);
	}
	ntio_request_put(rq);
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
	ntio_verify_refused(rq, status);
	return status;
}

bool ntio_request_abandoned(const struct ntio_request *rq)
{
	return test_bit(NTIO_REQUEST_ABANDONED, &rq->state);
}

bool ntio_request_completed(const struct ntio_request *rq)
{
	return test_bit(NTIO_REQUEST_COMPLETED, &rq->state);
}

void ntio_request_mark_cancelled(struct ntio_request *rq)
{
	set_bit(NTIO_REQUEST_CANCELLED, &rq->state);
	smp_mb__after_atomic();		/* the mark, then the routine */
}

bool ntio_is_cancelled(const struct ntio_request *rq)
{
	return test_bit(NTIO_REQUEST_CANCELLED, &rq->state);
}
EXPORT_SYMBOL_GPL(ntio_is_cancelled);

/* A driver owns the request again, on its way up. */
void ntio_request_own(struct ntio_request *rq)
{
	smp_mb__before_atomic();	/* all written before, then given away */
	clear_bit(NTIO_REQUEST_COMPLETED, &rq->state);
}

/* Takes it from that driver. False: it was completed meanwhile. */
bool ntio_request_disown(struct ntio_request *rq)
{
	return !test_and_set_bit(NTIO_REQUEST_COMPLETED, &rq->state);
}

/* False: it is queued already. */
bool ntio_request_queue(struct ntio_request *rq, unsigned int location)
{
	return !test_and_set_bit(NTIO_REQUEST_QUEUED + location, &rq->state);
}

void ntio_request_unqueue(struct ntio_request *rq, unsigned int location)
{
	smp_mb__before_atomic();	/* what the worker took out of it */
	clear_bit(NTIO_REQUEST_QUEUED + location, &rq->state);
}

/* Whoever waits for the outcome may free the caller's side from now on. */
static void ntio_request_tell(struct ntio_request *rq)
{
	ntio_verify_ended(rq);
	if (rq->uring)
		ntio_uring_completed(rq);
	complete(&rq->done);
}

/*
 * The hold on the request is for the time after: completion may free it while
 * routines still return.
 */
static ntstatus_t ntio_request_end(struct ntio_request *rq, ntstatus_t status,
				   u64 information, enum ntio_reason reason)
{
	if (!ntio_verify_may_complete(rq))
		return status;
	if (!ntio_request_disown(rq)) {
		ntio_violation(rq->device, NTIO_VIOLATION_COMPLETED_TWICE);
		return status;
	}
	ntio_verify_complete(rq, status);
	if (ntio_set_cancel(rq, NULL))
		ntio_violation(rq->device, NTIO_VIOLATION_COMPLETED_WITH_CANCEL);
	rq->status = status;
	rq->information = information;
	rq->reason = reason;
	ntio_request_hold(rq);
	if (ntio_stack_unwind(rq)) {
		ntio_request_tell(rq);
		ntio_request_put_any(rq);
	}
	ntio_request_put_any(rq);
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

void ntio_request_add_mdl(struct ntio_request *rq, struct ntio_mdl *mdl)
{
	struct ntio_mdl **end = &rq->owned_mdls;

	if (mdl->given) {
		ntio_violation(rq->device, NTIO_VIOLATION_GIVEN_TWICE);
		return;
	}
	mdl->given = true;
	/* A part of the request's own pages must not hold its own request. */
	if (mdl->set && mdl->set->rq == rq) {
		mdl->own_pages = true;
		ntio_request_put(rq);
	}
	while (*end)
		end = &(*end)->next;
	*end = mdl;
	if (!rq->mdl)
		rq->mdl = mdl;
}
EXPORT_SYMBOL_GPL(ntio_request_add_mdl);

/*
 * The caller is gone. What the drivers still need, the file and through it the
 * devices and their modules, is held by the request itself from now on.
 */
void ntio_request_abandon(struct ntio_request *rq)
{
	ntio_file_hold(rq->file);
	set_bit(NTIO_REQUEST_ABANDONED, &rq->state);
}

/*
 * A caller waits until it is killed; a worker thread of a ring, which has no
 * other way to be told, until it is wanted back.
 */
static bool ntio_request_wait(struct ntio_request *rq)
{
	if (current->flags & PF_IO_WORKER)
		return !wait_for_completion_interruptible(&rq->done);
	return !wait_for_completion_killable(&rq->done);
}

/**
 * ntio_request_status() - the status of the call [2.28]
 * @rq: the request, completed
 * @returned: what the handlers returned
 *
 * Return: that, or the status of completion if it was STATUS_PENDING.
 */
ntstatus_t ntio_request_status(struct ntio_request *rq, ntstatus_t returned)
{
	ntio_verify_settled(rq);
	if (rq->status == STATUS_PENDING)
		ntio_violation(rq->device, NTIO_VIOLATION_COMPLETED_PENDING);
	if (returned == STATUS_PENDING)
		return rq->status;
	if (returned != rq->status && !READ_ONCE(rq->blamed))
		ntio_violation(rq->device,
			       NTIO_VIOLATION_RETURNED_OTHER_STATUS);
	return returned;
}

/**
 * ntio_request_await() - wait until the drivers have completed a request
 * @rq: the request, dispatched
 *
 * A caller that cannot wait any more cancels it, and abandons it if the driver
 * does not give it back at once: nothing waits for ever.
 *
 * Return: false if it was abandoned.
 */
bool ntio_request_await(struct ntio_request *rq)
{
	if (!completion_done(&rq->done) && ntio_file_left(rq->file))
		ntio_cancel(rq);
	if (ntio_request_wait(rq))
		return true;
	ntio_cancel(rq);
	if (try_wait_for_completion(&rq->done))
		return true;
	ntio_request_abandon(rq);
	return false;
}

/**
 * ntio_request_settle() - from the return of the handler to the outcome
 * @rq: the request
 * @returned: what the handler returned
 *
 * Return: the status of the call.
 */
ntstatus_t ntio_request_settle(struct ntio_request *rq, ntstatus_t returned)
{
	if (!ntio_request_await(rq))
		return STATUS_CANCELLED;
	return ntio_request_status(rq, returned);
}
