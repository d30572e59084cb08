// SPDX-License-Identifier: GPL-2.0
/*
 * A thread that waits for a request can be stopped, traced and frozen, as it
 * could in any other call; and the request knows nothing of it.
 *
 * The fault: the wait could be ended by a fatal signal only, so the thread took
 * part in nothing else: SIGSTOP did not stop its process, PTRACE_INTERRUPT did
 * not stop it, and its cgroup was never frozen.
 */
#include <sys/ptrace.h>

#include "kselftest_harness.h"
#include "pauses.h"

FIXTURE(stops)
{
	int watch;
	long alive;
	struct pause_call *call;
	pid_t pid;
};

FIXTURE_VARIANT(stops)
{
	const char *path;
	__u32 code;
	bool write;
};

PAUSE_CALLS(stops);

FIXTURE_SETUP(stops)
{
	self->watch = park_open(PAUSE_PATH);
	pause_reset(self->watch, false);
	self->call = pause_new(variant->path, variant->code, variant->write);
	ASSERT_NE(NULL, self->call);
	self->alive = ntio_stat("alive", "requests");
	self->pid = pause_process(self->call, NULL);
	ASSERT_LT(0, self->pid);
	ASSERT_TRUE(wait_until(pause_all_wait(self->watch, 1)));
}

FIXTURE_TEARDOWN(stops)
{
	kill(self->pid, SIGKILL);
	kill(self->pid, SIGCONT);
	cgroup_remove();
	if (self->watch < 0)
		return;
	pause_reset(self->watch, false);
	EXPECT_TRUE(soon(ntio_stat("alive", "requests") == self->alive));
	close(self->call->fd);
	close(self->watch);
}

static bool has_stopped(pid_t pid, int *status)
{
	return waitpid(pid, status, WUNTRACED | WNOHANG) == pid;
}

static bool has_exited(pid_t pid, int *status)
{
	return waitpid(pid, status, WNOHANG) == pid;
}

static bool waits_again(struct pause_call *call)
{
	return task_state(call->tid, call->tid) == 'S';
}

#define stop() do {							\
	int _status;							\
									\
	ASSERT_EQ(0, kill(self->pid, SIGSTOP));				\
	ASSERT_TRUE(soon(has_stopped(self->pid, &_status))) {		\
		TH_LOG("SIGSTOP did not stop it; its state is %c",	\
		       task_state(self->pid, self->pid));		\
	}								\
	ASSERT_TRUE(WIFSTOPPED(_status));				\
	EXPECT_EQ(SIGSTOP, WSTOPSIG(_status));				\
	EXPECT_TRUE(soon(task_state(self->pid, self->pid) == 'T'));		\
	expect_waits(self->watch);					\
} while (0)

#define expect_end() do {						\
	int _end;							\
									\
	EXPECT_TRUE(soon(has_exited(self->pid, &_end)));		\
	EXPECT_TRUE(WIFEXITED(_end));					\
	EXPECT_EQ(1, self->call->ended);				\
	expect_answered(self->watch, self->call);			\
} while (0)

TEST_F_TIMEOUT(stops, stopped, 120)
{
	stop();
	EXPECT_EQ(0, kill(self->pid, SIGCONT));
	EXPECT_TRUE(soon(waits_again(self->call)));
	EXPECT_EQ(0, self->call->ended);
	expect_waits(self->watch);
	EXPECT_TRUE(pause_answer(self->watch));
	expect_end();
}

/* Again and again: each time it waits for the same request. */
TEST_F_TIMEOUT(stops, stopped_many_times, 120)
{
	int i;

	for (i = 0; i < 20; i++) {
		stop();
		EXPECT_EQ(0, kill(self->pid, SIGCONT));
	}
	EXPECT_TRUE(pause_answer(self->watch));
	expect_end();
}

TEST_F_TIMEOUT(stops, answered_while_stopped, 120)
{
	stop();
	EXPECT_TRUE(pause_answer(self->watch));
	EXPECT_TRUE(soon(task_state(self->pid, self->pid) == 'T'));
	EXPECT_EQ(0, self->call->ended);
	EXPECT_EQ(0, kill(self->pid, SIGCONT));
	expect_end();
}

/*
 * A read of no bytes that waits, by which some drivers tell that there is data,
 * is found again as others are: it was cancelled, and sent anew.
 */
TEST(stopped_read_of_nothing)
{
	struct { int watch; pid_t pid; } own, *self = &own;
	struct pause_call *call;
	int status;

	own.watch = park_open(PAUSE_PATH);
	pause_reset(own.watch, false);
	call = pause_new(PAUSE_PATH, 0, false);
	ASSERT_NE(NULL, call);
	own.pid = fork();
	ASSERT_LE(0, own.pid);
	if (!own.pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(read(call->fd, call->data, 0) ? 1 : 0);
	}
	ASSERT_TRUE(soon(pause_all_wait(own.watch, 1)));
	stop();
	EXPECT_EQ(0, kill(own.pid, SIGCONT));
	EXPECT_TRUE(soon(task_state(own.pid, own.pid) == 'S'));
	expect_waits(own.watch);
	EXPECT_TRUE(pause_answer(own.watch));
	EXPECT_TRUE(soon(has_exited(own.pid, &status)));
	EXPECT_TRUE(WIFEXITED(status) && !WEXITSTATUS(status));
	close(call->fd);
	close(own.watch);
}

