// SPDX-License-Identifier: GPL-2.0
/*
 * What stops a process does not end what its ring has in flight: SIGSTOP, a
 * debugger, the freezer of its cgroup.
 *
 * The fault: where a worker thread of the ring waits for the request, it took
 * whatever woke it for the ring's wish to have it back, and the request ended
 * with -ECANCELED. Such a thread cannot stop while it waits, and so the process
 * as a whole may never be reported as stopped; that is not asked for here.
 */
#include <dirent.h>
#include <sys/ptrace.h>

#include "kselftest_harness.h"
#include "pauses.h"
#include "ring.h"

/* What the process is told by pause_call::go. */
enum {
	RING_WAIT,
	RING_CANCEL,
	RING_CLOSE,
	RING_CLOSED,
};

FIXTURE(ring_stops)
{
	int watch;
	long alive;
	struct pause_call *call;
	pid_t pid;
};

FIXTURE_VARIANT(ring_stops)
{
	const char *path;
	__u32 code;
	bool write;
	__u8 sqe_flags;
	unsigned int ring_flags;
};

PAUSE_CALLS(ring_stops);
FIXTURE_VARIANT_ADD(ring_stops, buffered_worker) {
	.path = PAUSE_PATH, .code = IOCTL_PAUSE_BUFFERED,
	.sqe_flags = IOSQE_ASYNC };
FIXTURE_VARIANT_ADD(ring_stops, read_deferred) {
	.path = PAUSE_PATH, .ring_flags = IORING_SETUP_SINGLE_ISSUER |
					  IORING_SETUP_DEFER_TASKRUN };
FIXTURE_VARIANT_ADD(ring_stops, read_sqpoll) {
	.path = PAUSE_PATH, .ring_flags = IORING_SETUP_SQPOLL };

static void ring_send(struct ring *ring, struct pause_call *call, __u8 flags)
{
	struct io_uring_sqe *sqe;

	if (call->code) {
		sqe = ring_control(ring, call->fd, &call->c, 1);
	} else {
		sqe = ring_sqe(ring);
		sqe->opcode = call->write ? IORING_OP_WRITE : IORING_OP_READ;
		sqe->fd = call->fd;
		sqe->addr = addr(call->data);
		sqe->len = PAUSE_LEN;
		sqe->user_data = 1;
	}
	sqe->flags = flags;
	if (ring_submit(ring) != 1)
		_exit(1);
}

/* Whether it has ended; the entry of a cancellation says nothing. */
static bool ring_take(struct ring *ring, struct pause_call *call)
{
	struct io_uring_cqe cqe;

	if (!ring_wait(ring, &cqe, 50) || cqe.user_data != 1)
		return false;
	call->result = cqe.res;
	call->error = cqe.res < 0 ? -cqe.res : 0;
	pause_store(call->ended, 1);
	return true;
}

/* io_uring's own cancellation does not reach commands that are parked. */
static void ring_give_up(struct ring *ring, struct pause_call *call)
{
	struct ntio_cancel arg = {
		.size = sizeof(arg), .request = addr(&call->c),
	};

	if (call->code) {
		ioctl(call->fd, NTIO_IOC_CANCEL, &arg);
	} else {
		ring_cancel(ring, 1, 2);
		ring_submit(ring);
	}
}

static void ring_process(struct pause_call *call, __u8 sqe_flags,
			 unsigned int ring_flags)
{
	bool cancelled = false;
	struct ring ring;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (ring_open(&ring, 8, ring_flags))
		_exit(2);
	ring_send(&ring, call, sqe_flags);
	while (!ring_take(&ring, call)) {
		if (pause_load(call->go) == RING_CANCEL && !cancelled) {
			ring_give_up(&ring, call);
			cancelled = true;
		}
		if (pause_load(call->go) == RING_CLOSE) {
			ring_close(&ring);
			pause_store(call->go, RING_CLOSED);
			break;
		}
	}
	for (;;)
		pause();
}

FIXTURE_SETUP(ring_stops)
{
	self->watch = park_open(PAUSE_PATH);
	pause_reset(self->watch, false);
	self->call = pause_new(variant->path, variant->code, variant->write);
	ASSERT_NE(NULL, self->call);
	self->alive = ntio_stat("alive", "requests");
	self->pid = fork();
	ASSERT_LE(0, self->pid);
	if (!self->pid)
		ring_process(self->call, variant->sqe_flags,
			     variant->ring_flags);
	ASSERT_TRUE(wait_until(pause_all_wait(self->watch, 1)));
}

FIXTURE_TEARDOWN(ring_stops)
{
	kill(self->pid, SIGKILL);
	kill(self->pid, SIGCONT);
	cgroup_remove();
	EXPECT_TRUE(soon(waitpid(self->pid, NULL, WNOHANG) == self->pid));
	pause_reset(self->watch, false);
	EXPECT_TRUE(soon(ntio_stat("alive", "requests") == self->alive));
	close(self->call->fd);
	close(self->watch);
}

