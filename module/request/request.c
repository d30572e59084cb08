// SPDX-License-Identifier: GPL-2.0
/*
 * The request: its memory, who holds it, and what it holds.
 *
 * Two parties hold a request: the caller, and the drivers, from dispatch until
 * completion has reached the top. Who lets go last frees it. Its buffers are
 * the caller's once the request has ended, who frees them; those of an
 * abandoned request go with it.
 *
 * The caller has the file, and so the devices. Who lets go last may find them
 * gone, but then the buffers are, too, and the layer was told. A request that a
 * driver made has no such caller: it holds its device, the file that it was given,
 * and the module of its maker.
 *
 *	made ----> dispatched ----> completed ----> delivered, freed
 *	  |             |               ^
 *	  |             +-- pending ----+
 *	  |                    |
 *	  +-> refused, freed   +-> abandoned by its caller -> completed, freed
 */
#include <linux/mm.h>
#include <linux/slab.h>

#include <trace/events/ntio.h>

#include "base/alive.h"
#include "base/refusal.h"
#include "base/violation.h"
#include "base/work.h"
#include "device/node.h"
#include "memory/mdl.h"
#include "request/call.h"
#include "verifier/hooks.h"

/* For stacks of each height: a request has a location for every device. */
static struct kmem_cache *ntio_call_caches[NTIO_STACK_MAX];

static struct kmem_cache *ntio_call_cache_create(unsigned int depth)
{
	struct kmem_cache *cache;
	char name[24];

	snprintf(name, sizeof(name), "ntio_request-%u", depth);
	cache = kmem_cache_create_usercopy(name,
					   offsetof(struct ntio_call,
						    rq.locations[depth + 1]),
					   __alignof__(struct ntio_call),
					   SLAB_ACCOUNT,
					   offsetof(struct ntio_call, small),
					   NTIO_SMALL_BUFFER, NULL);
	return cache;
}

int ntio_requests_init(void)
{
	unsigned int i;

	for (i = 0; i < NTIO_STACK_MAX; i++) {
		ntio_call_caches[i] = ntio_call_cache_create(i + 1);
		if (!ntio_call_caches[i]) {
			ntio_requests_exit();
			return -ENOMEM;
		}
	}
	return 0;
}

void ntio_requests_exit(void)
{
	unsigned int i;

	for (i = 0; i < NTIO_STACK_MAX; i++)
		kmem_cache_destroy(ntio_call_caches[i]);
}

void ntio_request_hold_device(struct ntio_request *rq)
{
	if (rq->held)
		return;
	rq->held = rq->device;
	ntio_device_get(rq->held);
}

static bool ntio_request_init_layer(struct ntio_request *rq,
				    const struct ntio_layer *layer)
{
	if (!rq->layer_bytes)
		rq->layer_bytes = kzalloc(layer->size, GFP_KERNEL_ACCOUNT);
	if (!rq->layer_bytes)
		return false;
	*(unsigned long *)rq->layer_bytes = 0;
	return true;
}

/* What goes wrong leaves nothing behind that ntio_request_free() would miss. */
static bool ntio_request_init(struct ntio_request *rq)
{
	const struct ntio_layer *layer = rq->device->node->layer;

	if (layer && !ntio_request_init_layer(rq, layer))
		return false;
	if (!ntio_verify_new(rq))
		return false;
	rq->layer = layer;
	if (!rq->file)
		ntio_request_hold_device(rq);
	return true;
}

/* Those of rings keep many, see spare.c; who keeps none takes none. */
static struct ntio_call *ntio_spare_take(struct ntio_file *file, bool of_ring)
{
	struct ntio_call *call = NULL;

	if (READ_ONCE(file->spare))
		call = xchg(&file->spare, NULL);
	if (!call && of_ring)
		call = ntio_spare_pop(file);
	return call;
}

static struct ntio_call *ntio_call_memory(const struct ntio_device *device,
					  struct ntio_file *file, bool of_ring)
{
	struct ntio_call *call = NULL;

	if (file && device == file->device)
		call = ntio_spare_take(file, of_ring);
	if (call)
		return call;
	call = kmem_cache_alloc(ntio_call_caches[device->node->depth - 1],
				GFP_KERNEL);
	if (call)
		call->rq.layer_bytes = NULL;
	return call;
}

