// SPDX-License-Identifier: GPL-2.0
/*
 * What is io_uring's own about a request: how often it is carried out, whose
 * the file is, and who the caller was.
 */
#include <sys/uio.h>

#include "kselftest_harness.h"
#include "modules/ntio_rw.h"
#include "ring.h"

FIXTURE(rings)
{
	int fd;
	struct ring ring;
	unsigned char out[8];
	struct echo_return in;
	struct ntio_device_control c;
};

FIXTURE_VARIANT(rings)
{
	__u8 sqe_flags;
	unsigned int ring_flags;
};

/* Who carries it out: we, a worker thread of the ring, its own thread. */
FIXTURE_VARIANT_ADD(rings, inline) { };
FIXTURE_VARIANT_ADD(rings, worker) { .sqe_flags = IOSQE_ASYNC };
FIXTURE_VARIANT_ADD(rings, sqpoll) { .ring_flags = IORING_SETUP_SQPOLL };

FIXTURE_SETUP(rings)
{
	self->fd = echo_open();
	ASSERT_EQ(0, ring_open(&self->ring, 8, variant->ring_flags));
	memset(self->out, POISON, sizeof(self->out));
}

FIXTURE_TEARDOWN(rings)
{
	ring_close(&self->ring);
	if (self->fd >= 0)
		close(self->fd);
}

static struct ntio_device_control
return_control(struct _test_data_rings *self, __u32 method)
{
	return (struct ntio_device_control) {
		.code = IOCTL_ECHO_RETURN_BUFFERED | method,
		.in = addr(&self->in), .in_len = sizeof(self->in),
		.out = addr(self->out), .out_len = sizeof(self->out),
	};
}

/* Submit the one that is queued; returns its result, 1: none came. */
static int result(struct _test_data_rings *self)
{
	struct io_uring_cqe cqe;

	if (ring_submit(&self->ring) != 1 ||
	    !ring_wait(&self->ring, &cqe, 5000))
		return 1;
	return cqe.res;
}

/* To io_uring EAGAIN means "ask me again"; here it is how a request ended. */
TEST_F(rings, eagain_is_an_end)
{
	__u32 mode, calls = echo_saw(self->fd).calls;
	struct io_uring_cqe cqe;

	for (mode = ECHO_COMPLETE; mode <= ECHO_PEND_LATER; mode++) {
		if (mode == ECHO_COMPLETE_NEVER || mode == ECHO_COMPLETE_TWICE)
			continue;
		self->in = (struct echo_return) {
			.ret = mode == ECHO_COMPLETE ?
				STATUS_DEVICE_NOT_READY : STATUS_PENDING,
			.status = STATUS_DEVICE_NOT_READY, .mode = mode,
		};
		self->c = return_control(self, NTIO_METHOD_BUFFERED);
		ring_control(&self->ring, self->fd, &self->c, 1)->flags =
			variant->sqe_flags;
		EXPECT_EQ(-EAGAIN, result(self));
		EXPECT_EQ(STATUS_DEVICE_NOT_READY, self->c.out_status);
		EXPECT_FALSE(ring_wait(&self->ring, &cqe, 100));
		EXPECT_EQ(++calls, echo_saw(self->fd).calls);
	}
}

/* So is what errno there is for a call that did not reach the driver. */
TEST_F(rings, refused)
{
	self->c = return_control(self, NTIO_METHOD_BUFFERED);
	self->c.in_len = 3;
	ring_control(&self->ring, self->fd, &self->c, 1)->flags =
		variant->sqe_flags;
	EXPECT_EQ(-status_errno(STATUS_BUFFER_TOO_SMALL), result(self));
	EXPECT_EQ(STATUS_BUFFER_TOO_SMALL, self->c.out_status);
	EXPECT_EQ(NTIO_REASON_IN_TOO_SHORT, self->c.out_reason);
	EXPECT_EQ(0, self->c.out_flags);
	EXPECT_EQ(0, echo_saw(self->fd).calls);
}

/*
 * A registered buffer is locked already, for whoever asks by its number: not
 * what the caller's structure says, which would be used instead unnoticed.
 */
TEST_F(rings, registered_buffers_are_refused)
{
	struct iovec buffer = { self->out, sizeof(self->out) };
	struct io_uring_sqe *sqe;

	ASSERT_EQ(0, ring_register(&self->ring, IORING_REGISTER_BUFFERS,
				   &buffer, 1));
	self->in = (struct echo_return) { };
	self->c = return_control(self, NTIO_METHOD_BUFFERED);
	sqe = ring_control(&self->ring, self->fd, &self->c, 1);
	sqe->flags = variant->sqe_flags;
	sqe->uring_cmd_flags = IORING_URING_CMD_FIXED;
	EXPECT_EQ(-EOPNOTSUPP, result(self));
	EXPECT_EQ(POISON32, self->c.out_status);
	EXPECT_EQ(0, echo_saw(self->fd).calls);
	/* It is the flag that was refused, not what comes after it. */
	ring_control(&self->ring, self->fd, &self->c, 1)->flags =
		variant->sqe_flags;
	EXPECT_EQ(0, result(self));
	EXPECT_EQ(1, echo_saw(self->fd).calls);
}

