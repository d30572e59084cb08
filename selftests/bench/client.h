/* SPDX-License-Identifier: GPL-2.0 */
/* The benchmark's client: its rows, and what measures them. */
#ifndef BENCH_CLIENT_H
#define BENCH_CLIENT_H

#include <stdbool.h>

#include "bench.h"

enum bench_op {
	CONTROL, READ, WRITE, RING, RING_LATER, RING_REGISTERED, PARKED,
};

/**
 * struct row - a kind of call
 * @name: of it
 * @op: what is done; RING: requests of a ring, each its share of a batch;
 *	RING_LATER: which another call ends; RING_REGISTERED: whose second
 *	buffer is registered with the ring; PARKED: not instructions, but the
 *	bytes that a request takes that waits
 * @code: of a control
 * @in: bytes of the first buffer
 * @out: bytes of the second buffer
 * @node: of ntio's device, if it is not the usual one
 * @beside: the row whose ntio side is this row's other side
 * @huge: the buffers lie in huge pages
 * @rounds: of how many the least is taken; 0: 2000
 * @must: the ratio to the other side, in percent, that it may have; 0: no such
 * @goal: the one that it should have
 * @more: @must and @goal are what it may cost more, instead
 * @total: they are what it may cost at all, whatever the other side costs
 */
struct row {
	const char *name;
	enum bench_op op;
	__u32 code;
	__u32 in;
	__u32 out;
	const char *node;
	const char *beside;
	bool huge;
	int rounds;
	unsigned int must;
	unsigned int goal;
	bool more;
	bool total;
};

/* For vm/trace.c, which counts between them; these do nothing. */
static inline void mark_begin(void)
{
	asm volatile("nopl 0x6e746901(%%rax)" : : : "memory");
}

static inline void mark_end(void)
{
	asm volatile("nopl 0x6e746902(%%rax)" : : : "memory");
}

/* What measured a row is done with it. */
static inline void mark_next(void)
{
	asm volatile("nopl 0x6e746903(%%rax)" : : : "memory");
}

/* In one page, or it would cost more here and there, as the stack lies. */
#define IN_A_PAGE __attribute__((aligned(4096)))

/* times.c: what many rounds of a row cost. */
struct rounds {
	unsigned long *costs;
	int count;
};

/* Whether times are wanted: BENCH_TIMES is set. */
bool times_wanted(void);

/* In so many parts, each with memory of its own, a row's rounds are done. */
#define MOST_PASSES 8

static inline int passes(void)
{
	return times_wanted() ? 1 : MOST_PASSES;
}

struct rounds rounds_begin(const struct row *row);
static inline void rounds_add(struct rounds *rounds, unsigned long cost)
{
	rounds->costs[rounds->count++] = cost;
}

/*
 * The least of them, of @each times that; of times the median, and @spread is
 * where most of them are: all but a tenth at either end.
 */
unsigned long rounds_end(struct rounds *rounds, unsigned int each);
extern double spread[2];
double nanoseconds(double stamps);

/* ring.c: instructions or bytes of one request; 0: it failed. */
unsigned long ring_cost(int fd, const struct row *row, void *out);
unsigned long parked_bytes(int fd, const struct row *row);

/* Of those that are submitted at once. */
#define RING_BATCH 32

int begin_ring(void);
void end_ring(void);
/* Commands that do nothing; @fd: of a file that takes any, or -1: none. */
bool empty_batch(int fd);
bool control_batch(int fd, __u32 code);

/* cuse.c: the device's file, or -errno. */
int begin_cuse(void);
void end_cuse(void);

/* contend.c: the program's exit status. */
int measure_contenders(void);

#endif