static void ntio_layer_bytes_free(struct ntio_call *call)
{
	kfree(call->rq.layer_bytes);
}

static void ntio_call_memory_free(struct ntio_call *call)
{
	if (call->rq.layer_bytes)
		ntio_layer_bytes_free(call);
	kmem_cache_free(ntio_call_caches[call->rq.nr_locations - 1], call);
}

/* Keeps the memory of a request of this file, which is held, for the next. */
static bool ntio_spare_keep(struct ntio_file *file, struct ntio_call *call)
{
	if (!NTIO_REUSES_MEMORY ||
	    call->rq.nr_locations != file->device->node->depth)
		return false;
	if (!READ_ONCE(file->spare) && !cmpxchg(&file->spare, NULL, call))
		return true;
	return call->cmd && ntio_spare_push(file, call);
}

/* The file is on its way out. */
void ntio_spare_free(struct ntio_file *file)
{
	struct ntio_call *call;

	while ((call = ntio_spare_take(file, true)))
		ntio_call_memory_free(call);
}

/**
 * ntio_call_alloc() - a request for a stack of devices
 * @device: the top of the stack
 * @file: held by the caller until the request is abandoned or gone
 * @of_ring: it is a ring's command
 *
 * Return: the request with one reference, the caller's; NULL: no memory.
 */
struct ntio_call *ntio_call_alloc(struct ntio_device *device,
				  struct ntio_file *file, bool of_ring)
{
	struct ntio_call *call = ntio_call_memory(device, file, of_ring);
	struct ntio_request *rq;

