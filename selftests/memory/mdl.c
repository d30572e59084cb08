// SPDX-License-Identifier: GPL-2.0
/* MDLs as an API for drivers: described, locked, reached, divided, advanced. */
#include "kselftest_harness.h"
#include "hold.h"

/* --- any length at any offset -------------------------------------------- */

FIXTURE(sizes)
{
	int fd;
	struct hold_balance before;
	struct mem mem;
	unsigned char *copy;
};

FIXTURE_VARIANT(sizes)
{
	size_t len;
	size_t offset;
};

#define SIZE(_name, _len, _offset)					\
	FIXTURE_VARIANT_ADD(sizes, _name) {				\
		.len = (_len), .offset = (_offset) }
SIZE(1, 1, 0);
SIZE(1_at_page_end, 1, PAGE - 1);
SIZE(2_across_pages, 2, PAGE - 1);
SIZE(page, PAGE, 0);
SIZE(page_at_511, PAGE, 511);
SIZE(page_and_1, PAGE + 1, 0);
SIZE(3_pages, 3 * PAGE, 0);
SIZE(64k_at_1, 64 * KIB, 1);
SIZE(300001_at_page_end, 300001, PAGE - 1);

FIXTURE_SETUP(sizes)
{
	self->fd = hold_open();
	self->before = hold_balance(self->fd);
	self->mem = mem_new(variant->len, variant->offset);
	self->copy = malloc(variant->len);
	ASSERT_NE(NULL, self->mem.map);
	ASSERT_NE(NULL, self->copy);
	fill(self->mem.p, variant->len, 1);
	memset(self->copy, POISON, variant->len);
}

FIXTURE_TEARDOWN(sizes)
{
	EXPECT_TRUE(hold_balanced(self->fd, &self->before));
	EXPECT_TRUE(mem_around_intact(&self->mem));
	mem_free(&self->mem);
	free(self->copy);
	close(self->fd);
}

/* Makes MDL 0, locked. */
#define lock_it(_write) do {						\
	hold_ok(self->fd, ALLOC, .data = addr(self->mem.p),		\
		.len = variant->len);					\
	hold_ok(self->fd, LOCK, .flags = (_write));			\
} while (0)

/* The bytes reach us by this way. */
#define expect_read(_what) ({						\
	struct hold_op _op;						\
	memset(self->copy, POISON, variant->len);			\
	_op = hold_ok(self->fd, _what, .data = addr(self->copy),	\
		      .len = variant->len);				\
	EXPECT_EQ(variant->len, match(self->copy, variant->len, 1)) {	\
		TH_LOG("HOLD_" #_what);					\
	}								\
	_op; })

/* [5.5], [5.6]: described, not locked. */
TEST_F(sizes, alloc)
{
	struct hold_op op = hold_ok(self->fd, ALLOC,
				    .data = addr(self->mem.p),
				    .len = variant->len);

	EXPECT_EQ(HOLD_THERE, op.out_flags);
	EXPECT_EQ(variant->len, op.out_bytes);
	EXPECT_EQ(variant->offset, op.out_page_offset);
	EXPECT_EQ(0, op.out_pages);
	EXPECT_EQ(self->before.pins, pins());
}

/* [5.11]: all pages are locked, for as long as it takes. */
TEST_F(sizes, lock_and_unlock)
{
	struct hold_op op;
	int write;

	hold_ok(self->fd, ALLOC, .data = addr(self->mem.p),
		.len = variant->len);
	for (write = 0; write < 2; write++) {
		op = hold_ok(self->fd, LOCK, .flags = write);
		EXPECT_EQ(mem_pages(&self->mem), op.out_pages);
		EXPECT_EQ(variant->len, op.out_bytes);
		EXPECT_EQ(variant->offset, op.out_page_offset);
		EXPECT_EQ(write, !!(op.out_flags & HOLD_WRITABLE));
		EXPECT_EQ(self->before.pins + mem_pages(&self->mem), pins());
		hold_ok(self->fd, UNLOCK);
		EXPECT_EQ(self->before.pins, pins());
	}
}

