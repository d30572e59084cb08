// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel stops in a page fault in the middle of a request, everything that
 * it has read is changed, and it goes on: what comes of it must be what was
 * there at first. flip.c changes the numbers at any time instead.
 */
#include <sys/uio.h>

#include "kselftest_harness.h"
#include "desk.h"
#include "modules/ntio_rw.h"
#include "ring.h"
#include "module/samples/context.h"

#define LATER 9			/* another content */
#define ROUNDS 5
#define ANSWER_MS 3000

/* Of all tests, which are processes of their own. */
static unsigned long *flips_done;

__attribute__((constructor))
static void share_counts(void)
{
	flips_done = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

/* --- device controls ----------------------------------------------------- */

/* Where the kernel stops: in the second page of what. */
enum place {
	AT_REQUEST,
	AT_INPUT,
	AT_OUTPUT,
	AT_ANSWER,	/* the output as well, but when it is copied back */
};

FIXTURE(stopped)
{
	int fd;
	struct ring ring;
	struct io_uring_sqe *sqe;
	struct desk desk;
	struct flipper flipper;
	struct stop stop;
	__u32 calls;
	bool by_ring;
	int error;
};

FIXTURE_VARIANT(stopped)
{
	__u32 code;
	enum place place;
	bool ring;
};

#define STOPPED(_name, _code, _place)					\
	FIXTURE_VARIANT_ADD(stopped, _name) {				\
		.code = _code, .place = _place };			\
	FIXTURE_VARIANT_ADD(stopped, _name##_by_ring) {			\
		.code = _code, .place = _place, .ring = true }

STOPPED(buffered_request, IOCTL_ECHO_BUFFERED, AT_REQUEST);
STOPPED(buffered_input, IOCTL_ECHO_BUFFERED, AT_INPUT);
STOPPED(buffered_output, IOCTL_ECHO_BUFFERED, AT_OUTPUT);
STOPPED(buffered_answer, IOCTL_ECHO_RETURN_BUFFERED, AT_ANSWER);
STOPPED(in_direct_request, IOCTL_ECHO_IN_DIRECT, AT_REQUEST);
STOPPED(in_direct_input, IOCTL_ECHO_IN_DIRECT, AT_INPUT);
STOPPED(in_direct_output, IOCTL_ECHO_IN_DIRECT, AT_OUTPUT);
STOPPED(out_direct_request, IOCTL_ECHO_OUT_DIRECT, AT_REQUEST);
STOPPED(out_direct_input, IOCTL_ECHO_OUT_DIRECT, AT_INPUT);
STOPPED(out_direct_output, IOCTL_ECHO_OUT_DIRECT, AT_OUTPUT);
STOPPED(neither_request, IOCTL_ECHO_NEITHER, AT_REQUEST);
STOPPED(neither_input, IOCTL_ECHO_NEITHER, AT_INPUT);
STOPPED(neither_output, IOCTL_ECHO_NEITHER, AT_OUTPUT);

/* The input that makes echo answer late. */
static const struct echo_return late = {
	.ret = STATUS_PENDING, .information = LONG_OUT, .written = LONG_OUT,
	.mode = ECHO_PEND_LATER, .delay_ms = ANSWER_MS,
};

static void *stop_page(const struct desk *desk, enum place place)
{
	switch (place) {
	case AT_REQUEST:
		return desk->base + PAGE;
	case AT_INPUT:
		return desk->in[0] + PAGE;
	default:
		return desk->out[0] + PAGE;
	}
}

FIXTURE_SETUP(stopped)
{
	struct ntio_device_control *c;

	self->fd = echo_open();
	self->ring.fd = -1;
	ASSERT_TRUE(desk_make(&self->desk));
	/* Addresses and lengths in the first page, the rest in the second. */
	self->desk.c[0] = (void *)(self->desk.base + PAGE -
				   offsetof(struct ntio_device_control, flags));
	c = self->desk.c[0];
	flip_add(&self->flipper, &c->size, 4, 2, (__u64)sizeof(*c), 4096ULL);
	flip_add(&self->flipper, &c->code, 4, 2, (__u64)variant->code,
		 (__u64)variant->code ^ NTIO_METHOD_NEITHER);
	flip_add(&self->flipper, &c->in_len, 4, 2, (__u64)LONG_IN,
		 (__u64)SHORT_IN);
	flip_add(&self->flipper, &c->out_len, 4, 2, (__u64)LONG_OUT,
		 (__u64)SHORT_OUT);
	flip_add(&self->flipper, &c->in, 8, 2, addr(self->desk.in[0]),
		 addr(self->desk.in[1]));
	flip_add(&self->flipper, &c->out, 8, 2, addr(self->desk.out[0]),
		 addr(self->desk.out[1]));
	self->by_ring = variant->ring;
	if (variant->ring)
		ASSERT_EQ(0, ring_open(&self->ring, 8, 0));
}

FIXTURE_TEARDOWN(stopped)
{
	*flips_done += self->flipper.done;
	ring_close(&self->ring);
	close(self->fd);
}

/* The request as it is when it is sent. */
static void stopped_prepare(struct _test_data_stopped *self, enum place place)
{
	struct desk *desk = &self->desk;

	desk_clear(desk);
	flip_back(&self->flipper);
	desk->c[0]->flags = 0;
	desk->c[0]->__reserved = 0;
	fill(desk->in[0], ROOM, 1);
	if (place == AT_ANSWER)
		memcpy(desk->in[0], &late, sizeof(late));
	if (self->by_ring)
		self->sqe = ring_control(&self->ring, self->fd, desk->c[0], 1);
}

static void *stopped_send(void *context)
{
	struct _test_data_stopped *self = context;
	struct io_uring_cqe cqe = { .res = -ETIME };

	if (!self->by_ring) {
		self->error = ioctl(self->fd, NTIO_IOC_DEVICE_CONTROL,
				    self->desk.c[0]) ? errno : 0;
		return NULL;
	}
	ring_submit(&self->ring);
	wait_until(ring_wait(&self->ring, &cqe, 1000));
	self->error = -cqe.res;
	return NULL;
}

/*
 * Everything that the kernel has read becomes something else: the size too
 * long, or too short, and the ring's entry names another structure.
 */
static void stopped_change(struct _test_data_stopped *self, enum place place,
			   int round)
{
	__u64 other = addr(self->desk.c[1]);
	unsigned char *in = self->desk.in[0];

	flip_all(&self->flipper);
	if (round % 2)
		self->desk.c[0]->size = sizeof(*self->desk.c[0]) - 8;
	if (self->by_ring)
		memcpy(self->sqe->cmd, &other, sizeof(other));
	if (place == AT_INPUT)
		fill(in, PAGE, LATER);
	else if (place != AT_REQUEST)
		fill(in, ROOM, LATER);
}

static const char *late_wrong(const unsigned char *out)
{
	size_t i;

	for (i = 0; i < LONG_OUT; i++)
		if (out[i] != 0xe0 + i % 16)
			return "the answer is not the driver's";
	return match_byte(out + i, ROOM - i, POISON) == ROOM - i ? NULL :
		"more was written than asked for";
}

static const char *content_wrong(const struct desk *desk, __u32 code,
				 enum place place)
{
	const unsigned char *out = desk->out[0];

	if (match_byte(desk->out[1], ROOM, POISON) != ROOM)
		return "the address that came later was used";
	if (place == AT_ANSWER)
		return late_wrong(out);
	if (NTIO_CTL_METHOD(code) == NTIO_METHOD_IN_DIRECT)
		return match_byte(out, ROOM, POISON) == ROOM ? NULL :
			"an input was written";
	if (match(out, LONG_IN, 1) != LONG_IN)
		return "the input that came later was used";
	return match_byte(out + LONG_IN, ROOM - LONG_IN, POISON) ==
		ROOM - LONG_IN ? NULL : "more was written than the input";
}

static const char *stopped_wrong(struct _test_data_stopped *self, __u32 code,
				 enum place place, const struct outcome *o)
{
	const struct ntio_device_control *c = self->desk.c[0];

	if (self->desk.c[1]->out_status != POISON32)
		return "the structure that came later has the answer";
	if (o->error || c->out_status != STATUS_SUCCESS)
		return "it failed";
	if (!desk_complete(c))
		return "the answer is that of a size that came later";
	if (!o->called || o->saw.code != code)
		return "the code that came later was used";
	if (o->saw.in_len != LONG_IN || o->saw.out_len != LONG_OUT)
		return "the driver saw a length that came later";
	if (c->out_information != (place == AT_ANSWER ||
				   code == IOCTL_ECHO_IN_DIRECT ?
				   LONG_OUT : LONG_IN))
		return "Information is that of a length that came later";
	return content_wrong(&self->desk, code, place);
}

TEST_F(stopped, the_first)
{
	int round, rounds = variant->place == AT_ANSWER ? 1 : ROUNDS;
	pthread_t thread;
	struct outcome o;

	for (round = 0; round < rounds; round++) {
		stopped_prepare(self, variant->place);
		if (variant->place != AT_ANSWER)
			ASSERT_TRUE(stop_set(&self->stop,
					     stop_page(&self->desk,
						       variant->place)));
		ASSERT_EQ(0, pthread_create(&thread, NULL, stopped_send, self));
		if (variant->place == AT_ANSWER) {
			ASSERT_TRUE(echo_wait_calls(self->fd, 1));
			ASSERT_TRUE(stop_set(&self->stop,
					     self->desk.out[0] + PAGE));
		}
		ASSERT_TRUE(stop_wait(&self->stop));
		stopped_change(self, variant->place, round);
		stop_release(&self->stop);
		ASSERT_EQ(0, pthread_join(thread, NULL));
		o = desk_outcome(self->fd, self->calls, self->error);
		self->calls = o.saw.calls;
		expect_right(stopped_wrong(self, variant->code, variant->place,
					   &o), o);
	}
}

/* --- structures that drivers read themselves ------------------------------ */

FIXTURE(embedded)
{
	int fd;
	unsigned char *pages;
	struct ntio_device_control c;
	struct flipper flipper;
	struct stop stop;
	int error;
};

FIXTURE_SETUP(embedded)
{
	self->fd = -1;
	self->pages = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, (void *)self->pages);
}

