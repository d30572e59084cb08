// SPDX-License-Identifier: GPL-2.0
/*
 * Requests that are completed twice or never, and callers that do not wait so
 * long, by each method. What is got for each pair of statuses: matrix.c.
 */
#include <pthread.h>
#include <signal.h>

#include "kselftest_harness.h"
#include "ntio_test.h"

/* The four methods, for mistakes that do not depend on the status. */
FIXTURE(method)
{
	int fd;
	unsigned char out[8];
	long pins;
};

FIXTURE_VARIANT(method)
{
	__u32 method;
};

FIXTURE_VARIANT_ADD(method, buffered) { .method = NTIO_METHOD_BUFFERED };
FIXTURE_VARIANT_ADD(method, in_direct) { .method = NTIO_METHOD_IN_DIRECT };
FIXTURE_VARIANT_ADD(method, out_direct) { .method = NTIO_METHOD_OUT_DIRECT };
FIXTURE_VARIANT_ADD(method, neither) { .method = NTIO_METHOD_NEITHER };

FIXTURE_SETUP(method)
{
	self->fd = echo_open();
	self->pins = pins();
	memset(self->out, POISON, sizeof(self->out));
}

FIXTURE_TEARDOWN(method)
{
	/* Who completed it may be the last to know it, and then unlocks. */
	EXPECT_TRUE(wait_until(self->pins == pins()));
	close(self->fd);
}

/* Returns the errno; the answer is in @c. */
static int send_return(struct _test_data_method *self, __u32 method,
		       const struct echo_return *in,
		       struct ntio_device_control *c)
{
	*c = (struct ntio_device_control) {
		.code = IOCTL_ECHO_RETURN_BUFFERED | method,
		.in = addr(in), .in_len = sizeof(*in),
		.out = addr(self->out), .out_len = sizeof(self->out),
	};
	return control(self->fd, c);
}

/* [8.4] D4: the second completion changes nothing and is counted. */
TEST_F(method, completed_twice)
{
	struct echo_return in = {
		.information = 2, .mode = ECHO_COMPLETE_TWICE,
	};
	long before = violations("COMPLETED_TWICE");
	struct ntio_device_control c;

	EXPECT_EQ(0, send_return(self, variant->method, &in, &c));
	EXPECT_EQ(STATUS_SUCCESS, c.out_status);
	EXPECT_EQ(NTIO_OUT_IOSB, c.out_flags);
	EXPECT_EQ(STATUS_SUCCESS, c.out_iosb_status);
	EXPECT_EQ(2, c.out_information);
	EXPECT_EQ(before + 1, violations("COMPLETED_TWICE"));
}

/* [2.42] 0x226: it is ended for the driver; the call does not hang. */
TEST_F(method, never_completed)
{
	struct echo_return in = {
		.ret = STATUS_SUCCESS, .mode = ECHO_COMPLETE_NEVER,
	};
	long before = violations("NOT_COMPLETED");
	struct ntio_device_control c;

	send_return(self, variant->method, &in, &c);
	EXPECT_EQ(STATUS_SUCCESS, c.out_status);
	EXPECT_EQ(0, c.out_flags);
	EXPECT_EQ(0, c.out_iosb_status);
	EXPECT_EQ(NTIO_REASON_NOT_COMPLETED, c.out_reason);
	EXPECT_EQ(before + 1, violations("NOT_COMPLETED"));
	EXPECT_EQ(8, match_byte(self->out, 8, POISON));
}

/* The error that the driver returned is the outcome then. */
TEST_F(method, never_completed_error)
{
	struct echo_return in = {
		.ret = STATUS_DEVICE_NOT_READY, .mode = ECHO_COMPLETE_NEVER,
	};
	long before = violations("NOT_COMPLETED");
	struct ntio_device_control c;

	EXPECT_EQ(EAGAIN, send_return(self, variant->method, &in, &c));
	EXPECT_EQ(STATUS_DEVICE_NOT_READY, c.out_status);
	EXPECT_EQ(0, c.out_flags);
	EXPECT_EQ(NTIO_REASON_NOT_COMPLETED, c.out_reason);
	EXPECT_EQ(before + 1, violations("NOT_COMPLETED"));
}

static pid_t send_in_child(struct _test_data_method *self, __u32 method,
			   __u32 mode)
{
	struct echo_return in = {
		.ret = STATUS_PENDING, .mode = mode, .delay_ms = 2000,
	};
	struct ntio_device_control c;
	pid_t child = fork();

	if (!child) {
		send_return(self, method, &in, &c);
		_exit(0);
	}
	return child;
}

/*
 * D6: a caller that waits for a pended request dies at once when killed. What
 * the request holds lives until the driver completes it, and not longer.
 */
TEST_F(method, killed_while_pending)
{
	long before = ntio_stat("alive", "requests");
	pid_t child;
	int status;
	long begin;

	child = send_in_child(self, variant->method, ECHO_PEND_LATER);
	ASSERT_LT(0, child);
	ASSERT_TRUE(echo_wait_calls(self->fd, 1));
	begin = milliseconds();
	ASSERT_EQ(0, kill(child, SIGKILL));
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_TRUE(WIFSIGNALED(status));
	EXPECT_TRUE(within_a_second(begin));
	/* The driver still has it, and everything that belongs to it. */
	EXPECT_EQ(before + 1, ntio_stat("alive", "requests"));
	EXPECT_TRUE(wait_until(ntio_stat("alive", "requests") == before));
	EXPECT_TRUE(wait_until(pins() == self->pins));
	/* The file still works. */
	control_ok(self->fd, .code = IOCTL_ECHO_BUFFERED);
}

/* A handler that sleeps killably lets its caller die, too. */
TEST_F(method, killed_in_handler)
{
	long before = ntio_stat("alive", "requests");
	pid_t child;
	int status;

	child = send_in_child(self, variant->method, ECHO_PEND);
	ASSERT_LT(0, child);
	ASSERT_TRUE(echo_wait_calls(self->fd, 1));
	ASSERT_EQ(0, kill(child, SIGKILL));
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_TRUE(WIFSIGNALED(status));
	EXPECT_TRUE(wait_until(ntio_stat("alive", "requests") == before));
}

/* What the echo driver is asked for must make sense. */
TEST_F(method, impossible_wishes)
{
	struct echo_return in = { .written = 9 };
	struct ntio_device_control c;

	EXPECT_EQ(EINVAL, send_return(self, variant->method, &in, &c));
	EXPECT_EQ(STATUS_INVALID_PARAMETER, c.out_status);
	EXPECT_EQ(NTIO_REASON_DRIVER, c.out_reason);
	EXPECT_EQ(8, match_byte(self->out, 8, POISON));
}

TEST_HARNESS_MAIN
