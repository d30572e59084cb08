// SPDX-License-Identifier: GPL-2.0
/* Objects, and the table of handles that lead to them. */
#include <linux/futex.h>
#include <sys/eventfd.h>

#include "face.h"

_Atomic(_Atomic(struct object *) *) object_slots[SLOTS];

static lock_t object_lock;
static struct object *spare;

static long futex(lock_t *word, int op, int value)
{
	return syscall(SYS_futex, word, op | FUTEX_PRIVATE_FLAG, value, NULL,
		       NULL, 0);
}

void lock_wait(lock_t *lock)
{
	while (atomic_exchange_explicit(lock, 2, memory_order_acquire))
		futex(lock, FUTEX_WAIT, 2);
}

void lock_wake(lock_t *lock)
{
	futex(lock, FUTEX_WAKE, 1);
}

/* One reference; NULL and the last error: no memory. */
struct object *object_new(enum kind kind)
{
	struct object *object;

	lock_take(&object_lock);
	object = spare;
	if (object)
		spare = object->next;
	lock_drop(&object_lock);
	if (!object)
		object = calloc(1, sizeof(*object));
	if (!object) {
		fail(ERROR_NOT_ENOUGH_MEMORY);
		return NULL;
	}
	memset((char *)object + offsetof(struct object, most), 0,
	       sizeof(*object) - offsetof(struct object, most));
	object->kind = kind;
	object->manual = false;
	atomic_store_explicit(&object->handles, 0, memory_order_relaxed);
	atomic_store_explicit(&object->refs, 1, memory_order_release);
	return object;
}

static void file_free(struct file *file)
{
	struct object *port = atomic_load(&file->port);

	if (file->event >= 0)
		close(file->event);
	if (port)
		object_put(port);
	if (file->waiters) {
		pthread_mutex_destroy(file->waiters);
		pthread_cond_destroy(file->turn);
		free(file->waiters);
		free(file->turn);
	}
}

/* The last reference is gone. */
void object_free(struct object *object)
{
	if (object->kind == K_FILE)
		file_free(&object->file);
	if (object->kind == K_PORT)
		port_free(&object->port);
	lock_take(&object_lock);
	object->next = spare;
	spare = object;
	lock_drop(&object_lock);
}

static _Atomic(struct object *) *slot_of(unsigned int fd)
{
	_Atomic(struct object *) *slots, *none = NULL;

	if (fd >= SLOTS * SLOTS)
		return NULL;
	slots = atomic_load(&object_slots[fd / SLOTS]);
	if (slots)
		return &slots[fd % SLOTS];
	slots = calloc(SLOTS, sizeof(*slots));
	if (!slots)
		return NULL;
	if (!atomic_compare_exchange_strong(&object_slots[fd / SLOTS], &none,
					    slots)) {
		free((void *)slots);
		slots = none;
	}
	return &slots[fd % SLOTS];
}

HANDLE handle_new(struct object *object, int fd)
{
	_Atomic(struct object *) *slot = fd < 0 ? NULL : slot_of(fd);

	if (!slot) {
		fail(ERROR_NOT_ENOUGH_MEMORY);
		if (fd >= 0)
			close(fd);
		object_put(object);
		return NULL;
	}
	atomic_fetch_add(&object->handles, 1);
	atomic_store_explicit(slot, object, memory_order_release);
	return (HANDLE)(uintptr_t)ntio_handle_from_fd(fd);
}

/* Of one of @kinds; false: it is none, or another thread was faster. */
bool handle_close(HANDLE handle, unsigned int kinds)
{
	int fd = fd_of(handle);
	struct object *object = object_get(handle, kinds), *slot = object;

	if (!object)
		return false;
	if (!atomic_compare_exchange_strong(slot_of(fd), &slot, NULL)) {
		object_put(object);
		return false;
	}
	close(fd);
	if (atomic_fetch_sub(&object->handles, 1) == 1 &&
	    object->kind == K_PORT)
		port_close(&object->port);
	object_put(object);	/* the handle's */
	object_put(object);	/* ours */
	return true;
}

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
		self->handle = object_new(K_THREAD);
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
