// SPDX-License-Identifier: GPL-2.0
/*
 * A driver for Windows, loaded and called: each method, and what becomes of
 * buffers that are none.
 */
#include "kselftest_harness.h"
#include "ntio_test.h"
#include "wdm.h"
#include "drivers/ioctl/ioctl.h"

#define UPPER "/dev/ntio/WdmUpper"

FIXTURE(upper)
{
	int fd;
};

FIXTURE_SETUP(upper)
{
	ASSERT_EQ(0, module_load("wdm_ioctl"));
	self->fd = open(UPPER, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(upper)
{
	close(self->fd);
	EXPECT_EQ(0, module_unload("wdm_ioctl"));
}

static const char said[] = "abc xyz 123";
static const char meant[] = "ABC XYZ 123";

TEST_F(upper, buffered)
{
	char text[sizeof(said)];
	struct ntio_device_control c;

	memcpy(text, said, sizeof(said));
	c = control_ok(self->fd, .code = IOCTL_UPPER_BUFFERED,
		       .in = addr(text), .in_len = sizeof(text),
		       .out = addr(text), .out_len = sizeof(text));
	EXPECT_EQ(sizeof(text), c.out_information);
	EXPECT_STREQ(meant, text);
}

TEST_F(upper, in_direct)
{
	char first[] = "the same, then not";
	char second[] = "the same, and then";
	struct ntio_device_control c;

	c = control_ok(self->fd, .code = IOCTL_UPPER_IN_DIRECT,
		       .in = addr(first), .in_len = sizeof(first),
		       .out = addr(second), .out_len = sizeof(second));
	EXPECT_EQ(10, c.out_information);
	EXPECT_STREQ("the same, and then", second);
}

TEST_F(upper, out_direct_across_pages)
{
	size_t len = 3 * PAGE;
	struct mem out = mem_new(len, PAGE - 7);
	struct ntio_device_control c;
	char *in = malloc(len);

	memset(in, 'q', len);
	memset(out.p, POISON, len);
	c = control_ok(self->fd, .code = IOCTL_UPPER_OUT_DIRECT,
		       .in = addr(in), .in_len = len,
		       .out = addr(out.p), .out_len = len);
	EXPECT_EQ(len, c.out_information);
	EXPECT_EQ(len, match_byte(out.p, len, 'Q'));
	EXPECT_TRUE(mem_around_intact(&out));
	mem_free(&out);
	free(in);
}

/* A direct code without a second buffer has no MDL. */
TEST_F(upper, no_mdl)
{
	struct ntio_device_control c = {
		.code = IOCTL_UPPER_OUT_DIRECT,
		.in = addr(said), .in_len = sizeof(said),
	};

	EXPECT_EQ(EINVAL, control(self->fd, &c));
	EXPECT_EQ(STATUS_INVALID_PARAMETER, c.out_status);
}

TEST_F(upper, neither)
{
	struct mem out = mem_new(2 * PAGE, 100);
	struct ntio_device_control c;

	memset(out.p, POISON, 2 * PAGE);
	c = control_ok(self->fd, .code = IOCTL_UPPER_NEITHER,
		       .in = addr(said), .in_len = sizeof(said),
		       .out = addr(out.p), .out_len = 2 * PAGE);
	EXPECT_EQ(sizeof(said), c.out_information);
	EXPECT_STREQ(meant, (char *)out.p);
	EXPECT_EQ(POISON, out.p[sizeof(said)]);
	EXPECT_TRUE(mem_around_intact(&out));
	mem_free(&out);
}

/* Input that cannot be written is copied; its page stays as it is. */
TEST_F(upper, neither_reads_what_is_read_only)
{
	struct mem in = mem_map(MEM_ANON, PAGE, 0);
	char out[8] = "";

	memcpy(in.p, "abcdefg", 8);
	mem_protect(&in, 0, PROT_READ);
	control_ok(self->fd, .code = IOCTL_UPPER_NEITHER,
		   .in = addr(in.p), .in_len = 8,
		   .out = addr(out), .out_len = 8);
	EXPECT_STREQ("ABCDEFG", out);
	EXPECT_STREQ("abcdefg", (char *)in.p);
	mem_free(&in);
}

FIXTURE(bad_neither)
{
	int fd;
	struct mem mem;
};

FIXTURE_VARIANT(bad_neither)
{
	bool input;
	enum mem_class class;
	__u64 address;
};

FIXTURE_VARIANT_ADD(bad_neither, in_null) { .input = true };
FIXTURE_VARIANT_ADD(bad_neither, out_null) { };
FIXTURE_VARIANT_ADD(bad_neither, in_kernel) {
	.input = true, .address = 0xffff888000000000 };
FIXTURE_VARIANT_ADD(bad_neither, out_kernel) {
	.address = 0xffff888000000000 };
FIXTURE_VARIANT_ADD(bad_neither, in_none) {
	.input = true, .class = MEM_NONE };
FIXTURE_VARIANT_ADD(bad_neither, out_none) { .class = MEM_NONE };
FIXTURE_VARIANT_ADD(bad_neither, out_read_only) { .class = MEM_READ_ONLY };

FIXTURE_SETUP(bad_neither)
{
	ASSERT_EQ(0, module_load("wdm_ioctl"));
	self->fd = open(UPPER, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
	if (variant->class)
		self->mem = mem_map(variant->class, 64, 0);
}

FIXTURE_TEARDOWN(bad_neither)
{
	if (variant->class)
		mem_free(&self->mem);
	close(self->fd);
	EXPECT_EQ(0, module_unload("wdm_ioctl"));
}

static int served(int fd)
{
	int count = -1;
	struct ntio_device_control c = {
		.code = IOCTL_UPPER_COUNT,
		.out = addr(&count), .out_len = sizeof(count),
	};

	control(fd, &c);
	return count;
}

/* Refused before the driver sees a number that is no address. */
TEST_F(bad_neither, is_refused)
{
	__u64 bad = self->mem.p ? addr(self->mem.p) : variant->address;
	char good[64] = "good";
	int before = served(self->fd);

	control_refused(self->fd, STATUS_ACCESS_VIOLATION, NTIO_REASON_FAULT,
			ANY, .code = IOCTL_UPPER_NEITHER,
			.in = variant->input ? bad : addr(good), .in_len = 64,
			.out = variant->input ? addr(good) : bad,
			.out_len = 64);
	EXPECT_STREQ("good", good);
	EXPECT_EQ(before + 1, served(self->fd)) {
		TH_LOG("the driver was called");
	}
}

static __u32 embedded(int fd, __u64 address, __u32 len)
{
	UPPER_EMBEDDED e = { address, len, POISON32 };
	struct ntio_device_control c = {
		.code = IOCTL_UPPER_EMBEDDED,
		.in = addr(&e), .in_len = sizeof(e),
		.out = addr(&e), .out_len = sizeof(e),
	};

	return control(fd, &c) ? POISON32 : e.Result;
}

TEST_F(upper, embedded_address)
{
	char text[] = "embedded";
	struct mem mem = mem_map(MEM_READ_ONLY, 8, 0);

	EXPECT_EQ(STATUS_SUCCESS, embedded(self->fd, addr(text), sizeof(text)));
	EXPECT_STREQ("EMBEDDED", text);
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, embedded(self->fd, addr(mem.p), 8));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, embedded(self->fd, 0, 8));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION,
		  embedded(self->fd, 0xffff888000000000, 8));
	mem_free(&mem);
}

