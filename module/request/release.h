/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Inline tests before calls that mostly have nothing to do. Not in call.h:
 * what they call includes that, and needs nothing of these.
 */
#ifndef NTIO_REQUEST_RELEASE_H
#define NTIO_REQUEST_RELEASE_H

#include "request/call.h"

/* As ntio_request_put() in any context: a worker frees it, which sleeps. */
static inline void ntio_request_put_atomic(struct ntio_request *rq)
{
	if (refcount_dec_and_test(&rq->refs))
		ntio_request_free_later(rq);
}

/* Nothing, if it is not in the table. The call is held. */
static inline void ntio_untrack(struct ntio_call *call)
{
	if (call->entry.process)
		ntio_untrack_entry(call);
}

#endif
