// SPDX-License-Identifier: GPL-2.0
/*
 * Sizes that do not fit 31 or 32 bits, where they are real: 4 GiB of address
 * space that is one huge page over and over is locked, read and written at its
 * ends; offsets of read and write up to 2^63; lengths and offsets of mmap.
 * Compare CVE-2014-8159, CVE-2018-8781, CVE-2008-0600.
 */
#include <limits.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "kselftest_harness.h"
#include "hold.h"
#include "modules/ntio_rw.h"

#define HUGE (2 * MIB)
#define WINDOW (4096 * MIB)
#define KMSAN_MAPS (2048 * MIB)	/* it wants its list of pages in one piece */
#define TWO_31 0x80000000ULL
#define TWO_32 0x100000000ULL
#define TWO_63 0x8000000000000000ULL

/* Indices of counts[]. */
enum { N_TRIED };

static bool has_kmsan;

/* --- locked memory ----------------------------------------------------------- */

FIXTURE(locked)
{
	int fd;
	struct hold_balance before;
	unsigned long max_locked;
	unsigned char *reserved, *window;
};

FIXTURE_VARIANT(locked)
{
	__u64 len;
	__u32 offset;
};

#define LOCKED(_name, _len, _offset) FIXTURE_VARIANT_ADD(locked, _name) { \
	.len = _len, .offset = _offset }
LOCKED(2_31_less_1, TWO_31 - 1, 0);
LOCKED(2_31_less_1_at_1, TWO_31 - 1, 1);
LOCKED(2_31, TWO_31, 0);
LOCKED(2_31_and_1_at_page_end, TWO_31 + 1, PAGE - 1);
LOCKED(2_32_less_page, TWO_32 - PAGE, 0);
LOCKED(2_32_less_1, TWO_32 - 1, 0);
LOCKED(2_32_less_1_at_1, TWO_32 - 1, 1);
LOCKED(2_32_less_1_at_2, TWO_32 - 1, 2);
LOCKED(2_32_less_1_at_page_end, TWO_32 - 1, PAGE - 1);

