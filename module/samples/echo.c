// SPDX-License-Identifier: GPL-2.0
/*
 * echo: gives back what it was given, by each of the four methods.
 *
 * The lesson: the same driver, four ways to the caller's memory. The rest of
 * its codes answer questions about itself, or as a test tells it to.
 */
#include <linux/atomic.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>

#include <ntio/ntio.h>

#include "echo.h"

/**
 * struct echo_file - what echo remembers of an open file
 * @lock: requests of one file may run at the same time
 * @kept: what IN_DIRECT brought last
 * @kept_len: its length in bytes
 * @saw: the last request
 * @number: of the open file
 */
struct echo_file {
	struct mutex lock;
	void *kept;
	size_t kept_len;
	struct echo_saw saw;
	u32 number;
};

static atomic_t echo_creates;
static atomic_t echo_cleanups;
static atomic_t echo_closes;
static atomic_t echo_cleanup_pid;

static struct workqueue_struct *echo_wq;

static u32 echo_system_buffer_size(const struct ntio_request *rq)
{
	if (NTIO_CTL_METHOD(rq->code) == NTIO_METHOD_BUFFERED)
		return max(rq->in_len, rq->out_len);
	return rq->in_len;
}

static u32 echo_saw_buffers(const struct ntio_request *rq)
{
	u32 size = echo_system_buffer_size(rq), flags = 0;

	if (rq->system_buffer) {
		flags |= ECHO_SAW_SYSTEM_BUFFER;
		if (!memchr_inv(rq->system_buffer + rq->in_len, 0,
				size - rq->in_len))
			flags |= ECHO_SAW_TAIL_ZERO;
	}
	if (rq->mdl) {
		flags |= ECHO_SAW_MDL;
		if (rq->mdl->writable)
			flags |= ECHO_SAW_WRITABLE;
		if (rq->mdl->contiguous)
			flags |= ECHO_SAW_CONTIGUOUS;
		if (ntio_mdl_is_mapped(rq->mdl))
			flags |= ECHO_SAW_MAPPED;
	}
	return flags;
}

static u32 echo_saw_caller(const struct ntio_caller *caller)
{
	u32 flags = ECHO_SAW_CALLER;

	if (caller->in.value)
		flags |= ECHO_SAW_IN_ADDRESS;
	if (caller->out.value)
		flags |= ECHO_SAW_OUT_ADDRESS;
	if (caller->compat)
		flags |= ECHO_SAW_COMPAT;
	return flags;
}

/* Notes what a request looks like, before its output is written. */
static void echo_note(const struct ntio_request *rq,
		      const struct ntio_caller *caller)
{
	struct echo_file *file = rq->file->context;
	struct echo_saw saw = {
		.code = rq->code,
		.flags = echo_saw_buffers(rq),
		.in_len = rq->in_len,
		.out_len = rq->out_len,
		.pid = task_tgid_vnr(current),
		.tid = task_pid_vnr(current),
	};

	if (caller)
		saw.flags |= echo_saw_caller(caller);
	if (rq->mdl) {
		saw.page_offset = rq->mdl->byte_offset;
		saw.pages = rq->mdl->nr_pages;
	}
	mutex_lock(&file->lock);
	saw.calls = file->saw.calls + 1;
	file->saw = saw;
	mutex_unlock(&file->lock);
}

/* Input and output share the system buffer: the answer is there already. */
static ntstatus_t echo_buffered(struct ntio_request *rq)
{
	echo_note(rq, NULL);
	return ntio_complete(rq, STATUS_SUCCESS, min(rq->in_len, rq->out_len));
}

static void echo_keep(struct echo_file *file, void *data, size_t len)
{
	mutex_lock(&file->lock);
	swap(file->kept, data);
	file->kept_len = len;
	mutex_unlock(&file->lock);
	kvfree(data);
}