/* [5.25]: every way to the bytes gives the same. */
TEST_F(sizes, read)
{
	struct hold_op op;
	size_t i;

	lock_it(false);
	expect_read(COPY_FROM);
	op = expect_read(READ_ADDRESS);
	EXPECT_TRUE(op.out_flags & (HOLD_CONTIGUOUS | HOLD_MAPPED));
	EXPECT_NE(HOLD_CONTIGUOUS | HOLD_MAPPED,
		  op.out_flags & (HOLD_CONTIGUOUS | HOLD_MAPPED));
	expect_read(ITER_FROM);
	for (i = 0; i < variant->len; i += variant->len / 7 + 1) {
		unsigned char byte = ~pattern(1, i);

		op = hold_ok(self->fd, COPY_FROM, .offset = i, .len = 1,
			     .data = addr(&byte));
		EXPECT_EQ(1, op.out_count);
		EXPECT_EQ(pattern(1, i), byte);
	}
}

/* The pages one by one, none of them assumed to follow another. */
TEST_F(sizes, segments)
{
	struct hold_op op;

	lock_it(false);
	op = expect_read(SEGMENTS);
	EXPECT_EQ(variant->len, op.out_sum);
	EXPECT_EQ(mem_pages(&self->mem), op.out_count);
}

/* As a scatter list, also mapped for a device. */
TEST_F(sizes, scatter_list)
{
	struct hold_op op;

	lock_it(true);
	op = expect_read(SG);
	EXPECT_EQ(variant->len, op.out_sum);
	EXPECT_LE(op.out_count, mem_pages(&self->mem));
	op = expect_read(DMA);
	EXPECT_EQ(variant->len, op.out_sum);
}

TEST_F(sizes, iterator)
{
	struct hold_op op;

	lock_it(true);
	op = expect_read(ITER_FROM);
	EXPECT_EQ(variant->len, op.out_sum);
	EXPECT_EQ(variant->len, op.out_count);
	fill(self->copy, variant->len, 2);
	op = hold_ok(self->fd, ITER_TO, .data = addr(self->copy),
		     .len = variant->len);
	EXPECT_EQ(variant->len, op.out_count);
	EXPECT_EQ(variant->len, match(self->mem.p, variant->len, 2));
}

/* Each way of writing; nothing but the range changes [5.28]. */
TEST_F(sizes, write)
{
	lock_it(true);
	fill(self->copy, variant->len, 3);
	hold_ok(self->fd, COPY_TO, .data = addr(self->copy),
		.len = variant->len);
	EXPECT_EQ(variant->len, match(self->mem.p, variant->len, 3));
	fill(self->copy, variant->len, 4);
	hold_ok(self->fd, WRITE_ADDRESS, .data = addr(self->copy),
		.len = variant->len);
	EXPECT_EQ(variant->len, match(self->mem.p, variant->len, 4));
}

/* A copy ends where the range ends. */
TEST_F(sizes, copy_past_the_end)
{
	size_t len = variant->len;
	unsigned char *more = malloc(len + 2 * PAGE);
	struct hold_op op;

	lock_it(true);
	memset(more, POISON, len + 2 * PAGE);
	op = hold_ok(self->fd, COPY_FROM, .data = addr(more),
		     .len = len + 2 * PAGE);
	EXPECT_EQ(len, op.out_count);
	EXPECT_EQ(len, match(more, len, 1));
	op = hold_ok(self->fd, COPY_TO, .data = addr(more), .offset = len / 2,
		     .len = len + 2 * PAGE);
	EXPECT_EQ(len - len / 2, op.out_count);
	op = hold_ok(self->fd, COPY_TO, .data = addr(more), .offset = len,
		     .len = 1);
	EXPECT_EQ(0, op.out_count);
	op = hold_ok(self->fd, COPY_TO, .data = addr(more), .offset = -1ULL,
		     .len = 2);
	EXPECT_EQ(0, op.out_count);
	free(more);
}

