// SPDX-License-Identifier: GPL-2.0
/*
 * Every address that the ABI takes, embedded ones included, is given those that
 * no request may use: the kernel's, wrapping, not canonical, on the border.
 * Each is refused for the right reason, and canaries on both sides say that
 * nothing was read or written. Compare CVE-2017-5123, CVE-2018-20669,
 * CVE-2023-21768, CVE-2024-35250, CVE-2010-3904.
 */
#include <dirent.h>

#include "kselftest_harness.h"
#include "canary.h"
#include "place.h"
#include "ring.h"

/* What a refusal must say; @status 0: it is none. */
struct verdict {
	__u32 status;
	__u32 reason;
	__u64 detail;
};

static struct verdict too_much(__u32 reason, __u64 limit)
{
	return (struct verdict){ STATUS_INSUFFICIENT_RESOURCES, reason, limit };
}

/* The memory is not there, or not the process'. */
static struct verdict bad_memory(__u64 at, __u64 len)
{
	return (struct verdict){
		STATUS_ACCESS_VIOLATION,
		user_range(at, len) ? NTIO_REASON_UNMAPPED :
				      NTIO_REASON_NOT_USER,
	};
}

/* What the module allows: of copied memory, and of locked memory. */
static __u64 limits[2];

static void get_limits(void)
{
	limits[false] = param_get("max_buffered");
	limits[true] = param_get("max_locked");
}

/* Of a buffer that is copied or locked: the limit first, then the memory. */
static struct verdict bad_buffer(bool locked, __u64 at, __u64 len)
{
	__u64 limit = limits[locked];

	if (len > limit)
		return too_much(locked ? NTIO_REASON_LOCK_LIMIT :
					 NTIO_REASON_BUFFER_LIMIT, limit);
	return bad_memory(at, len);
}

#define expect_verdict(_bad, _len, _error, _c, _v) do {			\
	EXPECT_EQ(status_errno((_v).status), _error);			\
	EXPECT_TRUE((_c).out_status == (_v).status &&			\
		    (_c).out_reason == (_v).reason &&			\
		    (_c).out_detail == (_v).detail &&			\
		    !(_c).out_flags && !(_c).out_iosb_status &&		\
		    !(_c).out_information) {				\
		TH_LOG("%s (%llx), %llu bytes: status %08x, reason %u, detail %llu",\
		       (_bad)->name, (_bad)->at, (__u64)(_len),		\
		       (_c).out_status, (_c).out_reason, (_c).out_detail); \
	}								\
	counts[N_REFUSED]++;						\
} while (0)

/* --- the two buffers of a device control ---------------------------------- */

FIXTURE(control)
{
	int fd;
	long pins;
	struct mem other;
	struct ring ring;
	unsigned long max_locked;
};

FIXTURE_VARIANT(control)
{
	struct place place;
};

PLACE_VARIANTS(control);

FIXTURE_SETUP(control)
{
	self->fd = echo_open();
	self->pins = pins();
	self->other = mem_new(PAGE - 100, 50);
	self->max_locked = param_get("max_locked");
	ASSERT_EQ(0, ring_open(&self->ring, 4, 0));
}

FIXTURE_TEARDOWN(control)
{
	EXPECT_EQ(0, param_set("max_locked", self->max_locked));
	EXPECT_TRUE(mem_around_intact(&self->other));
	EXPECT_EQ(self->other.len, match_byte(self->other.p, self->other.len,
					      POISON));
	EXPECT_EQ(self->pins, pins());
	EXPECT_EQ(0, canary_changed());
	ring_close(&self->ring);
	close(self->fd);
}

static struct verdict
control_verdict(const struct _fixture_variant_control *variant, __u64 at,
		__u64 len)
{
	if (variant->place.raw)
		return (struct verdict){ STATUS_ACCESS_VIOLATION,
					 NTIO_REASON_FAULT };
	return bad_buffer(variant->place.lock, at, len);
}

/* By ring or by ioctl; the errno. */
static int send_control(struct _test_data_control *self, bool by_ring,
			struct ntio_device_control *c)
{
	struct io_uring_cqe cqe = { .res = 1 };

