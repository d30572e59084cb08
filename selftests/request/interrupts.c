// SPDX-License-Identifier: GPL-2.0
/*
 * A thread that waits for a request runs its handlers of signals. With
 * SA_RESTART the call goes on as if nothing had been: the driver is not called
 * again, and the answer is the caller's. Without, it ends with EINTR and the
 * request is cancelled, as an alertable wait of Windows cancels it [8.21].
 *
 * The fault: only a fatal signal ended the wait. Handlers ran when the request
 * had ended, if ever; setresuid() of another thread, which signals all threads
 * and waits for them, did not return.
 */
#include <setjmp.h>

#include "kselftest_harness.h"
#include "pauses.h"

/* What the handlers know of. */
static struct pause_call *handled_call;

static void count_signal(int sig)
{
	__atomic_add_fetch(&handled_call->handled, 1, __ATOMIC_RELEASE);
}

static void handle(struct pause_call *call, void (*handler)(int sig),
		   int flags)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = flags };

	handled_call = call;
	sigaction(SIGUSR1, &action, NULL);
}

static void prepare_restart(struct pause_call *call)
{
	handle(call, count_signal, SA_RESTART);
}

static void prepare_no_restart(struct pause_call *call)
{
	handle(call, count_signal, 0);
}

static bool has_exited(pid_t pid)
{
	int status;

	return waitpid(pid, &status, WNOHANG) == pid && !status;
}

FIXTURE(interrupts)
{
	int watch;
	long alive;
	struct pause_call *call;
	pid_t pid;
};

FIXTURE_VARIANT(interrupts)
{
	const char *path;
	__u32 code;
	bool write;
};

PAUSE_CALLS(interrupts);

FIXTURE_SETUP(interrupts)
{
	self->watch = park_open(PAUSE_PATH);
	pause_reset(self->watch, false);
	self->call = pause_new(variant->path, variant->code, variant->write);
	ASSERT_NE(NULL, self->call);
	self->alive = ntio_stat("alive", "requests");
}

FIXTURE_TEARDOWN(interrupts)
{
	if (self->pid > 0)
		kill(self->pid, SIGKILL);
	pause_reset(self->watch, false);
	EXPECT_TRUE(soon(ntio_stat("alive", "requests") == self->alive));
	close(self->call->fd);
	close(self->watch);
}

#define begin(_prepare) do {						\
	self->pid = pause_process(self->call, _prepare);		\
	ASSERT_LT(0, self->pid);					\
	ASSERT_TRUE(wait_until(pause_all_wait(self->watch, 1)));	\
} while (0)

#define interrupt(_count) do {						\
	ASSERT_EQ(0, kill(self->pid, SIGUSR1));				\
	ASSERT_TRUE(soon(pause_load(self->call->handled) == (_count))) {\
		TH_LOG("the handler did not run");			\
	}								\
} while (0)

TEST_F_TIMEOUT(interrupts, restarted, 120)
{
	int i;

	begin(prepare_restart);
	for (i = 1; i <= 20; i++) {
		interrupt(i);
		expect_waits(self->watch);
	}
	EXPECT_EQ(0, pause_load(self->call->ended));
	EXPECT_TRUE(pause_answer(self->watch));
	EXPECT_TRUE(soon(has_exited(self->pid)));
	expect_answered(self->watch, self->call);
}

static void wait_in_handler(int sig)
{
	count_signal(sig);
	while (!pause_load(handled_call->go))
		usleep(1000);
}

static void prepare_long_handler(struct pause_call *call)
{
	handle(call, wait_in_handler, SA_RESTART);
}

/* The request ends while its thread is in the handler. */
TEST_F_TIMEOUT(interrupts, answered_in_handler, 120)
{
	begin(prepare_long_handler);
	interrupt(1);
	expect_waits(self->watch);
	EXPECT_TRUE(pause_answer(self->watch));
	EXPECT_EQ(0, pause_load(self->call->ended));
	pause_store(self->call->go, 1);
	EXPECT_TRUE(soon(has_exited(self->pid)));
	expect_answered(self->watch, self->call);
}

