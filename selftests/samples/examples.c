// SPDX-License-Identifier: GPL-2.0
/* Drivers of the porting guide that are done when the call returns. */
#include <pthread.h>

#include "kselftest_harness.h"
#include "examples.h"
#include "flipper.h"

/* --- buffered -------------------------------------------------------------- */

DRIVER(plain_buffered, "/dev/plain_buffered")

TEST_F(plain_buffered, capitals)
{
	char in[] = "hello", out[] = "------";
	struct plain_text text = {
		.in = addr(in), .in_len = 5, .out = addr(out), .out_len = 4,
	};

	ASSERT_EQ(0, plain(self->fd, PLAIN_CAPITALS, &text));
	EXPECT_EQ(4, text.out_bytes);
	EXPECT_STREQ("HELL--", out);
	EXPECT_STREQ("hello", in);
	EXPECT_EQ(ENOTTY, plain(self->fd, PLAIN_FILL, &text));
}

TEST_F(plain_buffered, refused)
{
	char in[] = "hello", out[] = "------";
	struct plain_text text = {
		.in = 1, .in_len = 5, .out = addr(out), .out_len = 5,
	};

	EXPECT_EQ(EFAULT, plain(self->fd, PLAIN_CAPITALS, &text));
	text.in = addr(in);
	text.out = 1;
	EXPECT_EQ(EFAULT, plain(self->fd, PLAIN_CAPITALS, &text));
	text.in_len = PLAIN_MAX + 1;
	EXPECT_EQ(EINVAL, plain(self->fd, PLAIN_CAPITALS, &text));
	EXPECT_EQ(0, text.out_bytes);
	EXPECT_STREQ("------", out);
}

DRIVER(port_buffered, "/dev/ntio/port-buffered")

TEST_F(port_buffered, capitals)
{
	char in[] = "hello", out[] = "------";
	struct ntio_device_control c = control_ok(self->fd,
		.code = IOCTL_PORT_CAPITALS, .in = addr(in), .in_len = 5,
		.out = addr(out), .out_len = 4);

	EXPECT_EQ(4, c.out_information);
	EXPECT_STREQ("HELL--", out);
	EXPECT_STREQ("hello", in);
}

TEST_F(port_buffered, refused)
{
	char in[] = "hello", out[] = "------";

	expect_status(STATUS_ACCESS_VIOLATION, self->fd,
		      .code = IOCTL_PORT_CAPITALS, .in = 1, .in_len = 5,
		      .out = addr(out), .out_len = 5);
	expect_status(STATUS_ACCESS_VIOLATION, self->fd,
		      .code = IOCTL_PORT_CAPITALS, .in = addr(in), .in_len = 5,
		      .out = 1, .out_len = 5);
	EXPECT_STREQ("------", out);
}

/* --- direct ---------------------------------------------------------------- */

static __u64 sum_of(const unsigned char *p, size_t len)
{
	__u64 sum = 0;

	while (len--)
		sum += *p++;
	return sum;
}

DRIVER(plain_direct, "/dev/plain_direct")

TEST_F(plain_direct, in_place)
{
	struct plain_span span;
	struct mem m;
	size_t i;

	for (i = 0; i < SPANS; i++) {
		m = mem_new(spans[i].len, spans[i].offset);
		span = (struct plain_span){
			.addr = addr(m.p), .len = m.len, .byte = 0x77,
		};
		ASSERT_EQ(0, plain(self->fd, PLAIN_FILL, &span));
		EXPECT_EQ(m.len, match_byte(m.p, m.len, 0x77));
		EXPECT_TRUE(mem_around_intact(&m));
		fill(m.p, m.len, i);
		ASSERT_EQ(0, plain(self->fd, PLAIN_SUM, &span));
		EXPECT_EQ(sum_of(m.p, m.len), span.out_sum);
		mem_free(&m);
	}
}

/* All or nothing, and nothing stays pinned: the fixture looks. */
TEST_F(plain_direct, refused)
{
	struct mem m = mem_new(4 * PAGE, 0);
	struct plain_span span = { .addr = addr(m.p), .byte = 0x77 };

	EXPECT_EQ(EINVAL, plain(self->fd, PLAIN_FILL, &span));
	span.len = PLAIN_MAX + 1;
	EXPECT_EQ(EINVAL, plain(self->fd, PLAIN_FILL, &span));
	span.len = m.len;
	span.addr = -PAGE;
	EXPECT_EQ(EFAULT, plain(self->fd, PLAIN_FILL, &span));
	span.addr = addr(m.p);
	mem_protect(&m, 3, PROT_READ);
	EXPECT_EQ(EFAULT, plain(self->fd, PLAIN_FILL, &span));
	EXPECT_EQ(0, plain(self->fd, PLAIN_SUM, &span));
	mem_unmap(&m, 2);
	EXPECT_EQ(EFAULT, plain(self->fd, PLAIN_SUM, &span));
	EXPECT_EQ(0, match_byte(m.p, 2 * PAGE, 0x77));
}

