// SPDX-License-Identifier: GPL-2.0
/*
 * Overlapped requests: io_uring as Windows' overlapped I/O [2.32] to [2.34],
 * on every kind of ring.
 */
#include <sys/syscall.h>

#include "kselftest_harness.h"
#include "calls.h"

#define ON_END (NTIO_OUT_IOSB | NTIO_OUT_COMPLETION)
#define ON_LATER (ON_END | NTIO_OUT_PENDED)

FIXTURE(overlapped)
{
	struct io_uring ring;
	int park;
	int echo;
	long alive;
	struct call call;
};

FIXTURE_VARIANT(overlapped)
{
	unsigned int flags;
	/* Flags of every entry. */
	unsigned int sqe_flags;
};

FIXTURE_VARIANT_ADD(overlapped, plain) { };
FIXTURE_VARIANT_ADD(overlapped, async) { .sqe_flags = IOSQE_ASYNC };
FIXTURE_VARIANT_ADD(overlapped, sqpoll) { .flags = IORING_SETUP_SQPOLL };
FIXTURE_VARIANT_ADD(overlapped, sqe128) { .flags = IORING_SETUP_SQE128 };
FIXTURE_VARIANT_ADD(overlapped, cqe32) { .flags = IORING_SETUP_CQE32 };
FIXTURE_VARIANT_ADD(overlapped, defer_taskrun) {
	.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN };
FIXTURE_VARIANT_ADD(overlapped, fixed_file) {
	.sqe_flags = IOSQE_FIXED_FILE };

FIXTURE_SETUP(overlapped)
{
	int files[2];

	self->park = park_open(PARK_PATH);
	self->echo = echo_open();
	/* Rings of earlier tests may give their files back only now. */
	ASSERT_TRUE(wait_until(ntio_stat("alive", "files") == 2));
	self->alive = ntio_stat("alive", "requests");
	if (!uring_new(&self->ring, 8, variant->flags))
		SKIP(return, "no such ring");
	files[0] = self->echo;
	files[1] = self->park;
	ASSERT_EQ(0, io_uring_register_files(&self->ring, files, 2));
}

FIXTURE_TEARDOWN(overlapped)
{
	io_uring_queue_exit(&self->ring);
	EXPECT_TRUE(wait_until(ntio_stat("alive", "requests") == self->alive));
	EXPECT_EQ(0, park_counts(self->park).queued);
	EXPECT_EQ(0, park_counts(self->park).held);
	close(self->park);
	close(self->echo);
}

static void send_as(struct io_uring *ring, unsigned int flags, int fd,
		    int index, struct call *call)
{
	struct io_uring_sqe *sqe;

	sqe = uring_control(ring, flags & IOSQE_FIXED_FILE ? index : fd, call);
	io_uring_sqe_set_flags(sqe, flags);
	io_uring_submit(ring);
}

#define send_echo(_call) \
	send_as(&self->ring, variant->sqe_flags, self->echo, 0, _call)
#define send_park(_call) \
	send_as(&self->ring, variant->sqe_flags, self->park, 1, _call)

#define expect_answer(_call, _res, _status, _flags, _information) do {	\
	EXPECT_EQ(_res, (_call)->res);					\
	EXPECT_EQ((__u32)(_status), (_call)->c.out_status);		\
	EXPECT_EQ(_flags, (_call)->c.out_flags);			\
	if ((_flags) & NTIO_OUT_IOSB)					\
		EXPECT_EQ((__u32)(_status), (_call)->c.out_iosb_status);\
	EXPECT_EQ(_information, (_call)->c.out_information);		\
} while (0)

TEST_F(overlapped, answered_at_once)
{
	const __u64 in = 0x1122334455667788;

	call_init(&self->call, IOCTL_ECHO_BUFFERED, &in, sizeof(in));
	send_echo(&self->call);
	ASSERT_EQ(&self->call, uring_reap(&self->ring));
	expect_answer(&self->call, 0, STATUS_SUCCESS, ON_END, sizeof(in));
	EXPECT_EQ(in, self->call.out[0]);
	EXPECT_EQ(POISON64, self->call.out[1]);
}

/* [2.33]: refused, not pending: nothing but the status of the call. */
TEST_F(overlapped, refused_at_once)
{
	call_init(&self->call, IOCTL_ECHO_BOUNDED, NULL, 0);
	send_echo(&self->call);
	ASSERT_EQ(&self->call, uring_reap(&self->ring));
	expect_answer(&self->call, -ENOBUFS, STATUS_BUFFER_TOO_SMALL, 0, 0);
	EXPECT_EQ(NTIO_REASON_IN_TOO_SHORT, self->call.c.out_reason);
	EXPECT_EQ(8, self->call.c.out_detail);
	EXPECT_EQ(POISON64, self->call.out[0]);
}

