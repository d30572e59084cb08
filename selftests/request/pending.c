// SPDX-License-Identifier: GPL-2.0
/*
 * Requests that wait in a driver, sent by callers that wait for them, by ioctl
 * or overlapped [8.1] to [8.10], [8.24] to [8.27], [8.36] to [8.43].
 */
#include "kselftest_harness.h"
#include "park.h"

#define ON_LATER (NTIO_OUT_IOSB | NTIO_OUT_COMPLETION | NTIO_OUT_PENDED)

#define PENDING_FIXTURE							\
	int watch;							\
	int fd;								\
	long alive;							\
	struct park_counts before;					\
	struct waiter w

FIXTURE(pending)
{
	PENDING_FIXTURE;
};

static struct park_counts park_since(int fd, const struct park_counts *before)
{
	struct park_counts now = park_counts(fd);

	now.cancels -= before->cancels;
	now.routines -= before->routines;
	now.cleanups -= before->cleanups;
	now.closes -= before->closes;
	return now;
}

#define since() park_since(self->watch, &self->before)

#define PENDING_SETUP() do {						\
	self->watch = park_open(PARK_PATH);				\
	self->fd = park_open(PARK_PATH);				\
	self->alive = ntio_stat("alive", "requests");			\
	self->before = park_counts(self->watch);			\
} while (0)

#define PENDING_TEARDOWN() do {						\
	EXPECT_TRUE(wait_until(ntio_stat("alive", "requests") ==	\
			       self->alive));				\
	EXPECT_EQ(0, since().queued);					\
	EXPECT_EQ(0, since().held);					\
	close(self->fd);						\
	close(self->watch);						\
} while (0)

FIXTURE_SETUP(pending)
{
	PENDING_SETUP();
}

FIXTURE_TEARDOWN(pending)
{
	PENDING_TEARDOWN();
}

/* --- every way to wait ---------------------------------------------------- */

FIXTURE(parked)
{
	PENDING_FIXTURE;
	long mistakes;
};

FIXTURE_VARIANT(parked)
{
	__u32 code;
	/* Ends when cancelled. */
	bool yields;
	/* Ends at cleanup. */
	bool cleaned;
	/* A mistake of the driver [2.42] 0x23D: it waits all the same. */
	bool unmarked;
	bool overlapped;
};

#define PARKED(_name, _NAME, ...)					\
	FIXTURE_VARIANT_ADD(parked, _name) {				\
		.code = IOCTL_PARK_ ## _NAME, __VA_ARGS__ };		\
	FIXTURE_VARIANT_ADD(parked, _name ## _overlapped) {		\
		.code = IOCTL_PARK_ ## _NAME, .overlapped = true,	\
		__VA_ARGS__ }
PARKED(queue, QUEUE, .yields = true, .cleaned = true);
PARKED(routine, ROUTINE, .yields = true);
PARKED(stubborn, STUBBORN);
PARKED(unmarked, UNMARKED, .unmarked = true);

FIXTURE_SETUP(parked)
{
	PENDING_SETUP();
	self->mistakes = violations("PENDING_UNMARKED") + variant->unmarked;
}

/* One request was parked. */
FIXTURE_TEARDOWN(parked)
{
	EXPECT_EQ(self->mistakes, violations("PENDING_UNMARKED"));
	PENDING_TEARDOWN();
}

static bool somebody_waits(int watch)
{
	struct park_counts counts = park_counts(watch);

	return counts.queued + counts.held == 1;
}

static bool nobody_waits(int watch)
{
	struct park_counts counts = park_counts(watch);

	return !counts.queued && !counts.held;
}

/* Lets what waits go on. */
static bool finish(int watch)
{
	return park_tell(watch, IOCTL_PARK_NEXT, 0) ||
	       park_tell(watch, IOCTL_PARK_FINISH, PARK_FINISH);
}

#define expect_good(_w) do {						\
	EXPECT_EQ(0, (_w)->error);					\
	EXPECT_EQ(STATUS_SUCCESS, (_w)->c.out_status);			\
	EXPECT_EQ((_w)->overlapped ? ON_LATER : NTIO_OUT_IOSB,		\
		  (_w)->c.out_flags);					\
	EXPECT_EQ(sizeof(__u32), (_w)->c.out_information);		\
	EXPECT_EQ(PARK_GOOD, (__u32)(_w)->out[0]);			\
} while (0)

