/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * What the context driver and its applications share.
 *
 * Devices: context; context-above, which forwards everything to context-below.
 */
#ifndef NTIO_CONTEXT_H
#define NTIO_CONTEXT_H

#include <ntio/uapi/ntio.h>

#define CONTEXT_CTL(function, method)                                          \
	NTIO_CTL_CODE(NTIO_DEVICE_UNKNOWN, NTIO_FUNCTION_VENDOR + (function),  \
		      NTIO_METHOD_##method, NTIO_ANY_ACCESS)

/*
 * Each has the driver read &context_ask.data, in one way. The first buffer is
 * a struct context_ask, the second one its @data, where the way needs it. What
 * came of it is told by IOCTL_CONTEXT_SAW; the status is that of the way.
 *
 * HERE: in the caller's own context, from its address.
 *
 * The others from a worker:
 *
 * NAIVE: from its address, as if that meant something there. The mistake.
 * TOKEN: from its address, with the token that was left behind. The same
 *	mistake, but the core notices: nothing is copied.
 * CAPTURED: from the system buffer.
 * LOCKED: from the pages that the core has locked.
 * LOCKED_BY_DRIVER: from the pages that the driver has locked.
 * ATTACHED: from its address, in the caller's address space.
 * COPIED: across, by ntio_copy_from_process().
 *
 * NAIVE and TOKEN need CAP_SYS_ADMIN (else STATUS_PRIVILEGE_NOT_HELD) and the
 * module parameter unsafe (else STATUS_NOT_SUPPORTED).
 */
#define IOCTL_CONTEXT_HERE CONTEXT_CTL(0x00, NEITHER)
#define IOCTL_CONTEXT_NAIVE CONTEXT_CTL(0x01, NEITHER)
#define IOCTL_CONTEXT_TOKEN CONTEXT_CTL(0x02, NEITHER)
#define IOCTL_CONTEXT_CAPTURED CONTEXT_CTL(0x03, BUFFERED)
#define IOCTL_CONTEXT_LOCKED CONTEXT_CTL(0x04, IN_DIRECT)
#define IOCTL_CONTEXT_LOCKED_BY_DRIVER CONTEXT_CTL(0x05, NEITHER)
#define IOCTL_CONTEXT_ATTACHED CONTEXT_CTL(0x06, NEITHER)
#define IOCTL_CONTEXT_COPIED CONTEXT_CTL(0x07, NEITHER)

/* As context_ask.cpu: any CPU, a worker of ntio_queue_work(). */
#define CONTEXT_ANY_CPU 0xffffffffu

/* In context_ask.flags: the worker waits for IOCTL_CONTEXT_GO, at most 10 s. */
#define CONTEXT_PARK 1

/**
 * struct context_ask - first buffer: how to read, and what to expect
 * @mine: what the caller has stored in @data
 * @other: what another process has stored at the same address
 * @cpu: where the worker runs, or CONTEXT_ANY_CPU
 * @flags: 0 or CONTEXT_PARK
 * @data: what is read
 */
struct context_ask {
	__aligned_u64 mine;
	__aligned_u64 other;
	__u32 cpu;
	__u32 flags;
	__aligned_u64 data;
};

/**
 * enum context_verdict - what was read
 * @CONTEXT_NOTHING: nothing was asked for yet
 * @CONTEXT_MINE: the right data
 * @CONTEXT_OTHER: the other process' data
 * @CONTEXT_UNKNOWN: something else; the driver does not tell what
 * @CONTEXT_FAULT: nothing, and an error was reported
 */
enum context_verdict {
	CONTEXT_NOTHING = 0,
	CONTEXT_MINE = 1,
	CONTEXT_OTHER = 2,
	CONTEXT_UNKNOWN = 3,
	CONTEXT_FAULT = 4,
};

/**
 * enum context_flags - where the driver was when it read
 * @CONTEXT_KTHREAD: in a kernel thread
 * @CONTEXT_NO_MM: without the address space of any process
 * @CONTEXT_PAGES: there were locked pages
 * @CONTEXT_CONTIGUOUS: they follow each other in memory
 * @CONTEXT_SYSTEM_BUFFER: there was a system buffer
 */
enum context_flags {
	CONTEXT_KTHREAD = 1 << 0,
	CONTEXT_NO_MM = 1 << 1,
	CONTEXT_PAGES = 1 << 2,
	CONTEXT_CONTIGUOUS = 1 << 3,
	CONTEXT_SYSTEM_BUFFER = 1 << 4,
};

/**
 * struct context_saw - output of IOCTL_CONTEXT_SAW
 * @code: control code of the request that was served last on this open file
 * @verdict: enum context_verdict
 * @status: NTSTATUS of the way
 * @flags: enum context_flags
 * @cpu: where the worker ran
 * @pid: the process in whose context the data was read, 0 for none
 * @served: how many requests were served on this open file
 * @parked: how many workers are waiting for IOCTL_CONTEXT_GO now
 * @pages: how many locked pages there were
 * @__reserved: 0
 * @cycles: what the way took the driver, in its handler and in its worker, in
 *	cycles of the CPU's clock; without what the core did before and after,
 *	and without the hop from one to the other
 */
struct context_saw {
	__u32 code;
	__u32 verdict;
	__u32 status;
	__u32 flags;
	__u32 cpu;
	__u32 pid;
	__u32 served;
	__u32 parked;
	__u32 pages;
	__u32 __reserved;
	__aligned_u64 cycles;
};

/* What happened on this open file. Waits for nothing. */
#define IOCTL_CONTEXT_SAW CONTEXT_CTL(0x10, BUFFERED)
/* Lets those workers go that wait for a request on this open file. */
#define IOCTL_CONTEXT_GO CONTEXT_CTL(0x11, BUFFERED)

/*
 * The driver has a page for each open file, for mmap(2). Output: the first 8
 * bytes in it; input: what the driver stores there then, if anything.
 */
#define IOCTL_CONTEXT_PAGE CONTEXT_CTL(0x12, BUFFERED)

#endif
