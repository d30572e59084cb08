// SPDX-License-Identifier: GPL-2.0
/* METHOD_IN_DIRECT and METHOD_OUT_DIRECT: locked pages. */
#include <pthread.h>

#include "kselftest_harness.h"
#include "ntio_test.h"

#define MDL_FLAGS (ECHO_SAW_MDL | ECHO_SAW_WRITABLE)

FIXTURE(direct)
{
	int fd;
	struct mem first, second;
	long pins;
};

FIXTURE_VARIANT(direct)
{
	size_t len;
	size_t offset;
};

SIZE_VARIANTS(direct);

FIXTURE_SETUP(direct)
{
	self->fd = echo_open();
	self->first = mem_new(variant->len, PAGE - 1 - variant->offset);
	self->second = mem_new(variant->len, variant->offset);
	ASSERT_NE(NULL, self->first.map);
	ASSERT_NE(NULL, self->second.map);
	self->pins = pins();
}

FIXTURE_TEARDOWN(direct)
{
	EXPECT_EQ(self->pins, pins());
	EXPECT_TRUE(mem_around_intact(&self->first));
	EXPECT_TRUE(mem_around_intact(&self->second));
	mem_free(&self->first);
	mem_free(&self->second);
	close(self->fd);
}

/* Common to both methods [2.14]-[2.16], [2.19]. */
static void expect_saw(struct __test_metadata *_metadata, int fd, __u32 code,
		       __u32 in_len, const struct mem *second, bool writable)
{
	struct echo_saw saw = echo_saw(fd);
	__u32 flags = 0;

	if (in_len)
		flags |= ECHO_SAW_SYSTEM_BUFFER;
	if (second->len)
		flags |= ECHO_SAW_MDL | (writable ? ECHO_SAW_WRITABLE : 0);
	EXPECT_EQ(code, saw.code);
	EXPECT_EQ(flags, saw.flags & (MDL_FLAGS | ECHO_SAW_SYSTEM_BUFFER |
				      ECHO_SAW_CALLER | ECHO_SAW_IN_ADDRESS |
				      ECHO_SAW_OUT_ADDRESS));
	EXPECT_EQ(in_len, saw.in_len);
	EXPECT_EQ(second->len, saw.out_len);
	EXPECT_EQ(mem_pages(second), saw.pages);
	EXPECT_EQ(second->len ? addr(second->p) % PAGE : 0, saw.page_offset);
	if (saw.pages == 1) {
		EXPECT_EQ(ECHO_SAW_CONTIGUOUS,
			  saw.flags & (ECHO_SAW_CONTIGUOUS | ECHO_SAW_MAPPED));
	}
	EXPECT_FALSE((saw.flags & ECHO_SAW_CONTIGUOUS) &&
		     (saw.flags & ECHO_SAW_MAPPED));
}

/* [2.15], [3.1], [3.7]: the driver reads the second buffer, all of it. */
TEST_F(direct, in_direct)
{
	struct mem back = mem_new(variant->len, 1);
	struct ntio_device_control c;

	fill(self->second.p, variant->len, 1);
	c = control_ok(self->fd, .code = IOCTL_ECHO_IN_DIRECT,
		       .in = addr(self->first.p), .in_len = variant->len,
		       .out = addr(self->second.p), .out_len = variant->len);
	EXPECT_EQ(variant->len, c.out_information);
	expect_saw(_metadata, self->fd, IOCTL_ECHO_IN_DIRECT, variant->len,
		   &self->second, false);
	EXPECT_EQ(variant->len, match(self->second.p, variant->len, 1));

	/* The driver kept a copy: our buffer may change now. */
	memset(self->second.p, 0, variant->len);
	c = control_ok(self->fd, .code = IOCTL_ECHO_KEPT,
		       .out = addr(back.p), .out_len = back.len);
	EXPECT_EQ(variant->len, c.out_information);
	EXPECT_EQ(variant->len, match(back.p, variant->len, 1));
	EXPECT_TRUE(mem_around_intact(&back));
	mem_free(&back);
}

