/* SPDX-License-Identifier: GPL-2.0 */
/* A lock that keeps a device from being removed (Windows: IO_REMOVE_LOCK). */
#ifndef NTIO_REMOVE_H
#define NTIO_REMOVE_H

#include <linux/completion.h>
#include <linux/refcount.h>

#include "types.h"

/**
 * struct ntio_remove_lock - counts who uses what a removal takes away
 *
 * A driver acquires it for as long as it uses its hardware, or whatever else is
 * gone after a removal: around a request, a timer, a worker. A device that
 * vanishes by surprise is removed in this order [8.43]:
 *
 *	ntio_remove_acquire(&lock);
 *	ntio_unregister(&device);		nothing new comes
 *	ntio_queue_cancel(&queue, NULL, STATUS_DELETE_PENDING);
 *	ntio_remove_release_and_wait(&lock);	what runs has ended
 *
 * After that nobody has the lock, and nobody gets it. Files may still be open,
 * or none: ntio_device::release comes before or after, so the memory of lock
 * and queue stays for both.
 */
struct ntio_remove_lock {
	/* private: the removal has one until it waits */
	refcount_t holds;
	bool removing;
	struct completion drained;
};

/**
 * ntio_remove_lock_init() - nobody has it (Windows: IoInitializeRemoveLock)
 * @lock: in the driver's memory
 */
void ntio_remove_lock_init(struct ntio_remove_lock *lock);

/**
 * ntio_remove_acquire() - keep the device (Windows: IoAcquireRemoveLock)
 * @lock: the lock
 *
 * Context: Any.
 * Return: STATUS_SUCCESS, and ntio_remove_release() follows;
 *	STATUS_DELETE_PENDING: it is being removed, or was.
 */
ntstatus_t ntio_remove_acquire(struct ntio_remove_lock *lock);

/**
 * ntio_remove_release() - do not use it any more (Windows: IoReleaseRemoveLock)
 * @lock: acquired
 *
 * Context: Any.
 */
void ntio_remove_release(struct ntio_remove_lock *lock);

/**
 * ntio_remove_release_and_wait() - let nobody acquire it, and wait for those
 * who have (Windows: IoReleaseRemoveLockAndWait)
 * @lock: acquired by the caller; once
 *
 * Can be frozen, and does not count as load.
 *
 * Context: May sleep. Not where a request is served that has acquired it.
 */
void ntio_remove_release_and_wait(struct ntio_remove_lock *lock);

#endif
