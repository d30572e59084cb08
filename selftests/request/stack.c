// SPDX-License-Identifier: GPL-2.0
/*
 * Device stacks: requests go down location by location, completion comes up,
 * drivers stop it, resume it, and get it wrong. The devices are those of
 * modules/ntio_stack.c; level 0 is the bottom.
 */
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "stack.h"

STACK_FIXTURE(stack)

/* --- completion routines [8.7] -------------------------------------------- */

FIXTURE(routine)
{
	struct _test_data_stack stack;
};

FIXTURE_VARIANT(routine)
{
	__u32 status;
	__u32 when;
	unsigned int calls;
};

FIXTURE_SETUP(routine)
{
	self->stack.ctl = open("/dev/ntio/stack", O_RDWR);
	ASSERT_LE(0, self->stack.ctl);
	ASSERT_EQ(0, order(self->stack.ctl, IOCTL_STACK_RESET, NULL, 0));
}

FIXTURE_TEARDOWN(routine)
{
	close(self->stack.fd);
	EXPECT_EQ(0, order(self->stack.ctl, IOCTL_STACK_RESET, NULL, 0));
	close(self->stack.ctl);
}

#define ROUTINE(_name, _status, _success, _error)			\
	FIXTURE_VARIANT_ADD(routine, _name##_on_success) {		\
		.status = _status, .when = ON_SUCCESS, .calls = _success }; \
	FIXTURE_VARIANT_ADD(routine, _name##_on_error) {		\
		.status = _status, .when = ON_ERROR, .calls = _error };	\
	FIXTURE_VARIANT_ADD(routine, _name##_on_both) {			\
		.status = _status, .when = ON_SUCCESS | ON_ERROR, .calls = 1 }; \
	FIXTURE_VARIANT_ADD(routine, _name##_on_cancel) {		\
		.status = _status, .when = ON_CANCEL, .calls = 0 };	\
	FIXTURE_VARIANT_ADD(routine, _name##_not_set) {			\
		.status = _status, .when = 0, .calls = 0 }

ROUTINE(success, STATUS_SUCCESS, 1, 0);
ROUTINE(informational, STATUS_OBJECT_NAME_EXISTS, 1, 0);
ROUTINE(warning, STATUS_BUFFER_OVERFLOW, 0, 1);
ROUTINE(error, STATUS_UNSUCCESSFUL, 0, 1);
ROUTINE(cancelled, STATUS_CANCELLED, 0, 1);

/* [8.7]: invoked as asked for; at once and from a worker; outcome unchanged. */
TEST_F(routine, invoked)
{
	__u32 actions[] = { STACK_COMPLETE, STACK_WORK };
	struct ntio_device_control c;
	struct stack_event e;
	long before = all_violations();
	struct trace t;
	int i;

	ASSERT_EQ(0, build(self->stack.ctl, 2));
	self->stack.fd = open_level(1);
	ASSERT_LE(0, self->stack.fd);
	for (i = 0; i < 2; i++) {
		struct stack_plan lower = {
			.level = 0, .action = actions[i],
			.status = variant->status, .information = 9,
		};
		struct stack_plan upper = {
			.level = 1, .action = STACK_FORWARD,
			.when = variant->when,
		};

		order(self->stack.ctl, IOCTL_STACK_PLAN, &lower, sizeof(lower));
		order(self->stack.ctl, IOCTL_STACK_PLAN, &upper, sizeof(upper));
		EXPECT_EQ(status_errno(variant->status),
			  run(self->stack.fd, &c));
		EXPECT_EQ(variant->status, c.out_status);
		EXPECT_EQ(status_is_error(variant->status) ? 0 : 9,
			  c.out_information);
		t = trace(self->stack.ctl);
		EXPECT_EQ((i + 1) * variant->calls,
			  count(&t, STACK_ROUTINE, 1));
		e = event(self->stack.ctl, STACK_ROUTINE, 1);
		if (variant->calls) {
			EXPECT_EQ(variant->status, e.status);
			EXPECT_EQ(9, e.information);
		}
	}
	EXPECT_EQ(before, all_violations());
}

