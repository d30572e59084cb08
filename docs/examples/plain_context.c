// SPDX-License-Identifier: GPL-2.0
/* A worker that reads a number of the caller, without ntio. */
#include <linux/completion.h>
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/refcount.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>

#include "example.h"

/* Shared by the caller, who may be killed while it waits, and the worker. */
struct peek {
	struct work_struct work;
	struct completion done;
	refcount_t refs;
	struct mm_struct *mm;
	u64 addr;
	u32 number;
	int rc;
};

static struct workqueue_struct *peek_wq;

static void peek_put(struct peek *peek)
{
	if (!refcount_dec_and_test(&peek->refs))
		return;
	mmdrop(peek->mm);
	kfree(peek);
}

/* [worker] */
static int peek_read(struct peek *peek)
{
	int rc = 0;

	if (!mmget_not_zero(peek->mm))
		return -ESRCH;
	kthread_use_mm(peek->mm);
	if (copy_from_user(&peek->number, u64_to_user_ptr(peek->addr),
			   sizeof(peek->number)))
		rc = -EFAULT;
	kthread_unuse_mm(peek->mm);
	mmput(peek->mm);
	return rc;
}

static void peek_work(struct work_struct *work)
{
	struct peek *peek = container_of(work, struct peek, work);

	peek->rc = peek_read(peek);
	complete(&peek->done);
	peek_put(peek);
}

/* [/worker] */
/* [submit] */
static long peek(struct plain_peek *arg)
{
	struct peek *peek = kzalloc(sizeof(*peek), GFP_KERNEL_ACCOUNT);
	long rc;

	if (!peek)
		return -ENOMEM;
	INIT_WORK(&peek->work, peek_work);
	init_completion(&peek->done);
	refcount_set(&peek->refs, 2);
	peek->addr = arg->addr;
	peek->mm = current->mm;
	mmgrab(peek->mm);
	queue_work(peek_wq, &peek->work);

	rc = wait_for_completion_killable(&peek->done);
	if (!rc) {
		rc = peek->rc;
		arg->out_number = peek->number;
	}
	peek_put(peek);
	return rc;
}

/* [/submit] */
static long peek_ioctl(struct file *filp, unsigned int cmd,
		       unsigned long address)
{
	void __user *user = (void __user *)address;
	struct plain_peek arg;
	long rc;

	if (cmd != PLAIN_PEEK)
		return -ENOTTY;
	if (copy_from_user(&arg, user, sizeof(arg)))
		return -EFAULT;
	rc = peek(&arg);
	if (!rc && copy_to_user(user, &arg, sizeof(arg)))
		rc = -EFAULT;
	return rc;
}

static const struct file_operations peek_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = peek_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice peek_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "plain_context",
	.fops = &peek_fops,
};

static int __init peek_init(void)
{
	int rc;

	peek_wq = alloc_workqueue("plain_context", WQ_UNBOUND, 0);
	if (!peek_wq)
		return -ENOMEM;
	rc = misc_register(&peek_device);
	if (rc)
		destroy_workqueue(peek_wq);
	return rc;
}
module_init(peek_init);

/* A worker whose caller was killed has no file that keeps the module. */
static void __exit peek_exit(void)
{
	misc_deregister(&peek_device);
	destroy_workqueue(peek_wq);
}
module_exit(peek_exit);

MODULE_DESCRIPTION("porting guide: user memory in a worker, in plain Linux");
MODULE_LICENSE("GPL");
