// SPDX-License-Identifier: GPL-2.0
/* Memory that is read and written, without ntio. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/uaccess.h>

#include "example.h"

static DEFINE_MUTEX(store_lock);
static u8 store[EXAMPLE_STORE_SIZE];

/* [rw] */
static ssize_t store_read(struct file *filp, char __user *to, size_t len,
			  loff_t *pos)
{
	ssize_t done;

	mutex_lock(&store_lock);
	done = simple_read_from_buffer(to, len, pos, store, sizeof(store));
	mutex_unlock(&store_lock);
	return done;
}

static ssize_t store_write(struct file *filp, const char __user *from,
			   size_t len, loff_t *pos)
{
	ssize_t done;

	if (len && *pos >= sizeof(store))
		return -ENOSPC;
	mutex_lock(&store_lock);
	done = simple_write_to_buffer(store, sizeof(store), pos, from, len);
	mutex_unlock(&store_lock);
	return done;
}

static loff_t store_llseek(struct file *filp, loff_t offset, int whence)
{
	return fixed_size_llseek(filp, offset, whence, sizeof(store));
}

/* [/rw] */
static const struct file_operations store_fops = {
	.owner = THIS_MODULE,
	.read = store_read,
	.write = store_write,
	.llseek = store_llseek,
};

static struct miscdevice store_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "plain_rw",
	.fops = &store_fops,
};
module_misc_device(store_device);

MODULE_DESCRIPTION("porting guide: read and write in plain Linux");
MODULE_LICENSE("GPL");
