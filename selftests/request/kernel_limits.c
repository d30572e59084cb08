// SPDX-License-Identifier: GPL-2.0
/*
 * What kernels decide about requests in a ring: the chapter "Limits of kernels"
 * of the porting guide, claim by claim. Where kernels differ, both are held.
 */
#include <sys/sysinfo.h>

#include "kselftest_harness.h"
#include "calls.h"

/* Linux 6.11 to 6.13 copy the entry of a command only when it has to wait. */
static bool entry_is_read_late(void)
{
	return kernel_since(6, 11) && !kernel_since(6, 14);
}

/* --- a chain --------------------------------------------------------------- */

/* Two entries: a read from a pipe, and behind it the request. */
FIXTURE(chain)
{
	struct io_uring ring;
	int fd;
	int gate[2];
	char byte;
	struct call opened;
	struct call linked;
};

FIXTURE_VARIANT(chain)
{
	unsigned int link;
};

FIXTURE_VARIANT_ADD(chain, link) { .link = IOSQE_IO_LINK };
FIXTURE_VARIANT_ADD(chain, hardlink) { .link = IOSQE_IO_HARDLINK };

FIXTURE_SETUP(chain)
{
	struct io_uring_sqe *sqe;

	self->fd = echo_open();
	ASSERT_EQ(0, pipe(self->gate));
	uring_new(&self->ring, 2, 0);
	memset(&self->opened, 0, sizeof(self->opened));
	call_init(&self->linked, IOCTL_ECHO_BUFFERED, "linked", 7);
	sqe = io_uring_get_sqe(&self->ring);
	io_uring_prep_read(sqe, self->gate[0], &self->byte, 1, -1);
	io_uring_sqe_set_flags(sqe, variant->link);
	io_uring_sqe_set_data(sqe, &self->opened);
	uring_control(&self->ring, self->fd, &self->linked);
	ASSERT_EQ(2, io_uring_submit(&self->ring));
}

FIXTURE_TEARDOWN(chain)
{
	io_uring_queue_exit(&self->ring);
	close(self->gate[0]);
	close(self->gate[1]);
	close(self->fd);
}

/* The chain goes on, to its end. */
static bool finish(struct _test_data_chain *self)
{
	return write(self->gate[1], "x", 1) == 1 &&
	       uring_reap(&self->ring) == &self->opened;
}

TEST_F(chain, entry_left_alone)
{
	EXPECT_EQ(0, echo_saw(self->fd).calls);
	ASSERT_TRUE(finish(self));
	EXPECT_EQ(1, self->opened.res);
	ASSERT_EQ(&self->linked, uring_reap(&self->ring));
	EXPECT_EQ(0, self->linked.res);
	EXPECT_STREQ("linked", (char *)self->linked.out);
}

/* What is submitted meanwhile has no address where a command has it. */
TEST_F(chain, entry_used_for_something_else)
{
	struct call nops[2] = { };
	int i;

	for (i = 0; i < 2; i++) {
		struct io_uring_sqe *sqe = io_uring_get_sqe(&self->ring);

		io_uring_prep_nop(sqe);
		memset(sqe->cmd, 0, 16);
		io_uring_sqe_set_data(sqe, &nops[i]);
	}
	ASSERT_EQ(2, io_uring_submit(&self->ring));
	ASSERT_EQ(&nops[0], uring_reap(&self->ring));
	ASSERT_EQ(&nops[1], uring_reap(&self->ring));
	ASSERT_TRUE(finish(self));
	ASSERT_EQ(&self->linked, uring_reap(&self->ring));
	if (entry_is_read_late()) {
		EXPECT_EQ(-EFAULT, self->linked.res);
		EXPECT_EQ(0, echo_saw(self->fd).calls);
	} else {
		EXPECT_EQ(0, self->linked.res);
		EXPECT_STREQ("linked", (char *)self->linked.out);
	}
}