/* [5.33]: all of it, its halves, its last byte; and parts of parts. */
TEST_F(sizes, partial)
{
	size_t half = variant->len / 2;
	struct hold_op op;

	lock_it(false);
	op = hold_ok(self->fd, PARTIAL, .mdl = 1, .offset = half);
	EXPECT_EQ(variant->len - half, op.out_bytes);
	EXPECT_EQ((variant->offset + half) % PAGE, op.out_page_offset);
	hold_ok(self->fd, COPY_FROM, .mdl = 1, .data = addr(self->copy),
		.len = variant->len - half);
	EXPECT_EQ(0, memcmp(self->copy, self->mem.p + half,
			    variant->len - half));

	op = hold_ok(self->fd, PARTIAL, .mdl = 2, .other = 1,
		     .offset = op.out_bytes - 1, .len = 1);
	EXPECT_EQ(1, op.out_bytes);
	EXPECT_EQ(1, op.out_pages);
	hold_ok(self->fd, READ_ADDRESS, .mdl = 2, .data = addr(self->copy),
		.len = 1);
	EXPECT_EQ(pattern(1, variant->len - 1), self->copy[0]);
}

/* [5.36]: byte by byte and page by page, to the last byte. */
TEST_F(sizes, advance)
{
	size_t at, step = variant->len / 5 + 1;
	struct hold_op op;

	lock_it(false);
	for (at = step; at < variant->len; at += step) {
		size_t pages = (variant->offset + at) / PAGE;

		hold_ok(self->fd, READ_ADDRESS, .len = 0);
		op = hold_ok(self->fd, ADVANCE, .len = step);
		EXPECT_EQ(variant->len - at, op.out_bytes);
		EXPECT_FALSE(op.out_flags & HOLD_MAPPED);
		EXPECT_EQ(self->before.pins + mem_pages(&self->mem) - pages,
			  pins());
		op = hold_ok(self->fd, READ_ADDRESS, .data = addr(self->copy),
			     .len = op.out_bytes);
		EXPECT_EQ(0, memcmp(self->copy, self->mem.p + at,
				    op.out_bytes));
	}
	op = hold_ok(self->fd, INFO);
	hold_bad(self->fd, STATUS_INVALID_PARAMETER_2, ADVANCE,
		 .len = op.out_bytes);
	hold_bad(self->fd, STATUS_INVALID_PARAMETER_2, ADVANCE, .len = -1ULL);
	EXPECT_EQ(op.out_bytes, hold_ok(self->fd, INFO).out_bytes);
}

/* An MDL that has advanced is about the rest, also if it is locked again. */
TEST_F(sizes, advance_and_lock_again)
{
	size_t len = variant->len / 3, rest = variant->len - len;

	lock_it(false);
	hold_ok(self->fd, ADVANCE, .len = len);
	hold_ok(self->fd, UNLOCK);
	EXPECT_EQ(self->before.pins, pins());
	hold_ok(self->fd, LOCK);
	hold_ok(self->fd, COPY_FROM, .data = addr(self->copy), .len = rest);
	EXPECT_EQ(0, memcmp(self->copy, self->mem.p + len, rest));
}

/* --- parts, chains, memory of the kernel ---------------------------------- */

FIXTURE(mdl)
{
	int fd;
	struct hold_balance before;
	struct mem mem;
	unsigned char copy[8 * PAGE];
};

FIXTURE_SETUP(mdl)
{
	self->fd = hold_open();
	self->before = hold_balance(self->fd);
	self->mem = mem_new(5 * PAGE, 100);
	fill(self->mem.p, self->mem.len, 1);
	memset(self->copy, POISON, sizeof(self->copy));
}

FIXTURE_TEARDOWN(mdl)
{
	EXPECT_TRUE(hold_balanced(self->fd, &self->before));
	mem_free(&self->mem);
	close(self->fd);
}

