/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* What the driver that says one thing and does another and its test share. */
#ifndef NTIO_RENEGE_H
#define NTIO_RENEGE_H

#include "../../module/uapi/ntio.h"

#define RENEGE_PATH "/dev/ntio/renege"

#define RENEGE_CTL(function)                                            \
	NTIO_CTL_CODE(0x8013, NTIO_FUNCTION_VENDOR + (function),        \
		      NTIO_METHOD_BUFFERED, NTIO_ANY_ACCESS)

/*
 * The driver below completes it with Information RENEGE_LOWER. The completion
 * routine of the one above gives it to a worker, and says that completion may
 * go on: a mistake. The worker waits for IOCTL_RENEGE_GO, at most 10 s, and
 * completes it with RENEGE_WORKER. Output: so many bytes, all 0.
 */
#define IOCTL_RENEGE_RUN RENEGE_CTL(0)
/* Let the worker go on. */
#define IOCTL_RENEGE_GO RENEGE_CTL(1)
/* Output: __u32, workers that wait. */
#define IOCTL_RENEGE_WAITING RENEGE_CTL(2)

#define RENEGE_LOWER 4
#define RENEGE_WORKER 8

#endif
