// SPDX-License-Identifier: GPL-2.0
/*
 * Pages of a request that may wait are locked for as long as somebody likes,
 * and so are paid for: charged to the caller's RLIMIT_MEMLOCK, and locked where
 * the kernel lets pages be locked for long. Those of a request that never waits
 * are not, and it must not wait then.
 */
#include "kselftest_harness.h"
#include "borrowed.h"

#define MANY 32
#define LARGE (4 * MIB)

/**
 * struct seen - what a process without rights tells its parent
 * @step: what it has come to
 * @go: what its parent lets it come to
 * @parked: requests that the driver had
 * @over_limit: requests that were refused as they should be
 * @results: of what was tried, one after the other
 */
struct seen {
	int step;
	int go;
	unsigned int parked;
	unsigned int over_limit;
	ssize_t results[8];
};

static void step_reached(struct seen *seen, int step)
{
	__atomic_store_n(&seen->step, step, __ATOMIC_RELEASE);
	wait_until(__atomic_load_n(&seen->go, __ATOMIC_ACQUIRE) >= step);
}

static bool wait_step(struct seen *seen, int step)
{
	return wait_until(__atomic_load_n(&seen->step, __ATOMIC_ACQUIRE) >=
			  step);
}

static void let_go(struct seen *seen, int step)
{
	__atomic_store_n(&seen->go, step, __ATOMIC_RELEASE);
}

FIXTURE(parked)
{
	int fd;
	long pins;
	struct seen *seen;
};

FIXTURE_VARIANT(parked)
{
	__u32 way;
};

FIXTURE_VARIANT_ADD(parked, in_direct) { .way = IOCTL_PINS_PARK_READ };
FIXTURE_VARIANT_ADD(parked, out_direct) { .way = IOCTL_PINS_PARK_WRITE };
FIXTURE_VARIANT_ADD(parked, read) { .way = WAY_READ };
FIXTURE_VARIANT_ADD(parked, write) { .way = WAY_WRITE };

FIXTURE_SETUP(parked)
{
	self->fd = pins_open(PINS_PATH);
	self->seen = shared(sizeof(*self->seen));
	self->pins = pins();
}

FIXTURE_TEARDOWN(parked)
{
	pins_tell(self->fd, IOCTL_PINS_ALL, 0);
	EXPECT_TRUE(wait_until(pins() == self->pins));
	close(self->fd);
}

