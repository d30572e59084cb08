// SPDX-License-Identifier: GPL-2.0
/*
 * Pages in every shape: never assume that they follow each other, or differ.
 * Compare CVE-2023-2598 and CVE-2023-6560.
 */
#include "kselftest_harness.h"
#include "hold.h"

#define PAGES 64
#define HUGE (2 * MIB)

enum shape {
	SMALL_PAGES,
	REVERSED,
	SHUFFLED,
	ONE_PAGE,
	TWO_IN_TURN,
	ALMOST,		/* a run of pages, but for the last */
	MEMFD,
	THP,
	THP_HALF,	/* a huge page and small ones behind it */
	HUGETLB,
	HUGETLB_MEMFD,
};

FIXTURE(shape)
{
	int fd;
	struct hold_balance before;
	unsigned char *reserved, *map;
	size_t map_len;
	unsigned char *data;
};

FIXTURE_VARIANT(shape)
{
	enum shape shape;
};

#define SHAPE(_name, _shape) \
	FIXTURE_VARIANT_ADD(shape, _name) { .shape = _shape }
SHAPE(small_pages, SMALL_PAGES);
SHAPE(reversed, REVERSED);
SHAPE(shuffled, SHUFFLED);
SHAPE(one_page, ONE_PAGE);
SHAPE(two_in_turn, TWO_IN_TURN);
SHAPE(almost, ALMOST);
SHAPE(memfd, MEMFD);
SHAPE(thp, THP);
SHAPE(thp_half, THP_HALF);
SHAPE(hugetlb, HUGETLB);
SHAPE(hugetlb_memfd, HUGETLB_MEMFD);

/* Which page of the file comes at @i. */
static size_t order(enum shape shape, size_t i)
{
	switch (shape) {
	case REVERSED:
		return PAGES - 1 - i;
	case SHUFFLED:
		return i * 27 % PAGES;
	case ONE_PAGE:
		return 7;
	case TWO_IN_TURN:
		return i % 2;
	case ALMOST:
		return i == PAGES - 1 ? 0 : i;
	default:
		return i;
	}
}

static size_t shape_len(enum shape shape)
{
	if (shape == THP_HALF)
		return HUGE + 16 * PAGE;
	if (shape == THP || shape == HUGETLB || shape == HUGETLB_MEMFD)
		return HUGE;
	return PAGES * PAGE;
}

static bool map_memfd(unsigned char *at, enum shape shape)
{
	unsigned int flags = shape == HUGETLB_MEMFD ? MFD_HUGETLB : 0;
	int fd = memfd_create("shape", MFD_CLOEXEC | flags);
	bool whole = shape == MEMFD || shape == HUGETLB_MEMFD;
	size_t len = shape_len(shape);
	size_t step = whole ? len : PAGE;
	size_t i;

	if (fd < 0 || ftruncate(fd, len))
		return false;
	for (i = 0; i < len / step; i++)
		if (mmap(at + i * step, step, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_FIXED, fd,
			 order(shape, i) * PAGE) == MAP_FAILED)
			return false;
	close(fd);
	return true;
}

static bool map_anon(unsigned char *at, enum shape shape, size_t len)
{
	int flags = shape == HUGETLB ? MAP_HUGETLB : 0;

	if (mmap(at, len, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | flags, -1,
		 0) == MAP_FAILED)
		return false;
	if (shape == SMALL_PAGES)
		return !madvise(at, len, MADV_NOHUGEPAGE);
	if (shape != THP && shape != THP_HALF)
		return true;
	return !madvise(at, HUGE, MADV_HUGEPAGE) &&
	       (len == HUGE || !madvise(at + HUGE, len - HUGE,
					MADV_NOHUGEPAGE));
}

