// SPDX-License-Identifier: GPL-2.0
/* METHOD_NEITHER: raw addresses, and the caller token that gives access. */
#include <pthread.h>

#include "kselftest_harness.h"
#include "ntio_test.h"

FIXTURE(neither)
{
	int fd;
	struct mem in, out;
};

FIXTURE_VARIANT(neither)
{
	size_t len;
	size_t offset;
};

SIZE_VARIANTS(neither);

FIXTURE_SETUP(neither)
{
	self->fd = echo_open();
	self->in = mem_new(variant->len, variant->offset);
	self->out = mem_new(variant->len + 1, PAGE - 1 - variant->offset);
	ASSERT_NE(NULL, self->in.map);
	ASSERT_NE(NULL, self->out.map);
	fill(self->in.p, self->in.len, 1);
}

FIXTURE_TEARDOWN(neither)
{
	EXPECT_EQ(self->in.len, match(self->in.p, self->in.len, 1));
	EXPECT_TRUE(mem_around_intact(&self->in));
	EXPECT_TRUE(mem_around_intact(&self->out));
	mem_free(&self->in);
	mem_free(&self->out);
	close(self->fd);
}

#define expect_answer(_n) do {						\
	size_t _rest = self->out.len - (_n);				\
	EXPECT_EQ(_n, match(self->out.p, _n, 1));			\
	EXPECT_EQ(_rest, match_byte(self->out.p + (_n), _rest, POISON)); \
} while (0)

/* The driver moves the data itself, all of it. */
TEST_F(neither, longer_output)
{
	struct ntio_device_control c =
		control_ok(self->fd, .code = IOCTL_ECHO_NEITHER,
			   .in = addr(self->in.p), .in_len = variant->len,
			   .out = addr(self->out.p),
			   .out_len = self->out.len);

	EXPECT_EQ(variant->len, c.out_information);
	expect_answer(variant->len);
}

TEST_F(neither, shorter_output)
{
	size_t len = variant->len / 2;
	struct ntio_device_control c =
		control_ok(self->fd, .code = IOCTL_ECHO_NEITHER,
			   .in = addr(self->in.p), .in_len = variant->len,
			   .out = addr(self->out.p), .out_len = len);

	EXPECT_EQ(len, c.out_information);
	expect_answer(len);
}

/* [2.21]: the raw addresses and lengths, no system buffer, no MDL. */
TEST_F(neither, driver_saw)
{
	struct echo_saw saw;

	control_ok(self->fd, .code = IOCTL_ECHO_NEITHER,
		   .in = addr(self->in.p), .in_len = variant->len,
		   .out = addr(self->out.p), .out_len = self->out.len);
	saw = echo_saw(self->fd);
	EXPECT_EQ(IOCTL_ECHO_NEITHER, saw.code);
	EXPECT_EQ(ECHO_SAW_CALLER | ECHO_SAW_IN_ADDRESS | ECHO_SAW_OUT_ADDRESS |
		  (sizeof(long) == 4 ? ECHO_SAW_COMPAT : 0),
		  saw.flags & ~ECHO_SAW_TAIL_ZERO);
	EXPECT_EQ(variant->len, saw.in_len);
	EXPECT_EQ(self->out.len, saw.out_len);
	EXPECT_EQ(0, saw.page_offset);
	EXPECT_EQ(0, saw.pages);
	EXPECT_EQ(getpid(), saw.pid);
	EXPECT_EQ(gettid(), saw.tid);
}

/* [2.50]: one memory for both. */
TEST_F(neither, identical)
{
	struct ntio_device_control c =
		control_ok(self->fd, .code = IOCTL_ECHO_NEITHER,
			   .in = addr(self->in.p), .in_len = variant->len,
			   .out = addr(self->in.p), .out_len = variant->len);

	EXPECT_EQ(variant->len, c.out_information);
	EXPECT_EQ(variant->len, match(self->in.p, variant->len, 1));
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

/* [2.22]: whatever the addresses are, it is the driver that decides. */
TEST_F(echo, wild_addresses_reach_driver)
{
	static const __u64 addresses[] = {
		0, 1, 0x7fffffffffff, 0x800000000000, 0xffff888000000000,
		0xffffffffffffffff,
	};
	struct echo_saw saw;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(addresses); i++) {
		driver_refused(self->fd, STATUS_ACCESS_VIOLATION,
			       NTIO_REASON_FAULT, .code = IOCTL_ECHO_NEITHER,
			       .in = addresses[i], .in_len = 16,
			       .out = addresses[i], .out_len = 16);
		saw = echo_saw(self->fd);
		EXPECT_EQ(16, saw.in_len);
		EXPECT_EQ(16, saw.out_len);
		EXPECT_EQ(addresses[i] ? ECHO_SAW_IN_ADDRESS |
					 ECHO_SAW_OUT_ADDRESS : 0,
			  saw.flags & (ECHO_SAW_IN_ADDRESS |
				       ECHO_SAW_OUT_ADDRESS));
	}
}

/* Zero lengths succeed for any address [4.1]. */
TEST_F(echo, zero_lengths)
{
	static const __u64 addresses[] = {
		0, 1, 0x800000000000, 0xffff888000000000, 0xffffffffffffffff,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(addresses); i++) {
		control_ok(self->fd, .code = IOCTL_ECHO_NEITHER,
			   .in = addresses[i], .out = addresses[i]);
		EXPECT_EQ(i + 1, echo_saw(self->fd).calls);
	}
}

