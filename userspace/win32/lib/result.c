// SPDX-License-Identifier: GPL-2.0
/* What became of an overlapped request. */
#include <poll.h>

#include <stdlib.h>

#include "error.h"
#include "eventfd.h"
#include "object.h"
#include "wait.h"

static bool is_pending(const OVERLAPPED *overlapped)
{
	return __atomic_load_n(&overlapped->Internal, __ATOMIC_ACQUIRE) ==
	       STATUS_PENDING;
}

static bool file_lead_init(struct file *file)
{
	static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;
	bool ok = true;

	pthread_mutex_lock(&making);
	if (!file->waiters) {
		pthread_mutex_t *waiters = malloc(sizeof(*waiters));

		file->turn = malloc(sizeof(*file->turn));
		ok = waiters && file->turn;
		if (ok) {
			pthread_mutex_init(waiters, NULL);
			pthread_cond_init(file->turn, NULL);
			file->waiters = waiters;
		} else {
			free(waiters);
			free(file->turn);
			file->turn = NULL;
		}
	}
	pthread_mutex_unlock(&making);
	return ok;
}

/*
 * Without an event the file is the event, for all its requests: one of those
 * who wait takes the signal, and wakes the others, to look for themselves. It
 * leaves the signal as it would be without them.
 */
static void file_await(struct file *file, const OVERLAPPED *overlapped)
{
	struct pollfd set = { .fd = file->event, .events = POLLIN };

	pthread_mutex_lock(file->waiters);
	while (is_pending(overlapped)) {
		if (file->led) {
			pthread_cond_wait(file->turn, file->waiters);
			continue;
		}
		file->led = true;
		pthread_mutex_unlock(file->waiters);
		poll(&set, 1, -1);
		event_fd_take(file->event);
		pthread_mutex_lock(file->waiters);
		file->led = false;
		pthread_cond_broadcast(file->turn);
	}
	event_fd_set(file->event);
	pthread_mutex_unlock(file->waiters);
}

static DWORD await_file(HANDLE handle, const OVERLAPPED *overlapped, DWORD ms,
			bool alertable)
{
	struct object *object = object_get(handle, K_FILE);
	DWORD result = WAIT_OBJECT_0;

	if (!object) {
		fail(ERROR_INVALID_HANDLE);
		return WAIT_FAILED;
	}
	if (ms == INFINITE && !alertable && object->file.overlapped &&
	    file_lead_init(&object->file))
		file_await(&object->file, overlapped);
	else
		result = wait_for(handle, ms, alertable);
	object_put(object);
	return result;
}

static DWORD await(HANDLE handle, const OVERLAPPED *overlapped, DWORD ms,
		   bool alertable)
{
	HANDLE event = (HANDLE)((uintptr_t)overlapped->hEvent & ~(uintptr_t)1);

	return event ? wait_for(event, ms, alertable) :
		       await_file(handle, overlapped, ms, alertable);
}

/* [8.19]: the count is told even of what failed. */
static BOOL outcome(const OVERLAPPED *overlapped, LPDWORD transferred)
{
	uint32_t status = overlapped->Internal;

	if (transferred)
		*transferred = overlapped->InternalHigh;
	return NT_SUCCESS(status) ? TRUE : fail_status(status);
}

/* Waits, unless that is not wanted; false and the last error: in vain. */
static __attribute__((noinline)) BOOL ended(HANDLE handle,
					    const OVERLAPPED *overlapped,
					    DWORD ms, bool alertable)
{
	DWORD result;

	if (!ms)
		return fail(ERROR_IO_INCOMPLETE);
	result = await(handle, overlapped, ms, alertable);
	if (result == WAIT_FAILED)
		return FALSE;
	if (result != WAIT_OBJECT_0)
		return fail(result);
	return is_pending(overlapped) ? fail(ERROR_IO_INCOMPLETE) : TRUE;
}

BOOL GetOverlappedResultEx(HANDLE handle, LPOVERLAPPED overlapped,
			   LPDWORD transferred, DWORD ms, BOOL alertable)
{
	if (!overlapped)
		return fail(ERROR_INVALID_PARAMETER);
	if (is_pending(overlapped) &&
	    !ended(handle, overlapped, ms, alertable))
		return FALSE;
	return outcome(overlapped, transferred);
}

BOOL GetOverlappedResult(HANDLE handle, LPOVERLAPPED overlapped,
			 LPDWORD transferred, BOOL wait)
{
	return GetOverlappedResultEx(handle, overlapped, transferred,
				     wait ? INFINITE : 0, FALSE);
}
