// SPDX-License-Identifier: GPL-2.0
/*
 * What a worker does for a caller that it attached to is judged by the caller's
 * limits and rights, and charged to the caller: not to the worker, which may
 * do all and whose memory belongs to nobody.
 */
#include <fcntl.h>
#include <sys/stat.h>

#include "kselftest_harness.h"
#include "borrowed.h"

#define PAGES (LIMIT / PAGE)

FIXTURE(attached)
{
	int fd;
	long pins;
};

FIXTURE_VARIANT(attached)
{
	__u32 flags;
};

FIXTURE_VARIANT_ADD(attached, to_read) { .flags = PINS_ATTACHED };
FIXTURE_VARIANT_ADD(attached, to_write) {
	.flags = PINS_ATTACHED | PINS_FOR_WRITING };
/* For comparison: by the handler, in the caller's own thread. */
FIXTURE_VARIANT_ADD(attached, handler_to_read) { };
FIXTURE_VARIANT_ADD(attached, handler_to_write) {
	.flags = PINS_FOR_WRITING };

FIXTURE_SETUP(attached)
{
	self->fd = pins_open(PINS_PATH);
	self->pins = pins();
}

static void unlock(int fd, __u32 slot)
{
	pins_tell(fd, IOCTL_PINS_UNLOCK, slot);
}

FIXTURE_TEARDOWN(attached)
{
	__u32 slot;

	for (slot = 0; slot < PINS_SLOTS; slot++)
		unlock(self->fd, slot);
	EXPECT_TRUE(wait_until(pins() == self->pins));
	close(self->fd);
}

/* The status that ntio_mdl_lock() returned; POISON32: it was not called. */
static __u32 lock(int fd, __u32 slot, __u32 flags, void *p, size_t len)
{
	struct pins_lock lock = {
		.address = addr(p), .len = len, .slot = slot, .flags = flags,
		.out_attached = POISON32, .out_status = POISON32,
	};
	struct ntio_device_control c = {
		.code = IOCTL_PINS_LOCK, .in = addr(&lock),
		.in_len = sizeof(lock), .out = addr(&lock),
		.out_len = sizeof(lock),
	};

	if (control(fd, &c) || c.out_information != sizeof(lock))
		abort();
	return lock.out_status;
}

static void *anonymous(size_t len, int prot)
{
	void *p = mmap(NULL, len, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		abort();
	return p;
}

#define child(_what) ({							\
	pid_t _pid = fork();						\
	ASSERT_LE(0, _pid);						\
	if (!_pid)							\
		_exit(_what);						\
	ended_with(_pid); })

static int lock_too_much(int fd, __u32 flags)
{
	void *p = anonymous(8 * MIB, PROT_READ | PROT_WRITE);

	if (!become_nobody(LIMIT))
		return 1;
	return lock(fd, 0, flags, p, 8 * MIB) == STATUS_WORKING_SET_QUOTA ?
		0 : 2;
}

/*
 * A user whose limit is 64 KiB had 8 MiB locked for long by a worker: it was
 * the worker's limit and rights that were looked at.
 */
TEST_F(attached, far_above_the_limit)
{
	EXPECT_EQ(0, child(lock_too_much(self->fd, variant->flags)));
	EXPECT_EQ(self->pins, pins()) {
		TH_LOG("%ld pages are locked", pins() - self->pins);
	}
}

static int lock_within(int fd, __u32 flags)
{
	void *p = anonymous(2 * LIMIT, PROT_READ | PROT_WRITE);

	if (!become_nobody(LIMIT))
		return 1;
	if (lock(fd, 0, flags, p, (PAGES - 4) * PAGE))
		return 2;
	/* The rest are 4 pages: 5 are too many, whoever locks them. */
	if (lock(fd, 1, flags, p, 5 * PAGE) != STATUS_WORKING_SET_QUOTA)
		return 3;
	if (lock(fd, 1, flags ^ PINS_ATTACHED, p, 5 * PAGE) !=
	    STATUS_WORKING_SET_QUOTA)
		return 4;
	if (lock(fd, 1, flags, p, 4 * PAGE))
		return 5;
	if (lock(fd, 2, flags, p, 1) != STATUS_WORKING_SET_QUOTA)
		return 6;
	/* Given back in part, then all of it. */
	unlock(fd, 1);
	if (lock(fd, 2, flags ^ PINS_ATTACHED, p, 4 * PAGE))
		return 7;
	unlock(fd, 2);
	unlock(fd, 0);
	if (lock(fd, 0, flags, p, LIMIT))
		return 8;
	if (lock(fd, 1, flags, p, 1) != STATUS_WORKING_SET_QUOTA)
		return 9;
	unlock(fd, 0);
	/* And nothing more than was taken. */
	return lock(fd, 0, flags, p, LIMIT + PAGE) ==
		STATUS_WORKING_SET_QUOTA ? 0 : 10;
}

/* What is locked within the limit is charged, and given back. */
TEST_F(attached, within_the_limit)
{
	EXPECT_EQ(0, child(lock_within(self->fd, variant->flags)));
}