#define lock_mem(_mdl, _write) do {					\
	hold_ok(self->fd, ALLOC, .mdl = (_mdl),				\
		.data = addr(self->mem.p), .len = self->mem.len);	\
	hold_ok(self->fd, LOCK, .mdl = (_mdl), .flags = (_write));	\
} while (0)

/* [5.7], [5.8]: NULL for nothing and for too much; the limit itself is fine. */
TEST_F(mdl, alloc_limits)
{
	__u64 limit = param_get("max_locked");

	hold_bad(self->fd, STATUS_UNSUCCESSFUL, ALLOC, .data = addr(self));
	hold_bad(self->fd, STATUS_UNSUCCESSFUL, ALLOC, .data = addr(self),
		 .len = limit + 1);
	hold_bad(self->fd, STATUS_UNSUCCESSFUL, ALLOC, .data = addr(self),
		 .len = -1ULL);
	hold_ok(self->fd, ALLOC, .data = addr(self), .len = limit);
	hold_bad(self->fd, STATUS_UNSUCCESSFUL, PAGES, .mdl = 1);
	hold_bad(self->fd, STATUS_UNSUCCESSFUL, PAGES, .mdl = 1,
		 .len = limit + 1);
}

/* [5.15]: several MDLs may lock a page, which stays until the last unlock. */
TEST_F(mdl, two_of_the_same)
{
	lock_mem(0, true);
	lock_mem(1, false);
	EXPECT_EQ(self->before.pins + 12, pins());
	hold_ok(self->fd, UNLOCK);
	EXPECT_EQ(self->before.pins + 6, pins());
	hold_ok(self->fd, COPY_FROM, .mdl = 1, .data = addr(self->copy),
		.len = self->mem.len);
	EXPECT_EQ(self->mem.len, match(self->copy, self->mem.len, 1));
}

/* [5.26]: no MDL, no address, and no mistake. */
TEST_F(mdl, address_of_none)
{
	expect_violations("NOT_LOCKED", 0,
			  hold_bad(self->fd, STATUS_UNSUCCESSFUL,
				   READ_ADDRESS);
			  hold_bad(self->fd, STATUS_UNSUCCESSFUL,
				   WRITE_ADDRESS));
}

/* [5.35]: a part keeps its pages, whatever happens to the whole. */
TEST_F(mdl, part_outlives_unlock)
{
	lock_mem(0, true);
	hold_ok(self->fd, PARTIAL, .mdl = 1, .offset = PAGE, .len = PAGE);
	hold_ok(self->fd, UNLOCK);
	EXPECT_EQ(self->before.pins + 6, pins());
	hold_ok(self->fd, READ_ADDRESS, .mdl = 1, .data = addr(self->copy),
		.len = PAGE);
	EXPECT_EQ(0, memcmp(self->copy, self->mem.p + PAGE, PAGE));
	hold_ok(self->fd, FREE, .mdl = 1);
	EXPECT_EQ(self->before.pins, pins());
}

TEST_F(mdl, part_outlives_free)
{
	lock_mem(0, true);
	hold_ok(self->fd, PARTIAL, .mdl = 1, .offset = 4 * PAGE);
	hold_ok(self->fd, UNLOCK);
	hold_ok(self->fd, FREE);
	hold_ok(self->fd, READ_ADDRESS, .mdl = 1, .data = addr(self->copy),
		.len = PAGE);
	EXPECT_EQ(0, memcmp(self->copy, self->mem.p + 4 * PAGE, PAGE));
}

/* The pages of a part are not unlocked by advancing the whole. */
TEST_F(mdl, part_outlives_advance)
{
	lock_mem(0, true);
	hold_ok(self->fd, PARTIAL, .mdl = 1, .len = PAGE);
	hold_ok(self->fd, ADVANCE, .len = 3 * PAGE);
	EXPECT_EQ(self->before.pins + 6, pins());
	hold_ok(self->fd, READ_ADDRESS, .mdl = 1, .data = addr(self->copy),
		.len = PAGE);
	EXPECT_EQ(PAGE, match(self->copy, PAGE, 1));
	hold_ok(self->fd, FREE, .mdl = 1);
	hold_ok(self->fd, ADVANCE, .len = PAGE);
	hold_ok(self->fd, READ_ADDRESS, .data = addr(self->copy), .len = PAGE);
	EXPECT_EQ(0, memcmp(self->copy, self->mem.p + 4 * PAGE, PAGE));
}

