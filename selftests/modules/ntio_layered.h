/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* What the driver whose requests have a layer's bytes and its test share. */
#ifndef NTIO_LAYERED_H
#define NTIO_LAYERED_H

#include "../../module/uapi/ntio.h"

#define LAYERED_TYPE 0x8010
#define LAYERED_CTL(function, method)                                   \
	NTIO_CTL_CODE(LAYERED_TYPE, NTIO_FUNCTION_VENDOR + (function),  \
		      NTIO_METHOD_##method, NTIO_ANY_ACCESS)

/*
 * The devices. layered: made when it is asked for, on a hidden device that has
 * the layer. layered-watch: what all is told; its requests have no layer.
 */
#define LAYERED_PATH "/dev/ntio/layered"
#define LAYERED_WATCH_PATH "/dev/ntio/layered-watch"

/* The first byte that a layer's release() is to find in the buffers. */
#define LAYERED_MARK 0x6c

/* Through both drivers; at least 4 bytes out, the first of them is the mark. */
#define IOCTL_LAYERED_BUFFERED LAYERED_CTL(0x00, BUFFERED)
#define IOCTL_LAYERED_DIRECT LAYERED_CTL(0x01, OUT_DIRECT)
/* Waits in a queue. */
#define IOCTL_LAYERED_QUEUE LAYERED_CTL(0x02, BUFFERED)
/* Ended by a worker that goes on until it is told. */
#define IOCTL_LAYERED_LINGER LAYERED_CTL(0x03, BUFFERED)

/* Of layered-watch: make and remove layered; output: __u32 errno. */
#define IOCTL_LAYERED_MAKE LAYERED_CTL(0x10, BUFFERED)
#define IOCTL_LAYERED_REMOVE LAYERED_CTL(0x11, BUFFERED)
/* Input: __u32 enum layered_on. Output: __u32 errno of the registration. */
#define IOCTL_LAYERED_TRY LAYERED_CTL(0x12, BUFFERED)
/* Lets those go that linger. */
#define IOCTL_LAYERED_GO LAYERED_CTL(0x13, BUFFERED)
/* Output: struct layered_counts. */
#define IOCTL_LAYERED_COUNTS LAYERED_CTL(0x14, BUFFERED)

/**
 * enum layered_on - which layer a device has that is tried on the hidden one
 * @LAYERED_ON_NONE: none
 * @LAYERED_ON_SAME: the same
 * @LAYERED_ON_OTHER: another
 * @LAYERED_ON_HUGE: one that no request could have, and a stack of its own
 */
enum layered_on {
	LAYERED_ON_NONE,
	LAYERED_ON_SAME,
	LAYERED_ON_OTHER,
	LAYERED_ON_HUGE,
};

/**
 * struct layered_counts - what happened since the module was loaded
 * @served: requests that reached the lower driver
 * @released: calls of the layer's release()
 * @marked: of these, the bytes were as the drivers left them, and the buffers
 *	were there
 * @bad: bytes that were not zero at first, not the same in both drivers, or
 *	not the request's any more
 * @lingering: workers that go on
 * @gone: layered's release()
 */
struct layered_counts {
	__u32 served;
	__u32 released;
	__u32 marked;
	__u32 bad;
	__u32 lingering;
	__u32 gone;
};

#endif
