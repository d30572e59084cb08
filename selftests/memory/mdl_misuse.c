// SPDX-License-Identifier: GPL-2.0
/*
 * What cannot be locked, and what drivers do wrong with MDLs: bugchecks of
 * Windows, here refused, counted and harmless (D4).
 */
#include "kselftest_harness.h"
#include "hold.h"

FIXTURE(misuse)
{
	int fd;
	struct hold_balance before;
	struct mem mem;
	unsigned char copy[8 * PAGE];
};

FIXTURE_SETUP(misuse)
{
	self->fd = hold_open();
	self->before = hold_balance(self->fd);
	self->mem = mem_new(5 * PAGE, 100);
	fill(self->mem.p, self->mem.len, 1);
	memset(self->copy, POISON, sizeof(self->copy));
}

/* Whatever was done: nothing is left, nothing was changed. */
FIXTURE_TEARDOWN(misuse)
{
	EXPECT_TRUE(hold_balanced(self->fd, &self->before));
	mem_free(&self->mem);
	close(self->fd);
}

#define alloc_mem(_mdl)							\
	hold_ok(self->fd, ALLOC, .mdl = (_mdl),				\
		.data = addr(self->mem.p), .len = self->mem.len)
#define lock_mem(_mdl, _write) do {					\
	alloc_mem(_mdl);						\
	hold_ok(self->fd, LOCK, .mdl = (_mdl), .flags = (_write));	\
} while (0)

/* Nothing is locked, for whatever reason [5.12]; how @_write is. */
#define expect_no_lock(_write) do {					\
	hold_bad(self->fd, STATUS_ACCESS_VIOLATION, LOCK,		\
		 .flags = (_write));					\
	EXPECT_EQ(self->before.pins, pins());				\
	EXPECT_EQ(0, hold_ok(self->fd, INFO).out_pages);		\
} while (0)

/* --- what cannot be locked ------------------------------------------------ */

/* [5.12]: all or nothing. And again, when the reason is gone. */
TEST_F(misuse, hole)
{
	size_t page;

	for (page = 0; page < 6; page++) {
		alloc_mem(0);
		mem_protect(&self->mem, page, PROT_NONE);
		expect_no_lock(false);
		expect_no_lock(true);
		mem_protect(&self->mem, page, PROT_READ | PROT_WRITE);
		hold_ok(self->fd, LOCK);
		hold_ok(self->fd, UNLOCK);
		hold_ok(self->fd, FREE);
	}
}

TEST_F(misuse, unmapped)
{
	alloc_mem(0);
	mem_unmap(&self->mem, 3);
	expect_no_lock(false);
	expect_no_lock(true);
}

/* CVE-2022-22706: what is read-only is not locked for writing. */
TEST_F(misuse, read_only)
{
	alloc_mem(0);
	mem_protect(&self->mem, 5, PROT_READ);
	expect_no_lock(true);
	hold_ok(self->fd, LOCK);
}

TEST_F(misuse, pfn_mapping)
{
	struct mem mem = mem_map(MEM_PFNMAP, 2 * PAGE, 0);

	ASSERT_NE(NULL, mem.map);
	hold_ok(self->fd, ALLOC, .data = addr(mem.p), .len = mem.len);
	expect_no_lock(false);
	expect_no_lock(true);
	mem_free(&mem);
}

/* [5.13]: addresses of the kernel, of nobody, or around the end. */
TEST_F(misuse, not_user)
{
	static const __u64 addresses[] = {
		0, 1, 0x7ffffffff000, 0x7fffffffffff, 0x800000000000,
		0xffff7fffffffffff, 0xffff888000000000, 0xffffffff81000000,
		-PAGE, -1ULL,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(addresses); i++) {
		hold_ok(self->fd, ALLOC, .data = addresses[i],
			.len = 2 * PAGE);
		expect_no_lock(false);
		expect_no_lock(true);
		hold_ok(self->fd, FREE);
	}
}

/* --- locked, unlocked, freed ---------------------------------------------- */

