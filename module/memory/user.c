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

/*
 * Few bytes, between the current process and memory that has room for them:
 * without the general copy's look at what that memory is, which costs more than
 * the copy.
 *
 * False: not all of it is there. copy_from_user() and copy_to_user() say how
 * much is.
 */
#define ntio_copy_words(len, copy, label) do {				\
	for (; (len) >= 2 * sizeof(u64); (len) -= 2 * sizeof(u64)) {	\
		copy(u64, label);					\
		copy(u64, label);					\
	}								\
	if ((len) & sizeof(u64))					\
		copy(u64, label);					\
	if ((len) & sizeof(u32))					\
		copy(u32, label);					\
	if ((len) & sizeof(u16))					\
		copy(u16, label);					\
	if ((len) & sizeof(u8))						\
		copy(u8, label);					\
} while (0)

#define ntio_read_word(type, label) do {				\
	unsafe_get_user(*(type *)to, (type __user *)at, label);		\
	to += sizeof(type);						\
	at += sizeof(type);						\
} while (0)

#define ntio_write_word(type, label) do {				\
	unsafe_put_user(*(type *)from, (type __user *)at, label);	\
	from += sizeof(type);						\
	at += sizeof(type);						\
} while (0)

bool ntio_read_few(void *to, ntio_uaddr_t from, size_t len)
{
	void __user *at = ntio_user_ptr(from);

	might_fault();
	if ((unsigned long)at != from.value || !user_read_access_begin(at, len))
		return false;
	ntio_copy_words(len, ntio_read_word, fault);
	user_read_access_end();
	return true;
fault:
	user_read_access_end();
	return false;
}

bool ntio_write_few(ntio_uaddr_t to, const void *from, size_t len)
{
	void __user *at = ntio_user_ptr(to);

	might_fault();
	if ((unsigned long)at != to.value || !user_write_access_begin(at, len))
		return false;
	ntio_copy_words(len, ntio_write_word, fault);
	user_write_access_end();
	return true;
fault:
	user_write_access_end();
	return false;
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
