// SPDX-License-Identifier: GPL-2.0
/*
 * Cancellation of overlapped requests [8.28] to [8.35], also against
 * completion, close and the end of rings.
 */
#include "kselftest_harness.h"
#include "calls.h"

#define ON_LATER (NTIO_OUT_IOSB | NTIO_OUT_COMPLETION | NTIO_OUT_PENDED)

FIXTURE(cancel)
{
	struct io_uring ring;
	int watch;
	int fd;
	long alive;
	struct park_counts before;
	struct call calls[4];
};

FIXTURE_SETUP(cancel)
{
	self->watch = park_open(PARK_PATH);
	self->fd = park_open(PARK_PATH);
	ASSERT_TRUE(wait_until(ntio_stat("alive", "files") == 2));
	self->alive = ntio_stat("alive", "requests");
	self->before = park_counts(self->watch);
	uring_new(&self->ring, 64, 0);
}

FIXTURE_TEARDOWN(cancel)
{
	io_uring_queue_exit(&self->ring);
	EXPECT_TRUE(wait_until(ntio_stat("alive", "requests") == self->alive));
	EXPECT_EQ(0, park_counts(self->watch).queued);
	EXPECT_EQ(0, park_counts(self->watch).held);
	close(self->fd);
	close(self->watch);
}

static __u32 queued(int fd)
{
	return park_counts(fd).queued;
}

static void send_parked(struct io_uring *ring, int fd, struct call *call)
{
	call_init(call, IOCTL_PARK_QUEUE, NULL, 0);
	uring_send(ring, fd, call);
}

static bool park_calls(struct io_uring *ring, int fd, struct call *calls,
		       int count)
{
	__u32 already = queued(fd);
	int i;

	for (i = 0; i < count; i++)
		send_parked(ring, fd, &calls[i]);
	return wait_until(queued(fd) == already + count);
}

/* [8.32]: IOSB {STATUS_CANCELLED, 0}, and a completion. */
#define expect_cancelled(_call) do {					\
	EXPECT_EQ(-ECANCELED, (_call)->res);				\
	EXPECT_EQ(1, (_call)->ended);					\
	EXPECT_EQ(STATUS_CANCELLED, (_call)->c.out_status);		\
	EXPECT_EQ(STATUS_CANCELLED, (_call)->c.out_iosb_status);	\
	EXPECT_EQ(ON_LATER, (_call)->c.out_flags);			\
	EXPECT_EQ(0, (_call)->c.out_information);			\
	EXPECT_EQ(POISON64, (_call)->out[0]);				\
} while (0)

#define expect_finished(_call) do {					\
	EXPECT_EQ(0, (_call)->res);					\
	EXPECT_EQ(1, (_call)->ended);					\
	EXPECT_EQ(STATUS_SUCCESS, (_call)->c.out_status);		\
	EXPECT_EQ(PARK_GOOD, (__u32)(_call)->out[0]);			\
} while (0)

TEST_F(cancel, one)
{
	ASSERT_TRUE(park_calls(&self->ring, self->fd, self->calls, 3));
	EXPECT_EQ(1, cancel(self->fd, 0, &self->calls[1]));
	ASSERT_EQ(&self->calls[1], uring_reap(&self->ring));
	expect_cancelled(&self->calls[1]);
	EXPECT_EQ(2, queued(self->watch));
	EXPECT_EQ(1, park_tell(self->watch, IOCTL_PARK_NEXT, 0));
	EXPECT_EQ(1, park_tell(self->watch, IOCTL_PARK_NEXT, 0));
	ASSERT_NE(NULL, uring_reap(&self->ring));
	ASSERT_NE(NULL, uring_reap(&self->ring));
	expect_finished(&self->calls[0]);
	expect_finished(&self->calls[2]);
}

