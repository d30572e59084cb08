// SPDX-License-Identifier: GPL-2.0
/*
 * Two layers without ntio: the upper one, in the caller's context, locks; the
 * lower one fills the buffer from a worker.
 */
#include <linux/bvec.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/uio.h>
#include <linux/workqueue.h>

#include "example.h"

static unsigned int delay_ms;
module_param(delay_ms, uint, 0644);
MODULE_PARM_DESC(delay_ms, "How long the lower layer takes");

static struct workqueue_struct *lower_wq;

/* [lower] */
/* What goes down: an iterator over pages, never an address of the caller. */
struct stamp {
	struct work_struct work;
	struct completion done;
	refcount_t refs;
	struct page **pages;
	struct bio_vec *bvecs;
	int nr_pages;
	bool filled;
	struct iov_iter iter;
	int rc;
};

/* Whoever lets go last unpins: the caller may be killed while it waits. */
static void stamp_put(struct stamp *stamp)
{
	if (!refcount_dec_and_test(&stamp->refs))
		return;
	unpin_user_pages_dirty_lock(stamp->pages, stamp->nr_pages,
				    stamp->filled);
	kvfree(stamp->pages);
	kvfree(stamp->bvecs);
	kfree(stamp);
}

static void lower_stamp(struct work_struct *work)
{
	struct stamp *stamp = container_of(work, struct stamp, work);
	u8 byte = EXAMPLE_STAMP;

	msleep(delay_ms);
	stamp->filled = true;
	while (iov_iter_count(&stamp->iter) && !stamp->rc)
		if (copy_to_iter(&byte, 1, &stamp->iter) != 1)
			stamp->rc = -EFAULT;
	complete(&stamp->done);
	stamp_put(stamp);
}

/* [/lower] */
/* [upper] */
static void stamp_describe(struct stamp *stamp, u64 addr, u32 len)
{
	size_t offset = offset_in_page(addr), left = len;
	int i;

	for (i = 0; i < stamp->nr_pages; i++) {
		stamp->bvecs[i].bv_page = stamp->pages[i];
		stamp->bvecs[i].bv_offset = offset;
		stamp->bvecs[i].bv_len = min(left, PAGE_SIZE - offset);
		left -= stamp->bvecs[i].bv_len;
		offset = 0;
	}
	iov_iter_bvec(&stamp->iter, ITER_DEST, stamp->bvecs, stamp->nr_pages,
		      len);
}

static struct stamp *stamp_alloc(int nr_pages)
{
	struct stamp *stamp = kzalloc(sizeof(*stamp), GFP_KERNEL_ACCOUNT);

	if (!stamp)
		return NULL;
	refcount_set(&stamp->refs, 1);
	stamp->pages = kvmalloc_array(nr_pages, sizeof(*stamp->pages),
				      GFP_KERNEL_ACCOUNT);
	stamp->bvecs = kvmalloc_array(nr_pages, sizeof(*stamp->bvecs),
				      GFP_KERNEL_ACCOUNT);
	if (stamp->pages && stamp->bvecs)
		return stamp;
	stamp_put(stamp);
	return NULL;
}

static int upper_send(struct stamp *stamp)
{
	int rc;

	INIT_WORK(&stamp->work, lower_stamp);
	init_completion(&stamp->done);
	refcount_inc(&stamp->refs);		/* the lower layer's */
	queue_work(lower_wq, &stamp->work);
	rc = wait_for_completion_killable(&stamp->done);
	return rc ?: stamp->rc;
}

static int upper_stamp(const struct plain_span *arg)
{
	struct stamp *stamp;
	int nr_pages, pinned, rc = -EFAULT;

	if (!arg->len || arg->len > PLAIN_MAX)
		return -EINVAL;
	if (!access_ok(u64_to_user_ptr(arg->addr), arg->len))
		return -EFAULT;
	nr_pages = DIV_ROUND_UP(offset_in_page(arg->addr) + arg->len,
				PAGE_SIZE);
	stamp = stamp_alloc(nr_pages);
	if (!stamp)
		return -ENOMEM;
	pinned = pin_user_pages_fast(arg->addr, nr_pages, FOLL_WRITE,
				     stamp->pages);
	stamp->nr_pages = max(pinned, 0);
	if (pinned == nr_pages) {
		stamp_describe(stamp, arg->addr, arg->len);
		rc = upper_send(stamp);
	}
	stamp_put(stamp);
	return pinned < 0 ? pinned : rc;
}

/* [/upper] */
static long upper_ioctl(struct file *filp, unsigned int cmd,
			unsigned long address)
{
	struct plain_span arg;

	if (cmd != PLAIN_STAMP)
		return -ENOTTY;
	if (copy_from_user(&arg, (void __user *)address, sizeof(arg)))
		return -EFAULT;
	return upper_stamp(&arg);
}

static const struct file_operations upper_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = upper_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice upper_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "plain_stack",
	.fops = &upper_fops,
};

static int __init stack_init(void)
{
	int rc;

	lower_wq = alloc_workqueue("plain_stack", WQ_UNBOUND, 0);
	if (!lower_wq)
		return -ENOMEM;
	rc = misc_register(&upper_device);
	if (rc)
		destroy_workqueue(lower_wq);
	return rc;
}
module_init(stack_init);

/* The lower layer may still work for a caller that was killed. */
static void __exit stack_exit(void)
{
	misc_deregister(&upper_device);
	destroy_workqueue(lower_wq);
}
module_exit(stack_exit);

MODULE_DESCRIPTION("porting guide: two layers in plain Linux");
MODULE_LICENSE("GPL");
