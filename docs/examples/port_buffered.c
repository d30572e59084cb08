// SPDX-License-Identifier: GPL-2.0
/* A BUFFERED request: the text comes back in capitals. */
#include <linux/ctype.h>
#include <linux/minmax.h>

#include <ntio/ntio.h>

#include "example.h"

/* [capitals] */
static ntstatus_t capitals(struct ntio_request *rq)
{
	size_t i, n = min(rq->in_len, rq->out_len);
	char *text = rq->system_buffer;

	for (i = 0; i < n; i++)
		text[i] = toupper(text[i]);
	return ntio_complete(rq, STATUS_SUCCESS, n);
}

static const struct ntio_control capitals_controls[] = {
	NTIO_CONTROL(IOCTL_PORT_CAPITALS, .handler = capitals),
	{ }
};

static struct ntio_device capitals_device = {
	.name = "port-buffered",
	.controls = capitals_controls,
};
module_ntio_device(capitals_device);
/* [/capitals] */

MODULE_DESCRIPTION("porting guide: a copied request");
MODULE_LICENSE("GPL");