TEST_F(cancel, all_of_the_file)
{
	struct call other;
	int i;

	ASSERT_TRUE(park_calls(&self->ring, self->fd, self->calls, 4));
	send_parked(&self->ring, self->watch, &other);
	ASSERT_TRUE(wait_until(queued(self->watch) == 5));
	EXPECT_EQ(4, cancel(self->fd, NTIO_CANCEL_ALL, NULL));
	for (i = 0; i < 4; i++)
		ASSERT_NE(NULL, uring_reap(&self->ring));
	for (i = 0; i < 4; i++)
		expect_cancelled(&self->calls[i]);
	EXPECT_EQ(1, queued(self->watch));
	EXPECT_EQ(0, other.ended);
	EXPECT_EQ(1, cancel(self->watch, NTIO_CANCEL_ALL, NULL));
	ASSERT_EQ(&other, uring_reap(&self->ring));
}

/* [8.33]: two pend; cancel all: 2; two again; each by itself: 1, then 2. */
TEST_F(cancel, sequence_of_windows)
{
	struct call *a = &self->calls[0], *b = &self->calls[1];

	ASSERT_TRUE(park_calls(&self->ring, self->fd, self->calls, 2));
	EXPECT_EQ(2, cancel(self->fd, NTIO_CANCEL_THREAD, NULL));
	ASSERT_NE(NULL, uring_reap(&self->ring));
	ASSERT_NE(NULL, uring_reap(&self->ring));
	expect_cancelled(a);
	expect_cancelled(b);
	ASSERT_TRUE(park_calls(&self->ring, self->fd, self->calls, 2));
	EXPECT_EQ(1, cancel(self->fd, 0, a));
	EXPECT_EQ(1, queued(self->watch));
	ASSERT_EQ(a, uring_reap(&self->ring));
	EXPECT_EQ(1, cancel(self->fd, 0, b));
	EXPECT_EQ(0, queued(self->watch));
	ASSERT_EQ(b, uring_reap(&self->ring));
	expect_cancelled(a);
	expect_cancelled(b);
}

/* [8.30] */
TEST_F(cancel, what_is_not_there)
{
	struct ntio_cancel arg = { .size = sizeof(arg), .flags = 3 };
	struct call never;

	EXPECT_EQ(-ENOENT, cancel(self->fd, 0, &never));
	EXPECT_EQ(-ENOENT, cancel(self->fd, 0, NULL));
	EXPECT_EQ(-ENOENT, cancel(self->fd, NTIO_CANCEL_ALL, NULL));
	EXPECT_EQ(0, cancel(self->fd, NTIO_CANCEL_THREAD, NULL));
	EXPECT_EQ(-EOPNOTSUPP, cancel(self->fd, 4, NULL));
	EXPECT_EQ(-EOPNOTSUPP, cancel(self->fd, NTIO_CANCEL_ALL, &never));
	EXPECT_EQ(-1, ioctl(self->fd, NTIO_IOC_CANCEL, &arg));
	EXPECT_EQ(EOPNOTSUPP, errno);
	/* On another file. */
	ASSERT_TRUE(park_calls(&self->ring, self->fd, self->calls, 1));
	EXPECT_EQ(-ENOENT, cancel(self->watch, 0, &self->calls[0]));
	EXPECT_EQ(-ENOENT, cancel(self->watch, NTIO_CANCEL_ALL, NULL));
	EXPECT_EQ(1, queued(self->watch));
	EXPECT_EQ(1, cancel(self->fd, 0, &self->calls[0]));
	ASSERT_NE(NULL, uring_reap(&self->ring));
	/* Finished. */
	EXPECT_EQ(-ENOENT, cancel(self->fd, 0, &self->calls[0]));
}

/*
 * What has ended is not cancelled any more, although its end has not come to
 * its caller yet: this ring delivers only when it is asked [8.30].
 */
