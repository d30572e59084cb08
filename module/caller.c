// SPDX-License-Identifier: GPL-2.0
/*
 * The caller's memory, through its token.
 *
 * In a thread without the caller's address space copy_from_user() does not
 * fail: it reads whatever page tables the CPU has loaded, which may be those
 * of another process, and no sanitizer notices. So every access asserts the
 * address space itself.
 */
#include <linux/mutex.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/uaccess.h>

#include <asm/futex.h>
#include <uapi/linux/futex.h>

#include "core.h"

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

/* Adds 0 to the word at @addr, atomically: a write that changes nothing. */
static bool ntio_touch(unsigned long addr)
{
	u32 __user *word = (u32 __user *)(addr & ~3UL);
	int old;

	return !arch_futex_atomic_op_inuser(FUTEX_OP_ADD, 0, &old, word);
}

/**
 * ntio_probe_write() - whether memory of the current process can be written
 * @addr: first byte
 * @len: number of bytes; 0 succeeds for any address [4.1]
 *
 * Touches each page, makes it present and private, and changes no byte, not
 * even one that another thread is writing. As good as on Windows: the answer
 * may be wrong a moment later [4.7]. (Windows: ProbeForWrite)
 *
 * Return: number of bytes that can be written, @len if all.
 */
size_t ntio_probe_write(ntio_uaddr_t addr, size_t len)
{
	unsigned long start = addr.value, at = start;

	if (!len)
		return 0;
	if (!ntio_user_range_ok(addr, len))
		return 0;
	while (at - start < len) {
		if (fatal_signal_pending(current) || !ntio_touch(at))
			return at - start;
		at = (at & PAGE_MASK) + PAGE_SIZE;
	}
	return len;
}
