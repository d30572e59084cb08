// SPDX-License-Identifier: GPL-2.0
/*
 * DPCs: one after the other, in the order in which they were queued, where
 * nothing sleeps.
 */
#include <linux/interrupt.h>

#include "layer.h"

#define WDM_TYPE_DPC 0x13

static DEFINE_RAW_SPINLOCK(wdm_dpc_lock);
static LIST_ENTRY wdm_dpcs = { &wdm_dpcs, &wdm_dpcs };
static struct ntio_wdm_driver *wdm_dpc_running;

static void wdm_dpc_run(PKDPC dpc)
{
	PKDEFERRED_ROUTINE routine = dpc->DeferredRoutine;
	void *context = dpc->DeferredContext;
	void *first = dpc->SystemArgument1, *second = dpc->SystemArgument2;
	struct ntio_wdm_driver *driver = dpc->Driver;

	dpc->DpcListEntry.Flink = NULL;		/* may be queued again */
	wdm_dpc_running = driver;
	raw_spin_unlock_irq(&wdm_dpc_lock);
	wdm_call(driver, routine, dpc, context, first, second);
	raw_spin_lock_irq(&wdm_dpc_lock);
	wdm_dpc_running = NULL;
}

static void wdm_dpcs_run(struct tasklet_struct *unused)
{
	PLIST_ENTRY entry;

	raw_spin_lock_irq(&wdm_dpc_lock);
	while (!IsListEmpty(&wdm_dpcs)) {
		entry = RemoveHeadList(&wdm_dpcs);
		wdm_dpc_run(CONTAINING_RECORD(entry, KDPC, DpcListEntry));
	}
	raw_spin_unlock_irq(&wdm_dpc_lock);
}

static DECLARE_TASKLET(wdm_dpc_tasklet, wdm_dpcs_run);

void ntio_wdm_init_dpc(PKDPC dpc, PKDEFERRED_ROUTINE routine, PVOID context,
		       struct ntio_wdm_driver *driver)
{
	memset(dpc, 0, sizeof(*dpc));
	dpc->Type = WDM_TYPE_DPC;
	dpc->DeferredRoutine = routine;
	dpc->DeferredContext = context;
	dpc->Driver = driver;
}
EXPORT_SYMBOL_GPL(ntio_wdm_init_dpc);

BOOLEAN KeInsertQueueDpc(PKDPC dpc, PVOID argument1, PVOID argument2)
{
	unsigned long flags;
	bool queued;

	if (dpc->Type != WDM_TYPE_DPC) {
		wdm_violation(WDM_VIOLATION_NOT_AN_OBJECT);
		return FALSE;
	}
	raw_spin_lock_irqsave(&wdm_dpc_lock, flags);
	queued = !dpc->DpcListEntry.Flink;
	if (queued) {
		dpc->SystemArgument1 = argument1;
		dpc->SystemArgument2 = argument2;
		InsertTailList(&wdm_dpcs, &dpc->DpcListEntry);
	}
	raw_spin_unlock_irqrestore(&wdm_dpc_lock, flags);
	if (queued)
		tasklet_schedule(&wdm_dpc_tasklet);
	return queued;
}
EXPORT_SYMBOL_GPL(KeInsertQueueDpc);

BOOLEAN KeRemoveQueueDpc(PKDPC dpc)
{
	unsigned long flags;
	bool queued;

	raw_spin_lock_irqsave(&wdm_dpc_lock, flags);
	queued = dpc->DpcListEntry.Flink;
	if (queued)
		RemoveEntryList(&dpc->DpcListEntry);
	dpc->DpcListEntry.Flink = NULL;
	raw_spin_unlock_irqrestore(&wdm_dpc_lock, flags);
	return queued;
}
EXPORT_SYMBOL_GPL(KeRemoveQueueDpc);

void KeFlushQueuedDpcs(void)
{
	bool busy = true;

	while (busy) {
		raw_spin_lock_irq(&wdm_dpc_lock);
		busy = !IsListEmpty(&wdm_dpcs) || wdm_dpc_running;
		raw_spin_unlock_irq(&wdm_dpc_lock);
		if (busy)
			schedule_timeout_idle(1);
	}
}
EXPORT_SYMBOL_GPL(KeFlushQueuedDpcs);

void KeSetImportanceDpc(PKDPC dpc, KDPC_IMPORTANCE importance)
{
	dpc->Importance = importance;
}
EXPORT_SYMBOL_GPL(KeSetImportanceDpc);

/*
 * With the dispatcher lock, so that no timer queues one. Returns whether any was
 * queued; @runs: whether one of the driver's runs now.
 */
bool wdm_dpcs_remove(struct ntio_wdm_driver *driver, bool *runs)
{
	PLIST_ENTRY at, next;
	bool found = false;
	PKDPC dpc;

	lockdep_assert_held(&wdm_dispatcher_lock);
	raw_spin_lock(&wdm_dpc_lock);
	for (at = wdm_dpcs.Flink; at != &wdm_dpcs; at = next) {
		next = at->Flink;
		dpc = CONTAINING_RECORD(at, KDPC, DpcListEntry);
		if (dpc->Driver != driver)
			continue;
		RemoveEntryList(at);
		found = true;
	}
	*runs = wdm_dpc_running == driver;
	raw_spin_unlock(&wdm_dpc_lock);
	return found;
}

void wdm_dpc_exit(void)
{
	tasklet_kill(&wdm_dpc_tasklet);
}
