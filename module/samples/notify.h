/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* What the notify sample and its callers share. */
#ifndef NTIO_NOTIFY_H
#define NTIO_NOTIFY_H

#include <ntio/uapi/ntio.h>

#define NOTIFY_TYPE 0x8004
#define NOTIFY_CTL(function, access)                                    \
	NTIO_CTL_CODE(NOTIFY_TYPE, NTIO_FUNCTION_VENDOR + (function),   \
		      NTIO_METHOD_BUFFERED, NTIO_##access##_ACCESS)

/* Most events that are kept while nobody waits. */
#define NOTIFY_KEPT_MAX 64

/* --- codes of /dev/ntio/notify ------------------------------------------- */

/* Wait for an event. Output: struct notify_event. read(2) does the same. */
#define IOCTL_NOTIFY_WAIT NOTIFY_CTL(0, ANY)

/* Input: struct notify_timer. Replaces the open file's earlier timer. */
#define IOCTL_NOTIFY_TIMER NOTIFY_CTL(1, ANY)

/* --- code of /dev/ntio/notify-post ---------------------------------------- */

/* Input: struct notify_post. write(2) of a number as text posts that number. */
#define IOCTL_NOTIFY_POST NOTIFY_CTL(2, WRITE)

/* --- both ----------------------------------------------------------------- */

/* Output: struct notify_counts. */
#define IOCTL_NOTIFY_COUNTS NOTIFY_CTL(3, ANY)

/**
 * enum notify_source - where an event comes from
 * @NOTIFY_POSTED: from notify-post
 * @NOTIFY_TICKED: from a timer
 */
enum notify_source {
	NOTIFY_POSTED,
	NOTIFY_TICKED,
};

/**
 * struct notify_event - what those who wait are given
 * @seq: number of the event, from 1, without gaps but for lost ones
 * @value: what was posted; of a timer: its how-many-th tick, from 1
 * @source: enum notify_source
 * @__reserved: 0
 */
struct notify_event {
	__aligned_u64 seq;
	__aligned_u64 value;
	__u32 source;
	__u32 __reserved;
};

/**
 * struct notify_timer - input of IOCTL_NOTIFY_TIMER
 * @period_ms: time between two events, 1 to 3600000
 * @count: so many events, 0: none, just stop
 */
struct notify_timer {
	__u32 period_ms;
	__u32 count;
};

/**
 * struct notify_post - input of IOCTL_NOTIFY_POST
 * @value: of the first event, each further one is one more
 * @count: so many events, at most 1000000. The first that is lost ends it,
 *	with STATUS_QUOTA_EXCEEDED.
 * @__reserved: must be 0
 *
 * Information of the answer is the number of events that were not lost.
 */
struct notify_post {
	__aligned_u64 value;
	__u32 count;
	__u32 __reserved;
};

/**
 * struct notify_counts - output of IOCTL_NOTIFY_COUNTS
 * @parked: requests that wait for an event now
 * @kept: events that wait for a request now
 * @events: events since the module was loaded
 * @lost: those for which there was no room
 */
struct notify_counts {
	__u32 parked;
	__u32 kept;
	__aligned_u64 events;
	__aligned_u64 lost;
};

#endif