TEST_F(overlapped, parked)
{
	call_init(&self->call, IOCTL_PARK_QUEUE, NULL, 0);
	send_park(&self->call);
	ASSERT_TRUE(wait_until(park_counts(self->park).queued == 1));
	EXPECT_EQ(NULL, uring_peek(&self->ring));
	EXPECT_EQ(POISON64, self->call.out[0]);
	EXPECT_EQ(1, park_tell(self->park, IOCTL_PARK_NEXT, 0));
	ASSERT_EQ(&self->call, uring_reap(&self->ring));
	expect_answer(&self->call, 0, STATUS_SUCCESS, ON_LATER, 4);
	EXPECT_EQ(PARK_GOOD, (__u32)self->call.out[0]);
}

struct how_it_ends {
	__u32 mode;
	__u32 status;
	__u32 flags;
	int res;
};

/* From within the handler, from a worker, with and without an error. */
TEST_F(overlapped, pended)
{
	static const struct how_it_ends hows[] = {
		{ ECHO_PEND, STATUS_SUCCESS, ON_LATER, 0 },
		{ ECHO_PEND, STATUS_UNSUCCESSFUL, ON_LATER, -EIO },
		{ ECHO_PEND_LATER, STATUS_SUCCESS, ON_LATER, 0 },
		{ ECHO_PEND_LATER, STATUS_UNSUCCESSFUL, ON_LATER, -EIO },
		{ ECHO_PEND_LATER, STATUS_BUFFER_OVERFLOW, ON_LATER, 0 },
	};
	struct echo_return in = { .ret = STATUS_PENDING, .information = 3,
				  .written = 3, .delay_ms = 5 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(hows); i++) {
		in.mode = hows[i].mode;
		in.status = hows[i].status;
		call_init(&self->call, IOCTL_ECHO_RETURN_BUFFERED, &in,
			  sizeof(in));
		send_echo(&self->call);
		ASSERT_EQ(&self->call, uring_reap(&self->ring));
		expect_answer(&self->call, hows[i].res, hows[i].status,
			      hows[i].flags, 3);
		EXPECT_EQ(status_is_error(hows[i].status) ? 0xcccccc : 0xe2e1e0,
			  self->call.out[0] & 0xffffff);
	}
}

/* The second half of a pair waits for the first. */
TEST_F(overlapped, linked)
{
	struct call second;
	struct io_uring_sqe *sqe;
	bool fixed = variant->sqe_flags & IOSQE_FIXED_FILE;

	call_init(&self->call, IOCTL_PARK_QUEUE, NULL, 0);
	call_init(&second, IOCTL_ECHO_BUFFERED, "x", 1);
	sqe = uring_control(&self->ring, fixed ? 1 : self->park, &self->call);
	io_uring_sqe_set_flags(sqe, variant->sqe_flags | IOSQE_IO_LINK);
	sqe = uring_control(&self->ring, fixed ? 0 : self->echo, &second);
	io_uring_sqe_set_flags(sqe, variant->sqe_flags);
	io_uring_submit(&self->ring);
	ASSERT_TRUE(wait_until(park_counts(self->park).queued == 1));
	EXPECT_EQ(NULL, uring_peek(&self->ring));
	EXPECT_EQ(1, park_tell(self->park, IOCTL_PARK_NEXT, 0));
	ASSERT_EQ(&self->call, uring_reap(&self->ring));
	ASSERT_EQ(&second, uring_reap(&self->ring));
	EXPECT_EQ(0, second.res);
}

