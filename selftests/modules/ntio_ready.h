/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* What the driver that can be polled in both directions and its test share. */
#ifndef NTIO_READY_H
#define NTIO_READY_H

#include "../../module/uapi/ntio.h"

/*
 * Bytes that can be read, and room for bytes to be written, are tokens that
 * the driver is given. A read or write takes one for the whole call, transfers
 * all of its buffer, and waits while there is none. Those of ready-later take a
 * token at once, if there is one, and then a worker to transfer the bytes.
 */
#define READY_PATH "/dev/ntio/ready"
#define READY_LATER_PATH "/dev/ntio/ready-later"

#define READY_CTL(function)                                             \
	NTIO_CTL_CODE(0x8012, NTIO_FUNCTION_VENDOR + (function),        \
		      NTIO_METHOD_BUFFERED, NTIO_ANY_ACCESS)

/* Input: struct ready_tokens, to be added to what there is. */
#define IOCTL_READY_ADD READY_CTL(0)
/* Output: struct ready_tokens, those that are left. */
#define IOCTL_READY_LEFT READY_CTL(1)
/* Take all tokens away. Requests that wait end with STATUS_CANCELLED. */
#define IOCTL_READY_RESET READY_CTL(2)

/* What is read. */
#define READY_BYTE 0xd6

/* Of this length they are refused, with one of two statuses. */
#define READY_REFUSED 77

/**
 * struct ready_tokens - what can be done without waiting
 * @reads: reads
 * @writes: writes
 * @waiting_reads: Output reads that wait
 * @waiting_writes: Output writes that wait
 * @cleanups: Output cleanups since the last reset
 * @refused: Output reads and writes that were refused since
 */
struct ready_tokens {
	__u32 reads;
	__u32 writes;
	__u32 waiting_reads;
	__u32 waiting_writes;
	__u32 cleanups;
	__u32 refused;
};

#endif
