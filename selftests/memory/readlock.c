// SPDX-License-Identifier: GPL-2.0
/*
 * Locked for reading: the driver sees what the caller writes later, whatever
 * the memory is, and nothing that belongs to others is changed for that.
 */
#include <sys/stat.h>

#include "kselftest_harness.h"
#include "hold.h"

#define LEN (3 * PAGE)
/* Long ago: the clock of the file system is coarse. */
#define LONG_AGO 1000000000

FIXTURE(readlock)
{
	int fd, file;
	struct hold_balance before;
	unsigned char *map;
	unsigned char copy[LEN];
	struct holding holding;
};

FIXTURE_SETUP(readlock)
{
	self->fd = hold_open();
	self->before = hold_balance(self->fd);
	self->file = mem_ext4_file();
	if (self->file < 0)
		SKIP(return, "no ext4");
	ASSERT_EQ(0, ftruncate(self->file, LEN));
	fill(self->copy, LEN, 1);
	ASSERT_EQ(LEN, pwrite(self->file, self->copy, LEN, 0));
	ASSERT_EQ(0, futimens(self->file, (struct timespec[2]){
			{ .tv_sec = LONG_AGO }, { .tv_sec = LONG_AGO } }));
	ASSERT_EQ(0, fsync(self->file));
	self->map = mmap(NULL, LEN, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

FIXTURE_TEARDOWN(readlock)
{
	munmap(self->map, LEN);
	EXPECT_TRUE(hold_balanced(self->fd, &self->before));
	close(self->file);
	close(self->fd);
}

#define map_file(_page, _pages, _flags)					\
	ASSERT_EQ(self->map + (_page) * PAGE,				\
		  mmap(self->map + (_page) * PAGE, (_pages) * PAGE,	\
		       PROT_READ | PROT_WRITE, (_flags) | MAP_FIXED,	\
		       self->file, (_page) * PAGE))
#define lock_map(_code)							\
	ASSERT_TRUE(holding_begin(&self->holding, self->fd, 0, _code,	\
				  self->map, LEN))
#define expect_seen(_seed) do {						\
	hold_ok(self->fd, READ_ADDRESS, .mdl = HOLD_HELD(0),		\
		.len = LEN, .data = addr(self->copy));			\
	EXPECT_EQ(LEN, match(self->copy, LEN, _seed));			\
} while (0)

static time_t modified(int file)
{
	struct stat st;

	fstat(file, &st);
	return st.st_mtim.tv_sec;
}

/* A shared file is not modified by being read, pages present or not. */
TEST_F(readlock, shared_file_stays_clean)
{
	int echo;

	map_file(0, 3, MAP_SHARED);
	lock_map(IOCTL_HOLD_READ);
	expect_seen(1);
	holding_end(&self->holding);
	EXPECT_EQ(0, msync(self->map, LEN, MS_SYNC));
	EXPECT_EQ(LONG_AGO, modified(self->file));

	/* While a lock for writing does that. */
	echo = echo_open();
	control_ok(echo, .code = IOCTL_ECHO_OUT_DIRECT,
		   .out = addr(self->map), .out_len = LEN);
	close(echo);
	EXPECT_EQ(0, msync(self->map, LEN, MS_SYNC));
	EXPECT_NE(LONG_AGO, modified(self->file));
}

/* The caller's own copies are no modification of the file. */
TEST_F(readlock, private_file_stays_clean)
{
	map_file(0, 3, MAP_PRIVATE);
	lock_map(IOCTL_HOLD_READ);
	expect_seen(1);
	fill(self->map, LEN, 2);
	expect_seen(2);
	holding_end(&self->holding);
	EXPECT_EQ(LONG_AGO, modified(self->file));
	EXPECT_EQ(LEN, pread(self->file, self->copy, LEN, 0));
	EXPECT_EQ(LEN, match(self->copy, LEN, 1));
}

/* Never touched, shared and private side by side in one buffer. */
TEST_F(readlock, mixed)
{
	map_file(1, 1, MAP_SHARED);
	map_file(2, 1, MAP_PRIVATE);
	lock_map(IOCTL_HOLD_READ);
	EXPECT_EQ(LONG_AGO, modified(self->file));
	fill(self->map, LEN, 3);
	expect_seen(3);
	holding_end(&self->holding);
	EXPECT_EQ(LEN, pread(self->file, self->copy, LEN, 0));
	EXPECT_EQ(PAGE, match(self->copy, PAGE, 1));
	EXPECT_EQ(0, memcmp(self->copy + PAGE, self->map + PAGE, PAGE));
	EXPECT_EQ(pattern(1, 2 * PAGE), self->copy[2 * PAGE]);
}

/* Read first, so that the pages are the zero page's. */
TEST_F(readlock, zero_page)
{
	EXPECT_EQ(LEN, match_byte(self->map, LEN, 0));
	lock_map(IOCTL_HOLD_READ);
	fill(self->map, LEN, 4);
	expect_seen(4);
	holding_end(&self->holding);
}

/* Locked twice, written in between: both see it. */
TEST_F(readlock, two_locks)
{
	struct holding other;

	map_file(0, 3, MAP_PRIVATE);
	lock_map(IOCTL_HOLD_READ);
	fill(self->map, LEN, 5);
	ASSERT_TRUE(holding_begin(&other, self->fd, 1, IOCTL_HOLD_READ,
				  self->map, LEN));
	fill(self->map, LEN, 6);
	expect_seen(6);
	hold_ok(self->fd, COPY_FROM, .mdl = HOLD_HELD(1), .len = LEN,
		.data = addr(self->copy));
	EXPECT_EQ(LEN, match(self->copy, LEN, 6));
	holding_end(&other);
	holding_end(&self->holding);
}

TEST_HARNESS_MAIN
