// SPDX-License-Identifier: GPL-2.0
/*
 * Counters for people and tests, in debugfs: ntio/alive says how many objects
 * exist, ntio/violations how often drivers made which mistake.
 */
#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include "inject.h"
#include "stats.h"
#include "violation.h"

DEFINE_PER_CPU(long[NTIO_ALIVE_KINDS], ntio_alive);

static struct dentry *ntio_debugfs;

static const char * const ntio_alive_names[] = {
	[NTIO_ALIVE_DEVICES] = "open_devices",
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

static int violations_show(struct seq_file *seq, void *unused)
{
	enum ntio_violation kind;

	for (kind = 0; kind < NTIO_VIOLATION_KINDS; kind++)
		seq_printf(seq, "%s %u\n", ntio_violation_name(kind),
			   ntio_violation_count(kind));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(violations);

/* Returns our directory. */
struct dentry *ntio_stats_init(void)
{
	ntio_debugfs = debugfs_create_dir("ntio", NULL);
	debugfs_create_file("alive", 0400, ntio_debugfs, NULL, &alive_fops);
	debugfs_create_file("violations", 0400, ntio_debugfs, NULL,
			    &violations_fops);
	ntio_inject_init(ntio_debugfs);
	return ntio_debugfs;
}

void ntio_stats_exit(void)
{
	debugfs_remove(ntio_debugfs);
}
