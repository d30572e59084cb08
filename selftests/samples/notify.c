// SPDX-License-Identifier: GPL-2.0
/* The sample notify: the inverted call, and poll(2) on it. */
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>

#include "kselftest_harness.h"
#include "calls.h"

FIXTURE(notify)
{
	int fd;
	int post;
	struct notify_counts before;
	struct waiter w;
};

FIXTURE_SETUP(notify)
{
	self->fd = park_open(NOTIFY_PATH);
	self->post = park_open(NOTIFY_POST_PATH);
	self->before = notify_counts(self->post);
}

FIXTURE_TEARDOWN(notify)
{
	EXPECT_TRUE(wait_until(!notify_counts(self->post).parked));
	close(self->fd);
	close(self->post);
}

#define parked() notify_counts(self->post).parked
#define kept() notify_counts(self->post).kept

/* The event is the @_nth since the test began. */
#define expect_event(_p, _nth, _value, _source) do {			\
	const struct notify_event *_e = (const void *)(_p);		\
	EXPECT_EQ(self->before.events + (_nth), _e->seq);		\
	EXPECT_EQ(_value, _e->value);					\
	EXPECT_EQ(_source, _e->source);					\
	EXPECT_EQ(0, _e->__reserved);					\
} while (0)

#define expect_read(_nth, _value, _source) do {				\
	struct notify_event _event;					\
	ASSERT_EQ(sizeof(_event), read(self->fd, &_event, sizeof(_event)));\
	expect_event(&_event, _nth, _value, _source);			\
} while (0)

TEST_F(notify, wait_then_post)
{
	waiter_begin(&self->w, self->fd, IOCTL_NOTIFY_WAIT, 0);
	ASSERT_TRUE(wait_until(parked() == 1));
	EXPECT_EQ(0, notify_post(self->post, 42, 1));
	waiter_join(&self->w);
	EXPECT_EQ(0, self->w.error);
	EXPECT_EQ(sizeof(struct notify_event), self->w.c.out_information);
	expect_event(self->w.out, 1, 42, NOTIFY_POSTED);
}

TEST_F(notify, post_then_wait)
{
	EXPECT_EQ(0, notify_post(self->post, 42, 2));
	EXPECT_EQ(2, kept());
	waiter_begin(&self->w, self->fd, IOCTL_NOTIFY_WAIT, 0);
	waiter_join(&self->w);
	EXPECT_EQ(0, self->w.error);
	expect_event(self->w.out, 1, 42, NOTIFY_POSTED);
	expect_read(2, 43, NOTIFY_POSTED);
	EXPECT_EQ(0, kept());
}

TEST_F(notify, oldest_request_first)
{
	struct waiter w[3];
	int i;

	for (i = 0; i < 3; i++) {
		waiter_begin(&w[i], self->fd, IOCTL_NOTIFY_WAIT, 0);
		ASSERT_TRUE(wait_until((int)parked() == i + 1));
	}
	EXPECT_EQ(0, notify_post(self->post, 10, 3));
	for (i = 0; i < 3; i++) {
		waiter_join(&w[i]);
		expect_event(w[i].out, i + 1, 10 + i, NOTIFY_POSTED);
	}
}

TEST_F(notify, write_a_number)
{
	EXPECT_EQ(3, write(self->post, "17\n", 3));
	EXPECT_EQ(4, write(self->post, "0x10", 4));
	expect_read(1, 17, NOTIFY_POSTED);
	expect_read(2, 16, NOTIFY_POSTED);
}

TEST_F(notify, write_what_is_no_number)
{
	EXPECT_EQ(-1, write(self->post, "seven", 5));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, write(self->post, "", 0));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, write(self->post, "0000000000000000000000000000000001",
			    34));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(0, kept());
}

TEST_F(notify, short_buffers)
{
	struct ntio_device_control c = {
		.code = IOCTL_NOTIFY_WAIT, .out = addr(self->w.out),
		.out_len = sizeof(struct notify_event) - 1,
	};
	int error = control(self->fd, &c);

	expect_refusal(error, c, STATUS_BUFFER_TOO_SMALL,
		       NTIO_REASON_OUT_TOO_SHORT, sizeof(struct notify_event));
	EXPECT_EQ(-1, read(self->fd, self->w.out, 8));
	EXPECT_EQ(ENOBUFS, errno);
}

