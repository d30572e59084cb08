// SPDX-License-Identifier: GPL-2.0
/* Twins for invariant_mdl [11.14]: pages that are to be read only. */
#include <linux/delay.h>
#include <linux/highmem.h>

#include "twins.h"

/* Around the functions that would refuse it. */
static void mdl_scribble(struct ntio_request *rq)
{
	struct ntio_segment seg = ntio_mdl_segment(rq->mdl, 0);
	u8 *page = kmap_local_page(seg.page);

	page[seg.offset] ^= 0xff;
	kunmap_local(page);
}

static ntstatus_t mdl_write(struct ntio_request *rq)
{
	mdl_scribble(rq);
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static ntstatus_t mdl_write_after(struct ntio_request *rq)
{
	struct ntio_segment seg = ntio_mdl_segment(rq->mdl, 0);
	u8 *page;

	ntio_complete(rq, STATUS_SUCCESS, 0);
	page = kmap_local_page(seg.page);
	page[seg.offset] ^= 0xff;
	kunmap_local(page);
	return STATUS_SUCCESS;
}

static ntstatus_t mdl_write_address(struct ntio_request *rq)
{
	u8 *byte = (u8 *)ntio_mdl_read_address(rq->mdl);

	if (!byte)
		return ntio_complete(rq, STATUS_INSUFFICIENT_RESOURCES, 0);
	*byte ^= 0xff;
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static ntstatus_t mdl_routine_writes(struct ntio_device *device,
				     struct ntio_request *rq, void *context)
{
	if (rq->pending_returned)
		ntio_mark_pending(rq);
	mdl_scribble(rq);
	return STATUS_SUCCESS;
}

static ntstatus_t mdl_forward_write(struct ntio_request *rq)
{
	ntio_set_completion(rq, mdl_routine_writes, NULL, NTIO_ON_ANY);
	return ntio_forward(rq);
}

/* A copy may be changed. */
static ntstatus_t mdl_read(struct ntio_request *rq)
{
	u8 byte;

	ntio_mdl_copy_from(rq->mdl, 0, &byte, 1);
	byte ^= 0xff;
	return ntio_complete(rq, STATUS_SUCCESS, byte);
}

/* Its caller has time to change the pages. */
static ntstatus_t mdl_read_slowly(struct ntio_request *rq)
{
	msleep(50);
	return mdl_read(rq);
}

static const struct ntio_control mdl_wrong_below_controls[] = {
	NTIO_CONTROL(IOCTL_TWIN_SCRIBBLE_BELOW, .handler = mdl_write,
		     .min_out = 1),
	NTIO_CONTROL(IOCTL_TWIN_SCRIBBLE_ROUTINE, .handler = mdl_read,
		     .min_out = 1),
	{ }
};

struct ntio_device twin_mdl_wrong_below = {
	.name = "mdl-wrong-below",
	.controls = mdl_wrong_below_controls,
};

static const struct ntio_control mdl_wrong_controls[] = {
	NTIO_CONTROL(IOCTL_TWIN_SCRIBBLE, .handler = mdl_write, .min_out = 1),
	NTIO_CONTROL(IOCTL_TWIN_SCRIBBLE_ADDRESS,
		     .handler = mdl_write_address, .min_out = 1),
	NTIO_CONTROL(IOCTL_TWIN_SCRIBBLE_AFTER, .handler = mdl_write_after,
		     .min_out = 1),
	NTIO_CONTROL(IOCTL_TWIN_SCRIBBLE_BELOW, .handler = ntio_forward),
	NTIO_CONTROL(IOCTL_TWIN_SCRIBBLE_ROUTINE,
		     .handler = mdl_forward_write),
	{ }
};

struct ntio_device twin_mdl_wrong = {
	.name = "mdl-wrong",
	.lower = &twin_mdl_wrong_below,
	.controls = mdl_wrong_controls,
};

static const struct ntio_control mdl_right_controls[] = {
	NTIO_CONTROL(IOCTL_TWIN_SCRIBBLE, .handler = mdl_read, .min_out = 1),
	NTIO_CONTROL(IOCTL_TWIN_SCRIBBLE_ADDRESS, .handler = mdl_read,
		     .min_out = 1),
	NTIO_CONTROL(IOCTL_TWIN_SCRIBBLE_AFTER, .handler = mdl_read,
		     .min_out = 1),
	NTIO_CONTROL(IOCTL_TWIN_SCRIBBLE_BELOW, .handler = mdl_read,
		     .min_out = 1),
	NTIO_CONTROL(IOCTL_TWIN_SCRIBBLE_ROUTINE, .handler = mdl_read,
		     .min_out = 1),
	NTIO_CONTROL(IOCTL_TWIN_READ_SLOWLY, .handler = mdl_read_slowly,
		     .min_out = 1),
	{ }
};

struct ntio_device twin_mdl_right = {
	.name = "mdl-right",
	.controls = mdl_right_controls,
};
