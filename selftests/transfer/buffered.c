// SPDX-License-Identifier: GPL-2.0
/* METHOD_BUFFERED: what the driver is given, and what comes back. */
#include <pthread.h>

#include "kselftest_harness.h"
#include "ntio_test.h"

FIXTURE(buffered)
{
	int fd;
	struct mem in, out;
};

FIXTURE_VARIANT(buffered)
{
	size_t len;
	size_t offset;
};

SIZE_VARIANTS(buffered);

FIXTURE_SETUP(buffered)
{
	self->fd = echo_open();
	self->in = mem_new(variant->len, variant->offset);
	/* One byte more than the answer, so that it can be too long. */
	self->out = mem_new(variant->len + 1, PAGE - 1 - variant->offset);
	ASSERT_NE(NULL, self->in.map);
	ASSERT_NE(NULL, self->out.map);
	fill(self->in.p, self->in.len, 1);
}

FIXTURE_TEARDOWN(buffered)
{
	EXPECT_EQ(self->in.len, match(self->in.p, self->in.len, 1));
	EXPECT_TRUE(mem_around_intact(&self->in));
	EXPECT_TRUE(mem_around_intact(&self->out));
	mem_free(&self->in);
	mem_free(&self->out);
	close(self->fd);
}

/* The first @n bytes of the output are the answer, the rest is untouched. */
#define expect_answer(_n) do {						\
	size_t _rest = self->out.len - (_n);				\
	EXPECT_EQ(_n, match(self->out.p, _n, 1));			\
	EXPECT_EQ(_rest, match_byte(self->out.p + (_n), _rest, POISON)); \
} while (0)

/* [2.1], [2.2], [2.23]: all of the input goes in, all of it comes back. */
TEST_F(buffered, same_length)
{
	struct ntio_device_control c =
		control_ok(self->fd, .code = IOCTL_ECHO_BUFFERED,
			   .in = addr(self->in.p), .in_len = variant->len,
			   .out = addr(self->out.p), .out_len = variant->len);

	EXPECT_EQ(variant->len, c.out_information);
	expect_answer(variant->len);
}

/* [2.23]: Information, not the length of the output, decides. */
TEST_F(buffered, output_longer)
{
	struct ntio_device_control c =
		control_ok(self->fd, .code = IOCTL_ECHO_BUFFERED,
			   .in = addr(self->in.p), .in_len = variant->len,
			   .out = addr(self->out.p),
			   .out_len = variant->len + 1);

	EXPECT_EQ(variant->len, c.out_information);
	expect_answer(variant->len);
}

/* [2.1]: the system buffer holds the longer input, the answer is cut. */
TEST_F(buffered, output_shorter)
{
	size_t len = variant->len / 2;
	struct ntio_device_control c =
		control_ok(self->fd, .code = IOCTL_ECHO_BUFFERED,
			   .in = addr(self->in.p), .in_len = variant->len,
			   .out = addr(self->out.p), .out_len = len);

	EXPECT_EQ(len, c.out_information);
	expect_answer(len);
}

/*
 * [2.1], [2.3] D1, [2.4], [2.5], [2.7]: one system buffer, zero behind the
 * input, no MDL, no raw address.
 */
TEST_F(buffered, driver_saw)
{
	struct echo_saw saw;

	control_ok(self->fd, .code = IOCTL_ECHO_BUFFERED,
		   .in = addr(self->in.p), .in_len = variant->len,
		   .out = addr(self->out.p), .out_len = variant->len + 1);
	saw = echo_saw(self->fd);
	EXPECT_EQ(IOCTL_ECHO_BUFFERED, saw.code);
	EXPECT_EQ(ECHO_SAW_SYSTEM_BUFFER | ECHO_SAW_TAIL_ZERO, saw.flags);
	EXPECT_EQ(variant->len, saw.in_len);
	EXPECT_EQ(variant->len + 1, saw.out_len);
	EXPECT_EQ(0, saw.page_offset);
	EXPECT_EQ(0, saw.pages);
	EXPECT_EQ(1, saw.calls);
	EXPECT_EQ(0, saw.__reserved);
}

