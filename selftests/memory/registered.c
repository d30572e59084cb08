// SPDX-License-Identifier: GPL-2.0
/*
 * Buffers that are registered with a ring: the second buffer of a DIRECT
 * request lies in one, and is neither locked nor paid for again. What does not
 * lie in it is refused.
 */
#include <sys/syscall.h>

#include "kselftest_harness.h"
#include "hold.h"
#include "modules/ntio_pins.h"
#include "ring.h"

#define LEN (3 * MIB)
#define HUGE (2 * MIB)
#define SLOT 0
#define MS 20000

FIXTURE(registered)
{
	int fd;
	struct ring ring;
	struct hold_balance before;
	unsigned char *map, *p;
	struct ntio_device_control c;
	__u32 slot;
	unsigned char *copy;
};

FIXTURE_VARIANT(registered)
{
	unsigned char sqe_flags;
	int advice;
	bool memfd;
};

FIXTURE_VARIANT_ADD(registered, small_pages) {
	.advice = MADV_NOHUGEPAGE };
FIXTURE_VARIANT_ADD(registered, huge_pages) {
	.advice = MADV_HUGEPAGE };
FIXTURE_VARIANT_ADD(registered, memfd) {
	.advice = MADV_NOHUGEPAGE, .memfd = true };
FIXTURE_VARIANT_ADD(registered, worker) {
	.advice = MADV_NOHUGEPAGE, .sqe_flags = IOSQE_ASYNC };

static unsigned char *map_buffer(bool memfd)
{
	int fd = -1;
	void *map;

	if (memfd) {
		fd = memfd_create("registered", MFD_CLOEXEC);
		if (fd < 0 || ftruncate(fd, LEN + HUGE))
			return MAP_FAILED;
	}
	map = mmap(NULL, LEN + HUGE, PROT_READ | PROT_WRITE,
		   memfd ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS, fd, 0);
	if (fd >= 0)
		close(fd);
	return map;
}

static int register_buffer(struct ring *ring, void *p, size_t len)
{
	struct iovec buffer = { p, len };

	return ring_register(ring, IORING_REGISTER_BUFFERS, &buffer, 1);
}

FIXTURE_SETUP(registered)
{
	self->fd = hold_open();
	self->before = hold_balance(self->fd);
	ASSERT_EQ(0, ring_open(&self->ring, 8, 0));
	self->map = map_buffer(variant->memfd);
	ASSERT_NE(MAP_FAILED, self->map);
	self->p = (void *)((addr(self->map) + HUGE - 1) & ~(HUGE - 1));
	madvise(self->p, LEN, variant->advice);
	fill(self->p, LEN, 1);
	self->copy = malloc(LEN);
	ASSERT_EQ(0, register_buffer(&self->ring, self->p, LEN));
}

FIXTURE_TEARDOWN(registered)
{
	hold(self->fd, RESET);
	/* A ring that is closed lets go of its buffers some time later. */
	if (self->ring.fd >= 0)
		ring_register(&self->ring, IORING_UNREGISTER_BUFFERS, NULL, 0);
	ring_close(&self->ring);
	free(self->copy);
	munmap(self->map, LEN + HUGE);
	EXPECT_TRUE(hold_balanced(self->fd, &self->before));
	close(self->fd);
}

static struct io_uring_sqe *entry(FIXTURE_DATA(registered) *self,
				  unsigned char flags, __u32 code, __u64 out,
				  __u32 len)
{
	struct io_uring_sqe *sqe;

	self->slot = SLOT;
	self->c = (struct ntio_device_control){
		.code = code, .in = addr(&self->slot),
		.in_len = sizeof(self->slot), .out = out, .out_len = len,
	};
	sqe = ring_control(&self->ring, self->fd, &self->c, 1);
	sqe->flags = flags;
	sqe->uring_cmd_flags = IORING_URING_CMD_FIXED;
	return sqe;
}

static int ring_result(struct ring *ring)
{
	struct io_uring_cqe cqe;

	if (ring_submit(ring) != 1 || !ring_wait(ring, &cqe, MS))
		return 1;
	return cqe.res;
}

/* The driver holds the request. */
#define begin(_code, _p, _len) do {					\
	entry(self, variant->sqe_flags, _code, addr(_p), _len);		\
	ASSERT_EQ(1, ring_submit(&self->ring));				\
	ASSERT_TRUE(wait_until(hold_is_held(self->fd, SLOT)));		\
} while (0)