TEST_F(cancel, what_has_ended)
{
	struct call *calls = self->calls;
	struct io_uring ring;
	int i;

	if (!uring_new(&ring, 8, IORING_SETUP_SINGLE_ISSUER |
				 IORING_SETUP_DEFER_TASKRUN))
		SKIP(return, "needs IORING_SETUP_DEFER_TASKRUN (6.1)");
	for (i = 0; i < 4; i++)
		ASSERT_TRUE(park_calls(&ring, self->fd, &calls[i], 1));
	EXPECT_EQ(1, park_tell(self->watch, IOCTL_PARK_NEXT, 0));
	EXPECT_EQ(1, park_tell(self->watch, IOCTL_PARK_NEXT, 0));
	EXPECT_EQ(-ENOENT, cancel(self->fd, 0, &calls[0]));
	EXPECT_EQ(2, cancel(self->fd, NTIO_CANCEL_ALL, NULL));
	/* These have ended now, too; nobody has seen it of any of them. */
	EXPECT_EQ(-ENOENT, cancel(self->fd, NTIO_CANCEL_ALL, NULL));
	EXPECT_EQ(0, cancel(self->fd, NTIO_CANCEL_THREAD, NULL));
	for (i = 0; i < 4; i++)
		ASSERT_NE(NULL, uring_reap(&ring));
	expect_finished(&calls[0]);
	expect_finished(&calls[1]);
	expect_cancelled(&calls[2]);
	expect_cancelled(&calls[3]);
	io_uring_queue_exit(&ring);
}

/* Whichever duplicate is used [8.29]. */
TEST_F(cancel, through_a_duplicate)
{
	int copy = dup(self->fd);

	ASSERT_TRUE(park_calls(&self->ring, self->fd, self->calls, 1));
	EXPECT_EQ(1, cancel(copy, 0, &self->calls[0]));
	ASSERT_NE(NULL, uring_reap(&self->ring));
	expect_cancelled(&self->calls[0]);
	close(copy);
}

struct other_thread {
	int fd;
	struct call call;
	int cancelled;
};

static void *thread_sends(void *context)
{
	struct other_thread *other = context;
	struct io_uring ring;

	uring_new(&ring, 4, 0);
	park_calls(&ring, other->fd, &other->call, 1);
	other->cancelled = cancel(other->fd, NTIO_CANCEL_THREAD, NULL);
	uring_reap(&ring);
	io_uring_queue_exit(&ring);
	return NULL;
}

/* CancelIo: those of the calling thread, and no others [8.29]. */
TEST_F(cancel, of_one_thread)
{
	struct other_thread other = { .fd = self->fd };
	pthread_t thread;

	ASSERT_TRUE(park_calls(&self->ring, self->fd, self->calls, 2));
	ASSERT_EQ(0, pthread_create(&thread, NULL, thread_sends, &other));
	pthread_join(thread, NULL);
	EXPECT_EQ(1, other.cancelled);
	expect_cancelled(&other.call);
	EXPECT_EQ(2, queued(self->watch));
	EXPECT_EQ(2, cancel(self->fd, NTIO_CANCEL_THREAD, NULL));
	ASSERT_NE(NULL, uring_reap(&self->ring));
	ASSERT_NE(NULL, uring_reap(&self->ring));
}

/* Also those that a worker thread of its ring has carried out for it. */
TEST_F(cancel, of_one_thread_by_workers)
{
	struct io_uring_sqe *sqe;

	call_init(&self->calls[0], IOCTL_PARK_QUEUE, NULL, 0);
	sqe = uring_control(&self->ring, self->fd, &self->calls[0]);
	io_uring_sqe_set_flags(sqe, IOSQE_ASYNC);
	io_uring_submit(&self->ring);
	ASSERT_TRUE(wait_until(queued(self->watch) == 1));
	EXPECT_EQ(1, cancel(self->fd, NTIO_CANCEL_THREAD, NULL));
	ASSERT_NE(NULL, uring_reap(&self->ring));
	expect_cancelled(&self->calls[0]);
}

/*
 * [8.36]: io_uring keeps the reference of a request that has ended until it has
 * taken all of a batch. That is no handle, when the last one is closed then.
 */