/* Descriptors that the ring holds are handles; its requests are none. */
TEST_F(overlapped, handles)
{
	int before = park_counts(self->park).cleanups;
	int fd = park_open(PARK_PATH);
	struct call calls[3];
	int i;

	if (variant->sqe_flags & IOSQE_FIXED_FILE) {
		ASSERT_EQ(1, io_uring_register_files_update(&self->ring, 1,
							    &fd, 1));
	}
	for (i = 0; i < 3; i++) {
		call_init(&calls[i], IOCTL_PARK_QUEUE, NULL, 0);
		send_as(&self->ring, variant->sqe_flags, fd, 1, &calls[i]);
		ASSERT_TRUE(wait_until((int)park_counts(self->park).queued ==
				       i + 1));
	}
	/* One that ends looks whether a handle is left. */
	EXPECT_EQ(1, park_tell(self->park, IOCTL_PARK_NEXT, 0));
	ASSERT_EQ(&calls[0], uring_reap(&self->ring));
	EXPECT_EQ(before, (int)park_counts(self->park).cleanups);
	close(fd);
	if (variant->sqe_flags & IOSQE_FIXED_FILE) {
		usleep(10000);
		EXPECT_EQ(before, (int)park_counts(self->park).cleanups);
		EXPECT_EQ(1, park_tell(self->park, IOCTL_PARK_NEXT, 0));
		EXPECT_EQ(1, park_tell(self->park, IOCTL_PARK_NEXT, 0));
	}
	for (i = 1; i < 3; i++)
		ASSERT_NE(NULL, uring_reap(&self->ring));
	for (i = 0; i < 3; i++)
		EXPECT_EQ(1, calls[i].ended);
	if (variant->sqe_flags & IOSQE_FIXED_FILE)
		return;
	EXPECT_EQ(before + 1, (int)park_counts(self->park).cleanups);
	expect_answer(&calls[2], -ECANCELED, STATUS_CANCELLED, ON_LATER, 0);
}

/* --- one ring is enough --------------------------------------------------- */

FIXTURE(ring)
{
	struct io_uring ring;
	int park;
	int echo;
	long alive;
	struct call call;
};

FIXTURE_SETUP(ring)
{
	self->park = park_open(PARK_PATH);
	self->echo = echo_open();
	ASSERT_TRUE(wait_until(ntio_stat("alive", "files") == 2));
	self->alive = ntio_stat("alive", "requests");
	uring_new(&self->ring, 16, 0);
}

FIXTURE_TEARDOWN(ring)
{
	io_uring_queue_exit(&self->ring);
	EXPECT_TRUE(wait_until(ntio_stat("alive", "requests") == self->alive));
	EXPECT_EQ(0, park_counts(self->park).queued);
	close(self->park);
	close(self->echo);
}

/* An OVERLAPPED that is reused while it is pending: refused, not mixed up. */
TEST_F(ring, structure_in_flight)
{
	struct io_uring_sqe *sqe;
	struct call other;

	call_init(&self->call, IOCTL_PARK_QUEUE, NULL, 0);
	uring_send(&self->ring, self->park, &self->call);
	ASSERT_TRUE(wait_until(park_counts(self->park).queued == 1));
	sqe = uring_control(&self->ring, self->park, &self->call);
	io_uring_sqe_set_data(sqe, &other);
	io_uring_submit(&self->ring);
	ASSERT_EQ(&other, uring_reap(&self->ring));
	EXPECT_EQ(-EBUSY, other.res);
	EXPECT_EQ(POISON32, self->call.c.out_status);
	EXPECT_EQ(1, park_tell(self->park, IOCTL_PARK_NEXT, 0));
	ASSERT_EQ(&self->call, uring_reap(&self->ring));
	EXPECT_EQ(0, self->call.res);
	/* It has ended: as good as new. */
	call_init(&self->call, IOCTL_ECHO_BUFFERED, "x", 1);
	uring_send(&self->ring, self->echo, &self->call);
	ASSERT_EQ(&self->call, uring_reap(&self->ring));
	EXPECT_EQ(0, self->call.res);
}

static void bad_nothing(struct call *call, struct io_uring_sqe *sqe)
{
	memset(sqe->cmd, 0, sizeof(__u64));
}

static void bad_kernel(struct call *call, struct io_uring_sqe *sqe)
{
	memset(sqe->cmd, 0xff, sizeof(__u64));
}

static void bad_small(struct call *call, struct io_uring_sqe *sqe)
{
	call->c.size = sizeof(call->c) - 8;
}

static void bad_huge(struct call *call, struct io_uring_sqe *sqe)
{
	call->c.size = PAGE + 8;
}

static void bad_unknown_rest(struct call *call, struct io_uring_sqe *sqe)
{
	call->c.size = sizeof(call->c) + 8;
	call->in[0] = 1;
}

static void bad_flags(struct call *call, struct io_uring_sqe *sqe)
{
	call->c.flags = 1;
}

static void bad_op(struct call *call, struct io_uring_sqe *sqe)
{
	sqe->cmd_op = NTIO_IOC_QUERY_DEVICE;
}

static void bad_op_unknown(struct call *call, struct io_uring_sqe *sqe)
{
	sqe->cmd_op = 0;
}

FIXTURE(bad)
{
	struct io_uring ring;
	int echo;
	struct call call;
};

