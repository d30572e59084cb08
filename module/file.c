// SPDX-License-Identifier: GPL-2.0
/*
 * Open files: create, cleanup, close.
 *
 * Windows tells a driver when the last handle is closed (cleanup) and when the
 * last reference is gone (close). Linux counts references only. Here
 *
 *	a handle is every reference to the open file that is not a request in
 *	flight and not a mapping:
 *
 * descriptors in any process, whether opened, duplicated, inherited or
 * received; descriptors under way in a socket; files registered with io_uring;
 * and, for as long as it lasts, the reference of any other system call.
 *
 * References of requests and mappings are known: ntio_file::in_flight counts
 * those requests whose system call holds one of its own, and those that outlive
 * it; ntio_file::mappings counts mappings. Every close(2) and every end of a
 * request looks whether a handle is left. If both miss the last one, because
 * somebody held a reference at that moment without being a handle, a worker
 * finds it out a moment later, see ntio_file_watch(); and if nothing is there
 * that waits for it, cleanup comes with the last reference, right before close.
 */
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "core.h"

/* Bits of ntio_file::state. */
enum {
	NTIO_FILE_CLEANED,	/* cleanup was called, or is being called */
};

/* When to look again whether the handles are gone: at first, and at last. */
#define NTIO_WATCH_FIRST (HZ / 100 + 1)
#define NTIO_WATCH_LAST (8 * HZ)

/*
 * The number of handles, never too small. A request or mapping takes its
 * reference before it is counted and gives it back after, so reading the count
 * first errs to the safe side; but for those that leave in between, which
 * @exits shows. What it is too large by, ntio_file_watch() makes good.
 */
static long ntio_file_handles(struct ntio_file *file)
{
	int exits, in_flight;
	long refs;

	do {
		exits = atomic_read(&file->exits);
		smp_rmb();	/* pairs with ntio_file_exit() */
		in_flight = atomic_read(&file->in_flight) +
			    atomic_read(&file->mappings);
		smp_rmb();	/* pairs with ntio_file_enter() */
		refs = file_count(file->filp);
		smp_rmb();	/* pairs with ntio_file_exit() */
	} while (exits != atomic_read(&file->exits));
	return refs - in_flight;
}

static void ntio_file_cleanup(struct ntio_file *file)
{
	struct ntio_device *device;

	if (test_and_set_bit(NTIO_FILE_CLEANED, &file->state))
		return;
	for (device = file->device; device; device = device->lower)
		if (device->cleanup)
			device->cleanup(file);
	if (cancel_delayed_work(&file->watch))
		ntio_file_unhold(file);
}

static void ntio_file_uncount(struct ntio_file *file, atomic_t *count)
{
	atomic_dec(count);
	smp_mb__after_atomic();		/* the count, then what shows it */
	atomic_inc(&file->exits);
}

/* A request begins whose reference to the file is not a handle. */
void ntio_file_count(struct ntio_file *file)
{
	smp_mb__before_atomic();	/* the reference, then the count */
	atomic_inc(&file->in_flight);
}

/**
 * ntio_file_enter() - a system call begins a request
 * @file: its file
 *
 * A thread that does not share its descriptor table borrows the table's
 * reference, which is a handle. Others hold one of their own, which is not.
 * A table that stopped being shared meanwhile makes one reference look like a
 * handle that is none, which is the safe side.
 *
 * Return: for ntio_file_exit().
 */
bool ntio_file_enter(struct ntio_file *file)
{
	if (atomic_read(&current->files->count) == 1)
		return false;
	ntio_file_count(file);
	return true;
}

/**
 * ntio_file_exit() - a system call ends its request
 * @file: its file
 * @counted: what ntio_file_enter() said
 */
void ntio_file_exit(struct ntio_file *file, bool counted)
{
	if (!counted)
		return;
	if (!ntio_file_handles(file))
		ntio_file_cleanup(file);
	ntio_file_uncount(file, &file->in_flight);
}

/**
 * ntio_file_left() - whether a request was parked on a file without handles
 * @file: its file
 *
 * For a request that drivers have, and keep: the last handle may have been
 * closed before the request was counted, and then nobody saw that it was the
 * last; or cleanup came before a driver had the request, and missed it.
 * Whoever counts first and looks here after sees what the other one missed.
 */
bool ntio_file_left(struct ntio_file *file)
{
	if (!test_bit(NTIO_FILE_CLEANED, &file->state) &&
	    ntio_file_handles(file) > 0)
		return false;
	ntio_file_cleanup(file);
	return true;
}

/* A request outlives its system call and takes a reference of its own. */
void ntio_file_hold(struct ntio_file *file)
{
	get_file(file->filp);
	ntio_file_count(file);
}

/* The end of it; the file may be gone after. Sleeps. */
void ntio_file_unhold(struct ntio_file *file)
{
	struct file *filp = file->filp;

	ntio_file_exit(file, true);
	fput(filp);
}

/* What cleanup would have to see, besides @holds of our own. */
static bool ntio_file_busy(struct ntio_file *file, int holds)
{
	return atomic_read(&file->in_flight) + atomic_read(&file->mappings) >
		holds;
}

