// SPDX-License-Identifier: GPL-2.0
/* The memory of a system buffer. */
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "base/alive.h"
#include "memory/pages.h"
#include "request/call.h"
#include "verifier/hooks.h"

/*
 * An open file keeps the memory of a page, and of one larger buffer up to this,
 * for the next request: to give so much back and to ask for it again costs more
 * than to copy into it.
 */
#define NTIO_KEPT_BUFFER SZ_64K

/*
 * How much memory a buffer takes that the file may keep: not more than kmalloc()
 * would take for it. 0: it is not kept, as where what is freed must be cleared.
 */
static size_t ntio_kept_size(size_t size)
{
	if (!NTIO_REUSES_MEMORY || want_init_on_free() ||
	    size <= PAGE_SIZE / 2 || size > NTIO_KEPT_BUFFER)
		return 0;
	return roundup_pow_of_two(size);
}

/* The page that an earlier request of the file left; NULL: there is none. */
static void *ntio_page_spare(struct ntio_file *file, struct ntio_call *call)
{
	void *page = NULL;

	if (READ_ONCE(file->spare_page))
		page = xchg(&file->spare_page, NULL);
	call->kept_size = page ? PAGE_SIZE : 0;
	return page;
}

/* What is larger begins a page, too: the bits below say how large it is. */
static void *ntio_large_memory(unsigned long spare)
{
	return (void *)(spare & PAGE_MASK);
}

static size_t ntio_large_size(unsigned long spare)
{
	return spare ? 1UL << offset_in_page(spare) : 0;
}

/* Likewise, for @size at least. What is too small makes room. */
static void *ntio_large_spare(struct ntio_file *file, struct ntio_call *call,
			      size_t size)
{
	unsigned long spare = 0;

	if (READ_ONCE(file->spare_large))
		spare = xchg(&file->spare_large, 0);
	call->kept_size = ntio_large_size(spare);
	if (size <= call->kept_size)
		return ntio_large_memory(spare);
	call->kept_size = 0;
	kvfree(ntio_large_memory(spare));
	return NULL;
}

/* Memory that was used before. NULL: new memory is wanted. */
static void *ntio_buffer_used(struct ntio_request *rq, size_t size)
{
	struct ntio_call *call = to_ntio_call(rq);

	if (!NTIO_REUSES_MEMORY || size > NTIO_KEPT_BUFFER)
		return NULL;
	if (size <= NTIO_SMALL_BUFFER)
		return call->small;
	if (!rq->file)
		return NULL;
	if (size <= PAGE_SIZE)
		return ntio_page_spare(rq->file, call);
	return ntio_large_spare(rq->file, call, size);
}

/*
 * New memory. What could only be mapped is not kept: where memory was short for
 * a moment, the next request shall have memory that follows itself again.
 */
static void *ntio_buffer_new(struct ntio_request *rq, size_t size, gfp_t zero)
{
	size_t kept_size = ntio_kept_size(size);
	void *buffer;

	if (!kept_size)
		return ntio_buffer_memory(size, zero);
	buffer = ntio_buffer_memory(kept_size, zero);
	if (buffer && !is_vmalloc_addr(buffer))
		to_ntio_call(rq)->kept_size = kept_size;
	return buffer;
}

static void *ntio_buffer_of(struct ntio_request *rq, size_t size, gfp_t zero)
{
	void *buffer = ntio_verify_buffer(rq, size);

	if (!buffer)
		buffer = ntio_buffer_used(rq, size);
	if (!buffer)
		return ntio_buffer_new(rq, size, zero);
	return zero ? memset(buffer, 0, size) : buffer;
}

static bool ntio_page_keep(struct ntio_file *file, void *page)
{
	return !READ_ONCE(file->spare_page) &&
	       !cmpxchg(&file->spare_page, NULL, page);
}

static bool ntio_large_keep(struct ntio_file *file, void *buffer, size_t size)
{
	return !READ_ONCE(file->spare_large) &&
	       !cmpxchg(&file->spare_large, 0,
			(unsigned long)buffer | ilog2(size));
}

/* Keeps it for the next request. The file is there as long as @rq is. */
static bool ntio_buffer_keep(struct ntio_request *rq)
{
	size_t size = to_ntio_call(rq)->kept_size;

	if (!size || !rq->file)
		return false;
	return size == PAGE_SIZE ?
		ntio_page_keep(rq->file, rq->system_buffer) :
		ntio_large_keep(rq->file, rq->system_buffer, size);
}

/* The file is on its way out. */
void ntio_kept_buffers_free(struct ntio_file *file)
{
	kvfree(file->spare_page);
	kvfree(ntio_large_memory(file->spare_large));
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
