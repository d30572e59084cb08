// SPDX-License-Identifier: GPL-2.0
/*
 * What the caller gets for every pair of a status that is returned and one
 * that completes, pended and not, by each method, synchronous and overlapped.
 *
 * 9 returned x 9 completed x {not pended, pended} x 3 methods, without those
 * that return STATUS_PENDING unpended, are 459 cases. IN_DIRECT, which writes
 * nothing, and who returns STATUS_PENDING without having pended are beside
 * them. What is expected is computed from the rules, one function each.
 */
#include "kselftest_harness.h"
#include "ntio_test.h"
#include "ring.h"

static const __u32 statuses[] = {
	0x00000000, 0x00000103, 0x00000102, 0x0eadbeef, 0x4eadbeef,
	0x80000005, 0x8eadbeef, 0xc0000002, 0xceadbeef,
};

#define WRITTEN 6
#define INFORMATION 3
#define OUT_LEN 7

/**
 * struct one_case - what the driver does, and how it was asked
 * @ret: the status that its handler returns
 * @iosb: the status with which it completes
 * @method: of the control code
 * @mode: ECHO_COMPLETE, or how it pends
 * @overlapped: asked through a ring
 */
struct one_case {
	__u32 ret;
	__u32 iosb;
	__u32 method;
	__u32 mode;
	bool overlapped;
};

/**
 * struct seen - all that a caller can see of the end
 * @error: errno of the call, or of the ring's entry
 * @status: what NtDeviceIoControlFile returns, when it does not return
 *	STATUS_PENDING before
 * @iosb_status: I/O status block
 * @information: I/O status block
 * @flags: enum ntio_out_flags
 * @reason: enum ntio_reason
 * @detail: of the reason
 * @out: the buffer, and a byte behind it
 */
struct seen {
	int error;
	__u32 status;
	__u32 iosb_status;
	__u64 information;
	__u32 flags;
	__u32 reason;
	__u64 detail;
	unsigned char out[OUT_LEN + 1];
};

/* --- the rules ----------------------------------------------------------- */

static bool pended(const struct one_case *c)
{
	return c->mode != ECHO_COMPLETE;
}

/* [2.28] [2.31] [2.32]: E. */
static __u32 rule_status(const struct one_case *c)
{
	return c->ret == STATUS_PENDING ? c->iosb : c->ret;
}

/* [2.28] [2.29], but a warning is no error: uapi/ntio.h. */
static int rule_error(const struct one_case *c)
{
	return status_errno(rule_status(c));
}

/* [2.31]: if not an error; [2.33] [2.34] overlapped: or if pended. */
static bool rule_iosb_written(const struct one_case *c)
{
	if (!status_is_error(c->iosb))
		return true;
	return c->overlapped && pended(c);
}

/* [2.33] [2.34]: event, packet and APC go with the block. */
static bool rule_completion(const struct one_case *c)
{
	return c->overlapped && (!status_is_error(c->iosb) || pended(c));
}

/* [2.32]: ERROR_IO_PENDING comes from what is returned, not from the mark. */
static bool rule_pended(const struct one_case *c)
{
	return c->overlapped && c->ret == STATUS_PENDING;
}

static __u32 rule_flags(const struct one_case *c)
{
	return (rule_iosb_written(c) ? NTIO_OUT_IOSB : 0) |
	       (rule_completion(c) ? NTIO_OUT_COMPLETION : 0) |
	       (rule_pended(c) ? NTIO_OUT_PENDED : 0);
}

/* [2.18]: IN_DIRECT is for reading. */
static __u32 written(const struct one_case *c)
{
	return c->method == NTIO_METHOD_IN_DIRECT ? 0 : WRITTEN;
}

/* [2.27]: how many bytes of the driver's arrive. */
static size_t rule_bytes(const struct one_case *c)
{
	if (c->method != NTIO_METHOD_BUFFERED)
		return written(c);
	return status_is_error(c->iosb) ? 0 : INFORMATION;
}

static struct seen expected(const struct one_case *c)
{
	struct seen seen = {
		.error = rule_error(c),
		.status = rule_status(c),
		.flags = rule_flags(c),
		.out = "abcdef",
	};
	size_t i;

