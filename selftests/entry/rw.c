// SPDX-License-Identifier: GPL-2.0
/*
 * read(2), write(2) and their relatives, on devices of each style [6.1]. The
 * devices are those of modules/ntio_rw.c.
 */
#include <sys/sendfile.h>
#include <sys/uio.h>

#include "kselftest_harness.h"
#include "modules/ntio_rw.h"
#include "ntio_test.h"

#define MAJOR_READ 0x03
#define MAJOR_WRITE 0x04

static bool rw_plan(int fd, struct rw_plan plan)
{
	struct ntio_device_control c = {
		.code = IOCTL_RW_PLAN, .in = addr(&plan),
		.in_len = sizeof(plan),
	};

	return !control(fd, &c);
}

static struct rw_saw rw_saw(int fd)
{
	struct rw_saw saw;
	struct ntio_device_control c = {
		.code = IOCTL_RW_SAW, .out = addr(&saw),
		.out_len = sizeof(saw),
	};

	memset(&saw, POISON, sizeof(saw));
	if (control(fd, &c))
		abort();
	return saw;
}

/* Results as the kernel gives them: bytes, or the negative errno. */
static ssize_t rd(int fd, void *p, size_t len, off_t offset)
{
	ssize_t n = pread(fd, opaque(p), len, offset);

	return n < 0 ? -errno : n;
}

static ssize_t wr(int fd, const void *p, size_t len, off_t offset)
{
	ssize_t n = pwrite(fd, opaque(p), len, offset);

	return n < 0 ? -errno : n;
}

FIXTURE(rw)
{
	int fd;
	long pins;
	long violations;
};

FIXTURE_VARIANT(rw)
{
	const char *path;
	__u32 read_flags, write_flags;	/* what the driver sees */
	__u32 zero_flags;		/* and for length 0 */
	bool probes;			/* unmapped input does not reach it */
};

FIXTURE_VARIANT_ADD(rw, buffered) {
	.path = "/dev/ntio/rw-buffered", .probes = true,
	.read_flags = RW_SAW_SYSTEM_BUFFER,
	.write_flags = RW_SAW_SYSTEM_BUFFER,
};

FIXTURE_VARIANT_ADD(rw, direct) {
	.path = "/dev/ntio/rw-direct", .probes = true,
	.read_flags = RW_SAW_MDL | RW_SAW_WRITABLE,
	.write_flags = RW_SAW_MDL,
};

FIXTURE_VARIANT_ADD(rw, neither) {
	.path = "/dev/ntio/rw-neither", .zero_flags = RW_SAW_CALLER,
	.read_flags = RW_SAW_CALLER | RW_SAW_OUT,
	.write_flags = RW_SAW_CALLER | RW_SAW_IN,
};

