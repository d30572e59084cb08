// SPDX-License-Identifier: GPL-2.0
/*
 * O_NONBLOCK, on devices that can be polled: who is told "ready" and finds that
 * another was faster gets EAGAIN, as with every file of Linux, and does not
 * hang. The drivers do nothing for it: they queue what has to wait, as always.
 */
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "modules/ntio_ready.h"
#include "park.h"
#include "ring.h"

/* Bytes that a test of the device "ready" transfers. */
#define SOME 24

FIXTURE(nonblock)
{
	int fd;
	int ctl;
	struct ring ring;
	unsigned char data[SOME];
	__u32 parked;
};

FIXTURE_VARIANT(nonblock)
{
	const char *path;
	bool write;
};

FIXTURE_VARIANT_ADD(nonblock, read) { .path = READY_PATH };
FIXTURE_VARIANT_ADD(nonblock, write) { .path = READY_PATH, .write = true };
/* The driver has what is asked for, but takes a worker to answer. */
FIXTURE_VARIANT_ADD(nonblock, read_later) { .path = READY_LATER_PATH };
FIXTURE_VARIANT_ADD(nonblock, write_later) {
	.path = READY_LATER_PATH, .write = true };

static struct ready_tokens ready_left(int fd)
{
	struct ready_tokens left;
	struct ntio_device_control c = {
		.code = IOCTL_READY_LEFT, .out = addr(&left),
		.out_len = sizeof(left),
	};

	memset(&left, POISON, sizeof(left));
	if (control(fd, &c))
		abort();
	return left;
}

static void ready_add(int fd, bool write, __u32 n)
{
	struct ready_tokens add = {
		.reads = write ? 0 : n, .writes = write ? n : 0,
	};
	struct ntio_device_control c = {
		.code = IOCTL_READY_ADD, .in = addr(&add), .in_len = sizeof(add),
	};

	if (control(fd, &c))
		abort();
}

static void ready_reset(int fd)
{
	struct ntio_device_control c = { .code = IOCTL_READY_RESET };

	if (control(fd, &c))
		abort();
}

FIXTURE_SETUP(nonblock)
{
	self->fd = open(variant->path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	self->ctl = open(READY_PATH, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
	ASSERT_LE(0, self->ctl);
	ready_reset(self->ctl);
	ASSERT_EQ(0, ring_open(&self->ring, 8, 0));
	memset(self->data, POISON, SOME);
}

FIXTURE_TEARDOWN(nonblock)
{
	ready_reset(self->ctl);
	ring_close(&self->ring);
	close(self->fd);
	close(self->ctl);
}

#define TOO_LONG 1000

static long rw_errno(ssize_t n)
{
	return n < 0 ? -errno : n;
}

/**
 * struct reader - a thread in a read or write
 * @fd: its file
 * @write: it writes
 * @data: what
 * @result: bytes or the negative errno; TOO_LONG: it waited too long, and was
 *	let go by the one who waits for it
 */
struct reader {
	int fd;
	bool write;
	unsigned char *data;
	long result;
	int ended;
	pthread_t thread;
};

static void *reader_thread(void *context)
{
	struct reader *r = context;

	r->result = rw_errno(r->write ? write(r->fd, r->data, SOME) :
			     read(r->fd, r->data, SOME));
	__atomic_store_n(&r->ended, 1, __ATOMIC_RELEASE);
	return NULL;
}

static bool reader_ended(const struct reader *r)
{
	return __atomic_load_n(&r->ended, __ATOMIC_ACQUIRE);
}

static void reader_begin(struct reader *r, int fd, bool write,
			 unsigned char *data)
{
	*r = (struct reader){ .fd = fd, .write = write, .data = data };
	if (pthread_create(&r->thread, NULL, reader_thread, r))
		abort();
}

static long reader_end(struct reader *r)
{
	pthread_join(r->thread, NULL);
	return r->result;
}

static __u32 waiting(int fd)
{
	struct ready_tokens left = ready_left(fd);

	return left.waiting_reads + left.waiting_writes;
}

/*
 * A read or write that should not wait. One that was seen to wait, for a second
 * on end, is given what it waits for, and its result is TOO_LONG.
 */
static long without_waiting(int fd, int ctl, bool write, unsigned char *data)
{
	struct reader r;
	bool waits = false;
	int patience = 100;

	reader_begin(&r, fd, write, data);
	while (!reader_ended(&r) && patience) {
		usleep(10000);
		patience -= waiting(ctl) ? 1 : 0;
	}
	waits = !reader_ended(&r);
	if (waits)
		ready_add(ctl, write, 1);
	reader_end(&r);
	return waits ? TOO_LONG : r.result;
}

#define try_it() without_waiting(self->fd, self->ctl, variant->write,	\
				 self->data)

static int polled(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN | POLLOUT };

	return poll(&p, 1, 0) < 0 ? -errno : p.revents;
}

