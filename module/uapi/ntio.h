/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The ABI of ntio: what an application and /dev/ntio/<name> say to each other.
 * This header is the manual; nothing else describes the ABI.
 */
#ifndef _UAPI_NTIO_H
#define _UAPI_NTIO_H

#include <linux/ioctl.h>
#include <linux/types.h>

#include "ntio_reason.h"
#include "ntio_status.h"

/**
 * DOC: General ioctl format
 *
 * Every ioctl takes a pointer to a structure that begins with @size, the size
 * of the structure the caller was compiled with. The number of the ioctl does
 * not contain the size, so the structures can grow. All fields have a fixed
 * width and their natural alignment: 32-bit callers use the same layout.
 * Fields whose name begins with out_ are written by the kernel and ignored on
 * entry. Everything else is read exactly once.
 *
 * Before a request exists the kernel answers with errno alone and writes
 * nothing:
 *
 *  - ENOTTY: no such ioctl.
 *  - EINVAL: @size is smaller than the first version of the structure.
 *  - E2BIG: the structure is larger than the kernel knows, and the unknown
 *    rest is not zero; or it is larger than a page.
 *  - EOPNOTSUPP: a field holds a value that is not supported; reserved fields
 *    and flags that mean nothing yet must be 0.
 *  - EFAULT: the structure itself cannot be read, or its out_ part not written.
 *
 * From then on out_status and out_reason tell what happened, and errno is
 * derived from out_status by the table in ntio_status.h.
 */
#define NTIO_IOC_TYPE 0xBC

enum {
	NTIO_CMD_DEVICE_CONTROL = 0x00,
	NTIO_CMD_QUERY_DEVICE = 0x01,
	NTIO_CMD_QUERY_CONTROL = 0x02,
	NTIO_CMD_CANCEL = 0x03,
	NTIO_CMD_OVERLAPPED = 0x04,
};

/**
 * DOC: Control codes
 *
 * A control code is laid out as on Windows [1.1]: bits 16-31 device type,
 * bits 14-15 required access, bits 2-13 function, bits 0-1 method. All 32 bits
 * are compared [1.5]. It travels inside &struct ntio_device_control and is
 * never used as an ioctl number.
 */
#define NTIO_CTL_CODE(type, function, method, access)                          \
	(((__u32)(type) << 16) | ((__u32)(access) << 14) |                     \
	 ((__u32)(function) << 2) | (__u32)(method))

#define NTIO_CTL_TYPE(code) ((__u32)(code) >> 16)
#define NTIO_CTL_ACCESS(code) (((__u32)(code) >> 14) & 3)
#define NTIO_CTL_FUNCTION(code) (((__u32)(code) >> 2) & 0xfff)
#define NTIO_CTL_METHOD(code) ((__u32)(code) & 3)

/* How the buffers of a control code reach the driver [1.2]. */
#define NTIO_METHOD_BUFFERED 0
#define NTIO_METHOD_IN_DIRECT 1
#define NTIO_METHOD_OUT_DIRECT 2
#define NTIO_METHOD_NEITHER 3

/* What the open file must allow for a control code to be accepted [1.3]. */
#define NTIO_ANY_ACCESS 0
#define NTIO_READ_ACCESS 1
#define NTIO_WRITE_ACCESS 2

/* Device types up to 0x7fff and functions up to 0x7ff are Microsoft's [1.1]. */
#define NTIO_DEVICE_UNKNOWN 0x22
#define NTIO_FUNCTION_VENDOR 0x800

/**
 * enum ntio_out_flags - what became of the I/O status block
 * @NTIO_OUT_IOSB: out_iosb_status and out_information are the I/O status
 *	block. Clear: Windows would have left the caller's block untouched
 *	[2.31], and both fields are 0.
 * @NTIO_OUT_COMPLETION: of an asynchronous request: Windows would have set the
 *	event, queued the APC and posted the completion packet [2.33] [2.34].
 *	The ring posts its entry in any case.
 * @NTIO_OUT_PENDED: of an asynchronous request: the driver returned
 *	STATUS_PENDING, so DeviceIoControl would have returned
 *	ERROR_IO_PENDING first [2.32].
 * @NTIO_OUT_BEGUN: of a &struct ntio_overlapped: the driver has the request and
 *	keeps it, and out_status is what it returned. All is written anew at the
 *	end, without this flag.
 * @NTIO_OUT_MARKED: of a &struct ntio_overlapped: the driver had marked it
 *	pending, whatever it returned: a completion port that skips success gets
 *	its packet [2.38].
 */
