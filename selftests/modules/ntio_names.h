/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* What the driver with several names and its test share. */
#ifndef NTIO_NAMES_H
#define NTIO_NAMES_H

#include "../../module/uapi/ntio.h"

#define NAMES_TYPE 0x8014
#define NAMES_CTL(function)                                             \
	NTIO_CTL_CODE(NAMES_TYPE, NTIO_FUNCTION_VENDOR + (function),    \
		      NTIO_METHOD_BUFFERED, NTIO_ANY_ACCESS)

/* names: exclusive, mode 0640. names-watch: what all is told. */
#define NAMES_PATH "/dev/ntio/names"
#define NAMES_WATCH_PATH "/dev/ntio/names-watch"
#define NAMES_MODE 0640

/* Of names. */
#define IOCTL_NAMES_NOTHING NAMES_CTL(0x00)

/* Of names-watch. Input: the text, with its end. Output: __u32 errno. */
#define IOCTL_NAMES_ADD NAMES_CTL(0x10)
#define IOCTL_NAMES_REMOVE NAMES_CTL(0x11)
/* The same to a hidden device. */
#define IOCTL_NAMES_ADD_HIDDEN NAMES_CTL(0x12)
/* Unregister names, and register it. */
#define IOCTL_NAMES_GO NAMES_CTL(0x13)
#define IOCTL_NAMES_COME NAMES_CTL(0x14)

#endif