/* --- the way down and up -------------------------------------------------- */

/* Down from the top, up from below; each routine is the driver's above. */
TEST_F(stack, order)
{
	struct ntio_device_control c;

	build_and_open(4);
	plan(.level = 0, .information = 3);
	plan(.level = 1, .action = STACK_FORWARD, .when = ON_ANY);
	plan(.level = 2, .action = STACK_FORWARD, .when = ON_ANY);
	plan(.level = 3, .action = STACK_FORWARD, .when = ON_ANY);
	EXPECT_EQ(0, run(self->fd, &c));
	expect_outcome(c, 0, STATUS_SUCCESS, 3);
	expect_trace(H(3), H(2), H(1), H(0), R(1), R(2), R(3));
}

/* [8.10]: who skips is not asked again; the location is the next one's. */
TEST_F(stack, skip)
{
	long before = all_violations();
	struct ntio_device_control c;
	int i;

	build_and_open(4);
	for (i = 0; i < 2; i++) {
		plan(.level = 0, .action = i ? STACK_WORK : STACK_COMPLETE,
		     .information = 5);
		plan(.level = 1, .action = STACK_SKIP);
		plan(.level = 2, .action = STACK_FORWARD, .when = ON_ANY);
		plan(.level = 3, .action = STACK_SKIP);
		EXPECT_EQ(0, run(self->fd, &c));
		expect_outcome(c, 0, STATUS_SUCCESS, 5);
	}
	expect_trace(H(3), H(2), H(1), H(0), R(2),
		     H(3), H(2), H(1), H(0), W(0), R(2));
	EXPECT_EQ(before, all_violations());
}

/* The one below sees what it is asked for, the one above what it was. */
TEST_F(stack, params)
{
	struct ntio_device_control c;

	build_and_open(3);
	plan(.level = 1, .action = STACK_FORWARD, .when = ON_ANY,
	     .flags = STACK_PARAMS);
	plan(.level = 2, .action = STACK_FORWARD, .when = ON_ANY);
	EXPECT_EQ(0, run(self->fd, &c));
	expect_trace(H(2), H(1), H(0), R(1), R(2));
	EXPECT_EQ(IOCTL_STACK_RUN,
		  event(self->ctl, STACK_HANDLER, 1).code);
	EXPECT_EQ(64, event(self->ctl, STACK_HANDLER, 1).out_len);
	EXPECT_EQ(IOCTL_STACK_RUN_TOO,
		  event(self->ctl, STACK_HANDLER, 0).code);
	EXPECT_EQ(STACK_PARAMS_LEN,
		  event(self->ctl, STACK_HANDLER, 0).out_len);
	EXPECT_EQ(IOCTL_STACK_RUN, event(self->ctl, STACK_ROUTINE, 1).code);
	EXPECT_EQ(64, event(self->ctl, STACK_ROUTINE, 1).out_len);
	EXPECT_EQ(64, event(self->ctl, STACK_ROUTINE, 2).out_len);
}

/* [8.9]: a routine is told that somebody below was slow, and passes it on. */
TEST_F(stack, pending_returned)
{
	long before = all_violations();
	struct ntio_device_control c;

	build_and_open(4);
	plan(.level = 1, .action = STACK_FORWARD);
	plan(.level = 2, .action = STACK_FORWARD, .when = ON_ANY);
	plan(.level = 3, .action = STACK_FORWARD, .when = ON_ANY);
	EXPECT_EQ(0, run(self->fd, &c));
	if (!verifying("force_pending")) {
		EXPECT_EQ(0, event(self->ctl, STACK_ROUTINE,
				   2).pending_returned);
		EXPECT_EQ(0, event(self->ctl, STACK_ROUTINE,
				   3).pending_returned);
	}

	ASSERT_EQ(0, order(self->ctl, IOCTL_STACK_RESET, NULL, 0));
	close(self->fd);
	build_and_open(4);
	plan(.level = 0, .action = STACK_WORK);
	plan(.level = 1, .action = STACK_FORWARD);
	plan(.level = 2, .action = STACK_FORWARD, .when = ON_ANY);
	plan(.level = 3, .action = STACK_FORWARD, .when = ON_ANY);
	EXPECT_EQ(0, run(self->fd, &c));
	EXPECT_EQ(1, event(self->ctl, STACK_ROUTINE, 2).pending_returned);
	EXPECT_EQ(1, event(self->ctl, STACK_ROUTINE, 3).pending_returned);
	EXPECT_EQ(1, event(self->ctl, STACK_ROUTINE, 3).in_thread);
	EXPECT_EQ(before, all_violations());
}

