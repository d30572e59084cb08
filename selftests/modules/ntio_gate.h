/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* What the gate test driver and its test share. */
#ifndef NTIO_GATE_H
#define NTIO_GATE_H

#include "../../module/uapi/ntio.h"

#define GATE_TYPE 0x8001
#define GATE_CTL(function, method)                                      \
	NTIO_CTL_CODE(GATE_TYPE, NTIO_FUNCTION_VENDOR + (function),     \
		      NTIO_METHOD_##method, NTIO_ANY_ACCESS)

/*
 * The devices. gate: what controls the others. gate-one: exclusive. gate-deny:
 * exclusive, refuses opens if told so. gate-gone: can be removed. gate-open:
 * mode 0666. gate-bits: codes that differ in one bit. gate-empty: no codes.
 */
enum gate_device {
	GATE_ONE,
	GATE_DENY,
	GATE_GONE,
	GATE_OPEN,
	GATE_BITS,
	GATE_EMPTY,
	GATE_DEVICES,
};

/* --- codes of gate ------------------------------------------------------- */

/* Input: __u32 NTSTATUS that gate-deny's create returns from now on. */
#define IOCTL_GATE_DENY GATE_CTL(0x00, BUFFERED)
/* Unregister gate-gone; register it again. Output: __u32 errno of that. */
#define IOCTL_GATE_REMOVE GATE_CTL(0x01, BUFFERED)
#define IOCTL_GATE_RESTORE GATE_CTL(0x02, BUFFERED)
/* Let a waiting IOCTL_GATE_WAIT go on. */
#define IOCTL_GATE_GO GATE_CTL(0x03, BUFFERED)
/* Input: __u32 enum gate_description. Output: __u32 errno of register. */
#define IOCTL_GATE_REGISTER GATE_CTL(0x04, BUFFERED)
/* Input: __u32 enum gate_device. Output: struct gate_counts. */
#define IOCTL_GATE_COUNTS GATE_CTL(0x05, BUFFERED)

/**
 * struct gate_counts - how often the callbacks of a device came
 * @creates: create, refused ones included
 * @cleanups: cleanup
 * @closes: close
 * @releases: release
 * @waiting: IOCTL_GATE_WAIT begun
 */
struct gate_counts {
	__u32 creates;
	__u32 cleanups;
	__u32 closes;
	__u32 releases;
	__u32 waiting;
};

/* Devices, right and wrong, that ntio_register() is given. */
enum gate_description {
	GATE_GOOD,
	GATE_NAME_LONGEST,
	GATE_NAME_TOO_LONG,
	GATE_NAME_EMPTY,
	GATE_NAME_SLASH,
	GATE_NAME_DOTS,
	GATE_NAME_SPACE,
	GATE_NAME_TAKEN,
	GATE_NO_HANDLER,
	GATE_TWO_HANDLERS,
	GATE_SAME_CODE_TWICE,
	GATE_IN_RANGE_EMPTY,
	GATE_OUT_RANGE_EMPTY,
	GATE_DESCRIPTIONS,
};

/* --- codes of the others ------------------------------------------------- */

/* gate-gone: ends when IOCTL_GATE_GO says so. Output: __u32 0x600d. */
#define IOCTL_GATE_WAIT GATE_CTL(0x10, BUFFERED)
/* gate-gone, gate-open, gate-one: does nothing. */
#define IOCTL_GATE_NOTHING GATE_CTL(0x11, BUFFERED)
/* gate-bits: output: __u32, the code itself. One bit of each part differs. */
#define IOCTL_GATE_BITS GATE_CTL(0x20, BUFFERED)
#define IOCTL_GATE_BITS_METHOD GATE_CTL(0x20, OUT_DIRECT)
#define IOCTL_GATE_BITS_ACCESS (IOCTL_GATE_BITS | NTIO_WRITE_ACCESS << 14)
#define IOCTL_GATE_BITS_FUNCTION GATE_CTL(0x21, BUFFERED)
#define IOCTL_GATE_BITS_TYPE (IOCTL_GATE_BITS ^ 1U << 31)

#endif
