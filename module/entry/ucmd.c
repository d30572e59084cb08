// SPDX-License-Identifier: GPL-2.0
/* The caller's structure: captured once, answered in its out_ part. */
#include <linux/mm.h>
#include <linux/uaccess.h>

#include "entry/entry.h"
#include "memory/user.h"

/* What the caller says in a device control; the rest is the answer. */
#define NTIO_CONTROL_ASKS offsetof(struct ntio_device_control, out_status)

/*
 * The structure that is sent most, of the size that we know and in one page:
 * what it asks is read in one go, and its size written back to see whether the
 * answer finds its place. False: it is not that, or not there; look closer.
 */
static bool ntio_capture_usual(struct ntio_ucmd *ucmd)
{
	struct ntio_device_control __user *from = ucmd->ubuffer;
	struct ntio_device_control *to = ucmd->cmd;
	u64 __user *part = ucmd->ubuffer;
	u64 *word = ucmd->cmd;

	BUILD_BUG_ON(NTIO_CONTROL_ASKS != 5 * sizeof(*word));
	if (ucmd->op != &ntio_device_control_op ||
	    offset_in_page(from) + sizeof(*from) > PAGE_SIZE ||
	    !user_access_begin(from, sizeof(*from)))
		return false;
	unsafe_get_user(word[0], part, fault);
	unsafe_get_user(word[1], part + 1, fault);
	unsafe_get_user(word[2], part + 2, fault);
	unsafe_get_user(word[3], part + 3, fault);
	unsafe_get_user(word[4], part + 4, fault);
	ucmd->user_size = to->size;
	if (ucmd->user_size == sizeof(*to))
		unsafe_put_user(to->size, &from->size, fault);
	user_access_end();
	return ucmd->user_size == sizeof(*to);
fault:
	user_access_end();
	return false;
}

static bool ntio_respond_usual(const struct ntio_ucmd *ucmd)
{
	u64 __user *part = ucmd->ubuffer + NTIO_CONTROL_ASKS;
	const u64 *word = ucmd->cmd + NTIO_CONTROL_ASKS;

	BUILD_BUG_ON(sizeof(struct ntio_device_control) - NTIO_CONTROL_ASKS !=
		     4 * sizeof(*word));
	if (ucmd->op != &ntio_device_control_op ||
	    ucmd->user_size != sizeof(struct ntio_device_control) ||
	    !user_write_access_begin(part, 4 * sizeof(*part)))
		return false;
	unsafe_put_user(word[0], part, fault);
	unsafe_put_user(word[1], part + 1, fault);
	unsafe_put_user(word[2], part + 2, fault);
	unsafe_put_user(word[3], part + 3, fault);
	user_write_access_end();
	return true;
fault:
	user_write_access_end();
	return false;
}

/* Only the out_ part is written: the rest belongs to the caller. */
int ntio_ucmd_respond(const struct ntio_ucmd *ucmd)
{
	const struct ntio_ioctl_op *op = ucmd->op;
	size_t end = min(ucmd->user_size, op->size);

	if (ntio_respond_usual(ucmd))
		return 0;
	if (copy_to_user(ucmd->ubuffer + op->out, ucmd->cmd + op->out,
			 end - op->out))
		return -EFAULT;
	return 0;
}

/*
 * The answer has to find its place after the request was carried out, when it
 * cannot be undone any more; so look before. If the structure lies in one page,
 * it is enough to write its size once more, as it was found.
 */
int ntio_ucmd_probe(const struct ntio_ucmd *ucmd)
{
	const struct ntio_ioctl_op *op = ucmd->op;
	size_t end = min(ucmd->user_size, op->size), len = end - op->out;
	ntio_uaddr_t out = { (unsigned long)ucmd->ubuffer + op->out };

	if (offset_in_page(ucmd->ubuffer) + end <= PAGE_SIZE)
		return put_user(ucmd->user_size, (u32 __user *)ucmd->ubuffer);
	return ntio_probe_write(out, len) == len ? 0 : -EFAULT;
}

/**
 * ntio_ucmd_capture() - read the caller's structure, once
 * @ucmd: all but @user_size and the structure in @cmd is set
 *
 * Return: 0 or the errno of the general ioctl format.
 */
int ntio_ucmd_capture(struct ntio_ucmd *ucmd)
{
	int rc;

	might_fault();
	if (ntio_capture_usual(ucmd))
		return 0;
	if (get_user(ucmd->user_size, (u32 __user *)ucmd->ubuffer))
		return -EFAULT;
	if (ucmd->user_size < ucmd->op->min_size)
		return -EINVAL;
	if (ucmd->user_size > PAGE_SIZE)
		return -E2BIG;
	rc = copy_struct_from_user(ucmd->cmd, ucmd->op->size, ucmd->ubuffer,
				   ucmd->user_size);
	return rc ?: ntio_ucmd_probe(ucmd);
}
