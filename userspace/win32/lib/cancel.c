// SPDX-License-Identifier: GPL-2.0
/*
 * Cancellation: who asks finds the requests in the rings, and those that other
 * threads wait for; the kernel is asked for each.
 */
#include <winternl.h>

#include "clock.h"
#include "error.h"
#include "request.h"

/**
 * struct victims - which requests are to end
 * @file: of this file object
 * @fd: one of its descriptors
 * @issuer: of this thread; 0: of any
 * @iosb: the one that is called so; NULL: all
 * @count: so many were asked to
 */
struct victims {
	struct object *file;
	int fd;
	pid_t issuer;
	const void *iosb;
	unsigned int count;
};

static void cancel_in_ring(struct ring *ring, void *data)
{
	struct victims *victims = data;
	struct request *request;

	if (!atomic_load(&ring->count))
		return;
	lock_take(&ring->lock);
	for (request = ring->flying; request; request = request->after) {
		if (request->file != victims->file ||
		    (victims->issuer && request->issuer != victims->issuer) ||
		    (victims->iosb && request->iosb != victims->iosb))
			continue;
		if (ntio_cancel(victims->fd, 0, &request->arg.control) > 0)
			victims->count++;
	}
	lock_drop(&ring->lock);
}

/* Those that a thread waits for have no name of the program's. */
static void cancel_call(struct victims *victims, struct thread *thread)
{
	const void *tag;

	if (victims->iosb || victims->issuer ||
	    atomic_load(&thread->call_fd) < 0 ||
	    atomic_load(&thread->call_file) != victims->file)
		return;
	tag = (void *)(uintptr_t)atomic_load(&thread->call_tag);
	if (ntio_cancel(victims->fd, 0, tag) > 0)
		victims->count++;
}

static void cancel(struct victims *victims)
{
	struct thread *thread;

	rings_each(cancel_in_ring, victims);
	lock_take(&thread_lock);
	for (thread = threads; thread; thread = thread->next)
		cancel_call(victims, thread);
	lock_drop(&thread_lock);
}

static bool ring_has(struct ring *ring, const struct object *file)
{
	struct request *request;

	lock_take(&ring->lock);
	request = ring->flying;
	while (request && request->file != file)
		request = request->after;
	lock_drop(&ring->lock);
	return request;
}

/* [8.35], but a driver that does not give them back is not waited for long. */
static void settle(struct thread *self, const struct object *file)
{
	uint64_t end = now_ms() + 2000;

	while (self->ring && ring_has(self->ring, file) && now_ms() < end) {
		thread_drain(self);
		if (ring_has(self->ring, file))
			ring_sleep(self->ring, 100);
	}
}

static bool cancel_of_thread(HANDLE handle)
{
	struct thread *self = thread_self();
	struct victims victims = {
		.file = object_get(handle, K_FILE),
		.fd = fd_of(handle),
		.issuer = GetCurrentThreadId(),
	};

	if (!victims.file)
		return false;
	cancel(&victims);
	if (self && victims.count)
		settle(self, victims.file);
	object_put(victims.file);
	return true;
}

/* -1: no file; else how many. */
static int cancel_named(HANDLE handle, const void *iosb)
{
	struct victims victims = {
		.file = object_get(handle, K_FILE),
		.fd = fd_of(handle),
		.iosb = iosb,
	};

	if (!victims.file)
		return -1;
	cancel(&victims);
	object_put(victims.file);
	return victims.count;
}

BOOL CancelIo(HANDLE handle)
{
	return cancel_of_thread(handle) ? TRUE : fail(ERROR_INVALID_HANDLE);
}

BOOL CancelIoEx(HANDLE handle, LPOVERLAPPED overlapped)
{
	int count = cancel_named(handle, overlapped);

	if (count < 0)
		return fail(ERROR_INVALID_HANDLE);
	return count ? TRUE : fail(ERROR_NOT_FOUND);
}

static void native_cancelled(PIO_STATUS_BLOCK iosb, uint32_t status)
{
	if (!iosb)
		return;
	iosb->Information = 0;
	iosb->Status = status;
}

NTSTATUS NtCancelIoFile(HANDLE file, PIO_STATUS_BLOCK iosb)
{
	if (!cancel_of_thread(file))
		return STATUS_INVALID_HANDLE;
	native_cancelled(iosb, STATUS_SUCCESS);
	return STATUS_SUCCESS;
}

NTSTATUS NtCancelIoFileEx(HANDLE file, PIO_STATUS_BLOCK which,
			  PIO_STATUS_BLOCK iosb)
{
	int count = cancel_named(file, which);
	uint32_t status = count ? STATUS_SUCCESS : STATUS_NOT_FOUND;

	if (count < 0)
		return STATUS_INVALID_HANDLE;
	native_cancelled(iosb, status);
	return status;
}

BOOL CancelSynchronousIo(HANDLE handle)
{
	struct object *object = object_get(handle, K_THREAD);
	struct thread *thread;
	int fd, count = 0;

	if (!object)
		return fail(ERROR_INVALID_HANDLE);
	lock_take(&thread_lock);
	thread = object->thread;
	fd = thread ? atomic_load(&thread->call_fd) : -1;
	if (fd >= 0)
		count = ntio_cancel(fd, 0, (void *)(uintptr_t)atomic_load(
						   &thread->call_tag));
	lock_drop(&thread_lock);
	object_put(object);
	return count > 0 ? TRUE : fail(ERROR_NOT_FOUND);
}