#define end() do {							\
	struct io_uring_cqe _cqe = { };					\
	hold(self->fd, RELEASE, .mdl = HOLD_HELD(SLOT));		\
	ASSERT_TRUE(ring_wait(&self->ring, &_cqe, MS));			\
	EXPECT_EQ(0, _cqe.res);						\
	EXPECT_EQ(STATUS_SUCCESS, self->c.out_status);			\
} while (0)

/* Where parts begin, and how long they are: across pages of both sizes. */
static const size_t parts[][2] = {
	{ 0, 1 }, { 0, PAGE }, { 1, PAGE - 1 }, { 1, PAGE },
	{ PAGE - 1, 2 }, { PAGE, 9 * PAGE }, { 5 * PAGE + 123, 10 * PAGE + 7 },
	{ HUGE - 1, 2 }, { HUGE - 3 * PAGE - 5, 7 * PAGE }, { HUGE, PAGE },
	{ HUGE + PAGE + 17, 70 * KIB }, { LEN - 1, 1 }, { LEN - PAGE, PAGE },
	{ LEN - 9 * PAGE - 1, 9 * PAGE + 1 }, { 0, LEN },
};

TEST_F(registered, the_driver_reads_what_is_there)
{
	struct hold_op op;
	size_t i, at, len, k;

	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		at = parts[i][0];
		len = parts[i][1];
		begin(IOCTL_HOLD_READ, self->p + at, len);
		op = hold_ok(self->fd, INFO, .mdl = HOLD_HELD(SLOT));
		EXPECT_EQ(len, op.out_bytes);
		EXPECT_EQ(at % PAGE, op.out_page_offset);
		EXPECT_EQ((at % PAGE + len + PAGE - 1) / PAGE, op.out_pages);
		EXPECT_FALSE(op.out_flags & HOLD_WRITABLE);
		memset(self->copy, 0, len);
		hold_ok(self->fd, COPY_FROM, .mdl = HOLD_HELD(SLOT),
			.data = addr(self->copy), .len = len);
		for (k = 0; k < len && self->copy[k] == pattern(1, at + k); k++)
			;
		EXPECT_EQ(len, k) {
			TH_LOG("%zu bytes from %zu on", len, at);
		}
		end();
	}
}

TEST_F(registered, the_driver_writes_there_and_nowhere_else)
{
	size_t i, at, len, k;

	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		at = parts[i][0];
		len = parts[i][1];
		fill(self->p, LEN, 1);
		begin(IOCTL_HOLD_WRITE, self->p + at, len);
		fill(self->copy, len, 2);
		hold_ok(self->fd, COPY_TO, .mdl = HOLD_HELD(SLOT),
			.data = addr(self->copy), .len = len);
		end();
		EXPECT_EQ(at, match(self->p, at, 1));
		EXPECT_EQ(len, match(self->p + at, len, 2)) {
			TH_LOG("%zu bytes from %zu on", len, at);
		}
		for (k = at + len; k < LEN && self->p[k] == pattern(1, k); k++)
			;
		EXPECT_EQ(LEN, k);
	}
}

/* The caller sees what the driver writes, and the driver what the caller does. */
TEST_F(registered, both_see_the_same_pages)
{
	begin(IOCTL_HOLD_WRITE, self->p + 100, 3 * PAGE);
	memset(self->copy, 0x11, 3 * PAGE);
	hold_ok(self->fd, COPY_TO, .mdl = HOLD_HELD(SLOT),
		.data = addr(self->copy), .len = 3 * PAGE);
	EXPECT_EQ(3 * PAGE, match_byte(self->p + 100, 3 * PAGE, 0x11));
	memset(self->p + 100, 0x22, 3 * PAGE);
	hold_ok(self->fd, COPY_FROM, .mdl = HOLD_HELD(SLOT),
		.data = addr(self->copy), .len = 3 * PAGE);
	EXPECT_EQ(3 * PAGE, match_byte(self->copy, 3 * PAGE, 0x22));
	end();
}

TEST_F(registered, nothing_is_locked_or_charged)
{
	struct ntio_device_control *c = &self->c;
	struct io_uring_sqe *sqe;
	long locked;

	/* Without the registration the same request may not lock anything. */
	ASSERT_EQ(0, mem_limit(0));
	sqe = entry(self, variant->sqe_flags, IOCTL_HOLD_READ, addr(self->p),
		    PAGE);
	sqe->uring_cmd_flags = 0;
	EXPECT_GT(0, ring_result(&self->ring));
	EXPECT_EQ((__u32)STATUS_WORKING_SET_QUOTA, c->out_status);
	EXPECT_EQ(NTIO_REASON_MEMLOCK, c->out_reason);

	locked = pins();
	begin(IOCTL_HOLD_READ, self->p, LEN);
	EXPECT_EQ(locked, pins());
	end();
}

