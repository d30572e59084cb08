/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * NTSTATUS, the Win32 error and the errno it becomes. One table for the kernel,
 * libntio and the command. There is no inverse: many statuses share an errno.
 */
#ifndef _UAPI_NTIO_STATUS_H
#define _UAPI_NTIO_STATUS_H

/*
 * X(name, NTSTATUS, Win32 error, errno, meaning)
 *
 * Ascending by NTSTATUS. The Win32 errors are what RtlNtStatusToDosError
 * gives; where that is not established it is 317, as for every status that is
 * not in the table [9.1]. The errno of a success, informational or warning
 * status is for people and tools to read: ioctl() fails with an errno only if
 * the severity is error.
 */
#define NTIO_STATUSES(X)						\
	X(SUCCESS, 0x00000000, 0, 0,					\
	  "The request succeeded.")					\
	X(USER_APC, 0x000000c0, 0, EINTR,				\
	  "The wait ended because a user APC was delivered.")		\
	X(ALERTED, 0x00000101, 0, EINTR,				\
	  "The wait ended because the thread was alerted.")		\
	X(TIMEOUT, 0x00000102, 258, ETIMEDOUT,				\
	  "The time given ran out.")					\
	X(PENDING, 0x00000103, 997, EINPROGRESS,			\
	  "The request goes on; its end is reported later.")		\
	X(OBJECT_NAME_EXISTS, 0x40000000, 698, EEXIST,			\
	  "The object was there already and was opened.")		\
	X(GUARD_PAGE_VIOLATION, 0x80000001, 317, EFAULT,		\
	  "A guard page was touched.")					\
	X(DATATYPE_MISALIGNMENT, 0x80000002, 998, EINVAL,		\
	  "An address is not aligned as its type demands.")		\
	X(BUFFER_OVERFLOW, 0x80000005, 234, EMSGSIZE,			\
	  "There is more data than the buffer holds; a part was returned.")\
	X(PARTIAL_COPY, 0x8000000d, 299, EFAULT,			\
	  "Only a part was copied.")					\
	X(DEVICE_BUSY, 0x80000011, 170, EBUSY,				\
	  "The device is busy.")					\
	X(VERIFY_REQUIRED, 0x80000016, 1110, ENOMEDIUM,			\
	  "The medium may have been changed and must be verified.")	\
	X(NO_MORE_ENTRIES, 0x8000001a, 259, ENODATA,			\
	  "There are no more entries.")					\
	X(UNSUCCESSFUL, 0xc0000001, 31, EIO,				\
	  "The request failed.")					\
	X(NOT_IMPLEMENTED, 0xc0000002, 1, ENOSYS,			\
	  "The driver does not carry out this request.")		\
	X(INFO_LENGTH_MISMATCH, 0xc0000004, 24, EINVAL,			\
	  "The length does not fit the kind of information.")		\
	X(ACCESS_VIOLATION, 0xc0000005, 998, EFAULT,			\
	  "An address does not lead to memory that may be used so.")	\
	X(IN_PAGE_ERROR, 0xc0000006, 999, EIO,				\
	  "A page could not be read in.")				\
	X(INVALID_HANDLE, 0xc0000008, 6, EBADF,				\
	  "The handle is not valid.")					\
	X(INVALID_CID, 0xc000000b, 87, ESRCH,				\
	  "There is no such process or thread.")			\
	X(INVALID_PARAMETER, 0xc000000d, 87, EINVAL,			\
	  "A parameter is not valid.")					\
	X(NO_SUCH_DEVICE, 0xc000000e, 2, ENODEV,			\
	  "There is no such device, or it is being removed.")		\
	X(NO_SUCH_FILE, 0xc000000f, 2, ENOENT,				\
	  "There is no such file.")					\
	X(INVALID_DEVICE_REQUEST, 0xc0000010, 1, ENOTTY,		\
	  "The device does not know this request.")			\
	X(END_OF_FILE, 0xc0000011, 38, ENODATA,				\
	  "The end of the file was reached.")				\
	X(MORE_PROCESSING_REQUIRED, 0xc0000016, 234, EIO,		\
	  "A driver goes on with the request; never seen by a caller.")	\
	X(NO_MEMORY, 0xc0000017, 8, ENOMEM,				\
	  "There is not enough memory.")				\
	X(CONFLICTING_ADDRESSES, 0xc0000018, 487, EEXIST,		\
	  "The address range is in use.")				\
	X(NOT_MAPPED_VIEW, 0xc0000019, 487, EINVAL,			\
	  "The address is not that of a mapping.")			\
	X(UNABLE_TO_DELETE_SECTION, 0xc000001b, 87, EPERM,		\
	  "The mapping cannot be removed.")				\
	X(ACCESS_DENIED, 0xc0000022, 5, EACCES,				\
	  "The caller does not have the access that is needed.")	\
	X(BUFFER_TOO_SMALL, 0xc0000023, 122, ENOBUFS,			\
	  "The buffer is too small; nothing was returned.")		\
	X(OBJECT_TYPE_MISMATCH, 0xc0000024, 6, EBADF,			\
	  "The handle is that of another kind of object.")		\
	X(OBJECT_NAME_INVALID, 0xc0000033, 123, EINVAL,			\
	  "The name is not valid.")					\
	X(OBJECT_NAME_NOT_FOUND, 0xc0000034, 2, ENOENT,			\
	  "There is nothing of that name.")				\
	X(OBJECT_NAME_COLLISION, 0xc0000035, 183, EEXIST,		\
	  "The name is taken.")						\
	X(OBJECT_PATH_NOT_FOUND, 0xc000003a, 3, ENOENT,			\
	  "The path does not exist.")					\
	X(SHARING_VIOLATION, 0xc0000043, 32, EBUSY,			\
	  "The file is open in a way that excludes this.")		\
	X(QUOTA_EXCEEDED, 0xc0000044, 1816, EDQUOT,			\
	  "A quota would be exceeded.")					\
	X(INVALID_PAGE_PROTECTION, 0xc0000045, 87, EINVAL,		\
	  "The page protection is not valid.")				\
	X(THREAD_IS_TERMINATING, 0xc000004b, 5, ESRCH,			\
	  "The thread is ending.")					\
	X(DELETE_PENDING, 0xc0000056, 5, ENODEV,			\
	  "The device or file is being deleted.")			\
	X(PRIVILEGE_NOT_HELD, 0xc0000061, 1314, EPERM,			\
	  "The caller lacks a privilege.")				\
	X(PROCEDURE_NOT_FOUND, 0xc000007a, 127, ENOENT,			\
	  "There is no such procedure.")				\
	X(DISK_FULL, 0xc000007f, 112, ENOSPC,				\
	  "There is no space left.")					\
	X(INTEGER_OVERFLOW, 0xc0000095, 534, EOVERFLOW,			\
	  "A number became too large.")					\
	X(INSUFFICIENT_RESOURCES, 0xc000009a, 1450, ENOMEM,		\
	  "The system lacks the resources for the request.")		\
	X(DEVICE_DATA_ERROR, 0xc000009c, 23, EIO,			\
	  "The device reported wrong data.")				\
	X(DEVICE_NOT_CONNECTED, 0xc000009d, 1167, ENODEV,		\
	  "The device is not connected.")				\
	X(WORKING_SET_QUOTA, 0xc00000a1, 1453, ENOMEM,			\
	  "The caller's limit for locked memory would be exceeded.")	\
	X(MEDIA_WRITE_PROTECTED, 0xc00000a2, 19, EROFS,			\
	  "The medium is write-protected.")				\
	X(DEVICE_NOT_READY, 0xc00000a3, 21, EAGAIN,			\
	  "The device is not ready.")					\
	X(IO_TIMEOUT, 0xc00000b5, 121, ETIMEDOUT,			\
	  "The device did not answer in time.")				\
	X(NOT_SUPPORTED, 0xc00000bb, 50, EOPNOTSUPP,			\
	  "The request is not supported.")				\
	X(DEVICE_DOES_NOT_EXIST, 0xc00000c0, 55, ENXIO,			\
	  "The device does not exist.")					\
	X(INTERNAL_ERROR, 0xc00000e5, 1359, EIO,			\
	  "An internal error occurred.")				\
	X(INVALID_USER_BUFFER, 0xc00000e8, 1784, EFAULT,		\
	  "The caller's buffer is not valid.")				\
	X(INVALID_PARAMETER_1, 0xc00000ef, 87, EINVAL,			\
	  "The first parameter is not valid.")				\
	X(INVALID_PARAMETER_2, 0xc00000f0, 87, EINVAL,			\
	  "The second parameter is not valid.")				\
	X(STACK_OVERFLOW, 0xc00000fd, 1001, EIO,			\
	  "The stack is used up.")					\
	X(PROCESS_IS_TERMINATING, 0xc000010a, 5, ESRCH,			\
	  "The process is ending.")					\
	X(IMAGE_ALREADY_LOADED, 0xc000010e, 1056, EEXIST,		\
	  "The driver is loaded already.")				\
	X(CANCELLED, 0xc0000120, 995, ECANCELED,			\
	  "The request was cancelled.")					\
	X(FILE_DELETED, 0xc0000123, 5, ENOENT,				\
	  "The file was deleted.")					\
	X(FILE_CLOSED, 0xc0000128, 6, EBADF,				\
	  "The file was closed.")					\
	X(INVALID_ADDRESS, 0xc0000141, 59, EINVAL,			\
	  "The address is not valid.")					\
	X(PIPE_BROKEN, 0xc000014b, 109, EPIPE,				\
	  "The other end of the pipe is closed.")			\
	X(INVALID_DEVICE_STATE, 0xc0000184, 22, EIO,			\
	  "The device is in the wrong state for the request.")		\
	X(IO_DEVICE_ERROR, 0xc0000185, 1117, EIO,			\
	  "The device reported an error.")				\
	X(INVALID_BUFFER_SIZE, 0xc0000206, 1784, EINVAL,		\
	  "The size of the buffer is not valid.")			\
	X(NOT_FOUND, 0xc0000225, 1168, ENOENT,				\
	  "It was not found.")						\
	X(DEVICE_REMOVED, 0xc00002b6, 1617, ENODEV,			\
	  "The device was removed.")					\
	X(DATATYPE_MISALIGNMENT_ERROR, 0xc00002c5, 998, EINVAL,		\
	  "An address is not aligned as its type demands.")

/* What a status that is not in the table becomes [9.1]. */
#define NTIO_WIN32_UNKNOWN 317
#define NTIO_ERRNO_UNKNOWN EIO

#endif
