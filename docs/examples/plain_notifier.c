// SPDX-License-Identifier: GPL-2.0
/*
 * A driver that follows an address instead of locking its pages, without ntio:
 * it is told before they change.
 */
#include <linux/fs.h>
#include <linux/highmem.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "example.h"

/* [view] */
struct view {
	struct mmu_interval_notifier notifier;
	struct mutex lock;		/* all below; nothing is allocated under it */
	bool valid;			/* the pages are those of the address */
	unsigned long changes;
	int nr_pages;
	struct page *pages[PLAIN_VIEW_PAGES];
};

/*
 * The pages are about to change: unmapped, copied after fork, moved. A device
 * with page tables of its own would have to stop using them here.
 */
static bool view_invalidate(struct mmu_interval_notifier *notifier,
			    const struct mmu_notifier_range *range,
			    unsigned long seq)
{
	struct view *view = container_of(notifier, struct view, notifier);

	if (mmu_notifier_range_blockable(range))
		mutex_lock(&view->lock);
	else if (!mutex_trylock(&view->lock))
		return false;
	mmu_interval_set_seq(notifier, seq);
	view->valid = false;
	view->changes++;
	mutex_unlock(&view->lock);
	return true;
}

static const struct mmu_interval_notifier_ops view_ops = {
	.invalidate = view_invalidate,
};

/* With the lock held and valid pages, or an error. */
static int view_enter(struct view *view)
{
	struct page *pages[PLAIN_VIEW_PAGES];
	unsigned long seq;
	int i, got;

	mutex_lock(&view->lock);
	while (!view->valid) {
		mutex_unlock(&view->lock);
		seq = mmu_interval_read_begin(&view->notifier);
		got = get_user_pages_fast(view->notifier.interval_tree.start,
					  view->nr_pages, FOLL_WRITE, pages);
		mutex_lock(&view->lock);
		if (got == view->nr_pages &&
		    !mmu_interval_read_retry(&view->notifier, seq)) {
			memcpy(view->pages, pages, sizeof(pages));
			view->valid = true;
		}
		/* Not the reference keeps the pages, but the notifier. */
		for (i = 0; i < got; i++)
			put_page(pages[i]);
		if (got == view->nr_pages)
			continue;
		mutex_unlock(&view->lock);
		return got < 0 ? got : -EFAULT;
	}
	return 0;
}

static long view_fill(struct view *view, struct plain_span *arg)
{
	int i, rc;

	if (view->notifier.mm != current->mm)
		return -ESRCH;
	rc = view_enter(view);
	if (rc)
		return rc;
	for (i = 0; i < view->nr_pages; i++) {
		memset_page(view->pages[i], 0, arg->byte, PAGE_SIZE);
		flush_dcache_page(view->pages[i]);
		set_page_dirty(view->pages[i]);
	}
	arg->out_sum = view->changes;
	mutex_unlock(&view->lock);
	return 0;
}

/* [/view] */
static long view_begin(struct file *filp, const struct plain_span *arg)
{
	struct view *view;
	int rc;

	if (!arg->len || !PAGE_ALIGNED(arg->addr) || !PAGE_ALIGNED(arg->len) ||
	    arg->len > PLAIN_VIEW_PAGES * PAGE_SIZE)
		return -EINVAL;
	if (!access_ok(u64_to_user_ptr(arg->addr), arg->len))
		return -EFAULT;
	view = kzalloc(sizeof(*view), GFP_KERNEL_ACCOUNT);
	if (!view)
		return -ENOMEM;
	mutex_init(&view->lock);
	view->nr_pages = arg->len >> PAGE_SHIFT;
	rc = mmu_interval_notifier_insert(&view->notifier, current->mm,
					  arg->addr, arg->len, &view_ops);
	if (!rc && !cmpxchg(&filp->private_data, NULL, view))
		return 0;
	if (!rc)
		mmu_interval_notifier_remove(&view->notifier);
	kfree(view);
	return rc ?: -EBUSY;
}

static long view_ioctl(struct file *filp, unsigned int cmd,
		       unsigned long address)
{
	struct view *view = READ_ONCE(filp->private_data);
	void __user *user = (void __user *)address;
	struct plain_span arg;
	long rc;

	if (cmd != PLAIN_VIEW && cmd != PLAIN_VIEW_FILL)
		return -ENOTTY;
	if (copy_from_user(&arg, user, sizeof(arg)))
		return -EFAULT;
	if (cmd == PLAIN_VIEW)
		return view_begin(filp, &arg);
	rc = view ? view_fill(view, &arg) : -ENXIO;
	if (!rc && copy_to_user(user, &arg, sizeof(arg)))
		rc = -EFAULT;
	return rc;
}

static int view_open(struct inode *inode, struct file *filp)
{
	filp->private_data = NULL;	/* misc_open() leaves its device there */
	return 0;
}

static int view_release(struct inode *inode, struct file *filp)
{
	struct view *view = filp->private_data;

	if (view)
		mmu_interval_notifier_remove(&view->notifier);
	kfree(view);
	return 0;
}

static const struct file_operations view_fops = {
	.owner = THIS_MODULE,
	.open = view_open,
	.release = view_release,
	.unlocked_ioctl = view_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice view_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "plain_notifier",
	.fops = &view_fops,
};
module_misc_device(view_device);

MODULE_DESCRIPTION("porting guide: an address that is followed, in plain Linux");
MODULE_LICENSE("GPL");
