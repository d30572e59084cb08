/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
#ifndef NTIO_BAD_LOST_H
#define NTIO_BAD_LOST_H

#include "../../module/uapi/ntio.h"

#define LOST_CTL(function)                                                \
	NTIO_CTL_CODE(NTIO_DEVICE_UNKNOWN, NTIO_FUNCTION_VENDOR + (function), \
		      NTIO_METHOD_BUFFERED, NTIO_ANY_ACCESS)

/* Allocates memory and forgets it, at most LOST_TIMES times. */
#define IOCTL_LOST LOST_CTL(0)
/* Allocates as much and keeps it until the module is unloaded. */
#define IOCTL_LOST_NOT LOST_CTL(1)

#define LOST_TIMES 16

#endif
