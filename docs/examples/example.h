/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * What the examples of the porting guide share with their test. plain_*.c is
 * a driver as Linux has it, /dev/plain_*; port_*.c is the same on ntio,
 * /dev/ntio/port-*.
 */
#ifndef NTIO_EXAMPLE_H
#define NTIO_EXAMPLE_H

#include "../../module/uapi/ntio.h"

#define PORT_CTL(function, method)                                             \
	NTIO_CTL_CODE(NTIO_DEVICE_UNKNOWN, NTIO_FUNCTION_VENDOR + (function),  \
		      NTIO_METHOD_##method, NTIO_ANY_ACCESS)

/* Longest buffer of the plain drivers; ntio has limits of its own. */
#define PLAIN_MAX 0x100000U

/* buffered: the text comes back in capitals. */
struct plain_text {
	__aligned_u64 in;
	__aligned_u64 out;
	__u32 in_len;
	__u32 out_len;
	__u32 out_bytes;	/* out: how many were written */
	__u32 __reserved;
};

#define PLAIN_CAPITALS _IOWR('x', 0, struct plain_text)
#define IOCTL_PORT_CAPITALS PORT_CTL(0x00, BUFFERED)

/* direct: fill a buffer in place, or add up its bytes. */
struct plain_span {
	__aligned_u64 addr;
	__u32 len;
	__u32 byte;		/* what PLAIN_FILL fills with */
	__aligned_u64 out_sum;	/* out: what PLAIN_SUM found */
};

#define PLAIN_FILL _IOWR('x', 1, struct plain_span)
#define PLAIN_SUM _IOWR('x', 2, struct plain_span)
/* Input: a __u8. */
#define IOCTL_PORT_FILL PORT_CTL(0x01, OUT_DIRECT)
/* Information is the sum. */
#define IOCTL_PORT_SUM PORT_CTL(0x02, IN_DIRECT)

/* neither: add up the numbers behind a header that says how many there are. */
struct example_list {
	__u32 count;
	__u32 __reserved;
	__aligned_u64 out_total;	/* out, for plain_neither */
	__u32 numbers[];
};

#define EXAMPLE_LIST_MAX 1024

#define PLAIN_TOTAL _IOWR('x', 3, struct example_list)
/* Output: the total as a __u64. */
#define IOCTL_PORT_TOTAL PORT_CTL(0x03, NEITHER)

/* context: a worker reads a number of the caller. */
struct plain_peek {
	__aligned_u64 addr;
	__u32 out_number;
	__u32 __reserved;
};

#define PLAIN_PEEK _IOWR('x', 4, struct plain_peek)
/* Input: the number. Information is the number as the worker saw it. */
#define IOCTL_PORT_PEEK_COPY PORT_CTL(0x04, BUFFERED)
#define IOCTL_PORT_PEEK_LOCKED PORT_CTL(0x05, IN_DIRECT)
#define IOCTL_PORT_PEEK_ATTACHED PORT_CTL(0x06, NEITHER)

/* lock: the driver keeps a buffer of the caller and fills it later. */
#define PLAIN_LEND _IOW('x', 8, struct plain_span)
#define PLAIN_RETURN _IOW('x', 9, struct plain_span)
/* Stays pending until IOCTL_PORT_RETURN, whose input is a __u8. */
#define IOCTL_PORT_LEND PORT_CTL(0x08, OUT_DIRECT)
#define IOCTL_PORT_RETURN PORT_CTL(0x09, BUFFERED)

/* pending: numbers, for whoever waits for one; so many are kept. */
#define EXAMPLE_EVENTS 8
/* Output: the next number, a __u64. */
#define IOCTL_PORT_NEXT PORT_CTL(0x0c, BUFFERED)
/* Input: a number. */
#define IOCTL_PORT_POST PORT_CTL(0x0d, BUFFERED)

/* rw: memory that is read and written. */
#define EXAMPLE_STORE_SIZE 65536

/* stack: the upper driver has the address, the lower one fills the buffer. */
#define PLAIN_STAMP _IOWR('x', 10, struct plain_span)
#define IOCTL_PORT_STAMP PORT_CTL(0x0a, NEITHER)
#define EXAMPLE_STAMP 0x5a

/* errors: a text, or as much of it as the buffer takes. */
#define EXAMPLE_TEXT "the quick brown fox"

struct plain_answer {
	__aligned_u64 out;
	__u32 out_len;
	__u32 out_needed;	/* out: length of the whole text */
};

#define PLAIN_ANSWER _IOWR('x', 11, struct plain_answer)

/* struct: an entry of a table, asked for by a structure that has grown. */
struct plain_lookup {
	__u32 size;		/* of this structure, as the caller has it */
	__u32 index;
	__aligned_u64 out_value;
	/* Version 2 */
	__u32 flags;
	__u32 __reserved;
};

#define PLAIN_LOOKUP_VERSION_1 16
#define PLAIN_LOOKUP_DOUBLE 1U	/* flags: twice the value */
/* The size is in the structure, not in the number. */
#define PLAIN_LOOKUP _IO('x', 12)

/* wait: until PLAIN_WAKE, or until a time of CLOCK_MONOTONIC in nanoseconds. */
struct plain_wait {
	__aligned_u64 deadline;
};

#define PLAIN_WAIT _IOW('x', 13, struct plain_wait)
#define PLAIN_WAKE _IO('x', 14)

/* dma: a buffer made ready for a device; sum: in how many pieces. */
#define PLAIN_DMA _IOWR('x', 15, struct plain_span)

/* notifier: an address that is watched; sum: how often it has changed. */
#define PLAIN_VIEW _IOW('x', 16, struct plain_span)
#define PLAIN_VIEW_FILL _IOWR('x', 17, struct plain_span)
#define PLAIN_VIEW_PAGES 16
#define IOCTL_PORT_ANSWER PORT_CTL(0x0b, BUFFERED)

#endif
