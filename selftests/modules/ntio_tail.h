/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* What the drivers whose code goes on and their test share. */
#ifndef NTIO_TAIL_H
#define NTIO_TAIL_H

#include "../../module/uapi/ntio.h"

/*
 * The devices, each of a module of its own. tail: what tells the others, in
 * ntio_tail. tail-upper, in ntio_tail_upper: on a hidden device that is in
 * ntio_tail_lower. Both of these modules have a parameter "attached": whether
 * the device is registered.
 */
#define TAIL_PATH "/dev/ntio/tail"
#define TAIL_UPPER_PATH "/dev/ntio/tail-upper"

#define TAIL_TYPE 0x8009
#define TAIL_CTL(function)                                              \
	NTIO_CTL_CODE(TAIL_TYPE, NTIO_FUNCTION_VENDOR + (function),     \
		      NTIO_METHOD_BUFFERED, NTIO_ANY_ACCESS)

/**
 * enum tail_kind - which code goes on after it has ended the request
 * @TAIL_ROUTINE: the upper driver's completion routine, in the lower driver's
 *	worker
 * @TAIL_ROUTINE_PLAIN: the same, in a work item that is not ours
 * @TAIL_HANDLER: the lower driver's handler, in the upper driver's worker
 * @TAIL_CANCEL: the lower driver's cancel routine, likewise
 * @TAIL_LOWER_WORKER: the lower driver's worker
 * @TAIL_UPPER_WORKER: the upper driver's worker
 */
enum tail_kind {
	TAIL_ROUTINE,
	TAIL_ROUTINE_PLAIN,
	TAIL_HANDLER,
	TAIL_CANCEL,
	TAIL_LOWER_WORKER,
	TAIL_UPPER_WORKER,
	TAIL_KINDS,
};

/* tail-upper: input: __u32 enum tail_kind; output: __u32 TAIL_GOOD. */
#define IOCTL_TAIL_SEND TAIL_CTL(0x00)
#define TAIL_GOOD 0x600d7a11

/* tail: the code may return. */
#define IOCTL_TAIL_GO TAIL_CTL(0x10)
/* tail: output: struct tail_counts. */
#define IOCTL_TAIL_COUNTS TAIL_CTL(0x11)

enum tail_device { TAIL_UPPER, TAIL_LOWER, TAIL_DEVICES };

/**
 * struct tail_counts - what has happened since ntio_tail was loaded
 * @staying: code that goes on now
 * @left: code that went on and has been told to return
 * @releases: how often the release callback of each device came
 */
struct tail_counts {
	__u32 staying;
	__u32 left;
	__u32 releases[TAIL_DEVICES];
};

#ifdef __KERNEL__
struct ntio_device;

/* Returns when IOCTL_TAIL_GO has come. */
void tail_stay(void);
/* Frees the device, and counts. */
void tail_release(enum tail_device which, struct ntio_device *device);
/* What the upper device is attached to. */
struct ntio_device *tail_lower_device(void);
#endif

#endif