/* An error, with an I/O status block only if overlapped [2.31] [8.32]. */
#define expect_ended(_w, _status)					\
	expect_ended_why(_w, _status, NTIO_REASON_DRIVER)

#define expect_ended_why(_w, _status, _reason) do {			\
	EXPECT_EQ(status_errno(_status), (_w)->error);			\
	EXPECT_EQ((__u32)(_status), (_w)->c.out_status);		\
	EXPECT_EQ(_reason, (_w)->c.out_reason);				\
	EXPECT_EQ((_w)->overlapped ? ON_LATER : 0, (_w)->c.out_flags);	\
	EXPECT_EQ((_w)->overlapped ? (__u32)(_status) : 0,		\
		  (_w)->c.out_iosb_status);				\
	EXPECT_EQ(0, (_w)->c.out_information);				\
	EXPECT_EQ(0, (_w)->out[0]);					\
} while (0)

#define park_waiter()							\
	waiter_begin_as(&self->w, variant->overlapped, self->fd,	\
			variant->code, 0)
#define park_process()							\
	process_begin_as(variant->overlapped, self->fd, variant->code, 0)

/* A ring may come to it a moment later. */
#define by_then(_condition)						\
	(variant->overlapped ? wait_until(_condition) : (_condition))

TEST_F(parked, completed_by_another_thread)
{
	park_waiter();
	ASSERT_TRUE(wait_until(somebody_waits(self->watch)));
	usleep(10000);
	EXPECT_FALSE(waiter_ended(&self->w));
	ASSERT_TRUE(wait_until(finish(self->watch)));
	waiter_join(&self->w);
	expect_good(&self->w);
	EXPECT_EQ(0, since().cancels);
}

/* [8.40]: gone at once; what the driver keeps ends without it [8.41]. */
TEST_F(parked, caller_killed)
{
	pid_t pid = park_process();

	ASSERT_TRUE(wait_until(somebody_waits(self->watch)));
	usleep(10000);
	EXPECT_TRUE(process_kill(pid));
	if (variant->yields) {
		EXPECT_TRUE(by_then(nobody_waits(self->watch)));
	} else {
		EXPECT_FALSE(nobody_waits(self->watch));
		EXPECT_EQ(self->alive + 1, ntio_stat("alive", "requests"));
		EXPECT_TRUE(finish(self->watch));
	}
	EXPECT_EQ(variant->code == IOCTL_PARK_ROUTINE, since().cancels);
}

static void nothing(int signal)
{
}

/* Only a signal that kills ends a wait, as on a non-alertable handle [8.22]. */
TEST_F(parked, restarting_signals_do_not_end_it)
{
	struct sigaction action = {
		.sa_handler = nothing,
		.sa_flags = SA_RESTART,
	};

	sigaction(SIGUSR1, &action, NULL);
	park_waiter();
	ASSERT_TRUE(wait_until(somebody_waits(self->watch)));
	pthread_kill(self->w.thread, SIGUSR1);
	usleep(50000);
	EXPECT_FALSE(waiter_ended(&self->w));
	ASSERT_TRUE(wait_until(finish(self->watch)));
	waiter_join(&self->w);
	expect_good(&self->w);
}

/* [8.36]: cleanup comes while the request runs, and close after it [8.37]. */
TEST_F(parked, last_handle_closed)
{
	park_waiter();
	ASSERT_TRUE(wait_until(somebody_waits(self->watch)));
	/* The driver has it before its caller, or a ring's worker, waits. */
	ASSERT_TRUE(wait_until(waiter_sleeps(&self->w)));
	usleep(10000);
	close(self->fd);
	EXPECT_TRUE(by_then(since().cleanups == 1));
	if (!variant->cleaned) {
		usleep(10000);
		EXPECT_FALSE(waiter_ended(&self->w));
		EXPECT_EQ(0, since().closes);
		EXPECT_TRUE(wait_until(finish(self->watch)));
	}
	waiter_join(&self->w);
	EXPECT_TRUE(wait_until(since().closes == 1));
	EXPECT_EQ(1, since().cleanups);
	if (variant->cleaned)
		expect_ended_why(&self->w, STATUS_CANCELLED,
				 NTIO_REASON_CANCELLED_BY_CALLER);
	else
		expect_good(&self->w);
}

