// SPDX-License-Identifier: GPL-2.0
/*
 * Threads submit, cancel, complete and close at random; processes are killed
 * with requests in flight. Every request ends exactly once.
 *
 *	NTIO_STRESS_SECONDS	how long the threads run (5)
 *	NTIO_STRESS_KILLS	how many processes are killed (100)
 *	NTIO_STRESS_SEED	where the random numbers begin
 *
 * make check passes them on: make check KERNELS=kasan TESTS=stress
 * NTIO_STRESS_SECONDS=60 NTIO_STRESS_KILLS=1000
 */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "module/samples/notify.h"
#include "kselftest_harness.h"
#include "ntio_test.h"
#include "ring.h"

#define THREADS 4
#define NOTIFY_FILES 2		/* of those; the others are echo's */
#define SLOTS 32
#define DELAY_MS 40
#define LIMIT_SECONDS 3600

static unsigned long setting(const char *name, unsigned long usual)
{
	const char *value = getenv(name);

	return value && *value ? strtoul(value, NULL, 0) : usual;
}

static unsigned int seed(void)
{
	unsigned int start = setting("NTIO_STRESS_SEED", time(NULL));

	printf("# NTIO_STRESS_SEED=%u\n", start);
	return start;
}

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* --- one request --------------------------------------------------------- */

/**
 * struct slot - a request of a ring, with all that has to stay
 * @ended: entries the ring has posted for it since it was submitted
 * @busy: submitted and not ended
 */
struct slot {
	struct ntio_device_control c;
	struct echo_return in;
	unsigned char out[64];
	unsigned int ended;
	bool busy;
};

static __u32 random_method(unsigned int *state)
{
	static const __u32 methods[] = {
		NTIO_METHOD_BUFFERED, NTIO_METHOD_OUT_DIRECT,
		NTIO_METHOD_NEITHER,
	};

	return methods[rand_r(state) % ARRAY_SIZE(methods)];
}

static void random_request(struct slot *slot, unsigned int *state)
{
	static const __u32 modes[] = {
		ECHO_COMPLETE, ECHO_PEND, ECHO_PEND_LATER, ECHO_PEND_LATER,
	};
	__u32 mode = modes[rand_r(state) % ARRAY_SIZE(modes)];
	bool later = mode == ECHO_PEND_LATER;

	slot->in = (struct echo_return) {
		.ret = mode == ECHO_COMPLETE ? STATUS_SUCCESS : STATUS_PENDING,
		.information = sizeof(slot->out),
		.written = sizeof(slot->out), .mode = mode,
		.delay_ms = later ? rand_r(state) % DELAY_MS : 0,
	};
	memset(slot->out, POISON, sizeof(slot->out));
	slot->c = (struct ntio_device_control) {
		.code = IOCTL_ECHO_RETURN_BUFFERED | random_method(state),
		.in = addr(&slot->in), .in_len = sizeof(slot->in),
		.out = addr(slot->out), .out_len = sizeof(slot->out),
	};
}

/* Waits until somebody posts an event or cancels it. */
static void wait_request(struct slot *slot)
{
	slot->c = (struct ntio_device_control) {
		.code = IOCTL_NOTIFY_WAIT,
		.out = addr(slot->out), .out_len = sizeof(slot->out),
	};
}

/* Success with all of the answer, or cancelled. */
static bool ended_well(const struct slot *slot, int error)
{
	if (error == ECANCELED)
		return true;
	if (slot->c.code == IOCTL_NOTIFY_WAIT)
		return !error && slot->c.out_information ==
			sizeof(struct notify_event);
	return !error && slot->c.out_status == STATUS_SUCCESS &&
	       slot->c.out_information == sizeof(slot->out) &&
	       slot->out[0] == 0xe0 && slot->out[63] == 0xef;
}

/* --- the threads --------------------------------------------------------- */

/**
 * struct worker - one of the threads that do anything at any time
 * @fds: the open files of all; each puts new ones in the place of its own
 * @index: which is its own
 * @until: when it ends, in ms
 * @submitted: requests given to a ring
 * @ended: entries that came back
 * @called: requests by ioctl
 * @cancelled: of all those
 * @ring: where its requests go
 * @slots: their memory. A new ring has new ones, as who serves a closed one may
 *	write to the old ones at any time; these stay until the program ends
 * @untold: requests whose ring was closed
 * @post: of the device that ends what waits
 * @wrong: ends that should not be
 */
struct worker {
	int *fds;
	int index;
	long long until;
	unsigned int state;
	struct ring ring;
	struct slot *slots;
	unsigned long submitted, ended, called, cancelled, wrong;
	unsigned long closed, asked, rings, untold;
	int post;
};

static int any_file(struct worker *w)
{
	return w->fds[rand_r(&w->state) % THREADS];
}

static void post(struct worker *w, const struct io_uring_cqe *cqe)
{
	struct slot *slot;

	if (cqe->user_data >= SLOTS)
		return;		/* of io_uring's cancel */
	slot = &w->slots[cqe->user_data];
	w->ended++;
	w->cancelled += cqe->res == -ECANCELED;
	if (!slot->busy || slot->ended++ ||
	    !ended_well(slot, -cqe->res))
		w->wrong++;
	slot->busy = false;
}

