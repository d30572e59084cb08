// SPDX-License-Identifier: GPL-2.0
/* Remove locks. */
#include <linux/export.h>
#include <linux/sched.h>

#include <ntio/remove.h>

void ntio_remove_lock_init(struct ntio_remove_lock *lock)
{
	refcount_set(&lock->holds, 1);
	lock->removing = false;
	init_completion(&lock->drained);
}
EXPORT_SYMBOL_GPL(ntio_remove_lock_init);

/* Who does not see yet that it is being removed is waited for. */
ntstatus_t ntio_remove_acquire(struct ntio_remove_lock *lock)
{
	if (READ_ONCE(lock->removing) || !refcount_inc_not_zero(&lock->holds))
		return STATUS_DELETE_PENDING;
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(ntio_remove_acquire);

void ntio_remove_release(struct ntio_remove_lock *lock)
{
	if (refcount_dec_and_test(&lock->holds))
		complete(&lock->drained);
}
EXPORT_SYMBOL_GPL(ntio_remove_release);

/* The caller's, and the one of the removal, which was there from the start. */
void ntio_remove_release_and_wait(struct ntio_remove_lock *lock)
{
	WRITE_ONCE(lock->removing, true);
	ntio_remove_release(lock);
	ntio_remove_release(lock);
	wait_for_completion_state(&lock->drained, TASK_IDLE | TASK_FREEZABLE);
}
EXPORT_SYMBOL_GPL(ntio_remove_release_and_wait);
