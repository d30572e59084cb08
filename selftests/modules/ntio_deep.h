/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* What the drivers whose workers wait for each other and their test share. */
#ifndef NTIO_DEEP_H
#define NTIO_DEEP_H

#include "../../module/uapi/ntio.h"

/*
 * The devices. deep: on a hidden device. deep-other: has nothing to do with the
 * others. deep-tell: what tells them; answers in its callers.
 */
#define DEEP_PATH "/dev/ntio/deep"
#define DEEP_OTHER_PATH "/dev/ntio/deep-other"
#define DEEP_TELL_PATH "/dev/ntio/deep-tell"

#define DEEP_TYPE 0x800a
#define DEEP_CTL(function)                                              \
	NTIO_CTL_CODE(DEEP_TYPE, NTIO_FUNCTION_VENDOR + (function),     \
		      NTIO_METHOD_BUFFERED, NTIO_ANY_ACCESS)

/* --- in workers; input: __u32; output: __u32 DEEP_GOOD ^ the input -------- */

#define DEEP_GOOD 0x600d0000
/*
 * deep: waits for IOCTL_DEEP_LAUNCH; then its worker gives the request to the
 * device below, whose worker ends it, and waits for that.
 */
#define IOCTL_DEEP_DOWN DEEP_CTL(0x00)
/* deep: its worker waits for IOCTL_DEEP_GO. */
#define IOCTL_DEEP_BLOCK DEEP_CTL(0x01)
/* deep-other: at once; write(2) is the same. */
#define IOCTL_DEEP_WORK DEEP_CTL(0x02)

/* --- what deep-tell is told ----------------------------------------------- */

/* Those of IOCTL_DEEP_BLOCK may go on, and those that come after. */
#define IOCTL_DEEP_GO DEEP_CTL(0x10)
/* From now on they wait again. */
#define IOCTL_DEEP_STOP DEEP_CTL(0x11)
/* The upper workers do not wait for the lower ones any more. */
#define IOCTL_DEEP_GIVE_UP DEEP_CTL(0x12)
/* The workers of all of IOCTL_DEEP_DOWN begin. */
#define IOCTL_DEEP_LAUNCH DEEP_CTL(0x14)
/* Output: struct deep_counts. */
#define IOCTL_DEEP_COUNTS DEEP_CTL(0x13)

/**
 * struct deep_counts - where the workers are
 * @calls: requests that deep was given since the module was loaded
 * @above: upper workers that wait for lower ones
 * @blocked: workers that wait for IOCTL_DEEP_GO
 */
struct deep_counts {
	__u32 calls;
	__u32 above;
	__u32 blocked;
};

#endif
