// SPDX-License-Identifier: GPL-2.0
/*
 * Pages that a driver locks by itself, for long: paid for as those that the
 * core locks for it, and refused where those are [5.12].
 */
#include "kselftest_harness.h"
#include "hold.h"

/* Pages of the buffer, and how many more the caller may lock. */
#define PAGES 6
#define SPARE 2

FIXTURE(longlock)
{
	int fd;
	struct hold_balance before;
	struct mem mem;
};

FIXTURE_VARIANT(longlock)
{
	__u32 access;
	/* What the core does. */
	__u32 code;
};

FIXTURE_VARIANT_ADD(longlock, read) {
	.code = IOCTL_HOLD_READ };
FIXTURE_VARIANT_ADD(longlock, write) {
	.access = HOLD_LOCK_WRITE,
	.code = IOCTL_HOLD_WRITE };

FIXTURE_SETUP(longlock)
{
	self->fd = hold_open();
	self->before = hold_balance(self->fd);
	self->mem = mem_new((PAGES - 1) * PAGE, 100);
	ASSERT_EQ(0, mem_limit((PAGES + SPARE) * PAGE));
}

FIXTURE_TEARDOWN(longlock)
{
	EXPECT_TRUE(hold_balanced(self->fd, &self->before));
	mem_free(&self->mem);
	close(self->fd);
}

#define describe(_mdl, _mem)						\
	hold_ok(self->fd, ALLOC, .mdl = (_mdl), .data = addr((_mem)->p),\
		.len = (_mem)->len)
#define lock_long(_mdl)							\
	hold_ok(self->fd, LOCK, .mdl = (_mdl),				\
		.flags = variant->access | HOLD_LOCK_LONG)
#define expect_too_many(_mdl) do {					\
	long _pins = pins();						\
	hold_bad(self->fd, STATUS_WORKING_SET_QUOTA, LOCK,		\
		 .mdl = (_mdl),						\
		 .flags = variant->access | HOLD_LOCK_LONG);		\
	EXPECT_EQ(_pins, pins());					\
} while (0)
/* All that may be locked can be: nothing is charged. */
#define expect_uncharged() do {						\
	struct mem _all = mem_new((PAGES + SPARE) * PAGE, 0);		\
	describe(15, &_all);						\
	lock_long(15);							\
	hold_ok(self->fd, UNLOCK, .mdl = 15);				\
	hold_ok(self->fd, FREE, .mdl = 15);				\
	mem_free(&_all);						\
} while (0)

TEST_F(longlock, charged_until_unlocked)
{
	int i;

	describe(0, &self->mem);
	describe(1, &self->mem);
	for (i = 0; i < 3; i++) {
		lock_long(i & 1);
		expect_too_many(!(i & 1));
		hold_ok(self->fd, UNLOCK, .mdl = i & 1);
	}
	expect_uncharged();
}

/* Not for long: not charged. */
TEST_F(longlock, short_ones_are_free)
{
	describe(0, &self->mem);
	describe(1, &self->mem);
	lock_long(0);
	hold_ok(self->fd, LOCK, .mdl = 1, .flags = variant->access);
	EXPECT_EQ(self->before.pins + 2 * PAGES, pins());
	hold_ok(self->fd, UNLOCK, .mdl = 1);
	expect_too_many(1);
}

/* Nothing of it, and later it can be had. */
TEST_F(longlock, above_the_limit)
{
	describe(0, &self->mem);
	ASSERT_EQ(0, mem_limit((PAGES - 1) * PAGE));
	expect_too_many(0);
	ASSERT_EQ(0, mem_limit(PAGES * PAGE));
	lock_long(0);
	hold_ok(self->fd, UNLOCK);
	ASSERT_EQ(0, mem_limit((PAGES + SPARE) * PAGE));
	expect_uncharged();
}

TEST_F(longlock, privileged)
{
	ASSERT_EQ(0, mem_limit(0));
	describe(0, &self->mem);
	expect_too_many(0);
	ASSERT_EQ(0, mem_lock_privilege(true));
	lock_long(0);
	hold_ok(self->fd, UNLOCK);
}

/* What cannot be locked is not paid for. */
TEST_F(longlock, bad_page)
{
	describe(0, &self->mem);
	mem_unmap(&self->mem, 3);
	hold_bad(self->fd, STATUS_ACCESS_VIOLATION, LOCK,
		 .flags = variant->access | HOLD_LOCK_LONG);
	EXPECT_EQ(self->before.pins, pins());
	expect_uncharged();
}

/* [5.36]: page by page. */
TEST_F(longlock, given_back_by_advance)
{
	struct mem four = mem_new(4 * PAGE, 0), one = mem_new(1, 0);

	describe(0, &self->mem);
	describe(1, &four);
	describe(2, &one);
	lock_long(0);
	expect_too_many(1);
	hold_ok(self->fd, ADVANCE, .len = 2 * PAGE);
	lock_long(1);
	expect_too_many(2);
	hold_ok(self->fd, UNLOCK);
	hold_ok(self->fd, UNLOCK, .mdl = 1);
	expect_uncharged();
	mem_free(&four);
	mem_free(&one);
}

/* Pages that a part still describes are locked, and paid for. */
TEST_F(longlock, charged_for_a_part)
{
	describe(0, &self->mem);
	describe(1, &self->mem);
	lock_long(0);
	hold_ok(self->fd, PARTIAL, .mdl = 2, .len = 1);
	hold_ok(self->fd, UNLOCK);
	expect_too_many(1);
	hold_ok(self->fd, FREE, .mdl = 2);
	lock_long(1);
	hold_ok(self->fd, UNLOCK, .mdl = 1);
	expect_uncharged();
}

/* Whether the core locks a mapping for the driver, with this code. */
static bool core_locks(int fd, __u32 code, void *p)
{
	struct holding holding;
	bool locked = holding_begin(&holding, fd, 0, code, p, PAGE);

	holding_end(&holding);
	return locked;
}

static bool driver_locks(int fd, __u32 access, void *p)
{
	bool locked;

	hold(fd, ALLOC, .data = addr(p), .len = PAGE);
	locked = hold(fd, LOCK, .flags = access).out_status == STATUS_SUCCESS;
	if (locked)
		hold(fd, UNLOCK);
	hold(fd, FREE);
	return locked;
}

/*
 * A file that must know who writes to it, and one that need not: for long,
 * the first is not locked for writing, where the kernel looks (since 6.5).
 */
TEST_F(longlock, files_as_the_core_does)
{
	int files[2], i;
	bool locks;
	void *p;

	files[0] = mem_ext4_file();
	files[1] = memfd_create("ntio", MFD_CLOEXEC);
	if (files[0] < 0)
		SKIP(return, "no ext4");
	for (i = 0; i < 2; i++) {
		ASSERT_EQ(0, ftruncate(files[i], PAGE));
		p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED,
			 files[i], 0);
		ASSERT_NE(MAP_FAILED, p);
		EXPECT_TRUE(driver_locks(self->fd, variant->access, p));
		locks = driver_locks(self->fd, variant->access |
				     HOLD_LOCK_LONG, p);
		EXPECT_EQ(core_locks(self->fd, variant->code, p), locks);
		if (i || !variant->access)
			EXPECT_TRUE(locks);
		TH_LOG("%s: %s", i ? "memfd" : "ext4",
		       locks ? "locked for long" : "refused");
		munmap(p, PAGE);
		close(files[i]);
	}
}

TEST_HARNESS_MAIN
