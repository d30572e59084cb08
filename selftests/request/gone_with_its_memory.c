// SPDX-License-Identifier: GPL-2.0
/*
 * Whatever way a driver came to a process' memory, the memory goes with the
 * process. A mapping of a device's pages tells: it keeps the open file, and is
 * gone only when the address space is.
 */
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "hold.h"
#include "modules/ntio_cross.h"

FIXTURE(memory)
{
	int watch;
	int cross;
	__u64 closes;
};

FIXTURE_VARIANT(memory)
{
	__u32 code;
	bool bad;	/* an address where nothing is mapped */
};

#define BOTH(_name, _code)						\
	FIXTURE_VARIANT_ADD(memory, _name) { .code = (_code) };		\
	FIXTURE_VARIANT_ADD(memory, _name##_bad_address) {		\
		.code = (_code), .bad = true }

BOTH(copied_from, IOCTL_CROSS_FROM);
BOTH(copied_to, IOCTL_CROSS_TO);
BOTH(attached, IOCTL_CROSS_WRITE);
BOTH(attached_twice, IOCTL_CROSS_ATTACH_TWICE);
BOTH(detached_twice, IOCTL_CROSS_DETACH_TWICE);
BOTH(own_thread, IOCTL_CROSS_OWN_THREAD);
FIXTURE_VARIANT_ADD(memory, left_attached) {
	.code = IOCTL_CROSS_LEAVE_ATTACHED };
FIXTURE_VARIANT_ADD(memory, only_kept) { .code = IOCTL_CROSS_NOTHING };

static __u64 closes(int fd)
{
	return hold(fd, CLOSES).out_count;
}

FIXTURE_SETUP(memory)
{
	self->watch = hold_open();
	self->cross = open("/dev/ntio/cross", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->cross);
	hold(self->watch, RESET);
	hold_ok(self->watch, PAGES, .len = PAGE);
	self->closes = closes(self->watch);
}

FIXTURE_TEARDOWN(memory)
{
	hold(self->watch, RESET);
	close(self->watch);
	close(self->cross);
}

static int ask(int fd, __u32 code, bool bad)
{
	static struct cross c;
	static unsigned char data[CROSS_DATA];
	struct ntio_device_control request = {
		.code = code, .in = addr(&c), .in_len = sizeof(c),
		.out = addr(&c), .out_len = sizeof(c),
	};
	int hold_fd = hold_open();
	void *map = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED,
			 hold_fd, HOLD_MMAP(0));

	if (map == MAP_FAILED)
		return 1;
	close(hold_fd);
	c.keep = 1;
	c.address = bad ? 0x10 : addr(data);
	c.len = 3 * PAGE;
	return control(fd, &request) ? 2 : 0;
}

/*
 * One reference to the address space that is not given back, and everything
 * the process had mapped stays for ever.
 */
TEST_F(memory, goes_with_its_process)
{
	pid_t pid = fork();
	int status;

	ASSERT_LE(0, pid);
	if (!pid)
		_exit(ask(self->cross, variant->code, variant->bad));
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_TRUE(wait_until(closes(self->watch) == self->closes + 1)) {
		TH_LOG("the mapping of a dead process is still there");
	}
}

TEST_HARNESS_MAIN
