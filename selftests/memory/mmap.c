// SPDX-License-Identifier: GPL-2.0
/*
 * R1: a driver cannot make memory appear in a process; the process asks for it
 * with mmap(2), and may be rid of it whenever it likes (D7).
 */
#include <signal.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "hold.h"

#define LEN (10 * PAGE)

FIXTURE(mapping)
{
	int fd;
	struct hold_balance before;
	unsigned char *map;
	unsigned char copy[LEN];
};

FIXTURE_SETUP(mapping)
{
	self->fd = hold_open();
	self->before = hold_balance(self->fd);
	hold_ok(self->fd, PAGES, .len = LEN);
	self->map = mmap(NULL, LEN, PROT_READ | PROT_WRITE, MAP_SHARED,
			 self->fd, HOLD_MMAP(0));
	ASSERT_NE(MAP_FAILED, (void *)self->map);
}

FIXTURE_TEARDOWN(mapping)
{
	munmap(self->map, LEN);
	EXPECT_TRUE(hold_balanced(self->fd, &self->before));
	close(self->fd);
}

/* The driver's memory is the pattern @seed. */
static bool driver_sees(int fd, unsigned int seed)
{
	static unsigned char copy[LEN];

	hold(fd, READ_ADDRESS, .data = addr(copy), .len = LEN);
	return match(copy, LEN, seed) == LEN;
}

static void driver_writes(int fd, unsigned int seed)
{
	static unsigned char copy[LEN];

	fill(copy, LEN, seed);
	hold(fd, WRITE_ADDRESS, .data = addr(copy), .len = LEN);
}

static void *map_at(int fd, size_t len, int prot, int flags, __u64 offset)
{
	return mmap(NULL, len, prot, flags, fd, offset);
}

#define map_refused(_error, ...) do {					\
	errno = 0;							\
	EXPECT_EQ(MAP_FAILED, map_at(self->fd, __VA_ARGS__));		\
	EXPECT_EQ(_error, errno);					\
} while (0)

#define RW (PROT_READ | PROT_WRITE)

/* The number of the signal that touching @p is answered with. */
static int touch(unsigned char *p)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		signal(SIGSEGV, SIG_DFL);
		signal(SIGBUS, SIG_DFL);
		__atomic_store_n(p, 1, __ATOMIC_SEQ_CST);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

/* [5.38], [5.40]: zero at first, then what either side writes. */
TEST_F(mapping, both_ways)
{
	EXPECT_EQ(LEN, match_byte(self->map, LEN, 0));
	fill(self->map, LEN, 1);
	EXPECT_TRUE(driver_sees(self->fd, 1));
	driver_writes(self->fd, 2);
	EXPECT_EQ(LEN, match(self->map, LEN, 2));
}

/* [5.38]: every length up to all of it. */
TEST_F(mapping, lengths)
{
	size_t len;

	driver_writes(self->fd, 3);
	for (len = 1; len <= LEN; len += 1024) {
		unsigned char *p = map_at(self->fd, len, RW, MAP_SHARED,
					  HOLD_MMAP(0));

		ASSERT_NE(MAP_FAILED, (void *)p);
		EXPECT_EQ(len, match(p, len, 3));
		munmap(p, len);
	}
	map_refused(EINVAL, LEN + 1, RW, MAP_SHARED, HOLD_MMAP(0));
	map_refused(EINVAL, 100 * MIB, RW, MAP_SHARED, HOLD_MMAP(0));
}

/* The driver decides what is behind an offset. */
TEST_F(mapping, offsets)
{
	map_refused(EINVAL, PAGE, RW, MAP_SHARED, HOLD_MMAP(1));
	map_refused(EINVAL, PAGE, RW, MAP_SHARED, HOLD_MMAP(0) + PAGE);
	map_refused(EINVAL, PAGE, RW, MAP_SHARED, 1ULL << 40);
}

/* A private copy would not be the driver's memory. */
TEST_F(mapping, private_refused)
{
	map_refused(EINVAL, PAGE, RW, MAP_PRIVATE, HOLD_MMAP(0));
	map_refused(EINVAL, PAGE, PROT_READ, MAP_PRIVATE, HOLD_MMAP(0));
}

