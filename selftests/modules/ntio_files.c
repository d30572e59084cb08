// SPDX-License-Identifier: GPL-2.0
/* Drivers that take create, cleanup and close as requests. */
#include <linux/delay.h>
#include <linux/slab.h>

#include <ntio/ntio.h>

#include "ntio_files.h"

static struct files_how files_how;
static struct ntio_queue files_queue;		/* of files-low */
static struct ntio_queue files_waits;		/* of files */
static DEFINE_SPINLOCK(files_lock);
static struct ntio_request *files_parked;

static atomic_t files_creates;
static atomic_t files_cleanups;
static atomic_t files_closes;
static atomic_t files_mids;
static atomic_t files_routines;
static atomic_t files_top_creates;
static atomic_t files_top_cleanups;
static atomic_t files_top_closes;
static atomic_t files_bad;

static bool files_is_file_request(const struct ntio_request *rq)
{
	return rq->major == NTIO_MAJOR_CREATE ||
	       rq->major == NTIO_MAJOR_CLEANUP || rq->major == NTIO_MAJOR_CLOSE;
}

/* --- files --------------------------------------------------------------- */

static ntstatus_t files_top_create(struct ntio_file *file)
{
	atomic_inc(&files_top_creates);
	return STATUS_SUCCESS;
}

static void files_top_cleanup(struct ntio_file *file)
{
	atomic_inc(&files_top_cleanups);
	ntio_queue_cancel(&files_waits, file, STATUS_CANCELLED);
}

static void files_top_close(struct ntio_file *file)
{
	atomic_inc(&files_top_closes);
}

static ntstatus_t files_wait(struct ntio_request *rq)
{
	return ntio_queue_insert(&files_waits, rq);
}

/* --- files-mid ----------------------------------------------------------- */

static ntstatus_t files_mid_done(struct ntio_device *device,
				 struct ntio_request *rq, void *context)
{
	atomic_inc(&files_routines);
	if (rq->pending_returned)
		ntio_mark_pending(rq);
	return STATUS_SUCCESS;
}

static ntstatus_t files_mid(struct ntio_request *rq)
{
	atomic_inc(&files_mids);
	if (!rq->file || !files_is_file_request(rq))
		atomic_inc(&files_bad);
	ntio_set_completion(rq, files_mid_done, NULL, NTIO_ON_ANY);
	return ntio_forward(rq);
}

/* --- files-low ----------------------------------------------------------- */

static u32 files_count(struct ntio_request *rq)
{
	switch (rq->major) {
	case NTIO_MAJOR_CREATE:
		atomic_inc(&files_creates);
		return files_how.create;
	case NTIO_MAJOR_CLEANUP:
		atomic_inc(&files_cleanups);
		return files_how.cleanup;
	case NTIO_MAJOR_CLOSE:
		if (atomic_inc_return(&files_closes) >
		    atomic_read(&files_cleanups) || READ_ONCE(files_parked))
			atomic_inc(&files_bad);
		return files_how.close;
	default:
		atomic_inc(&files_bad);
		return FILES_NOW;
	}
}

static void files_low_worker(struct ntio_request *rq)
{
	msleep(20);
	ntio_complete(rq, STATUS_SUCCESS, 0);
}

static struct ntio_request *files_swap(struct ntio_request *rq)
{
	spin_lock(&files_lock);
	swap(files_parked, rq);
	spin_unlock(&files_lock);
	return rq;
}

static ntstatus_t files_low(struct ntio_request *rq)
{
	switch (files_count(rq)) {
	case FILES_WORKER:
		return ntio_queue_work(rq, files_low_worker);
	case FILES_FLOOR:
		return ntio_skip(rq);
	case FILES_QUEUE:
		return ntio_queue_insert(&files_queue, rq);
	case FILES_PARK:
		ntio_mark_pending(rq);
		files_swap(rq);
		return STATUS_PENDING;
	case FILES_REFUSE:
		return ntio_complete(rq, STATUS_ACCESS_DENIED, 0);
	default:
		return ntio_complete(rq, STATUS_SUCCESS, 0);
	}
}

/* --- devices ------------------------------------------------------------- */

static struct ntio_device files_floor = {
	.name = "files-floor", .type = FILES_TYPE, .hidden = true,
};

static struct ntio_device files_low_device = {
	.name = "files-low", .type = FILES_TYPE, .hidden = true,
	.lower = &files_floor,
	.file_request = files_low,
};

static struct ntio_device files_mid_device = {
	.name = "files-mid", .type = FILES_TYPE, .hidden = true,
	.lower = &files_low_device,
	.file_request = files_mid,
};

static const struct ntio_control files_controls[] = {
	NTIO_CONTROL(IOCTL_FILES_WAIT, .handler = files_wait),
	{ }
};

static void files_top_release(struct ntio_device *device)
{
	kfree(device);
}

