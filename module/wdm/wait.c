// SPDX-License-Identifier: GPL-2.0
/*
 * Objects to wait for: events, semaphores, mutexes, timers, threads.
 *
 * They lie in the driver's memory, and one lock is for all of them, as a wait may
 * be for several. A waiter is on the list of each object it waits for; whoever
 * signals one gives it to the first waiter that it satisfies, and takes from the
 * object what that takes. A wait does not count as load, and can be frozen.
 */
#include <linux/freezer.h>
#include <linux/sched/signal.h>

#include "layer.h"

DEFINE_RAW_SPINLOCK(wdm_dispatcher_lock);

/**
 * struct ntio_wdm_wait - a thread that waits
 * @task: the thread
 * @blocks: one for each object
 * @count: how many
 * @all: for all of them
 * @done: satisfied
 * @which: by which of them
 */
struct ntio_wdm_wait {
	struct task_struct *task;
	PKWAIT_BLOCK blocks;
	unsigned int count;
	bool all;
	bool done;
	unsigned int which;
};

static DISPATCHER_HEADER *wdm_header(PKWAIT_BLOCK block)
{
	return block->Object;
}

static KMUTANT *wdm_mutant(DISPATCHER_HEADER *header)
{
	return container_of(header, KMUTANT, Header);
}

void wdm_object_init(DISPATCHER_HEADER *header, enum wdm_object type,
		     LONG state)
{
	header->Type = type;
	header->SignalState = state;
	header->WaitListHead.Flink = &header->WaitListHead;
	header->WaitListHead.Blink = &header->WaitListHead;
}

bool wdm_is_object(const DISPATCHER_HEADER *header)
{
	if (header->Type >= WDM_NOTIFICATION_EVENT &&
	    header->Type <= WDM_THREAD &&
	    data_race(header->WaitListHead.Flink))	/* which is no matter */
		return true;
	wdm_violation(WDM_VIOLATION_NOT_AN_OBJECT);
	return false;
}

/* --- under the lock ------------------------------------------------------- */

static bool wdm_is_signalled(DISPATCHER_HEADER *header,
			     struct task_struct *task)
{
	if (header->Type == WDM_MUTANT)
		return header->SignalState > 0 ||
		       wdm_mutant(header)->OwnerThread == task;
	return header->SignalState > 0;
}

/* What a satisfied wait takes from the object. */
static void wdm_take(DISPATCHER_HEADER *header, struct task_struct *task)
{
	switch (header->Type) {
	case WDM_SYNCHRONIZATION_EVENT:
	case WDM_SYNCHRONIZATION_TIMER:
		header->SignalState = 0;
		break;
	case WDM_SEMAPHORE:
		header->SignalState--;
		break;
	case WDM_MUTANT:
		header->SignalState--;
		wdm_mutant(header)->OwnerThread = task;
		break;
	}
}

static bool wdm_try_any(struct ntio_wdm_wait *wait)
{
	DISPATCHER_HEADER *header;
	unsigned int i;

	for (i = 0; i < wait->count; i++) {
		header = wdm_header(&wait->blocks[i]);
		if (!wdm_is_signalled(header, wait->task))
			continue;
		wdm_take(header, wait->task);
		wait->which = i;
		return true;
	}
	return false;
}

static bool wdm_try_all(struct ntio_wdm_wait *wait)
{
	unsigned int i;

	for (i = 0; i < wait->count; i++)
		if (!wdm_is_signalled(wdm_header(&wait->blocks[i]), wait->task))
			return false;
	for (i = 0; i < wait->count; i++)
		wdm_take(wdm_header(&wait->blocks[i]), wait->task);
	wait->which = 0;
	return true;
}

static bool wdm_try(struct ntio_wdm_wait *wait)
{
	bool done = wait->all ? wdm_try_all(wait) : wdm_try_any(wait);

	lockdep_assert_held(&wdm_dispatcher_lock);
	WRITE_ONCE(wait->done, done);	/* it may be about to sleep */
	return done;
}

static void wdm_unlist(struct ntio_wdm_wait *wait)
{
	unsigned int i;

	for (i = 0; i < wait->count; i++)
		RemoveEntryList(&wait->blocks[i].WaitListEntry);
}

/* The object's state has changed: who can go on does. */
void wdm_object_signal(DISPATCHER_HEADER *header, LONG state)
{
	PLIST_ENTRY at, next;
	struct ntio_wdm_wait *wait;

	lockdep_assert_held(&wdm_dispatcher_lock);
	header->SignalState = state;
	for (at = header->WaitListHead.Flink;
	     at != &header->WaitListHead && header->SignalState > 0;
	     at = next) {
		next = at->Flink;
		wait = CONTAINING_RECORD(at, KWAIT_BLOCK, WaitListEntry)->Wait;
		if (!wdm_try(wait))
			continue;
		wdm_unlist(wait);
		wake_up_process(wait->task);
		next = header->WaitListHead.Flink;
	}
}

/* --- waiting -------------------------------------------------------------- */