/* One huge page of a memfd, as often as it goes; behind it a guard. */
static bool map_window(unsigned char *at, size_t len)
{
	int fd = memfd_create("window", MFD_CLOEXEC | MFD_HUGETLB);
	size_t done;

	if (fd < 0 || ftruncate(fd, HUGE))
		return false;
	for (done = 0; done < len; done += HUGE)
		if (mmap(at + done, HUGE, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED)
			return false;
	close(fd);
	return true;
}

FIXTURE_SETUP(locked)
{
	self->fd = hold_open();
	self->before = hold_balance(self->fd);
	self->max_locked = param_get("max_locked");
	ASSERT_EQ(0, param_set("max_locked", 0xffffffff));
	self->reserved = mmap(NULL, WINDOW + 3 * HUGE, PROT_NONE, MAP_PRIVATE |
			      MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	ASSERT_NE(MAP_FAILED, (void *)self->reserved);
	self->window = (void *)((addr(self->reserved) + HUGE - 1) & -HUGE);
	if (has_kmsan && variant->offset + variant->len > KMSAN_MAPS)
		SKIP(return, "KMSAN maps at most 2 GiB at once");
	if (!map_window(self->window, WINDOW + HUGE))
		SKIP(return, "no huge page: %s", strerror(errno));
	memset(self->window, MEM_CANARY, HUGE);
}

FIXTURE_TEARDOWN(locked)
{
	EXPECT_TRUE(hold_balanced(self->fd, &self->before));
	EXPECT_EQ(0, param_set("max_locked", self->max_locked));
	munmap(self->reserved, WINDOW + 3 * HUGE);
	close(self->fd);
}

static __u64 pages(__u64 offset, __u64 len)
{
	return (offset % PAGE + len + PAGE - 1) / PAGE;
}

/* How many bytes of @want at @at lie in the range. */
static __u64 inside(__u64 len, __u64 at, __u64 want)
{
	if (at >= len)
		return 0;
	return want < len - at ? want : len - at;
}

/* Which byte of the huge page is byte @at of the range. */
static unsigned char *byte_at(const struct _test_data_locked *self,
			      const struct _fixture_variant_locked *variant,
			      __u64 at)
{
	return self->window + (variant->offset + at) % HUGE;
}

/* At all ends of the range: what is in it is copied, and nothing else. */
static void copy_at(struct __test_metadata *_metadata,
		    struct _test_data_locked *self,
		    const struct _fixture_variant_locked *variant, __u32 mdl,
		    __u64 at)
{
	unsigned char data[64], *p;
	__u64 n = inside(variant->len, at, sizeof(data)), i;
	struct hold_op op;

	memset(self->window, MEM_CANARY, HUGE);
	fill(data, sizeof(data), 1);
	op = hold_ok(self->fd, COPY_TO, .mdl = mdl, .offset = at,
		     .len = sizeof(data), .data = addr(data));
	EXPECT_EQ(n, op.out_count) {
		TH_LOG("to %llx", at);
	}
	for (i = 0; i < n; i++) {
		p = byte_at(self, variant, at + i);
		EXPECT_EQ(pattern(1, i), *p);
		*p = MEM_CANARY;
	}
	EXPECT_EQ(HUGE, match_byte(self->window, HUGE, MEM_CANARY)) {
		TH_LOG("to %llx", at);
	}
	memset(data, POISON, sizeof(data));
	op = hold_ok(self->fd, COPY_FROM, .mdl = mdl, .offset = at,
		     .len = sizeof(data), .data = addr(data));
	EXPECT_EQ(n, op.out_count) {
		TH_LOG("from %llx", at);
	}
	EXPECT_EQ(n, match_byte(data, n, MEM_CANARY));
	counts[N_TRIED] += 2;
}

static void copy_everywhere(struct __test_metadata *_metadata,
			    struct _test_data_locked *self,
			    const struct _fixture_variant_locked *variant,
			    __u32 mdl)
{
	const __u64 at[] = {
		0, PAGE - variant->offset, TWO_31 - 32, TWO_31,
		variant->len - 65, variant->len - 64, variant->len - 63,
		variant->len - 1, variant->len, TWO_32 - 32, TWO_32,
		TWO_32 + 1, TWO_63 - 1, TWO_63, -64ULL, -1ULL,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(at); i++)
		copy_at(_metadata, self, variant, mdl, at[i]);
}

/* As the second buffer of a request; through copies and by its address. */
TEST_F(locked, by_request)
{
	unsigned char data[100];
	struct holding holding;
	struct hold_op op;

	ASSERT_TRUE(holding_begin(&holding, self->fd, 0, IOCTL_HOLD_WRITE,
				  self->window + variant->offset,
				  variant->len));
	op = hold_ok(self->fd, INFO, .mdl = HOLD_HELD(0));
	EXPECT_EQ(variant->len, op.out_bytes);
	EXPECT_EQ(pages(variant->offset, variant->len), op.out_pages);
	EXPECT_EQ(variant->offset, op.out_page_offset);
	EXPECT_FALSE(op.out_flags & HOLD_CONTIGUOUS);
	copy_everywhere(_metadata, self, variant, HOLD_HELD(0));
	fill(byte_at(self, variant, variant->len - 100), 1, 2);
	op = hold(self->fd, READ_ADDRESS, .mdl = HOLD_HELD(0),
		  .offset = variant->len - 100, .len = 100, .data = addr(data));
	if (!op.out_status)
		EXPECT_EQ(pattern(2, 0), data[0]);
	holding_end(&holding);
	EXPECT_EQ(0, holding.error);
}

/* What a driver makes of such an MDL: parts of it, and its start moved. */
TEST_F(locked, by_driver)
{
	struct hold_op op;

	hold_ok(self->fd, ALLOC, .data = addr(self->window + variant->offset),
		.len = variant->len);
	hold_ok(self->fd, LOCK, .flags = true);
	copy_everywhere(_metadata, self, variant, 0);
	op = hold_ok(self->fd, SEGMENTS);
	EXPECT_EQ(variant->len, op.out_sum);
	EXPECT_EQ(pages(variant->offset, variant->len), op.out_count);

	op = hold_ok(self->fd, PARTIAL, .mdl = 1,
		     .offset = variant->len - 1, .len = 1);
	EXPECT_EQ(1, op.out_bytes);
	EXPECT_EQ(1, op.out_pages);
	EXPECT_EQ((variant->offset + variant->len - 1) % PAGE,
		  op.out_page_offset);
	op = hold_ok(self->fd, PARTIAL, .mdl = 2, .offset = 1);
	EXPECT_EQ(variant->len - 1, op.out_bytes);
	hold_ok(self->fd, FREE, .mdl = 1);
	hold_ok(self->fd, FREE, .mdl = 2);

	hold_bad(self->fd, STATUS_INVALID_PARAMETER_2, ADVANCE,
		 .len = variant->len);
	hold_bad(self->fd, STATUS_INVALID_PARAMETER_2, ADVANCE, .len = -1ULL);
	op = hold_ok(self->fd, ADVANCE, .len = variant->len - 65);
	EXPECT_EQ(65, op.out_bytes);
	EXPECT_EQ(pages(variant->offset + variant->len - 65, 65),
		  op.out_pages);
	hold_ok(self->fd, UNLOCK);
}

/* A part whose end wraps, or lies behind the range [5.34]. */
TEST_F(locked, parts_outside)
{
	const struct {
		__u64 offset, len;
	} outside[] = {
		{ variant->len, 0 }, { variant->len, 1 }, { 0, variant->len + 1 },
		{ 1, variant->len }, { variant->len - 1, 2 }, { 1, -1ULL },
		{ variant->len - 1, -1ULL }, { -1ULL, 1 }, { -1ULL, 2 },
		{ TWO_63, TWO_63 }, { TWO_32, 1 }, { TWO_32 + 1, 0 },
	};
	size_t i;

	hold_ok(self->fd, ALLOC, .data = addr(self->window + variant->offset),
		.len = variant->len);
	hold_ok(self->fd, LOCK);
	for (i = 0; i < ARRAY_SIZE(outside); i++) {
		expect_violations("PARTIAL_OUTSIDE", 1,
			hold_bad(self->fd, STATUS_UNSUCCESSFUL, PARTIAL,
				 .mdl = 1, .offset = outside[i].offset,
				 .len = outside[i].len));
		counts[N_TRIED]++;
	}
}

/* --- lengths of MDLs, by the module's limit ------------------------------------ */

static const __u64 mdl_lengths[] = {
	0, 1, PAGE, 100 * KIB - 1, 100 * KIB, 100 * KIB + 1, TWO_31 - 1, TWO_31,
	TWO_31 + 1, TWO_32 - 1, TWO_32, TWO_32 + 1, TWO_32 + PAGE, TWO_63 - 1,
	TWO_63, -PAGE * 1ULL, -1ULL,
};

/* [5.7], [5.8]: NULL, where it is too long, whatever the number. */
TEST(lengths_of_mdls)
{
	struct mem mem = mem_new(100 * KIB, 0);
	unsigned long max_locked = param_get("max_locked");
	int fd = hold_open(), what;
	struct hold_balance before = hold_balance(fd);
	struct hold_op op;
	size_t i;

	ASSERT_EQ(0, param_set("max_locked", 100 * KIB));
	for (i = 0; i < 2 * ARRAY_SIZE(mdl_lengths); i++) {
		__u64 len = mdl_lengths[i / 2];
		bool good = len && len <= 100 * KIB;

		what = i & 1 ? HOLD_PAGES : HOLD_ALLOC;
		op = hold_do(fd, (struct hold_op){
			.what = what, .len = len, .data = addr(mem.p) });
		EXPECT_EQ(good ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL,
			  op.out_status) {
			TH_LOG("%llx", len);
		}
		if (good)
			EXPECT_EQ(i & 1 ? pages(0, len) * PAGE : len,
				  op.out_bytes);
		hold(fd, FREE);
		counts[N_TRIED]++;
	}
	EXPECT_EQ(0, param_set("max_locked", max_locked));
	EXPECT_TRUE(hold_balanced(fd, &before));
	close(fd);
	mem_free(&mem);
}

/* --- mmap ------------------------------------------------------------------------ */

/* What mmap(2) returns for @len bytes at @offset of a driver's 16 pages. */
static int try_mmap(int fd, size_t len, __u64 offset)
{
	void *p = (void *)syscall(SYS_mmap, NULL, len, PROT_READ | PROT_WRITE,
				  MAP_SHARED, fd, offset);
	int error = errno;

	if (p == MAP_FAILED)
		return error;
	munmap(p, len);
	return 0;
}

TEST(lengths_of_mappings)
{
	const __u64 lens[] = {
		0, 1, PAGE, 15 * PAGE, 16 * PAGE - 1, 16 * PAGE, 16 * PAGE + 1,
		17 * PAGE, TWO_31, TWO_32, TWO_32 + PAGE, TWO_63, -PAGE, -1ULL,
	};
	const __u64 offsets[] = {
		0, 1, PAGE, HOLD_MMAP(1), HOLD_MMAP(1) + PAGE, HOLD_MMAP(2),
		HOLD_MMAP(HOLD_MDLS - 1), HOLD_MMAP(HOLD_MDLS), TWO_31, TWO_32,
		TWO_32 + HOLD_MMAP(1), HOLD_MMAP(1ULL << 32), TWO_63,
		TWO_63 + HOLD_MMAP(1), -HOLD_MMAP(1), -PAGE, -1ULL,
	};
	int fd = hold_open(), error;
	struct hold_balance before = hold_balance(fd);
	size_t i, k;
	bool good;

	hold_ok(fd, PAGES, .mdl = 1, .len = 16 * PAGE);
	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		for (k = 0; k < ARRAY_SIZE(offsets); k++) {
			error = try_mmap(fd, lens[i], offsets[k]);
			good = lens[i] && lens[i] <= 16 * PAGE &&
			       offsets[k] == HOLD_MMAP(1);
			EXPECT_EQ(good, !error) {
				TH_LOG("%llx bytes at %llx: %s", lens[i],
				       offsets[k], strerror(error));
			}
			counts[N_TRIED]++;
		}
	}
	EXPECT_TRUE(hold_balanced(fd, &before));
	close(fd);
}

/* A mapping does not grow: what is behind the pages is not the caller's. */
TEST(grown_mapping)
{
	int fd = hold_open();
	struct hold_balance before = hold_balance(fd);
	char *p;

	hold_ok(fd, PAGES, .mdl = 1, .len = 16 * PAGE);
	p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		 HOLD_MMAP(1));
	ASSERT_NE(MAP_FAILED, (void *)p);
	EXPECT_EQ(MAP_FAILED, mremap(p, PAGE, 2 * PAGE, MREMAP_MAYMOVE));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(MAP_FAILED, mremap(p, PAGE, 64 * PAGE, MREMAP_MAYMOVE));
	munmap(p, PAGE);
	EXPECT_TRUE(hold_balanced(fd, &before));
	close(fd);
}

