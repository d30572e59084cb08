/* SPDX-License-Identifier: GPL-2.0 */
/* How many objects of each kind are alive. */
#ifndef NTIO_BASE_ALIVE_H
#define NTIO_BASE_ALIVE_H

#include <linux/percpu.h>

enum ntio_alive {
	NTIO_ALIVE_FILES,
	NTIO_ALIVE_REQUESTS,
	NTIO_ALIVE_BUFFERS,
	NTIO_ALIVE_MDLS,
	NTIO_ALIVE_KINDS,
};

/* Per CPU: unrelated requests share no cache line. Only the sums mean a lot. */
DECLARE_PER_CPU(long[NTIO_ALIVE_KINDS], ntio_alive);

static inline void ntio_alive_inc(enum ntio_alive kind)
{
	this_cpu_inc(ntio_alive[kind]);
}

static inline void ntio_alive_dec(enum ntio_alive kind)
{
	this_cpu_dec(ntio_alive[kind]);
}

struct dentry;

void ntio_alive_init(struct dentry *debugfs);

#endif
