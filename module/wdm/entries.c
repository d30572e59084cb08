// SPDX-License-Identifier: GPL-2.0
/*
 * Calls into drivers, and which one the current thread is in.
 *
 * Every call of a driver's routine is an entry, on the stack of the thread. What
 * the layer has for the thread, above all the blocks that an exception can jump
 * to, hangs on its innermost entry, and no jump leaves that.
 *
 * Linux has no place in a thread for us, so a table of threads says which entry
 * is theirs. A thread takes a place of a window that its address gives, without
 * a lock; when the window is full, a list. An interrupt that calls a driver is
 * an entry of the thread it interrupted, and is over before that goes on. It may
 * find a place that the thread has taken, and has no entry in yet, or no more:
 * so whoever takes a place gives it back.
 */
#include <linux/hash.h>

#include "layer.h"

#define WDM_SLOT_BITS 10
#define WDM_WINDOW 8

struct wdm_slot {
	struct task_struct *task;
	struct wdm_entry *entry;
};

static struct wdm_slot wdm_slots[(1 << WDM_SLOT_BITS) + WDM_WINDOW];
static DEFINE_RAW_SPINLOCK(wdm_overflow_lock);
static LIST_HEAD(wdm_overflow);
static atomic_t wdm_overflowed;

static struct wdm_slot *wdm_slot_of(struct task_struct *task, bool claim)
{
	struct wdm_slot *slot, *window;
	int i;

	window = &wdm_slots[hash_ptr(current, WDM_SLOT_BITS)];
	for (slot = window, i = 0; i < WDM_WINDOW; slot++, i++)
		if (READ_ONCE(slot->task) == task)
			return slot;
	if (!claim)
		return NULL;
	for (slot = window, i = 0; i < WDM_WINDOW; slot++, i++)
		if (!READ_ONCE(slot->task) && !cmpxchg(&slot->task, NULL, task))
			return slot;
	return NULL;
}

/* The innermost entry of the thread is the first of the list that is its. */
static struct wdm_entry *wdm_entry_overflown(void)
{
	struct wdm_entry *entry, *found = NULL;
	unsigned long flags;

	raw_spin_lock_irqsave(&wdm_overflow_lock, flags);
	list_for_each_entry(entry, &wdm_overflow, overflow)
		if (entry->task == current) {
			found = entry;
			break;
		}
	raw_spin_unlock_irqrestore(&wdm_overflow_lock, flags);
	return found;
}

/**
 * wdm_entry() - the innermost entry of the current thread
 *
 * Context: Any.
 * Return: the entry; NULL: the thread is in no driver.
 */
struct wdm_entry *wdm_entry(void)
{
	struct wdm_slot *slot = wdm_slot_of(current, false);

	if (slot && slot->entry)
		return slot->entry;
	if (unlikely(atomic_read(&wdm_overflowed)))
		return wdm_entry_overflown();
	return NULL;
}

struct ntio_wdm_driver *wdm_current_driver(void)
{
	struct wdm_entry *entry = wdm_entry();

	return entry ? entry->driver : NULL;
}

static void wdm_enter_overflow(struct wdm_entry *entry)
{
	unsigned long flags;

	entry->outer = wdm_entry_overflown();
	entry->task = current;
	atomic_inc(&wdm_overflowed);
	raw_spin_lock_irqsave(&wdm_overflow_lock, flags);
	list_add(&entry->overflow, &wdm_overflow);
	raw_spin_unlock_irqrestore(&wdm_overflow_lock, flags);
}

static void wdm_exit_overflow(struct wdm_entry *entry)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&wdm_overflow_lock, flags);
	list_del(&entry->overflow);
	raw_spin_unlock_irqrestore(&wdm_overflow_lock, flags);
	atomic_dec(&wdm_overflowed);
}

void wdm_enter(struct wdm_entry *entry, struct ntio_wdm_driver *driver)
{
	struct wdm_slot *slot = wdm_slot_of(current, false);

	entry->claimed = !slot;
	if (!slot)
		slot = wdm_slot_of(current, true);
	entry->driver = driver;
	entry->caller = NULL;
	entry->irp = NULL;
	entry->marked = false;
	entry->passed = false;
	entry->raised = false;
	entry->left = false;
	entry->thread = false;
	entry->cancelling = NULL;
	entry->code = 0;
	entry->top = NULL;
	entry->held = NULL;
	entry->slot = slot;
	entry->irql = wdm_irql();
	if (unlikely(!slot)) {
		wdm_enter_overflow(entry);
		return;
	}
	entry->outer = slot->entry;
	/* The window was full before, and is not any more. */
	if (unlikely(entry->claimed && atomic_read(&wdm_overflowed)))
		entry->outer = wdm_entry_overflown();
	barrier();			/* an interrupt looks at it */
	WRITE_ONCE(slot->entry, entry);
}

