/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
#ifndef NTIO_CROSS_H
#define NTIO_CROSS_H

#include "../../module/uapi/ntio.h"

#define CROSS_CTL(function)                                                  \
	NTIO_CTL_CODE(NTIO_DEVICE_UNKNOWN, NTIO_FUNCTION_VENDOR + (function), \
		      NTIO_METHOD_BUFFERED, NTIO_ANY_ACCESS)

#define CROSS_DATA 32768

/**
 * struct cross - input and output of all codes
 * @address: in the caller's memory
 * @len: how much to copy, up to CROSS_DATA
 * @keep: whether ntio_keep_caller() is called
 * @copied: Output how much was copied
 * @status: Output what the calls returned, one after the other
 * @data: what is copied there, or was copied here
 */
struct cross {
	__aligned_u64 address;
	__aligned_u64 len;
	__u32 keep;
	__u32 __reserved;
	__aligned_u64 copied;
	__u32 status[4];
	__u8 data[CROSS_DATA];
};

/*
 * ntio_copy_from_process(), ntio_copy_to_process() in a worker. The workers of
 * FROM and NOTHING wait while the module parameter hold is set.
 */
#define IOCTL_CROSS_FROM CROSS_CTL(0)
#define IOCTL_CROSS_TO CROSS_CTL(1)
/* ntio_attach(), ntio_write_user() of @data, ntio_detach() in a worker. */
#define IOCTL_CROSS_WRITE CROSS_CTL(2)
/* Attaches twice, and once more after it has detached once. */
#define IOCTL_CROSS_ATTACH_TWICE CROSS_CTL(3)
/* Detaches twice, then reads and writes with the token: @copied, in all. */
#define IOCTL_CROSS_DETACH_TWICE CROSS_CTL(4)
/* The worker ends attached; a second one says in status[1] what it found. */
#define IOCTL_CROSS_LEAVE_ATTACHED CROSS_CTL(5)
/* In the handler: attaches, and detaches with a copy of its own token. */
#define IOCTL_CROSS_IN_HANDLER CROSS_CTL(6)
/* The worker forwards to a driver that uses a worker, and waits for it. */
#define IOCTL_CROSS_NESTED CROSS_CTL(7)
/* The worker does nothing. */
#define IOCTL_CROSS_NOTHING CROSS_CTL(8)
/* Keeps the caller twice, attaches from a thread of its own, and reads. */
#define IOCTL_CROSS_OWN_THREAD CROSS_CTL(9)

#endif
