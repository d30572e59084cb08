// SPDX-License-Identifier: GPL-2.0
/*
 * Requests in flight are named by the address of the caller's structure, and
 * each process has addresses of its own. What others have in flight on the same
 * open file is none of its business: neither their names, nor their number.
 */
#include <sched.h>

#include "kselftest_harness.h"
#include "modules/ntio_slow.h"
#include "park.h"
#include "ring.h"

/* What the tests of many requests have in flight on one open file. */
#define CROWD 10000U

/**
 * struct named - a request in flight
 * @ring: the ring that it was sent with
 * @c: the caller's structure
 * @out: what the driver answers
 * @ended: @cqe is its entry, which was taken already
 */
struct named {
	struct ring ring;
	struct ntio_device_control c;
	__u32 out;
	bool ended;
	struct io_uring_cqe cqe;
};

/* At the same address in a process and its child. */
static struct named named;

static bool named_peek(void)
{
	named.ended = ring_peek(&named.ring, &named.cqe);
	return named.ended;
}

/* Returns 0 or a negative errno: of the ring, or of a request that ended. */
static int named_send(int fd)
{
	__u32 queued = park_counts(fd).queued;
	int error = ring_open(&named.ring, 4, 0);

	if (error)
		return -error;
	named.ended = false;
	named.out = POISON32;
	named.c = (struct ntio_device_control) {
		.code = IOCTL_PARK_QUEUE, .out = addr(&named.out),
		.out_len = sizeof(named.out),
	};
	ring_control(&named.ring, fd, &named.c, 1);
	if (ring_submit(&named.ring) != 1)
		return -EIO;
	/* It may come and go before it is seen: the parent ends it, too. */
	if (!wait_until(park_counts(fd).queued > queued || named_peek()))
		return -ETIME;
	return named.ended && named.cqe.res != -ECANCELED ? named.cqe.res : 0;
}

/* Its result, 1: none came. */
static int named_result(void)
{
	if (!named.ended)
		named.ended = ring_wait(&named.ring, &named.cqe, 10000);
	return named.ended ? named.cqe.res : 1;
}

/* How many it cancelled, or a negative errno. */
static int name_cancel(int fd, __u32 flags, const void *request)
{
	struct ntio_cancel arg = {
		.size = sizeof(arg), .flags = flags, .request = addr(request),
		.out_cancelled = POISON32, .__out_reserved = POISON32,
	};

	if (ioctl(fd, NTIO_IOC_CANCEL, &arg))
		return -errno;
	return arg.__out_reserved ? -EPROTO : (int)arg.out_cancelled;
}

/* The exit status of a child; 255: it did not exit. */
static int child_status(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return 255;
	return WEXITSTATUS(status);
}

static bool child_is_gone(pid_t pid)
{
	siginfo_t info = { };

	return !waitid(P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT) &&
	       info.si_pid == pid;
}

#define expect_answered() do {						\
	EXPECT_EQ(0, named_result());					\
	EXPECT_EQ(STATUS_SUCCESS, named.c.out_status);			\
	EXPECT_EQ(NTIO_REASON_NONE, named.c.out_reason);		\
	EXPECT_EQ(sizeof(named.out), named.c.out_information);		\
	EXPECT_EQ(PARK_GOOD, named.out);				\
} while (0)

FIXTURE(names)
{
	int fd;
};

FIXTURE_SETUP(names)
{
	self->fd = park_open(PARK_PATH);
	ASSERT_EQ(0, park_counts(self->fd).queued);
	ASSERT_EQ(0, named_send(self->fd));
}

FIXTURE_TEARDOWN(names)
{
	while (park_tell(self->fd, IOCTL_PARK_NEXT, 0))
		;
	ring_close(&named.ring);
	close(self->fd);
}

/* What a child does; its exit status is an errno, or where it went wrong. */
static int child_same_address(int fd)
{
	int error = named_send(fd);

	if (error)
		return -error;
	if (named_result())
		return 201;
	if (named.c.out_status != STATUS_SUCCESS || named.out != PARK_GOOD)
		return 202;
	return 0;
}

/*
 * A child of fork(2) with a ring of its own sends the structure at the address
 * that its parent's request in flight has: was refused with EBUSY.
 */