FIXTURE_SETUP(rw)
{
	self->fd = open(variant->path, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
	ASSERT_TRUE(rw_plan(self->fd, (struct rw_plan){ }));
	self->pins = pins();
	self->violations = ntio_stat("violations", NULL);
}

FIXTURE_TEARDOWN(rw)
{
	EXPECT_EQ(self->violations, ntio_stat("violations", NULL));
	EXPECT_TRUE(wait_until(pins() == self->pins));
	close(self->fd);
}

/* [6.2]-[6.5]: what the driver is given, by style and direction. */
TEST_F(rw, what_the_driver_sees)
{
	struct mem mem = mem_new(5000, 100);
	struct rw_saw saw;

	fill(mem.p, mem.len, 1);
	EXPECT_EQ(5000, wr(self->fd, mem.p, 5000, 0x12345));
	saw = rw_saw(self->fd);
	EXPECT_EQ(1, saw.calls);
	EXPECT_EQ(MAJOR_WRITE, saw.major);
	EXPECT_EQ(5000, saw.length);
	EXPECT_EQ(0x12345, saw.offset);
	EXPECT_EQ(variant->write_flags, saw.flags);

	memset(mem.p, POISON, mem.len);
	EXPECT_EQ(5000, rd(self->fd, mem.p, 5000, 0x12345));
	saw = rw_saw(self->fd);
	EXPECT_EQ(2, saw.calls);
	EXPECT_EQ(MAJOR_READ, saw.major);
	EXPECT_EQ(5000, saw.length);
	EXPECT_EQ(0x12345, saw.offset);
	EXPECT_EQ(variant->read_flags, saw.flags);
	EXPECT_EQ(mem.len, match(mem.p, mem.len, 1));
	EXPECT_TRUE(mem_around_intact(&mem));
	mem_free(&mem);
}

/* [6.8], [6.9]: length 0 reaches the driver; no buffer, and none is probed. */
TEST_F(rw, zero_length)
{
	void *bad[] = { NULL, (void *)0x10 };
	struct rw_saw saw;
	size_t i;

	EXPECT_EQ(0, wr(self->fd, bad[0], 0, 5));
	saw = rw_saw(self->fd);
	EXPECT_EQ(1, saw.calls);
	EXPECT_EQ(0, saw.length);
	EXPECT_EQ(5, saw.offset);
	EXPECT_EQ(variant->zero_flags, saw.flags);
	for (i = 0; i < 2; i++) {
		EXPECT_EQ(0, rd(self->fd, bad[i], 0, 0));
		EXPECT_EQ(2 + i, rw_saw(self->fd).calls);
	}
	/* The driver's status counts, as for any other length. */
	rw_plan(self->fd, (struct rw_plan){
		.flags = RW_PLANNED, .status = STATUS_DEVICE_NOT_READY });
	EXPECT_EQ(-EAGAIN, rd(self->fd, bad[0], 0, 0));
	EXPECT_EQ(1, rw_saw(self->fd).calls);
}

static const size_t sizes[] = {
	1, PAGE - 1, PAGE, PAGE + 1, 64 * KIB, MIB,
};

/* Content, for all sizes and alignments; not a byte around it. */
TEST_F(rw, content)
{
	static const size_t offsets[] = { 0, 1, PAGE - 1 };
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		for (k = 0; k < ARRAY_SIZE(offsets); k++) {
			struct mem mem = mem_new(sizes[i], offsets[k]);

			fill(mem.p, mem.len, i + k);
			ASSERT_EQ(mem.len, wr(self->fd, mem.p, mem.len, k));
			memset(mem.p, POISON, mem.len);
			ASSERT_EQ(mem.len, rd(self->fd, mem.p, mem.len, k));
			EXPECT_EQ(mem.len, match(mem.p, mem.len, i + k));
			EXPECT_TRUE(mem_around_intact(&mem));
			mem_free(&mem);
		}
	}
}

/* [6.10]: fewer bytes than asked for is a success; the rest is untouched. */
TEST_F(rw, short_transfer)
{
	struct mem mem = mem_new(10000, 3);

	rw_plan(self->fd, (struct rw_plan){ .most = 4097 });
	fill(mem.p, mem.len, 2);
	EXPECT_EQ(4097, wr(self->fd, mem.p, mem.len, 0));
	memset(mem.p, POISON, mem.len);
	EXPECT_EQ(4097, rd(self->fd, mem.p, mem.len, 0));
	EXPECT_EQ(4097, match(mem.p, 4097, 2));
	EXPECT_EQ(mem.len - 4097, match_byte(mem.p + 4097, mem.len - 4097,
					     POISON));
	mem_free(&mem);
}

/* [6.13]: read and write move the position, by what was transferred. */
TEST_F(rw, position)
{
	char data[] = "0123456789", back[10];

	rw_plan(self->fd, (struct rw_plan){ .most = 4 });
	EXPECT_EQ(4, write(self->fd, data, 10));
	EXPECT_EQ(4, lseek(self->fd, 0, SEEK_CUR));
	EXPECT_EQ(4, write(self->fd, data + 4, 6));
	EXPECT_EQ(4, rw_saw(self->fd).offset);
	EXPECT_EQ(3, pread(self->fd, back, 3, 1));
	EXPECT_EQ(8, lseek(self->fd, 0, SEEK_CUR));
	EXPECT_EQ(6, lseek(self->fd, 6, SEEK_SET));
	EXPECT_EQ(2, read(self->fd, back, 10));
	EXPECT_EQ(0, memcmp(back, "67", 2));
	EXPECT_EQ(0, read(self->fd, back, 10));
	EXPECT_EQ(8, lseek(self->fd, 0, SEEK_CUR));
	EXPECT_EQ(-1, lseek(self->fd, 0, SEEK_END));
	EXPECT_EQ(-1, lseek(self->fd, -1, SEEK_SET));
	EXPECT_EQ(-EINVAL, rd(self->fd, back, 1, -1));
}

/* [6.15]: the end is 0 bytes, not an error. */
TEST_F(rw, end_of_file)
{
	char byte = 'x';

	EXPECT_EQ(0, rd(self->fd, &byte, 1, 0));
	EXPECT_EQ('x', byte);
	EXPECT_EQ(1, wr(self->fd, &byte, 1, 9));
	EXPECT_EQ(0, rd(self->fd, &byte, 1, 10));
	EXPECT_EQ(0, rd(self->fd, &byte, 1, 1LL << 60));
	rw_plan(self->fd, (struct rw_plan){
		.flags = RW_PLANNED | RW_PEND, .status = STATUS_END_OF_FILE });
	EXPECT_EQ(0, rd(self->fd, &byte, 1, 0));
}

