// SPDX-License-Identifier: GPL-2.0
/*
 * Requests of rings whose caller does what is odd, or means harm: offsets that
 * no file has, structures that are gone when the answer comes, events that are
 * used for two things, flags of io_uring that were not made for us.
 */
#include <linux/aio_abi.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>

#include "kselftest_harness.h"
#include "module/uapi/ntio_handle.h"
#include "modules/ntio_rw.h"
#include "park.h"
#include "ring.h"

/* What io_uring has since 6.18. */
#define CMD_MULTISHOT 2U

FIXTURE(misuse)
{
	struct ring ring;
	int event;
	struct ntio_iosb iosb;
	struct ntio_overlapped rq;
	char buffer[8];
};

FIXTURE_SETUP(misuse)
{
	ASSERT_EQ(0, ring_open(&self->ring, 4, 0));
	self->event = eventfd(0, EFD_NONBLOCK);
	self->iosb = (struct ntio_iosb){ POISON64, POISON64 };
	self->rq = (struct ntio_overlapped){
		.iosb = addr(&self->iosb),
		.event = ntio_handle_from_fd(self->event),
	};
}

FIXTURE_TEARDOWN(misuse)
{
	ring_close(&self->ring);
	close(self->event);
}

static struct io_uring_sqe *entry(struct _test_data_misuse *self, int fd,
				  struct ntio_overlapped *rq)
{
	struct io_uring_sqe *sqe;

	sqe = ring_control(&self->ring, fd, &rq->control, 5);
	sqe->cmd_op = NTIO_URING_OVERLAPPED;
	return sqe;
}

static void send(struct _test_data_misuse *self, int fd,
		 struct ntio_overlapped *rq)
{
	entry(self, fd, rq);
	ring_submit(&self->ring);
}

/* The result of the ring's entry; 1: none came. */
static int end(struct _test_data_misuse *self)
{
	struct io_uring_cqe cqe;

	return ring_wait(&self->ring, &cqe, 5000) ? cqe.res : 1;
}

/* --- offsets -------------------------------------------------------------- */

static struct rw_saw saw(int fd)
{
	struct rw_saw saw = { };
	struct ntio_device_control c = {
		.code = IOCTL_RW_SAW, .out = addr(&saw), .out_len = sizeof(saw),
	};

	if (control(fd, &c))
		saw.calls = POISON32;
	return saw;
}

static int rw_new(const char *path)
{
	struct rw_plan plan = { };
	struct ntio_device_control c = {
		.code = IOCTL_RW_PLAN, .in = addr(&plan),
		.in_len = sizeof(plan),
	};
	int fd = open(path, O_RDWR);

	return control(fd, &c) ? -1 : fd;
}

static void ask_rw(struct _test_data_misuse *self, __u32 kind, __u64 offset,
		   __u32 len)
{
	self->rq.kind = kind;
	self->rq.offset = offset;
	self->rq.control.in = addr(self->buffer);
	self->rq.control.out = addr(self->buffer);
	self->rq.control.in_len = len;
	self->rq.control.out_len = len;
}

#define LAST ((__u64)INT64_MAX)

static void offsets_of(struct __test_metadata *_metadata,
		       struct _test_data_misuse *self, const char *path)
{
	static const __u64 bad[] = {
		LAST - 7, LAST, LAST + 1, -8ULL, -2ULL, -1ULL,
	};
	int fd = rw_new(path);
	unsigned int i;

	ASSERT_LE(0, fd);
	for (i = 0; i < 2 * ARRAY_SIZE(bad); i++) {
		ask_rw(self, i % 2 ? NTIO_OVERLAPPED_READ :
				     NTIO_OVERLAPPED_WRITE, bad[i / 2], 8);
		send(self, fd, &self->rq);
		EXPECT_EQ(-EINVAL, end(self));
		EXPECT_EQ(STATUS_INVALID_PARAMETER,
			  self->rq.control.out_status);
		EXPECT_EQ(NTIO_REASON_OFFSET, self->rq.control.out_reason);
		EXPECT_EQ(bad[i / 2], self->rq.control.out_detail);
	}
	EXPECT_EQ(0, saw(fd).calls) {
		TH_LOG("%s was asked for offset %llx", path, saw(fd).offset);
	}
	/* The last bytes that a file can have are the driver's business. */
	ask_rw(self, NTIO_OVERLAPPED_READ, LAST - 8, 8);
	send(self, fd, &self->rq);
	EXPECT_NE(-EINVAL, end(self));
	EXPECT_EQ(1, saw(fd).calls);
	EXPECT_EQ(LAST - 8, saw(fd).offset);
	close(fd);
}

/*
 * Fault: the offset went to the driver as it came, which read(2) and write(2)
 * never let happen: where offset and length add up to little, a driver that
 * adds them before it looks goes out of bounds [6.12].
 */
TEST_F(misuse, offsets)
{
	offsets_of(_metadata, self, "/dev/ntio/rw-buffered");
	offsets_of(_metadata, self, "/dev/ntio/rw-direct");
	offsets_of(_metadata, self, "/dev/ntio/rw-neither");
}