/* --- read and write ---------------------------------------------------------------- */

FIXTURE(rw)
{
	int fd;
	char data[64];
};

FIXTURE_VARIANT(rw)
{
	const char *path;
};

FIXTURE_VARIANT_ADD(rw, buffered) { .path = "/dev/ntio/rw-buffered" };
FIXTURE_VARIANT_ADD(rw, direct) { .path = "/dev/ntio/rw-direct" };
FIXTURE_VARIANT_ADD(rw, neither) { .path = "/dev/ntio/rw-neither" };

static bool rw_plan(int fd)
{
	/* Any offset is good, and all bytes are read or written. */
	struct rw_plan plan = { .flags = RW_PLANNED, .information = 8,
				.written = 8 };
	struct ntio_device_control c = {
		.code = IOCTL_RW_PLAN, .in = addr(&plan),
		.in_len = sizeof(plan),
	};

	return !control(fd, &c);
}

static struct rw_saw rw_saw(int fd)
{
	struct rw_saw saw = { };
	struct ntio_device_control c = {
		.code = IOCTL_RW_SAW, .out = addr(&saw),
		.out_len = sizeof(saw),
	};

	if (control(fd, &c))
		abort();
	return saw;
}

FIXTURE_SETUP(rw)
{
	self->fd = open(variant->path, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
	ASSERT_TRUE(rw_plan(self->fd));
}

FIXTURE_TEARDOWN(rw)
{
	close(self->fd);
}

/* [6.2]: 64 bits, exactly as given, and never beyond 2^63. */
TEST_F(rw, offsets)
{
	const __u64 offsets[] = {
		0, 1, TWO_31 - 1, TWO_31, TWO_32 - 1, TWO_32, TWO_32 + 1,
		TWO_63 - 10, TWO_63 - 9, TWO_63 - 8, TWO_63 - 7, TWO_63 - 1,
		TWO_63, -8ULL, -1ULL,
	};
	__u32 calls;
	size_t i;
	ssize_t n;

	for (i = 0; i < 2 * ARRAY_SIZE(offsets); i++) {
		__u64 offset = offsets[i / 2];
		bool good = offset + 8 < TWO_63 && offset + 8 > offset;

		calls = rw_saw(self->fd).calls;
		n = i & 1 ? pwrite(self->fd, self->data, 8, offset) :
			    pread(self->fd, self->data, 8, offset);
		EXPECT_EQ(good ? 8 : -1, n) {
			TH_LOG("%llx: %s", offset, strerror(errno));
		}
		EXPECT_EQ(calls + good, rw_saw(self->fd).calls);
		if (good)
			EXPECT_EQ(offset, rw_saw(self->fd).offset);
		counts[N_TRIED]++;
	}
}

/* The position moves by what was transferred, up to the last one there is. */
TEST_F(rw, position_at_the_end)
{
	const off_t last = LLONG_MAX;

	ASSERT_EQ(last - 16, lseek(self->fd, last - 16, SEEK_SET));
	EXPECT_EQ(8, read(self->fd, self->data, 8));
	EXPECT_EQ(last - 16, rw_saw(self->fd).offset);
	EXPECT_EQ(8, write(self->fd, self->data, 8));
	EXPECT_EQ(last - 8, rw_saw(self->fd).offset);
	EXPECT_EQ(last, lseek(self->fd, 0, SEEK_CUR));
	EXPECT_EQ(-1, read(self->fd, self->data, 8));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, lseek(self->fd, 1, SEEK_CUR));
	EXPECT_EQ(2, rw_saw(self->fd).calls);
	counts[N_TRIED] += 4;
}