/* [8.9]: not passed on is the driver's mistake, and mended. */
TEST_F(stack, pending_not_passed_on)
{
	long before = violations("PENDING_NOT_PASSED_ON");
	long all = all_violations();
	struct ntio_device_control c;

	build_and_open(3);
	plan(.level = 0, .action = STACK_WORK, .information = 2);
	plan(.level = 1, .action = STACK_FORWARD, .when = ON_ANY,
	     .flags = STACK_KEEP_PENDING);
	plan(.level = 2, .action = STACK_FORWARD, .when = ON_ANY);
	EXPECT_EQ(0, run(self->fd, &c));
	expect_outcome(c, 0, STATUS_SUCCESS, 2);
	EXPECT_EQ(1, event(self->ctl, STACK_ROUTINE, 2).pending_returned);
	EXPECT_EQ(before + 1, violations("PENDING_NOT_PASSED_ON"));
	EXPECT_EQ(all + 1, all_violations());
}

/* A routine changes the outcome of a request that was marked pending. */
TEST_F(stack, changed_outcome)
{
	long before = all_violations();
	struct ntio_device_control c;

	build_and_open(2);
	plan(.level = 0, .status = STATUS_UNSUCCESSFUL, .information = 1);
	plan(.level = 1, .action = STACK_FORWARD, .when = ON_ERROR,
	     .flags = STACK_MARK, .routine = STACK_CHANGE,
	     .routine_status = STATUS_SUCCESS, .routine_information = 8);
	EXPECT_EQ(0, run(self->fd, &c));
	expect_outcome(c, 0, STATUS_SUCCESS, 8);

	plan(.level = 0, .status = STATUS_SUCCESS, .information = 1);
	plan(.level = 1, .action = STACK_FORWARD, .when = ON_SUCCESS,
	     .flags = STACK_MARK, .routine = STACK_CHANGE,
	     .routine_status = STATUS_DEVICE_DATA_ERROR);
	EXPECT_EQ(EIO, run(self->fd, &c));
	expect_outcome(c, EIO, STATUS_DEVICE_DATA_ERROR, 0);
	EXPECT_EQ(NTIO_REASON_DRIVER, c.out_reason);
	EXPECT_EQ(before, all_violations());
}

/*
 * [2.28]: but the one that returned the status from below has returned it. In a
 * stack it takes the verifier to know which one that is.
 */
TEST_F(stack, changed_outcome_not_pending)
{
	long before = violations("RETURNED_OTHER_STATUS");
	struct ntio_device_control c;
	char options[256];

	if (verifying("force_pending"))
		SKIP(return, "with force_pending the one below is pending");
	build_and_open(2);
	plan(.level = 0, .status = STATUS_SUCCESS, .information = 1);
	plan(.level = 1, .action = STACK_FORWARD, .when = ON_ANY,
	     .routine = STACK_CHANGE,
	     .routine_status = STATUS_BUFFER_OVERFLOW,
	     .routine_information = 8);
	param_get_text("verifier", options);
	ASSERT_EQ(0, param_set_text("verifier", "io_verification"));
	EXPECT_EQ(0, run(self->fd, &c));
	EXPECT_EQ(0, param_set_text("verifier", options));
	EXPECT_EQ(STATUS_SUCCESS, c.out_status);
	EXPECT_EQ(STATUS_BUFFER_OVERFLOW, c.out_iosb_status);
	EXPECT_EQ(8, c.out_information);
	EXPECT_EQ(before + 1, violations("RETURNED_OTHER_STATUS"));
}

