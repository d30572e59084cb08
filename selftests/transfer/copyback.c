// SPDX-License-Identifier: GPL-2.0
/*
 * BUFFERED copy-back: how much of the answer arrives, by severity and by
 * Information, and what happens if it cannot be written any more.
 */
#include <pthread.h>

#include "kselftest_harness.h"
#include "ntio_test.h"

#define OUT_LEN 64

FIXTURE(severity)
{
	int fd;
	struct mem out;
	long too_large;
};

FIXTURE_VARIANT(severity)
{
	__u32 status;
	bool copies;
	bool iosb;
};

/* [2.23] */
#define SEVERITY(name, value, copies_value, iosb_value)			\
	FIXTURE_VARIANT_ADD(severity, name) {				\
		.status = value, .copies = copies_value,		\
		.iosb = iosb_value }
SEVERITY(success, STATUS_SUCCESS, true, true);
SEVERITY(success_unknown, 0x0eadbeef, true, true);
SEVERITY(timeout, STATUS_TIMEOUT, true, true);
SEVERITY(informational, STATUS_OBJECT_NAME_EXISTS, true, true);
SEVERITY(warning, STATUS_BUFFER_OVERFLOW, true, true);
SEVERITY(misalignment, STATUS_DATATYPE_MISALIGNMENT, true, true);
SEVERITY(verify_required, STATUS_VERIFY_REQUIRED, false, true);
SEVERITY(error, STATUS_UNSUCCESSFUL, false, false);
SEVERITY(error_too_small, STATUS_BUFFER_TOO_SMALL, false, false);
SEVERITY(error_unknown, 0xceadbeef, false, false);

FIXTURE_SETUP(severity)
{
	self->fd = echo_open();
	self->out = mem_new(OUT_LEN, PAGE - 1);
	self->too_large = violations("INFORMATION_TOO_LARGE");
}

FIXTURE_TEARDOWN(severity)
{
	EXPECT_TRUE(mem_around_intact(&self->out));
	mem_free(&self->out);
	close(self->fd);
}

struct answer {
	struct ntio_device_control c;
	int error;
};

static struct answer ask(int fd, __u32 code, const struct mem *out,
			 __u32 out_len, const struct echo_return *in)
{
	struct answer a = {
		.c = { .code = code, .in = addr(in), .in_len = sizeof(*in),
		       .out = addr(out->p), .out_len = out_len },
	};

	a.error = control(fd, &a.c);
	return a;
}

/* Byte @i of what the driver leaves in the system buffer. */
static unsigned char left_behind(const struct echo_return *in, size_t i)
{
	if (i < in->written)
		return 0xe0 + i % 16;
	if (i < sizeof(*in))
		return ((const unsigned char *)in)[i];
	return 0;
}

static size_t match_left_behind(const unsigned char *p, size_t len,
				const struct echo_return *in)
{
	size_t i;

	for (i = 0; i < len && p[i] == left_behind(in, i); i++)
		;
	return i;
}

#define expect_outcome(_a, _information) do {				\
	EXPECT_EQ(status_errno(variant->status), (_a).error);		\
	EXPECT_EQ(variant->status, (_a).c.out_status);			\
	EXPECT_EQ(variant->iosb ? NTIO_OUT_IOSB : 0, (_a).c.out_flags);	\
	EXPECT_EQ(variant->iosb ? variant->status : 0,			\
		  (_a).c.out_iosb_status);				\
	EXPECT_EQ(variant->iosb ? (_information) : 0,			\
		  (_a).c.out_information);				\
} while (0)

/* [2.23]: exactly Information bytes, whatever else was written. */
TEST_F(severity, information_decides)
{
	static const unsigned int counts[] = { 0, 1, 20, 39, 40, 41, 63, 64 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		struct echo_return in = {
			.ret = variant->status, .status = variant->status,
			.information = counts[i], .written = 20,
		};
		size_t n = variant->copies ? counts[i] : 0;
		struct answer a;

		memset(self->out.p, POISON, OUT_LEN);
		a = ask(self->fd, IOCTL_ECHO_RETURN_BUFFERED, &self->out,
			OUT_LEN, &in);
		expect_outcome(a, counts[i]);
		EXPECT_EQ(n, match_left_behind(self->out.p, n, &in));
		EXPECT_EQ(OUT_LEN - n, match_byte(self->out.p + n,
						  OUT_LEN - n, POISON));
	}
	EXPECT_EQ(self->too_large, violations("INFORMATION_TOO_LARGE"));
}

