/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The caller token: the only way to the memory of the process that issued a
 * request, and it exists only while that process' address space is current.
 */
#ifndef NTIO_CALLER_H
#define NTIO_CALLER_H

#include <linux/limits.h>
#include <linux/types.h>

/**
 * typedef ntio_uaddr_t - an address in the caller's address space
 * @value: the number the caller gave, unchecked: it may be NULL, misaligned,
 *	not mapped, or a kernel address [2.21]
 *
 * Deliberately not a pointer: it cannot be dereferenced, nor stored in a
 * &struct ntio_request, nor handed to copy_from_user() by mistake.
 */
typedef struct {
	u64 value;
} ntio_uaddr_t;

struct mm_struct;
struct ntio_device;

/**
 * struct ntio_caller - proof that the caller's address space is the current one
 * @in: the caller's first buffer, raw (Windows: Type3InputBuffer)
 * @out: the caller's second buffer, raw (Windows: Irp->UserBuffer)
 * @in_len: length of @in in bytes, raw
 * @out_len: length of @out in bytes, raw
 * @compat: the caller is a 32-bit program (Windows: IoIs32bitProcess, [7.10])
 *
 * Lent to an in-caller handler for the duration of its call; do not keep it.
 * Any thread that shares the address space is the caller's context.
 */
struct ntio_caller {
	ntio_uaddr_t in;
	ntio_uaddr_t out;
	u32 in_len;
	u32 out_len;
	bool compat;
	/* private: what the accessors compare with current->mm */
	struct mm_struct *mm;
	struct ntio_device *device;
};

/**
 * ntio_uaddr() - an address that was found in the caller's data
 * @caller: the token
 * @value: the number found, for example an embedded pointer
 */
static inline ntio_uaddr_t ntio_uaddr(const struct ntio_caller *caller,
				      u64 value)
{
	return (ntio_uaddr_t){ value };
}

/**
 * ntio_uaddr_add() - the address @offset bytes behind another
 * @addr: an address of the caller
 * @offset: distance in bytes; a sum that wraps is refused by the accessors
 *	as any address outside user space is
 */
static inline ntio_uaddr_t ntio_uaddr_add(ntio_uaddr_t addr, size_t offset)
{
	u64 sum = addr.value + offset;

	return (ntio_uaddr_t){ sum < addr.value ? U64_MAX : sum };
}

/**
 * ntio_read_user() - copy from the caller's memory
 * @caller: the token
 * @to: kernel memory of at least @len bytes
 * @from: address in the caller's memory
 * @len: number of bytes; 0 succeeds for any address
 *
 * Checks the range itself, and reads every byte at most once. Windows:
 * CopyFromUser, ProbeForRead with __try and RtlCopyMemory.
 *
 * Context: May sleep. The caller's address space only: anywhere else nothing
 *	is copied and the driver's mistake is reported.
 * Return: number of bytes NOT copied, 0 on success. @to is zero from there on.
 */
size_t __must_check ntio_read_user(const struct ntio_caller *caller, void *to,
				   ntio_uaddr_t from, size_t len);

/**
 * ntio_write_user() - copy to the caller's memory
 * @caller: the token
 * @to: address in the caller's memory
 * @from: kernel memory
 * @len: number of bytes; 0 succeeds for any address
 *
 * Checks the range itself. What was written before a fault stays written
 * [4.21]. Windows: CopyToUser, ProbeForWrite with __try and RtlCopyMemory.
 *
 * Context: as ntio_read_user().
 * Return: number of bytes NOT copied, 0 on success.
 */
size_t __must_check ntio_write_user(const struct ntio_caller *caller,
				    ntio_uaddr_t to, const void *from,
				    size_t len);

#endif
