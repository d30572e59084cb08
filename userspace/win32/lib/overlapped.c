// SPDX-License-Identifier: GPL-2.0
/*
 * Requests: sent, and waited for.
 *
 * A request goes through the ring of its thread, or through that of its file's
 * completion port if it is to leave a packet there.
 */
#include <poll.h>

#include "overlapped.h"
#include "plain.h"

static void request_fill(struct request *request, struct io *io)
{
	request->arg = (struct ntio_overlapped){
		.control = {
			.size = sizeof(request->arg.control),
			.code = io->code,
			.in = (uintptr_t)io->in,
			.out = (uintptr_t)io->out,
			.in_len = io->in_len,
			.out_len = io->out_len,
			.out_reason = NTIO_REASON_CALL,
		},
		.iosb = (uintptr_t)io->iosb,
		.offset = io->offset,
		.kind = io->kind,
	};
	atomic_store_explicit(&request->refs, 2, memory_order_relaxed);
	atomic_store_explicit(&request->done, false, memory_order_relaxed);
	request->fd = io->fd;
	request->apc = io->apc;
	io->apc = NULL;
	request->context = io->context;
	request->iosb = io->iosb;
	request->packet = false;
}

/*
 * [2.36]: the file is an event, too: any request resets it, and those without
 * an event set it.
 */
static void request_choose_event(struct request *request, const struct io *io)
{
	struct file *file = &io->file->file;

	if (io->event) {
		request->arg.event = ntio_handle_from_fd(fd_of(io->event));
		file_is_no_event(file);
	} else {
		request->arg.event = ntio_handle_from_fd(file->event);
		atomic_store(&file->signalled, true);
	}
}

/* Where the request is answered by a worker the begin comes later. */
static void request_await_begin(struct request *request, struct thread *self,
			 struct port *port)
{
	struct pollfd begun = { .fd = self->begun, .events = POLLIN };

	for (;;) {
		thread_drain(self);
		if (port && !request_answered(request))
			port_drain(port);
		if (request_answered(request) || atomic_load(&request->done))
			return;
		if (poll(&begun, 1, 1000) > 0)
			event_fd_take(self->begun);
	}
}

/* [2.32]: what the driver returned. */
static uint32_t request_returned(const struct request *request)
{
	const struct ntio_device_control *control = &request->arg.control;
	uint32_t flags = *(volatile const __u32 *)&control->out_flags;

	if (!request_answered(request))
		return request->res < 0 ? status_of_errno(-request->res) :
					  STATUS_INVALID_DEVICE_REQUEST;
	return flags & NTIO_OUT_PENDED ? STATUS_PENDING : control->out_status;
}

static struct port *io_port(const struct io *io)
{
	struct object *port = atomic_load_explicit(&io->file->file.port,
						   memory_order_acquire);

	return port && io->context ? &port->port : NULL;
}

static uint32_t request_unsent(struct request *request, int rc)
{
	request_put(request);		/* the ring's */
	request_put(request);
	return status_of_errno(-rc);
}

/* Through the port's ring, where others may take its entry. */
static uint32_t request_send_port(struct request *request, struct thread *self,
				  struct port *port, struct object *file)
{
	uint32_t status;
	int rc;

	ring_list(port->ring, request, file);
	rc = ring_send(port->ring, request);
	if (rc) {
		ring_unlist(port->ring, request);
		return request_unsent(request, rc);
	}
	if (!request_answered(request))
		request_await_begin(request, self, port);
	status = request_returned(request);
	if (request_ended(request) && request_skips_packet(request))
		port_drain(port);
	request_put(request);
	return status;
}

/* Through the thread's own ring. Only what goes on has to be found there. */
uint32_t request_send(struct request *request, struct thread *self,
		      struct object *file)
{
	struct ring *ring = self->ring;
	uint32_t status;
	int rc;

	rc = ring_send_own(ring, request);
	if (rc)
		return request_unsent(request, rc);
	if (!request_answered(request))
		request_await_begin(request, self, NULL);
	status = request_returned(request);
	if (!request_ended(request)) {
		ring_list(ring, request, file);
		/* Of those that nobody has looked for: they would pile up. */
		thread_drain(self);
	} else if (!ring_take_only(ring, request)) {
		thread_drain(self);
	} else if (request->apc) {
		request_end(request, NULL);
	} else {
		request_keep(self, request);	/* nobody else knows it */
		return status;
	}
	request_put(request);
	return status;
}

