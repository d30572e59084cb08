// SPDX-License-Identifier: GPL-2.0
/*
 * Lengths and counts on both sides of every bound: those that drivers declare,
 * those of the module, 2^16, 2^31, 2^32. Every pair of them is given to every
 * declared code; what must come of it is computed, and where it succeeds each
 * byte is looked at. Compare CVE-2020-17087, CVE-2010-3865, CVE-2016-9083.
 */
#include <dirent.h>

#include "kselftest_harness.h"
#include "ntio_test.h"

/* Small, so that both sides of them can be tried often. */
#define MAX_BUFFERED (160 * KIB)
#define MAX_LOCKED (224 * KIB)
/* The memory of a buffer: behind it there is none. */
#define MEMORY (256 * KIB)

#define LENGTHS 32

/* Indices of counts[]. */
enum { N_REFUSED, N_SERVED, N_CODES, N_BYTES };

/* Adds @at and its neighbours. */
static size_t around(__u32 *lengths, size_t n, __u64 at)
{
	__u64 near;
	size_t i;

	for (near = at ? at - 1 : 0; near <= at + 1; near++) {
		for (i = 0; i < n && lengths[i] != near; i++)
			;
		if (near <= 0xffffffff && i == n)
			lengths[n++] = near;
	}
	return n;
}

/* The lengths for a buffer with these declared bounds. */
static size_t lengths_around(__u32 *lengths, __u32 min, __u32 max, bool lock)
{
	size_t n = around(lengths, 0, 0);

	n = around(lengths, n, min);
	if (max != 0xffffffff)
		n = around(lengths, n, max);
	n = around(lengths, n, 0x10000 / 6);
	n = around(lengths, n, 0x10000);
	n = around(lengths, n, lock ? MAX_LOCKED : MAX_BUFFERED);
	n = around(lengths, n, 1ULL << 31);
	return around(lengths, n, 0xffffffff);
}

/* --- what must come of it --------------------------------------------------- */

/* A refusal, or with @status 0 that the driver is called. */
struct verdict {
	__u32 status;
	__u32 reason;
	__u64 detail;
};

#define REFUSED(_status, _reason, _detail) ((struct verdict){		\
	STATUS_ ## _status, NTIO_REASON_ ## _reason, _detail })

static struct verdict verdict(const struct ntio_query_control *q, __u32 in_len,
			      __u32 out_len)
{
	__u32 method = NTIO_CTL_METHOD(q->out_code);
	__u32 copied = in_len;

	if (in_len < q->out_min_in)
		return REFUSED(BUFFER_TOO_SMALL, IN_TOO_SHORT, q->out_min_in);
	if (out_len < q->out_min_out)
		return REFUSED(BUFFER_TOO_SMALL, OUT_TOO_SHORT,
			       q->out_min_out);
	if (in_len > q->out_max_in)
		return REFUSED(INVALID_BUFFER_SIZE, IN_TOO_LONG,
			       q->out_max_in);
	if (out_len > q->out_max_out)
		return REFUSED(INVALID_BUFFER_SIZE, OUT_TOO_LONG,
			       q->out_max_out);
	if (method == NTIO_METHOD_NEITHER)
		return (struct verdict){ };
	if (method == NTIO_METHOD_BUFFERED && out_len > copied)
		copied = out_len;
	if (copied > MAX_BUFFERED)
		return REFUSED(INSUFFICIENT_RESOURCES, BUFFER_LIMIT,
			       MAX_BUFFERED);
	if (method != NTIO_METHOD_BUFFERED && out_len > MAX_LOCKED)
		return REFUSED(INSUFFICIENT_RESOURCES, LOCK_LIMIT, MAX_LOCKED);
	return (struct verdict){ };
}

/* --- the declared codes ------------------------------------------------------ */

FIXTURE(declared)
{
	unsigned long max_buffered, max_locked;
	struct mem in, out;
	unsigned char *poison;
	long pins;
};

FIXTURE_SETUP(declared)
{
	self->max_buffered = param_get("max_buffered");
	self->max_locked = param_get("max_locked");
	ASSERT_EQ(0, param_set("max_buffered", MAX_BUFFERED));
	ASSERT_EQ(0, param_set("max_locked", MAX_LOCKED));
	self->in = mem_new(MEMORY, 0);
	self->out = mem_new(MEMORY, 0);
	self->poison = malloc(MEMORY);
	memset(self->poison, POISON, MEMORY);
	fill(self->in.p, MEMORY, 5);
	self->pins = pins();
}

FIXTURE_TEARDOWN(declared)
{
	EXPECT_EQ(0, param_set("max_buffered", self->max_buffered));
	EXPECT_EQ(0, param_set("max_locked", self->max_locked));
	EXPECT_EQ(MEMORY, match(self->in.p, MEMORY, 5));
	EXPECT_EQ(self->pins, pins());
}

