/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * Drivers that break one rule each, which the verifier has to find out: the
 * device NAME-wrong, and NAME-right, which serves the same codes as it should.
 */
#ifndef NTIO_BAD_TWINS_H
#define NTIO_BAD_TWINS_H

#include "../../module/uapi/ntio.h"

#define TWIN_TYPE 0x8007
#define TWIN_CTL(function, method)					\
	NTIO_CTL_CODE(TWIN_TYPE, NTIO_FUNCTION_VENDOR + (function),	\
		      NTIO_METHOD_##method, NTIO_ANY_ACCESS)

/* --- io, on top of io-wrong-below or io-right-below ------------------------ */

/* Completes with a status that was never set. */
#define IOCTL_TWIN_UNSET TWIN_CTL(0x00, BUFFERED)
/* Returns with preemption disabled: from the handler, */
#define IOCTL_TWIN_PREEMPT TWIN_CTL(0x01, BUFFERED)
/* a completion routine, */
#define IOCTL_TWIN_PREEMPT_ROUTINE TWIN_CTL(0x02, BUFFERED)
/* a worker, */
#define IOCTL_TWIN_PREEMPT_WORKER TWIN_CTL(0x03, BUFFERED)
/* a cancel routine: the request ends with STATUS_CANCELLED. */
#define IOCTL_TWIN_PREEMPT_CANCEL TWIN_CTL(0x04, BUFFERED)
/* Returns with interrupts disabled. */
#define IOCTL_TWIN_IRQS TWIN_CTL(0x05, BUFFERED)
/* Forwards with a cancel routine set. */
#define IOCTL_TWIN_CANCEL_SET TWIN_CTL(0x06, BUFFERED)
/* Writes to the system buffer after it has completed the request. */
#define IOCTL_TWIN_AFTER TWIN_CTL(0x07, BUFFERED)
/* The one below returns another status than it completes with. */
#define IOCTL_TWIN_STATUS TWIN_CTL(0x08, BUFFERED)

/* --- log ------------------------------------------------------------------- */

/* Loses the request: it waits until it is cancelled. */
#define IOCTL_TWIN_LOSE TWIN_CTL(0x10, BUFFERED)

#endif
