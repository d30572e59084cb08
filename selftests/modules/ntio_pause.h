/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* What the pause test driver and its tests share. */
#ifndef NTIO_PAUSE_H
#define NTIO_PAUSE_H

#include "../../module/uapi/ntio.h"

/*
 * The devices. What is sent to them waits until the driver is told to answer.
 * Reads and writes of pause are buffered, those of pause-direct are direct.
 */
#define PAUSE_PATH "/dev/ntio/pause"
#define PAUSE_DIRECT_PATH "/dev/ntio/pause-direct"

#define PAUSE_TYPE 0x8008
#define PAUSE_CTL(function, method)                                     \
	NTIO_CTL_CODE(PAUSE_TYPE, NTIO_FUNCTION_VENDOR + (function),    \
		      NTIO_METHOD_##method, NTIO_ANY_ACCESS)

/* --- what waits ----------------------------------------------------------- */

/*
 * Input: __u32, the seed of the answer, which fills the second buffer. read(2)
 * is answered with PAUSE_READ_SEED; write(2) must bring PAUSE_WRITE_SEED.
 */
#define IOCTL_PAUSE_BUFFERED PAUSE_CTL(0x00, BUFFERED)
#define IOCTL_PAUSE_OUT_DIRECT PAUSE_CTL(0x01, OUT_DIRECT)

#define PAUSE_READ_SEED 0x11
#define PAUSE_WRITE_SEED 0x22

/* --- what pause is told --------------------------------------------------- */

/* Answer the oldest. Output: __u32 whether there was one. */
#define IOCTL_PAUSE_ANSWER PAUSE_CTL(0x10, BUFFERED)
/*
 * Answer all, and count from 0 again. Input: __u32, whether the requests that
 * come next are kept when they are cancelled.
 */
#define IOCTL_PAUSE_RESET PAUSE_CTL(0x11, BUFFERED)
/* Output: struct pause_counts. */
#define IOCTL_PAUSE_COUNTS PAUSE_CTL(0x12, BUFFERED)

/**
 * struct pause_counts - what has become of the requests since the last reset
 * @calls: how many the driver was given
 * @waiting: how many it has now
 * @marked: how many of those are cancelled, and kept all the same
 * @answered: how many it has answered
 * @cancelled: how many ended because they were cancelled
 * @wrong: how many brought other data than they should
 */
struct pause_counts {
	__u32 calls;
	__u32 waiting;
	__u32 marked;
	__u32 answered;
	__u32 cancelled;
	__u32 wrong;
};

/* Byte of an answer, or of what is written. */
static inline __u8 pause_byte(__u32 seed, __u32 offset)
{
	return seed * 29 + offset * 7 + (offset >> 8);
}

#endif
