/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * Why a request was refused. One table for the kernel, libntio and the command.
 */
#ifndef _UAPI_NTIO_REASON_H
#define _UAPI_NTIO_REASON_H

/*
 * X(name, number, what happened, what to do, what out_detail is)
 *
 * Numbers are ABI. An empty string: nothing to say.
 */
#define NTIO_REASONS(X)                                                        \
	X(NONE, 0, "Nothing was refused.", "", "")                             \
	X(DRIVER, 1, "The driver itself ended the request with this status.",  \
	  "Ask the driver's documentation.", "")                               \
	X(DEVICE_GONE, 2, "The device was removed while it was open.",         \
	  "Close the file and open the device again when it is back.", "")     \
	X(ACCESS_BITS, 3,                                                      \
	  "The control code needs access that the file was not opened with.",  \
	  "Open the device for reading, writing or both, as the code says.",   \
	  "access bits that are missing: 1 read, 2 write")                     \
	X(UNKNOWN_CODE, 4, "The device has no such control code.",             \
	  "Compare all 32 bits, method and access included, with the "         \
	  "driver's header.", "")                                              \
	X(IN_TOO_SHORT, 5,                                                     \
	  "The input is shorter than the driver declares for this code.",      \
	  "Pass at least the declared length.", "shortest length in bytes")    \
	X(IN_TOO_LONG, 6,                                                      \
	  "The input is longer than the driver declares for this code.",       \
	  "Pass at most the declared length.", "longest length in bytes")      \
	X(OUT_TOO_SHORT, 7,                                                    \
	  "The output buffer is shorter than the driver declares for this "    \
	  "code.", "Pass at least the declared length.",                       \
	  "shortest length in bytes")                                          \
	X(OUT_TOO_LONG, 8,                                                     \
	  "The output buffer is longer than the driver declares for this "     \
	  "code.", "Pass at most the declared length.",                        \
	  "longest length in bytes")                                           \
	X(NOT_USER, 9,                                                         \
	  "The buffer does not lie in the part of the address space that "     \
	  "belongs to the process, or wraps around its end.",                  \
	  "Check the address and the length.", "")                             \
	X(UNMAPPED, 10, "Nothing is mapped at an address in the buffer.",      \
	  "Map the whole buffer, and keep it mapped.",                         \
	  "offset of the first bad byte")                                      \
	X(NO_ACCESS, 11,                                                       \
	  "The buffer lies in a mapping that allows no access (PROT_NONE) or " \
	  "not this one.", "Change the protection with mprotect().",           \
	  "offset of the first bad byte")                                      \
	X(READ_ONLY, 12,                                                       \
	  "The buffer lies in a mapping that is not writable, and this "       \
	  "method writes to it.",                                              \
	  "Map it writable, or use IN_DIRECT if the driver only reads it.",    \
	  "offset of the first bad byte")                                      \
	X(PFNMAP, 13,                                                          \
	  "The buffer lies in a mapping of device memory, which has no pages " \
	  "to lock (VM_PFNMAP or VM_IO).",                                     \
	  "Use a BUFFERED code, or memory with pages behind it.",              \
	  "offset of the first bad byte")                                      \
	X(UNPINNABLE, 14,                                                      \
	  "The mapping allows the access, but its pages cannot be locked "     \
	  "(secret memory, DAX, a shared mapping of a file on disk locked for "\
	  "long, or a page with a memory error).",                             \
	  "Use anonymous memory, a memfd or hugetlb memory.",                  \
	  "offset of the first bad byte")                                      \
	X(PARTIAL_PIN, 15,                                                     \
	  "Only a part of the buffer could be locked; it was unlocked again.", \
	  "Do not change the mapping while the request starts.",               \
	  "offset of the first byte that could not be locked")                 \
	X(MEMLOCK, 16,                                                         \
	  "Locking the buffer would exceed the caller's limit for locked "     \
	  "memory (RLIMIT_MEMLOCK).",                                          \
	  "Raise the limit (ulimit -l), lock less, or give the process "       \
	  "CAP_IPC_LOCK.", "limit in bytes")                                   \
	X(BUFFER_LIMIT, 17, "The copied buffer is larger than ntio allows.",   \
	  "Use a DIRECT code, or raise the module parameter max_buffered.",    \
	  "limit in bytes")                                                    \
	X(LOCK_LIMIT, 18, "The locked buffer is larger than ntio allows.",     \
	  "Transfer in parts, or raise the module parameter max_locked.",      \
	  "limit in bytes")                                                    \
	X(NO_MEMORY, 19, "The kernel has no memory for the request.",          \
	  "Transfer in parts, or try again later.", "")                        \
	X(KILLED, 20, "The caller was killed while it waited.", "", "")        \
	X(FAULT, 21,                                                           \
	  "The driver met an address of the caller that it could not use.",    \
	  "Check the addresses inside the buffers as well.", "")               \
	X(WRONG_CONTEXT, 22,                                                   \
	  "The driver used a user address outside its caller's context.",      \
	  "Report it to the driver's author.", "")                             \
	X(NOT_COMPLETED, 23,                                                   \
	  "The driver returned without completing the request.",               \
	  "Report it to the driver's author.", "")                             \
	X(IN_FAULT, 24,                                                        \
	  "The input could not be read to its end.",                           \
	  "Do not change the mapping while the request starts.",               \
	  "offset of the first bad byte")                                      \
	X(OUT_FAULT, 25,                                                       \
	  "The answer could not be written to the output buffer.",             \
	  "Keep the output buffer mapped and writable until the call ends.",   \
	  "offset of the first bad byte")                                      \
	X(NOT_HIGHEST, 26,                                                     \
	  "A driver that needs the caller's context is not the highest of its "\
	  "stack, and so was not called in it.",                               \
	  "Report it to the author of the driver above.", "")                  \
	X(CANCELLED_BY_CALLER, 27,                                             \
	  "The caller cancelled the request, or closed the last handle.",      \
	  "", "")                                                              \
	X(REQUEST_LIMIT, 28,                                                   \
	  "The open file has as many requests in flight as it may.",           \
	  "Wait for some to end, use another open file, or raise the module "  \
	  "parameter max_requests.", "limit in requests")                      \
	X(PROTECTION_KEY, 29,                                                  \
	  "The buffer lies in memory whose protection key denies the thread "  \
	  "this access.",                                                      \
	  "Allow the access with pkey_set() before the request.",              \
	  "offset of the first bad byte")                                      \
	X(INTERRUPTED, 30,                                                     \
	  "A signal handler that was installed without SA_RESTART ended the "  \
	  "call, and the request was cancelled.",                              \
	  "Install the handler with SA_RESTART, or send the request again.",   \
	  "")                                                                  \
	X(OFFSET, 31,                                                          \
	  "The read or write would begin or end where no file goes, or the "   \
	  "file was opened for appending (O_APPEND).",                         \
	  "Pass an offset that is not negative; write to a file that was "     \
	  "opened without O_APPEND.", "offset in bytes")                       \
	X(NOT_REGISTERED, 32,                                                  \
	  "The buffer does not lie in the registered buffer that the command " \
	  "of the ring names.",                                                \
	  "Register the whole range, and name that buffer in buf_index.", "")

/*
 * enum ntio_reason: which rule said no. Found in out_reason; NTIO_REASON_NONE
 * if the request was carried out.
 */
enum ntio_reason {
#define NTIO_REASON_ENUM(name, number, what, advice, detail)                   \
	NTIO_REASON_##name = number,
	NTIO_REASONS(NTIO_REASON_ENUM)
#undef NTIO_REASON_ENUM
};

#endif
