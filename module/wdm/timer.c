// SPDX-License-Identifier: GPL-2.0
/*
 * Timers. They lie in the driver's memory; one timer of the kernel is set for the
 * first of them that is due. It signals the timer, and queues its DPC.
 */
#include "layer.h"

#include "../compat.h"

/* Sorted by due time; protected by the dispatcher lock. */
static LIST_ENTRY wdm_timers = { &wdm_timers, &wdm_timers };
static struct hrtimer wdm_hrtimer;

static PKTIMER wdm_first_timer(void)
{
	if (IsListEmpty(&wdm_timers))
		return NULL;
	return CONTAINING_RECORD(wdm_timers.Flink, KTIMER, TimerListEntry);
}

static void wdm_timer_insert(PKTIMER timer)
{
	PLIST_ENTRY at;
	PKTIMER other;

	for (at = wdm_timers.Blink; at != &wdm_timers; at = at->Blink) {
		other = CONTAINING_RECORD(at, KTIMER, TimerListEntry);
		if (other->DueTime.QuadPart <= timer->DueTime.QuadPart)
			break;
	}
	InsertHeadList(at, &timer->TimerListEntry);
	timer->Header.Inserted = 1;
}

static bool wdm_timer_remove(PKTIMER timer)
{
	if (!timer->Header.Inserted)
		return false;
	RemoveEntryList(&timer->TimerListEntry);
	timer->Header.Inserted = 0;
	return true;
}

/* The first one may be another one now. */
static void wdm_timers_program(void)
{
	PKTIMER first = wdm_first_timer();

	lockdep_assert_held(&wdm_dispatcher_lock);
	if (first)
		hrtimer_start(&wdm_hrtimer, first->DueTime.QuadPart,
			      HRTIMER_MODE_ABS_SOFT);
}

static void wdm_timer_expire(PKTIMER timer)
{
	PKDPC dpc = timer->Dpc;

	wdm_timer_remove(timer);
	wdm_object_signal(&timer->Header, 1);
	if (timer->Period) {
		timer->DueTime.QuadPart += (u64)timer->Period * NSEC_PER_MSEC;
		wdm_timer_insert(timer);
	}
	if (dpc)
		KeInsertQueueDpc(dpc, NULL, NULL);
}

static enum hrtimer_restart wdm_timers_expire(struct hrtimer *unused)
{
	PKTIMER first;
	unsigned long flags;
	u64 now = ktime_get();

	raw_spin_lock_irqsave(&wdm_dispatcher_lock, flags);
	for (first = wdm_first_timer();
	     first && first->DueTime.QuadPart <= now;
	     first = wdm_first_timer())
		wdm_timer_expire(first);
	wdm_timers_program();
	raw_spin_unlock_irqrestore(&wdm_dispatcher_lock, flags);
	return HRTIMER_NORESTART;
}

void ntio_wdm_init_timer(PKTIMER timer, TIMER_TYPE type,
			 struct ntio_wdm_driver *driver)
{
	memset(timer, 0, sizeof(*timer));
	wdm_object_init(&timer->Header, WDM_NOTIFICATION_TIMER + type, 0);
	timer->Driver = driver;
}
EXPORT_SYMBOL_GPL(ntio_wdm_init_timer);

BOOLEAN KeSetTimerEx(PKTIMER timer, LARGE_INTEGER due, LONG period, PKDPC dpc)
{
	unsigned long flags;
	bool was;

	if (!wdm_is_object(&timer->Header))
		return FALSE;
	raw_spin_lock_irqsave(&wdm_dispatcher_lock, flags);
	was = wdm_timer_remove(timer);
	timer->Header.SignalState = 0;
	timer->DueTime.QuadPart = wdm_due_time(due.QuadPart);
	timer->Period = max(period, 0);
	timer->Dpc = dpc;
	wdm_timer_insert(timer);
	wdm_timers_program();
	raw_spin_unlock_irqrestore(&wdm_dispatcher_lock, flags);
	return was;
}
EXPORT_SYMBOL_GPL(KeSetTimerEx);

