// SPDX-License-Identifier: GPL-2.0
/* Faults on demand: attributes of the kernel's fault injection. */
#include "base/inject.h"

#ifdef CONFIG_FAULT_INJECTION_DEBUG_FS
#include <linux/fault-inject.h>

static struct fault_attr ntio_faults[NTIO_INJECT_KINDS] = {
	[NTIO_INJECT_PIN] = FAULT_ATTR_INITIALIZER,
};

static const char * const ntio_inject_names[] = {
	[NTIO_INJECT_PIN] = "fail_pin",
};

bool ntio_inject(enum ntio_inject kind)
{
	return should_fail(&ntio_faults[kind], 1);
}

void ntio_inject_init(struct dentry *parent)
{
	enum ntio_inject kind;

	for (kind = 0; kind < NTIO_INJECT_KINDS; kind++)
		fault_create_debugfs_attr(ntio_inject_names[kind], parent,
					  &ntio_faults[kind]);
}
#endif
