// SPDX-License-Identifier: GPL-2.0
/* What becomes of many rounds: their least, or, of times, how they spread. */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

#include "client.h"

double spread[2];

bool times_wanted(void)
{
	return getenv("BENCH_TIMES");
}

struct rounds rounds_begin(const struct row *row)
{
	int many = row->rounds ?: 2000;
	struct rounds rounds = {
		.costs = malloc(many * sizeof(*rounds.costs)),
	};

	if (!rounds.costs)
		abort();
	/* So that no page of it is missing while one is measured. */
	memset(rounds.costs, 1, many * sizeof(*rounds.costs));
	return rounds;
}

static int compare(const void *a, const void *b)
{
	unsigned long x = *(const unsigned long *)a;
	unsigned long y = *(const unsigned long *)b;

	return x < y ? -1 : x > y;
}

unsigned long rounds_end(struct rounds *rounds, unsigned int each)
{
	unsigned long *costs = rounds->costs, result;
	int count = rounds->count;

	qsort(costs, count, sizeof(*costs), compare);
	result = costs[times_wanted() ? count / 2 : 0] / each;
	spread[0] = (double)costs[count / 10] / each;
	spread[1] = (double)costs[count - 1 - count / 10] / each;
	free(costs);
	return result;
}

static double stamps_a_nanosecond(void)
{
	struct timespec from, to;
	unsigned long begin;

	clock_gettime(CLOCK_MONOTONIC, &from);
	begin = __rdtsc();
	usleep(100000);
	clock_gettime(CLOCK_MONOTONIC, &to);
	return (__rdtsc() - begin) / ((to.tv_sec - from.tv_sec) * 1e9 +
				      to.tv_nsec - from.tv_nsec);
}

double nanoseconds(double stamps)
{
	static double rate;

	if (!rate)
		rate = stamps_a_nanosecond();
	return stamps / rate;
}
