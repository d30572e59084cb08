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
static void *ntio_buffer_memory(size_t size)
{
	const gfp_t gfp = GFP_KERNEL_ACCOUNT | __GFP_NOWARN;
	void *buffer;

	if (size <= KMALLOC_MAX_SIZE) {
		buffer = kmalloc(size, gfp | __GFP_NORETRY);
		if (buffer)
			return buffer;
	}
	return __vmalloc(size, gfp | __GFP_RETRY_MAYFAIL);
}

/* NULL: no memory. */
void *ntio_system_buffer_alloc(struct ntio_request *rq, size_t size)
{
	rq->system_buffer = ntio_verify_buffer(rq, size) ?:
			    ntio_buffer_memory(size);
	if (rq->system_buffer)
		ntio_alive_inc(NTIO_ALIVE_BUFFERS);
	return rq->system_buffer;
}

/* Sleeps. */
void ntio_system_buffer_free(struct ntio_request *rq)
{
	if (!ntio_verify_buffer_free(rq))
		kvfree(rq->system_buffer);
	rq->system_buffer = NULL;
	ntio_alive_dec(NTIO_ALIVE_BUFFERS);
}
