// SPDX-License-Identifier: GPL-2.0
/* Entry: every ioctl is found in one table and captured once. */
#include <linux/uaccess.h>

#include "core.h"

static int ntio_ioc_query_device(struct ntio_ucmd *ucmd)
{
	struct ntio_query_device *arg = ucmd->cmd;
	struct ntio_device *device = ucmd->file->opened;

	if (arg->__reserved)
		return -EOPNOTSUPP;
	*arg = (struct ntio_query_device){
		.size = sizeof(*arg),
		.out_flags = device->exclusive ? NTIO_DEVICE_EXCLUSIVE : 0,
		.out_type = device->type ?: NTIO_DEVICE_UNKNOWN,
		.out_controls = device->node->nr_controls,
		.out_max_buffered = ntio_max_buffered,
		.out_max_locked = ntio_max_locked,
	};
	strscpy(arg->out_name, device->name, sizeof(arg->out_name));
	strscpy(arg->out_driver, device->node->driver, sizeof(arg->out_driver));
	return 0;
}

union ntio_ucmd_buffer {
	struct ntio_device_control device_control;
	struct ntio_query_device query_device;
	struct ntio_query_control query_control;
	struct ntio_cancel cancel;
};

/**
 * struct ntio_ioctl_op - a row of the table of ioctls
 * @size: size of the structure as the kernel knows it
 * @min_size: size of its first version
 * @out: offset of its first out_ field; the rest is given back from there
 * @cmd: the whole ioctl number
 * @execute: carries it out. Returns an errno if it refuses to begin; else 0,
 *	and ntio_ucmd::result holds what the ioctl returns.
 */
struct ntio_ioctl_op {
	unsigned int size;
	unsigned int min_size;
	unsigned int out;
	unsigned int cmd;
	int (*execute)(struct ntio_ucmd *ucmd);
};

#define NTIO_IOCTL_OP(_name, _NAME, _first_out, _last_v1)                      \
	[NTIO_CMD_##_NAME] = {                                                 \
		.size = sizeof(struct ntio_##_name) +                          \
			BUILD_BUG_ON_ZERO(sizeof(union ntio_ucmd_buffer) <     \
					  sizeof(struct ntio_##_name)),        \
		.min_size = offsetofend(struct ntio_##_name, _last_v1),        \
		.out = offsetof(struct ntio_##_name, _first_out),              \
		.cmd = NTIO_IOC_##_NAME,                                       \
		.execute = ntio_ioc_##_name,                                   \
	}

static const struct ntio_ioctl_op ntio_ioctl_ops[] = {
	NTIO_IOCTL_OP(device_control, DEVICE_CONTROL, out_status, out_detail),
	NTIO_IOCTL_OP(query_device, QUERY_DEVICE, out_flags, out_driver),
	NTIO_IOCTL_OP(query_control, QUERY_CONTROL, out_code, out_name),
	NTIO_IOCTL_OP(cancel, CANCEL, out_cancelled, __out_reserved),
};

static const struct ntio_ioctl_op *ntio_ioctl_find(unsigned int cmd)
{
	unsigned int nr = _IOC_NR(cmd);

	if (nr >= ARRAY_SIZE(ntio_ioctl_ops) || ntio_ioctl_ops[nr].cmd != cmd)
		return NULL;
	return &ntio_ioctl_ops[nr];
}

/* Only the out_ part is written: the rest belongs to the caller. */
int ntio_ucmd_respond(const struct ntio_ucmd *ucmd)
{
	const struct ntio_ioctl_op *op = ucmd->op;
	size_t end = min(ucmd->user_size, op->size);

	if (copy_to_user(ucmd->ubuffer + op->out, ucmd->cmd + op->out,
			 end - op->out))
		return -EFAULT;
	return 0;
}

/*
 * The answer has to find its place after the request was carried out, when it
 * cannot be undone any more; so look before.
 */
static int ntio_ucmd_probe(const struct ntio_ucmd *ucmd)
{
	const struct ntio_ioctl_op *op = ucmd->op;
	size_t len = min(ucmd->user_size, op->size) - op->out;
	ntio_uaddr_t out = { (unsigned long)ucmd->ubuffer + op->out };

	return ntio_probe_write(out, len) == len ? 0 : -EFAULT;
}

/**
 * ntio_ucmd_capture() - read the caller's structure, once
 * @ucmd: @file, @ubuffer and @cmd are set; @cmd has room for the structure
 * @cmd: the ioctl number
 *
 * Return: 0 or the errno of the general ioctl format.
 */
int ntio_ucmd_capture(struct ntio_ucmd *ucmd, unsigned int cmd)
{
	int rc;

	ucmd->op = ntio_ioctl_find(cmd);
	if (!ucmd->op)
		return -ENOTTY;
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

long ntio_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	union ntio_ucmd_buffer buffer;
	struct ntio_ucmd ucmd = {
		.file = filp->private_data,
		.ubuffer = (void __user *)arg,
		.cmd = &buffer,
	};
	bool counted;
	int rc;

	rc = ntio_ucmd_capture(&ucmd, cmd);
	if (rc)
		return rc;
	counted = ntio_file_enter(ucmd.file);
	rc = ucmd.op->execute(&ucmd);
	if (!rc)
		rc = ntio_ucmd_respond(&ucmd);
	ntio_file_exit(ucmd.file, counted);
	return rc ?: ucmd.result;
}
