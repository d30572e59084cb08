// SPDX-License-Identifier: GPL-2.0
/*
 * Storms: processes are killed wherever they are in any path, requests are
 * cancelled by several at once, a module is removed while it is used. Nothing
 * hangs, every request ends once, and nothing is left.
 *
 *	NTIO_STRESS_SECONDS	how long each storm lasts (5)
 */
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "kselftest_harness.h"
#include "calls.h"
#include "paths.h"

#define VICTIMS 4
#define PARKED 32
#define CANCELLERS 3
#define USERS 3
#define LIMIT_SECONDS 600

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static long long storm_end(void)
{
	const char *value = getenv("NTIO_STRESS_SECONDS");
	unsigned long seconds = value && *value ? strtoul(value, NULL, 0) : 5;

	return now_ms() + seconds * 1000;
}

FIXTURE(storm)
{
	long alive;
	long pins;
};

FIXTURE_SETUP(storm)
{
	ASSERT_TRUE(wait_until(ntio_stat("alive", "files") == 0));
	self->alive = alive();
	self->pins = pins();
}

FIXTURE_TEARDOWN(storm)
{
	EXPECT_TRUE(wait_until(alive() == self->alive));
	EXPECT_TRUE(wait_until(pins() == self->pins));
}

/* --- no storm ------------------------------------------------------------ */

static const char *calm_wrong(const struct path *path, int passes)
{
	const char *wrong = NULL;
	struct path_run run;

	if (!path_begin(&run, path))
		wrong = "it cannot begin";
	while (!wrong && passes--) {
		path_reset(&run);
		path_go(&run);
		wrong = path_wrong(&run);
		if (!wrong && run.error)
			wrong = strerror(run.error);
		path_undo(&run);
	}
	path_end(&run);
	return wrong;
}

/* Every path of the table succeeds, and leaves nothing behind. */
TEST_F_TIMEOUT(storm, calm, LIMIT_SECONDS)
{
	const char *wrong;
	int i;

	for (i = 0; i < PATH_COUNT; i++) {
		wrong = calm_wrong(&paths[i], 3);
		EXPECT_EQ(NULL, wrong) {
			TH_LOG("%s: %s", paths[i].name, wrong);
		}
		ASSERT_TRUE(wait_until(alive() == self->alive &&
				       pins() == self->pins)) {
			TH_LOG("%s left something behind", paths[i].name);
		}
	}
	printf("# %d paths\n", PATH_COUNT);
}

/* --- killed -------------------------------------------------------------- */

/* Those that need no driver for themselves. */
static bool path_shares(const struct path *path)
{
	return path->kind == &path_control || path->kind == &path_ring ||
	       path->kind == &path_read || path->kind == &path_write ||
	       path->kind == &path_vector || path->kind == &path_query ||
	       path->kind == &path_open;
}

static void run_some(const struct path *path, unsigned int times)
{
	struct path_run run;

	if (path_begin(&run, path)) {
		while (times--) {
			path_reset(&run);
			path_go(&run);
			path_undo(&run);
		}
	}
	path_end(&run);
}

/* Any path, for as long as it lives. */
static void victim(unsigned int state, unsigned long *passes)
{
	const struct path *path;

	for (;;) {
		path = &paths[rand_r(&state) % PATH_COUNT];
		if (!path_shares(path))
			continue;
		run_some(path, 1 + rand_r(&state) % 8);
		__atomic_add_fetch(passes, 1, __ATOMIC_RELAXED);
	}
}

static pid_t victim_begin(unsigned int state, unsigned long *passes)
{
	pid_t pid = fork();

	if (!pid)
		victim(state, passes);
	return pid;
}