/* [2.14], [2.15], [3.1]: the driver writes the second from the first. */
TEST_F(direct, out_direct)
{
	struct ntio_device_control c;

	fill(self->first.p, variant->len, 2);
	c = control_ok(self->fd, .code = IOCTL_ECHO_OUT_DIRECT,
		       .in = addr(self->first.p), .in_len = variant->len,
		       .out = addr(self->second.p), .out_len = variant->len);
	EXPECT_EQ(variant->len, c.out_information);
	expect_saw(_metadata, self->fd, IOCTL_ECHO_OUT_DIRECT, variant->len,
		   &self->second, true);
	EXPECT_EQ(variant->len, match(self->second.p, variant->len, 2));
	EXPECT_EQ(variant->len, match(self->first.p, variant->len, 2));
}

/* [2.14]: the first buffer may be shorter; the rest stays as it is [2.18]. */
TEST_F(direct, out_direct_shorter_first)
{
	size_t len = variant->len / 2;
	struct ntio_device_control c;

	fill(self->first.p, variant->len, 3);
	c = control_ok(self->fd, .code = IOCTL_ECHO_OUT_DIRECT,
		       .in = addr(self->first.p), .in_len = len,
		       .out = addr(self->second.p), .out_len = variant->len);
	EXPECT_EQ(len, c.out_information);
	EXPECT_EQ(len, match(self->second.p, len, 3));
	EXPECT_EQ(variant->len - len,
		  match_byte(self->second.p + len, variant->len - len,
			     POISON));
}

/* Locked for long: the same answers, and the pages are given back. */
TEST_F(direct, long_term)
{
	struct mem back = mem_new(variant->len, 1);

	fill(self->first.p, variant->len, 4);
	fill(self->second.p, variant->len, 5);
	control_ok(self->fd, .code = IOCTL_ECHO_IN_DIRECT_LONG,
		   .out = addr(self->second.p), .out_len = variant->len);
	control_ok(self->fd, .code = IOCTL_ECHO_KEPT,
		   .out = addr(back.p), .out_len = back.len);
	EXPECT_EQ(variant->len, match(back.p, variant->len, 5));
	control_ok(self->fd, .code = IOCTL_ECHO_OUT_DIRECT_LONG,
		   .in = addr(self->first.p), .in_len = variant->len,
		   .out = addr(self->second.p), .out_len = variant->len);
	EXPECT_EQ(variant->len, match(self->second.p, variant->len, 4));
	mem_free(&back);
}

/* [2.50]: the first buffer is copied before the second is written. */
TEST_F(direct, identical)
{
	fill(self->second.p, variant->len, 6);
	control_ok(self->fd, .code = IOCTL_ECHO_OUT_DIRECT,
		   .in = addr(self->second.p), .in_len = variant->len,
		   .out = addr(self->second.p), .out_len = variant->len);
	EXPECT_EQ(variant->len, match(self->second.p, variant->len, 6));
}

TEST_F(direct, overlapping)
{
	struct mem mem = mem_new(variant->len + 17, variant->offset);

	fill(mem.p, variant->len, 7);
	control_ok(self->fd, .code = IOCTL_ECHO_OUT_DIRECT,
		   .in = addr(mem.p), .in_len = variant->len,
		   .out = addr(mem.p + 17), .out_len = variant->len);
	EXPECT_EQ(variant->len, match(mem.p + 17, variant->len, 7));
	EXPECT_TRUE(mem_around_intact(&mem));
	mem_free(&mem);
}