/*
 * Sends a request and does not wait for it. The kernel resets the event; it is
 * reset even where the driver is not asked, unless the handle was not valid.
 */
uint32_t io_start(struct io *io)
{
	struct thread *self = thread_self();
	struct port *port = io_port(io);
	struct request *request = NULL;

	if (self && ring_of_thread(self))
		request = request_new(self);
	if (!request) {
		free(io->apc);
		return STATUS_INSUFFICIENT_RESOURCES;
	}
	request_fill(request, io);
	request_choose_event(request, io);
	request->arg.begun = ntio_handle_from_fd(self->begun);
	request->issuer = self->id;
	if (port) {
		request->packet = true;
		request->key = io->file->file.key;
		return request_send_port(request, self, port, io->file);
	}
	return request_send(request, self, io->file);
}

/* --- requests that are waited for ------------------------------------------------ */

uint32_t control_refused(int error)
{
	return error == ENOTTY ? STATUS_INVALID_DEVICE_REQUEST :
				 status_of_errno(error);
}

static uint32_t control_wait(struct thread *self, struct io *io,
			     struct ntio_iosb *iosb, uint32_t *flags)
{
	struct ntio_device_control control = {
		.size = sizeof(control),
		.code = io->code,
		.in = (uintptr_t)io->in,
		.out = (uintptr_t)io->out,
		.in_len = io->in_len,
		.out_len = io->out_len,
		.out_reason = NTIO_REASON_CALL,
	};

	*flags = 0;
	if (control_call(self, io->file, io->fd, &control)) {
		*flags = control.out_flags;
		iosb->status = control.out_iosb_status;
		iosb->information = control.out_information;
	}
	return control.out_status;
}

/* A read or write of a device, by a ring, which gives a status. */
static uint32_t rw_wait(struct thread *self, struct io *io,
			struct ntio_iosb *iosb, uint32_t *flags)
{
	struct ring *ring = ring_of_thread(self);
	struct request *request = ring ? request_new(self) : NULL;
	const struct ntio_device_control *control;
	uint32_t status;

	if (!request)
		return STATUS_INSUFFICIENT_RESOURCES;
	request_fill(request, io);
	request->arg.iosb = 0;
	if (io->offset == (uint64_t)-1)
		request->arg.offset = io->file->file.position;
	request->issuer = self->id;
	control = &request->arg.control;
	call_enter(self, io->file, io->fd, (uintptr_t)control);
	if (ring_send_own(ring, request)) {
		call_leave(self);
		return request_unsent(request, -ENOMEM);
	}
	for (thread_drain(self); !atomic_load(&request->done);
	     thread_drain(self))
		ring_sleep(ring, INFINITE);
	call_leave(self);
	*flags = 0;
	if (request_answered(request)) {
		status = control->out_status;
		*flags = control->out_flags;
		iosb->status = control->out_iosb_status;
		iosb->information = control->out_information;
		if (!NT_ERROR(status))
			io->file->file.position = request->arg.offset +
						  iosb->information;
	} else {
		status = request->res < 0 ? status_of_errno(-request->res) :
					    STATUS_INVALID_DEVICE_REQUEST;
	}
	request_put(request);
	return status;
}

/*
 * Sends a request and waits for its end. @flags: enum ntio_out_flags, where
 * @iosb counts only with NTIO_OUT_IOSB.
 */
uint32_t io_wait(struct io *io, struct ntio_iosb *iosb, uint32_t *flags)
{
	struct file *file = &io->file->file;
	struct thread *self = thread_self();
	uint32_t status;

	if (!self)
		return STATUS_INSUFFICIENT_RESOURCES;
	if (!file->overlapped)
		lock_take(&file->lock);
	if (io->kind == NTIO_OVERLAPPED_CONTROL) {
		status = control_wait(self, io, iosb, flags);
	} else if (file->device) {
		status = rw_wait(self, io, iosb, flags);
	} else {
		status = plain_rw(io, iosb);
		*flags = NT_ERROR(status) ? 0 : NTIO_OUT_IOSB;
	}
	if (!file->overlapped)
		lock_drop(&file->lock);
	return status;
}
