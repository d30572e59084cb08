// SPDX-License-Identifier: GPL-2.0
/*
 * No byte leaves the kernel that no driver wrote. Free memory is filled with a
 * pattern before each request, so that what the kernel does not write is seen,
 * outputs are poisoned, and every byte of every answer is compared with what it
 * must be. Compare CVE-2018-1000204, CVE-2018-1118, CVE-2023-32019.
 */
#include <dirent.h>
#include <sched.h>

#include "kselftest_harness.h"
#include "module/samples/context.h"
#include "module/samples/notify.h"
#include "module/samples/vault.h"
#include "hold.h"
#include "modules/ntio_rw.h"
#include "modules/ntio_spray.h"
#include "ring.h"

/* Indices of counts[]. */
enum { N_BYTES, N_LEAKED, N_REQUESTS };

/* Bytes of the answer and behind it that are looked at. */
#define AROUND 64

static int spray_fd = -1;

/* All on one processor: each has its own free memory. */
static void spray_open(void)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	if (sched_setaffinity(0, sizeof(one), &one))
		printf("# cannot stay on one CPU: %s\n", strerror(errno));
	spray_fd = open(SPRAY_PATH, O_WRONLY | O_CLOEXEC);
	if (spray_fd >= 0)
		return;
	printf("Bail out! " SPRAY_PATH ": %s\n", strerror(errno));
	exit(1);
}

static void spray(size_t size)
{
	char text[32];
	int len = snprintf(text, sizeof(text), "%zu", size);

	if (write(spray_fd, text, len) != len)
		abort();
}

static long sprayed(void)
{
	char text[32] = "";
	int fd = open(SPRAY_PATH, O_RDONLY | O_CLOEXEC);

	if (read(fd, text, sizeof(text) - 1) <= 0)
		abort();
	close(fd);
	return atol(text);
}

/* The structures of ioctl(2) lie on the kernel's stack: leave a pattern there. */
static void spray_stack(int fd)
{
	struct ntio_device_control c;

	memset(&c, SPRAY_BYTE, sizeof(c));
	c.size = sizeof(c);
	ioctl(fd, NTIO_IOC_DEVICE_CONTROL, &c);
}

/* How many of @len bytes are not as expected; counts them. */
static size_t leaked(const void *is, const void *must_be, size_t len)
{
	const unsigned char *a = is, *b = must_be;
	size_t i, n = 0;

	counts[N_BYTES] += len;
	if (!memcmp(a, b, len))
		return 0;
	for (i = 0; i < len; i++)
		n += a[i] != b[i];
	counts[N_LEAKED] += n;
	return n;
}

/* The pattern shows where nobody clears memory, or the test says nothing. */
TEST(spray_works)
{
	static const size_t sizes[] = { 8, 33, 100, 700, 5000, 30000 };
	char line[512];
	long found = 0;
	FILE *f = fopen("/proc/kallsyms", "re");
	size_t i;

	while (f && fgets(line, sizeof(line), f))
		if (strstr(line, " kasan_report\n"))
			SKIP(return, "KASAN keeps free memory back");
	spray_open();
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		spray(sizes[i]);
		found += sprayed() > 0;
	}
	EXPECT_LE(4, found) {
		TH_LOG("boot with init_on_alloc=0: free memory is cleared");
	}
}

/* --- device control: all that the driver may say ------------------------------- */

FIXTURE(answer)
{
	int fd;
	struct ring ring;
	unsigned char *in, *must_be;
	struct mem out;
};

FIXTURE_VARIANT(answer)
{
	__u32 code;
	bool by_ring;
};

