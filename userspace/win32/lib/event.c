// SPDX-License-Identifier: GPL-2.0
/*
 * Events, semaphores and mutexes: eventfds. The state is the descriptor's own,
 * so that the kernel, and a driver that is given the handle, can change it.
 */
#include <limits.h>
#include <sys/eventfd.h>

#include <stdio.h>
#include <unistd.h>

#include "error.h"
#include "eventfd.h"
#include "object.h"

static bool inherits(const SECURITY_ATTRIBUTES *security)
{
	return security && security->bInheritHandle;
}

/* Named objects would be shared by processes: there are none. */
static HANDLE event_object(enum kind kind, unsigned int count, bool manual,
			   LONG most, const SECURITY_ATTRIBUTES *security,
			   bool named)
{
	struct object *object;
	int fd;

	if (named) {
		fail(ERROR_NOT_SUPPORTED);
		return NULL;
	}
	fd = eventfd(count, (inherits(security) ? 0 : EFD_CLOEXEC) |
			    (kind == K_SEMAPHORE ? EFD_SEMAPHORE : 0));
	if (fd < 0) {
		fail_errno(errno);
		return NULL;
	}
	object = object_new(kind, NULL);
	if (!object) {
		close(fd);
		return NULL;
	}
	object->manual = manual;
	object->most = most;
	return handle_new(object, fd);
}

HANDLE CreateEventA(LPSECURITY_ATTRIBUTES security, BOOL manual, BOOL initial,
		    LPCSTR name)
{
	return event_object(K_EVENT, !!initial, manual, 1, security, name);
}

HANDLE CreateEventW(LPSECURITY_ATTRIBUTES security, BOOL manual, BOOL initial,
		    LPCWSTR name)
{
	return event_object(K_EVENT, !!initial, manual, 1, security, name);
}

BOOL SetEvent(HANDLE event)
{
	struct object *object = object_get(event, K_EVENT);

	if (!object)
		return fail(ERROR_INVALID_HANDLE);
	object_tell(object);
	event_fd_set(fd_of(event));
	object_put(object);
	return TRUE;
}

BOOL ResetEvent(HANDLE event)
{
	struct object *object = object_get(event, K_EVENT);

	if (!object)
		return fail(ERROR_INVALID_HANDLE);
	event_fd_clear(fd_of(event));
	object_put(object);
	return TRUE;
}

static HANDLE semaphore(LPSECURITY_ATTRIBUTES security, LONG initial,
			LONG most, bool named)
{
	if (initial < 0 || most <= 0 || initial > most) {
		fail(ERROR_INVALID_PARAMETER);
		return NULL;
	}
	return event_object(K_SEMAPHORE, initial, false, most, security, named);
}

HANDLE CreateSemaphoreA(LPSECURITY_ATTRIBUTES security, LONG initial, LONG most,
			LPCSTR name)
{
	return semaphore(security, initial, most, name);
}

HANDLE CreateSemaphoreW(LPSECURITY_ATTRIBUTES security, LONG initial, LONG most,
			LPCWSTR name)
{
	return semaphore(security, initial, most, name);
}

/* The count, which an eventfd tells only to who takes it, and to /proc. */
static LONG semaphore_count(int fd)
{
	char path[64], line[128];
	unsigned long long count = 0;
	FILE *info;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	info = fopen(path, "re");
	if (!info)
		return 0;
	while (fgets(line, sizeof(line), info))
		if (sscanf(line, "eventfd-count: %llx", &count) == 1)
			break;
	fclose(info);
	return count;
}

BOOL ReleaseSemaphore(HANDLE handle, LONG count, LPLONG previous)
{
	static lock_t releases;
	struct object *object = object_get(handle, K_SEMAPHORE);
	uint64_t more = count;
	LONG before;
	BOOL ok = TRUE;

	if (!object)
		return fail(ERROR_INVALID_HANDLE);
	object_tell(object);
	lock_take(&releases);
	before = semaphore_count(fd_of(handle));
	if (count <= 0)
		ok = fail(ERROR_INVALID_PARAMETER);
	else if (count > object->most - before)
		ok = fail(ERROR_TOO_MANY_POSTS);
	else if (write(fd_of(handle), &more, sizeof(more)) < 0)
		ok = fail_errno(errno);
	lock_drop(&releases);
	if (ok && previous)
		*previous = before;
	object_put(object);
	return ok;
}

static HANDLE mutex(LPSECURITY_ATTRIBUTES security, BOOL owner, bool named)
{
	HANDLE handle = event_object(K_MUTEX, !owner, false, 1, security,
				     named);
	struct object *object = handle && owner ? object_get(handle, K_MUTEX) :
						  NULL;

	if (object) {
		object->mutex.depth = 1;
		atomic_store(&object->mutex.owner, GetCurrentThreadId());
		object_put(object);
	}
	return handle;
}

HANDLE CreateMutexA(LPSECURITY_ATTRIBUTES security, BOOL owner, LPCSTR name)
{
	return mutex(security, owner, name);
}

HANDLE CreateMutexW(LPSECURITY_ATTRIBUTES security, BOOL owner, LPCWSTR name)
{
	return mutex(security, owner, name);
}

BOOL ReleaseMutex(HANDLE handle)
{
	struct object *object = object_get(handle, K_MUTEX);
	BOOL ok = TRUE;

	if (!object)
		return fail(ERROR_INVALID_HANDLE);
	if (atomic_load(&object->mutex.owner) != (int)GetCurrentThreadId()) {
		ok = fail(ERROR_NOT_OWNER);
	} else if (!--object->mutex.depth) {
		atomic_store(&object->mutex.owner, 0);
		object_tell(object);
		event_fd_set(fd_of(handle));
	}
	object_put(object);
	return ok;
}
