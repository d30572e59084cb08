/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libntio: requests to ntio devices, from C and C++.
 *
 * The structures and constants of the ABI are in <ntio/uapi/ntio.h>; Windows'
 * own calls are in <windows.h> of libntio-win32.
 */
#ifndef NTIO_NTIO_H
#define NTIO_NTIO_H

#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <ntio/uapi/ntio.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * DOC: Statuses
 *
 * An NTSTATUS is a uint32_t. Its two top bits are the severity: success,
 * informational, warning, error. A warning is neither NT_SUCCESS() nor
 * NT_ERROR(): it has returned data [2.30].
 */

/* STATUS_SUCCESS and all others of ntio_status.h, by their Windows names. */
__extension__ enum {
#define NTIO_STATUS_ENUM(name, value, win32, error, meaning)                   \
	STATUS_##name = value,
	NTIO_STATUSES(NTIO_STATUS_ENUM)
#undef NTIO_STATUS_ENUM
};

#define NT_SUCCESS(status) ((uint32_t)(status) < 0x80000000u)
#define NT_INFORMATION(status) ((uint32_t)(status) >> 30 == 1)
#define NT_WARNING(status) ((uint32_t)(status) >> 30 == 2)
#define NT_ERROR(status) ((uint32_t)(status) >> 30 == 3)

/**
 * struct ntio_status_info - a row of the table of statuses
 * @status: NTSTATUS
 * @name: its name, such as "STATUS_ACCESS_VIOLATION"
 * @win32: Win32 error, what RtlNtStatusToDosError gives [9.1]
 * @error: errno, positive. For severities below error it is for people: no
 *	call fails with it.
 * @meaning: one sentence
 */
struct ntio_status_info {
	uint32_t status;
	const char *name;
	uint32_t win32;
	int error;
	const char *meaning;
};

/**
 * ntio_status_at() - walk the table of statuses
 * @index: from 0, ascending by NTSTATUS
 *
 * Return: a row that lives for ever, or NULL behind the last one.
 */
const struct ntio_status_info *ntio_status_at(size_t index);

/**
 * ntio_status_info() - look a status up
 * @status: any NTSTATUS
 *
 * Return: a row that lives for ever, or NULL if the table does not have it.
 */
const struct ntio_status_info *ntio_status_info(uint32_t status);

/**
 * ntio_status_to_errno() - the errno with which ioctl() reports a status
 * @status: any NTSTATUS
 *
 * Return: 0 unless NT_ERROR(@status), else a positive errno; EIO for a status
 * that is not in the table.
 */
int ntio_status_to_errno(uint32_t status);

/**
 * ntio_status_to_win32() - the Win32 error of a status
 * @status: any NTSTATUS
 *
 * Windows: RtlNtStatusToDosError.
 *
 * Return: the Win32 error; 317 (ERROR_MR_MID_NOT_FOUND) for a status that is
 * not in the table [9.1].
 */
uint32_t ntio_status_to_win32(uint32_t status);

/**
 * ntio_status_from_errno() - the status of a call that was refused
 * @error: positive errno with which open() or ioctl() failed before there was
 *	a request
 *
 * Many statuses share an errno, so this is no inverse of
 * ntio_status_to_errno(), and not for requests: theirs is in
 * &ntio_result.status. EBADF is STATUS_INVALID_HANDLE, EFAULT
 * STATUS_ACCESS_VIOLATION, ENOTTY STATUS_INVALID_DEVICE_REQUEST, EINVAL and
 * E2BIG STATUS_INVALID_PARAMETER, EOPNOTSUPP STATUS_NOT_SUPPORTED, ENOENT
 * STATUS_OBJECT_NAME_NOT_FOUND [1.28], ENOTDIR STATUS_OBJECT_PATH_NOT_FOUND,
 * ENAMETOOLONG STATUS_OBJECT_NAME_INVALID, EACCES and EPERM
 * STATUS_ACCESS_DENIED [1.22], ENODEV and ENXIO STATUS_NO_SUCH_DEVICE, EBUSY
 * STATUS_SHARING_VIOLATION, ENOMEM, EMFILE and ENFILE
 * STATUS_INSUFFICIENT_RESOURCES, EINTR STATUS_CANCELLED.
 *
 * Return: one of these, or STATUS_UNSUCCESSFUL.
 */
uint32_t ntio_status_from_errno(int error);

/**
 * DOC: Reasons
 *
 * Which rule refused a request: &enum ntio_reason, and two that only libntio
 * gives.
 */

/* The call itself was refused: there was no request, errno is all there is. */
#define NTIO_REASON_CALL 0xffffffffu
/* A length has more than 32 bits [2.4]; the kernel was not called. */
#define NTIO_REASON_LENGTH 0xfffffffeu

/**
 * struct ntio_reason_info - a row of the table of reasons
 * @reason: enum ntio_reason, NTIO_REASON_CALL or NTIO_REASON_LENGTH
 * @name: its name without NTIO_REASON_, such as "READ_ONLY"
 * @text: what happened, one sentence
 * @advice: what to do about it, one sentence or ""
 * @detail: what &ntio_result.detail is, or "" if it is nothing
 */
struct ntio_reason_info {
	uint32_t reason;
	const char *name;
	const char *text;
	const char *advice;
	const char *detail;
};

/**
 * ntio_reason_info() - look a reason up
 * @reason: &ntio_result.reason
 *
 * Return: a row that lives for ever, or NULL for a number this libntio does
 * not know.
 */
