/* SPDX-License-Identifier: GPL-2.0 */
/* How often requests were refused, by reason. */
#ifndef NTIO_BASE_REFUSAL_H
#define NTIO_BASE_REFUSAL_H

#include <linux/percpu.h>

#include <ntio/types.h>

/* NTIO_REASONS has all numbers from 0 on. */
enum {
#define NTIO_REFUSAL_INDEX(name, number, what, advice, detail) \
	NTIO_REFUSAL_INDEX_##name,
	NTIO_REASONS(NTIO_REFUSAL_INDEX)
#undef NTIO_REFUSAL_INDEX
	NTIO_REFUSAL_KINDS
};

DECLARE_PER_CPU(unsigned long[NTIO_REFUSAL_KINDS], ntio_refusals);

/* Nothing counts what is not refused. */
static inline void ntio_refusal_count(enum ntio_reason reason)
{
	unsigned int index = reason;

	if (index < NTIO_REFUSAL_KINDS)
		this_cpu_inc(ntio_refusals[index]);
}

struct dentry;

void ntio_refusals_init(struct dentry *debugfs);

#endif
