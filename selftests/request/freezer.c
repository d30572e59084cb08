// SPDX-License-Identifier: GPL-2.0
/*
 * A thread that waits for a request lets itself be frozen, with its cgroup and
 * before the machine sleeps, goes on when it is thawed, and is no load.
 *
 * The fault: the wait could not be frozen. Suspend failed with "tasks refusing
 * to freeze", the cgroup never was frozen, and each thread that waited counted
 * as one that wants to run.
 */
#include <linux/suspend_ioctls.h>

#include "kselftest_harness.h"
#include "pauses.h"

FIXTURE(freezer)
{
	int watch;
	long alive;
	struct pause_call *call;
	pid_t pid;
};

FIXTURE_VARIANT(freezer)
{
	const char *path;
	__u32 code;
	bool write;
};

PAUSE_CALLS(freezer);

FIXTURE_SETUP(freezer)
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

FIXTURE_TEARDOWN(freezer)
{
	cgroup_freeze(false);
	kill(self->pid, SIGKILL);
	waitpid(self->pid, NULL, 0);
	cgroup_remove();
	pause_reset(self->watch, false);
	EXPECT_TRUE(soon(ntio_stat("alive", "requests") == self->alive));
	close(self->call->fd);
	close(self->watch);
}

static bool sleeps(struct pause_call *call)
{
	char state = task_state(call->tid, call->tid);

	/* Also where it sleeps so that it is no load, and cannot be woken. */
	return state == 'S' || state == 'I';
}

#define expect_end() do {						\
	EXPECT_TRUE(soon(pause_load(self->call->ended)));		\
	expect_answered(self->watch, self->call);			\
} while (0)

#define freeze() do {							\
	if (!cgroup_make())						\
		SKIP(return, "no cgroup that can be frozen");		\
	ASSERT_TRUE(cgroup_take(self->pid));				\
	ASSERT_TRUE(cgroup_freeze(true));				\
	ASSERT_TRUE(soon(cgroup_is_frozen())) {				\
		TH_LOG("not frozen; the thread's state is %c",		\
		       task_state(self->call->tid, self->call->tid));	\
	}								\
	expect_waits(self->watch);					\
} while (0)

TEST_F_TIMEOUT(freezer, cgroup, 120)
{
	freeze();
	ASSERT_TRUE(cgroup_freeze(false));
	EXPECT_TRUE(soon(!cgroup_is_frozen() && sleeps(self->call)));
	EXPECT_EQ(0, pause_load(self->call->ended));
	expect_waits(self->watch);
	EXPECT_TRUE(pause_answer(self->watch));
	expect_end();
}

TEST_F_TIMEOUT(freezer, cgroup_answered_while_frozen, 120)
{
	freeze();
	EXPECT_TRUE(pause_answer(self->watch));
	usleep(100000);
	EXPECT_TRUE(cgroup_is_frozen());
	EXPECT_EQ(0, pause_load(self->call->ended));
	ASSERT_TRUE(cgroup_freeze(false));
	expect_end();
}

TEST_F_TIMEOUT(freezer, cgroup_killed_while_frozen, 120)
{
	freeze();
	EXPECT_EQ(0, kill(self->pid, SIGKILL));
	EXPECT_TRUE(soon(pause_counts(self->watch).waiting == 0));
	EXPECT_EQ(1, pause_counts(self->watch).cancelled);
}

TEST_F_TIMEOUT(freezer, no_load, 120)
{
	EXPECT_TRUE(soon(sleeps(self->call))) {
		TH_LOG("its state is %c",
		       task_state(self->call->tid, self->call->tid));
	}
	EXPECT_TRUE(pause_answer(self->watch));
	expect_end();
}

/*
 * What comes first before the machine sleeps, and all that is done here: user
 * space is frozen, all but this process. The device is there to hibernate.
 */
TEST_F_TIMEOUT(freezer, suspend, 120)
{
	int fd = open("/dev/snapshot", O_RDONLY | O_CLOEXEC);
	int error;

	if (fd < 0)
		SKIP(return, "this kernel has no /dev/snapshot");
	put_text("/sys/power/pm_freeze_timeout", "3000");
	error = ioctl(fd, SNAPSHOT_FREEZE) ? errno : 0;
	EXPECT_EQ(0, error) {
		TH_LOG("to freeze: %s", strerror(error));
	}
	expect_waits(self->watch);
	close(fd);
	EXPECT_EQ(0, pause_load(self->call->ended));
	expect_waits(self->watch);
	EXPECT_TRUE(pause_answer(self->watch));
	expect_end();
}

/* It ends while its thread is frozen; nobody is told before it is thawed. */
TEST_F_TIMEOUT(freezer, suspend_answered_while_frozen, 120)
{
	int fd = open("/dev/snapshot", O_RDONLY | O_CLOEXEC);
	int error;

	if (fd < 0)
		SKIP(return, "this kernel has no /dev/snapshot");
	put_text("/sys/power/pm_freeze_timeout", "3000");
	error = ioctl(fd, SNAPSHOT_FREEZE) ? errno : 0;
	EXPECT_EQ(0, error) {
		TH_LOG("to freeze: %s", strerror(error));
	}
	EXPECT_TRUE(pause_answer(self->watch));
	usleep(100000);
	if (!error)
		EXPECT_EQ(0, pause_load(self->call->ended));
	close(fd);
	expect_end();
}

TEST_HARNESS_MAIN
