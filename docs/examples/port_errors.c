// SPDX-License-Identifier: GPL-2.0
/* As much as fits, with a warning that there is more. */
#include <linux/minmax.h>
#include <linux/string.h>

#include <ntio/ntio.h>

#include "example.h"

/* [answer] */
static ntstatus_t answer(struct ntio_request *rq)
{
	static const char text[] = EXAMPLE_TEXT;
	size_t n = min_t(size_t, rq->out_len, sizeof(text));

	memcpy(rq->system_buffer, text, n);
	if (n < sizeof(text))
		return ntio_complete(rq, STATUS_BUFFER_OVERFLOW, n);
	return ntio_complete(rq, STATUS_SUCCESS, n);
}

static const struct ntio_control answer_controls[] = {
	NTIO_CONTROL(IOCTL_PORT_ANSWER, .handler = answer, .min_out = 4),
	{ }
};

/* [/answer] */
static struct ntio_device answer_device = {
	.name = "port-errors",
	.controls = answer_controls,
};
module_ntio_device(answer_device);

MODULE_DESCRIPTION("porting guide: an answer that does not fit");
MODULE_LICENSE("GPL");