DRIVER(port_direct, "/dev/ntio/port-direct")

TEST_F(port_direct, in_place)
{
	struct ntio_device_control c;
	unsigned char byte = 0x77;
	struct mem m;
	size_t i;

	for (i = 0; i < SPANS; i++) {
		m = mem_new(spans[i].len, spans[i].offset);
		control_ok(self->fd, .code = IOCTL_PORT_FILL,
			   .in = addr(&byte), .in_len = 1,
			   .out = addr(m.p), .out_len = m.len);
		EXPECT_EQ(m.len, match_byte(m.p, m.len, 0x77));
		EXPECT_TRUE(mem_around_intact(&m));
		fill(m.p, m.len, i);
		c = control_ok(self->fd, .code = IOCTL_PORT_SUM,
			       .out = addr(m.p), .out_len = m.len);
		EXPECT_EQ(sum_of(m.p, m.len), c.out_information);
		mem_free(&m);
	}
}

TEST_F(port_direct, refused)
{
	struct mem m = mem_new(4 * PAGE, 0);
	unsigned char byte = 0x77;

	control_refused(self->fd, STATUS_BUFFER_TOO_SMALL,
			NTIO_REASON_OUT_TOO_SHORT, 1,
			.code = IOCTL_PORT_FILL, .in = addr(&byte), .in_len = 1,
			.out = addr(m.p));
	mem_protect(&m, 3, PROT_READ);
	control_refused(self->fd, STATUS_ACCESS_VIOLATION,
			NTIO_REASON_READ_ONLY, 3 * PAGE,
			.code = IOCTL_PORT_FILL, .in = addr(&byte), .in_len = 1,
			.out = addr(m.p), .out_len = m.len);
	control_ok(self->fd, .code = IOCTL_PORT_SUM, .out = addr(m.p),
		   .out_len = m.len);
	mem_unmap(&m, 2);
	control_refused(self->fd, STATUS_ACCESS_VIOLATION,
			NTIO_REASON_UNMAPPED, 2 * PAGE,
			.code = IOCTL_PORT_SUM, .out = addr(m.p),
			.out_len = m.len);
	EXPECT_EQ(0, match_byte(m.p, 2 * PAGE, 0x77));
}

/* --- neither --------------------------------------------------------------- */

/* A list whose count another thread changes all the time. */
struct flipped {
	struct example_list list;
	__u32 numbers[4];
	bool stop;
};

static void *flip(void *arg)
{
	struct flipped *f = arg;

	while (!__atomic_load_n(&f->stop, __ATOMIC_RELAXED)) {
		__atomic_store_n(&f->list.count, 4, __ATOMIC_RELAXED);
		__atomic_store_n(&f->list.count, 0xffffffff, __ATOMIC_RELAXED);
	}
	return NULL;
}

/*
 * A list whose numbers begin a page, at which whoever reads them is stopped: by
 * then it has read the count.
 */
struct stopped {
	int fd;
	struct mem mem;
	struct example_list *list;
	struct stop stop;
	int error;
	__u64 total;
	pthread_t thread;
};

static void stopped_init(struct stopped *stopped, int fd)
{
	static const __u32 numbers[] = { 1, 20, 300, 4000 };

	*stopped = (struct stopped){ .fd = fd, .mem = mem_new(2 * PAGE, 0) };
	stopped->list = (void *)(stopped->mem.p + PAGE -
				 offsetof(struct example_list, numbers));
	memset(stopped->list, 0, sizeof(*stopped->list));
	stopped->list->count = ARRAY_SIZE(numbers);
	memcpy(stopped->list->numbers, numbers, sizeof(numbers));
}

/* Halves the count while the numbers are read. False: nobody was stopped. */
static bool stopped_total(struct stopped *stopped, void *(*ask)(void *))
{
	bool there;

	if (!stop_set(&stopped->stop, stopped->mem.p + PAGE) ||
	    pthread_create(&stopped->thread, NULL, ask, stopped))
		return false;
	there = stop_wait(&stopped->stop);
	__atomic_store_n(&stopped->list->count, 2, __ATOMIC_SEQ_CST);
	stop_release(&stopped->stop);
	pthread_join(stopped->thread, NULL);
	return there;
}

#define FLIPPED { .numbers = { 1, 20, 300, 4000 } }
#define FLIPPED_TOTAL 4321
#define FLIPS 300

DRIVER(plain_neither, "/dev/plain_neither")