/* Windows' times: relative if negative, else since 1601; units of 100 ns. */
ktime_t wdm_due_time(LONGLONG due)
{
	LARGE_INTEGER now;

	if (due >= 0) {
		KeQuerySystemTime(&now);
		due = due > now.QuadPart ? due - now.QuadPart : 0;
	} else {
		due = due == S64_MIN ? S64_MAX : -due;
	}
	return ktime_add_safe(ktime_get(), due > KTIME_MAX / 100 ? KTIME_MAX :
							     due * 100);
}

static unsigned int wdm_sleep_state(KPROCESSOR_MODE mode, bool alertable)
{
	if (mode == UserMode || alertable)
		return TASK_KILLABLE | TASK_NOLOAD | TASK_FREEZABLE;
	return TASK_IDLE | TASK_FREEZABLE;
}

static bool wdm_may_be_called(unsigned int state)
{
	return (state & TASK_WAKEKILL) && fatal_signal_pending(current);
}

static NTSTATUS wdm_sleep(struct ntio_wdm_wait *wait, unsigned int state,
			  PLARGE_INTEGER timeout)
{
	ktime_t until = timeout ? wdm_due_time(timeout->QuadPart) : 0;

	for (;;) {
		set_current_state(state);
		if (READ_ONCE(wait->done))
			break;
		if (wdm_may_be_called(state)) {
			__set_current_state(TASK_RUNNING);
			return NT(USER_APC);
		}
		if (!timeout) {
			schedule();
			continue;
		}
		if (!schedule_hrtimeout(&until, HRTIMER_MODE_ABS)) {
			__set_current_state(TASK_RUNNING);
			return NT(TIMEOUT);
		}
	}
	__set_current_state(TASK_RUNNING);
	return NT(SUCCESS);
}

static NTSTATUS wdm_wait(struct ntio_wdm_wait *wait, unsigned int state,
			 PLARGE_INTEGER timeout)
{
	NTSTATUS status = NT(SUCCESS);
	unsigned long flags;
	unsigned int i;

	wait->task = current;
	raw_spin_lock_irqsave(&wdm_dispatcher_lock, flags);
	if (wdm_try(wait) || (timeout && !timeout->QuadPart)) {
		raw_spin_unlock_irqrestore(&wdm_dispatcher_lock, flags);
		return wait->done ? wait->which : NT(TIMEOUT);
	}
	for (i = 0; i < wait->count; i++)
		InsertTailList(&wdm_header(&wait->blocks[i])->WaitListHead,
			       &wait->blocks[i].WaitListEntry);
	raw_spin_unlock_irqrestore(&wdm_dispatcher_lock, flags);
	status = wdm_sleep(wait, state, timeout);
	/* Also where it is done: whoever did it may still hold the lock. */
	raw_spin_lock_irqsave(&wdm_dispatcher_lock, flags);
	if (!wait->done)
		wdm_unlist(wait);
	raw_spin_unlock_irqrestore(&wdm_dispatcher_lock, flags);
	return wait->done ? wait->which : status;
}

NTSTATUS KeWaitForMultipleObjects(ULONG count, PVOID objects[],
				  WAIT_TYPE type, KWAIT_REASON reason,
				  KPROCESSOR_MODE mode, BOOLEAN alertable,
				  PLARGE_INTEGER timeout, PKWAIT_BLOCK blocks)
{
	KWAIT_BLOCK own[THREAD_WAIT_OBJECTS];
	struct ntio_wdm_wait wait = {
		.blocks = blocks ?: own, .count = count, .all = type == WaitAll,
	};
	unsigned int i;

	if (!count || count > (blocks ? MAXIMUM_WAIT_OBJECTS :
					THREAD_WAIT_OBJECTS))
		return NT(INVALID_PARAMETER);
	if (wdm_irql() >= DISPATCH_LEVEL && !(timeout && !timeout->QuadPart)) {
		wdm_violation(WDM_VIOLATION_WAIT_AT_DISPATCH);
		return NT(TIMEOUT);
	}
	for (i = 0; i < count; i++) {
		if (!wdm_is_object(objects[i]))
			return NT(INVALID_PARAMETER);
		wait.blocks[i].Wait = &wait;
		wait.blocks[i].Object = objects[i];
	}
	return wdm_wait(&wait, wdm_sleep_state(mode, alertable), timeout);
}
EXPORT_SYMBOL_GPL(KeWaitForMultipleObjects);

NTSTATUS KeWaitForSingleObject(PVOID object, KWAIT_REASON reason,
			       KPROCESSOR_MODE mode, BOOLEAN alertable,
			       PLARGE_INTEGER timeout)
{
	return KeWaitForMultipleObjects(1, &object, WaitAny, reason, mode,
					alertable, timeout, NULL);
}
EXPORT_SYMBOL_GPL(KeWaitForSingleObject);

