// SPDX-License-Identifier: GPL-2.0
/*
 * A handler that needs the token is declared as one that runs in any context.
 *
 * Refused: incompatible pointer type
 */
#include <ntio/ntio.h>

static ntstatus_t serve(const struct ntio_caller *caller,
			struct ntio_request *rq)
{
	return ntio_complete(rq, STATUS_SUCCESS, caller->in_len);
}

extern const struct ntio_control controls[];

const struct ntio_control controls[] = {
#ifdef MISTAKE
	NTIO_CONTROL(0x222003, .handler = serve),
#else
	NTIO_CONTROL(0x222003, .in_caller = serve),
#endif
	{ }
};