static struct ntio_device_control
send_lengths(const struct _test_data_declared *self, int fd, __u32 code,
	     __u32 in_len, __u32 out_len)
{
	struct ntio_device_control c = {
		.code = code,
		.in = addr(self->in.p), .in_len = in_len,
		.out = addr(self->out.p), .out_len = out_len,
	};

	control(fd, &c);
	return c;
}

static void expect_refused(struct __test_metadata *_metadata,
			   struct _test_data_declared *self, int fd,
			   const struct ntio_query_control *q, __u32 in_len,
			   __u32 out_len, struct verdict v)
{
	struct ntio_device_control c = send_lengths(self, fd, q->out_code,
						    in_len, out_len);

	EXPECT_TRUE(c.out_status == v.status && c.out_reason == v.reason &&
		    c.out_detail == v.detail && !c.out_flags &&
		    !c.out_information) {
		TH_LOG("%s, %u and %u bytes: status %08x, reason %u, detail %llu",
		       q->out_name, in_len, out_len, c.out_status,
		       c.out_reason, c.out_detail);
	}
	counts[N_REFUSED]++;
}

/* Calls @do for each pair of lengths of each code of an open device. */
typedef void (*try_pair)(struct __test_metadata *_metadata,
			 struct _test_data_declared *self, int fd,
			 const struct ntio_query_control *q, __u32 in_len,
			 __u32 out_len, struct verdict v);

static void try_code(struct __test_metadata *_metadata,
		     struct _test_data_declared *self, int fd,
		     const struct ntio_query_control *q, try_pair try)
{
	bool lock = NTIO_CTL_METHOD(q->out_code) != NTIO_METHOD_BUFFERED;
	__u32 in_lens[LENGTHS], out_lens[LENGTHS];
	size_t ins, outs, i, k;

	ins = lengths_around(in_lens, q->out_min_in, q->out_max_in, false);
	outs = lengths_around(out_lens, q->out_min_out, q->out_max_out, lock);
	for (i = 0; i < ins; i++)
		for (k = 0; k < outs; k++)
			try(_metadata, self, fd, q, in_lens[i], out_lens[k],
			    verdict(q, in_lens[i], out_lens[k]));
	counts[N_CODES]++;
}

static void try_codes(struct __test_metadata *_metadata,
		      struct _test_data_declared *self, int fd, try_pair try)
{
	struct ntio_query_control q = { .size = sizeof(q) };

	for (; !ioctl(fd, NTIO_IOC_QUERY_CONTROL, &q); q.index++) {
		q.size = sizeof(q);
		try_code(_metadata, self, fd, &q, try);
	}
}

/* A driver that would be called is not: what it does is not known here. */
static void try_refused(struct __test_metadata *_metadata,
			struct _test_data_declared *self, int fd,
			const struct ntio_query_control *q, __u32 in_len,
			__u32 out_len, struct verdict v)
{
	if (v.status)
		expect_refused(_metadata, self, fd, q, in_len, out_len, v);
}

/* What is out of bounds is refused before any driver of any device has it. */
TEST_F_TIMEOUT(declared, out_of_bounds, 300)
{
	DIR *nodes = opendir("/dev/ntio");
	struct dirent *node;
	int fd;

	ASSERT_NE(NULL, nodes);
	while ((node = readdir(nodes))) {
		if (node->d_name[0] == '.')
			continue;
		fd = openat(dirfd(nodes), node->d_name, O_RDWR | O_CLOEXEC);
		if (fd < 0) {
			EXPECT_EQ(ENODEV, errno);	/* initialising */
			continue;
		}
		try_codes(_metadata, self, fd, try_refused);
		close(fd);
	}
	closedir(nodes);
	EXPECT_LE(40, counts[N_CODES]);
}

/* --- the echo driver, that may be given anything ------------------------------ */

static __u32 shorter(__u32 a, __u32 b)
{
	return a < b ? a : b;
}

/* How many bytes go from the input to the output. */
static __u32 echoed(__u32 code, __u32 in_len, __u32 out_len)
{
	return code == IOCTL_ECHO_BUFFERED || code == IOCTL_ECHO_NEITHER ||
	       code == IOCTL_ECHO_OUT_DIRECT ||
	       code == IOCTL_ECHO_OUT_DIRECT_LONG ? shorter(in_len, out_len) :
						    0;
}

static bool is_echo(__u32 code)
{
	return code == IOCTL_ECHO_IN_DIRECT ||
	       code == IOCTL_ECHO_IN_DIRECT_LONG || echoed(code, 1, 1);
}