#define ANSWER(_name, _code)						\
	FIXTURE_VARIANT_ADD(answer, _name) {				\
		.code = IOCTL_ECHO_RETURN_ ## _code };			\
	FIXTURE_VARIANT_ADD(answer, _name ## _by_ring) {		\
		.code = IOCTL_ECHO_RETURN_ ## _code, .by_ring = true }
ANSWER(buffered, BUFFERED);
ANSWER(in_direct, IN_DIRECT);
ANSWER(out_direct, OUT_DIRECT);
ANSWER(neither, NEITHER);

#define OUT_MAX (100 * KIB)
#define IN_MAX (8 * KIB)

FIXTURE_SETUP(answer)
{
	spray_open();
	self->fd = echo_open();
	self->in = malloc(IN_MAX);
	self->must_be = malloc(OUT_MAX + AROUND);
	self->out = mem_new(OUT_MAX + AROUND, 17);
	fill(self->in, IN_MAX, 9);
	ASSERT_EQ(0, ring_open(&self->ring, 4, 0));
}

FIXTURE_TEARDOWN(answer)
{
	EXPECT_TRUE(mem_around_intact(&self->out));
	ring_close(&self->ring);
	close(self->fd);
}

/* One request: lengths, what the driver does, and how it was sent. */
struct asked {
	__u32 in_len, out_len;
	struct echo_return how;
};

/* What the system buffer holds at @at when the driver is done. */
static unsigned char in_system_buffer(const unsigned char *in,
				      const struct asked *asked, size_t at)
{
	if (at < asked->how.written)
		return 0xe0 + at % 16;
	return at < asked->in_len ? in[at] : 0;
}

/* How much of the output is the driver's, or was the caller's own input. */
static size_t must_arrive(__u32 code, const struct asked *asked)
{
	__u32 status = asked->how.status;

	if (NTIO_CTL_METHOD(code) != NTIO_METHOD_BUFFERED)
		return asked->how.written;
	if (status_is_error(status) || status == STATUS_VERIFY_REQUIRED)
		return 0;
	if (asked->how.mode == ECHO_COMPLETE_NEVER)
		return 0;
	return asked->how.information < asked->out_len ?
		asked->how.information : asked->out_len;
}

static int send_to(struct _test_data_answer *self, bool by_ring,
		   struct ntio_device_control *c)
{
	struct io_uring_cqe cqe = { .res = 1 };

	if (!by_ring)
		return control(self->fd, c);
	if (!ring_control(&self->ring, self->fd, c, 0x77) ||
	    ring_submit(&self->ring) != 1 ||
	    !ring_wait(&self->ring, &cqe, 10000) || cqe.user_data != 0x77 ||
	    cqe.flags)
		abort();
	return -cqe.res;
}

/* The structure has no byte that is not the answer. */
static size_t leaked_by_structure(struct ntio_device_control *c,
				  const struct ntio_device_control *sent,
				  const struct asked *asked)
{
	struct ntio_device_control must_be = *sent;

	must_be.out_status = c->out_status;
	must_be.out_reason = c->out_reason <= NTIO_REASON_NOT_HIGHEST ?
		c->out_reason : 0;
	must_be.out_flags = c->out_flags & 7;
	must_be.out_iosb_status =
		c->out_flags & NTIO_OUT_IOSB ? c->out_status : 0;
	must_be.out_information = 0;
	if (c->out_flags & NTIO_OUT_IOSB && c->out_information)
		must_be.out_information =
			c->out_information == asked->out_len ? asked->out_len :
			asked->how.information;
	must_be.out_detail = 0;
	return leaked(c, &must_be, sizeof(must_be));
}

static void ask(struct __test_metadata *_metadata,
		struct _test_data_answer *self,
		const struct _fixture_variant_answer *variant,
		const struct asked *asked)
{
	size_t len = asked->out_len + AROUND, n, i;
	struct ntio_device_control c = {
		.code = variant->code,
		.in = addr(self->in), .in_len = asked->in_len,
		.out = addr(self->out.p), .out_len = asked->out_len,
	}, sent;

	memcpy(self->in, &asked->how, sizeof(asked->how));
	memset(self->out.p, POISON, len);
	memset(self->must_be, POISON, len);
	n = must_arrive(variant->code, asked);
	for (i = 0; i < n; i++)
		self->must_be[i] = in_system_buffer(self->in, asked, i);
	control_prepare(&c);
	sent = c;
	spray(asked->in_len > asked->out_len ? asked->in_len :
					       asked->out_len);
	spray_stack(self->fd);
	send_to(self, variant->by_ring, &c);
	n = leaked(self->out.p, self->must_be, len);
	n += leaked_by_structure(&c, &sent, asked);
	EXPECT_EQ(0, n) {
		TH_LOG("%zu bytes: lengths %u and %u, status %08x -> %08x",
		       n, asked->in_len, asked->out_len, asked->how.status,
		       c.out_status);
		TH_LOG("information %llu, written %u, mode %u",
		       asked->how.information, asked->how.written,
		       asked->how.mode);
	}
	counts[N_REQUESTS]++;
}

static const __u32 statuses[] = {
	STATUS_SUCCESS, STATUS_OBJECT_NAME_EXISTS, STATUS_BUFFER_OVERFLOW,
	STATUS_VERIFY_REQUIRED, STATUS_UNSUCCESSFUL,
};

/* Everything a driver may claim about an output of which it wrote a part. */
static void ask_all(struct __test_metadata *_metadata,
		    struct _test_data_answer *self,
		    const struct _fixture_variant_answer *variant,
		    __u32 in_len, __u32 out_len, __u32 mode)
{
	const __u64 claims[] = {
		0, 1, out_len / 2, out_len - 1, out_len, out_len + 1ULL,
		2ULL * out_len + PAGE, (1ULL << 32) + 1, -1ULL,
	};
	__u32 most = out_len < 300 ? out_len : 300;
	const __u32 written[] = { 0, 1, most };
	size_t s, i, w;

	if (NTIO_CTL_METHOD(variant->code) == NTIO_METHOD_IN_DIRECT)
		most = 0;
	for (s = 0; s < ARRAY_SIZE(statuses); s++)
		for (i = 0; i < ARRAY_SIZE(claims); i++)
			for (w = 0; w < (most ? 3 : 1); w++)
				ask(_metadata, self, variant, &(struct asked){
					in_len, out_len, {
						.status = statuses[s],
						.ret = mode == ECHO_PEND ?
							STATUS_PENDING :
							statuses[s],
						.information = claims[i],
						.written = written[w],
						.mode = mode,
					} });
}

/* [2.3], [2.23], [2.24], [11.3], [11.4]: all sizes, small and large inputs. */
TEST_F_TIMEOUT(answer, completed, 300)
{
	static const __u32 out_lens[] = {
		1, 7, 33, 64, 100, 511, 1500, PAGE, 3 * PAGE + 1, OUT_MAX,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(out_lens); i++) {
		ask_all(_metadata, self, variant, sizeof(struct echo_return),
			out_lens[i], ECHO_COMPLETE);
		if (out_lens[i] <= 100)
			ask_all(_metadata, self, variant, 190, out_lens[i],
				ECHO_COMPLETE);
	}
}

TEST_F_TIMEOUT(answer, pended, 300)
{
	ask_all(_metadata, self, variant, sizeof(struct echo_return), 100,
		ECHO_PEND);
	ask_all(_metadata, self, variant, 5000, 6000, ECHO_PEND);
}

/* [D4]: what a driver did not complete, or completed twice. */
TEST_F_TIMEOUT(answer, mistaken, 300)
{
	ask_all(_metadata, self, variant, sizeof(struct echo_return), 100,
		ECHO_COMPLETE_NEVER);
	ask_all(_metadata, self, variant, 5000, 6000, ECHO_COMPLETE_TWICE);
}

/* --- refusals, queries ---------------------------------------------------------- */

FIXTURE(all_else)
{
	int fd;
};

FIXTURE_SETUP(all_else)
{
	spray_open();
	self->fd = echo_open();
}

FIXTURE_TEARDOWN(all_else)
{
	close(self->fd);
}

/* Nothing but the reason; not a byte of the output. */
TEST_F(all_else, refused)
{
	static const struct {
		__u32 code, in_len, out_len;
		__u32 status, reason;
		__u64 detail;
	} refusals[] = {
		{ IOCTL_ECHO_BOUNDED, 7, 8, STATUS_BUFFER_TOO_SMALL,
		  NTIO_REASON_IN_TOO_SHORT, 8 },
		{ IOCTL_ECHO_BOUNDED, 8, 33, STATUS_INVALID_BUFFER_SIZE,
		  NTIO_REASON_OUT_TOO_LONG, 32 },
		{ 0x222fff & ~3, 8, 64, STATUS_INVALID_DEVICE_REQUEST,
		  NTIO_REASON_UNKNOWN_CODE, 0 },
		{ 0x222fff & ~1, 8, 64,
		  STATUS_INVALID_DEVICE_REQUEST, NTIO_REASON_UNKNOWN_CODE, 0 },
		{ IOCTL_ECHO_BUFFERED, 0xffffffff, 64,
		  STATUS_INSUFFICIENT_RESOURCES, NTIO_REASON_BUFFER_LIMIT,
		  64 * MIB },
		{ IOCTL_ECHO_OUT_DIRECT, 8, 0xffffffff,
		  STATUS_INSUFFICIENT_RESOURCES, NTIO_REASON_LOCK_LIMIT, GIB },
	};
	unsigned char in[64], out[64], must_be[64];
	struct ntio_device_control c, expected;
	size_t i;

	memset(must_be, POISON, sizeof(must_be));
	for (i = 0; i < ARRAY_SIZE(refusals); i++) {
		memset(out, POISON, sizeof(out));
		c = (struct ntio_device_control){
			.code = refusals[i].code,
			.in = addr(in), .in_len = refusals[i].in_len,
			.out = addr(out), .out_len = refusals[i].out_len,
		};
		spray(64);
		spray_stack(self->fd);
		control(self->fd, &c);
		expected = c;
		expected.out_status = refusals[i].status;
		expected.out_reason = refusals[i].reason;
		expected.out_detail = refusals[i].detail;
		expected.out_flags = 0;
		expected.out_iosb_status = 0;
		expected.out_information = 0;
		EXPECT_EQ(0, leaked(&c, &expected, sizeof(c))) {
			TH_LOG("refusal %zu", i);
		}
		EXPECT_EQ(0, leaked(out, must_be, sizeof(out)));
		counts[N_REQUESTS]++;
	}
}

/* Zeros behind the end of a name. */
static void expect_name(struct __test_metadata *_metadata, const __u8 *name)
{
	static const __u8 zeros[NTIO_NAME_SIZE];
	size_t len = strnlen((const char *)name, NTIO_NAME_SIZE);

	ASSERT_GT(NTIO_NAME_SIZE, len);
	EXPECT_EQ(0, leaked(name + len, zeros, NTIO_NAME_SIZE - len)) {
		TH_LOG("%s", name);
	}
}

/* A structure that a newer program has made longer, and poisoned. */
struct long_query {
	union {
		struct ntio_query_device device;
		struct ntio_query_control control;
	};
	__u8 tail[AROUND];
};

static void query(struct __test_metadata *_metadata, int fd)
{
	static const __u8 zeros[AROUND], poison[AROUND] = {
		[0 ... AROUND - 1] = POISON };
	struct long_query q;
	__u32 index = 0;

	memset(&q, POISON, sizeof(q));
	q.device.size = sizeof(q.device);
	q.device.__reserved = 0;
	spray_stack(fd);
	ASSERT_EQ(0, ioctl(fd, NTIO_IOC_QUERY_DEVICE, &q));
	EXPECT_EQ(0, q.device.__out_reserved);
	EXPECT_EQ(0, q.device.out_flags & ~NTIO_DEVICE_EXCLUSIVE);
	expect_name(_metadata, q.device.out_name);
	expect_name(_metadata, q.device.out_driver);
	EXPECT_EQ(0, leaked((__u8 *)&q + sizeof(q.device), poison, AROUND));
	for (;; index++, counts[N_REQUESTS]++) {
		memset(&q, 0, sizeof(q));
		memset(&q, POISON, sizeof(q.control));
		q.control.size = sizeof(q.control) + AROUND;
		q.control.index = index;
		spray_stack(fd);
		if (ioctl(fd, NTIO_IOC_QUERY_CONTROL, &q))
			break;
		EXPECT_EQ(0, q.control.out_flags & ~7);
		expect_name(_metadata, q.control.out_name);
		EXPECT_EQ(0, leaked((__u8 *)&q + sizeof(q.control), zeros,
				    AROUND));
	}
	EXPECT_EQ(ENOENT, errno);
}

TEST_F(all_else, queries)
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
		query(_metadata, fd);
		close(fd);
	}
	closedir(nodes);
}

