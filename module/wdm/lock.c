// SPDX-License-Identifier: GPL-2.0
/*
 * Spin locks, and the IRQL. DISPATCH_LEVEL is where Linux does not sleep: with a
 * spin lock, interrupts or bottom halves off, in a bottom half. Which of them it
 * was before is what a driver keeps as the old IRQL.
 */
#include <linux/bottom_half.h>

#include "layer.h"

/**
 * struct wdm_lock - a spin lock, in the driver's KSPIN_LOCK
 * @lock: the kernel's
 * @ready: it was initialised; Windows takes zeroes for that
 * @next: what its holder holds
 * @holder: the entry that holds it
 */
struct wdm_lock {
	spinlock_t lock;
	u8 ready;
	struct wdm_lock *next;
	struct wdm_entry *holder;
};

static_assert(sizeof(struct wdm_lock) <= sizeof(KSPIN_LOCK));
static_assert(sizeof(struct lock_class_key) <=
	      sizeof(struct ntio_wdm_lock_key));

static struct lock_class_key wdm_zero_key;

static void wdm_lock_init(struct wdm_lock *lock, struct lock_class_key *key)
{
	spin_lock_init(&lock->lock);
	lockdep_set_class(&lock->lock, key);
	lock->next = NULL;
	lock->holder = NULL;
	smp_store_release(&lock->ready, 1);	/* pairs with to_wdm_lock() */
}

void ntio_wdm_init_lock(PKSPIN_LOCK lock, struct ntio_wdm_lock_key *key)
{
	wdm_lock_init((struct wdm_lock *)lock, (struct lock_class_key *)key);
}
EXPORT_SYMBOL_GPL(ntio_wdm_init_lock);

/* A lock of zeroes is a lock on Windows. */
static void wdm_lock_zero(struct wdm_lock *lock)
{
	static DEFINE_RAW_SPINLOCK(first);
	unsigned long flags;

	raw_spin_lock_irqsave(&first, flags);
	if (!lock->ready)
		wdm_lock_init(lock, &wdm_zero_key);
	raw_spin_unlock_irqrestore(&first, flags);
}

static struct wdm_lock *to_wdm_lock(PKSPIN_LOCK lock)
{
	struct wdm_lock *l = (struct wdm_lock *)lock;

	/* Pairs with wdm_lock_init(). */
	if (unlikely(!smp_load_acquire(&l->ready)))
		wdm_lock_zero(l);
	return l;
}

static void wdm_lock_held(struct wdm_lock *lock)
{
	struct wdm_entry *entry = wdm_entry();

	lock->holder = entry;
	if (!entry)
		return;
	lock->next = entry->held;
	entry->held = lock;
}

static void wdm_lock_not_held(struct wdm_lock *lock)
{
	struct wdm_lock **at;

	if (!lock->holder)
		return;
	for (at = &lock->holder->held; *at; at = &(*at)->next)
		if (*at == lock) {
			*at = lock->next;
			break;
		}
	lock->holder = NULL;
}

/* @irql: of who takes it. */
void wdm_lock_take(PKSPIN_LOCK lock, u8 irql)
{
	struct wdm_lock *l = to_wdm_lock(lock);

	if (irql < DISPATCH_LEVEL)
		spin_lock_irq(&l->lock);
	else
		spin_lock(&l->lock);
	wdm_lock_held(l);
	__release(&l->lock);
}

void KeReleaseSpinLock(PKSPIN_LOCK lock, KIRQL old)
{
	struct wdm_lock *l = to_wdm_lock(lock);

	wdm_lock_not_held(l);
	__acquire(&l->lock);
	if (old < DISPATCH_LEVEL)
		spin_unlock_irq(&l->lock);
	else
		spin_unlock(&l->lock);
}
EXPORT_SYMBOL_GPL(KeReleaseSpinLock);

void KeAcquireSpinLockAtDpcLevel(PKSPIN_LOCK lock)
{
	wdm_lock_take(lock, DISPATCH_LEVEL);
}
EXPORT_SYMBOL_GPL(KeAcquireSpinLockAtDpcLevel);

void KeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK lock)
{
	KeReleaseSpinLock(lock, DISPATCH_LEVEL);
}
EXPORT_SYMBOL_GPL(KeReleaseSpinLockFromDpcLevel);

#ifdef __CHECKER__
/* It cannot follow a lock that may have been taken, and stays so. */
#define wdm_trylock(lock) (*(int *)(lock))
#else
#define wdm_trylock(lock) spin_trylock(lock)
#endif

