// SPDX-License-Identifier: GPL-2.0
/* The driver @NAME@. */
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/string.h>

#include <ntio/ntio.h>

#include "@NAME@.h"

static ntstatus_t @NAME@_greet(struct ntio_request *rq)
{
	static const char text[] = "hello from @NAME@";
	size_t n = min_t(size_t, rq->out_len, sizeof(text));

	memcpy(rq->system_buffer, text, n);
	return ntio_complete(rq, STATUS_SUCCESS, n);
}

static const struct ntio_control @NAME@_controls[] = {
	NTIO_CONTROL(IOCTL_@UPPER@_GREET, .handler = @NAME@_greet,
		     .min_out = 1),
	{ }
};

static struct ntio_device @NAME@_device = {
	.name = "@NAME@",
	.controls = @NAME@_controls,
};
module_ntio_device(@NAME@_device);

MODULE_DESCRIPTION("@NAME@");
MODULE_AUTHOR("who writes it");
MODULE_LICENSE("GPL");
