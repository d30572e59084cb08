// SPDX-License-Identifier: GPL-2.0
/* Three right ways for a worker to reach a number of the caller. */
#include <ntio/ntio.h>

#include "example.h"

static void answer(struct ntio_request *rq, ntstatus_t status, u32 number)
{
	ntio_complete(rq, status, ntio_is_error(status) ? 0 : number);
}

/* [prepared] */
/* BUFFERED, IN_DIRECT: the core brought the bytes before the worker runs. */
static void peek_copy_work(struct ntio_request *rq)
{
	const u32 *number = rq->system_buffer;

	answer(rq, STATUS_SUCCESS, *number);
}

static void peek_locked_work(struct ntio_request *rq)
{
	u32 number;

	ntio_mdl_copy_from(rq->mdl, 0, &number, sizeof(number));
	answer(rq, STATUS_SUCCESS, number);
}

static ntstatus_t peek_copy(struct ntio_request *rq)
{
	return ntio_queue_work(rq, peek_copy_work);
}

static ntstatus_t peek_locked(struct ntio_request *rq)
{
	return ntio_queue_work(rq, peek_locked_work);
}

/* [/prepared] */
/* [kept] */
/* NEITHER: the worker enters the caller's address space. */
static void peek_attached_work(struct ntio_request *rq)
{
	struct ntio_caller caller;
	ntstatus_t status;
	u32 number = 0;

	status = ntio_attach(rq, &caller);
	if (!ntio_is_error(status)) {
		if (ntio_read_user(&caller, &number, caller.in, sizeof(number)))
			status = STATUS_ACCESS_VIOLATION;
		ntio_detach(&caller);
	}
	answer(rq, status, number);
}

static ntstatus_t peek_attached(const struct ntio_caller *caller,
				struct ntio_request *rq)
{
	ntstatus_t status = ntio_keep_caller(caller, rq);

	if (ntio_is_error(status))
		return ntio_complete(rq, status, 0);
	return ntio_queue_work(rq, peek_attached_work);
}

/* [/kept] */
static const struct ntio_control peek_controls[] = {
	NTIO_CONTROL(IOCTL_PORT_PEEK_COPY, .handler = peek_copy,
		     .min_in = sizeof(u32)),
	NTIO_CONTROL(IOCTL_PORT_PEEK_LOCKED, .handler = peek_locked,
		     .min_out = sizeof(u32)),
	NTIO_CONTROL(IOCTL_PORT_PEEK_ATTACHED, .in_caller = peek_attached,
		     .min_in = sizeof(u32)),
	{ }
};

static struct ntio_device peek_device = {
	.name = "port-context",
	.controls = peek_controls,
};
module_ntio_device(peek_device);

MODULE_DESCRIPTION("porting guide: user memory in a worker");
MODULE_LICENSE("GPL");
