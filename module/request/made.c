// SPDX-License-Identifier: GPL-2.0
/*
 * Requests that a driver makes and sends to a device.
 *
 * The maker is the caller here, and its memory the caller's memory: kernel
 * memory, which is copied when the request is made, and written when it has
 * ended and the maker is told. A maker that is killed while it waits may free
 * its memory; the drivers go on with what the request has.
 *
 * There is no caller token: an in-caller handler refuses, as it refuses what a
 * driver forwards.
 */
#include <linux/highmem.h>

#include <trace/events/ntio.h>

#include "base/limits.h"
#include "base/violation.h"
#include "device/node.h"
#include "memory/mdl.h"
#include "request/release.h"
#include "transfer/transfer.h"
#include "verifier/hooks.h"

/* Copy-back as for a caller in user space [2.23] [2.24]. */
static bool ntio_made_buffered_deliver(struct ntio_request *rq,
				       const struct ntio_caller *unused)
{
	if (ntio_is_error(rq->status) || rq->status == STATUS_VERIFY_REQUIRED)
		return true;
	if (rq->information > rq->buffer_out_len) {
		ntio_violation(rq->device,
			       NTIO_VIOLATION_INFORMATION_TOO_LARGE);
		rq->information = rq->buffer_out_len;
	}
	memcpy(to_ntio_call(rq)->out, rq->system_buffer, rq->information);
	return true;
}

/* All that the drivers stored, whatever the status; they may have advanced. */
static bool ntio_made_direct_deliver(struct ntio_request *rq,
				     const struct ntio_caller *unused)
{
	struct page **pages = rq->owned_mdls->set->pages;
	size_t done, part, len = rq->buffer_out_len;

	for (done = 0; done < len; done += part) {
		part = min_t(size_t, len - done, PAGE_SIZE);
		memcpy_from_page(to_ntio_call(rq)->out + done, *pages++, 0,
				 part);
	}
	return true;
}

static const struct ntio_transfer ntio_made_buffered = {
	.deliver = ntio_made_buffered_deliver,
};

static const struct ntio_transfer ntio_made_direct = {
	.deliver = ntio_made_direct_deliver,
};

static void ntio_made_deliver(struct ntio_request *rq)
{
	if (to_ntio_call(rq)->out)
		rq->transfer->deliver(rq, NULL);
	trace_ntio_delivered(rq, rq->status);
}

/* The buffers as a device control has them, and by which method. */
static unsigned int ntio_made_method(struct ntio_request *rq,
				     struct ntio_make *make)
{
	bool write = rq->major == NTIO_MAJOR_WRITE;
	enum ntio_io io = rq->device->io;

	if (rq->major == NTIO_MAJOR_DEVICE_CONTROL) {
		rq->buffer_in_len = rq->in_len;
		rq->buffer_out_len = rq->out_len;
		return NTIO_CTL_METHOD(rq->code);
	}
	if ((rq->major != NTIO_MAJOR_READ && !write) || io == NTIO_IO_NEITHER)
		return NTIO_METHOD_NEITHER;
	if (io == NTIO_IO_DIRECT) {
		rq->buffer_out_len = rq->length;
		make->out = write ? (void *)make->in : make->out;
		return write ? NTIO_METHOD_IN_DIRECT : NTIO_METHOD_OUT_DIRECT;
	}
	if (write)
		rq->buffer_in_len = rq->length;
	else
		rq->buffer_out_len = rq->length;
	return NTIO_METHOD_BUFFERED;
}

static bool ntio_made_copy_in(struct ntio_request *rq, const void *in,
			      size_t size)
{
	if (!size)
		return true;
	if (size > min_t(size_t, READ_ONCE(ntio_max_buffered), INT_MAX) ||
	    !ntio_system_buffer_alloc(rq, size, 0))
		return false;
	memcpy(rq->system_buffer, in, rq->buffer_in_len);
	memset(rq->system_buffer + rq->buffer_in_len, 0,
	       size - rq->buffer_in_len);
	return true;
}

/* Also what is written has the maker's bytes, as its own pages would have. */
static bool ntio_made_make_mdl(struct ntio_request *rq, const void *buffer,
			       bool writable)
{
	size_t len = rq->buffer_out_len;
	struct ntio_mdl *mdl;

	if (!len)
		return true;
	if (len > READ_ONCE(ntio_max_locked))
		return false;
	mdl = ntio_mdl_pages(len);
	if (!mdl)
		return false;
	ntio_mdl_copy_to(mdl, 0, buffer, len);
	mdl->writable = writable;
	mdl->device = rq->device;
	ntio_request_add_mdl(rq, mdl);
	return true;
}

static bool ntio_made_make_buffers(struct ntio_request *rq,
				   struct ntio_make make)
{
	unsigned int method = ntio_made_method(rq, &make);
	struct ntio_call *call = to_ntio_call(rq);
	bool writable = method == NTIO_METHOD_OUT_DIRECT;

