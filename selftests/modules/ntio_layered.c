// SPDX-License-Identifier: GPL-2.0
/* A stack whose requests have bytes of a layer's own. */
#include <linux/slab.h>

#include <ntio/ntio.h>

#include "ntio_layered.h"

/* What this layer has in a request: not of a size that is a power of two. */
struct layered_bytes {
	u64 mark;
	u8 rest[91];
};

static atomic_t layered_served;
static atomic_t layered_released;
static atomic_t layered_marked;
static atomic_t layered_bad;
static atomic_t layered_lingering;
static atomic_t layered_gone;
static DECLARE_COMPLETION(layered_go);
static struct ntio_queue layered_queue;

/* layered while it is registered. */
static DEFINE_MUTEX(layered_lock);
static struct ntio_device *layered;

static u8 layered_first_byte(struct ntio_request *rq)
{
	u8 byte = 0;

	if (rq->mdl)
		ntio_mdl_copy_from(rq->mdl, 0, &byte, 1);
	else if (rq->system_buffer)
		byte = *(u8 *)rq->system_buffer;
	return byte;
}

static void layered_release(struct ntio_request *rq, void *p)
{
	struct layered_bytes *bytes = p;

	might_sleep();
	if (p != ntio_layer_bytes(rq))
		atomic_inc(&layered_bad);
	if (bytes->mark == (unsigned long)rq &&
	    layered_first_byte(rq) == LAYERED_MARK)
		atomic_inc(&layered_marked);
	atomic_inc(&layered_released);
}

static const struct ntio_layer layered_layer = {
	.size = sizeof(struct layered_bytes),
	.release = layered_release,
};

static const struct ntio_layer layered_other = { .size = 8 };
static const struct ntio_layer layered_huge = { .size = SIZE_MAX };

/* --- the upper driver ---------------------------------------------------- */

static ntstatus_t layered_pass(struct ntio_request *rq)
{
	struct layered_bytes *bytes = ntio_layer_bytes(rq);

	if (bytes->mark)
		atomic_inc(&layered_bad);
	bytes->mark = (unsigned long)rq;
	memset(bytes->rest, 0xff, sizeof(bytes->rest));
	return ntio_forward(rq);
}

static void layered_top_gone(struct ntio_device *device)
{
	kfree(device);
	atomic_inc(&layered_gone);
}

/* --- the lower driver ---------------------------------------------------- */

static void layered_check(struct ntio_request *rq)
{
	struct layered_bytes *bytes = ntio_layer_bytes(rq);

	if (bytes->mark != (unsigned long)rq)
		atomic_inc(&layered_bad);
	memset(bytes->rest, 0xff, sizeof(bytes->rest));
}

static void layered_fill(struct ntio_request *rq)
{
	static const u8 mark[4] = { LAYERED_MARK };

	layered_check(rq);
	if (rq->mdl)
		ntio_mdl_copy_to(rq->mdl, 0, mark, sizeof(mark));
	else
		memcpy(rq->system_buffer, mark, sizeof(mark));
	atomic_inc(&layered_served);
}

static ntstatus_t layered_serve(struct ntio_request *rq)
{
	layered_fill(rq);
	return ntio_complete(rq, STATUS_SUCCESS, 4);
}

static ntstatus_t layered_park(struct ntio_request *rq)
{
	layered_fill(rq);
	return ntio_queue_insert(&layered_queue, rq);
}

/* The worker has the request's bytes as long as it holds the request. */
static void layered_linger_work(struct ntio_request *rq)
{
	layered_fill(rq);
	ntio_complete(rq, STATUS_SUCCESS, 4);
	atomic_inc(&layered_lingering);
	wait_for_completion(&layered_go);
	layered_check(rq);
	atomic_dec(&layered_lingering);
}

static ntstatus_t layered_linger(struct ntio_request *rq)
{
	return ntio_queue_work(rq, layered_linger_work);
}

#define LAYERED_ROWS(buffered, direct, queue, linger)                     \
	NTIO_CONTROL(IOCTL_LAYERED_BUFFERED, .handler = buffered,         \
		     .min_out = 4),                                       \
	NTIO_CONTROL(IOCTL_LAYERED_DIRECT, .handler = direct,             \
		     .min_out = 4),                                       \
	NTIO_CONTROL(IOCTL_LAYERED_QUEUE, .handler = queue,               \
		     .min_out = 4),                                       \
	NTIO_CONTROL(IOCTL_LAYERED_LINGER, .handler = linger, .min_out = 4)

