// SPDX-License-Identifier: GPL-2.0
/*
 * Every path that succeeds, with every fault in turn: an allocation of slab
 * memory or of pages that fails, a copy from or to the caller that fails, a
 * lock of pages that fails. Each time the path must fail cleanly or succeed
 * with the right content, and leave nothing behind.
 *
 * The kernel counts the places at which it could fail in a task (fail-nth):
 * the n-th of them fails, for n = 1, 2, 3, ... until a pass ends before.
 * Workers are other tasks, and none of theirs fail.
 */
#include <sys/syscall.h>

#include "kselftest_harness.h"
#include "paths.h"

#define DEBUG "/sys/kernel/debug/"
#define TIMES 1000000000
#define LIMIT_SECONDS 900
/* So many passes in a row without a fault end a sweep. */
#define IDLE 3
#define MOST 3000

enum fault {
	SLAB,
	PAGES,
	USERCOPY,
	PIN,
	FAULTS,
};

static const char * const fault_dirs[FAULTS] = {
	[SLAB] = "failslab", [PAGES] = "fail_page_alloc",
	[USERCOPY] = "fail_usercopy", [PIN] = "ntio/fail_pin",
};

/**
 * struct tally - what a path has seen
 * @faults: injected, of each kind
 * @refused: passes with faults that ended with an error
 * @leaks: passes after which something was left
 */
struct tally {
	unsigned int faults[FAULTS];
	unsigned int refused;
	unsigned int leaks;
};

/* Of all tests; they run in processes of their own. */
static struct tally *total;

/* --- the kernel's knobs -------------------------------------------------- */

static int write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int error = 0;

	if (fd < 0)
		return errno;
	if (write(fd, text, strlen(text)) < 0)
		error = errno;
	close(fd);
	return error;
}

static int knob(enum fault fault, const char *name, const char *value)
{
	char path[128];

	snprintf(path, sizeof(path), DEBUG "%s/%s", fault_dirs[fault], name);
	return write_text(path, value);
}

static int knob_number(enum fault fault, const char *name, long value)
{
	char text[32];

	snprintf(text, sizeof(text), "%ld", value);
	return knob(fault, name, text);
}

static long knob_get(enum fault fault, const char *name)
{
	char path[128], text[32] = "";
	int fd;

	snprintf(path, sizeof(path), DEBUG "%s/%s", fault_dirs[fault], name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		text[0] = 0;
	close(fd);
	return strtol(text, NULL, 0);
}

/*
 * Silent, also where the kernel may wait, and at no time by chance but in tasks
 * that are marked; fail-nth asks for no mark.
 */
static int knobs_set(void)
{
	int fault, error = 0;

	for (fault = 0; fault < FAULTS && !error; fault++) {
		error = knob(fault, "probability", "0") ?:
			knob(fault, "interval", "1") ?:
			knob(fault, "task-filter", "Y") ?:
			knob(fault, "verbose", "0") ?:
			knob_number(fault, "times", TIMES);
	}
	return error ?: knob(SLAB, "ignore-gfp-wait", "N") ?:
		knob(PAGES, "ignore-gfp-wait", "N") ?:
		knob(PAGES, "ignore-gfp-highmem", "N") ?:
		knob(PAGES, "min-order", "0");
}

/* How many faults there were since the last time, of each kind. */
static unsigned int count_faults(struct tally *tally)
{
	unsigned int fault, n, sum = 0;

	for (fault = 0; fault < FAULTS; fault++) {
		n = TIMES - knob_get(fault, "times");
		if (!n)
			continue;
		knob_number(fault, "times", TIMES);
		tally->faults[fault] += n;
		sum += n;
	}
	return sum;
}

/* --- one pass ------------------------------------------------------------ */

static int nth_fd = -1;

/* Setting it back can be what fails; then nothing else did. */
static void nth_set(unsigned int nth)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", nth);
	int tries = 3;

	while (pwrite(nth_fd, text, len, 0) != len && tries--)
		;
}

/* In this task, until it is told to stop. */
static void pins_fail(bool fail)
{
	int fd = open("/proc/thread-self/make-it-fail", O_WRONLY | O_CLOEXEC);

	knob(PIN, "probability", fail ? "100" : "0");
	if (write(fd, fail ? "1" : "0", 1) != 1)
		printf("# make-it-fail: %s\n", strerror(errno));
	close(fd);
}

struct balance {
	long alive;
	long pins;
};

static struct balance balance(void)
{
	return (struct balance){ alive(), pins() };
}

static bool balanced(const struct balance *before)
{
	return wait_until(alive() == before->alive && pins() == before->pins);
}

/* Whatever was wrong with a pass, in words; NULL: nothing. */
static const char *judge(struct path_run *run, struct tally *tally,
			 const struct balance *before)
{
	const char *wrong = path_wrong(run);

	tally->refused += run->error != 0;
	path_undo(run);
	if (balanced(before))
		return wrong;
	tally->leaks++;
	return "it left something behind";
}

#define expect_judged(_run, _tally, _before, ...) do {			\
	const char *_wrong = judge(_run, _tally, _before);		\
	ASSERT_EQ(NULL, _wrong) {					\
		TH_LOG("%s: %s", (_run)->path->name, _wrong);		\
		TH_LOG(__VA_ARGS__);					\
	}								\
} while (0)