/* Kinds of memory, and whether each method may lock it. */
FIXTURE(classes)
{
	int fd;
	struct mem mem;
	long pins;
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

FIXTURE_SETUP(classes)
{
	self->fd = echo_open();
	self->mem = mem_map(variant->class, 2 * PAGE, 511);
	ASSERT_NE(NULL, self->mem.map);
	self->pins = pins();
}

FIXTURE_TEARDOWN(classes)
{
	EXPECT_EQ(self->pins, pins());
	mem_free(&self->mem);
	close(self->fd);
}

TEST_F(classes, out_direct)
{
	struct mem first = mem_new(self->mem.len, 0);
	size_t i;

	fill(first.p, first.len, 8);
	control_ok(self->fd, .code = IOCTL_ECHO_OUT_DIRECT,
		   .in = addr(first.p), .in_len = first.len,
		   .out = addr(self->mem.p), .out_len = self->mem.len);
	for (i = 0; i < 3; i++)
		mem_protect(&self->mem, i, PROT_READ);
	EXPECT_EQ(first.len, match(self->mem.p, first.len, 8));
	if (variant->class != MEM_UNTOUCHED)
		EXPECT_TRUE(mem_around_intact(&self->mem));
	mem_free(&first);
}

TEST_F(classes, in_direct)
{
	struct mem back = mem_new(self->mem.len, 0);

	if (variant->class != MEM_UNTOUCHED)
		fill(self->mem.p, self->mem.len, 9);
	control_ok(self->fd, .code = IOCTL_ECHO_IN_DIRECT,
		   .out = addr(self->mem.p), .out_len = self->mem.len);
	control_ok(self->fd, .code = IOCTL_ECHO_KEPT,
		   .out = addr(back.p), .out_len = back.len);
	EXPECT_EQ(back.len, variant->class == MEM_UNTOUCHED ?
		  match_byte(back.p, back.len, 0) :
		  match(back.p, back.len, 9));
	mem_free(&back);
}

FIXTURE(echo)
{
	int fd;
	long pins;
};

FIXTURE_SETUP(echo)
{
	self->fd = echo_open();
	self->pins = pins();
}

FIXTURE_TEARDOWN(echo)
{
	EXPECT_EQ(self->pins, pins());
	close(self->fd);
}

/* [2.14], [2.16]: no length, no system buffer, no MDL; the driver is called. */
TEST_F(echo, zero_lengths)
{
	static const __u32 codes[] = {
		IOCTL_ECHO_IN_DIRECT, IOCTL_ECHO_OUT_DIRECT,
		IOCTL_ECHO_IN_DIRECT_LONG, IOCTL_ECHO_OUT_DIRECT_LONG,
	};
	static const __u64 addresses[] = {
		0, 1, 0x800000000000, 0xffff888000000000, 0xffffffffffffffff,
	};
	unsigned int calls = 0;
	size_t i, j;

	for (i = 0; i < 4; i++) {
		for (j = 0; j < 5; j++) {
			control_ok(self->fd, .code = codes[i],
				   .in = addresses[j], .out = addresses[j]);
			EXPECT_EQ(++calls, echo_saw(self->fd).calls);
			EXPECT_EQ(0, echo_saw(self->fd).flags &
				  (ECHO_SAW_SYSTEM_BUFFER | ECHO_SAW_MDL));
			EXPECT_EQ(0, echo_saw(self->fd).pages);
		}
	}
}

/* [2.8], [2.14]: a NULL first buffer has no length. */
TEST_F(echo, null_first)
{
	struct mem mem = mem_new(100, 0);

	control_ok(self->fd, .code = IOCTL_ECHO_OUT_DIRECT, .in_len = 50,
		   .out = addr(mem.p), .out_len = 100);
	EXPECT_EQ(0, echo_saw(self->fd).in_len);
	EXPECT_EQ(0, echo_saw(self->fd).flags & ECHO_SAW_SYSTEM_BUFFER);
	EXPECT_EQ(100, match_byte(mem.p, 100, POISON));
	mem_free(&mem);
}

/* Pages in order, in every shape: the same page twice, the other way round. */
TEST_F(echo, pages_out_of_order)
{
	int memfd = memfd_create("ntio", MFD_CLOEXEC);
	static const int order[] = { 2, 0, 3, 1, 0 };
	struct mem back = mem_new(5 * PAGE - 511, 0);
	struct mem mem = mem_new(5 * PAGE, 0);
	unsigned char *file;
	int i;

	ASSERT_EQ(0, ftruncate(memfd, 4 * PAGE));
	file = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, memfd,
		    0);
	ASSERT_NE(MAP_FAILED, (void *)file);
	fill(file, 4 * PAGE, 10);
	for (i = 0; i < 5; i++)
		ASSERT_NE(MAP_FAILED, mmap(mem.p + i * PAGE, PAGE, PROT_READ,
					   MAP_SHARED | MAP_FIXED, memfd,
					   order[i] * PAGE));
	control_ok(self->fd, .code = IOCTL_ECHO_IN_DIRECT,
		   .out = addr(mem.p + 511), .out_len = back.len);
	EXPECT_EQ(5, echo_saw(self->fd).pages);
	EXPECT_EQ(ECHO_SAW_MAPPED, echo_saw(self->fd).flags &
		  (ECHO_SAW_CONTIGUOUS | ECHO_SAW_MAPPED));
	control_ok(self->fd, .code = IOCTL_ECHO_KEPT,
		   .out = addr(back.p), .out_len = back.len);
	EXPECT_EQ(0, memcmp(mem.p + 511, back.p, back.len));
	EXPECT_EQ(pattern(10, 2 * PAGE + 511), back.p[0]);
	EXPECT_EQ(pattern(10, PAGE - 1), back.p[back.len - 1]);
	mem_free(&mem);
	mem_free(&back);
	munmap(file, 4 * PAGE);
	close(memfd);
}

