/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
#ifndef NTIO_MISTAKES_H
#define NTIO_MISTAKES_H

#include "../../module/uapi/ntio.h"

#define MISTAKE_CTL(function, method)                                        \
	NTIO_CTL_CODE(NTIO_DEVICE_UNKNOWN, NTIO_FUNCTION_VENDOR + (function), \
		      NTIO_METHOD_##method, NTIO_ANY_ACCESS)

/*
 * Asks for write access to pages locked for reading [11.14], in both ways.
 * Information: how many of these attempts were let through.
 */
#define IOCTL_MISTAKE_WRITE_READ_MDL MISTAKE_CTL(0, IN_DIRECT)

/*
 * Input: __u64 address of 8 bytes. A worker reads and writes them with the
 * caller's token, which it must not have [11.24]. Information: bytes copied.
 */
#define IOCTL_MISTAKE_WRONG_CONTEXT MISTAKE_CTL(1, BUFFERED)

/* Returns STATUS_PENDING unmarked, completes 100 ms later [8.1]. */
#define IOCTL_MISTAKE_UNMARKED MISTAKE_CTL(2, BUFFERED)

/* Reads 8 bytes at the __u64 address in the right context. */
#define IOCTL_MISTAKE_NONE MISTAKE_CTL(3, BUFFERED)

#endif
