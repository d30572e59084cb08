// SPDX-License-Identifier: GPL-2.0
/* As sweep.c: bad addresses for read(2), write(2) and their relatives. */
#include <sys/uio.h>

#include "kselftest_harness.h"
#include "canary.h"
#include "modules/ntio_rw.h"
#include "ring.h"

FIXTURE(rw)
{
	int fd;
	long pins;
	struct ring ring;
};

FIXTURE_VARIANT(rw)
{
	const char *path;
	bool saw;	/* tells how often it was called */
	bool raw;	/* the driver looks at unmapped memory to write from */
};

#define RW(_name, _path, ...) FIXTURE_VARIANT_ADD(rw, _name) {		\
	.path = "/dev/ntio/" _path, __VA_ARGS__ }
RW(buffered, "rw-buffered", .saw = true);
RW(direct, "rw-direct", .saw = true);
RW(neither, "rw-neither", .saw = true, .raw = true);
RW(stream, "rw-stream", .saw = true);
RW(highest, "vault", .saw = false);

FIXTURE_SETUP(rw)
{
	struct rw_plan plan = { };

	self->fd = open(variant->path, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
	self->pins = pins();
	ASSERT_EQ(0, ring_open(&self->ring, 4, 0));
	if (variant->saw)
		control_ok(self->fd, .code = IOCTL_RW_PLAN,
			   .in = addr(&plan), .in_len = sizeof(plan));
}

FIXTURE_TEARDOWN(rw)
{
	EXPECT_EQ(self->pins, pins());
	EXPECT_EQ(0, canary_changed());
	ring_close(&self->ring);
	close(self->fd);
}

static __u32 rw_calls(int fd)
{
	struct rw_saw saw = { };
	struct ntio_device_control c = {
		.code = IOCTL_RW_SAW, .out = addr(&saw), .out_len = sizeof(saw),
	};

	if (control(fd, &c))
		abort();
	return saw.calls;
}

enum how { PLAIN, VECTOR, THIRD_OF_VECTOR, BY_RING, HOWS };

static ssize_t move_by_ring(struct _test_data_rw *self, bool write, __u64 at,
			    __u64 len)
{
	struct io_uring_sqe *sqe = ring_sqe(&self->ring);
	struct io_uring_cqe cqe = { .res = 1 };

	sqe->opcode = write ? IORING_OP_WRITE : IORING_OP_READ;
	sqe->fd = self->fd;
	sqe->addr = at;
	sqe->len = len;
	sqe->off = -1ULL;
	if (ring_submit(&self->ring) != 1 ||
	    !ring_wait(&self->ring, &cqe, 10000))
		abort();
	return cqe.res;
}

/* The result: bytes, or the negative errno. */
static ssize_t move(struct _test_data_rw *self, enum how how, bool out,
		    __u64 at, __u64 len)
{
	void *p = opaque((void *)(uintptr_t)at);
	struct iovec iov[] = { { p, len }, { NULL, 0 }, { p, len } };
	ssize_t n;
	int count = how == THIRD_OF_VECTOR ? 3 : 1;

	if (how == BY_RING)
		return move_by_ring(self, out, at, len);
	if (how == THIRD_OF_VECTOR)
		iov[0] = (struct iovec){ NULL, 0 };
	if (how == PLAIN)
		n = out ? write(self->fd, p, len) :
			    read(self->fd, p, len);
	else
		n = out ? writev(self->fd, iov, count) :
			    readv(self->fd, iov, count);
	return n < 0 ? -errno : n;
}

/* What is too much is cut by the kernel: it may be more than ntio allows. */
static bool rw_refused(ssize_t result)
{
	return result == -EFAULT || result == -ENOMEM || result == -EINVAL;
}

static void sweep_rw(struct __test_metadata *_metadata,
		     struct _test_data_rw *self,
		     const struct _fixture_variant_rw *variant, bool write)
{
	const struct bad_address *bad;
	__u64 lengths[BAD_LENGTHS];
	size_t n, i;
	ssize_t result;
	__u32 calls;
	int how;

	for_each_bad(bad, lengths, n, i) {
		if (sizeof(long) == 4 && bad->at > 0xffffffff)
			continue;
		calls = variant->saw ? rw_calls(self->fd) : 0;
		for (how = 0; how < HOWS; how++) {
			result = move(self, how, write, bad->at, lengths[i]);
			EXPECT_TRUE(rw_refused(result)) {
				TH_LOG("%s, %llu bytes, %d: %zd", bad->name,
				       lengths[i], how, result);
			}
			counts[N_REFUSED]++;
		}
		if (!variant->saw || (variant->raw && write &&
				      user_range(bad->at, lengths[i])))
			continue;
		EXPECT_EQ(calls, rw_calls(self->fd)) {
			TH_LOG("%s, %llu bytes: the driver was called",
			       bad->name, lengths[i]);
		}
	}
}

/* [6.5], [6.7] */
TEST_F(rw, read)
{
	sweep_rw(_metadata, self, variant, false);
}

TEST_F(rw, write)
{
	sweep_rw(_metadata, self, variant, true);
}

FIXTURE(sum) { };
FIXTURE_SETUP(sum) { }
FIXTURE_TEARDOWN(sum) { }

/* Comes last. */
TEST_F(sum, counted)
{
	printf("# Reads and writes with bad addresses: %ld, all refused.\n",
	       counts[N_REFUSED]);
	printf("# %ld of %ld kernel canary bytes changed.\n",
	       canary_changed(), canary_bytes());
	EXPECT_LE(1000, counts[N_REFUSED]);
	EXPECT_EQ(0, canary_changed());
}

TEST_HARNESS_MAIN
