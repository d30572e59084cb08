// SPDX-License-Identifier: GPL-2.0
/* Each violation: the rule, what Windows does, and what to write instead. */
#include <stdbool.h>
#include <stdio.h>

#include "../../module/base/violation.h"
#include "cmd.h"
#include "explain.h"

/**
 * struct lesson - what a driver's mistake teaches
 * @rule: what holds
 * @windows: what Windows does
 * @fix: what to write
 */
struct lesson {
	const char *rule;
	const char *windows;
	const char *fix;
};

#define LESSON(name, rule, windows, fix)                                       \
	[NTIO_VIOLATION_##name] = { rule, windows, fix }

static const struct lesson lessons[] = {
	LESSON(COMPLETED_TWICE,
	       "A request is completed once, and is not the driver's after.",
	       "bugcheck 0x44, MULTIPLE_IRP_COMPLETE_REQUESTS [8.4]",
	       "Find both ways to the end. Where cancel and completion race, "
	       "let ntio_set_cancel() or the queue say who may complete."),
	LESSON(NOT_COMPLETED,
	       "A handler completes its request, or marks it pending.",
	       "Driver Verifier, bugcheck 0xC9 subcode 0x226 [2.42]; without "
	       "it the caller waits for ever",
	       "Call ntio_complete() on each way out, or "
	       "ntio_mark_pending() before others can see the request."),
	LESSON(PENDING_UNMARKED,
	       "STATUS_PENDING is returned if and only if the request was "
	       "marked.",
	       "Driver Verifier, bugcheck 0xC9 subcode 0x23D [2.42] [8.1]",
	       "Call ntio_mark_pending() before the request is queued."),
	LESSON(MARKED_NOT_PENDING,
	       "A request that was marked pending is answered with "
	       "STATUS_PENDING, even if it has ended by then.",
	       "Driver Verifier, bugcheck 0xC9 subcode 0x23E [2.42] [8.2]",
	       "Return STATUS_PENDING from the handler after "
	       "ntio_mark_pending()."),
	LESSON(RETURNED_OTHER_STATUS,
	       "The handler returns the status that it completes with.",
	       "Driver Verifier, bugcheck 0xC9 subcode 0x224 [2.41]",
	       "return ntio_complete(rq, status, information);"),
	LESSON(COMPLETED_PENDING,
	       "STATUS_PENDING says that a request goes on: nothing ends so.",
	       "taken for a success; Driver Verifier objects [2.40]",
	       "Complete with the status that the work ended with."),
	LESSON(INFORMATION_TOO_LARGE,
	       "Information is at most the length of the output buffer.",
	       "it is believed, and pool behind the buffer reaches the caller "
	       "[2.24]",
	       "Complete with the number of bytes that were written."),
	LESSON(WRITE_TO_READ_MDL,
	       "Pages that are locked for reading are read only.",
	       "written all the same, into whatever the page is [5.30]",
	       "Use OUT_DIRECT, or lock with NTIO_LOCK_WRITE."),
	LESSON(WRONG_CONTEXT,
	       "A user address means something only in its own process (R2).",
	       "another process's memory is read or written [7.4]",
	       "Use the token inside of its call only; lock the pages there, "
	       "and give the MDL to the worker (R6)."),
	LESSON(LEFT_ATTACHED,
	       "A worker leaves the address space that it entered.",
	       "bugcheck at the end of the worker",
	       "Pair each ntio_attach() with ntio_detach(), on each way out."),
	LESSON(NEVER_PENDS,
	       "A row that says it never pends has promised it.",
	       "no counterpart: rows are ntio's own",
	       "Leave the promise out of the row, or complete at once."),
	LESSON(KEPT_SHORT,
	       "Pages that are locked for a moment stay with a request that "
	       "never pends.",
	       "no counterpart: Windows knows one kind of lock",
	       "Lock for long, or give the MDL to no request that may pend."),
	LESSON(FORWARDED_PAST_BOTTOM,
	       "The lowest driver of a stack has nobody to forward to.",
	       "bugcheck 0x35, NO_MORE_IRP_STACK_LOCATIONS [8.4]",
	       "Complete the request in the lowest driver."),
	LESSON(QUEUED_TWICE,
	       "A request is with one worker at a time.",
	       "the list of work items is damaged",
	       "Queue it again only from the worker that has it, or after it "
	       "came back."),
	LESSON(PENDING_NOT_PASSED_ON,
	       "A completion routine that lets a request go on marks it "
	       "pending if the driver below did.",
	       "Driver Verifier, bugcheck 0xC9 subcode 0x228 [2.42] [8.9]",
	       "Call ntio_mark_pending() in the routine if the request was "
	       "pending below."),
	LESSON(LOCKED_TWICE,
	       "An MDL is locked once, and only one of user memory is.",
	       "the pages are counted twice, and stay locked",
	       "Unlock before locking again; look at the status of the lock."),
	LESSON(UNLOCKED_TWICE,
	       "Who locked an MDL unlocks it, once.",
	       "bugcheck 0x76, PROCESS_HAS_LOCKED_PAGES [5.21]",
	       "Unlock only after a lock that succeeded."),
	LESSON(FREED_LOCKED,
	       "An MDL is unlocked before it is freed.",
	       "the pages stay locked: bugcheck 0x76 when the process ends "
	       "[5.20]",
	       "ntio_mdl_unlock(), then ntio_mdl_free()."),
	LESSON(FREED_GIVEN,
	       "The MDLs of a request are freed with it.",
	       "freed twice",
	       "Leave it to the completion of the request."),
	LESSON(GIVEN_TWICE,
	       "An MDL belongs to one request.",
	       "freed twice",
	       "Make an MDL for each request."),
	LESSON(COMPLETED_WITH_CANCEL,
	       "A request has no cancel routine any more when it is "
	       "completed.",
	       "bugcheck 0x48, CANCEL_STATE_IN_COMPLETED_IRP [8.4]",
	       "Take the routine away first; if that fails the routine has "
	       "the request, and completes it."),
	LESSON(NOT_LOCKED,
	       "The pages of an MDL are there only while it is locked.",
	       "bugcheck, or memory of somebody else",
	       "Look at the status of the lock before the pages are used."),
	LESSON(PARTIAL_OUTSIDE,
	       "A partial MDL lies inside of the other one.",
	       "bugcheck 0x12E, INVALID_MDL_RANGE [5.34]",
	       "Check offset and length against the MDL's own."),
	LESSON(COMPLETED_UNSET,
	       "A status is set before the request is completed.",
	       "Driver Verifier, bugcheck 0xC9 subcode 0x225 [2.42]",
	       "Set the status on each way to the end."),
	LESSON(LEFT_ATOMIC,
	       "A handler returns with the locks that it was called with.",
	       "Driver Verifier: the IRQL changed",
	       "Release each lock on each way out."),
	LESSON(FORWARDED_WITH_CANCEL,
	       "A request is passed on without a cancel routine.",
	       "Driver Verifier, bugcheck 0xC9 subcode 0x23C [2.42]",
	       "Take the routine away before ntio_forward()."),
	LESSON(CHANGED_COMPLETED,
	       "A request that was completed is somebody else's.",
	       "memory that was freed is written [8.3]",
	       "Fill the buffer first, complete last."),
	LESSON(OVERRUN,
	       "The system buffer is as long as the longer of both buffers.",
	       "pool behind it is damaged; bugcheck 0x19 or 0xC2 later",
	       "Compare with rq->out_len before writing."),
	LESSON(UNDERRUN,
	       "The system buffer begins at its first byte.",
	       "pool before it is damaged; bugcheck 0x19 or 0xC2 later",
	       "Check offsets that come from the caller."),
	LESSON(CHANGED_READ_MDL,
	       "Pages that are locked for reading are read only.",
	       "written all the same, into whatever the page is [5.30]",
	       "Use OUT_DIRECT, or lock with NTIO_LOCK_WRITE."),
	LESSON(COMPLETED_FORWARDED,
	       "Who passed a request on does not complete it until it is "
	       "back.",
	       "completed twice: bugcheck 0x44 [8.4]",
	       "Complete it in a completion routine that stopped it "
	       "(STATUS_MORE_PROCESSING_REQUIRED) [8.8]."),
	LESSON(PENDING_IGNORED,
	       "What the driver below returned is returned unchanged [8.10].",
	       "Driver Verifier, bugcheck 0xC9 subcode 0x23E [2.42]",
	       "return ntio_forward(rq);"),
};

bool violation_at(size_t index, struct explanation *explanation)
{
	static const struct {
		const char *name;
		const char *what;
	} violations[] = {
#define ROW(name, what) { #name, what },
		NTIO_VIOLATIONS(ROW)
#undef ROW
	};
	static const struct lesson none = { "", "", "" };
	static char fact[256];
	const struct lesson *lesson = &none;

	if (index >= ARRAY_SIZE(violations))
		return false;
	if (index < ARRAY_SIZE(lessons) && lessons[index].rule)
		lesson = &lessons[index];
	snprintf(fact, sizeof(fact), "A driver %s. %s%s%s",
		 violations[index].what, *lesson->windows ? "Windows: " : "",
		 lesson->windows, *lesson->windows ? "." : "");
	*explanation = (struct explanation){
		.kind = "violation",
		.name = violations[index].name,
		.rule = lesson->rule,
		.fact = fact,
		.fix = lesson->fix,
	};
	return true;
}
