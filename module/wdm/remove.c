// SPDX-License-Identifier: GPL-2.0
/* Remove locks are ntio's, in the memory of the driver's. */
#include "layer.h"

static_assert(sizeof(struct ntio_remove_lock) <= sizeof(IO_REMOVE_LOCK));

static struct ntio_remove_lock *to_remove_lock(PIO_REMOVE_LOCK lock)
{
	return (struct ntio_remove_lock *)lock;
}

void ntio_wdm_init_remove_lock(PIO_REMOVE_LOCK lock)
{
	ntio_remove_lock_init(to_remove_lock(lock));
}
EXPORT_SYMBOL_GPL(ntio_wdm_init_remove_lock);

NTSTATUS ntio_wdm_acquire_remove_lock(PIO_REMOVE_LOCK lock)
{
	return (__force NTSTATUS)ntio_remove_acquire(to_remove_lock(lock));
}
EXPORT_SYMBOL_GPL(ntio_wdm_acquire_remove_lock);

void ntio_wdm_release_remove_lock(PIO_REMOVE_LOCK lock)
{
	ntio_remove_release(to_remove_lock(lock));
}
EXPORT_SYMBOL_GPL(ntio_wdm_release_remove_lock);

void ntio_wdm_release_remove_lock_and_wait(PIO_REMOVE_LOCK lock)
{
	ntio_remove_release_and_wait(to_remove_lock(lock));
}
EXPORT_SYMBOL_GPL(ntio_wdm_release_remove_lock_and_wait);