enum ntio_out_flags {
	NTIO_OUT_IOSB = 1 << 0,
	NTIO_OUT_COMPLETION = 1 << 1,
	NTIO_OUT_PENDED = 1 << 2,
	NTIO_OUT_BEGUN = 1 << 3,
	NTIO_OUT_MARKED = 1 << 4,
};

/**
 * struct ntio_device_control - ioctl(NTIO_IOC_DEVICE_CONTROL)
 * @size: sizeof(struct ntio_device_control)
 * @code: control code, see NTIO_CTL_CODE()
 * @in: address of the first ("input") buffer
 * @out: address of the second ("output") buffer. For an IN_DIRECT code the
 *	driver reads it [3.7].
 * @in_len: length of the first buffer in bytes
 * @out_len: length of the second buffer in bytes
 * @flags: must be 0
 * @__reserved: must be 0
 * @out_status: Output NTSTATUS of the call: what NtDeviceIoControlFile returns
 * @out_reason: Output enum ntio_reason: which rule refused
 * @out_iosb_status: Output NTSTATUS with which the driver completed
 * @out_flags: Output enum ntio_out_flags
 * @out_information: Output Information of the I/O status block, usually the
 *	number of bytes transferred
 * @out_detail: Output a number that explains @out_reason; ntio_reason.h says
 *	which
 *
 * Sends a request to the device and waits for its end. Windows:
 * DeviceIoControl, NtDeviceIoControlFile.
 *
 * ioctl() returns 0 if the severity of @out_status is success, informational
 * or warning, else -1 and the errno of that status; the structure is filled
 * either way. A warning has returned data and a count [2.30].
 *
 * What the method in @code does with the buffers:
 *
 *  - BUFFERED: the input is copied before the driver is called; what the
 *    driver answers is copied back unless it completed with an error [2.23].
 *  - IN_DIRECT, OUT_DIRECT: the first buffer is copied, the second is locked
 *    in memory, for reading or writing, and the driver works on it in place.
 *  - NEITHER: the driver is given the two addresses as they are, while it runs
 *    in the caller's address space.
 *
 * While ioctl() waits the thread can be stopped, traced and frozen, and the
 * request stays in flight: the call is restarted by itself, which the driver does
 * not notice. The same holds for a signal handler that was installed with
 * SA_RESTART. Any other handler ends the call with EINTR, and cancels the request
 * [8.22]. If the driver gave it back the structure is filled, and @out_status is
 * STATUS_CANCELLED. If not, nothing is written, the buffers remain the driver's,
 * and the same call, by the same thread with the same structure, waits on.
 *
 * A NULL @in means @in_len 0 for every method but NEITHER, a NULL @out means
 * @out_len 0 for BUFFERED [2.8]. A fault while the answer is copied back leaves
 * the status as the driver gave it, but NTIO_OUT_IOSB clear [2.24].
 */
struct ntio_device_control {
	__u32 size;
	__u32 code;
	__aligned_u64 in;
	__aligned_u64 out;
	__u32 in_len;
	__u32 out_len;
	__u32 flags;
	__u32 __reserved;
	__u32 out_status;
	__u32 out_reason;
	__u32 out_iosb_status;
	__u32 out_flags;
	__aligned_u64 out_information;
	__aligned_u64 out_detail;
};

#define NTIO_IOC_DEVICE_CONTROL _IO(NTIO_IOC_TYPE, NTIO_CMD_DEVICE_CONTROL)

#define NTIO_NAME_SIZE 48

/**
 * enum ntio_device_flags - properties of a device
 * @NTIO_DEVICE_EXCLUSIVE: can be open only once at a time [1.22]
 */
enum ntio_device_flags {
	NTIO_DEVICE_EXCLUSIVE = 1 << 0,
};

/**
 * struct ntio_query_device - ioctl(NTIO_IOC_QUERY_DEVICE)
 * @size: sizeof(struct ntio_query_device)
 * @__reserved: must be 0
 * @out_flags: Output enum ntio_device_flags
 * @out_type: Output device type of the control codes the driver defines
 * @out_controls: Output number of declared control codes
 * @out_max_buffered: Output the most bytes a copied buffer may have
 * @out_max_locked: Output the most bytes a locked buffer may have
 * @__out_reserved: Output 0
 * @out_name: Output name of the device, ends with NUL
 * @out_driver: Output name of the driver's kernel module, ends with NUL
 *
 * Tells what a device is. Needs no access bits.
 */
