// SPDX-License-Identifier: GPL-2.0
/*
 * What drivers are told of an open file: create, cleanup, close.
 *
 * In a stack create goes from the bottom up, cleanup and close from the top
 * down. A driver's cleanup is called in close(2), or by a worker of the device:
 * never where a lock of the core or of a ring is held.
 *
 * A device may ask for requests instead. They are made when the file is opened:
 * a close cannot fail. Each is sent after the callbacks, and may pend:
 *
 *	open ---- create ----> the file is open, or refused
 *	last handle -- cleanup, which keeps the file
 *	last reference -- cleanup, if it did not come before -- close -- freed
 *
 * What follows a request that pends is done by a worker of the device; also
 * after a create whose opener was killed, as if the file had been open.
 */
#include <linux/slab.h>

#include "base/alive.h"
#include "base/status.h"
#include "device/node.h"
#include "entry/entry.h"
#include "request/call.h"
#include "request/release.h"

/* Indices of ntio_file::requests. */
enum {
	NTIO_FILE_CREATE,
	NTIO_FILE_CLEANUP,
	NTIO_FILE_CLOSE,
	NTIO_FILE_REQUESTS,
};

static const enum ntio_major ntio_file_majors[NTIO_FILE_REQUESTS] = {
	[NTIO_FILE_CREATE] = NTIO_MAJOR_CREATE,
	[NTIO_FILE_CLEANUP] = NTIO_MAJOR_CLEANUP,
	[NTIO_FILE_CLOSE] = NTIO_MAJOR_CLOSE,
};

/* What was not sent, or has ended. */
static void ntio_file_drop_requests(struct ntio_file *file, unsigned int first)
{
	for (; first < NTIO_FILE_REQUESTS; first++) {
		if (file->requests[first])
			ntio_call_finish(to_ntio_call(file->requests[first]));
		file->requests[first] = NULL;
	}
}

/* They hold their device, and not the file: close comes when that is dead. */
static bool ntio_file_make_requests(struct ntio_file *file)
{
	struct ntio_device *device = file->device;
	struct ntio_make make = { };
	unsigned int i;

	while (device && !device->file_request)
		device = device->lower;
	for (i = 0; device && i < NTIO_FILE_REQUESTS; i++) {
		make.params.major = ntio_file_majors[i];
		file->requests[i] = __ntio_make_request(device, &make, NULL);
		if (!file->requests[i])
			return false;
		file->requests[i]->file = file;
	}
	return true;
}

/* It ended later than whoever sent it could wait. Any context. */
static void ntio_file_request_ended(struct ntio_request *rq)
{
	struct ntio_file *file = rq->file;

	queue_work(file->device->node->ends, &file->request_work);
}

static const struct ntio_request_ops ntio_file_request_ops = {
	.ended = ntio_file_request_ended,
};

/*
 * Sends one of them, if there are any.
 *
 * Return: true: it has ended; false: @later does the rest, and has the file.
 */
static bool ntio_file_start(struct ntio_file *file, unsigned int which,
			    work_func_t later)
{
	struct ntio_request *rq = file->requests[which];
	ntstatus_t unused;

	if (!rq)
		return true;
	INIT_WORK(&file->request_work, later);
	return ntio_start(rq, &ntio_file_request_ops, &unused);
}

/* --- the end -------------------------------------------------------------- */

static void ntio_file_free(struct ntio_file *file)
{
	ntio_file_drop_requests(file, 0);
	if (file->device)
		ntio_device_close(file);
	ntio_spare_free(file);
	ntio_kept_buffers_free(file);
	ntio_inflight_free(&file->inflight);
	kfree(file);
	ntio_alive_dec(NTIO_ALIVE_FILES);
}

static void ntio_file_free_work(struct work_struct *work)
{
	ntio_file_free(container_of(work, struct ntio_file, request_work));
}

static void ntio_file_close(struct ntio_file *file)
{
	struct ntio_device *device;

	for (device = file->device; device; device = device->lower)
		if (device->close)
			device->close(file);
	if (ntio_file_start(file, NTIO_FILE_CLOSE, ntio_file_free_work))
		ntio_file_free(file);
}

static void ntio_file_close_work(struct work_struct *work)
{
	ntio_file_close(container_of(work, struct ntio_file, request_work));
}

/* The last handle is gone. Claimed: this is done once. */
static void ntio_file_call_cleanup(struct ntio_file *file)
{
	struct ntio_device *device;

	ntio_calls_give_up(file, NULL, true);
	for (device = file->device; device; device = device->lower)
		if (device->cleanup)
			device->cleanup(file);
	if (cancel_delayed_work(&file->watch))
		ntio_file_unhold(file);
}

