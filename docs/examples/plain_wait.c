// SPDX-License-Identifier: GPL-2.0
/* A wait with a limit that signals do not prolong, without ntio. */
#include <linux/fs.h>
#include <linux/ktime.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#include "example.h"

static DECLARE_WAIT_QUEUE_HEAD(bell);
static atomic_t rings;

/* [wait] */
/*
 * The end is a time, not a span: a call that is restarted after a signal waits
 * for what is left, and not anew.
 */
static long bell_wait(const struct plain_wait __user *user)
{
	int seen = atomic_read(&rings);
	struct plain_wait arg;
	ktime_t left;

	if (copy_from_user(&arg, user, sizeof(arg)))
		return -EFAULT;
	if (arg.deadline > KTIME_MAX)
		return -EINVAL;
	left = ktime_sub(ns_to_ktime(arg.deadline), ktime_get());
	if (ktime_to_ns(left) <= 0)
		return -ETIMEDOUT;
	switch (wait_event_interruptible_hrtimeout(bell,
						   atomic_read(&rings) != seen,
						   left)) {
	case 0:
		return 0;
	case -ETIME:
		return -ETIMEDOUT;
	default:
		return -ERESTARTSYS;	/* the kernel decides: again, or EINTR */
	}
}

/* [/wait] */
static long bell_ring(void)
{
	atomic_inc(&rings);
	wake_up_all(&bell);
	return 0;
}

static long bell_ioctl(struct file *filp, unsigned int cmd,
		       unsigned long address)
{
	switch (cmd) {
	case PLAIN_WAIT:
		return bell_wait((void __user *)address);
	case PLAIN_WAKE:
		return bell_ring();
	default:
		return -ENOTTY;
	}
}

static const struct file_operations bell_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = bell_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice bell_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "plain_wait",
	.fops = &bell_fops,
};
module_misc_device(bell_device);

MODULE_DESCRIPTION("porting guide: a wait that is restarted, in plain Linux");
MODULE_LICENSE("GPL");
