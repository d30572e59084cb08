// SPDX-License-Identifier: GPL-2.0
/*
 * How many asynchronous requests one open file may have in flight: each costs
 * kernel memory for as long as it waits, and nothing else limits them.
 */
#include "kselftest_harness.h"
#include "park.h"
#include "ring.h"

/* As enum ntio_reason has it. */
#define REASON_REQUEST_LIMIT 28

/* Few: before 6.7 a ring has a thread for each, and not many of those. */
#define MOST 3

FIXTURE(max_requests)
{
	int fd;
	int other;
	bool there;
	unsigned long before;
	struct ring ring;
	struct ntio_device_control c[2 * MOST];
	__u32 out[2 * MOST];
};

FIXTURE_SETUP(max_requests)
{
	self->there = !access("/sys/module/ntio/parameters/max_requests",
			      F_OK);
	if (self->there) {
		self->before = param_get("max_requests");
		ASSERT_EQ(0, param_set("max_requests", MOST));
	}
	if (!self->there)
		TH_LOG("there is no such parameter");
	self->fd = park_open(PARK_PATH);
	self->other = park_open(PARK_PATH);
	ASSERT_EQ(0, ring_open(&self->ring, 4 * MOST, 0));
}

FIXTURE_TEARDOWN(max_requests)
{
	while (park_tell(self->other, IOCTL_PARK_NEXT, 0))
		;
	ring_close(&self->ring);
	close(self->fd);
	close(self->other);
	if (self->there)
		EXPECT_EQ(0, param_set("max_requests", self->before));
}

/* Waits until it is parked, or has ended: then @res is its result. */
static bool park_one(struct _test_data_max_requests *self, int fd, int i,
		     int *res)
{
	__u32 queued = park_counts(self->other).queued;
	struct io_uring_cqe cqe = { .res = 1 };
	bool ended = false;

	self->out[i] = POISON32;
	self->c[i] = (struct ntio_device_control) {
		.code = IOCTL_PARK_QUEUE, .out = addr(&self->out[i]),
		.out_len = sizeof(self->out[i]),
	};
	ring_control(&self->ring, fd, &self->c[i], i);
	if (ring_submit(&self->ring) != 1)
		return false;
	wait_until(park_counts(self->other).queued > queued ||
		   (ended = ring_peek(&self->ring, &cqe)));
	*res = cqe.res;
	return !ended;
}

#define parks(_fd, _i) do {						\
	int _res;							\
	EXPECT_TRUE(park_one(self, _fd, _i, &_res));			\
} while (0)

#define is_one_too_many(_fd, _i) do {					\
	const struct ntio_device_control *_c = &self->c[_i];		\
	int _res;							\
	EXPECT_FALSE(park_one(self, _fd, _i, &_res));			\
	EXPECT_EQ(-status_errno(STATUS_INSUFFICIENT_RESOURCES), _res);	\
	EXPECT_EQ(STATUS_INSUFFICIENT_RESOURCES, _c->out_status);	\
	EXPECT_EQ(REASON_REQUEST_LIMIT, _c->out_reason);		\
	EXPECT_EQ(0, _c->out_flags);					\
	EXPECT_EQ(POISON32, self->out[_i]);				\
} while (0)

/* The limit is inside, one more is outside; another open file has its own. */
TEST_F(max_requests, of_one_open_file)
{
	int i;

	for (i = 0; i < MOST; i++)
		parks(self->fd, i);
	is_one_too_many(self->fd, MOST);
	parks(self->other, MOST + 1);
	EXPECT_EQ(MOST + 1, park_counts(self->other).queued);
	/* One that is waited for in a system call is not counted. */
	control_ok(self->fd, .code = IOCTL_PARK_NEXT,
		   .out = addr(&i), .out_len = sizeof(i));
	EXPECT_EQ(1, i);
}

/* An end makes room for one, a refusal for none. */
TEST_F(max_requests, room_again)
{
	struct io_uring_cqe cqe;
	int i, round;

	for (i = 0; i < MOST; i++)
		parks(self->fd, i);
	for (round = 0; round < 3; round++) {
		is_one_too_many(self->fd, MOST);
		park_tell(self->other, IOCTL_PARK_NEXT, 0);
		ASSERT_TRUE(ring_wait(&self->ring, &cqe, 10000));
		EXPECT_EQ(0, cqe.res);
		EXPECT_EQ(PARK_GOOD, self->out[cqe.user_data]);
		parks(self->fd, cqe.user_data);
	}
	EXPECT_EQ(MOST, park_counts(self->other).queued);
}

/* Duplicated descriptors are the same open file, in a child as well. */
TEST_F(max_requests, shared_with_a_child)
{
	int i, status = -1;
	pid_t pid;

	for (i = 0; i < MOST; i++)
		parks(self->fd, i);
	is_one_too_many(dup(self->fd), MOST);
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		if (ring_open(&self->ring, 4, 0))
			_exit(1);
		i = MOST;
		if (park_one(self, self->fd, i, &status))
			_exit(2);
		_exit(self->c[i].out_reason == REASON_REQUEST_LIMIT ? 0 : 3);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
}

TEST_HARNESS_MAIN
