// SPDX-License-Identifier: GPL-2.0
/*
 * Requests that a driver makes and sends to another [8.13]: buffers by method,
 * waiting and being told, cancel, a maker that is killed.
 */
#include <signal.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "modules/ntio_made.h"
#include "ntio_test.h"
#include "ring.h"

#define CONTROL 0x0e
#define READ 0x03
#define WRITE 0x04

FIXTURE(made)
{
	int fd;
	long alive;
};

static struct made_op made_do(int fd, struct made_op op)
{
	struct ntio_device_control c = {
		.code = IOCTL_MADE_DO, .in = addr(&op), .in_len = sizeof(op),
		.out = addr(&op), .out_len = sizeof(op),
	};

	if (control(fd, &c))
		op.out_status = c.out_status;
	return op;
}

#define made(_what, ...) \
	made_do(self->fd, (struct made_op){ .what = MADE_ ## _what, \
					    .major = CONTROL, ##__VA_ARGS__ })

#define expect_made(_op, _status, _information, _changed) do {		\
	struct made_op _o = _op;					\
	EXPECT_EQ((__u32)(_status), _o.out_status);			\
	EXPECT_EQ((__u64)(_information), _o.out_information);		\
	EXPECT_EQ((__u32)(_changed), _o.out_changed);			\
} while (0)

FIXTURE_SETUP(made)
{
	self->alive = alive();
	self->fd = open(MADE_PATH, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(made)
{
	close(self->fd);
	EXPECT_TRUE(wait_until(alive() == self->alive));
}

/* As through ioctl: how is the first byte, and bytes come back inverted. */
TEST_F(made, buffered)
{
	__u32 what[] = { MADE_WAIT, MADE_SEND }, how[] = { MADE_GOOD,
							   MADE_WORKER };
	struct made_op op;
	int i;

	for (i = 0; i < 4; i++) {
		op = made_do(self->fd, (struct made_op){
			.what = what[i / 2], .major = CONTROL,
			.code = IOCTL_MADE_BUFFERED, .how = how[i % 2],
			.in_len = 100, .out_len = 5000 });
		expect_made(op, STATUS_SUCCESS, 100, 100);
		EXPECT_EQ(0xff ^ how[i % 2], op.out_first);
		EXPECT_EQ(MADE_BEFORE, op.out_last);
	}
	/* All the input, less output; and none. */
	op = made(WAIT, .code = IOCTL_MADE_BUFFERED, .in_len = 5000,
		  .out_len = 4);
	expect_made(op, STATUS_SUCCESS, 4, 4);
	EXPECT_EQ(0xff ^ 3, op.out_last);
	expect_made(made(WAIT, .code = IOCTL_MADE_BUFFERED, .in_len = 4),
		    STATUS_SUCCESS, 0, 0);
}

/* An error brings nothing back, too much is the driver's mistake. */
TEST_F(made, buffered_outcome)
{
	long before = violations("INFORMATION_TOO_LARGE");

	expect_made(made(WAIT, .code = IOCTL_MADE_BUFFERED, .in_len = 64,
			 .out_len = 64, .how = MADE_FAIL),
		    STATUS_UNSUCCESSFUL, 64, 0);
	expect_made(made(WAIT, .code = IOCTL_MADE_BUFFERED, .in_len = 64,
			 .out_len = 64, .how = MADE_TOO_MUCH),
		    STATUS_SUCCESS, 64, 64);
	EXPECT_EQ(before + 1, violations("INFORMATION_TOO_LARGE"));
}

/* Pages of its own, with the maker's bytes; all comes back, even on error. */
TEST_F(made, out_direct)
{
	__u32 len[] = { 4, 4095, 4096, 4097, 70000 };
	struct made_op op;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(len); i++) {
		op = made(WAIT, .code = IOCTL_MADE_OUT_DIRECT, .in_len = 8,
			  .out_len = len[i], .how = MADE_GOOD);
		expect_made(op, STATUS_SUCCESS, len[i], len[i]);
		EXPECT_EQ(0xff ^ MADE_BEFORE, op.out_last);
		op = made(SEND, .code = IOCTL_MADE_OUT_DIRECT,
			  .out_len = len[i], .how = MADE_FAIL);
		expect_made(op, STATUS_UNSUCCESSFUL, len[i], len[i]);
	}
	op = made(WAIT, .code = IOCTL_MADE_OUT_DIRECT, .out_len = 10000,
		  .how = MADE_ADVANCE);
	expect_made(op, STATUS_SUCCESS, 10000, 10000);
	EXPECT_EQ(0xff ^ MADE_ADVANCE, op.out_first);
	EXPECT_EQ(0xff ^ MADE_BEFORE, op.out_last);
}

TEST_F(made, in_direct)
{
	expect_made(made(WAIT, .code = IOCTL_MADE_IN_DIRECT, .in_len = 8,
			 .out_len = 5000),
		    STATUS_SUCCESS, 5000 * MADE_BEFORE, 0);
}

/* Read and write, of buffered and of direct devices. */
TEST_F(made, read_and_write)
{
	struct made_op op;
	__u32 flags;
	int i;

	for (i = 0; i < 2; i++) {
		flags = i ? MADE_TO_DIRECT : 0;
		op = made(WAIT, .major = READ, .out_len = 6000,
			  .flags = flags);
		EXPECT_EQ(STATUS_SUCCESS, op.out_status);
		EXPECT_EQ(6000, op.out_information);
		EXPECT_EQ(0x5a, op.out_first);
		EXPECT_EQ(i ? MADE_BEFORE : 0, op.out_last);
		/* 9 + 1 + 2 + 3 */
		expect_made(made(WAIT, .major = WRITE, .in_len = 4, .how = 9,
				 .flags = flags), STATUS_SUCCESS, 15, 0);
	}
}

/* What drivers rely on holds for makers, too. */
TEST_F(made, refused)
{
	__u32 what[] = { MADE_WAIT, MADE_SEND };
	int i;

	for (i = 0; i < 2; i++) {
#define REFUSED(_status, ...) do {					\
		struct made_op _op = { .what = what[i],			\
				       .major = CONTROL, __VA_ARGS__ };	\
		expect_made(made_do(self->fd, _op), _status, 0, 0);	\
} while (0)
		REFUSED(STATUS_BUFFER_TOO_SMALL, .code = IOCTL_MADE_BUFFERED,
			.in_len = 3, .out_len = 4);
		REFUSED(STATUS_BUFFER_TOO_SMALL, .code = IOCTL_MADE_IN_DIRECT);
		REFUSED(STATUS_INVALID_BUFFER_SIZE,
			.code = IOCTL_MADE_BUFFERED, .in_len = 4,
			.out_len = 8193);
		REFUSED(STATUS_INVALID_DEVICE_REQUEST,
			.code = IOCTL_MADE_NEITHER, .in_len = 4, .out_len = 4);
		REFUSED(STATUS_INVALID_DEVICE_REQUEST,
			.code = IOCTL_MADE_UNKNOWN, .in_len = 4, .out_len = 4);
	}
	expect_made(made(GONE, .code = IOCTL_MADE_BUFFERED, .in_len = 4,
			 .out_len = 4), STATUS_DELETE_PENDING, 0, 0);
}

/* Longer than the module allows: there is no such request. */
TEST_F(made, limits)
{
	unsigned long buffered = param_get("max_buffered");
	unsigned long locked = param_get("max_locked");

	ASSERT_EQ(0, param_set("max_buffered", 8000));
	ASSERT_EQ(0, param_set("max_locked", 8000));
	EXPECT_EQ(0xdead, made(WAIT, .code = IOCTL_MADE_BUFFERED,
			       .in_len = 8001).out_information);
	EXPECT_EQ(0xdead, made(WAIT, .code = IOCTL_MADE_OUT_DIRECT,
			       .out_len = 8001).out_information);
	EXPECT_EQ(8000, made(WAIT, .code = IOCTL_MADE_OUT_DIRECT,
			     .out_len = 8000).out_information);
	param_set("max_buffered", buffered);
	param_set("max_locked", locked);
}

TEST_F(made, unsent)
{
	int i;

	for (i = 0; i < 100; i++)
		expect_made(made(UNSENT, .code = IOCTL_MADE_OUT_DIRECT,
				 .in_len = 8, .out_len = 9000,
				 .how = MADE_BEFORE,
				 .flags = i % 2 ? MADE_WITH_FILE : 0),
			    STATUS_SUCCESS, 0, 0);
}

/* Sent, and kept by the maker, who asks for its end. */
TEST_F(made, cancel)
{
	__u64 ended = made(ENDED).out_information;

	EXPECT_EQ(STATUS_PENDING, made(START, .code = IOCTL_MADE_QUEUE,
				       .out_len = 64).out_status);
	EXPECT_EQ(STATUS_PENDING, made(COLLECT).out_status);
	EXPECT_EQ(ended, made(ENDED).out_information);
	EXPECT_EQ(1, made(CANCEL).out_information);
	EXPECT_EQ(ended + 1, made(ENDED).out_information);
	expect_made(made(COLLECT), STATUS_CANCELLED, 0, 0);
}

/* Without a cancel routine it goes on, and brings its answer. */
TEST_F(made, cancel_stubborn)
{
	EXPECT_EQ(STATUS_PENDING, made(START, .code = IOCTL_MADE_STUBBORN,
				       .out_len = 64).out_status);
	EXPECT_EQ(0, made(CANCEL).out_information);
	EXPECT_EQ(STATUS_PENDING, made(COLLECT).out_status);
	EXPECT_EQ(1, made(FINISH).out_information);
	expect_made(made(COLLECT), STATUS_SUCCESS, 64, 64);
}

/*
 * With a file it keeps the file, but is no handle: cleanup comes with the last
 * one, and ends it.
 */
TEST_F(made, file)
{
	int fd = open(MADE_PATH, O_RDWR | O_CLOEXEC);

	ASSERT_LE(0, fd);
	EXPECT_EQ(STATUS_PENDING, made_do(fd, (struct made_op){
		.what = MADE_FORGET, .major = CONTROL,
		.code = IOCTL_MADE_QUEUE, .flags = MADE_WITH_FILE,
	}).out_status);
	EXPECT_EQ(1, made(HELD).out_information);
	close(fd);
	EXPECT_TRUE(wait_until(made(HELD).out_information == 0));
	EXPECT_TRUE(wait_until(ntio_stat("alive", "files") == 1));
}

#define made_was_possible() ({						\
	EXPECT_TRUE(wait_until(made(THERE).out_information));		\
	made(THERE).out_information == 1; })

