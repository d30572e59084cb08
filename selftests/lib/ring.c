// SPDX-License-Identifier: GPL-2.0
/* io_uring by raw system calls, for the test programs. */
#include <linux/time_types.h>
#include <sys/syscall.h>
#include <sys/utsname.h>

#include "ring.h"

bool kernel_since(int major, int minor)
{
	struct utsname name;
	int has[2];

	if (uname(&name) ||
	    sscanf(name.release, "%d.%d", &has[0], &has[1]) != 2)
		return false;
	return has[0] > major || (has[0] == major && has[1] >= minor);
}

bool ring_is_async(void)
{
	return kernel_since(6, 7);
}

static void *ring_map(int fd, size_t len, __u64 at)
{
	void *p = mmap(NULL, len, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_POPULATE, fd, at);

	return p == MAP_FAILED ? NULL : p;
}

static void ring_find(struct ring *ring, const struct io_uring_params *p)
{
	char *map = ring->map;

	ring->sq_head = (unsigned int *)(map + p->sq_off.head);
	ring->sq_tail = (unsigned int *)(map + p->sq_off.tail);
	ring->sq_array = (unsigned int *)(map + p->sq_off.array);
	ring->sq_mask = p->sq_entries - 1;
	ring->cq_head = (unsigned int *)(map + p->cq_off.head);
	ring->cq_tail = (unsigned int *)(map + p->cq_off.tail);
	ring->cq_mask = p->cq_entries - 1;
	ring->cqes = (struct io_uring_cqe *)(map + p->cq_off.cqes);
}

int ring_open(struct ring *ring, unsigned int entries, unsigned int flags)
{
	struct io_uring_params p = { .flags = flags };
	size_t sq, cq;

	*ring = (struct ring){
		.enter = flags & IORING_SETUP_SQPOLL ?
			IORING_ENTER_SQ_WAKEUP : 0,
	};
	ring->fd = syscall(SYS_io_uring_setup, entries, &p);
	if (ring->fd < 0)
		return errno;
	sq = p.sq_off.array + p.sq_entries * sizeof(unsigned int);
	cq = p.cq_off.cqes + p.cq_entries * sizeof(struct io_uring_cqe);
	ring->map_len = sq > cq ? sq : cq;
	ring->map = ring_map(ring->fd, ring->map_len, IORING_OFF_SQ_RING);
	ring->sqes_len = p.sq_entries * sizeof(struct io_uring_sqe);
	ring->sqes = ring_map(ring->fd, ring->sqes_len, IORING_OFF_SQES);
	if (!ring->map || !ring->sqes)
		return errno;
	ring_find(ring, &p);
	return 0;
}

void ring_close(struct ring *ring)
{
	if (ring->fd < 0)
		return;
	munmap(ring->map, ring->map_len);
	munmap(ring->sqes, ring->sqes_len);
	close(ring->fd);
	ring->fd = -1;
}

struct io_uring_sqe *ring_sqe(struct ring *ring)
{
	unsigned int tail = *ring->sq_tail + ring->queued;
	unsigned int head = __atomic_load_n(ring->sq_head, __ATOMIC_ACQUIRE);
	struct io_uring_sqe *sqe = &ring->sqes[tail & ring->sq_mask];

	if (tail - head > ring->sq_mask)
		return NULL;
	ring->sq_array[tail & ring->sq_mask] = tail & ring->sq_mask;
	ring->queued++;
	memset(sqe, 0, sizeof(*sqe));
	return sqe;
}

struct io_uring_sqe *ring_control(struct ring *ring, int fd,
				  struct ntio_device_control *c, __u64 tag)
{
	struct io_uring_sqe *sqe = ring_sqe(ring);
	__u64 address = addr(c);

	if (!sqe)
		return NULL;
	control_prepare(c);
	sqe->opcode = IORING_OP_URING_CMD;
	sqe->fd = fd;
	sqe->cmd_op = NTIO_URING_DEVICE_CONTROL;
	sqe->user_data = tag;
	memcpy(sqe->cmd, &address, sizeof(address));
	return sqe;
}

struct io_uring_sqe *ring_cancel(struct ring *ring, __u64 victim, __u64 tag)
{
	struct io_uring_sqe *sqe = ring_sqe(ring);

	if (!sqe)
		return NULL;
	sqe->opcode = IORING_OP_ASYNC_CANCEL;
	sqe->fd = -1;
	sqe->addr = victim;
	sqe->user_data = tag;
	return sqe;
}

static int ring_enter(struct ring *ring, unsigned int count)
{
	int taken = syscall(SYS_io_uring_enter, ring->fd, count, 0,
			    ring->enter, NULL, 0);

	return taken < 0 ? -errno : taken;
}

int ring_submit(struct ring *ring)
{
	unsigned int count = ring->queued;

	__atomic_store_n(ring->sq_tail, *ring->sq_tail + count,
			 __ATOMIC_RELEASE);
	ring->queued = 0;
	return ring_enter(ring, count);
}

int ring_retry(struct ring *ring)
{
	return ring_enter(ring, *ring->sq_tail -
			  __atomic_load_n(ring->sq_head, __ATOMIC_ACQUIRE));
}

bool ring_peek(struct ring *ring, struct io_uring_cqe *cqe)
{
	unsigned int head = *ring->cq_head;

	if (head == __atomic_load_n(ring->cq_tail, __ATOMIC_ACQUIRE))
		return false;
	*cqe = ring->cqes[head & ring->cq_mask];
	__atomic_store_n(ring->cq_head, head + 1, __ATOMIC_RELEASE);
	return true;
}

/* A signal ends the wait early, as the limit does. */
bool ring_wait(struct ring *ring, struct io_uring_cqe *cqe, unsigned int ms)
{
	struct __kernel_timespec limit = {
		.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L,
	};
	struct io_uring_getevents_arg arg = { .ts = addr(&limit) };

	if (ring_peek(ring, cqe))
		return true;
	syscall(SYS_io_uring_enter, ring->fd, 0, 1,
		IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG, &arg,
		sizeof(arg));
	return ring_peek(ring, cqe);
}

int ring_register(struct ring *ring, unsigned int what, void *arg,
		  unsigned int count)
{
	return syscall(SYS_io_uring_register, ring->fd, what, arg, count) ?
		errno : 0;
}