FIXTURE_VARIANT(bad)
{
	void (*spoil)(struct call *call, struct io_uring_sqe *sqe);
	int error;
};

FIXTURE_VARIANT_ADD(bad, null) { bad_nothing, -EFAULT };
FIXTURE_VARIANT_ADD(bad, kernel_address) { bad_kernel, -EFAULT };
FIXTURE_VARIANT_ADD(bad, too_small) { bad_small, -EINVAL };
FIXTURE_VARIANT_ADD(bad, too_large) { bad_huge, -E2BIG };
FIXTURE_VARIANT_ADD(bad, unknown_rest) { bad_unknown_rest, -E2BIG };
FIXTURE_VARIANT_ADD(bad, flags) { bad_flags, -EOPNOTSUPP };
FIXTURE_VARIANT_ADD(bad, other_ioctl) { bad_op, -ENOTTY };
FIXTURE_VARIANT_ADD(bad, unknown_op) { bad_op_unknown, -ENOTTY };

FIXTURE_SETUP(bad)
{
	self->echo = echo_open();
	uring_new(&self->ring, 4, 0);
}

FIXTURE_TEARDOWN(bad)
{
	io_uring_queue_exit(&self->ring);
	close(self->echo);
}

TEST_F(bad, is_refused)
{
	__u32 calls = echo_saw(self->echo).calls;
	struct io_uring_sqe *sqe;

	call_init(&self->call, IOCTL_ECHO_BUFFERED, "x", 1);
	sqe = uring_control(&self->ring, self->echo, &self->call);
	variant->spoil(&self->call, sqe);
	io_uring_submit(&self->ring);
	ASSERT_EQ(&self->call, uring_reap(&self->ring));
	EXPECT_EQ(variant->error, self->call.res);
	EXPECT_EQ(POISON32, self->call.c.out_status);
	EXPECT_EQ(POISON32, self->call.c.out_flags);
	EXPECT_EQ(calls, echo_saw(self->echo).calls);
}

/*
 * Nothing here can be polled for. A ring for polling refuses such a command, or,
 * since 7.1, takes it as any other ring does.
 */
TEST_F(ring, iopoll)
{
	__u32 calls = echo_saw(self->echo).calls;
	struct io_uring ring;

	ASSERT_TRUE(uring_new(&ring, 4, IORING_SETUP_IOPOLL));
	call_init(&self->call, IOCTL_ECHO_BUFFERED, "x", 1);
	uring_send(&ring, self->echo, &self->call);
	ASSERT_EQ(&self->call, uring_reap(&ring));
	if (self->call.res) {
		EXPECT_EQ(-EOPNOTSUPP, self->call.res);
		EXPECT_EQ(calls, echo_saw(self->echo).calls);
	} else {
		EXPECT_EQ(calls + 1, echo_saw(self->echo).calls);
		EXPECT_EQ(STATUS_SUCCESS, self->call.c.out_status);
	}
	io_uring_queue_exit(&ring);
}

/* A command that is pending is not polled for, either. */
TEST_F(ring, iopoll_pending)
{
	struct io_uring ring;

	ASSERT_TRUE(uring_new(&ring, 4, IORING_SETUP_IOPOLL));
	call_init(&self->call, IOCTL_PARK_QUEUE, NULL, 0);
	uring_send(&ring, self->park, &self->call);
	if (!park_counts(self->park).queued) {
		ASSERT_EQ(&self->call, uring_reap(&ring));
		EXPECT_EQ(-EOPNOTSUPP, self->call.res);
	} else {
		EXPECT_EQ(1, park_tell(self->park, IOCTL_PARK_NEXT, 0));
		ASSERT_EQ(&self->call, uring_reap(&ring));
		EXPECT_EQ(0, self->call.res);
		EXPECT_EQ(STATUS_SUCCESS, self->call.c.out_status);
		EXPECT_EQ(ON_LATER, self->call.c.out_flags);
	}
	io_uring_queue_exit(&ring);
}

/* [2.25]: what cannot be written any more goes nowhere else. */
TEST_F(ring, buffer_unmapped_meanwhile)
{
	struct mem mem = mem_new(64, 0);

	call_init(&self->call, IOCTL_PARK_QUEUE, NULL, 0);
	self->call.c.out = addr(mem.p);
	uring_send(&self->ring, self->park, &self->call);
	ASSERT_TRUE(wait_until(park_counts(self->park).queued == 1));
	mem_unmap(&mem, 0);
	EXPECT_EQ(1, park_tell(self->park, IOCTL_PARK_NEXT, 0));
	ASSERT_EQ(&self->call, uring_reap(&self->ring));
	EXPECT_EQ(-EFAULT, self->call.res);
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, self->call.c.out_status);
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, self->call.c.out_iosb_status);
	EXPECT_EQ(ON_LATER, self->call.c.out_flags);
	mem_free(&mem);
}

