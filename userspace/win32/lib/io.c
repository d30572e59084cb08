// SPDX-License-Identifier: GPL-2.0
/*
 * The calls that send requests, of both kinds: those of Win32 turn a status
 * into TRUE, FALSE and the last error; the native ones return it.
 */
#include <stdlib.h>
#include <winternl.h>

#include "apc.h"
#include "error.h"
#include "eventfd.h"
#include "io.h"
#include "overlapped.h"
#include "port.h"

static uint64_t offset_of(const OVERLAPPED *overlapped)
{
	return (uint64_t)overlapped->OffsetHigh << 32 | overlapped->Offset;
}

/* --- what ends in the call -------------------------------------------------------- */

static void io_push_packet(struct io *io, const struct ntio_iosb *iosb)
{
	struct object *port = atomic_load(&io->file->file.port);
	struct request *packet;

	if (!port || !io->context)
		return;
	if (io->file->file.modes & FILE_SKIP_COMPLETION_PORT_ON_SUCCESS &&
	    !NT_WARNING(iosb->status))
		return;
	packet = request_new(this_thread);
	if (!packet)
		return;
	atomic_store(&packet->refs, 1);
	packet->key = io->file->file.key;
	packet->context = io->context;
	packet->status = iosb->status;
	packet->information = iosb->information;
	port_push(&port->port, packet);
}

/* [8.14]: who waits is told unless the driver completed with an error. */
static void io_tell(struct io *io, const struct ntio_iosb *iosb)
{
	struct ntio_iosb *to = io->iosb;
	struct apc *apc = io->apc;

	if (to) {
		to->information = iosb->information;
		to->status = iosb->status;
	}
	if (io->event)
		event_fd_set(fd_of(io->event));
	else if (io->file->file.overlapped)
		event_fd_set(io->file->file.event);
	io_push_packet(io, iosb);
	io->apc = NULL;
	if (!apc)
		return;
	apc->status = iosb->status;
	apc->information = iosb->information;
	apc_queue(thread_self(), apc);
}

/* As io_start(), on a synchronous file or one that is no device. */
static uint32_t io_start_and_end(struct io *io)
{
	struct ntio_iosb iosb = { 0, 0 };
	uint32_t status, flags;

	if (io->event)
		event_fd_clear(fd_of(io->event));
	if (io->file->file.overlapped) {
		event_fd_clear(io->file->file.event);
		atomic_store(&io->file->file.signalled, true);
	}
	status = io_wait(io, &iosb, &flags);
	if (flags & NTIO_OUT_IOSB)
		io_tell(io, &iosb);
	free(io->apc);
	io->apc = NULL;
	return status;
}

uint32_t io_send(struct io *io)
{
	struct file *file = &io->file->file;

	return file->overlapped && file->device ? io_start(io) :
						  io_start_and_end(io);
}

/* --- read and write -------------------------------------------------------------------- */

static BOOL rw_overlapped(struct io *io, LPDWORD done, OVERLAPPED *overlapped)
{
	uint32_t status;

	io->event = event_of(overlapped);
	if (io->event && !is_event(io->event))
		return fail(ERROR_INVALID_HANDLE);
	io->iosb = &overlapped->Internal;
	io->context = context_of(overlapped);
	io->offset = offset_of(overlapped);
	io->append = io->offset == (uint64_t)-1;
	overlapped->Internal = STATUS_PENDING;
	status = io_send(io);
	if (done && !NT_ERROR(status) && status != STATUS_PENDING)
		*done = overlapped->InternalHigh;
	return io_answer(status);
}

/* At the file's position. The end of the file is no error here [6.15]. */
static BOOL rw_synchronous(struct io *io, LPDWORD done)
{
	struct ntio_iosb iosb = { 0, 0 };
	uint32_t status, flags;

	if (io->file->file.overlapped)
		return fail(ERROR_INVALID_PARAMETER);
	if (!done)
		return fail(ERROR_INVALID_PARAMETER);
	io->offset = -1;
	status = io_wait(io, &iosb, &flags);
	if (!NT_ERROR(status))
		*done = iosb.information;
	if (status == STATUS_END_OF_FILE)
		return TRUE;
	return NT_SUCCESS(status) ? TRUE : fail_status(status);
}

static BOOL rw(struct io *io, HANDLE handle, LPDWORD done,
	       OVERLAPPED *overlapped)
{
	BOOL ok;

	if (done)
		*done = 0;
	io->fd = fd_of(handle);
	io->file = object_get(handle, K_FILE);
	if (!io->file)
		return fail(ERROR_INVALID_HANDLE);
	ok = overlapped ? rw_overlapped(io, done, overlapped) :
			  rw_synchronous(io, done);
	object_put(io->file);
	return ok;
}

BOOL ReadFile(HANDLE handle, LPVOID buffer, DWORD len, LPDWORD done,
	      LPOVERLAPPED overlapped)
{
	struct io io = {
		.kind = NTIO_OVERLAPPED_READ, .out = buffer, .out_len = len,
	};

	return rw(&io, handle, done, overlapped);
}

BOOL WriteFile(HANDLE handle, LPCVOID buffer, DWORD len, LPDWORD done,
	       LPOVERLAPPED overlapped)
{
	struct io io = {
		.kind = NTIO_OVERLAPPED_WRITE, .in = buffer, .in_len = len,
	};

	return rw(&io, handle, done, overlapped);
}

