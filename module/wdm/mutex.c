// SPDX-License-Identifier: GPL-2.0
/* Fast mutexes, resources and rundown protection, on events. */
#include "layer.h"

/* --- fast mutexes --------------------------------------------------------- */

void ExInitializeFastMutex(PFAST_MUTEX mutex)
{
	mutex->Owner = NULL;
	KeInitializeEvent(&mutex->Event, SynchronizationEvent, TRUE);
}
EXPORT_SYMBOL_GPL(ExInitializeFastMutex);

void ExAcquireFastMutex(PFAST_MUTEX mutex)
{
	KeWaitForSingleObject(&mutex->Event, Executive, KernelMode, FALSE,
			      NULL);
	mutex->Owner = current;
}
EXPORT_SYMBOL_GPL(ExAcquireFastMutex);

void ExReleaseFastMutex(PFAST_MUTEX mutex)
{
	if (mutex->Owner != current) {
		wdm_violation(WDM_VIOLATION_NOT_OWNER);
		return;
	}
	mutex->Owner = NULL;
	KeSetEvent(&mutex->Event, IO_NO_INCREMENT, FALSE);
}
EXPORT_SYMBOL_GPL(ExReleaseFastMutex);

BOOLEAN ExTryToAcquireFastMutex(PFAST_MUTEX mutex)
{
	LARGE_INTEGER now = { };

	if (KeWaitForSingleObject(&mutex->Event, Executive, KernelMode, FALSE,
				  &now) != NT(SUCCESS))
		return FALSE;
	mutex->Owner = current;
	return TRUE;
}
EXPORT_SYMBOL_GPL(ExTryToAcquireFastMutex);

/* --- resources ------------------------------------------------------------ */

/*
 * Whoever waits looks again whenever the resource changes. A thread that waits
 * to have it alone keeps others from sharing it with those that have it.
 *
 * Nobody waits while nobody has it: who has it sets the event at its end, and a
 * waiter that clears it before another one has come to its wait would leave both
 * there.
 */
static DEFINE_SPINLOCK(wdm_resource_lock);

NTSTATUS ExInitializeResourceLite(PERESOURCE resource)
{
	memset(resource, 0, sizeof(*resource));
	KeInitializeEvent(&resource->Changed, NotificationEvent, FALSE);
	return NT(SUCCESS);
}
EXPORT_SYMBOL_GPL(ExInitializeResourceLite);

NTSTATUS ExDeleteResourceLite(PERESOURCE resource)
{
	if (resource->Exclusive || resource->Shared)
		wdm_violation(WDM_VIOLATION_NOT_OWNER);
	return NT(SUCCESS);
}
EXPORT_SYMBOL_GPL(ExDeleteResourceLite);

static bool wdm_try_exclusive(PERESOURCE resource)
{
	lockdep_assert_held(&wdm_resource_lock);
	if (resource->Exclusive ? resource->Owner != current :
				  resource->Shared)
		return false;
	resource->Owner = current;
	resource->Exclusive++;
	return true;
}

/*
 * How often the current thread shares it; a free place, if it does not; NULL: its
 * place is not known, since many share it.
 */
static LONG *wdm_share_of(PERESOURCE resource)
{
	LONG *place = NULL;
	unsigned int i;

	lockdep_assert_held(&wdm_resource_lock);
	for (i = 0; i < ARRAY_SIZE(resource->Sharers); i++) {
		if (!resource->Sharers[i].Count) {
			if (!place)
				resource->Sharers[i].Thread = current;
			place = place ?: &resource->Sharers[i].Count;
		} else if (resource->Sharers[i].Thread == current) {
			return &resource->Sharers[i].Count;
		}
	}
	return place;
}

static void wdm_share(PERESOURCE resource, LONG times)
{
	LONG *share = wdm_share_of(resource);

	resource->Shared += times;
	if (share && (times > 0 || *share))
		*share += times;
}

static bool wdm_try_shared(PERESOURCE resource)
{
	LONG *share = wdm_share_of(resource);

	lockdep_assert_held(&wdm_resource_lock);
	if (resource->Exclusive && resource->Owner == current) {
		resource->Exclusive++;
		return true;
	}
	if (resource->Exclusive ||
	    (resource->Shared && resource->ExclusiveWaiters &&
	     !(share && *share)))
		return false;
	wdm_share(resource, 1);
	return true;
}

static BOOLEAN wdm_acquire(PERESOURCE resource, bool wait,
			   bool (*acquire)(PERESOURCE resource))
{
	bool exclusive = acquire == wdm_try_exclusive, got;
	unsigned long flags;
	bool waits = false;

	for (;;) {
		spin_lock_irqsave(&wdm_resource_lock, flags);
		if (waits)
			resource->ExclusiveWaiters -= exclusive;
		got = acquire(resource);
		waits = !got && wait;
		if (waits) {
			resource->ExclusiveWaiters += exclusive;
			KeClearEvent(&resource->Changed);
		}
		spin_unlock_irqrestore(&wdm_resource_lock, flags);
		if (!waits)
			return got;
		KeWaitForSingleObject(&resource->Changed, Executive, KernelMode,
				      FALSE, NULL);
	}
}