#define expect_transferred() do {					\
	EXPECT_EQ(SOME, match_byte(self->data, SOME, variant->write ?	\
				   POISON : READY_BYTE));		\
	memset(self->data, POISON, SOME);				\
} while (0)
#define expect_nothing() \
	EXPECT_EQ(SOME, match_byte(self->data, SOME, POISON))

/* Nothing there, no room: was waited for. */
TEST_F(nonblock, nothing_there)
{
	EXPECT_EQ(0, polled(self->fd));
	EXPECT_EQ(-EAGAIN, try_it());
	expect_nothing();
	EXPECT_EQ(0, waiting(self->ctl));
}

/* What is there is transferred, once; whether a worker is needed or not. */
TEST_F(nonblock, once)
{
	int event = variant->write ? POLLOUT : POLLIN;

	ready_add(self->ctl, variant->write, 1);
	EXPECT_EQ(event, polled(self->fd));
	EXPECT_EQ(SOME, try_it());
	expect_transferred();
	EXPECT_EQ(0, polled(self->fd));
	EXPECT_EQ(-EAGAIN, try_it());
	expect_nothing();
}

/*
 * Two are told "ready", and there is one token: the second hung until there was
 * another one. Two open files, as two processes have them.
 */
TEST_F(nonblock, second_of_two)
{
	int other = open(variant->path, O_RDWR | O_NONBLOCK | O_CLOEXEC);

	ASSERT_LE(0, other);
	ready_add(self->ctl, variant->write, 1);
	EXPECT_NE(0, polled(self->fd));
	EXPECT_NE(0, polled(other));
	EXPECT_EQ(SOME, without_waiting(other, self->ctl, variant->write,
					self->data));
	expect_transferred();
	EXPECT_EQ(-EAGAIN, try_it());
	expect_nothing();
	close(other);
}

/* The flag counts as it is now. */
TEST_F(nonblock, set_and_taken_back)
{
	struct reader r;

	ASSERT_EQ(0, fcntl(self->fd, F_SETFL, 0));
	reader_begin(&r, self->fd, variant->write, self->data);
	EXPECT_TRUE(wait_until(waiting(self->ctl) == 1));
	EXPECT_FALSE(reader_ended(&r));
	ready_add(self->ctl, variant->write, 1);
	EXPECT_EQ(SOME, reader_end(&r));
	expect_transferred();
	ASSERT_EQ(0, fcntl(self->fd, F_SETFL, O_NONBLOCK));
	EXPECT_EQ(-EAGAIN, try_it());
	expect_nothing();
}

/* An open file without the flag still waits. */
TEST_F(nonblock, blocking_still_waits)
{
	struct reader r;

	reader_begin(&r, self->ctl, variant->write, self->data);
	EXPECT_TRUE(wait_until(waiting(self->ctl) == 1));
	EXPECT_FALSE(reader_ended(&r));
	ready_add(self->ctl, variant->write, 1);
	EXPECT_EQ(SOME, reader_end(&r));
	expect_transferred();
}