BOOLEAN KeSetTimer(PKTIMER timer, LARGE_INTEGER due, PKDPC dpc)
{
	return KeSetTimerEx(timer, due, 0, dpc);
}
EXPORT_SYMBOL_GPL(KeSetTimer);

BOOLEAN KeSetCoalescableTimer(PKTIMER timer, LARGE_INTEGER due, ULONG period,
			      ULONG tolerance, PKDPC dpc)
{
	return KeSetTimerEx(timer, due, period, dpc);
}
EXPORT_SYMBOL_GPL(KeSetCoalescableTimer);

BOOLEAN KeCancelTimer(PKTIMER timer)
{
	unsigned long flags;
	bool was;

	raw_spin_lock_irqsave(&wdm_dispatcher_lock, flags);
	was = wdm_timer_remove(timer);
	raw_spin_unlock_irqrestore(&wdm_dispatcher_lock, flags);
	return was;
}
EXPORT_SYMBOL_GPL(KeCancelTimer);

BOOLEAN KeReadStateTimer(PKTIMER timer)
{
	return READ_ONCE(timer->Header.SignalState) > 0;
}
EXPORT_SYMBOL_GPL(KeReadStateTimer);

/* Returns whether any was set. */
static bool wdm_timers_remove(struct ntio_wdm_driver *driver)
{
	PLIST_ENTRY at, next;
	bool found = false;
	PKTIMER timer;

	lockdep_assert_held(&wdm_dispatcher_lock);
	for (at = wdm_timers.Flink; at != &wdm_timers; at = next) {
		next = at->Flink;
		timer = CONTAINING_RECORD(at, KTIMER, TimerListEntry);
		if (timer->Driver == driver)
			found = wdm_timer_remove(timer) || found;
	}
	return found;
}

/*
 * The driver goes: none of its timers is set after, and none of its DPCs. One
 * that still runs may set a timer again.
 */
void wdm_timers_drop(struct ntio_wdm_driver *driver)
{
	bool found = false, runs;

	do {
		raw_spin_lock_irq(&wdm_dispatcher_lock);
		found = wdm_timers_remove(driver) || found;
		found = wdm_dpcs_remove(driver, &runs) || found;
		raw_spin_unlock_irq(&wdm_dispatcher_lock);
		if (runs)
			schedule_timeout_idle(1);
	} while (runs);
	if (found)
		wdm_violation_of(driver, WDM_VIOLATION_LEFT_TIMER);
}

void wdm_timers_init(void)
{
	ntio_hrtimer_setup(&wdm_hrtimer, wdm_timers_expire, CLOCK_MONOTONIC,
			   HRTIMER_MODE_ABS_SOFT);
}

void wdm_timers_exit(void)
{
	hrtimer_cancel(&wdm_hrtimer);
}

/* --- timers with a callback ----------------------------------------------- */

struct _EX_TIMER {
	KTIMER timer;
	KDPC dpc;
	PEXT_CALLBACK callback;
	void *context;
	struct ntio_wdm_driver *driver;
};

static void wdm_ex_timer_due(PKDPC dpc, PVOID context, PVOID unused,
			     PVOID unused2)
{
	PEX_TIMER timer = context;

	if (timer->callback)
		timer->callback(timer, timer->context);
}

PEX_TIMER ntio_wdm_alloc_ex_timer(PEXT_CALLBACK callback, PVOID context,
				  ULONG attributes,
				  struct ntio_wdm_driver *driver)
{
	PEX_TIMER timer = kzalloc(sizeof(*timer), wdm_gfp());

	if (!timer)
		return NULL;
	ntio_wdm_init_timer(&timer->timer,
			    attributes & EX_TIMER_NOTIFICATION ?
			    NotificationTimer : SynchronizationTimer, driver);
	ntio_wdm_init_dpc(&timer->dpc, wdm_ex_timer_due, timer, driver);
	timer->callback = callback;
	timer->context = context;
	return timer;
}
EXPORT_SYMBOL_GPL(ntio_wdm_alloc_ex_timer);

