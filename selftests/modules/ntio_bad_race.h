/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
#ifndef NTIO_BAD_RACE_H
#define NTIO_BAD_RACE_H

#include "../../module/uapi/ntio.h"

#define RACE_CTL(function)                                                \
	NTIO_CTL_CODE(NTIO_DEVICE_UNKNOWN, NTIO_FUNCTION_VENDOR + (function), \
		      NTIO_METHOD_BUFFERED, NTIO_ANY_ACCESS)

/* Counts RACE_STEPS steps for all open files together, without a lock. */
#define IOCTL_RACE RACE_CTL(0)
/* The same under a lock. */
#define IOCTL_RACE_LOCKED RACE_CTL(1)

#define RACE_STEPS 10000

#endif