/* A token that a read came too late for is the next one's, never lost. */
TEST_F(nonblock, nothing_is_lost)
{
	unsigned int rounds = 300, taken = 0, refused = 0, i, k;
	struct reader r[4];
	unsigned char data[4][SOME];
	long result;

	for (i = 0; i < rounds; i++) {
		for (k = 0; k < 4; k++)
			reader_begin(&r[k], self->fd, variant->write, data[k]);
		ready_add(self->ctl, variant->write, 1);
		/* A core that waits would leave one of them waiting. */
		if (!wait_until(reader_ended(&r[0]) && reader_ended(&r[1]) &&
				reader_ended(&r[2]) && reader_ended(&r[3])))
			break;
		for (k = 0; k < 4; k++) {
			result = reader_end(&r[k]);
			taken += result == SOME;
			refused += result == -EAGAIN;
		}
	}
	EXPECT_EQ(rounds, i) {
		TH_LOG("a reader waits");
		ready_add(self->ctl, variant->write, 4);
		for (k = 0; k < 4; k++)
			reader_end(&r[k]);
		return;
	}
	TH_LOG("%u taken, %u refused", taken, refused);
	EXPECT_EQ(4 * rounds, taken + refused);
	EXPECT_EQ(rounds, taken + (variant->write ?
				   ready_left(self->ctl).writes :
				   ready_left(self->ctl).reads));
}

/* --- through a ring -------------------------------------------------------- */

/* The result of a read or write, TOO_LONG if there was none. */
static long by_ring(struct _test_data_nonblock *self, bool write,
		    __u8 sqe_flags)
{
	struct io_uring_sqe *sqe = ring_sqe(&self->ring);
	struct io_uring_cqe cqe;

	sqe->opcode = write ? IORING_OP_WRITE : IORING_OP_READ;
	sqe->flags = sqe_flags;
	sqe->fd = self->fd;
	sqe->addr = addr(self->data);
	sqe->len = SOME;
	if (ring_submit(&self->ring) != 1)
		return -EIO;
	if (ring_wait(&self->ring, &cqe, 1000))
		return cqe.res;
	self->parked = waiting(self->ctl);
	ready_add(self->ctl, write, 1);
	ring_wait(&self->ring, &cqe, 10000);
	return TOO_LONG;
}

/*
 * A ring waits by a poll of its own until the device is ready, whatever the file
 * says: that is io_uring's way with O_NONBLOCK. The driver has no request
 * meanwhile, and the ring's threads do not wait in it.
 */
static void ring_waits_outside(struct __test_metadata *_metadata,
			       struct _test_data_nonblock *self, bool write,
			       __u8 sqe_flags)
{
	EXPECT_EQ(TOO_LONG, by_ring(self, write, sqe_flags));
	EXPECT_EQ(0, self->parked);
	ready_add(self->ctl, write, 1);
	EXPECT_EQ(SOME, by_ring(self, write, sqe_flags));
	EXPECT_EQ(0, waiting(self->ctl));
}

TEST_F(nonblock, ring)
{
	ring_waits_outside(_metadata, self, variant->write, 0);
}

/* The same, by a thread of the ring. */
TEST_F(nonblock, ring_worker)
{
	ring_waits_outside(_metadata, self, variant->write, IOSQE_ASYNC);
}

static void *share_files(void *unused)
{
	pause();
	return NULL;
}

/*
 * A process whose threads share their descriptors closes the one that it has
 * registered: the ring still has its handle, and to use it is not the end of it.
 */
