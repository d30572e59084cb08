// SPDX-License-Identifier: GPL-2.0
/*
 * context: the mistake of using a user address in a worker, and what to do
 * instead.
 *
 * A worker runs in a kernel thread, which has no address space of its own. The
 * CPU keeps the page tables of the process that ran on it last (lazy TLB). So
 * copy_from_user() there reads that process: the caller, as long as the worker
 * happens to run where the caller did, which is how the mistake passes its
 * tests; somebody else later, without an error and without a report from any
 * sanitizer; or it faults, when the page is not there. context_naive() shows
 * it. It has to reach for the number in the ntio_uaddr_t to do so: whoever
 * writes ".value" and a cast in a driver is doing something wrong.
 *
 * What to do instead, and when:
 *
 * Captured: small data, parameters, what is checked before it is used. Costs by
 *	the byte. The caller cannot change the copy between check and use.
 *	Choose this unless there is a reason against it.
 *
 * Locked pages: large data, hardware that reads memory itself, answers that are
 *	written late. Costs by the page, and a little once. Pages, not the
 *	address: they stay whatever the caller does with its mappings, and the
 *	caller can change them at any time, so copy before checking. By the core
 *	(DIRECT) if the buffer is the request's; by the driver, in the caller's
 *	context, if only it knows where the buffer is.
 *
 * Attached: many small accesses, by addresses that are found on the way, such
 *	as a list in the caller's memory. Costs a switch between processes,
 *	there and back, and keeps the address space alive meanwhile. Reads what
 *	is mapped there now; fails when the process is gone.
 *
 * Copied across: now and then, a little, where the thread must not change its
 *	address space. Walks the page tables for each page: the slowest for
 *	more than that. Fails when the process is gone.
 */
#include <linux/capability.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/timex.h>
#include <linux/uaccess.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include <ntio/ntio.h>

#include "../compat.h"
#include "context.h"

static bool unsafe;
module_param(unsafe, bool, 0444);
MODULE_PARM_DESC(unsafe, "Allow to show what goes wrong (off)");

static struct workqueue_struct *context_wq;

/**
 * struct context_file - what context remembers of an open file
 * @lock: of @saw
 * @saw: the last request
 * @wait: where workers wait
 * @goes: how often they were let go
 * @parked: how many wait
 * @page: for mmap(2)
 */
struct context_file {
	struct mutex lock;	/* of saw */
	struct context_saw saw;
	wait_queue_head_t wait;
	atomic_t goes;
	atomic_t parked;
	struct ntio_mdl *page;
};

struct context_job;

typedef ntstatus_t (*context_way_t)(struct context_job *job, u64 *data);

/**
 * struct context_job - a request on its way to a worker
 * @work: where the CPU was chosen
 * @rq: the request
 * @way: how to read
 * @ask: what was asked for
 * @at: the data's address, which is only a number in a worker
 * @token: the caller's; for TOKEN it is a mistake to keep it here
 * @used: the token was used
 * @goes: how often workers were let go before
 * @cycles: what it took so far
 */
struct context_job {
	struct work_struct work;
	struct ntio_request *rq;
	context_way_t way;
	struct context_ask ask;
	ntio_uaddr_t at;
	const struct ntio_caller *token;
	struct completion *used;
	int goes;
	u64 cycles;
};

/* --- the ways ------------------------------------------------------------ */

/* WRONG: in a worker the address leads into any process. Never do this. */
static ntstatus_t context_naive(struct context_job *job, u64 *data)
{
	const void __user *raw = u64_to_user_ptr(job->at.value);

	if (copy_from_user(data, raw, sizeof(*data)))
		return STATUS_ACCESS_VIOLATION;
	return STATUS_SUCCESS;
}

static ntstatus_t context_here(struct context_job *job, u64 *data)
{
	if (ntio_read_user(job->token, data, job->at, sizeof(*data)))
		return STATUS_ACCESS_VIOLATION;
	return STATUS_SUCCESS;
}