	if (!by_ring)
		return control(self->fd, c);
	if (!ring_control(&self->ring, self->fd, c, 1) ||
	    ring_submit(&self->ring) != 1 ||
	    !ring_wait(&self->ring, &cqe, 10000))
		abort();
	return -cqe.res;
}

static void sweep_control(struct __test_metadata *_metadata,
			  struct _test_data_control *self,
			  const struct _fixture_variant_control *variant,
			  bool by_ring)
{
	const struct bad_address *bad;
	struct ntio_device_control c;
	__u64 lengths[BAD_LENGTHS];
	struct verdict v;
	__u32 calls;
	size_t n, i;
	int error;

	get_limits();
	for_each_bad(bad, lengths, n, i) {
		if (!bad->at && place_null_is_none(&variant->place))
			continue;
		calls = echo_saw(self->fd).calls;
		c = place_control(&variant->place, &self->other, bad->at,
				  lengths[i]);
		v = control_verdict(variant, bad->at, lengths[i]);
		error = send_control(self, by_ring, &c);
		expect_verdict(bad, lengths[i], error, c, v);
		calls += variant->place.raw;
		EXPECT_EQ(calls, echo_saw(self->fd).calls) {
			TH_LOG("%s, %llu bytes: the driver was %scalled",
			       bad->name, lengths[i],
			       variant->place.raw ? "not " : "");
		}
		counts[N_CALLED] += variant->place.raw;
	}
}

/* [2.9], [2.10], [2.17], [2.22], [4.3], [5.13] */
TEST_F(control, by_ioctl)
{
	sweep_control(_metadata, self, variant, false);
}

TEST_F(control, by_ring)
{
	sweep_control(_metadata, self, variant, true);
}

/* Without the limit on locked memory, the range alone has to be refused. */
TEST_F(control, unlimited)
{
	if (!variant->place.lock)
		SKIP(return, "the limit on copied memory is that of the kernel");
	ASSERT_EQ(0, param_set("max_locked", 0xffffffff));
	sweep_control(_metadata, self, variant, false);
}

/* Where user space ends there may be memory: a byte more is refused. */
TEST_F(control, across_the_end)
{
	unsigned char *last = (void *)(uintptr_t)(USER_END - PAGE);
	struct bad_address bad = { "across the end of user space" };
	struct ntio_device_control c;
	struct verdict v = { STATUS_ACCESS_VIOLATION, NTIO_REASON_NOT_USER };
	size_t inside;
	int error;

	if (sizeof(long) == 4)
		SKIP(return, "32-bit programs have no memory there");
	if (variant->place.raw)
		v.reason = NTIO_REASON_FAULT;
	ASSERT_EQ(last, mmap(last, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE |
			     MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0));
	memset(last, MEM_CANARY, PAGE);
	for (inside = 1; inside <= PAGE; inside += inside < 16 ? 1 : 127) {
		bad.at = USER_END - inside;
		c = place_control(&variant->place, &self->other, bad.at,
				  inside + 1);
		/* A NEITHER driver moves as much as both have. */
		if (variant->place.raw && !variant->place.second)
			c.out_len = c.in_len;
		if (c.in_len > self->other.len || c.out_len > self->other.len)
			break;
		error = control(self->fd, &c);
		expect_verdict(&bad, inside + 1, error, c, v);
		EXPECT_EQ(PAGE, match_byte(last, PAGE, MEM_CANARY));
	}
	munmap(last, PAGE);
}

/* --- the structure itself, and the command of a ring ----------------------- */

FIXTURE(structure)
{
	int fd;
	__u32 calls;
};

FIXTURE_VARIANT(structure)
{
	unsigned long cmd;
	size_t size;
};

