// SPDX-License-Identifier: GPL-2.0
/*
 * The way of an IRP up through drivers, and which IRPs there are.
 *
 * A driver that completes what it does not have may have the memory of another
 * request, or none. So an IRP is looked up before it is looked at: one that is
 * in a dispatch routine of this thread, that is pending, or that a driver made.
 */
#include <linux/hashtable.h>

#include "layer.h"

static DEFINE_HASHTABLE(wdm_table, 8);
static DEFINE_SPINLOCK(wdm_table_lock);

void wdm_table_add(struct wdm_irp *wirp)
{
	unsigned long flags;

	spin_lock_irqsave(&wdm_table_lock, flags);
	if (!wirp->in_table)
		hash_add(wdm_table, &wirp->node, (unsigned long)wirp);
	wirp->in_table = true;
	wirp->owes = true;
	spin_unlock_irqrestore(&wdm_table_lock, flags);
}

void wdm_table_remove(struct wdm_irp *wirp)
{
	unsigned long flags;

	if (!wirp->in_table)
		return;
	spin_lock_irqsave(&wdm_table_lock, flags);
	hash_del(&wirp->node);
	wirp->in_table = false;
	spin_unlock_irqrestore(&wdm_table_lock, flags);
}

/* Not looked at: it may be free. */
bool wdm_in_table(const struct wdm_irp *wirp)
{
	struct wdm_irp *at;
	unsigned long flags;
	bool found = false;

	spin_lock_irqsave(&wdm_table_lock, flags);
	hash_for_each_possible(wdm_table, at, node, (unsigned long)wirp)
		found = found || at == wirp;
	spin_unlock_irqrestore(&wdm_table_lock, flags);
	return found;
}

static bool wdm_irp_known(const struct wdm_irp *wirp,
			  const struct wdm_entry *entry)
{
	for (; entry; entry = entry->outer)
		if (entry->irp == wirp)
			return true;
	return wdm_in_table(wirp);
}

/* Its memory goes: no entry of this thread may look at it. */
void wdm_irp_forget(struct wdm_irp *wirp)
{
	struct wdm_entry *entry;

	for (entry = wdm_entry(); entry; entry = entry->outer)
		if (entry->irp == wirp)
			entry->irp = NULL;
}

/* --- up ------------------------------------------------------------------- */

void IoMarkIrpPending(PIRP irp)
{
	struct wdm_irp *wirp = to_wdm_irp(irp);
	struct wdm_entry *entry = wdm_entry();

	IoGetCurrentIrpStackLocation(irp)->Control |= SL_PENDING_RETURNED;
	if (entry && entry->irp == wirp)
		entry->marked = true;
	if (wdm_is_of_caller(wirp)) {
		if (irp->CurrentLocation == irp->StackCount)
			ntio_mark_pending(wirp->rq);
		wdm_cancel_arm(wirp);
		if (wdm_irql() < DISPATCH_LEVEL)
			wdm_mdl_map_early(wirp);
	}
	if (!wirp->in_table)
		wdm_table_add(wirp);
}
EXPORT_SYMBOL_GPL(IoMarkIrpPending);

static bool wdm_routine_wanted(const IRP *irp, const IO_STACK_LOCATION *sp)
{
	if (!sp->CompletionRoutine)
		return false;
	if (irp->Cancel && (sp->Control & SL_INVOKE_ON_CANCEL))
		return true;
	if (NT_SUCCESS(irp->IoStatus.Status))
		return sp->Control & SL_INVOKE_ON_SUCCESS;
	return sp->Control & SL_INVOKE_ON_ERROR;
}

static noinline NTSTATUS wdm_call_completion(PIO_COMPLETION_ROUTINE routine,
					     struct ntio_wdm_driver *driver,
					     PDEVICE_OBJECT device, PIRP irp,
					     void *context)
{
	WDM_ENTRY(entry);
	NTSTATUS status;

	wdm_enter(&entry, driver, wdm_irql(), to_wdm_irp(irp), NULL);
	if (__builtin_setjmp(entry.jump))
		status = entry.code;
	else
		status = routine(device, irp, context);
	wdm_exit(&entry);
	return status;
}