	if (method == NTIO_METHOD_NEITHER)
		return true;
	rq->transfer = &ntio_made_direct;
	if (method == NTIO_METHOD_BUFFERED)
		rq->transfer = &ntio_made_buffered;
	if (rq->buffer_out_len && method != NTIO_METHOD_IN_DIRECT)
		call->out = make.out;
	if (method == NTIO_METHOD_BUFFERED)
		return ntio_made_copy_in(rq, make.in, max(rq->buffer_in_len,
							  rq->buffer_out_len));
	return ntio_made_copy_in(rq, make.in, rq->buffer_in_len) &&
	       ntio_made_make_mdl(rq, make.out, writable);
}

struct ntio_request *__ntio_make_request(struct ntio_device *device,
					 const struct ntio_make *make,
					 struct module *maker)
{
	struct ntio_call *call;

	if (ntio_verify_fails(_RET_IP_) || !try_module_get(maker))
		return NULL;
	call = ntio_call_alloc(device, make->file, false);
	if (!call) {
		module_put(maker);
		return NULL;
	}
	call->maker = maker;
	call->rq.params = make->params;
	ntio_request_hold_device(&call->rq);
	if (make->file && !ntio_file_tryhold(make->file)) {
		ntio_request_put(&call->rq);
		return NULL;
	}
	if (make->file)
		set_bit(NTIO_REQUEST_KEEPS_FILE, &call->rq.state);
	if (ntio_made_make_buffers(&call->rq, *make))
		return &call->rq;
	ntio_request_put(&call->rq);
	return NULL;
}
EXPORT_SYMBOL_GPL(__ntio_make_request);

/* What drivers rely on is checked for every caller. */
static ntstatus_t ntio_made_check(struct ntio_request *rq)
{
	const struct ntio_control *control;

	if (ntio_is_file_request(rq))
		return STATUS_SUCCESS;
	if (!READ_ONCE(rq->device->node->device))
		return ntio_request_reject(rq, STATUS_DELETE_PENDING,
					   NTIO_REASON_DEVICE_GONE, 0);
	if (rq->major != NTIO_MAJOR_DEVICE_CONTROL) {
		rq->never_pends = rq->device->never_pends;
		return STATUS_SUCCESS;
	}
	control = ntio_control_find(rq);
	rq->never_pends = control && control->never_pends;
	return control ? ntio_check_lengths(rq, control) : STATUS_SUCCESS;
}

/* What is refused has the drivers' hold all the same, which its end drops. */
static ntstatus_t ntio_made_begin(struct ntio_request *rq)
{
	ntstatus_t status;

	trace_ntio_submit(rq, NTIO_TRACE_DRIVER);
	status = ntio_made_check(rq);
	if (!ntio_is_error(status))
		return ntio_stack_begin(rq, NULL);
	ntio_request_hold(rq);
	return ntio_refuse(rq, status, rq->reason);
}

/**
 * ntio_start() - send a request and go on
 * @rq: not sent yet
 * @ops: what is told if it ends later
 * @returned: what the handler at the top returned
 *
 * Return: whether it has ended; if not, and the sender does not hold it, it may
 *	be gone.
 */
bool ntio_start(struct ntio_request *rq, const struct ntio_request_ops *ops,
		ntstatus_t *returned)
{
	rq->ops = ops;
	*returned = ntio_made_begin(rq);
	return ntio_ended_before(rq, NTIO_PHASE_DISPATCHED, NTIO_PHASE_PARKED);
}

static void ntio_made_ended(struct ntio_request *rq)
{
	struct ntio_call *call = to_ntio_call(rq);

	ntio_made_deliver(rq);
	if (call->ended)
		call->ended(rq, call->ended_context);
}

static const struct ntio_request_ops ntio_made_ops = {
	.ended = ntio_made_ended,
};

ntstatus_t ntio_send(struct ntio_request *rq, ntio_ended_t ended, void *context)
{
	struct ntio_call *call = to_ntio_call(rq);
	ntstatus_t returned;

	call->ended = ended;
	call->ended_context = context;
	if (ntio_start(rq, &ntio_made_ops, &returned))
		ntio_made_ended(rq);
	return returned;
}
EXPORT_SYMBOL_GPL(ntio_send);

/* False: the thread is being killed, and the request goes on without it. */
bool ntio_start_and_wait(struct ntio_request *rq)
{
	to_ntio_call(rq)->returned = ntio_made_begin(rq);
	return ntio_request_ended(rq) || ntio_wait_killable(rq);
}

ntstatus_t ntio_send_and_wait(struct ntio_request *rq, u64 *information)
{
	ntstatus_t status;

	*information = 0;
	if (!ntio_start_and_wait(rq))
		return STATUS_CANCELLED;
	status = ntio_result(to_ntio_call(rq));
	ntio_made_deliver(rq);
	*information = rq->information;
	return status;
}
EXPORT_SYMBOL_GPL(ntio_send_and_wait);

void ntio_free_request(struct ntio_request *rq)
{
	ntio_request_put_atomic(rq);
}
EXPORT_SYMBOL_GPL(ntio_free_request);
