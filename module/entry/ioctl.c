// SPDX-License-Identifier: GPL-2.0
/* Entry: every ioctl is found in one table and captured once. */
#include <linux/nospec.h>

#include "base/limits.h"
#include "device/node.h"
#include "entry/entry.h"

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

/* Pages of such a request may stay locked for long, and are charged. */
static bool ntio_control_locks_long(const struct ntio_control *control)
{
	u32 method = NTIO_CTL_METHOD(control->code);

	return !control->never_pends && (method == NTIO_METHOD_IN_DIRECT ||
					 method == NTIO_METHOD_OUT_DIRECT);
}

static int ntio_ioc_query_control(struct ntio_ucmd *ucmd)
{
	struct ntio_query_control *arg = ucmd->cmd;
	struct ntio_device *device = ucmd->file->opened;
	unsigned int count = device->node->nr_controls;
	const struct ntio_control *control;

	if (arg->index >= count)
		return -ENOENT;
	control = &device->controls[array_index_nospec(arg->index, count)];
	*arg = (struct ntio_query_control){
		.out_code = control->code,
		.out_flags = (control->in_caller ? NTIO_CONTROL_IN_CALLER : 0) |
			     (ntio_control_locks_long(control) ?
			      NTIO_CONTROL_LONG_TERM : 0) |
			     (control->sleeps ? NTIO_CONTROL_SLEEPS : 0),
		.out_min_in = control->min_in,
		.out_max_in = control->max_in ?: U32_MAX,
		.out_min_out = control->min_out,
		.out_max_out = control->max_out ?: U32_MAX,
	};
	strscpy(arg->out_name, control->name ?: "", sizeof(arg->out_name));
	return 0;
}

static NTIO_IOCTL_OP(query_device, QUERY_DEVICE, out_flags, out_driver);
static NTIO_IOCTL_OP(query_control, QUERY_CONTROL, out_code, out_name);

static const struct ntio_ioctl_op * const ntio_ioctl_ops[] = {
	[NTIO_CMD_DEVICE_CONTROL] = &ntio_device_control_op,
	[NTIO_CMD_QUERY_DEVICE] = &ntio_query_device_op,
	[NTIO_CMD_QUERY_CONTROL] = &ntio_query_control_op,
	[NTIO_CMD_CANCEL] = &ntio_cancel_op,
};

union ntio_ucmd_buffer {
	struct ntio_device_control device_control;
	struct ntio_query_device query_device;
	struct ntio_query_control query_control;
	struct ntio_cancel cancel;
};

static const struct ntio_ioctl_op *ntio_ioctl_find(unsigned int cmd)
{
	unsigned int nr = _IOC_NR(cmd);

	if (nr >= ARRAY_SIZE(ntio_ioctl_ops) || ntio_ioctl_ops[nr]->cmd != cmd)
		return NULL;
	return ntio_ioctl_ops[nr];
}

long ntio_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	union ntio_ucmd_buffer buffer;
	struct ntio_ucmd ucmd = {
		.op = ntio_ioctl_find(cmd),
		.file = filp->private_data,
		.ubuffer = (void __user *)arg,
		.cmd = &buffer,
	};
	bool counted;
	int rc;

	if (!ucmd.op)
		return -ENOTTY;
	rc = ntio_ucmd_capture(&ucmd);
	if (rc)
		return rc;
	counted = ntio_file_enter(ucmd.file);
	rc = ucmd.op->execute(&ucmd);
	if (!rc)
		rc = ntio_ucmd_respond(&ucmd);
	ntio_file_exit(ucmd.file, counted);
	return rc ?: ucmd.result;
}
