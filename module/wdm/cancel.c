// SPDX-License-Identifier: GPL-2.0
/*
 * Cancellation, with the lock that is one for all drivers.
 *
 * ntio marks a request cancelled, takes our routine and calls it under that lock;
 * ours mirrors the mark in the IRP, takes the driver's routine and calls it, which
 * gives the lock back. Drivers that take their routine out by xchg, and those
 * that hold the lock and do not look whether it was still there, are both right.
 *
 * Ours is set when the request is marked pending or the driver sets a routine: a
 * request that ends before costs nothing.
 */
#include "layer.h"

DEFINE_SPINLOCK(wdm_cancel_lock);
static struct task_struct *wdm_cancel_owner;

/* With the lock, as is the next one. */
static bool wdm_cancel_take(struct wdm_irp *wirp, PDRIVER_CANCEL *routine)
{
	WRITE_ONCE(wirp->irp.Cancel, TRUE);
	*routine = xchg(&wirp->irp.CancelRoutine, NULL);
	return *routine;
}

/* The lock that a cancel routine was called with. */
void wdm_cancel_unlock(struct wdm_irp *wirp)
{
	WRITE_ONCE(wdm_cancel_owner, NULL);
	if (wdm_is_of_caller(wirp)) {
		ntio_release_cancel_lock(wirp->rq);
		return;
	}
	__acquire(&wdm_cancel_lock);
	spin_unlock_irqrestore(&wdm_cancel_lock, wirp->cancel_flags);
}

static noinline void wdm_call_cancel(PDRIVER_CANCEL routine,
				     PDEVICE_OBJECT device,
				     struct wdm_irp *wirp)
{
	WDM_ENTRY(entry);

	/* The lock that it is called with is not its own. */
	wdm_enter(&entry, wdm_driver_of(device), PASSIVE_LEVEL, NULL, NULL);
	entry.cancelling = wirp;
	entry.stays_high = false;
	if (!__builtin_setjmp(entry.jump))
		routine(device, &wirp->irp);
	if (unlikely(entry.stays_high && irqs_disabled())) {
		wdm_violation_of(entry.driver, WDM_VIOLATION_LEFT_LOCK);
		local_irq_enable();
	}
	entry.irql = wdm_irql();
	if (unlikely(entry.cancelling)) {
		wdm_violation_of(entry.driver,
				 WDM_VIOLATION_CANCEL_LOCK_KEPT);
		wdm_cancel_unlock(wirp);
	}
	wdm_exit(&entry);
}

static void wdm_cancel_call(struct wdm_irp *wirp, PDRIVER_CANCEL routine)
{
	PIO_STACK_LOCATION sp = IoGetCurrentIrpStackLocation(&wirp->irp);

	wirp->irp.CancelIrql = PASSIVE_LEVEL;
	WRITE_ONCE(wdm_cancel_owner, current);
	wdm_call_cancel(routine, sp->DeviceObject, wirp);
}

static void wdm_cancel_of_caller(struct ntio_device *device,
				 struct ntio_request *rq)
{
	struct wdm_irp *wirp = ntio_layer_bytes(rq);
	PDRIVER_CANCEL routine;

	if (wdm_cancel_take(wirp, &routine))
		wdm_cancel_call(wirp, routine);
	else
		ntio_release_cancel_lock(rq);
}

void wdm_cancel_arm(struct wdm_irp *wirp)
{
	if (!wdm_is_of_caller(wirp) || wirp->armed)
		return;
	wirp->armed = true;
	ntio_set_cancel(wirp->rq, wdm_cancel_of_caller);
	if (ntio_is_cancelled(wirp->rq))
		WRITE_ONCE(wirp->irp.Cancel, TRUE);
}

/*
 * The request is about to end. Whoever cancels it at this moment looks at the
 * IRP under the lock, so we wait for the lock; unless it is this thread that has
 * it, or had it in a cancel routine.
 */
void wdm_cancel_disarm(struct wdm_irp *wirp)
{
	unsigned long flags;

	wirp->armed = false;
	if (ntio_set_cancel(wirp->rq, NULL) ||
	    READ_ONCE(wdm_cancel_owner) == current)
		return;
	spin_lock_irqsave(&wdm_cancel_lock, flags);
	spin_unlock_irqrestore(&wdm_cancel_lock, flags);
}

PDRIVER_CANCEL IoSetCancelRoutine(PIRP irp, PDRIVER_CANCEL routine)
{
	if (routine)
		wdm_cancel_arm(to_wdm_irp(irp));
	return xchg(&irp->CancelRoutine, routine);
}
EXPORT_SYMBOL_GPL(IoSetCancelRoutine);

BOOLEAN IoCancelIrp(PIRP irp)
{
	struct wdm_irp *wirp = to_wdm_irp(irp);
	PDRIVER_CANCEL routine;
	unsigned long flags;

	if (wdm_is_of_caller(wirp))
		return ntio_cancel(wirp->rq);
	spin_lock_irqsave(&wdm_cancel_lock, flags);
	if (!wdm_cancel_take(wirp, &routine)) {
		spin_unlock_irqrestore(&wdm_cancel_lock, flags);
		return FALSE;
	}
	wirp->cancel_flags = flags;
	wdm_cancel_call(wirp, routine);
	__release(&wdm_cancel_lock);
	return TRUE;
}
EXPORT_SYMBOL_GPL(IoCancelIrp);

void IoAcquireCancelSpinLock(PKIRQL irql)
{
	*irql = wdm_irql();
	wdm_mdl_map_before_raise(*irql);
	if (*irql < DISPATCH_LEVEL)
		spin_lock_irq(&wdm_cancel_lock);
	else
		spin_lock(&wdm_cancel_lock);
	WRITE_ONCE(wdm_cancel_owner, current);
	__release(&wdm_cancel_lock);
}
EXPORT_SYMBOL_GPL(IoAcquireCancelSpinLock);

/*
 * A cancel routine that goes on at DISPATCH_LEVEL, to take a lock of its own
 * there, and gives that back with the IRQL from before. The locks of a real-time
 * kernel need nothing.
 */
static void wdm_cancel_stay_high(struct wdm_entry *entry, KIRQL irql)
{
	if (irql < DISPATCH_LEVEL || IS_ENABLED(CONFIG_PREEMPT_RT) ||
	    wdm_irql() >= DISPATCH_LEVEL)
		return;
	entry->stays_high = true;
	local_irq_disable();
}

void IoReleaseCancelSpinLock(KIRQL irql)
{
	struct wdm_entry *entry = wdm_entry();
	struct wdm_irp *wirp = entry ? entry->cancelling : NULL;

	if (wirp) {
		entry->cancelling = NULL;
		wdm_cancel_unlock(wirp);
		wdm_cancel_stay_high(entry, irql);
		return;
	}
	WRITE_ONCE(wdm_cancel_owner, NULL);
	__acquire(&wdm_cancel_lock);
	if (irql < DISPATCH_LEVEL)
		spin_unlock_irq(&wdm_cancel_lock);
	else
		spin_unlock(&wdm_cancel_lock);
}
EXPORT_SYMBOL_GPL(IoReleaseCancelSpinLock);
