// SPDX-License-Identifier: GPL-2.0
/* NEITHER: a header and what it counts, each read once. */
#include <linux/overflow.h>
#include <linux/slab.h>

#include <ntio/ntio.h>

#include "example.h"

/* [total] */
static bool add_up(const struct ntio_caller *caller, u32 count, u64 *sum)
{
	ntio_uaddr_t at = ntio_uaddr_add(caller->in,
					 sizeof(struct example_list));
	size_t size = array_size(count, sizeof(u32));
	u32 *numbers = kmalloc(size, GFP_KERNEL_ACCOUNT);
	bool ok;
	u32 i;

	if (!numbers)
		return false;
	ok = !ntio_read_user(caller, numbers, at, size);
	for (i = 0, *sum = 0; i < count; i++)
		*sum += numbers[i];
	kfree(numbers);
	return ok;
}

static ntstatus_t total(const struct ntio_caller *caller,
			struct ntio_request *rq)
{
	struct example_list header;
	u64 sum;

	if (ntio_read_user(caller, &header, caller->in, sizeof(header)))
		return ntio_refuse(rq, STATUS_ACCESS_VIOLATION,
				   NTIO_REASON_FAULT);
	if (header.count > EXAMPLE_LIST_MAX || header.__reserved ||
	    header.count > (rq->in_len - sizeof(header)) / sizeof(u32))
		return ntio_complete(rq, STATUS_INVALID_PARAMETER, 0);
	if (!add_up(caller, header.count, &sum) ||
	    ntio_write_user(caller, caller->out, &sum, sizeof(sum)))
		return ntio_refuse(rq, STATUS_ACCESS_VIOLATION,
				   NTIO_REASON_FAULT);
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(sum));
}

static const struct ntio_control total_controls[] = {
	NTIO_CONTROL(IOCTL_PORT_TOTAL, .in_caller = total,
		     .min_in = sizeof(struct example_list),
		     .min_out = sizeof(u64)),
	{ }
};

/* [/total] */
static struct ntio_device total_device = {
	.name = "port-neither",
	.controls = total_controls,
};
module_ntio_device(total_device);

MODULE_DESCRIPTION("porting guide: user memory read once");
MODULE_LICENSE("GPL");
