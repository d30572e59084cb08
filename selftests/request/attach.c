// SPDX-License-Identifier: GPL-2.0
/*
 * Building stacks of devices, opening and removing them, and what drivers get
 * wrong with a request that has several of them. The devices are those of
 * modules/ntio_stack.c; level 0 is the bottom.
 */
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "stack.h"

STACK_FIXTURE(attach)
STACK_FIXTURE(file)
STACK_FIXTURE(mistake)

/* --- who fits on whom ----------------------------------------------------- */

/* Eight devices, each with a routine; the ninth is one too many. */
TEST_F(attach, eight_deep)
{
	long before = all_violations();
	struct ntio_device_control c;
	struct trace t;
	__u32 i;

	build_and_open(8);
	EXPECT_EQ(ELOOP, add(self->ctl, 8, 7, BUFFERED, 0));
	EXPECT_EQ(ELOOP, add(self->ctl, 8, 0, BUFFERED, 0));
	plan(.level = 0, .action = STACK_WORK, .information = 1);
	for (i = 1; i < 8; i++)
		plan(.level = i, .action = STACK_FORWARD, .when = ON_ANY);
	EXPECT_EQ(0, run(self->fd, &c));
	expect_outcome(c, 0, STATUS_SUCCESS, 1);
	t = trace(self->ctl);
	for (i = 1; i < 8; i++) {
		EXPECT_EQ(1, count(&t, STACK_HANDLER, i));
		EXPECT_EQ(1, count(&t, STACK_ROUTINE, i));
	}
	EXPECT_EQ(before, all_violations());
}

/* There is no room below the eighth: preparing for it harms nobody. */
TEST_F(attach, prepared_for_nobody)
{
	struct ntio_device_control c;
	__u32 i;

	build_and_open(8);
	plan(.level = 0, .action = STACK_PREPARE_COMPLETE, .information = 6);
	for (i = 1; i < 8; i++)
		plan(.level = i, .action = STACK_FORWARD, .when = ON_ANY);
	EXPECT_EQ(0, run(self->fd, &c));
	expect_outcome(c, 0, STATUS_SUCCESS, 6);
}

TEST_F(attach, itself)
{
	EXPECT_EQ(ELOOP, add(self->ctl, 0, STACK_ON_ITSELF, BUFFERED, 0));
	EXPECT_EQ(0, add(self->ctl, 0, STACK_ON_NOTHING, BUFFERED, 0));
}

TEST_F(attach, unregistered)
{
	EXPECT_EQ(ENODEV, add(self->ctl, 0, STACK_ON_STRANGER, BUFFERED, 0));
	EXPECT_EQ(ENODEV, add(self->ctl, 0, STACK_ON_GONE, BUFFERED, 0));
	EXPECT_EQ(0, add(self->ctl, 0, STACK_ON_NOTHING, BUFFERED, 0));
}

/* The second time is refused, and the first is as good as before. */
TEST_F(attach, registered_twice)
{
	__u32 error = POISON32;
	int i;

	for (i = 0; i < 2; i++) {
		control_ok(self->ctl, .code = IOCTL_STACK_TWICE,
			   .out = addr(&error), .out_len = sizeof(error));
		EXPECT_EQ(EEXIST, error);
	}
}

/* [8.12]: whoever attaches to a device of a stack comes on top of it all. */
TEST_F(attach, comes_on_top)
{
	struct ntio_device_control c;

	ASSERT_EQ(0, build(self->ctl, 2));
	ASSERT_EQ(0, add(self->ctl, 2, 0, BUFFERED, 0));
	self->fd = open_level(0);
	ASSERT_LE(0, self->fd);
	plan(.level = 1, .action = STACK_FORWARD);
	plan(.level = 2, .action = STACK_FORWARD);
	EXPECT_EQ(0, run(self->fd, &c));
	expect_trace(H(2), H(1), H(0));
}

FIXTURE(style)
{
	int ctl;
};

FIXTURE_VARIANT(style)
{
	__u32 upper, lower, upper_flags, lower_flags;
	int error;
};

FIXTURE_SETUP(style)
{
	self->ctl = open("/dev/ntio/stack", O_RDWR);
	ASSERT_LE(0, self->ctl);
	ASSERT_EQ(0, order(self->ctl, IOCTL_STACK_RESET, NULL, 0));
}

