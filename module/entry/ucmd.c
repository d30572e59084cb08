// SPDX-License-Identifier: GPL-2.0
/* The caller's structure: captured once, answered in its out_ part. */
#include <linux/mm.h>
#include <linux/uaccess.h>

#include "entry/entry.h"
#include "memory/user.h"

/*
 * The structure that is sent most, in the size that we know: copies whose
 * length is a constant need fewer checks.
 */
static bool ntio_ucmd_is_usual(const struct ntio_ucmd *ucmd)
{
	return ucmd->op == &ntio_device_control_op &&
	       ucmd->user_size == sizeof(struct ntio_device_control);
}

static int ntio_respond_usual(const struct ntio_ucmd *ucmd)
{
	const size_t out = offsetof(struct ntio_device_control, out_status);

	return copy_to_user(ucmd->ubuffer + out, ucmd->cmd + out,
			    sizeof(struct ntio_device_control) - out) ?
		-EFAULT : 0;
}

/* Only the out_ part is written: the rest belongs to the caller. */
int ntio_ucmd_respond(const struct ntio_ucmd *ucmd)
{
	const struct ntio_ioctl_op *op = ucmd->op;
	size_t end = min(ucmd->user_size, op->size);

	if (ntio_ucmd_is_usual(ucmd))
		return ntio_respond_usual(ucmd);
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
static int ntio_ucmd_probe(const struct ntio_ucmd *ucmd)
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

	if (get_user(ucmd->user_size, (u32 __user *)ucmd->ubuffer))
		return -EFAULT;
	if (ucmd->user_size < ucmd->op->min_size)
		return -EINVAL;
	if (ucmd->user_size > PAGE_SIZE)
		return -E2BIG;
	if (ntio_ucmd_is_usual(ucmd))
		rc = copy_from_user(ucmd->cmd, ucmd->ubuffer,
				    sizeof(struct ntio_device_control)) ?
			-EFAULT : 0;
	else
		rc = copy_struct_from_user(ucmd->cmd, ucmd->op->size,
					   ucmd->ubuffer, ucmd->user_size);
	return rc ?: ntio_ucmd_probe(ucmd);
}
