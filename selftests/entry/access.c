// SPDX-License-Identifier: GPL-2.0
/* Which control codes are accepted on which open file, and in which order. */
#include "kselftest_harness.h"
#include "ntio_test.h"

#define UNKNOWN_FUNCTION 0x7ff

static __u32 unknown_code(__u32 method, __u32 access)
{
	return NTIO_CTL_CODE(NTIO_DEVICE_UNKNOWN, NTIO_FUNCTION_VENDOR +
			     UNKNOWN_FUNCTION, method, access);
}

/* [1.7], [1.9], [1.10]: need x granted. open(path, 3) grants nothing. */
FIXTURE(matrix)
{
	int fd;
};

FIXTURE_VARIANT(matrix)
{
	__u32 need;
	__u32 granted;
	int mode;
};

#define MATRIX(need_name, need_bits, open_name, open_bits, open_mode)	\
	FIXTURE_VARIANT_ADD(matrix, need_name##_opened_##open_name) {	\
		.need = need_bits, .granted = open_bits, .mode = open_mode }
#define MATRIX_ROW(need_name, need_bits)				\
	MATRIX(need_name, need_bits, none, 0, 3);			\
	MATRIX(need_name, need_bits, read, NTIO_READ_ACCESS, O_RDONLY);	\
	MATRIX(need_name, need_bits, write, NTIO_WRITE_ACCESS, O_WRONLY); \
	MATRIX(need_name, need_bits, both, 3, O_RDWR)
MATRIX_ROW(any, NTIO_ANY_ACCESS);
MATRIX_ROW(read, NTIO_READ_ACCESS);
MATRIX_ROW(write, NTIO_WRITE_ACCESS);
MATRIX_ROW(both, NTIO_READ_ACCESS | NTIO_WRITE_ACCESS);

