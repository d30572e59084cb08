// SPDX-License-Identifier: GPL-2.0
/*
 * Create, cleanup and close as requests [1.26] [1.27] [8.36] to [8.38]: one
 * each, through the drivers that ask for them; an open waits, a close does not.
 */
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "modules/ntio_files.h"
#include "ntio_test.h"

FIXTURE(files)
{
	int watch;
	struct files_counts before;
	long alive;
};

static __u32 files_tell(int watch, __u32 code, __u32 number)
{
	struct ntio_device_control c = {
		.code = code, .in = addr(&number), .in_len = sizeof(number),
		.out = addr(&number), .out_len = sizeof(number),
	};

	return control(watch, &c) ? POISON32 : number;
}

static struct files_counts files_counts(int watch)
{
	struct files_counts counts = { };
	struct ntio_device_control c = {
		.code = IOCTL_FILES_COUNTS,
		.out = addr(&counts), .out_len = sizeof(counts),
	};

	if (control(watch, &c))
		abort();
	return counts;
}

#define more(_field) \
	(files_counts(self->watch)._field - self->before._field)

#define go(_status) \
	EXPECT_EQ(1, files_tell(self->watch, IOCTL_FILES_GO, _status))

#define how(...) do {							\
	struct files_how _how = { __VA_ARGS__ };			\
	control_ok(self->watch, .code = IOCTL_FILES_HOW,		\
		   .in = addr(&_how), .in_len = sizeof(_how));		\
} while (0)

#define expect_more(_create, _cleanup, _close) do {			\
	EXPECT_EQ(_create, more(create));				\
	EXPECT_EQ(_cleanup, more(cleanup));				\
	EXPECT_EQ(_close, more(close));					\
	EXPECT_EQ((_create) + (_cleanup) + (_close), more(mid));	\
} while (0)

#define expect_top(_create, _cleanup, _close) do {			\
	EXPECT_EQ(_create, more(top_create));				\
	EXPECT_EQ(_cleanup, more(top_cleanup));				\
	EXPECT_EQ(_close, more(top_close));				\
} while (0)

FIXTURE_SETUP(files)
{
	self->alive = alive();
	self->watch = open(FILES_WATCH_PATH, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->watch);
	how(FILES_NOW);
	ASSERT_EQ(0, files_tell(self->watch, IOCTL_FILES_RESTORE, 0));
	self->before = files_counts(self->watch);
}

/* Nothing waits, and each request came back through the driver above. */
FIXTURE_TEARDOWN(files)
{
	files_tell(self->watch, IOCTL_FILES_GO, 0);
	EXPECT_TRUE(wait_until(more(routines) == more(mid)));
	EXPECT_EQ(0, files_counts(self->watch).waiting);
	EXPECT_EQ(0, more(bad));
	close(self->watch);
	EXPECT_TRUE(wait_until(alive() == self->alive));
}

static int try_open(void)
{
	int fd = open(FILES_PATH, O_RDWR | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/*
 * What ends at once has ended when close(2) returns: the device, of which there
 * is one open file at a time, can be opened again.
 */
TEST_F(files, at_once)
{
	int i, fd;

	for (i = 1; i <= 50; i++) {
		how(i % 2 ? FILES_NOW : FILES_FLOOR,
		    i % 3 ? FILES_NOW : FILES_FLOOR,
		    i % 5 ? FILES_NOW : FILES_FLOOR);
		fd = try_open();
		ASSERT_LE(0, fd);
		expect_more(i, i - 1, i - 1);
		EXPECT_EQ(0, close(fd));
		expect_more(i, i, i);
	}
	expect_top(50, 50, 50);
}

TEST_F(files, in_workers)
{
	int fd;

	how(FILES_WORKER, FILES_WORKER, FILES_WORKER);
	fd = try_open();
	ASSERT_LE(0, fd);
	expect_more(1, 0, 0);
	close(fd);
	EXPECT_TRUE(wait_until(more(close) == 1));
	EXPECT_TRUE(wait_until(ntio_stat("alive", "files") == 1));
	expect_more(1, 1, 1);
}

/* [1.27]: neither cleanup nor close; who had agreed before is told. */
TEST_F(files, refused)
{
	how(FILES_REFUSE);
	EXPECT_EQ(-EACCES, try_open());
	expect_more(1, 0, 0);
	expect_top(1, 1, 1);
	EXPECT_EQ(1, ntio_stat("alive", "files"));
}

/* The status of cleanup and close is ignored. */
TEST_F(files, close_cannot_fail)
{
	int fd;

	how(FILES_NOW, FILES_REFUSE, FILES_REFUSE);
	fd = try_open();
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, close(fd));
	expect_more(1, 1, 1);
}

/* [1.26] [8.36]: one create, and cleanup with the last handle. */
TEST_F(files, last_handle)
{
	int fd = try_open(), copy;

	ASSERT_LE(0, fd);
	copy = dup(fd);
	close(fd);
	expect_more(1, 0, 0);
	close(copy);
	expect_more(1, 1, 1);
}

struct files_call {
	struct ntio_device_control c;
	int fd;
};

static void *files_wait(void *arg)
{
	struct files_call *call = arg;

	control(call->fd, &call->c);
	return NULL;
}

/* A request in flight is no handle. */
TEST_F(files, request_in_flight)
{
	struct files_call call = { .c.code = IOCTL_FILES_WAIT };
	pthread_t thread;

	call.fd = try_open();
	ASSERT_LE(0, call.fd);
	ASSERT_EQ(0, pthread_create(&thread, NULL, files_wait, &call));
	ASSERT_TRUE(wait_until(files_counts(self->watch).waiting == 1));
	close(call.fd);
	pthread_join(thread, NULL);
	EXPECT_EQ(STATUS_CANCELLED, call.c.out_status);
	EXPECT_TRUE(wait_until(more(close) == 1));
	expect_more(1, 1, 1);
}

/* [8.38]: a cleanup that pends keeps the file, and close waits for it. */
TEST_F(files, cleanup_pends)
{
	int fd;

	how(FILES_NOW, FILES_PARK);
	fd = try_open();
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, close(fd));
	expect_more(1, 1, 0);
	expect_top(1, 1, 0);
	EXPECT_EQ(-EACCES, try_open());
	EXPECT_EQ(2, ntio_stat("alive", "files"));
	go(STATUS_SUCCESS);
	EXPECT_TRUE(wait_until(ntio_stat("alive", "files") == 1));
	expect_more(1, 1, 1);
	expect_top(1, 1, 1);
}