/* [5.15]: the second lock is refused, the first one stays. */
TEST_F(misuse, lock_twice)
{
	lock_mem(0, false);
	expect_violations("LOCKED_TWICE", 2,
			  hold_bad(self->fd, STATUS_INVALID_PARAMETER, LOCK);
			  hold_bad(self->fd, STATUS_INVALID_PARAMETER, LOCK,
				   .flags = true));
	EXPECT_EQ(self->before.pins + 6, pins());
	EXPECT_FALSE(hold_ok(self->fd, INFO).out_flags & HOLD_WRITABLE);
}

/* [5.16], [5.32]: memory of the kernel and parts are not locked. */
TEST_F(misuse, lock_what_has_pages)
{
	lock_mem(0, false);
	hold_ok(self->fd, KMALLOC, .mdl = 1, .len = 100);
	hold_ok(self->fd, VMALLOC, .mdl = 2, .len = 2 * PAGE);
	hold_ok(self->fd, PAGES, .mdl = 3, .len = 2 * PAGE);
	hold_ok(self->fd, PARTIAL, .mdl = 4, .offset = 10);
	for (__u32 i = 1; i <= 4; i++) {
		expect_violations("LOCKED_TWICE", 1,
				  hold_bad(self->fd, STATUS_INVALID_PARAMETER,
					   LOCK, .mdl = i));
		expect_violations("UNLOCKED_TWICE", 1,
				  hold_ok(self->fd, UNLOCK, .mdl = i));
		hold_ok(self->fd, COPY_FROM, .mdl = i, .len = 100,
			.data = addr(self->copy));
	}
	EXPECT_EQ(self->before.pins + 6, pins());
}

/* [5.21]: bugcheck 0x76 on Windows. */
TEST_F(misuse, unlock_twice)
{
	lock_mem(0, true);
	expect_violations("UNLOCKED_TWICE", 2,
			  hold_ok(self->fd, UNLOCK);
			  hold_ok(self->fd, UNLOCK);
			  hold_ok(self->fd, UNLOCK));
	EXPECT_EQ(self->before.pins, pins());
	hold_ok(self->fd, LOCK);
	EXPECT_EQ(self->before.pins + 6, pins());
}

TEST_F(misuse, unlock_never_locked)
{
	alloc_mem(0);
	expect_violations("UNLOCKED_TWICE", 1, hold_ok(self->fd, UNLOCK));
}

/* [5.9]: it is unlocked all the same. */
TEST_F(misuse, free_locked)
{
	lock_mem(0, true);
	expect_violations("FREED_LOCKED", 1, hold_ok(self->fd, FREE));
	EXPECT_EQ(self->before.pins, pins());
	alloc_mem(0);
	expect_violations("FREED_LOCKED", 0, hold_ok(self->fd, FREE));
}

/* [2.20]: the MDL of a request is the core's. */
TEST_F(misuse, mdl_of_request)
{
	struct holding holding;

	ASSERT_TRUE(holding_begin(&holding, self->fd, 0, IOCTL_HOLD_READ,
				  self->mem.p, self->mem.len));
	expect_violations("UNLOCKED_TWICE", 1,
			  hold_ok(self->fd, UNLOCK, .mdl = HOLD_HELD(0)));
	expect_violations("FREED_GIVEN", 1,
			  hold_ok(self->fd, FREE, .mdl = HOLD_HELD(0)));
	expect_violations("LOCKED_TWICE", 1,
			  hold_bad(self->fd, STATUS_INVALID_PARAMETER, LOCK,
				   .mdl = HOLD_HELD(0)));
	hold_ok(self->fd, COPY_FROM, .mdl = HOLD_HELD(0),
		.data = addr(self->copy), .len = self->mem.len);
	EXPECT_EQ(self->mem.len, match(self->copy, self->mem.len, 1));
	holding_end(&holding);
	EXPECT_EQ(0, holding.error);
}