FIXTURE_TEARDOWN(embedded)
{
	*flips_done += self->flipper.done;
	close(self->fd);
}

static void *embedded_send(void *context)
{
	struct _test_data_embedded *self = context;

	self->error = control(self->fd, &self->c);
	return NULL;
}

/* Sends, stops at the second page, changes all, goes on. */
static bool embedded_run(struct _test_data_embedded *self)
{
	pthread_t thread;
	bool stopped;

	if (!stop_set(&self->stop, self->pages + PAGE) ||
	    pthread_create(&thread, NULL, embedded_send, self))
		return false;
	stopped = stop_wait(&self->stop);
	flip_all(&self->flipper);
	stop_release(&self->stop);
	pthread_join(thread, NULL);
	return stopped;
}

/* METHOD_NEITHER: the driver's structure lies across two pages. */
TEST_F(embedded, structure)
{
	struct context_saw saw = { };
	struct context_ask *ask = (void *)(self->pages + PAGE -
					   offsetof(struct context_ask, cpu));
	__u64 data = 1;
	struct ntio_device_control c = {
		.code = IOCTL_CONTEXT_SAW, .out = addr(&saw),
		.out_len = sizeof(saw),
	};

	self->fd = open("/dev/ntio/context", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
	*ask = (struct context_ask){
		.mine = 1, .other = 2, .cpu = CONTEXT_ANY_CPU,
	};
	flip_add(&self->flipper, &ask->mine, 8, 2, 1ULL, 2ULL);
	flip_add(&self->flipper, &ask->other, 8, 2, 2ULL, 1ULL);
	self->c = (struct ntio_device_control){
		.code = IOCTL_CONTEXT_HERE, .in = addr(ask),
		.in_len = sizeof(*ask), .out = addr(&data),
		.out_len = sizeof(data),
	};
	ASSERT_TRUE(embedded_run(self));
	EXPECT_EQ(0, self->error);
	ASSERT_EQ(0, control(self->fd, &c));
	EXPECT_EQ(CONTEXT_MINE, saw.verdict);
}

/* The count and the addresses, while the numbers are read [11.8]. */
TEST_F(embedded, addresses)
{
	__u32 *numbers = (__u32 *)(self->pages + PAGE);
	__u64 in[4] = { 3, addr(numbers), addr(numbers + 1),
			addr(numbers + 2) };
	__u32 others[3] = { 100, 100, 100 };
	__u64 sum = POISON64;
	int i;

	self->fd = echo_open();
	flip_add(&self->flipper, &in[0], 8, 2, 3ULL, 1ULL);
	for (i = 0; i < 3; i++) {
		numbers[i] = i + 1;
		flip_add(&self->flipper, &in[1 + i], 8, 2,
			 addr(&numbers[i]), addr(&others[i]));
	}
	self->c = (struct ntio_device_control){
		.code = IOCTL_ECHO_SUM_EMBEDDED, .in = addr(in),
		.in_len = sizeof(in), .out = addr(&sum), .out_len = sizeof(sum),
	};
	ASSERT_TRUE(embedded_run(self));
	EXPECT_EQ(0, self->error);
	EXPECT_EQ(6, sum);
}

/* --- read(2) and write(2) ------------------------------------------------ */

#define PART (3 * PAGE)

FIXTURE(vector)
{
	int fd;
	bool write;
	unsigned char *pages;
	struct mem parts[3];
	struct iovec *iov;
	struct flipper flipper;
	struct stop stop;
	ssize_t result;
};

FIXTURE_VARIANT(vector)
{
	const char *path;
	bool write;
};

FIXTURE_VARIANT_ADD(vector, read_buffered) { "/dev/ntio/rw-buffered" };
FIXTURE_VARIANT_ADD(vector, read_direct) { "/dev/ntio/rw-direct" };
FIXTURE_VARIANT_ADD(vector, read_neither) { "/dev/ntio/rw-neither" };
FIXTURE_VARIANT_ADD(vector, write_buffered) { "/dev/ntio/rw-buffered", true };
FIXTURE_VARIANT_ADD(vector, write_direct) { "/dev/ntio/rw-direct", true };
FIXTURE_VARIANT_ADD(vector, write_neither) { "/dev/ntio/rw-neither", true };

/* Two segments, whose descriptions lie in a page each. */
FIXTURE_SETUP(vector)
{
	int i;

	self->fd = open(variant->path, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
	self->write = variant->write;
	self->pages = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, (void *)self->pages);
	self->iov = (struct iovec *)(self->pages + PAGE) - 1;
	for (i = 0; i < 3; i++) {
		self->parts[i] = mem_new(PART, 0);
		fill(self->parts[i].p, PART, 1 + i);
	}
	ASSERT_EQ(PART, pwrite(self->fd, self->parts[0].p, PART, 0));
	ASSERT_EQ(PART, pwrite(self->fd, self->parts[1].p, PART, PART));
}

FIXTURE_TEARDOWN(vector)
{
	*flips_done += self->flipper.done;
	close(self->fd);
}

static void *vector_send(void *context)
{
	struct _test_data_vector *self = context;

	self->result = self->write ? pwritev(self->fd, self->iov, 2, 0) :
		preadv(self->fd, self->iov, 2, 0);
	return NULL;
}

/* The driver has both parts, in order, and nothing of the third. */
static bool vector_stored(struct _test_data_vector *self)
{
	struct mem got = mem_new(2 * PART, 0);
	bool good = pread(self->fd, got.p, 2 * PART, 0) == 2 * PART &&
		match(got.p, PART, 1) == PART &&
		match(got.p + PART, PART, 2) == PART;

	mem_free(&got);
	return good;
}

TEST_F(vector, the_first)
{
	pthread_t thread;
	int i;

	for (i = 0; i < 2; i++) {
		self->iov[i].iov_base = self->parts[i].p;
		self->iov[i].iov_len = PART;
		if (!self->write)
			memset(self->parts[i].p, POISON, PART);
	}
	flip_add(&self->flipper, &self->iov[0].iov_base, 8, 2,
		 addr(self->parts[0].p), addr(self->parts[2].p));
	flip_add(&self->flipper, &self->iov[0].iov_len, 8, 2, (__u64)PART,
		 16ULL);
	ASSERT_TRUE(stop_set(&self->stop, self->pages + PAGE));
	ASSERT_EQ(0, pthread_create(&thread, NULL, vector_send, self));
	ASSERT_TRUE(stop_wait(&self->stop));
	flip_all(&self->flipper);
	stop_release(&self->stop);
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(2 * PART, self->result);
	EXPECT_EQ(PART, match(self->parts[0].p, PART, 1));
	EXPECT_EQ(PART, match(self->parts[1].p, PART, 2));
	EXPECT_EQ(PART, match(self->parts[2].p, PART, 3));
	EXPECT_TRUE(vector_stored(self));
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
	printf("# %lu numbers changed in the middle of a request\n",
	       *flips_done);
	EXPECT_LT(100, *flips_done);
}

TEST_HARNESS_MAIN