const struct ntio_reason_info *ntio_reason_info(uint32_t reason);

/**
 * DOC: Devices and requests
 */

/* Access mode that allows neither reading nor writing: Windows' access 0. */
#define NTIO_NO_ACCESS O_ACCMODE

/**
 * ntio_open() - open a device (Windows: CreateFile)
 * @name: name of a device, such as "echo", or a path with a '/' in it
 * @flags: O_RDONLY, O_WRONLY, O_RDWR or NTIO_NO_ACCESS. The last is enough for
 *	codes with NTIO_ANY_ACCESS and for queries [1.9]; the node's permission
 *	to read and to write is needed all the same.
 *
 * Never creates or truncates anything [1.25]. The descriptor is closed on
 * exec; close(2) closes it.
 *
 * Return: a descriptor, or -1 and errno: ENOENT no such device (is its driver
 * loaded?), EACCES permission, or exclusive and open [1.22], EINVAL other
 * flags, ENAMETOOLONG, or what the driver's create routine answered [1.27].
 */
int ntio_open(const char *name, int flags);

/**
 * struct ntio_result - what became of a request
 * @status: NTSTATUS of the call, what NtDeviceIoControlFile returns. Look at
 *	it with NT_ERROR() or NT_SUCCESS().
 * @reason: which rule refused: enum ntio_reason, NTIO_REASON_CALL or
 *	NTIO_REASON_LENGTH
 * @iosb_status: NTSTATUS with which the driver completed [2.31]
 * @flags: enum ntio_out_flags. Without NTIO_OUT_IOSB @iosb_status and
 *	@information are 0 and mean nothing.
 * @information: Information of the I/O status block, usually the number of
 *	bytes transferred
 * @detail: a number that explains @reason
 * @error: 0 unless NT_ERROR(@status), else the errno
 */
struct ntio_result {
	uint32_t status;
	uint32_t reason;
	uint32_t iosb_status;
	uint32_t flags;
	uint64_t information;
	uint64_t detail;
	int error;
};

/**
 * ntio_control() - send a control code to a device and wait for its end
 * @fd: open device
 * @code: control code, all 32 bits, see NTIO_CTL_CODE()
 * @in: first ("input") buffer
 * @in_len: its length in bytes
 * @out: second ("output") buffer; const for no method but IN_DIRECT, where the
 *	driver reads it [3.7]
 * @out_len: its length in bytes
 *
 * Windows: DeviceIoControl, NtDeviceIoControlFile. The caller owns both
 * buffers; the kernel and the driver use them until the call returns.
 *
 * Lengths have 32 bits [2.4]. A longer one is refused here, with
 * STATUS_INVALID_PARAMETER and NTIO_REASON_LENGTH; the kernel is not called.
 *
 * If the ioctl itself is refused, nothing has been sent: reason is
 * NTIO_REASON_CALL, error the errno and status ntio_status_from_errno() of it.
 *
 * Return: what became of the request. errno means nothing afterwards.
 */
struct ntio_result ntio_control(int fd, uint32_t code, const void *in,
				size_t in_len, void *out, size_t out_len);

/**
 * ntio_result_of() - what became of a request that was sent through a ring
 * @call: the structure given to ntio_prep_control() in <ntio/uring.h>
 * @res: res of the ring's entry
 *
 * Windows: GetOverlappedResult of a request that has ended.
 *
 * Return: as ntio_control(). A structure that the kernel has not filled in, as
 * the ring or its process went away, or because there was no request, has the
 * reason NTIO_REASON_CALL.
 */
struct ntio_result ntio_result_of(const struct ntio_device_control *call,
				  int res);

/**
 * ntio_cancel() - ask for the end of requests that were sent through rings
 * @fd: the open device they were sent to
 * @flags: 0: the one that @request names (Windows: CancelIoEx);
 *	NTIO_CANCEL_ALL: all of this process; NTIO_CANCEL_THREAD: those of the
 *	calling thread (Windows: CancelIo)
 * @request: its structure; NULL with @flags
 *
 * Does not wait: each ends when the ring posts its entry, and not necessarily
 * as cancelled [8.32].
 *
 * Return: how many were asked, or -1 and errno: ENOENT there is none such
 * (not with NTIO_CANCEL_THREAD), EOPNOTSUPP other flags.
 */
int ntio_cancel(int fd, uint32_t flags,
		const struct ntio_device_control *request);

/**
 * ntio_query_device() - ask what a device is
 * @fd: open device; needs no access bits
 * @device: filled in; @device->size need not be set
 *
 * Return: 0, or -1 and errno: ENOTTY not an ntio device, EBADF.
 */
int ntio_query_device(int fd, struct ntio_query_device *device);

/**
 * ntio_query_control() - read a row of the table of a device's control codes
 * @fd: open device; needs no access bits
 * @index: from 0
 * @control: filled in; size and index need not be set
 *
 * Return: 0, or -1 and errno: ENOENT behind the last row, ENOTTY not an ntio
 * device, EBADF.
 */
int ntio_query_control(int fd, uint32_t index,
		       struct ntio_query_control *control);

/**
 * ntio_explain() - say in words what became of a request
 * @to: stream
 * @result: of ntio_control()
 * @indent: columns to indent by; what follows the first line gets two more
 *
 * The first line holds the NTSTATUS, errno, Win32 error and the reason; then
 * come what happened, what to do and the detail, wrapped to 78 columns.
 */
void ntio_explain(FILE *to, const struct ntio_result *result, int indent);

#ifdef __cplusplus
}
#endif

#endif