TEST_F(plain_neither, total)
{
	struct flipped f = FLIPPED;

	f.list.count = 4;
	ASSERT_EQ(0, plain(self->fd, PLAIN_TOTAL, &f));
	EXPECT_EQ(FLIPPED_TOTAL, f.list.out_total);
	f.list.count = 0;
	ASSERT_EQ(0, plain(self->fd, PLAIN_TOTAL, &f));
	EXPECT_EQ(0, f.list.out_total);
	f.list.count = EXAMPLE_LIST_MAX + 1;
	EXPECT_EQ(EINVAL, plain(self->fd, PLAIN_TOTAL, &f));
	EXPECT_EQ(EFAULT, plain(self->fd, PLAIN_TOTAL, (void *)1));
}

/* The count is read once: either answer is right, nothing between. */
TEST_F(plain_neither, changed_meanwhile)
{
	struct flipped f = FLIPPED;
	pthread_t thread;
	int i, error;

	ASSERT_EQ(0, pthread_create(&thread, NULL, flip, &f));
	for (i = 0; i < FLIPS; i++) {
		error = plain(self->fd, PLAIN_TOTAL, &f);
		if (error) {
			EXPECT_EQ(EINVAL, error);
		} else if (f.list.out_total) {
			EXPECT_EQ(FLIPPED_TOTAL, f.list.out_total);
		}
	}
	__atomic_store_n(&f.stop, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
}

static void *plain_ask(void *arg)
{
	struct stopped *stopped = arg;

	stopped->error = plain(stopped->fd, PLAIN_TOTAL, stopped->list);
	stopped->total = stopped->list->out_total;
	return NULL;
}

TEST_F(plain_neither, changed_after_the_count_was_read)
{
	struct stopped stopped;

	stopped_init(&stopped, self->fd);
	ASSERT_TRUE(stopped_total(&stopped, plain_ask));
	EXPECT_EQ(0, stopped.error);
	EXPECT_EQ(FLIPPED_TOTAL, stopped.total);
	mem_free(&stopped.mem);
}

DRIVER(port_neither, "/dev/ntio/port-neither")

TEST_F(port_neither, total)
{
	struct flipped f = FLIPPED;
	__u64 total = POISON64;

	f.list.count = 4;
	control_ok(self->fd, .code = IOCTL_PORT_TOTAL, .in = addr(&f),
		   .in_len = offsetof(struct flipped, stop),
		   .out = addr(&total), .out_len = 8);
	EXPECT_EQ(FLIPPED_TOTAL, total);
	f.list.count = 5;
	expect_status(STATUS_INVALID_PARAMETER, self->fd,
		      .code = IOCTL_PORT_TOTAL, .in = addr(&f),
		      .in_len = offsetof(struct flipped, stop),
		      .out = addr(&total), .out_len = 8);
	expect_status(STATUS_ACCESS_VIOLATION, self->fd,
		      .code = IOCTL_PORT_TOTAL, .in = 1, .in_len = 64,
		      .out = addr(&total), .out_len = 8);
	expect_status(STATUS_BUFFER_TOO_SMALL, self->fd,
		      .code = IOCTL_PORT_TOTAL, .in = addr(&f), .in_len = 8,
		      .out = addr(&total), .out_len = 8);
}

TEST_F(port_neither, changed_meanwhile)
{
	struct flipped f = FLIPPED;
	struct ntio_device_control c;
	pthread_t thread;
	__u64 total = 0;
	int i;

	ASSERT_EQ(0, pthread_create(&thread, NULL, flip, &f));
	for (i = 0; i < FLIPS; i++) {
		c = (struct ntio_device_control){
			.code = IOCTL_PORT_TOTAL, .in = addr(&f),
			.in_len = offsetof(struct flipped, stop),
			.out = addr(&total), .out_len = 8,
		};
		if (control(self->fd, &c)) {
			EXPECT_EQ(STATUS_INVALID_PARAMETER, c.out_status);
		} else if (total) {
			EXPECT_EQ(FLIPPED_TOTAL, total);
		}
	}
	__atomic_store_n(&f.stop, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
}

static void *port_ask(void *arg)
{
	struct stopped *stopped = arg;
	struct ntio_device_control c = {
		.code = IOCTL_PORT_TOTAL, .in = addr(stopped->list),
		.in_len = sizeof(*stopped->list) + 4 * sizeof(__u32),
		.out = addr(&stopped->total), .out_len = 8,
	};

	stopped->error = control(stopped->fd, &c);
	return NULL;
}

TEST_F(port_neither, changed_after_the_count_was_read)
{
	struct stopped stopped;

	stopped_init(&stopped, self->fd);
	ASSERT_TRUE(stopped_total(&stopped, port_ask));
	EXPECT_EQ(0, stopped.error);
	EXPECT_EQ(FLIPPED_TOTAL, stopped.total);
	mem_free(&stopped.mem);
}

/* --- read and write -------------------------------------------------------- */

FIXTURE(store)
{
	int fd;
};

FIXTURE_VARIANT(store)
{
	const char *module;
	const char *path;
};

FIXTURE_VARIANT_ADD(store, plain) {
	.module = "plain_rw", .path = "/dev/plain_rw",
};

FIXTURE_VARIANT_ADD(store, iter) {
	.module = "plain_iter", .path = "/dev/plain_iter",
};

FIXTURE_VARIANT_ADD(store, ntio) {
	.module = "port_rw", .path = "/dev/ntio/port-rw",
};

FIXTURE_SETUP(store)
{
	ASSERT_EQ(0, module_load(variant->module));
	self->fd = open(variant->path, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(store)
{
	close(self->fd);
	EXPECT_TRUE(wait_until(!module_unload(variant->module)));
}

TEST_F(store, position)
{
	unsigned char in[5000], out[5000];

	fill(in, sizeof(in), 1);
	ASSERT_EQ(sizeof(in), write(self->fd, in, sizeof(in)));
	ASSERT_EQ(100, write(self->fd, in, 100));
	ASSERT_EQ(1000, lseek(self->fd, 1000, SEEK_SET));
	ASSERT_EQ(sizeof(out), read(self->fd, out, sizeof(out)));
	EXPECT_EQ(0, memcmp(in + 1000, out, 4000));
	EXPECT_EQ(0, memcmp(in, out + 4000, 100));
	ASSERT_EQ(10, pread(self->fd, out, 10, 7));
	EXPECT_EQ(0, memcmp(in + 7, out, 10));
	EXPECT_EQ(6000, lseek(self->fd, 0, SEEK_CUR));
}

TEST_F(store, end)
{
	unsigned char bytes[100] = { };
	off_t size = EXAMPLE_STORE_SIZE;

	EXPECT_EQ(10, pwrite(self->fd, bytes, 100, size - 10));
	EXPECT_EQ(10, pread(self->fd, bytes, 100, size - 10));
	EXPECT_EQ(0, pread(self->fd, bytes, 100, size));
	EXPECT_EQ(0, pread(self->fd, bytes, 100, size + 1));
	EXPECT_EQ(-1, pwrite(self->fd, bytes, 100, size));
	EXPECT_EQ(ENOSPC, errno);
	EXPECT_EQ(0, pread(self->fd, bytes, 0, 0));
	EXPECT_EQ(0, pwrite(self->fd, bytes, 0, size));
}

TEST_F(store, bad_buffer)
{
	EXPECT_EQ(-1, pread(self->fd, (void *)PAGE, 10, 0));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(-1, pwrite(self->fd, (void *)PAGE, 10, 0));
	EXPECT_EQ(EFAULT, errno);
}

/* --- errors ---------------------------------------------------------------- */

DRIVER(plain_errors, "/dev/plain_errors")

TEST_F(plain_errors, part)
{
	char out[sizeof(EXAMPLE_TEXT) + 1] = "";
	struct plain_answer answer = { .out = addr(out), .out_len = 9 };

	ASSERT_EQ(0, plain(self->fd, PLAIN_ANSWER, &answer));
	EXPECT_EQ(sizeof(EXAMPLE_TEXT), answer.out_needed);
	EXPECT_STREQ("the quick", out);
	answer.out_len = sizeof(out);
	ASSERT_EQ(0, plain(self->fd, PLAIN_ANSWER, &answer));
	EXPECT_STREQ(EXAMPLE_TEXT, out);
	answer.out = 1;
	EXPECT_EQ(EFAULT, plain(self->fd, PLAIN_ANSWER, &answer));
}

DRIVER(port_errors, "/dev/ntio/port-errors")

TEST_F(port_errors, part)
{
	char out[sizeof(EXAMPLE_TEXT) + 1] = "";
	struct ntio_device_control c;

	c = expect_status(STATUS_BUFFER_OVERFLOW, self->fd,
			  .code = IOCTL_PORT_ANSWER, .out = addr(out),
			  .out_len = 9);
	EXPECT_EQ(9, c.out_information);
	EXPECT_STREQ("the quick", out);
	c = control_ok(self->fd, .code = IOCTL_PORT_ANSWER,
		       .out = addr(out), .out_len = sizeof(out));
	EXPECT_EQ(sizeof(EXAMPLE_TEXT), c.out_information);
	EXPECT_STREQ(EXAMPLE_TEXT, out);
	control_refused(self->fd, STATUS_BUFFER_TOO_SMALL,
			NTIO_REASON_OUT_TOO_SHORT, 4,
			.code = IOCTL_PORT_ANSWER, .out = addr(out),
			.out_len = 3);
}

TEST_HARNESS_MAIN