/* [2.7]: input without output and output without input. */
TEST_F(buffered, one_buffer)
{
	struct ntio_device_control c =
		control_ok(self->fd, .code = IOCTL_ECHO_BUFFERED,
			   .in = addr(self->in.p), .in_len = variant->len);

	EXPECT_EQ(0, c.out_information);
	EXPECT_EQ(variant->len, echo_saw(self->fd).in_len);
	EXPECT_EQ(0, echo_saw(self->fd).out_len);
	EXPECT_EQ(!!variant->len,
		  !!(echo_saw(self->fd).flags & ECHO_SAW_SYSTEM_BUFFER));
	c = control_ok(self->fd, .code = IOCTL_ECHO_BUFFERED,
		       .out = addr(self->out.p), .out_len = self->out.len);
	EXPECT_EQ(0, c.out_information);
	EXPECT_EQ(0, echo_saw(self->fd).in_len);
	EXPECT_EQ(self->out.len, echo_saw(self->fd).out_len);
	EXPECT_EQ(ECHO_SAW_SYSTEM_BUFFER | ECHO_SAW_TAIL_ZERO,
		  echo_saw(self->fd).flags);
	expect_answer(0);
}

/* [2.50]: input and output are the same memory. */
TEST_F(buffered, identical)
{
	control_ok(self->fd, .code = IOCTL_ECHO_BUFFERED,
		   .in = addr(self->in.p), .in_len = variant->len,
		   .out = addr(self->in.p), .out_len = variant->len);
	EXPECT_EQ(variant->len, match(self->in.p, variant->len, 1));
}

/* [2.50]: they overlap, either way round; the input is a snapshot [2.2]. */
TEST_F(buffered, overlapping)
{
	struct mem mem = mem_new(variant->len + 17, variant->offset);

	fill(mem.p, variant->len, 2);
	control_ok(self->fd, .code = IOCTL_ECHO_BUFFERED,
		   .in = addr(mem.p), .in_len = variant->len,
		   .out = addr(mem.p + 17), .out_len = variant->len);
	EXPECT_EQ(variant->len, match(mem.p + 17, variant->len, 2));
	EXPECT_TRUE(mem_around_intact(&mem));

	memset(mem.p, POISON, mem.len);
	fill(mem.p + 17, variant->len, 3);
	control_ok(self->fd, .code = IOCTL_ECHO_BUFFERED,
		   .in = addr(mem.p + 17), .in_len = variant->len,
		   .out = addr(mem.p), .out_len = variant->len);
	EXPECT_EQ(variant->len, match(mem.p, variant->len, 3));
	EXPECT_TRUE(mem_around_intact(&mem));
	mem_free(&mem);
}

/* Every kind of memory serves as input and as output. */
FIXTURE(classes)
{
	int fd;
	struct mem mem;
};

FIXTURE_VARIANT(classes)
{
	enum mem_class class;
};

#define CLASS(name, value) \
	FIXTURE_VARIANT_ADD(classes, name) { .class = value }
CLASS(shared, MEM_SHARED);
CLASS(memfd, MEM_MEMFD);
CLASS(file_private, MEM_FILE_PRIVATE);
CLASS(write_only, MEM_WRITE_ONLY);
CLASS(untouched, MEM_UNTOUCHED);
CLASS(secret, MEM_SECRET);
CLASS(pfnmap, MEM_PFNMAP);

FIXTURE_SETUP(classes)
{
	self->fd = echo_open();
	self->mem = mem_map(variant->class, PAGE + 1, 511);
	if (!self->mem.map && variant->class == MEM_SECRET)
		SKIP(return, "memfd_secret: %s", strerror(errno));
	ASSERT_NE(NULL, self->mem.map);
}

FIXTURE_TEARDOWN(classes)
{
	mem_free(&self->mem);
	close(self->fd);
}

TEST_F(classes, output)
{
	struct mem other = mem_new(PAGE + 1, 1);

	fill(other.p, other.len, 4);
	control_ok(self->fd, .code = IOCTL_ECHO_BUFFERED,
		   .in = addr(other.p), .in_len = other.len,
		   .out = addr(self->mem.p), .out_len = self->mem.len);
	mem_protect(&self->mem, 0, PROT_READ);
	mem_protect(&self->mem, 1, PROT_READ);
	EXPECT_EQ(other.len, match(self->mem.p, other.len, 4));
	if (variant->class != MEM_UNTOUCHED)
		EXPECT_TRUE(mem_around_intact(&self->mem));
	mem_free(&other);
}

TEST_F(classes, input)
{
	struct mem other = mem_new(PAGE + 1, 1);

	/* Untouched memory is all zero, write-only memory is filled blind. */
	if (variant->class != MEM_UNTOUCHED)
		fill(self->mem.p, self->mem.len, 5);
	control_ok(self->fd, .code = IOCTL_ECHO_BUFFERED,
		   .in = addr(self->mem.p), .in_len = self->mem.len,
		   .out = addr(other.p), .out_len = other.len);
	EXPECT_EQ(other.len, variant->class == MEM_UNTOUCHED ?
		  match_byte(other.p, other.len, 0) :
		  match(other.p, other.len, 5));
	EXPECT_TRUE(mem_around_intact(&other));
	mem_free(&other);
}