static void add_up(const struct tally *tally)
{
	int i;

	for (i = 0; i < FAULTS; i++)
		total->faults[i] += tally->faults[i];
	total->refused += tally->refused;
	total->leaks += tally->leaks;
}

/* kmemleak says of what is never freed which process allocated it. */
static void print_tally(const char *name, const struct tally *tally)
{
	printf("# %-32s %4u slab %4u pages %4u usercopy %3u pin: ", name,
	       tally->faults[SLAB], tally->faults[PAGES],
	       tally->faults[USERCOPY], tally->faults[PIN]);
	printf("%4u refused, %u leaks, pid %d\n", tally->refused,
	       tally->leaks, getpid());
}

static unsigned int sum(const struct tally *tally)
{
	return tally->faults[SLAB] + tally->faults[PAGES] +
	       tally->faults[USERCOPY] + tally->faults[PIN];
}

/* --- the paths ----------------------------------------------------------- */

FIXTURE(faults)
{
	struct path_run run;
	struct balance before;
	struct tally tally;
};

FIXTURE_VARIANT(faults)
{
	int path;
};

#define FAULTS_VARIANT(how, what, ...)					\
	FIXTURE_VARIANT_ADD(faults, how##_##what) {			\
		.path = PATH_##how##_##what };
PATHS(FAULTS_VARIANT)

FIXTURE_SETUP(faults)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/task/%d/fail-nth",
		 (int)syscall(SYS_gettid));
	nth_fd = open(path, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, nth_fd);
	ASSERT_EQ(0, knobs_set());
	ASSERT_TRUE(path_begin(&self->run, &paths[variant->path])) {
		TH_LOG("%s: %s", paths[variant->path].name, strerror(errno));
	}
	self->before = balance();
}

FIXTURE_TEARDOWN(faults)
{
	path_end(&self->run);
	print_tally(paths[variant->path].name, &self->tally);
	add_up(&self->tally);
}

static bool pins_pages(const struct path *path)
{
	__u32 method = NTIO_CTL_METHOD(path->code);
	bool control = path->kind == &path_control || path->kind == &path_ring;

	return control && path->out_len && (method == NTIO_METHOD_IN_DIRECT ||
					    method == NTIO_METHOD_OUT_DIRECT);
}

/* Without a fault it succeeds, or what follows would mean nothing. */
TEST_F_TIMEOUT(faults, each_in_turn, LIMIT_SECONDS)
{
	struct path_run *run = &self->run;
	unsigned int nth, idle = 0, pins;

	path_reset(run);
	path_go(run);
	ASSERT_EQ(0, run->error) {
		TH_LOG("%s: %s", run->path->name, strerror(run->error));
	}
	expect_judged(run, &self->tally, &self->before, "without a fault");
	for (nth = 1; idle < IDLE && nth < MOST; nth++) {
		path_reset(run);
		nth_set(nth);
		path_go(run);
		nth_set(0);
		idle = count_faults(&self->tally) ? 0 : idle + 1;
		expect_judged(run, &self->tally, &self->before,
			      "when the fault number %u is injected", nth);
	}
	EXPECT_EQ(IDLE, idle) {
		TH_LOG("there is no end of faults");
	}
	EXPECT_LT(0, sum(&self->tally));
	if (!pins_pages(run->path))
		return;
	/* Which fault has what number is not always the same. */
	pins = self->tally.faults[PIN];
	path_reset(run);
	pins_fail(true);
	path_go(run);
	pins_fail(false);
	count_faults(&self->tally);
	expect_judged(run, &self->tally, &self->before, "when pins fail");
	EXPECT_LT(pins, self->tally.faults[PIN]);
	EXPECT_NE(0, run->error);
}

/* --- all of it ----------------------------------------------------------- */

FIXTURE(all)
{
};

FIXTURE_SETUP(all)
{
}

FIXTURE_TEARDOWN(all)
{
}

TEST_F(all, thousands_and_no_leak)
{
	print_tally("all paths", total);
	printf("# %d paths, %u faults, %u leaks\n", PATH_COUNT, sum(total),
	       total->leaks);
	EXPECT_LT(1000, sum(total));
	EXPECT_LT(0, total->faults[SLAB]);
	EXPECT_LT(0, total->faults[PAGES]);
	EXPECT_LT(0, total->faults[USERCOPY]);
	EXPECT_LT(0, total->faults[PIN]);
	EXPECT_EQ(0, total->leaks);
}

/* Before the harness speaks: the whole program is skipped, or nothing. */
__attribute__((constructor))
static void prepare(void)
{
	total = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (!access("/proc/self/fail-nth", W_OK) &&
	    !access(DEBUG "fail_usercopy", X_OK) &&
	    !access(DEBUG "ntio/fail_pin", X_OK))
		return;
	printf("TAP version 13\n");
	printf("1..0 # SKIP no CONFIG_FAULT_INJECTION and fail_usercopy\n");
	fflush(stdout);
	_exit(4);
}

TEST_HARNESS_MAIN
