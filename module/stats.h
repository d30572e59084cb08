/* SPDX-License-Identifier: GPL-2.0 */
/* How many objects of each kind are alive. */
#ifndef NTIO_STATS_H
#define NTIO_STATS_H

#include <linux/percpu.h>

enum ntio_alive {
	NTIO_ALIVE_DEVICES,
	NTIO_ALIVE_FILES,
	NTIO_ALIVE_REQUESTS,
	NTIO_ALIVE_BUFFERS,
	NTIO_ALIVE_MDLS,
	NTIO_ALIVE_KINDS,
};

/* Per CPU: unrelated requests share no cache line. Only the sums mean a lot. */
DECLARE_PER_CPU(long[NTIO_ALIVE_KINDS], ntio_alive);

static inline void ntio_born(enum ntio_alive kind)
{
	this_cpu_inc(ntio_alive[kind]);
}

static inline void ntio_dead(enum ntio_alive kind)
{
	this_cpu_dec(ntio_alive[kind]);
}

struct dentry *ntio_stats_init(void);
void ntio_stats_exit(void);

#endif
