// SPDX-License-Identifier: GPL-2.0
/* Calls that wait for an event, without ntio. */
#include <linux/fs.h>
#include <linux/kfifo.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#include "example.h"

/* [pending] */
static DEFINE_SPINLOCK(events_lock);	/* whoever puts one in */
static DEFINE_MUTEX(events_reader);	/* whoever takes one out */
static DEFINE_KFIFO(events, u64, EXAMPLE_EVENTS);
static DECLARE_WAIT_QUEUE_HEAD(events_wait);

/* It is taken out when the caller has it, not before; 0: there is none. */
static ssize_t events_take(char __user *to)
{
	u64 event;
	ssize_t rc;

	if (mutex_lock_interruptible(&events_reader))
		return -ERESTARTSYS;
	rc = kfifo_peek(&events, &event) ? sizeof(event) : 0;
	if (rc && copy_to_user(to, &event, sizeof(event)))
		rc = -EFAULT;
	if (rc > 0)
		kfifo_skip(&events);
	mutex_unlock(&events_reader);
	return rc;
}

static ssize_t events_read(struct file *filp, char __user *to, size_t len,
			   loff_t *pos)
{
	ssize_t rc;

	if (len < sizeof(u64))
		return -EINVAL;
	/* Another reader may be faster: look again. */
	while (!(rc = events_take(to))) {
		if (filp->f_flags & O_NONBLOCK)
			return -EAGAIN;
		rc = wait_event_interruptible(events_wait,
					      !kfifo_is_empty(&events));
		if (rc)
			return rc;	/* nothing taken: may be restarted */
	}
	return rc;
}

static ssize_t events_write(struct file *filp, const char __user *from,
			    size_t len, loff_t *pos)
{
	u64 event;

	if (len != sizeof(event))
		return -EINVAL;
	if (copy_from_user(&event, from, sizeof(event)))
		return -EFAULT;
	if (!kfifo_in_spinlocked(&events, &event, 1, &events_lock))
		return -EDQUOT;
	wake_up(&events_wait);
	return sizeof(event);
}

static __poll_t events_poll(struct file *filp, struct poll_table_struct *wait)
{
	poll_wait(filp, &events_wait, wait);
	return kfifo_is_empty(&events) ? 0 : EPOLLIN | EPOLLRDNORM;
}

/* [/pending] */
static const struct file_operations events_fops = {
	.owner = THIS_MODULE,
	.read = events_read,
	.write = events_write,
	.poll = events_poll,
	.llseek = noop_llseek,
};

static struct miscdevice events_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "plain_pending",
	.fops = &events_fops,
};
module_misc_device(events_device);

MODULE_DESCRIPTION("porting guide: calls that wait, in plain Linux");
MODULE_LICENSE("GPL");
