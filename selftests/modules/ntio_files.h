/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* What the drivers that take opens and closes as requests share with a test. */
#ifndef NTIO_FILES_H
#define NTIO_FILES_H

#include "../../module/uapi/ntio.h"

#define FILES_TYPE 0x8015
#define FILES_CTL(function)                                             \
	NTIO_CTL_CODE(FILES_TYPE, NTIO_FUNCTION_VENDOR + (function),    \
		      NTIO_METHOD_BUFFERED, NTIO_ANY_ACCESS)

/*
 * A stack of four: files, exclusive, with callbacks; files-mid, which forwards
 * requests; files-low, which ends them as it is told; files-floor, which has
 * neither. files-watch: what all is told.
 */
#define FILES_PATH "/dev/ntio/files"
#define FILES_WATCH_PATH "/dev/ntio/files-watch"

/* Of files: waits in a queue until cleanup. */
#define IOCTL_FILES_WAIT FILES_CTL(0x00)

/* Of files-watch. Input: struct files_how. */
#define IOCTL_FILES_HOW FILES_CTL(0x10)
/* Ends what is parked. Input: __u32 status. Output: __u32: there was one. */
#define IOCTL_FILES_GO FILES_CTL(0x11)
/* Output: struct files_counts. */
#define IOCTL_FILES_COUNTS FILES_CTL(0x12)
/* Output: __u32 errno of registering a device that has both. */
#define IOCTL_FILES_BOTH FILES_CTL(0x13)
/* Removes the device on top, and brings it back. */
#define IOCTL_FILES_REMOVE FILES_CTL(0x14)
#define IOCTL_FILES_RESTORE FILES_CTL(0x15)

/**
 * enum files_end - how files-low ends a request
 * @FILES_NOW: at once, with success
 * @FILES_WORKER: likewise, in a worker
 * @FILES_FLOOR: not: it skips to the device below, which knows nothing
 * @FILES_QUEUE: it waits in a queue
 * @FILES_PARK: it waits, and cannot be cancelled
 * @FILES_REFUSE: with STATUS_ACCESS_DENIED, for cleanup and close, too
 */
enum files_end {
	FILES_NOW,
	FILES_WORKER,
	FILES_FLOOR,
	FILES_QUEUE,
	FILES_PARK,
	FILES_REFUSE,
};

/**
 * struct files_how - how files-low ends each kind
 * @create: enum files_end
 * @cleanup: likewise
 * @close: likewise
 */
struct files_how {
	__u32 create;
	__u32 cleanup;
	__u32 close;
};

/**
 * struct files_counts - what came since the module was loaded
 * @create: requests that files-low got, and likewise
 * @cleanup: and
 * @close: and
 * @mid: what files-mid got, of all kinds
 * @routines: calls of its completion routine
 * @top_create: calls of the callbacks of files
 * @top_cleanup: likewise
 * @top_close: likewise
 * @waiting: requests that wait in files-low and files now
 * @bad: out of order, or without a file
 */
struct files_counts {
	__u32 create;
	__u32 cleanup;
	__u32 close;
	__u32 mid;
	__u32 routines;
	__u32 top_create;
	__u32 top_cleanup;
	__u32 top_close;
	__u32 waiting;
	__u32 bad;
};

#endif
