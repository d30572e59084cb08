// SPDX-License-Identifier: GPL-2.0
/*
 * Requests with the event and the I/O status block of their caller: what is
 * written and signalled, when, and what is refused.
 */
#include <poll.h>
#include <sys/eventfd.h>

#include "kselftest_harness.h"
#include "module/samples/notify.h"
#include "module/uapi/ntio_handle.h"
#include "ntio_test.h"
#include "ring.h"

FIXTURE(told)
{
	struct ring ring;
	int echo, notify, post, event, begun;
	struct ntio_iosb iosb;
	struct ntio_overlapped rq;
	struct echo_return in;
	struct notify_event got;
	unsigned char out[8];
};

FIXTURE_SETUP(told)
{
	ASSERT_EQ(0, ring_open(&self->ring, 4, 0));
	self->echo = echo_open();
	self->notify = open("/dev/ntio/notify", O_RDWR);
	self->post = open("/dev/ntio/notify-post", O_RDWR);
	self->event = eventfd(1, EFD_NONBLOCK);
	self->begun = eventfd(0, 0);
	self->iosb = (struct ntio_iosb){ POISON64, POISON64 };
	self->rq = (struct ntio_overlapped){
		.iosb = addr(&self->iosb),
		.event = ntio_handle_from_fd(self->event),
		.begun = ntio_handle_from_fd(self->begun),
	};
}

FIXTURE_TEARDOWN(told)
{
	ring_close(&self->ring);
	close(self->echo);
	close(self->notify);
	close(self->post);
	close(self->event);
	close(self->begun);
}

static bool is_set(struct _test_data_told *self)
{
	__u64 count;

	return read(self->event, &count, sizeof(count)) == sizeof(count);
}

static void send(struct _test_data_told *self, int fd)
{
	struct io_uring_sqe *sqe;

	sqe = ring_control(&self->ring, fd, &self->rq.control, 5);
	sqe->cmd_op = NTIO_URING_OVERLAPPED;
	self->rq.control.out_reason = POISON32;
	ring_submit(&self->ring);
}

/* The result of the ring's entry; 1: none came. */
static int end(struct _test_data_told *self)
{
	struct io_uring_cqe cqe;

	return ring_wait(&self->ring, &cqe, 5000) ? cqe.res : 1;
}

static void wait_for_notify(struct _test_data_told *self)
{
	self->rq.control.code = IOCTL_NOTIFY_WAIT;
	self->rq.control.out = addr(&self->got);
	self->rq.control.out_len = sizeof(self->got);
}

static void return_from_echo(struct _test_data_told *self, __u32 status,
			     __u32 mode)
{
	self->in = (struct echo_return){
		.ret = status, .status = status, .information = 3,
		.mode = mode, .written = 3,
	};
	self->rq.control.code = IOCTL_ECHO_RETURN_BUFFERED;
	self->rq.control.in = addr(&self->in);
	self->rq.control.in_len = sizeof(self->in);
	self->rq.control.out = addr(self->out);
	self->rq.control.out_len = sizeof(self->out);
}

/* [2.34] [2.45] */
TEST_F(told, success_at_once)
{
	return_from_echo(self, STATUS_SUCCESS, ECHO_COMPLETE);
	send(self, self->echo);
	EXPECT_EQ(0, end(self));
	EXPECT_EQ(STATUS_SUCCESS, self->iosb.status);
	EXPECT_EQ(3, self->iosb.information);
	EXPECT_TRUE(is_set(self));
	EXPECT_EQ(NTIO_OUT_IOSB | NTIO_OUT_COMPLETION,
		  self->rq.control.out_flags);
}

/* [2.33] [2.35]: the event was set before. */
TEST_F(told, error_at_once)
{
	return_from_echo(self, STATUS_NOT_IMPLEMENTED, ECHO_COMPLETE);
	send(self, self->echo);
	EXPECT_EQ(-ENOSYS, end(self));
	EXPECT_EQ(POISON64, self->iosb.status);
	EXPECT_EQ(POISON64, self->iosb.information);
	EXPECT_FALSE(is_set(self));
}

TEST_F(told, error_though_it_was_marked)
{
	return_from_echo(self, STATUS_NOT_IMPLEMENTED, ECHO_PEND);
	send(self, self->echo);
	EXPECT_EQ(-ENOSYS, end(self));
	EXPECT_EQ(STATUS_NOT_IMPLEMENTED, self->iosb.status);
	EXPECT_EQ(3, self->iosb.information);
	EXPECT_TRUE(is_set(self));
	EXPECT_TRUE(self->rq.control.out_flags & NTIO_OUT_MARKED);
}

static bool begins(struct _test_data_told *self)
{
	struct pollfd begun = { .fd = self->begun, .events = POLLIN };

	/* A worker says so; else it can be seen already. */
	if (!ring_is_async() && poll(&begun, 1, 5000) != 1)
		return false;
	return self->rq.control.out_status == STATUS_PENDING &&
	       self->rq.control.out_flags == (NTIO_OUT_BEGUN | NTIO_OUT_PENDED);
}

static bool post(struct _test_data_told *self)
{
	struct notify_post what = { .value = 7, .count = 1 };
	struct ntio_device_control c = {
		.code = IOCTL_NOTIFY_POST,
		.in = addr(&what), .in_len = sizeof(what),
	};

	return !control(self->post, &c);
}