TEST_F_TIMEOUT(interrupts, not_restarted, 120)
{
	struct pause_counts counts;
	unsigned int i;

	begin(prepare_no_restart);
	interrupt(1);
	ASSERT_TRUE(soon(has_exited(self->pid)));
	EXPECT_EQ(1, self->call->ended);
	EXPECT_EQ(-1, self->call->result);
	EXPECT_EQ(EINTR, self->call->error);
	/* Where the structure was written at all. */
	if (self->call->code && self->call->c.out_status != POISON32)
		EXPECT_EQ(STATUS_CANCELLED, self->call->c.out_status);
	for (i = 0; i < PAUSE_LEN && !variant->write; i++)
		ASSERT_EQ(POISON, self->call->data[i]);
	counts = pause_counts(self->watch);
	EXPECT_EQ(1, counts.calls);
	EXPECT_EQ(1, counts.cancelled);
	EXPECT_EQ(0, counts.waiting);
	EXPECT_TRUE(soon(ntio_stat("alive", "requests") == self->alive));
}

/* A driver that ignores cancellation keeps nobody from handling signals. */
TEST_F_TIMEOUT(interrupts, restarted_stubborn, 120)
{
	pause_reset(self->watch, true);
	begin(prepare_restart);
	interrupt(1);
	expect_waits(self->watch);
	EXPECT_TRUE(pause_answer(self->watch));
	EXPECT_TRUE(soon(has_exited(self->pid)));
	expect_answered(self->watch, self->call);
}

TEST_F_TIMEOUT(interrupts, not_restarted_stubborn, 120)
{
	struct pause_counts counts;

	pause_reset(self->watch, true);
	begin(prepare_no_restart);
	interrupt(1);
	ASSERT_TRUE(soon(has_exited(self->pid)));
	EXPECT_EQ(-1, self->call->result);
	EXPECT_EQ(EINTR, self->call->error);
	counts = pause_counts(self->watch);
	EXPECT_EQ(1, counts.calls);
	EXPECT_EQ(1, counts.waiting);
	EXPECT_EQ(1, counts.marked);
	/* Its end is told to nobody. */
	EXPECT_TRUE(pause_answer(self->watch));
	EXPECT_TRUE(soon(ntio_stat("alive", "requests") == self->alive));
}

static sigjmp_buf jump;

static void jump_out(int sig)
{
	count_signal(sig);
	siglongjmp(jump, 1);
}

/* The call is never restarted, and the thread goes away without it. */
static void call_and_jump(struct pause_call *call)
{
	handle(call, jump_out, SA_RESTART);
	if (!sigsetjmp(jump, 1))
		pause_do(call);
	_exit(0);
}

TEST_F_TIMEOUT(interrupts, jumped_out, 120)
{
	begin(call_and_jump);
	interrupt(1);
	ASSERT_TRUE(soon(has_exited(self->pid)));
	EXPECT_EQ(0, self->call->ended);
	EXPECT_TRUE(soon(pause_counts(self->watch).waiting == 0));
	EXPECT_EQ(1, pause_counts(self->watch).calls);
	EXPECT_EQ(1, pause_counts(self->watch).cancelled);
	EXPECT_TRUE(soon(ntio_stat("alive", "requests") == self->alive));
}

/* The thread lives on, and calls again with the same structure. */
static void jump_and_call_again(struct pause_call *call)
{
	handle(call, jump_out, SA_RESTART);
	if (!sigsetjmp(jump, 1))
		pause_do(call);
	pause_store(call->go, 1);
	pause_do(call);
	_exit(0);
}