/* A device without offsets is told none, whatever the caller says. */
TEST_F(misuse, no_offset)
{
	int fd = rw_new("/dev/ntio/rw-stream");

	ASSERT_LE(0, fd);
	ask_rw(self, NTIO_OVERLAPPED_WRITE, -1ULL, 8);
	send(self, fd, &self->rq);
	EXPECT_EQ(0, end(self));
	EXPECT_EQ(0, saw(fd).offset);
	close(fd);
}

/* Fault: what io_uring and aio call an offset reached the driver. */
TEST_F(misuse, no_offset_of_rings)
{
	int fd = rw_new("/dev/ntio/rw-stream");
	struct io_uring_cqe cqe = { };
	struct io_uring_sqe *sqe;

	ASSERT_LE(0, fd);
	sqe = ring_sqe(&self->ring);
	sqe->opcode = IORING_OP_WRITE;
	sqe->fd = fd;
	sqe->addr = addr(self->buffer);
	sqe->len = 8;
	sqe->off = 4096;
	ring_submit(&self->ring);
	ASSERT_TRUE(ring_wait(&self->ring, &cqe, 5000));
	EXPECT_EQ(8, cqe.res);
	EXPECT_EQ(1, saw(fd).calls);
	EXPECT_EQ(0, saw(fd).offset);
	close(fd);
}

/* The second half of the command means nothing yet. */
TEST_F(misuse, rest_of_the_command)
{
	int fd = rw_new("/dev/ntio/rw-buffered"), i;
	struct io_uring_sqe *sqe;

	ASSERT_LE(0, fd);
	for (i = 0; i < 2; i++) {
		ask_rw(self, NTIO_OVERLAPPED_WRITE, 0, 8);
		sqe = entry(self, fd, &self->rq);
		if (i)
			sqe->cmd_op = NTIO_URING_DEVICE_CONTROL;
		memset(sqe->cmd + 8, 1, 1);
		ring_submit(&self->ring);
		EXPECT_EQ(-EOPNOTSUPP, end(self));
		memset(sqe->cmd + 8, 0, 1);
	}
	EXPECT_EQ(0, saw(fd).calls);
	close(fd);
}

/*
 * Fault: before 6.12 this processor stood still, with interrupts off. Emptying
 * the event wakes the poll, which answers by signalling the event.
 */
TEST_F(misuse, event_that_tells_of_itself)
{
	int fd = rw_new("/dev/ntio/rw-buffered");
	struct iocb poll = {
		.aio_lio_opcode = IOCB_CMD_POLL, .aio_fildes = self->event,
		.aio_buf = POLLOUT, .aio_flags = IOCB_FLAG_RESFD,
		.aio_resfd = self->event,
	}, *polls = &poll;
	struct timespec limit = { .tv_sec = 20 };
	aio_context_t aio = 0;
	struct io_event told;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, syscall(SYS_io_setup, 1, &aio));
	ASSERT_EQ(0, eventfd_write(self->event, ~0ULL - 1));
	ASSERT_EQ(1, syscall(SYS_io_submit, aio, 1, &polls));
	ask_rw(self, NTIO_OVERLAPPED_WRITE, 0, 8);
	send(self, fd, &self->rq);
	EXPECT_EQ(0, end(self));
	EXPECT_EQ(1, syscall(SYS_io_getevents, aio, 1, 1, &told, &limit));
	syscall(SYS_io_destroy, aio);
	close(fd);
}

/* Fault: it went over what was there, as write(2) is not allowed to. */
TEST_F(misuse, append)
{
	int fd = rw_new("/dev/ntio/rw-buffered");

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, fcntl(fd, F_SETFL, O_APPEND));
	ask_rw(self, NTIO_OVERLAPPED_WRITE, 0, 8);
	send(self, fd, &self->rq);
	EXPECT_EQ(-EOPNOTSUPP, end(self));
	EXPECT_EQ(NTIO_REASON_OFFSET, self->rq.control.out_reason);
	EXPECT_EQ(0, saw(fd).calls);
	ask_rw(self, NTIO_OVERLAPPED_READ, 0, 8);
	send(self, fd, &self->rq);
	EXPECT_NE(-EOPNOTSUPP, end(self));
	EXPECT_EQ(1, saw(fd).calls);
	close(fd);
}

/* --- what tells of the end ------------------------------------------------ */

static bool is_set(struct _test_data_misuse *self)
{
	__u64 count;

	return read(self->event, &count, sizeof(count)) == sizeof(count);
}

/*
 * Fault: whoever waited for the event of a request whose structure had been
 * unmapped meanwhile waited for ever, and its status block was not written.
 */
