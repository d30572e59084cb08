// SPDX-License-Identifier: GPL-2.0
/* The calls of completion ports. */
#include <errno.h>
#include <fcntl.h>

#include <winternl.h>

#include "clock.h"
#include "error.h"
#include "port.h"
#include "request.h"
#include "wait.h"

/* The last reference is gone: files have theirs, and requests hold files. */
static void port_freed(struct object *object)
{
	struct port *port = &object->port;
	struct request *packet, *next;

	for (packet = port->first; packet; packet = next) {
		next = packet->next;
		request_put(packet);
	}
	port->first = NULL;
	if (port->ring)
		ring_free(port->ring);
	port->ring = NULL;
}

/*
 * The oldest; NULL: there is none. Who takes entries out of the ring may have
 * taken what was to wake others.
 */
static struct request *port_pop(struct port *port)
{
	port_drain(port);
	return port_shift(port);
}

/* Packets that nobody can take any more hold their files, and these the port. */
static void port_closed(struct object *object)
{
	struct port *port = &object->port;
	struct request *packet;
	int waiters;

	atomic_store(&port->closed, true);
	waiters = atomic_load(&port->waiters);
	while (waiters-- > 0)
		ring_kick(port->ring);
	while ((packet = port_pop(port)))
		request_put(packet);
}

static const struct object_ops port_ops = {
	.closed = port_closed,
	.freed = port_freed,
};

static HANDLE port_new(void)
{
	struct object *object = object_new(K_PORT, &port_ops);
	struct port *port;
	int fd;

	if (!object)
		return NULL;
	port = &object->port;
	port->last = &port->first;
	port->ring = ring_new();
	fd = port->ring ? fcntl(port->ring->fd, F_DUPFD_CLOEXEC, 0) : -1;
	if (fd < 0) {
		fail(ERROR_NO_SYSTEM_RESOURCES);
		object_put(object);
		return NULL;
	}
	return handle_new(object, fd);
}

/* A file belongs to one port, for good [8.20]. */
static BOOL port_associate(HANDLE handle, HANDLE port, ULONG_PTR key)
{
	struct object *file = object_get(handle, K_FILE);
	struct object *object = object_get(port, K_PORT), *none = NULL;
	BOOL ok = TRUE;

	if (!file || !object) {
		ok = fail(ERROR_INVALID_HANDLE);
	} else if (!file->file.overlapped ||
		   atomic_load(&file->file.port)) {
		ok = fail(ERROR_INVALID_PARAMETER);
	} else {
		file->file.key = key;
		object_hold(object);
		if (!atomic_compare_exchange_strong(&file->file.port, &none,
						    object)) {
			object_put(object);
			ok = fail(ERROR_INVALID_PARAMETER);
		}
	}
	if (file)
		object_put(file);
	if (object)
		object_put(object);
	return ok;
}

HANDLE CreateIoCompletionPort(HANDLE file, HANDLE port, ULONG_PTR key,
			      DWORD concurrency)
{
	bool fresh = !port;

	(void)concurrency;
	if (file == INVALID_HANDLE_VALUE && port) {
		fail(ERROR_INVALID_PARAMETER);
		return NULL;
	}
	if (fresh)
		port = port_new();
	if (!port || file == INVALID_HANDLE_VALUE)
		return port;
	if (port_associate(file, port, key))
		return port;
	if (fresh) {
		DWORD error = last_error;

		handle_close(port, K_PORT);
		last_error = error;
	}
	return NULL;
}

/* A child has none of its parent's rings. */
static bool port_is_closed(const struct port *port)
{
	return atomic_load(&port->closed) || ring_is_dead(port->ring);
}

static struct request *port_ends(struct port *port)
{
	if (atomic_load(&port->waiters))
		ring_kick(port->ring);
	fail(ERROR_ABANDONED_WAIT_0);
	return NULL;
}

/* True: a completion routine was called. */
static bool port_rest(struct port *port, DWORD ms, bool alertable)
{
	if (alertable)
		return wait_fd_alertable(port->ring->fd, ms);
	ring_sleep(port->ring, ms);
	return false;
}

/*
 * NULL and the last error: none came, or the port was closed, or (alertable) a
 * completion routine was called.
 */
static struct request *port_sleep(struct port *port, DWORD ms, bool alertable)
{
	uint64_t end = now_ms() + ms, now;
	struct request *packet;
	bool alerted = false;

	for (;;) {
		atomic_fetch_add(&port->waiters, 1);
		packet = port_pop(port);
		if (!packet && !port_is_closed(port) && ms)
			alerted = port_rest(port, ms, alertable);
		atomic_fetch_sub(&port->waiters, 1);
		packet = packet ?: port_pop(port);
		if (packet)
			return packet;
		if (port_is_closed(port))
			return port_ends(port);
		now = now_ms();
		if (alerted || !ms || (ms != INFINITE && now >= end)) {
			fail(alerted ? WAIT_IO_COMPLETION : WAIT_TIMEOUT);
			return NULL;
		}
		if (ms != INFINITE)
			ms = end - now;
	}
}

static struct request *port_take(HANDLE handle, DWORD ms, bool alertable)
{
	struct object *object = object_get(handle, K_PORT);
	struct request *packet;

