// SPDX-License-Identifier: GPL-2.0
/* How much may be copied or locked, and who pays for it. */
#include <sys/resource.h>
#include <sys/wait.h>
#include <sys/sysinfo.h>

#include "kselftest_harness.h"
#include "ntio_test.h"

#define NOBODY 65534

FIXTURE(limits)
{
	int fd;
	unsigned long max_buffered, max_locked;
	long pins;
};

FIXTURE_SETUP(limits)
{
	self->fd = echo_open();
	self->max_buffered = param_get("max_buffered");
	self->max_locked = param_get("max_locked");
	self->pins = pins();
}

FIXTURE_TEARDOWN(limits)
{
	EXPECT_EQ(0, param_set("max_buffered", self->max_buffered));
	EXPECT_EQ(0, param_set("max_locked", self->max_locked));
	EXPECT_EQ(self->pins, pins());
	close(self->fd);
}

TEST_F(limits, defaults)
{
	EXPECT_EQ(64 * MIB, self->max_buffered);
	EXPECT_EQ(GIB, self->max_locked);
	EXPECT_EQ(65, param_get("lock_from"));
}

/* They are unsigned: no negative number, nothing beyond 32 bits. */
TEST_F(limits, parameters_are_unsigned)
{
	EXPECT_EQ(0, param_set("max_buffered", 0xffffffff));
	EXPECT_EQ(0xffffffff, param_get("max_buffered"));
	EXPECT_NE(0, param_set("max_buffered", -1UL));
	EXPECT_NE(0, param_set("max_buffered", 1UL << 32));
	EXPECT_EQ(0xffffffff, param_get("max_buffered"));
	EXPECT_EQ(0, param_set("max_locked", 0xffffffff));
	EXPECT_EQ(0xffffffff, param_get("max_locked"));
	EXPECT_NE(0, param_set("max_locked", -1UL));
}

/* The limit is inside, one byte more is outside; detail says the limit. */
TEST_F(limits, max_buffered)
{
	static const __u32 codes[] = {
		IOCTL_ECHO_BUFFERED, IOCTL_ECHO_IN_DIRECT,
		IOCTL_ECHO_OUT_DIRECT,
	};
	struct mem mem = mem_new(5001, 0);
	size_t i;

	ASSERT_EQ(0, param_set("max_buffered", 5000));
	for (i = 0; i < 3; i++) {
		control_ok(self->fd, .code = codes[i],
			   .in = addr(mem.p), .in_len = 5000);
		echo_refused(self->fd, STATUS_INSUFFICIENT_RESOURCES,
			     NTIO_REASON_BUFFER_LIMIT, 5000, .code = codes[i],
			     .in = addr(mem.p), .in_len = 5001);
	}
	control_ok(self->fd, .code = IOCTL_ECHO_BUFFERED,
		   .out = addr(mem.p), .out_len = 5000);
	echo_refused(self->fd, STATUS_INSUFFICIENT_RESOURCES,
		     NTIO_REASON_BUFFER_LIMIT, 5000,
		     .code = IOCTL_ECHO_BUFFERED,
		     .out = addr(mem.p), .out_len = 5001);
	/* It does not limit what is not copied. */
	control_ok(self->fd, .code = IOCTL_ECHO_OUT_DIRECT,
		   .out = addr(mem.p), .out_len = 5001);
	control_ok(self->fd, .code = IOCTL_ECHO_NEITHER,
		   .in = addr(mem.p), .in_len = 5001);
	mem_free(&mem);
}

TEST_F(limits, max_locked)
{
	static const __u32 codes[] = {
		IOCTL_ECHO_IN_DIRECT, IOCTL_ECHO_OUT_DIRECT,
		IOCTL_ECHO_IN_DIRECT_LONG, IOCTL_ECHO_OUT_DIRECT_LONG,
	};
	struct mem mem = mem_new(5001, 0);
	size_t i;

	ASSERT_EQ(0, param_set("max_locked", 5000));
	for (i = 0; i < 4; i++) {
		control_ok(self->fd, .code = codes[i],
			   .out = addr(mem.p), .out_len = 5000);
		echo_refused(self->fd, STATUS_INSUFFICIENT_RESOURCES,
			     NTIO_REASON_LOCK_LIMIT, 5000, .code = codes[i],
			     .out = addr(mem.p), .out_len = 5001);
	}
	control_ok(self->fd, .code = IOCTL_ECHO_BUFFERED,
		   .out = addr(mem.p), .out_len = 5001);
	mem_free(&mem);
}