/* [6.6]: the VFS looks how the file was opened; the driver is not asked. */
TEST_F(rw, access)
{
	int reader = open(variant->path, O_RDONLY);
	int writer = open(variant->path, O_WRONLY);
	char byte;

	EXPECT_EQ(-EBADF, wr(reader, "x", 1, 0));
	EXPECT_EQ(-EBADF, rd(writer, &byte, 1, 0));
	EXPECT_EQ(0, rw_saw(self->fd).calls);
	EXPECT_EQ(1, wr(writer, "x", 1, 0));
	EXPECT_EQ(1, rd(reader, &byte, 1, 0));
	EXPECT_EQ('x', byte);
	close(reader);
	close(writer);
}

#define before_the_driver(_call) do {					\
	__u32 _calls = rw_saw(self->fd).calls;				\
	EXPECT_EQ(-EFAULT, _call);					\
	EXPECT_EQ(_calls, rw_saw(self->fd).calls);			\
} while (0)

/* [6.7]: a reader's memory is probed for all styles. */
TEST_F(rw, bad_memory_to_read_into)
{
	struct mem ro = mem_map(MEM_READ_ONLY, PAGE, 0);
	struct mem none = mem_map(MEM_NONE, PAGE, 0);
	struct mem hole = mem_new(3 * PAGE, 8);

	mem_unmap(&hole, 1);
	EXPECT_EQ(100, wr(self->fd, hole.p, 100, 0));
	before_the_driver(rd(self->fd, NULL, 1, 0));
	before_the_driver(rd(self->fd, ro.p, 1, 0));
	before_the_driver(rd(self->fd, none.p, 1, 0));
	before_the_driver(rd(self->fd, hole.p, hole.len, 0));
	EXPECT_EQ(PAGE - 8, match_byte(hole.p, PAGE - 8, POISON));
	before_the_driver(rd(self->fd, hole.p + 2 * PAGE, 2 * PAGE, 0));
	before_the_driver(rd(self->fd, (void *)(1UL << 62), 1, 0));
	mem_free(&ro);
	mem_free(&none);
	mem_free(&hole);
}

/* [6.7], [6.5]: a writer's, where it is not the driver who looks. */
TEST_F(rw, bad_memory_to_write_from)
{
	struct mem none = mem_map(MEM_NONE, PAGE, 0);
	struct mem hole = mem_new(3 * PAGE, 8);
	void *bad[] = { NULL, none.p, hole.p };
	size_t i;

	mem_unmap(&hole, 1);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		EXPECT_EQ(-EFAULT, wr(self->fd, bad[i], 2 * PAGE, 0));
		EXPECT_EQ(variant->probes ? 0 : 1 + i,
			  rw_saw(self->fd).calls);
	}
	before_the_driver(wr(self->fd, (void *)(1UL << 62), 1, 0));
	mem_free(&none);
	mem_free(&hole);
}

/* Each segment is a request, empty ones are nothing. */
TEST_F(rw, vectors)
{
	unsigned char data[3 * PAGE];
	struct iovec iov[] = {
		{ NULL, 0 }, { data, 1 }, { data + 1, PAGE }, { data, 0 },
		{ data + 1 + PAGE, 77 }, { NULL, 0 },
	};
	int n = ARRAY_SIZE(iov);

	fill(data, sizeof(data), 3);
	EXPECT_EQ(PAGE + 78, pwritev(self->fd, iov, n, 10));
	EXPECT_EQ(3, rw_saw(self->fd).calls);
	EXPECT_EQ(10 + PAGE + 1, rw_saw(self->fd).offset);
	memset(data, POISON, sizeof(data));
	EXPECT_EQ(PAGE + 78, preadv(self->fd, iov, n, 10));
	EXPECT_EQ(6, rw_saw(self->fd).calls);
	EXPECT_EQ(PAGE + 78, match(data, PAGE + 78, 3));
	EXPECT_EQ(100, match_byte(data + PAGE + 78, 100, POISON));
	/* Nothing but nothing. */
	EXPECT_EQ(0, preadv(self->fd, iov, 1, 0));
	EXPECT_EQ(0, readv(self->fd, iov, 0));
}