/* D6: it goes, wherever it was. */
static bool victim_end(pid_t pid)
{
	int status = 0;

	kill(pid, SIGKILL);
	return wait_until(waitpid(pid, &status, WNOHANG) == pid) &&
	       WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

TEST_F_TIMEOUT(storm, killed, LIMIT_SECONDS)
{
	unsigned long *passes = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned int state = time(NULL), kills = 0, i;
	long long end = storm_end();
	pid_t pids[VICTIMS];

	printf("# seed %u\n", state);
	for (i = 0; i < VICTIMS; i++)
		pids[i] = victim_begin(rand_r(&state), passes);
	while (now_ms() < end) {
		usleep(rand_r(&state) % 30000);
		i = rand_r(&state) % VICTIMS;
		ASSERT_TRUE(victim_end(pids[i]));
		pids[i] = victim_begin(rand_r(&state), passes);
		kills++;
	}
	for (i = 0; i < VICTIMS; i++)
		ASSERT_TRUE(victim_end(pids[i]));
	printf("# %u processes killed, %lu paths run by them\n",
	       kills + VICTIMS, *passes);
	EXPECT_LT(0, kills);
	EXPECT_LT(0, *passes);
}

/* --- cancelled ----------------------------------------------------------- */

/**
 * struct canceller - one of those who cancel the same requests
 * @fd: their file
 * @calls: the requests
 * @index: which one it is: each goes another way
 * @begin: where all wait for each other
 * @cancelled: how many requests it asked to end
 */
struct canceller {
	int fd;
	struct call *calls;
	int index;
	pthread_barrier_t *begin;
	unsigned long cancelled;
	pthread_t thread;
};

static void *cancel_many(void *context)
{
	struct canceller *canceller = context;
	int i, rc;

	pthread_barrier_wait(canceller->begin);
	for (i = 0; i < PARKED; i++) {
		if (canceller->index == 0)
			rc = cancel(canceller->fd, NTIO_CANCEL_ALL, NULL);
		else if (canceller->index == 1)
			rc = cancel(canceller->fd, 0, &canceller->calls[i]);
		else
			rc = cancel(canceller->fd, 0,
				    &canceller->calls[PARKED - 1 - i]);
		canceller->cancelled += rc > 0 ? rc : 0;
	}
	return NULL;
}

static void park_all(struct io_uring *ring, int fd, struct call *calls)
{
	int i;

	for (i = 0; i < PARKED; i++) {
		call_init(&calls[i], IOCTL_PARK_QUEUE, NULL, 0);
		uring_control(ring, fd, &calls[i]);
	}
	io_uring_submit(ring);
}

/* Until all have ended; those that were not parked in time are cancelled now */
static int reap_all(struct io_uring *ring, int fd)
{
	int ended = 0, tries;

	for (tries = 0; ended < PARKED && tries < 10000; tries++) {
		while (uring_peek(ring))
			ended++;
		if (ended == PARKED)
			break;
		cancel(fd, NTIO_CANCEL_ALL, NULL);
		usleep(1000);
	}
	return ended;
}

/* Each once, with success and its answer, or cancelled [8.32]. */
static int ended_wrong(struct call *calls, unsigned long *completed)
{
	int i, wrong = 0;

	for (i = 0; i < PARKED; i++) {
		bool good = !calls[i].res && (__u32)calls[i].out[0] == PARK_GOOD;

		*completed += good;
		wrong += calls[i].ended != 1 ||
			 (!good && calls[i].res != -ECANCELED);
	}
	return wrong;
}

TEST_F_TIMEOUT(storm, cancelled, LIMIT_SECONDS)
{
	struct canceller cancellers[CANCELLERS];
	static struct call calls[PARKED];
	unsigned long completed = 0, asked = 0, rounds = 0;
	long long end = storm_end();
	pthread_barrier_t begin;
	struct io_uring ring;
	int fd = park_open(PARK_PATH), i;

	uring_new(&ring, 2 * PARKED, 0);
	pthread_barrier_init(&begin, NULL, CANCELLERS + 1);
	for (; now_ms() < end; rounds++) {
		park_all(&ring, fd, calls);
		for (i = 0; i < CANCELLERS; i++) {
			cancellers[i] = (struct canceller){
				.fd = fd, .calls = calls, .index = i,
				.begin = &begin,
			};
			ASSERT_EQ(0, pthread_create(&cancellers[i].thread, NULL,
						    cancel_many,
						    &cancellers[i]));
		}
		pthread_barrier_wait(&begin);
		for (i = 0; i < PARKED / 4; i++)
			park_tell(fd, IOCTL_PARK_NEXT, 0);
		for (i = 0; i < CANCELLERS; i++) {
			pthread_join(cancellers[i].thread, NULL);
			asked += cancellers[i].cancelled;
		}
		ASSERT_EQ(PARKED, reap_all(&ring, fd));
		ASSERT_EQ(0, ended_wrong(calls, &completed));
	}
	printf("# %lu requests, %lu asked to end, %lu completed before\n",
	       rounds * PARKED, asked, completed);
	EXPECT_LT(0, asked);
	io_uring_queue_exit(&ring);
	close(fd);
}

/* --- unloaded ------------------------------------------------------------ */

/* Uses echo while it is there, and lets go of it now and then. */
static void echo_user(unsigned int state)
{
	for (;;) {
		run_some(&paths[rand_r(&state) % PATH_ring_buffered_empty],
			 1 + rand_r(&state) % 4);
		if (rand_r(&state) % 2)
			usleep(rand_r(&state) % 20000);
	}
}

TEST_F_TIMEOUT(storm, unloaded, LIMIT_SECONDS)
{
	unsigned int state = time(NULL), gone = 0, refused = 0, i;
	long long end = storm_end();
	pid_t pids[USERS];
	int error;

	printf("# seed %u\n", state);
	for (i = 0; i < USERS; i++) {
		pids[i] = fork();
		if (!pids[i])
			echo_user(state + i);
	}
	while (now_ms() < end || !gone) {
		usleep(rand_r(&state) % 3000);
		error = module_unload("ntio_echo");
		refused += error == EWOULDBLOCK;
		ASSERT_TRUE(!error || error == EWOULDBLOCK) {
			TH_LOG("unload: %s", strerror(error));
		}
		if (error)
			continue;
		gone++;
		ASSERT_EQ(0, module_load("ntio_echo"));
	}
	for (i = 0; i < USERS; i++)
		ASSERT_TRUE(victim_end(pids[i]));
	printf("# removed %u times and loaded again, %u times refused\n", gone,
	       refused);
	EXPECT_LT(0, refused);
}

TEST_HARNESS_MAIN