BOOLEAN ExAcquireResourceExclusiveLite(PERESOURCE resource, BOOLEAN wait)
{
	return wdm_acquire(resource, wait, wdm_try_exclusive);
}
EXPORT_SYMBOL_GPL(ExAcquireResourceExclusiveLite);

BOOLEAN ExAcquireResourceSharedLite(PERESOURCE resource, BOOLEAN wait)
{
	return wdm_acquire(resource, wait, wdm_try_shared);
}
EXPORT_SYMBOL_GPL(ExAcquireResourceSharedLite);

void ExReleaseResourceLite(PERESOURCE resource)
{
	unsigned long flags;
	bool wrong = false;

	spin_lock_irqsave(&wdm_resource_lock, flags);
	if (resource->Exclusive && resource->Owner == current)
		resource->Exclusive--;
	else if (!resource->Exclusive && resource->Shared)
		wdm_share(resource, -1);
	else
		wrong = true;
	if (!resource->Exclusive)
		resource->Owner = NULL;
	KeSetEvent(&resource->Changed, IO_NO_INCREMENT, FALSE);
	spin_unlock_irqrestore(&wdm_resource_lock, flags);
	if (wrong)
		wdm_violation(WDM_VIOLATION_NOT_OWNER);
}
EXPORT_SYMBOL_GPL(ExReleaseResourceLite);

void ExConvertExclusiveToSharedLite(PERESOURCE resource)
{
	unsigned long flags;

	spin_lock_irqsave(&wdm_resource_lock, flags);
	wdm_share(resource, resource->Exclusive);
	resource->Exclusive = 0;
	resource->Owner = NULL;
	KeSetEvent(&resource->Changed, IO_NO_INCREMENT, FALSE);
	spin_unlock_irqrestore(&wdm_resource_lock, flags);
}
EXPORT_SYMBOL_GPL(ExConvertExclusiveToSharedLite);

BOOLEAN ExIsResourceAcquiredExclusiveLite(PERESOURCE resource)
{
	return READ_ONCE(resource->Exclusive) && resource->Owner == current;
}
EXPORT_SYMBOL_GPL(ExIsResourceAcquiredExclusiveLite);

ULONG ExIsResourceAcquiredSharedLite(PERESOURCE resource)
{
	unsigned long flags;
	LONG *share, count;

	if (ExIsResourceAcquiredExclusiveLite(resource))
		return READ_ONCE(resource->Exclusive);
	spin_lock_irqsave(&wdm_resource_lock, flags);
	share = wdm_share_of(resource);
	count = share ? *share : resource->Shared;
	spin_unlock_irqrestore(&wdm_resource_lock, flags);
	return count;
}
EXPORT_SYMBOL_GPL(ExIsResourceAcquiredSharedLite);

/* --- rundown protection --------------------------------------------------- */

void ExInitializeRundownProtection(PEX_RUNDOWN_REF ref)
{
	ref->Count = 0;
	ref->Running = 0;
	KeInitializeEvent(&ref->Event, NotificationEvent, FALSE);
}
EXPORT_SYMBOL_GPL(ExInitializeRundownProtection);

BOOLEAN ExAcquireRundownProtection(PEX_RUNDOWN_REF ref)
{
	unsigned long flags;
	bool got;

	spin_lock_irqsave(&wdm_resource_lock, flags);
	got = !ref->Running;
	ref->Count += got;
	spin_unlock_irqrestore(&wdm_resource_lock, flags);
	return got;
}
EXPORT_SYMBOL_GPL(ExAcquireRundownProtection);

void ExReleaseRundownProtection(PEX_RUNDOWN_REF ref)
{
	unsigned long flags;

	spin_lock_irqsave(&wdm_resource_lock, flags);
	if (!--ref->Count && ref->Running)
		KeSetEvent(&ref->Event, IO_NO_INCREMENT, FALSE);
	spin_unlock_irqrestore(&wdm_resource_lock, flags);
}
EXPORT_SYMBOL_GPL(ExReleaseRundownProtection);

void ExWaitForRundownProtectionRelease(PEX_RUNDOWN_REF ref)
{
	unsigned long flags;
	bool wait;

	spin_lock_irqsave(&wdm_resource_lock, flags);
	ref->Running = 1;
	wait = ref->Count;
	spin_unlock_irqrestore(&wdm_resource_lock, flags);
	if (wait)
		KeWaitForSingleObject(&ref->Event, Executive, KernelMode, FALSE,
				      NULL);
}
EXPORT_SYMBOL_GPL(ExWaitForRundownProtectionRelease);
