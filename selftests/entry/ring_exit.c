// SPDX-License-Identifier: GPL-2.0
/*
 * A ring is closed by a task that lives on, while a driver keeps a request that
 * was cancelled: the ring goes away at once, without a complaint of the kernel,
 * and what the driver does with the request later is told to nobody.
 *
 * The fault: the cancellation ended the command in a way that such a ring must
 * end in its own task, IORING_SETUP_DEFER_TASKRUN above all; kernels that check
 * locks warned in io_get_cqe_overflow().
 */
#include "kselftest_harness.h"
#include "pauses.h"
#include "ring.h"

FIXTURE(ring_exit)
{
	int watch;
	int kmsg;
	long alive;
	struct pause_call *call;
	struct ring ring;
};

FIXTURE_VARIANT(ring_exit)
{
	__u32 code;
	unsigned int flags;
};

#define DEFERRED (IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN)

FIXTURE_VARIANT_ADD(ring_exit, control) { .code = IOCTL_PAUSE_BUFFERED };
FIXTURE_VARIANT_ADD(ring_exit, control_deferred) {
	.code = IOCTL_PAUSE_BUFFERED, .flags = DEFERRED };
FIXTURE_VARIANT_ADD(ring_exit, control_sqpoll) {
	.code = IOCTL_PAUSE_BUFFERED, .flags = IORING_SETUP_SQPOLL };
FIXTURE_VARIANT_ADD(ring_exit, direct_deferred) {
	.code = IOCTL_PAUSE_OUT_DIRECT, .flags = DEFERRED };
FIXTURE_VARIANT_ADD(ring_exit, read) { };
FIXTURE_VARIANT_ADD(ring_exit, read_deferred) { .flags = DEFERRED };
FIXTURE_VARIANT_ADD(ring_exit, read_sqpoll) { .flags = IORING_SETUP_SQPOLL };

FIXTURE_SETUP(ring_exit)
{
	struct io_uring_sqe *sqe;

	self->watch = park_open(PAUSE_PATH);
	pause_reset(self->watch, true);
	self->call = pause_new(PAUSE_PATH, variant->code, false);
	ASSERT_NE(NULL, self->call);
	self->alive = ntio_stat("alive", "requests");
	self->kmsg = kmsg_open();
	ASSERT_EQ(0, ring_open(&self->ring, 8, variant->flags));
	if (variant->code) {
		sqe = ring_control(&self->ring, self->call->fd, &self->call->c,
				   1);
	} else {
		sqe = ring_sqe(&self->ring);
		sqe->opcode = IORING_OP_READ;
		sqe->fd = self->call->fd;
		sqe->addr = addr(self->call->data);
		sqe->len = PAUSE_LEN;
	}
	ASSERT_NE(NULL, sqe);
	ASSERT_EQ(1, ring_submit(&self->ring));
	ASSERT_TRUE(wait_until(pause_all_wait(self->watch, 1)));
}

FIXTURE_TEARDOWN(ring_exit)
{
	ring_close(&self->ring);
	pause_reset(self->watch, false);
	EXPECT_TRUE(soon(ntio_stat("alive", "requests") == self->alive));
	close(self->call->fd);
	close(self->watch);
	close(self->kmsg);
}

/* The kernel takes the ring apart in a worker; that has a while to complain. */
#define expect_no_warning() do {					\
	long _begin = milliseconds();					\
	bool _warned = false;						\
									\
	while (!_warned && milliseconds() - _begin < 1500) {		\
		_warned = kmsg_has(self->kmsg, "WARNING", "");		\
		usleep(10000);						\
	}								\
	EXPECT_FALSE(_warned);						\
} while (0)

#define expect_told_to_nobody() do {					\
	unsigned int _i;						\
									\
	EXPECT_EQ(1, pause_counts(self->watch).waiting);		\
	EXPECT_TRUE(pause_answer(self->watch));				\
	EXPECT_TRUE(soon(ntio_stat("alive", "requests") == self->alive)); \
	/* A direct request's pages are the driver's until its end. */	\
	for (_i = 0; _i < PAUSE_LEN &&					\
	     variant->code != IOCTL_PAUSE_OUT_DIRECT; _i++)		\
		ASSERT_EQ(POISON, self->call->data[_i]);		\
	if (variant->code)						\
		EXPECT_EQ(POISON32, self->call->c.out_status);		\
	EXPECT_FALSE(kmsg_has(self->kmsg, "WARNING", ""));		\
} while (0)

TEST_F_TIMEOUT(ring_exit, closed, 120)
{
	ring_close(&self->ring);
	EXPECT_TRUE(soon(pause_counts(self->watch).marked == 1));
	expect_no_warning();
	expect_told_to_nobody();
}

/* By its last handle's owner, when the descriptor was handed on. */
TEST_F_TIMEOUT(ring_exit, closed_by_a_child, 120)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		/* Its copy of the ring keeps it while we close ours. */
		while (!pause_load(self->call->go))
			usleep(1000);
		ring_close(&self->ring);
		_exit(0);
	}
	ring_close(&self->ring);
	EXPECT_EQ(1, pause_counts(self->watch).waiting);
	pause_store(self->call->go, 1);
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_TRUE(soon(pause_counts(self->watch).marked == 1));
	expect_no_warning();
	expect_told_to_nobody();
}

TEST_HARNESS_MAIN
