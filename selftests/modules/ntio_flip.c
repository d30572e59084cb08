// SPDX-License-Identifier: GPL-2.0
/*
 * A driver that looks at its buffers again and again, to see whether they
 * change under its hands.
 */
#include <linux/crc32.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include <ntio/ntio.h>

#include "ntio_flip.h"

struct flip_file {
	struct mutex lock;
	struct flip_saw saw;
	u8 copy[FLIP_MAX];
};

/* 0 as well if the caller's memory cannot be read, or there is none. */
static u32 flip_first(const struct ntio_caller *caller,
		      struct ntio_request *rq, u8 *copy)
{
	const void *from = rq->system_buffer;

	if (caller) {
		from = copy;
		if (ntio_read_user(caller, copy, caller->in, rq->in_len))
			return 0;
	}
	return from ? crc32(0, from, rq->in_len) : 0;
}

static u32 flip_second(const struct ntio_caller *caller,
		       struct ntio_request *rq, u8 *copy)
{
	if (rq->mdl)
		ntio_mdl_copy_from(rq->mdl, 0, copy, rq->out_len);
	else if (!caller ||
		 ntio_read_user(caller, copy, caller->out, rq->out_len))
		return 0;
	return crc32(0, copy, rq->out_len);
}

static ntstatus_t flip_look(const struct ntio_caller *caller,
			    struct ntio_request *rq)
{
	struct flip_file *file = rq->file->context;
	u32 first, second;
	int i;

	mutex_lock(&file->lock);
	first = flip_first(caller, rq, file->copy);
	second = flip_second(caller, rq, file->copy);
	for (i = 0; i < FLIP_LOOKS; i++) {
		cond_resched();
		file->saw.looks++;
		file->saw.first += flip_first(caller, rq, file->copy) != first;
		file->saw.second +=
			flip_second(caller, rq, file->copy) != second;
	}
	mutex_unlock(&file->lock);
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static ntstatus_t flip_look_here(struct ntio_request *rq)
{
	return flip_look(NULL, rq);
}

static ntstatus_t flip_saw(struct ntio_request *rq)
{
	struct flip_file *file = rq->file->context;

	memcpy(rq->system_buffer, &file->saw, sizeof(file->saw));
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(file->saw));
}

static ntstatus_t flip_create(struct ntio_file *file)
{
	struct flip_file *context = kzalloc(sizeof(*context), GFP_KERNEL);

	if (!context)
		return STATUS_INSUFFICIENT_RESOURCES;
	mutex_init(&context->lock);
	file->context = context;
	return STATUS_SUCCESS;
}

static void flip_close(struct ntio_file *file)
{
	kfree(file->context);
}

static const struct ntio_control flip_controls[] = {
	NTIO_CONTROL(IOCTL_FLIP_BUFFERED, .handler = flip_look_here,
		     .max_in = FLIP_MAX, .max_out = FLIP_MAX),
	NTIO_CONTROL(IOCTL_FLIP_IN_DIRECT, .handler = flip_look_here,
		     .max_in = FLIP_MAX, .max_out = FLIP_MAX),
	NTIO_CONTROL(IOCTL_FLIP_OUT_DIRECT, .handler = flip_look_here,
		     .max_in = FLIP_MAX, .max_out = FLIP_MAX),
	NTIO_CONTROL(IOCTL_FLIP_NEITHER, .in_caller = flip_look,
		     .max_in = FLIP_MAX, .max_out = FLIP_MAX),
	NTIO_CONTROL(IOCTL_FLIP_SAW, .handler = flip_saw,
		     .min_out = sizeof(struct flip_saw)),
	{ }
};

static struct ntio_device flip_device = {
	.name = "flip",
	.type = 0x8006,
	.controls = flip_controls,
	.create = flip_create,
	.close = flip_close,
};
module_ntio_device(flip_device);

MODULE_INFO(test, "Y");
MODULE_DESCRIPTION("ntio test: looks at its buffers twice");
MODULE_LICENSE("GPL");
