// SPDX-License-Identifier: GPL-2.0
/*
 * Buffers of DIRECT requests that the driver lets be copied: where that costs
 * less than locking, and where they cannot be locked.
 */
#include "kselftest_harness.h"
#include "hold.h"
#include "modules/ntio_pins.h"
#include "ring.h"

#define FROM (2 * PAGE)
#define SLOT 2

FIXTURE(may_copy)
{
	int fd;
	struct hold_balance before;
	unsigned long from;
	struct holding holding;
	struct hold_ending ending;
	unsigned char *copy;
};

FIXTURE_VARIANT(may_copy)
{
	__u32 code;
	/* The same, and always locked. */
	__u32 locked_code;
	bool write;
};

FIXTURE_VARIANT_ADD(may_copy, read) {
	.code = IOCTL_HOLD_COPY_READ, .locked_code = IOCTL_HOLD_READ };
FIXTURE_VARIANT_ADD(may_copy, write) {
	.code = IOCTL_HOLD_COPY_WRITE, .locked_code = IOCTL_HOLD_WRITE,
	.write = true };

FIXTURE_SETUP(may_copy)
{
	self->fd = hold_open();
	self->before = hold_balance(self->fd);
	self->from = param_get("lock_from");
	ASSERT_EQ(0, param_set("lock_from", FROM));
	self->copy = malloc(64 * KIB);
}

FIXTURE_TEARDOWN(may_copy)
{
	mem_lock_privilege(true);
	EXPECT_EQ(0, param_set("lock_from", self->from));
	free(self->copy);
	EXPECT_TRUE(hold_balanced(self->fd, &self->before));
	close(self->fd);
}

/* The driver holds a request with this buffer; false: it was refused. */
static bool begin(FIXTURE_DATA(may_copy) *self, __u32 code, const void *p,
		  size_t len, __u32 status, __u64 information)
{
	struct holding *h = &self->holding;

	self->ending = (struct hold_ending){
		.slot = SLOT, .status = status, .information = information,
	};
	*h = (struct holding){
		.fd = self->fd, .slot = SLOT,
		.request = {
			.code = code, .in = addr(&self->ending),
			.in_len = sizeof(self->ending),
			.out = addr(p), .out_len = len,
		},
	};
	return holding_start(h);
}

#define begin_ok(_p, _len)						\
	ASSERT_TRUE(begin(self, variant->code, _p, _len, STATUS_SUCCESS, _len))

#define end_ok() do {							\
	holding_end(&self->holding);					\
	EXPECT_EQ(0, self->holding.error);				\
	EXPECT_EQ(STATUS_SUCCESS, self->holding.request.out_status);	\
} while (0)

/* The driver has what is there, or the caller gets what the driver makes. */
#define check_content(_p, _len, _copied) do {				\
	unsigned char *_bytes = (_p);					\
	struct hold_op _op;						\
									\
	fill(_bytes, _len, 1);						\
	begin_ok(_bytes, _len);						\
	_op = hold_ok(self->fd, COPY_FROM, .mdl = HOLD_HELD(SLOT),	\
		      .data = addr(self->copy), .len = _len);		\
	EXPECT_EQ(_len, _op.out_bytes);					\
	EXPECT_EQ(variant->write, !!(_op.out_flags & HOLD_WRITABLE));	\
	if (variant->write && (_copied)) {				\
		EXPECT_EQ(_len, match_byte(self->copy, _len, 0));	\
	} else {							\
		EXPECT_EQ(_len, match(self->copy, _len, 1));		\
	}								\
	if (variant->write) {						\
		fill(self->copy, _len, 2);				\
		hold_ok(self->fd, WRITE_ADDRESS,			\
			.mdl = HOLD_HELD(SLOT),				\
			.data = addr(self->copy), .len = _len);		\
		/* Only now, if it is a copy. */			\
		EXPECT_EQ(_len, match(_bytes, _len, (_copied) ? 1 : 2)); \
	}								\
	end_ok();							\
	EXPECT_EQ(_len, match(_bytes, _len, variant->write ? 2 : 1));	\
} while (0)

