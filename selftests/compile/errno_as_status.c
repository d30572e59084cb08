// SPDX-License-Identifier: GPL-2.0
/*
 * A handler returns an errno where an NTSTATUS belongs. Only sparse sees it.
 *
 * Sparse: incorrect type in return expression (different base types)
 */
#include <ntio/ntio.h>

ntstatus_t handler(struct ntio_request *rq);

ntstatus_t handler(struct ntio_request *rq)
{
	ntio_complete(rq, STATUS_ACCESS_VIOLATION, 0);
#ifdef MISTAKE
	return -EFAULT;
#else
	return STATUS_ACCESS_VIOLATION;
#endif
}