static ntstatus_t echo_in_direct(struct ntio_request *rq)
{
	const void *from = ntio_mdl_read_address(rq->mdl);
	void *data = NULL;

	echo_note(rq, NULL);
	if (rq->mdl) {
		data = kvmalloc(rq->out_len, GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
		if (!from || !data) {
			kvfree(data);
			return ntio_refuse(rq, STATUS_INSUFFICIENT_RESOURCES,
					   NTIO_REASON_NO_MEMORY);
		}
		memcpy(data, from, rq->out_len);
	}
	echo_keep(rq->file->context, data, rq->out_len);
	return ntio_complete(rq, STATUS_SUCCESS, rq->out_len);
}

static ntstatus_t echo_out_direct(struct ntio_request *rq)
{
	void *to = ntio_mdl_write_address(rq->mdl);
	u32 len = min(rq->in_len, rq->out_len);

	echo_note(rq, NULL);
	if (rq->mdl && !to)
		return ntio_refuse(rq, STATUS_INSUFFICIENT_RESOURCES,
				   NTIO_REASON_NO_MEMORY);
	if (len)
		memcpy(to, rq->system_buffer, len);
	return ntio_complete(rq, STATUS_SUCCESS, len);
}

static ntstatus_t echo_kept(struct ntio_request *rq)
{
	struct echo_file *file = rq->file->context;
	size_t len = 0;

	echo_note(rq, NULL);
	mutex_lock(&file->lock);
	if (rq->mdl)
		len = ntio_mdl_copy_to(rq->mdl, 0, file->kept, file->kept_len);
	mutex_unlock(&file->lock);
	return ntio_complete(rq, STATUS_SUCCESS, len);
}

/* A page at a time through kernel memory: the caller can unmap any moment. */
static size_t echo_copy(const struct ntio_caller *caller, void *page,
			size_t len)
{
	size_t done, part;

	for (done = 0; done < len; done += part) {
		part = min_t(size_t, len - done, PAGE_SIZE);
		if (fatal_signal_pending(current))
			break;
		if (ntio_read_user(caller, page,
				   ntio_uaddr_add(caller->in, done), part))
			break;
		if (ntio_write_user(caller, ntio_uaddr_add(caller->out, done),
				    page, part))
			break;
	}
	return done;
}

static ntstatus_t echo_neither(const struct ntio_caller *caller,
			       struct ntio_request *rq)
{
	size_t len = min(rq->in_len, rq->out_len);
	size_t done;
	void *page;

	echo_note(rq, caller);
	page = (void *)__get_free_page(GFP_KERNEL_ACCOUNT);
	if (!page)
		return ntio_refuse(rq, STATUS_INSUFFICIENT_RESOURCES,
				   NTIO_REASON_NO_MEMORY);
	done = echo_copy(caller, page, len);
	free_page((unsigned long)page);
	if (done < len)
		return ntio_refuse(rq, STATUS_ACCESS_VIOLATION,
				   NTIO_REASON_FAULT);
	return ntio_complete(rq, STATUS_SUCCESS, len);
}

/* Addresses inside the input are not captured: read them as any other. */
static ntstatus_t echo_sum_embedded(const struct ntio_caller *caller,
				    struct ntio_request *rq)
{
	const u64 *in = rq->system_buffer;
	u64 count = in[0], i;
	u64 sum = 0;
	u32 number;

	echo_note(rq, caller);
	if (count > rq->in_len / sizeof(u64) - 1)
		return ntio_complete(rq, STATUS_INVALID_PARAMETER, 0);
	for (i = 0; i < count; i++) {
		if (ntio_read_user(caller, &number,
				   ntio_uaddr(caller, in[1 + i]),
				   sizeof(number)))
			return ntio_refuse(rq, STATUS_ACCESS_VIOLATION,
					   NTIO_REASON_FAULT);
		sum += number;
	}
	memcpy(rq->system_buffer, &sum, sizeof(sum));
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(sum));
}

static ntstatus_t echo_nothing(struct ntio_request *rq)
{
	echo_note(rq, NULL);
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static ntstatus_t echo_saw(struct ntio_request *rq)
{
	struct echo_file *file = rq->file->context;

	mutex_lock(&file->lock);
	memcpy(rq->system_buffer, &file->saw, sizeof(file->saw));
	mutex_unlock(&file->lock);
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(file->saw));
}

static ntstatus_t echo_counts(struct ntio_request *rq)
{
	struct echo_file *file = rq->file->context;
	struct echo_counts counts = {
		.creates = atomic_read(&echo_creates),
		.cleanups = atomic_read(&echo_cleanups),
		.closes = atomic_read(&echo_closes),
		.cleanup_pid = atomic_read(&echo_cleanup_pid),
		.open_file = file->number,
	};

	memcpy(rq->system_buffer, &counts, sizeof(counts));
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(counts));
}

