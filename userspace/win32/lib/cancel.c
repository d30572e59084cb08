// SPDX-License-Identifier: GPL-2.0
/*
 * Cancellation: who asks finds the requests in the rings, and those that other
 * threads wait for; the kernel is asked for each.
 */
#include <errno.h>
#include <unistd.h>

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

/*
 * A call whose handler has not returned is not found yet. It is asked to end all
 * the same, when it begins to wait, unless the thread was only on its way into
 * the kernel. So look again for the same call, so many times, 1 ms apart, and
 * then take it that its driver has the request.
 */
#define HIDDEN_TRIES 100

/**
 * enum found - what became of a thread's call
 * @NOT_THERE: it is in none
 * @ASKED: to end; it may have ended meanwhile
 * @HIDDEN: it is in one that is not found yet
 */
enum found { NOT_THERE, ASKED, HIDDEN };

static bool in_call(struct thread *thread)
{
	return atomic_load(&thread->call_fd) >= 0;
}

/*
 * @thread_lock is held. Calls have no name of the program's, so it is the call
 * that the thread is in that ends. From when it is asked to, the thread does not
 * come past it, nor to its next one. @again: of one that was hidden; a later call
 * of the thread is let alone.
 */
static enum found cancel_call(struct thread *thread, int fd, bool again)
{
	uint64_t tag;

	if (again && !atomic_load(&thread->call_asked))
		return ASKED;
	atomic_store(&thread->call_asked, true);
	if (!in_call(thread)) {
		atomic_store(&thread->call_asked, false);
		return again ? ASKED : NOT_THERE;
	}
	tag = atomic_load(&thread->call_tag);
	if (ntio_cancel(fd, 0, (void *)(uintptr_t)tag) > 0)
		return ASKED;
	if (errno != ENOENT)
		return NOT_THERE;
	return in_call(thread) ? HIDDEN : ASKED;
}

/* How many are hidden. @again: of those that were. */
static unsigned int cancel_calls(struct victims *victims, bool again)
{
	unsigned int found[] = { 0, 0, 0 };
	struct thread *thread;

	lock_take(&thread_lock);
	for (thread = threads; thread; thread = thread->next)
		if (in_call(thread) &&
		    atomic_load(&thread->call_file) == victims->file)
			found[cancel_call(thread, victims->fd, again)]++;
	lock_drop(&thread_lock);
	victims->count += found[ASKED];
	return found[HIDDEN];
}

static void cancel(struct victims *victims)
{
	unsigned int hidden, tries;

	rings_each(cancel_in_ring, victims);
	if (victims->iosb || victims->issuer)
		return;
	hidden = cancel_calls(victims, false);
	victims->count += hidden;
	for (tries = 0; hidden && tries < HIDDEN_TRIES; tries++) {
		usleep(1000);
		hidden = cancel_calls(victims, true);
	}
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

static enum found cancel_call_of(struct object *object, bool again)
{
	enum found found = again ? ASKED : NOT_THERE;
	int fd;

	lock_take(&thread_lock);
	fd = object->thread ? atomic_load(&object->thread->call_fd) : -1;
	if (fd >= 0)
		found = cancel_call(object->thread, fd, again);
	lock_drop(&thread_lock);
	return found;
}

BOOL CancelSynchronousIo(HANDLE handle)
{
	struct object *object = object_get(handle, K_THREAD);
	enum found found = HIDDEN;
	unsigned int tries;

	if (!object)
		return fail(ERROR_INVALID_HANDLE);
	for (tries = 0; found == HIDDEN && tries <= HIDDEN_TRIES; tries++) {
		if (tries)
			usleep(1000);
		found = cancel_call_of(object, tries);
	}
	object_put(object);
	return found == NOT_THERE ? fail(ERROR_NOT_FOUND) : TRUE;
}
