// SPDX-License-Identifier: GPL-2.0
/* The chapters R5 to R7: a worker, what it must not do and what it can. */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "stage.h"
#include "tour.h"

#define TRIES 200

/* --- R5 ------------------------------------------------------------------- */

/* How often which verdict came. */
struct tally {
	unsigned int count[CONTEXT_FAULT + 1];
	unsigned int quiet;	/* status 0 */
};

static struct tally try_often(int fd, uint32_t code, struct context_ask *ask,
			      uint32_t cpu)
{
	struct tally tally = { 0 };

	ask->cpu = cpu;
	for (int i = 0; i < TRIES; i++) {
		struct ntio_result result =
			stage_send(fd, code, ask, sizeof(ask->data));
		struct context_saw saw = stage_saw(fd);

		if (saw.cpu == cpu && saw.verdict <= CONTEXT_FAULT)
			tally.count[saw.verdict]++;
		tally.quiet += !result.error;
	}
	return tally;
}

/* What came most often. */
static uint32_t mostly(const struct tally *tally)
{
	uint32_t most = 0;

	for (uint32_t i = 1; i <= CONTEXT_FAULT; i++)
		if (tally->count[i] > tally->count[most])
			most = i;
	return most;
}

static void show_naive(int fd, struct context_ask *ask, uint32_t cpu, pid_t pid)
{
	static const char *const remarks[] = {
		[CONTEXT_NOTHING] = "", [CONTEXT_UNKNOWN] = "",
		[CONTEXT_MINE] = "right, by luck",
		[CONTEXT_OTHER] = "WRONG PROCESS",
		[CONTEXT_FAULT] = "at least that",
	};
	struct tally tally = try_often(fd, IOCTL_CONTEXT_NAIVE, ask, cpu);
	uint32_t verdict = mostly(&tally);
	char where[32], times[32];

	snprintf(where, sizeof(where), "CPU %u (pid %d's)", cpu, pid);
	snprintf(times, sizeof(times), "0, %u of %u", tally.quiet, TRIES);
	printf("     %-17s  %-13s  %u x %-17s  %s\n", where, times,
	       tally.count[verdict], stage_verdict(verdict),
	       remarks[verdict]);
	if (cpu == 1) {
		tour_check(tally.count[CONTEXT_OTHER] > TRIES / 2 &&
				   !tally.count[CONTEXT_MINE],
			   "what this rule is about: the other process' data");
		tour_found("raw address: another process read, %u of %u times",
			   tally.count[CONTEXT_OTHER], TRIES);
	}
}

static const struct {
	uint32_t code;
	const char *name;
} ways[] = {
	{ IOCTL_CONTEXT_CAPTURED, "buffered copy" },
	{ IOCTL_CONTEXT_LOCKED, "pages, locked by the core" },
	{ IOCTL_CONTEXT_LOCKED_BY_DRIVER, "pages, locked by the driver" },
	{ IOCTL_CONTEXT_ATTACHED, "attached to the caller" },
	{ IOCTL_CONTEXT_COPIED, "copied across" },
};

static void show_ways(int fd, struct context_ask *ask)
{
	puts("\n   The same request served right:\n");
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		unsigned int right[2];

		for (uint32_t cpu = 0; cpu < 2; cpu++) {
			struct tally tally =
				try_often(fd, ways[i].code, ask, cpu);

			right[cpu] = tally.count[CONTEXT_MINE];
		}
		printf("     %-28s  right %u of %u on CPU 0, %u of %u on 1\n",
		       ways[i].name, right[0], TRIES, right[1], TRIES);
		tour_check(right[0] == TRIES && right[1] == TRIES,
			   "the caller's data, always");
	}
}

static bool is_unsafe(int fd, const struct context_ask *ask)
{
	struct ntio_result result = stage_send(fd, IOCTL_CONTEXT_NAIVE, ask,
					       sizeof(ask->data));

	if (!result.error)
		return true;
	ntio_explain(stdout, &result, 3);
	puts("   The mistake is shown only to root, and only if the driver is "
	     "loaded by:\n   modprobe ntio_context unsafe=1");
	return false;
}

bool tour_r5(void)
{
	int fd = open_device("context", NTIO_NO_ACCESS);
	struct stage_other other;
	struct context_ask *ask;

	if (fd < 0 || !stage_start_other(&other))
		return false;
	ask = stage_ask(STAGE_MINE);
	tour_heading("A raw user address in the wrong context",
		     "A worker has no address space; the CPU has that of "
		     "whoever ran before.");
	printf("   pid %d stores 0x%x at %p, pid %d stores 0x%x there.\n"
	       "   A worker does copy_from_user() there on behalf of pid %d:\n\n",
	       getpid(), STAGE_MINE, (void *)&ask->data, other.pid,
	       STAGE_OTHERS, getpid());
	if (is_unsafe(fd, ask)) {
		printf("     %-17s  %-13s  %s\n", "worker runs on",
		       "it returned", "it read");
		show_naive(fd, ask, 0, getpid());
		show_naive(fd, ask, 1, other.pid);
		show_ways(fd, ask);
	} else {
		tour_check(false, "possible to show the mistake");
	}
	tour_held_by("selftests/context  [7.2] [7.4] [7.5] [7.6]");
	stage_leave();
	stage_stop_other(&other);
	close(fd);
	return true;
}

