/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* What the driver with a remove lock and its test share. */
#ifndef NTIO_REMOVAL_H
#define NTIO_REMOVAL_H

#include "../../module/uapi/ntio.h"

#define REMOVAL_TYPE 0x8012
#define REMOVAL_CTL(function)                                           \
	NTIO_CTL_CODE(REMOVAL_TYPE, NTIO_FUNCTION_VENDOR + (function),  \
		      NTIO_METHOD_BUFFERED, NTIO_ANY_ACCESS)

/* removal: what is removed. removal-watch: what all is told. */
#define REMOVAL_PATH "/dev/ntio/removal"
#define REMOVAL_WATCH_PATH "/dev/ntio/removal-watch"

/* Of removal: used by a worker for a moment; until told; waits in a queue. */
#define IOCTL_REMOVAL_WORK REMOVAL_CTL(0x00)
#define IOCTL_REMOVAL_STAY REMOVAL_CTL(0x01)
#define IOCTL_REMOVAL_QUEUE REMOVAL_CTL(0x02)

/* Of removal-watch. Surprise removal, and what the driver found after. */
#define IOCTL_REMOVAL_REMOVE REMOVAL_CTL(0x10)
#define IOCTL_REMOVAL_RESTORE REMOVAL_CTL(0x11)
/* Those that stay go on. */
#define IOCTL_REMOVAL_GO REMOVAL_CTL(0x12)
/* Output: struct removal_counts. */
#define IOCTL_REMOVAL_COUNTS REMOVAL_CTL(0x13)

/**
 * struct removal_counts - what happened since the module was loaded
 * @using: workers that use the device now
 * @used_after: uses of a device that was removed
 * @acquired_after: locks that were given after a removal
 * @refused: requests that found the lock refused
 * @queued: requests that wait now
 */
struct removal_counts {
	__u32 using;
	__u32 used_after;
	__u32 acquired_after;
	__u32 refused;
	__u32 queued;
};

#endif