TEST_F(nonblock, ring_registered)
{
	pthread_t other;
	int i;

	ASSERT_EQ(0, pthread_create(&other, NULL, share_files, NULL));
	ASSERT_EQ(0, ring_register(&self->ring, IORING_REGISTER_FILES,
				   &self->fd, 1));
	close(self->fd);
	self->fd = 0;			/* its index */
	for (i = 0; i < 3; i++) {
		ready_add(self->ctl, variant->write, 1);
		EXPECT_EQ(SOME, by_ring(self, variant->write,
					IOSQE_FIXED_FILE));
		usleep(20000);
		EXPECT_EQ(0, ready_left(self->ctl).cleanups);
	}
	EXPECT_EQ(0, ring_register(&self->ring, IORING_UNREGISTER_FILES, NULL,
				   0));
	EXPECT_TRUE(wait_until(ready_left(self->ctl).cleanups == 1));
	pthread_cancel(other);
	pthread_join(other, NULL);
	self->fd = -1;
}

/* Fault: io_uring asked the driver again, some 129 times. */
TEST_F(nonblock, ring_refused_by_the_driver)
{
	int fd = open(variant->path, O_RDWR | O_CLOEXEC);
	unsigned char data[READY_REFUSED];
	struct io_uring_cqe cqe = { };
	struct io_uring_sqe *sqe;
	__u8 flags;

	for (flags = 0; flags <= IOSQE_ASYNC; flags += IOSQE_ASYNC) {
		ready_reset(self->ctl);
		ready_add(self->ctl, variant->write, 1);
		sqe = ring_sqe(&self->ring);
		sqe->opcode = variant->write ? IORING_OP_WRITE :
					       IORING_OP_READ;
		sqe->flags = flags;
		sqe->fd = fd;
		sqe->addr = addr(data);
		sqe->len = sizeof(data);
		ASSERT_EQ(1, ring_submit(&self->ring));
		ASSERT_TRUE(ring_wait(&self->ring, &cqe, 20000));
		EXPECT_EQ(variant->write ? -EOPNOTSUPP : -EAGAIN, cqe.res);
		EXPECT_EQ(1, ready_left(self->ctl).refused);
	}
	close(fd);
}

/* --- the sample ------------------------------------------------------------ */

static int notify_nonblock(void)
{
	return open(NOTIFY_PATH, O_RDWR | O_NONBLOCK | O_CLOEXEC);
}

static void *notify_reader(void *context)
{
	struct reader *r = context;

	r->result = rw_errno(read(r->fd, r->data, sizeof(struct notify_event)));
	__atomic_store_n(&r->ended, 1, __ATOMIC_RELEASE);
	return NULL;
}

/* The first reads what both were told of, the second comes too late. */
TEST(second_reader_of_notify)
{
	int fds[2] = { notify_nonblock(), notify_nonblock() };
	int post = park_open(NOTIFY_POST_PATH), i;
	struct notify_event events[2];
	struct reader r[2] = { };
	bool waits;

	memset(events, POISON, sizeof(events));
	ASSERT_EQ(0, notify_post(post, 77, 1));
	for (i = 0; i < 2; i++)
		ASSERT_EQ(POLLIN, polled(fds[i]) & POLLIN);
	for (i = 0; i < 2; i++) {
		r[i].fd = fds[i];
		r[i].data = (void *)&events[i];
		ASSERT_EQ(0, pthread_create(&r[i].thread, NULL, notify_reader,
					    &r[i]));
		wait_until(reader_ended(&r[i]) || notify_counts(post).parked);
	}
	waits = notify_counts(post).parked;
	EXPECT_FALSE(waits) {
		TH_LOG("the second reader waits");
		notify_post(post, 78, 1);
	}
	EXPECT_EQ(sizeof(struct notify_event), reader_end(&r[0]));
	EXPECT_EQ(77, events[0].value);
	EXPECT_EQ(-EAGAIN, reader_end(&r[1]));
	EXPECT_EQ(POISON64, events[1].value);
	close(fds[0]);
	close(fds[1]);
	close(post);
}

TEST_HARNESS_MAIN