/* Pages that follow each other are reached without a mapping [7.5]. */
TEST_F(echo, contiguous)
{
	struct mem mem = mem_new(4 * MIB, 0), back = mem_new(MIB, 0);
	unsigned char *huge = (void *)(((uintptr_t)mem.p + 2 * MIB - 1) &
				       -(2 * MIB));

	if (madvise(huge, 2 * MIB, MADV_DONTNEED) ||
	    madvise(huge, 2 * MIB, MADV_HUGEPAGE))
		SKIP(return, "MADV_HUGEPAGE: %s", strerror(errno));
	fill(huge, 2 * MIB, 14);
	control_ok(self->fd, .code = IOCTL_ECHO_IN_DIRECT,
		   .out = addr(huge), .out_len = MIB);
	EXPECT_EQ(256, echo_saw(self->fd).pages);
	if (!(echo_saw(self->fd).flags & ECHO_SAW_CONTIGUOUS))
		SKIP(return, "no huge page was to be had");
	EXPECT_FALSE(echo_saw(self->fd).flags & ECHO_SAW_MAPPED);
	control_ok(self->fd, .code = IOCTL_ECHO_KEPT,
		   .out = addr(back.p), .out_len = MIB);
	EXPECT_EQ(MIB, match(back.p, MIB, 14));
	mem_free(&mem);
	mem_free(&back);
}

static __u64 read_entry(const char *path, __u64 index)
{
	__u64 entry = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || pread(fd, &entry, sizeof(entry), index * 8) != 8)
		entry = ~0ULL;
	close(fd);
	return entry;
}

/* The kernel's own mark on the page at @p; -1: this kernel does not tell. */
static int page_is_dirty(const void *p)
{
	__u64 page = read_entry("/proc/self/pagemap", addr(p) / PAGE);
	__u64 flags;

	if (page == ~0ULL)
		return -1;
	flags = read_entry("/proc/kpageflags", page & ((1ULL << 55) - 1));
	return flags == ~0ULL ? -1 : flags >> 4 & 1;
}

/* [5.23]: pages locked for writing are marked as modified, others not. */
TEST_F(echo, dirty)
{
	struct mem mem = mem_new(2 * PAGE, 0);

	madvise(mem.map, mem.map_len, MADV_NOHUGEPAGE);
	if (page_is_dirty(mem.p) < 0)
		SKIP(return, "no /proc/kpageflags");
	ASSERT_EQ(0, page_is_dirty(mem.p));
	control_ok(self->fd, .code = IOCTL_ECHO_IN_DIRECT,
		   .out = addr(mem.p), .out_len = mem.len);
	EXPECT_EQ(0, page_is_dirty(mem.p));
	control_ok(self->fd, .code = IOCTL_ECHO_OUT_DIRECT,
		   .out = addr(mem.p), .out_len = PAGE);
	EXPECT_EQ(1, page_is_dirty(mem.p));
	EXPECT_EQ(0, page_is_dirty(mem.p + PAGE));
	mem_free(&mem);
}

/* [3.2]: a copy-on-write page is the caller's own before it is locked. */
TEST_F(echo, copy_on_write)
{
	struct mem mem = mem_map(MEM_FILE_PRIVATE, PAGE, 0);
	struct mem first = mem_new(PAGE, 0);
	int status[2];
	char ready;
	pid_t child;

	ASSERT_EQ(0, pipe(status));
	fill(first.p, PAGE, 12);
	fill(mem.p, PAGE, 13);
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		close(status[1]);
		if (read(status[0], &ready, 1) < 0)
			_exit(2);
		_exit(match(mem.p, PAGE, 13) != PAGE);
	}
	control_ok(self->fd, .code = IOCTL_ECHO_OUT_DIRECT,
		   .in = addr(first.p), .in_len = PAGE,
		   .out = addr(mem.p), .out_len = PAGE);
	EXPECT_EQ(PAGE, match(mem.p, PAGE, 12));
	close(status[1]);
	ASSERT_EQ(child, waitpid(child, status, 0));
	EXPECT_EQ(0, status[0]);
	mem_free(&mem);
	mem_free(&first);
}

TEST_HARNESS_MAIN
