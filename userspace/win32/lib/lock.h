/* SPDX-License-Identifier: GPL-2.0 */
/* A lock of one word, and words that threads sleep on. */
#ifndef NTIO_WIN32_LOCK_H
#define NTIO_WIN32_LOCK_H

#include <stdatomic.h>

typedef _Atomic(int) lock_t;		/* 0 free, 1 taken, 2 and waited for */

/* Sleeps while @word is @value; may return early. */
void word_wait(_Atomic(int) *word, int value);
void word_wake(_Atomic(int) *word);

void lock_wait(lock_t *lock);

static inline void lock_take(lock_t *lock)
{
	int free = 0;

	if (!atomic_compare_exchange_strong_explicit(lock, &free, 1,
						     memory_order_acquire,
						     memory_order_relaxed))
		lock_wait(lock);
}

static inline void lock_drop(lock_t *lock)
{
	if (atomic_exchange_explicit(lock, 0, memory_order_release) == 2)
		word_wake(lock);
}

#endif