/* Fields that samples leave to the future, and an event's. */
TEST_F(all_else, samples)
{
	struct echo_saw saw = echo_saw(self->fd);
	struct echo_counts echoes = echo_counts(self->fd);
	struct context_saw context;
	struct notify_event event;
	struct notify_post post = { .value = 7, .count = 1 };
	int fds[] = {
		open("/dev/ntio/context", O_RDWR),
		open("/dev/ntio/notify", O_RDWR),
		open("/dev/ntio/notify-post", O_RDWR),
	};

	EXPECT_EQ(0, saw.__reserved);
	EXPECT_EQ(0, echoes.__reserved);
	memset(&context, POISON, sizeof(context));
	spray(sizeof(context));
	control_ok(fds[0], .code = IOCTL_CONTEXT_SAW, .out = addr(&context),
		   .out_len = sizeof(context));
	EXPECT_EQ(sizeof(context), match_byte((void *)&context,
					      sizeof(context), 0));
	control_ok(fds[2], .code = IOCTL_NOTIFY_POST, .in = addr(&post),
		   .in_len = sizeof(post));
	memset(&event, POISON, sizeof(event));
	spray(sizeof(event));
	control_ok(fds[1], .code = IOCTL_NOTIFY_WAIT, .out = addr(&event),
		   .out_len = sizeof(event));
	EXPECT_EQ(7, event.value);
	EXPECT_EQ(NOTIFY_POSTED, event.source);
	EXPECT_EQ(0, event.__reserved);
	counts[N_BYTES] += sizeof(saw) + sizeof(echoes) + sizeof(context) +
			   sizeof(event);
	close(fds[0]);
	close(fds[1]);
	close(fds[2]);
}

