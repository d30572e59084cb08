// SPDX-License-Identifier: GPL-2.0
/* What a lock does when it is not free. */
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lock.h"

static void futex(_Atomic(int) *word, int op, int value)
{
	syscall(SYS_futex, word, op | FUTEX_PRIVATE_FLAG, value, NULL, NULL, 0);
}

void word_wait(_Atomic(int) *word, int value)
{
	futex(word, FUTEX_WAIT, value);
}

void word_wake(_Atomic(int) *word)
{
	futex(word, FUTEX_WAKE, 1);
}

void lock_wait(lock_t *lock)
{
	while (atomic_exchange_explicit(lock, 2, memory_order_acquire))
		word_wait(lock, 2);
}
