// SPDX-License-Identifier: GPL-2.0
/*
 * Wrong on purpose: does not check the output's length and writes one byte
 * behind the system buffer [11.2]. A sanitised kernel has to tell.
 */
#include <linux/kernel.h>

#include <ntio/ntio.h>

#include "ntio_bad_overrun.h"

static noinline ntstatus_t overrun_handler(struct ntio_request *rq)
{
	u8 *end = (u8 *)rq->system_buffer + max(rq->in_len, rq->out_len);

	WRITE_ONCE(*end, 0xff);
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static const struct ntio_control overrun_controls[] = {
	NTIO_CONTROL(IOCTL_OVERRUN, .handler = overrun_handler, .min_in = 1),
	{ }
};

static struct ntio_device overrun_device = {
	.name = "overrun",
	.controls = overrun_controls,
};
module_ntio_device(overrun_device);

MODULE_INFO(test, "Y");
MODULE_DESCRIPTION("ntio test: writes behind its system buffer");
MODULE_LICENSE("GPL");