	if (!call)
		return NULL;
	call->entry.process = NULL;
	memset((void *)call + offsetof(struct ntio_call, caller), 0,
	       offsetof(struct ntio_call, rq.done) -
	       offsetof(struct ntio_call, caller));
	rq = &call->rq;
	rq->locations[0].pending = false;
	rq->nr_locations = device->node->depth;
	rq->device = device;
	rq->file = file;
	if (!ntio_request_init(rq)) {
		ntio_call_memory_free(call);
		return NULL;
	}
	refcount_set(&rq->refs, 1);
	ntio_alive_inc(NTIO_ALIVE_REQUESTS);
	return call;
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

static bool ntio_layer_has_something(const struct ntio_request *rq)
{
	return rq->layer && *(unsigned long *)rq->layer_bytes;
}

/* The layer lets go first: what it has may describe the buffers. */
static void ntio_request_release_layer(struct ntio_request *rq)
{
	const struct ntio_layer *layer = rq->layer;

	rq->layer = NULL;
	if (layer->release)
		layer->release(rq, rq->layer_bytes);
}

/* What the drivers could reach of the caller. Sleeps. */
void ntio_request_free_buffers(struct ntio_request *rq)
{
	if (ntio_layer_has_something(rq))
		ntio_request_release_layer(rq);
	if (rq->owned_mdls)
		ntio_request_free_mdls(rq);
	if (rq->system_buffer)
		ntio_system_buffer_free(rq);
}

/* @by_caller: by who gives the caller its answer, and still holds the file. */
static void ntio_request_free(struct ntio_request *rq, bool by_caller)
{
	struct ntio_call *call = to_ntio_call(rq);
	bool keeps_file = test_bit(NTIO_REQUEST_KEEPS_FILE, &rq->state);
	struct ntio_device *held = rq->held;
	struct module *maker = call->maker;
	struct ntio_file *file = rq->file;

	if (call->entry.process)
		ntio_untrack_entry(call);
	ntio_request_free_buffers(rq);
	if (rq->origin)
		ntio_origin_free(rq->origin);
	ntio_verify_free(rq);
	if (!by_caller || !file || !ntio_spare_keep(file, call))
		ntio_call_memory_free(call);
	ntio_alive_dec(NTIO_ALIVE_REQUESTS);
	if (keeps_file)
		ntio_file_unhold(file);
	if (held)
		ntio_device_put_atomic(held);
	if (maker)
		module_put(maker);
}

static void ntio_request_free_work(struct work_struct *work)
{
	ntio_request_free(container_of(work, struct ntio_request, work), false);
}

/* Sleeps, if it is the last. */
void ntio_request_put(struct ntio_request *rq)
{
	if (refcount_dec_and_test(&rq->refs))
		ntio_request_free(rq, false);
}

void ntio_request_free_later(struct ntio_request *rq)
{
	INIT_WORK(&rq->work, ntio_request_free_work);
	queue_work(rq->held ? rq->held->node->ends : ntio_core_wq, &rq->work);
}

/**
 * ntio_call_finish() - the caller has its answer
 * @call: the call; may be gone after
 *
 * Nobody but the caller may look at the buffers of a request that has ended, so
 * they go before its call returns, even where whoever completed the request
 * goes on and still holds it.
 */
void ntio_call_finish(struct ntio_call *call)
{
	struct ntio_request *rq = &call->rq;

	if (!ntio_request_abandoned(rq))
		ntio_request_free_buffers(rq);
	/* Without a name it is held only by those who give their holds away. */
	if (!call->entry.process && refcount_read(&rq->refs) == 1)
		smp_acquire__after_ctrl_dep();
	else if (!refcount_dec_and_test(&rq->refs))
		return;
	ntio_request_free(rq, true);
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
	ntio_refusal_count(reason);
	trace_ntio_refused(rq, status);
	return status;
}

/* The file, and through it the devices and their modules, stay. */
void ntio_request_keep_file(struct ntio_request *rq)
{
	ntio_file_hold(rq->file);
	set_bit(NTIO_REQUEST_KEEPS_FILE, &rq->state);
}

/* The caller is gone, but the drivers still need what it had. */
void ntio_request_abandon(struct ntio_request *rq)
{
	ntio_request_keep_file(rq);
	if (to_ntio_call(rq)->fixed && rq->owned_mdls == &rq->mdl_storage)
		ntio_pages_keep(&rq->pages_storage);
	set_bit(NTIO_REQUEST_ABANDONED, &rq->state);
	trace_ntio_abandoned(rq, READ_ONCE(rq->device));
}

bool ntio_is_cancelled(const struct ntio_request *rq)
{
	return test_bit(NTIO_REQUEST_CANCELLED, &rq->state);
}
EXPORT_SYMBOL_GPL(ntio_is_cancelled);

/* As ntio_mark_pending(), where it is the core that knows. */
void ntio_request_pend(struct ntio_request *rq)
{
	WRITE_ONCE(ntio_here(rq)->pending, true);
}

void ntio_mark_pending(struct ntio_request *rq)
{
	if (unlikely(rq->never_pends))
		ntio_violation(rq->device, NTIO_VIOLATION_NEVER_PENDS);
	ntio_request_pend(rq);
	trace_ntio_pended(rq, rq->device);
}
EXPORT_SYMBOL_GPL(ntio_mark_pending);

static struct ntio_request *to_ntio_request(struct ntio_page_set *set)
{
	return container_of(set, struct ntio_request, pages_storage);
}

static void ntio_request_hold_pages(struct ntio_page_set *set)
{
	ntio_request_hold(to_ntio_request(set));
}

static void ntio_request_put_pages(struct ntio_page_set *set)
{
	ntio_request_put(to_ntio_request(set));
}

/* Pages of a request's own buffer lie in the request. */
const struct ntio_page_owner ntio_request_page_owner = {
	.get = ntio_request_hold_pages,
	.put = ntio_request_put_pages,
};

void ntio_request_add_mdl(struct ntio_request *rq, struct ntio_mdl *mdl)
{
	struct ntio_mdl **end = &rq->owned_mdls;

	if (mdl->given) {
		ntio_violation(rq->device, NTIO_VIOLATION_GIVEN_TWICE);
		return;
	}
	if (mdl->set && mdl->set->short_term && !rq->never_pends)
		ntio_violation(rq->device, NTIO_VIOLATION_KEPT_SHORT);
	mdl->given = true;
	/* A part of the request's own pages must not hold its own request. */
	if (mdl->set == &rq->pages_storage) {
		mdl->own_pages = true;
		ntio_request_put(rq);
	}
	while (*end)
		end = &(*end)->next;
	*end = mdl;
	if (!rq->mdl)
		rq->mdl = mdl;
	trace_ntio_locked(rq, mdl->byte_count);
}
EXPORT_SYMBOL_GPL(ntio_request_add_mdl);