/* A vector's segments have offsets of their own, and reach no further. */
TEST_F(rw, vector_at_the_end)
{
	struct iovec iov[3] = {
		{ self->data, 8 }, { self->data + 8, 8 }, { self->data + 16, 8 },
	};

	EXPECT_EQ(24, preadv(self->fd, iov, 3, LLONG_MAX - 24));
	EXPECT_EQ(LLONG_MAX - 8, rw_saw(self->fd).offset);
	EXPECT_EQ(-1, preadv(self->fd, iov, 3, LLONG_MAX - 23));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(3, rw_saw(self->fd).calls);
	counts[N_TRIED] += 2;
}

/* As many segments as there may be, and more; most of them are empty. */
TEST_F(rw, numbers_of_segments)
{
	static const unsigned int numbers[] = {
		0, 1, 2, 1023, 1024, 1025, 65535, 65536, 1U << 31, UINT_MAX,
	};
	struct iovec *iov = calloc(65536, sizeof(*iov));
	size_t i, k;
	long n, sum;

	ASSERT_NE(NULL, iov);
	for (k = 0; k < 65536; k++)
		iov[k] = (struct iovec){ self->data, k % 256 ? 0 : 8 };
	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		sum = (numbers[i] + 255L) / 256 * 8;
		n = syscall(SYS_readv, self->fd, iov, (unsigned long)numbers[i]);
		EXPECT_EQ(numbers[i] > 1024 ? -1 : sum, n) {
			TH_LOG("%u segments", numbers[i]);
		}
		counts[N_TRIED]++;
	}
	free(iov);
}

