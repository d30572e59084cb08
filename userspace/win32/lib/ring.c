// SPDX-License-Identifier: GPL-2.0
/*
 * Rings, by raw system calls: one for each thread that sends overlapped
 * requests, one for each completion port.
 */
#include <errno.h>
#include <linux/time_types.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ring.h"

/* Requests in flight need no room, but their entries should find some. */
#define ENTRIES 1024
/* Before 6.7 a request takes a worker thread; so many are allowed. */
#define WORKERS 8192

static void *ring_map(int fd, size_t len, off_t at)
{
	void *map = mmap(NULL, len, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_POPULATE, fd, at);

	return map == MAP_FAILED ? NULL : map;
}

static void ring_find(struct ring *ring, const struct io_uring_params *p)
{
	char *map = ring->map;

	ring->sq_tail = (void *)(map + p->sq_off.tail);
	ring->sq_array = (void *)(map + p->sq_off.array);
	ring->flags = (void *)(map + p->sq_off.flags);
	ring->sq_mask = p->sq_entries - 1;
	ring->cq_head = (void *)(map + p->cq_off.head);
	ring->cq_tail = (void *)(map + p->cq_off.tail);
	ring->cq_mask = p->cq_entries - 1;
	ring->cqes = (void *)(map + p->cq_off.cqes);
}

static bool ring_open(struct ring *ring)
{
	struct io_uring_params p = {
		.flags = IORING_SETUP_CQSIZE, .cq_entries = ENTRIES,
	};
	unsigned int workers[2] = { WORKERS, WORKERS };
	size_t sq, cq;

	ring->fd = syscall(SYS_io_uring_setup, 8, &p);
	if (ring->fd < 0)
		return false;
	sq = p.sq_off.array + p.sq_entries * sizeof(unsigned int);
	cq = p.cq_off.cqes + p.cq_entries * sizeof(struct io_uring_cqe);
	ring->map_len = sq > cq ? sq : cq;
	ring->map = ring_map(ring->fd, ring->map_len, IORING_OFF_SQ_RING);
	ring->sqes_len = p.sq_entries * sizeof(struct io_uring_sqe);
	ring->sqes = ring_map(ring->fd, ring->sqes_len, IORING_OFF_SQES);
	if (!ring->map || !ring->sqes)
		return false;
	ring_find(ring, &p);
	for (sq = 0; sq < p.sq_entries; sq++)
		ring->sq_array[sq] = sq;
	syscall(SYS_io_uring_register, ring->fd,
		IORING_REGISTER_IOWQ_MAX_WORKERS, workers, 2);
	return true;
}

static lock_t rings_lock;
static struct ring *rings;

static void ring_link(struct ring *ring)
{
	lock_take(&rings_lock);
	ring->next = rings;
	ring->before = &rings;
	if (rings)
		rings->before = &ring->next;
	rings = ring;
	lock_drop(&rings_lock);
}

static void ring_unlink(struct ring *ring)
{
	lock_take(&rings_lock);
	if (ring->before) {
		*ring->before = ring->next;
		if (ring->next)
			ring->next->before = ring->before;
	}
	ring->before = NULL;
	lock_drop(&rings_lock);
}

void rings_each(void (*look)(struct ring *ring, void *data), void *data)
{
	struct ring *ring;

	lock_take(&rings_lock);
	for (ring = rings; ring; ring = ring->next)
		look(ring, data);
	lock_drop(&rings_lock);
}

static void ring_unmap(struct ring *ring)
{
	/* Whoever looks finds nothing. */
	static _Atomic(unsigned int) none;

	if (ring->map)
		munmap(ring->map, ring->map_len);
	if (ring->sqes)
		munmap(ring->sqes, ring->sqes_len);
	if (ring->fd >= 0)
		close(ring->fd);
	ring->cq_head = ring->cq_tail = ring->flags = &none;
	ring->map = NULL;
	ring->sqes = NULL;
	ring->fd = -1;
}

void ring_abandon(struct ring *ring)
{
	ring_unlink(ring);
	ring_unmap(ring);
}

/* Nothing is in flight. */
void ring_free(struct ring *ring)
{
	ring_abandon(ring);
	free(ring);
}

bool ring_is_dead(const struct ring *ring)
{
	return ring->fd < 0;
}

static void rings_before_fork(void)
{
	lock_take(&rings_lock);
}

static void rings_after_fork(void)
{
	lock_drop(&rings_lock);
}

/* The requests are the parent's. */
static void rings_forked(void)
{
	struct ring *ring;

	for (ring = rings; ring; ring = ring->next) {
		ring_unmap(ring);
		ring->before = NULL;
	}
	rings = NULL;
	atomic_store(&rings_lock, 0);
}

static void rings_init(void)
{
	pthread_atfork(rings_before_fork, rings_after_fork, rings_forked);
}

struct ring *ring_new(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct ring *ring = calloc(1, sizeof(*ring));

	pthread_once(&once, rings_init);
	if (ring && ring_open(ring)) {
		ring_link(ring);
		return ring;
	}
	if (ring)
		ring_free(ring);
	return NULL;
}

