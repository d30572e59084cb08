// SPDX-License-Identifier: GPL-2.0
/* Handles: closed, duplicated, inherited. */
#include <fcntl.h>

#include <winternl.h>

#include "error.h"
#include "eventfd.h"
#include "object.h"
#include "self.h"

BOOL CloseHandle(HANDLE handle)
{
	if (!handle_close(handle, ~(K_MANAGER | K_SERVICE)))
		return fail(ERROR_INVALID_HANDLE);
	return TRUE;
}

NTSTATUS NtClose(HANDLE handle)
{
	return handle_close(handle, ~(K_MANAGER | K_SERVICE)) ?
		STATUS_SUCCESS : (NTSTATUS)STATUS_INVALID_HANDLE;
}

/* The object of GetCurrentThread() is made when it is first wanted. */
static HANDLE duplicate_thread(void)
{
	struct thread *self = thread_self();
	int fd;

	if (!self)
		return NULL;
	if (!self->handle) {
		self->ended = event_fd_new(0, 0);
		self->handle = object_new(K_THREAD, NULL);
		if (!self->handle)
			return NULL;
		self->handle->thread = self;
	}
	fd = fcntl(self->ended, F_DUPFD_CLOEXEC, 0);
	object_hold(self->handle);
	return handle_new(self->handle, fd);
}

static HANDLE duplicate(HANDLE source, BOOL inherit)
{
	struct object *object;
	int fd;

	if (source == GetCurrentThread())
		return duplicate_thread();
	object = object_get(source, ~(K_MANAGER | K_SERVICE));
	if (!object) {
		fail(ERROR_INVALID_HANDLE);
		return NULL;
	}
	fd = fcntl(fd_of(source), inherit ? F_DUPFD : F_DUPFD_CLOEXEC, 0);
	if (fd < 0) {
		fail_errno(errno);
		object_put(object);
		return NULL;
	}
	return handle_new(object, fd);
}

BOOL DuplicateHandle(HANDLE source_process, HANDLE source,
		     HANDLE target_process, LPHANDLE target, DWORD access,
		     BOOL inherit, DWORD options)
{
	HANDLE copy;

	(void)access;
	if (source_process != GetCurrentProcess() ||
	    (target && target_process != GetCurrentProcess()))
		return fail(ERROR_NOT_SUPPORTED);
	copy = duplicate(source, inherit);
	if (!copy)
		return FALSE;
	if (options & DUPLICATE_CLOSE_SOURCE)
		CloseHandle(source);
	if (target)
		*target = copy;
	else
		CloseHandle(copy);
	return TRUE;
}

BOOL SetHandleInformation(HANDLE handle, DWORD mask, DWORD flags)
{
	struct object *object = object_get(handle, ~0u);
	int rc = 0;

	if (!object)
		return fail(ERROR_INVALID_HANDLE);
	if (mask & HANDLE_FLAG_INHERIT)
		rc = fcntl(fd_of(handle), F_SETFD,
			   flags & HANDLE_FLAG_INHERIT ? 0 : FD_CLOEXEC);
	object_put(object);
	return rc ? fail_errno(errno) : TRUE;
}