/* A registered file is a handle [1.26]; requests on it have no reference. */
TEST_F(rings, registered_file_is_a_handle)
{
	int watch = echo_open();
	__u32 cleanups = echo_counts(watch).cleanups;
	__u32 closes = echo_counts(watch).closes;
	int i;

	ASSERT_EQ(0, ring_register(&self->ring, IORING_REGISTER_FILES,
				   &self->fd, 1));
	close(self->fd);
	self->fd = -1;
	for (i = 0; i < 4; i++) {
		self->in = (struct echo_return) {
			.ret = i & 1 ? STATUS_PENDING : 0, .delay_ms = 20,
			.mode = i & 1 ? ECHO_PEND_LATER : ECHO_COMPLETE,
		};
		self->c = return_control(self, NTIO_METHOD_BUFFERED);
		ring_control(&self->ring, 0, &self->c, 1)->flags =
			variant->sqe_flags | IOSQE_FIXED_FILE;
		EXPECT_EQ(0, result(self));
		EXPECT_EQ(STATUS_SUCCESS, self->c.out_status);
		EXPECT_EQ(cleanups, echo_counts(watch).cleanups);
	}
	ASSERT_EQ(0, ring_register(&self->ring, IORING_UNREGISTER_FILES, NULL,
				   0));
	EXPECT_TRUE(wait_until(echo_counts(watch).closes == closes + 1));
	EXPECT_EQ(cleanups + 1, echo_counts(watch).cleanups);
	close(watch);
}

/* The descriptor is closed while requests are on their way [8.36] [8.37]. */
TEST_F(rings, closed_while_pending)
{
	int watch = echo_open();
	struct echo_counts before = echo_counts(watch);
	struct io_uring_cqe cqe;

	self->in = (struct echo_return) {
		.ret = STATUS_PENDING, .delay_ms = 500,
		.mode = ECHO_PEND_LATER, .information = 8, .written = 8,
	};
	self->c = return_control(self, NTIO_METHOD_BUFFERED);
	ring_control(&self->ring, self->fd, &self->c, 1)->flags =
		variant->sqe_flags;
	ASSERT_EQ(1, ring_submit(&self->ring));
	ASSERT_TRUE(echo_wait_calls(self->fd, 1));
	close(self->fd);
	self->fd = -1;
	EXPECT_EQ(before.cleanups + 1, echo_counts(watch).cleanups);
	EXPECT_EQ(before.closes, echo_counts(watch).closes);
	ASSERT_TRUE(ring_wait(&self->ring, &cqe, 5000));
	EXPECT_EQ(0, cqe.res);
	EXPECT_EQ(8, self->c.out_information);
	EXPECT_EQ(0xe7, self->out[7]);
	EXPECT_TRUE(wait_until(echo_counts(watch).closes ==
			       before.closes + 1));
	EXPECT_EQ(before.cleanups + 1, echo_counts(watch).cleanups);
	close(watch);
}

#define CROWD 4

/*
 * [7.10], whoever carries it out: also threads that other threads asked for,
 * as these sleep, and that were made while this one was in no system call.
 */
TEST_F(rings, driver_sees_32_bit_callers)
{
	__u32 want = sizeof(long) == 4 ? ECHO_SAW_COMPAT : 0;
	struct ntio_device_control c[CROWD];
	struct io_uring_cqe cqe;
	int i, fds[CROWD];

	self->in = (struct echo_return) {
		.ret = STATUS_PENDING, .mode = ECHO_PEND, .delay_ms = 100,
	};
	for (i = 0; i < CROWD; i++) {
		fds[i] = echo_open();
		c[i] = return_control(self, NTIO_METHOD_NEITHER);
		ring_control(&self->ring, fds[i], &c[i], i)->flags =
			variant->sqe_flags;
	}
	ASSERT_EQ(CROWD, ring_submit(&self->ring));
	for (i = 0; i < CROWD; i += ring_peek(&self->ring, &cqe))
		;
	for (i = 0; i < CROWD; i++) {
		EXPECT_EQ(STATUS_SUCCESS, c[i].out_status);
		EXPECT_EQ(want, echo_saw(fds[i]).flags & ECHO_SAW_COMPAT);
		EXPECT_TRUE(echo_saw(fds[i]).flags & ECHO_SAW_CALLER);
		close(fds[i]);
	}
}

static struct rw_saw rw_saw(int fd)
{
	struct rw_saw saw = { };
	struct ntio_device_control c = {
		.code = IOCTL_RW_SAW, .out = addr(&saw), .out_len = sizeof(saw),
	};

	control(fd, &c);
	return saw;
}

/* Reads and writes are always carried out by worker threads. */
TEST_F(rings, driver_sees_32_bit_writers)
{
	__u32 want = sizeof(long) == 4 ? RW_SAW_COMPAT : 0;
	struct rw_plan plan = { };
	struct ntio_device_control c = {
		.code = IOCTL_RW_PLAN, .in = addr(&plan),
		.in_len = sizeof(plan),
	};
	int fd = open("/dev/ntio/rw-neither", O_RDWR | O_CLOEXEC);
	struct io_uring_sqe *sqe = ring_sqe(&self->ring);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, control(fd, &c));
	sqe->opcode = IORING_OP_WRITE;
	sqe->flags = variant->sqe_flags;
	sqe->fd = fd;
	sqe->addr = addr(self->out);
	sqe->len = sizeof(self->out);
	EXPECT_EQ(sizeof(self->out), result(self));
	EXPECT_EQ(1, rw_saw(fd).calls);
	EXPECT_EQ(RW_SAW_CALLER | RW_SAW_IN | want, rw_saw(fd).flags);
	close(fd);
}

TEST_HARNESS_MAIN
