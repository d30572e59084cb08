/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A thread that changes memory while others give it to the kernel, and page
 * faults that stop the kernel in the middle of it.
 */
#ifndef FLIPPER_H
#define FLIPPER_H

#include <pthread.h>

#include "ntio_test.h"

#define FLIP_TARGETS 32
#define FLIP_VALUES 3

/**
 * struct flip - a number that changes
 * @at: where; naturally aligned
 * @size: 4 or 8 bytes
 * @count: of @values
 * @values: what it changes between; they differ in one byte, so that a copy
 *	that is torn is one of them, too
 */
struct flip {
	void *at;
	unsigned int size;
	unsigned int count;
	__u64 values[FLIP_VALUES];
};

/**
 * struct flipper - those who change some numbers
 * @flips: the numbers, @count of them
 * @done: how often one was changed
 * @stop: they end
 * @state: of the random numbers
 * @threads: one busy on another CPU; one on the CPU of the caller, which it
 *	interrupts for a moment again and again
 */
struct flipper {
	struct flip flips[FLIP_TARGETS];
	unsigned int count;
	unsigned long done;
	int stop;
	unsigned int state[2];
	pthread_t threads[2];
};

/* One more number. */
void flip_add(struct flipper *flipper, void *at, unsigned int size,
	      unsigned int count, ...);
/* All of the numbers once, to a value that they did not have. */
void flip_all(struct flipper *flipper);
/* All of the numbers to their first value. */
void flip_back(struct flipper *flipper);
/* From now on, all the time; the caller's thread stays on a CPU. */
void flipper_start(struct flipper *flipper);
void flipper_stop(struct flipper *flipper);
unsigned long flipper_done(struct flipper *flipper);

/* --- stops --------------------------------------------------------------- */

/**
 * struct stop - a page at which the kernel stops
 * @uffd: who is told
 * @page: the page
 * @content: what will be there
 */
struct stop {
	int uffd;
	unsigned char *page;
	unsigned char content[PAGE];
};

/* From now on whoever touches @page waits. False: this kernel cannot. */
bool stop_set(struct stop *stop, void *page);
/* Somebody waits there; false: nobody came. */
bool stop_wait(struct stop *stop);
/* He finds what was there before. */
void stop_release(struct stop *stop);

#endif
