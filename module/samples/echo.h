/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * What the echo driver and its applications share, as public.h does for a
 * Windows driver.
 */
#ifndef NTIO_ECHO_H
#define NTIO_ECHO_H

#include <ntio/uapi/ntio.h>

#define ECHO_CTL(function, method)                                             \
	NTIO_CTL_CODE(NTIO_DEVICE_UNKNOWN, NTIO_FUNCTION_VENDOR + (function),  \
		      NTIO_METHOD_##method, NTIO_ANY_ACCESS)

/*
 * One code per method. Information is the number of bytes that went through.
 *
 * BUFFERED: the output is the input, as much of it as fits.
 * IN_DIRECT: the second buffer is kept, for this open file, and given back by
 *	IOCTL_ECHO_KEPT. The first buffer may hold anything.
 * OUT_DIRECT: the second buffer is filled from the first, as far as both go.
 * NEITHER: as BUFFERED, but the driver works on the caller's addresses.
 */
#define IOCTL_ECHO_BUFFERED ECHO_CTL(0x00, BUFFERED)
#define IOCTL_ECHO_IN_DIRECT ECHO_CTL(0x01, IN_DIRECT)
#define IOCTL_ECHO_OUT_DIRECT ECHO_CTL(0x02, OUT_DIRECT)
#define IOCTL_ECHO_NEITHER ECHO_CTL(0x03, NEITHER)

/* OUT_DIRECT; fills the second buffer with what IN_DIRECT brought last. */
#define IOCTL_ECHO_KEPT ECHO_CTL(0x04, OUT_DIRECT)

/* As IN_DIRECT and OUT_DIRECT, but locked as for a request that may pend. */
#define IOCTL_ECHO_IN_DIRECT_LONG ECHO_CTL(0x05, IN_DIRECT)
#define IOCTL_ECHO_OUT_DIRECT_LONG ECHO_CTL(0x06, OUT_DIRECT)

/**
 * struct echo_return - first buffer of IOCTL_ECHO_RETURN_*
 * @ret: NTSTATUS that the driver's handler returns
 * @status: NTSTATUS with which it completes the request
 * @information: Information with which it completes the request
 * @written: how many bytes of the output it writes first, each 0xE0 plus its
 *	offset modulo 16; more than there is room for is an error
 * @mode: enum echo_return_mode
 * @delay_ms: how long it sleeps before it completes, at most 10000
 * @__reserved: must be 0
 */
struct echo_return {
	__u32 ret;
	__u32 status;
	__aligned_u64 information;
	__u32 written;
	__u32 mode;
	__u32 delay_ms;
	__u32 __reserved;
};

/**
 * enum echo_return_mode - the mistakes the driver can be asked for
 * @ECHO_COMPLETE: none: completes once
 * @ECHO_COMPLETE_NEVER: returns without having completed
 * @ECHO_COMPLETE_TWICE: completes again, with STATUS_UNSUCCESSFUL
 * @ECHO_PEND: marks the request pending, then completes it
 * @ECHO_PEND_LATER: marks the request pending and completes it from a worker,
 *	after @delay_ms
 */
enum echo_return_mode {
	ECHO_COMPLETE = 0,
	ECHO_COMPLETE_NEVER = 1,
	ECHO_COMPLETE_TWICE = 2,
	ECHO_PEND = 3,
	ECHO_PEND_LATER = 4,
};

/* What the driver returns is what the caller asked for. */
#define IOCTL_ECHO_RETURN_BUFFERED ECHO_CTL(0x10, BUFFERED)
#define IOCTL_ECHO_RETURN_IN_DIRECT ECHO_CTL(0x10, IN_DIRECT)
#define IOCTL_ECHO_RETURN_OUT_DIRECT ECHO_CTL(0x10, OUT_DIRECT)
#define IOCTL_ECHO_RETURN_NEITHER ECHO_CTL(0x10, NEITHER)

/**
 * enum echo_saw_flags - what the driver found in a request
 * @ECHO_SAW_SYSTEM_BUFFER: there was a system buffer
 * @ECHO_SAW_MDL: there was a locked second buffer
 * @ECHO_SAW_CALLER: there was a caller token
 * @ECHO_SAW_CONTIGUOUS: the locked pages were contiguous and needed no mapping
 * @ECHO_SAW_MAPPED: the locked pages were mapped into the kernel
 * @ECHO_SAW_WRITABLE: the locked buffer may be written by the driver
 * @ECHO_SAW_IN_ADDRESS: the raw input address was not NULL
 * @ECHO_SAW_OUT_ADDRESS: the raw output address was not NULL
 * @ECHO_SAW_TAIL_ZERO: the system buffer behind the input was all zero
 * @ECHO_SAW_COMPAT: the caller was a 32-bit program
 */
enum echo_saw_flags {
	ECHO_SAW_SYSTEM_BUFFER = 1 << 0,
	ECHO_SAW_MDL = 1 << 1,
	ECHO_SAW_CALLER = 1 << 2,
	ECHO_SAW_CONTIGUOUS = 1 << 3,
	ECHO_SAW_MAPPED = 1 << 4,
	ECHO_SAW_WRITABLE = 1 << 5,
	ECHO_SAW_IN_ADDRESS = 1 << 6,
	ECHO_SAW_OUT_ADDRESS = 1 << 7,
	ECHO_SAW_TAIL_ZERO = 1 << 8,
	ECHO_SAW_COMPAT = 1 << 9,
};

/**
 * struct echo_saw - output of IOCTL_ECHO_SAW
 * @code: control code of the last request on this open file, IOCTL_ECHO_SAW
 *	and IOCTL_ECHO_COUNTS not counted
 * @flags: enum echo_saw_flags
 * @in_len: its first length, as the driver saw it
 * @out_len: its second length, as the driver saw it
 * @page_offset: offset of the locked buffer in its first page
 * @pages: number of locked pages
 * @pid: process in whose context the driver ran, in its pid namespace
 * @tid: thread in whose context the driver ran
 * @calls: number of requests the driver was given on this open file
 * @__reserved: 0
 */
struct echo_saw {
	__u32 code;
	__u32 flags;
	__u32 in_len;
	__u32 out_len;
	__u32 page_offset;
	__u32 pages;
	__u32 pid;
	__u32 tid;
	__u32 calls;
	__u32 __reserved;
};

#define IOCTL_ECHO_SAW ECHO_CTL(0x20, BUFFERED)

/**
 * struct echo_counts - output of IOCTL_ECHO_COUNTS
 * @creates: how often the device was opened since the driver was loaded
 * @cleanups: how often the last handle of an open file was closed [8.36]
 * @closes: how often the last reference to an open file went away [8.37]
 * @cleanup_pid: process in whose context the last cleanup ran
 * @open_file: number of this open file: the first one is 1 [1.26]
 * @__reserved: 0
 */
struct echo_counts {
	__u32 creates;
	__u32 cleanups;
	__u32 closes;
	__u32 cleanup_pid;
	__u32 open_file;
	__u32 __reserved;
};

#define IOCTL_ECHO_COUNTS ECHO_CTL(0x21, BUFFERED)

/*
 * Do nothing, but need access bits. The function number is the same, so the
 * access bits alone tell the codes apart [1.5].
 */
#define ECHO_NEED(access)                                                      \
	NTIO_CTL_CODE(NTIO_DEVICE_UNKNOWN, NTIO_FUNCTION_VENDOR + 0x30,        \
		      NTIO_METHOD_BUFFERED, access)
#define IOCTL_ECHO_NEED_ANY ECHO_NEED(NTIO_ANY_ACCESS)
#define IOCTL_ECHO_NEED_READ ECHO_NEED(NTIO_READ_ACCESS)
#define IOCTL_ECHO_NEED_WRITE ECHO_NEED(NTIO_WRITE_ACCESS)
#define IOCTL_ECHO_NEED_BOTH ECHO_NEED(NTIO_READ_ACCESS | NTIO_WRITE_ACCESS)

/*
 * BUFFERED. Input: a __u64 count, then that many __u64 addresses of __u32 in
 * the caller's memory. The driver reads them through its caller token and
 * returns their sum as a __u64 [11.8].
 */
#define IOCTL_ECHO_SUM_EMBEDDED ECHO_CTL(0x40, BUFFERED)

/* BUFFERED. Input 8 to 64 bytes, output 4 to 32 bytes, nothing else. */
#define IOCTL_ECHO_BOUNDED ECHO_CTL(0x41, BUFFERED)

#endif
