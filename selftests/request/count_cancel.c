// SPDX-License-Identifier: GPL-2.0
/*
 * What it costs to cancel one request among few and among many: the same, as
 * nothing is searched for.
 */
#include "kselftest_harness.h"
#include "calls.h"
#include "count.h"

#define ROUNDS 1001
#define FEW 10

static __u64 cost_of_turns(unsigned long turns)
{
	__u64 begin = count_now();

	asm volatile("1: dec %0; jns 1b" : "+r" (turns));
	return count_now() - begin;
}

/* What the others are measured with: each turn of the loop costs 2, always. */
TEST(instructions_are_counted)
{
	__u64 more[101], none;
	int i;

	COUNT_OR_SKIP();
	none = cost_of_turns(0);
	for (i = 0; i < 101; i++)
		more[i] = cost_of_turns(100 * i) - none - 200 * i;
	EXPECT_EQ(0, count_median(more, 101));
}

FIXTURE(many)
{
	struct io_uring ring;
	int fd;
	struct call *calls;
	int most;
	int count;
};

FIXTURE_SETUP(many)
{
	COUNT_OR_SKIP();
	/* Each takes a thread where the kernel cannot park. */
	self->most = ring_is_async() ? 10000 : 500;
	self->calls = calloc(self->most, sizeof(*self->calls));
	ASSERT_NE(NULL, self->calls);
	self->fd = park_open(NOTIFY_PATH);
	uring_new(&self->ring, self->most, 0);
}

FIXTURE_TEARDOWN(many)
{
	io_uring_queue_exit(&self->ring);
	close(self->fd);
	free(self->calls);
}

static void many_send(struct _test_data_many *self, struct call *call)
{
	call_init(call, IOCTL_NOTIFY_WAIT, NULL, 0);
	uring_send(&self->ring, self->fd, call);
}

static bool many_parked(struct _test_data_many *self)
{
	return (int)notify_counts(self->fd).parked == self->count;
}

static bool many_park(struct _test_data_many *self, int count)
{
	while (self->count < count)
		many_send(self, &self->calls[self->count++]);
	return wait_until(many_parked(self));
}

/*
 * Cancels one after the other, from everywhere among them, and parks each
 * again. 0: one was not cancelled.
 */
static __u64 cost_to_cancel(struct _test_data_many *self)
{
	static __u64 costs[ROUNDS];
	struct call *call;
	__u64 begin;
	int i, rc;

	for (i = 0; i < ROUNDS; i++) {
		call = &self->calls[i * 7919LL % self->count];
		begin = count_now();
		rc = cancel(self->fd, 0, call);
		costs[i] = count_now() - begin;
		if (rc != 1 || uring_reap(&self->ring) != call)
			return 0;
		many_send(self, call);
		if (!wait_until(many_parked(self)))
			return 0;
	}
	return count_median(costs, ROUNDS);
}

TEST_F_TIMEOUT(many, cancel_one, 300)
{
	__u64 few, many;

	ASSERT_TRUE(many_park(self, FEW));
	few = cost_to_cancel(self);
	ASSERT_NE(0, few);
	ASSERT_TRUE(many_park(self, self->most));
	many = cost_to_cancel(self);
	ASSERT_NE(0, many);
	TH_LOG("instructions to cancel one of %d: %llu, one of %d: %llu", FEW,
	       few, self->most, many);
	EXPECT_LE(many * 100, few * 110);
	EXPECT_GE(many * 100, few * 90);
}

/* All at once: each ends once, and as cancelled. */
TEST_F_TIMEOUT(many, cancel_all, 300)
{
	int i;

	ASSERT_TRUE(many_park(self, self->most));
	EXPECT_EQ(self->most, cancel(self->fd, NTIO_CANCEL_ALL, NULL));
	for (i = 0; i < self->most; i++)
		ASSERT_NE(NULL, uring_reap(&self->ring));
	for (i = 0; i < self->most; i++) {
		ASSERT_EQ(1, self->calls[i].ended);
		ASSERT_EQ(-ECANCELED, self->calls[i].res);
		ASSERT_EQ(STATUS_CANCELLED, self->calls[i].c.out_iosb_status);
	}
	EXPECT_EQ(NULL, uring_peek(&self->ring));
	EXPECT_EQ(0, notify_counts(self->fd).parked);
}

TEST_HARNESS_MAIN
