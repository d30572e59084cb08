// SPDX-License-Identifier: GPL-2.0
/* A driver that makes requests, and one that gets them. */
#include <linux/delay.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <ntio/ntio.h>

#include "ntio_made.h"

/* --- made-low ------------------------------------------------------------ */

static struct ntio_queue made_queue;
static DEFINE_SPINLOCK(made_lock);
static struct ntio_request *made_held;		/* without a cancel routine */
static DECLARE_COMPLETION(made_low_released);

static void made_complement(u8 *p, size_t len)
{
	while (len--)
		*p++ ^= 0xff;
}

static void made_complement_mdl(struct ntio_mdl *mdl)
{
	u8 byte;
	size_t at;

	for (at = 0; at < mdl->byte_count; at++) {
		ntio_mdl_copy_from(mdl, at, &byte, 1);
		byte ^= 0xff;
		ntio_mdl_copy_to(mdl, at, &byte, 1);
	}
}

static ntstatus_t made_low_end(struct ntio_request *rq, u8 how, u64 information)
{
	if (how == MADE_FAIL)
		return ntio_complete(rq, STATUS_UNSUCCESSFUL, information);
	if (how == MADE_TOO_MUCH)
		information = 1 << 20;
	return ntio_complete(rq, STATUS_SUCCESS, information);
}

static ntstatus_t made_low_buffered(struct ntio_request *rq)
{
	u8 how = *(u8 *)rq->system_buffer;

	made_complement(rq->system_buffer, max(rq->in_len, rq->out_len));
	return made_low_end(rq, how, min(rq->in_len, rq->out_len));
}

static void made_low_worker(struct ntio_request *rq)
{
	msleep(20);
	made_low_buffered(rq);
}

static ntstatus_t made_low_serve_buffered(struct ntio_request *rq)
{
	if (*(u8 *)rq->system_buffer == MADE_WORKER)
		return ntio_queue_work(rq, made_low_worker);
	return made_low_buffered(rq);
}

static ntstatus_t made_low_out_direct(struct ntio_request *rq)
{
	u8 how;

	ntio_mdl_copy_from(rq->mdl, 0, &how, 1);
	made_complement_mdl(rq->mdl);
	if (how == MADE_ADVANCE)
		ntio_mdl_advance(rq->mdl, rq->out_len / 2);
	return made_low_end(rq, how, rq->out_len);
}

static u64 made_sum(const struct ntio_mdl *mdl)
{
	u64 sum = 0;
	size_t at;
	u8 byte;

	for (at = 0; at < mdl->byte_count; at++) {
		ntio_mdl_copy_from(mdl, at, &byte, 1);
		sum += byte;
	}
	return sum;
}

static ntstatus_t made_low_in_direct(struct ntio_request *rq)
{
	if (rq->mdl->writable)
		return ntio_complete(rq, STATUS_INTERNAL_ERROR, 0);
	return ntio_complete(rq, STATUS_SUCCESS, made_sum(rq->mdl));
}

static ntstatus_t made_low_neither(const struct ntio_caller *caller,
				   struct ntio_request *rq)
{
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static ntstatus_t made_low_park(struct ntio_request *rq)
{
	return ntio_queue_insert(&made_queue, rq);
}

static struct ntio_request *made_swap(struct ntio_request *rq)
{
	unsigned long flags;