static const size_t offsets[] = { 0, 1, PAGE - 1 };

TEST_F(may_copy, short_ones_are_copied)
{
	static const size_t lens[] = {
		1, 7, 64, 65, PAGE, PAGE + 1, FROM - 1,
	};
	struct mem mem;
	size_t i, k;
	long locked;

	for (i = 0; i < ARRAY_SIZE(lens) * ARRAY_SIZE(offsets); i++) {
		k = i % ARRAY_SIZE(lens);
		mem = mem_new(lens[k], offsets[i / ARRAY_SIZE(lens)]);
		check_content(mem.p, mem.len, true);
		locked = pins();
		begin_ok(mem.p, mem.len);
		EXPECT_EQ(locked, pins());
		end_ok();
		EXPECT_TRUE(mem_around_intact(&mem));
		mem_free(&mem);
	}
}

TEST_F(may_copy, others_are_locked)
{
	static const size_t lens[] = { FROM, FROM + 1, 9 * PAGE };
	struct mem mem;
	size_t i, k;
	long locked;

	for (i = 0; i < ARRAY_SIZE(lens) * ARRAY_SIZE(offsets); i++) {
		k = i % ARRAY_SIZE(lens);
		mem = mem_new(lens[k], offsets[i / ARRAY_SIZE(lens)]);
		check_content(mem.p, mem.len, false);
		locked = pins();
		begin_ok(mem.p, mem.len);
		EXPECT_EQ(locked + (long)mem_pages(&mem), pins());
		end_ok();
		EXPECT_TRUE(mem_around_intact(&mem));
		mem_free(&mem);
	}
}

/* 0: all are locked; the largest value: none is. */
TEST_F(may_copy, the_parameter_decides)
{
	struct mem mem = mem_new(9 * PAGE, 5);

	ASSERT_EQ(0, param_set("lock_from", 0));
	check_content(mem.p, 1, false);
	ASSERT_EQ(0, param_set("lock_from", 0xffffffff));
	check_content(mem.p, mem.len, true);
	mem_free(&mem);
}

TEST_F(may_copy, where_the_limit_allows_no_locking)
{
	struct mem mem = mem_new(9 * PAGE, 5);

	ASSERT_EQ(0, mem_limit(0));
	/* The driver that insists gets nothing. */
	ASSERT_FALSE(begin(self, variant->locked_code, mem.p, mem.len, 0, 0));
	holding_end(&self->holding);
	EXPECT_EQ((__u32)STATUS_WORKING_SET_QUOTA,
		  self->holding.request.out_status);
	check_content(mem.p, mem.len, true);
	mem_free(&mem);
}

/* Nor can this memory be locked at all, or not for long. */
TEST_F(may_copy, where_memory_cannot_be_locked)
{
	static const enum mem_class classes[] = {
		MEM_PFNMAP, MEM_SECRET,
	};
	struct mem mem;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(classes); i++) {
		mem = mem_map(classes[i], FROM + 5, 3);
		if (!mem.map)
			continue;
		ASSERT_FALSE(begin(self, variant->locked_code, mem.p, mem.len,
				   0, 0));
		holding_end(&self->holding);
		check_content(mem.p, mem.len, true);
		mem_free(&mem);
	}
}

TEST_F(may_copy, a_file_on_disk)
{
	int file = mem_ext4_file();
	unsigned char *p;
	bool locked;

	if (file < 0)
		SKIP(return, "no ext4");
	ASSERT_EQ(0, ftruncate(file, 8 * PAGE));
	p = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	ASSERT_NE(MAP_FAILED, p);
	/* Locking it for long to write is refused since 6.4. */
	locked = begin(self, variant->locked_code, p + 3, FROM + 100, 0, 0);
	holding_end(&self->holding);
	check_content(p + 3, FROM + 100, !locked);
	munmap(p, 8 * PAGE);
	close(file);
}