/* The output is the input, as far as both go, and the rest is untouched. */
static void expect_echoed(struct __test_metadata *_metadata,
			  struct _test_data_declared *self,
			  const struct ntio_query_control *q, __u32 in_len,
			  __u32 out_len, const struct ntio_device_control *c)
{
	__u32 n = echoed(q->out_code, in_len, out_len);
	bool same = !memcmp(self->in.p, self->out.p, n) &&
		    !memcmp(self->out.p + n, self->poison, MEMORY - n);
	bool keeps = is_echo(q->out_code) && !echoed(q->out_code, 1, 1);

	EXPECT_TRUE(same && !c->out_status && c->out_flags == NTIO_OUT_IOSB &&
		    c->out_information == (keeps ? out_len : n)) {
		TH_LOG("%s, %u and %u bytes: status %08x, %llu bytes%s",
		       q->out_name, in_len, out_len, c->out_status,
		       c->out_information, same ? "" : ", which are wrong");
	}
	counts[N_BYTES] += MEMORY;
	memset(self->out.p, POISON, n);
}

/* A NEITHER driver goes as far as there is memory. */
static void expect_fault(struct __test_metadata *_metadata,
			 struct _test_data_declared *self,
			 const struct ntio_query_control *q, __u32 in_len,
			 __u32 out_len, const struct ntio_device_control *c)
{
	EXPECT_TRUE(c->out_status == STATUS_ACCESS_VIOLATION &&
		    c->out_reason == NTIO_REASON_FAULT && !c->out_flags) {
		TH_LOG("%s, %u and %u bytes: status %08x", q->out_name, in_len,
		       out_len, c->out_status);
	}
	EXPECT_EQ(0, memcmp(self->in.p, self->out.p, MEMORY));
	memset(self->out.p, POISON, MEMORY);
}

static void try_echo(struct __test_metadata *_metadata,
		     struct _test_data_declared *self, int fd,
		     const struct ntio_query_control *q, __u32 in_len,
		     __u32 out_len, struct verdict v)
{
	struct ntio_device_control c;
	__u32 calls;

	if (!is_echo(q->out_code))
		return;
	calls = echo_saw(fd).calls;
	if (v.status) {
		expect_refused(_metadata, self, fd, q, in_len, out_len, v);
		EXPECT_EQ(calls, echo_saw(fd).calls);
		return;
	}
	c = send_lengths(self, fd, q->out_code, in_len, out_len);
	if (echoed(q->out_code, in_len, out_len) > MEMORY)
		expect_fault(_metadata, self, q, in_len, out_len, &c);
	else
		expect_echoed(_metadata, self, q, in_len, out_len, &c);
	EXPECT_EQ(calls + 1, echo_saw(fd).calls);
	EXPECT_EQ(in_len, echo_saw(fd).in_len);
	EXPECT_EQ(out_len, echo_saw(fd).out_len);
	counts[N_SERVED]++;
}

/* [2.1], [2.4], [2.14], [2.15] */
TEST_F_TIMEOUT(declared, echoed, 300)
{
	int fd = echo_open();

	try_codes(_metadata, self, fd, try_echo);
	close(fd);
}

/* [11.7]: a count of things that the input is said to hold. */
TEST_F(declared, counts_inside)
{
	static const __u64 numbers_of[] = {
		0, 1, 2, 3, 1ULL << 16, 1ULL << 29, 1ULL << 32,
		(1ULL << 32) + 1, (1ULL << 61) - 1, 1ULL << 61,
		(1ULL << 61) + 1, (1ULL << 61) + 2, 1ULL << 63, -1ULL,
	};
	static const __u64 sums[] = { 0, 40, 42 };
	__u32 numbers[2] = { 40, 2 };
	int fd = echo_open();
	size_t i;

	for (i = 0; i < ARRAY_SIZE(numbers_of); i++) {
		__u64 in[3] = { numbers_of[i], addr(&numbers[0]),
				addr(&numbers[1]) };
		__u64 sum = POISON64;
		struct ntio_device_control c = {
			.code = IOCTL_ECHO_SUM_EMBEDDED,
			.in = addr(in), .in_len = sizeof(in),
			.out = addr(&sum), .out_len = sizeof(sum),
		};

		control(fd, &c);
		EXPECT_EQ(numbers_of[i] > 2 ? STATUS_INVALID_PARAMETER :
					  STATUS_SUCCESS, c.out_status) {
			TH_LOG("%llu addresses", numbers_of[i]);
		}
		EXPECT_EQ(i < ARRAY_SIZE(sums) ? sums[i] : POISON64, sum);
		counts[N_SERVED]++;
	}
	close(fd);
}

FIXTURE(sum) { };
FIXTURE_SETUP(sum) { }
FIXTURE_TEARDOWN(sum) { }

/* Comes last. */
TEST_F(sum, counted)
{
	printf("# Arithmetic: %ld codes; %ld requests refused as computed, %ld served;\n",
	       counts[N_CODES], counts[N_REFUSED], counts[N_SERVED]);
	printf("# %ld bytes compared.\n", counts[N_BYTES]);
	EXPECT_LE(10000, counts[N_REFUSED]);
	EXPECT_LE(500, counts[N_SERVED]);
}

TEST_HARNESS_MAIN
