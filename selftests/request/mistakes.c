// SPDX-License-Identifier: GPL-2.0
/*
 * Mistakes of drivers that the echo sample cannot make: each is refused and
 * counted, and does no harm [2.42]. See modules/ntio_mistakes.c.
 */
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "modules/ntio_mistakes.h"
#include "ntio_test.h"

FIXTURE(mistakes)
{
	int fd;
	long pins;
};

FIXTURE_SETUP(mistakes)
{
	self->fd = open("/dev/ntio/mistakes", O_RDWR);
	ASSERT_LE(0, self->fd);
	self->pins = pins();
}

FIXTURE_TEARDOWN(mistakes)
{
	EXPECT_EQ(self->pins, pins());
	close(self->fd);
}

/* [11.14], [3.5]: pages locked for reading cannot be written, mapped or not. */
TEST_F(mistakes, write_to_read_mdl)
{
	static const size_t lengths[] = { 1, PAGE, 5 * PAGE };
	long before = violations("WRITE_TO_READ_MDL");
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		struct mem mem = mem_new(lengths[i], 7);
		struct ntio_device_control c =
			control_ok(self->fd,
				   .code = IOCTL_MISTAKE_WRITE_READ_MDL,
				   .out = addr(mem.p), .out_len = mem.len);

		EXPECT_EQ(0, c.out_information);
		EXPECT_EQ(mem.len, match_byte(mem.p, mem.len, POISON));
		mem_free(&mem);
	}
	EXPECT_EQ(before + 2 * ARRAY_SIZE(lengths),
		  violations("WRITE_TO_READ_MDL"));
}

/* The token works where it belongs; the same code, in the handler. */
TEST_F(mistakes, right_context)
{
	long before = violations("WRONG_CONTEXT");
	__u64 data = 0x1111, at = addr(&data);
	struct ntio_device_control c =
		control_ok(self->fd, .code = IOCTL_MISTAKE_NONE,
			   .in = addr(&at), .in_len = sizeof(at));

	EXPECT_EQ(16, c.out_information);
	EXPECT_EQ(0x1111, data);
	EXPECT_EQ(before, violations("WRONG_CONTEXT"));
}

/*
 * R5, [7.2], [11.24]: elsewhere it copies nothing, also if the worker happens
 * to run where the caller's address space is still loaded.
 */
TEST_F(mistakes, wrong_context)
{
	long before = violations("WRONG_CONTEXT");
	__u64 data = 0x1111, at = addr(&data);
	int i;

	for (i = 0; i < 50; i++) {
		struct ntio_device_control c =
			control_ok(self->fd,
				   .code = IOCTL_MISTAKE_WRONG_CONTEXT,
				   .in = addr(&at), .in_len = sizeof(at));

		EXPECT_EQ(0, c.out_information);
		EXPECT_EQ(0x1111, data);
	}
	EXPECT_EQ(before + 100, violations("WRONG_CONTEXT"));
}

/* [8.1], [2.42] 0x23D: the caller waits for it all the same. */
TEST_F(mistakes, pending_unmarked)
{
	long before = violations("PENDING_UNMARKED");
	unsigned char out[8];
	struct ntio_device_control c;

	memset(out, POISON, sizeof(out));
	c = control_ok(self->fd, .code = IOCTL_MISTAKE_UNMARKED,
		       .out = addr(out), .out_len = sizeof(out));
	EXPECT_EQ(4, c.out_information);
	EXPECT_EQ(4, match_byte(out, 4, 0));
	EXPECT_EQ(4, match_byte(out + 4, 4, POISON));
	EXPECT_EQ(before + 1, violations("PENDING_UNMARKED"));
}

/* D6: and can be killed while it waits. */
TEST_F(mistakes, pending_unmarked_killed)
{
	long requests = ntio_stat("alive", "requests");
	int round, status;

	for (round = 0; round < 10; round++) {
		struct ntio_device_control c = {
			.code = IOCTL_MISTAKE_UNMARKED,
		};
		pid_t pid = fork();

		ASSERT_LE(0, pid);
		if (!pid) {
			control(self->fd, &c);
			_exit(0);
		}
		EXPECT_TRUE(wait_until(ntio_stat("alive", "requests") >
				       requests));
		kill(pid, SIGKILL);
		ASSERT_EQ(pid, waitpid(pid, &status, 0));
		EXPECT_TRUE(wait_until(ntio_stat("alive", "requests") ==
				       requests));
	}
}

TEST_HARNESS_MAIN
