/* SPDX-License-Identifier: GPL-2.0 */
/* What the driver @NAME@ and its applications share. */
#ifndef @UPPER@_H
#define @UPPER@_H

#include <ntio/uapi/ntio.h>

/* Device types from 0x8000 and functions from 0x800 on are everybody's. */
#define @UPPER@_TYPE 0x8000
#define @UPPER@_CTL(function, method) \
	NTIO_CTL_CODE(@UPPER@_TYPE, NTIO_FUNCTION_VENDOR + (function), \
		      NTIO_METHOD_##method, NTIO_ANY_ACCESS)

/* The second buffer is filled with a greeting. */
#define IOCTL_@UPPER@_GREET @UPPER@_CTL(0, BUFFERED)

#endif
