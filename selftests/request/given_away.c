// SPDX-License-Identifier: GPL-2.0
/*
 * A completion routine that gives the request to a worker and lets the
 * completion go on: the worker has it, and what it answers is the answer.
 */
#include "kselftest_harness.h"
#include "modules/ntio_renege.h"
#include "park.h"

static __u32 workers(int fd)
{
	__u32 n = POISON32;
	struct ntio_device_control c = {
		.code = IOCTL_RENEGE_WAITING, .out = addr(&n),
		.out_len = sizeof(n),
	};

	if (control(fd, &c))
		abort();
	return n;
}

/*
 * The worker waits, so the request has neither been completed nor come back:
 * only that it was given away can tell the core that it must not go on.
 */
TEST(to_a_worker_that_takes_its_time)
{
	long before = violations("COMPLETED_TWICE");
	int fd = open(RENEGE_PATH, O_RDWR | O_CLOEXEC);
	struct waiter waiter;

	ASSERT_LE(0, fd);
	waiter_begin(&waiter, fd, IOCTL_RENEGE_RUN, 0);
	ASSERT_TRUE(wait_until(workers(fd) == 1));
	EXPECT_TRUE(wait_until(violations("COMPLETED_TWICE") > before));
	/* It had 100 ms to end when it must not. */
	usleep(100000);
	EXPECT_FALSE(waiter_ended(&waiter));
	control_ok(fd, .code = IOCTL_RENEGE_GO);
	waiter_join(&waiter);
	EXPECT_EQ(0, waiter.error);
	EXPECT_EQ(STATUS_SUCCESS, waiter.c.out_status);
	EXPECT_EQ(RENEGE_WORKER, waiter.c.out_information);
	EXPECT_EQ(before + 1, violations("COMPLETED_TWICE"));
	close(fd);
}

TEST_HARNESS_MAIN
