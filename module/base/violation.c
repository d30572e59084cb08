// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) "ntio: " fmt

#include <linux/atomic.h>
#include <linux/debugfs.h>
#include <linux/export.h>
#include <linux/seq_file.h>

#include <ntio/device.h>

#include "base/violation.h"

static atomic_t ntio_violations[NTIO_VIOLATION_KINDS];

static const struct {
	const char *name;
	const char *what;
} ntio_violation_texts[] = {
#define NTIO_VIOLATION_TEXT(name, what) { #name, what },
	NTIO_VIOLATIONS(NTIO_VIOLATION_TEXT)
};

/* What was reported of MDLs that belong to no device. */
static unsigned long ntio_reported;

/*
 * The log gets one line for each kind and device: whoever triggers the mistake
 * cannot flood it. Logged first, then counted: who reads the counter, and
 * knows how many there must be, finds the line.
 */
void ntio_violation(struct ntio_device *device, enum ntio_violation kind)
{
	unsigned long *reported = device ? &device->reported : &ntio_reported;

	if (!test_and_set_bit(kind, reported))
		pr_warn("driver of %s %s (%s)\n",
			device ? device->name : "no device",
			ntio_violation_texts[kind].what,
			ntio_violation_texts[kind].name);
	atomic_inc(&ntio_violations[kind]);
}

/* For an inline function of <ntio/mdl.h>. */
void __ntio_violation_not_locked(struct ntio_device *device)
{
	ntio_violation(device, NTIO_VIOLATION_NOT_LOCKED);
}
EXPORT_SYMBOL_GPL(__ntio_violation_not_locked);

static int violations_show(struct seq_file *seq, void *unused)
{
	enum ntio_violation kind;

	for (kind = 0; kind < NTIO_VIOLATION_KINDS; kind++)
		seq_printf(seq, "%s %u\n", ntio_violation_texts[kind].name,
			   atomic_read(&ntio_violations[kind]));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(violations);

void ntio_violations_init(struct dentry *debugfs)
{
	debugfs_create_file("violations", 0400, debugfs, NULL,
			    &violations_fops);
}