/* Neither is larger than the module allows copies to be. */
TEST_F(may_copy, too_long_for_a_copy)
{
	unsigned long before = param_get("max_buffered");
	struct mem mem = mem_new(9 * PAGE, 5);

	ASSERT_EQ(0, param_set("max_buffered", 9 * PAGE - 1));
	ASSERT_EQ(0, mem_limit(0));
	EXPECT_FALSE(begin(self, variant->code, mem.p, mem.len, 0, 0));
	holding_end(&self->holding);
	EXPECT_EQ((__u32)STATUS_WORKING_SET_QUOTA,
		  self->holding.request.out_status);
	EXPECT_EQ(NTIO_REASON_MEMLOCK, self->holding.request.out_reason);
	mem_lock_privilege(true);
	EXPECT_EQ(0, param_set("max_buffered", before));
	mem_free(&mem);
}

/* The same answers as if they had been locked, before the driver is called. */
TEST_F(may_copy, bad_buffers_are_refused)
{
	struct mem hole = mem_new(PAGE + 100, 50);
	struct mem read_only = mem_map(MEM_READ_ONLY, 100, 50);
	struct mem none = mem_map(MEM_NONE, 100, 50);
	const struct {
		const void *p;
		size_t len;
		bool only_write;
	} bad[] = {
		{ hole.p, hole.len },
		{ none.p, none.len },
		{ read_only.p, read_only.len, true },
		{ NULL, 100 },
		{ (void *)(1UL << 63), 100 },
		{ (void *)(~0UL - 50), 100 },
	};
	struct ntio_device_control copied, locked;
	size_t i;

	mem_unmap(&hole, 1);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		if (bad[i].only_write && !variant->write)
			continue;
		ASSERT_FALSE(begin(self, variant->code, bad[i].p, bad[i].len,
				   0, 0));
		holding_end(&self->holding);
		copied = self->holding.request;
		ASSERT_FALSE(begin(self, variant->locked_code, bad[i].p,
				   bad[i].len, 0, 0));
		holding_end(&self->holding);
		locked = self->holding.request;
		EXPECT_EQ((__u32)STATUS_ACCESS_VIOLATION, copied.out_status) {
			TH_LOG("%zu", i);
		}
		EXPECT_EQ(locked.out_status, copied.out_status);
		EXPECT_EQ(locked.out_reason, copied.out_reason);
		EXPECT_EQ(locked.out_detail, copied.out_detail) {
			TH_LOG("%zu", i);
		}
	}
	mem_free(&hole);
	mem_free(&read_only);
	mem_free(&none);
}

/* What is copied back depends on how it ends [2.23] [2.24]. */
TEST_F(may_copy, information_and_status)
{
	const struct {
		__u32 status;
		__u64 information;
		size_t back;
	} endings[] = {
		{ STATUS_SUCCESS, 0, 0 },
		{ STATUS_SUCCESS, 1, 1 },
		{ STATUS_SUCCESS, 99, 99 },
		{ STATUS_SUCCESS, 100, 100 },
		{ STATUS_BUFFER_OVERFLOW, 40, 40 },
		{ STATUS_UNSUCCESSFUL, 100, 0 },
	};
	struct mem mem = mem_new(100, 50);
	size_t i, back;

	if (!variant->write)
		SKIP(return, "nothing is copied back");
	memset(self->copy, 0x77, 100);
	for (i = 0; i < ARRAY_SIZE(endings); i++) {
		memset(mem.p, 0x11, 100);
		ASSERT_TRUE(begin(self, variant->code, mem.p, 100,
				  endings[i].status, endings[i].information));
		hold_ok(self->fd, COPY_TO, .mdl = HOLD_HELD(SLOT),
			.data = addr(self->copy), .len = 100);
		holding_end(&self->holding);
		back = endings[i].back;
		EXPECT_EQ(endings[i].status, self->holding.request.out_status);
		EXPECT_EQ(back, match_byte(mem.p, back, 0x77)) {
			TH_LOG("%zu", i);
		}
		EXPECT_EQ(100 - back, match_byte(mem.p + back, 100 - back,
						 0x11));
	}
	EXPECT_TRUE(mem_around_intact(&mem));
	mem_free(&mem);
}