TEST_F(cancel, last_handle_among_ends)
{
	const __u32 ms = 300;
	struct call *ends = &self->calls[1], *closes = &self->calls[2];
	struct call *slow = &self->calls[3];
	struct io_uring_sqe *sqe;
	int i;

	ASSERT_TRUE(park_calls(&self->ring, self->fd, self->calls, 1));
	call_init(ends, IOCTL_PARK_COUNTS, NULL, 0);
	uring_control(&self->ring, self->fd, ends);
	call_init(closes, 0, NULL, 0);
	sqe = io_uring_get_sqe(&self->ring);
	io_uring_prep_close(sqe, self->fd);
	io_uring_sqe_set_data(sqe, closes);
	call_init(slow, IOCTL_PARK_SLOW, &ms, sizeof(ms));
	uring_control(&self->ring, self->watch, slow);
	ASSERT_EQ(3, io_uring_submit(&self->ring));
	for (i = 0; i < 4; i++)
		ASSERT_NE(NULL, uring_reap(&self->ring));
	expect_cancelled(&self->calls[0]);
	EXPECT_EQ(0, closes->res);
	self->fd = -1;
}

/* Another process, although it shares the open file, and the address. */
TEST_F(cancel, of_another_process)
{
	int status;
	pid_t pid;

	ASSERT_TRUE(park_calls(&self->ring, self->fd, self->calls, 1));
	pid = fork();
	if (!pid) {
		status = cancel(self->fd, 0, &self->calls[0]) != -ENOENT ||
			 cancel(self->fd, NTIO_CANCEL_ALL, NULL) != -ENOENT ||
			 cancel(self->fd, NTIO_CANCEL_THREAD, NULL) != 0;
		_exit(status);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_EQ(1, queued(self->watch));
	EXPECT_EQ(1, cancel(self->fd, 0, &self->calls[0]));
	ASSERT_NE(NULL, uring_reap(&self->ring));
}

/*
 * A system call whose handler has queued the request, and has not returned: it
 * does not wait yet, so it is not counted, but it ends when it would wait.
 */
TEST_F(cancel, of_a_call_in_its_handler)
{
	struct waiter waiter;
	int i, k, rc;

	for (i = 0; i < 2; i++) {
		waiter_begin(&waiter, self->fd, IOCTL_PARK_LINGER, 3000);
		ASSERT_TRUE(wait_until(queued(self->watch) == 1));
		rc = i ? cancel(self->fd, NTIO_CANCEL_ALL, NULL) :
			 cancel(self->fd, 0, (struct call *)&waiter.c);
		EXPECT_EQ(-ENOENT, rc);
		EXPECT_EQ(1, queued(self->watch));
		/* Others, and the same one often, do not make it forgotten. */
		for (k = 0; k < 40; k++)
			cancel(self->fd, 0, &self->calls[k % 4]);
		if (!wait_until(waiter_ended(&waiter)))
			park_tell(self->watch, IOCTL_PARK_NEXT, 0);
		waiter_join(&waiter);
		EXPECT_EQ(ECANCELED, waiter.error);
		EXPECT_EQ(STATUS_CANCELLED, waiter.c.out_status);
	}
}

/* What was asked before it, of others, or for others, is not for it. */
TEST_F(cancel, not_of_a_call_in_its_handler)
{
	struct waiter waiter;
	int status;
	pid_t pid;

	EXPECT_EQ(-ENOENT, cancel(self->fd, 0, (struct call *)&waiter.c));
	EXPECT_EQ(-ENOENT, cancel(self->fd, NTIO_CANCEL_ALL, NULL));
	waiter_begin(&waiter, self->fd, IOCTL_PARK_LINGER, 500);
	ASSERT_TRUE(wait_until(queued(self->watch) == 1));
	EXPECT_EQ(-ENOENT, cancel(self->fd, 0, &self->calls[0]));
	EXPECT_EQ(-ENOENT, cancel(self->watch, NTIO_CANCEL_ALL, NULL));
	pid = fork();
	if (!pid)
		_exit(cancel(self->fd, NTIO_CANCEL_ALL, NULL) != -ENOENT);
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_FALSE(waiter_ended(&waiter));
	EXPECT_TRUE(wait_until(waiter_sleeps(&waiter)));
	usleep(1000000);
	EXPECT_FALSE(waiter_ended(&waiter));
	EXPECT_EQ(1, park_tell(self->watch, IOCTL_PARK_NEXT, 0));
	waiter_join(&waiter);
	EXPECT_EQ(0, waiter.error);
}

/* What has no cancel routine ends when its driver likes: with success. */
TEST_F(cancel, is_only_a_request)
{
	struct call *call = &self->calls[0];

	call_init(call, IOCTL_PARK_STUBBORN, NULL, 0);
	uring_send(&self->ring, self->fd, call);
	ASSERT_TRUE(wait_until(park_counts(self->watch).held == 1));
	EXPECT_EQ(1, cancel(self->fd, 0, call));
	EXPECT_EQ(NULL, uring_peek(&self->ring));
	EXPECT_EQ(1, park_tell(self->watch, IOCTL_PARK_FINISH, PARK_FINISH));
	ASSERT_EQ(call, uring_reap(&self->ring));
	expect_finished(call);
}

/* io_uring's own, where the kernel can: in its worker threads. */
TEST_F(cancel, by_the_ring)
{
	struct io_uring_sqe *sqe;
	struct call asked = { };

	ASSERT_TRUE(park_calls(&self->ring, self->fd, self->calls, 1));
	sqe = io_uring_get_sqe(&self->ring);
	io_uring_prep_cancel(sqe, &self->calls[0], 0);
	io_uring_sqe_set_data(sqe, &asked);
	io_uring_submit(&self->ring);
	ASSERT_NE(NULL, uring_reap(&self->ring));
	if (!asked.ended)
		ASSERT_NE(NULL, uring_reap(&self->ring));
	if (ring_is_async()) {
		EXPECT_EQ(-ENOENT, asked.res);
		EXPECT_EQ(1, queued(self->watch));
		EXPECT_EQ(1, cancel(self->fd, 0, &self->calls[0]));
	} else {
		EXPECT_EQ(-EALREADY, asked.res);
	}
	if (!self->calls[0].ended)
		ASSERT_NE(NULL, uring_reap(&self->ring));
	expect_cancelled(&self->calls[0]);
}

/* --- races ---------------------------------------------------------------- */

#define ROUNDS 100
#define BATCH 16

struct racers {
	int fd;
	int stop;
	struct call calls[BATCH];
};

static bool racing(struct racers *racers)
{
	return !__atomic_load_n(&racers->stop, __ATOMIC_ACQUIRE);
}

static void *race_finish(void *context)
{
	struct racers *racers = context;

	while (racing(racers))
		park_tell(racers->fd, IOCTL_PARK_NEXT, 0);
	return NULL;
}

static void *race_cancel(void *context)
{
	struct racers *racers = context;
	int i = 0;

	while (racing(racers)) {
		cancel(racers->fd, 0, &racers->calls[i++ % BATCH]);
		if (i % 64 == 0)
			cancel(racers->fd, NTIO_CANCEL_ALL, NULL);
	}
	return NULL;
}

/* Completion races two cancellers: each request ends exactly once. */
TEST_F_TIMEOUT(cancel, races_completion, 300)
{
	struct racers racers = { .fd = self->fd };
	int i, round, done = 0, cancelled = 0;
	pthread_t threads[3];
	struct call *call;

	pthread_create(&threads[0], NULL, race_finish, &racers);
	pthread_create(&threads[1], NULL, race_cancel, &racers);
	pthread_create(&threads[2], NULL, race_cancel, &racers);
	for (round = 0; round < ROUNDS; round++) {
		for (i = 0; i < BATCH; i++)
			send_parked(&self->ring, self->fd, &racers.calls[i]);
		for (i = 0; i < BATCH; i++) {
			call = uring_reap(&self->ring);
			ASSERT_NE(NULL, call);
			ASSERT_EQ(1, call->ended);
			done += call->res == 0;
			cancelled += call->res == -ECANCELED;
		}
	}
	__atomic_store_n(&racers.stop, 1, __ATOMIC_RELEASE);
	for (i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	EXPECT_EQ(ROUNDS * BATCH, done + cancelled);
	TH_LOG("%d finished, %d cancelled", done, cancelled);
	EXPECT_EQ(NULL, uring_peek(&self->ring));
}

#define CALLERS 2

struct caller {
	struct racers *racers;
	struct call *call;
	int done;
	int cancelled;
};

/* The same structure, so the same name, each time. */
static void *race_call(void *context)
{
	struct caller *caller = context;
	struct call *call = caller->call;
	__u32 ms;
	int i, rc;

	for (i = 0; i < ROUNDS; i++) {
		ms = i % 2;
		call_init(call, IOCTL_PARK_LINGER, &ms, sizeof(ms));
		rc = ioctl(caller->racers->fd, NTIO_IOC_DEVICE_CONTROL,
			   &call->c);
		if (!rc && (__u32)call->out[0] == PARK_GOOD)
			caller->done++;
		else if (rc && errno == ECANCELED && call->out[0] == POISON64)
			caller->cancelled++;
	}
	return NULL;
}

/*
 * System calls whose handlers return, or have not returned, while they are
 * completed and cancelled, by name and all at once: each ends once, and none
 * stays.
 */
TEST_F_TIMEOUT(cancel, of_calls_races_completion, 300)
{
	struct racers racers = { .fd = self->fd };
	struct caller callers[CALLERS] = { };
	pthread_t threads[CALLERS + 2];
	int i;

	pthread_create(&threads[0], NULL, race_finish, &racers);
	pthread_create(&threads[1], NULL, race_cancel, &racers);
	for (i = 0; i < CALLERS; i++) {
		callers[i].racers = &racers;
		callers[i].call = &racers.calls[i];
		pthread_create(&threads[2 + i], NULL, race_call, &callers[i]);
	}
	for (i = 0; i < CALLERS; i++)
		pthread_join(threads[2 + i], NULL);
	__atomic_store_n(&racers.stop, 1, __ATOMIC_RELEASE);
	for (i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	for (i = 0; i < CALLERS; i++) {
		EXPECT_EQ(ROUNDS, callers[i].done + callers[i].cancelled);
		TH_LOG("%d finished, %d cancelled", callers[i].done,
		       callers[i].cancelled);
	}
}

/* Rings are closed while their requests are completed and cancelled. */
TEST_F(cancel, races_the_end_of_rings)
{
	struct racers racers = { .fd = self->fd };
	pthread_t threads[2];
	struct io_uring ring;
	int i, round;

	pthread_create(&threads[0], NULL, race_finish, &racers);
	pthread_create(&threads[1], NULL, race_cancel, &racers);
	for (round = 0; round < ROUNDS / 10; round++) {
		struct call *calls = calloc(BATCH, sizeof(*calls));

		uring_new(&ring, BATCH, 0);
		for (i = 0; i < BATCH; i++)
			send_parked(&ring, self->fd, &calls[i]);
		io_uring_queue_exit(&ring);
		/* Never freed: a late answer may still be written. */
	}
	__atomic_store_n(&racers.stop, 1, __ATOMIC_RELEASE);
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	EXPECT_TRUE(wait_until(queued(self->watch) == 0));
}

/* The last handle is closed while requests still come [8.36]. */
TEST_F(cancel, races_close)
{
	struct racers racers = { .fd = self->watch };
	pthread_t thread;
	int i, round;

	pthread_create(&thread, NULL, race_finish, &racers);
	for (round = 0; round < ROUNDS / 10; round++) {
		int fd = park_open(PARK_PATH);

		for (i = 0; i < 4; i++)
			send_parked(&self->ring, fd, &self->calls[i]);
		close(fd);
		if (!ring_is_async())
			cancel(self->watch, NTIO_CANCEL_ALL, NULL);
		for (i = 0; i < 4; i++)
			ASSERT_NE(NULL, uring_reap(&self->ring));
		for (i = 0; i < 4; i++)
			ASSERT_EQ(1, self->calls[i].ended);
	}
	__atomic_store_n(&racers.stop, 1, __ATOMIC_RELEASE);
	pthread_join(thread, NULL);
	EXPECT_TRUE(wait_until(park_counts(self->watch).closes ==
			       self->before.closes + ROUNDS / 10));
}

TEST_HARNESS_MAIN
