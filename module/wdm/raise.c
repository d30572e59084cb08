// SPDX-License-Identifier: GPL-2.0
/*
 * What raises the IRQL, and lists under a lock. A driver may mark its request
 * pending up there, and use its buffer later where nothing can be mapped: so what
 * the request has is mapped before.
 */
#include <linux/bottom_half.h>

#include "layer.h"

KIRQL KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK lock)
{
	KIRQL old = wdm_irql();

	wdm_mdl_map_before_raise(old);
	wdm_lock_take(lock, old);
	return old;
}
EXPORT_SYMBOL_GPL(KeAcquireSpinLockRaiseToDpc);

void KeAcquireInStackQueuedSpinLock(PKSPIN_LOCK lock,
				    PKLOCK_QUEUE_HANDLE handle)
{
	handle->Lock = lock;
	handle->OldIrql = KeAcquireSpinLockRaiseToDpc(lock);
}
EXPORT_SYMBOL_GPL(KeAcquireInStackQueuedSpinLock);

KIRQL KeRaiseIrqlToDpcLevel(void)
{
	KIRQL old = wdm_irql();

	wdm_mdl_map_before_raise(old);
	if (old < DISPATCH_LEVEL)
		local_bh_disable();
	return old;
}
EXPORT_SYMBOL_GPL(KeRaiseIrqlToDpcLevel);

void ntio_wdm_raise_irql(KIRQL to, PKIRQL old)
{
	*old = to < DISPATCH_LEVEL ? wdm_irql() : KeRaiseIrqlToDpcLevel();
}
EXPORT_SYMBOL_GPL(ntio_wdm_raise_irql);

/* --- lists under a lock --------------------------------------------------- */

PLIST_ENTRY ExInterlockedInsertHeadList(PLIST_ENTRY head, PLIST_ENTRY entry,
					PKSPIN_LOCK lock)
{
	KIRQL old = KeAcquireSpinLockRaiseToDpc(lock);
	PLIST_ENTRY first = IsListEmpty(head) ? NULL : head->Flink;

	InsertHeadList(head, entry);
	KeReleaseSpinLock(lock, old);
	return first;
}
EXPORT_SYMBOL_GPL(ExInterlockedInsertHeadList);

PLIST_ENTRY ExInterlockedInsertTailList(PLIST_ENTRY head, PLIST_ENTRY entry,
					PKSPIN_LOCK lock)
{
	KIRQL old = KeAcquireSpinLockRaiseToDpc(lock);
	PLIST_ENTRY last = IsListEmpty(head) ? NULL : head->Blink;

	InsertTailList(head, entry);
	KeReleaseSpinLock(lock, old);
	return last;
}
EXPORT_SYMBOL_GPL(ExInterlockedInsertTailList);

PLIST_ENTRY ExInterlockedRemoveHeadList(PLIST_ENTRY head, PKSPIN_LOCK lock)
{
	KIRQL old = KeAcquireSpinLockRaiseToDpc(lock);
	PLIST_ENTRY first = IsListEmpty(head) ? NULL : RemoveHeadList(head);

	KeReleaseSpinLock(lock, old);
	return first;
}
EXPORT_SYMBOL_GPL(ExInterlockedRemoveHeadList);

LARGE_INTEGER ExInterlockedAddLargeInteger(PLARGE_INTEGER addend,
					   LARGE_INTEGER increment,
					   PKSPIN_LOCK lock)
{
	KIRQL old = KeAcquireSpinLockRaiseToDpc(lock);
	LARGE_INTEGER before = *addend;

	addend->QuadPart += increment.QuadPart;
	KeReleaseSpinLock(lock, old);
	return before;
}
EXPORT_SYMBOL_GPL(ExInterlockedAddLargeInteger);