/* What is submitted meanwhile is a request, and is carried out twice. */
TEST_F(chain, entry_used_for_another_request)
{
	struct call nop = { }, other;
	struct io_uring_sqe *sqe = io_uring_get_sqe(&self->ring);

	io_uring_prep_nop(sqe);
	io_uring_sqe_set_data(sqe, &nop);
	call_init(&other, IOCTL_ECHO_BUFFERED, "other", 6);
	uring_control(&self->ring, self->fd, &other);
	ASSERT_EQ(2, io_uring_submit(&self->ring));
	ASSERT_NE(NULL, uring_reap(&self->ring));
	ASSERT_NE(NULL, uring_reap(&self->ring));
	EXPECT_EQ(0, other.res);
	memset(other.out, POISON, sizeof(other.out));
	ASSERT_TRUE(finish(self));
	ASSERT_EQ(&self->linked, uring_reap(&self->ring));
	EXPECT_EQ(0, self->linked.res);
	EXPECT_EQ(2, echo_saw(self->fd).calls);
	if (entry_is_read_late()) {
		EXPECT_STREQ("other", (char *)other.out);
		EXPECT_EQ(POISON64, self->linked.out[0]);
	} else {
		EXPECT_EQ(POISON64, other.out[0]);
		EXPECT_STREQ("linked", (char *)self->linked.out);
	}
}

/* --- a linked timeout ------------------------------------------------------ */

FIXTURE(parked)
{
	struct io_uring ring;
	int fd;
	int watch;
};

FIXTURE_SETUP(parked)
{
	self->fd = park_open(PARK_PATH);
	self->watch = park_open(PARK_PATH);
	uring_new(&self->ring, 64, 0);
}

FIXTURE_TEARDOWN(parked)
{
	io_uring_queue_exit(&self->ring);
	if (self->fd >= 0)
		close(self->fd);
	EXPECT_TRUE(wait_until(park_counts(self->watch).queued == 0));
	close(self->watch);
}

static __u32 queued(struct _test_data_parked *self)
{
	return park_counts(self->watch).queued;
}

TEST_F(parked, linked_timeout)
{
	struct __kernel_timespec soon = { .tv_sec = 1 };	/* it waits by then */
	struct call call, timeout = { };
	struct io_uring_sqe *sqe;

	call_init(&call, IOCTL_PARK_QUEUE, NULL, 0);
	sqe = uring_control(&self->ring, self->fd, &call);
	io_uring_sqe_set_flags(sqe, IOSQE_IO_LINK);
	sqe = io_uring_get_sqe(&self->ring);
	io_uring_prep_link_timeout(sqe, &soon, 0);
	io_uring_sqe_set_data(sqe, &timeout);
	ASSERT_EQ(2, io_uring_submit(&self->ring));
	while (!timeout.ended)
		ASSERT_NE(NULL, uring_reap(&self->ring));
	/* It says so everywhere; but before 6.7 it has ended the wait. */
	EXPECT_EQ(-ENOENT, timeout.res);
	if (ring_is_async()) {
		usleep(100000);
		EXPECT_EQ(NULL, uring_peek(&self->ring));
		EXPECT_EQ(1, queued(self));
		EXPECT_EQ(1, cancel(self->fd, 0, &call));
	}
	if (!call.ended)
		ASSERT_EQ(&call, uring_reap(&self->ring));
	EXPECT_EQ(-ECANCELED, call.res);
}

/* What the guide says instead. */
TEST_F(parked, timeout_of_its_own)
{
	struct __kernel_timespec soon = { .tv_nsec = 50 * 1000 * 1000 };
	struct call call, timeout = { };
	struct io_uring_sqe *sqe;

	call_init(&call, IOCTL_PARK_QUEUE, NULL, 0);
	uring_control(&self->ring, self->fd, &call);
	sqe = io_uring_get_sqe(&self->ring);
	io_uring_prep_timeout(sqe, &soon, 0, 0);
	io_uring_sqe_set_data(sqe, &timeout);
	ASSERT_EQ(2, io_uring_submit(&self->ring));
	ASSERT_EQ(&timeout, uring_reap(&self->ring));
	EXPECT_EQ(-ETIME, timeout.res);
	EXPECT_TRUE(wait_until(queued(self) == 1));
	EXPECT_EQ(1, cancel(self->fd, 0, &call));
	ASSERT_EQ(&call, uring_reap(&self->ring));
	EXPECT_EQ(-ECANCELED, call.res);
}

/* --- direct descriptors ---------------------------------------------------- */

/* Submits the one entry that is there; its result. */
static int result_of(struct io_uring *ring, struct io_uring_sqe *sqe)
{
	struct call done = { };

	io_uring_sqe_set_data(sqe, &done);
	io_uring_submit(ring);
	while (!done.ended && uring_reap(ring))
		;
	return done.ended ? done.res : 1;
}

static int open_direct(struct io_uring *ring)
{
	struct io_uring_sqe *sqe;
	int none = -1;

	if (io_uring_register_files(ring, &none, 1))
		return 1;
	sqe = io_uring_get_sqe(ring);
	io_uring_prep_openat_direct(sqe, AT_FDCWD, PARK_PATH, O_RDWR, 0, 0);
	return result_of(ring, sqe);
}

