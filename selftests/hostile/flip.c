// SPDX-License-Identifier: GPL-2.0
/*
 * Whatever the caller changes while it asks, a request is that of one moment:
 * each number was read once, and all that was done agrees with it.
 *
 * Two threads change the numbers all the time. flip_stopped.c changes them in the
 * middle of a copy instead.
 *
 *	NTIO_FLIPS	how often a number is changed in all (1000000)
 */
#include <sys/uio.h>

#include "kselftest_harness.h"
#include "desk.h"
#include "modules/ntio_flip.h"
#include "modules/ntio_rw.h"
#include "ring.h"

#define RACES 14		/* tests, which share the flips */
#define ENTRIES 8		/* of a ring */
#define CROSSED 100		/* requests of each test, at the least */
#define LIMIT_SECONDS 600

/* Of all tests, which are processes of their own. */
static unsigned long *flips_done, *requests_crossed;

static unsigned long flips_wanted(void)
{
	const char *value = getenv("NTIO_FLIPS");
	unsigned long wanted = value && *value ? strtoul(value, NULL, 0) : 0;

	return wanted ?: 1000000;
}

__attribute__((constructor))
static void share_counts(void)
{
	unsigned long *counts = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	flips_done = &counts[0];
	requests_crossed = &counts[1];
}

/* --- race ---------------------------------------------------------------- */

FIXTURE(race)
{
	int fd;
	struct ring ring;
	struct desk desk;
	struct flipper flipper;
	unsigned long requests, crossed, refused;
};

FIXTURE_VARIANT(race)
{
	/* 0: it is flipped as well */
	__u32 code;
	bool ring;
	/* What makes the call fail is flipped, too. */
	bool bad;
};

FIXTURE_VARIANT_ADD(race, buffered) { .code = IOCTL_ECHO_BUFFERED };
FIXTURE_VARIANT_ADD(race, in_direct) { .code = IOCTL_ECHO_IN_DIRECT };
FIXTURE_VARIANT_ADD(race, out_direct) { .code = IOCTL_ECHO_OUT_DIRECT };
FIXTURE_VARIANT_ADD(race, neither) { .code = IOCTL_ECHO_NEITHER };
FIXTURE_VARIANT_ADD(race, code) { };
FIXTURE_VARIANT_ADD(race, size_and_flags) { .bad = true };
FIXTURE_VARIANT_ADD(race, ring) { .ring = true };
FIXTURE_VARIANT_ADD(race, ring_size_and_flags) { .ring = true, .bad = true };

static void flip_code(struct flipper *flipper, struct ntio_device_control *c)
{
	/* One byte tells them apart: 0x00, 0x0a, 0x0f. */
	flip_add(flipper, &c->code, 4, 3, (__u64)IOCTL_ECHO_BUFFERED,
		 (__u64)IOCTL_ECHO_OUT_DIRECT, (__u64)IOCTL_ECHO_NEITHER);
}

static void flip_bad(struct flipper *flipper, struct ntio_device_control *c)
{
	__u64 size = sizeof(*c);

	/* Too short; with an unknown rest, which is 0; longer than a page. */
	flip_add(flipper, &c->size, 4, 3, size, size - 8, size + 0x2000);
	flip_add(flipper, &c->flags, 4, 2, 0ULL, 1ULL);
}

/* The ring's entries: which of the two structures they name. */
static void flip_entries(struct flipper *flipper, struct ring *ring,
			 struct desk *desk)
{
	int i;

	for (i = 0; i < ENTRIES; i++)
		flip_add(flipper, ring->sqes[i].cmd, 8, 2, addr(desk->c[0]),
			 addr(desk->c[1]));
}