/* [5.37]: not executable, neither now nor later. */
TEST_F(mapping, not_executable)
{
	map_refused(EPERM, PAGE, PROT_READ | PROT_EXEC, MAP_SHARED,
		    HOLD_MMAP(0));
	EXPECT_EQ(-1, mprotect(self->map, PAGE, PROT_READ | PROT_EXEC));
	EXPECT_EQ(EACCES, errno);
}

/* [5.37]: who may only read cannot write, neither now nor later. */
TEST_F(mapping, read_only)
{
	int fd = open(HOLD_PATH, O_RDONLY);
	unsigned char *p;

	EXPECT_EQ(MAP_FAILED, map_at(fd, PAGE, RW, MAP_SHARED, HOLD_MMAP(0)));
	EXPECT_EQ(EACCES, errno);
	p = map_at(fd, PAGE, PROT_READ, MAP_SHARED, HOLD_MMAP(0));
	ASSERT_NE(MAP_FAILED, (void *)p);
	driver_writes(self->fd, 4);
	EXPECT_EQ(PAGE, match(p, PAGE, 4));
	EXPECT_EQ(-1, mprotect(p, PAGE, RW));
	EXPECT_EQ(EACCES, errno);
	EXPECT_EQ(SIGSEGV, touch(p));
	munmap(p, PAGE);
	close(fd);
}

/* A part begins at a page: it can be mapped; else it cannot. */
TEST_F(mapping, part)
{
	unsigned char *p;

	driver_writes(self->fd, 5);
	hold_ok(self->fd, PARTIAL, .mdl = 1, .offset = 2 * PAGE,
		.len = 3 * PAGE);
	hold_ok(self->fd, PARTIAL, .mdl = 2, .offset = 100);
	hold_ok(self->fd, PARTIAL, .mdl = 3, .len = PAGE + 100);
	p = map_at(self->fd, 3 * PAGE, RW, MAP_SHARED, HOLD_MMAP(1));
	ASSERT_NE(MAP_FAILED, (void *)p);
	EXPECT_EQ(0, memcmp(p, self->map + 2 * PAGE, 3 * PAGE));
	munmap(p, 3 * PAGE);
	map_refused(EINVAL, 4 * PAGE, RW, MAP_SHARED, HOLD_MMAP(1));
	map_refused(EINVAL, PAGE, RW, MAP_SHARED, HOLD_MMAP(2));
	map_refused(EINVAL, 2 * PAGE, RW, MAP_SHARED, HOLD_MMAP(3));
}

/* [5.32], [5.40]: other memory of the driver: whole pages of it. */
TEST_F(mapping, kernel_memory)
{
	unsigned char *p;

	hold_ok(self->fd, VMALLOC, .mdl = 1, .len = 2 * PAGE);
	p = map_at(self->fd, 2 * PAGE, RW, MAP_SHARED, HOLD_MMAP(1));
	ASSERT_NE(MAP_FAILED, (void *)p);
	fill(p, 2 * PAGE, 6);
	hold_ok(self->fd, READ_ADDRESS, .mdl = 1, .data = addr(self->copy),
		.len = 2 * PAGE);
	EXPECT_EQ(2 * PAGE, match(self->copy, 2 * PAGE, 6));
	hold_ok(self->fd, FREE, .mdl = 1);
	EXPECT_EQ(2 * PAGE, match(p, 2 * PAGE, 6));
	munmap(p, 2 * PAGE);

	hold_ok(self->fd, VMALLOC, .mdl = 2, .len = 100);
	map_refused(EINVAL, 100, RW, MAP_SHARED, HOLD_MMAP(2));
	hold_ok(self->fd, KMALLOC, .mdl = 3, .len = 64);
	map_refused(EINVAL, 64, RW, MAP_SHARED, HOLD_MMAP(3));
}