FIXTURE(echo)
{
	int fd;
};

FIXTURE_SETUP(echo)
{
	self->fd = echo_open();
}

FIXTURE_TEARDOWN(echo)
{
	close(self->fd);
}

/* [2.6]: no buffers at all; the driver is called without a system buffer. */
TEST_F(echo, nothing)
{
	struct ntio_device_control c =
		control_ok(self->fd, .code = IOCTL_ECHO_BUFFERED);
	struct echo_saw saw = echo_saw(self->fd);

	EXPECT_EQ(0, c.out_information);
	EXPECT_EQ(1, saw.calls);
	EXPECT_EQ(0, saw.flags & ~ECHO_SAW_TAIL_ZERO);
	EXPECT_EQ(0, saw.in_len);
	EXPECT_EQ(0, saw.out_len);
}

/* [2.8]: NULL with a length is no buffer. */
TEST_F(echo, null_with_length)
{
	struct mem mem = mem_new(100, 0);
	struct ntio_device_control c;

	c = control_ok(self->fd, .code = IOCTL_ECHO_BUFFERED, .in_len = 77,
		       .out = addr(mem.p), .out_len = mem.len);
	EXPECT_EQ(0, c.out_information);
	EXPECT_EQ(0, echo_saw(self->fd).in_len);
	EXPECT_EQ(100, echo_saw(self->fd).out_len);
	EXPECT_EQ(100, match_byte(mem.p, 100, POISON));

	c = control_ok(self->fd, .code = IOCTL_ECHO_BUFFERED, .out_len = 77,
		       .in = addr(mem.p), .in_len = mem.len);
	EXPECT_EQ(0, c.out_information);
	EXPECT_EQ(100, echo_saw(self->fd).in_len);
	EXPECT_EQ(0, echo_saw(self->fd).out_len);
	mem_free(&mem);
}

/* [2.6]: with length 0 the address does not matter, whatever it is. */
TEST_F(echo, zero_length_any_address)
{
	static const __u64 addresses[] = {
		1, 0x7fffffffffff, 0x800000000000, 0xffff888000000000,
		0xffffffffffffffff,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(addresses); i++) {
		control_ok(self->fd, .code = IOCTL_ECHO_BUFFERED,
			   .in = addresses[i], .out = addresses[i]);
		EXPECT_EQ(i + 1, echo_saw(self->fd).calls);
	}
}

/* [2.10]: the check of the output before the call changes nothing in it. */
TEST_F(echo, probe_keeps_contents)
{
	struct mem out = mem_new(3 * PAGE, 5);

	fill(out.p, out.len, 6);
	control_ok(self->fd, .code = IOCTL_ECHO_BUFFERED,
		   .out = addr(out.p), .out_len = out.len);
	EXPECT_EQ(out.len, match(out.p, out.len, 6));
	EXPECT_TRUE(mem_around_intact(&out));
	mem_free(&out);
}

struct sender {
	int fd;
	struct ntio_device_control c;
	int error;
};

static void *send_control(void *arg)
{
	struct sender *s = arg;

	s->error = control(s->fd, &s->c);
	return NULL;
}

/* [2.2]: what the caller changes while the driver runs stays invisible. */
TEST_F(echo, snapshot)
{
	struct echo_return in = {
		.information = 5, .written = 5, .delay_ms = 300,
	};
	unsigned char out[16];
	struct sender s = {
		.fd = self->fd,
		.c = { .code = IOCTL_ECHO_RETURN_BUFFERED, .in = addr(&in),
		       .in_len = sizeof(in), .out = addr(out),
		       .out_len = sizeof(out) },
	};
	pthread_t thread;

	memset(out, POISON, sizeof(out));
	ASSERT_EQ(0, pthread_create(&thread, NULL, send_control, &s));
	ASSERT_TRUE(echo_wait_calls(self->fd, 1));
	memset(&in, 0xff, sizeof(in));
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(0, s.error);
	EXPECT_EQ(STATUS_SUCCESS, s.c.out_status);
	EXPECT_EQ(5, s.c.out_information);
	EXPECT_EQ(0xe4, out[4]);
	EXPECT_EQ(11, match_byte(out + 5, 11, POISON));
}

/* The driver runs in the thread that called. */
TEST_F(echo, context)
{
	control_ok(self->fd, .code = IOCTL_ECHO_BUFFERED);
	EXPECT_EQ(getpid(), echo_saw(self->fd).pid);
	EXPECT_EQ(gettid(), echo_saw(self->fd).tid);
}

TEST_HARNESS_MAIN