static void *touched(size_t len)
{
	void *p = mmap(NULL, len, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		abort();
	return memset(p, POISON, len);
}

/* Sends @n, waits until each is parked or has ended; how many are parked. */
static unsigned int send_all(int fd, struct attempt *attempts, unsigned int n,
			     __u32 way, void *p, size_t len)
{
	unsigned int i, parked = pins_counts(fd).queued;

	for (i = 0; i < n; i++)
		attempt_begin(&attempts[i], fd, way, p, len);
	wait_until(pins_counts(fd).queued - parked +
		   attempts_ended(attempts, n) == n);
	return pins_counts(fd).queued - parked;
}

static int send_many(int fd, __u32 way, struct seen *seen)
{
	struct attempt attempts[MANY];
	void *p = touched(LARGE);
	unsigned int i;

	if (!become_nobody(LIMIT))
		return 1;
	seen->parked = send_all(fd, attempts, MANY, way, p, LARGE);
	step_reached(seen, 1);
	pins_tell(fd, IOCTL_PINS_ALL, 0);
	for (i = 0; i < MANY; i++) {
		attempt_join(&attempts[i]);
		seen->over_limit += attempt_over_limit(&attempts[i], LIMIT);
	}
	return match_byte(p, LARGE, POISON) == LARGE ? 0 : 2;
}

/*
 * A user whose limit is 64 KiB had 128 MiB locked by 32 requests that waited:
 * DIRECT requests were locked without a charge, whether they waited or not.
 */
TEST_F(parked, many_large_ones_are_refused)
{
	pid_t pid = fork();

	ASSERT_LE(0, pid);
	if (!pid)
		_exit(send_many(self->fd, variant->way, self->seen));
	EXPECT_TRUE(wait_step(self->seen, 1));
	EXPECT_EQ(0, self->seen->parked);
	EXPECT_EQ(self->pins, pins()) {
		TH_LOG("%ld pages are locked", pins() - self->pins);
	}
	let_go(self->seen, 1);
	EXPECT_EQ(0, ended_with(pid));
	EXPECT_EQ(MANY, self->seen->over_limit);
}

#define QUARTER (LIMIT / 4)

/* False: it was refused. */
static bool sent_one(int fd, struct attempt *attempt, __u32 way, void *p)
{
	if (send_all(fd, attempt, 1, way, p, QUARTER) == 1)
		return true;
	attempt_join(attempt);
	return false;
}

static int fill_limit(int fd, __u32 way, struct seen *seen)
{
	struct attempt four[4], more, all;
	void *p = touched(LIMIT);
	int i;

	if (!become_nobody(LIMIT))
		return 1;
	if (send_all(fd, four, 4, way, p, QUARTER) != 4)
		return 2;
	seen->parked = send_all(fd, &more, 1, way, p, QUARTER);
	step_reached(seen, 1);
	if (seen->parked)
		pins_tell(fd, IOCTL_PINS_ALL, 0);
	attempt_join(&more);
	if (!attempt_over_limit(&more, LIMIT))
		return 3;
	/* One ends: there is room for one, when its caller has let go. */
	pins_tell(fd, IOCTL_PINS_NEXT, 0);
	if (!wait_until(sent_one(fd, &more, way, p)))
		return 4;
	pins_tell(fd, IOCTL_PINS_ALL, 0);
	attempt_join(&more);
	for (i = 0; i < 4; i++)
		attempt_join(&four[i]);
	/* All end: there is room for all, and for no page more. */
	if (send_all(fd, &all, 1, way, p, LIMIT) != 1)
		return 5;
	if (send_all(fd, &more, 1, way, p, 1))
		return 6;
	attempt_join(&more);
	pins_tell(fd, IOCTL_PINS_ALL, 0);
	attempt_join(&all);
	return all.result < 0 ? 7 : 0;
}

/* Charged for as long as they are locked, and given back then. */
TEST_F(parked, charged_until_they_end)
{
	pid_t pid = fork();

	ASSERT_LE(0, pid);
	if (!pid)
		_exit(fill_limit(self->fd, variant->way, self->seen));
	EXPECT_TRUE(wait_step(self->seen, 1));
	EXPECT_EQ(0, self->seen->parked);
	EXPECT_EQ(self->pins + (long)(LIMIT / PAGE), pins());
	let_go(self->seen, 1);
	EXPECT_EQ(0, ended_with(pid));
}

static int hold_all(int fd, __u32 way, struct seen *seen)
{
	void *p = touched(LIMIT);
	struct attempt all;

	if (!become_nobody(LIMIT) || send_all(fd, &all, 1, way, p, LIMIT) != 1)
		return 1;
	step_reached(seen, 1);
	pins_tell(fd, IOCTL_PINS_ALL, 0);
	attempt_join(&all);
	return all.result < 0 ? 2 : 0;
}

static int want_one(int fd, __u32 way)
{
	void *p = touched(PAGE);
	struct attempt one;
	bool over;

	if (!become_nobody(LIMIT))
		return 1;
	over = !send_all(fd, &one, 1, way, p, 1);
	if (!over)
		pins_tell(fd, IOCTL_PINS_ALL, 0);
	attempt_join(&one);
	return over && attempt_over_limit(&one, LIMIT) ? 0 : 2;
}

/* It is the user's limit: what one process has counts for the other. */
TEST_F(parked, charged_to_the_user)
{
	pid_t holder = fork(), other;

	ASSERT_LE(0, holder);
	if (!holder)
		_exit(hold_all(self->fd, variant->way, self->seen));
	EXPECT_TRUE(wait_step(self->seen, 1));
	other = fork();
	ASSERT_LE(0, other);
	if (!other)
		_exit(want_one(self->fd, variant->way));
	EXPECT_EQ(0, ended_with(other));
	let_go(self->seen, 1);
	EXPECT_EQ(0, ended_with(holder));
}

/* Who may lock what he likes may do so here. */
TEST_F(parked, privileged)
{
	struct rlimit none = { 0, 0 };
	void *p = touched(LARGE);
	struct attempt one;

	ASSERT_EQ(0, setrlimit(RLIMIT_MEMLOCK, &none));
	EXPECT_EQ(1, send_all(self->fd, &one, 1, variant->way, p, LARGE));
	EXPECT_EQ(self->pins + (long)(LARGE / PAGE), pins());
	pins_tell(self->fd, IOCTL_PINS_ALL, 0);
	attempt_join(&one);
	EXPECT_LE(0, one.result);
	munmap(p, LARGE);
}

/* --- requests that never wait ---------------------------------------------- */

FIXTURE(never)
{
	int fd;
	long pins;
	long violations;
};

FIXTURE_VARIANT(never)
{
	__u32 way;
	bool writes;		/* the driver, to the caller's memory */
};

FIXTURE_VARIANT_ADD(never, in_direct) { .way = IOCTL_PINS_NOW_READ };
FIXTURE_VARIANT_ADD(never, out_direct) {
	.way = IOCTL_PINS_NOW_WRITE, .writes = true };
FIXTURE_VARIANT_ADD(never, read) { .way = WAY_READ, .writes = true };
FIXTURE_VARIANT_ADD(never, write) { .way = WAY_WRITE };

FIXTURE_SETUP(never)
{
	self->fd = pins_open(PINS_NOW_PATH);
	self->pins = pins();
	self->violations = ntio_stat("violations", "NEVER_PENDS");
}

FIXTURE_TEARDOWN(never)
{
	pins_tell(self->fd, IOCTL_PINS_PLAN, PINS_COMPLETE);
	pins_tell(self->fd, IOCTL_PINS_ALL, 0);
	EXPECT_TRUE(wait_until(pins() == self->pins));
	close(self->fd);
}

static int one_that_ends(int fd, __u32 way, bool writes)
{
	struct attempt one = {
		.fd = fd, .way = way, .p = touched(LARGE), .len = LARGE,
	};
	ssize_t want = way > WAY_WRITE ? 0 : (ssize_t)LARGE;
	unsigned char *last = one.p + LARGE - 1;

	if (!become_nobody(0))
		return 1;
	one.result = attempt_now(&one);
	if (one.result != want)
		return 2;
	if (way > WAY_WRITE && one.c.out_information != LARGE)
		return 3;
	if (match_byte(one.p, LARGE - 1, POISON) != LARGE - 1)
		return 4;
	return *last == (writes ? PINS_BYTE : POISON) ? 0 : 5;
}

/* Free of charge, for who may lock nothing at all. */
TEST_F(never, is_not_charged)
{
	pid_t pid = fork();

	ASSERT_LE(0, pid);
	if (!pid)
		_exit(one_that_ends(self->fd, variant->way, variant->writes));
	EXPECT_EQ(0, ended_with(pid));
	EXPECT_EQ(self->violations, ntio_stat("violations", "NEVER_PENDS"));
}

/* In the middle of a request; -1: it was not given to the driver. */
static struct pins_counts send_one(struct attempt *one, int fd, __u32 way)
{
	struct pins_counts before = pins_counts(fd), after;

	attempt_begin(one, fd, way, touched(LARGE), LARGE);
	wait_until(attempt_ended(one) || pins_counts(fd).queued);
	after = pins_counts(fd);
	pins_tell(fd, IOCTL_PINS_ALL, 0);
	attempt_join(one);
	munmap(one->p, LARGE);
	after.calls -= before.calls;
	after.worked -= before.worked;
	return after;
}

#define expect_refused(_one) do {					\
	__u32 _status = STATUS_INVALID_DEVICE_REQUEST;			\
	if ((_one).way > WAY_WRITE) {					\
		EXPECT_EQ(_status, (_one).c.out_status);		\
		EXPECT_EQ(-status_errno(_status), (_one).result);	\
		EXPECT_EQ(0, (_one).c.out_information);			\
	} else {							\
		EXPECT_EQ(-EOPNOTSUPP, (_one).result);			\
	}								\
	EXPECT_EQ(self->violations + 1,					\
		  ntio_stat("violations", "NEVER_PENDS"));		\
} while (0)