/* WRONG: a worker with the token that was lent to the handler. */
static ntstatus_t context_token(struct context_job *job, u64 *data)
{
	ntstatus_t status = context_here(job, data);

	complete(job->used);
	return status;
}

static ntstatus_t context_captured(struct context_job *job, u64 *data)
{
	const struct context_ask *ask = job->rq->system_buffer;

	*data = ask->data;
	return STATUS_SUCCESS;
}

static ntstatus_t context_locked(struct context_job *job, u64 *data)
{
	if (!job->rq->mdl ||
	    ntio_mdl_copy_from(job->rq->mdl, 0, data, sizeof(*data)) !=
		    sizeof(*data))
		return STATUS_INVALID_PARAMETER;
	return STATUS_SUCCESS;
}

static ntstatus_t context_attached(struct context_job *job, u64 *data)
{
	struct ntio_caller caller;
	ntstatus_t status;

	status = ntio_attach(job->rq, &caller);
	if (ntio_is_error(status))
		return status;
	if (ntio_read_user(&caller, data, job->at, sizeof(*data)))
		status = STATUS_ACCESS_VIOLATION;
	ntio_detach(&caller);
	return status;
}

static ntstatus_t context_copied(struct context_job *job, u64 *data)
{
	size_t copied;

	return ntio_copy_from_process(job->rq, data, job->at, sizeof(*data),
				      &copied);
}

/* --- the worker ---------------------------------------------------------- */

static void context_park(struct context_file *file,
			 const struct context_job *job)
{
	if (!(job->ask.flags & CONTEXT_PARK))
		return;
	atomic_inc(&file->parked);
	wait_event_idle_timeout(file->wait,
				atomic_read(&file->goes) != job->goes, 10 * HZ);
	atomic_dec(&file->parked);
}

static u32 context_verdict(const struct context_ask *ask, ntstatus_t status,
			   u64 data)
{
	if (!ntio_is_success(status))
		return CONTEXT_FAULT;
	if (data == ask->mine)
		return CONTEXT_MINE;
	return data == ask->other ? CONTEXT_OTHER : CONTEXT_UNKNOWN;
}

static u32 context_flags(const struct ntio_request *rq)
{
	u32 flags = 0;

	if (current->flags & PF_KTHREAD)
		flags |= CONTEXT_KTHREAD;
	if (!current->mm)
		flags |= CONTEXT_NO_MM;
	if (rq->system_buffer)
		flags |= CONTEXT_SYSTEM_BUFFER;
	if (rq->mdl)
		flags |= CONTEXT_PAGES;
	if (rq->mdl && rq->mdl->contiguous)
		flags |= CONTEXT_CONTIGUOUS;
	return flags;
}

/* Reads, notes what came of it, and ends the request. */
static ntstatus_t context_serve(struct context_job *job)
{
	struct ntio_request *rq = job->rq;
	struct context_file *file = rq->file->context;
	struct context_saw saw = {
		.code = rq->code,
		.flags = context_flags(rq),
		.cpu = raw_smp_processor_id(),
		.pages = rq->mdl ? rq->mdl->nr_pages : 0,
		.pid = current->mm ? task_tgid_vnr(current) : 0,
	};
	cycles_t start = get_cycles();
	ntstatus_t status;
	u64 data = 0;

	status = job->way(job, &data);
	saw.cycles = job->cycles + get_cycles() - start;
	saw.status = (__force u32)status;
	saw.verdict = context_verdict(&job->ask, status, data);
	kfree(job);
	mutex_lock(&file->lock);
	saw.served = file->saw.served + 1;
	file->saw = saw;
	mutex_unlock(&file->lock);
	return ntio_complete(rq, status, 0);
}

static void context_work(struct ntio_request *rq)
{
	struct context_job *job = rq->context;

	context_park(rq->file->context, job);
	context_serve(job);
}

