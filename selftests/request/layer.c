// SPDX-License-Identifier: GPL-2.0
/*
 * Bytes of a layer's own in each request: zeroed, the same in all drivers of
 * the stack, released once, while the buffers are there, and freed with the
 * request.
 */
#include <signal.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "modules/ntio_layered.h"
#include "ntio_test.h"

FIXTURE(layer)
{
	int watch;
	int fd;
	struct layered_counts before;
};

static __u32 layer_tell(int watch, __u32 code, __u32 number)
{
	struct ntio_device_control c = {
		.code = code,
		.in = addr(&number), .in_len = sizeof(number),
		.out = addr(&number), .out_len = sizeof(number),
	};

	return control(watch, &c) ? ANY : number;
}

static struct layered_counts layer_counts(int watch)
{
	struct layered_counts counts = { };
	struct ntio_device_control c = {
		.code = IOCTL_LAYERED_COUNTS,
		.out = addr(&counts), .out_len = sizeof(counts),
	};

	if (control(watch, &c))
		abort();
	return counts;
}

/* Since the test began. */
#define layer_more(_field) \
	(layer_counts(self->watch)._field - self->before._field)

FIXTURE_SETUP(layer)
{
	self->watch = open(LAYERED_WATCH_PATH, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->watch);
	self->before = layer_counts(self->watch);
	ASSERT_EQ(0, layer_tell(self->watch, IOCTL_LAYERED_MAKE, 0));
	self->fd = open(LAYERED_PATH, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(layer)
{
	layer_tell(self->watch, IOCTL_LAYERED_REMOVE, 0);
	close(self->fd);
	EXPECT_TRUE(wait_until(layer_more(gone) >= 1));
	EXPECT_EQ(0, layer_more(bad));
	close(self->watch);
}

TEST_F(layer, released_once_while_the_buffers_are_there)
{
	__u32 code[] = { IOCTL_LAYERED_BUFFERED, IOCTL_LAYERED_DIRECT };
	unsigned int i, n = 200;
	__u32 out;

	for (i = 0; i < n; i++) {
		out = 0;
		control_ok(self->fd, .code = code[i % 2],
			   .out = addr(&out), .out_len = sizeof(out));
		EXPECT_EQ(LAYERED_MARK, out);
		/* In a worker of its own only where completion lingers. */
		ASSERT_EQ(i + 1, layer_more(released));
	}
	EXPECT_EQ(n, layer_more(served));
	EXPECT_EQ(n, layer_more(marked));
}

/* Refused before a driver has it: the layer has nothing in it to release. */
TEST_F(layer, refused)
{
	control_refused(self->fd, STATUS_BUFFER_TOO_SMALL,
			NTIO_REASON_OUT_TOO_SHORT, 4,
			.code = IOCTL_LAYERED_BUFFERED);
	EXPECT_EQ(0, layer_more(released));
	EXPECT_EQ(0, layer_more(marked));
	EXPECT_EQ(0, layer_more(served));
}

/* The caller is killed: its request is cancelled, and released. */
TEST_F(layer, killed)
{
	pid_t child = fork();
	__u32 out;

	ASSERT_LE(0, child);
	if (!child) {
		struct ntio_device_control c = {
			.code = IOCTL_LAYERED_QUEUE,
			.out = addr(&out), .out_len = sizeof(out),
		};

		control(self->fd, &c);
		_exit(0);
	}
	ASSERT_TRUE(wait_until(layer_more(served) == 1));
	EXPECT_EQ(0, layer_more(released));
	kill(child, SIGKILL);
	EXPECT_EQ(child, waitpid(child, NULL, 0));
	EXPECT_TRUE(wait_until(layer_more(released) == 1));
	EXPECT_EQ(1, layer_more(marked));
}

/*
 * Ended, its file closed, and the device at the top gone, but a worker below goes
 * on: the bytes stay.
 */
TEST_F(layer, bytes_outlive_the_file)
{
	__u32 out = 0;

	control_ok(self->fd, .code = IOCTL_LAYERED_BUFFERED,
		   .out = addr(&out), .out_len = sizeof(out));
	struct ntio_device_control c = {
		.code = IOCTL_LAYERED_LINGER,
		.out = addr(&out), .out_len = sizeof(out),
	};

	ASSERT_EQ(0, control(self->fd, &c));
	ASSERT_TRUE(wait_until(layer_more(lingering) == 1));
	EXPECT_EQ(2, layer_more(released));
	layer_tell(self->watch, IOCTL_LAYERED_REMOVE, 0);
	close(self->fd);
	EXPECT_TRUE(wait_until(layer_more(gone) == 1));
	EXPECT_EQ(1, layer_more(lingering));
	EXPECT_EQ(0, layer_tell(self->watch, IOCTL_LAYERED_GO, 0));
	EXPECT_TRUE(wait_until(layer_more(lingering) == 0));
	EXPECT_EQ(2, layer_more(released));
	EXPECT_EQ(2, layer_more(marked));
}

/* One stack has one layer. */
TEST_F(layer, registration)
{
	layer_tell(self->watch, IOCTL_LAYERED_REMOVE, 0);
	EXPECT_EQ(0, layer_tell(self->watch, IOCTL_LAYERED_TRY,
				LAYERED_ON_SAME));
	EXPECT_EQ(EINVAL, layer_tell(self->watch, IOCTL_LAYERED_TRY,
				     LAYERED_ON_OTHER));
	EXPECT_EQ(EINVAL, layer_tell(self->watch, IOCTL_LAYERED_TRY,
				     LAYERED_ON_HUGE));
	EXPECT_EQ(1, layer_more(gone));		/* the one that fitted */
}

TEST_HARNESS_MAIN
