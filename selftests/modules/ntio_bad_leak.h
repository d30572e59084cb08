/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
#ifndef NTIO_BAD_LEAK_H
#define NTIO_BAD_LEAK_H

#include "../../module/uapi/ntio.h"

#define LEAK_CTL(function)                                                \
	NTIO_CTL_CODE(NTIO_DEVICE_UNKNOWN, NTIO_FUNCTION_VENDOR + (function), \
		      NTIO_METHOD_BUFFERED, NTIO_ANY_ACCESS)

/* Answers LEAK_LEN bytes, of which only the first was ever written. */
#define IOCTL_LEAK LEAK_CTL(0)
/* Answers as many, all written. */
#define IOCTL_LEAK_NOT LEAK_CTL(1)

#define LEAK_LEN 64
#define LEAK_FIRST 0x5a

#endif