TEST_F(may_copy, too_much_information)
{
	struct mem mem = mem_new(100, PAGE - 100);

	if (!variant->write)
		SKIP(return, "nothing is copied back");
	expect_violations("INFORMATION_TOO_LARGE", 1, {
		ASSERT_TRUE(begin(self, variant->code, mem.p, 100,
				  STATUS_SUCCESS, 5000));
		holding_end(&self->holding);
	});
	EXPECT_EQ(100, self->holding.request.out_information);
	EXPECT_EQ(100, match_byte(mem.p, 100, 0));
	EXPECT_TRUE(mem_around_intact(&mem));
	mem_free(&mem);
}

/* A part that the driver keeps has the copy's bytes. */
TEST_F(may_copy, part_that_lives_on)
{
	struct mem mem = mem_new(PAGE, 50);

	fill(mem.p, PAGE, 3);
	begin_ok(mem.p, PAGE);
	hold_ok(self->fd, PARTIAL, .mdl = 1, .other = HOLD_HELD(SLOT),
		.offset = 10, .len = 1000);
	end_ok();
	memset(mem.p, 0, PAGE);
	hold_ok(self->fd, COPY_FROM, .mdl = 1, .data = addr(self->copy),
		.len = 1000);
	EXPECT_EQ(variant->write ? 0 : pattern(3, 10), self->copy[0]);
	EXPECT_EQ(variant->write ? 0 : pattern(3, 1009), self->copy[999]);
	hold_ok(self->fd, FREE, .mdl = 1);
	mem_free(&mem);
}

/* What a ring has locked is not copied. */
TEST_F(may_copy, registered_buffers_are_not)
{
	struct mem mem = mem_new(PAGE, 50);
	struct iovec buffer = { mem.p, mem.len };
	struct ntio_device_control c;
	struct io_uring_cqe cqe = { };
	struct ring ring;

	fill(mem.p, PAGE, 1);
	ASSERT_EQ(0, ring_open(&ring, 4, 0));
	ASSERT_EQ(0, ring_register(&ring, IORING_REGISTER_BUFFERS, &buffer, 1));
	self->ending = (struct hold_ending){ .slot = SLOT };
	c = (struct ntio_device_control){
		.code = variant->code, .in = addr(&self->ending),
		.in_len = sizeof(self->ending),
		.out = addr(mem.p), .out_len = PAGE,
	};
	ring_control(&ring, self->fd, &c, 1)->uring_cmd_flags =
		IORING_URING_CMD_FIXED;
	ASSERT_EQ(1, ring_submit(&ring));
	ASSERT_TRUE(wait_until(hold_is_held(self->fd, SLOT)));
	memset(mem.p, 0x66, PAGE);
	hold_ok(self->fd, COPY_FROM, .mdl = HOLD_HELD(SLOT),
		.data = addr(self->copy), .len = PAGE);
	EXPECT_EQ(PAGE, match_byte(self->copy, PAGE, 0x66));
	hold_ok(self->fd, RELEASE, .mdl = HOLD_HELD(SLOT));
	ASSERT_TRUE(ring_wait(&ring, &cqe, 20000));
	EXPECT_EQ(0, cqe.res);
	ring_close(&ring);
	mem_free(&mem);
}

/* read(2) and write(2) of a direct device whose buffers may be copied. */
TEST_F(may_copy, reads_and_writes)
{
	static const size_t lens[] = { 1, 100, FROM - 1, FROM, 3 * FROM };
	int fd = open(PINS_COPY_PATH, O_RDWR | O_CLOEXEC);
	struct mem mem;
	size_t i, len;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, mem_limit(0));
	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		len = lens[i];
		mem = mem_new(len, 77);
		memset(mem.p, 0x22, len);
		if (variant->write) {
			EXPECT_EQ((ssize_t)len, write(fd, mem.p, len));
			EXPECT_EQ(len, match_byte(mem.p, len, 0x22));
		} else {
			EXPECT_EQ((ssize_t)len, read(fd, mem.p, len));
			EXPECT_EQ(PINS_BYTE, mem.p[len - 1]);
		}
		EXPECT_TRUE(mem_around_intact(&mem));
		mem_free(&mem);
	}
	close(fd);
}

TEST_HARNESS_MAIN
