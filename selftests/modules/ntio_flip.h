/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* What the driver that looks twice and its test share. */
#ifndef NTIO_FLIP_H
#define NTIO_FLIP_H

#include "../../module/uapi/ntio.h"

#define FLIP_PATH "/dev/ntio/flip"

#define FLIP_CTL(function, method)                                      \
	NTIO_CTL_CODE(0x8006, NTIO_FUNCTION_VENDOR + (function),        \
		      NTIO_METHOD_##method, NTIO_ANY_ACCESS)

/* Look at both buffers, again and again, as the method brings them. */
#define IOCTL_FLIP_BUFFERED FLIP_CTL(0, BUFFERED)
#define IOCTL_FLIP_IN_DIRECT FLIP_CTL(1, IN_DIRECT)
#define IOCTL_FLIP_OUT_DIRECT FLIP_CTL(2, OUT_DIRECT)
#define IOCTL_FLIP_NEITHER FLIP_CTL(3, NEITHER)
/* Output: struct flip_saw, of this open file. */
#define IOCTL_FLIP_SAW FLIP_CTL(4, BUFFERED)

/* Longest buffer that is looked at. */
#define FLIP_MAX 2048
#define FLIP_LOOKS 16

/**
 * struct flip_saw - what the driver has seen
 * @looks: how often it looked at each buffer once more
 * @first: how often the first buffer was another one then
 * @second: how often the second buffer was
 */
struct flip_saw {
	__u64 looks;
	__u64 first;
	__u64 second;
};

#endif
