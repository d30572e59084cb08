// SPDX-License-Identifier: GPL-2.0
/*
 * METHOD_IN_DIRECT and METHOD_OUT_DIRECT: the first buffer is copied in, the
 * second is locked. The access it is locked for is all that differs [3.1].
 */
#include <trace/events/ntio.h>

#include "base/alive.h"
#include "base/limits.h"
#include "memory/mdl.h"
#include "request/call.h"
#include "transfer/transfer.h"

/*
 * Locks the second buffer of a request; its length is not 0. Needs no
 * allocation where there are few pages.
 */
static ntstatus_t ntio_lock_buffer(struct ntio_request *rq,
				   const struct ntio_caller *caller, bool write)
{
	size_t limit = READ_ONCE(ntio_max_locked);
	struct ntio_mdl *mdl = &rq->mdl_storage;
	struct ntio_pin pin = {
		.addr = caller->out,
		.len = rq->buffer_out_len,
		.write = write,
		.short_term = rq->never_pends,
	};
	ntstatus_t status;

	if (pin.len > limit)
		return ntio_request_reject(rq, STATUS_INSUFFICIENT_RESOURCES,
					   NTIO_REASON_LOCK_LIMIT, limit);
	*mdl = (struct ntio_mdl) {
		.embedded = true, .given = true, .own_pages = true,
		.device = rq->device,
	};
	memset(&rq->pages_storage, 0,
	       offsetof(struct ntio_page_set, inline_pages));
	rq->pages_storage.owner = &ntio_request_page_owner;
	status = ntio_mdl_pin(mdl, &rq->pages_storage, &pin);
	if (ntio_is_error(status))
		return ntio_request_reject(rq, status, pin.reason, pin.detail);
	ntio_alive_inc(NTIO_ALIVE_MDLS);
	rq->mdl = mdl;
	rq->owned_mdls = mdl;
	trace_ntio_locked(rq, pin.len);
	return STATUS_SUCCESS;
}

static ntstatus_t ntio_direct_prepare(struct ntio_request *rq,
				      const struct ntio_caller *caller,
				      bool writable)
{
	ntstatus_t status;

	status = ntio_system_buffer_capture(rq, caller, rq->buffer_in_len);
	if (ntio_is_error(status) || !rq->buffer_out_len)
		return status;
	return ntio_lock_buffer(rq, caller, writable);
}

static ntstatus_t ntio_in_direct_prepare(struct ntio_request *rq,
					 const struct ntio_caller *caller)
{
	return ntio_direct_prepare(rq, caller, false);
}

static ntstatus_t ntio_out_direct_prepare(struct ntio_request *rq,
					  const struct ntio_caller *caller)
{
	return ntio_direct_prepare(rq, caller, true);
}

/* What the driver stored is in the caller's memory already [2.18]. */
static bool ntio_direct_deliver(struct ntio_request *rq,
				const struct ntio_caller *caller)
{
	return true;
}

const struct ntio_transfer ntio_transfer_in_direct = {
	.null_in_is_empty = true,
	.prepare = ntio_in_direct_prepare,
	.deliver = ntio_direct_deliver,
};

const struct ntio_transfer ntio_transfer_out_direct = {
	.null_in_is_empty = true,
	.prepare = ntio_out_direct_prepare,
	.deliver = ntio_direct_deliver,
};
