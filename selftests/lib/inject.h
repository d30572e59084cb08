/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Faults on demand: the kernel counts the places at which it could fail in a
 * task (fail-nth), and the n-th of them fails. Every n in turn, until a path
 * meets none any more. Each time it must fail cleanly or succeed with the right
 * content, and leave nothing behind.
 *
 * A program that is linked with this is skipped where the kernel cannot.
 */
#ifndef INJECT_H
#define INJECT_H

#include "paths.h"

#define INJECT_TASKS 128
/* So many passes in a row without a fault end a sweep. */
#define INJECT_IDLE 3

enum fault {
	SLAB,
	PAGES,
	USERCOPY,
	PIN,
	FAULTS,
};

/**
 * struct tally - what a path has seen, or all paths
 * @paths: how many
 * @faults: injected, of each kind
 * @refused: passes with faults that ended with an error
 * @leaks: passes after which something was left
 */
struct tally {
	unsigned int paths;
	unsigned int faults[FAULTS];
	unsigned int refused;
	unsigned int leaks;
};

/**
 * struct injected - a path with faults
 * @run: the path
 * @tasks: files fail-nth of the tasks in which they are injected
 * @count: of @tasks
 * @look: finds the tasks; called whenever there may be new ones, or NULL
 * @nth: which fault was the last one
 * @tally: what came of it
 * @alive: before
 * @pins: before
 */
struct injected {
	struct path_run run;
	int tasks[INJECT_TASKS];
	unsigned int count;
	void (*look)(struct injected *injected);
	unsigned int nth;
	struct tally tally;
	long alive;
	long pins;
};

/* Returns an errno, or 0. inject_end() is due all the same. */
int inject_begin(struct injected *injected, const struct path *path);
/* Prints what came of it, and adds it to that of all paths. */
void inject_end(struct injected *injected);

/* A file fail-nth becomes one of the tasks; false: it is gone. */
bool inject_add(struct injected *injected, const char *path);
/* There are no tasks. */
void inject_forget(struct injected *injected);

/*
 * One pass without faults; with every fault in turn; with pins that fail. What
 * was wrong in the last pass; NULL: nothing.
 */
const char *inject_none(struct injected *injected);
const char *inject_each(struct injected *injected);
const char *inject_pins(struct injected *injected);

unsigned int inject_sum(const struct tally *tally);
/* Of all paths; prints it. */
const struct tally *inject_total(void);

/* Each kind of fault was injected, @_least and more in all, and nothing leaked. */
#define expect_faults(_total, _least) do {				\
	EXPECT_LE(_least, inject_sum(_total));				\
	EXPECT_LT(0, (_total)->faults[SLAB]);				\
	EXPECT_LT(0, (_total)->faults[PAGES]);				\
	EXPECT_LT(0, (_total)->faults[USERCOPY]);			\
	EXPECT_LT(0, (_total)->faults[PIN]);				\
	EXPECT_EQ(0, (_total)->leaks);					\
} while (0)

/* False: what was wrong is said, with the path and the fault. */
#define expect_injected(_injected, _how) do {				\
	const char *_wrong = inject_ ## _how(_injected);		\
	ASSERT_EQ(NULL, _wrong) {					\
		TH_LOG("%s: %s", (_injected)->run.path->name, _wrong);	\
		TH_LOG(#_how ", fault number %u", (_injected)->nth);	\
	}								\
} while (0)

#endif