FIXTURE_SETUP(shape)
{
	size_t len = shape_len(variant->shape);
	bool ok;

	self->fd = hold_open();
	self->before = hold_balance(self->fd);
	self->map_len = len;
	self->data = malloc(len);
	self->reserved = mmap(NULL, 3 * HUGE, PROT_NONE, MAP_PRIVATE |
			      MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	ASSERT_NE(NULL, self->data);
	ASSERT_NE(MAP_FAILED, (void *)self->reserved);
	self->map = (void *)((addr(self->reserved) + HUGE - 1) & -HUGE);
	if (variant->shape == SMALL_PAGES || variant->shape == HUGETLB ||
	    variant->shape == THP || variant->shape == THP_HALF)
		ok = map_anon(self->map, variant->shape, len);
	else
		ok = map_memfd(self->map, variant->shape);
	if (!ok)
		SKIP(return, "no such memory here: %s", strerror(errno));
	memset(self->map, MEM_CANARY, len);
}

FIXTURE_TEARDOWN(shape)
{
	EXPECT_TRUE(hold_balanced(self->fd, &self->before));
	munmap(self->reserved, 3 * HUGE);
	free(self->data);
	close(self->fd);
}

/* Whether the pages of a range follow each other, by the kernel's word. */
static bool follow(const unsigned char *p, size_t len)
{
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	__u64 mask = (1ULL << 55) - 1;
	__u64 first = addr(p) / PAGE, i, entry, begin = 0;
	bool ok = true;

	for (i = first; i <= (addr(p) + len - 1) / PAGE; i++) {
		if (pread(fd, &entry, 8, i * 8) != 8)
			ok = false;
		if (i == first)
			begin = entry & mask;
		ok = ok && (entry & mask) == begin + i - first;
	}
	close(fd);
	return ok;
}

/* Ranges to try: within a page, some pages, all, off the beginning. */
static const struct {
	size_t offset, len;	/* len 0: to the end */
} ranges[] = {
	{ 1, 100 }, { 0, PAGE }, { PAGE - 1, 2 }, { 511, 3 * PAGE },
	{ 5 * PAGE + 1, 30 * PAGE }, { 0, 0 }, { 40 * PAGE + 511, 0 },
};

#define for_each_range(_p, _len)					\
	for (size_t _i = 0; _i < ARRAY_SIZE(ranges) &&			\
	     ((_p) = self->map + ranges[_i].offset,			\
	      (_len) = ranges[_i].len ?:				\
		       self->map_len - ranges[_i].offset, true); _i++)

/* Contiguous if, and only if, it is true; else mapped when asked. */
TEST_F(shape, contiguous_or_mapped)
{
	struct hold_op op;
	unsigned char *p;
	size_t len;

	for_each_range(p, len) {
		hold_ok(self->fd, ALLOC, .data = addr(p), .len = len);
		op = hold_ok(self->fd, LOCK);
		EXPECT_EQ(follow(p, len), !!(op.out_flags & HOLD_CONTIGUOUS));
		EXPECT_FALSE(op.out_flags & HOLD_MAPPED);
		op = hold_ok(self->fd, READ_ADDRESS, .data = addr(self->data),
			     .len = len);
		EXPECT_EQ(!follow(p, len), !!(op.out_flags & HOLD_MAPPED));
		hold_ok(self->fd, UNLOCK);
		hold_ok(self->fd, FREE);
	}
	if (variant->shape == HUGETLB || variant->shape == HUGETLB_MEMFD)
		EXPECT_TRUE(follow(self->map, HUGE));
	if (variant->shape == ONE_PAGE)
		EXPECT_FALSE(follow(self->map, 2 * PAGE));
}

/* All that is read is what the caller sees there. */
TEST_F(shape, read)
{
	struct hold_op op;
	unsigned char *p;
	size_t len;

	fill(self->map, self->map_len, 1);
	for_each_range(p, len) {
		hold_ok(self->fd, ALLOC, .data = addr(p), .len = len);
		hold_ok(self->fd, LOCK);
#define expect_same(_what) ({						\
		memset(self->data, POISON, len);			\
		op = hold_ok(self->fd, _what, .data = addr(self->data),	\
			     .len = len);				\
		EXPECT_EQ(0, memcmp(self->data, p, len)) {		\
			TH_LOG("HOLD_" #_what);				\
		} })
		expect_same(COPY_FROM);
		expect_same(READ_ADDRESS);
		expect_same(ITER_FROM);
		EXPECT_EQ(len, op.out_count);
		expect_same(SEGMENTS);
		EXPECT_EQ(len, op.out_sum);
		expect_same(SG);
		EXPECT_EQ(len, op.out_sum);
		expect_same(DMA);
		EXPECT_EQ(len, op.out_sum);
		hold_ok(self->fd, UNLOCK);
		hold_ok(self->fd, FREE);
	}
}

/* What is written arrives, and no other byte changes. */
TEST_F(shape, write)
{
	size_t at = 3 * PAGE + 17, len = 4 * PAGE, i, page, offset;
	unsigned char *expected = malloc(self->map_len);

	/* Only the pages of the range may change; all are looked at. */
	fill(self->data, len, 2);
	memcpy(expected, self->map, self->map_len);
	hold_ok(self->fd, ALLOC, .data = addr(self->map + at), .len = len);
	hold_ok(self->fd, LOCK, .flags = true);
	hold_ok(self->fd, WRITE_ADDRESS, .data = addr(self->data),
		.len = len / 2);
	hold_ok(self->fd, COPY_TO, .data = addr(self->data + len / 2),
		.offset = len / 2, .len = len - len / 2);
	for (i = 0; i < len; i++)
		for (page = 0; page < self->map_len / PAGE; page++) {
			offset = (at + i) % PAGE;
			if (order(variant->shape, page) ==
			    order(variant->shape, (at + i) / PAGE))
				expected[page * PAGE + offset] =
					self->data[i];
		}
	EXPECT_EQ(0, memcmp(expected, self->map, self->map_len));
	free(expected);
}

/* As the second buffer of a request, held, locked for long. */
TEST_F(shape, held)
{
	struct holding holding;

	fill(self->map, self->map_len, 3);
	ASSERT_TRUE(holding_begin(&holding, self->fd, 0, IOCTL_HOLD_READ,
				  self->map + 511, self->map_len - 511));
	hold_ok(self->fd, READ_ADDRESS, .mdl = HOLD_HELD(0),
		.data = addr(self->data), .len = self->map_len - 511);
	EXPECT_EQ(0, memcmp(self->data, self->map + 511,
			    self->map_len - 511));
	holding_end(&holding);
	EXPECT_EQ(0, holding.error);
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
	huge_pages("4");
}

static __attribute__((destructor)) void return_huge_pages(void)
{
	huge_pages("0");
}

TEST_HARNESS_MAIN
