// SPDX-License-Identifier: GPL-2.0
/* The rules behind reasons and statuses. */
#include <stdbool.h>

#include <ntio/ntio.h>

#include "cmd.h"
#include "explain.h"

static const char *const of_reasons[] = {
	[NTIO_REASON_NONE] = "A request that is carried out has no reason.",
	[NTIO_REASON_DRIVER] = "What a driver decides, ntio delivers as it is.",
	[NTIO_REASON_DEVICE_GONE] =
		"An open file outlives its device; new requests on it fail.",
	[NTIO_REASON_ACCESS_BITS] =
		"The access bits of a code are compared with how the file was "
		"opened, before the buffers are looked at [1.7].",
	[NTIO_REASON_UNKNOWN_CODE] =
		"All 32 bits of a code count; what the driver does not "
		"declare, it does not get [1.5].",
	[NTIO_REASON_IN_TOO_SHORT] =
		"Declared lengths are checked before the driver is called.",
	[NTIO_REASON_IN_TOO_LONG] =
		"Declared lengths are checked before the driver is called.",
	[NTIO_REASON_OUT_TOO_SHORT] =
		"Declared lengths are checked before the driver is called.",
	[NTIO_REASON_OUT_TOO_LONG] =
		"Declared lengths are checked before the driver is called.",
	[NTIO_REASON_NOT_USER] =
		"A driver touches only addresses of its caller's (R3), and "
		"none of the kernel's.",
	[NTIO_REASON_UNMAPPED] =
		"A buffer is checked where it is used: when it is copied or "
		"locked, in the caller's context.",
	[NTIO_REASON_NO_ACCESS] =
		"What a caller may not do itself, no driver does for it.",
	[NTIO_REASON_READ_ONLY] =
		"The second buffer of BUFFERED and OUT_DIRECT is written, that "
		"of IN_DIRECT is read [3.1] [3.2].",
	[NTIO_REASON_PFNMAP] = "Locking is of pages, and device memory has "
			       "none (R8).",
	[NTIO_REASON_UNPINNABLE] = "Locked pages must be able to stay where "
				   "they are (R8).",
	[NTIO_REASON_PARTIAL_PIN] = "All of a buffer is locked, or nothing.",
	[NTIO_REASON_MEMLOCK] = "Pages that may stay locked for long count "
				"against the caller's limit.",
	[NTIO_REASON_BUFFER_LIMIT] = "No caller's length decides alone how "
				     "much the kernel allocates.",
	[NTIO_REASON_LOCK_LIMIT] = "No caller's length decides alone how "
				   "much is locked.",
	[NTIO_REASON_NO_MEMORY] = "A request is refused rather than waited "
				  "for, when memory is short.",
	[NTIO_REASON_KILLED] = "A process can always be killed (D6).",
	[NTIO_REASON_FAULT] = "Each access to user memory can fail, and says "
			      "so.",
	[NTIO_REASON_WRONG_CONTEXT] =
		"A user address means something only in its own process (R2).",
	[NTIO_REASON_NOT_COMPLETED] =
		"A handler completes its request, or marks it pending.",
	[NTIO_REASON_IN_FAULT] = "The input is read once, to its end.",
	[NTIO_REASON_OUT_FAULT] =
		"The answer is written when the request ends; the buffer must "
		"be there then.",
	[NTIO_REASON_NOT_HIGHEST] =
		"Only the highest driver is sure to be called in the caller's "
		"context (R4).",
	[NTIO_REASON_CANCELLED_BY_CALLER] =
		"Who sent a request may cancel it.",
	[NTIO_REASON_REQUEST_LIMIT] =
		"What a file has in flight is bounded.",
	[NTIO_REASON_PROTECTION_KEY] =
		"What a caller denied itself, no driver does for it.",
	[NTIO_REASON_INTERRUPTED] =
		"A signal ends a wait if its handler was installed so.",
	[NTIO_REASON_OFFSET] =
		"An offset and the end of a transfer are no negative numbers.",
	[NTIO_REASON_NOT_REGISTERED] =
		"What a ring has locked is used instead of locking, never "
		"more than that.",
};

const char *rule_of_reason(uint32_t reason)
{
	if (reason == NTIO_REASON_CALL || reason == NTIO_REASON_LENGTH)
		return "What makes no sense as a call is no request.";
	if (reason < ARRAY_SIZE(of_reasons) && of_reasons[reason])
		return of_reasons[reason];
	return "";
}

const char *rule_of_status(uint32_t status)
{
	if (status == STATUS_PENDING)
		return "The request goes on: nothing was delivered yet [8.14].";
	if (NT_ERROR(status))
		return "An error: nothing is copied back, and there is no I/O "
		       "status block unless the request was pended [2.30] "
		       "[8.14].";
	if (NT_WARNING(status))
		return "A warning: data and Information are delivered, but "
		       "Win32 programs get FALSE [2.30].";
	return "A success: data and Information are delivered [2.30].";
}

const char *fix_of_status(uint32_t status)
{
	static const struct {
		uint32_t status;
		const char *fix;
	} fixes[] = {
		{ STATUS_PENDING, "Wait for its end; an end with this status "
				  "is the driver's mistake." },
		{ STATUS_ACCESS_VIOLATION,
		  "Check address, length and protection of both buffers; the "
		  "reason says which byte it was." },
		{ STATUS_INVALID_DEVICE_REQUEST,
		  "Compare all 32 bits of the code with the driver's header." },
		{ STATUS_ACCESS_DENIED,
		  "Open the device for what the code needs, or for what the "
		  "node's mode allows." },
		{ STATUS_BUFFER_TOO_SMALL, "Pass a longer output buffer." },
		{ STATUS_BUFFER_OVERFLOW,
		  "Use what came, and ask again with a longer buffer." },
		{ STATUS_INSUFFICIENT_RESOURCES,
		  "Transfer in parts, or raise the limit that the reason "
		  "names." },
		{ STATUS_WORKING_SET_QUOTA,
		  "Raise RLIMIT_MEMLOCK (ulimit -l), or lock less." },
		{ STATUS_DELETE_PENDING,
		  "Close the file; open the device again when it is back." },
		{ STATUS_NO_SUCH_DEVICE,
		  "Load the driver; ntio list shows what there is." },
		{ STATUS_OBJECT_NAME_NOT_FOUND,
		  "Load the driver; ntio list shows what there is." },
	};

	for (size_t i = 0; i < ARRAY_SIZE(fixes); i++)
		if (fixes[i].status == status)
			return fixes[i].fix;
	if (NT_ERROR(status))
		return "ntio send prints the reason with it; ntio explain "
		       "REASON says what to do.";
	if (NT_WARNING(status))
		return "Use what came; Information says how much it is.";
	return "Nothing is to be done.";
}
