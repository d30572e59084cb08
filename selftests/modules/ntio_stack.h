/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* What the stack test driver and its test share. */
#ifndef NTIO_STACK_H
#define NTIO_STACK_H

#include "../../module/uapi/ntio.h"

#define STACK_TYPE 0x8004
#define STACK_CTL(function, method)                                     \
	NTIO_CTL_CODE(STACK_TYPE, NTIO_FUNCTION_VENDOR + (function),    \
		      NTIO_METHOD_##method, NTIO_ANY_ACCESS)

/* Devices stack0 to stack8, made and put together on demand. */
#define STACK_LEVELS 9

/* --- codes of "stack", which controls the others -------------------------- */

/* Forget all: devices, plans, trace. Output: nothing. */
#define IOCTL_STACK_RESET STACK_CTL(0x00, BUFFERED)
/* Input: struct stack_add. Output: __u32 errno of ntio_register(). */
#define IOCTL_STACK_ADD STACK_CTL(0x01, BUFFERED)
/* Input: __u32 level, to be unregistered. */
#define IOCTL_STACK_REMOVE STACK_CTL(0x02, BUFFERED)
/* Input: struct stack_plan. */
#define IOCTL_STACK_PLAN STACK_CTL(0x03, BUFFERED)
/* Output: struct stack_event, as many as fit and there are. */
#define IOCTL_STACK_TRACE STACK_CTL(0x04, BUFFERED)
/* Input: struct stack_resume: complete the request a routine has stopped. */
#define IOCTL_STACK_RESUME STACK_CTL(0x05, BUFFERED)
/* Let a worker that waits go on. */
#define IOCTL_STACK_GO STACK_CTL(0x06, BUFFERED)
/* Register a device twice. Output: __u32 errno of the second time. */
#define IOCTL_STACK_TWICE STACK_CTL(0x07, BUFFERED)

/* Other than a level, what to attach to. */
enum {
	STACK_ON_NOTHING = 0x100,
	STACK_ON_ITSELF,
	STACK_ON_STRANGER,	/* never registered */
	STACK_ON_GONE,		/* registered once, not any more */
};

enum {
	STACK_HIGHEST = 1 << 0,
	STACK_EXCLUSIVE = 1 << 1,
	STACK_HIDDEN = 1 << 2,
	STACK_OTHER = 1 << 3,	/* no codes; serves them all by .other */
	STACK_MUTE = 1 << 4,	/* no codes, nothing */
	STACK_IN_CALLER = 1 << 5,	/* knows IOCTL_STACK_IN_CALLER */
	STACK_REFUSE = 1 << 8,	/* create fails: STATUS_SHARING_VIOLATION */
};

/**
 * struct stack_add - a device to register
 * @level: its number
 * @on: the level to attach to, or STACK_ON_...
 * @io: enum ntio_io: 0 neither, 1 buffered, 2 direct
 * @flags: properties
 */
struct stack_add {
	__u32 level;
	__u32 on;
	__u32 io;
	__u32 flags;
};

/* What a handler or worker does with a request. */
enum stack_action {
	STACK_COMPLETE,
	STACK_COMPLETE_TWICE,
	STACK_FORWARD,
	STACK_SKIP,
	STACK_WORK,		/* give it to a worker, which does @work */
	STACK_WORK_WAIT,	/* the same after IOCTL_STACK_GO */
	STACK_WORK_TWICE,	/* a worker queues it twice */
	STACK_FORWARD_WAIT,	/* until the routine has it, then complete */
	STACK_FORWARD_COMPLETE,	/* mistake: complete what it forwarded */
	STACK_PREPARE_COMPLETE,	/* prepare to forward, then complete */
	STACK_WORK_COMPLETE,	/* mistake: complete what a worker has */
};

/* What a completion routine does with it. */
enum stack_routine {
	STACK_CONTINUE,
	STACK_CHANGE,		/* status and information, and continue */
	STACK_STOP,		/* keep it for IOCTL_STACK_RESUME */
	STACK_STOP_COMPLETE,	/* complete it as said, from the routine */
	STACK_STOP_WORK,	/* a worker completes it as said */
	STACK_RETRY,		/* forward again, @times */
	STACK_RETRY_WORK,	/* the same from a worker */
	STACK_COMPLETE_CONTINUE,	/* mistake */
	STACK_WORK_CONTINUE,	/* mistake */
	STACK_FORWARD_CONTINUE,	/* mistake */
};

enum {
	STACK_MARK = 1 << 0,	/* mark pending first, return STATUS_PENDING */
	STACK_KEEP_PENDING = 1 << 1,	/* mistake: not passed on */
	STACK_PARAMS = 1 << 2,	/* ask the one below for something else */
	STACK_SUCCEED_LAST = 1 << 3,	/* succeed when called @times before */
	STACK_SLOW_LATER = 1 << 4,	/* then a worker does it */
};

/**
 * struct stack_plan - what a device does from now on
 * @level: which device
 * @action: enum stack_action
 * @work: enum stack_action of its worker
 * @flags: STACK_MARK and so on
 * @status: to complete with
 * @information: to complete with
 * @when: of the completion routine; 0: there is none
 * @routine: enum stack_routine
 * @routine_status: what it completes with, or changes
 * @routine_information: likewise
 * @times: to try again; how often to fail before STACK_SUCCEED_LAST
 */
struct stack_plan {
	__u32 level;
	__u32 action;
	__u32 work;
	__u32 flags;
	__u32 status;
	__u32 information;
	__u32 when;
	__u32 routine;
	__u32 routine_status;
	__u32 routine_information;
	__u32 times;
	__u32 __reserved;
};

struct stack_resume {
	__u32 level;
	__u32 status;
	__u32 information;
	__u32 __reserved;
};

enum stack_kind {
	STACK_NONE,
	STACK_HANDLER,
	STACK_OTHER_HANDLER,
	STACK_CALLER_HANDLER,
	STACK_WORKER,
	STACK_ROUTINE,
	STACK_CREATED,
	STACK_CLEANED,
	STACK_CLOSED,
	STACK_RELEASED,
};

/**
 * struct stack_event - something that happened
 * @kind: enum stack_kind
 * @level: to which device
 * @pending_returned: as a routine found it
 * @in_thread: a kernel thread ran it
 * @code: control code, as this device sees it
 * @out_len: likewise
 * @status: as a routine found it
 * @information: likewise
 */
struct stack_event {
	__u8 kind;
	__u8 level;
	__u8 pending_returned;
	__u8 in_thread;
	__u32 code;
	__u32 out_len;
	__u32 status;
	__u64 information;
};

/* --- codes of the others -------------------------------------------------- */

#define IOCTL_STACK_RUN STACK_CTL(0x10, BUFFERED)
/* The same, with another number: what STACK_PARAMS asks for. */
#define IOCTL_STACK_RUN_TOO STACK_CTL(0x11, BUFFERED)
#define STACK_PARAMS_LEN 7
#define IOCTL_STACK_IN_CALLER STACK_CTL(0x12, NEITHER)

#endif