FIXTURE_SETUP(matrix)
{
	self->fd = open(ECHO_PATH, variant->mode);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(matrix)
{
	close(self->fd);
}

TEST_F(matrix, known_code)
{
	__u32 missing = variant->need & ~variant->granted;

	if (missing) {
		echo_refused(self->fd, STATUS_ACCESS_DENIED,
			     NTIO_REASON_ACCESS_BITS, missing,
			     .code = ECHO_NEED(variant->need));
	} else {
		control_ok(self->fd, .code = ECHO_NEED(variant->need));
		EXPECT_EQ(ECHO_NEED(variant->need), echo_saw(self->fd).code);
		EXPECT_EQ(1, echo_saw(self->fd).calls);
	}
}

/* The bits in the code decide, whether the driver knows it or not [1.6]. */
TEST_F(matrix, unknown_code)
{
	__u32 missing = variant->need & ~variant->granted;

	if (missing)
		echo_refused(self->fd, STATUS_ACCESS_DENIED,
			     NTIO_REASON_ACCESS_BITS, missing,
			     .code = unknown_code(0, variant->need));
	else
		echo_refused(self->fd, STATUS_INVALID_DEVICE_REQUEST,
			     NTIO_REASON_UNKNOWN_CODE, 0,
			     .code = unknown_code(0, variant->need));
}

FIXTURE(order)
{
	int fd;
	long pins;
};

FIXTURE_SETUP(order)
{
	self->fd = echo_open();
	self->pins = pins();
}

FIXTURE_TEARDOWN(order)
{
	EXPECT_EQ(self->pins, pins());
	close(self->fd);
}

static bool declared(int fd, __u32 code)
{
	struct ntio_query_control q = { .size = sizeof(q) };

	for (; !ioctl(fd, NTIO_IOC_QUERY_CONTROL, &q); q.index++)
		if (q.out_code == code)
			return true;
	return false;
}

/* [1.5], [1.15]: one bit changed anywhere is another code. */
TEST_F(order, all_32_bits_compared)
{
	struct ntio_query_control q = { .size = sizeof(q) };
	unsigned int tried = 0;
	int bit;

	for (; !ioctl(self->fd, NTIO_IOC_QUERY_CONTROL, &q); q.index++) {
		for (bit = 0; bit < 32; bit++) {
			__u32 code = q.out_code ^ (1U << bit);

			if (declared(self->fd, code))
				continue;
			tried++;
			echo_refused(self->fd, STATUS_INVALID_DEVICE_REQUEST,
				     NTIO_REASON_UNKNOWN_CODE, 0,
				     .code = code);
		}
	}
	EXPECT_LT(400, tried);
}

/*
 * [1.6]: the method bits of an unknown code are obeyed before it is refused,
 * so a bad buffer is found first. NEITHER looks at no buffer.
 */
TEST_F(order, unknown_code_bad_buffer)
{
	struct mem none = mem_map(MEM_NONE, PAGE, 0);
	__u32 method;

	for (method = 0; method < 3; method++) {
		__u32 code = unknown_code(method, NTIO_ANY_ACCESS);

		echo_refused(self->fd, STATUS_ACCESS_VIOLATION,
			     NTIO_REASON_NO_ACCESS, 0, .code = code,
			     .in = addr(none.p), .in_len = 1);
		echo_refused(self->fd, STATUS_ACCESS_VIOLATION,
			     NTIO_REASON_NO_ACCESS, 0, .code = code,
			     .out = addr(none.p), .out_len = 1);
	}
	echo_refused(self->fd, STATUS_INVALID_DEVICE_REQUEST,
		     NTIO_REASON_UNKNOWN_CODE, 0,
		     .code = unknown_code(3, NTIO_ANY_ACCESS),
		     .in = addr(none.p), .in_len = 1,
		     .out = addr(none.p), .out_len = 1);
	mem_free(&none);
}

/* [1.6]: good buffers of an unknown code are given back unchanged. */
TEST_F(order, unknown_code_good_buffers)
{
	struct mem in = mem_new(3 * PAGE, 100), out = mem_new(3 * PAGE, 100);
	__u32 method;

	fill(in.p, in.len, 1);
	for (method = 0; method < 4; method++)
		echo_refused(self->fd, STATUS_INVALID_DEVICE_REQUEST,
			     NTIO_REASON_UNKNOWN_CODE, 0,
			     .code = unknown_code(method, NTIO_ANY_ACCESS),
			     .in = addr(in.p), .in_len = in.len,
			     .out = addr(out.p), .out_len = out.len);
	EXPECT_EQ(in.len, match(in.p, in.len, 1));
	EXPECT_EQ(out.len, match_byte(out.p, out.len, POISON));
	mem_free(&in);
	mem_free(&out);
}

/* Access bits are looked at before lengths and buffers [1.7]. */
TEST_F(order, access_before_buffers)
{
	int fd = open(ECHO_PATH, O_RDONLY);
	__u32 method;

	ASSERT_LE(0, fd);
	for (method = 0; method < 4; method++)
		echo_refused(fd, STATUS_ACCESS_DENIED, NTIO_REASON_ACCESS_BITS,
			     NTIO_WRITE_ACCESS,
			     .code = unknown_code(method, NTIO_WRITE_ACCESS),
			     .in = 1, .in_len = 0xffffffff,
			     .out = 1, .out_len = 0xffffffff);
	close(fd);
}

/* Declared lengths: too short and too long differ, and win over buffers. */
TEST_F(order, declared_lengths)
{
	static const struct {
		__u32 in_len, out_len, status, reason, detail;
	} rows[] = {
		{ 7, 4, STATUS_BUFFER_TOO_SMALL, NTIO_REASON_IN_TOO_SHORT, 8 },
		{ 0, 4, STATUS_BUFFER_TOO_SMALL, NTIO_REASON_IN_TOO_SHORT, 8 },
		{ 65, 4, STATUS_INVALID_BUFFER_SIZE, NTIO_REASON_IN_TOO_LONG,
		  64 },
		{ 0xffffffff, 4, STATUS_INVALID_BUFFER_SIZE,
		  NTIO_REASON_IN_TOO_LONG, 64 },
		{ 8, 3, STATUS_BUFFER_TOO_SMALL, NTIO_REASON_OUT_TOO_SHORT,
		  4 },
		{ 8, 0, STATUS_BUFFER_TOO_SMALL, NTIO_REASON_OUT_TOO_SHORT,
		  4 },
		{ 8, 33, STATUS_INVALID_BUFFER_SIZE, NTIO_REASON_OUT_TOO_LONG,
		  32 },
		{ 8, 0xffffffff, STATUS_INVALID_BUFFER_SIZE,
		  NTIO_REASON_OUT_TOO_LONG, 32 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		echo_refused(self->fd, rows[i].status, rows[i].reason,
			     rows[i].detail, .code = IOCTL_ECHO_BOUNDED,
			     .in = 1, .in_len = rows[i].in_len,
			     .out = 1, .out_len = rows[i].out_len);
}

/* The ends of the declared ranges are inside them. */
TEST_F(order, declared_lengths_inclusive)
{
	static const __u32 in_lens[] = { 8, 64 }, out_lens[] = { 4, 32 };
	struct mem in = mem_new(64, 0), out = mem_new(32, 0);
	int i;

	for (i = 0; i < 4; i++) {
		control_ok(self->fd, .code = IOCTL_ECHO_BOUNDED,
			   .in = addr(in.p), .in_len = in_lens[i & 1],
			   .out = addr(out.p), .out_len = out_lens[i >> 1]);
		EXPECT_EQ(in_lens[i & 1], echo_saw(self->fd).in_len);
		EXPECT_EQ(out_lens[i >> 1], echo_saw(self->fd).out_len);
	}
	EXPECT_EQ(4, echo_saw(self->fd).calls);
	mem_free(&in);
	mem_free(&out);
}

/* A NULL buffer has no length, and so may be shorter than declared [2.8]. */
TEST_F(order, declared_lengths_null)
{
	struct mem mem = mem_new(64, 0);

	echo_refused(self->fd, STATUS_BUFFER_TOO_SMALL,
		     NTIO_REASON_IN_TOO_SHORT, 8, .code = IOCTL_ECHO_BOUNDED,
		     .in_len = 8, .out = addr(mem.p), .out_len = 4);
	echo_refused(self->fd, STATUS_BUFFER_TOO_SMALL,
		     NTIO_REASON_OUT_TOO_SHORT, 4, .code = IOCTL_ECHO_BOUNDED,
		     .in = addr(mem.p), .in_len = 8, .out_len = 4);
	mem_free(&mem);
}

TEST_HARNESS_MAIN
