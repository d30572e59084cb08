/* SPDX-License-Identifier: GPL-2.0 */
/* The memory of the current process: access to it, and what is wrong there. */
#ifndef NTIO_MEMORY_USER_H
#define NTIO_MEMORY_USER_H

#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/uaccess.h>

#include <ntio/caller.h>

static inline void __user *ntio_user_ptr(ntio_uaddr_t addr)
{
	return u64_to_user_ptr(addr.value);
}

/*
 * What a program has in the part of its pointers that the processor does not
 * look at (TBI, MTE, LAM), where the kernel lets it: accesses may need it, and
 * mappings do not have it.
 */
static inline unsigned long ntio_tag(ntio_uaddr_t addr)
{
	unsigned long at = addr.value;

	return at - untagged_addr(at);
}

/* user.c */
bool ntio_caller_current(const struct ntio_caller *caller);
bool ntio_user_range_ok(ntio_uaddr_t addr, size_t len);
bool ntio_read_few(void *to, ntio_uaddr_t from, size_t len);
bool ntio_write_few(ntio_uaddr_t to, const void *from, size_t len);

/* probe.c */
size_t ntio_probe_write(ntio_uaddr_t addr, size_t len);
bool ntio_touch_private(ntio_uaddr_t addr, size_t len);

/* fault.c */
u64 ntio_first_bad(ntio_uaddr_t addr, size_t good);
enum ntio_reason ntio_fault_reason(ntio_uaddr_t addr, size_t len, bool write,
				   bool lock, u64 *offset);

#endif