TEST_F(told, later)
{
	wait_for_notify(self);
	send(self, self->notify);
	ASSERT_TRUE(begins(self));
	EXPECT_FALSE(is_set(self));
	EXPECT_EQ(POISON64, self->iosb.status);
	ASSERT_TRUE(post(self));
	EXPECT_EQ(0, end(self));
	EXPECT_EQ(STATUS_SUCCESS, self->iosb.status);
	EXPECT_EQ(sizeof(self->got), self->iosb.information);
	EXPECT_EQ(7, self->got.value);
	EXPECT_TRUE(is_set(self));
	EXPECT_FALSE(self->rq.control.out_flags & NTIO_OUT_BEGUN);
}

/* [8.32] */
TEST_F(told, cancelled)
{
	struct ntio_cancel cancel = {
		.size = sizeof(cancel), .request = addr(&self->rq),
	};

	wait_for_notify(self);
	send(self, self->notify);
	ASSERT_TRUE(begins(self));
	EXPECT_EQ(0, ioctl(self->notify, NTIO_IOC_CANCEL, &cancel));
	EXPECT_EQ(-ECANCELED, end(self));
	EXPECT_EQ(STATUS_CANCELLED, self->iosb.status);
	EXPECT_EQ(0, self->iosb.information);
	EXPECT_TRUE(is_set(self));
}

/* A read and a write, with a status. */
TEST_F(told, read_and_write)
{
	char text[] = "12";

	self->rq.kind = NTIO_OVERLAPPED_READ;
	self->rq.control.out = addr(&self->got);
	self->rq.control.out_len = sizeof(self->got);
	send(self, self->notify);
	ASSERT_TRUE(begins(self));
	ASSERT_TRUE(post(self));
	EXPECT_EQ(0, end(self));
	EXPECT_EQ(7, self->got.value);
	EXPECT_EQ(sizeof(self->got), self->iosb.information);
	EXPECT_TRUE(is_set(self));
	self->rq.kind = NTIO_OVERLAPPED_WRITE;
	self->rq.control.in = addr(text);
	self->rq.control.in_len = 2;
	send(self, self->post);
	EXPECT_EQ(0, end(self));
	EXPECT_EQ(2, self->iosb.information);
	/* Taken again, so that none is kept. */
	self->rq.kind = NTIO_OVERLAPPED_READ;
	send(self, self->notify);
	EXPECT_EQ(0, end(self));
	EXPECT_EQ(12, self->got.value);
}

/* As read(2) does [1.9]. */
TEST_F(told, access)
{
	int fd = open(ECHO_PATH, O_WRONLY);

	self->rq.kind = NTIO_OVERLAPPED_READ;
	self->rq.control.out = addr(self->out);
	self->rq.control.out_len = sizeof(self->out);
	send(self, fd);
	EXPECT_EQ(-EACCES, end(self));
	EXPECT_EQ(STATUS_ACCESS_DENIED, self->rq.control.out_status);
	EXPECT_EQ(NTIO_REASON_ACCESS_BITS, self->rq.control.out_reason);
	EXPECT_FALSE(is_set(self));
	close(fd);
}

/* [8.18] */
TEST_F(told, block_that_cannot_be_written)
{
	return_from_echo(self, STATUS_SUCCESS, ECHO_COMPLETE);
	self->rq.iosb = 0x10;
	send(self, self->echo);
	EXPECT_EQ(0, end(self));
	EXPECT_EQ(STATUS_SUCCESS, self->rq.control.out_status);
	EXPECT_TRUE(is_set(self));
}

static void refused(struct __test_metadata *_metadata,
		    struct _test_data_told *self, int error)
{
	__u32 calls = echo_saw(self->echo).calls;

	send(self, self->echo);
	EXPECT_EQ(-error, end(self));
	EXPECT_EQ(POISON32, self->rq.control.out_reason);
	EXPECT_EQ(POISON64, self->iosb.status);
	EXPECT_EQ(calls, echo_saw(self->echo).calls);
}

TEST_F(told, refused)
{
	const struct ntio_overlapped good = self->rq;

	return_from_echo(self, STATUS_SUCCESS, ECHO_COMPLETE);
	self->rq.event = ntio_handle_from_fd(1000);
	refused(_metadata, self, EBADF);
	self->rq.event = ntio_handle_from_fd(self->echo);
	refused(_metadata, self, EINVAL);
	self->rq.event = good.event;
	self->rq.kind = NTIO_OVERLAPPED_WRITE + 1;
	refused(_metadata, self, EOPNOTSUPP);
	self->rq.kind = good.kind;
	self->rq.__reserved = 1;
	refused(_metadata, self, EOPNOTSUPP);
	EXPECT_TRUE(is_set(self));
}

TEST(handles)
{
	EXPECT_EQ(4, ntio_handle_from_fd(0));
	EXPECT_EQ(0, ntio_handle_from_fd(-1));
	EXPECT_EQ(0, ntio_fd_from_handle(4));
	EXPECT_EQ(7, ntio_fd_from_handle(ntio_handle_from_fd(7) | 1));
	EXPECT_EQ(-1, ntio_fd_from_handle(0));
	EXPECT_EQ(-1, ntio_fd_from_handle(3));
	EXPECT_EQ(-1, ntio_fd_from_handle(-1ULL));
	EXPECT_EQ(-1, ntio_fd_from_handle(-8ULL));
	EXPECT_EQ(0x7ffffffe, ntio_fd_from_handle(0x7fffffffULL * 4));
}

TEST_HARNESS_MAIN