/* In close(2) the file is there. */
TEST_F(made, at_cleanup)
{
	int fd = open(MADE_PATH, O_RDWR | O_CLOEXEC);

	made_do(fd, (struct made_op){ .what = MADE_AT_CLEANUP });
	close(fd);
	EXPECT_TRUE(made_was_possible());
	EXPECT_TRUE(wait_until(ntio_stat("alive", "files") == 1));
}

/*
 * When a ring lets go of the last handle, cleanup comes after the last
 * reference, and there is none to be had: one that was taken all the same
 * released the file twice.
 */
TEST_F(made, at_late_cleanup)
{
	int fd = open(MADE_PATH, O_RDWR | O_CLOEXEC);
	struct ring ring;

	ASSERT_EQ(0, ring_open(&ring, 4, 0));
	made_do(fd, (struct made_op){ .what = MADE_AT_CLEANUP });
	ASSERT_EQ(0, ring_register(&ring, IORING_REGISTER_FILES, &fd, 1));
	close(fd);
	EXPECT_EQ(0, made(THERE).out_information);
	EXPECT_EQ(0, ring_register(&ring, IORING_UNREGISTER_FILES, NULL, 0));
	ring_close(&ring);
	EXPECT_FALSE(made_was_possible());
	EXPECT_TRUE(wait_until(ntio_stat("alive", "files") == 1));
}