/* [2.24] D2: more than the output holds is clamped and counted. */
TEST_F(severity, information_too_large)
{
	static const __u64 counts[] = {
		OUT_LEN + 1, 4096, 1ULL << 31, 1ULL << 32, (1ULL << 32) + 3,
		1ULL << 63, ~0ULL,
	};
	size_t n = variant->copies ? OUT_LEN : 0;
	size_t i, calls = 0;

	for (i = 0; i < ARRAY_SIZE(counts); i++, calls++) {
		struct echo_return in = {
			.ret = variant->status, .status = variant->status,
			.information = counts[i], .written = OUT_LEN,
		};
		struct answer a;

		memset(self->out.p, POISON, OUT_LEN);
		a = ask(self->fd, IOCTL_ECHO_RETURN_BUFFERED, &self->out,
			OUT_LEN, &in);
		/* Nothing is copied back, so nothing is too large [2.26b]. */
		expect_outcome(a, variant->copies ? OUT_LEN : counts[i]);
		EXPECT_EQ(n, match_left_behind(self->out.p, n, &in));
		EXPECT_EQ(OUT_LEN - n, match_byte(self->out.p + n,
						  OUT_LEN - n, POISON));
	}
	EXPECT_EQ(self->too_large + (variant->copies ? calls : 0),
		  violations("INFORMATION_TOO_LARGE"));
}

/* The same in a system buffer that a longer input has made longer. */
TEST_F(severity, input_does_not_leak_back)
{
	struct echo_return in = {
		.ret = variant->status, .status = variant->status,
		.information = sizeof(in), .written = 4,
	};
	size_t n = variant->copies ? 8 : 0;

	ask(self->fd, IOCTL_ECHO_RETURN_BUFFERED, &self->out, 8, &in);
	EXPECT_EQ(n, match_left_behind(self->out.p, n, &in));
	EXPECT_EQ(OUT_LEN - n, match_byte(self->out.p + n, OUT_LEN - n,
					  POISON));
}

/*
 * [2.26a] D3, [2.26b]: without output Information is a number like any other,
 * and nothing is written anywhere.
 */
TEST_F(severity, information_without_output)
{
	static const __u64 counts[] = { 1, 17, 1ULL << 40, ~0ULL };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		struct echo_return in = {
			.ret = variant->status, .status = variant->status,
			.information = counts[i],
		};
		struct answer a = ask(self->fd, IOCTL_ECHO_RETURN_BUFFERED,
				      &self->out, 0, &in);

		expect_outcome(a, counts[i]);
		EXPECT_EQ(OUT_LEN, match_byte(self->out.p, OUT_LEN, POISON));
	}
	EXPECT_EQ(self->too_large, violations("INFORMATION_TOO_LARGE"));
}

/* [2.26a]: a kernel address with length 0 is not written to either. */
TEST_F(severity, kernel_address_without_length)
{
	struct echo_return in = {
		.ret = variant->status, .status = variant->status,
		.information = 8,
	};
	struct mem kernel = { .p = (void *)0xffff888000000000UL };
	struct answer a = ask(self->fd, IOCTL_ECHO_RETURN_BUFFERED, &kernel, 0,
			      &in);

	expect_outcome(a, 8);
}

/* [2.18], [3.6]: for the other methods Information limits nothing. */
TEST_F(severity, information_of_direct_and_neither)
{
	static const __u32 codes[] = {
		IOCTL_ECHO_RETURN_OUT_DIRECT, IOCTL_ECHO_RETURN_NEITHER,
	};
	static const __u64 counts[] = { 0, 3, OUT_LEN + 1, ~0ULL };
	size_t i;

	for (i = 0; i < 8; i++) {
		struct echo_return in = {
			.ret = variant->status, .status = variant->status,
			.information = counts[i >> 1], .written = 40,
		};
		struct answer a;

		memset(self->out.p, POISON, OUT_LEN);
		a = ask(self->fd, codes[i & 1], &self->out, OUT_LEN, &in);
		expect_outcome(a, counts[i >> 1]);
		EXPECT_EQ(40, match_left_behind(self->out.p, 40, &in));
		EXPECT_EQ(OUT_LEN - 40, match_byte(self->out.p + 40,
						   OUT_LEN - 40, POISON));
	}
	EXPECT_EQ(self->too_large, violations("INFORMATION_TOO_LARGE"));
}

/* The output goes away while the driver works [2.11], [2.24], [2.25]. */
FIXTURE(vanishing)
{
	int fd;
	struct mem out;
};

FIXTURE_VARIANT(vanishing)
{
	__u32 mode;
	__u32 ret;
	bool unmap;
	/* Which of the three pages of the output. */
	size_t page;
};