/* [8.34]: a handle is left, nothing happens. */
TEST_F(parked, one_of_two_handles_closed)
{
	int copy = dup(self->fd);

	park_waiter();
	ASSERT_TRUE(wait_until(somebody_waits(self->watch)));
	close(copy);
	usleep(10000);
	EXPECT_FALSE(waiter_ended(&self->w));
	EXPECT_EQ(0, since().cleanups);
	ASSERT_TRUE(wait_until(finish(self->watch)));
	waiter_join(&self->w);
	expect_good(&self->w);
}

/* The last handle of a killed process: cleanup and close still come. */
TEST_F(parked, killed_with_the_last_handle)
{
	pid_t pid = park_process();

	ASSERT_TRUE(wait_until(somebody_waits(self->watch)));
	close(self->fd);
	EXPECT_EQ(0, since().cleanups);
	EXPECT_TRUE(process_kill(pid));
	EXPECT_TRUE(wait_until(since().cleanups == 1));
	if (!variant->yields) {
		EXPECT_EQ(0, since().closes);
		EXPECT_TRUE(finish(self->watch));
	}
	EXPECT_TRUE(wait_until(since().closes == 1));
}

/* A thread exits the process while another one waits. */
TEST_F(parked, process_exits)
{
	pid_t pid = fork();
	int status;

	ASSERT_LE(0, pid);
	if (!pid) {
		park_waiter();
		if (!wait_until(somebody_waits(self->watch)))
			_exit(1);
		_exit(0);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	if (!variant->yields)
		EXPECT_TRUE(finish(self->watch));
	EXPECT_TRUE(wait_until(nobody_waits(self->watch)));
}

/* [8.44]: refused, never a crash. */
TEST_F(parked, module_stays)
{
	park_waiter();
	ASSERT_TRUE(wait_until(somebody_waits(self->watch)));
	EXPECT_EQ(EAGAIN, module_unload("ntio_park"));
	EXPECT_EQ(EAGAIN, module_unload("ntio"));
	ASSERT_TRUE(wait_until(finish(self->watch)));
	waiter_join(&self->w);
	expect_good(&self->w);
}

/* --- the driver's side ---------------------------------------------------- */

/* [8.27]: cancelled before it was inserted. */
TEST_F(pending, cancelled_before_insert)
{
	waiter_begin(&self->w, self->fd, IOCTL_PARK_CANCELLED, 0);
	waiter_join(&self->w);
	expect_ended(&self->w, STATUS_CANCELLED);
	EXPECT_EQ(0, since().queued);
}

/* [8.36]: parked only after cleanup, which so did not see it. */
TEST_F(pending, parked_without_handles)
{
	for (int overlapped = 0; overlapped < 2; overlapped++) {
		int fd = park_open(PARK_PATH);

		waiter_begin_as(&self->w, overlapped, fd, IOCTL_PARK_LATE,
				park_counts(self->watch).cleanups + 1);
		ASSERT_TRUE(wait_until(park_counts(self->watch).waiting == 1));
		close(fd);
		waiter_join(&self->w);
		expect_ended_why(&self->w, STATUS_CANCELLED,
				 NTIO_REASON_CANCELLED_BY_CALLER);
		EXPECT_EQ(overlapped + 1, (int)since().cleanups);
	}
}

/* The oldest goes first. */
TEST_F(pending, queue_is_a_queue)
{
	struct waiter w[8];
	int i;

	for (i = 0; i < 8; i++) {
		waiter_begin(&w[i], self->fd, IOCTL_PARK_QUEUE, 0);
		ASSERT_TRUE(wait_until((int)since().queued == i + 1));
	}
	for (i = 0; i < 8; i++) {
		EXPECT_EQ(1, park_tell(self->watch, IOCTL_PARK_NEXT, 0));
		waiter_join(&w[i]);
		expect_good(&w[i]);
		if (i < 7)
			EXPECT_FALSE(waiter_ended(&w[i + 1]));
	}
	EXPECT_EQ(0, park_tell(self->watch, IOCTL_PARK_NEXT, 0));
}

/* Cleanup ends the requests of its own file and no others. */
TEST_F(pending, cleanup_is_of_one_file)
{
	int other = park_open(PARK_PATH);
	struct waiter w;

	waiter_begin(&self->w, self->fd, IOCTL_PARK_QUEUE, 0);
	ASSERT_TRUE(wait_until(since().queued == 1));
	waiter_begin(&w, other, IOCTL_PARK_QUEUE, 0);
	ASSERT_TRUE(wait_until(since().queued == 2));
	close(self->fd);
	waiter_join(&self->w);
	expect_ended_why(&self->w, STATUS_CANCELLED,
			 NTIO_REASON_CANCELLED_BY_CALLER);
	EXPECT_EQ(1, since().queued);
	EXPECT_FALSE(waiter_ended(&w));
	close(other);
	waiter_join(&w);
	expect_ended_why(&w, STATUS_CANCELLED, NTIO_REASON_CANCELLED_BY_CALLER);
}

static struct park_cancelled cancel_twice(int fd)
{
	struct park_cancelled answer = { };
	struct ntio_device_control c = {
		.code = IOCTL_PARK_CANCEL, .out = addr(&answer),
		.out_len = sizeof(answer),
	};

	control(fd, &c);
	return answer;
}

/* [8.24]: TRUE, then FALSE; the routine is called once. */
TEST_F(pending, cancel_takes_the_routine)
{
	struct park_cancelled answer;

	waiter_begin(&self->w, self->fd, IOCTL_PARK_ROUTINE, 0);
	ASSERT_TRUE(wait_until(since().held == 1));
	usleep(10000);
	answer = cancel_twice(self->watch);
	waiter_join(&self->w);
	EXPECT_EQ(1, answer.there);
	EXPECT_EQ(1, answer.first);
	EXPECT_EQ(0, answer.second);
	EXPECT_EQ(0, answer.mark_before);
	EXPECT_EQ(1, answer.mark_after);
	EXPECT_EQ(1, answer.routines);
	expect_ended(&self->w, STATUS_CANCELLED);
}

/* [8.24]: FALSE does not mean that nothing happens: the mark stays. */
TEST_F(pending, cancel_without_a_routine)
{
	struct park_cancelled answer;

	waiter_begin(&self->w, self->fd, IOCTL_PARK_STUBBORN, 0);
	ASSERT_TRUE(wait_until(since().held == 1));
	answer = cancel_twice(self->watch);
	waiter_join(&self->w);
	EXPECT_EQ(0, answer.first);
	EXPECT_EQ(0, answer.second);
	EXPECT_EQ(1, answer.mark_after);
	EXPECT_EQ(0, answer.routines);
}

/* [8.4]: Windows stops with 0x48. Here it ends well, and is counted. */
TEST_F(pending, completed_with_cancel_routine)
{
	long count = violations("COMPLETED_WITH_CANCEL");

	waiter_begin(&self->w, self->fd, IOCTL_PARK_ROUTINE, 0);
	ASSERT_TRUE(wait_until(since().held == 1));
	usleep(10000);
	EXPECT_EQ(1, park_tell(self->watch, IOCTL_PARK_FINISH,
			       PARK_FINISH_ARMED));
	waiter_join(&self->w);
	expect_good(&self->w);
	EXPECT_EQ(count + 1, violations("COMPLETED_WITH_CANCEL"));
	EXPECT_EQ(0, since().cancels);
}

/* --- completion routines [8.7] -------------------------------------------- */

FIXTURE(routine)
{
	PENDING_FIXTURE;
};

FIXTURE_VARIANT(routine)
{
	__u32 when;
	__u32 on_success;
	__u32 on_cancel;
};

/* Named by when it is wanted: success, error, cancel. */
FIXTURE_VARIANT_ADD(routine, TFT) {
	.when = 0x60, .on_success = 1, .on_cancel = 1 };
FIXTURE_VARIANT_ADD(routine, TTF) {
	.when = 0xc0, .on_success = 1, .on_cancel = 1 };
FIXTURE_VARIANT_ADD(routine, TFF) { .when = 0x40, .on_success = 1 };
FIXTURE_VARIANT_ADD(routine, FTF) { .when = 0x80, .on_cancel = 1 };
FIXTURE_VARIANT_ADD(routine, FFT) { .when = 0x20, .on_cancel = 1 };
FIXTURE_VARIANT_ADD(routine, FFF) { .when = 0 };

FIXTURE_SETUP(routine)
{
	PENDING_SETUP();
	close(self->fd);
	self->fd = park_open(PARK_TOP_PATH);
	self->before = park_counts(self->watch);
}

FIXTURE_TEARDOWN(routine)
{
	PENDING_TEARDOWN();
}

TEST_F(routine, of_a_cancelled_request)
{
	pid_t pid = process_begin(self->fd, IOCTL_PARK_FORWARD, variant->when);

	ASSERT_TRUE(wait_until(since().queued == 1));
	EXPECT_TRUE(process_kill(pid));
	EXPECT_EQ(0, since().queued);
	EXPECT_EQ(variant->on_cancel, since().routines);
}

TEST_F(routine, of_a_request_that_succeeds)
{
	waiter_begin(&self->w, self->fd, IOCTL_PARK_FORWARD, variant->when);
	ASSERT_TRUE(wait_until(since().queued == 1));
	EXPECT_EQ(1, park_tell(self->watch, IOCTL_PARK_NEXT, 0));
	waiter_join(&self->w);
	expect_good(&self->w);
	EXPECT_EQ(variant->on_success, since().routines);
}

/* --- the device is removed [8.43] ----------------------------------------- */

FIXTURE(removed)
{
	PENDING_FIXTURE;
};

FIXTURE_SETUP(removed)
{
	PENDING_SETUP();
	close(self->fd);
	self->fd = park_open(PARK_GONE_PATH);
	self->before = park_counts(self->watch);
}

FIXTURE_TEARDOWN(removed)
{
	park_tell(self->watch, IOCTL_PARK_RESTORE, 0);
	PENDING_TEARDOWN();
}

TEST_F(removed, ends_what_is_pending)
{
	struct ntio_device_control c = {
		.code = IOCTL_PARK_QUEUE, .out = addr(self->w.out),
		.out_len = sizeof(self->w.out),
	};
	int error;

	waiter_begin(&self->w, self->fd, IOCTL_PARK_QUEUE, 0);
	ASSERT_TRUE(wait_until(since().queued == 1));
	park_tell(self->watch, IOCTL_PARK_REMOVE, 0);
	waiter_join(&self->w);
	expect_ended(&self->w, STATUS_DELETE_PENDING);
	error = control(self->fd, &c);
	expect_refusal(error, c, STATUS_DELETE_PENDING,
		       NTIO_REASON_DEVICE_GONE, 0);
	EXPECT_EQ(-1, open(PARK_GONE_PATH, O_RDWR));
	EXPECT_EQ(ENOENT, errno);
	EXPECT_EQ(0, since().cleanups);
}

TEST_F(removed, with_one_that_stays)
{
	waiter_begin(&self->w, self->fd, IOCTL_PARK_STUBBORN, 0);
	ASSERT_TRUE(wait_until(since().held == 1));
	park_tell(self->watch, IOCTL_PARK_REMOVE, 0);
	usleep(10000);
	EXPECT_FALSE(waiter_ended(&self->w));
	EXPECT_EQ(1, park_tell(self->watch, IOCTL_PARK_FINISH, PARK_FINISH));
	waiter_join(&self->w);
	expect_good(&self->w);
}

TEST_F(removed, and_the_caller_killed)
{
	pid_t pid = process_begin(self->fd, IOCTL_PARK_STUBBORN, 0);

	ASSERT_TRUE(wait_until(since().held == 1));
	park_tell(self->watch, IOCTL_PARK_REMOVE, 0);
	close(self->fd);
	EXPECT_TRUE(process_kill(pid));
	EXPECT_TRUE(wait_until(since().cleanups == 1));
	EXPECT_EQ(0, since().closes);
	EXPECT_EQ(1, park_tell(self->watch, IOCTL_PARK_FINISH, PARK_FINISH));
	EXPECT_TRUE(wait_until(since().closes == 1));
}

TEST_HARNESS_MAIN
