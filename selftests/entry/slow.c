// SPDX-License-Identifier: GPL-2.0
/*
 * A handler that sleeps does not hold up the ring: submitting returns at once,
 * and what else the ring has to do is done meanwhile.
 *
 * The fault: the handler ran in io_uring_enter(), or in the ring's polling
 * thread, with the ring locked for as long as it slept.
 */
#include "kselftest_harness.h"
#include "modules/ntio_doze.h"
#include "pauses.h"
#include "ring.h"

/* Long against anything else that happens here, also on a slow machine. */
#define SLEEP_MS 4000

enum { TAG_SLOW = 1, TAG_NOP };

FIXTURE(slow)
{
	int fd;
	struct ring ring;
	__u32 in;
	__u32 out;
	struct ntio_device_control c;
	long begin;
};

FIXTURE_VARIANT(slow)
{
	unsigned int ring_flags;
	__u8 sqe_flags;
};

FIXTURE_VARIANT_ADD(slow, plain) { };
FIXTURE_VARIANT_ADD(slow, worker) { .sqe_flags = IOSQE_ASYNC };
FIXTURE_VARIANT_ADD(slow, sqpoll) { .ring_flags = IORING_SETUP_SQPOLL };
FIXTURE_VARIANT_ADD(slow, deferred) {
	.ring_flags = IORING_SETUP_SINGLE_ISSUER |
		      IORING_SETUP_DEFER_TASKRUN };

static __u32 doze_sleeping(int fd)
{
	return park_tell(fd, IOCTL_DOZE_COUNT, 0);
}

FIXTURE_SETUP(slow)
{
	self->fd = park_open(DOZE_PATH);
	ASSERT_EQ(0, ring_open(&self->ring, 8, variant->ring_flags));
	self->in = SLEEP_MS;
	self->out = POISON32;
	self->c = (struct ntio_device_control) {
		.code = IOCTL_DOZE_SLEEP,
		.in = addr(&self->in), .in_len = sizeof(self->in),
		.out = addr(&self->out), .out_len = sizeof(self->out),
	};
	self->begin = milliseconds();
}

FIXTURE_TEARDOWN(slow)
{
	ring_close(&self->ring);
	EXPECT_TRUE(wait_until(doze_sleeping(self->fd) == 0));
	close(self->fd);
}

/* Each answers once; the sleeper's data is right, and it has slept. */
#define expect_slept(_cqe) do {						\
	EXPECT_EQ(TAG_SLOW, (_cqe).user_data);				\
	EXPECT_EQ(0, (_cqe).res);					\
	EXPECT_EQ(STATUS_SUCCESS, self->c.out_status);			\
	EXPECT_EQ(sizeof(self->out), self->c.out_information);		\
	EXPECT_EQ(~self->in, self->out);				\
	EXPECT_LE(SLEEP_MS, milliseconds() - self->begin);		\
} while (0)

TEST_F_TIMEOUT(slow, submit_returns, 120)
{
	struct io_uring_cqe cqe = { };

	ring_control(&self->ring, self->fd, &self->c, TAG_SLOW)->flags =
		variant->sqe_flags;
	ASSERT_EQ(1, ring_submit(&self->ring));
	EXPECT_GT(SLEEP_MS / 2, milliseconds() - self->begin) {
		TH_LOG("submitting took %ld ms", milliseconds() - self->begin);
	}
	ASSERT_TRUE(wait_until(ring_wait(&self->ring, &cqe, 1000)));
	expect_slept(cqe);
}

/* A read has no row that could say that it sleeps: its device does. */
TEST_F_TIMEOUT(slow, overlapped_read, 120)
{
	struct ntio_overlapped rq = {
		.control = { .out_len = SLEEP_MS },
		.kind = NTIO_OVERLAPPED_READ,
	};
	struct io_uring_cqe cqe = { };
	struct io_uring_sqe *sqe;
	char buffer[SLEEP_MS];

	rq.control.out = addr(buffer);
	sqe = ring_control(&self->ring, self->fd, &rq.control, TAG_SLOW);
	sqe->flags = variant->sqe_flags;
	sqe->cmd_op = NTIO_URING_OVERLAPPED;
	ASSERT_EQ(1, ring_submit(&self->ring));
	EXPECT_GT(SLEEP_MS / 2, milliseconds() - self->begin) {
		TH_LOG("submitting took %ld ms", milliseconds() - self->begin);
	}
	sqe = ring_sqe(&self->ring);
	sqe->opcode = IORING_OP_NOP;
	sqe->user_data = TAG_NOP;
	ASSERT_EQ(1, ring_submit(&self->ring));
	ASSERT_TRUE(wait_until(ring_wait(&self->ring, &cqe, 1000)));
	EXPECT_EQ(TAG_NOP, cqe.user_data);
	ASSERT_TRUE(wait_until(ring_wait(&self->ring, &cqe, 1000)));
	EXPECT_EQ(TAG_SLOW, cqe.user_data);
	EXPECT_EQ(0, cqe.res);
	EXPECT_LE(SLEEP_MS, milliseconds() - self->begin);
}

