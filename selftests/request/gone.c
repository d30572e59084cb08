// SPDX-License-Identifier: GPL-2.0
/*
 * What becomes of overlapped requests when their ring, their thread or their
 * process goes away [8.40] [8.41]: they end within a second, and nothing stays.
 */
#include "kselftest_harness.h"
#include "calls.h"
#include "count.h"

#define MANY 48
#define THOUSANDS 10000

FIXTURE(gone)
{
	int watch;
	int fd;
	long alive;
	int count;
};

FIXTURE_VARIANT(gone)
{
	__u32 code;
	/* Of the ring. */
	unsigned int flags;
	/* So many. */
	int count;
	/* Needs the driver to end. */
	bool stubborn;
};

FIXTURE_VARIANT_ADD(gone, queued) {
	.code = IOCTL_PARK_QUEUE, .count = MANY };
FIXTURE_VARIANT_ADD(gone, routine) {
	.code = IOCTL_PARK_ROUTINE, .count = 1 };
FIXTURE_VARIANT_ADD(gone, stubborn) {
	.code = IOCTL_PARK_STUBBORN, .count = 1, .stubborn = true };
FIXTURE_VARIANT_ADD(gone, sqpoll) {
	.code = IOCTL_PARK_QUEUE, .count = MANY,
	.flags = IORING_SETUP_SQPOLL };
/* It takes a busy host too long. */
FIXTURE_VARIANT_ADD(gone, thousands) {
	.code = IOCTL_PARK_QUEUE, .count = THOUSANDS };

/* When the end of the process began, which has this in common with us. */
static long *gone_began;

FIXTURE_SETUP(gone)
{
	self->count = variant->count;
	if (variant->count == THOUSANDS) {
		COUNT_OR_SKIP();
		/* Each takes a thread where the kernel cannot park. */
		self->count = ring_is_async() ? THOUSANDS : 500;
	}
	gone_began = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, gone_began);
	self->watch = park_open(PARK_PATH);
	self->fd = park_open(PARK_PATH);
	ASSERT_TRUE(wait_until(ntio_stat("alive", "files") == 2));
	self->alive = ntio_stat("alive", "requests");
}

FIXTURE_TEARDOWN(gone)
{
	if (variant->stubborn)
		park_tell(self->watch, IOCTL_PARK_FINISH, PARK_FINISH);
	EXPECT_TRUE(wait_until(park_counts(self->watch).queued == 0));
	EXPECT_TRUE(wait_until(ntio_stat("alive", "requests") == self->alive));
	EXPECT_EQ(0, park_counts(self->watch).held);
	close(self->fd);
	close(self->watch);
}

static bool all_wait(int watch, int count)
{
	struct park_counts counts = park_counts(watch);

	return (int)(counts.queued + counts.held) == count;
}

static struct call gone_calls[THOUSANDS];

static void park_many(struct io_uring *ring, int fd, __u32 code, int count,
		      unsigned int flags)
{
	int i;

	uring_new(ring, count < 64 ? 64 : count, flags);
	for (i = 0; i < count; i++) {
		call_init(&gone_calls[i], code, NULL, 0);
		uring_control(ring, fd, &gone_calls[i]);
	}
	io_uring_submit(ring);
	if (!wait_until(all_wait(fd, count)))
		_exit(99);
}

/* In a process of its own that parks, and then ends as @end does. */
static pid_t gone_process(int fd, __u32 code, int count, unsigned int flags,
			  void (*end)(struct io_uring *ring))
{
	struct io_uring ring;
	pid_t pid = fork();

	if (pid)
		return pid;
	park_many(&ring, fd, code, count, flags);
	*gone_began = milliseconds();
	end(&ring);
	_exit(0);
}

#define gone_ends(_end) \
	gone_process(self->fd, variant->code, self->count, variant->flags, \
		     _end)

static bool nothing_is_left(struct _test_data_gone *self)
{
	return all_wait(self->watch, 0) &&
		ntio_stat("alive", "requests") == self->alive;
}

