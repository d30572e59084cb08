// SPDX-License-Identifier: GPL-2.0
/*
 * What the caller gets for each pair of returned and completed status, and
 * what becomes of a driver's mistakes with them.
 */
#include <pthread.h>
#include <signal.h>
#include <time.h>

#include "kselftest_harness.h"
#include "ntio_test.h"

/* [2.27]-[2.31]: every pair of these, for each method and way to complete. */
static const __u32 statuses[] = {
	0x00000000, 0x00000103, 0x00000102, 0x0eadbeef, 0x4eadbeef,
	0x80000005, 0x8eadbeef, 0xc0000002, 0xceadbeef,
};

#define STATUSES ARRAY_SIZE(statuses)
#define WRITTEN 6
#define INFORMATION 3

FIXTURE(matrix)
{
	int fd;
	unsigned char out[8];
	struct echo_return in;
	struct ntio_device_control c;
	int error;
	long expected_violations[4];
};

FIXTURE_VARIANT(matrix)
{
	__u32 method;
	__u32 mode;
};

#define MATRIX(name, method_value, mode_value) \
	FIXTURE_VARIANT_ADD(matrix, name) { \
		.method = method_value, .mode = mode_value }
MATRIX(buffered, NTIO_METHOD_BUFFERED, ECHO_COMPLETE);
MATRIX(in_direct, NTIO_METHOD_IN_DIRECT, ECHO_COMPLETE);
MATRIX(out_direct, NTIO_METHOD_OUT_DIRECT, ECHO_COMPLETE);
MATRIX(neither, NTIO_METHOD_NEITHER, ECHO_COMPLETE);
MATRIX(buffered_pended, NTIO_METHOD_BUFFERED, ECHO_PEND);
MATRIX(in_direct_pended, NTIO_METHOD_IN_DIRECT, ECHO_PEND);
MATRIX(out_direct_pended, NTIO_METHOD_OUT_DIRECT, ECHO_PEND);
MATRIX(neither_pended, NTIO_METHOD_NEITHER, ECHO_PEND);
MATRIX(buffered_later, NTIO_METHOD_BUFFERED, ECHO_PEND_LATER);
MATRIX(in_direct_later, NTIO_METHOD_IN_DIRECT, ECHO_PEND_LATER);
MATRIX(out_direct_later, NTIO_METHOD_OUT_DIRECT, ECHO_PEND_LATER);
MATRIX(neither_later, NTIO_METHOD_NEITHER, ECHO_PEND_LATER);

static const char * const mistakes[] = {
	"RETURNED_OTHER_STATUS", "PENDING_UNMARKED", "MARKED_NOT_PENDING",
	"COMPLETED_PENDING",
};

FIXTURE_SETUP(matrix)
{
	int i;

	self->fd = echo_open();
	for (i = 0; i < 4; i++)
		self->expected_violations[i] = violations(mistakes[i]);
}

FIXTURE_TEARDOWN(matrix)
{
	close(self->fd);
}

static __u32 return_code(__u32 method)
{
	return IOCTL_ECHO_RETURN_BUFFERED | method;
}

static void send_pair(struct _test_data_matrix *self,
		      const struct _fixture_variant_matrix *variant,
		      __u32 ret, __u32 status)
{
	bool writes = variant->method != NTIO_METHOD_IN_DIRECT;

	self->in = (struct echo_return) {
		.ret = ret, .status = status, .information = INFORMATION,
		.written = writes ? WRITTEN : 0, .mode = variant->mode,
	};
	memset(self->out, POISON, sizeof(self->out));
	self->c = (struct ntio_device_control) {
		.code = return_code(variant->method),
		.in = addr(&self->in), .in_len = sizeof(self->in),
		.out = addr(self->out), .out_len = sizeof(self->out) - 1,
	};
	self->error = control(self->fd, &self->c);
}

/* [2.27], [2.18]: how many of the bytes written arrive. */
static size_t arrived(__u32 method, __u32 status)
{
	switch (method) {
	case NTIO_METHOD_BUFFERED:
		return status_is_error(status) ? 0 : INFORMATION;
	case NTIO_METHOD_IN_DIRECT:
		return 0;
	default:
		return WRITTEN;
	}
}

static size_t echo_pattern_match(const unsigned char *p, size_t len)
{
	size_t i;

	for (i = 0; i < len && p[i] == 0xe0 + i % 16; i++)
		;
	return i;
}

