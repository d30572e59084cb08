// SPDX-License-Identifier: GPL-2.0
/* A buffer that the driver keeps: a request that stays pending. */
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include <ntio/ntio.h>

#include "example.h"

/* [lend] */
struct loan {
	spinlock_t lock;		/* rq */
	struct ntio_request *rq;	/* pending, ours; or NULL */
};

static ntstatus_t lend(struct ntio_request *rq)
{
	struct loan *loan = rq->file->context;
	bool taken = false;

	spin_lock(&loan->lock);
	if (!loan->rq) {
		ntio_mark_pending(rq);
		loan->rq = rq;
		taken = true;
	}
	spin_unlock(&loan->lock);
	if (!taken)
		return ntio_complete(rq, STATUS_DEVICE_BUSY, 0);
	return STATUS_PENDING;
}

/* Whoever takes the request owns it, and completes it. */
static struct ntio_request *take(struct loan *loan)
{
	struct ntio_request *rq;

	spin_lock(&loan->lock);
	rq = loan->rq;
	loan->rq = NULL;
	spin_unlock(&loan->lock);
	return rq;
}

static ntstatus_t give_back(struct ntio_request *rq)
{
	struct ntio_request *lent = take(rq->file->context);
	const u8 *byte = rq->system_buffer;
	size_t len;
	void *to;

	if (!lent)
		return ntio_complete(rq, STATUS_DEVICE_NOT_READY, 0);
	len = lent->mdl->byte_count;
	to = ntio_mdl_write_address(lent->mdl);
	if (to) {
		memset(to, *byte, len);
		ntio_complete(lent, STATUS_SUCCESS, len);
	} else {
		ntio_refuse(lent, STATUS_INSUFFICIENT_RESOURCES,
			    NTIO_REASON_NO_MEMORY);
	}
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

/* The last handle is closed: nobody will ask for the buffer any more. */
static void loan_cleanup(struct ntio_file *file)
{
	struct ntio_request *lent = take(file->context);

	if (lent)
		ntio_complete(lent, STATUS_CANCELLED, 0);
}

static const struct ntio_control loan_controls[] = {
	NTIO_CONTROL(IOCTL_PORT_LEND, .handler = lend, .min_out = 1),
	NTIO_CONTROL(IOCTL_PORT_RETURN, .handler = give_back,
		     .min_in = sizeof(u8)),
	{ }
};

/* [/lend] */
static ntstatus_t loan_create(struct ntio_file *file)
{
	struct loan *loan = kzalloc(sizeof(*loan), GFP_KERNEL_ACCOUNT);

	if (!loan)
		return STATUS_INSUFFICIENT_RESOURCES;
	spin_lock_init(&loan->lock);
	file->context = loan;
	return STATUS_SUCCESS;
}

static void loan_close(struct ntio_file *file)
{
	kfree(file->context);
}

static struct ntio_device loan_device = {
	.name = "port-lock",
	.controls = loan_controls,
	.create = loan_create,
	.cleanup = loan_cleanup,
	.close = loan_close,
};
module_ntio_device(loan_device);

MODULE_DESCRIPTION("porting guide: a buffer kept for long");
MODULE_LICENSE("GPL");