TEST_F(ring, structure_unmapped_meanwhile)
{
	struct mem mem = mem_new(sizeof(struct call), 0);
	struct call *call = (struct call *)mem.p;
	struct io_uring_cqe *cqe;

	call_init(call, IOCTL_PARK_QUEUE, NULL, 0);
	uring_send(&self->ring, self->park, call);
	ASSERT_TRUE(wait_until(park_counts(self->park).queued == 1));
	mem_unmap(&mem, 0);
	EXPECT_EQ(1, park_tell(self->park, IOCTL_PARK_NEXT, 0));
	ASSERT_EQ(0, io_uring_wait_cqe(&self->ring, &cqe));
	EXPECT_EQ(-EFAULT, cqe->res);
	io_uring_cqe_seen(&self->ring, cqe);
	mem_free(&mem);
}

/* --- read and write ------------------------------------------------------- */

TEST_F(ring, read_and_write)
{
	int notify = park_open(NOTIFY_PATH), post = park_open(NOTIFY_POST_PATH);
	struct notify_event event = { };
	struct io_uring_sqe *sqe;
	struct call reader = { }, writer = { };

	sqe = io_uring_get_sqe(&self->ring);
	io_uring_prep_read(sqe, notify, &event, sizeof(event), 0);
	io_uring_sqe_set_data(sqe, &reader);
	io_uring_submit(&self->ring);
	usleep(20000);
	EXPECT_EQ(NULL, uring_peek(&self->ring));
	sqe = io_uring_get_sqe(&self->ring);
	io_uring_prep_write(sqe, post, "4711", 4, 0);
	io_uring_sqe_set_data(sqe, &writer);
	io_uring_submit(&self->ring);
	ASSERT_NE(NULL, uring_reap(&self->ring));
	ASSERT_NE(NULL, uring_reap(&self->ring));
	EXPECT_EQ(4, writer.res);
	EXPECT_EQ(sizeof(event), reader.res);
	EXPECT_EQ(4711, event.value);
	close(post);
	close(notify);
}

/* Honest: who may not wait is told so at once. */
TEST_F(ring, nowait)
{
	int notify = park_open(NOTIFY_PATH);
	struct notify_event event;
	struct iovec iov = { &event, sizeof(event) };

	EXPECT_EQ(-1, preadv2(notify, &iov, 1, -1, RWF_NOWAIT));
	EXPECT_TRUE(errno == EAGAIN || errno == EOPNOTSUPP);
	close(notify);
}

/* A registered file that worker threads read is one handle, no more. */
TEST_F(ring, read_of_a_registered_file)
{
	int before = park_counts(self->park).cleanups;
	int fd = park_open(PARK_PATH);
	struct call readers[2] = { };
	struct io_uring_sqe *sqe;
	int i;

	ASSERT_EQ(0, io_uring_register_files(&self->ring, &fd, 1));
	for (i = 0; i < 2; i++) {
		sqe = io_uring_get_sqe(&self->ring);
		io_uring_prep_read(sqe, 0, readers[i].out, 8, 0);
		io_uring_sqe_set_flags(sqe, IOSQE_FIXED_FILE);
		io_uring_sqe_set_data(sqe, &readers[i]);
		io_uring_submit(&self->ring);
		ASSERT_TRUE(wait_until((int)park_counts(self->park).queued ==
				       i + 1));
	}
	EXPECT_EQ(1, park_tell(self->park, IOCTL_PARK_NEXT, 0));
	ASSERT_EQ(&readers[0], uring_reap(&self->ring));
	EXPECT_EQ(4, readers[0].res);
	EXPECT_EQ(PARK_GOOD, readers[0].out[0]);
	close(fd);
	usleep(10000);
	EXPECT_EQ(before, (int)park_counts(self->park).cleanups);
	EXPECT_EQ(1, park_tell(self->park, IOCTL_PARK_NEXT, 0));
	ASSERT_EQ(&readers[1], uring_reap(&self->ring));
	EXPECT_EQ(4, readers[1].res);
	EXPECT_EQ(before, (int)park_counts(self->park).cleanups);
	ASSERT_EQ(0, io_uring_unregister_files(&self->ring));
	EXPECT_TRUE(wait_until((int)park_counts(self->park).cleanups ==
			       before + 1));
}

TEST_HARNESS_MAIN
