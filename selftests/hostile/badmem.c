// SPDX-License-Identifier: GPL-2.0
/*
 * Buffers that cannot be used: each kind of bad memory, in each place a buffer
 * can have. A clear refusal, nothing lost, and the driver not called unless
 * Windows calls it, which it does for NEITHER [2.22]. Addresses at which there
 * is no memory: sweep.c.
 */
#include "kselftest_harness.h"
#include "canary.h"
#include "place.h"

FIXTURE(place)
{
	int fd;
	long pins;
	struct mem other;
};

FIXTURE_VARIANT(place)
{
	struct place place;
};

PLACE_VARIANTS(place);

FIXTURE_SETUP(place)
{
	self->fd = echo_open();
	self->other = mem_new(4 * PAGE, 0);
	self->pins = pins();
}

FIXTURE_TEARDOWN(place)
{
	EXPECT_EQ(self->pins, pins());
	EXPECT_TRUE(mem_around_intact(&self->other));
	close(self->fd);
}

static void expect_bad(struct __test_metadata *_metadata,
		       struct _test_data_place *self,
		       const struct _fixture_variant_place *variant,
		       __u64 at, __u32 len, __u64 reason, __u64 detail)
{
	struct ntio_device_control c =
		place_control(&variant->place, &self->other, at, len);
	__u32 calls = echo_saw(self->fd).calls;
	int error;

	if (variant->place.raw) {
		reason = NTIO_REASON_FAULT;
		detail = ANY;
		calls++;
	}
	error = control(self->fd, &c);
	expect_refusal(error, c, STATUS_ACCESS_VIOLATION, reason, detail);
	EXPECT_EQ(calls, echo_saw(self->fd).calls) {
		TH_LOG("%u bytes at %llx", len, at);
	}
	EXPECT_EQ(self->pins, pins());
}

#define bad(_at, _len, _reason, _detail) \
	expect_bad(_metadata, self, variant, _at, _len, _reason, _detail)

static void expect_good(struct __test_metadata *_metadata,
			struct _test_data_place *self,
			const struct _fixture_variant_place *variant,
			__u64 at, __u32 len)
{
	struct ntio_device_control c =
		place_control(&variant->place, &self->other, at, len);
	__u32 calls = echo_saw(self->fd).calls;

	EXPECT_EQ(0, control(self->fd, &c)) {
		TH_LOG("%u bytes at %llx: %08x, reason %u, detail %llu", len,
		       at, c.out_status, c.out_reason, c.out_detail);
	}
	EXPECT_EQ(STATUS_SUCCESS, c.out_status);
	EXPECT_EQ(calls + 1, echo_saw(self->fd).calls);
}

#define good(_at, _len) expect_good(_metadata, self, variant, _at, _len)

/* [2.8], [2.17], [2.21] */
TEST_F(place, null)
{
	if (!place_null_is_none(&variant->place)) {
		bad(0, 100, NTIO_REASON_UNMAPPED, 0);
		return;
	}
	good(0, 100);
	EXPECT_EQ(0, variant->place.second ? echo_saw(self->fd).out_len :
					     echo_saw(self->fd).in_len);
}

/* The last page of user space is memory as any other. */
TEST_F(place, last_user_page)
{
	void *last = (void *)(uintptr_t)(USER_END - PAGE);

	if (sizeof(long) == 4)
		SKIP(return, "32-bit programs have no memory there");
	ASSERT_EQ(last, mmap(last, PAGE, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS |
			     MAP_FIXED_NOREPLACE, -1, 0));
	good(USER_END - PAGE, PAGE);
	good(USER_END - 1, 1);
	munmap(last, PAGE);
}

/* [2.6], [2.16], [4.1]: a buffer of no length is at no address. */
TEST_F(place, zero_length)
{
	const __u64 anywhere[] = {
		0, 1, USER_END, USER_END + PAGE, 0xffff888000000000, -1ULL,
	};
	struct mem none = mem_map(MEM_NONE, PAGE, 0);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(anywhere); i++)
		good(anywhere[i], 0);
	good(addr(none.p), 0);
	mem_free(&none);
}

/* [2.4]: 32-bit lengths to their end. The limits are checked first. */
TEST_F(place, huge_length)
{
	static const __u32 lengths[] = { 1U << 31, 0xffffffff };
	struct mem mem = mem_new(PAGE, 0);
	size_t i;

	for (i = 0; i < 2; i++) {
		struct ntio_device_control c =
			place_control(&variant->place, &self->other,
				      addr(mem.p), lengths[i]);

		if (variant->place.raw) {
			/* The shorter of both lengths is copied. */
			c.in_len = lengths[i];
			c.out_len = lengths[i];
			driver_refused(self->fd, STATUS_ACCESS_VIOLATION,
				       NTIO_REASON_FAULT, .code = c.code,
				       .in = c.in, .in_len = c.in_len,
				       .out = c.out, .out_len = c.out_len);
			continue;
		}
		echo_refused(self->fd, STATUS_INSUFFICIENT_RESOURCES,
			     variant->place.lock ? NTIO_REASON_LOCK_LIMIT :
					     NTIO_REASON_BUFFER_LIMIT,
			     variant->place.lock ? GIB : 64 * MIB,
			     .code = c.code, .in = c.in, .in_len = c.in_len,
			     .out = c.out, .out_len = c.out_len);
	}
	mem_free(&mem);
}

enum damage { UNMAP, NO_ACCESS, READ_ONLY };

/* A buffer of three pages from offset 100 on, of which one page is damaged. */
static struct mem damaged(enum damage damage, size_t page)
{
	struct mem mem = mem_new(3 * PAGE - 200, 100);

	if (damage == UNMAP)
		mem_unmap(&mem, page);
	else
		mem_protect(&mem, page, damage == NO_ACCESS ? PROT_NONE :
							      PROT_READ);
	return mem;
}