FIXTURE_TEARDOWN(style)
{
	EXPECT_EQ(0, order(self->ctl, IOCTL_STACK_RESET, NULL, 0));
	close(self->ctl);
}

#define STYLES(_upper, _lower, _error)					\
	FIXTURE_VARIANT_ADD(style, _upper##_on_##_lower) {		\
		.upper = _upper, .lower = _lower, .error = _error };	\
	FIXTURE_VARIANT_ADD(style, highest_##_upper##_on_##_lower) {	\
		.upper = _upper, .lower = _lower,			\
		.upper_flags = STACK_HIGHEST };				\
	FIXTURE_VARIANT_ADD(style, _upper##_on_highest_##_lower) {	\
		.upper = _upper, .lower = _lower,			\
		.lower_flags = STACK_HIGHEST, .error = EINVAL }

STYLES(BUFFERED, BUFFERED, 0);
STYLES(BUFFERED, DIRECT, EINVAL);
STYLES(BUFFERED, NEITHER, EINVAL);
STYLES(DIRECT, BUFFERED, EINVAL);
STYLES(DIRECT, DIRECT, 0);
STYLES(DIRECT, NEITHER, EINVAL);
STYLES(NEITHER, BUFFERED, EINVAL);
STYLES(NEITHER, DIRECT, EINVAL);
STYLES(NEITHER, NEITHER, 0);

/* [3.8], R6: all agree, but for the highest; and nothing is above that. */
TEST_F(style, agrees)
{
	int i;

	ASSERT_EQ(0, add(self->ctl, 0, STACK_ON_NOTHING, variant->lower,
			 variant->lower_flags));
	/* A refusal leaves no trace: the second is like the first. */
	for (i = 0; i < 2; i++) {
		EXPECT_EQ(variant->error,
			  add(self->ctl, 1, 0, variant->upper,
			      variant->upper_flags));
		if (!variant->error)
			break;
	}
	EXPECT_EQ(variant->error ? -1 : 0, access("/dev/ntio/stack1", F_OK));
}

/* --- codes ---------------------------------------------------------------- */

/* A code goes down to whoever knows it; what nobody knows goes nowhere. */
TEST_F(attach, unknown_code_falls_through)
{
	struct ntio_device_control c;

	ASSERT_EQ(0, add(self->ctl, 0, STACK_ON_NOTHING, BUFFERED, 0));
	ASSERT_EQ(0, add(self->ctl, 1, 0, BUFFERED, STACK_MUTE));
	ASSERT_EQ(0, add(self->ctl, 2, 1, BUFFERED, STACK_MUTE));
	self->fd = open_level(2);
	plan(.level = 0, .information = 2);
	EXPECT_EQ(0, run(self->fd, &c));
	expect_outcome(c, 0, STATUS_SUCCESS, 2);
	control_refused(self->fd, STATUS_INVALID_DEVICE_REQUEST,
			NTIO_REASON_UNKNOWN_CODE, 0,
			.code = STACK_CTL(0x70, BUFFERED));
	expect_trace(H(0));
}

/* .other takes what no table has, and what it passes on goes further down. */
TEST_F(attach, other)
{
	struct ntio_device_control c;

	ASSERT_EQ(0, add(self->ctl, 0, STACK_ON_NOTHING, BUFFERED, 0));
	ASSERT_EQ(0, add(self->ctl, 1, 0, BUFFERED, STACK_OTHER));
	ASSERT_EQ(0, add(self->ctl, 2, 1, BUFFERED, STACK_MUTE));
	self->fd = open_level(2);
	plan(.level = 0, .information = 2);
	plan(.level = 1, .information = 3);
	EXPECT_EQ(0, run_code(self->fd, STACK_CTL(0x70, BUFFERED), &c));
	expect_outcome(c, 0, STATUS_SUCCESS, 3);
	plan(.level = 1, .action = STACK_FORWARD, .when = ON_ANY);
	EXPECT_EQ(0, run(self->fd, &c));
	expect_outcome(c, 0, STATUS_SUCCESS, 2);
	EXPECT_EQ(ENOTTY, run_code(self->fd, STACK_CTL(0x70, BUFFERED), &c));
	EXPECT_EQ(NTIO_REASON_UNKNOWN_CODE, c.out_reason);
	expect_trace({ STACK_OTHER_HANDLER, 1 },
		     { STACK_OTHER_HANDLER, 1 }, H(0), R(1),
		     { STACK_OTHER_HANDLER, 1 }, R(1));
}