/* --- read ------------------------------------------------------------------------ */

static const char * const rw_paths[] = {
	"/dev/ntio/rw-buffered", "/dev/ntio/rw-direct", "/dev/ntio/rw-neither",
};

/* [6.3], [6.11]: by each style, at once and later. */
TEST_F(all_else, reads)
{
	static const __u32 lens[] = { 1, 20, 100, 1000, 5000 };
	unsigned char out[5000 + AROUND], must_be[5000 + AROUND];
	size_t i, n, claim, style, status;
	int fd;

	for (i = 0; i < ARRAY_SIZE(lens) * 3 * 3 * 5 * 2; i++) {
		__u32 len = lens[i % 5];
		struct rw_plan plan = {
			.flags = RW_PLANNED | (i / 225 ? RW_PEND : 0),
			.written = len / 2,
		};
		struct ntio_device_control c = {
			.code = IOCTL_RW_PLAN, .in = addr(&plan),
			.in_len = sizeof(plan),
		};

		style = i / 5 % 3;
		claim = i / 15 % 3;
		status = i / 45 % 5;
		plan.status = statuses[status];
		plan.information = claim == 0 ? len / 2 :
				   claim == 1 ? len : len + 100;
		fd = open(rw_paths[style], O_RDWR | O_CLOEXEC);
		ASSERT_EQ(0, control(fd, &c));
		memset(out, POISON, sizeof(out));
		memset(must_be, POISON, sizeof(must_be));
		/* In place, or by copy: what is claimed, zeros where unwritten. */
		n = style ? len / 2 : status > 2 ? 0 : claim ? len : len / 2;
		memset(must_be, 0, n);
		memset(must_be, RW_BYTE, n < len / 2 ? n : len / 2);
		spray(len);
		if (pread(fd, out, len, 0) > (ssize_t)len)
			abort();
		EXPECT_EQ(0, leaked(out, must_be, len + AROUND)) {
			TH_LOG("%s: %u bytes, status %08x, information %u",
			       rw_paths[style], len, plan.status,
			       plan.information);
		}
		counts[N_REQUESTS]++;
		close(fd);
	}
}