TEST_F(misuse, structure_is_gone)
{
	struct ntio_overlapped *rq = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
					  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = park_open(PARK_PATH);
	__u32 out = POISON32;

	ASSERT_NE(MAP_FAILED, rq);
	*rq = self->rq;
	rq->control.code = IOCTL_PARK_QUEUE;
	rq->control.out = addr(&out);
	rq->control.out_len = sizeof(out);
	send(self, fd, rq);
	ASSERT_TRUE(wait_until(park_counts(fd).queued == 1));
	munmap(rq, PAGE);
	EXPECT_EQ(1, park_tell(fd, IOCTL_PARK_NEXT, 0));
	EXPECT_EQ(-EFAULT, end(self));
	EXPECT_TRUE(is_set(self));
	EXPECT_EQ(STATUS_SUCCESS, self->iosb.status);
	EXPECT_EQ(sizeof(out), self->iosb.information);
	EXPECT_EQ(PARK_GOOD, out);
	close(fd);
}

/*
 * Fault: the event was emptied when the driver had returned, and with it what
 * the driver, or another request with the same event, had signalled since the
 * request was submitted [2.35].
 */
TEST_F(misuse, driver_signals_the_event)
{
	int fd = park_open(PARK_PATH);
	__u32 out = POISON32;

	self->rq.control.code = IOCTL_PARK_SIGNAL;
	self->rq.control.in = addr(&self->rq.event);
	self->rq.control.in_len = sizeof(self->rq.event);
	self->rq.control.out = addr(&out);
	self->rq.control.out_len = sizeof(out);
	send(self, fd, &self->rq);
	ASSERT_TRUE(wait_until(park_counts(fd).queued == 1));
	EXPECT_TRUE(wait_until(is_set(self)));
	EXPECT_EQ(1, park_tell(fd, IOCTL_PARK_NEXT, 0));
	EXPECT_EQ(0, end(self));
	EXPECT_TRUE(is_set(self));
	close(fd);
}

/*
 * Fault: of a request that the ring's polling thread had carried out, nobody was
 * told that it had begun.
 */
TEST_F(misuse, polled_begin)
{
	int begun = eventfd(0, 0), fd = park_open(PARK_PATH);
	struct pollfd poller = { .fd = begun, .events = POLLIN };
	__u32 out = POISON32;

	ring_close(&self->ring);
	ASSERT_EQ(0, ring_open(&self->ring, 4, IORING_SETUP_SQPOLL));
	self->rq.control.code = IOCTL_PARK_QUEUE;
	self->rq.control.out = addr(&out);
	self->rq.control.out_len = sizeof(out);
	self->rq.begun = ntio_handle_from_fd(begun);
	send(self, fd, &self->rq);
	EXPECT_EQ(1, poll(&poller, 1, 5000));
	EXPECT_EQ(NTIO_OUT_BEGUN | NTIO_OUT_PENDED, self->rq.control.out_flags);
	EXPECT_EQ(1, park_tell(fd, IOCTL_PARK_NEXT, 0));
	EXPECT_EQ(0, end(self));
	close(begun);
	close(fd);
}

/* --- io_uring ------------------------------------------------------------- */

/*
 * Fault: the flag was not looked at. From 6.18 until 7.3 io_uring leaves the end
 * of such a command to its driver, and so it would never end, nor its process be
 * killed; on 7.3 it was carried out as if the flag were not there.
 */
TEST_F(misuse, several_answers)
{
	int fd = echo_open(), rc;
	struct io_uring_sqe *sqe;

	self->rq.control.code = IOCTL_ECHO_BUFFERED;
	sqe = entry(self, fd, &self->rq);
	sqe->rw_flags = CMD_MULTISHOT;
	sqe->flags = IOSQE_BUFFER_SELECT;
	ring_submit(&self->ring);
	rc = end(self);
	/* Older ones do not know the flag, or buffers of commands. */
	EXPECT_TRUE(rc == -EOPNOTSUPP || rc == -EINVAL) {
		TH_LOG("%d", rc);
	}
	EXPECT_EQ(0, echo_saw(fd).calls);
	close(fd);
}

/* --- the system buffer ---------------------------------------------------- */

static void places_of(struct __test_metadata *_metadata, const char *path)
{
	int fds[64];
	unsigned int i, len;
	__u32 place;
	__u8 out[64];

	for (i = 0; i < ARRAY_SIZE(fds); i++)
		fds[i] = park_open(path);
	for (i = 0; i < ARRAY_SIZE(fds); i++) {
		for (len = 4; len <= sizeof(out); len *= 2) {
			control_ok(fds[i], .code = IOCTL_PARK_PLACE,
				   .out = addr(out), .out_len = len);
			memcpy(&place, out, sizeof(place));
			EXPECT_EQ(0, place % (len < 8 ? 8 : len)) {
				TH_LOG("%u bytes at %x", len, place);
			}
		}
	}
	for (i = 0; i < ARRAY_SIZE(fds); i++)
		close(fds[i]);
}

/*
 * As kmalloc() aligns: what is 2^n bytes long begins at such an address. Requests
 * for stacks of different heights have memory of different sizes.
 *
 * Fault: small buffers, which lie in the request, were aligned to 8 bytes only.
 */
TEST(place_of_the_buffer)
{
	places_of(_metadata, PARK_PATH);
	places_of(_metadata, PARK_TOP_PATH);
}

TEST_HARNESS_MAIN
