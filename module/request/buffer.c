// SPDX-License-Identifier: GPL-2.0
/* The memory of a system buffer. */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "base/alive.h"
#include "request/call.h"
#include "verifier/hooks.h"

/*
 * As kvmalloc(), which would wake the OOM killer for a large buffer: but the
 * caller chose the size, and gets an error.
 */
static void *ntio_buffer_memory(size_t size, gfp_t zero)
{
	const gfp_t gfp = GFP_KERNEL_ACCOUNT | __GFP_NOWARN | zero;
	void *buffer;

	if (size <= KMALLOC_MAX_SIZE) {
		buffer = kmalloc(size, gfp | __GFP_NORETRY);
		if (buffer)
			return buffer;
	}
	return __vmalloc(size, gfp | __GFP_RETRY_MAYFAIL);
}

static void *ntio_buffer_of(struct ntio_request *rq, size_t size, gfp_t zero)
{
	void *buffer = ntio_verify_buffer(rq, size);

	if (!buffer && NTIO_REUSES_MEMORY && size <= NTIO_SMALL_BUFFER)
		buffer = to_ntio_call(rq)->small;
	if (!buffer)
		return ntio_buffer_memory(size, zero);
	return zero ? memset(buffer, 0, size) : buffer;
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
	if (!ntio_verify_buffer_free(rq) &&
	    !ntio_has_small_buffer(rq))
		kvfree(rq->system_buffer);
	rq->system_buffer = NULL;
	ntio_alive_dec(NTIO_ALIVE_BUFFERS);
}