/*
 * [2.41]: the one in the middle changed it in its routine, and has returned the
 * status from below. Those above pass on what it returned.
 */
TEST_F(stack, changed_outcome_in_the_middle)
{
	long before = violations("RETURNED_OTHER_STATUS");
	int kmsg = kmsg_open();
	struct ntio_device_control c;
	char options[256];

	if (verifying("force_pending"))
		SKIP(return, "with force_pending the one below is pending");
	build_and_open(4);
	plan(.level = 0, .status = STATUS_SUCCESS, .information = 1);
	plan(.level = 1, .action = STACK_FORWARD, .when = ON_ANY,
	     .routine = STACK_CHANGE,
	     .routine_status = STATUS_BUFFER_OVERFLOW,
	     .routine_information = 8);
	plan(.level = 2, .action = STACK_FORWARD);
	plan(.level = 3, .action = STACK_SKIP);
	param_get_text("verifier", options);
	ASSERT_EQ(0, param_set_text("verifier", "io_verification"));
	EXPECT_EQ(0, run(self->fd, &c));
	EXPECT_EQ(0, param_set_text("verifier", options));
	EXPECT_EQ(STATUS_SUCCESS, c.out_status);
	EXPECT_EQ(STATUS_BUFFER_OVERFLOW, c.out_iosb_status);
	EXPECT_EQ(before + 1, violations("RETURNED_OTHER_STATUS"));
	EXPECT_TRUE(kmsg_has(kmsg, "driver of stack1 ",
			     "RETURNED_OTHER_STATUS"));
	EXPECT_FALSE(kmsg_has(kmsg, "ntio: driver of", ""));
	close(kmsg);
}

/* Why somebody below refused is forgotten with the refusal. */
TEST_F(stack, changed_refusal)
{
	struct ntio_device_control c;

	ASSERT_EQ(0, add(self->ctl, 0, STACK_ON_NOTHING, BUFFERED, STACK_MUTE));
	ASSERT_EQ(0, add(self->ctl, 1, 0, BUFFERED, 0));
	self->fd = open_level(1);
	plan(.level = 1, .action = STACK_FORWARD, .when = ON_ANY);
	EXPECT_EQ(ENOTTY, run(self->fd, &c));
	EXPECT_EQ(NTIO_REASON_UNKNOWN_CODE, c.out_reason);
	plan(.level = 1, .action = STACK_FORWARD, .when = ON_ANY,
	     .flags = STACK_MARK, .routine = STACK_CHANGE,
	     .routine_status = STATUS_SUCCESS);
	EXPECT_EQ(0, run(self->fd, &c));
	expect_outcome(c, 0, STATUS_SUCCESS, 0);
	EXPECT_EQ(NTIO_REASON_NONE, c.out_reason);
}

/* --- stopped and resumed [8.8] -------------------------------------------- */

FIXTURE(stopped)
{
	int ctl;
	int fd;
	long violations;
};

FIXTURE_VARIANT(stopped)
{
	__u32 below;
};

FIXTURE_VARIANT_ADD(stopped, at_once) { .below = STACK_COMPLETE };
FIXTURE_VARIANT_ADD(stopped, from_a_worker) { .below = STACK_WORK };

/* Three devices; the one in the middle is the one that stops. */
FIXTURE_SETUP(stopped)
{
	self->ctl = open("/dev/ntio/stack", O_RDWR);
	ASSERT_LE(0, self->ctl);
	ASSERT_EQ(0, order(self->ctl, IOCTL_STACK_RESET, NULL, 0));
	build_and_open(3);
	self->violations = all_violations();
	plan(.level = 0, .action = variant->below, .information = 1);
	plan(.level = 2, .action = STACK_FORWARD, .when = ON_ANY);
}

