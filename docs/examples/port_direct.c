// SPDX-License-Identifier: GPL-2.0
/* OUT_DIRECT fills the buffer in place, IN_DIRECT adds up its bytes. */
#include <linux/highmem.h>
#include <linux/string.h>

#include <ntio/ntio.h>

#include "example.h"

/* [direct] */
static ntstatus_t fill(struct ntio_request *rq)
{
	const u8 *byte = rq->system_buffer;
	void *buffer = ntio_mdl_write_address(rq->mdl);

	if (!buffer)
		return ntio_refuse(rq, STATUS_INSUFFICIENT_RESOURCES,
				   NTIO_REASON_NO_MEMORY);
	memset(buffer, *byte, rq->mdl->byte_count);
	return ntio_complete(rq, STATUS_SUCCESS, rq->mdl->byte_count);
}

static ntstatus_t sum(struct ntio_request *rq)
{
	struct ntio_segment seg;
	size_t at, i;
	u64 sum = 0;
	u8 *page;

	ntio_mdl_for_each_segment(rq->mdl, at, seg) {
		page = kmap_local_page(seg.page);
		for (i = 0; i < seg.len; i++)
			sum += READ_ONCE(page[seg.offset + i]);
		kunmap_local(page);
	}
	return ntio_complete(rq, STATUS_SUCCESS, sum);
}

/* A second buffer of length 0 has no MDL: it does not come to the handlers. */
static const struct ntio_control direct_controls[] = {
	NTIO_CONTROL(IOCTL_PORT_FILL, .handler = fill,
		     .min_in = sizeof(u8), .min_out = 1,
		     .never_pends = true),
	NTIO_CONTROL(IOCTL_PORT_SUM, .handler = sum, .min_out = 1,
		     .never_pends = true),
	{ }
};

/* [/direct] */
static struct ntio_device direct_device = {
	.name = "port-direct",
	.controls = direct_controls,
};
module_ntio_device(direct_device);

MODULE_DESCRIPTION("porting guide: a locked buffer");
MODULE_LICENSE("GPL");
