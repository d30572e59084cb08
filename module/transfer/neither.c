// SPDX-License-Identifier: GPL-2.0
/*
 * METHOD_NEITHER: nothing is probed, copied or locked. The driver's in-caller
 * handler finds the raw addresses in its token [2.21].
 */
#include "transfer/transfer.h"

static ntstatus_t ntio_neither_prepare(struct ntio_request *rq,
				       const struct ntio_caller *caller)
{
	return STATUS_SUCCESS;
}

static bool ntio_neither_deliver(struct ntio_request *rq,
				 const struct ntio_caller *caller)
{
	return true;
}

const struct ntio_transfer ntio_transfer_neither = {
	.prepare = ntio_neither_prepare,
	.deliver = ntio_neither_deliver,
};