/* R4: below the top there is no token, and no handler that needs one. */
TEST_F(attach, in_caller_below)
{
	struct ntio_device_control c;
	int below;

	ASSERT_EQ(0, add(self->ctl, 0, STACK_ON_NOTHING, NEITHER,
			 STACK_IN_CALLER));
	below = open_level(0);
	EXPECT_EQ(0, run_code(below, IOCTL_STACK_IN_CALLER, &c));
	close(below);
	ASSERT_EQ(0, add(self->ctl, 1, 0, NEITHER, STACK_MUTE));
	self->fd = open_level(1);
	EXPECT_EQ(ENOTTY, run_code(self->fd, IOCTL_STACK_IN_CALLER, &c));
	expect_refusal(ENOTTY, c, STATUS_INVALID_DEVICE_REQUEST,
		       NTIO_REASON_NOT_HIGHEST, 0);
	EXPECT_EQ(0, run(self->fd, &c));
	expect_trace({ STACK_CALLER_HANDLER, 0 }, H(0));
}

/* --- mistakes ------------------------------------------------------------- */

/* Exactly this mistake, so often; and no other. */
#define expect_mistakes(_kind, _count, _before, _all) do {		\
	EXPECT_EQ((_before) + (_count), violations(_kind));		\
	EXPECT_EQ((_all) + (_count), all_violations());			\
} while (0)

TEST_F(mistake, forward_past_the_bottom)
{
	long before = violations("FORWARDED_PAST_BOTTOM");
	long all = all_violations();
	__u32 actions[] = { STACK_FORWARD, STACK_SKIP };
	struct ntio_device_control c;
	int i;

	build_and_open(2);
	plan(.level = 1, .action = STACK_FORWARD, .when = ON_ANY);
	for (i = 0; i < 2; i++) {
		plan(.level = 0, .action = actions[i], .when = ON_ANY);
		EXPECT_EQ(ENOTTY, run(self->fd, &c));
		EXPECT_EQ(STATUS_INVALID_DEVICE_REQUEST, c.out_status);
	}
	/* The routine of the bottom has nothing to wait for. */
	expect_trace(H(1), H(0), R(1), H(1), H(0), R(1));
	expect_mistakes("FORWARDED_PAST_BOTTOM", 2, before, all);
}

/* [8.4]: the first counts, wherever the second comes from. */
TEST_F(mistake, below_completes_twice)
{
	long before = violations("COMPLETED_TWICE"), all = all_violations();
	struct ntio_device_control c;

	build_and_open(2);
	plan(.level = 0, .action = STACK_COMPLETE_TWICE, .information = 5);
	plan(.level = 1, .action = STACK_FORWARD, .when = ON_ANY);
	EXPECT_EQ(0, run(self->fd, &c));
	expect_outcome(c, 0, STATUS_SUCCESS, 5);
	expect_trace(H(1), H(0), R(1));
	expect_mistakes("COMPLETED_TWICE", 1, before, all);
}

/* The driver above has it back when the second one comes. */
TEST_F(mistake, below_completes_what_was_stopped)
{
	long before = violations("COMPLETED_TWICE");
	struct ntio_device_control c;

	build_and_open(2);
	plan(.level = 0, .action = STACK_COMPLETE_TWICE, .information = 5);
	plan(.level = 1, .action = STACK_FORWARD_WAIT, .when = ON_ANY,
	     .routine = STACK_STOP, .information = 3);
	run(self->fd, &c);
	EXPECT_EQ(before + 1, violations("COMPLETED_TWICE"));
	expect_trace(H(1), H(0), R(1));
}

/* With force_pending nobody below has completed it yet. */
TEST_F(mistake, forwarded_and_completed)
{
	const char *mistake = verifying("force_pending") ?
			      "COMPLETED_FORWARDED" : "COMPLETED_TWICE";
	long before = violations(mistake), all = all_violations();
	struct ntio_device_control c;

	build_and_open(2);
	plan(.level = 0, .information = 5);
	plan(.level = 1, .action = STACK_FORWARD_COMPLETE, .information = 6);
	EXPECT_EQ(0, run(self->fd, &c));
	expect_outcome(c, 0, STATUS_SUCCESS, 5);
	expect_mistakes(mistake, 1, before, all);
}