	spin_lock_irqsave(&made_lock, flags);
	swap(made_held, rq);
	spin_unlock_irqrestore(&made_lock, flags);
	return rq;
}

static ntstatus_t made_low_stubborn(struct ntio_request *rq)
{
	ntio_mark_pending(rq);
	made_swap(rq);
	return STATUS_PENDING;
}

static ntstatus_t made_low_read(struct ntio_request *rq)
{
	u8 byte = rq->offset;

	if (rq->mdl)
		ntio_mdl_copy_to(rq->mdl, 0, &byte, 1);
	else
		*(u8 *)rq->system_buffer = byte;
	return ntio_complete(rq, STATUS_SUCCESS, rq->length);
}

/* Information is what read as a sum; more than a length only in a test. */
static ntstatus_t made_low_write(struct ntio_request *rq)
{
	const u8 *p = rq->system_buffer;
	u64 sum = 0;
	u32 i;

	if (rq->mdl)
		sum = made_sum(rq->mdl);
	else
		for (i = 0; i < rq->length; i++)
			sum += p[i];
	return ntio_complete(rq, STATUS_SUCCESS, sum);
}

static void made_low_gone(struct ntio_device *device)
{
	complete(&made_low_released);
}

static const struct ntio_control made_low_controls[] = {
	NTIO_CONTROL(IOCTL_MADE_BUFFERED, .handler = made_low_serve_buffered,
		     .min_in = 4, .max_out = 8192),
	NTIO_CONTROL(IOCTL_MADE_OUT_DIRECT, .handler = made_low_out_direct,
		     .min_out = 4),
	NTIO_CONTROL(IOCTL_MADE_IN_DIRECT, .handler = made_low_in_direct,
		     .min_out = 1),
	NTIO_CONTROL(IOCTL_MADE_NEITHER, .in_caller = made_low_neither),
	NTIO_CONTROL(IOCTL_MADE_QUEUE, .handler = made_low_park),
	NTIO_CONTROL(IOCTL_MADE_STUBBORN, .handler = made_low_stubborn),
	{ }
};

#define MADE_LOW(_name, _io) {				\
	.name = (_name),				\
	.type = MADE_TYPE,				\
	.hidden = true,					\
	.io = (_io),					\
	.controls = made_low_controls,			\
	.read = made_low_read,				\
	.write = made_low_write,			\
}

static struct ntio_device made_low = MADE_LOW("made-low", NTIO_IO_BUFFERED);
static struct ntio_device made_low_direct = MADE_LOW("made-low-direct",
						     NTIO_IO_DIRECT);
static struct ntio_device made_low_goes = {
	.name = "made-low-goes",
	.hidden = true,
	.controls = made_low_controls,
	.release = made_low_gone,
};

/* --- the maker ----------------------------------------------------------- */

/* What it keeps: one request at a time, under the mutex. */
static DEFINE_MUTEX(made_mutex);
static struct made_op made_kept_op;
static struct ntio_request *made_kept;
static u8 *made_kept_out;
static bool made_kept_ended;
static atomic_t made_ended_count;
static struct ntio_file *made_late_file;
static unsigned int made_there;

struct made_told {
	struct completion done;
	ntstatus_t status;
	u64 information;
};

static void made_told(struct ntio_request *rq, void *context)
{
	struct made_told *told = context;

	told->status = rq->status;
	told->information = rq->information;
	atomic_inc(&made_ended_count);
	ntio_free_request(rq);
	complete(&told->done);
}

static void made_told_kept(struct ntio_request *rq, void *context)
{
	atomic_inc(&made_ended_count);
	smp_store_release(&made_kept_ended, true);	/* what it found */
}

static void made_answer(struct made_op *op, ntstatus_t status, u64 information)
{
	op->out_status = (__force u32)status;
	op->out_information = information;
}

static void made_describe_out(struct made_op *op, const u8 *out)
{
	u32 i;

	for (i = 0; i < op->out_len; i++)
		op->out_changed += out[i] != MADE_BEFORE;
	if (op->out_len) {
		op->out_first = out[0];
		op->out_last = out[op->out_len - 1];
	}
}

static struct ntio_request *made_make(const struct made_op *op,
				      struct ntio_device *device,
				      struct ntio_file *file, u8 *out)
{
	struct ntio_make make = {
		.params.major = op->major,
		.params.code = op->code,
		.file = op->flags & MADE_WITH_FILE ? file : NULL,
		.out = out,
	};
	struct ntio_request *rq = NULL;
	u8 *in = kmalloc(op->in_len ?: 1, GFP_KERNEL);
	u32 i;

