// SPDX-License-Identifier: GPL-2.0
/* Memory that is read and written through iterators, without ntio. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/uio.h>

#include "example.h"

static DEFINE_MUTEX(store_lock);
static u8 store[EXAMPLE_STORE_SIZE];

/* [iter] */
/* A caller that may not wait gets -EAGAIN where others wait. */
static int store_enter(const struct kiocb *iocb)
{
	if (!(iocb->ki_flags & IOCB_NOWAIT))
		return mutex_lock_interruptible(&store_lock) ?
			       -ERESTARTSYS : 0;
	return mutex_trylock(&store_lock) ? 0 : -EAGAIN;
}

static size_t store_part(const struct kiocb *iocb, const struct iov_iter *iter)
{
	if (iocb->ki_pos >= sizeof(store))
		return 0;
	return min_t(u64, iov_iter_count(iter), sizeof(store) - iocb->ki_pos);
}

/* Any number of segments, of a process or of the kernel: it looks the same. */
static ssize_t store_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	size_t done, len = store_part(iocb, to);
	int rc;

	if (!len)
		return 0;
	rc = store_enter(iocb);
	if (rc)
		return rc;
	done = copy_to_iter(store + iocb->ki_pos, len, to);
	mutex_unlock(&store_lock);
	iocb->ki_pos += done;
	return done ?: -EFAULT;
}

static ssize_t store_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	size_t done, len = store_part(iocb, from);
	int rc;

	if (!len)
		return iov_iter_count(from) ? -ENOSPC : 0;
	rc = store_enter(iocb);
	if (rc)
		return rc;
	done = copy_from_iter(store + iocb->ki_pos, len, from);
	mutex_unlock(&store_lock);
	iocb->ki_pos += done;
	return done ?: -EFAULT;
}

static int store_open(struct inode *inode, struct file *filp)
{
	filp->f_mode |= FMODE_NOWAIT;	/* IOCB_NOWAIT is looked at */
	return 0;
}

/* [/iter] */
static loff_t store_llseek(struct file *filp, loff_t offset, int whence)
{
	return fixed_size_llseek(filp, offset, whence, sizeof(store));
}

static const struct file_operations store_fops = {
	.owner = THIS_MODULE,
	.open = store_open,
	.read_iter = store_read_iter,
	.write_iter = store_write_iter,
	.splice_write = iter_file_splice_write,
	.llseek = store_llseek,
};

static struct miscdevice store_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "plain_iter",
	.fops = &store_fops,
};
module_misc_device(store_device);

MODULE_DESCRIPTION("porting guide: read_iter and write_iter in plain Linux");
MODULE_LICENSE("GPL");