TEST_F(mistake, routine_completes_and_continues)
{
	long before = violations("COMPLETED_TWICE"), all = all_violations();
	__u32 below[] = { STACK_COMPLETE, STACK_WORK };
	struct ntio_device_control c;
	int i;

	build_and_open(3);
	plan(.level = 1, .action = STACK_FORWARD, .when = ON_ANY,
	     .routine = STACK_COMPLETE_CONTINUE, .flags = STACK_MARK,
	     .routine_status = STATUS_OBJECT_NAME_EXISTS,
	     .routine_information = 8);
	plan(.level = 2, .action = STACK_FORWARD, .when = ON_ANY);
	for (i = 0; i < 2; i++) {
		plan(.level = 0, .action = below[i], .information = 5);
		EXPECT_EQ(0, run(self->fd, &c));
		expect_outcome(c, 0, STATUS_OBJECT_NAME_EXISTS, 8);
		EXPECT_TRUE(wait_until(violations("COMPLETED_TWICE") >
				       before + i));
	}
	expect_mistakes("COMPLETED_TWICE", 2, before, all);
}

/* What a worker has, or a driver below, is not the routine's to continue. */
TEST_F(mistake, routine_gives_away_and_continues)
{
	__u32 routines[] = { STACK_WORK_CONTINUE, STACK_FORWARD_CONTINUE };
	__u32 below[] = { STACK_COMPLETE, STACK_WORK };
	long before = violations("COMPLETED_TWICE"), all = all_violations();
	struct ntio_device_control c;
	int i;

	build_and_open(3);
	for (i = 0; i < 4; i++) {
		plan(.level = 0, .action = below[i / 2],
		     .work = STACK_COMPLETE, .information = 5);
		plan(.level = 1, .action = STACK_FORWARD, .when = ON_ANY,
		     .routine = routines[i % 2], .flags = STACK_MARK,
		     .routine_information = 5);
		plan(.level = 2, .action = STACK_FORWARD, .when = ON_ANY);
		EXPECT_EQ(0, run(self->fd, &c));
		expect_outcome(c, 0, STATUS_SUCCESS, 5);
		EXPECT_TRUE(wait_until(violations("COMPLETED_TWICE") >
				       before + i));
	}
	expect_mistakes("COMPLETED_TWICE", 4, before, all);
}

TEST_F(mistake, queued_twice)
{
	long before = violations("QUEUED_TWICE"), all = all_violations();
	struct ntio_device_control c;

	build_and_open(1);
	plan(.level = 0, .action = STACK_WORK_TWICE, .information = 4);
	EXPECT_EQ(0, run(self->fd, &c));
	expect_outcome(c, 0, STATUS_SUCCESS, 4);
	expect_trace(H(0), W(0));
	expect_mistakes("QUEUED_TWICE", 1, before, all);
}

/* The worker finds a request that has ended, and nothing worse. */
TEST_F(mistake, queued_and_completed)
{
	long before = violations("COMPLETED_TWICE"), all = all_violations();
	struct ntio_device_control c;
	int i;

	build_and_open(2);
	plan(.level = 1, .action = STACK_FORWARD, .when = ON_ANY);
	plan(.level = 0, .action = STACK_WORK_COMPLETE, .information = 4);
	for (i = 0; i < 20; i++) {
		run(self->fd, &c);
		EXPECT_TRUE(wait_until(violations("COMPLETED_TWICE") >
				       before + i));
	}
	expect_mistakes("COMPLETED_TWICE", 20, before, all);
}

/* --- open files ----------------------------------------------------------- */

#define CREATED(level) { STACK_CREATED, level }
#define CLEANED(level) { STACK_CLEANED, level }
#define CLOSED(level) { STACK_CLOSED, level }
#define RELEASED(level) { STACK_RELEASED, level }

#define expect_files(...) do {						\
	static const __u8 _e[][2] = { __VA_ARGS__ };			\
	struct trace _t = trace(self->ctl);				\
	unsigned int _i;						\
	ASSERT_EQ(ARRAY_SIZE(_e), _t.n);				\
	for (_i = 0; _i < _t.n; _i++) {					\
		EXPECT_EQ(_e[_i][0], _t.events[_i].kind);		\
		EXPECT_EQ(_e[_i][1], _t.events[_i].level);		\
	}								\
} while (0)

