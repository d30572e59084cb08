// SPDX-License-Identifier: GPL-2.0
/* Mistakes of drivers for Windows that the source layer finds. */
#include <stdbool.h>

#include "cmd.h"
#include "explain.h"

#define LESSON(name, rule, fact, fix)                                          \
	{ "WDM violation", #name, NULL, rule, fact, fix }

static const struct explanation lessons[] = {
	LESSON(COMPLETED_TWICE,
	       "A request is completed once, and is not the driver's after.",
	       "A driver completed a request that it does not have. Windows: "
	       "bugcheck 0x44, MULTIPLE_IRP_COMPLETE_REQUESTS [8.4].",
	       "Where cancel and completion race, only who gets the routine "
	       "out of IoSetCancelRoutine() completes."),
	LESSON(NO_LOCATION,
	       "A request has a stack location for each driver below, and no "
	       "more.",
	       "A driver sent a request down that has no location left. "
	       "Windows: bugcheck 0x35, NO_MORE_IRP_STACK_LOCATIONS [8.4].",
	       "Allocate it with the StackSize of the device it is sent to."),
	LESSON(PENDING_UNMARKED,
	       "STATUS_PENDING is returned if and only if the request was "
	       "marked.",
	       "A driver returned STATUS_PENDING for a request it had not "
	       "marked. Windows: Driver Verifier, bugcheck 0xC9 subcode 0x23D "
	       "[2.42] [8.1].",
	       "Call IoMarkIrpPending() before the request is queued."),
	LESSON(MADE_NOT_STOPPED,
	       "Who allocated a request gets it back in its completion "
	       "routine, and stops it there.",
	       "A driver did not stop the completion of a request that it "
	       "allocated. Windows: the I/O manager frees what it did not "
	       "make [8.13].",
	       "Return STATUS_MORE_PROCESSING_REQUIRED, and free it."),
	LESSON(COMPLETED_WITH_CANCEL,
	       "A request has no cancel routine any more when it is "
	       "completed.",
	       "A driver completed a request whose cancel routine was still "
	       "set. Windows: bugcheck 0x48, CANCEL_STATE_IN_COMPLETED_IRP "
	       "[8.4].",
	       "IoSetCancelRoutine(Irp, NULL) first; if that gives NULL, the "
	       "routine completes."),
	LESSON(CANCEL_LOCK_KEPT,
	       "A cancel routine is called with the cancel lock, and gives it "
	       "back.",
	       "A driver did not give the cancel lock back in its cancel "
	       "routine. Windows: bugcheck 0x11B [8.25].",
	       "IoReleaseCancelSpinLock(Irp->CancelIrql), on each way out."),
	LESSON(RAISE_UNHANDLED,
	       "What can raise an exception is in a __try block.",
	       "A driver raised an exception outside of every __try block. "
	       "Windows: bugcheck 0x1E, KMODE_EXCEPTION_NOT_HANDLED [4.17].",
	       "Put ProbeForRead(), ProbeForWrite() and what they guard into a "
	       "__try block."),
	LESSON(RAISED_AT_DISPATCH,
	       "Nothing raises at DISPATCH_LEVEL.",
	       "A driver raised an exception at DISPATCH_LEVEL. Windows: "
	       "bugcheck 0x0A or 0xD1 [4.16].",
	       "Probe and copy before the spin lock is taken."),
	LESSON(CONTINUED_EXECUTION,
	       "An exception ends the body that it is raised in.",
	       "A driver has a filter that answers "
	       "EXCEPTION_CONTINUE_EXECUTION. Windows: an exception that "
	       "cannot be continued, raised again.",
	       "Answer EXCEPTION_EXECUTE_HANDLER or "
	       "EXCEPTION_CONTINUE_SEARCH."),
	LESSON(LEFT_LOCK,
	       "A routine returns with the locks and at the IRQL that it was "
	       "called with.",
	       "A driver returned with a spin lock held, or a raised IRQL. "
	       "Windows: Driver Verifier, or a deadlock.",
	       "Release each lock on each way out."),
	LESSON(LEAVE_WITHOUT_TRY,
	       "__leave goes to the end of the innermost __try body.",
	       "A driver used __leave outside of every __try block. Windows: "
	       "its compiler refuses it.",
	       "Write return, or put a block around it."),
	LESSON(WAIT_AT_DISPATCH,
	       "Who holds a spin lock, or runs in a DPC, does not wait.",
	       "A driver waits at DISPATCH_LEVEL. Windows: bugcheck 0x0A or "
	       "0xB8.",
	       "Queue a work item, or wait with a timeout of 0."),
	LESSON(PAGED_AT_DISPATCH,
	       "Paged code runs below DISPATCH_LEVEL.",
	       "A driver runs paged code at DISPATCH_LEVEL. Windows: PAGED_CODE "
	       "asserts; without it bugcheck 0xD1.",
	       "Queue a work item for it."),
	LESSON(MAP_AT_DISPATCH,
	       "Pages are mapped where one may wait.",
	       "A driver maps pages at DISPATCH_LEVEL that were not mapped "
	       "before. Windows: allowed there.",
	       "Call MmGetSystemAddressForMdlSafe() in the dispatch routine "
	       "first."),
	LESSON(NOT_AN_OBJECT,
	       "Events, timers, DPCs and locks are initialised before they "
	       "are used.",
	       "A driver uses an object that was not initialised. Windows: "
	       "the lists of the dispatcher are damaged.",
	       "KeInitialize...() when the device is made."),
	LESSON(LOCKED_UNLOCKED,
	       "An MDL is locked once and unlocked once.",
	       "A driver locked an MDL that is locked, or unlocked one that is "
	       "not. Windows: bugcheck 0x76 [5.21].",
	       "Unlock only after MmProbeAndLockPages() did not raise."),
	LESSON(FREED_LOCKED,
	       "An MDL is unlocked before it is freed.",
	       "A driver freed an MDL that is locked. Windows: bugcheck 0x76 "
	       "when the process ends [5.20].",
	       "MmUnlockPages(), then IoFreeMdl()."),
	LESSON(FREED_GIVEN,
	       "The MDLs of a request are freed with it.",
	       "A driver freed an MDL that belongs to a request. Windows: "
	       "freed twice.",
	       "Set Irp->MdlAddress to NULL first, or leave it to the "
	       "completion."),
	LESSON(NOT_OWNER,
	       "Who acquired a mutex or a resource releases it.",
	       "A driver released a mutex or resource that it does not own. "
	       "Windows: STATUS_MUTANT_NOT_OWNED is raised, or bugcheck 0xE3.",
	       "Release in the thread that acquired; use an event between "
	       "threads."),
	LESSON(QUEUED_TWICE,
	       "A work item is queued again only after it began to run.",
	       "A driver queued a work item that is queued. Windows: the "
	       "queue is damaged, bugcheck 0x96.",
	       "Allocate an item for each piece of work, or keep a flag."),
	LESSON(SEMAPHORE_LIMIT,
	       "A semaphore counts up to its limit.",
	       "A driver released a semaphore beyond its limit. Windows: "
	       "STATUS_SEMAPHORE_LIMIT_EXCEEDED is raised.",
	       "Initialise it with the largest count there can be."),
	LESSON(POOL_TWICE,
	       "Pool is freed once.",
	       "A driver freed pool that is not allocated. Windows: bugcheck "
	       "0xC2, BAD_POOL_CALLER.",
	       "Set the pointer to NULL where it is freed."),
	LESSON(POOL_TAG,
	       "Pool is freed with the tag that it was allocated with.",
	       "A driver freed pool with another tag than it has. Windows: "
	       "bugcheck 0xC2, if the tag is protected.",
	       "Name the tag once, in a macro."),
	LESSON(POOL_LEAK,
	       "A driver frees what it allocated before it is unloaded.",
	       "A driver left pool allocated when it was unloaded. Windows: "
	       "Driver Verifier, bugcheck 0xC4 subcode 0x62.",
	       "The log names tag and bytes: free them in DriverUnload."),
	LESSON(LEFT_DEVICE,
	       "A driver deletes its devices.",
	       "A driver left a device when it was unloaded, or failed to "
	       "load. Windows: the device stays, without code.",
	       "IoDeleteDevice() in DriverUnload, and on each way out of "
	       "DriverEntry that fails."),
	LESSON(LEFT_LINK,
	       "A driver deletes its symbolic links.",
	       "A driver left a symbolic link when it was unloaded. Windows: "
	       "the name stays taken.",
	       "IoDeleteSymbolicLink() before IoDeleteDevice()."),
	LESSON(LEFT_TIMER,
	       "Nothing of a driver is queued when it is unloaded.",
	       "A driver left a timer or DPC queued when it was unloaded. "
	       "Windows: bugcheck 0xCE or 0xC7 [8.44].",
	       "KeCancelTimer() and KeFlushQueuedDpcs() in DriverUnload."),
	LESSON(LEFT_THREAD,
	       "A driver waits for its threads before it is unloaded.",
	       "A driver left a system thread running when it was unloaded. "
	       "Windows: bugcheck 0xCE [8.44].",
	       "Signal the thread, and wait for its object in "
	       "DriverUnload."),
	LESSON(LEFT_CALLBACK,
	       "A driver takes its callbacks back.",
	       "A driver left a callback registered when it was unloaded. "
	       "Windows: a call into code that is gone.",
	       "ExUnregisterCallback() in DriverUnload."),
	LESSON(ASSERT_FAILED,
	       "What is asserted holds.",
	       "A driver failed an assertion. Windows: a breakpoint in checked "
	       "builds.",
	       "The log has the expression and its line."),
	LESSON(BUG_CHECK,
	       "A driver does not stop the system.",
	       "A driver called KeBugCheck. Windows: the system stops. Here it "
	       "is counted, and the request fails.",
	       "Fail the request with a status."),
};

bool wdm_violation_at(size_t index, struct explanation *explanation)
{
	if (index >= ARRAY_SIZE(lessons))
		return false;
	*explanation = lessons[index];
	return true;
}
