// SPDX-License-Identifier: GPL-2.0
/*
 * Buffers that cannot be used: each kind of bad memory, in each place a buffer
 * can have. A clear refusal, nothing lost, and the driver not called unless
 * Windows calls it, which it does for NEITHER [2.22].
 */
#include "kselftest_harness.h"
#include "canary.h"

FIXTURE(place)
{
	int fd;
	long pins;
	struct mem other;
};

FIXTURE_VARIANT(place)
{
	__u32 code;
	/* The buffer in question is the second one. */
	bool second;
	/* The kernel writes to it. */
	bool write;
	/* It is locked. */
	bool lock;
	/* The driver looks at it itself. */
	bool raw;
};

FIXTURE_VARIANT_ADD(place, buffered_input)
{
	.code = IOCTL_ECHO_BUFFERED,
};

FIXTURE_VARIANT_ADD(place, buffered_output)
{
	.code = IOCTL_ECHO_BUFFERED, .second = true, .write = true,
};

FIXTURE_VARIANT_ADD(place, in_direct_first)
{
	.code = IOCTL_ECHO_IN_DIRECT,
};

FIXTURE_VARIANT_ADD(place, in_direct_second)
{
	.code = IOCTL_ECHO_IN_DIRECT, .second = true, .lock = true,
};

FIXTURE_VARIANT_ADD(place, out_direct_first)
{
	.code = IOCTL_ECHO_OUT_DIRECT,
};

FIXTURE_VARIANT_ADD(place, out_direct_second)
{
	.code = IOCTL_ECHO_OUT_DIRECT, .second = true, .write = true,
	.lock = true,
};

FIXTURE_VARIANT_ADD(place, in_direct_long_second)
{
	.code = IOCTL_ECHO_IN_DIRECT_LONG, .second = true, .lock = true,
};

FIXTURE_VARIANT_ADD(place, out_direct_long_second)
{
	.code = IOCTL_ECHO_OUT_DIRECT_LONG, .second = true, .write = true,
	.lock = true,
};

FIXTURE_VARIANT_ADD(place, neither_input)
{
	.code = IOCTL_ECHO_NEITHER, .raw = true,
};

FIXTURE_VARIANT_ADD(place, neither_output)
{
	.code = IOCTL_ECHO_NEITHER, .second = true, .write = true, .raw = true,
};

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

/* A request whose buffer in this place is @len bytes at @at. */
static struct ntio_device_control
place_control(const struct _test_data_place *self,
	      const struct _fixture_variant_place *variant, __u64 at, __u32 len)
{
	struct ntio_device_control c = {
		.code = variant->code,
		.in = at, .in_len = len,
		.out = addr(self->other.p), .out_len = self->other.len,
	};

	if (variant->second) {
		c.in = addr(self->other.p);
		c.in_len = self->other.len;
		c.out = at;
		c.out_len = len;
	}
	return c;
}

static void expect_bad(struct __test_metadata *_metadata,
		       struct _test_data_place *self,
		       const struct _fixture_variant_place *variant,
		       __u64 at, __u32 len, __u64 reason, __u64 detail)
{
	struct ntio_device_control c = place_control(self, variant, at, len);
	__u32 calls = echo_saw(self->fd).calls;
	int error;

	if (variant->raw) {
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
	struct ntio_device_control c = place_control(self, variant, at, len);
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
	bool normalised = !variant->raw && !(variant->second && variant->lock);

	if (normalised) {
		good(0, 100);
		EXPECT_EQ(0, variant->second ? echo_saw(self->fd).out_len :
					       echo_saw(self->fd).in_len);
	} else {
		bad(0, 100, NTIO_REASON_UNMAPPED, 0);
		bad(0, 1, NTIO_REASON_UNMAPPED, 0);
	}
}

/* [2.9], [2.17] */
TEST_F(place, address_1)
{
	bad(1, 1, NTIO_REASON_UNMAPPED, 0);
	bad(1, 2 * PAGE, NTIO_REASON_UNMAPPED, 0);
	bad(PAGE - 1, 2, NTIO_REASON_UNMAPPED, 0);
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
	bad(USER_END - 1, 2, NTIO_REASON_NOT_USER, ANY);
	bad(USER_END - PAGE, PAGE + 1, NTIO_REASON_NOT_USER, ANY);
	bad(USER_END - 100, 0x10000, NTIO_REASON_NOT_USER, ANY);
	munmap(last, PAGE);
	bad(USER_END - PAGE, PAGE, NTIO_REASON_UNMAPPED, 0);
	bad(USER_END - 1, 1, NTIO_REASON_UNMAPPED, 0);
}

/* [4.3]: wholly outside user space. */
TEST_F(place, not_user)
{
	const __u64 outside[] = {
		USER_END, USER_END + PAGE, 0x0100000000000000,
		0x7fffffffffffffff, 0x8000000000000000, 0xfeffffffffffffff,
		0xffff800000000000, 0xffff888000000000, 0xffffffff81000000,
		0xffffffffff600000, 0xfffffffffffff000, 0xffffffffffffffff,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(outside); i++)
		bad(outside[i], 1, NTIO_REASON_NOT_USER, 0);
	for (i = 0; i < ARRAY_SIZE(outside); i++)
		bad(outside[i], 0x10000, NTIO_REASON_NOT_USER, 0);
}

/* [4.3], [5.13]: address plus length wraps around. */
TEST_F(place, wraps)
{
	bad(-1ULL, 1, NTIO_REASON_NOT_USER, 0);
	bad(-1ULL, 2, NTIO_REASON_NOT_USER, 0);
	bad(-16ULL, 16, NTIO_REASON_NOT_USER, 0);
	bad(-16ULL, 64, NTIO_REASON_NOT_USER, 0);
	bad(-(__u64)PAGE, 2 * PAGE, NTIO_REASON_NOT_USER, 0);
	bad(-(__u64)MIB, 4 * MIB, NTIO_REASON_NOT_USER, 0);
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
		struct ntio_device_control c = place_control(self, variant,
						addr(mem.p), lengths[i]);

		if (variant->raw) {
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
			     variant->lock ? NTIO_REASON_LOCK_LIMIT :
					     NTIO_REASON_BUFFER_LIMIT,
			     variant->lock ? GIB : 64 * MIB,
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

	if (variant->write) {
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
	if (!(variant->raw && variant->write))
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
	if (variant->lock)
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
	if (variant->lock)
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
	if (variant->lock)
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
		EXPECT_EQ(mem.len, variant->write ?
			  match(mem.p, mem.len, i) :
			  match_byte(mem.p, mem.len, POISON));
		mem_free(&mem);
	}
}

TEST_HARNESS_MAIN