struct ntio_query_device {
	__u32 size;
	__u32 __reserved;
	__u32 out_flags;
	__u32 out_type;
	__u32 out_controls;
	__u32 out_max_buffered;
	__u32 out_max_locked;
	__u32 __out_reserved;
	__u8 out_name[NTIO_NAME_SIZE];
	__u8 out_driver[NTIO_NAME_SIZE];
};

#define NTIO_IOC_QUERY_DEVICE _IO(NTIO_IOC_TYPE, NTIO_CMD_QUERY_DEVICE)

/**
 * enum ntio_control_flags - properties of a control code
 * @NTIO_CONTROL_IN_CALLER: served in the caller's address space
 * @NTIO_CONTROL_LONG_TERM: pages may stay locked for long; they are charged to
 *	RLIMIT_MEMLOCK
 * @NTIO_CONTROL_SLEEPS: the driver may sleep; a ring serves such requests with
 *	worker threads
 */
enum ntio_control_flags {
	NTIO_CONTROL_IN_CALLER = 1 << 0,
	NTIO_CONTROL_LONG_TERM = 1 << 1,
	NTIO_CONTROL_SLEEPS = 1 << 2,
};

/**
 * struct ntio_query_control - ioctl(NTIO_IOC_QUERY_CONTROL)
 * @size: sizeof(struct ntio_query_control)
 * @index: which of the declared control codes, from 0
 * @out_code: Output the control code
 * @out_flags: Output enum ntio_control_flags
 * @out_min_in: Output shortest first buffer the driver accepts
 * @out_max_in: Output longest first buffer the driver accepts, in bytes;
 *	0xffffffff: it sets no bound, and only those of struct
 *	ntio_query_device apply
 * @out_min_out: Output shortest second buffer the driver accepts
 * @out_max_out: Output longest second buffer the driver accepts, as @out_max_in
 * @out_name: Output name of the code as the driver's source spells it
 *
 * Reads one row of the table in which a driver declares its control codes.
 * Needs no access bits. ENOENT: @index is not below the number of rows.
 */
struct ntio_query_control {
	__u32 size;
	__u32 index;
	__u32 out_code;
	__u32 out_flags;
	__u32 out_min_in;
	__u32 out_max_in;
	__u32 out_min_out;
	__u32 out_max_out;
	__u8 out_name[NTIO_NAME_SIZE];
};

#define NTIO_IOC_QUERY_CONTROL _IO(NTIO_IOC_TYPE, NTIO_CMD_QUERY_CONTROL)

/**
 * enum ntio_cancel_flags - which requests
 * @NTIO_CANCEL_ALL: all that the process issued on the open file (Windows:
 *	CancelIoEx without OVERLAPPED)
 * @NTIO_CANCEL_THREAD: those that the calling thread issued (Windows: CancelIo)
 */
enum ntio_cancel_flags {
	NTIO_CANCEL_ALL = 1 << 0,
	NTIO_CANCEL_THREAD = 1 << 1,
};

/**
 * struct ntio_cancel - ioctl(NTIO_IOC_CANCEL)
 * @size: sizeof(struct ntio_cancel)
 * @flags: enum ntio_cancel_flags, at most one; 0: the one that @request names
 * @request: address of the &struct ntio_device_control of the request, as it
 *	was given to the ring (Windows: lpOverlapped) or to ioctl(), or of the
 *	buffer of a read or write; 0 with @flags
 * @out_cancelled: Output number of requests that were asked to end
 * @__out_reserved: Output 0
 *
 * Asks for the end of requests in flight, whether a ring has them or another
 * thread waits for them, and does not wait for it. Each still ends once, in one
 * of the ways of [8.32]: with success, with STATUS_CANCELLED, or with another
 * error.
 *
 * A system call is found once it waits. One whose handler has not returned yet is
 * not counted, and asked to end when it begins to wait; what the handler itself
 * waits for does not end sooner.
 *
 * ENOENT: there is none such in flight (Windows: ERROR_NOT_FOUND [8.30]);
 * NTIO_CANCEL_THREAD then succeeds all the same, as CancelIo does [8.29].
 */
struct ntio_cancel {
	__u32 size;
	__u32 flags;
	__aligned_u64 request;
	__u32 out_cancelled;
	__u32 __out_reserved;
};