static void context_work_on(struct work_struct *work)
{
	struct context_job *job = container_of(work, struct context_job, work);

	context_work(job->rq);
}

/* A driver uses ntio_queue_work(); our own workers only let choose the CPU. */
static ntstatus_t context_queue(struct context_job *job)
{
	struct ntio_request *rq = job->rq;

	rq->context = job;
	if (job->ask.cpu == CONTEXT_ANY_CPU)
		return ntio_queue_work(rq, context_work);
	INIT_WORK(&job->work, context_work_on);
	ntio_mark_pending(rq);
	queue_work_on(job->ask.cpu, context_wq, &job->work);
	return STATUS_PENDING;
}

/* --- the handlers -------------------------------------------------------- */

static bool context_ask_valid(const struct context_ask *ask)
{
	if (ask->flags & ~CONTEXT_PARK)
		return false;
	return ask->cpu == CONTEXT_ANY_CPU ||
	       (ask->cpu < nr_cpu_ids && cpu_online(ask->cpu));
}

static ntstatus_t context_job(struct ntio_request *rq,
			      const struct context_ask *ask,
			      struct context_job **made)
{
	struct context_file *file = rq->file->context;
	struct context_job *job;

	if (!context_ask_valid(ask))
		return STATUS_INVALID_PARAMETER;
	job = kzalloc(sizeof(*job), GFP_KERNEL_ACCOUNT);
	if (!job)
		return STATUS_INSUFFICIENT_RESOURCES;
	job->rq = rq;
	job->ask = *ask;
	job->goes = atomic_read(&file->goes);
	*made = job;
	return STATUS_SUCCESS;
}

/* BUFFERED and IN_DIRECT: all that the worker needs is there already. */
static ntstatus_t context_start(struct ntio_request *rq, context_way_t way)
{
	struct context_job *job;
	ntstatus_t status = context_job(rq, rq->system_buffer, &job);

	if (ntio_is_error(status))
		return ntio_complete(rq, status, 0);
	job->way = way;
	return context_queue(job);
}

static ntstatus_t context_start_captured(struct ntio_request *rq)
{
	return context_start(rq, context_captured);
}

static ntstatus_t context_start_locked(struct ntio_request *rq)
{
	return context_start(rq, context_locked);
}

/* NEITHER: the driver reads what it was asked itself, here and now. */
static ntstatus_t context_capture(const struct ntio_caller *caller,
				  struct ntio_request *rq,
				  struct context_job **job)
{
	struct context_ask ask;
	ntstatus_t status;

	if (ntio_read_user(caller, &ask, caller->in, sizeof(ask)))
		return STATUS_ACCESS_VIOLATION;
	status = context_job(rq, &ask, job);
	if (ntio_is_success(status))
		(*job)->at = caller->out;
	return status;
}

/* Right: the token is used where it was given. */
static ntstatus_t context_start_here(const struct ntio_caller *caller,
				     struct ntio_request *rq)
{
	struct context_job *job;
	ntstatus_t status = context_capture(caller, rq, &job);

	if (ntio_is_error(status))
		return ntio_complete(rq, status, 0);
	job->way = context_here;
	job->token = caller;
	return context_serve(job);
}

/* For the ways that are wrong. */
static ntstatus_t context_capture_wrong(const struct ntio_caller *caller,
					struct ntio_request *rq,
					struct context_job **job)
{
	if (!capable(CAP_SYS_ADMIN))
		return STATUS_PRIVILEGE_NOT_HELD;
	if (!unsafe)
		return STATUS_NOT_SUPPORTED;
	return context_capture(caller, rq, job);
}

static ntstatus_t context_start_naive(const struct ntio_caller *caller,
				      struct ntio_request *rq)
{
	struct context_job *job;
	ntstatus_t status = context_capture_wrong(caller, rq, &job);

	if (ntio_is_error(status))
		return ntio_complete(rq, status, 0);
	job->way = context_naive;
	return context_queue(job);
}