BOOLEAN ExSetTimer(PEX_TIMER timer, LONGLONG due, LONGLONG period,
		   PEXT_SET_PARAMETERS parameters)
{
	LARGE_INTEGER when = { .QuadPart = due };

	return KeSetTimerEx(&timer->timer, when,
			    DIV_ROUND_UP_ULL(period, 10000), &timer->dpc);
}
EXPORT_SYMBOL_GPL(ExSetTimer);

BOOLEAN ExCancelTimer(PEX_TIMER timer, PVOID parameters)
{
	return KeCancelTimer(&timer->timer);
}
EXPORT_SYMBOL_GPL(ExCancelTimer);

/* Waits for its callback, whether it was asked to or not: the memory goes. */
BOOLEAN ExDeleteTimer(PEX_TIMER timer, BOOLEAN cancel, BOOLEAN wait,
		      PEXT_DELETE_PARAMETERS parameters)
{
	bool was = KeCancelTimer(&timer->timer);

	KeRemoveQueueDpc(&timer->dpc);
	if (wdm_irql() < DISPATCH_LEVEL)
		KeFlushQueuedDpcs();
	if (parameters && parameters->DeleteCallback)
		parameters->DeleteCallback(parameters->DeleteContext);
	kfree(timer);
	return was;
}
EXPORT_SYMBOL_GPL(ExDeleteTimer);

/* --- the timer of a device, once in a second ------------------------------ */

struct wdm_io_timer {
	KTIMER timer;
	KDPC dpc;
	PIO_TIMER_ROUTINE routine;
	void *context;
	PDEVICE_OBJECT device;
};

static void wdm_io_timer_due(PKDPC dpc, PVOID context, PVOID unused,
			     PVOID unused2)
{
	struct wdm_io_timer *timer = context;

	timer->routine(timer->device, timer->context);
}

NTSTATUS IoInitializeTimer(PDEVICE_OBJECT device, PIO_TIMER_ROUTINE routine,
			   PVOID context)
{
	struct wdm_device *dev = to_wdm_device(device);
	struct wdm_io_timer *timer = dev->timer;

	if (!timer)
		timer = kzalloc(sizeof(*timer), GFP_KERNEL_ACCOUNT);
	if (!timer)
		return NT(INSUFFICIENT_RESOURCES);
	ntio_wdm_init_timer(&timer->timer, SynchronizationTimer, dev->driver);
	ntio_wdm_init_dpc(&timer->dpc, wdm_io_timer_due, timer, dev->driver);
	timer->routine = routine;
	timer->context = context;
	timer->device = device;
	dev->timer = timer;
	device->Timer = (PIO_TIMER)timer;
	return NT(SUCCESS);
}
EXPORT_SYMBOL_GPL(IoInitializeTimer);

void IoStartTimer(PDEVICE_OBJECT device)
{
	struct wdm_io_timer *timer = to_wdm_device(device)->timer;
	LARGE_INTEGER second = { .QuadPart = -10000000 };

	if (timer)
		KeSetTimerEx(&timer->timer, second, 1000, &timer->dpc);
}
EXPORT_SYMBOL_GPL(IoStartTimer);

void IoStopTimer(PDEVICE_OBJECT device)
{
	struct wdm_io_timer *timer = to_wdm_device(device)->timer;

	if (timer)
		KeCancelTimer(&timer->timer);
}
EXPORT_SYMBOL_GPL(IoStopTimer);

/* The device is deleted. */
void wdm_io_timer_stop(struct wdm_device *dev)
{
	if (!dev->timer)
		return;
	KeCancelTimer(&dev->timer->timer);
	KeRemoveQueueDpc(&dev->timer->dpc);
	KeFlushQueuedDpcs();
}
