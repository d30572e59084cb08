/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The caller token: the only way to the memory of the process that issued a
 * request, and it exists only while that process' address space is current.
 */
#ifndef NTIO_CALLER_H
#define NTIO_CALLER_H

#include <linux/limits.h>
#include <linux/types.h>

#include "types.h"

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

struct mem_cgroup;
struct mm_struct;
struct ntio_device;
struct ntio_payer;

/* private: that an MDL has no pages, for inline functions of mdl.h */
void __ntio_violation_not_locked(struct ntio_device *device);

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
	/* private: */
	/*
	 * What the accessors compare with current->mm; who pays for
	 * what is locked, NULL: the current thread; and, of a token that
	 * attached, what the thread charged before, and what rights it had.
	 */
	struct mm_struct *mm;
	struct ntio_device *device;
	const struct ntio_payer *payer;
	struct mem_cgroup *charged_before;
	u32 rights_before;
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

struct ntio_request;

/**
 * ntio_keep_caller() - let a worker come back to the caller's address space
 * @caller: the token
 * @rq: the caller's request
 *
 * Remembers the process with the request, until the request has ended: its
 * address space, and whose limits and memory cgroup count. Does not keep the
 * address space alive: a process that dies takes it along.
 *
 * Context: The caller's. May sleep.
 * Return: STATUS_SUCCESS; STATUS_INSUFFICIENT_RESOURCES;
 *	STATUS_INVALID_PARAMETER: not in the caller's address space, which is
 *	reported.
 */
ntstatus_t ntio_keep_caller(const struct ntio_caller *caller,
			    struct ntio_request *rq);

/**
 * ntio_attach() - enter the caller's address space from a worker
 * @rq: a request whose caller was kept
 * @caller: filled in: a new token, valid until ntio_detach()
 *
 * (Windows: KeStackAttachProcess, [5.42]) Keep it short: the address space is
 * kept alive meanwhile. Do not wait for other requests. What is locked or
 * allocated meanwhile is the caller's: its limit and its memory cgroup count.
 * So do its rights to memory with a protection key, as they were when it was
 * kept.
 *
 * Context: A kernel thread that is not attached. May sleep.
 * Return: STATUS_SUCCESS; STATUS_PROCESS_IS_TERMINATING: the process is gone,
 *	nothing was entered; STATUS_INVALID_PARAMETER: the caller was not kept,
 *	or this is no kernel thread.
 */
ntstatus_t ntio_attach(struct ntio_request *rq, struct ntio_caller *caller);

/**
 * ntio_detach() - leave the caller's address space again
 * @caller: from ntio_attach(); worthless after this
 *
 * Anything else than an attached token is reported, and nothing is left. So is
 * a worker of ntio_queue_work() that ends attached; it is detached then.
 * (Windows: KeUnstackDetachProcess)
 *
 * Context: The thread that attached. May sleep.
 */
void ntio_detach(struct ntio_caller *caller);

/**
 * ntio_copy_from_process() - copy from the caller's memory, from anywhere
 * @rq: a request whose caller was kept
 * @to: kernel memory
 * @from: address in the caller's memory
 * @len: number of bytes; 0 succeeds
 * @copied: number of bytes that were copied
 *
 * Page by page through the caller's page tables, without entering its address
 * space; slow. Device memory (VM_PFNMAP, VM_IO) has no pages and cannot be
 * copied, nor what the caller denied itself by a protection key.
 * (Windows: MmCopyVirtualMemory, [5.41])
 *
 * Context: Any that may sleep.
 * Return: STATUS_SUCCESS; STATUS_PARTIAL_COPY: @copied bytes;
 *	STATUS_ACCESS_VIOLATION: none; STATUS_PROCESS_IS_TERMINATING: the
 *	process is gone; STATUS_INVALID_PARAMETER: the caller was not kept.
 */
ntstatus_t ntio_copy_from_process(struct ntio_request *rq, void *to,
				  ntio_uaddr_t from, size_t len,
				  size_t *copied);

/**
 * ntio_copy_to_process() - copy to the caller's memory, from anywhere
 * @rq: a request whose caller was kept
 * @to: address in the caller's memory
 * @from: kernel memory
 * @len: number of bytes; 0 succeeds
 * @copied: number of bytes that were copied
 *
 * As ntio_copy_from_process().
 */
ntstatus_t ntio_copy_to_process(struct ntio_request *rq, ntio_uaddr_t to,
				const void *from, size_t len, size_t *copied);

#endif
