/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* What the rw test driver and its test share. */
#ifndef NTIO_RW_H
#define NTIO_RW_H

#include "../../module/uapi/ntio.h"

/*
 * Devices rw-buffered, rw-direct and rw-neither, which have offsets; rw-stream,
 * buffered, which has none; rw-none, which can neither be read nor written.
 */
#define RW_CTL(function)                                                \
	NTIO_CTL_CODE(0x8005, NTIO_FUNCTION_VENDOR + (function),        \
		      NTIO_METHOD_BUFFERED, NTIO_ANY_ACCESS)

/* Input: struct rw_plan. Forgets what was written and seen. */
#define IOCTL_RW_PLAN RW_CTL(0)
/* Output: struct rw_saw. */
#define IOCTL_RW_SAW RW_CTL(1)

/* What a device can keep; it ends where was last written. */
#define RW_CAPACITY (2U << 20)
#define RW_BYTE 0xe7

enum {
	RW_PLANNED = 1 << 0,	/* do not keep data; do as planned */
	RW_PEND = 1 << 1,	/* end in a worker */
};

/**
 * struct rw_plan - what the next reads and writes do
 * @flags: RW_PLANNED and so on
 * @status: RW_PLANNED: to complete with
 * @information: RW_PLANNED: to complete with
 * @written: RW_PLANNED: so many bytes RW_BYTE are given to a reader first
 * @most: else: transfer no more than that at a time; 0: any
 */
struct rw_plan {
	__u32 flags;
	__u32 status;
	__u32 information;
	__u32 written;
	__u32 most;
	__u32 __reserved;
};

enum {
	RW_SAW_SYSTEM_BUFFER = 1 << 0,
	RW_SAW_MDL = 1 << 1,
	RW_SAW_WRITABLE = 1 << 2,
	RW_SAW_CALLER = 1 << 3,
	RW_SAW_IN = 1 << 4,	/* an address to read from */
	RW_SAW_OUT = 1 << 5,	/* an address to write to */
	RW_SAW_COMPAT = 1 << 6,	/* a 32-bit program's */
};

/**
 * struct rw_saw - the last read or write
 * @calls: how many there were
 * @major: Windows' number of the request
 * @flags: RW_SAW_...
 * @length: bytes
 * @offset: where
 */
struct rw_saw {
	__u32 calls;
	__u32 major;
	__u32 flags;
	__u32 length;
	__u64 offset;
};

#endif