/* Create from the bottom up; cleanup, then close, from the top down. */
TEST_F(file, callbacks)
{
	build_and_open(3);
	expect_files(CREATED(0), CREATED(1), CREATED(2));
	close(self->fd);
	self->fd = -1;
	expect_files(CREATED(0), CREATED(1), CREATED(2),
		     CLEANED(2), CLEANED(1), CLEANED(0),
		     CLOSED(2), CLOSED(1), CLOSED(0));
}

/* [1.27]: who refuses is not told more; those below it are. */
TEST_F(file, create_fails_in_the_middle)
{
	ASSERT_EQ(0, add(self->ctl, 0, STACK_ON_NOTHING, BUFFERED, 0));
	ASSERT_EQ(0, add(self->ctl, 1, 0, BUFFERED, STACK_REFUSE));
	ASSERT_EQ(0, add(self->ctl, 2, 1, BUFFERED, 0));
	EXPECT_EQ(-1, open_level(2));
	EXPECT_EQ(EBUSY, errno);
	expect_files(CREATED(0), CREATED(1), CLEANED(0), CLOSED(0));
	EXPECT_EQ(-1, open_level(0));
	EXPECT_EQ(EBUSY, errno);
	plan(.level = 1, .action = STACK_FORWARD);
	self->fd = open_level(2);
	EXPECT_LE(0, self->fd);
}

/* R4: also by the name of a lower device requests begin at the top. */
TEST_F(file, lower_name_opens_the_top)
{
	struct ntio_query_device q = { .size = sizeof(q) };
	struct ntio_device_control c;

	ASSERT_EQ(0, build(self->ctl, 3));
	self->fd = open_level(0);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, ioctl(self->fd, NTIO_IOC_QUERY_DEVICE, &q));
	EXPECT_STREQ("stack0", (char *)q.out_name);
	plan(.level = 1, .action = STACK_FORWARD);
	plan(.level = 2, .action = STACK_FORWARD);
	EXPECT_EQ(0, run(self->fd, &c));
	expect_trace(H(2), H(1), H(0));
}

/* [1.22]: exclusive is a matter of the name. */
TEST_F(file, exclusive_below)
{
	int other;

	ASSERT_EQ(0, add(self->ctl, 0, STACK_ON_NOTHING, BUFFERED,
			 STACK_EXCLUSIVE));
	ASSERT_EQ(0, add(self->ctl, 1, 0, BUFFERED, 0));
	self->fd = open_level(0);
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(-1, open_level(0));
	EXPECT_EQ(EACCES, errno);
	other = open_level(1);
	EXPECT_LE(0, other);
	close(self->fd);
	self->fd = open_level(0);
	EXPECT_LE(0, self->fd);
	close(other);
}

/* No node, but part of the stack. */
TEST_F(file, hidden)
{
	struct ntio_device_control c;

	ASSERT_EQ(0, add(self->ctl, 0, STACK_ON_NOTHING, BUFFERED,
			 STACK_HIDDEN));
	ASSERT_EQ(0, add(self->ctl, 1, 0, BUFFERED, STACK_MUTE));
	EXPECT_EQ(-1, open_level(0));
	EXPECT_EQ(ENOENT, errno);
	EXPECT_EQ(0, access("/sys/class/ntio/ntio!stack0", F_OK));
	self->fd = open_level(1);
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(0, run(self->fd, &c));
	expect_trace(H(0));
}

static int remove_level(int ctl, __u32 level)
{
	return order(ctl, IOCTL_STACK_REMOVE, &level, sizeof(level));
}

/* [1.29]: the top goes while open; it is released when it is closed. */
TEST_F(file, unregister_top)
{
	struct ntio_device_control c;
	int below;

	build_and_open(2);
	ASSERT_EQ(0, remove_level(self->ctl, 1));
	EXPECT_EQ(ENODEV, run(self->fd, &c));
	EXPECT_EQ(STATUS_DELETE_PENDING, c.out_status);
	/* The one below is its own top again. */
	below = open_level(0);
	ASSERT_LE(0, below);
	EXPECT_EQ(0, run(below, &c));
	close(below);
	close(self->fd);
	self->fd = -1;
	expect_files(CREATED(0), CREATED(1), CREATED(0), H(0),
		     CLEANED(0), CLOSED(0), CLEANED(1), CLEANED(0),
		     CLOSED(1), CLOSED(0), RELEASED(1));
	EXPECT_EQ(0, add(self->ctl, 1, 0, BUFFERED, 0));
}