FIXTURE_VARIANT_ADD(vanishing, unmapped)
{
	.mode = ECHO_COMPLETE, .unmap = true,
};

FIXTURE_VARIANT_ADD(vanishing, read_only)
{
	.mode = ECHO_COMPLETE,
};

FIXTURE_VARIANT_ADD(vanishing, last_page)
{
	.mode = ECHO_COMPLETE, .unmap = true, .page = 2,
};

FIXTURE_VARIANT_ADD(vanishing, unmapped_pended)
{
	.mode = ECHO_PEND, .ret = STATUS_PENDING, .unmap = true,
};

FIXTURE_VARIANT_ADD(vanishing, read_only_pended)
{
	.mode = ECHO_PEND, .ret = STATUS_PENDING,
};

FIXTURE_VARIANT_ADD(vanishing, last_page_pended)
{
	.mode = ECHO_PEND, .ret = STATUS_PENDING, .unmap = true, .page = 2,
};

FIXTURE_VARIANT_ADD(vanishing, unmapped_later)
{
	.mode = ECHO_PEND_LATER, .ret = STATUS_PENDING, .unmap = true,
};

FIXTURE_SETUP(vanishing)
{
	self->fd = echo_open();
	self->out = mem_new(3 * PAGE, 0);
}

FIXTURE_TEARDOWN(vanishing)
{
	close(self->fd);
}

struct sender {
	int fd;
	struct mem out;
	struct echo_return in;
	struct answer a;
	__u32 code;
};

static void *send_return(void *arg)
{
	struct sender *s = arg;

	s->a = ask(s->fd, s->code, &s->out, s->out.len, &s->in);
	return NULL;
}

/* The request is in the driver, which waits before it completes. */
static pthread_t begin_return(struct __test_metadata *_metadata,
			      struct sender *s)
{
	__u32 calls = echo_saw(s->fd).calls;
	pthread_t thread;

	ASSERT_EQ(0, pthread_create(&thread, NULL, send_return, s));
	ASSERT_TRUE(echo_wait_calls(s->fd, calls + 1));
	return thread;
}

TEST_F(vanishing, buffered)
{
	struct sender s = {
		.fd = self->fd, .out = self->out,
		.code = IOCTL_ECHO_RETURN_BUFFERED,
		.in = { .ret = variant->ret, .mode = variant->mode,
			.information = 3 * PAGE, .written = 100,
			.delay_ms = 500 },
	};
	__u32 expected = variant->ret == STATUS_PENDING ?
			 STATUS_ACCESS_VIOLATION : STATUS_SUCCESS;
	pthread_t thread = begin_return(_metadata, &s);

	if (variant->unmap)
		mem_unmap(&self->out, variant->page);
	else
		mem_protect(&self->out, variant->page, PROT_READ);
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(status_errno(expected), s.a.error);
	EXPECT_EQ(expected, s.a.c.out_status);
	EXPECT_EQ(0, s.a.c.out_flags);
	EXPECT_EQ(0, s.a.c.out_iosb_status);
	EXPECT_EQ(0, s.a.c.out_information);
	EXPECT_EQ(NTIO_REASON_OUT_FAULT, s.a.c.out_reason);
	EXPECT_EQ(variant->page * PAGE, s.a.c.out_detail);
	/* What was written before the fault stays [4.21]. */
	if (variant->page)
		EXPECT_EQ(100, match_left_behind(self->out.p, 100, &s.in));
}

/*
 * R8, [5.17]: what is locked is the pages. The request does not notice that
 * the address is gone; the data of OUT_DIRECT is lost without an error.
 */
TEST_F(vanishing, out_direct)
{
	struct sender s = {
		.fd = self->fd, .out = self->out,
		.code = IOCTL_ECHO_RETURN_OUT_DIRECT,
		.in = { .ret = variant->ret, .mode = variant->mode,
			.information = 3 * PAGE, .delay_ms = 300 },
	};
	pthread_t thread = begin_return(_metadata, &s);

	if (variant->unmap)
		mem_unmap(&self->out, variant->page);
	else
		mem_protect(&self->out, variant->page, PROT_READ);
	ASSERT_EQ(0, pthread_join(thread, NULL));
	EXPECT_EQ(0, s.a.error);
	EXPECT_EQ(STATUS_SUCCESS, s.a.c.out_status);
	EXPECT_EQ(NTIO_OUT_IOSB, s.a.c.out_flags);
	EXPECT_EQ(3 * PAGE, s.a.c.out_information);
	EXPECT_EQ(NTIO_REASON_NONE, s.a.c.out_reason);
}

TEST_HARNESS_MAIN