	if (rule_iosb_written(c)) {
		seen.iosb_status = c->iosb;
		seen.information = INFORMATION;
	}
	if (status_is_error(seen.status))
		seen.reason = NTIO_REASON_DRIVER;
	for (i = 0; i < rule_bytes(c); i++)
		seen.out[i] = 0xe0 + i;
	return seen;
}

enum { MISTAKES = 4 };

static const char * const mistakes[MISTAKES] = {
	"RETURNED_OTHER_STATUS", "PENDING_UNMARKED", "MARKED_NOT_PENDING",
	"COMPLETED_PENDING",
};

/* [2.39] to [2.42]: what is counted besides. */
static void rule_mistakes(const struct one_case *c, long counts[MISTAKES])
{
	bool pending = c->ret == STATUS_PENDING;

	counts[0] += !pending && c->ret != c->iosb;
	counts[1] += pending && !pended(c);
	counts[2] += !pending && pended(c);
	counts[3] += c->iosb == STATUS_PENDING;
}

/* --- the cases ----------------------------------------------------------- */

/* Cases that were tried and those that hold, over all tests. */
static struct {
	unsigned int tried[2], hold[2], later, beside;
} *totals;

static void __attribute__((constructor)) totals_new(void)
{
	totals = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

FIXTURE(matrix)
{
	int fd;
	struct ring ring;
	long mistakes[MISTAKES];
};

FIXTURE_VARIANT(matrix)
{
	__u32 method;
	__u32 mode;
	bool overlapped;
};

#define MATRIX(name, _method, _mode)					\
	FIXTURE_VARIANT_ADD(matrix, name) {				\
		.method = NTIO_METHOD_##_method, .mode = _mode };	\
	FIXTURE_VARIANT_ADD(matrix, name##_overlapped) {		\
		.method = NTIO_METHOD_##_method, .mode = _mode,		\
		.overlapped = true }
MATRIX(buffered, BUFFERED, ECHO_COMPLETE);
MATRIX(in_direct, IN_DIRECT, ECHO_COMPLETE);
MATRIX(out_direct, OUT_DIRECT, ECHO_COMPLETE);
MATRIX(neither, NEITHER, ECHO_COMPLETE);
MATRIX(buffered_pended, BUFFERED, ECHO_PEND);
MATRIX(in_direct_pended, IN_DIRECT, ECHO_PEND);
MATRIX(out_direct_pended, OUT_DIRECT, ECHO_PEND);
MATRIX(neither_pended, NEITHER, ECHO_PEND);
/* The same cases again, completed by somebody else. */
MATRIX(buffered_later, BUFFERED, ECHO_PEND_LATER);
MATRIX(in_direct_later, IN_DIRECT, ECHO_PEND_LATER);
MATRIX(out_direct_later, OUT_DIRECT, ECHO_PEND_LATER);
MATRIX(neither_later, NEITHER, ECHO_PEND_LATER);

FIXTURE_SETUP(matrix)
{
	int i;

	self->fd = echo_open();
	for (i = 0; i < MISTAKES; i++)
		self->mistakes[i] = violations(mistakes[i]);
	ASSERT_EQ(0, ring_open(&self->ring, 4, 0));
}

FIXTURE_TEARDOWN(matrix)
{
	ring_close(&self->ring);
	close(self->fd);
}

/* Returns the errno; -1: the ring did not post one entry, or more. */
static int send_overlapped(struct _test_data_matrix *self,
			   struct ntio_device_control *control)
{
	struct io_uring_cqe cqe, another;

	if (!ring_control(&self->ring, self->fd, control, 5) ||
	    ring_submit(&self->ring) != 1 ||
	    !ring_wait(&self->ring, &cqe, 5000) || cqe.user_data != 5 ||
	    cqe.res > 0 || ring_peek(&self->ring, &another))
		return -1;
	return -cqe.res;
}

static struct seen send_case(struct _test_data_matrix *self,
			     const struct one_case *c)
{
	struct seen seen = { .out = "abcdef" };
	struct echo_return in = {
		.ret = c->ret, .status = c->iosb, .information = INFORMATION,
		.written = written(c), .mode = c->mode,
	};
	struct ntio_device_control dc = {
		.code = IOCTL_ECHO_RETURN_BUFFERED | c->method,
		.in = addr(&in), .in_len = sizeof(in),
		.out = addr(seen.out), .out_len = OUT_LEN,
	};

	if (c->overlapped)
		seen.error = send_overlapped(self, &dc);
	else
		seen.error = control(self->fd, &dc);
	seen.status = dc.out_status;
	seen.iosb_status = dc.out_iosb_status;
	seen.information = dc.out_information;
	seen.flags = dc.out_flags;
	seen.reason = dc.out_reason;
	seen.detail = dc.out_detail;
	return seen;
}

static bool same(const struct seen *a, const struct seen *b)
{
	return a->error == b->error && a->status == b->status &&
	       a->iosb_status == b->iosb_status &&
	       a->information == b->information && a->flags == b->flags &&
	       a->reason == b->reason && a->detail == b->detail &&
	       !memcmp(a->out, b->out, sizeof(a->out));
}

static void show(const char *what, const struct seen *s)
{
	int i;

	printf("#   %s: errno %d status %08x iosb {%08x, %llu}", what,
	       s->error, s->status, s->iosb_status, s->information);
	printf(" flags %x reason %u detail %llu out", s->flags, s->reason,
	       s->detail);
	for (i = 0; i < OUT_LEN + 1; i++)
		printf(" %02x", s->out[i]);
	printf("\n");
}

static bool holds(struct _test_data_matrix *self, const struct one_case *c)
{
	struct seen want = expected(c), got = send_case(self, c);

	if (same(&want, &got))
		return true;
	printf("# ret %08x iosb %08x pended %d method %u %s\n", c->ret,
	       c->iosb, pended(c), c->method,
	       c->overlapped ? "overlapped" : "synchronous");
	show("want", &want);
	show(" got", &got);
	return false;
}

static void count(const struct one_case *c, bool good)
{
	if (c->method == NTIO_METHOD_IN_DIRECT ||
	    (c->ret == STATUS_PENDING && !pended(c))) {
		totals->beside += good;
		return;
	}
	if (c->mode == ECHO_PEND_LATER) {
		totals->later += good;
		return;
	}
	totals->tried[c->overlapped]++;
	totals->hold[c->overlapped] += good;
}

TEST_F(matrix, every_pair)
{
	__u32 calls = echo_saw(self->fd).calls;
	struct one_case c = {
		.method = variant->method, .mode = variant->mode,
		.overlapped = variant->overlapped,
	};
	size_t i, j;
	bool good;

	for (i = 0; i < ARRAY_SIZE(statuses); i++) {
		for (j = 0; j < ARRAY_SIZE(statuses); j++) {
			c.ret = statuses[i];
			c.iosb = statuses[j];
			good = holds(self, &c);
			EXPECT_TRUE(good);
			count(&c, good);
			rule_mistakes(&c, self->mistakes);
			calls++;
		}
	}
	/* Each was carried out once. */
	EXPECT_EQ(calls, echo_saw(self->fd).calls);
	for (i = 0; i < MISTAKES; i++) {
		EXPECT_EQ(self->mistakes[i], violations(mistakes[i])) {
			TH_LOG("%s", mistakes[i]);
		}
	}
}

/* The last fixture runs last. */
FIXTURE(total)
{
};

FIXTURE_SETUP(total)
{
}

FIXTURE_TEARDOWN(total)
{
}

TEST_F(total, all_459_cases)
{
	printf("# %u of %u synchronous, %u of %u overlapped\n",
	       totals->hold[0], totals->tried[0], totals->hold[1],
	       totals->tried[1]);
	printf("# %u of 486 again, completed later; %u of 540 beside them\n",
	       totals->later, totals->beside);
	EXPECT_EQ(459, totals->tried[0]);
	EXPECT_EQ(459, totals->tried[1]);
	EXPECT_EQ(459, totals->hold[0]);
	EXPECT_EQ(459, totals->hold[1]);
	EXPECT_EQ(486, totals->later);
	EXPECT_EQ(540, totals->beside);
}

TEST_HARNESS_MAIN
