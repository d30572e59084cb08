// SPDX-License-Identifier: GPL-2.0
/*
 * Calls into drivers, and which one the current thread is in.
 *
 * Every call of a driver's routine is an entry, on the stack of the thread. What
 * the layer has for the thread, above all the blocks that an exception can jump
 * to, hangs on its innermost entry, and no jump leaves that.
 *
 * Linux has no place in a thread for us, so a table of threads says which entry
 * is theirs. A thread takes the place that its address gives, without a lock; if
 * another one has it, a list. An interrupt that calls a driver is an entry of the
 * thread it interrupted, and is over before that goes on: it may find the place
 * taken by the thread, and the entry not there yet, or not there any more.
 */
#include <linux/hash.h>

#include "layer.h"

#define WDM_SLOT_BITS 11

static struct wdm_slot wdm_slots[1 << WDM_SLOT_BITS];
static DEFINE_RAW_SPINLOCK(wdm_overflow_lock);
static LIST_HEAD(wdm_overflow);
static atomic_t wdm_overflowed;

static struct wdm_slot *wdm_slot(void)
{
	return &wdm_slots[hash_ptr(current, WDM_SLOT_BITS)];
}

/* The innermost entry of the thread is the first of the list that is its. */
static noinline struct wdm_entry *wdm_entry_overflown(void)
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
	struct wdm_slot *slot = wdm_slot();
	struct wdm_entry *entry = NULL;

	if (READ_ONCE(slot->task) == current)
		entry = READ_ONCE(slot->entry);
	if (entry)
		return entry;
	if (unlikely(atomic_read(&wdm_overflowed)))
		return wdm_entry_overflown();
	return NULL;
}

struct ntio_wdm_driver *wdm_current_driver(void)
{
	struct wdm_entry *entry = wdm_entry();

	return entry ? entry->driver : NULL;
}

/* Of the driver that runs. */
void wdm_violation(enum wdm_violation kind)
{
	wdm_violation_of(wdm_current_driver(), kind);
}

static noinline void wdm_enter_overflow(struct wdm_entry *entry)
{
	unsigned long flags;

	entry->slot = NULL;
	entry->task = current;
	atomic_inc(&wdm_overflowed);
	raw_spin_lock_irqsave(&wdm_overflow_lock, flags);
	list_add(&entry->overflow, &wdm_overflow);
	raw_spin_unlock_irqrestore(&wdm_overflow_lock, flags);
}

static noinline void wdm_exit_overflow(struct wdm_entry *entry)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&wdm_overflow_lock, flags);
	list_del(&entry->overflow);
	raw_spin_unlock_irqrestore(&wdm_overflow_lock, flags);
	atomic_dec(&wdm_overflowed);
}

/* In a driver already, or another thread has the place. */
static noinline void wdm_enter_taken(struct wdm_entry *entry)
{
	struct wdm_slot *slot = entry->slot;
	bool ours = READ_ONCE(slot->task) == current;

	entry->outer = wdm_entry();
	entry->claimed = !ours && !cmpxchg(&slot->task, NULL, current);
	if (ours || entry->claimed)
		WRITE_ONCE(slot->entry, entry);
	else
		wdm_enter_overflow(entry);
}

/**
 * wdm_enter() - a routine of a driver is called
 * @entry: the call, on the stack
 * @driver: whose routine it is
 * @irql: what it has to be after
 * @wirp: the request that it is called for, or NULL
 * @caller: the token, if it may reach the caller's memory
 */
void wdm_enter(struct wdm_entry *entry, struct ntio_wdm_driver *driver,
	       u8 irql, struct wdm_irp *wirp, const struct ntio_caller *caller)
{
	struct wdm_slot *slot = wdm_slot();

	entry->outer = NULL;
	entry->driver = driver;
	entry->caller = caller;
	entry->irp = wirp;
	entry->cancelling = NULL;
	entry->top = NULL;
	entry->held = NULL;
	entry->code = 0;
	entry->marked = false;
	entry->passed = false;
	entry->raised = false;
	entry->left = false;
	entry->thread = false;
	entry->claimed = true;
	entry->irql = irql;
	entry->slot = slot;
	if (unlikely(READ_ONCE(slot->task) || atomic_read(&wdm_overflowed) ||
		     cmpxchg(&slot->task, NULL, current)))
		wdm_enter_taken(entry);
	else
		WRITE_ONCE(slot->entry, entry);
}

void wdm_entry_end(struct wdm_entry *entry)
{
	if (entry->claimed)
		wdm_give_place(entry);
	else if (entry->slot)
		WRITE_ONCE(entry->slot->entry, entry->outer);
	else
		wdm_exit_overflow(entry);
}