BOOLEAN KeTryToAcquireSpinLockAtDpcLevel(PKSPIN_LOCK lock)
{
	struct wdm_lock *l = to_wdm_lock(lock);

	if (!wdm_trylock(&l->lock))
		return FALSE;
	wdm_lock_held(l);
	return TRUE;
}
EXPORT_SYMBOL_GPL(KeTryToAcquireSpinLockAtDpcLevel);

void KeReleaseInStackQueuedSpinLock(PKLOCK_QUEUE_HANDLE handle)
{
	KeReleaseSpinLock(handle->Lock, handle->OldIrql);
}
EXPORT_SYMBOL_GPL(KeReleaseInStackQueuedSpinLock);

/* --- the IRQL ------------------------------------------------------------- */

KIRQL KeGetCurrentIrql(void)
{
	return wdm_irql();
}
EXPORT_SYMBOL_GPL(KeGetCurrentIrql);

void KeLowerIrql(KIRQL to)
{
	if (to >= DISPATCH_LEVEL || wdm_irql() < DISPATCH_LEVEL)
		return;
	/* In a cancel routine that stayed there, interrupts are off instead. */
	if (irqs_disabled() && !preempt_count())
		local_irq_enable();
	else
		local_bh_enable();
}
EXPORT_SYMBOL_GPL(KeLowerIrql);

/* --- what a routine left -------------------------------------------------- */

/* Of the locks that a routine left held; the last gives the interrupts back. */
void wdm_locks_drop(struct wdm_entry *entry)
{
	struct wdm_lock *lock = entry->held;
	KIRQL old;

	wdm_violation_of(entry->driver, WDM_VIOLATION_LEFT_LOCK);
	for (; lock; lock = entry->held) {
		old = lock->next ? DISPATCH_LEVEL : entry->irql;
		KeReleaseSpinLock((PKSPIN_LOCK)lock, old);
	}
}

void wdm_irql_restore(struct wdm_entry *entry)
{
	wdm_violation_of(entry->driver, WDM_VIOLATION_LEFT_LOCK);
	if (irqs_disabled() && entry->irql < DISPATCH_LEVEL)
		local_irq_enable();
	if (softirq_count() && entry->irql < DISPATCH_LEVEL)
		local_bh_enable();
}

/* --- lists without a lock, for the driver ---------------------------------- */

/* One lock for all of them: short work. */
static DEFINE_RAW_SPINLOCK(wdm_slist_lock);

void ExInitializeSListHead(PSLIST_HEADER head)
{
	head->Next.Next = NULL;
	head->Depth = 0;
}
EXPORT_SYMBOL_GPL(ExInitializeSListHead);

PSLIST_ENTRY InterlockedPushEntrySList(PSLIST_HEADER head, PSLIST_ENTRY entry)
{
	PSLIST_ENTRY before;
	unsigned long flags;

	raw_spin_lock_irqsave(&wdm_slist_lock, flags);
	before = head->Next.Next;
	entry->Next = before;
	head->Next.Next = entry;
	head->Depth++;
	raw_spin_unlock_irqrestore(&wdm_slist_lock, flags);
	return before;
}
EXPORT_SYMBOL_GPL(InterlockedPushEntrySList);

PSLIST_ENTRY InterlockedPopEntrySList(PSLIST_HEADER head)
{
	PSLIST_ENTRY entry;
	unsigned long flags;

	raw_spin_lock_irqsave(&wdm_slist_lock, flags);
	entry = head->Next.Next;
	if (entry) {
		head->Next.Next = entry->Next;
		head->Depth--;
	}
	raw_spin_unlock_irqrestore(&wdm_slist_lock, flags);
	return entry;
}
EXPORT_SYMBOL_GPL(InterlockedPopEntrySList);

PSLIST_ENTRY InterlockedFlushSList(PSLIST_HEADER head)
{
	PSLIST_ENTRY entry;
	unsigned long flags;

	raw_spin_lock_irqsave(&wdm_slist_lock, flags);
	entry = head->Next.Next;
	ExInitializeSListHead(head);
	raw_spin_unlock_irqrestore(&wdm_slist_lock, flags);
	return entry;
}
EXPORT_SYMBOL_GPL(InterlockedFlushSList);

USHORT ExQueryDepthSList(PSLIST_HEADER head)
{
	return READ_ONCE(head->Depth);
}
EXPORT_SYMBOL_GPL(ExQueryDepthSList);