/* A part of a request's buffer keeps the pages when the request has ended. */
TEST_F(mdl, part_outlives_request)
{
	struct holding holding;

	ASSERT_TRUE(holding_begin(&holding, self->fd, 0, IOCTL_HOLD_READ,
				  self->mem.p, self->mem.len));
	hold_ok(self->fd, PARTIAL, .mdl = 1, .other = HOLD_HELD(0),
		.offset = 2 * PAGE, .len = PAGE);
	holding_end(&holding);
	EXPECT_EQ(self->before.pins + 6, pins());
	hold_ok(self->fd, READ_ADDRESS, .mdl = 1, .data = addr(self->copy),
		.len = PAGE);
	EXPECT_EQ(0, memcmp(self->copy, self->mem.p + 2 * PAGE, PAGE));
	hold_ok(self->fd, FREE, .mdl = 1);
	EXPECT_TRUE(wait_until(self->before.pins == pins()));
}

/* A part given to the very request whose pages it describes. */
TEST_F(mdl, part_of_own_request)
{
	struct ntio_device_control c;

	c = control_ok(self->fd, .code = IOCTL_HOLD_OWN_PART,
		       .out = addr(self->mem.p), .out_len = self->mem.len);
	EXPECT_EQ(1, c.out_information);
	EXPECT_TRUE(wait_until(self->before.alive == alive()));
}

/* [5.6], [5.10]: several MDLs travel with a request, and end with it. */
TEST_F(mdl, chain)
{
	struct hold_chain chain = { .slot = 3, .count = 3 };
	struct holding holding;
	int i;

	for (i = 0; i < 3; i++) {
		chain.parts[i].addr = addr(self->mem.p + i * 5000);
		chain.parts[i].len = 1000 * (i + 1);
	}
	memset(&holding, 0, sizeof(holding));
	holding.fd = self->fd;
	holding.slot = 3;
	holding.request.code = IOCTL_HOLD_CHAIN;
	holding.request.in = addr(&chain);
	holding.request.in_len = sizeof(chain);
	ASSERT_TRUE(holding_start(&holding));
	for (i = 0; i < 3; i++) {
		struct hold_op op = hold_ok(self->fd, COPY_FROM,
					    .mdl = HOLD_HELD(3), .next = i,
					    .data = addr(self->copy),
					    .len = PAGE);

		EXPECT_EQ(1000 * (i + 1), op.out_count);
		EXPECT_EQ(0, memcmp(self->copy, self->mem.p + i * 5000,
				    op.out_count));
	}
	hold_bad(self->fd, STATUS_INVALID_PARAMETER, COPY_FROM,
		 .mdl = HOLD_HELD(3), .next = 3);
	holding_end(&holding);
	EXPECT_EQ(0, holding.error);
	EXPECT_TRUE(wait_until(self->before.pins == pins()));
}

/* The third cannot be locked: the first two are given back [5.12]. */
TEST_F(mdl, chain_fails)
{
	struct hold_chain chain = { .count = 3 };
	struct ntio_device_control c = {
		.code = IOCTL_HOLD_CHAIN,
		.in = addr(&chain), .in_len = sizeof(chain),
	};
	int i;

	for (i = 0; i < 3; i++) {
		chain.parts[i].addr = addr(self->mem.p + i * PAGE);
		chain.parts[i].len = PAGE;
	}
	mem_protect(&self->mem, 3, PROT_NONE);
	EXPECT_EQ(EFAULT, control(self->fd, &c));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, c.out_status);
	EXPECT_TRUE(wait_until(self->before.alive == alive()));
}

