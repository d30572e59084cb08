// SPDX-License-Identifier: GPL-2.0
/*
 * The caller's memory, through its token.
 *
 * In a thread without the caller's address space copy_from_user() does not
 * fail: it reads whatever page tables the CPU has loaded, which may be those
 * of another process, and no sanitizer notices. So every access asserts the
 * address space itself.
 */
#include <linux/export.h>
#include <linux/sched.h>
#include <linux/uaccess.h>

#include "base/violation.h"
#include "memory/user.h"

bool ntio_caller_current(const struct ntio_caller *caller)
{
	if (likely(caller->mm && caller->mm == current->mm))
		return true;
	ntio_violation(caller->device, NTIO_VIOLATION_WRONG_CONTEXT);
	return false;
}

/* Whether a range belongs to user space; nothing need be mapped there. */
bool ntio_user_range_ok(ntio_uaddr_t addr, size_t len)
{
	unsigned long start = addr.value;

	return start == addr.value && access_ok((void __user *)start, len);
}

size_t ntio_read_user(const struct ntio_caller *caller, void *to,
		      ntio_uaddr_t from, size_t len)
{
	if (!len)
		return 0;
	if (!ntio_caller_current(caller) || !ntio_user_range_ok(from, len)) {
		memset(to, 0, len);
		return len;
	}
	return copy_from_user(to, ntio_user_ptr(from), len);
}
EXPORT_SYMBOL_GPL(ntio_read_user);

size_t ntio_write_user(const struct ntio_caller *caller, ntio_uaddr_t to,
		       const void *from, size_t len)
{
	if (!len)
		return 0;
	if (!ntio_caller_current(caller) || !ntio_user_range_ok(to, len))
		return len;
	return copy_to_user(ntio_user_ptr(to), from, len);
}
EXPORT_SYMBOL_GPL(ntio_write_user);
