// SPDX-License-Identifier: GPL-2.0
/*
 * Drivers of the porting guide that show how a call comes in and goes on: its
 * structure, its signals, its iterator.
 */
#include <signal.h>
#include <sys/sendfile.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>

#include "kselftest_harness.h"
#include "examples.h"

/* --- struct ---------------------------------------------------------------- */

DRIVER(plain_struct, "/dev/plain_struct")

/* A structure of some later version. */
struct later {
	struct plain_lookup lookup;
	__u64 more;
};

TEST_F(plain_struct, versions)
{
	struct later later = {
		.lookup = { .size = PLAIN_LOOKUP_VERSION_1, .index = 2 },
	};
	struct plain_lookup *lookup = &later.lookup;

	/* The old one: what lies behind it is nobody's. */
	lookup->flags = POISON32;
	ASSERT_EQ(0, plain(self->fd, PLAIN_LOOKUP, &later));
	EXPECT_EQ(30, lookup->out_value);
	EXPECT_EQ(POISON32, lookup->flags);

	lookup->size = sizeof(*lookup);
	EXPECT_EQ(EINVAL, plain(self->fd, PLAIN_LOOKUP, &later));
	lookup->flags = PLAIN_LOOKUP_DOUBLE;
	ASSERT_EQ(0, plain(self->fd, PLAIN_LOOKUP, &later));
	EXPECT_EQ(60, lookup->out_value);

	lookup->size = sizeof(later);
	ASSERT_EQ(0, plain(self->fd, PLAIN_LOOKUP, &later));
	later.more = 1;
	EXPECT_EQ(E2BIG, plain(self->fd, PLAIN_LOOKUP, &later));
	lookup->size = PLAIN_LOOKUP_VERSION_1 - 1;
	EXPECT_EQ(EINVAL, plain(self->fd, PLAIN_LOOKUP, &later));
	lookup->size = -1;
	EXPECT_EQ(E2BIG, plain(self->fd, PLAIN_LOOKUP, &later));
}

TEST_F(plain_struct, refused)
{
	struct plain_lookup lookup = { .size = sizeof(lookup), .index = 4 };

	lookup.out_value = POISON64;
	EXPECT_EQ(EINVAL, plain(self->fd, PLAIN_LOOKUP, &lookup));
	lookup.index = -1;
	EXPECT_EQ(EINVAL, plain(self->fd, PLAIN_LOOKUP, &lookup));
	lookup.index = 3;
	lookup.__reserved = 1;
	EXPECT_EQ(EINVAL, plain(self->fd, PLAIN_LOOKUP, &lookup));
	EXPECT_EQ(POISON64, lookup.out_value);
	EXPECT_EQ(EFAULT, plain(self->fd, PLAIN_LOOKUP, (void *)8));
}

/* --- wait ------------------------------------------------------------------ */

#define LIMIT_MS 400

DRIVER(plain_wait, "/dev/plain_wait")

static int alarms;

static void on_alarm(int signal)
{
	__atomic_fetch_add(&alarms, 1, __ATOMIC_RELAXED);
}

/* A signal every @ms milliseconds; 0: no more. */
static void alarm_every(long ms, int flags)
{
	struct sigaction action = { .sa_handler = on_alarm, .sa_flags = flags };
	struct itimerval timer = {
		.it_interval.tv_usec = ms * 1000, .it_value.tv_usec = ms * 1000,
	};

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
}

static struct plain_wait wait_for(long ms)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (struct plain_wait){
		.deadline = now.tv_sec * 1000000000ULL + now.tv_nsec +
			    ms * 1000000ULL,
	};
}

/* Signals that come all the time do not make it wait for ever. */
TEST_F(plain_wait, restarts_keep_the_limit)
{
	struct plain_wait wait = wait_for(LIMIT_MS);
	long begin = milliseconds();

	alarm_every(50, SA_RESTART);
	EXPECT_EQ(ETIMEDOUT, plain(self->fd, PLAIN_WAIT, &wait));
	alarm_every(0, SA_RESTART);
	EXPECT_LE(1, alarms);
	EXPECT_LE(LIMIT_MS - 1, milliseconds() - begin);
	EXPECT_GT(10 * LIMIT_MS, milliseconds() - begin);
	EXPECT_EQ(ETIMEDOUT, plain(self->fd, PLAIN_WAIT, &wait));
}

TEST_F(plain_wait, other_handlers_end_it)
{
	struct plain_wait wait = wait_for(60 * 1000);

	alarm_every(50, 0);
	EXPECT_EQ(EINTR, plain(self->fd, PLAIN_WAIT, &wait));
	alarm_every(0, 0);
	EXPECT_EQ(ENOTTY, plain(self->fd, PLAIN_FILL, &wait));
	EXPECT_EQ(EFAULT, plain(self->fd, PLAIN_WAIT, (void *)8));
	wait.deadline = -1;
	EXPECT_EQ(EINVAL, plain(self->fd, PLAIN_WAIT, &wait));
}

TEST_F(plain_wait, woken)
{
	struct plain_wait wait = wait_for(60 * 1000);
	pid_t child = fork();

	ASSERT_LE(0, child);
	if (!child) {
		while (!plain(self->fd, PLAIN_WAKE, NULL))
			usleep(20000);
		_exit(0);
	}
	EXPECT_EQ(0, plain(self->fd, PLAIN_WAIT, &wait));
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

/* --- iterators ------------------------------------------------------------- */

DRIVER(plain_iter, "/dev/plain_iter")

/* Segments of any shape, and some bytes where the next one cannot be read. */
TEST_F(plain_iter, segments)
{
	unsigned char in[3000], out[3000] = { };
	struct iovec from[] = { { in, 1 }, { in + 1, 2000 }, { in + 2001, 999 } };
	struct iovec to[] = { { out, 1500 }, { NULL, 0 }, { out + 1500, 1500 } };
	struct iovec bad[] = { { out, 100 }, { (void *)PAGE, 100 } };

	fill(in, sizeof(in), 1);
	ASSERT_EQ(3000, writev(self->fd, from, 3));
	ASSERT_EQ(3000, preadv(self->fd, to, 3, 0));
	EXPECT_EQ(0, memcmp(in, out, sizeof(in)));
	EXPECT_EQ(100, preadv(self->fd, bad, 2, 0));
	EXPECT_EQ(-1, preadv(self->fd, bad + 1, 1, 0));
	EXPECT_EQ(EFAULT, errno);
}

TEST_F(plain_iter, does_not_wait)
{
	unsigned char in[] = "hello", out[6];
	struct iovec iov = { in, 6 };

	ASSERT_EQ(6, pwritev2(self->fd, &iov, 1, 0, RWF_NOWAIT));
	iov.iov_base = out;
	ASSERT_EQ(6, preadv2(self->fd, &iov, 1, 0, RWF_NOWAIT));
	EXPECT_STREQ((char *)in, (char *)out);
}

/* Pages of another file: no process has an address for them. */
TEST_F(plain_iter, spliced)
{
	int memfd = memfd_create("spliced", MFD_CLOEXEC);
	unsigned char in[5000], out[5000] = { };

	fill(in, sizeof(in), 2);
	ASSERT_EQ(5000, write(memfd, in, 5000));
	lseek(memfd, 0, SEEK_SET);
	ASSERT_EQ(5000, sendfile(self->fd, memfd, NULL, 5000));
	ASSERT_EQ(5000, pread(self->fd, out, 5000, 0));
	EXPECT_EQ(0, memcmp(in, out, sizeof(in)));
	close(memfd);
}

TEST_HARNESS_MAIN