TEST_F(names, child_at_the_same_address)
{
	pid_t pid = fork();

	ASSERT_LE(0, pid);
	if (!pid)
		_exit(child_same_address(self->fd));
	/* The child's is the second, or is refused and will never be there. */
	wait_until(park_counts(self->fd).queued == 2 ||
		   child_is_gone(pid));
	EXPECT_EQ(2, park_counts(self->fd).queued);
	park_tell(self->fd, IOCTL_PARK_NEXT, 0);
	park_tell(self->fd, IOCTL_PARK_NEXT, 0);
	EXPECT_EQ(0, child_status(pid));
	expect_answered();
}

/* In one process the name is taken, as before. */
TEST_F(names, busy_in_the_same_process)
{
	struct ntio_device_control c = named.c;
	struct io_uring_cqe cqe;
	struct ring other;

	ASSERT_EQ(0, ring_open(&other, 4, 0));
	ring_control(&other, self->fd, &named.c, 2);
	named.c = c;		/* it is in flight */
	ASSERT_EQ(1, ring_submit(&other));
	ASSERT_TRUE(ring_wait(&other, &cqe, 10000));
	EXPECT_EQ(-EBUSY, cqe.res);
	EXPECT_EQ(1, park_counts(self->fd).queued);
	ring_close(&other);
	park_tell(self->fd, IOCTL_PARK_NEXT, 0);
	expect_answered();
}

/* --- who is cancelled ------------------------------------------------------ */

FIXTURE(cancel_names)
{
	int fd;
};

FIXTURE_VARIANT(cancel_names)
{
	__u32 flags;
	bool by_child;
};

FIXTURE_VARIANT_ADD(cancel_names, address_by_parent) { };
FIXTURE_VARIANT_ADD(cancel_names, address_by_child) { .by_child = true };
FIXTURE_VARIANT_ADD(cancel_names, all_by_parent) {
	.flags = NTIO_CANCEL_ALL };
FIXTURE_VARIANT_ADD(cancel_names, all_by_child) {
	.flags = NTIO_CANCEL_ALL, .by_child = true };
FIXTURE_VARIANT_ADD(cancel_names, thread_by_parent) {
	.flags = NTIO_CANCEL_THREAD };
FIXTURE_VARIANT_ADD(cancel_names, thread_by_child) {
	.flags = NTIO_CANCEL_THREAD, .by_child = true };

FIXTURE_SETUP(cancel_names)
{
	self->fd = park_open(PARK_PATH);
	ASSERT_EQ(0, park_counts(self->fd).queued);
	ASSERT_EQ(0, named_send(self->fd));
}

FIXTURE_TEARDOWN(cancel_names)
{
	while (park_tell(self->fd, IOCTL_PARK_NEXT, 0))
		;
	ring_close(&named.ring);
	close(self->fd);
}

static int cancel_mine(int fd, __u32 flags)
{
	return name_cancel(fd, flags, flags ? NULL : &named.c);
}

static int child_with_one(int fd, __u32 flags, bool cancels)
{
	int error = named_send(fd);
	int want = cancels ? -ECANCELED : 0;
	__u32 status = cancels ? STATUS_CANCELLED : STATUS_SUCCESS;

	if (error)
		return -error;
	if (cancels && cancel_mine(fd, flags) != 1)
		return 201;
	if (named_result() != want || named.c.out_status != status)
		return 202;
	return named.out == (cancels ? POISON32 : PARK_GOOD) ? 0 : 203;
}

/*
 * Parent and child have a request each, at the same address. Whichever way one
 * of them cancels, it is its own request that ends, and the other's stays.
 */
TEST_F(cancel_names, only_its_own)
{
	pid_t pid = fork();

	ASSERT_LE(0, pid);
	if (!pid)
		_exit(child_with_one(self->fd, variant->flags,
				     variant->by_child));
	if (variant->by_child) {
		EXPECT_EQ(0, child_status(pid));
		EXPECT_EQ(1, park_counts(self->fd).queued);
		park_tell(self->fd, IOCTL_PARK_NEXT, 0);
		expect_answered();
		return;
	}
	wait_until(park_counts(self->fd).queued == 2 ||
		   child_is_gone(pid));
	EXPECT_EQ(1, cancel_mine(self->fd, variant->flags));
	EXPECT_EQ(-ECANCELED, named_result());
	EXPECT_EQ(STATUS_CANCELLED, named.c.out_status);
	EXPECT_EQ(POISON32, named.out);
	EXPECT_EQ(1, park_counts(self->fd).queued);
	park_tell(self->fd, IOCTL_PARK_NEXT, 0);
	EXPECT_EQ(0, child_status(pid));
}