static struct pause_call *handled_call;

static void count_signal(int sig)
{
	handled_call->handled++;
}

/* The same call again, as programs do after EINTR. */
static void call_until_answered(struct pause_call *call)
{
	struct sigaction action = { .sa_handler = count_signal };

	handled_call = call;
	sigaction(SIGUSR1, &action, NULL);
	do
		pause_do(call);
	while (call->result < 0 && call->error == EINTR);
	_exit(call->handled == 1 && call->ended == 2 ? 0 : 1);
}

/* It ends the call, but came too late to cancel: the same call waits on. */
TEST(handler_while_stopped)
{
	struct { int watch; pid_t pid; } own, *self = &own;
	struct pause_call *call;
	int status;

	own.watch = park_open(PAUSE_PATH);
	pause_reset(own.watch, false);
	call = pause_new(PAUSE_PATH, IOCTL_PAUSE_BUFFERED, false);
	ASSERT_NE(NULL, call);
	own.pid = pause_process(call, call_until_answered);
	ASSERT_LE(0, own.pid);
	ASSERT_TRUE(soon(pause_all_wait(own.watch, 1)));
	stop();
	EXPECT_EQ(0, kill(own.pid, SIGUSR1));
	EXPECT_EQ(0, kill(own.pid, SIGCONT));
	EXPECT_TRUE(soon(pause_load(call->ended) == 1));
	EXPECT_TRUE(soon(waits_again(call)));
	expect_waits(own.watch);
	EXPECT_TRUE(pause_answer(own.watch));
	EXPECT_TRUE(soon(has_exited(own.pid, &status)));
	EXPECT_TRUE(WIFEXITED(status) && !WEXITSTATUS(status));
	expect_answered(own.watch, call);
	close(call->fd);
	close(own.watch);
}

/* Its death is no different from that of any stopped process. */
TEST_F_TIMEOUT(stops, killed_while_stopped, 120)
{
	int status;

	stop();
	EXPECT_EQ(0, kill(self->pid, SIGKILL));
	ASSERT_TRUE(soon(has_exited(self->pid, &status)));
	EXPECT_TRUE(WIFSIGNALED(status));
	EXPECT_EQ(0, self->call->ended);
	EXPECT_TRUE(soon(pause_counts(self->watch).cancelled == 1));
	EXPECT_EQ(0, pause_counts(self->watch).waiting);
	EXPECT_TRUE(soon(ntio_stat("alive", "requests") == self->alive));
	close(self->call->fd);
	close(self->watch);
	self->watch = -1;
	EXPECT_TRUE(soon(module_unload("ntio_pause") == 0));
	EXPECT_EQ(0, module_load("ntio_pause"));
}

TEST_F_TIMEOUT(stops, traced, 120)
{
	int status;

	ASSERT_EQ(0, ptrace(PTRACE_SEIZE, self->pid, NULL, NULL));
	ASSERT_EQ(0, ptrace(PTRACE_INTERRUPT, self->pid, NULL, NULL));
	ASSERT_TRUE(soon(has_stopped(self->pid, &status))) {
		TH_LOG("PTRACE_INTERRUPT did not stop it");
	}
	ASSERT_TRUE(WIFSTOPPED(status));
	EXPECT_EQ(PTRACE_EVENT_STOP, status >> 16);
	EXPECT_TRUE(soon(task_state(self->pid, self->pid) == 't'));
	expect_waits(self->watch);
	EXPECT_EQ(0, ptrace(PTRACE_CONT, self->pid, NULL, NULL));
	EXPECT_TRUE(soon(waits_again(self->call)));
	expect_waits(self->watch);
	EXPECT_TRUE(pause_answer(self->watch));
	expect_end();
}

/* The debugger goes away while the thread is stopped. */
TEST_F_TIMEOUT(stops, detached, 120)
{
	int status;

	ASSERT_EQ(0, ptrace(PTRACE_ATTACH, self->pid, NULL, NULL));
	ASSERT_TRUE(soon(has_stopped(self->pid, &status))) {
		TH_LOG("PTRACE_ATTACH did not stop it");
	}
	EXPECT_EQ(0, ptrace(PTRACE_DETACH, self->pid, NULL, NULL));
	EXPECT_TRUE(soon(waits_again(self->call)));
	expect_waits(self->watch);
	EXPECT_TRUE(pause_answer(self->watch));
	expect_end();
}

TEST_HARNESS_MAIN