static void count_mistakes(long counts[4], __u32 mode, __u32 ret, __u32 status)
{
	bool pending = ret == STATUS_PENDING;

	counts[0] += !pending && ret != status;
	counts[1] += pending && mode == ECHO_COMPLETE;
	counts[2] += !pending && mode != ECHO_COMPLETE;
	counts[3] += status == STATUS_PENDING;
}

/* [2.26]-[2.31], [2.39]-[2.42] */
static void check_pair(struct __test_metadata *_metadata,
		       struct _test_data_matrix *self,
		       const struct _fixture_variant_matrix *variant,
		       __u32 ret, __u32 status)
{
	__u32 e = ret == STATUS_PENDING ? status : ret;
	bool iosb = !status_is_error(status);
	size_t n = arrived(variant->method, status);
	size_t rest = sizeof(self->out) - n;

	send_pair(self, variant, ret, status);
	EXPECT_EQ(status_errno(e), self->error) {
		TH_LOG("returned %08x, completed %08x", ret, status);
	}
	EXPECT_EQ(e, self->c.out_status);
	EXPECT_EQ(iosb ? NTIO_OUT_IOSB : 0, self->c.out_flags);
	EXPECT_EQ(iosb ? status : 0, self->c.out_iosb_status);
	EXPECT_EQ(iosb ? INFORMATION : 0, self->c.out_information);
	EXPECT_EQ(status_is_error(e) ? NTIO_REASON_DRIVER : NTIO_REASON_NONE,
		  self->c.out_reason);
	EXPECT_EQ(0, self->c.out_detail);
	EXPECT_EQ(n, echo_pattern_match(self->out, n));
	EXPECT_EQ(rest, match_byte(self->out + n, rest, POISON));
	count_mistakes(self->expected_violations, variant->mode, ret, status);
}

TEST_F(matrix, all_pairs)
{
	size_t i, j;

	for (i = 0; i < STATUSES; i++)
		for (j = 0; j < STATUSES; j++)
			check_pair(_metadata, self, variant, statuses[i],
				   statuses[j]);
	for (i = 0; i < 4; i++) {
		EXPECT_EQ(self->expected_violations[i],
			  violations(mistakes[i])) {
			TH_LOG("%s", mistakes[i]);
		}
	}
}

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
		.code = return_code(method),
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

/* [8.1]: completed by a worker, long after the handler has returned. */
TEST_F(method, completed_later)
{
	struct echo_return in = {
		.ret = STATUS_PENDING, .status = STATUS_SUCCESS,
		.information = 8, .mode = ECHO_PEND_LATER, .delay_ms = 100,
	};
	struct ntio_device_control c;
	long begin;

	if (variant->method != NTIO_METHOD_IN_DIRECT)
		in.written = 8;
	begin = milliseconds();
	EXPECT_EQ(0, send_return(self, variant->method, &in, &c));
	/* The delay is one of ticks, which come late and in bunches in a VM. */
	EXPECT_LE(50, milliseconds() - begin);
	EXPECT_EQ(STATUS_SUCCESS, c.out_status);
	EXPECT_EQ(8, c.out_information);
	EXPECT_EQ(in.written, echo_pattern_match(self->out, in.written));
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

/* A signal that does not kill changes nothing. */
static void on_alarm(int signal)
{
}

TEST_F(method, signal_while_pending)
{
	struct echo_return in = {
		.ret = STATUS_PENDING, .status = STATUS_SUCCESS,
		.information = 1, .mode = ECHO_PEND_LATER, .delay_ms = 300,
	};
	struct sigaction action = { .sa_handler = on_alarm };
	struct ntio_device_control c;
	timer_t timer;
	struct sigevent event = {
		.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1,
	};
	struct itimerspec soon = { .it_value.tv_nsec = 50000000 };

	ASSERT_EQ(0, sigaction(SIGUSR1, &action, NULL));
	ASSERT_EQ(0, timer_create(CLOCK_MONOTONIC, &event, &timer));
	ASSERT_EQ(0, timer_settime(timer, 0, &soon, NULL));
	EXPECT_EQ(0, send_return(self, variant->method, &in, &c));
	EXPECT_EQ(STATUS_SUCCESS, c.out_status);
	EXPECT_EQ(1, c.out_information);
	timer_delete(timer);
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
