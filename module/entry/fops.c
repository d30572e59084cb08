// SPDX-License-Identifier: GPL-2.0
/* Open files: open, close, poll, and who looks for the last handle. */
#include <linux/file.h>
#include <linux/poll.h>
#include <linux/slab.h>

#include "base/alive.h"
#include "device/node.h"
#include "entry/entry.h"
#include "request/call.h"

static u32 ntio_file_access(const struct file *filp)
{
	u32 access = NTIO_ANY_ACCESS;

	if (filp->f_mode & FMODE_READ)
		access |= NTIO_READ_ACCESS;
	if (filp->f_mode & FMODE_WRITE)
		access |= NTIO_WRITE_ACCESS;
	return access;
}

static void ntio_file_watch(struct work_struct *work)
{
	struct ntio_file *file = container_of(to_delayed_work(work),
					      struct ntio_file, watch);

	/* Threads that a signal called away need not come back. */
	bool away = ntio_calls_give_up(file, NULL, false);

	if (!ntio_file_watch_again(file, away))
		ntio_file_unhold(file);
}

/* Whoever found the last handle gone could not call drivers. */
static void ntio_file_cleanup_work(struct work_struct *work)
{
	struct ntio_file *file = container_of(work, struct ntio_file,
					      cleanup_work);
	struct file *filp = file->filp;

	ntio_file_cleanup(file);
	fput(filp);
}

static struct ntio_file *ntio_file_alloc(struct file *filp)
{
	struct ntio_file *file = kzalloc(sizeof(*file), GFP_KERNEL_ACCOUNT);

	if (!file)
		return NULL;
	file->filp = filp;
	file->access = ntio_file_access(filp);
	ntio_inflight_init(&file->inflight);
	INIT_DELAYED_WORK(&file->watch, ntio_file_watch);
	INIT_WORK(&file->cleanup_work, ntio_file_cleanup_work);
	init_waitqueue_head(&file->poll_wait);
	ntio_alive_inc(NTIO_ALIVE_FILES);
	return file;
}

static const struct file_operations ntio_poll_fops;

static int ntio_open(struct inode *inode, struct file *filp)
{
	struct ntio_file *file;
	int rc;

	file = ntio_file_alloc(filp);
	if (!file)
		return -ENOMEM;
	rc = ntio_file_open(file, kobj_to_dev(inode->i_cdev->kobj.parent));
	if (rc)
		return rc;
	filp->private_data = file;
	if (file->device->poll)
		filp->f_op = &ntio_poll_fops;	/* of the same module */
	if (file->device->seekable)
		return 0;
	return nonseekable_open(inode, filp);
}

/* close(2), also at dup2(), exec and exit: still holds its own reference. */
static int ntio_flush(struct file *filp, fl_owner_t id)
{
	struct ntio_file *file = filp->private_data;

	/* At the end of a process, wherever a signal took its threads. */
	ntio_calls_give_up(file, current->flags & PF_EXITING ? id : NULL,
			   false);
	if (ntio_file_close_is_last(file) && ntio_file_claim_cleanup(file))
		ntio_file_cleanup(file);
	else if (file->counts_handles)
		ntio_file_watch_begin(file);
	return 0;
}

static int ntio_release(struct inode *inode, struct file *filp)
{
	ntio_file_end(filp->private_data);
	return 0;
}

static __poll_t ntio_poll(struct file *filp, struct poll_table_struct *wait)
{
	struct ntio_file *file = filp->private_data;

	poll_wait(filp, &file->poll_wait, wait);
	return file->device->poll(file);
}

void ntio_poll_wake(struct ntio_file *file, __poll_t events)
{
	wake_up_poll(&file->poll_wait, events);
}
EXPORT_SYMBOL_GPL(ntio_poll_wake);

#define NTIO_FOPS \
	.owner = THIS_MODULE, \
	.open = ntio_open, \
	.flush = ntio_flush, \
	.release = ntio_release, \
	.llseek = no_seek_end_llseek, \
	.read_iter = ntio_read_iter, \
	.write_iter = ntio_write_iter, \
	.mmap = ntio_mmap, \
	.unlocked_ioctl = ntio_ioctl, \
	.compat_ioctl = compat_ptr_ioctl, \
	.uring_cmd = ntio_uring_cmd

const struct file_operations ntio_fops = {
	NTIO_FOPS,
};

/* Of stacks whose top can be polled: io_uring asks whether there is .poll. */
static const struct file_operations ntio_poll_fops = {
	NTIO_FOPS,
	.poll = ntio_poll,
};
