/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the benchmark's drivers do: one with ntio, one by hand, the same work
 * for the same structure. See bench.c.
 */
#ifndef BENCH_H
#define BENCH_H

#include "../../module/uapi/ntio.h"

#define BENCH_CTL(function, method)					\
	NTIO_CTL_CODE(NTIO_DEVICE_UNKNOWN, NTIO_FUNCTION_VENDOR + (function), \
		      NTIO_METHOD_##method, NTIO_ANY_ACCESS)

/* No buffers. */
#define IOCTL_BENCH_NONE BENCH_CTL(0x00, BUFFERED)
/* The output is the input. */
#define IOCTL_BENCH_BUFFERED BENCH_CTL(0x01, BUFFERED)
/* Each byte of the second buffer becomes BENCH_BYTE. */
#define IOCTL_BENCH_FILL BENCH_CTL(0x02, OUT_DIRECT)
/* The same, and its pages are locked as those of a request that may pend. */
#define IOCTL_BENCH_FILL_LONG BENCH_CTL(0x03, OUT_DIRECT)
/* The output is the input, up to BENCH_PAGE bytes. */
#define IOCTL_BENCH_NEITHER BENCH_CTL(0x04, NEITHER)
/* No buffers; ended by a worker. */
#define IOCTL_BENCH_WORKER BENCH_CTL(0x05, BUFFERED)
/* As IOCTL_BENCH_NONE; the code is the 64th of its table. */
#define IOCTL_BENCH_LAST BENCH_CTL(0x3f, BUFFERED)

/* No buffers; waits until IOCTL_BENCH_END. Only through a ring. */
#define IOCTL_BENCH_PARK BENCH_CTL(0x40, BUFFERED)
#define IOCTL_BENCH_END BENCH_CTL(0x41, BUFFERED)

/* As IOCTL_BENCH_FILL, through one address for all pages. */
#define IOCTL_BENCH_FILL_MAPPED BENCH_CTL(0x42, OUT_DIRECT)

/* As IOCTL_BENCH_FILL_LONG, but copied where that costs less. */
#define IOCTL_BENCH_FILL_AUTO BENCH_CTL(0x43, OUT_DIRECT)

/* The second buffer is locked, and not touched. */
#define IOCTL_BENCH_LOCK BENCH_CTL(0x44, OUT_DIRECT)

#define BENCH_PAGE 4096
#define BENCH_BYTE 0x5a

#ifdef __KERNEL__
#include <linux/string.h>

/* No inline: the compiler makes the same of it in both drivers. */
static noinline void bench_set(void *at, size_t len)
{
	memset(at, BENCH_BYTE, len);
}
#endif

#endif
