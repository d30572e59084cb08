/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
#ifndef NTIO_BAD_OVERRUN_H
#define NTIO_BAD_OVERRUN_H

#include "../../module/uapi/ntio.h"

/* Writes one byte behind the system buffer. */
#define IOCTL_OVERRUN \
	NTIO_CTL_CODE(NTIO_DEVICE_UNKNOWN, NTIO_FUNCTION_VENDOR, \
		      NTIO_METHOD_BUFFERED, NTIO_ANY_ACCESS)

#endif
