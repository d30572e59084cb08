/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* What the driver that makes requests and its test share. */
#ifndef NTIO_MADE_H
#define NTIO_MADE_H

#include "../../module/uapi/ntio.h"

#define MADE_TYPE 0x8011
#define MADE_CTL(function, method)                                      \
	NTIO_CTL_CODE(MADE_TYPE, NTIO_FUNCTION_VENDOR + (function),     \
		      NTIO_METHOD_##method, NTIO_ANY_ACCESS)

/* The maker; it sends to made-low, which is hidden. */
#define MADE_PATH "/dev/ntio/made"

/* --- codes of made-low --------------------------------------------------- */

/*
 * In: at least 4 bytes. Each byte becomes its complement; as many come back as
 * both lengths allow. The first input byte may be enum made_how.
 */
#define IOCTL_MADE_BUFFERED MADE_CTL(0x00, BUFFERED)
/* Complements the second buffer, and says so many bytes. */
#define IOCTL_MADE_OUT_DIRECT MADE_CTL(0x01, OUT_DIRECT)
/* Information is the sum of the second buffer; tries to write to it. */
#define IOCTL_MADE_IN_DIRECT MADE_CTL(0x02, IN_DIRECT)
/* Needs a caller. */
#define IOCTL_MADE_NEITHER MADE_CTL(0x03, NEITHER)
/* Waits in a queue, or without a cancel routine. */
#define IOCTL_MADE_QUEUE MADE_CTL(0x04, OUT_DIRECT)
#define IOCTL_MADE_STUBBORN MADE_CTL(0x05, OUT_DIRECT)
/* Nobody knows it. */
#define IOCTL_MADE_UNKNOWN MADE_CTL(0x06, BUFFERED)

/**
 * enum made_how - first byte of the input: how made-low ends the request
 * @MADE_GOOD: at once
 * @MADE_WORKER: in a worker, later
 * @MADE_FAIL: with STATUS_UNSUCCESSFUL, after it has written
 * @MADE_TOO_MUCH: with more information than there is room
 * @MADE_ADVANCE: after it has advanced the MDL by half
 */
enum made_how {
	MADE_GOOD,
	MADE_WORKER,
	MADE_FAIL,
	MADE_TOO_MUCH,
	MADE_ADVANCE,
};

/* --- codes of made ------------------------------------------------------- */

#define IOCTL_MADE_DO MADE_CTL(0x10, BUFFERED)

/**
 * enum made_what - what the maker does
 * @MADE_WAIT: makes, sends and waits
 * @MADE_SEND: makes, sends, is told, and frees in the callback
 * @MADE_UNSENT: makes and frees
 * @MADE_START: makes and sends, and keeps the request
 * @MADE_FORGET: the same, but frees it at once
 * @MADE_CANCEL: ntio_cancel() on the request it keeps; information is what that
 *	returned
 * @MADE_COLLECT: the outcome of the request it keeps, which it frees;
 *	STATUS_PENDING: it has not ended
 * @MADE_FINISH: made-low completes what has no cancel routine
 * @MADE_GONE: sends to a device that was unregistered since it made the request
 * @MADE_ENDED: information is how often it was told of an end
 * @MADE_HELD: information is how many requests made-low has
 * @MADE_AT_CLEANUP: the cleanup of this file makes a request with the file
 * @MADE_THERE: information is whether that was possible: 0: it did not come
 *	yet, 1: yes, 2: no
 */
enum made_what {
	MADE_WAIT,
	MADE_SEND,
	MADE_UNSENT,
	MADE_START,
	MADE_FORGET,
	MADE_CANCEL,
	MADE_COLLECT,
	MADE_FINISH,
	MADE_GONE,
	MADE_ENDED,
	MADE_HELD,
	MADE_AT_CLEANUP,
	MADE_THERE,
};

/* made_op::flags: with the file of the request that asks for it. */
#define MADE_WITH_FILE 0x1
/* To made-low-direct, a device whose reads and writes are direct. */
#define MADE_TO_DIRECT 0x2

/* What the maker's output has before; its input is how, 1, 2, 3, ... */
#define MADE_BEFORE 0x77

/**
 * struct made_op - input and output of IOCTL_MADE_DO
 * @what: enum made_what
 * @major: enum ntio_major
 * @code: of a device control
 * @in_len: length of the first buffer, or of what is written
 * @out_len: length of the second buffer, or of what is read
 * @how: first byte of both buffers, enum made_how
 * @flags: MADE_WITH_FILE, MADE_TO_DIRECT
 * @out_status: the outcome
 * @out_information: likewise; 0xdead: no request was made
 * @out_changed: bytes of the output that are not MADE_BEFORE
 * @out_first: first byte of the output, and
 * @out_last: last
 */
struct made_op {
	__u32 what;
	__u32 major;
	__u32 code;
	__u32 in_len;
	__u32 out_len;
	__u32 how;
	__u32 flags;
	__u32 out_status;
	__u64 out_information;
	__u32 out_changed;
	__u32 out_first;
	__u32 out_last;
	__u32 reserved;
};

#endif