static int close_direct(struct io_uring *ring)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(ring);

	io_uring_prep_close_direct(sqe, 0);
	return result_of(ring, sqe);
}

/* It is in no process' table of files, and a handle all the same. */
TEST_F(parked, direct_descriptor_is_a_handle)
{
	__u32 before = park_counts(self->watch).cleanups;
	struct io_uring_sqe *sqe;
	struct call call;
	int i;

	ASSERT_EQ(0, open_direct(&self->ring));
	for (i = 0; i < 2; i++) {
		call_init(&call, IOCTL_PARK_COUNTS, NULL, 0);
		sqe = uring_control(&self->ring, 0, &call);
		io_uring_sqe_set_flags(sqe, IOSQE_FIXED_FILE);
		io_uring_submit(&self->ring);
		ASSERT_EQ(&call, uring_reap(&self->ring));
		EXPECT_EQ(0, call.res);
		EXPECT_EQ(before, park_counts(self->watch).cleanups);
	}
	ASSERT_EQ(0, close_direct(&self->ring));
	EXPECT_TRUE(wait_until(park_counts(self->watch).cleanups ==
			       before + 1));
}

/*
 * The ring keeps the file while a request on it waits, and no driver is told;
 * close(2) would have ended the request.
 */
TEST_F(parked, direct_descriptor_closed_while_waiting)
{
	__u32 before = park_counts(self->watch).cleanups;
	struct io_uring_sqe *sqe;
	struct call call;

	ASSERT_EQ(0, open_direct(&self->ring));
	call_init(&call, IOCTL_PARK_QUEUE, NULL, 0);
	sqe = uring_control(&self->ring, 0, &call);
	io_uring_sqe_set_flags(sqe, IOSQE_FIXED_FILE);
	io_uring_submit(&self->ring);
	ASSERT_TRUE(wait_until(queued(self) == 1));
	ASSERT_EQ(0, close_direct(&self->ring));
	usleep(200000);
	EXPECT_EQ(before, park_counts(self->watch).cleanups);
	EXPECT_EQ(NULL, uring_peek(&self->ring));
	EXPECT_EQ(1, park_tell(self->watch, IOCTL_PARK_NEXT, 0));
	ASSERT_EQ(&call, uring_reap(&self->ring));
	EXPECT_EQ(0, call.res);
	EXPECT_TRUE(wait_until(({
		uring_peek(&self->ring);
		park_counts(self->watch).cleanups == before + 1; })));
}

/* --- worker threads -------------------------------------------------------- */

#define CROWD 40

static bool all_end(struct io_uring *ring, int fd)
{
	int i;

	cancel(fd, NTIO_CANCEL_ALL, NULL);
	for (i = 0; i < CROWD; i++) {
		if (!uring_reap(ring))
			return false;
	}
	return true;
}

/* Of a process that asked for nothing; uring_new() asks for more of them. */
TEST(few_workers)
{
	unsigned int more[2] = { CROWD, CROWD };
	__u32 few = ring_is_async() ? CROWD : 4 * get_nprocs();
	int fd = park_open(PARK_PATH), watch = park_open(PARK_PATH);
	static struct call calls[CROWD];
	struct io_uring ring;
	int i;

	ASSERT_LE(few, CROWD);
	ASSERT_EQ(0, io_uring_queue_init(CROWD, &ring, 0));
	for (i = 0; i < CROWD; i++) {
		call_init(&calls[i], IOCTL_PARK_QUEUE, NULL, 0);
		uring_control(&ring, fd, &calls[i]);
	}
	ASSERT_EQ(CROWD, io_uring_submit(&ring));
	EXPECT_TRUE(wait_until(park_counts(watch).queued == few));
	usleep(200000);
	EXPECT_EQ(few, park_counts(watch).queued);
	ASSERT_EQ(0, io_uring_register_iowq_max_workers(&ring, more));
	/* One that ends makes the ring look. */
	EXPECT_EQ(1, park_tell(watch, IOCTL_PARK_NEXT, 0));
	EXPECT_TRUE(wait_until(park_counts(watch).queued == CROWD - 1));
	EXPECT_TRUE(all_end(&ring, fd));
	io_uring_queue_exit(&ring);
	close(fd);
	close(watch);
}

TEST_HARNESS_MAIN
