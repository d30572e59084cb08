// SPDX-License-Identifier: GPL-2.0
/*
 * Mistakes of drivers that the layer finds: counted in debugfs' ntio-wdm, said
 * once for each driver. Those of ntio's own kinds are in debugfs' ntio.
 */
#define pr_fmt(fmt) "ntio-wdm: " fmt

#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include "layer.h"

static atomic_t wdm_violations[WDM_VIOLATION_KINDS];
static struct dentry *wdm_debugfs;

static const struct {
	const char *name;
	const char *what;
} wdm_violation_texts[] = {
#define WDM_VIOLATION_TEXT(name, what) { #name, what },
	WDM_VIOLATIONS(WDM_VIOLATION_TEXT)
#undef WDM_VIOLATION_TEXT
};

static_assert(WDM_VIOLATION_KINDS <= BITS_PER_LONG);

/* Of a driver that is known to be there. */
void wdm_violation_of(struct ntio_wdm_driver *driver, enum wdm_violation kind)
{
	atomic_inc(&wdm_violations[kind]);
	if (driver && test_and_set_bit(kind, &driver->reported))
		return;
	pr_warn_ratelimited("driver %s %s (%s)\n",
			    driver ? driver->name : "unknown",
			    wdm_violation_texts[kind].what,
			    wdm_violation_texts[kind].name);
}

static int violations_show(struct seq_file *seq, void *unused)
{
	enum wdm_violation kind;

	for (kind = 0; kind < WDM_VIOLATION_KINDS; kind++)
		seq_printf(seq, "%s %u\n", wdm_violation_texts[kind].name,
			   atomic_read(&wdm_violations[kind]));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(violations);

void wdm_violations_init(void)
{
	wdm_debugfs = debugfs_create_dir("ntio-wdm", NULL);
	debugfs_create_file("violations", 0400, wdm_debugfs, NULL,
			    &violations_fops);
}

void wdm_violations_exit(void)
{
	debugfs_remove_recursive(wdm_debugfs);
}
