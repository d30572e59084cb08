// SPDX-License-Identifier: GPL-2.0
/* The kernel's fault injection, for the test programs that sweep paths. */
#include "inject.h"

#define DEBUG "/sys/kernel/debug/"
#define TIMES 1000000000
#define MOST 3000

static const char * const fault_dirs[FAULTS] = {
	[SLAB] = "failslab", [PAGES] = "fail_page_alloc",
	[USERCOPY] = "fail_usercopy", [PIN] = "ntio/fail_pin",
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
 * Silent, also where the kernel may wait, and at no time by chance: fail-nth
 * needs none of that. Pins are ntio's, so no task is left out when they fail.
 */
static int knobs_set(void)
{
	int fault, error = 0;

	for (fault = 0; fault < FAULTS && !error; fault++) {
		error = knob(fault, "probability", "0") ?:
			knob(fault, "interval", "1") ?:
			knob(fault, "task-filter", fault == PIN ? "N" : "Y") ?:
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

/* --- the tasks ----------------------------------------------------------- */

bool inject_add(struct injected *injected, const char *path)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	if (injected->count == INJECT_TASKS) {
		close(fd);
		return false;
	}
	injected->tasks[injected->count++] = fd;
	return true;
}

void inject_forget(struct injected *injected)
{
	while (injected->count)
		close(injected->tasks[--injected->count]);
}

/*
 * Setting it back can be what fails in this task; then nothing else did. A task
 * that has ended meanwhile needs nothing.
 */
static void tasks_set(struct injected *injected, unsigned int nth)
{
	unsigned int i, tries;
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", nth);

	for (i = 0; i < injected->count; i++)
		for (tries = 0; tries < 4; tries++)
			if (pwrite(injected->tasks[i], text, len, 0) == len)
				break;
}

/* --- passes -------------------------------------------------------------- */

static const char *judge(struct injected *injected)
{
	const char *wrong = path_wrong(&injected->run);

	injected->tally.refused += injected->run.error != 0;
	path_undo(&injected->run);
	/* What was there at the begin may have been about to go. */
	if (wait_until(alive() <= injected->alive &&
		       pins() <= injected->pins))
		return wrong;
	injected->tally.leaks++;
	printf("# alive %ld, before %ld; pins %ld, before %ld\n",
	       alive(), injected->alive, pins(), injected->pins);
	return "it left something behind";
}

/* Without a fault it succeeds, or what follows would mean nothing. */
const char *inject_none(struct injected *injected)
{
	path_reset(&injected->run);
	path_go(&injected->run);
	if (injected->run.error)
		return strerror(injected->run.error);
	return judge(injected);
}

const char *inject_each(struct injected *injected)
{
	const char *wrong = NULL;
	unsigned int idle = 0;

	for (injected->nth = 1; idle < INJECT_IDLE; injected->nth++) {
		if (injected->nth == MOST)
			return "there is no end of faults";
		path_reset(&injected->run);
		if (injected->look)
			injected->look(injected);
		tasks_set(injected, injected->nth);
		path_go(&injected->run);
		tasks_set(injected, 0);
		idle = count_faults(&injected->tally) ? 0 : idle + 1;
		wrong = judge(injected);
		if (wrong)
			return wrong;
	}
	return NULL;
}

/* Which fault has what number is not always the same. */
const char *inject_pins(struct injected *injected)
{
	unsigned int before = injected->tally.faults[PIN];
	const char *wrong;

	path_reset(&injected->run);
	knob(PIN, "probability", "100");
	path_go(&injected->run);
	knob(PIN, "probability", "0");
	count_faults(&injected->tally);
	wrong = judge(injected);
	if (wrong)
		return wrong;
	if (injected->tally.faults[PIN] == before)
		return "it does not pin";
	return injected->run.error ? NULL : "it succeeded without its pages";
}

int inject_begin(struct injected *injected, const struct path *path)
{
	int error;

	memset(injected, 0, sizeof(*injected));
	error = knobs_set();
	if (!path_begin(&injected->run, path))
		error = errno;
	injected->alive = alive();
	injected->pins = pins();
	return error;
}

/* --- the sum ------------------------------------------------------------- */

unsigned int inject_sum(const struct tally *tally)
{
	return tally->faults[SLAB] + tally->faults[PAGES] +
	       tally->faults[USERCOPY] + tally->faults[PIN];
}

static void add_up(const struct tally *tally)
{
	int i;

	total->paths++;
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

void inject_end(struct injected *injected)
{
	path_end(&injected->run);
	inject_forget(injected);
	print_tally(injected->run.path->name, &injected->tally);
	add_up(&injected->tally);
}

const struct tally *inject_total(void)
{
	print_tally("all paths", total);
	printf("# %u paths, %u faults, %u leaks\n", total->paths,
	       inject_sum(total), total->leaks);
	return total;
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