/* --- memory of drivers -------------------------------------------------------------- */

/* Whole pages, also behind an odd length: all of them zero [5.40]. */
TEST_F(all_else, mapped_pages)
{
	int fd = hold_open();
	struct hold_balance before = hold_balance(fd);
	size_t lens[] = { 1, PAGE, 5 * PAGE + 1, 64 * PAGE }, i, len;
	unsigned char *p, *zeros = calloc(64, PAGE);

	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		len = (lens[i] + PAGE - 1) & -PAGE;
		spray(MIB);
		hold_ok(fd, PAGES, .len = lens[i]);
		p = mmap(NULL, len, PROT_READ, MAP_SHARED, fd, 0);
		ASSERT_NE(MAP_FAILED, (void *)p);
		EXPECT_EQ(0, leaked(p, zeros, len));
		munmap(p, len);
		hold_ok(fd, FREE);
	}
	EXPECT_TRUE(hold_balanced(fd, &before));
	free(zeros);
	close(fd);
}

/* What lies between two parts that were written to a sample's store. */
TEST_F(all_else, holes)
{
	int fd = open("/dev/ntio/vault", O_RDWR | O_CLOEXEC);
	unsigned char out[3 * PAGE], zeros[3 * PAGE] = { };

	ASSERT_LE(0, fd);
	control_ok(fd, .code = IOCTL_VAULT_CLEAR);
	spray(MIB);
	ASSERT_EQ(1, pwrite(fd, "x", 1, 3 * PAGE));
	memset(out, POISON, sizeof(out));
	EXPECT_EQ(sizeof(out), pread(fd, out, sizeof(out), 0));
	EXPECT_EQ(0, leaked(out, zeros, sizeof(out)));
	control_ok(fd, .code = IOCTL_VAULT_CLEAR);
	close(fd);
}

/* --- the sum -------------------------------------------------------------------------- */

FIXTURE(sum) { };
FIXTURE_SETUP(sum) { }
FIXTURE_TEARDOWN(sum) { }

/* Comes last. */
TEST_F(sum, counted)
{
	printf("# Leaks: %ld requests, %ld bytes compared, %ld bytes leaked.\n",
	       counts[N_REQUESTS], counts[N_BYTES], counts[N_LEAKED]);
	EXPECT_LE(5000, counts[N_REQUESTS]);
	EXPECT_LE(10000000, counts[N_BYTES]);
	EXPECT_EQ(0, counts[N_LEAKED]);
}

TEST_HARNESS_MAIN