/* How IOCTL_ECHO_RETURN_* ends, when the caller need not wait in the handler */
struct echo_later {
	struct delayed_work work;
	struct ntio_request *rq;
	struct echo_return how;
};

static ntstatus_t echo_complete_as(struct ntio_request *rq,
				   const struct echo_return *how)
{
	return ntio_complete(rq, (__force ntstatus_t)how->status,
			     how->information);
}

static void echo_complete_later(struct work_struct *work)
{
	struct echo_later *later =
		container_of(work, struct echo_later, work.work);

	echo_complete_as(later->rq, &later->how);
	kfree(later);
}

static ntstatus_t echo_pend(struct ntio_request *rq,
			    const struct echo_return *how)
{
	struct echo_later *later = kmalloc(sizeof(*later), GFP_KERNEL_ACCOUNT);

	if (!later)
		return ntio_refuse(rq, STATUS_INSUFFICIENT_RESOURCES,
				   NTIO_REASON_NO_MEMORY);
	INIT_DELAYED_WORK(&later->work, echo_complete_later);
	later->rq = rq;
	later->how = *how;
	ntio_mark_pending(rq);
	queue_delayed_work(echo_wq, &later->work,
			   msecs_to_jiffies(how->delay_ms));
	return (__force ntstatus_t)how->ret;
}

static ntstatus_t echo_return_as(struct ntio_request *rq,
				 const struct echo_return *how)
{
	if (how->mode == ECHO_PEND_LATER)
		return echo_pend(rq, how);
	if (how->delay_ms)
		schedule_timeout_killable(msecs_to_jiffies(how->delay_ms));
	if (how->mode == ECHO_PEND)
		ntio_mark_pending(rq);
	if (how->mode != ECHO_COMPLETE_NEVER)
		echo_complete_as(rq, how);
	if (how->mode == ECHO_COMPLETE_TWICE)
		ntio_complete(rq, STATUS_UNSUCCESSFUL, 0);
	return (__force ntstatus_t)how->ret;
}

static bool echo_return_valid(const struct ntio_request *rq,
			      const struct echo_return *how)
{
	bool writes = NTIO_CTL_METHOD(rq->code) != NTIO_METHOD_IN_DIRECT;

	return how->mode <= ECHO_PEND_LATER && how->delay_ms <= 10000 &&
	       how->written <= (writes ? rq->out_len : 0) && !how->__reserved;
}

/* Byte number @at of what IOCTL_ECHO_RETURN_* writes. */
static u8 echo_pattern(size_t at)
{
	return 0xe0 + at % 16;
}

static void echo_write(struct ntio_request *rq, size_t len)
{
	u8 *buffer = rq->system_buffer;
	size_t at;
	u8 byte;

	for (at = 0; at < len; at++) {
		byte = echo_pattern(at);
		if (rq->mdl)
			ntio_mdl_copy_to(rq->mdl, at, &byte, 1);
		else
			buffer[at] = byte;
	}
}

/* The output may lie where the input was: take all of that out first [11.5]. */
static ntstatus_t echo_return(struct ntio_request *rq)
{
	struct echo_return how = *(struct echo_return *)rq->system_buffer;

	echo_note(rq, NULL);
	if (!echo_return_valid(rq, &how))
		return ntio_complete(rq, STATUS_INVALID_PARAMETER, 0);
	echo_write(rq, how.written);
	return echo_return_as(rq, &how);
}

static ntstatus_t echo_return_neither(const struct ntio_caller *caller,
				      struct ntio_request *rq)
{
	struct echo_return how;
	size_t at;
	u8 byte;

	echo_note(rq, caller);
	if (ntio_read_user(caller, &how, caller->in, sizeof(how)))
		return ntio_refuse(rq, STATUS_ACCESS_VIOLATION,
				   NTIO_REASON_FAULT);
	if (!echo_return_valid(rq, &how))
		return ntio_complete(rq, STATUS_INVALID_PARAMETER, 0);
	for (at = 0; at < how.written; at++) {
		byte = echo_pattern(at);
		if (ntio_write_user(caller, ntio_uaddr_add(caller->out, at),
				    &byte, 1))
			return ntio_refuse(rq, STATUS_ACCESS_VIOLATION,
					   NTIO_REASON_FAULT);
	}
	return echo_return_as(rq, &how);
}