/* Of the thread that has the ring. */
static char ring_state(struct _test_data_ring_stops *self)
{
	return task_state(self->pid, self->pid);
}

/* It is still in flight after a moment, and then ends as it should. */
#define expect_goes_on() do {						\
	usleep(100000);							\
	EXPECT_EQ(0, pause_load(self->call->ended)) {			\
		TH_LOG("it ended with %ld", self->call->result);	\
	}								\
	expect_waits(self->watch);					\
	EXPECT_TRUE(pause_answer(self->watch));				\
	EXPECT_TRUE(soon(pause_load(self->call->ended)));		\
	expect_answered(self->watch, self->call);			\
} while (0)

#define stop_and_continue() do {					\
	ASSERT_EQ(0, kill(self->pid, SIGSTOP));				\
	ASSERT_TRUE(soon(ring_state(self) == 'T'));			\
	usleep(100000);							\
	ASSERT_EQ(0, kill(self->pid, SIGCONT));				\
	ASSERT_TRUE(soon(ring_state(self) != 'T'));			\
} while (0)

TEST_F_TIMEOUT(ring_stops, stopped, 120)
{
	int i;

	for (i = 0; i < 5; i++)
		stop_and_continue();
	expect_goes_on();
}

TEST_F_TIMEOUT(ring_stops, answered_while_stopped, 120)
{
	ASSERT_EQ(0, kill(self->pid, SIGSTOP));
	ASSERT_TRUE(soon(ring_state(self) == 'T'));
	usleep(100000);
	EXPECT_TRUE(pause_answer(self->watch));
	ASSERT_EQ(0, kill(self->pid, SIGCONT));
	EXPECT_TRUE(soon(pause_load(self->call->ended)));
	expect_answered(self->watch, self->call);
}

/* The ring's own wish is still heard. */
TEST_F_TIMEOUT(ring_stops, cancelled_after_stop, 120)
{
	stop_and_continue();
	expect_waits(self->watch);
	pause_store(self->call->go, RING_CANCEL);
	EXPECT_TRUE(soon(pause_load(self->call->ended)));
	EXPECT_TRUE(self->call->error == ECANCELED ||
		    self->call->error == EINTR) {
		TH_LOG("it ended with %ld", self->call->result);
	}
	EXPECT_TRUE(soon(pause_counts(self->watch).cancelled == 1));
	EXPECT_EQ(0, pause_counts(self->watch).waiting);
}

TEST_F_TIMEOUT(ring_stops, closed_after_stop, 120)
{
	stop_and_continue();
	expect_waits(self->watch);
	pause_store(self->call->go, RING_CLOSE);
	EXPECT_TRUE(soon(pause_load(self->call->go) == RING_CLOSED));
	EXPECT_TRUE(soon(pause_counts(self->watch).waiting == 0));
	EXPECT_EQ(1, pause_counts(self->watch).cancelled);
	EXPECT_TRUE(soon(ntio_stat("alive", "requests") == self->alive));
}

TEST_F_TIMEOUT(ring_stops, killed_while_stopped, 120)
{
	ASSERT_EQ(0, kill(self->pid, SIGSTOP));
	ASSERT_TRUE(soon(ring_state(self) == 'T'));
	expect_waits(self->watch);
	ASSERT_EQ(0, kill(self->pid, SIGKILL));
	EXPECT_TRUE(soon(pause_counts(self->watch).waiting == 0));
	EXPECT_EQ(1, pause_counts(self->watch).cancelled);
	EXPECT_TRUE(soon(ntio_stat("alive", "requests") == self->alive));
}

/* All threads of the process, also those of the ring, as a debugger does. */
static void trace_all(pid_t pid)
{
	struct dirent *entry;
	char path[32];
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		pid_t tid = atoi(entry->d_name);

		if (tid && !ptrace(PTRACE_SEIZE, tid, NULL, NULL))
			ptrace(PTRACE_INTERRUPT, tid, NULL, NULL);
	}
	if (dir)
		closedir(dir);
}

/* When the debugger exits, its threads are let go. */
TEST_F_TIMEOUT(ring_stops, traced, 120)
{
	pid_t debugger = fork();
	int status;

	if (!debugger) {
		trace_all(self->pid);
		if (!soon(ring_state(self) == 't'))
			_exit(1);
		usleep(100000);
		_exit(0);
	}
	ASSERT_EQ(debugger, waitpid(debugger, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_TRUE(soon(ring_state(self) != 't'));
	expect_goes_on();
}

TEST_F_TIMEOUT(ring_stops, frozen, 120)
{
	if (!cgroup_make())
		SKIP(return, "no cgroup that can be frozen");
	ASSERT_TRUE(cgroup_take(self->pid));
	ASSERT_TRUE(cgroup_freeze(true));
	usleep(300000);
	ASSERT_TRUE(cgroup_freeze(false));
	expect_goes_on();
}

TEST_HARNESS_MAIN