FIXTURE_TEARDOWN(stopped)
{
	EXPECT_EQ(self->violations, all_violations());
	close(self->fd);
	EXPECT_EQ(0, order(self->ctl, IOCTL_STACK_RESET, NULL, 0));
	close(self->ctl);
}

struct resumer {
	int ctl;
	struct stack_resume how;
	int error;
};

static void *resume(void *arg)
{
	struct resumer *r = arg;

	usleep(50000);
	r->error = order(r->ctl, IOCTL_STACK_RESUME, &r->how, sizeof(r->how));
	return NULL;
}

/* Completed later, by its owner, in another thread. */
TEST_F(stopped, resumed)
{
	struct resumer r = {
		.ctl = self->ctl,
		.how = { .level = 1, .status = STATUS_OBJECT_NAME_EXISTS,
			 .information = 6 },
	};
	struct ntio_device_control c;
	pthread_t thread;

	plan(.level = 1, .action = STACK_FORWARD, .when = ON_ANY,
	     .routine = STACK_STOP, .flags = STACK_MARK);
	ASSERT_EQ(0, pthread_create(&thread, NULL, resume, &r));
	EXPECT_EQ(0, run(self->fd, &c));
	pthread_join(thread, NULL);
	EXPECT_EQ(0, r.error);
	expect_outcome(c, 0, STATUS_OBJECT_NAME_EXISTS, 6);
	EXPECT_EQ(STATUS_SUCCESS, event(self->ctl, STACK_ROUTINE, 1).status);
	EXPECT_EQ(STATUS_OBJECT_NAME_EXISTS,
		  event(self->ctl, STACK_ROUTINE, 2).status);
	EXPECT_EQ(1, event(self->ctl, STACK_ROUTINE, 2).pending_returned);
}

TEST_F(stopped, completed_in_routine)
{
	struct ntio_device_control c;

	plan(.level = 1, .action = STACK_FORWARD, .when = ON_ANY,
	     .routine = STACK_STOP_COMPLETE, .flags = STACK_MARK,
	     .routine_status = STATUS_BUFFER_OVERFLOW,
	     .routine_information = 4);
	EXPECT_EQ(0, run(self->fd, &c));
	expect_outcome(c, 0, STATUS_BUFFER_OVERFLOW, 4);
	EXPECT_EQ(STATUS_BUFFER_OVERFLOW,
		  event(self->ctl, STACK_ROUTINE, 2).status);
}

TEST_F(stopped, completed_in_worker)
{
	struct ntio_device_control c;
	struct trace t;

	plan(.level = 1, .action = STACK_FORWARD, .when = ON_ANY,
	     .routine = STACK_STOP_WORK, .flags = STACK_MARK,
	     .routine_status = STATUS_NO_SUCH_FILE);
	EXPECT_EQ(ENOENT, run(self->fd, &c));
	expect_outcome(c, ENOENT, STATUS_NO_SUCH_FILE, 0);
	t = trace(self->ctl);
	EXPECT_EQ(1, count(&t, STACK_ROUTINE, 1));
	EXPECT_EQ(1, count(&t, STACK_ROUTINE, 2));
	EXPECT_EQ(1, event(self->ctl, STACK_ROUTINE, 2).in_thread);
}

/* As synchronous code does it: forward, wait, look, complete. */
TEST_F(stopped, waited_for)
{
	struct ntio_device_control c;

	plan(.level = 1, .action = STACK_FORWARD_WAIT, .when = ON_ANY,
	     .routine = STACK_STOP, .status = STATUS_BUFFER_OVERFLOW,
	     .information = 10);
	EXPECT_EQ(0, run(self->fd, &c));
	expect_outcome(c, 0, STATUS_BUFFER_OVERFLOW, 10);
	EXPECT_EQ(verifying("force_pending"),
		  event(self->ctl, STACK_ROUTINE, 2).pending_returned);
}