#define STRUCTURE(_name, _NAME)						\
	FIXTURE_VARIANT_ADD(structure, _name) {				\
		.cmd = NTIO_IOC_ ## _NAME, .size = sizeof(struct ntio_ ## _name) }
STRUCTURE(device_control, DEVICE_CONTROL);
STRUCTURE(query_device, QUERY_DEVICE);
STRUCTURE(query_control, QUERY_CONTROL);
STRUCTURE(cancel, CANCEL);

FIXTURE_SETUP(structure)
{
	self->fd = echo_open();
	self->calls = echo_saw(self->fd).calls;
}

FIXTURE_TEARDOWN(structure)
{
	EXPECT_EQ(self->calls, echo_saw(self->fd).calls);
	EXPECT_EQ(0, canary_changed());
	close(self->fd);
}

static int try_structure(int fd, unsigned long cmd, __u64 at)
{
	return ioctl(fd, cmd, opaque((void *)(uintptr_t)at)) ? errno : 0;
}

/* A 32-bit program's pointer has only the lower half of the address. */
TEST_F(structure, anywhere)
{
	const struct bad_address *bad;
	size_t n, i;

	bad = bad_addresses(&n);
	for (i = 0; i < n; i++, bad++) {
		if (sizeof(long) == 4 && bad->at > 0xffffffff)
			continue;
		EXPECT_EQ(EFAULT, try_structure(self->fd, variant->cmd,
						bad->at)) {
			TH_LOG("%s", bad->name);
		}
		counts[N_REFUSED]++;
	}
}

/* Its begin lies in user space, its end does not. */
TEST_F(structure, across_the_end)
{
	unsigned char *last = (void *)(uintptr_t)(USER_END - PAGE);
	size_t inside;
	__u32 *at;

	if (sizeof(long) == 4)
		SKIP(return, "32-bit programs have no memory there");
	ASSERT_EQ(last, mmap(last, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE |
			     MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0));
	for (inside = 4; inside < variant->size; inside += 4) {
		memset(last, 0, PAGE);
		at = (__u32 *)(last + PAGE - inside);
		*at = variant->size;
		EXPECT_EQ(EFAULT, try_structure(self->fd, variant->cmd,
						addr(at)));
		EXPECT_EQ(variant->size, *at);
		EXPECT_EQ(inside - 4, match_byte((void *)(at + 1), inside - 4,
						 0));
		counts[N_REFUSED]++;
	}
	munmap(last, PAGE);
}

/* The command of a ring has 64 bits of address, whoever asks. */
TEST(command_of_a_ring)
{
	struct ntio_device_control c = { .code = IOCTL_ECHO_BUFFERED };
	const struct bad_address *bad;
	struct io_uring_cqe cqe;
	int fd = echo_open();
	struct ring ring;
	size_t n, i;

	ASSERT_EQ(0, ring_open(&ring, 4, 0));
	bad = bad_addresses(&n);
	for (i = 0; i < n; i++, bad++) {
		memcpy(ring_control(&ring, fd, &c, 1)->cmd, &bad->at, 8);
		ASSERT_EQ(1, ring_submit(&ring));
		ASSERT_TRUE(ring_wait(&ring, &cqe, 10000));
		EXPECT_EQ(-EFAULT, cqe.res) {
			TH_LOG("%s", bad->name);
		}
		EXPECT_EQ(POISON32, c.out_status);
		counts[N_REFUSED]++;
	}
	EXPECT_EQ(0, echo_saw(fd).calls);
	EXPECT_EQ(0, canary_changed());
	ring_close(&ring);
	close(fd);
}

/* The name of a request looks like an address, and is none. */
TEST(name_of_a_request)
{
	const struct bad_address *bad;
	int fd = echo_open();
	size_t n, i;

	bad = bad_addresses(&n);
	for (i = 0; i < n; i++, bad++) {
		struct ntio_cancel c = {
			.size = sizeof(c), .request = bad->at,
			.out_cancelled = POISON32, .__out_reserved = POISON32,
		};

		EXPECT_EQ(-1, ioctl(fd, NTIO_IOC_CANCEL, &c));
		EXPECT_EQ(ENOENT, errno);
		EXPECT_EQ(0, c.out_cancelled);
		EXPECT_EQ(0, c.__out_reserved);
		counts[N_REFUSED]++;
	}
	EXPECT_EQ(0, canary_changed());
	close(fd);
}

/* --- every code of every device --------------------------------------------- */

FIXTURE(declared)
{
	struct mem good;
};

FIXTURE_SETUP(declared)
{
	self->good = mem_new(128 * KIB, 0);
}

FIXTURE_TEARDOWN(declared)
{
	EXPECT_EQ(self->good.len, match_byte(self->good.p, self->good.len,
					     POISON));
	EXPECT_EQ(0, canary_changed());
	mem_free(&self->good);
}

/* What the module must say, by what the driver declares. */
static struct verdict declared_verdict(const struct ntio_query_control *q,
				       bool second, __u64 at, __u32 len)
{
	__u32 min = second ? q->out_min_out : q->out_min_in;
	__u32 max = second ? q->out_max_out : q->out_max_in;
	bool lock = second && NTIO_CTL_METHOD(q->out_code);

	if (len < min)
		return (struct verdict){ STATUS_BUFFER_TOO_SMALL,
			second ? NTIO_REASON_OUT_TOO_SHORT :
				 NTIO_REASON_IN_TOO_SHORT, min };
	if (len > max)
		return (struct verdict){ STATUS_INVALID_BUFFER_SIZE,
			second ? NTIO_REASON_OUT_TOO_LONG :
				 NTIO_REASON_IN_TOO_LONG, max };
	return bad_buffer(lock, at, len);
}

static void sweep_code(struct __test_metadata *_metadata,
		       struct _test_data_declared *self, int fd,
		       const struct ntio_query_control *q, bool second)
{
	static const __u32 lengths[] = { 1, PAGE, 0xffffffff };
	const struct bad_address *bad;
	size_t n, i, k;
	int error;

	bad = bad_addresses(&n);
	/* NULL may mean that there is no buffer, and then the driver is called. */
	for (i = 1; i < n; i++) {
		for (k = 0; k < ARRAY_SIZE(lengths); k++) {
			struct ntio_device_control c = {
				.code = q->out_code,
				.in = addr(self->good.p),
				.in_len = q->out_min_in,
				.out = addr(self->good.p),
				.out_len = q->out_min_out,
			};

			*(second ? &c.out : &c.in) = bad[i].at;
			*(second ? &c.out_len : &c.in_len) = lengths[k];
			error = control(fd, &c);
			expect_verdict(&bad[i], lengths[k], error, c,
				       declared_verdict(q, second, bad[i].at,
							lengths[k]));
		}
	}
}

static void sweep_device(struct __test_metadata *_metadata,
			 struct _test_data_declared *self, int fd)
{
	struct ntio_query_control q = { .size = sizeof(q) };

	for (; !ioctl(fd, NTIO_IOC_QUERY_CONTROL, &q); q.index++) {
		q.size = sizeof(q);
		if (NTIO_CTL_METHOD(q.out_code) == NTIO_METHOD_NEITHER)
			continue;
		sweep_code(_metadata, self, fd, &q, false);
		sweep_code(_metadata, self, fd, &q, true);
		counts[N_CODES]++;
	}
}

/*
 * The tables that the drivers themselves declare: what they do not declare is
 * not in the way of a bad address, and none reaches a driver.
 */
TEST_F_TIMEOUT(declared, all_devices, 600)
{
	DIR *nodes = opendir("/dev/ntio");
	struct dirent *node;
	int fd;

	ASSERT_NE(NULL, nodes);
	get_limits();
	while ((node = readdir(nodes))) {
		if (node->d_name[0] == '.')
			continue;
		fd = openat(dirfd(nodes), node->d_name, O_RDWR | O_CLOEXEC);
		if (fd < 0 && errno == ENODEV)
			continue;	/* initialising */
		ASSERT_LE(0, fd) {
			TH_LOG("%s: %s", node->d_name, strerror(errno));
		}
		sweep_device(_metadata, self, fd);
		counts[N_DEVICES]++;
		close(fd);
	}
	closedir(nodes);
	EXPECT_LE(10, counts[N_DEVICES]);
	EXPECT_LE(40, counts[N_CODES]);
}

/* --- the sum ---------------------------------------------------------------- */

FIXTURE(sum) { };
FIXTURE_SETUP(sum) { }
FIXTURE_TEARDOWN(sum) { }

/* Comes last. */
TEST_F(sum, counted)
{
	size_t n;

	bad_addresses(&n);
	printf("# Address sweep: %zu addresses; %ld requests, %ld of them seen by a driver,\n",
	       n, counts[N_REFUSED], counts[N_CALLED]);
	printf("# and %ld declared codes of %ld devices. %ld of %ld kernel canary bytes changed.\n",
	       counts[N_CODES], counts[N_DEVICES], canary_changed(),
	       canary_bytes());
	EXPECT_LE(10000, counts[N_REFUSED]);
	EXPECT_EQ(0, canary_changed());
}

TEST_HARNESS_MAIN
