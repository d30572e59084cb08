// SPDX-License-Identifier: GPL-2.0
/* debugfs' ntio/refusals: how often, since the module was loaded. */
#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include "base/refusal.h"

DEFINE_PER_CPU(unsigned long[NTIO_REFUSAL_KINDS], ntio_refusals);

static const char * const ntio_refusal_names[] = {
#define NTIO_REFUSAL_NAME(name, number, what, advice, detail) \
	[number] = #name,
	NTIO_REASONS(NTIO_REFUSAL_NAME)
};

static int refusals_show(struct seq_file *seq, void *unused)
{
	unsigned long sum;
	unsigned int i;
	int cpu;

	BUILD_BUG_ON(ARRAY_SIZE(ntio_refusal_names) != NTIO_REFUSAL_KINDS);
	for (i = 1; i < NTIO_REFUSAL_KINDS; i++) {
		sum = 0;
		for_each_possible_cpu(cpu)
			sum += READ_ONCE(per_cpu(ntio_refusals[i], cpu));
		seq_printf(seq, "%s %lu\n", ntio_refusal_names[i], sum);
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(refusals);

void ntio_refusals_init(struct dentry *debugfs)
{
	debugfs_create_file("refusals", 0400, debugfs, NULL, &refusals_fops);
}