/* [5.32]: memory of kmalloc and vmalloc has its address already. */
TEST_F(mdl, kernel_memory)
{
	static const size_t lengths[] = { 1, 100, PAGE, 3 * PAGE + 7 };
	static const size_t offsets[] = { 0, 8, PAGE - 8 };
	struct hold_op op;
	size_t i, j, k;

	for (i = 0; i < 4 * 3 * 2; i++) {
		size_t len = lengths[i % 4], offset = offsets[i / 4 % 3];

		if (i / 12)
			op = hold_ok(self->fd, VMALLOC, .len = len,
				     .offset = offset);
		else
			op = hold_ok(self->fd, KMALLOC, .len = len,
				     .offset = offset);
		EXPECT_EQ(len, op.out_bytes);
		EXPECT_EQ(HOLD_WRITABLE, op.out_flags & HOLD_WRITABLE);
		for (j = 0; j < len; j += PAGE - 3) {
			k = len - j < 3 ? len - j : 3;
			fill(self->copy, k, j);
			hold_ok(self->fd, COPY_TO, .offset = j, .len = k,
				.data = addr(self->copy));
			memset(self->copy, 0, k);
			op = hold_ok(self->fd, READ_ADDRESS, .offset = j,
				     .len = k, .data = addr(self->copy));
			EXPECT_EQ(k, match(self->copy, k, j));
			EXPECT_FALSE(op.out_flags & HOLD_MAPPED);
		}
		hold_ok(self->fd, SG, .len = len, .data = addr(self->copy));
		hold_ok(self->fd, FREE);
	}
	EXPECT_EQ(self->before.pins, pins());
}

/* A part of kernel memory: the same address, and still the driver's. */
TEST_F(mdl, part_of_kernel_memory)
{
	struct hold_op op;

	hold_ok(self->fd, VMALLOC, .len = 3 * PAGE);
	fill(self->copy, 3 * PAGE, 5);
	hold_ok(self->fd, WRITE_ADDRESS, .len = 3 * PAGE,
		.data = addr(self->copy));
	hold_ok(self->fd, PARTIAL, .mdl = 1, .offset = PAGE + 3,
		.len = PAGE);
	memset(self->copy, 0, PAGE);
	op = hold_ok(self->fd, READ_ADDRESS, .mdl = 1, .len = PAGE,
		     .data = addr(self->copy));
	EXPECT_FALSE(op.out_flags & HOLD_MAPPED);
	EXPECT_EQ(pattern(5, PAGE + 3), self->copy[0]);
	EXPECT_EQ(pattern(5, 2 * PAGE + 2), self->copy[PAGE - 1]);
	hold_ok(self->fd, ADVANCE, .len = PAGE);
	hold_ok(self->fd, READ_ADDRESS, .len = PAGE, .data = addr(self->copy));
	EXPECT_EQ(pattern(5, PAGE), self->copy[0]);
}

/* [5.43]: whole pages, zero, not mapped; freeing while mapped is fine. */
TEST_F(mdl, allocated_pages)
{
	struct hold_op op = hold_ok(self->fd, PAGES, .len = 4 * PAGE + 1);

	EXPECT_EQ(5 * PAGE, op.out_bytes);
	EXPECT_EQ(0, op.out_page_offset);
	EXPECT_EQ(HOLD_THERE | HOLD_WRITABLE,
		  op.out_flags & ~HOLD_CONTIGUOUS);
	op = hold_ok(self->fd, READ_ADDRESS, .len = 5 * PAGE,
		     .data = addr(self->copy));
	EXPECT_EQ(!(op.out_flags & HOLD_CONTIGUOUS),
		  !!(op.out_flags & HOLD_MAPPED));
	EXPECT_EQ(5 * PAGE, match_byte(self->copy, 5 * PAGE, 0));
	EXPECT_EQ(self->before.pins, pins());
	hold_ok(self->fd, FREE);
	op = hold_ok(self->fd, PAGES, .len = 64 * MIB);
	EXPECT_EQ(64 * MIB, op.out_bytes);
}

TEST_HARNESS_MAIN