static const struct ntio_control layered_top_controls[] = {
	LAYERED_ROWS(layered_pass, layered_pass, layered_pass, layered_pass),
	{ }
};

static const struct ntio_control layered_low_controls[] = {
	LAYERED_ROWS(layered_serve, layered_serve, layered_park,
		     layered_linger),
	{ }
};

static struct ntio_device layered_low = {
	.name = "layered-low",
	.type = LAYERED_TYPE,
	.hidden = true,
	.controls = layered_low_controls,
	.layer = &layered_layer,
};

/* No layer of its own: its requests have that of the device below. */
static const struct ntio_device layered_model = {
	.name = "layered",
	.type = LAYERED_TYPE,
	.lower = &layered_low,
	.controls = layered_top_controls,
	.release = layered_top_gone,
};

/* --- layered-watch ------------------------------------------------------- */

static int layered_make(const struct ntio_layer *layer, bool alone)
{
	struct ntio_device *device;
	int rc;

	device = kmemdup(&layered_model, sizeof(*device), GFP_KERNEL);
	if (!device)
		return -ENOMEM;
	device->layer = layer;
	if (alone)
		device->lower = NULL;
	rc = ntio_register(device);
	if (rc)
		kfree(device);
	else
		layered = device;
	return rc;
}

static void layered_remove(void)
{
	if (layered)
		ntio_unregister(layered);
	layered = NULL;
}

static int layered_try(u32 on)
{
	int rc;

	switch (on) {
	case LAYERED_ON_NONE:
		rc = layered_make(NULL, false);
		break;
	case LAYERED_ON_SAME:
		rc = layered_make(&layered_layer, false);
		break;
	case LAYERED_ON_OTHER:
		rc = layered_make(&layered_other, false);
		break;
	default:
		rc = layered_make(&layered_huge, true);
		break;
	}
	if (!rc)
		layered_remove();
	return rc;
}

static void layered_counts(struct layered_counts *counts)
{
	counts->served = atomic_read(&layered_served);
	counts->released = atomic_read(&layered_released);
	counts->marked = atomic_read(&layered_marked);
	counts->bad = atomic_read(&layered_bad);
	counts->lingering = atomic_read(&layered_lingering);
	counts->gone = atomic_read(&layered_gone);
}

static int layered_told(struct ntio_request *rq)
{
	u32 *number = rq->system_buffer;
	int rc = 0;

	switch (rq->code) {
	case IOCTL_LAYERED_MAKE:
		return layered_make(NULL, false);
	case IOCTL_LAYERED_REMOVE:
		layered_remove();
		break;
	case IOCTL_LAYERED_TRY:
		rc = layered_try(*number);
		break;
	case IOCTL_LAYERED_GO:
		complete(&layered_go);
		break;
	}
	return rc;
}

static ntstatus_t layered_watch_other(struct ntio_request *rq)
{
	u32 *number = rq->system_buffer;

	if (rq->code == IOCTL_LAYERED_COUNTS &&
	    rq->out_len >= sizeof(struct layered_counts)) {
		layered_counts(rq->system_buffer);
		return ntio_complete(rq, STATUS_SUCCESS,
				     sizeof(struct layered_counts));
	}
	if (rq->out_len < sizeof(*number) || ntio_layer_bytes(rq))
		return ntio_complete(rq, STATUS_INVALID_PARAMETER, 0);
	mutex_lock(&layered_lock);
	*number = -layered_told(rq);
	mutex_unlock(&layered_lock);
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(*number));
}

static struct ntio_device layered_watch = {
	.name = "layered-watch",
	.type = LAYERED_TYPE,
	.other = layered_watch_other,
};

static int __init layered_init(void)
{
	int rc;

	ntio_queue_init(&layered_queue);
	rc = ntio_register(&layered_low);
	if (rc)
		return rc;
	rc = ntio_register(&layered_watch);
	if (rc)
		ntio_unregister(&layered_low);
	return rc;
}
module_init(layered_init);

static void __exit layered_exit(void)
{
	layered_remove();
	ntio_unregister(&layered_watch);
	ntio_unregister(&layered_low);
}
module_exit(layered_exit);

MODULE_INFO(test, "Y");
MODULE_DESCRIPTION("ntio test: requests with bytes of a layer's own");
MODULE_LICENSE("GPL");