static void reap(struct worker *w)
{
	struct io_uring_cqe cqe;

	while (ring_peek(&w->ring, &cqe))
		post(w, &cqe);
}

static void submit(struct worker *w)
{
	int file = rand_r(&w->state) % THREADS;
	unsigned int i = rand_r(&w->state) % SLOTS;
	struct slot *slot = &w->slots[i];
	struct io_uring_sqe *sqe;

	if (slot->busy)
		return;
	if (file < NOTIFY_FILES)
		wait_request(slot);
	else
		random_request(slot, &w->state);
	sqe = ring_control(&w->ring, w->fds[file], &slot->c, i);
	if (!sqe)
		return;
	if (rand_r(&w->state) % 4 == 0)
		sqe->flags |= IOSQE_ASYNC;
	slot->busy = true;
	slot->ended = 0;
	w->submitted++;
	if (ring_submit(&w->ring) != 1)
		w->wrong++;
}

static void call(struct worker *w)
{
	struct slot slot;
	int error;

	random_request(&slot, &w->state);
	error = control(w->fds[NOTIFY_FILES], &slot.c);
	w->called++;
	if (!ended_well(&slot, error))
		w->wrong++;
}

/* By the device, or by the ring. */
static void cancel(struct worker *w)
{
	unsigned int i = rand_r(&w->state) % SLOTS;
	struct ntio_cancel one = {
		.size = sizeof(one), .request = addr(&w->slots[i].c),
	};
	struct ntio_cancel many = {
		.size = sizeof(many), .flags = rand_r(&w->state) & 1 ?
			NTIO_CANCEL_ALL : NTIO_CANCEL_THREAD,
	};

	w->asked++;
	switch (rand_r(&w->state) % 3) {
	case 0:
		ioctl(any_file(w), NTIO_IOC_CANCEL, &one);
		break;
	case 1:
		ioctl(any_file(w), NTIO_IOC_CANCEL, &many);
		break;
	default:
		if (ring_cancel(&w->ring, i, SLOTS))
			ring_submit(&w->ring);
	}
}

/* Ends some of those who wait. */
static void complete(struct worker *w)
{
	struct notify_post in = { .count = 1 + rand_r(&w->state) % 4 };
	struct ntio_device_control c = {
		.code = IOCTL_NOTIFY_POST,
		.in = addr(&in), .in_len = sizeof(in),
	};
	int error = control(w->post, &c);

	/* Nobody waited, and too many events are kept already. */
	if (error && c.out_status != STATUS_QUOTA_EXCEEDED)
		w->wrong++;
}

static int open_file(int index)
{
	return index < NOTIFY_FILES ?
		open("/dev/ntio/notify", O_RDWR | O_CLOEXEC) : echo_open();
}

/* Closes the old file; its number never is another's, say a ring's. */
static void reopen(struct worker *w)
{
	int new = open_file(w->index);

	w->wrong += dup3(new, w->fds[w->index], O_CLOEXEC) < 0;
	close(new);
	w->closed++;
}

static void drain(struct worker *w)
{
	struct ntio_cancel all = {
		.size = sizeof(all), .flags = NTIO_CANCEL_ALL,
	};
	struct io_uring_cqe cqe;
	int i;

	for (i = 0; w->ended < w->submitted && i < 300; i++) {
		ioctl(w->fds[i % NOTIFY_FILES], NTIO_IOC_CANCEL, &all);
		if (ring_wait(&w->ring, &cqe, 10))
			post(w, &cqe);
		reap(w);
	}
	usleep(10000);
	reap(w);
}

static void begin_ring(struct worker *w)
{
	w->wrong += ring_open(&w->ring, 4 * SLOTS, 0) != 0;
	w->slots = calloc(SLOTS, sizeof(*w->slots));
	if (!w->slots)
		exit(1);
}

/* With requests in flight: nobody is told how they end. */
static void abandon_ring(struct worker *w)
{
	int i;

	reap(w);
	for (i = 0; i < SLOTS; i++) {
		w->submitted -= w->slots[i].busy;
		w->untold += w->slots[i].busy;
	}
	ring_close(&w->ring);
	begin_ring(w);
	w->rings++;
}

static void *work(void *arg)
{
	struct worker *w = arg;
	int what;

	begin_ring(w);
	w->post = open("/dev/ntio/notify-post", O_RDWR | O_CLOEXEC);
	while (now_ms() < w->until) {
		what = rand_r(&w->state) % 1000;
		if (what < 600)
			submit(w);
		else if (what < 680)
			call(w);
		else if (what < 880)
			cancel(w);
		else if (what < 930)
			complete(w);
		else if (what < 980)
			reopen(w);
		else if (what < 985)
			abandon_ring(w);
		reap(w);
	}
	drain(w);
	ring_close(&w->ring);
	close(w->post);
	return NULL;
}