static int lock_as_nobody(int fd, __u32 slot, __u32 flags, size_t len)
{
	void *p = anonymous(len, PROT_READ | PROT_WRITE);
	__u32 status;

	if (!become_nobody(LIMIT))
		return 1;
	status = lock(fd, slot, flags, p, len);
	if (status == STATUS_WORKING_SET_QUOTA)
		return 2;
	return status ? 3 : 0;
}

/*
 * It is the user who pays, in all processes, and also after the one whose
 * pages they are has ended; and who is given it back, whoever unlocks.
 */
TEST_F(attached, charged_to_the_user)
{
	EXPECT_EQ(0, child(lock_as_nobody(self->fd, 0, variant->flags,
					  LIMIT)));
	EXPECT_EQ(2, child(lock_as_nobody(self->fd, 1, variant->flags, 1)));
	unlock(self->fd, 0);
	EXPECT_EQ(0, child(lock_as_nobody(self->fd, 0, variant->flags,
					  LIMIT)));
}

/* A caller that may lock what it likes may have it locked. */
TEST_F(attached, privileged)
{
	struct rlimit none = { 0, 0 };
	void *p = anonymous(8 * MIB, PROT_READ | PROT_WRITE);

	ASSERT_EQ(0, setrlimit(RLIMIT_MEMLOCK, &none));
	EXPECT_EQ(STATUS_SUCCESS, lock(self->fd, 0, variant->flags, p,
				       8 * MIB));
	EXPECT_EQ(self->pins + (long)(8 * MIB / PAGE), pins());
}

/* The same user without the capability, which the worker has. */
TEST_F(attached, without_the_privilege)
{
	void *p = anonymous(8 * MIB, PROT_READ | PROT_WRITE);

	ASSERT_EQ(0, mem_limit(LIMIT));
	EXPECT_EQ(STATUS_WORKING_SET_QUOTA,
		  lock(self->fd, 0, variant->flags, p, 8 * MIB));
	ASSERT_EQ(0, mem_lock_privilege(true));
	EXPECT_EQ(STATUS_SUCCESS,
		  lock(self->fd, 0, variant->flags, p, 8 * MIB));
}

static int lock_shortly(int fd, __u32 flags)
{
	void *p = anonymous(8 * MIB, PROT_READ | PROT_WRITE);

	if (!become_nobody(0))
		return 1;
	return lock(fd, 0, flags | PINS_SHORT, p, 8 * MIB) ? 2 : 0;
}

/* Not for long: not charged, by whom ever. */
TEST_F(attached, not_for_long)
{
	EXPECT_EQ(0, child(lock_shortly(self->fd, variant->flags)));
}

/* --- kernel memory --------------------------------------------------------- */

#define CGROUP_KERNEL "/sys/fs/cgroup/ntio-test/memory.stat"

/* Kernel memory charged to the cgroup of mem_cgroup_make(), in KiB; -1: ? */
static long kernel_kib(void)
{
	char line[128];
	long bytes = -1;
	FILE *f = fopen(CGROUP_KERNEL, "re");

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "kernel %ld", &bytes) == 1)
			break;
	if (f)
		fclose(f);
	return bytes < 0 ? -1 : bytes / (long)KIB;
}

/* Many pages and next to no memory: the zero page, which stays what it is. */
#define ZEROES (512 * MIB)
/* What a list of those pages takes. */
#define LIST_KIB ((long)(ZEROES / PAGE * sizeof(void *) / KIB))

static int lock_in_cgroup(int fd, __u32 flags, long *seen)
{
	void *p = anonymous(ZEROES, PROT_READ);

	if (!mem_cgroup_enter())
		return 1;
	/* Once before: what the first time costs is not what is looked for. */
	if (lock(fd, 0, flags, p, PAGE))
		return 2;
	seen[0] = kernel_kib();
	if (lock(fd, 1, flags, p, ZEROES))
		return 3;
	seen[1] = kernel_kib();
	unlock(fd, 1);
	unlock(fd, 0);
	return seen[0] < 0 ? 4 : 0;
}

/*
 * The list of the pages is the core's memory, allocated for the caller: it was
 * charged to nobody when a worker had it allocated.
 */
TEST_F(attached, memory_of_the_callers_cgroup)
{
	__u32 flags = (variant->flags & PINS_ATTACHED) | PINS_SHORT;
	long *seen = shared(2 * sizeof(*seen));

	if (!mem_cgroup_make("max"))
		SKIP(return, "no memory cgroup: %s", strerror(errno));
	if (kernel_kib() < 0) {
		mem_cgroup_remove();
		SKIP(return, "a cgroup does not say what the kernel uses");
	}
	EXPECT_EQ(0, child(lock_in_cgroup(self->fd, flags, seen)));
	TH_LOG("%ld KiB before, %ld KiB with a list of %ld KiB", seen[0],
	       seen[1], LIST_KIB);
	EXPECT_LE(seen[0] + LIST_KIB / 2, seen[1]);
	EXPECT_TRUE(wait_until(mem_cgroup_remove()));
}

TEST_HARNESS_MAIN
