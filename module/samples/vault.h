/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* What the vault sample and its callers share. */
#ifndef NTIO_VAULT_H
#define NTIO_VAULT_H

#include <ntio/uapi/ntio.h>

#define VAULT_TYPE 0x8003
#define VAULT_CTL(function, access)                                     \
	NTIO_CTL_CODE(VAULT_TYPE, NTIO_FUNCTION_VENDOR + (function),    \
		      NTIO_METHOD_BUFFERED, NTIO_##access##_ACCESS)

/* Served by the filter. Output: struct vault_counts. */
#define IOCTL_VAULT_COUNTS VAULT_CTL(0, ANY)

/* Served by the store. Output: struct vault_size. */
#define IOCTL_VAULT_SIZE VAULT_CTL(1, ANY)

/* Served by the store: forget all data. */
#define IOCTL_VAULT_CLEAR VAULT_CTL(2, WRITE)

/**
 * struct vault_counts - what the filter has seen since the module was loaded
 * @reads: reads that ended, in whatever way
 * @writes: writes that ended
 * @read_bytes: bytes the store gave
 * @written_bytes: bytes the store took
 * @errors: reads and writes that ended with an error; the end of the file too
 * @mistakes: those for which the store claimed more bytes than were asked for
 */
struct vault_counts {
	__u64 reads;
	__u64 writes;
	__u64 read_bytes;
	__u64 written_bytes;
	__u64 errors;
	__u64 mistakes;
};

/**
 * struct vault_size - how full the store is
 * @size: where the data ends
 * @capacity: where it must end
 */
struct vault_size {
	__u64 size;
	__u64 capacity;
};

#endif