/* Bounded: what is too much is lost, and its number tells. */
TEST_F(notify, too_many_events)
{
	int i;

	EXPECT_EQ(EDQUOT, notify_post(self->post, 1, NOTIFY_KEPT_MAX + 9));
	EXPECT_EQ(NOTIFY_KEPT_MAX, kept());
	EXPECT_EQ(self->before.lost + 1, notify_counts(self->post).lost);
	for (i = 1; i <= NOTIFY_KEPT_MAX; i++)
		expect_read(i, i, NOTIFY_POSTED);
	EXPECT_EQ(0, notify_post(self->post, 5, 1));
	expect_read(NOTIFY_KEPT_MAX + 2, 5, NOTIFY_POSTED);
}

TEST_F(notify, nobody_listens)
{
	EXPECT_EQ(0, notify_post(self->post, 1, 3));
	close(self->fd);
	EXPECT_EQ(0, kept());
	EXPECT_EQ(EDQUOT, notify_post(self->post, 1, 1));
	self->fd = park_open(NOTIFY_PATH);
	EXPECT_EQ(0, kept());
}

/* What is kept is for whoever still listens. */
TEST_F(notify, somebody_still_listens)
{
	int other = park_open(NOTIFY_PATH);

	EXPECT_EQ(0, notify_post(self->post, 1, 2));
	close(other);
	EXPECT_EQ(2, kept());
	expect_read(1, 1, NOTIFY_POSTED);
	expect_read(2, 2, NOTIFY_POSTED);
}

static int set_timer(int fd, __u32 period_ms, __u32 count)
{
	struct notify_timer timer = { period_ms, count };
	struct ntio_device_control c = {
		.code = IOCTL_NOTIFY_TIMER, .in = addr(&timer),
		.in_len = sizeof(timer),
	};

	return control(fd, &c);
}

TEST_F(notify, timer)
{
	int i;

	EXPECT_EQ(0, set_timer(self->fd, 5, 3));
	for (i = 1; i <= 3; i++)
		expect_read(i, i, NOTIFY_TICKED);
	usleep(50000);
	EXPECT_EQ(0, kept());
	/* Another one counts anew. */
	EXPECT_EQ(0, set_timer(self->fd, 5, 1));
	expect_read(4, 1, NOTIFY_TICKED);
}

TEST_F(notify, timer_replaced_and_stopped)
{
	EXPECT_EQ(0, set_timer(self->fd, 3600000, 1));
	EXPECT_EQ(0, set_timer(self->fd, 1, 1000000));
	expect_read(1, 1, NOTIFY_TICKED);
	EXPECT_EQ(0, set_timer(self->fd, 1, 0));
	self->before = notify_counts(self->post);
	usleep(50000);
	EXPECT_EQ(self->before.events, notify_counts(self->post).events);
	EXPECT_EQ(EINVAL, set_timer(self->fd, 0, 1));
	EXPECT_EQ(EINVAL, set_timer(self->fd, 3600001, 1));
}

/* Cleanup stops it, though a copy of the mapping or a request may remain. */
TEST_F(notify, timer_ends_with_the_file)
{
	EXPECT_EQ(0, set_timer(self->fd, 1, 1000000));
	expect_read(1, 1, NOTIFY_TICKED);
	close(self->fd);
	self->before = notify_counts(self->post);
	usleep(50000);
	EXPECT_EQ(self->before.events, notify_counts(self->post).events);
	self->fd = park_open(NOTIFY_PATH);
}