static pid_t made_child(int fd, __u32 code, __u32 flags)
{
	pid_t child = fork();

	if (child)
		return child;
	made_do(fd, (struct made_op){ .what = MADE_WAIT, .major = CONTROL,
				      .code = code, .out_len = 50000,
				      .flags = flags });
	_exit(0);
}

/* The maker is killed: its request is cancelled, or goes on without it. */
TEST_F(made, killed)
{
	__u32 flags;
	pid_t child;
	int i, status;

	for (i = 0; i < 4; i++) {
		flags = i % 2 ? MADE_WITH_FILE : 0;
		child = made_child(self->fd, i / 2 ? IOCTL_MADE_STUBBORN :
				   IOCTL_MADE_QUEUE, flags);
		ASSERT_LT(0, child);
		ASSERT_TRUE(wait_until(made(HELD).out_information == 1));
		kill(child, SIGKILL);
		EXPECT_EQ(child, waitpid(child, &status, 0));
		EXPECT_TRUE(WIFSIGNALED(status));
		EXPECT_EQ(i / 2, made(HELD).out_information);
		if (i / 2)
			EXPECT_EQ(1, made(FINISH).out_information);
	}
}

/* A signal that does not kill leaves the wait alone. */
TEST_F(made, stopped)
{
	pid_t child = made_child(self->fd, IOCTL_MADE_STUBBORN, 0);
	int status;

	ASSERT_LT(0, child);
	ASSERT_TRUE(wait_until(made(HELD).out_information == 1));
	kill(child, SIGUSR1);
	kill(child, SIGSTOP);
	usleep(50000);
	EXPECT_EQ(1, made(HELD).out_information);
	kill(child, SIGCONT);
	EXPECT_EQ(1, made(FINISH).out_information);
	EXPECT_EQ(child, waitpid(child, &status, 0));
}

/* A request in flight keeps the module of its maker. */
TEST_F(made, module)
{
	expect_made(made(START, .code = IOCTL_MADE_QUEUE, .out_len = 4),
		    STATUS_PENDING, 0, 0);
	close(self->fd);
	EXPECT_NE(0, module_unload("ntio_made"));
	self->fd = open(MADE_PATH, O_RDWR | O_CLOEXEC);
	made(CANCEL);
	expect_made(made(COLLECT), STATUS_CANCELLED, 0, 0);
}

TEST_HARNESS_MAIN
