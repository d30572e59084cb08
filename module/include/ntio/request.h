/* SPDX-License-Identifier: GPL-2.0 */
/* A request on its way through a driver (Windows: IRP). */
#ifndef NTIO_REQUEST_H
#define NTIO_REQUEST_H

#include <linux/completion.h>
#include <linux/refcount.h>
#include <linux/workqueue.h>

#include "mdl.h"
#include "types.h"

struct ntio_device;
struct ntio_file;
struct ntio_transfer;

/**
 * struct ntio_request - a device control request (Windows: IRP)
 * @device: the device it was sent to
 * @file: the open file it was sent on (Windows: FileObject)
 * @code: control code (Windows: Parameters.DeviceIoControl.IoControlCode)
 * @in_len: length of the first buffer (Windows: InputBufferLength)
 * @out_len: length of the second buffer (Windows: OutputBufferLength)
 * @system_buffer: kernel copy of the first buffer; for BUFFERED codes it has
 *	the larger of both lengths, zero behind the input, and the driver
 *	answers in it. NULL if there is nothing to hold, and for NEITHER.
 *	(Windows: AssociatedIrp.SystemBuffer)
 * @mdl: the locked second buffer of a DIRECT code, NULL if its length is 0
 *	(Windows: MdlAddress)
 * @context: for the driver, which owns it until it completes the request
 *
 * Holds kernel buffers and locked pages, never an address of the caller: it
 * may travel to workers and other contexts. The driver owns the request from
 * the call of its handler until it completes it, and must not touch it after
 * that [8.3]. All buffers belong to the core.
 */
struct ntio_request {
	struct ntio_device *device;
	struct ntio_file *file;
	u32 code;
	u32 in_len;
	u32 out_len;
	void *system_buffer;
	struct ntio_mdl *mdl;
	void *context;
	/* private: see request.c */
	const struct ntio_transfer *transfer;
	bool long_term;
	unsigned long state;
	refcount_t refs;
	ntstatus_t status;
	u32 reason;
	u64 detail;
	u64 information;
	struct completion done;
	struct work_struct free_work;
	struct ntio_mdl mdl_storage;
};

/**
 * ntio_complete() - end a request (Windows: IoCompleteRequest)
 * @rq: the request; not touched by the driver any more
 * @status: its outcome
 * @information: number of bytes transferred, or what the control code defines.
 *	For BUFFERED codes that many bytes of the system buffer are copied to
 *	the caller unless @status is an error [2.23]; more than the output
 *	holds is the driver's mistake: it is clamped and reported [2.24].
 *
 * Completing twice is reported and ignored.
 *
 * Context: Any; does not sleep.
 * Return: @status, so that a handler can return it.
 */
ntstatus_t ntio_complete(struct ntio_request *rq, ntstatus_t status,
			 u64 information);

/**
 * ntio_refuse() - end a request with an error, and say why
 * @rq: the request
 * @status: its outcome
 * @reason: which rule said no
 *
 * ntio_complete() with no information and a reason for the caller.
 *
 * Context: Any; does not sleep.
 * Return: @status.
 */
ntstatus_t ntio_refuse(struct ntio_request *rq, ntstatus_t status,
		       enum ntio_reason reason);

/**
 * ntio_mark_pending() - say that the request will end later
 * @rq: the request
 *
 * Before the request becomes visible to whoever will complete it; the handler
 * must return STATUS_PENDING then [8.1]. (Windows: IoMarkIrpPending)
 *
 * Context: The handler.
 */
void ntio_mark_pending(struct ntio_request *rq);

#endif