/* The location above has the request; its driver's routine is called. */
static NTSTATUS wdm_call_routine(struct wdm_irp *wirp, PIO_STACK_LOCATION done)
{
	PIRP irp = &wirp->irp;
	PDEVICE_OBJECT device = NULL;
	struct ntio_wdm_driver *driver = wirp->maker;
	NTSTATUS status;

	if (irp->CurrentLocation <= irp->StackCount) {
		device = IoGetCurrentIrpStackLocation(irp)->DeviceObject;
		if (device)
			driver = wdm_driver_of(device);
	}
	atomic_set(&wirp->completed, 0);
	if (!driver)
		return done->CompletionRoutine(device, irp, done->Context);
	__module_get(driver->module);
	status = wdm_call_completion(done->CompletionRoutine, driver, device,
				     irp, done->Context);
	module_put(driver->module);
	return status;
}

/* False: a driver stopped the completion and has the request again. */
static noinline bool wdm_unwind(struct wdm_irp *wirp)
{
	PIRP irp = &wirp->irp;
	PIO_STACK_LOCATION done;

	while (irp->CurrentLocation <= irp->StackCount) {
		done = IoGetCurrentIrpStackLocation(irp);
		irp->PendingReturned = !!(done->Control & SL_PENDING_RETURNED);
		irp->CurrentLocation++;
		irp->Tail.Overlay.CurrentStackLocation++;
		if (wdm_routine_wanted(irp, done)) {
			if (wdm_call_routine(wirp, done) ==
			    NT(MORE_PROCESSING_REQUIRED))
				return false;
			atomic_set(&wirp->completed, 1);
		} else if (irp->PendingReturned &&
			   irp->CurrentLocation <= irp->StackCount) {
			IoMarkIrpPending(irp);
		}
	}
	return true;
}

/* Nobody is above who might want to know. */
static bool wdm_is_top_alone(struct wdm_irp *wirp)
{
	return wirp->irp.CurrentLocation == wirp->irp.StackCount &&
	       !IoGetCurrentIrpStackLocation(&wirp->irp)->CompletionRoutine;
}

static void wdm_complete_at_top(struct wdm_irp *wirp)
{
	PIRP irp = &wirp->irp;

	if (unlikely(wirp->end)) {
		wirp->end(wirp);
		return;
	}
	if (wirp->in_table)
		wdm_table_remove(wirp);
	if (wirp->armed)
		wdm_cancel_disarm(wirp);
	/* A driver may have written it. */
	if (unlikely(irp->MdlAddress))
		wirp->owes = true;
	ntio_complete(wirp->rq, to_ntio_status(irp->IoStatus.Status),
		      irp->IoStatus.Information);
}

static noinline void wdm_complete(struct wdm_irp *wirp, struct wdm_entry *entry)
{
	PIRP irp = &wirp->irp;

	if (unlikely(!wdm_irp_known(wirp, entry) ||
		     atomic_xchg(&wirp->completed, 1))) {
		wdm_violation(WDM_VIOLATION_COMPLETED_TWICE);
		return;
	}
	if (entry && entry->irp == wirp)
		entry->irp = NULL;
	if (unlikely(entry && entry->cancelling == wirp)) {
		wdm_violation(WDM_VIOLATION_CANCEL_LOCK_KEPT);
		entry->cancelling = NULL;
		wdm_cancel_unlock(wirp);
	}
	if (unlikely(READ_ONCE(irp->CancelRoutine)) &&
	    xchg(&irp->CancelRoutine, NULL))
		wdm_violation(WDM_VIOLATION_COMPLETED_WITH_CANCEL);
	if (wdm_is_top_alone(wirp) || wdm_unwind(wirp))
		wdm_complete_at_top(wirp);
}

/* A caller's request that was neither marked pending nor armed, nor has pages. */
static bool wdm_is_plain(struct wdm_irp *wirp)
{
	return !wirp->in_table && !wirp->armed && !wirp->end &&
	       !wirp->irp.MdlAddress && wdm_is_top_alone(wirp);
}

/* Most end in the dispatch routine of the driver at the top. */
void IoCompleteRequest(PIRP irp, CCHAR boost)
{
	struct wdm_entry *entry = wdm_entry();
	struct wdm_irp *wirp = to_wdm_irp(irp);

	if (likely(entry && entry->irp == wirp && wdm_is_plain(wirp) &&
		   !atomic_xchg(&wirp->completed, 1))) {
		entry->irp = NULL;	/* not this thread's to look at */
		ntio_complete(wirp->rq, to_ntio_status(irp->IoStatus.Status),
			      irp->IoStatus.Information);
	} else {
		wdm_complete(wirp, entry);
	}
}
EXPORT_SYMBOL_GPL(IoCompleteRequest);
