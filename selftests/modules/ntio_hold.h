/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* What the hold test driver and its tests share. */
#ifndef NTIO_HOLD_H
#define NTIO_HOLD_H

#include "../../module/uapi/ntio.h"

#define HOLD_PATH "/dev/ntio/hold"

#define HOLD_TYPE 0x8003
#define HOLD_CTL(function, method)                                      \
	NTIO_CTL_CODE(HOLD_TYPE, NTIO_FUNCTION_VENDOR + (function),     \
		      NTIO_METHOD_##method, NTIO_ANY_ACCESS)

/*
 * Lock the second buffer and hold the request in a worker, until HOLD_RELEASE
 * for the slot. Input: __u32, the slot.
 */
#define IOCTL_HOLD_READ HOLD_CTL(0x00, IN_DIRECT)
#define IOCTL_HOLD_WRITE HOLD_CTL(0x01, OUT_DIRECT)
/* Lock several ranges, give them to the request, hold it. struct hold_chain. */
#define IOCTL_HOLD_CHAIN HOLD_CTL(0x04, NEITHER)
/* Give a request a part of its own second buffer as well. */
#define IOCTL_HOLD_OWN_PART HOLD_CTL(0x05, IN_DIRECT)
/* Do one thing with an MDL: struct hold_op, in and out. */
#define IOCTL_HOLD_OP HOLD_CTL(0x06, NEITHER)
/*
 * Held in slot 0 as well, but by a worker that has completed it before. read(2)
 * and write(2) are the same. NEITHER: the driver locks the second buffer.
 */
#define IOCTL_HOLD_LINGER_BUFFERED HOLD_CTL(0x07, BUFFERED)
#define IOCTL_HOLD_LINGER_READ HOLD_CTL(0x08, IN_DIRECT)
#define IOCTL_HOLD_LINGER_WRITE HOLD_CTL(0x09, OUT_DIRECT)
#define IOCTL_HOLD_LINGER_LOCK HOLD_CTL(0x0a, NEITHER)

/*
 * As IOCTL_HOLD_READ and _WRITE, but the buffer may be copied; and how it ends.
 * Input: struct hold_ending.
 */
#define IOCTL_HOLD_COPY_READ HOLD_CTL(0x0b, IN_DIRECT)
#define IOCTL_HOLD_COPY_WRITE HOLD_CTL(0x0c, OUT_DIRECT)

/**
 * struct hold_ending - a request that is held, and how it ends
 * @slot: where
 * @status: NTSTATUS it is completed with
 * @information: and this
 */
struct hold_ending {
	__u32 slot;
	__u32 status;
	__u64 information;
};

/* MDLs of the driver are numbered from 0; those of held requests behind. */
#define HOLD_MDLS 16
#define HOLD_SLOTS 8
#define HOLD_HELD(slot) (HOLD_MDLS + (slot))
#define HOLD_CHAIN_MAX 8

/* mmap(2) of the MDL: the offset. */
#define HOLD_MMAP(mdl) ((mdl) * 0x1000000UL)

/**
 * enum hold_what - what to do with an MDL
 * @HOLD_ALLOC: describe @len bytes at @data, not locked
 * @HOLD_LOCK: as @flags say: HOLD_LOCK_WRITE, HOLD_LOCK_LONG
 * @HOLD_UNLOCK: and
 * @HOLD_FREE: as they say; the memory of kmalloc and vmalloc, too
 * @HOLD_PARTIAL: of the MDL @other, from @offset on, @len bytes
 * @HOLD_ADVANCE: by @len bytes
 * @HOLD_KMALLOC: describe @len bytes @offset bytes into memory, zeroed
 * @HOLD_VMALLOC: the same
 * @HOLD_PAGES: @len bytes of pages
 * @HOLD_INFO: nothing: just the answer
 * @HOLD_COPY_FROM: copy @len bytes from @offset on to @data
 * @HOLD_COPY_TO: the other way
 * @HOLD_READ_ADDRESS: the same through the kernel address
 * @HOLD_WRITE_ADDRESS: the other way
 * @HOLD_SEGMENTS: all of it, by its segments, to @data
 * @HOLD_SG: all of it, by its scatter list, to @data
 * @HOLD_DMA: map the scatter list for a device
 * @HOLD_ITER_FROM: all of it, by an iterator, to @data
 * @HOLD_ITER_TO: the other way
 * @HOLD_RELEASE: let a held request end
 * @HOLD_RESET: free and release all
 * @HOLD_CLEANUPS: number of times that cleanup came, and
 * @HOLD_CLOSES: close
 */
enum hold_what {
	HOLD_ALLOC,
	HOLD_LOCK,
	HOLD_UNLOCK,
	HOLD_FREE,
	HOLD_PARTIAL,
	HOLD_ADVANCE,
	HOLD_KMALLOC,
	HOLD_VMALLOC,
	HOLD_PAGES,
	HOLD_INFO,
	HOLD_COPY_FROM,
	HOLD_COPY_TO,
	HOLD_READ_ADDRESS,
	HOLD_WRITE_ADDRESS,
	HOLD_SEGMENTS,
	HOLD_SG,
	HOLD_DMA,
	HOLD_ITER_FROM,
	HOLD_ITER_TO,
	HOLD_RELEASE,
	HOLD_RESET,
	HOLD_CLEANUPS,
	HOLD_CLOSES,
	HOLD_WHATS,
};

/* hold_op::flags of HOLD_LOCK; without: to read, short */
#define HOLD_LOCK_WRITE 0x1
#define HOLD_LOCK_LONG 0x2

/* hold_op::out_flags */
#define HOLD_WRITABLE 0x1
#define HOLD_CONTIGUOUS 0x2
#define HOLD_MAPPED 0x4
/* There is such an MDL; else all of the answer but the status is 0. */
#define HOLD_THERE 0x8

/**
 * struct hold_op - one thing to do, and how it went
 * @what: enum hold_what
 * @mdl: number of the MDL
 * @next: of its chain, so many behind @mdl
 * @other: another MDL
 * @flags: depends on @what
 * @offset: depends on @what
 * @len: depends on @what
 * @data: address in the caller's memory
 * @out_status: NTSTATUS; STATUS_UNSUCCESSFUL if NULL came back
 * @out_flags: HOLD_WRITABLE and so on, of the MDL
 * @out_pages: its pages
 * @out_page_offset: where it begins in the first of them
 * @out_bytes: its length
 * @out_count: bytes copied, segments, or what was asked for
 * @out_sum: sum of the lengths of the segments
 * @out_error: errno of a function that returns one
 */
struct hold_op {
	__u32 what;
	__u32 mdl;
	__u32 next;
	__u32 other;
	__u64 flags;
	__u64 offset;
	__u64 len;
	__u64 data;
	__u32 out_status;
	__u32 out_flags;
	__u32 out_pages;
	__u32 out_page_offset;
	__u64 out_bytes;
	__u64 out_count;
	__u64 out_sum;
	__u32 out_error;
	__u32 reserved;
};

/* hold_chain::flags; the mistakes concern the first MDL. */
#define HOLD_CHAIN_WRITE 0x1
#define HOLD_CHAIN_FREE 0x2
#define HOLD_CHAIN_TWICE 0x4

/**
 * struct hold_chain - ranges to lock
 * @slot: where the request is held
 * @flags: HOLD_CHAIN_WRITE: lock for writing; and mistakes
 * @count: number of ranges
 * @reserved: 0
 * @parts: the ranges: address and length
 */
struct hold_chain {
	__u32 slot;
	__u32 flags;
	__u32 count;
	__u32 reserved;
	struct {
		__u64 addr;
		__u64 len;
	} parts[HOLD_CHAIN_MAX];
};

#endif