static ntstatus_t context_start_token(const struct ntio_caller *caller,
				      struct ntio_request *rq)
{
	DECLARE_COMPLETION_ONSTACK(used);
	struct context_job *job;
	ntstatus_t status = context_capture_wrong(caller, rq, &job);

	if (ntio_is_error(status))
		return ntio_complete(rq, status, 0);
	job->way = context_token;
	job->token = caller;
	job->used = &used;
	status = context_queue(job);
	wait_for_completion(&used);	/* or the token would be gone */
	return status;
}

/* In the caller's context, before the worker: R6. */
static ntstatus_t context_lock(const struct ntio_caller *caller,
			       struct ntio_request *rq)
{
	struct ntio_mdl *mdl = ntio_mdl_alloc(caller, caller->out,
					      caller->out_len);
	ntstatus_t status;

	if (!mdl)
		return STATUS_INSUFFICIENT_RESOURCES;
	status = ntio_mdl_lock(caller, mdl, NTIO_LOCK_READ);
	if (ntio_is_error(status)) {
		ntio_mdl_free(mdl);
		return status;
	}
	ntio_request_add_mdl(rq, mdl);	/* the core unlocks and frees it */
	return STATUS_SUCCESS;
}

/* @prepare does what has to be done in the caller's context. */
static ntstatus_t
context_hand_over(const struct ntio_caller *caller, struct ntio_request *rq,
		  ntstatus_t (*prepare)(const struct ntio_caller *caller,
					struct ntio_request *rq),
		  context_way_t way)
{
	struct context_job *job;
	ntstatus_t status = context_capture(caller, rq, &job);
	cycles_t start = get_cycles();

	if (ntio_is_error(status))
		return ntio_complete(rq, status, 0);
	status = prepare(caller, rq);
	if (ntio_is_error(status)) {
		kfree(job);
		return ntio_complete(rq, status, 0);
	}
	job->cycles = get_cycles() - start;
	job->way = way;
	return context_queue(job);
}

static ntstatus_t
context_start_locked_by_driver(const struct ntio_caller *caller,
			       struct ntio_request *rq)
{
	return context_hand_over(caller, rq, context_lock, context_locked);
}

static ntstatus_t context_start_attached(const struct ntio_caller *caller,
					 struct ntio_request *rq)
{
	return context_hand_over(caller, rq, ntio_keep_caller,
				 context_attached);
}

static ntstatus_t context_start_copied(const struct ntio_caller *caller,
				       struct ntio_request *rq)
{
	return context_hand_over(caller, rq, ntio_keep_caller, context_copied);
}

static ntstatus_t context_saw(struct ntio_request *rq)
{
	struct context_file *file = rq->file->context;
	struct context_saw *saw = rq->system_buffer;

	mutex_lock(&file->lock);
	*saw = file->saw;
	mutex_unlock(&file->lock);
	saw->parked = atomic_read(&file->parked);
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(*saw));
}

static ntstatus_t context_go(struct ntio_request *rq)
{
	struct context_file *file = rq->file->context;

	atomic_inc(&file->goes);
	wake_up_all(&file->wait);
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static ntstatus_t context_page(struct ntio_request *rq)
{
	struct context_file *file = rq->file->context;
	u64 was = 0;

	ntio_mdl_copy_from(file->page, 0, &was, sizeof(was));
	ntio_mdl_copy_to(file->page, 0, rq->system_buffer, rq->in_len);
	memcpy(rq->system_buffer, &was, sizeof(was));
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(was));
}

/* --- the devices --------------------------------------------------------- */

/* R1: the process maps, the driver only says which pages. */
static struct ntio_mdl *context_mmap(struct ntio_file *ntio_file, size_t size,
				     u64 offset)
{
	struct context_file *file = ntio_file->context;

	return size == PAGE_SIZE && !offset ? file->page : NULL;
}