/* A child that has none in flight finds none, at its parent's address either */
TEST_F(cancel_names, nothing_to_cancel)
{
	int want = variant->flags == NTIO_CANCEL_THREAD ? 0 : -ENOENT;
	pid_t pid = fork();

	ASSERT_LE(0, pid);
	if (!pid)
		_exit(cancel_mine(self->fd, variant->flags) == want ? 0 : 1);
	EXPECT_EQ(0, child_status(pid));
	EXPECT_EQ(1, park_counts(self->fd).queued);
}

/* --- many ------------------------------------------------------------------ */

/**
 * struct crowd - many requests in flight
 * @ring: where they were sent
 * @c: their structures, @n of them
 * @max_requests: what the module's limit was, 0: it has none
 */
struct crowd {
	struct ring ring;
	struct ntio_device_control *c;
	unsigned int n;
	unsigned long max_requests;
};

static void crowd_allow(struct crowd *crowd)
{
	crowd->max_requests = 0;
	if (access("/sys/module/ntio/parameters/max_requests", F_OK))
		return;
	crowd->max_requests = param_get("max_requests");
	param_set("max_requests", 2 * CROWD);
}

static void crowd_disallow(const struct crowd *crowd)
{
	if (crowd->max_requests)
		param_set("max_requests", crowd->max_requests);
}

static bool crowd_send(struct crowd *crowd, int fd, __u32 code, unsigned int n)
{
	unsigned int i;

	crowd->n = n;
	crowd->c = mmap(NULL, n * sizeof(*crowd->c), PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (crowd->c == MAP_FAILED || ring_open(&crowd->ring, n, 0))
		return false;
	for (i = 0; i < n; i++) {
		crowd->c[i] = (struct ntio_device_control) {
			.code = code, .out = addr(&named.out), .out_len = 4,
		};
		if (!ring_control(&crowd->ring, fd, &crowd->c[i], i))
			return false;
	}
	return ring_submit(&crowd->ring) == (int)n;
}

/* Those that ended as cancelled ones do; takes all entries there are. */
static unsigned int crowd_cancelled(struct crowd *crowd)
{
	struct io_uring_cqe cqe;
	unsigned int i, good = 0;

	for (i = 0; i < crowd->n && ring_wait(&crowd->ring, &cqe, 10000); i++)
		good += cqe.res == -ECANCELED &&
			crowd->c[cqe.user_data].out_status == STATUS_CANCELLED;
	return good;
}

static void crowd_end(struct crowd *crowd)
{
	ring_close(&crowd->ring);
	munmap(crowd->c, crowd->n * sizeof(*crowd->c));
	crowd_disallow(crowd);
}

/* Thousands are cancelled in one call, each once, and the count is right. */
TEST(cancel_5000)
{
	int fd = park_open(PARK_PATH);
	struct crowd crowd;

	if (!ring_is_async())
		SKIP(return, "each needs a thread on this kernel");
	crowd_allow(&crowd);
	ASSERT_TRUE(crowd_send(&crowd, fd, IOCTL_PARK_QUEUE, 5000));
	ASSERT_EQ(5000, park_counts(fd).queued);
	EXPECT_EQ(5000, name_cancel(fd, NTIO_CANCEL_ALL, NULL));
	EXPECT_EQ(0, park_counts(fd).queued);
	EXPECT_EQ(5000, crowd_cancelled(&crowd));
	EXPECT_EQ(-ENOENT, name_cancel(fd, NTIO_CANCEL_ALL, NULL));
	crowd_end(&crowd);
	close(fd);
}

static long nanoseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000L + now.tv_nsec;
}

/* The shortest of many tries to cancel, in ns: others may have the processor */
static long shortest_cancel(int fd, __u32 flags, const void *request)
{
	long best = -1, begin, took;
	int i;

	for (i = 0; i < 30; i++) {
		begin = nanoseconds();
		name_cancel(fd, flags, request);
		took = nanoseconds() - begin;
		if (best < 0 || took < best)
			best = took;
	}
	return best;
}

/* Sends a crowd, tells that it is there, and waits for its end. */
static int child_crowd(int fd, int told, int go)
{
	struct crowd crowd;
	char byte = 0;

	if (!crowd_send(&crowd, fd, IOCTL_PARK_QUEUE, CROWD))
		return 1;
	if (write(told, &byte, 1) != 1 || read(go, &byte, 1) != 1)
		return 2;
	if (name_cancel(fd, NTIO_CANCEL_ALL, NULL) != CROWD)
		return 3;
	return crowd_cancelled(&crowd) == CROWD ? 0 : 4;
}