	for (i = 0; in && i < op->in_len; i++)
		in[i] = i ?: op->how;
	if (op->major == NTIO_MAJOR_DEVICE_CONTROL) {
		make.params.in_len = op->in_len;
		make.params.out_len = op->out_len;
	} else {
		make.params.length = op->in_len ?: op->out_len;
		make.params.offset = 0x5a;
	}
	make.in = in;
	if (in)
		rq = ntio_make_request(device, &make);
	if (in)
		memset(in, 0xee, op->in_len);	/* it was copied */
	kfree(in);
	return rq;
}

static void made_send_and_tell(struct ntio_request *rq, struct made_op *op)
{
	struct made_told told;

	init_completion(&told.done);
	ntio_send(rq, made_told, &told);
	wait_for_completion(&told.done);
	made_answer(op, told.status, told.information);
}

static void made_send(struct ntio_request *rq, struct made_op *op)
{
	ntstatus_t status = STATUS_SUCCESS;
	u64 information = 0;

	switch (op->what) {
	case MADE_SEND:
		made_send_and_tell(rq, op);
		return;
	case MADE_GONE:
		ntio_unregister(&made_low_goes);
		fallthrough;
	case MADE_WAIT:
		status = ntio_send_and_wait(rq, &information);
		break;
	case MADE_FORGET:
		status = ntio_send(rq, NULL, NULL);
		break;
	}
	made_answer(op, status, information);
	ntio_free_request(rq);
}

static struct ntio_device *made_target(const struct made_op *op)
{
	if (op->what == MADE_GONE)
		return &made_low_goes;
	return op->flags & MADE_TO_DIRECT ? &made_low_direct : &made_low;
}

/* MADE_FORGET has no output, which would have to stay. */
static void made_once(struct made_op *op, struct ntio_file *file)
{
	u32 out_len = op->what == MADE_FORGET ? 0 : op->out_len;
	u8 *out = kmalloc(out_len ?: 1, GFP_KERNEL);
	struct ntio_request *rq = NULL;

	if (out) {
		memset(out, MADE_BEFORE, out_len);
		if (out_len && op->code == IOCTL_MADE_OUT_DIRECT)
			out[0] = op->how;
		rq = made_make(op, made_target(op), file, out);
	}
	if (rq)
		made_send(rq, op);
	else
		made_answer(op, STATUS_INSUFFICIENT_RESOURCES, 0xdead);
	if (out && out_len)
		made_describe_out(op, out);
	kfree(out);
}

/* Registered for this alone: the request is what holds it at last. */
static void made_gone(struct made_op *op, struct ntio_file *file)
{
	reinit_completion(&made_low_released);
	if (ntio_register(&made_low_goes)) {
		made_answer(op, STATUS_INTERNAL_ERROR, 0);
		return;
	}
	made_once(op, file);
	wait_for_completion(&made_low_released);
}

static void made_start(struct made_op *op, struct ntio_file *file)
{
	if (made_kept) {
		made_answer(op, STATUS_DEVICE_BUSY, 0);
		return;
	}
	made_kept_op = *op;
	made_kept_ended = false;
	made_kept_out = kzalloc(op->out_len ?: 1, GFP_KERNEL);
	memset(made_kept_out, MADE_BEFORE, op->out_len);
	made_kept = made_make(op, made_target(op), file, made_kept_out);
	made_answer(op, ntio_send(made_kept, made_told_kept, NULL), 0);
}

static void made_collect(struct made_op *op)
{
	/* Pairs with made_told_kept(). */
	if (!made_kept || !smp_load_acquire(&made_kept_ended)) {
		made_answer(op, STATUS_PENDING, 0);
		return;
	}
	*op = made_kept_op;
	made_answer(op, made_kept->status, made_kept->information);
	made_describe_out(op, made_kept_out);
	ntio_free_request(made_kept);
	kfree(made_kept_out);
	made_kept = NULL;
}