#define NTIO_IOC_CANCEL _IO(NTIO_IOC_TYPE, NTIO_CMD_CANCEL)

/**
 * DOC: Asynchronous requests
 *
 * Any device control can be submitted with io_uring: IORING_OP_URING_CMD on the
 * device's file, cmd_op NTIO_URING_DEVICE_CONTROL, and in the first 8 bytes of
 * the command the address of a &struct ntio_device_control; the next 8 are 0.
 * The structure and both buffers must stay until the ring posts the entry, as an
 * OVERLAPPED must.
 * The result of the entry is what ioctl() would have returned: 0 or a negative
 * errno; the out_ fields are written before it is posted. A structure that is
 * in flight cannot be submitted again on the same open file: -EBUSY.
 *
 * With IORING_URING_CMD_FIXED in uring_cmd_flags, and in buf_index the number of
 * a buffer that is registered with the ring, the second buffer of a DIRECT
 * request lies in that one: @out and @out_len are any part of it, at the address
 * that it was registered by. It was locked and charged when it was registered,
 * so the request costs neither. A part that does not lie in it:
 * STATUS_ACCESS_VIOLATION; no buffer of that number: -EFAULT, and the driver is
 * not called. A buffer that is unregistered meanwhile stays locked until the
 * request has ended. For other methods: -EOPNOTSUPP.
 *
 * Before Linux 6.7 the kernel cannot cancel such commands; there they are
 * carried out by the ring's own worker threads, of which few run at a time
 * unless io_uring_register_iowq_max_workers() allows more.
 */
#define NTIO_URING_DEVICE_CONTROL _IO(NTIO_IOC_TYPE, NTIO_CMD_DEVICE_CONTROL)

/**
 * struct ntio_iosb - an I/O status block, as Windows has it in memory
 * @status: NTSTATUS; an OVERLAPPED calls it Internal
 * @information: an OVERLAPPED calls it InternalHigh
 */
struct ntio_iosb {
	__aligned_u64 status;
	__aligned_u64 information;
};

/**
 * enum ntio_overlapped_kind - what an overlapped request asks for
 * @NTIO_OVERLAPPED_CONTROL: a device control
 * @NTIO_OVERLAPPED_READ: a read into the second buffer
 * @NTIO_OVERLAPPED_WRITE: a write from the first buffer
 */
enum ntio_overlapped_kind {
	NTIO_OVERLAPPED_CONTROL,
	NTIO_OVERLAPPED_READ,
	NTIO_OVERLAPPED_WRITE,
};

/**
 * struct ntio_overlapped - cmd_op NTIO_URING_OVERLAPPED
 * @control: as for NTIO_URING_DEVICE_CONTROL; of a read or write only the
 *	buffer and its length count
 * @iosb: address of a &struct ntio_iosb, or 0. Written where Windows writes the
 *	caller's I/O status block [2.33] [2.34], the status last. An address
 *	that leads nowhere is not written, and nothing else changes [8.18].
 * @offset: of a read or write of a device that has offsets; neither it nor the
 *	end may be negative: STATUS_INVALID_PARAMETER [6.12]
 * @event: handle of an eventfd, or 0, see ntio_handle.h. Emptied before the
 *	driver is called [2.35], signalled at the end if Windows would do so
 *	[2.33] [2.34], after @iosb was written. One of EFD_SEMAPHORE loses one
 *	of its counts when it is emptied.
 * @begun: handle of an eventfd, or 0. If a thread of the ring carries the
 *	request out, be it a worker or the one that polls for what is submitted,
 *	it is signalled once NTIO_OUT_BEGUN, or the end, can be seen. Whoever
 *	submitted sees one of them at once if there was no such thread, and the
 *	request did not have to wait for others (IOSQE_IO_LINK, IOSQE_IO_DRAIN).
 * @kind: enum ntio_overlapped_kind
 * @__reserved: must be 0
 *
 * A request with all that NtDeviceIoControlFile, NtReadFile and NtWriteFile
 * take. Its first 8 bytes of command are the address of this structure, which
 * is also what cancels it. EBADF, EINVAL: @event or @begun is no eventfd.
 */
struct ntio_overlapped {
	struct ntio_device_control control;
	__aligned_u64 iosb;
	__aligned_u64 offset;
	__u32 event;
	__u32 begun;
	__u32 kind;
	__u32 __reserved;
};

#define NTIO_URING_OVERLAPPED _IO(NTIO_IOC_TYPE, NTIO_CMD_OVERLAPPED)

#endif
