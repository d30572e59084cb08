// SPDX-License-Identifier: GPL-2.0
/* The memory of a system buffer. */
#include <linux/mm.h>
#include <linux/slab.h>

#include "base/alive.h"
#include "memory/pages.h"
#include "request/call.h"
#include "verifier/hooks.h"

/* What takes as much memory as a page anyway. */
static bool ntio_takes_page(size_t size)
{
	return NTIO_REUSES_MEMORY && size > PAGE_SIZE / 2 && size <= PAGE_SIZE;
}

/* The page that an earlier request of the file left; NULL: there is none. */
static void *ntio_buffer_spare(struct ntio_file *file)
{
	return READ_ONCE(file->spare_buffer) ? xchg(&file->spare_buffer, NULL) :
					       NULL;
}

/* Memory that was used before. NULL: new memory is wanted. */
static void *ntio_buffer_used(struct ntio_request *rq, size_t size)
{
	struct ntio_call *call = to_ntio_call(rq);
	void *buffer;

	if (!NTIO_REUSES_MEMORY || size > PAGE_SIZE)
		return NULL;
	if (size <= NTIO_SMALL_BUFFER)
		return call->small;
	buffer = rq->file ? ntio_buffer_spare(rq->file) : NULL;
	call->has_page = buffer;
	return buffer;
}

static void *ntio_buffer_of(struct ntio_request *rq, size_t size, gfp_t zero)
{
	void *buffer = ntio_verify_buffer(rq, size);

	if (!buffer)
		buffer = ntio_buffer_used(rq, size);
	if (buffer)
		return zero ? memset(buffer, 0, size) : buffer;
	if (!ntio_takes_page(size))
		return ntio_buffer_memory(size, zero);
	buffer = ntio_buffer_memory(PAGE_SIZE, zero);
	to_ntio_call(rq)->has_page = buffer;
	return buffer;
}

/* Keeps the page for the next request. The file is there as long as @rq is. */
static bool ntio_buffer_keep(struct ntio_request *rq)
{
	return to_ntio_call(rq)->has_page && rq->file &&
	       !READ_ONCE(rq->file->spare_buffer) &&
	       !cmpxchg(&rq->file->spare_buffer, NULL, rq->system_buffer);
}

/*
 * With __GFP_ZERO in @zero all of it is zero, which the allocator does best, or
 * has done anyway. NULL: no memory.
 */
void *ntio_system_buffer_alloc(struct ntio_request *rq, size_t size, gfp_t zero)
{
	rq->system_buffer = ntio_buffer_of(rq, size, zero);
	if (rq->system_buffer)
		ntio_alive_inc(NTIO_ALIVE_BUFFERS);
	return rq->system_buffer;
}

/* Sleeps. */
void ntio_system_buffer_free(struct ntio_request *rq)
{
	if (!ntio_verify_buffer_free(rq) && !ntio_has_small_buffer(rq) &&
	    !ntio_buffer_keep(rq))
		kvfree(rq->system_buffer);
	rq->system_buffer = NULL;
	ntio_alive_dec(NTIO_ALIVE_BUFFERS);
}
