/* SPDX-License-Identifier: GPL-2.0 */
/* Requests are sent, and waited for. */
#ifndef NTIO_WIN32_OVERLAPPED_H
#define NTIO_WIN32_OVERLAPPED_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/ioctl.h>

#include <windows.h>

#include "ask.h"
#include "error.h"
#include "eventfd.h"
#include "request.h"

uint32_t request_send(struct request *request, struct thread *self,
		      struct object *file);

/* [2.36] Of a request with an event: the file is none meanwhile. */
static inline void file_is_no_event(struct file *file)
{
	if (atomic_load_explicit(&file->signalled, memory_order_relaxed) &&
	    atomic_exchange(&file->signalled, false))
		event_fd_clear(file->event);
}
/* What NtDeviceIoControlFile and the others return. */
uint32_t io_start(struct io *io);
/* On a synchronous file, or where the caller does not want to go on. */
uint32_t io_wait(struct io *io, struct ntio_iosb *iosb, uint32_t *flags);
/* The status of a control that the kernel did not take. */
uint32_t control_refused(int error);

/*
 * Sends a control and waits; true: the answer is filled in.
 * A signal handler may end the call before its driver gives the request back:
 * then the same call waits on.
 */
static inline bool control_call(struct thread *self, struct object *file,
				int fd, struct ntio_device_control *control)
{
	int rc;

	call_enter(self, file, fd, (uintptr_t)control);
	do {
		rc = ioctl(fd, NTIO_IOC_DEVICE_CONTROL, control);
	} while (rc < 0 && control->out_reason == NTIO_REASON_CALL &&
		 errno == EINTR);
	call_leave(self);
	if (control->out_reason != NTIO_REASON_CALL)
		return true;
	control->out_status = control_refused(rc < 0 ? errno : ENOTTY);
	return false;
}

/* Of an OVERLAPPED: the lowest bit of its event is a tag [2.46]. */
static inline HANDLE event_of(const OVERLAPPED *overlapped)
{
	return (HANDLE)((uintptr_t)overlapped->hEvent & ~(uintptr_t)1);
}

static inline void *context_of(OVERLAPPED *overlapped)
{
	return (uintptr_t)overlapped->hEvent & 1 ? NULL : overlapped;
}

/* The last error of a call that may go on. */
static inline BOOL io_answer(uint32_t status)
{
	if (status == STATUS_PENDING)
		return fail(ERROR_IO_PENDING);
	return NT_SUCCESS(status) ? TRUE : fail_status(status);
}

#endif