/* --- R6 ------------------------------------------------------------------- */

bool tour_r6(void)
{
	int fd = open_device("context", NTIO_NO_ACCESS);
	const size_t len = 10000;
	struct context_ask *ask;
	struct ntio_result result;
	struct context_saw saw;

	if (fd < 0)
		return false;
	ask = stage_ask(STAGE_MINE);
	memset(ask + 1, 1, len);
	result = stage_send(fd, IOCTL_CONTEXT_LOCKED_BY_DRIVER, ask, len);
	saw = stage_saw(fd);
	tour_heading("Locked by the highest driver, served by a worker",
		     "In the caller's context the driver locks pages; then "
		     "any context will do.");
	tour_line("sent", "%zu bytes at %p", len, (void *)&ask->data);
	tour_line("driver", "locks them in process %d: %u pages, %s", getpid(),
		  saw.pages, saw.flags & CONTEXT_CONTIGUOUS ?
				     "contiguous" : "not contiguous");
	tour_line("worker", "%s, %s address space, on CPU %u",
		  saw.flags & CONTEXT_KTHREAD ? "a kernel thread" :
						"NOT a kernel thread",
		  saw.flags & CONTEXT_NO_MM ? "without an" : "WITH AN",
		  saw.cpu);
	tour_line("", "reads from the pages: %s", stage_verdict(saw.verdict));
	tour_check(!result.error && saw.verdict == CONTEXT_MINE,
		   "the caller's data");
	tour_check(saw.flags & CONTEXT_KTHREAD && saw.flags & CONTEXT_NO_MM,
		   "a worker without an address space");
	tour_check(saw.pages == 3, "the three pages of the buffer");
	tour_line("naive", "locks in the worker: the pages of whoever is "
		  "there");
	tour_held_by("selftests/context selftests/vault  [5.10] [7.7]");
	tour_found("%u pages locked in process %d, read in a kernel thread",
		   saw.pages, getpid());
	stage_leave();
	close(fd);
	return true;
}

/* --- R7 ------------------------------------------------------------------- */

struct sender {
	int fd;
	uint32_t code;
	struct context_ask *ask;
};

static void *send_parked(void *arg)
{
	const struct sender *sender = arg;

	stage_send(sender->fd, sender->code, sender->ask,
		   sizeof(sender->ask->data));
	return NULL;
}

/* The worker reads after this process has stored something else there. */
static struct context_saw change_meanwhile(int fd, uint32_t code)
{
	struct sender sender = { fd, code, stage_ask(STAGE_MINE) };
	struct context_saw saw = { 0 };
	pthread_t thread;

	sender.ask->flags = CONTEXT_PARK;
	if (pthread_create(&thread, NULL, send_parked, &sender))
		return saw;
	if (tour_check(stage_wait_parked(fd), "a worker that waits"))
		*(volatile __u64 *)&sender.ask->data = STAGE_OTHERS;
	stage_go(fd);
	pthread_join(thread, NULL);
	stage_leave();
	return stage_saw(fd);
}

bool tour_r7(void)
{
	int fd = open_device("context", NTIO_NO_ACCESS);
	struct context_saw copy, pages;

	if (fd < 0)
		return false;
	copy = change_meanwhile(fd, IOCTL_CONTEXT_CAPTURED);
	pages = change_meanwhile(fd, IOCTL_CONTEXT_LOCKED);
	tour_heading("What a driver gets, it can rely on",
		     "A kernel buffer or locked pages are there before it is "
		     "called.");
	tour_line("sent", "0x%x; while a worker has the request, we store "
		  "0x%x", STAGE_MINE, STAGE_OTHERS);
	tour_line("copied", "system buffer %s, still has 0x%x: %s",
		  copy.flags & CONTEXT_SYSTEM_BUFFER ? "yes" : "NO",
		  STAGE_MINE, copy.verdict == CONTEXT_MINE ? "yes" : "NO");
	tour_check(copy.flags & CONTEXT_SYSTEM_BUFFER &&
			   copy.verdict == CONTEXT_MINE,
		   "a copy that nobody changes any more");
	tour_line("locked", "%u page locked, shows the new 0x%x: %s",
		  pages.pages, STAGE_OTHERS,
		  pages.verdict == CONTEXT_OTHER ? "yes" : "NO");
	tour_check(pages.pages == 1 && pages.verdict == CONTEXT_OTHER,
		   "the caller's own page, as it is now");
	tour_line("naive", "checks what is in the pages, then reads it again: "
		  "it may differ");
	tour_held_by("selftests/buffered selftests/direct selftests/context  "
		     "[2.1] [11.12]");
	tour_found("a copy keeps what was sent, pages show what is there now");
	close(fd);
	return true;
}