NTSTATUS KeDelayExecutionThread(KPROCESSOR_MODE mode, BOOLEAN alertable,
				PLARGE_INTEGER interval)
{
	struct ntio_wdm_wait wait = { };
	NTSTATUS status;

	if (wdm_irql() >= DISPATCH_LEVEL) {
		wdm_violation(WDM_VIOLATION_WAIT_AT_DISPATCH);
		return NT(SUCCESS);
	}
	status = wdm_sleep(&wait, wdm_sleep_state(mode, alertable), interval);
	return status == NT(TIMEOUT) ? NT(SUCCESS) : status;
}
EXPORT_SYMBOL_GPL(KeDelayExecutionThread);

/* --- events --------------------------------------------------------------- */

void KeInitializeEvent(PKEVENT event, EVENT_TYPE type, BOOLEAN state)
{
	wdm_object_init(&event->Header, WDM_NOTIFICATION_EVENT + type, !!state);
}
EXPORT_SYMBOL_GPL(KeInitializeEvent);

static LONG wdm_event_set(PKEVENT event, LONG state)
{
	unsigned long flags;
	LONG before;

	raw_spin_lock_irqsave(&wdm_dispatcher_lock, flags);
	before = event->Header.SignalState;
	wdm_object_signal(&event->Header, state);
	raw_spin_unlock_irqrestore(&wdm_dispatcher_lock, flags);
	return before;
}

LONG KeSetEvent(PKEVENT event, KPRIORITY increment, BOOLEAN wait)
{
	if (event->Header.Type == WDM_USER_EVENT) {
		wdm_user_event_set(event);
		return 0;
	}
	return wdm_is_object(&event->Header) ? wdm_event_set(event, 1) : 0;
}
EXPORT_SYMBOL_GPL(KeSetEvent);

LONG KeResetEvent(PKEVENT event)
{
	return wdm_is_object(&event->Header) ? wdm_event_set(event, 0) : 0;
}
EXPORT_SYMBOL_GPL(KeResetEvent);

void KeClearEvent(PKEVENT event)
{
	KeResetEvent(event);
}
EXPORT_SYMBOL_GPL(KeClearEvent);

LONG KeReadStateEvent(PKEVENT event)
{
	return READ_ONCE(event->Header.SignalState);
}
EXPORT_SYMBOL_GPL(KeReadStateEvent);

/* --- semaphores and mutexes ----------------------------------------------- */

void KeInitializeSemaphore(PKSEMAPHORE semaphore, LONG count, LONG limit)
{
	wdm_object_init(&semaphore->Header, WDM_SEMAPHORE, count);
	semaphore->Limit = limit;
}
EXPORT_SYMBOL_GPL(KeInitializeSemaphore);

LONG KeReleaseSemaphore(PKSEMAPHORE semaphore, KPRIORITY increment,
			LONG adjustment, BOOLEAN wait)
{
	unsigned long flags;
	LONG before, after;
	bool beyond;

	if (!wdm_is_object(&semaphore->Header))
		return 0;
	raw_spin_lock_irqsave(&wdm_dispatcher_lock, flags);
	before = semaphore->Header.SignalState;
	beyond = check_add_overflow(before, adjustment, &after) ||
		 after > semaphore->Limit;
	if (!beyond)
		wdm_object_signal(&semaphore->Header, after);
	raw_spin_unlock_irqrestore(&wdm_dispatcher_lock, flags);
	if (beyond) {
		wdm_violation(WDM_VIOLATION_SEMAPHORE_LIMIT);
		ntio_wdm_raise((NTSTATUS)0xC0000047);
	}
	return before;
}
EXPORT_SYMBOL_GPL(KeReleaseSemaphore);

LONG KeReadStateSemaphore(PKSEMAPHORE semaphore)
{
	return READ_ONCE(semaphore->Header.SignalState);
}
EXPORT_SYMBOL_GPL(KeReadStateSemaphore);

void KeInitializeMutex(PKMUTEX mutex, ULONG level)
{
	wdm_object_init(&mutex->Header, WDM_MUTANT, 1);
	mutex->OwnerThread = NULL;
}
EXPORT_SYMBOL_GPL(KeInitializeMutex);

LONG KeReleaseMutex(PKMUTEX mutex, BOOLEAN wait)
{
	unsigned long flags;
	LONG before;
	bool ours;

	if (!wdm_is_object(&mutex->Header))
		return 0;
	raw_spin_lock_irqsave(&wdm_dispatcher_lock, flags);
	before = mutex->Header.SignalState;
	ours = mutex->OwnerThread == current;
	if (ours && !before)
		mutex->OwnerThread = NULL;
	if (ours)
		wdm_object_signal(&mutex->Header, before + 1);
	raw_spin_unlock_irqrestore(&wdm_dispatcher_lock, flags);
	if (!ours) {
		wdm_violation(WDM_VIOLATION_NOT_OWNER);
		ntio_wdm_raise((NTSTATUS)0xC0000046);
	}
	return before;
}
EXPORT_SYMBOL_GPL(KeReleaseMutex);

LONG KeReadStateMutex(PKMUTEX mutex)
{
	return READ_ONCE(mutex->Header.SignalState);
}
EXPORT_SYMBOL_GPL(KeReadStateMutex);
