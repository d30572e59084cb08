// SPDX-License-Identifier: GPL-2.0
/*
 * To find out whether the output of a BUFFERED request can be written is no
 * reason to write to it: where a device's memory is mapped, any write may mean
 * something to the device, even one that changes no byte.
 */
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "modules/ntio_wp.h"
#include "park.h"

FIXTURE(probe)
{
	int fd;
	int wp;
	int writes;
};

FIXTURE_VARIANT(probe)
{
	bool read;
};

FIXTURE_VARIANT_ADD(probe, control) { };
FIXTURE_VARIANT_ADD(probe, read) { .read = true };

FIXTURE_SETUP(probe)
{
	self->fd = park_open(PARK_PATH);
	self->wp = park_open(WP_PATH);
	self->writes = ioctl(self->wp, WP_WRITES);
	ASSERT_LE(0, self->writes);
	ASSERT_EQ(0, park_counts(self->fd).queued);
}

FIXTURE_TEARDOWN(probe)
{
	close(self->fd);
	close(self->wp);
}

/* A mapping of its own, not written to yet. */
static int ask(int fd, int wp, bool with_read)
{
	struct ntio_device_control c = {
		.code = IOCTL_PARK_QUEUE, .out_len = sizeof(__u32),
	};
	__u32 *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, wp, 0);

	if (p == MAP_FAILED)
		return 1;
	if (with_read)
		return read(fd, p, sizeof(*p)) == sizeof(*p) ? 0 : 2;
	c.out = addr(p);
	return control(fd, &c) || c.out_information != sizeof(*p) ? 3 : 0;
}

/*
 * The memory is read-only for the processor until it is written to, and each
 * first write is counted: there was one before the driver had the request.
 */
TEST_F(probe, not_before_the_answer)
{
	pid_t pid = fork();
	int status;
	__u32 *p;

	ASSERT_LE(0, pid);
	if (!pid)
		_exit(ask(self->fd, self->wp, variant->read));
	ASSERT_TRUE(wait_until(park_counts(self->fd).queued == 1));
	EXPECT_EQ(self->writes, ioctl(self->wp, WP_WRITES));
	EXPECT_EQ(1, park_tell(self->fd, IOCTL_PARK_NEXT, 0));
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	/* The answer is a write, so it is not the counting that fails. */
	EXPECT_EQ(self->writes + 1, ioctl(self->wp, WP_WRITES));
	p = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, self->wp, 0);
	ASSERT_NE(MAP_FAILED, (void *)p);
	EXPECT_EQ(PARK_GOOD, *p);
	munmap(p, PAGE);
}

/* Nothing is written if there is no answer. */
TEST_F(probe, never_without_an_answer)
{
	pid_t pid = fork();

	ASSERT_LE(0, pid);
	if (!pid)
		_exit(ask(self->fd, self->wp, variant->read));
	ASSERT_TRUE(wait_until(park_counts(self->fd).queued == 1));
	process_kill(pid);
	EXPECT_TRUE(wait_until(!park_counts(self->fd).queued));
	EXPECT_EQ(self->writes, ioctl(self->wp, WP_WRITES));
}

/* What cannot be written to is refused before, all the same. */
TEST_F(probe, read_only_is_refused)
{
	void *p = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, self->wp, 0);

	ASSERT_NE(MAP_FAILED, p);
	if (variant->read) {
		EXPECT_EQ(-1, read(self->fd, p, sizeof(__u32)));
		EXPECT_EQ(EFAULT, errno);
	} else {
		control_refused(self->fd, STATUS_ACCESS_VIOLATION,
				NTIO_REASON_READ_ONLY, 0,
				.code = IOCTL_PARK_QUEUE,
				.out = addr(p), .out_len = sizeof(__u32));
	}
	EXPECT_EQ(0, park_counts(self->fd).queued);
	munmap(p, PAGE);
}

TEST_HARNESS_MAIN
