// SPDX-License-Identifier: GPL-2.0
/* Changing memory under the kernel's hands. */
#include <linux/userfaultfd.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <time.h>

#include "flipper.h"

#define BURST 256

void flip_add(struct flipper *flipper, void *at, unsigned int size,
	      unsigned int count, ...)
{
	struct flip *flip = &flipper->flips[flipper->count];
	unsigned int i;
	va_list values;

	if (flipper->count == FLIP_TARGETS || count > FLIP_VALUES)
		abort();
	*flip = (struct flip){ .at = at, .size = size, .count = count };
	va_start(values, count);
	for (i = 0; i < count; i++)
		flip->values[i] = va_arg(values, __u64);
	va_end(values);
	flipper->count++;
}

static __u64 flip_get(const struct flip *flip)
{
	if (flip->size == 8)
		return __atomic_load_n((__u64 *)flip->at, __ATOMIC_RELAXED);
	return __atomic_load_n((__u32 *)flip->at, __ATOMIC_RELAXED);
}

static void flip_set(const struct flip *flip, __u64 value)
{
	if (flip->size == 8)
		__atomic_store_n((__u64 *)flip->at, value, __ATOMIC_RELAXED);
	else
		__atomic_store_n((__u32 *)flip->at, value, __ATOMIC_RELAXED);
}

static void flip_next(struct flipper *flipper, unsigned int which)
{
	const struct flip *flip = &flipper->flips[which];
	__u64 now = flip_get(flip);
	unsigned int i;

	for (i = 0; i < flip->count && flip->values[i] != now; i++)
		;
	flip_set(flip, flip->values[(i + 1) % flip->count]);
	__atomic_add_fetch(&flipper->done, 1, __ATOMIC_RELAXED);
}

void flip_all(struct flipper *flipper)
{
	unsigned int i;

	for (i = 0; i < flipper->count; i++)
		flip_next(flipper, i);
}

void flip_back(struct flipper *flipper)
{
	unsigned int i;

	for (i = 0; i < flipper->count; i++)
		flip_set(&flipper->flips[i], flipper->flips[i].values[0]);
}

static void flip_burst(struct flipper *flipper, unsigned int *state,
		       unsigned int times)
{
	while (times--)
		flip_next(flipper, rand_r(state) % flipper->count);
}

static bool stopped(struct flipper *flipper)
{
	return __atomic_load_n(&flipper->stop, __ATOMIC_RELAXED);
}

static void run_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

/* Where there is one CPU for all, this gives it away. */
static void give_way(void)
{
#ifdef __x86_64__
	__builtin_ia32_pause();
#else
	asm volatile("yield");
#endif
}

/* Of any length. */
static void *flip_beside(void *context)
{
	struct flipper *flipper = context;

	run_on(1);
	while (!stopped(flipper)) {
		flip_burst(flipper, &flipper->state[0],
			   1 + rand_r(&flipper->state[0]) % BURST);
		give_way();
	}
	return NULL;
}

/* Interrupts whoever runs on that CPU, at any instruction it may be. */
static void *flip_between(void *context)
{
	struct sched_param param = { .sched_priority = 1 };
	struct flipper *flipper = context;
	struct timespec moment = { };

	run_on(0);
	sched_setscheduler(0, SCHED_FIFO, &param);
	while (!stopped(flipper)) {
		flip_burst(flipper, &flipper->state[1], 16);
		moment.tv_nsec = 20000 + rand_r(&flipper->state[1]) % 200000;
		clock_nanosleep(CLOCK_MONOTONIC, 0, &moment, NULL);
	}
	return NULL;
}

void flipper_start(struct flipper *flipper)
{
	run_on(0);
	flipper->stop = 0;
	flipper->state[0] = 1;
	flipper->state[1] = 2;
	if (pthread_create(&flipper->threads[0], NULL, flip_beside, flipper) ||
	    pthread_create(&flipper->threads[1], NULL, flip_between, flipper))
		abort();
}

void flipper_stop(struct flipper *flipper)
{
	__atomic_store_n(&flipper->stop, 1, __ATOMIC_RELAXED);
	pthread_join(flipper->threads[0], NULL);
	pthread_join(flipper->threads[1], NULL);
}

unsigned long flipper_done(struct flipper *flipper)
{
	return __atomic_load_n(&flipper->done, __ATOMIC_RELAXED);
}

/* --- stops --------------------------------------------------------------- */

bool stop_set(struct stop *stop, void *page)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = {
		.range = { .start = addr(page), .len = PAGE },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};

	stop->page = page;
	stop->uffd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	if (stop->uffd < 0)
		return false;
	memcpy(stop->content, page, PAGE);
	return !ioctl(stop->uffd, UFFDIO_API, &api) &&
	       !ioctl(stop->uffd, UFFDIO_REGISTER, &range) &&
	       !madvise(page, PAGE, MADV_DONTNEED);
}

bool stop_wait(struct stop *stop)
{
	struct pollfd pollfd = { .fd = stop->uffd, .events = POLLIN };
	struct uffd_msg msg;

	return poll(&pollfd, 1, 10000) == 1 &&
	       read(stop->uffd, &msg, sizeof(msg)) == sizeof(msg) &&
	       msg.event == UFFD_EVENT_PAGEFAULT;
}

void stop_release(struct stop *stop)
{
	struct uffdio_copy copy = {
		.dst = addr(stop->page), .src = addr(stop->content),
		.len = PAGE,
	};

	ioctl(stop->uffd, UFFDIO_COPY, &copy);
	close(stop->uffd);
	stop->uffd = -1;
}
