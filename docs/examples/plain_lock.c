// SPDX-License-Identifier: GPL-2.0
/*
 * A buffer that a driver keeps for as long as the file is open, without ntio:
 * charged to the user, locked for long, filled when somebody asks.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/highmem.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include <linux/sched/user.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "example.h"

struct loan {
	struct mutex lock;		/* all below */
	struct user_struct *user;	/* who pays */
	struct page **pages;		/* NULL: nothing is lent */
	unsigned long nr_pages;
};

/* [lend] */
/* All processes of a user share what one of them may lock. */
static bool loan_charge(struct loan *loan)
{
	unsigned long limit = rlimit(RLIMIT_MEMLOCK) >> PAGE_SHIFT;
	struct user_struct *user = current_user();
	unsigned long new, old = atomic_long_read(&user->locked_vm);

	do {
		new = old + loan->nr_pages;
		if (new > limit && !capable(CAP_IPC_LOCK))
			return false;
	} while (!atomic_long_try_cmpxchg(&user->locked_vm, &old, new));
	loan->user = get_uid(user);
	return true;
}

/* In any context: the counter is the user's, not a process'. */
static void loan_uncharge(struct loan *loan)
{
	atomic_long_sub(loan->nr_pages, &loan->user->locked_vm);
	free_uid(loan->user);
}

/* Whole pages only: a driver that writes around the buffer harms nobody. */
static int loan_pin(struct loan *loan, u64 addr)
{
	int pinned = pin_user_pages_fast(addr, loan->nr_pages,
					 FOLL_WRITE | FOLL_LONGTERM,
					 loan->pages);

	if (pinned == loan->nr_pages)
		return 0;
	if (pinned > 0)
		unpin_user_pages(loan->pages, pinned);
	return pinned < 0 ? pinned : -EFAULT;
}

static int loan_take(struct loan *loan, const struct plain_span *arg)
{
	int rc = -ENOMEM;

	if (!arg->len || arg->len > PLAIN_MAX ||
	    !PAGE_ALIGNED(arg->addr) || !PAGE_ALIGNED(arg->len))
		return -EINVAL;
	loan->nr_pages = arg->len >> PAGE_SHIFT;
	loan->pages = kvmalloc_array(loan->nr_pages, sizeof(*loan->pages),
				     GFP_KERNEL_ACCOUNT);
	if (!loan->pages)
		return -ENOMEM;
	if (!loan_charge(loan))
		goto err_free;
	rc = loan_pin(loan, arg->addr);
	if (!rc)
		return 0;
	loan_uncharge(loan);
err_free:
	kvfree(loan->pages);
	loan->pages = NULL;
	return rc;
}

/* In any process: the last close may come from another one. */
static void loan_return(struct loan *loan)
{
	if (!loan->pages)
		return;
	unpin_user_pages_dirty_lock(loan->pages, loan->nr_pages, true);
	loan_uncharge(loan);
	kvfree(loan->pages);
	loan->pages = NULL;
}

/* [/lend] */
static int loan_fill(struct loan *loan, u8 byte)
{
	unsigned long i;

	if (!loan->pages)
		return -ENXIO;
	for (i = 0; i < loan->nr_pages; i++) {
		memset_page(loan->pages[i], 0, byte, PAGE_SIZE);
		flush_dcache_page(loan->pages[i]);
	}
	loan_return(loan);
	return 0;
}

static long loan_ioctl(struct file *filp, unsigned int cmd,
		       unsigned long address)
{
	struct loan *loan = filp->private_data;
	struct plain_span arg;
	long rc;

	if (cmd != PLAIN_LEND && cmd != PLAIN_RETURN)
		return -ENOTTY;
	if (copy_from_user(&arg, (void __user *)address, sizeof(arg)))
		return -EFAULT;
	mutex_lock(&loan->lock);
	if (cmd == PLAIN_RETURN)
		rc = loan_fill(loan, arg.byte);
	else if (loan->pages)
		rc = -EBUSY;
	else
		rc = loan_take(loan, &arg);
	mutex_unlock(&loan->lock);
	return rc;
}

static int loan_open(struct inode *inode, struct file *filp)
{
	struct loan *loan = kzalloc(sizeof(*loan), GFP_KERNEL_ACCOUNT);

	if (!loan)
		return -ENOMEM;
	mutex_init(&loan->lock);
	filp->private_data = loan;
	return 0;
}

static int loan_release(struct inode *inode, struct file *filp)
{
	struct loan *loan = filp->private_data;

	loan_return(loan);
	kfree(loan);
	return 0;
}

static const struct file_operations loan_fops = {
	.owner = THIS_MODULE,
	.open = loan_open,
	.release = loan_release,
	.unlocked_ioctl = loan_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice loan_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "plain_lock",
	.fops = &loan_fops,
};
module_misc_device(loan_device);

MODULE_DESCRIPTION("porting guide: a buffer kept for long, in plain Linux");
MODULE_LICENSE("GPL");
