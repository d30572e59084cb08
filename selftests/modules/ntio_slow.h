/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* What the driver that is slow to cancel and its test share. */
#ifndef NTIO_SLOW_H
#define NTIO_SLOW_H

#include "../../module/uapi/ntio.h"

#define SLOW_PATH "/dev/ntio/slow"

#define SLOW_CTL(function)                                              \
	NTIO_CTL_CODE(0x8011, NTIO_FUNCTION_VENDOR + (function),        \
		      NTIO_METHOD_BUFFERED, NTIO_ANY_ACCESS)

/* Waits until it is cancelled. */
#define IOCTL_SLOW_PARK SLOW_CTL(0)
/* Input: __u32, how many microseconds its cancel routine takes from now on. */
#define IOCTL_SLOW_TAKE SLOW_CTL(1)
/* Output: __u32, how often the cancel routine was called. */
#define IOCTL_SLOW_CANCELS SLOW_CTL(2)

#endif