/* Sent down again and again, from the routine: a retry. */
TEST_F(stopped, retried)
{
	struct ntio_device_control c;
	struct trace t;

	plan(.level = 0, .action = variant->below, .times = 3,
	     .flags = STACK_SUCCEED_LAST, .status = STATUS_DEVICE_NOT_READY,
	     .information = 7);
	plan(.level = 1, .action = STACK_FORWARD, .when = ON_ERROR,
	     .routine = STACK_RETRY, .flags = STACK_MARK, .times = 5);
	EXPECT_EQ(0, run(self->fd, &c));
	expect_outcome(c, 0, STATUS_SUCCESS, 7);
	t = trace(self->ctl);
	EXPECT_EQ(4, count(&t, STACK_HANDLER, 0));
	EXPECT_EQ(3, count(&t, STACK_ROUTINE, 1));
	EXPECT_EQ(1, count(&t, STACK_ROUTINE, 2));
}

/* And given up. */
TEST_F(stopped, retried_in_vain)
{
	struct ntio_device_control c;
	struct trace t;

	plan(.level = 0, .action = variant->below,
	     .status = STATUS_DEVICE_NOT_READY);
	plan(.level = 1, .action = STACK_FORWARD, .when = ON_ERROR,
	     .routine = STACK_RETRY, .flags = STACK_MARK, .times = 2);
	EXPECT_EQ(EAGAIN, run(self->fd, &c));
	expect_outcome(c, EAGAIN, STATUS_DEVICE_NOT_READY, 0);
	t = trace(self->ctl);
	EXPECT_EQ(3, count(&t, STACK_HANDLER, 0));
	EXPECT_EQ(3, count(&t, STACK_ROUTINE, 1));
}

/*
 * The first handler has not returned yet when the second attempt of its
 * request is pending below it; what it returns is about its own.
 */
TEST_F(stopped, retry_becomes_slow)
{
	struct ntio_device_control c;
	struct trace t;

	plan(.level = 0, .action = variant->below, .work = STACK_COMPLETE,
	     .flags = STACK_SUCCEED_LAST | STACK_SLOW_LATER,
	     .status = STATUS_DEVICE_NOT_READY, .times = 1);
	plan(.level = 1, .action = STACK_FORWARD, .when = ON_ERROR,
	     .routine = STACK_RETRY, .flags = STACK_MARK, .times = 5);
	ASSERT_EQ(0, run(self->fd, &c));
	t = trace(self->ctl);
	EXPECT_EQ(2, count(&t, STACK_HANDLER, 0));
}

/* A worker in the middle forwards what it was given. */
TEST_F(stopped, forwarded_by_worker)
{
	struct ntio_device_control c;
	struct trace t;

	plan(.level = 1, .action = STACK_WORK, .work = STACK_FORWARD,
	     .when = ON_ANY);
	EXPECT_EQ(0, run(self->fd, &c));
	expect_outcome(c, 0, STATUS_SUCCESS, 1);
	t = trace(self->ctl);
	EXPECT_EQ(1, count(&t, STACK_WORKER, 1));
	EXPECT_EQ(1, event(self->ctl, STACK_HANDLER, 0).in_thread);
	EXPECT_EQ(1, event(self->ctl, STACK_ROUTINE, 2).pending_returned);
}

struct sender {
	int fd;
	int errors;
};

static void *send_many(void *arg)
{
	struct sender *s = arg;
	int i;

	for (i = 0; i < 300; i++) {
		struct ntio_device_control c = { .code = IOCTL_STACK_RUN };

		s->errors += !!control(s->fd, &c);
	}
	return NULL;
}

/* Many at the same time, each with a worker and a routine on its way. */
TEST_F(stopped, many_at_once)
{
	struct sender senders[4];
	pthread_t threads[4];
	int i;

	plan(.level = 1, .action = STACK_FORWARD, .when = ON_ANY,
	     .routine = STACK_STOP_WORK, .flags = STACK_MARK);
	for (i = 0; i < 4; i++) {
		senders[i] = (struct sender){ .fd = self->fd };
		ASSERT_EQ(0, pthread_create(&threads[i], NULL, send_many,
					    &senders[i]));
	}
	for (i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		EXPECT_EQ(0, senders[i].errors);
	}
}

TEST_HARNESS_MAIN