/* [4.21]: a copy that faults half-way has transferred the first part. */
TEST_F(echo, fault_half_way)
{
	struct mem in = mem_new(2 * PAGE, 0), out = mem_new(2 * PAGE, 0);

	fill(in.p, in.len, 2);
	mem_protect(&out, 1, PROT_READ);
	driver_refused(self->fd, STATUS_ACCESS_VIOLATION, NTIO_REASON_FAULT,
		       .code = IOCTL_ECHO_NEITHER,
		       .in = addr(in.p), .in_len = in.len,
		       .out = addr(out.p), .out_len = out.len);
	EXPECT_EQ(PAGE, match_byte(out.p + PAGE, PAGE, POISON));
	EXPECT_TRUE(mem_around_intact(&out));
	mem_free(&in);
	mem_free(&out);
}

struct sender {
	int fd;
	struct ntio_device_control c;
	int error;
	__u32 tid;
};

static void *send_control(void *arg)
{
	struct sender *s = arg;

	s->tid = gettid();
	s->error = control(s->fd, &s->c);
	return NULL;
}

/* D8: a thread that shares the address space is the caller's context. */
TEST_F(echo, other_thread)
{
	struct mem in = mem_new(5000, 1), out = mem_new(5000, 2);
	struct sender s = {
		.fd = self->fd,
		.c = { .code = IOCTL_ECHO_NEITHER,
		       .in = addr(in.p), .in_len = in.len,
		       .out = addr(out.p), .out_len = out.len },
	};
	pthread_t thread;

	fill(in.p, in.len, 3);
	ASSERT_EQ(0, pthread_create(&thread, NULL, send_control, &s));
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(0, s.error);
	EXPECT_EQ(out.len, match(out.p, out.len, 3));
	EXPECT_EQ(getpid(), echo_saw(self->fd).pid);
	EXPECT_EQ(s.tid, echo_saw(self->fd).tid);
	EXPECT_NE(gettid(), s.tid);
	mem_free(&in);
	mem_free(&out);
}

/*
 * R2, [7.2]: an address means something only in the process that calls, also
 * on an open file that another process opened.
 */
TEST_F(echo, other_process)
{
	struct mem mem = mem_new(2 * PAGE, 0);
	pid_t child;
	int status;

	fill(mem.p, PAGE, 4);
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		struct ntio_device_control c = {
			.code = IOCTL_ECHO_NEITHER,
			.in = addr(mem.p), .in_len = PAGE,
			.out = addr(mem.p + PAGE), .out_len = PAGE,
		};

		fill(mem.p, PAGE, 5);
		if (control(self->fd, &c))
			_exit(1);
		_exit(match(mem.p + PAGE, PAGE, 5) != PAGE);
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_EQ(child, echo_saw(self->fd).pid);
	EXPECT_EQ(PAGE, match_byte(mem.p + PAGE, PAGE, POISON));
	mem_free(&mem);
}

/* [11.8]: addresses inside a buffered input are the driver's to check. */
TEST_F(echo, embedded_addresses)
{
	__u32 terms[3] = { 1, 20, 300 };
	__u64 in[4] = { 3, addr(&terms[2]), addr(&terms[0]), addr(&terms[1]) };
	__u64 sum = POISON64;
	struct ntio_device_control c =
		control_ok(self->fd, .code = IOCTL_ECHO_SUM_EMBEDDED,
			   .in = addr(in), .in_len = sizeof(in),
			   .out = addr(&sum), .out_len = sizeof(sum));

	EXPECT_EQ(sizeof(sum), c.out_information);
	EXPECT_EQ(321, sum);
	EXPECT_EQ(ECHO_SAW_CALLER,
		  echo_saw(self->fd).flags & ECHO_SAW_CALLER);
}

TEST_F(echo, embedded_bad_addresses)
{
	static const __u64 bad[] = {
		0, 1, 0x7ffffffffffe, 0x800000000000, 0xffff888000000000,
		0xfffffffffffffffe,
	};
	__u32 term = 1;
	__u64 in[3] = { 2, addr(&term), 0 };
	__u64 sum = POISON64;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		in[2] = bad[i];
		driver_refused(self->fd, STATUS_ACCESS_VIOLATION,
			       NTIO_REASON_FAULT,
			       .code = IOCTL_ECHO_SUM_EMBEDDED,
			       .in = addr(in), .in_len = sizeof(in),
			       .out = addr(&sum), .out_len = sizeof(sum));
		EXPECT_EQ(POISON64, sum);
	}
}

/* A count that does not fit the input is refused, not trusted [11.7]. */
TEST_F(echo, embedded_count)
{
	static const __u64 counts[] = {
		2, 0x2000000000000000, 0x1fffffffffffffff, 0xffffffffffffffff,
	};
	__u32 term = 1;
	__u64 in[2] = { 0, addr(&term) };
	__u64 sum = POISON64;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		struct ntio_device_control c = {
			.code = IOCTL_ECHO_SUM_EMBEDDED,
			.in = addr(in), .in_len = sizeof(in),
			.out = addr(&sum), .out_len = sizeof(sum),
		};

		in[0] = counts[i];
		EXPECT_NE(0, control(self->fd, &c));
		EXPECT_TRUE(status_is_error(c.out_status));
		EXPECT_EQ(POISON64, sum);
	}
}

TEST_HARNESS_MAIN
