// SPDX-License-Identifier: GPL-2.0
/*
 * Wrong on purpose: answers with memory it did not write. A kernel with KMSAN
 * has to tell when that reaches the caller. Beside it the same, written.
 */
#include <linux/slab.h>

#include <ntio/ntio.h>

#include "ntio_bad_leak.h"

static ntstatus_t leak_answer(struct ntio_request *rq, u8 *answer)
{
	if (!answer)
		return ntio_complete(rq, STATUS_INSUFFICIENT_RESOURCES, 0);
	answer[0] = LEAK_FIRST;
	memcpy(rq->system_buffer, answer, LEAK_LEN);
	kfree(answer);
	return ntio_complete(rq, STATUS_SUCCESS, LEAK_LEN);
}

static noinline ntstatus_t leak_handler(struct ntio_request *rq)
{
	return leak_answer(rq, kmalloc(LEAK_LEN, GFP_KERNEL));
}

static noinline ntstatus_t leak_not_handler(struct ntio_request *rq)
{
	return leak_answer(rq, kzalloc(LEAK_LEN, GFP_KERNEL));
}

static const struct ntio_control leak_controls[] = {
	NTIO_CONTROL(IOCTL_LEAK, .handler = leak_handler, .min_out = LEAK_LEN),
	NTIO_CONTROL(IOCTL_LEAK_NOT, .handler = leak_not_handler,
		     .min_out = LEAK_LEN),
	{ }
};

static struct ntio_device leak_device = {
	.name = "leak",
	.controls = leak_controls,
};
module_ntio_device(leak_device);

MODULE_INFO(test, "Y");
MODULE_DESCRIPTION("ntio test: answers with memory it did not write");
MODULE_LICENSE("GPL");