/* The limits are checked before the buffers. */
TEST_F(limits, before_buffers)
{
	echo_refused(self->fd, STATUS_INSUFFICIENT_RESOURCES,
		     NTIO_REASON_BUFFER_LIMIT, self->max_buffered,
		     .code = IOCTL_ECHO_BUFFERED,
		     .in = 1, .in_len = self->max_buffered + 1);
	echo_refused(self->fd, STATUS_INSUFFICIENT_RESOURCES,
		     NTIO_REASON_LOCK_LIMIT, self->max_locked,
		     .code = IOCTL_ECHO_OUT_DIRECT,
		     .out = 1, .out_len = self->max_locked + 1);
}

/* No memory is a clean refusal, without a word in the kernel's log [2.12]. */
TEST_F(limits, no_memory_to_copy)
{
	static const __u32 lengths[] = {
		(1U << 31) - 1, 1U << 31, (1U << 31) + 1, 0xffffffff,
	};
	struct sysinfo info;
	size_t i;
	char *p;

	ASSERT_EQ(0, sysinfo(&info));
	if (info.totalram * info.mem_unit >= 2 * GIB)
		SKIP(return, "this machine has memory for such buffers");
	p = mmap(NULL, 4 * GIB, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	ASSERT_NE(MAP_FAILED, (void *)p);
	ASSERT_EQ(0, param_set("max_buffered", 0xffffffff));
	for (i = 0; i < 4; i++) {
		echo_refused(self->fd, STATUS_INSUFFICIENT_RESOURCES, ANY, ANY,
			     .code = IOCTL_ECHO_BUFFERED,
			     .in = addr(p), .in_len = lengths[i]);
		echo_refused(self->fd, STATUS_INSUFFICIENT_RESOURCES, ANY, ANY,
			     .code = IOCTL_ECHO_BUFFERED,
			     .out = addr(p), .out_len = lengths[i]);
		echo_refused(self->fd, STATUS_INSUFFICIENT_RESOURCES, ANY, ANY,
			     .code = IOCTL_ECHO_IN_DIRECT,
			     .in = addr(p), .in_len = lengths[i]);
	}
	munmap(p, 4 * GIB);
}

/* The largest lengths that can be locked at all, into a guard page. */
TEST_F(limits, huge_lock_into_guard)
{
	static const __u32 lengths[] = {
		(1U << 31) - 1, 1U << 31, (1U << 31) + 1, 0xffffffff,
	};
	struct mem mem = mem_new(2 * PAGE, 0);
	size_t i;

	ASSERT_EQ(0, param_set("max_locked", 0xffffffff));
	for (i = 0; i < 4; i++) {
		struct ntio_device_control c = {
			.code = IOCTL_ECHO_OUT_DIRECT,
			.out = addr(mem.p), .out_len = lengths[i],
		};
		__u32 calls = echo_saw(self->fd).calls;

		EXPECT_NE(0, control(self->fd, &c));
		EXPECT_TRUE(c.out_status == STATUS_ACCESS_VIOLATION ||
			    c.out_status == STATUS_INSUFFICIENT_RESOURCES);
		if (c.out_status == STATUS_ACCESS_VIOLATION) {
			EXPECT_EQ(NTIO_REASON_NO_ACCESS, c.out_reason);
			EXPECT_EQ(2 * PAGE, c.out_detail);
		}
		EXPECT_EQ(calls, echo_saw(self->fd).calls);
		EXPECT_EQ(self->pins, pins());
	}
	mem_free(&mem);
}

/* Large, but possible: 64 MiB each way, 256 MiB locked. */
TEST_F_TIMEOUT(limits, large, 300)
{
	struct mem mem = mem_new(64 * MIB, 0);
	char *p;

	fill(mem.p, mem.len, 1);
	control_ok(self->fd, .code = IOCTL_ECHO_BUFFERED,
		   .in = addr(mem.p), .in_len = mem.len,
		   .out = addr(mem.p), .out_len = mem.len);
	EXPECT_EQ(mem.len, match(mem.p, mem.len, 1));
	mem_free(&mem);

	/* The zero page over and over: much to lock, little memory. */
	p = mmap(NULL, 256 * MIB, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		 0);
	ASSERT_NE(MAP_FAILED, (void *)p);
	control_ok(self->fd, .code = IOCTL_ECHO_RETURN_IN_DIRECT,
		   .in = addr(&(struct echo_return){ }),
		   .in_len = sizeof(struct echo_return),
		   .out = addr(p), .out_len = 256 * MIB);
	EXPECT_EQ(256 * MIB / PAGE, echo_saw(self->fd).pages);
	munmap(p, 256 * MIB);
}

/* --- memory cgroup -------------------------------------------------------- */

/* A process that may use 8 MiB asks for 1 MiB, then for 32 MiB. */
static int ask_in_cgroup(int fd, __u64 zeroes)
{
	struct ntio_device_control c = {
		.code = IOCTL_ECHO_BUFFERED, .in = zeroes, .in_len = MIB,
	};

	if (!mem_cgroup_enter())
		return 1;
	if (control(fd, &c))
		return 2;
	c.in_len = 32 * MIB;
	if (control(fd, &c) != ENOMEM)
		return 3;
	return c.out_status == STATUS_INSUFFICIENT_RESOURCES &&
	       c.out_reason == NTIO_REASON_NO_MEMORY ? 0 : 4;
}

/* Memory is charged to the caller's cgroup; no OOM kill, but a refusal. */
TEST_F(limits, cgroup)
{
	void *zeroes = mmap(NULL, 32 * MIB, PROT_READ,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int status;
	pid_t pid;

	ASSERT_NE(MAP_FAILED, zeroes);
	if (!mem_cgroup_make("8M"))
		SKIP(return, "no memory cgroup: %s", strerror(errno));
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid)
		_exit(ask_in_cgroup(self->fd, addr(zeroes)));
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_TRUE(mem_cgroup_remove());
}

/* --- RLIMIT_MEMLOCK: each test is a process of its own ------------------- */

static int become_nobody_with_memlock(rlim_t limit)
{
	struct rlimit memlock = { limit, limit };

	return setrlimit(RLIMIT_MEMLOCK, &memlock) || setgid(NOBODY) ||
	       setuid(NOBODY);
}

static const __u32 long_codes[] = {
	IOCTL_ECHO_IN_DIRECT_LONG, IOCTL_ECHO_OUT_DIRECT_LONG,
};

/* [5.12] STATUS_WORKING_SET_QUOTA */
TEST(memlock_exceeded)
{
	struct mem mem = mem_new(17 * PAGE, 0);
	int fd = echo_open();
	int i;

	ASSERT_EQ(0, become_nobody_with_memlock(16 * PAGE));
	for (i = 0; i < 2; i++) {
		control_ok(fd, .code = long_codes[i],
			   .out = addr(mem.p), .out_len = 16 * PAGE);
		echo_refused(fd, STATUS_WORKING_SET_QUOTA, NTIO_REASON_MEMLOCK,
			     16 * PAGE, .code = long_codes[i],
			     .out = addr(mem.p), .out_len = 17 * PAGE);
		/* Pages count, not bytes: these are 17. */
		echo_refused(fd, STATUS_WORKING_SET_QUOTA, NTIO_REASON_MEMLOCK,
			     16 * PAGE, .code = long_codes[i],
			     .out = addr(mem.p + 1), .out_len = 16 * PAGE);
	}
	close(fd);
	mem_free(&mem);
}

/* What was charged is given back, also after a refusal. */
TEST(memlock_given_back)
{
	struct mem bad = mem_new(16 * PAGE, 0);
	struct mem mem = mem_new(16 * PAGE, 0);
	int fd = echo_open();
	int i;

	mem_unmap(&bad, 15);
	ASSERT_EQ(0, become_nobody_with_memlock(16 * PAGE));
	for (i = 0; i < 100; i++) {
		echo_refused(fd, STATUS_ACCESS_VIOLATION, NTIO_REASON_UNMAPPED,
			     15 * PAGE, .code = long_codes[i & 1],
			     .out = addr(bad.p), .out_len = bad.len);
		control_ok(fd, .code = long_codes[i & 1],
			   .out = addr(mem.p), .out_len = mem.len);
	}
	close(fd);
	mem_free(&bad);
	mem_free(&mem);
}

/* Short locks are not charged. */
TEST(memlock_only_for_long_term)
{
	struct mem mem = mem_new(64 * PAGE, 0);
	int fd = echo_open();

	ASSERT_EQ(0, become_nobody_with_memlock(0));
	control_ok(fd, .code = IOCTL_ECHO_IN_DIRECT,
		   .out = addr(mem.p), .out_len = mem.len);
	control_ok(fd, .code = IOCTL_ECHO_OUT_DIRECT,
		   .out = addr(mem.p), .out_len = mem.len);
	echo_refused(fd, STATUS_WORKING_SET_QUOTA, NTIO_REASON_MEMLOCK, 0,
		     .code = IOCTL_ECHO_OUT_DIRECT_LONG,
		     .out = addr(mem.p), .out_len = 1);
	close(fd);
	mem_free(&mem);
}

/* CAP_IPC_LOCK is exempt. */
TEST(memlock_privileged)
{
	struct rlimit none = { 0, 0 };
	struct mem mem = mem_new(64 * PAGE, 0);
	int fd = echo_open();

	ASSERT_EQ(0, setrlimit(RLIMIT_MEMLOCK, &none));
	control_ok(fd, .code = IOCTL_ECHO_OUT_DIRECT_LONG,
		   .out = addr(mem.p), .out_len = mem.len);
	close(fd);
	mem_free(&mem);
}

TEST_HARNESS_MAIN