/* Whether it waits on or begins anew, all ends with the thread. */
TEST_F_TIMEOUT(interrupts, jumped_out_called_again, 120)
{
	begin(jump_and_call_again);
	interrupt(1);
	EXPECT_TRUE(soon(pause_load(self->call->go)));
	EXPECT_TRUE(soon(task_state(self->call->tid, self->call->tid) == 'S'));
	EXPECT_LE(1, pause_counts(self->watch).waiting);
	EXPECT_EQ(0, kill(self->pid, SIGKILL));
	EXPECT_EQ(self->pid, waitpid(self->pid, NULL, 0));
	self->pid = 0;
	EXPECT_TRUE(soon(pause_counts(self->watch).waiting == 0));
	EXPECT_EQ(0, pause_counts(self->watch).answered);
	EXPECT_TRUE(soon(ntio_stat("alive", "requests") == self->alive));
}

/* Main thread of a process in which another one waits. */
static void change_user(struct pause_call *call)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, pause_thread, call))
		_exit(1);
	while (!pause_load(call->go))
		usleep(1000);
	/* All threads do it; the C library signals them, and waits for them. */
	if (setresuid(-1, 0, -1))
		_exit(2);
	pause_store(call->handled, 1);
	pthread_join(thread, NULL);
	_exit(0);
}

TEST_F_TIMEOUT(interrupts, setresuid_of_another_thread, 120)
{
	begin(change_user);
	pause_store(self->call->go, 1);
	ASSERT_TRUE(soon(pause_load(self->call->handled))) {
		TH_LOG("setresuid() does not return");
	}
	EXPECT_EQ(0, pause_load(self->call->ended));
	expect_waits(self->watch);
	EXPECT_TRUE(pause_answer(self->watch));
	EXPECT_TRUE(soon(has_exited(self->pid)));
	expect_answered(self->watch, self->call);
}

/* --- the same structure again -------------------------------------------- */

FIXTURE(again)
{
	int watch;
	long alive;
	struct pause_call *call;
	pid_t pid;
};

FIXTURE_VARIANT(again)
{
	__u32 code;
};

FIXTURE_VARIANT_ADD(again, buffered) { .code = IOCTL_PAUSE_BUFFERED };
FIXTURE_VARIANT_ADD(again, out_direct) { .code = IOCTL_PAUSE_OUT_DIRECT };

static void call_before(struct pause_call *call)
{
	handle(call, count_signal, 0);
	pause_do(call);
	if (call->error != EINTR)
		_exit(3);
}

FIXTURE_SETUP(again)
{
	self->watch = park_open(PAUSE_PATH);
	pause_reset(self->watch, true);
	self->call = pause_new(PAUSE_PATH, variant->code, false);
	ASSERT_NE(NULL, self->call);
	self->alive = ntio_stat("alive", "requests");
	self->pid = pause_process(self->call, call_before);
	ASSERT_LT(0, self->pid);
	ASSERT_TRUE(wait_until(pause_all_wait(self->watch, 1)));
}

FIXTURE_TEARDOWN(again)
{
	kill(self->pid, SIGKILL);
	pause_reset(self->watch, false);
	EXPECT_TRUE(soon(ntio_stat("alive", "requests") == self->alive));
	close(self->call->fd);
	close(self->watch);
}

/*
 * The driver did not give the request back: it is still the thread's, under the
 * address of its structure. Calling again waits on, for the same one.
 */
TEST_F_TIMEOUT(again, waits_for_the_same_request, 120)
{
	interrupt(1);
	ASSERT_TRUE(soon(pause_load(self->call->ended) == 1));
	EXPECT_EQ(EINTR, self->call->error);
	EXPECT_TRUE(soon(task_state(self->call->tid, self->call->tid) == 'S'));
	EXPECT_EQ(1, pause_counts(self->watch).calls);
	EXPECT_EQ(1, pause_counts(self->watch).waiting);
	EXPECT_TRUE(pause_answer(self->watch));
	EXPECT_TRUE(soon(has_exited(self->pid)));
	EXPECT_EQ(2, self->call->ended);
	expect_answered(self->watch, self->call);
}

TEST_HARNESS_MAIN
