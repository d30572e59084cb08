#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Prints a -D flag for each property of the kernel headers below $1 that
# compat.h asks for.
set -eu

headers=$1/include/linux

has() # FILE REGEX FLAG
{
	if grep -qsE "$2" "$headers/$1"; then
		echo "-D$3"
	fi
}

has device/class.h 'devnode.\(const struct device' NTIO_CONST_DEVNODE
has io_uring/cmd.h 'struct io_uring_cmd \{' NTIO_IO_URING_CMD_H
has io_uring/cmd.h 'io_uring_cmd_mark_cancelable\(' NTIO_URING_CANCELABLE
has io_uring/cmd.h 'io_uring_cmd_get_task\(' NTIO_URING_GET_TASK
has io_uring/cmd.h 'define io_uring_sqe_cmd\(sqe, type\)' NTIO_URING_TYPED_PAYLOAD
has io_uring/cmd.h 'io_uring_cmd_done32\(' NTIO_URING_DONE32
has io_uring/cmd.h 'io_uring_cmd_from_tw\(' NTIO_URING_TASK_REQUEST
has io_uring/cmd.h '^[[:space:]]+struct io_uring_cmd \*ioucmd,$' NTIO_URING_IMPORT_FLAGS
has io_uring_types.h 'IO_RING_F_COMPAT' NTIO_RING_FLAGS
has fs.h 'get_file_active\(' NTIO_GET_FILE_ACTIVE
has mm.h 'void vm_flags_set\(' NTIO_VM_FLAGS_SET
has workqueue.h 'WQ_PERCPU' NTIO_HAVE_WQ_PERCPU
has eventfd.h 'eventfd_signal\(struct eventfd_ctx \*ctx\)' NTIO_EVENTFD_SIGNAL_ONE
has hex.h 'hex_to_bin\(' NTIO_HEX_H
has hrtimer.h 'hrtimer_setup\(' NTIO_HRTIMER_SETUP
has uio.h 'define iter_iov_addr' NTIO_ITER_IOV_ADDR
# The prototype of 6.1 ends in: struct vm_area_struct **vmas, int *locked);
if tr -s '\n\t ' ' ' <"$headers/mm.h" |
	grep -qE 'pin_user_pages_remote\([^)]*vmas'; then
	echo -DNTIO_PIN_REMOTE_VMAS
fi
