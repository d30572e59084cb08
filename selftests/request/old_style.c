// SPDX-License-Identifier: GPL-2.0
/*
 * What drivers of the old style need: a lock around marking and taking the
 * cancel routine [8.24], and devices that are there before they can be opened.
 */
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "modules/ntio_old.h"
#include "ntio_test.h"

#define ROUNDS 10000

static int old_tell(int fd, __u32 code, __u32 number)
{
	struct ntio_device_control c = {
		.code = code, .in = addr(&number), .in_len = sizeof(number),
		.out = addr(&number), .out_len = sizeof(number),
	};

	return control(fd, &c) ? -(int)c.out_status : (int)number;
}

static struct old_counts old_counts(int fd)
{
	struct old_counts counts = { };
	struct ntio_device_control c = {
		.code = IOCTL_OLD_COUNTS,
		.out = addr(&counts), .out_len = sizeof(counts),
	};

	if (control(fd, &c))
		abort();
	return counts;
}

/* A thread completes while another one cancels: each request ends once. */
TEST(rounds)
{
	long before = violations("COMPLETED_TWICE");
	int fd = open(OLD_PATH, O_RDWR | O_CLOEXEC);
	struct old_counts first, counts;
	int i;

	ASSERT_LE(0, fd);
	first = old_counts(fd);
	for (i = 0; i < ROUNDS / 500; i++)
		ASSERT_EQ(500, old_tell(fd, IOCTL_OLD_ROUNDS, 500));
	counts = old_counts(fd);
	EXPECT_EQ(ROUNDS, counts.finished - first.finished +
			  counts.cancelled - first.cancelled);
	EXPECT_NE(first.finished, counts.finished);
	EXPECT_NE(first.cancelled, counts.cancelled);
	EXPECT_EQ(0, counts.bad);
	EXPECT_EQ(0, counts.waiting);
	EXPECT_EQ(before, violations("COMPLETED_TWICE"));
	TH_LOG("%u finished, %u cancelled", counts.finished - first.finished,
	       counts.cancelled - first.cancelled);
	close(fd);
}

/* A caller that is killed cancels under the lock, too. */
TEST(killed)
{
	int fd = open(OLD_PATH, O_RDWR | O_CLOEXEC);
	__u32 cancelled;
	pid_t child;

	ASSERT_LE(0, fd);
	cancelled = old_counts(fd).cancelled;
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		old_tell(fd, IOCTL_OLD_WAIT, 0);
		_exit(0);
	}
	ASSERT_TRUE(wait_until(old_counts(fd).waiting == 1));
	kill(child, SIGKILL);
	EXPECT_EQ(child, waitpid(child, NULL, 0));
	EXPECT_EQ(cancelled + 1, old_counts(fd).cancelled);
	EXPECT_EQ(0, old_counts(fd).waiting);
	EXPECT_EQ(0, old_tell(fd, IOCTL_OLD_FINISH, 1));
	close(fd);
}

/* The core's own queues are cancelled under the lock, and give it back. */
TEST(queued)
{
	int fd = open(OLD_PATH, O_RDWR | O_CLOEXEC), i;
	pid_t child[2];

	ASSERT_LE(0, fd);
	for (i = 0; i < 2; i++) {
		child[i] = fork();
		ASSERT_LE(0, child[i]);
		if (!child[i]) {
			old_tell(fd, IOCTL_OLD_QUEUE, 0);
			_exit(0);
		}
		ASSERT_TRUE(wait_until(old_tell(fd, IOCTL_OLD_QUEUED, 0) ==
				       i + 1));
	}
	for (i = 0; i < 2; i++) {
		kill(child[i], SIGKILL);
		EXPECT_EQ(child[i], waitpid(child[i], NULL, 0));
		EXPECT_EQ(1 - i, old_tell(fd, IOCTL_OLD_QUEUED, 0));
	}
	close(fd);
}

/* Registered, and in /dev, but not to be opened before it is initialised. */
TEST(initializing)
{
	int fd = open(OLD_PATH, O_RDWR | O_CLOEXEC), late, i;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, old_tell(fd, IOCTL_OLD_LATE_AGAIN, 0));
	EXPECT_EQ(0, access(OLD_LATE_PATH, F_OK));
	for (i = 0; i < 3; i++) {
		EXPECT_EQ(-1, open(OLD_LATE_PATH, O_RDWR | O_CLOEXEC));
		EXPECT_EQ(ENODEV, errno);
	}
	EXPECT_EQ(0, old_tell(fd, IOCTL_OLD_INITIALIZED, 0));
	late = open(OLD_LATE_PATH, O_RDWR | O_CLOEXEC);
	EXPECT_LE(0, late);
	close(late);
	close(fd);
}

TEST_HARNESS_MAIN
