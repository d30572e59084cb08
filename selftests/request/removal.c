// SPDX-License-Identifier: GPL-2.0
/*
 * Surprise removal that drains with a remove lock [8.43]: what is used ends,
 * what waits ends with STATUS_DELETE_PENDING, and then nothing comes any more.
 */
#include <pthread.h>

#include "kselftest_harness.h"
#include "modules/ntio_removal.h"
#include "ntio_test.h"

#define THREADS 3
#define ROUNDS 100

FIXTURE(removal)
{
	int watch;
	int fd;
	struct removal_counts before;
};

static __u32 removal_tell(int fd, __u32 code)
{
	struct ntio_device_control c = { .code = code };

	return control(fd, &c) ? c.out_status : STATUS_SUCCESS;
}

static struct removal_counts removal_counts(int watch)
{
	struct removal_counts counts = { };
	struct ntio_device_control c = {
		.code = IOCTL_REMOVAL_COUNTS,
		.out = addr(&counts), .out_len = sizeof(counts),
	};

	if (control(watch, &c))
		abort();
	return counts;
}

FIXTURE_SETUP(removal)
{
	self->watch = open(REMOVAL_WATCH_PATH, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->watch);
	ASSERT_EQ(STATUS_SUCCESS, removal_tell(self->watch,
					       IOCTL_REMOVAL_RESTORE));
	self->fd = open(REMOVAL_PATH, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
	self->before = removal_counts(self->watch);
}

FIXTURE_TEARDOWN(removal)
{
	struct removal_counts after = removal_counts(self->watch);

	EXPECT_EQ(0, after.using);
	EXPECT_EQ(0, after.used_after);
	EXPECT_EQ(0, after.acquired_after);
	close(self->fd);
	removal_tell(self->watch, IOCTL_REMOVAL_RESTORE);
	close(self->watch);
}

/**
 * struct teller - a thread that tells one thing
 * @fd: whom
 * @code: what
 * @status: the outcome
 * @tid: who
 * @thread: likewise
 */
struct teller {
	int fd;
	__u32 code;
	__u32 status;
	pid_t tid;
	pthread_t thread;
};

static void *teller_run(void *arg)
{
	struct teller *teller = arg;

	__atomic_store_n(&teller->tid, gettid(), __ATOMIC_RELEASE);
	teller->status = removal_tell(teller->fd, teller->code);
	return NULL;
}

static char thread_state(pid_t tid)
{
	char path[64], state = '?';
	FILE *stat;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", tid);
	stat = fopen(path, "r");
	if (!stat)
		return state;
	if (fscanf(stat, "%*d (%*[^)]) %c", &state) != 1)
		state = '?';
	fclose(stat);
	return state;
}

#define TELLER(_fd, _code) ({						\
	struct teller *_t = calloc(1, sizeof(*_t));			\
	_t->fd = (_fd);							\
	_t->code = (_code);						\
	ASSERT_EQ(0, pthread_create(&_t->thread, NULL, teller_run, _t));\
	_t; })

#define teller_end(_t, _status) do {					\
	pthread_join((_t)->thread, NULL);				\
	EXPECT_EQ((__u32)(_status), (_t)->status);			\
	free(_t);							\
} while (0)

/* The removal waits for what uses the device, and is no load meanwhile. */
TEST_F(removal, waits_for_users)
{
	struct teller *stays = TELLER(self->fd, IOCTL_REMOVAL_STAY);
	struct teller *queued = TELLER(self->fd, IOCTL_REMOVAL_QUEUE);
	struct teller *remover;

	ASSERT_TRUE(wait_until(removal_counts(self->watch).using == 1 &&
			       removal_counts(self->watch).queued == 1));
	remover = TELLER(self->watch, IOCTL_REMOVAL_REMOVE);
	teller_end(queued, STATUS_DELETE_PENDING);
	EXPECT_TRUE(wait_until(thread_state(__atomic_load_n(&remover->tid,
				__ATOMIC_ACQUIRE)) == 'I'));
	EXPECT_EQ(STATUS_DELETE_PENDING,
		  removal_tell(self->fd, IOCTL_REMOVAL_WORK));
	EXPECT_EQ(-1, open(REMOVAL_PATH, O_RDWR));
	usleep(50000);
	EXPECT_EQ('I', thread_state(remover->tid));
	EXPECT_EQ(1, removal_counts(self->watch).using);
	removal_tell(self->watch, IOCTL_REMOVAL_GO);
	teller_end(remover, STATUS_SUCCESS);
	teller_end(stays, STATUS_SUCCESS);
}

/* Nobody uses it, and no file is open: the removal is done at once. */
TEST_F(removal, of_what_nobody_uses)
{
	close(self->fd);
	EXPECT_EQ(STATUS_SUCCESS, removal_tell(self->watch,
					       IOCTL_REMOVAL_REMOVE));
	self->fd = -1;
}

static int removal_stop;

static void *removal_hammer(void *arg)
{
	long *bad = arg;
	__u32 status;
	int fd;

	while (!__atomic_load_n(&removal_stop, __ATOMIC_RELAXED)) {
		fd = open(REMOVAL_PATH, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			continue;
		do {
			status = removal_tell(fd, IOCTL_REMOVAL_WORK);
		} while (status == STATUS_SUCCESS);
		*bad += status != STATUS_DELETE_PENDING;
		close(fd);
	}
	return NULL;
}

/* Many who use it while it comes and goes. */
TEST_F(removal, race)
{
	pthread_t threads[THREADS];
	long bad[THREADS] = { };
	int i;

	removal_stop = 0;
	for (i = 0; i < THREADS; i++)
		ASSERT_EQ(0, pthread_create(&threads[i], NULL, removal_hammer,
					    &bad[i]));
	for (i = 0; i < ROUNDS; i++) {
		usleep(2000);
		EXPECT_EQ(STATUS_SUCCESS, removal_tell(self->watch,
						       IOCTL_REMOVAL_REMOVE));
		EXPECT_EQ(0, removal_counts(self->watch).using);
		EXPECT_EQ(STATUS_SUCCESS, removal_tell(self->watch,
						       IOCTL_REMOVAL_RESTORE));
	}
	EXPECT_EQ(STATUS_SUCCESS, removal_tell(self->watch,
					       IOCTL_REMOVAL_REMOVE));
	removal_stop = 1;
	for (i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		EXPECT_EQ(0, bad[i]);
	}
}

TEST_HARNESS_MAIN