FIXTURE_SETUP(race)
{
	int i;

	self->fd = echo_open();
	self->ring.fd = -1;
	ASSERT_TRUE(desk_make(&self->desk));
	if (variant->ring) {
		ASSERT_EQ(0, ring_open(&self->ring, ENTRIES, 0));
		flip_entries(&self->flipper, &self->ring, &self->desk);
	}
	for (i = 0; i <= variant->ring; i++) {
		desk_ask(&self->desk, i, variant->code ?: IOCTL_ECHO_BUFFERED);
		desk_flip(&self->flipper, &self->desk, i, variant->bad);
		if (!variant->code)
			flip_code(&self->flipper, self->desk.c[i]);
		if (variant->bad)
			flip_bad(&self->flipper, self->desk.c[i]);
	}
}

FIXTURE_TEARDOWN(race)
{
	printf("# %lu flips, %lu requests: %lu were crossed by one, %lu refused\n",
	       self->flipper.done, self->requests, self->crossed,
	       self->refused);
	*flips_done += self->flipper.done;
	*requests_crossed += self->crossed;
	ring_close(&self->ring);
	close(self->fd);
}

/*
 * Sends one; returns the errno. The ring's entry names one of two structures,
 * and that changes, too.
 */
static int race_send(struct _test_data_race *self, bool ring)
{
	struct desk *desk = &self->desk;
	struct io_uring_cqe cqe = { .res = -ETIME };
	struct io_uring_sqe *sqe;
	__u64 address = addr(desk->c[0]);

	if (!ring)
		return ioctl(self->fd, NTIO_IOC_DEVICE_CONTROL, desk->c[0]) ?
			errno : 0;
	sqe = ring_sqe(&self->ring);
	sqe->opcode = IORING_OP_URING_CMD;
	sqe->fd = self->fd;
	sqe->cmd_op = NTIO_URING_DEVICE_CONTROL;
	memcpy(sqe->cmd, &address, sizeof(address));
	ring_submit(&self->ring);
	wait_until(ring_wait(&self->ring, &cqe, 100));
	return -cqe.res;
}

/* Which of the two structures has the answer; the other must have none. */
static const char *race_answered(struct desk *desk, int *which)
{
	bool first = desk->c[0]->out_status != POISON32;

	*which = !first;
	if (first && desk->c[1]->out_status != POISON32)
		return "both structures have an answer";
	return NULL;
}

TEST_F_TIMEOUT(race, one_moment, LIMIT_SECONDS)
{
	unsigned long wanted = flips_wanted() / RACES + 1, before;
	struct outcome o;
	int which, error;
	__u32 calls = 0;

	flipper_start(&self->flipper);
	while (flipper_done(&self->flipper) < wanted ||
	       self->crossed < CROSSED) {
		desk_clear(&self->desk);
		before = flipper_done(&self->flipper);
		error = race_send(self, variant->ring);
		self->crossed += flipper_done(&self->flipper) != before;
		self->requests++;
		self->refused += error != 0;
		o = desk_outcome(self->fd, calls, error);
		calls = o.saw.calls;
		expect_right(race_answered(&self->desk, &which), o);
		expect_right(desk_wrong(&self->desk, self->desk.c[which],
					   &o), o);
	}
	flipper_stop(&self->flipper);
	EXPECT_LT(self->refused, self->requests);
	EXPECT_EQ(variant->bad, self->refused != 0);
}

/* --- contents ------------------------------------------------------------ */

/*
 * A driver that looks twice finds the same in what was copied for it, and not
 * in what is shared: locked pages and raw addresses show what is there now.
 */
FIXTURE(content)
{
	int fd;
	__u32 in[64];
	__u32 out[64];
	struct flipper flipper;
	unsigned long requests;
};

FIXTURE_VARIANT(content)
{
	__u32 code;
	/* The driver sees changes of the first, of the second buffer. */
	bool first, second;
};

FIXTURE_VARIANT_ADD(content, buffered) { .code = IOCTL_FLIP_BUFFERED };
FIXTURE_VARIANT_ADD(content, in_direct) {
	.code = IOCTL_FLIP_IN_DIRECT, .second = true };
FIXTURE_VARIANT_ADD(content, out_direct) {
	.code = IOCTL_FLIP_OUT_DIRECT, .second = true };
FIXTURE_VARIANT_ADD(content, neither) {
	.code = IOCTL_FLIP_NEITHER, .first = true, .second = true };