static ntstatus_t context_create(struct ntio_file *ntio_file)
{
	struct context_file *file = kzalloc(sizeof(*file), GFP_KERNEL_ACCOUNT);

	if (!file)
		return STATUS_INSUFFICIENT_RESOURCES;
	file->page = ntio_mdl_alloc_pages(PAGE_SIZE);
	if (!file->page) {
		kfree(file);
		return STATUS_INSUFFICIENT_RESOURCES;
	}
	mutex_init(&file->lock);
	init_waitqueue_head(&file->wait);
	ntio_file->context = file;
	return STATUS_SUCCESS;
}

static void context_close(struct ntio_file *ntio_file)
{
	struct context_file *file = ntio_file->context;

	ntio_mdl_free(file->page);
	kfree(file);
}

#define CONTEXT_BUFFERS \
	.min_in = sizeof(struct context_ask), .min_out = sizeof(u64)

static const struct ntio_control context_controls[] = {
	NTIO_CONTROL(IOCTL_CONTEXT_HERE, CONTEXT_BUFFERS,
		     .in_caller = context_start_here),
	NTIO_CONTROL(IOCTL_CONTEXT_NAIVE, CONTEXT_BUFFERS,
		     .in_caller = context_start_naive),
	NTIO_CONTROL(IOCTL_CONTEXT_TOKEN, CONTEXT_BUFFERS,
		     .in_caller = context_start_token),
	NTIO_CONTROL(IOCTL_CONTEXT_CAPTURED, .handler = context_start_captured,
		     .min_in = sizeof(struct context_ask)),
	NTIO_CONTROL(IOCTL_CONTEXT_LOCKED, CONTEXT_BUFFERS,
		     .handler = context_start_locked),
	NTIO_CONTROL(IOCTL_CONTEXT_LOCKED_BY_DRIVER, CONTEXT_BUFFERS,
		     .in_caller = context_start_locked_by_driver),
	NTIO_CONTROL(IOCTL_CONTEXT_ATTACHED, CONTEXT_BUFFERS,
		     .in_caller = context_start_attached),
	NTIO_CONTROL(IOCTL_CONTEXT_COPIED, CONTEXT_BUFFERS,
		     .in_caller = context_start_copied),
	NTIO_CONTROL(IOCTL_CONTEXT_SAW, .handler = context_saw,
		     .min_out = sizeof(struct context_saw)),
	NTIO_CONTROL(IOCTL_CONTEXT_GO, .handler = context_go),
	NTIO_CONTROL(IOCTL_CONTEXT_PAGE, .handler = context_page,
		     .max_in = sizeof(u64), .min_out = sizeof(u64)),
	{ }
};

static struct ntio_device context_devices[] = {
	{
		.name = "context",
		.controls = context_controls,
		.mmap = context_mmap,
		.create = context_create,
		.close = context_close,
	},
	{
		.name = "context-below",
		.controls = context_controls,
		.create = context_create,
		.close = context_close,
	},
	{
		/* A filter that only is there: R4. */
		.name = "context-above",
		.lower = &context_devices[1],
	},
};

static void context_unregister(int count)
{
	while (count--)
		ntio_unregister(&context_devices[count]);
	destroy_workqueue(context_wq);
}

static int __init context_init(void)
{
	int i, rc;

	context_wq = alloc_workqueue("ntio_context", NTIO_WQ_PERCPU, 0);
	if (!context_wq)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(context_devices); i++) {
		rc = ntio_register(&context_devices[i]);
		if (rc) {
			context_unregister(i);
			return rc;
		}
	}
	return 0;
}
module_init(context_init);

static void __exit context_exit(void)
{
	context_unregister(ARRAY_SIZE(context_devices));
}
module_exit(context_exit);

MODULE_DESCRIPTION("ntio sample: user memory from another context");
MODULE_AUTHOR("The ntio developers");
MODULE_LICENSE("GPL");
