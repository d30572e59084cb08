// SPDX-License-Identifier: GPL-2.0
/* How many objects exist: debugfs' ntio/alive, for people and tests. */
#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include "base/alive.h"

DEFINE_PER_CPU(long[NTIO_ALIVE_KINDS], ntio_alive);

static const char * const ntio_alive_names[] = {
	[NTIO_ALIVE_FILES] = "files",
	[NTIO_ALIVE_REQUESTS] = "requests",
	[NTIO_ALIVE_BUFFERS] = "buffers",
	[NTIO_ALIVE_MDLS] = "mdls",
};

static long ntio_alive_sum(enum ntio_alive kind)
{
	long sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu(ntio_alive[kind], cpu));
	return sum;
}

static int alive_show(struct seq_file *seq, void *unused)
{
	enum ntio_alive kind;

	for (kind = 0; kind < NTIO_ALIVE_KINDS; kind++)
		seq_printf(seq, "%s %ld\n", ntio_alive_names[kind],
			   ntio_alive_sum(kind));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(alive);

void ntio_alive_init(struct dentry *debugfs)
{
	debugfs_create_file("alive", 0400, debugfs, NULL, &alive_fops);
}
