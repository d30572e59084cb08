// SPDX-License-Identifier: GPL-2.0
/* What requests of a ring cost: in instructions, and in memory. */
#include <errno.h>
#include <fcntl.h>
#include <liburing.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <x86intrin.h>

#include "client.h"
#include "meminfo.h"

#define PARKED_MANY 8192

static void fill(struct io_uring *ring, int fd, const struct row *row,
		 struct ntio_device_control *c, void *out)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(ring);
	__u64 address = (unsigned long)c;

	if (!sqe)
		abort();
	*c = (struct ntio_device_control) {
		.size = sizeof(*c), .code = row->code,
		.out = (unsigned long)out, .out_len = row->out,
	};
	memset(sqe, 0, sizeof(*sqe));
	sqe->opcode = IORING_OP_URING_CMD;
	sqe->fd = fd;
	sqe->cmd_op = NTIO_URING_DEVICE_CONTROL;
	sqe->user_data = address;
	if (row->op == RING_REGISTERED)
		sqe->uring_cmd_flags = IORING_URING_CMD_FIXED;
	memcpy(sqe->cmd, &address, sizeof(address));
}

/* Another call ends what waits. */
static int end_parked(int fd)
{
	struct ntio_device_control c = {
		.size = sizeof(c), .code = IOCTL_BENCH_END,
	};

	return ioctl(fd, NTIO_IOC_DEVICE_CONTROL, &c);
}

/* Each has its answer, with the status and the information of a success. */
static bool reap(struct io_uring *ring, unsigned int count)
{
	const struct ntio_device_control *c;
	struct io_uring_cqe *cqe;
	bool good = true;

	for (; count; count--) {
		if (io_uring_wait_cqe(ring, &cqe))
			return false;
		c = (void *)(unsigned long)cqe->user_data;
		good &= !cqe->res && !c->out_status &&
			c->out_information == c->out_len;
		io_uring_cqe_seen(ring, cqe);
	}
	return good;
}

static bool batch(struct io_uring *ring, int fd, const struct row *row,
		  struct ntio_device_control *c, void *out)
{
	unsigned int i;

	for (i = 0; i < RING_BATCH; i++)
		fill(ring, fd, row, &c[i], out);
	if (io_uring_submit(ring) != RING_BATCH)
		return false;
	if (row->op == RING_LATER && end_parked(fd))
		return false;
	return reap(ring, RING_BATCH);
}

unsigned long ring_cost(int fd, const struct row *row, void *out)
{
	const struct iovec buffer = { out, row->out };
	static struct ntio_device_control c[RING_BATCH] IN_A_PAGE;
	struct rounds rounds;
	struct io_uring ring;
	unsigned long one;
	bool good = true;
	__u64 begin;
	int i;

	if (io_uring_queue_init(RING_BATCH, &ring, IORING_SETUP_SINGLE_ISSUER))
		return 0;
	rounds = rounds_begin(row);
	if (row->op == RING_REGISTERED)
		good = !io_uring_register_buffers(&ring, &buffer, 1);
	for (i = 0; i < row->rounds / passes() && good; i++) {
		begin = __rdtsc();
		mark_begin();
		good = batch(&ring, fd, row, c, out);
		mark_end();
		one = __rdtsc() - begin;
		rounds_add(&rounds, one);
	}
	io_uring_queue_exit(&ring);
	return good ? rounds_end(&rounds, RING_BATCH) : 0;
}

/* Of all slabs, in bytes. */
static long slab_bytes(void)
{
	return meminfo_kib("Slab") * 1024;
}

unsigned long parked_bytes(int fd, const struct row *row)
{
	struct ntio_device_control *c = calloc(PARKED_MANY, sizeof(*c));
	struct io_uring ring;
	bool good = true;
	long before = 0;
	int i;

	if (!c || io_uring_queue_init(PARKED_MANY, &ring, 0))
		return 0;
	/* The first half fills what caches have in reserve. */
	for (i = 0; i < PARKED_MANY && good; i++) {
		if (i == PARKED_MANY / 2)
			before = slab_bytes();
		fill(&ring, fd, row, &c[i], NULL);
		good = io_uring_submit(&ring) == 1;
	}
	before = slab_bytes() - before;
	good &= !end_parked(fd) && reap(&ring, i);
	io_uring_queue_exit(&ring);
	free(c);
	return good ? before / (PARKED_MANY / 2) : 0;
}

static struct io_uring the_ring;

int begin_ring(void)
{
	return io_uring_queue_init(RING_BATCH, &the_ring,
				   IORING_SETUP_SINGLE_ISSUER);
}

void end_ring(void)
{
	io_uring_queue_exit(&the_ring);
}

static bool reap_empty(void)
{
	struct io_uring_cqe *cqe;
	bool good = true;
	int i;

	for (i = 0; i < RING_BATCH; i++) {
		if (io_uring_wait_cqe(&the_ring, &cqe))
			return false;
		good &= !cqe->res;
		if (!good)
			errno = -cqe->res;
		io_uring_cqe_seen(&the_ring, cqe);
	}
	return good;
}

bool empty_batch(int fd)
{
	struct io_uring_sqe *sqe;
	int i;

	for (i = 0; i < RING_BATCH; i++) {
		sqe = io_uring_get_sqe(&the_ring);
		memset(sqe, 0, sizeof(*sqe));
		sqe->opcode = fd < 0 ? IORING_OP_NOP : IORING_OP_URING_CMD;
		sqe->fd = fd;
	}
	return io_uring_submit(&the_ring) == RING_BATCH && reap_empty();
}

bool control_batch(int fd, __u32 code)
{
	static struct ntio_device_control c[RING_BATCH] IN_A_PAGE;
	const struct row row = { .op = RING, .code = code };

	return batch(&the_ring, fd, &row, c, NULL);
}
