/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* What the driver of the old style and its test share. */
#ifndef NTIO_OLD_H
#define NTIO_OLD_H

#include "../../module/uapi/ntio.h"

#define OLD_TYPE 0x8013
#define OLD_CTL(function)                                               \
	NTIO_CTL_CODE(OLD_TYPE, NTIO_FUNCTION_VENDOR + (function),      \
		      NTIO_METHOD_BUFFERED, NTIO_ANY_ACCESS)

/* old: has a cancel lock. old-late: registered, but not initialised yet. */
#define OLD_PATH "/dev/ntio/old"
#define OLD_LATE_PATH "/dev/ntio/old-late"

/* Waits, with a cancel routine. */
#define IOCTL_OLD_WAIT OLD_CTL(0x00)
/* Complete it as old drivers do. Output: __u32 whether there was one. */
#define IOCTL_OLD_FINISH OLD_CTL(0x01)
/* Input: __u32 rounds in which one thread completes, another cancels. */
#define IOCTL_OLD_ROUNDS OLD_CTL(0x02)
/* Output: struct old_counts. */
#define IOCTL_OLD_COUNTS OLD_CTL(0x03)
/* Lets old-late be opened. */
#define IOCTL_OLD_INITIALIZED OLD_CTL(0x04)
/* Removes old-late, and registers it again. */
#define IOCTL_OLD_LATE_AGAIN OLD_CTL(0x05)

/* Waits in a queue of the core's. */
#define IOCTL_OLD_QUEUE OLD_CTL(0x06)
/* Output: __u32 how many wait there. */
#define IOCTL_OLD_QUEUED OLD_CTL(0x07)

/**
 * struct old_counts - what happened since the module was loaded
 * @finished: requests that the driver completed
 * @cancelled: calls of the cancel routine
 * @bad: of these, for a request that the driver had completed
 * @waiting: there is a request that waits
 */
struct old_counts {
	__u32 finished;
	__u32 cancelled;
	__u32 bad;
	__u32 waiting;
};

#endif