static const __u64 damage_offset[] = { 0, PAGE - 100, 2 * PAGE - 100 };

static void expect_damage(struct __test_metadata *_metadata,
			  struct _test_data_place *self,
			  const struct _fixture_variant_place *variant,
			  enum damage damage, __u32 reason)
{
	size_t page;

	for (page = 0; page < 3; page++) {
		struct mem mem = damaged(damage, page);

		bad(addr(mem.p), mem.len, reason, damage_offset[page]);
		/* What lies before the bad page can be used by itself. */
		if (page)
			good(addr(mem.p), damage_offset[page]);
		mem_free(&mem);
	}
}

/* [3.4], [2.9]: one bad page anywhere spoils it all. */
TEST_F(place, unmapped_page)
{
	expect_damage(_metadata, self, variant, UNMAP, NTIO_REASON_UNMAPPED);
}

/* [3.2] PAGE_NOACCESS */
TEST_F(place, prot_none_page)
{
	expect_damage(_metadata, self, variant, NO_ACCESS,
		      NTIO_REASON_NO_ACCESS);
}

/* [3.2] PAGE_READONLY: good for what is only read, [2.10]. */
TEST_F(place, prot_read_page)
{
	size_t page;

	if (variant->place.write) {
		expect_damage(_metadata, self, variant, READ_ONLY,
			      NTIO_REASON_READ_ONLY);
		return;
	}
	for (page = 0; page < 3; page++) {
		struct mem mem = damaged(READ_ONLY, page);

		good(addr(mem.p), mem.len);
		mem_free(&mem);
	}
}

/* A buffer that was refused is as it was [2.10]. */
TEST_F(place, refused_untouched)
{
	struct mem mem = mem_new(3 * PAGE, 0);

	mem_protect(&mem, 2, PROT_NONE);
	bad(addr(mem.p), mem.len, NTIO_REASON_NO_ACCESS, 2 * PAGE);
	mem_protect(&mem, 2, PROT_READ);
	EXPECT_EQ(PAGE, match_byte(mem.p + 2 * PAGE, PAGE, POISON));
	/* A NEITHER driver has written what comes before [4.21]. */
	if (!(variant->place.raw && variant->place.write))
		EXPECT_EQ(mem.len, match_byte(mem.p, mem.len, POISON));
	mem_free(&mem);
}

/* A mapping that is only writable is readable, too, on this architecture. */
TEST_F(place, prot_write_only)
{
	struct mem mem = mem_map(MEM_WRITE_ONLY, 2 * PAGE, 100);

	good(addr(mem.p), mem.len);
	mem_free(&mem);
}

/* Device memory cannot be locked, but copied. */
TEST_F(place, pfnmap)
{
	struct mem mem = mem_map(MEM_PFNMAP, 2 * PAGE, 100);

	ASSERT_NE(NULL, mem.map);
	if (variant->place.lock)
		bad(addr(mem.p), mem.len, NTIO_REASON_PFNMAP, 0);
	else
		good(addr(mem.p), mem.len);
	mem_free(&mem);
}

/* The same behind a page that can be locked. */
TEST_F(place, pfnmap_last)
{
	struct mem device = mem_map(MEM_PFNMAP, PAGE, 0);
	struct mem mem = mem_new(3 * PAGE - 200, 100);

	ASSERT_NE(NULL, device.map);
	ASSERT_EQ(mem.map + 2 * PAGE,
		  mremap(device.map, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
			 mem.map + 2 * PAGE));
	if (variant->place.lock)
		bad(addr(mem.p), mem.len, NTIO_REASON_PFNMAP, 2 * PAGE - 100);
	else
		good(addr(mem.p), mem.len);
	mem_free(&mem);
}

/* Secret memory can be used by the process, and copied for it, not locked. */
TEST_F(place, secretmem)
{
	struct mem mem = mem_map(MEM_SECRET, 2 * PAGE, 100);

	if (!mem.map)
		SKIP(return, "memfd_secret: %s", strerror(errno));
	if (variant->place.lock)
		bad(addr(mem.p), mem.len, NTIO_REASON_UNPINNABLE, 0);
	else
		good(addr(mem.p), mem.len);
	mem_free(&mem);
}

/* A file's mapping beyond the file's end: there is a mapping, but no page. */
TEST_F(place, beyond_end_of_file)
{
	int memfd = memfd_create("ntio", MFD_CLOEXEC);
	char *p;

	ASSERT_EQ(0, ftruncate(memfd, PAGE));
	p = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, memfd, 0);
	ASSERT_NE(MAP_FAILED, (void *)p);
	good(addr(p), PAGE);
	bad(addr(p) + 100, 2 * PAGE - 100, ANY, PAGE - 100);
	munmap(p, 2 * PAGE);
	close(memfd);
}

/* A buffer that fills a part of a page leaves the rest of the page alone. */
TEST_F(place, neighbours)
{
	static const struct {
		size_t len, offset;
	} parts[] = {
		{ 1, 0 }, { 1, 1 }, { 1, 2000 }, { 1, PAGE - 1 },
		{ 2, PAGE - 1 }, { 4000, 48 }, { PAGE, 1 },
		{ 2 * PAGE, PAGE - 1 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		struct mem mem = mem_new(parts[i].len, parts[i].offset);

		fill(self->other.p, self->other.len, i);
		good(addr(mem.p), mem.len);
		EXPECT_TRUE(mem_around_intact(&mem));
		EXPECT_EQ(mem.len, variant->place.write ?
			  match(mem.p, mem.len, i) :
			  match_byte(mem.p, mem.len, POISON));
		mem_free(&mem);
	}
}

TEST_HARNESS_MAIN