/* The first that is short, at its end or wrong, is the last. */
TEST_F(rw, vectors_end_early)
{
	struct mem ro = mem_map(MEM_READ_ONLY, PAGE, 0);
	char data[64];
	struct iovec iov[] = {
		{ data, 8 }, { data + 8, 16 }, { data + 24, 16 },
	};

	memset(data, 'a', sizeof(data));
	rw_plan(self->fd, (struct rw_plan){ .most = 10 });
	EXPECT_EQ(18, pwritev(self->fd, iov, 3, 0));
	EXPECT_EQ(2, rw_saw(self->fd).calls);
	rw_plan(self->fd, (struct rw_plan){ });
	EXPECT_EQ(24, wr(self->fd, data, 24, 0));
	memset(data, POISON, sizeof(data));
	EXPECT_EQ(24, preadv(self->fd, iov, 3, 0));
	EXPECT_EQ(24, match_byte(data, 24, 'a'));
	EXPECT_EQ(40, match_byte(data + 24, 40, POISON));
	/* What was transferred before a fault counts; a fault at once not. */
	iov[1].iov_base = ro.p;
	EXPECT_EQ(8, preadv(self->fd, iov, 3, 0));
	EXPECT_EQ(-1, preadv(self->fd, iov + 1, 2, 0));
	EXPECT_EQ(EFAULT, errno);
	mem_free(&ro);
}

/* Kernel buffers have no caller whose memory could be locked. */
TEST_F(rw, splice_refused)
{
	int file = memfd_create("ntio", MFD_CLOEXEC), ends[2];
	loff_t at = 0;

	ASSERT_EQ(0, pipe(ends));
	EXPECT_EQ(100, wr(self->fd, (char [100]){ }, 100, 0));
	EXPECT_EQ(-1, splice(self->fd, &at, ends[1], NULL, 50, 0));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(5, write(ends[1], "hello", 5));
	EXPECT_EQ(-1, splice(ends[0], NULL, self->fd, &at, 5, 0));
	EXPECT_EQ(EINVAL, errno);
	ASSERT_EQ(0, ftruncate(file, 100));
	EXPECT_EQ(-1, sendfile(self->fd, file, NULL, 100));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, sendfile(file, self->fd, NULL, 100));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(1, rw_saw(self->fd).calls);
	close(ends[0]);
	close(ends[1]);
	close(file);
}

/* More than was asked for is clamped, and the driver's mistake. */
TEST_F(rw, information_too_large)
{
	long before = violations("INFORMATION_TOO_LARGE");
	struct mem mem = mem_new(100, 0);

	rw_plan(self->fd, (struct rw_plan){
		.flags = RW_PLANNED, .information = 101, .written = 100 });
	EXPECT_EQ(100, rd(self->fd, mem.p, mem.len, 0));
	EXPECT_EQ(100, match_byte(mem.p, 100, RW_BYTE));
	EXPECT_EQ(100, wr(self->fd, mem.p, mem.len, 0));
	EXPECT_EQ(before + 2, violations("INFORMATION_TOO_LARGE"));
	EXPECT_TRUE(mem_around_intact(&mem));
	self->violations += 2;
	mem_free(&mem);
}

/* --- [6.11]: severities --------------------------------------------------- */

FIXTURE(severity)
{
	int fds[3];
};

FIXTURE_VARIANT(severity)
{
	__u32 status;
	ssize_t result;		/* with Information 17 */
	bool copied;		/* by a buffered read */
};

FIXTURE_VARIANT_ADD(severity, success) {
	.status = STATUS_SUCCESS, .result = 17, .copied = true };
FIXTURE_VARIANT_ADD(severity, informational) {
	.status = STATUS_OBJECT_NAME_EXISTS, .result = 17, .copied = true };
FIXTURE_VARIANT_ADD(severity, warning) {
	.status = STATUS_BUFFER_OVERFLOW, .result = 17, .copied = true };
FIXTURE_VARIANT_ADD(severity, verify_required) {
	.status = STATUS_VERIFY_REQUIRED, .result = -ENOMEDIUM };
FIXTURE_VARIANT_ADD(severity, error) {
	.status = STATUS_UNSUCCESSFUL, .result = -EIO };
FIXTURE_VARIANT_ADD(severity, end_of_file) {
	.status = STATUS_END_OF_FILE, .result = 0 };
FIXTURE_VARIANT_ADD(severity, invalid_request) {
	.status = STATUS_INVALID_DEVICE_REQUEST, .result = -EOPNOTSUPP };

FIXTURE_SETUP(severity)
{
	self->fds[0] = open("/dev/ntio/rw-buffered", O_RDWR);
	self->fds[1] = open("/dev/ntio/rw-direct", O_RDWR);
	self->fds[2] = open("/dev/ntio/rw-neither", O_RDWR);
}

