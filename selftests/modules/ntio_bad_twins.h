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

/* --- pool, on top of pool-wrong-below -------------------------------------- */

/* Writes the byte behind its input. */
#define IOCTL_TWIN_BEHIND TWIN_CTL(0x20, BUFFERED)
/* The one below does. */
#define IOCTL_TWIN_BEHIND_BELOW TWIN_CTL(0x21, BUFFERED)
/* Writes the byte before the system buffer. */
#define IOCTL_TWIN_BEFORE TWIN_CTL(0x22, BUFFERED)
/* Information: bytes that can be read behind the input, at most a page. */
#define IOCTL_TWIN_BEYOND TWIN_CTL(0x23, BUFFERED)

/* --- mdl, on top of mdl-wrong-below ---------------------------------------- */

/* Writes to pages that are locked for reading: by the page, */
#define IOCTL_TWIN_SCRIBBLE TWIN_CTL(0x30, IN_DIRECT)
/* by the address for reading, */
#define IOCTL_TWIN_SCRIBBLE_ADDRESS TWIN_CTL(0x31, IN_DIRECT)
/* after it has completed the request, */
#define IOCTL_TWIN_SCRIBBLE_AFTER TWIN_CTL(0x32, IN_DIRECT)
/* the one below, */
#define IOCTL_TWIN_SCRIBBLE_BELOW TWIN_CTL(0x33, IN_DIRECT)
/* in a completion routine. */
#define IOCTL_TWIN_SCRIBBLE_ROUTINE TWIN_CTL(0x34, IN_DIRECT)
/* Takes 50 ms. */
#define IOCTL_TWIN_READ_SLOWLY TWIN_CTL(0x35, IN_DIRECT)

/* --- pend, on top of pend-wrong-below or pend-right-below ------------------ */

/* Completes with 5 what it has forwarded. */
#define IOCTL_TWIN_ASSUME TWIN_CTL(0x40, BUFFERED)
/* Does not pass on that the one below was pending. */
#define IOCTL_TWIN_FORGET TWIN_CTL(0x41, BUFFERED)
/* Returns another status than the one below: forwarded, */
#define IOCTL_TWIN_RETURN TWIN_CTL(0x42, BUFFERED)
/* skipped. */
#define IOCTL_TWIN_SKIP_RETURN TWIN_CTL(0x43, BUFFERED)

/* --- res ------------------------------------------------------------------- */

/* Locks its input. Information: the first byte. */
#define IOCTL_TWIN_LOCK TWIN_CTL(0x50, NEITHER)

#endif