static ntstatus_t echo_create(struct ntio_file *ntio_file)
{
	struct echo_file *file = kzalloc(sizeof(*file), GFP_KERNEL_ACCOUNT);

	if (!file)
		return STATUS_INSUFFICIENT_RESOURCES;
	mutex_init(&file->lock);
	file->number = atomic_inc_return(&echo_creates);
	ntio_file->context = file;
	return STATUS_SUCCESS;
}

static void echo_cleanup(struct ntio_file *ntio_file)
{
	atomic_set(&echo_cleanup_pid, task_tgid_vnr(current));
	atomic_inc(&echo_cleanups);
}

static void echo_close(struct ntio_file *ntio_file)
{
	struct echo_file *file = ntio_file->context;

	kvfree(file->kept);
	kfree(file);
	atomic_inc(&echo_closes);
}

#define ECHO_RETURN_SIZE sizeof(struct echo_return)

static const struct ntio_control echo_controls[] = {
	NTIO_CONTROL(IOCTL_ECHO_BUFFERED, .handler = echo_buffered),
	NTIO_CONTROL(IOCTL_ECHO_IN_DIRECT, .handler = echo_in_direct,
		     .never_pends = true),
	NTIO_CONTROL(IOCTL_ECHO_OUT_DIRECT, .handler = echo_out_direct,
		     .never_pends = true),
	NTIO_CONTROL(IOCTL_ECHO_NEITHER, .in_caller = echo_neither),
	NTIO_CONTROL(IOCTL_ECHO_KEPT, .handler = echo_kept,
		     .never_pends = true),
	NTIO_CONTROL(IOCTL_ECHO_IN_DIRECT_LONG, .handler = echo_in_direct),
	NTIO_CONTROL(IOCTL_ECHO_OUT_DIRECT_LONG, .handler = echo_out_direct),
	NTIO_CONTROL(IOCTL_ECHO_RETURN_BUFFERED, .handler = echo_return,
		     .min_in = ECHO_RETURN_SIZE),
	NTIO_CONTROL(IOCTL_ECHO_RETURN_IN_DIRECT, .handler = echo_return,
		     .min_in = ECHO_RETURN_SIZE),
	NTIO_CONTROL(IOCTL_ECHO_RETURN_OUT_DIRECT, .handler = echo_return,
		     .min_in = ECHO_RETURN_SIZE),
	NTIO_CONTROL(IOCTL_ECHO_RETURN_NEITHER,
		     .in_caller = echo_return_neither,
		     .min_in = ECHO_RETURN_SIZE),
	NTIO_CONTROL(IOCTL_ECHO_SAW, .handler = echo_saw,
		     .min_out = sizeof(struct echo_saw)),
	NTIO_CONTROL(IOCTL_ECHO_COUNTS, .handler = echo_counts,
		     .min_out = sizeof(struct echo_counts)),
	NTIO_CONTROL(IOCTL_ECHO_NEED_ANY, .handler = echo_nothing),
	NTIO_CONTROL(IOCTL_ECHO_NEED_READ, .handler = echo_nothing),
	NTIO_CONTROL(IOCTL_ECHO_NEED_WRITE, .handler = echo_nothing),
	NTIO_CONTROL(IOCTL_ECHO_NEED_BOTH, .handler = echo_nothing),
	NTIO_CONTROL(IOCTL_ECHO_SUM_EMBEDDED, .in_caller = echo_sum_embedded,
		     .min_in = sizeof(u64), .min_out = sizeof(u64)),
	NTIO_CONTROL(IOCTL_ECHO_BOUNDED, .handler = echo_nothing,
		     .min_in = 8, .max_in = 64, .min_out = 4, .max_out = 32),
	{ }
};

static struct ntio_device echo_device = {
	.name = "echo",
	.controls = echo_controls,
	.create = echo_create,
	.cleanup = echo_cleanup,
	.close = echo_close,
};

static int __init echo_init(void)
{
	int rc;

	echo_wq = alloc_workqueue("ntio_echo", WQ_UNBOUND, 0);
	if (!echo_wq)
		return -ENOMEM;
	rc = ntio_register(&echo_device);
	if (rc)
		destroy_workqueue(echo_wq);
	return rc;
}
module_init(echo_init);

static void __exit echo_exit(void)
{
	ntio_unregister(&echo_device);
	destroy_workqueue(echo_wq);
}
module_exit(echo_exit);

MODULE_DESCRIPTION("ntio sample: gives back what it was given");
MODULE_AUTHOR("The ntio developers");
MODULE_LICENSE("GPL");