/*
 * A handle was closed that did not look like the last one, and something is
 * there that waits for the last one's end. What looked like another handle may
 * be a reference that is about to go: that of a request which has ended, or of
 * a handle whose close has come this far, too. Nobody is told when it goes, so
 * look again, ever more seldom. The work has a hold on the file while it is
 * queued; who takes it off the queue has that hold.
 */
static void ntio_file_watch(struct work_struct *work)
{
	struct ntio_file *file = container_of(to_delayed_work(work),
					      struct ntio_file, watch);
	unsigned long delay = 2 * READ_ONCE(file->watch_delay);

	if (!ntio_file_left(file) && ntio_file_busy(file, 1) &&
	    delay <= NTIO_WATCH_LAST) {
		WRITE_ONCE(file->watch_delay, delay);
		if (queue_delayed_work(ntio_wq, &file->watch, delay))
			return;
	}
	ntio_file_unhold(file);
}

static void ntio_file_watch_begin(struct ntio_file *file)
{
	WRITE_ONCE(file->watch_delay, NTIO_WATCH_FIRST);
	ntio_file_hold(file);
	if (mod_delayed_work(ntio_wq, &file->watch, NTIO_WATCH_FIRST))
		ntio_file_unhold(file);		/* it was there, with its own */
}

/* A mapping has its reference to the file already, resp. still. */
void ntio_file_map(struct ntio_file *file)
{
	smp_mb__before_atomic();	/* the reference, then the count */
	atomic_inc(&file->mappings);
}

void ntio_file_unmap(struct ntio_file *file)
{
	ntio_file_uncount(file, &file->mappings);
}

static u32 ntio_file_access(const struct file *filp)
{
	u32 access = NTIO_ANY_ACCESS;

	if (filp->f_mode & FMODE_READ)
		access |= NTIO_READ_ACCESS;
	if (filp->f_mode & FMODE_WRITE)
		access |= NTIO_WRITE_ACCESS;
	return access;
}

static struct ntio_file *ntio_file_alloc(struct file *filp)
{
	struct ntio_file *file = kzalloc(sizeof(*file), GFP_KERNEL_ACCOUNT);

	if (!file)
		return NULL;
	file->filp = filp;
	file->access = ntio_file_access(filp);
	xa_init(&file->requests);
	INIT_DELAYED_WORK(&file->watch, ntio_file_watch);
	init_waitqueue_head(&file->poll_wait);
	ntio_born(NTIO_ALIVE_FILES);
	return file;
}

static void ntio_file_free(struct ntio_file *file)
{
	ntio_verify_close(file);
	kfree(file);
	ntio_dead(NTIO_ALIVE_FILES);
}

/* Undoes the create of all devices below @device. */
static void ntio_file_uncreate(struct ntio_file *file,
			       struct ntio_device *device)
{
	for (device = device->lower; device; device = device->lower) {
		if (device->cleanup)
			device->cleanup(file);
		if (device->close)
			device->close(file);
	}
}

/* From the bottom up; the stack is at most NTIO_STACK_MAX high. */
static ntstatus_t ntio_file_create(struct ntio_file *file)
{
	struct ntio_device *stack[NTIO_STACK_MAX], *device;
	ntstatus_t status = STATUS_SUCCESS;
	unsigned int height = 0;

	for (device = file->device; device; device = device->lower)
		stack[height++] = device;
	while (height--) {
		if (!stack[height]->create)
			continue;
		status = stack[height]->create(file);
		if (ntio_is_error(status)) {
			ntio_file_uncreate(file, stack[height]);
			return status;
		}
	}
	return STATUS_SUCCESS;
}

static ntstatus_t ntio_file_open(struct ntio_file *file, struct ntio_node *node)
{
	ntstatus_t status;

	status = ntio_device_open(node, file);
	if (ntio_is_error(status))
		return status;
	status = ntio_file_create(file);
	if (ntio_is_error(status))
		ntio_device_close(file);
	return status;
}

static int ntio_open(struct inode *inode, struct file *filp)
{
	struct ntio_file *file;
	ntstatus_t status;

	file = ntio_file_alloc(filp);
	if (!file)
		return -ENOMEM;
	status = ntio_file_open(file, container_of(inode->i_cdev,
						   struct ntio_node, cdev));
	if (ntio_is_error(status)) {
		ntio_file_free(file);
		return ntio_status_errno(status);
	}
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

	if (ntio_file_handles(file) <= 1)
		ntio_file_cleanup(file);
	else if (ntio_file_busy(file, 0))
		ntio_file_watch_begin(file);
	return 0;
}

static int ntio_release(struct inode *inode, struct file *filp)
{
	struct ntio_file *file = filp->private_data;
	struct ntio_device *device;

	ntio_file_cleanup(file);
	for (device = file->device; device; device = device->lower)
		if (device->close)
			device->close(file);
	ntio_device_close(file);
	ntio_file_free(file);
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
const struct file_operations ntio_poll_fops = {
	NTIO_FOPS,
	.poll = ntio_poll,
};