TEST_F(registered, outside_is_refused)
{
	const struct {
		__u64 out;
		__u32 len;
	} bad[] = {
		{ addr(self->p) - 1, 1 },
		{ addr(self->p) - 1, 2 },
		{ addr(self->p) - 1, LEN + 2 },
		{ addr(self->p), LEN + 1 },
		{ addr(self->p) + LEN - 1, 2 },
		{ addr(self->p) + LEN, 1 },
		{ addr(self->p) + 1, LEN },
		{ addr(self->copy), 1 },
		{ 0, 1 },
		{ addr(self->p), 0x3fffffff },
		{ ~0ULL, 1 },
		{ ~0ULL - PAGE + 1, PAGE },
		{ 1ULL << 63, PAGE },
	};
	struct ntio_device_control *c = &self->c;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		entry(self, variant->sqe_flags, IOCTL_HOLD_WRITE, bad[i].out,
		      bad[i].len);
		EXPECT_EQ(-EFAULT, ring_result(&self->ring)) {
			TH_LOG("%zu", i);
		}
		EXPECT_EQ((__u32)STATUS_ACCESS_VIOLATION, c->out_status);
		if (c->out_reason != NTIO_REASON_NOT_USER)
			EXPECT_EQ(NTIO_REASON_NOT_REGISTERED, c->out_reason);
		EXPECT_EQ(0, c->out_flags);
		EXPECT_FALSE(hold_is_held(self->fd, SLOT));
	}
	EXPECT_EQ(LEN, match(self->p, LEN, 1));
}

TEST_F(registered, no_such_number)
{
	static const __u16 numbers[] = { 1, 2, 0x7fff, 0xffff };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		entry(self, variant->sqe_flags, IOCTL_HOLD_WRITE,
		      addr(self->p), PAGE)->buf_index = numbers[i];
		EXPECT_EQ(-EFAULT, ring_result(&self->ring));
		EXPECT_FALSE(hold_is_held(self->fd, SLOT));
	}
	ASSERT_EQ(0, ring_register(&self->ring, IORING_UNREGISTER_BUFFERS,
				   NULL, 0));
	entry(self, variant->sqe_flags, IOCTL_HOLD_WRITE, addr(self->p), PAGE);
	EXPECT_EQ(-EFAULT, ring_result(&self->ring));
	EXPECT_EQ(LEN, match(self->p, LEN, 1));
}

/* What is in use stays locked; its number is another buffer's meanwhile. */
TEST_F(registered, replaced_in_flight)
{
	struct iovec other = { self->copy, 2 * PAGE };
	struct io_uring_rsrc_update2 update = {
		.data = addr(&other), .nr = 1,
	};
	long locked = pins();

	begin(IOCTL_HOLD_WRITE, self->p + 10, 2 * PAGE);
	ASSERT_EQ(1, syscall(SYS_io_uring_register, self->ring.fd,
			     IORING_REGISTER_BUFFERS_UPDATE, &update,
			     sizeof(update)));
	memset(self->copy, 0x33, 2 * PAGE);
	hold_ok(self->fd, COPY_TO, .mdl = HOLD_HELD(SLOT),
		.data = addr(self->copy), .len = 2 * PAGE);
	EXPECT_EQ(2 * PAGE, match_byte(self->p + 10, 2 * PAGE, 0x33));
	EXPECT_LE(locked, pins());
	end();

	entry(self, variant->sqe_flags, IOCTL_HOLD_WRITE, addr(self->p), PAGE);
	EXPECT_EQ(-EFAULT, ring_result(&self->ring));
	EXPECT_EQ(NTIO_REASON_NOT_REGISTERED, self->c.out_reason);
	EXPECT_TRUE(wait_until(pins() < locked));
}

/*
 * The ring is gone, and with it what it had locked, and the memory is unmapped;
 * the driver still has the pages, which are nobody else's.
 */