void wdm_exit(struct wdm_entry *entry)
{
	struct wdm_slot *slot = entry->slot;

	if (unlikely(entry->held))
		wdm_locks_drop(entry);
	if (unlikely(wdm_irql() != entry->irql))
		wdm_irql_restore(entry);
	if (unlikely(!slot)) {
		wdm_exit_overflow(entry);
		return;
	}
	if (!entry->claimed) {
		WRITE_ONCE(slot->entry, entry->outer);
		return;
	}
	WRITE_ONCE(slot->entry, NULL);
	smp_store_release(&slot->task, NULL);	/* the entry first */
}

/* --- what is called ------------------------------------------------------- */

/* Nobody handled it: the request ends with the code of the exception. */
static NTSTATUS wdm_dispatch_raised(struct wdm_entry *entry)
{
	NTSTATUS code = NT_ERROR(entry->code) ? entry->code :
						NT(UNSUCCESSFUL);

	if (entry->passed)
		return entry->marked ? NT(PENDING) : code;
	if (!atomic_read(&entry->irp->completed)) {
		entry->irp->irp.IoStatus.Status = code;
		entry->irp->irp.IoStatus.Information = 0;
		IoCompleteRequest(&entry->irp->irp, IO_NO_INCREMENT);
	}
	return entry->marked ? NT(PENDING) : code;
}

noinline NTSTATUS wdm_call_dispatch(PDRIVER_DISPATCH routine,
				    PDEVICE_OBJECT device, struct wdm_irp *wirp,
				    const struct ntio_caller *caller)
{
	struct wdm_entry entry;
	NTSTATUS status;

	wdm_enter(&entry, wdm_driver_of(device));
	entry.caller = caller;
	entry.irp = wirp;
	if (__builtin_setjmp(entry.jump))
		status = wdm_dispatch_raised(&entry);
	else
		status = routine(device, &wirp->irp);
	wdm_exit(&entry);
	if (unlikely(status == NT(PENDING) && !entry.marked && !entry.passed))
		wdm_violation_of(entry.driver, WDM_VIOLATION_PENDING_UNMARKED);
	return status;
}

noinline NTSTATUS wdm_call_completion(PIO_COMPLETION_ROUTINE routine,
				      struct ntio_wdm_driver *driver,
				      PDEVICE_OBJECT device, PIRP irp,
				      void *context)
{
	struct wdm_entry entry;
	NTSTATUS status;

	wdm_enter(&entry, driver);
	entry.irp = to_wdm_irp(irp);
	if (__builtin_setjmp(entry.jump))
		status = entry.code;
	else
		status = routine(device, irp, context);
	wdm_exit(&entry);
	return status;
}

noinline void wdm_call_cancel(PDRIVER_CANCEL routine, PDEVICE_OBJECT device,
			      struct wdm_irp *wirp)
{
	struct wdm_entry entry;

	wdm_enter(&entry, wdm_driver_of(device));
	entry.cancelling = wirp;
	/* The lock that it is called with is not its own. */
	entry.irql = PASSIVE_LEVEL;
	if (!__builtin_setjmp(entry.jump))
		routine(device, &wirp->irp);
	entry.irql = wdm_irql();
	if (unlikely(entry.cancelling)) {
		wdm_violation_of(entry.driver,
				 WDM_VIOLATION_CANCEL_LOCK_KEPT);
		wdm_cancel_unlock(wirp);
	}
	wdm_exit(&entry);
}

noinline NTSTATUS wdm_call_init(PDRIVER_INITIALIZE routine,
				PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
	struct wdm_entry entry;
	NTSTATUS status;

	wdm_enter(&entry, wdm_driver_of_object(driver));
	if (__builtin_setjmp(entry.jump))
		status = entry.code;
	else
		status = routine(driver, path);
	wdm_exit(&entry);
	return status;
}

noinline NTSTATUS wdm_call_add_device(PDRIVER_ADD_DEVICE routine,
				      PDRIVER_OBJECT driver,
				      PDEVICE_OBJECT device)
{
	struct wdm_entry entry;
	NTSTATUS status;

	wdm_enter(&entry, wdm_driver_of_object(driver));
	if (__builtin_setjmp(entry.jump))
		status = entry.code;
	else
		status = routine(driver, device);
	wdm_exit(&entry);
	return status;
}

/* Those with fewer parameters do not look at the others. */
noinline void wdm_call(struct ntio_wdm_driver *driver, void *routine, void *a,
		       void *b, void *c, void *d)
{
	void (*call)(void *a, void *b, void *c, void *d) = routine;
	struct wdm_entry entry;

	wdm_enter(&entry, driver);
	if (!__builtin_setjmp(entry.jump))
		call(a, b, c, d);
	wdm_exit(&entry);
}

noinline void wdm_thread_run(struct ntio_wdm_driver *driver,
			     PKSTART_ROUTINE routine, void *context)
{
	struct wdm_entry entry;

	wdm_enter(&entry, driver);
	entry.thread = true;
	if (!__builtin_setjmp(entry.jump))
		routine(context);
	wdm_exit(&entry);
}
