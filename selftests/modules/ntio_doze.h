/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* What the driver whose handler sleeps and its test share. */
#ifndef NTIO_DOZE_H
#define NTIO_DOZE_H

#include "../../module/uapi/ntio.h"

#define DOZE_PATH "/dev/ntio/doze"

#define DOZE_TYPE 0x800b
#define DOZE_CTL(function)                                              \
	NTIO_CTL_CODE(DOZE_TYPE, NTIO_FUNCTION_VENDOR + (function),     \
		      NTIO_METHOD_BUFFERED, NTIO_ANY_ACCESS)

/* read(2) of N bytes sleeps N ms, and reads nothing. */

/* Input: __u32 ms that the handler sleeps; output: __u32 the same, inverted. */
#define IOCTL_DOZE_SLEEP DOZE_CTL(0x00)
/* Output: __u32 how many handlers sleep now. */
#define IOCTL_DOZE_COUNT DOZE_CTL(0x01)

#endif