/* The bottom goes first: who is attached to it keeps it. */
TEST_F(file, unregister_bottom_first)
{
	struct ntio_device_control c;

	build_and_open(2);
	plan(.level = 0, .information = 1);
	plan(.level = 1, .action = STACK_FORWARD);
	ASSERT_EQ(0, remove_level(self->ctl, 0));
	EXPECT_EQ(-1, open_level(0));
	EXPECT_EQ(ENOENT, errno);
	EXPECT_EQ(0, run(self->fd, &c));
	expect_outcome(c, 0, STATUS_SUCCESS, 1);
	ASSERT_EQ(0, remove_level(self->ctl, 1));
	close(self->fd);
	self->fd = -1;
	expect_files(CREATED(0), CREATED(1), H(1), H(0),
		     CLEANED(1), CLEANED(0), CLOSED(1), CLOSED(0),
		     RELEASED(1), RELEASED(0));
}

/* Not open at all: released at once, from the top down. */
TEST_F(file, unregister_in_order)
{
	ASSERT_EQ(0, build(self->ctl, 3));
	ASSERT_EQ(0, remove_level(self->ctl, 0));
	ASSERT_EQ(0, remove_level(self->ctl, 1));
	ASSERT_EQ(0, remove_level(self->ctl, 2));
	expect_files(RELEASED(2), RELEASED(1), RELEASED(0));
}

/* --- workers and dying callers -------------------------------------------- */

/* A process whose request waits in a worker until it is told to go. */
static pid_t waiting_child(int ctl)
{
	struct ntio_device_control c;
	pid_t pid = fork();

	if (!pid) {
		run(open_level(1), &c);
		_exit(0);
	}
	return wait_until(event(ctl, STACK_WORKER, 0).kind) ? pid : -1;
}

/* D6, [8.40]: the caller ends at once, the worker when it likes. */
TEST_F(file, worker_outlives_caller)
{
	int status;
	pid_t pid;

	ASSERT_EQ(0, build(self->ctl, 2));
	plan(.level = 0, .action = STACK_WORK_WAIT);
	plan(.level = 1, .action = STACK_FORWARD, .when = ON_ANY);
	pid = waiting_child(self->ctl);
	ASSERT_LT(0, pid);
	kill(pid, SIGKILL);
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(SIGKILL, WTERMSIG(status));
	EXPECT_EQ(self->requests + 1, ntio_stat("alive", "requests"));
	EXPECT_EQ(self->files + 1, ntio_stat("alive", "files"));
	/* Cleanup has come, close comes when the request has ended. */
	EXPECT_EQ(STACK_CLEANED, event(self->ctl, STACK_CLEANED, 0).kind);
	EXPECT_EQ(STACK_NONE, event(self->ctl, STACK_CLOSED, 0).kind);
	ASSERT_EQ(0, order(self->ctl, IOCTL_STACK_GO, NULL, 0));
	EXPECT_TRUE(wait_until(event(self->ctl, STACK_CLOSED, 0).kind));
	EXPECT_EQ(STACK_ROUTINE, event(self->ctl, STACK_ROUTINE, 1).kind);
}

/* [8.44]: a driver whose worker has a request does not unload. */
TEST_F(file, unload_while_worker_runs)
{
	pid_t pid;

	ASSERT_EQ(0, build(self->ctl, 2));
	plan(.level = 0, .action = STACK_WORK_WAIT);
	plan(.level = 1, .action = STACK_FORWARD, .when = ON_ANY);
	pid = waiting_child(self->ctl);
	ASSERT_LT(0, pid);
	kill(pid, SIGKILL);
	ASSERT_EQ(pid, waitpid(pid, NULL, 0));
	close(self->ctl);
	EXPECT_EQ(EAGAIN, module_unload("ntio_stack"));
	self->ctl = open("/dev/ntio/stack", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->ctl);
	ASSERT_EQ(0, order(self->ctl, IOCTL_STACK_GO, NULL, 0));
	EXPECT_TRUE(wait_until(ntio_stat("alive", "requests") ==
			       self->requests));
	close(self->ctl);
	EXPECT_TRUE(wait_until(!module_unload("ntio_stack")));
	EXPECT_EQ(0, module_load("ntio_stack"));
	self->ctl = open("/dev/ntio/stack", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->ctl);
}

TEST_HARNESS_MAIN