/* So is one that io_uring itself asks for, though the device is ready. */
TEST_F_TIMEOUT(slow, read, 120)
{
	struct io_uring_cqe cqe = { };
	struct io_uring_sqe *sqe;
	char buffer[SLEEP_MS];

	sqe = ring_sqe(&self->ring);
	sqe->opcode = IORING_OP_READ;
	sqe->flags = variant->sqe_flags;
	sqe->fd = self->fd;
	sqe->addr = addr(buffer);
	sqe->len = sizeof(buffer);
	sqe->user_data = TAG_SLOW;
	ASSERT_EQ(1, ring_submit(&self->ring));
	EXPECT_GT(SLEEP_MS / 2, milliseconds() - self->begin) {
		TH_LOG("submitting took %ld ms", milliseconds() - self->begin);
	}
	ASSERT_TRUE(wait_until(ring_wait(&self->ring, &cqe, 1000)));
	EXPECT_EQ(TAG_SLOW, cqe.user_data);
	EXPECT_EQ(0, cqe.res);
	EXPECT_LE(SLEEP_MS, milliseconds() - self->begin);
}

/* What is submitted after it does not wait for it. */
TEST_F_TIMEOUT(slow, others_go_on, 120)
{
	struct io_uring_cqe cqe = { };
	struct io_uring_sqe *sqe;

	ring_control(&self->ring, self->fd, &self->c, TAG_SLOW)->flags =
		variant->sqe_flags;
	sqe = ring_sqe(&self->ring);
	sqe->opcode = IORING_OP_NOP;
	sqe->user_data = TAG_NOP;
	ASSERT_EQ(2, ring_submit(&self->ring));
	ASSERT_TRUE(wait_until(ring_wait(&self->ring, &cqe, 1000)));
	EXPECT_EQ(TAG_NOP, cqe.user_data);
	EXPECT_GT(SLEEP_MS / 2, milliseconds() - self->begin) {
		TH_LOG("the other one took %ld ms",
		       milliseconds() - self->begin);
	}
	ASSERT_TRUE(wait_until(ring_wait(&self->ring, &cqe, 1000)));
	expect_slept(cqe);
}

/* The ring's lock is free for whoever wants to register something. */
TEST_F_TIMEOUT(slow, registering_goes_on, 120)
{
	struct io_uring_cqe cqe = { };
	long begin;

	ring_control(&self->ring, self->fd, &self->c, TAG_SLOW)->flags =
		variant->sqe_flags;
	ASSERT_EQ(1, ring_submit(&self->ring));
	ASSERT_TRUE(wait_until(doze_sleeping(self->fd) == 1 ||
			       ring_peek(&self->ring, &cqe)));
	begin = milliseconds();
	EXPECT_EQ(0, ring_register(&self->ring, IORING_REGISTER_FILES,
				   &self->fd, 1));
	EXPECT_GT(SLEEP_MS / 2, milliseconds() - begin) {
		TH_LOG("registering took %ld ms", milliseconds() - begin);
	}
	if (!cqe.user_data)
		ASSERT_TRUE(wait_until(ring_wait(&self->ring, &cqe, 1000)));
	expect_slept(cqe);
}

/* As a system call it is carried out by its caller, as ever. */
TEST(slow_system_call)
{
	int fd = park_open(DOZE_PATH);
	long begin = milliseconds();
	__u32 in = 1000, out = POISON32;

	control_ok(fd, .code = IOCTL_DOZE_SLEEP,
		   .in = addr(&in), .in_len = sizeof(in),
		   .out = addr(&out), .out_len = sizeof(out));
	EXPECT_EQ(~in, out);
	EXPECT_LE(1000, milliseconds() - begin);
	close(fd);
}

TEST_HARNESS_MAIN