FIXTURE_TEARDOWN(severity)
{
	int i;

	for (i = 0; i < 3; i++)
		close(self->fds[i]);
}

/* Of 20 bytes 17 are claimed, at once and pended, for each style. */
TEST_F(severity, read_and_write)
{
	struct rw_plan plan = {
		.flags = RW_PLANNED, .status = variant->status,
		.information = 17, .written = 18,
	};
	int i, pend;

	for (i = 0; i < 3; i++) {
		for (pend = 0; pend < 2; pend++) {
			struct mem mem = mem_new(20, 0);
			size_t given = i ? 18 : variant->copied ? 17 : 0;

			plan.flags = RW_PLANNED | (pend ? RW_PEND : 0);
			ASSERT_TRUE(rw_plan(self->fds[i], plan));
			EXPECT_EQ(variant->result,
				  rd(self->fds[i], mem.p, mem.len, 0));
			EXPECT_EQ(given, match_byte(mem.p, 20, RW_BYTE));
			EXPECT_EQ(20 - given, match_byte(mem.p + given,
							 20 - given, POISON));
			EXPECT_EQ(variant->result,
				  wr(self->fds[i], mem.p, mem.len, 0));
			EXPECT_EQ(2, rw_saw(self->fds[i]).calls);
			mem_free(&mem);
		}
	}
}

/* The core does not know the end, and must not write over the beginning. */
TEST_F(rw, append_is_refused)
{
	struct iovec iov = { "more", 4 };
	char data[8] = "";

	EXPECT_EQ(4, wr(self->fd, "data", 4, 0));
	EXPECT_EQ(-1, pwritev2(self->fd, &iov, 1, 0, RWF_APPEND));
	EXPECT_EQ(EOPNOTSUPP, errno);
	ASSERT_EQ(0, fcntl(self->fd, F_SETFL, O_APPEND));
	EXPECT_EQ(-1, write(self->fd, "more", 4));
	EXPECT_EQ(EOPNOTSUPP, errno);
	EXPECT_EQ(-EOPNOTSUPP, wr(self->fd, "more", 4, 4));
	EXPECT_EQ(0, lseek(self->fd, 0, SEEK_CUR));
	EXPECT_EQ(1, rw_saw(self->fd).calls);
	EXPECT_EQ(4, rd(self->fd, data, 4, 0));
	EXPECT_EQ(0, memcmp(data, "data", 4));
	ASSERT_EQ(0, fcntl(self->fd, F_SETFL, 0));
	EXPECT_EQ(4, wr(self->fd, "more", 4, 4));
}

/* --- devices without ------------------------------------------------------ */

/* No offsets: nothing to seek, and the driver is told 0. */
TEST(stream)
{
	int fd = open("/dev/ntio/rw-stream", O_RDWR);
	char data[4] = "abcd";

	ASSERT_LE(0, fd);
	ASSERT_TRUE(rw_plan(fd, (struct rw_plan){ }));
	EXPECT_EQ(-ESPIPE, rd(fd, data, 1, 0));
	EXPECT_EQ(-ESPIPE, wr(fd, data, 1, 0));
	EXPECT_EQ(-1, lseek(fd, 0, SEEK_CUR));
	EXPECT_EQ(ESPIPE, errno);
	EXPECT_EQ(-1, lseek(fd, 1, SEEK_SET));
	EXPECT_EQ(ESPIPE, errno);
	EXPECT_EQ(0, rw_saw(fd).calls);
	EXPECT_EQ(4, write(fd, data, 4));
	EXPECT_EQ(4, write(fd, data, 4));
	EXPECT_EQ(0, rw_saw(fd).offset);
	EXPECT_EQ(4, read(fd, data, 4));
	EXPECT_EQ(0, rw_saw(fd).offset);
	/* Everything is appended here. */
	EXPECT_EQ(0, fcntl(fd, F_SETFL, O_APPEND));
	EXPECT_EQ(4, write(fd, data, 4));
	EXPECT_EQ(0, rw_saw(fd).offset);
	close(fd);
}

/* A driver that has no such routine [1.16]. */
TEST(neither_read_nor_written)
{
	int fd = open("/dev/ntio/rw-none", O_RDWR);
	char byte = 0;

	ASSERT_LE(0, fd);
	EXPECT_EQ(-1, read(fd, &byte, 1));
	EXPECT_EQ(EOPNOTSUPP, errno);
	EXPECT_EQ(-1, write(fd, &byte, 1));
	EXPECT_EQ(EOPNOTSUPP, errno);
	close(fd);
}

TEST_HARNESS_MAIN