/* Nobody is given pages that are locked for somebody. */
TEST_F(mapping, locked_pages)
{
	static const enum mem_class classes[] = { MEM_ANON, MEM_MEMFD };
	size_t i;

	for (i = 0; i < 2; i++) {
		struct mem mem = mem_map(classes[i], 2 * PAGE, 0);

		hold_ok(self->fd, ALLOC, .mdl = 1, .data = addr(mem.p),
			.len = mem.len);
		map_refused(EINVAL, PAGE, RW, MAP_SHARED, HOLD_MMAP(1));
		hold_ok(self->fd, LOCK, .mdl = 1, .flags = true);
		map_refused(EINVAL, PAGE, RW, MAP_SHARED, HOLD_MMAP(1));
		hold_ok(self->fd, UNLOCK, .mdl = 1);
		hold_ok(self->fd, FREE, .mdl = 1);
		mem_free(&mem);
	}
}

/* D7, [5.39]: unmapped at any time, in pieces, and mapped over. */
TEST_F(mapping, unmapped)
{
	driver_writes(self->fd, 7);
	EXPECT_EQ(0, munmap(self->map + 3 * PAGE, 2 * PAGE));
	EXPECT_EQ(SIGSEGV, touch(self->map + 3 * PAGE));
	EXPECT_EQ(3 * PAGE, match(self->map, 3 * PAGE, 7));
	ASSERT_EQ(self->map, mmap(self->map, PAGE, RW, MAP_PRIVATE |
				  MAP_ANONYMOUS | MAP_FIXED, -1, 0));
	memset(self->map, POISON, PAGE);
	EXPECT_TRUE(driver_sees(self->fd, 7));
	driver_writes(self->fd, 8);
	EXPECT_EQ(pattern(8, 6 * PAGE), self->map[6 * PAGE]);
	EXPECT_EQ(PAGE, match_byte(self->map, PAGE, POISON));
	munmap(self->map, LEN);
	driver_writes(self->fd, 9);
	EXPECT_TRUE(driver_sees(self->fd, 9));
}

/* CVE-2024-0582: the driver frees what is mapped; the process keeps it. */
TEST_F(mapping, freed_while_mapped)
{
	__u32 i;

	fill(self->map, LEN, 10);
	hold_ok(self->fd, READ_ADDRESS, .data = addr(self->copy), .len = LEN);
	hold_ok(self->fd, FREE);
	for (i = 0; i < 8; i++) {
		hold_ok(self->fd, PAGES, .mdl = i, .len = MIB);
		memset(self->copy, POISON, LEN);
		hold_ok(self->fd, WRITE_ADDRESS, .mdl = i, .len = LEN,
			.data = addr(self->copy));
	}
	EXPECT_EQ(LEN, match(self->map, LEN, 10));
	fill(self->map, LEN, 11);
	for (i = 0; i < 8; i++) {
		hold_ok(self->fd, READ_ADDRESS, .mdl = i, .len = LEN,
			.data = addr(self->copy));
		EXPECT_EQ(LEN, match_byte(self->copy, LEN, POISON));
	}
}

/* A child has it, too, and each may drop it. */
TEST_F(mapping, fork)
{
	int status = -1;
	pid_t pid;

	driver_writes(self->fd, 12);
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		if (match(self->map, LEN, 12) != LEN)
			_exit(1);
		fill(self->map, LEN, 13);
		munmap(self->map, 5 * PAGE);
		_exit(0);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_EQ(LEN, match(self->map, LEN, 13));
	EXPECT_TRUE(driver_sees(self->fd, 13));
}

/* It can be moved and split, but does not grow: nothing is behind it. */
TEST_F(mapping, mremap)
{
	unsigned char *to = mmap(NULL, 2 * LEN, PROT_NONE, MAP_PRIVATE |
				 MAP_ANONYMOUS, -1, 0);
	unsigned char *half = self->map + LEN / 2;

	driver_writes(self->fd, 14);
	EXPECT_EQ(MAP_FAILED, mremap(self->map, LEN, 2 * LEN, MREMAP_MAYMOVE));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(MAP_FAILED, mremap(self->map, 0, 2 * LEN, MREMAP_MAYMOVE));
	ASSERT_EQ(to, mremap(half, LEN / 2, LEN / 2,
			     MREMAP_MAYMOVE | MREMAP_FIXED, to));
	EXPECT_EQ(pattern(14, LEN / 2), *to);
	fill(self->map, LEN / 2, 15);
	*to = 0x77;
	hold_ok(self->fd, READ_ADDRESS, .data = addr(self->copy), .len = LEN);
	EXPECT_EQ(LEN / 2, match(self->copy, LEN / 2, 15));
	EXPECT_EQ(0x77, self->copy[LEN / 2]);
	ASSERT_EQ((void *)to, mremap(to, LEN / 2, PAGE, 0));
	munmap(to, 2 * LEN);
}