/* [5.10]: so is one that was given to it; giving it again is no loop. */
static void give(struct __test_metadata *_metadata,
		 struct _test_data_misuse *self, __u32 flags, __u32 count)
{
	struct hold_chain chain = {
		.slot = 1, .flags = flags, .count = count,
		.parts = {
			{ addr(self->mem.p), PAGE },
			{ addr(self->mem.p + PAGE), PAGE },
		},
	};
	struct holding holding = {
		.fd = self->fd, .slot = 1,
		.request = {
			.code = IOCTL_HOLD_CHAIN,
			.in = addr(&chain), .in_len = sizeof(chain),
		},
	};
	__u32 i;

	ASSERT_TRUE(holding_start(&holding));
	for (i = 0; i < count; i++)
		hold_ok(self->fd, COPY_FROM, .mdl = HOLD_HELD(1), .next = i,
			.data = addr(self->copy + i * PAGE), .len = PAGE);
	hold_bad(self->fd, STATUS_INVALID_PARAMETER, COPY_FROM,
		 .mdl = HOLD_HELD(1), .next = count);
	EXPECT_EQ(count * PAGE, match(self->copy, count * PAGE, 1));
	holding_end(&holding);
	EXPECT_EQ(0, holding.error);
}

TEST_F(misuse, free_given)
{
	expect_violations("FREED_GIVEN", 1,
			  give(_metadata, self, HOLD_CHAIN_FREE, 2));
}

TEST_F(misuse, give_twice)
{
	expect_violations("GIVEN_TWICE", 2,
			  give(_metadata, self, HOLD_CHAIN_TWICE, 1);
			  give(_metadata, self, HOLD_CHAIN_TWICE, 2));
}

/* --- used without pages --------------------------------------------------- */

/* Every way to the bytes, of an MDL that is not locked. */
static void use_all(struct __test_metadata *_metadata,
		    struct _test_data_misuse *self)
{
	__u64 data = addr(self->copy), len = PAGE;
	struct hold_op op;

	hold_bad(self->fd, STATUS_UNSUCCESSFUL, READ_ADDRESS, .data = data,
		 .len = len);
	hold_bad(self->fd, STATUS_UNSUCCESSFUL, WRITE_ADDRESS, .data = data,
		 .len = len);
	op = hold_ok(self->fd, COPY_FROM, .data = data, .len = len);
	EXPECT_EQ(0, op.out_count);
	op = hold_ok(self->fd, COPY_TO, .data = data, .len = len);
	EXPECT_EQ(0, op.out_count);
	op = hold_ok(self->fd, SEGMENTS, .data = data, .len = len);
	EXPECT_EQ(0, op.out_count);
	op = hold_bad(self->fd, STATUS_UNSUCCESSFUL, SG, .data = data,
		      .len = len);
	EXPECT_EQ(EINVAL, op.out_error);
	op = hold_bad(self->fd, STATUS_UNSUCCESSFUL, ITER_FROM, .data = data,
		      .len = len);
	EXPECT_EQ(EINVAL, op.out_error);
	op = hold_bad(self->fd, STATUS_UNSUCCESSFUL, ITER_TO, .data = data,
		      .len = len);
	EXPECT_EQ(EINVAL, op.out_error);
	hold_bad(self->fd, STATUS_INVALID_PARAMETER_2, ADVANCE, .len = 1);
}

TEST_F(misuse, never_locked)
{
	alloc_mem(0);
	expect_violations("NOT_LOCKED", 8, use_all(_metadata, self));
}

/* [5.22]: nor after it was unlocked, mapped or not. */
TEST_F(misuse, no_longer_locked)
{
	lock_mem(0, true);
	hold_ok(self->fd, READ_ADDRESS, .data = addr(self->copy), .len = PAGE);
	hold_ok(self->fd, ITER_FROM, .data = addr(self->copy), .len = PAGE);
	hold_ok(self->fd, UNLOCK);
	expect_violations("NOT_LOCKED", 8, use_all(_metadata, self));
	EXPECT_EQ(self->mem.len, match(self->mem.p, self->mem.len, 1));
}

/* --- written, but locked for reading -------------------------------------- */

/* [11.14], [3.5]: also as a part. */
static void write_all(struct __test_metadata *_metadata,
		      struct _test_data_misuse *self, __u32 mdl, __u64 len)
{
	struct hold_op op;