static void made_finish(struct made_op *op)
{
	struct ntio_request *rq = made_swap(NULL);

	if (!rq)
		return;
	made_complement_mdl(rq->mdl);
	ntio_complete(rq, STATUS_SUCCESS, rq->out_len);
	made_answer(op, STATUS_SUCCESS, 1);
}

static void made_locked_op(struct made_op *op, struct ntio_file *file)
{
	switch (op->what) {
	case MADE_START:
		made_start(op, file);
		break;
	case MADE_CANCEL:
		made_answer(op, STATUS_SUCCESS,
			    made_kept && ntio_cancel(made_kept));
		break;
	case MADE_COLLECT:
		made_collect(op);
		break;
	case MADE_GONE:
		made_gone(op, file);
		break;
	}
}

static ntstatus_t made_do(struct ntio_request *rq)
{
	struct made_op *op = rq->system_buffer;

	switch (op->what) {
	case MADE_WAIT:
	case MADE_SEND:
	case MADE_UNSENT:
	case MADE_FORGET:
		made_once(op, rq->file);
		break;
	case MADE_FINISH:
		made_finish(op);
		break;
	case MADE_ENDED:
		made_answer(op, STATUS_SUCCESS,
			    atomic_read(&made_ended_count));
		break;
	case MADE_HELD:
		made_answer(op, STATUS_SUCCESS, ntio_queue_count(&made_queue) +
			    !!READ_ONCE(made_held));
		break;
	case MADE_AT_CLEANUP:
		WRITE_ONCE(made_there, 0);
		WRITE_ONCE(made_late_file, rq->file);
		break;
	case MADE_THERE:
		made_answer(op, STATUS_SUCCESS, READ_ONCE(made_there));
		break;
	default:
		mutex_lock(&made_mutex);
		made_locked_op(op, rq->file);
		mutex_unlock(&made_mutex);
	}
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(*op));
}

static void made_at_cleanup(struct ntio_file *file)
{
	struct made_op op = {
		.major = NTIO_MAJOR_DEVICE_CONTROL, .code = IOCTL_MADE_BUFFERED,
		.in_len = 4, .flags = MADE_WITH_FILE,
	};
	struct ntio_request *rq = made_make(&op, &made_low, file, NULL);

	if (rq)
		ntio_free_request(rq);
	WRITE_ONCE(made_there, rq ? 1 : 2);
}

/* Its own requests that a file has are ended with the file. */
static void made_cleanup(struct ntio_file *file)
{
	if (cmpxchg(&made_late_file, file, NULL) == file)
		made_at_cleanup(file);
	ntio_queue_cancel(&made_queue, file, STATUS_CANCELLED);
}

static const struct ntio_control made_controls[] = {
	NTIO_CONTROL(IOCTL_MADE_DO, .handler = made_do,
		     .min_in = sizeof(struct made_op),
		     .min_out = sizeof(struct made_op), .sleeps = true),
	{ }
};

static struct ntio_device made_device = {
	.name = "made",
	.type = MADE_TYPE,
	.controls = made_controls,
	.cleanup = made_cleanup,
};

static struct ntio_device * const made_devices[] = {
	&made_low, &made_low_direct, &made_device,
};

static void made_unregister(int count)
{
	while (count--)
		ntio_unregister(made_devices[count]);
}

static int __init made_init(void)
{
	int i, rc = 0;

	ntio_queue_init(&made_queue);
	for (i = 0; !rc && i < ARRAY_SIZE(made_devices); i++)
		rc = ntio_register(made_devices[i]);
	if (rc)
		made_unregister(i - 1);
	return rc;
}
module_init(made_init);

static void __exit made_exit(void)
{
	made_unregister(ARRAY_SIZE(made_devices));
}
module_exit(made_exit);

MODULE_INFO(test, "Y");
MODULE_DESCRIPTION("ntio test: requests that a driver makes");
MODULE_LICENSE("GPL");