/*
 * All requests of all processes were looked at, under a spinlock, to find one's
 * own: 10,000 of another process make each cancel some hundred times as long.
 */
TEST(others_do_not_delay)
{
	static const __u32 flags[] = {
		0, NTIO_CANCEL_ALL, NTIO_CANCEL_THREAD,
	};
	int fd = park_open(PARK_PATH), told[2], go[2];
	struct crowd limit;
	long before[3], after[3];
	char byte;
	pid_t pid;
	int i;

	if (!ring_is_async())
		SKIP(return, "each needs a thread on this kernel");
	crowd_allow(&limit);
	ASSERT_EQ(0, pipe(told));
	ASSERT_EQ(0, pipe(go));
	for (i = 0; i < 3; i++)
		before[i] = shortest_cancel(fd, flags[i], flags[i] ? NULL :
					    &named);
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid)
		_exit(child_crowd(fd, told[1], go[0]));
	close(told[1]);
	ASSERT_EQ(1, read(told[0], &byte, 1));
	ASSERT_EQ(CROWD, park_counts(fd).queued);
	for (i = 0; i < 3; i++) {
		after[i] = shortest_cancel(fd, flags[i], flags[i] ? NULL :
					   &named);
		TH_LOG("flags %u: %ld ns alone, %ld ns beside %u others",
		       flags[i], before[i], after[i], CROWD);
		EXPECT_GT(10 * before[i], after[i]);
	}
	EXPECT_EQ(CROWD, park_counts(fd).queued);
	EXPECT_EQ(1, write(go[1], &byte, 1));
	EXPECT_EQ(0, child_status(pid));
	crowd_disallow(&limit);
	close(fd);
}

/* --- a cancel that takes long ---------------------------------------------- */

#define SLOW_REQUESTS 2000U

static void slow_take(int fd, __u32 us)
{
	struct ntio_device_control c = {
		.code = IOCTL_SLOW_TAKE, .in = addr(&us), .in_len = sizeof(us),
	};

	if (control(fd, &c))
		abort();
}

static __u32 slow_cancels(int fd)
{
	__u32 cancels = POISON32;
	struct ntio_device_control c = {
		.code = IOCTL_SLOW_CANCELS, .out = addr(&cancels),
		.out_len = sizeof(cancels),
	};

	if (control(fd, &c))
		abort();
	return cancels;
}

static int slow_fd;

static int cancel_slowly(void *unused)
{
	name_cancel(slow_fd, NTIO_CANCEL_ALL, NULL);
	return 0;
}

/*
 * A process that shares the memory, and so may cancel, but not the ring, which
 * would cancel too when its process dies. It cancels for 4 s, and is killed:
 * was gone only when the last request had been cancelled.
 */
TEST(killed_in_a_long_cancel)
{
	static char stack[64 * KIB] __attribute__((aligned(16)));
	int fd = open(SLOW_PATH, O_RDWR | O_CLOEXEC);
	struct crowd crowd;
	__u32 begin, end;
	int status;
	pid_t pid;

	if (!ring_is_async())
		SKIP(return, "each needs a thread on this kernel");
	ASSERT_LE(0, fd);
	crowd_allow(&crowd);
	slow_take(fd, 2000);
	ASSERT_TRUE(crowd_send(&crowd, fd, IOCTL_SLOW_PARK, SLOW_REQUESTS));
	begin = slow_cancels(fd);
	slow_fd = fd;
	pid = clone(cancel_slowly, stack + sizeof(stack), CLONE_VM | SIGCHLD,
		    NULL);
	ASSERT_LT(0, pid);
	EXPECT_TRUE(wait_until(slow_cancels(fd) > begin));
	kill(pid, SIGKILL);
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_TRUE(WIFSIGNALED(status));
	end = slow_cancels(fd);
	TH_LOG("%u of %u were cancelled", end - begin, SLOW_REQUESTS);
	EXPECT_GT(SLOW_REQUESTS, end - begin);
	/* Those that are left can be named still. */
	slow_take(fd, 0);
	EXPECT_EQ(begin + SLOW_REQUESTS - end,
		  (__u32)name_cancel(fd, NTIO_CANCEL_ALL, NULL)) {
		TH_LOG("-ENOENT if there is none left");
	}
	EXPECT_EQ(SLOW_REQUESTS, crowd_cancelled(&crowd));
	crowd_end(&crowd);
	close(fd);
}

TEST_HARNESS_MAIN
