// SPDX-License-Identifier: GPL-2.0
/*
 * DeviceIoControl. The two ways that most calls take, a synchronous one and one
 * with an event, are written out: they are what programs measure.
 */
#include "io.h"
#include "overlapped.h"

/* [2.28] to [2.30] */
static BOOL control_synchronous(struct object *file, int fd,
				struct ntio_device_control *control,
				LPDWORD returned)
{
	struct thread *self = thread_self();
	uint32_t status;
	bool answered;

	if (!self)
		return fail(ERROR_NOT_ENOUGH_MEMORY);
	if (file->file.overlapped) {
		answered = control_call(self, file, fd, control);
	} else {
		lock_take(&file->file.lock);
		answered = control_call(self, file, fd, control);
		lock_drop(&file->file.lock);
	}
	status = control->out_status;
	if (answered && !NT_ERROR(status))
		*returned = control->out_information;
	return NT_SUCCESS(status) ? TRUE : fail_status(status);
}

/* Of a file without port: the thread's own ring will do. */
static uint32_t control_start(struct object *file, int fd,
			      const struct ntio_device_control *control,
			      OVERLAPPED *overlapped)
{
	struct thread *self = thread_self();
	struct request *request = NULL;

	if (self && ring_of_thread(self))
		request = request_new();
	if (!request)
		return STATUS_INSUFFICIENT_RESOURCES;
	request->arg.control = *control;
	request->arg.iosb = (uintptr_t)&overlapped->Internal;
	request->arg.event = (uintptr_t)overlapped->hEvent & ~3u;
	request->arg.begun = ntio_handle_from_fd(self->begun);
	request->arg.kind = NTIO_OVERLAPPED_CONTROL;
	atomic_store_explicit(&request->refs, 2, memory_order_relaxed);
	atomic_store_explicit(&request->done, false, memory_order_relaxed);
	request->fd = fd;
	request->issuer = self->id;
	request->iosb = overlapped;
	request->packet = false;
	file_is_no_event(&file->file);
	return request_send(request, self, file);
}

static uint32_t control_other(struct object *file, int fd,
			      const struct ntio_device_control *control,
			      OVERLAPPED *overlapped)
{
	struct io io = {
		.fd = fd,
		.file = file,
		.kind = NTIO_OVERLAPPED_CONTROL,
		.code = control->code,
		.in = (void *)(uintptr_t)control->in,
		.in_len = control->in_len,
		.out = (void *)(uintptr_t)control->out,
		.out_len = control->out_len,
		.event = event_of(overlapped),
		.iosb = &overlapped->Internal,
		.context = context_of(overlapped),
	};

	return io_send(&io);
}

static BOOL control_overlapped(struct object *object, int fd,
			       const struct ntio_device_control *control,
			       LPDWORD returned, OVERLAPPED *overlapped)
{
	const struct file *file = &object->file;
	HANDLE event = event_of(overlapped);
	uint32_t status;

	if (event && !is_event(event))
		return fail(ERROR_INVALID_HANDLE);
	overlapped->Internal = STATUS_PENDING;
	if (event && file->overlapped && file->device &&
	    !atomic_load_explicit(&file->port, memory_order_acquire))
		status = control_start(object, fd, control, overlapped);
	else
		status = control_other(object, fd, control, overlapped);
	if (returned && !NT_ERROR(status))
		*returned = overlapped->InternalHigh;
	return io_answer(status);
}

BOOL DeviceIoControl(HANDLE handle, DWORD code, LPVOID in, DWORD in_len,
		     LPVOID out, DWORD out_len, LPDWORD returned,
		     LPOVERLAPPED overlapped)
{
	struct ntio_device_control control = {
		.size = sizeof(control),
		.code = code,
		.in = (uintptr_t)in,
		.out = (uintptr_t)out,
		.in_len = in_len,
		.out_len = out_len,
		.out_reason = NTIO_REASON_CALL,
	};
	struct object *file;
	int fd = fd_of(handle);
	BOOL ok;

	/* Where Windows would crash the caller after the fact [2.44]. */
	if (!returned && !overlapped)
		return fail(ERROR_INVALID_PARAMETER);
	file = object_get(handle, K_FILE);
	if (!file)
		return fail(ERROR_INVALID_HANDLE);
	ok = overlapped ? control_overlapped(file, fd, &control, returned,
					     overlapped) :
			  control_synchronous(file, fd, &control, returned);
	object_put(file);
	return ok;
}