/* The process is; and its requests, but for what their driver keeps. */
#define expect_gone() do {						\
	if (!variant->stubborn)						\
		EXPECT_TRUE(wait_until(nothing_is_left(self)));		\
	EXPECT_TRUE(within_a_second(*gone_began));			\
} while (0)

#define expect_exit(_end) do {						\
	pid_t _pid = gone_ends(_end);					\
	int _status;							\
									\
	ASSERT_EQ(_pid, waitpid(_pid, &_status, 0));			\
	EXPECT_EQ(0, _status);						\
	expect_gone();							\
} while (0)

static void end_exit(struct io_uring *ring)
{
}

TEST_F(gone, process_exits)
{
	expect_exit(end_exit);
}

static void end_wait(struct io_uring *ring)
{
	for (;;)
		pause();
}

TEST_F(gone, process_killed)
{
	pid_t pid = gone_ends(end_wait);

	ASSERT_TRUE(wait_until(all_wait(self->watch, self->count)));
	*gone_began = milliseconds();
	EXPECT_TRUE(process_kill(pid));
	expect_gone();
}

static void end_exec(struct io_uring *ring)
{
	execl("/bin/busybox", "true", NULL);
	_exit(98);
}

/* The structures are gone, and others may lie there. */
TEST_F(gone, process_execs)
{
	expect_exit(end_exec);
}

static void end_close(struct io_uring *ring)
{
	io_uring_queue_exit(ring);
	usleep(100000);
}

TEST_F(gone, ring_closed)
{
	expect_exit(end_close);
}

static void end_fork(struct io_uring *ring)
{
	int status;
	pid_t pid = fork();

	/* It has the ring as well, but not the requests. */
	if (!pid)
		_exit(cancel(ring->ring_fd, NTIO_CANCEL_ALL, NULL) != -ENOTTY);
	waitpid(pid, &status, 0);
	if (status)
		_exit(97);
}

TEST_F(gone, process_forked)
{
	expect_exit(end_fork);
}

struct gone_sender {
	int fd;
	__u32 code;
	int count;
	unsigned int flags;
	struct io_uring ring;
};

static void *gone_sends(void *context)
{
	struct gone_sender *sender = context;

	park_many(&sender->ring, sender->fd, sender->code, sender->count,
		  sender->flags);
	return NULL;
}

/*
 * The thread is gone, the process and the ring live. Where requests are parked
 * they stay, and their answers are delivered to nobody [8.41]; where threads
 * of the ring wait for them, those end with the thread [8.40].
 */
TEST_F(gone, thread_exits)
{
	struct gone_sender sender = { self->fd, variant->code, self->count,
				      variant->flags };
	struct io_uring *ring = &sender.ring;
	pthread_t thread;
	int i;

	ASSERT_EQ(0, pthread_create(&thread, NULL, gone_sends, &sender));
	pthread_join(thread, NULL);
	/* Those of such a ring are its own thread's. */
	if (variant->flags) {
		EXPECT_TRUE(all_wait(self->watch, self->count));
		io_uring_queue_exit(ring);
		return;
	}
	for (i = 0; i < self->count && ring_is_async(); i++)
		if (!park_tell(self->watch, IOCTL_PARK_NEXT, 0))
			park_tell(self->watch, IOCTL_PARK_FINISH, PARK_FINISH);
	for (i = 0; i < self->count; i++)
		ASSERT_NE(NULL, uring_reap(ring));
	for (i = 0; i < self->count; i++) {
		EXPECT_EQ(-ECANCELED, gone_calls[i].res);
		EXPECT_EQ(1, gone_calls[i].ended);
		EXPECT_EQ(POISON64, gone_calls[i].out[0]);
		if (ring_is_async())
			EXPECT_EQ(POISON32, gone_calls[i].c.out_status);
	}
	io_uring_queue_exit(ring);
}

TEST_HARNESS_MAIN
