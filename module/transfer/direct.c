// SPDX-License-Identifier: GPL-2.0
/*
 * METHOD_IN_DIRECT and METHOD_OUT_DIRECT: the first buffer is copied in, the
 * second is locked. The access it is locked for is all that differs [3.1].
 *
 * A driver that says may_copy has a copy of the second buffer instead where that
 * costs less, or where it cannot be locked. The MDL describes either.
 */
#include <trace/events/ntio.h>

#include "base/alive.h"
#include "base/limits.h"
#include "memory/mdl.h"
#include "request/call.h"
#include "transfer/transfer.h"

/* The MDL of the second buffer, without pages yet. */
static struct ntio_mdl *ntio_buffer_mdl(struct ntio_request *rq)
{
	struct ntio_mdl *mdl = &rq->mdl_storage;

	*mdl = (struct ntio_mdl) {
		.embedded = true, .given = true, .own_pages = true,
		.device = rq->device,
	};
	memset(&rq->pages_storage, 0,
	       offsetof(struct ntio_page_set, inline_pages));
	rq->pages_storage.owner = &ntio_request_page_owner;
	return mdl;
}

/* In a buffer that the ring has locked. */
static ntstatus_t ntio_import_buffer(struct ntio_request *rq,
				     const struct ntio_caller *caller,
				     bool write)
{
	const struct ntio_call *call = to_ntio_call(rq);
	const struct ntio_import import = {
		.cmd = call->cmd,
		.issue_flags = call->issue_flags,
		.addr = caller->out,
		.len = rq->buffer_out_len,
		.write = write,
	};
	enum ntio_reason reason = NTIO_REASON_NOT_REGISTERED;
	ntstatus_t status;

	status = ntio_mdl_import(&rq->mdl_storage, &rq->pages_storage, &import);
	if (status == STATUS_INSUFFICIENT_RESOURCES)
		reason = NTIO_REASON_NO_MEMORY;
	return ntio_is_error(status) ?
	       ntio_request_reject(rq, status, reason, 0) : status;
}

/*
 * A copy of the second buffer instead. What the driver is to write is probed
 * first, as locking it would do.
 */
static ntstatus_t ntio_copy_buffer(struct ntio_request *rq,
				   const struct ntio_caller *caller, bool write)
{
	struct ntio_mdl *mdl = &rq->mdl_storage;
	size_t len = rq->buffer_out_len;
	ntstatus_t status;

	if (!ntio_mdl_take_copy(mdl, &rq->pages_storage,
				ntio_small_for_copy(rq, len), len, write))
		return ntio_request_reject(rq, STATUS_INSUFFICIENT_RESOURCES,
					   NTIO_REASON_NO_MEMORY, 0);
	if (write)
		status = ntio_probe_out(rq, caller);
	else
		status = ntio_copy_in(rq, mdl->buffer, caller->out, len);
	if (ntio_is_error(status))
		ntio_pages_put(&rq->pages_storage, true);
	return status;
}

/* What was not locked for this reason a copy can stand in for. */
static bool ntio_copy_can_help(const struct ntio_request *rq,
			       enum ntio_reason reason)
{
	return rq->may_copy &&
	       rq->buffer_out_len <= READ_ONCE(ntio_max_buffered) &&
	       (reason == NTIO_REASON_MEMLOCK || reason == NTIO_REASON_PFNMAP ||
		reason == NTIO_REASON_UNPINNABLE);
}

/* Needs no allocation where there are few pages. */
static ntstatus_t ntio_lock_buffer(struct ntio_request *rq,
				   const struct ntio_caller *caller, bool write)
{
	size_t limit = READ_ONCE(ntio_max_locked);
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
	status = ntio_mdl_pin(&rq->mdl_storage, &rq->pages_storage, &pin);
	if (!ntio_is_error(status))
		return status;
	if (ntio_copy_can_help(rq, pin.reason))
		return ntio_copy_buffer(rq, caller, write);
	return ntio_request_reject(rq, status, pin.reason, pin.detail);
}

/* Whether it is so short that copying costs less. */
static bool ntio_copy_is_cheaper(const struct ntio_request *rq)
{
	return rq->buffer_out_len < READ_ONCE(ntio_lock_from) &&
	       rq->buffer_out_len <= READ_ONCE(ntio_max_buffered);
}

/* Brings the second buffer of a request; its length is not 0. */
static ntstatus_t ntio_bring_buffer(struct ntio_request *rq,
				    const struct ntio_caller *caller,
				    bool write)
{
	if (unlikely(to_ntio_call(rq)->fixed))
		return ntio_import_buffer(rq, caller, write);
	if (rq->may_copy && ntio_copy_is_cheaper(rq))
		return ntio_copy_buffer(rq, caller, write);
	return ntio_lock_buffer(rq, caller, write);
}

static ntstatus_t ntio_direct_prepare(struct ntio_request *rq,
				      const struct ntio_caller *caller,
				      bool writable)
{
	struct ntio_mdl *mdl;
	ntstatus_t status;

	status = ntio_system_buffer_capture(rq, caller, rq->buffer_in_len);
	if (ntio_is_error(status) || !rq->buffer_out_len)
		return status;
	mdl = ntio_buffer_mdl(rq);
	status = ntio_bring_buffer(rq, caller, writable);
	if (ntio_is_error(status))
		return status;
	ntio_alive_inc(NTIO_ALIVE_MDLS);
	rq->mdl = mdl;
	rq->owned_mdls = mdl;
	trace_ntio_locked(rq, mdl->byte_count);
	return STATUS_SUCCESS;
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
static bool ntio_in_direct_deliver(struct ntio_request *rq,
				   const struct ntio_caller *caller)
{
	return true;
}

/* The same, unless it was stored in a copy. */
static bool ntio_out_direct_deliver(struct ntio_request *rq,
				    const struct ntio_caller *caller)
{
	if (rq->owned_mdls != &rq->mdl_storage || !rq->pages_storage.copy)
		return true;
	return ntio_copy_back(rq, caller, rq->pages_storage.copy);
}

const struct ntio_transfer ntio_transfer_in_direct = {
	.null_in_is_empty = true,
	.prepare = ntio_in_direct_prepare,
	.deliver = ntio_in_direct_deliver,
};

const struct ntio_transfer ntio_transfer_out_direct = {
	.null_in_is_empty = true,
	.prepare = ntio_out_direct_prepare,
	.deliver = ntio_out_direct_deliver,
};
