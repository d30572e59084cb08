/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What something costs, in instructions: of all that runs from begin to end,
 * in the kernel and in user space. Programs that count are named count_*, and
 * vm/check gives them a VM in which neither the host's speed nor its load can
 * be seen.
 */
#ifndef COUNT_H
#define COUNT_H

#include <stdlib.h>
#ifdef __x86_64__
#include <x86intrin.h>
#else
/* No other processor has a counter as fine that programs may read. */
#define __rdtsc() 0
#endif

#include "ntio_test.h"

/* A second of a slow processor: so many instructions. */
#define COUNT_SECOND 1000000000ULL

/* In a fixture's setup, or first in a test. */
#define COUNT_OR_SKIP() do {						\
	if (!getenv("NTIO_ICOUNT"))					\
		SKIP(return, "instructions are not counted here, but "	\
		     "with: vm/run --icount");				\
} while (0)

/* Likewise, where those of a sanitiser would be most, or locks are others. */
#define COUNT_PLAINLY_OR_SKIP() do {					\
	COUNT_OR_SKIP();						\
	if (kernel_has("kasan_report") || kernel_has("kmsan_report") ||	\
	    kernel_has("kcsan_setup_watchpoint"))			\
		SKIP(return, "a sanitiser counts as well");		\
	if (kernel_has("rt_spin_lock"))					\
		SKIP(return, "locks of a real-time kernel cost more");	\
} while (0)

static inline __u64 count_now(void)
{
	return __rdtsc();
}

static inline int count_compare(const void *a, const void *b)
{
	__u64 x = *(const __u64 *)a, y = *(const __u64 *)b;

	return x < y ? -1 : x > y;
}

/* Interrupts hit some; the median does not see them. Sorts @costs. */
static inline __u64 count_median(__u64 *costs, size_t count)
{
	qsort(costs, count, sizeof(*costs), count_compare);
	return costs[count / 2];
}

#endif
