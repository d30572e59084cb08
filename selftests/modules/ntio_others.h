/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* What the driver without declared codes and its test share. */
#ifndef NTIO_OTHERS_H
#define NTIO_OTHERS_H

#include "../../module/uapi/ntio.h"

/* others-top sits on others-low, which wants what others wants. */
#define OTHERS_PATH "/dev/ntio/others"
#define OTHERS_TOP_PATH "/dev/ntio/others-top"

#define OTHERS_TYPE 0x8014
#define OTHERS_CTL(function, method)                                    \
	NTIO_CTL_CODE(OTHERS_TYPE, NTIO_FUNCTION_VENDOR + (function),   \
		      NTIO_METHOD_##method, NTIO_ANY_ACCESS)

/*
 * No table has these; any function number will do. NEITHER: input: struct
 * others_find; the bytes it names are copied to the output, through the token.
 * The other methods: the input is copied to the output by the driver, with the
 * buffers that the method brings; of IN_DIRECT Information is the length of what
 * is locked.
 */
#define IOCTL_OTHERS_FIND OTHERS_CTL(0x123, NEITHER)
#define IOCTL_OTHERS_BUFFERED OTHERS_CTL(0x124, BUFFERED)
#define IOCTL_OTHERS_IN_DIRECT OTHERS_CTL(0x125, IN_DIRECT)
#define IOCTL_OTHERS_OUT_DIRECT OTHERS_CTL(0x126, OUT_DIRECT)

#define OTHERS_MAX 64

/**
 * struct others_find - where in the caller's memory the data is
 * @address: first byte
 * @len: number of bytes, at most OTHERS_MAX
 */
struct others_find {
	__aligned_u64 address;
	__aligned_u64 len;
};

#endif