	if (!object) {
		fail(ERROR_INVALID_HANDLE);
		return NULL;
	}
	packet = port_pop(&object->port);
	if (!packet)
		packet = port_sleep(&object->port, ms, alertable);
	object_put(object);
	return packet;
}

BOOL GetQueuedCompletionStatus(HANDLE port, LPDWORD bytes, PULONG_PTR key,
			       LPOVERLAPPED *overlapped, DWORD ms)
{
	struct request *packet;
	uint32_t status;

	if (!bytes || !key || !overlapped)
		return fail(ERROR_INVALID_PARAMETER);
	*overlapped = NULL;
	packet = port_take(port, ms, false);
	if (!packet)
		return FALSE;
	*overlapped = packet->context;
	*key = packet->key;
	*bytes = packet->information;
	status = packet->status;
	request_put(packet);
	return NT_SUCCESS(status) ? TRUE : fail_status(status);
}

static void entry_fill(OVERLAPPED_ENTRY *entry, struct request *packet)
{
	entry->lpCompletionKey = packet->key;
	entry->lpOverlapped = packet->context;
	entry->Internal = packet->status;
	entry->dwNumberOfBytesTransferred = packet->information;
	request_put(packet);
}

static ULONG entries_fill(HANDLE port, OVERLAPPED_ENTRY *entries, ULONG count)
{
	struct object *object = object_get(port, K_PORT);
	struct request *packet;
	ULONG i = 0;

	while (object && i < count && (packet = port_pop(&object->port)))
		entry_fill(&entries[i++], packet);
	if (object)
		object_put(object);
	return i;
}

BOOL GetQueuedCompletionStatusEx(HANDLE port, LPOVERLAPPED_ENTRY entries,
				 ULONG count, PULONG removed, DWORD ms,
				 BOOL alertable)
{
	struct request *packet;

	if (!entries || !removed || !count)
		return fail(ERROR_INVALID_PARAMETER);
	*removed = 0;
	if (alertable && SleepEx(0, TRUE) == WAIT_IO_COMPLETION)
		return fail(WAIT_IO_COMPLETION);
	packet = port_take(port, ms, alertable);
	if (!packet)
		return FALSE;
	entry_fill(entries, packet);
	*removed = 1 + entries_fill(port, entries + 1, count - 1);
	return TRUE;
}

static bool port_post(HANDLE handle, ULONG_PTR key, void *context,
		      uint32_t status, ULONG_PTR information)
{
	struct object *object = object_get(handle, K_PORT);
	struct request *packet = object ? request_new(this_thread) : NULL;

	if (packet) {
		atomic_store(&packet->refs, 1);
		packet->key = key;
		packet->context = context;
		packet->status = status;
		packet->information = information;
		port_drain(&object->port);	/* what came before it */
		port_push(&object->port, packet);
	} else {
		fail(object ? ERROR_NOT_ENOUGH_MEMORY : ERROR_INVALID_HANDLE);
	}
	if (object)
		object_put(object);
	return packet;
}

BOOL PostQueuedCompletionStatus(HANDLE port, DWORD bytes, ULONG_PTR key,
				LPOVERLAPPED overlapped)
{
	return port_post(port, key, overlapped, STATUS_SUCCESS, bytes);
}

NTSTATUS NtSetIoCompletion(HANDLE port, PVOID key, PVOID context,
			   NTSTATUS status, ULONG_PTR information)
{
	return port_post(port, (ULONG_PTR)key, context, status, information) ?
		STATUS_SUCCESS : (NTSTATUS)STATUS_INVALID_HANDLE;
}

/* Relative times are negative, in units of 100 ns. */
static DWORD ms_of(const LARGE_INTEGER *timeout)
{
	if (!timeout)
		return INFINITE;
	return timeout->QuadPart < 0 ? -timeout->QuadPart / 10000 : 0;
}

NTSTATUS NtRemoveIoCompletion(HANDLE port, PVOID *key, PVOID *context,
			      PIO_STATUS_BLOCK iosb, PLARGE_INTEGER timeout)
{
	DWORD before = last_error, error;
	struct request *packet = port_take(port, ms_of(timeout), false);

	if (packet) {
		*key = (PVOID)packet->key;
		*context = packet->context;
		iosb->Status = packet->status;
		iosb->Information = packet->information;
		request_put(packet);
		return STATUS_SUCCESS;
	}
	error = last_error;
	last_error = before;
	if (error == WAIT_TIMEOUT)
		return STATUS_TIMEOUT;
	return error == ERROR_ABANDONED_WAIT_0 ? STATUS_ABANDONED_WAIT_0 :
						 STATUS_INVALID_HANDLE;
}

BOOL SetFileCompletionNotificationModes(HANDLE handle, UCHAR flags)
{
	const UCHAR known = FILE_SKIP_COMPLETION_PORT_ON_SUCCESS |
			    FILE_SKIP_SET_EVENT_ON_HANDLE;
	struct object *object = object_get(handle, K_FILE);
	BOOL ok = TRUE;

	if (!object)
		return fail(ERROR_INVALID_HANDLE);
	if (flags & ~known || !object->file.overlapped)
		ok = fail(ERROR_INVALID_PARAMETER);
	else
		atomic_fetch_or(&object->file.modes, flags);
	object_put(object);
	return ok;
}