static void add(struct worker *sum, const struct worker *w)
{
	sum->submitted += w->submitted;
	sum->ended += w->ended;
	sum->called += w->called;
	sum->cancelled += w->cancelled;
	sum->asked += w->asked;
	sum->closed += w->closed;
	sum->rings += w->rings;
	sum->untold += w->untold;
	sum->wrong += w->wrong;
}

/* Returns what all threads together have done. */
static struct worker run_threads(int *fds, unsigned long seconds)
{
	struct worker *workers = calloc(THREADS, sizeof(*workers));
	struct worker sum = { };
	pthread_t threads[THREADS];
	unsigned int start = seed();
	int i;

	for (i = 0; i < THREADS; i++) {
		workers[i].fds = fds;
		workers[i].index = i;
		workers[i].state = start + i;
		workers[i].until = now_ms() + seconds * 1000;
		if (pthread_create(&threads[i], NULL, work, &workers[i]))
			exit(1);
	}
	for (i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		add(&sum, &workers[i]);
	}
	free(workers);
	return sum;
}

FIXTURE(stress)
{
};

FIXTURE_SETUP(stress)
{
}

FIXTURE_TEARDOWN(stress)
{
}

TEST_F_TIMEOUT(stress, threads, LIMIT_SECONDS)
{
	unsigned long seconds = setting("NTIO_STRESS_SECONDS", 5);
	int i, fds[THREADS];
	struct worker sum;

	for (i = 0; i < THREADS; i++)
		fds[i] = open_file(i);
	sum = run_threads(fds, seconds);
	for (i = 0; i < THREADS; i++)
		close(fds[i]);
	printf("# %lu s: %lu requests of rings, %lu ends (%lu cancelled)\n",
	       seconds, sum.submitted, sum.ended, sum.cancelled);
	printf("# %lu rings closed, with %lu requests besides\n",
	       sum.rings, sum.untold);
	printf("# %lu by ioctl, %lu cancels, %lu files closed\n",
	       sum.called, sum.asked, sum.closed);
	EXPECT_EQ(sum.submitted, sum.ended);
	EXPECT_EQ(0, sum.wrong);
	EXPECT_LT(0, sum.ended);
	EXPECT_TRUE(wait_until(ntio_stat("alive", "requests") == 0));
	EXPECT_TRUE(wait_until(ntio_stat("alive", "files") == 0));
}

/* --- killed processes ---------------------------------------------------- */

/* Submits for as long as it lives; another thread of it waits in ioctls. */
static void *wait_in_ioctls(void *arg)
{
	struct worker *w = arg;

	for (;;)
		call(w);
	return NULL;
}

/* Counts the victims that have submitted something. */
static unsigned int *started;

static void victim(int fd, unsigned int state, bool threaded)
{
	struct worker *w = calloc(2, sizeof(*w));
	int fds[THREADS] = { open_file(0), open_file(1), fd, fd };
	pthread_t thread;
	int i;

	for (i = 0; i < 2; i++) {
		w[i].fds = fds;
		w[i].state = state + i;
	}
	begin_ring(w);
	if (w->wrong)
		_exit(1);
	if (threaded && pthread_create(&thread, NULL, wait_in_ioctls, &w[1]))
		_exit(1);
	submit(w);
	__atomic_add_fetch(started, 1, __ATOMIC_RELEASE);
	for (;;) {
		submit(w);
		reap(w);
	}
}

/* Kill the victim at a random moment; returns how long it took to go. */
static long long kill_one(int fd, unsigned int *state)
{
	unsigned int child_state = rand_r(state);
	unsigned int before = __atomic_load_n(started, __ATOMIC_ACQUIRE);
	bool threaded = rand_r(state) & 1;
	pid_t child = fork();
	long long begin;
	int status;

	if (!child)
		victim(fd, child_state, threaded);
	if (!wait_until(__atomic_load_n(started, __ATOMIC_ACQUIRE) != before))
		return -1;
	usleep(rand_r(state) % 20000);
	begin = now_ms();
	kill(child, SIGKILL);
	if (waitpid(child, &status, 0) != child || !WIFSIGNALED(status))
		return -1;
	return now_ms() - begin;
}

/* D6, [8.40]-[8.42]: gone at once, and what it left follows. */
TEST_F_TIMEOUT(stress, killed, LIMIT_SECONDS)
{
	unsigned long rounds = setting("NTIO_STRESS_KILLS", 100), i;
	unsigned int state = seed();
	long long took, longest = 0;
	__u32 calls;
	int fd;

	started = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, (void *)started);
	fd = echo_open();
	for (i = 0; i < rounds; i++) {
		took = kill_one(fd, &state);
		ASSERT_LE(0, took);
		if (took > longest)
			longest = took;
	}
	EXPECT_TRUE(wait_until(ntio_stat("alive", "requests") == 0));
	EXPECT_TRUE(wait_until(pins() == 0));
	calls = echo_saw(fd).calls;
	printf("# %lu processes killed, the slowest gone after %lld ms\n",
	       rounds, longest);
	printf("# %u requests of echo's, none left\n", calls);
	EXPECT_LT(0, calls);
	close(fd);
	EXPECT_TRUE(wait_until(ntio_stat("alive", "files") == 0));
}

TEST_HARNESS_MAIN
