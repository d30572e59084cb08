// SPDX-License-Identifier: GPL-2.0
/*
 * Why a request ended that its caller cancelled: because of that, and not
 * because "the driver itself ended it". And the other way round.
 */
#include "kselftest_harness.h"
#include "park.h"
#include "ring.h"

/* As enum ntio_reason has it. */
#define REASON_CANCELLED_BY_CALLER 27

FIXTURE(cancelled)
{
	int fd;
	int watch;
	struct ring ring;
	struct ntio_device_control c;
	__u32 in;
	__u32 out[4];
};

FIXTURE_VARIANT(cancelled)
{
	const char *path;
	__u32 code;
	__u32 flags;
};

/* Where it waits, and how it is named. */
#define CANCELLED(_where, _path, _code)					\
	FIXTURE_VARIANT_ADD(cancelled, _where##_by_address) {		\
		.path = (_path), .code = (_code) };			\
	FIXTURE_VARIANT_ADD(cancelled, _where##_by_all) {		\
		.path = (_path), .code = (_code),			\
		.flags = NTIO_CANCEL_ALL };				\
	FIXTURE_VARIANT_ADD(cancelled, _where##_by_thread) {		\
		.path = (_path), .code = (_code),			\
		.flags = NTIO_CANCEL_THREAD }

CANCELLED(queue, PARK_PATH, IOCTL_PARK_QUEUE);
CANCELLED(routine, PARK_PATH, IOCTL_PARK_ROUTINE);
CANCELLED(stack, PARK_TOP_PATH, IOCTL_PARK_FORWARD);

FIXTURE_SETUP(cancelled)
{
	struct park_counts counts;

	self->fd = park_open(variant->path);
	self->watch = park_open(PARK_PATH);
	counts = park_counts(self->watch);
	ASSERT_EQ(0, counts.queued + counts.held);
	ASSERT_EQ(0, ring_open(&self->ring, 4, 0));
	memset(self->out, POISON, sizeof(self->out));
	self->in = 0xe0;	/* any end is told to park-top's routine */
	self->c = (struct ntio_device_control) {
		.code = variant->code,
		.in = addr(&self->in), .in_len = sizeof(self->in),
		.out = addr(self->out), .out_len = sizeof(self->out),
	};
	ring_control(&self->ring, self->fd, &self->c, 1);
	ASSERT_EQ(1, ring_submit(&self->ring));
	ASSERT_TRUE(wait_until(park_counts(self->watch).queued +
			       park_counts(self->watch).held == 1));
}

FIXTURE_TEARDOWN(cancelled)
{
	ring_close(&self->ring);
	close(self->fd);
	close(self->watch);
}

#define expect_cancelled(_reason) do {					\
	struct io_uring_cqe _cqe;					\
	ASSERT_TRUE(ring_wait(&self->ring, &_cqe, 10000));		\
	EXPECT_EQ(-ECANCELED, _cqe.res);				\
	EXPECT_EQ(STATUS_CANCELLED, self->c.out_status);		\
	EXPECT_EQ(_reason, self->c.out_reason);				\
	EXPECT_EQ(0, self->c.out_detail);				\
	EXPECT_EQ(STATUS_CANCELLED, self->c.out_iosb_status);		\
	EXPECT_EQ(0, self->c.out_information);				\
	EXPECT_EQ(sizeof(self->out), match_byte(self->out,		\
						sizeof(self->out), POISON)); \
} while (0)

/* The reason was that the driver itself ended it. */
TEST_F(cancelled, by_its_caller)
{
	struct ntio_cancel arg = {
		.size = sizeof(arg), .flags = variant->flags,
		.request = variant->flags ? 0 : addr(&self->c),
	};

	ASSERT_EQ(0, ioctl(self->fd, NTIO_IOC_CANCEL, &arg));
	EXPECT_EQ(1, arg.out_cancelled);
	expect_cancelled(REASON_CANCELLED_BY_CALLER);
}

/* A request that ends well although it was to be cancelled has no reason. */
TEST_F(cancelled, too_late)
{
	struct ntio_cancel arg = { .size = sizeof(arg),
				   .request = addr(&self->c) };
	struct io_uring_cqe cqe;

	if (variant->code == IOCTL_PARK_ROUTINE)
		park_tell(self->watch, IOCTL_PARK_FINISH, PARK_FINISH);
	else
		park_tell(self->watch, IOCTL_PARK_NEXT, 0);
	ioctl(self->fd, NTIO_IOC_CANCEL, &arg);
	ASSERT_TRUE(ring_wait(&self->ring, &cqe, 10000));
	EXPECT_EQ(0, cqe.res);
	EXPECT_EQ(STATUS_SUCCESS, self->c.out_status);
	EXPECT_EQ(NTIO_REASON_NONE, self->c.out_reason);
	EXPECT_EQ(PARK_GOOD, self->out[0]);
}

/*
 * A driver that cancels by itself, a request in its slot, or one that it is
 * about to queue: nobody else has, so it is the driver that ended it.
 */
TEST(by_its_driver)
{
	static const __u32 codes[] = {
		IOCTL_PARK_ROUTINE, IOCTL_PARK_CANCELLED,
	};
	struct park_cancelled answer = { };
	int fd = park_open(PARK_PATH), i;
	struct io_uring_cqe cqe;
	struct ring ring;

	ASSERT_EQ(0, ring_open(&ring, 4, 0));
	for (i = 0; i < 2; i++) {
		__u32 out = POISON32;
		struct ntio_device_control c = {
			.code = codes[i], .out = addr(&out),
			.out_len = sizeof(out),
		};

		ring_control(&ring, fd, &c, i);
		ASSERT_EQ(1, ring_submit(&ring));
		if (!i) {
			ASSERT_TRUE(wait_until(park_counts(fd).held));
			control_ok(fd, .code = IOCTL_PARK_CANCEL,
				   .out = addr(&answer),
				   .out_len = sizeof(answer));
			EXPECT_EQ(1, answer.there);
		}
		ASSERT_TRUE(ring_wait(&ring, &cqe, 10000));
		EXPECT_EQ(-ECANCELED, cqe.res);
		EXPECT_EQ(STATUS_CANCELLED, c.out_status);
		EXPECT_EQ(NTIO_REASON_DRIVER, c.out_reason);
		EXPECT_EQ(POISON32, out);
	}
	ring_close(&ring);
	close(fd);
}

TEST_HARNESS_MAIN