/* Lengths that are no length, alone and as the sum of a vector. */
TEST_F(rw, lengths)
{
	static const __u64 lengths[] = {
		TWO_31, TWO_32 - 1, TWO_32, TWO_32 + 8, TWO_63 - 1, TWO_63,
		-8ULL, -1ULL,
	};
	struct iovec iov[2] = { { self->data, 8 }, { self->data, 0 } };
	__u32 calls = rw_saw(self->fd).calls;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		EXPECT_GT(0, syscall(SYS_read, self->fd, self->data,
				     lengths[i])) {
			TH_LOG("read %llx", lengths[i]);
		}
		counts[N_TRIED]++;
	}
	EXPECT_EQ(calls, rw_saw(self->fd).calls);
	/* The second one is too long by itself, or the sum of both. */
	for (i = 4; i < ARRAY_SIZE(lengths); i++) {
		iov[1].iov_len = lengths[i];
		syscall(SYS_readv, self->fd, iov, 2L);
		EXPECT_GE(8, rw_saw(self->fd).length);
		counts[N_TRIED]++;
	}
}

/* --- the sum -------------------------------------------------------------------------- */

FIXTURE(sum) { };
FIXTURE_SETUP(sum) { }
FIXTURE_TEARDOWN(sum) { }

/* Comes last. */
TEST_F(sum, counted)
{
	printf("# Beyond 31 and 32 bits: %ld lengths, offsets and counts tried.\n",
	       counts[N_TRIED]);
	EXPECT_LE(500, counts[N_TRIED]);
}

static void huge_pages(const char *number)
{
	int fd = open("/proc/sys/vm/nr_hugepages", O_WRONLY | O_CLOEXEC);

	if (fd >= 0 && write(fd, number, strlen(number)) < 0)
		printf("# nr_hugepages: %s\n", strerror(errno));
	close(fd);
}

static __attribute__((constructor)) void reserve_huge_pages(void)
{
	huge_pages("1");
	has_kmsan = kernel_has("kmsan_report");
}

static __attribute__((destructor)) void return_huge_pages(void)
{
	huge_pages("0");
}

TEST_HARNESS_MAIN