	op = hold_ok(self->fd, COPY_TO, .mdl = mdl, .data = addr(self->copy),
		     .len = len);
	EXPECT_EQ(0, op.out_count);
	hold_bad(self->fd, STATUS_UNSUCCESSFUL, WRITE_ADDRESS, .mdl = mdl,
		 .data = addr(self->copy), .len = len);
	op = hold_bad(self->fd, STATUS_UNSUCCESSFUL, ITER_TO, .mdl = mdl,
		      .data = addr(self->copy), .len = len);
	EXPECT_EQ(EACCES, op.out_error);
	EXPECT_EQ(self->mem.len, match(self->mem.p, self->mem.len, 1));
}

/* Those of requests, of any length. */
TEST_F(misuse, write_to_read_request)
{
	const size_t lengths[] = { 1, PAGE, self->mem.len };
	struct holding holding;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		ASSERT_TRUE(holding_begin(&holding, self->fd, 0,
					  IOCTL_HOLD_READ, self->mem.p,
					  lengths[i]));
		expect_violations("WRITE_TO_READ_MDL", 3,
				  write_all(_metadata, self, HOLD_HELD(0),
					    lengths[i]));
		holding_end(&holding);
		EXPECT_EQ(0, holding.error);
	}
}

TEST_F(misuse, write_to_read_mdl)
{
	lock_mem(0, false);
	hold_ok(self->fd, PARTIAL, .mdl = 1, .offset = PAGE);
	expect_violations("WRITE_TO_READ_MDL", 6,
			  write_all(_metadata, self, 0, PAGE);
			  write_all(_metadata, self, 1, PAGE));
}

/* --- parts that are none -------------------------------------------------- */

/* [5.34]: bugcheck 0x12E on Windows. */
TEST_F(misuse, partial_outside)
{
	size_t len = self->mem.len;
	const struct {
		__u64 offset, len;
	} bad[] = {
		{ len, 0 }, { len, 1 }, { len - 1, 2 }, { 0, len + 1 },
		{ len + 1, 0 }, { -1ULL, 0 }, { -1ULL, 2 }, { 1, -1ULL },
		{ 1, len }, { PAGE, 1ULL << 32 }, { 1ULL << 32, 1 },
	};
	size_t i;

	lock_mem(0, false);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		expect_violations("PARTIAL_OUTSIDE", 1,
				  hold_bad(self->fd, STATUS_UNSUCCESSFUL,
					   PARTIAL, .mdl = 1,
					   .offset = bad[i].offset,
					   .len = bad[i].len));
	expect_violations("PARTIAL_OUTSIDE", 0,
			  hold_ok(self->fd, PARTIAL, .mdl = 1,
				  .offset = len - 1, .len = 1);
			  hold_ok(self->fd, PARTIAL, .mdl = 2, .len = len));
}

/* [5.33], [5.35]: the whole must be locked. */
TEST_F(misuse, partial_of_unlocked)
{
	alloc_mem(0);
	expect_violations("PARTIAL_OUTSIDE", 1,
			  hold_bad(self->fd, STATUS_UNSUCCESSFUL, PARTIAL,
				   .mdl = 1, .len = 1));
	hold_ok(self->fd, LOCK);
	hold_ok(self->fd, UNLOCK);
	expect_violations("PARTIAL_OUTSIDE", 1,
			  hold_bad(self->fd, STATUS_UNSUCCESSFUL, PARTIAL,
				   .mdl = 1, .len = 1));
}

/* What has advanced is no longer a part of it. */
TEST_F(misuse, partial_of_advanced)
{
	lock_mem(0, false);
	hold_ok(self->fd, ADVANCE, .len = 3 * PAGE);
	expect_violations("PARTIAL_OUTSIDE", 1,
			  hold_bad(self->fd, STATUS_UNSUCCESSFUL, PARTIAL,
				   .mdl = 1, .offset = 2 * PAGE, .len = 1));
	hold_ok(self->fd, PARTIAL, .mdl = 1);
	EXPECT_EQ(2 * PAGE, hold_ok(self->fd, INFO, .mdl = 1).out_bytes);
}

TEST_HARNESS_MAIN
