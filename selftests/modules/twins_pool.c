// SPDX-License-Identifier: GPL-2.0
/* Twins for special_pool [11.2]; their buffers are 13 bytes long. */
#include <linux/uaccess.h>

#include "twins.h"

static ntstatus_t pool_write_behind(struct ntio_request *rq)
{
	u8 *buffer = rq->system_buffer;

	WRITE_ONCE(buffer[rq->in_len], 0);
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static ntstatus_t pool_write_before(struct ntio_request *rq)
{
	u8 *buffer = rq->system_buffer;

	WRITE_ONCE(*(buffer - 1), 0);
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static ntstatus_t pool_write_inside(struct ntio_request *rq)
{
	memset(rq->system_buffer, 0, rq->in_len);
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

/* What a driver could go on to read; it would not come back from the rest. */
static ntstatus_t pool_beyond(struct ntio_request *rq)
{
	u8 byte, *end = rq->system_buffer + rq->in_len;
	u64 n = 0;

	while (n < PAGE_SIZE &&
	       !copy_from_kernel_nofault(&byte, end + n, sizeof(byte)))
		n++;
	return ntio_complete(rq, STATUS_SUCCESS, n);
}

static const struct ntio_control pool_wrong_below_controls[] = {
	NTIO_CONTROL(IOCTL_TWIN_BEHIND_BELOW, .handler = pool_write_behind,
		     .min_in = 1),
	{ }
};

struct ntio_device twin_pool_wrong_below = {
	.name = "pool-wrong-below",
	.controls = pool_wrong_below_controls,
};

static const struct ntio_control pool_wrong_controls[] = {
	NTIO_CONTROL(IOCTL_TWIN_BEHIND, .handler = pool_write_behind,
		     .min_in = 1),
	NTIO_CONTROL(IOCTL_TWIN_BEFORE, .handler = pool_write_before,
		     .min_in = 1),
	NTIO_CONTROL(IOCTL_TWIN_BEHIND_BELOW, .handler = ntio_forward),
	{ }
};

struct ntio_device twin_pool_wrong = {
	.name = "pool-wrong",
	.lower = &twin_pool_wrong_below,
	.controls = pool_wrong_controls,
};

static const struct ntio_control pool_right_controls[] = {
	NTIO_CONTROL(IOCTL_TWIN_BEHIND, .handler = pool_write_inside,
		     .min_in = 1),
	NTIO_CONTROL(IOCTL_TWIN_BEFORE, .handler = pool_write_inside,
		     .min_in = 1),
	NTIO_CONTROL(IOCTL_TWIN_BEHIND_BELOW, .handler = pool_write_inside,
		     .min_in = 1),
	NTIO_CONTROL(IOCTL_TWIN_BEYOND, .handler = pool_beyond, .min_in = 1),
	{ }
};

struct ntio_device twin_pool_right = {
	.name = "pool-right",
	.controls = pool_right_controls,
};