TEST_F(notify, cleanup_cancels_its_own)
{
	int other = park_open(NOTIFY_PATH);
	struct waiter w;

	waiter_begin(&self->w, self->fd, IOCTL_NOTIFY_WAIT, 0);
	waiter_begin(&w, other, IOCTL_NOTIFY_WAIT, 0);
	ASSERT_TRUE(wait_until(parked() == 2));
	close(other);
	waiter_join(&w);
	EXPECT_EQ(ECANCELED, w.error);
	EXPECT_EQ(STATUS_CANCELLED, w.c.out_status);
	EXPECT_EQ(1, parked());
	EXPECT_EQ(0, notify_post(self->post, 7, 1));
	waiter_join(&self->w);
	expect_event(self->w.out, 1, 7, NOTIFY_POSTED);
}

TEST_F(notify, many_processes_killed)
{
	pid_t pids[20];
	int i;

	for (i = 0; i < 20; i++)
		pids[i] = process_begin(self->fd, IOCTL_NOTIFY_WAIT, 0);
	ASSERT_TRUE(wait_until(parked() == 20));
	for (i = 0; i < 20; i++)
		EXPECT_TRUE(process_kill(pids[i]));
	EXPECT_EQ(0, parked());
	EXPECT_EQ(0, notify_post(self->post, 1, 1));
	expect_read(1, 1, NOTIFY_POSTED);
}

/* --- poll, select, epoll --------------------------------------------------- */

static int ready_poll(int fd, int timeout)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, timeout) == 1 && p.revents == POLLIN;
}

static int ready_select(int fd, int timeout)
{
	struct timeval limit = { .tv_sec = timeout / 1000,
				 .tv_usec = timeout % 1000 * 1000 };
	fd_set set;

	FD_ZERO(&set);
	FD_SET(fd, &set);
	return select(fd + 1, &set, NULL, NULL, &limit) == 1;
}

static int ready_epoll(int fd, int timeout)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLET };
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	int ready;

	epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
	ready = epoll_wait(epoll, &event, 1, timeout) == 1 &&
		event.events == EPOLLIN;
	close(epoll);
	return ready;
}

static int ready_uring(int fd, int timeout)
{
	struct __kernel_timespec limit = { timeout / 1000,
					   timeout % 1000 * 1000000LL };
	struct io_uring ring;
	struct io_uring_cqe *cqe;
	int ready;

	uring_new(&ring, 4, 0);
	io_uring_prep_poll_add(io_uring_get_sqe(&ring), fd, POLLIN);
	io_uring_submit(&ring);
	ready = !io_uring_wait_cqe_timeout(&ring, &cqe, &limit) &&
		cqe->res == POLLIN;
	io_uring_queue_exit(&ring);
	return ready;
}

FIXTURE(ready)
{
	int fd;
	int post;
	struct notify_counts before;
};

FIXTURE_VARIANT(ready)
{
	int (*ready)(int fd, int timeout);
};

FIXTURE_VARIANT_ADD(ready, poll) { ready_poll };
FIXTURE_VARIANT_ADD(ready, select) { ready_select };
FIXTURE_VARIANT_ADD(ready, epoll) { ready_epoll };
FIXTURE_VARIANT_ADD(ready, io_uring) { ready_uring };

FIXTURE_SETUP(ready)
{
	self->fd = park_open(NOTIFY_PATH);
	self->post = park_open(NOTIFY_POST_PATH);
	self->before = notify_counts(self->post);
}

FIXTURE_TEARDOWN(ready)
{
	close(self->fd);
	close(self->post);
}

TEST_F(ready, when_events_are_kept)
{
	EXPECT_EQ(0, variant->ready(self->fd, 1));
	EXPECT_EQ(0, notify_post(self->post, 9, 1));
	EXPECT_EQ(1, variant->ready(self->fd, 1000));
	EXPECT_EQ(1, variant->ready(self->fd, 1000));
	expect_read(1, 9, NOTIFY_POSTED);
	EXPECT_EQ(0, variant->ready(self->fd, 1));
}

TEST_F(ready, wakes_who_waits)
{
	EXPECT_EQ(0, set_timer(self->fd, 50, 1));
	EXPECT_EQ(1, variant->ready(self->fd, 10000));
	expect_read(1, 1, NOTIFY_TICKED);
}

TEST_HARNESS_MAIN
