// SPDX-License-Identifier: GPL-2.0
/*
 * Verifier option special_pool: a system buffer ends where its memory ends.
 *
 * The page behind it is not there: what goes that far is a fault in the very
 * instruction, which the kernel reports with the driver's function, and which
 * nobody can put right. The buffer is aligned to eight bytes as from kmalloc(),
 * so up to seven bytes may lie in between; they, and the rest of the first page
 * before the buffer, hold a pattern, which is looked at whenever the request
 * changes hands: then the driver that had it is known.
 */
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "base/violation.h"
#include "verifier/verifier.h"

#define NTIO_POOL_ALIGN sizeof(u64)
#define NTIO_POOL_PATTERN 0xa5

/**
 * ntio_pool_buffer() - memory for a system buffer
 * @rq: the request
 * @size: its size, not 0
 *
 * Return: the buffer; NULL if this request has none of ours, also because there
 *	is no memory: it gets a normal one then, as on Windows.
 */
void *ntio_pool_buffer(struct ntio_request *rq, size_t size)
{
	struct ntio_pool *pool = &rq->verification->pool;
	size_t room = PAGE_ALIGN(size);

	rq->verification->buffer_size = size;
	if (!ntio_verifies(rq, NTIO_VERIFIER_SPECIAL_POOL))
		return NULL;
	pool->area = __vmalloc(room, GFP_KERNEL_ACCOUNT | __GFP_NOWARN |
			       __GFP_RETRY_MAYFAIL);
	if (!pool->area)
		return NULL;
	pool->before = room - ALIGN(size, NTIO_POOL_ALIGN);
	pool->end = pool->area + pool->before + size;
	pool->after = pool->area + room - pool->end;
	memset(pool->area, NTIO_POOL_PATTERN, pool->before);
	memset(pool->end, NTIO_POOL_PATTERN, pool->after);
	ntio_verifier_count(NTIO_VERIFIER_SPECIAL_POOL);
	return pool->area + pool->before;
}

bool ntio_pool_buffer_free(struct ntio_request *rq)
{
	vfree(rq->verification->pool.area);
	return rq->verification->pool.area;
}

static void ntio_pool_look(void *pattern, size_t size,
			   struct ntio_device *device, enum ntio_violation kind)
{
	if (likely(!memchr_inv(pattern, NTIO_POOL_PATTERN, size)))
		return;
	ntio_violation(device, kind);
	memset(pattern, NTIO_POOL_PATTERN, size);	/* once */
}

static void ntio_pool_check(struct ntio_request *rq, struct ntio_device *device)
{
	struct ntio_pool *pool = &rq->verification->pool;

	if (!pool->area)
		return;
	ntio_pool_look(pool->area, pool->before, device,
		       NTIO_VIOLATION_UNDERRUN);
	ntio_pool_look(pool->end, pool->after, device,
		       NTIO_VIOLATION_OVERRUN);
}

const struct ntio_verifier_option_ops ntio_pool_ops = {
	.hop = ntio_pool_check,
};
