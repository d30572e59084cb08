/* SPDX-License-Identifier: GPL-2.0 */
/* Faults on demand, where the kernel's own fault injection has none. */
#ifndef NTIO_BASE_INJECT_H
#define NTIO_BASE_INJECT_H

#include <linux/types.h>

/**
 * enum ntio_inject - what can be made to fail
 * @NTIO_INJECT_PIN: pinning: only the first half of the pages can be pinned,
 *	of one page none
 */
enum ntio_inject {
	NTIO_INJECT_PIN,
	NTIO_INJECT_KINDS,
};

struct dentry;

/*
 * Whether it shall fail now: asks debugfs' ntio/fail_*, and fail-nth of the
 * task, as Documentation/fault-injection has it. Never in kernels without
 * CONFIG_FAULT_INJECTION_DEBUG_FS.
 */
#ifdef CONFIG_FAULT_INJECTION_DEBUG_FS
bool ntio_inject(enum ntio_inject kind);
void ntio_inject_init(struct dentry *parent);
#else
static inline bool ntio_inject(enum ntio_inject kind)
{
	return false;
}

static inline void ntio_inject_init(struct dentry *parent)
{
}
#endif

#endif
