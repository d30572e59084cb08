// SPDX-License-Identifier: GPL-2.0
/*
 * DeviceIoControl. The two ways that most calls take, a synchronous one and one
 * with an event, are written out: they are what programs measure.
 */
#include "io.h"
#include "overlapped.h"

/**
 * struct control - what the caller asks for
 */
struct control {
	struct object *file;
	int fd;
	DWORD code;
	LPVOID in;
	LPVOID out;
	DWORD in_len;
	DWORD out_len;
};

/* All that the kernel reads, and what it must find in the rest. */
static inline void control_fill(struct ntio_device_control *to,
				const struct control *control)
{
	to->size = sizeof(*to);
	to->code = control->code;
	to->in = (uintptr_t)control->in;
	to->out = (uintptr_t)control->out;
	to->in_len = control->in_len;
	to->out_len = control->out_len;
	to->flags = 0;
	to->__reserved = 0;
	to->out_reason = NTIO_REASON_CALL;
	to->out_flags = 0;
}

/* [2.28] to [2.30] */
static inline BOOL control_synchronous(const struct control *control,
				       LPDWORD returned)
{
	struct file *file = &control->file->file;
	struct thread *self = thread_self();
	struct ntio_device_control call;
	bool answered;

	if (!self)
		return fail(ERROR_NOT_ENOUGH_MEMORY);
	control_fill(&call, control);
	if (!file->overlapped)
		lock_take(&file->lock);
	answered = control_call(self, control->file, control->fd, &call);
	if (!file->overlapped)
		lock_drop(&file->lock);
	if (answered && !NT_ERROR(call.out_status))
		*returned = call.out_information;
	return NT_SUCCESS(call.out_status) ? TRUE :
					     fail_status(call.out_status);
}

/* Of a file without port: the thread's own ring will do. */
static inline uint32_t control_start(const struct control *control,
				     OVERLAPPED *overlapped)
{
	struct thread *self = thread_self();
	struct request *request = NULL;

	if (self && ring_of_thread(self))
		request = request_new(self);
	if (!request)
		return STATUS_INSUFFICIENT_RESOURCES;
	control_fill(&request->arg.control, control);
	request->arg.iosb = (uintptr_t)&overlapped->Internal;
	request->arg.event = (uintptr_t)overlapped->hEvent & ~3u;
	request->arg.begun = ntio_handle_from_fd(self->begun);
	request->arg.kind = NTIO_OVERLAPPED_CONTROL;
	atomic_store_explicit(&request->refs, 2, memory_order_relaxed);
	atomic_store_explicit(&request->done, false, memory_order_relaxed);
	request->fd = control->fd;
	request->issuer = self->id;
	request->iosb = overlapped;
	request->packet = false;
	file_is_no_event(&control->file->file);
	return request_send(request, self, control->file);
}

static uint32_t control_other(const struct control *control,
			      OVERLAPPED *overlapped)
{
	struct io io = {
		.fd = control->fd,
		.file = control->file,
		.kind = NTIO_OVERLAPPED_CONTROL,
		.code = control->code,
		.in = control->in,
		.in_len = control->in_len,
		.out = control->out,
		.out_len = control->out_len,
		.event = event_of(overlapped),
		.iosb = &overlapped->Internal,
		.context = context_of(overlapped),
	};

	return io_send(&io);
}

static inline BOOL control_overlapped(const struct control *control,
				      LPDWORD returned, OVERLAPPED *overlapped)
{
	const struct file *file = &control->file->file;
	HANDLE event = event_of(overlapped);
	uint32_t status;

	if (event && !is_event(event))
		return fail(ERROR_INVALID_HANDLE);
	overlapped->Internal = STATUS_PENDING;
	if (event && file->overlapped && file->device &&
	    !atomic_load_explicit(&file->port, memory_order_acquire))
		status = control_start(control, overlapped);
	else
		status = control_other(control, overlapped);
	if (returned && !NT_ERROR(status))
		*returned = overlapped->InternalHigh;
	return io_answer(status);
}

BOOL DeviceIoControl(HANDLE handle, DWORD code, LPVOID in, DWORD in_len,
		     LPVOID out, DWORD out_len, LPDWORD returned,
		     LPOVERLAPPED overlapped)
{
	struct control control = {
		.file = NULL, .fd = fd_of(handle), .code = code,
		.in = in, .out = out, .in_len = in_len, .out_len = out_len,
	};
	BOOL ok;

	/* Where Windows would crash the caller after the fact [2.44]. */
	if (!returned && !overlapped)
		return fail(ERROR_INVALID_PARAMETER);
	control.file = object_get(handle, K_FILE);
	if (!control.file)
		return fail(ERROR_INVALID_HANDLE);
	ok = overlapped ? control_overlapped(&control, returned, overlapped) :
			  control_synchronous(&control, returned);
	object_put(control.file);
	return ok;
}