TEST_F(registered, ring_closed_in_flight)
{
	unsigned char *mine;

	begin(IOCTL_HOLD_WRITE, self->p, 20 * PAGE);
	ring_close(&self->ring);
	munmap(self->p, LEN);
	EXPECT_TRUE(hold_is_held(self->fd, SLOT));
	/* Who is given memory now must not be given those pages. */
	mine = mmap(NULL, 64 * MIB, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	ASSERT_NE(MAP_FAILED, mine);
	memset(self->copy, 0x44, 20 * PAGE);
	hold_ok(self->fd, COPY_TO, .mdl = HOLD_HELD(SLOT),
		.data = addr(self->copy), .len = 20 * PAGE);
	EXPECT_EQ(64 * MIB, match_byte(mine, 64 * MIB, 0));
	hold_ok(self->fd, RELEASE, .mdl = HOLD_HELD(SLOT));
	munmap(mine, 64 * MIB);
}

/* A part that the driver keeps longer than the request. */
TEST_F(registered, part_that_lives_on)
{
	begin(IOCTL_HOLD_WRITE, self->p, 5 * PAGE);
	hold_ok(self->fd, PARTIAL, .mdl = 3, .other = HOLD_HELD(SLOT),
		.offset = PAGE + 1, .len = 2 * PAGE);
	end();
	ASSERT_EQ(0, ring_register(&self->ring, IORING_UNREGISTER_BUFFERS,
				   NULL, 0));
	memset(self->copy, 0x55, 2 * PAGE);
	hold_ok(self->fd, COPY_TO, .mdl = 3, .data = addr(self->copy),
		.len = 2 * PAGE);
	EXPECT_EQ(2 * PAGE, match_byte(self->p + PAGE + 1, 2 * PAGE, 0x55));
	hold_ok(self->fd, FREE, .mdl = 3);
}

#define KEPT 20

/* Whether this user can lock as many pages as the limit allows. */
static bool can_lock(int fd, void *p)
{
	struct hold_op op;

	hold(fd, ALLOC, .mdl = 4, .data = addr(p), .len = KEPT * PAGE);
	op = hold(fd, LOCK, .mdl = 4, .flags = HOLD_LOCK_LONG);
	hold(fd, FREE, .mdl = 4);
	return op.out_status == STATUS_SUCCESS;
}

/* The ring does not pay any more: who sent the request does, until it ends. */
TEST_F(registered, kept_pages_are_paid_for)
{
	begin(IOCTL_HOLD_WRITE, self->p, KEPT * PAGE);
	ASSERT_EQ(0, mem_limit((KEPT + 1) * PAGE));
	EXPECT_TRUE(can_lock(self->fd, self->copy));
	ring_close(&self->ring);
	EXPECT_TRUE(hold_is_held(self->fd, SLOT));
	EXPECT_TRUE(wait_until(!can_lock(self->fd, self->copy)));
	hold_ok(self->fd, RELEASE, .mdl = HOLD_HELD(SLOT));
	EXPECT_TRUE(wait_until(can_lock(self->fd, self->copy)));
}

TEST_F(registered, kept_part_is_paid_for)
{
	begin(IOCTL_HOLD_WRITE, self->p, KEPT * PAGE);
	ASSERT_EQ(0, mem_limit((KEPT + 1) * PAGE));
	hold_ok(self->fd, PARTIAL, .mdl = 3, .other = HOLD_HELD(SLOT),
		.offset = PAGE + 1, .len = 2 * PAGE);
	end();
	EXPECT_FALSE(can_lock(self->fd, self->copy));
	hold_ok(self->fd, FREE, .mdl = 3);
	EXPECT_TRUE(can_lock(self->fd, self->copy));
}

/* Reads and writes of a direct device, which a ring asks for like controls. */
TEST_F(registered, reads_and_writes)
{
	int fd = open(PINS_NOW_PATH, O_RDWR | O_CLOEXEC), kind;
	struct ntio_overlapped o;
	struct io_uring_sqe *sqe;
	__u64 buffer;

	ASSERT_LE(0, fd);
	for (kind = NTIO_OVERLAPPED_READ; kind <= NTIO_OVERLAPPED_WRITE; kind++) {
		o = (struct ntio_overlapped){ .kind = kind };
		sqe = ring_control(&self->ring, fd, &o.control, 1);
		buffer = addr(self->p) + PAGE + 3;
		if (kind == NTIO_OVERLAPPED_READ) {
			o.control.out = buffer;
			o.control.out_len = 2 * PAGE;
		} else {
			o.control.in = buffer;
			o.control.in_len = 2 * PAGE;
		}
		sqe->cmd_op = NTIO_URING_OVERLAPPED;
		sqe->flags = variant->sqe_flags;
		sqe->uring_cmd_flags = IORING_URING_CMD_FIXED;
		EXPECT_EQ(0, ring_result(&self->ring));
		EXPECT_EQ(2 * PAGE, o.control.out_information);
		if (kind == NTIO_OVERLAPPED_READ)
			EXPECT_EQ(PINS_BYTE, self->p[3 * PAGE + 2]);
	}
	close(fd);
}

TEST_HARNESS_MAIN