/* The devices stay until close has ended, also those that were removed. */
TEST_F(files, close_pends)
{
	int fd;

	how(FILES_NOW, FILES_NOW, FILES_PARK);
	fd = try_open();
	ASSERT_LE(0, fd);
	files_tell(self->watch, IOCTL_FILES_REMOVE, 0);
	EXPECT_EQ(0, close(fd));
	expect_more(1, 1, 1);
	expect_top(1, 1, 1);
	EXPECT_EQ(2, ntio_stat("alive", "files"));
	EXPECT_NE(0, module_unload("ntio_files"));
	go(STATUS_SUCCESS);
	EXPECT_TRUE(wait_until(ntio_stat("alive", "files") == 1));
	files_tell(self->watch, IOCTL_FILES_RESTORE, 0);
}

/* An opener waits; it may be killed. */
static pid_t files_open_child(void)
{
	pid_t child = fork();
	int fd;

	if (child)
		return child;
	fd = try_open();
	_exit(fd < 0 ? -fd : 0);
}

TEST_F(files, create_waits)
{
	int status;
	pid_t child;

	how(FILES_PARK);
	child = files_open_child();
	ASSERT_LT(0, child);
	ASSERT_TRUE(wait_until(more(waiting) == 1));
	usleep(50000);
	EXPECT_EQ(0, waitpid(child, &status, WNOHANG));
	go(STATUS_ACCESS_DENIED);
	EXPECT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(EACCES, WEXITSTATUS(status));
	expect_more(1, 0, 0);
}

#define killed_opener(_how) do {					\
	int _status;							\
	pid_t _child;							\
	how(_how);							\
	_child = files_open_child();					\
	ASSERT_LT(0, _child);						\
	ASSERT_TRUE(wait_until(files_counts(self->watch).waiting == 1));\
	kill(_child, SIGKILL);						\
	EXPECT_EQ(_child, waitpid(_child, &_status, 0));		\
	EXPECT_TRUE(WIFSIGNALED(_status));				\
} while (0)

/* Its create is cancelled: there was no file. */
TEST_F(files, create_cancelled)
{
	killed_opener(FILES_QUEUE);
	expect_more(1, 0, 0);
	expect_top(1, 1, 1);
	EXPECT_TRUE(wait_until(ntio_stat("alive", "files") == 1));
	EXPECT_EQ(0, files_counts(self->watch).waiting);
}

/* Its create goes on, and is refused in the end: likewise. */
TEST_F(files, create_left_and_refused)
{
	killed_opener(FILES_PARK);
	EXPECT_EQ(2, ntio_stat("alive", "files"));
	EXPECT_EQ(-EACCES, try_open());
	go(STATUS_ACCESS_DENIED);
	EXPECT_TRUE(wait_until(ntio_stat("alive", "files") == 1));
	expect_more(1, 0, 0);
	expect_top(1, 1, 1);
}

/* Its create succeeds, and the driver has a file: cleanup and close follow. */
TEST_F(files, create_left_and_done)
{
	killed_opener(FILES_PARK);
	how(FILES_NOW, FILES_WORKER, FILES_WORKER);
	go(STATUS_SUCCESS);
	EXPECT_TRUE(wait_until(ntio_stat("alive", "files") == 1));
	expect_more(1, 1, 1);
	expect_top(1, 1, 1);
}

TEST_F(files, registration)
{
	EXPECT_EQ(EINVAL, files_tell(self->watch, IOCTL_FILES_BOTH, 0));
}

TEST_HARNESS_MAIN