/* Without event and packet; the routine gets what it is told [8.21]. */
static BOOL rw_routine(struct io *io, OVERLAPPED *overlapped,
		       LPOVERLAPPED_COMPLETION_ROUTINE routine)
{
	uint32_t status;

	if (!io->file->file.overlapped)
		return fail(ERROR_INVALID_PARAMETER);
	io->apc = calloc(1, sizeof(*io->apc));
	if (!io->apc)
		return fail(ERROR_NOT_ENOUGH_MEMORY);
	io->apc->routine = routine;
	io->apc->iosb = overlapped;
	io->iosb = &overlapped->Internal;
	io->offset = offset_of(overlapped);
	io->append = io->offset == (uint64_t)-1;
	overlapped->Internal = STATUS_PENDING;
	status = io_send(io);
	if (NT_ERROR(status))
		return fail_status(status);
	SetLastError(NT_SUCCESS(status) ? ERROR_SUCCESS :
					  ntio_status_to_win32(status));
	return TRUE;
}

static BOOL rw_ex(struct io *io, HANDLE handle, OVERLAPPED *overlapped,
		  LPOVERLAPPED_COMPLETION_ROUTINE routine)
{
	BOOL ok;

	if (!overlapped || !routine)
		return fail(ERROR_INVALID_PARAMETER);
	io->fd = fd_of(handle);
	io->file = object_get(handle, K_FILE);
	if (!io->file)
		return fail(ERROR_INVALID_HANDLE);
	ok = rw_routine(io, overlapped, routine);
	object_put(io->file);
	return ok;
}

BOOL ReadFileEx(HANDLE handle, LPVOID buffer, DWORD len,
		LPOVERLAPPED overlapped,
		LPOVERLAPPED_COMPLETION_ROUTINE routine)
{
	struct io io = {
		.kind = NTIO_OVERLAPPED_READ, .out = buffer, .out_len = len,
	};

	return rw_ex(&io, handle, overlapped, routine);
}

BOOL WriteFileEx(HANDLE handle, LPCVOID buffer, DWORD len,
		 LPOVERLAPPED overlapped,
		 LPOVERLAPPED_COMPLETION_ROUTINE routine)
{
	struct io io = {
		.kind = NTIO_OVERLAPPED_WRITE, .in = buffer, .in_len = len,
	};

	return rw_ex(&io, handle, overlapped, routine);
}

/* --- the native calls ------------------------------------------------------------------ */

static bool native_apc(struct io *io, PIO_APC_ROUTINE routine, void *context)
{
	if (!routine)
		return true;
	io->apc = calloc(1, sizeof(*io->apc));
	if (!io->apc)
		return false;
	io->apc->native = routine;
	io->apc->context = context;
	io->apc->iosb = io->iosb;
	return true;
}

static NTSTATUS native(struct io *io, HANDLE handle, HANDLE event,
		       PIO_APC_ROUTINE routine, PVOID context,
		       PIO_STATUS_BLOCK iosb)
{
	uint32_t status = STATUS_INVALID_HANDLE;

	if (!iosb)
		return STATUS_ACCESS_VIOLATION;
	io->fd = fd_of(handle);
	io->event = event;
	io->iosb = iosb;
	io->context = routine ? NULL : context;
	io->file = object_get(handle, K_FILE);
	if (!io->file)
		return STATUS_INVALID_HANDLE;
	if (!native_apc(io, routine, context))
		status = STATUS_INSUFFICIENT_RESOURCES;
	else if (!event || is_event(event))
		status = io_send(io);
	object_put(io->file);
	return status;
}

NTSTATUS NtDeviceIoControlFile(HANDLE file, HANDLE event,
			       PIO_APC_ROUTINE routine, PVOID context,
			       PIO_STATUS_BLOCK iosb, ULONG code, PVOID in,
			       ULONG in_len, PVOID out, ULONG out_len)
{
	struct io io = {
		.kind = NTIO_OVERLAPPED_CONTROL,
		.code = code,
		.in = in,
		.in_len = in_len,
		.out = out,
		.out_len = out_len,
	};

	return native(&io, file, event, routine, context, iosb);
}

/* None, or -2: where the position is, which only a synchronous file has. */
static uint64_t native_offset(const LARGE_INTEGER *offset)
{
	return offset && offset->QuadPart != -2 ?
		(uint64_t)offset->QuadPart : (uint64_t)-1;
}

NTSTATUS NtReadFile(HANDLE file, HANDLE event, PIO_APC_ROUTINE routine,
		    PVOID context, PIO_STATUS_BLOCK iosb, PVOID buffer,
		    ULONG len, PLARGE_INTEGER offset, PULONG key)
{
	struct io io = {
		.kind = NTIO_OVERLAPPED_READ,
		.out = buffer,
		.out_len = len,
		.offset = native_offset(offset),
	};

	(void)key;
	return native(&io, file, event, routine, context, iosb);
}

NTSTATUS NtWriteFile(HANDLE file, HANDLE event, PIO_APC_ROUTINE routine,
		     PVOID context, PIO_STATUS_BLOCK iosb, PVOID buffer,
		     ULONG len, PLARGE_INTEGER offset, PULONG key)
{
	struct io io = {
		.kind = NTIO_OVERLAPPED_WRITE,
		.in = buffer,
		.in_len = len,
		.offset = native_offset(offset),
		.append = offset && offset->QuadPart == -1,
	};

	(void)key;
	return native(&io, file, event, routine, context, iosb);
}