/* Given away page by page: gone, and never somebody else's. */
TEST_F(mapping, dontneed)
{
	EXPECT_EQ(0, madvise(self->map, PAGE, MADV_DONTNEED));
	EXPECT_EQ(SIGBUS, touch(self->map));
	EXPECT_EQ(0, touch(self->map + PAGE));
	driver_writes(self->fd, 16);
	EXPECT_EQ(pattern(16, PAGE), self->map[PAGE]);
}

/* Mapped memory is the caller's memory, and can be locked as such. */
TEST_F(mapping, locked_as_buffer)
{
	struct holding holding;

	fill(self->map, LEN, 17);
	ASSERT_TRUE(holding_begin(&holding, self->fd, 0, IOCTL_HOLD_WRITE,
				  self->map, LEN));
	hold_ok(self->fd, FREE);
	munmap(self->map, LEN);
	hold_ok(self->fd, READ_ADDRESS, .mdl = HOLD_HELD(0), .len = LEN,
		.data = addr(self->copy));
	EXPECT_EQ(LEN, match(self->copy, LEN, 17));
	holding_end(&holding);
	EXPECT_EQ(0, holding.error);
}

/* --- the file -------------------------------------------------------------- */

#define cleanups() hold(self->fd, CLEANUPS).out_count
#define closes() hold(self->fd, CLOSES).out_count

/* [8.36], [8.37]: cleanup comes with close(2), close with munmap(2). */
TEST_F(mapping, closed_before_unmapped)
{
	__u64 cleaned = cleanups(), closed = closes();
	int fd = hold_open();
	unsigned char *p = map_at(fd, LEN, RW, MAP_SHARED, HOLD_MMAP(0));

	ASSERT_NE(MAP_FAILED, (void *)p);
	close(fd);
	EXPECT_EQ(cleaned + 1, cleanups());
	EXPECT_EQ(closed, closes());
	fill(p, LEN, 18);
	EXPECT_TRUE(driver_sees(self->fd, 18));
	munmap(p, LEN / 2);
	EXPECT_EQ(closed, closes());
	munmap(p, LEN);
	EXPECT_TRUE(wait_until(closes() == closed + 1));
	EXPECT_EQ(cleaned + 1, cleanups());
}

TEST_F(mapping, unmapped_before_closed)
{
	__u64 cleaned = cleanups(), closed = closes();
	int fd = hold_open();

	munmap(map_at(fd, LEN, RW, MAP_SHARED, HOLD_MMAP(0)), LEN);
	EXPECT_EQ(cleaned, cleanups());
	close(fd);
	EXPECT_EQ(cleaned + 1, cleanups());
	EXPECT_TRUE(wait_until(closes() == closed + 1));
}

/* A child's copy of the mapping is no handle either, but keeps the file. */
TEST_F(mapping, mapping_of_child)
{
	__u64 cleaned = cleanups(), closed = closes();
	int fd = hold_open();
	unsigned char *p = map_at(fd, LEN, RW, MAP_SHARED, HOLD_MMAP(0));
	pid_t pid = fork();

	ASSERT_LE(0, pid);
	if (!pid) {
		close(fd);
		for (;;)
			pause();
	}
	EXPECT_EQ(cleaned, cleanups());
	munmap(p, LEN);
	close(fd);
	EXPECT_TRUE(wait_until(cleanups() == cleaned + 1));
	EXPECT_EQ(closed, closes());
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	EXPECT_TRUE(wait_until(closes() == closed + 1));
	EXPECT_EQ(cleaned + 1, cleanups());
}

TEST_HARNESS_MAIN