/**
 * ntio_file_cleanup() - the last handle is gone
 * @file: claimed by ntio_file_claim_cleanup(), and referenced
 */
void ntio_file_cleanup(struct ntio_file *file)
{
	static const struct ntio_request_ops ops = {
		.ended = ntio_request_put_atomic,
	};
	struct ntio_request *rq = file->requests[NTIO_FILE_CLEANUP];
	ntstatus_t unused;

	ntio_file_call_cleanup(file);
	if (!rq)
		return;
	file->requests[NTIO_FILE_CLEANUP] = NULL;
	ntio_request_keep_file(rq);
	if (ntio_start(rq, &ops, &unused))
		ntio_request_put(rq);
}

/**
 * ntio_file_end() - the last reference is gone
 * @file: gone after, or when the drivers are done with it
 */
void ntio_file_end(struct ntio_file *file)
{
	WRITE_ONCE(file->filp, NULL);	/* no reference can be taken */
	if (ntio_file_claim_cleanup(file)) {
		ntio_file_call_cleanup(file);
		if (!ntio_file_start(file, NTIO_FILE_CLEANUP,
				     ntio_file_close_work))
			return;
	}
	ntio_file_close(file);
}

/* --- the begin ------------------------------------------------------------ */

/* Undoes the create of all devices below @device. */
static void ntio_file_unwind(struct ntio_file *file, struct ntio_device *device)
{
	for (device = device->lower; device; device = device->lower) {
		if (device->cleanup)
			device->cleanup(file);
		if (device->close)
			device->close(file);
	}
}

/* From the bottom up; the stack is at most NTIO_STACK_MAX high. */
static ntstatus_t ntio_file_call_create(struct ntio_file *file)
{
	struct ntio_device *stack[NTIO_STACK_MAX], *device;
	ntstatus_t status = STATUS_SUCCESS;
	unsigned int height = 0;

	for (device = file->device; device; device = device->lower)
		stack[height++] = device;
	while (height--) {
		if (!stack[height]->create)
			continue;
		status = stack[height]->create(file);
		if (ntio_is_error(status)) {
			ntio_file_unwind(file, stack[height]);
			return status;
		}
	}
	return STATUS_SUCCESS;
}

/* What was refused has neither cleanup nor close [1.27]; callbacks have. */
static void ntio_file_create_refused(struct ntio_file *file)
{
	ntio_file_drop_requests(file, NTIO_FILE_CLEANUP);
	ntio_file_end(file);
}

/* The opener was killed, and knows nothing of the file. */
static void ntio_file_create_work(struct work_struct *work)
{
	struct ntio_file *file = container_of(work, struct ntio_file,
					      request_work);

	if (ntio_is_error(file->requests[NTIO_FILE_CREATE]->status))
		ntio_file_create_refused(file);
	else
		ntio_file_end(file);
}

static int ntio_file_send_create(struct ntio_file *file)
{
	struct ntio_request *rq = file->requests[NTIO_FILE_CREATE];
	struct file *filp = file->filp;
	ntstatus_t status;

	if (!rq)
		return 0;
	file->filp = NULL;	/* freed with a failed open: no references yet */
	INIT_WORK(&file->request_work, ntio_file_create_work);
	rq->ops = &ntio_file_request_ops;
	if (!ntio_start_and_wait(rq))
		return -EINTR;
	status = ntio_result(to_ntio_call(rq));
	if (ntio_is_error(status)) {
		ntio_file_create_refused(file);
		return ntio_status_errno(status);
	}
	file->filp = filp;
	file->requests[NTIO_FILE_CREATE] = NULL;
	ntio_call_finish(to_ntio_call(rq));
	return 0;
}

/**
 * ntio_file_open() - open the devices of a new file
 * @file: new; gone, or not the caller's any more, if this fails
 * @dev: what is opened
 *
 * Return: 0, or a negative errno.
 */
int ntio_file_open(struct ntio_file *file, struct device *dev)
{
	ntstatus_t status;

	status = ntio_device_open(dev, file);
	if (!ntio_is_error(status) && !ntio_file_make_requests(file))
		status = STATUS_INSUFFICIENT_RESOURCES;
	else if (!ntio_is_error(status))
		status = ntio_file_call_create(file);
	if (!ntio_is_error(status))
		return ntio_file_send_create(file);
	ntio_file_free(file);
	return ntio_status_errno(status);
}
