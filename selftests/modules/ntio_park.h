/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* What the driver that parks requests and its tests share. */
#ifndef NTIO_PARK_H
#define NTIO_PARK_H

#include "../../module/uapi/ntio.h"

#define PARK_TYPE 0x8005
#define PARK_CTL(function)                                              \
	NTIO_CTL_CODE(PARK_TYPE, NTIO_FUNCTION_VENDOR + (function),     \
		      NTIO_METHOD_BUFFERED, NTIO_ANY_ACCESS)

/*
 * The devices. park: what all is told. park-gone: can be removed. park-top: on
 * a hidden device that queues what it is given.
 */
#define PARK_PATH "/dev/ntio/park"
#define PARK_GONE_PATH "/dev/ntio/park-gone"
#define PARK_TOP_PATH "/dev/ntio/park-top"

/* --- what waits; output: __u32 0x600d when it ends well -------------------- */

/* In a queue; read(2) of park does the same. */
#define IOCTL_PARK_QUEUE PARK_CTL(0x00)
/* In the queue, but cancelled before it gets there. */
#define IOCTL_PARK_CANCELLED PARK_CTL(0x01)
/* In the slot, with a cancel routine of the driver's. */
#define IOCTL_PARK_ROUTINE PARK_CTL(0x02)
/* In the slot, with none. */
#define IOCTL_PARK_STUBBORN PARK_CTL(0x03)
/* The same, but STATUS_PENDING is returned without having been marked [8.1]. */
#define IOCTL_PARK_UNMARKED PARK_CTL(0x06)
/* park-top: input: __u32 when its completion routine is wanted. */
#define IOCTL_PARK_FORWARD PARK_CTL(0x04)
/*
 * In the queue, once there were so many cleanups as __u32 says, the input: on a
 * file without handles, if its own was the last of them.
 */
#define IOCTL_PARK_LATE PARK_CTL(0x05)

/* In the queue; signals the event whose handle is __u32, the input, before. */
#define IOCTL_PARK_SIGNAL PARK_CTL(0x07)

/* In the queue; the handler returns so many ms later as __u32 says, the input. */
#define IOCTL_PARK_LINGER PARK_CTL(0x08)

/* --- what park is told ----------------------------------------------------- */

/* Complete the oldest of the queue. Output: __u32 whether there was one. */
#define IOCTL_PARK_NEXT PARK_CTL(0x10)
/* Sleep as many ms as __u32 says, the input. */
#define IOCTL_PARK_SLOW PARK_CTL(0x16)
/* Input: __u32 enum park_finish. Output: __u32 whether it was completed. */
#define IOCTL_PARK_FINISH PARK_CTL(0x11)
/* ntio_cancel() twice on what is in the slot. Output: struct park_cancelled. */
#define IOCTL_PARK_CANCEL PARK_CTL(0x12)
/* Unregister park-gone and end what it has; register it again. */
#define IOCTL_PARK_REMOVE PARK_CTL(0x13)
#define IOCTL_PARK_RESTORE PARK_CTL(0x14)
/* Output: struct park_counts. */
#define IOCTL_PARK_COUNTS PARK_CTL(0x15)
/* Also park-top. Output: __u32 where in its page the system buffer begins. */
#define IOCTL_PARK_PLACE PARK_CTL(0x17)

/**
 * enum park_finish - how the request in the slot is completed
 * @PARK_FINISH: as it should be, after its cancel routine was removed
 * @PARK_FINISH_ARMED: with the cancel routine still set
 */
enum park_finish {
	PARK_FINISH,
	PARK_FINISH_ARMED,
};

/**
 * struct park_cancelled - output of IOCTL_PARK_CANCEL [8.24]
 * @first: what the first ntio_cancel() returned
 * @second: what the second one returned
 * @mark_before: ntio_is_cancelled() before
 * @mark_after: ntio_is_cancelled() after
 * @routines: how often the cancel routine was called
 * @there: there was a request in the slot
 */
struct park_cancelled {
	__u32 first;
	__u32 second;
	__u32 mark_before;
	__u32 mark_after;
	__u32 routines;
	__u32 there;
};

/**
 * struct park_counts - what park has seen since the module was loaded
 * @queued: requests in the queue now
 * @held: requests in the slot now
 * @cancels: calls of the cancel routine
 * @routines: calls of park-top's completion routine
 * @cleanups: last handles closed
 * @closes: last references gone
 * @waiting: requests that wait for a cleanup before they get into the queue now
 */
struct park_counts {
	__u32 queued;
	__u32 held;
	__u32 cancels;
	__u32 routines;
	__u32 cleanups;
	__u32 closes;
	__u32 waiting;
};

#endif