FIXTURE_SETUP(content)
{
	int i;

	self->fd = open(FLIP_PATH, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
	for (i = 0; i < 8; i++) {
		flip_add(&self->flipper, &self->in[8 * i], 4, 2, 0ULL, 1ULL);
		flip_add(&self->flipper, &self->out[8 * i], 4, 2, 0ULL, 1ULL);
	}
}

FIXTURE_TEARDOWN(content)
{
	*flips_done += self->flipper.done;
	close(self->fd);
}

static struct flip_saw flip_saw(int fd)
{
	struct flip_saw saw = { };
	struct ntio_device_control c = {
		.code = IOCTL_FLIP_SAW, .out = addr(&saw),
		.out_len = sizeof(saw),
	};

	if (control(fd, &c))
		abort();
	return saw;
}

/* Until enough was flipped, and the driver has seen what it should see. */
static bool content_more(struct _test_data_content *self, bool first,
			 bool second)
{
	struct flip_saw saw = flip_saw(self->fd);

	if (flipper_done(&self->flipper) < flips_wanted() / RACES + 1)
		return true;
	return (first && !saw.first) || (second && !saw.second);
}

TEST_F_TIMEOUT(content, seen_twice, LIMIT_SECONDS)
{
	struct flip_saw saw;

	flipper_start(&self->flipper);
	while (content_more(self, variant->first, variant->second)) {
		control_ok(self->fd, .code = variant->code,
			   .in = addr(self->in), .in_len = sizeof(self->in),
			   .out = addr(self->out),
			   .out_len = sizeof(self->out));
		self->requests++;
	}
	flipper_stop(&self->flipper);
	saw = flip_saw(self->fd);
	printf("# %lu flips, %lu requests: changed %llu and %llu times of %llu\n",
	       self->flipper.done, self->requests,
	       (unsigned long long)saw.first, (unsigned long long)saw.second,
	       (unsigned long long)saw.looks);
	EXPECT_EQ(variant->first, saw.first != 0);
	EXPECT_EQ(variant->second, saw.second != 0);
}

/* --- addresses in the input ---------------------------------------------- */

#define EMBEDDED 8

FIXTURE(embedded)
{
	int fd;
	__u64 in[1 + EMBEDDED];
	/* So that the addresses of the two differ in one bit. */
	__u32 numbers[2][EMBEDDED] __attribute__((aligned(64)));
	struct flipper flipper;
};

/* The count, the addresses, and the numbers at these: 1 or 2 each. */
FIXTURE_SETUP(embedded)
{
	int i;

	self->fd = echo_open();
	self->in[0] = 2;
	flip_add(&self->flipper, &self->in[0], 8, 2, 2ULL, (__u64)EMBEDDED);
	for (i = 0; i < EMBEDDED; i++) {
		self->numbers[0][i] = 1;
		self->numbers[1][i] = 2;
		self->in[1 + i] = addr(&self->numbers[0][i]);
		flip_add(&self->flipper, &self->numbers[0][i], 4, 2, 1ULL,
			 2ULL);
		flip_add(&self->flipper, &self->in[1 + i], 8, 2,
			 addr(&self->numbers[0][i]),
			 addr(&self->numbers[1][i]));
	}
}

FIXTURE_TEARDOWN(embedded)
{
	printf("# %lu flips\n", self->flipper.done);
	*flips_done += self->flipper.done;
	close(self->fd);
}

/* So many numbers as the count said, once and for all [11.8]. */
TEST_F_TIMEOUT(embedded, one_count, LIMIT_SECONDS)
{
	unsigned long few = 0, many = 0;
	__u64 sum;

	flipper_start(&self->flipper);
	while (flipper_done(&self->flipper) < flips_wanted() / RACES + 1 ||
	       few < CROSSED || many < CROSSED) {
		control_ok(self->fd, .code = IOCTL_ECHO_SUM_EMBEDDED,
			   .in = addr(self->in), .in_len = sizeof(self->in),
			   .out = addr(&sum), .out_len = sizeof(sum));
		few += sum >= 2 && sum <= 4;
		many += sum >= EMBEDDED && sum <= 2 * EMBEDDED;
		ASSERT_TRUE((sum >= 2 && sum <= 4) ||
			    (sum >= EMBEDDED && sum <= 2 * EMBEDDED)) {
			TH_LOG("the sum of two or of eight is %llu",
			       (unsigned long long)sum);
		}
	}
	flipper_stop(&self->flipper);
}

/* --- vectors ------------------------------------------------------------- */

#define SEGMENTS 4

FIXTURE(vector)
{
	int fd;
	struct desk desk;
	struct iovec iov[SEGMENTS];
	struct flipper flipper;
};

/* Segments of either length, in either buffer, each with a part of its own. */
FIXTURE_SETUP(vector)
{
	int i;

	self->fd = open("/dev/ntio/rw-buffered", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
	ASSERT_TRUE(desk_make(&self->desk));
	for (i = 0; i < SEGMENTS; i++) {
		self->iov[i].iov_base = self->desk.out[0] + i * ROOM;
		self->iov[i].iov_len = SHORT_OUT;
		flip_add(&self->flipper, &self->iov[i].iov_base, 8, 2,
			 addr(self->desk.out[0] + i * ROOM),
			 addr(self->desk.out[1] + i * ROOM));
		flip_add(&self->flipper, &self->iov[i].iov_len, 8, 2,
			 (__u64)SHORT_OUT, (__u64)LONG_OUT);
	}
}

FIXTURE_TEARDOWN(vector)
{
	printf("# %lu flips\n", self->flipper.done);
	*flips_done += self->flipper.done;
	close(self->fd);
}

/* How much of @out is written; it must be one of the two lengths, or nothing */
static size_t segment_len(const unsigned char *out, const unsigned char *data)
{
	size_t len;

	for (len = LONG_OUT; len; len = len == LONG_OUT ? SHORT_OUT : 0)
		if (!memcmp(out, data, len))
			break;
	return match_byte(out + len, ROOM - len, POISON) == ROOM - len ?
		len : ROOM;
}

/* The data lies in the segments one after the other: its length, or 0. */
static size_t vector_len(const struct desk *desk, const unsigned char *data)
{
	size_t done = 0, len[2];
	int i;

	for (i = 0; i < SEGMENTS; i++) {
		len[0] = segment_len(desk->out[0] + i * ROOM, data + done);
		len[1] = segment_len(desk->out[1] + i * ROOM, data + done);
		if (!len[0] == !len[1] || len[0] + len[1] >= ROOM)
			return 0;
		done += len[0] + len[1];
	}
	return done;
}

TEST_F_TIMEOUT(vector, one_length_each, LIMIT_SECONDS)
{
	static unsigned char data[SEGMENTS * ROOM];
	unsigned long wanted = flips_wanted() / RACES + 1, requests = 0;
	ssize_t len;

	fill(data, sizeof(data), 3);
	ASSERT_EQ(sizeof(data), pwrite(self->fd, data, sizeof(data), 0));
	flipper_start(&self->flipper);
	while (flipper_done(&self->flipper) < wanted || requests < CROSSED) {
		memset(self->desk.out[0], POISON, SEGMENTS * ROOM);
		memset(self->desk.out[1], POISON, SEGMENTS * ROOM);
		len = preadv(self->fd, self->iov, SEGMENTS, 0);
		ASSERT_LT(0, len);
		ASSERT_EQ(len, vector_len(&self->desk, data));
		requests++;
	}
	flipper_stop(&self->flipper);
}

/* --- all of it ----------------------------------------------------------- */

FIXTURE(sum)
{
};

FIXTURE_SETUP(sum)
{
}

FIXTURE_TEARDOWN(sum)
{
}

TEST_F(sum, enough)
{
	printf("# %lu flips in all, %lu requests crossed by one\n", *flips_done,
	       *requests_crossed);
	EXPECT_LE(flips_wanted(), *flips_done);
	EXPECT_LT(0, *requests_crossed);
}

TEST_HARNESS_MAIN