/* It says that it never waits, and waits: a lock for ever, without a charge. */
TEST_F(never, queued_all_the_same)
{
	struct attempt one;
	struct pins_counts counts;

	pins_tell(self->fd, IOCTL_PINS_PLAN, PINS_QUEUE);
	counts = send_one(&one, self->fd, variant->way);
	EXPECT_EQ(1, counts.calls);
	EXPECT_EQ(0, counts.queued);
	expect_refused(one);
}

TEST_F(never, given_to_a_worker_all_the_same)
{
	struct attempt one;
	struct pins_counts counts;

	pins_tell(self->fd, IOCTL_PINS_PLAN, PINS_WORK);
	counts = send_one(&one, self->fd, variant->way);
	EXPECT_EQ(1, counts.calls);
	EXPECT_EQ(0, counts.worked);
	expect_refused(one);
}

/* No harm is done yet, but the mistake is counted. */
TEST_F(never, marked_all_the_same)
{
	struct attempt one;
	struct pins_counts counts;

	pins_tell(self->fd, IOCTL_PINS_PLAN, PINS_MARK);
	counts = send_one(&one, self->fd, variant->way);
	EXPECT_EQ(1, counts.calls);
	EXPECT_EQ(self->violations + 1,
		  ntio_stat("violations", "NEVER_PENDS"));
}

TEST_HARNESS_MAIN