/* [7.10] This program is built for either. */
TEST_F(upper, caller_of_32_bits)
{
	struct ntio_device_control c;

	c = control_ok(self->fd, .code = IOCTL_UPPER_IS_32_BIT);
	EXPECT_EQ(sizeof(void *) == 4, c.out_information);
}

static void reads_as_32_bits(struct __test_metadata *_metadata,
			     const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	struct ntio_device_control c;
	char byte = 'x';

	ASSERT_LE(0, fd);
	EXPECT_EQ(1, write(fd, &byte, 1));
	EXPECT_EQ(1, read(fd, &byte, 1));
	c = control_ok(fd, .code = NTIO_CTL_CODE(0x8036, 0x901,
						 NTIO_METHOD_BUFFERED,
						 NTIO_ANY_ACCESS));
	EXPECT_EQ(sizeof(void *) == 4, c.out_information);
	close(fd);
}

TEST(reader_of_32_bits)
{
	ASSERT_EQ(0, module_load("wdm_rw"));
	reads_as_32_bits(_metadata, "/dev/ntio/WdmRwBuffered");
	reads_as_32_bits(_metadata, "/dev/ntio/WdmRwNeither");
	EXPECT_TRUE(wait_until(module_unload("wdm_rw") == 0));
}

TEST_F(upper, unknown_code)
{
	control_refused(self->fd, STATUS_INVALID_DEVICE_REQUEST,
			NTIO_REASON_DRIVER, ANY,
			.code = NTIO_CTL_CODE(IOCTL_TYPE, 0x999,
					      NTIO_METHOD_BUFFERED,
					      NTIO_ANY_ACCESS));
}

TEST_F(upper, access_of_the_code)
{
	int count, fd = open(UPPER, O_WRONLY | O_CLOEXEC);

	ASSERT_LE(0, fd);
	control_refused(fd, STATUS_ACCESS_DENIED, NTIO_REASON_ACCESS_BITS,
			NTIO_READ_ACCESS, .code = IOCTL_UPPER_COUNT,
			.out = addr(&count), .out_len = sizeof(count));
	close(fd);
}

/* What a driver has no routine for it refuses. */
TEST_F(upper, unset_entry)
{
	char byte;

	EXPECT_EQ(-1, read(self->fd, &byte, 1));
	EXPECT_EQ(EOPNOTSUPP, errno);	/* ENOTTY is for ioctl() */
}

/* A module with an open file stays. */
TEST_F(upper, stays_while_open)
{
	EXPECT_EQ(EAGAIN, module_unload("wdm_ioctl"));
	EXPECT_EQ(0, access(UPPER, F_OK));
}

TEST_HARNESS_MAIN