static const struct ntio_device files_top_model = {
	.name = "files", .type = FILES_TYPE,
	.exclusive = true,
	.lower = &files_mid_device,
	.controls = files_controls,
	.create = files_top_create,
	.cleanup = files_top_cleanup,
	.close = files_top_close,
	.release = files_top_release,
};

/* While it is registered; one thread at a time tells. */
static struct ntio_device *files_top;

static void files_remove(void)
{
	if (files_top)
		ntio_unregister(files_top);
	files_top = NULL;
}

static int files_restore(void)
{
	struct ntio_device *device;
	int rc;

	if (files_top)
		return 0;
	device = kmemdup(&files_top_model, sizeof(*device), GFP_KERNEL);
	if (!device)
		return -ENOMEM;
	rc = ntio_register(device);
	if (rc)
		kfree(device);
	else
		files_top = device;
	return rc;
}

/* --- files-watch --------------------------------------------------------- */

static u32 files_go(ntstatus_t status)
{
	struct ntio_request *rq = files_swap(NULL);

	if (rq)
		ntio_complete(rq, status, 0);
	return !!rq;
}

static u32 files_both(void)
{
	struct ntio_device device = {
		.name = "files-both",
		.create = files_top_create,
		.file_request = files_low,
	};
	int rc = ntio_register(&device);

	if (!rc)
		ntio_unregister(&device);
	return -rc;
}

static ntstatus_t files_tell_counts(struct ntio_request *rq)
{
	struct files_counts *counts = rq->system_buffer;

	counts->create = atomic_read(&files_creates);
	counts->cleanup = atomic_read(&files_cleanups);
	counts->close = atomic_read(&files_closes);
	counts->mid = atomic_read(&files_mids);
	counts->routines = atomic_read(&files_routines);
	counts->top_create = atomic_read(&files_top_creates);
	counts->top_cleanup = atomic_read(&files_top_cleanups);
	counts->top_close = atomic_read(&files_top_closes);
	counts->waiting = ntio_queue_count(&files_queue) +
			  ntio_queue_count(&files_waits) +
			  !!READ_ONCE(files_parked);
	counts->bad = atomic_read(&files_bad);
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(*counts));
}

static ntstatus_t files_tell_how(struct ntio_request *rq)
{
	files_how = *(struct files_how *)rq->system_buffer;
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static ntstatus_t files_tell(struct ntio_request *rq)
{
	u32 *number = rq->system_buffer;

	switch (rq->code) {
	case IOCTL_FILES_GO:
		*number = files_go((__force ntstatus_t)*number);
		break;
	case IOCTL_FILES_BOTH:
		*number = files_both();
		break;
	case IOCTL_FILES_REMOVE:
		files_remove();
		break;
	case IOCTL_FILES_RESTORE:
		*number = -files_restore();
		break;
	}
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(*number));
}

#define FILES_TELL(code) \
	NTIO_CONTROL(code, .handler = files_tell, .min_in = 4, .min_out = 4)

static const struct ntio_control files_watch_controls[] = {
	NTIO_CONTROL(IOCTL_FILES_HOW, .handler = files_tell_how,
		     .min_in = sizeof(struct files_how)),
	NTIO_CONTROL(IOCTL_FILES_COUNTS, .handler = files_tell_counts,
		     .min_out = sizeof(struct files_counts)),
	FILES_TELL(IOCTL_FILES_GO),
	FILES_TELL(IOCTL_FILES_BOTH),
	FILES_TELL(IOCTL_FILES_REMOVE),
	FILES_TELL(IOCTL_FILES_RESTORE),
	{ }
};

static struct ntio_device files_watch = {
	.name = "files-watch", .type = FILES_TYPE,
	.controls = files_watch_controls,
};

/* From the bottom up. */
static struct ntio_device * const files_devices[] = {
	&files_floor, &files_low_device, &files_mid_device, &files_watch,
};

static void files_unregister(int count)
{
	files_remove();
	while (count--)
		ntio_unregister(files_devices[count]);
}

static int __init files_begin(void)
{
	int i, rc = 0;

	ntio_queue_init(&files_queue);
	ntio_queue_init(&files_waits);
	for (i = 0; !rc && i < ARRAY_SIZE(files_devices); i++)
		rc = ntio_register(files_devices[i]);
	if (rc) {
		files_unregister(i - 1);
		return rc;
	}
	rc = files_restore();
	if (rc)
		files_unregister(ARRAY_SIZE(files_devices));
	return rc;
}
module_init(files_begin);

static void __exit files_finish(void)
{
	files_unregister(ARRAY_SIZE(files_devices));
}
module_exit(files_finish);

MODULE_INFO(test, "Y");
MODULE_DESCRIPTION("ntio test: create, cleanup and close as requests");
MODULE_LICENSE("GPL");
