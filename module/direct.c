// SPDX-License-Identifier: GPL-2.0
/*
 * METHOD_IN_DIRECT and METHOD_OUT_DIRECT: the first buffer is copied in, the
 * second is locked. The access it is locked for is all that differs [3.1].
 */
#include "core.h"

static ntstatus_t ntio_direct_prepare(struct ntio_request *rq,
				      const struct ntio_caller *caller,
				      bool writable)
{
	ntstatus_t status;

	status = ntio_system_buffer_capture(rq, caller, rq->buffer_in_len);
	if (ntio_is_error(status) || !rq->buffer_out_len)
		return status;
	return ntio_mdl_lock_buffer(rq, caller, writable);
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