static inline int ring_enter(struct ring *ring)
{
	long rc;

	do {
		rc = syscall(SYS_io_uring_enter, ring->fd, 1, 0, 0, NULL, 0);
		if (rc == 1)
			return 0;
	} while (rc < 0 && (errno == EINTR || errno == EAGAIN ||
			    errno == EBUSY));
	return rc < 0 ? -errno : -EIO;
}

/*
 * The next entry, and then the system call: all of it is the caller's. What
 * neither kind of entry sets is 0, as it was mapped.
 */
static inline struct io_uring_sqe *ring_entry(struct ring *ring)
{
	unsigned int tail = atomic_load_explicit(ring->sq_tail,
						 memory_order_relaxed);

	return &ring->sqes[tail & ring->sq_mask];
}

static inline int ring_submit(struct ring *ring)
{
	unsigned int tail = atomic_load_explicit(ring->sq_tail,
						 memory_order_relaxed);

	int rc;

	atomic_store_explicit(ring->sq_tail, tail + 1, memory_order_release);
	rc = ring_enter(ring);
	if (rc)
		atomic_store_explicit(ring->sq_tail, tail,
				      memory_order_release);
	return rc;
}

static void ring_add(struct ring *ring, struct request *request)
{
	request->prev = &ring->flying;
	request->after = ring->flying;
	if (ring->flying)
		ring->flying->prev = &request->after;
	ring->flying = request;
	atomic_fetch_add_explicit(&ring->count, 1, memory_order_relaxed);
}

/* The list's reference to the file stays with the request. */
static void ring_remove(struct ring *ring, struct request *request)
{
	if (!request->prev)
		return;
	*request->prev = request->after;
	if (request->after)
		request->after->prev = request->prev;
	request->prev = NULL;
	atomic_fetch_sub_explicit(&ring->count, 1, memory_order_relaxed);
}

void ring_list(struct ring *ring, struct request *request, struct object *file)
{
	object_hold(file);
	lock_take(&ring->lock);
	request->file = file;
	ring_add(ring, request);
	lock_drop(&ring->lock);
}

void ring_unlist(struct ring *ring, struct request *request)
{
	lock_take(&ring->lock);
	ring_remove(ring, request);
	lock_drop(&ring->lock);
}

int ring_send_own(struct ring *ring, struct request *request)
{
	const uint64_t address = (uintptr_t)&request->arg;
	struct io_uring_sqe *sqe = ring_entry(ring);

	sqe->opcode = IORING_OP_URING_CMD;
	sqe->fd = request->fd;
	sqe->cmd_op = NTIO_URING_OVERLAPPED;
	sqe->user_data = (uintptr_t)request;
	memcpy(sqe->cmd, &address, sizeof(address));
	return ring_submit(ring);
}

int ring_send(struct ring *ring, struct request *request)
{
	int rc;

	if (ring_is_dead(ring))
		return -EBADF;
	lock_take(&ring->submit);
	rc = ring_send_own(ring, request);
	lock_drop(&ring->submit);
	return rc;
}

/* An entry that means nothing, for those who sleep. */
int ring_kick(struct ring *ring)
{
	struct io_uring_sqe *sqe;
	int rc;

	if (ring_is_dead(ring))
		return -EBADF;
	lock_take(&ring->submit);
	sqe = ring_entry(ring);
	sqe->opcode = IORING_OP_NOP;
	sqe->user_data = 0;
	rc = ring_submit(ring);
	lock_drop(&ring->submit);
	return rc;
}

void ring_sleep(struct ring *ring, DWORD ms)
{
	struct __kernel_timespec limit = {
		.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L,
	};
	struct io_uring_getevents_arg arg = {
		.ts = ms == INFINITE ? 0 : (uintptr_t)&limit,
	};

	syscall(SYS_io_uring_enter, ring->fd, 0, 1,
		IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG, &arg,
		sizeof(arg));
}

/* Appends to the list that ends at @last. Returns its new end. */
static struct request **ring_take_entries(struct ring *ring,
					  struct request **last)
{
	unsigned int head = atomic_load_explicit(ring->cq_head,
						 memory_order_relaxed);
	unsigned int tail = atomic_load_explicit(ring->cq_tail,
						 memory_order_acquire);
	struct request *request;

	for (; head != tail; head++) {
		const struct io_uring_cqe *cqe = &ring->cqes[head &
							     ring->cq_mask];

		request = (struct request *)(uintptr_t)cqe->user_data;
		if (!request)
			continue;	/* a kick */
		request->res = cqe->res;
		ring_remove(ring, request);
		*last = request;
		last = &request->next;
	}
	*last = NULL;
	atomic_store_explicit(ring->cq_head, head, memory_order_release);
	return last;
}

/* Entries that found no room: asks for them, now that there is some. */
static bool ring_refill(struct ring *ring)
{
	if (!(atomic_load_explicit(ring->flags, memory_order_acquire) &
	      IORING_SQ_CQ_OVERFLOW))
		return false;
	return syscall(SYS_io_uring_enter, ring->fd, 0, 0,
		       IORING_ENTER_GETEVENTS, NULL, 0) >= 0;
}

struct request *ring_take(struct ring *ring)
{
	struct request *first = NULL, **last = &first;

	do {
		last = ring_take_entries(ring, last);
	} while (ring_refill(ring));
	return first;
}
