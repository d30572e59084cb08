/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* What the driver that keeps pages locked and its tests share. */
#ifndef NTIO_PINS_H
#define NTIO_PINS_H

#include "../../module/uapi/ntio.h"

/*
 * The devices; both are direct devices that anybody may open. What is sent to
 * pins waits in a queue, what is sent to pins-now says that it never pends.
 */
#define PINS_PATH "/dev/ntio/pins"
#define PINS_NOW_PATH "/dev/ntio/pins-now"
/* Reads and writes of pins-now, where copies will do. */
#define PINS_COPY_PATH "/dev/ntio/pins-copy"

#define PINS_TYPE 0x8010
#define PINS_CTL(function, method)                                      \
	NTIO_CTL_CODE(PINS_TYPE, NTIO_FUNCTION_VENDOR + (function),     \
		      NTIO_METHOD_##method, NTIO_ANY_ACCESS)

/* pins: wait in the queue; read(2) and write(2) do the same. */
#define IOCTL_PINS_PARK_READ PINS_CTL(0x00, IN_DIRECT)
#define IOCTL_PINS_PARK_WRITE PINS_CTL(0x01, OUT_DIRECT)

/* pins-now: as IOCTL_PINS_PLAN said; read(2) and write(2) do the same. */
#define IOCTL_PINS_NOW_READ PINS_CTL(0x02, IN_DIRECT)
#define IOCTL_PINS_NOW_WRITE PINS_CTL(0x03, OUT_DIRECT)

/* --- both ------------------------------------------------------------------ */

/* Input: __u32 enum pins_plan, what pins-now does from now on. */
#define IOCTL_PINS_PLAN PINS_CTL(0x10, BUFFERED)
/* Complete the oldest of the queue. Information: whether there was one. */
#define IOCTL_PINS_NEXT PINS_CTL(0x11, BUFFERED)
/* Complete all of the queue. */
#define IOCTL_PINS_ALL PINS_CTL(0x12, BUFFERED)
/* Output: struct pins_counts. */
#define IOCTL_PINS_COUNTS PINS_CTL(0x13, BUFFERED)
/* Lock a range of the caller and keep it. Input, output: struct pins_lock. */
#define IOCTL_PINS_LOCK PINS_CTL(0x14, BUFFERED)
/* Input: __u32, the slot to give back. */
#define IOCTL_PINS_UNLOCK PINS_CTL(0x15, BUFFERED)

/* What pins-now puts into the last byte of a buffer that it may write to. */
#define PINS_BYTE 0xe7

/**
 * enum pins_plan - what pins-now does with a request
 * @PINS_COMPLETE: what it has promised: ends it in the handler. The driver has
 *	read or written the last byte; Information is the length
 * @PINS_MARK: marks it pending, and ends it in the handler all the same
 * @PINS_QUEUE: inserts it into the queue
 * @PINS_WORK: gives it to a worker
 */
enum pins_plan {
	PINS_COMPLETE,
	PINS_MARK,
	PINS_QUEUE,
	PINS_WORK,
	PINS_PLANS,
};

#define PINS_SLOTS 4

/* pins_lock::flags */
#define PINS_FOR_WRITING 0x1
#define PINS_SHORT 0x2
/* By a worker that attaches to the caller; else by the handler itself. */
#define PINS_ATTACHED 0x4

/**
 * struct pins_lock - a range to lock
 * @address: in the caller's memory
 * @len: its length
 * @slot: where the driver keeps it, below PINS_SLOTS
 * @flags: PINS_FOR_WRITING and so on
 * @out_attached: Output NTSTATUS of ntio_attach()
 * @out_status: Output NTSTATUS of ntio_mdl_lock()
 */
struct pins_lock {
	__aligned_u64 address;
	__aligned_u64 len;
	__u32 slot;
	__u32 flags;
	__u32 out_attached;
	__u32 out_status;
};

/**
 * struct pins_counts - what the driver has seen
 * @queued: requests in the queue now
 * @calls: calls of handlers of requests that pend or say they never do
 * @worked: calls of the worker that PINS_WORK asks for
 */
struct pins_counts {
	__u32 queued;
	__u32 calls;
	__u32 worked;
};

#endif
