/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* What the driver whose handler sleeps and its test share. */
#ifndef NTIO_SLOW_H
#define NTIO_SLOW_H

#include "../../module/uapi/ntio.h"

#define SLOW_PATH "/dev/ntio/slow"

#define SLOW_TYPE 0x800b
#define SLOW_CTL(function)                                              \
	NTIO_CTL_CODE(SLOW_TYPE, NTIO_FUNCTION_VENDOR + (function),     \
		      NTIO_METHOD_BUFFERED, NTIO_ANY_ACCESS)

/* Input: __u32 ms that the handler sleeps; output: __u32 the same, inverted. */
#define IOCTL_SLOW_SLEEP SLOW_CTL(0x00)
/* Output: __u32 how many handlers sleep now. */
#define IOCTL_SLOW_COUNT SLOW_CTL(0x01)

#endif
