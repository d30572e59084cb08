// SPDX-License-Identifier: GPL-2.0
/* A header and what it counts, each read once, without ntio. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "example.h"

/* [total] */
static long total(struct example_list __user *list)
{
	struct example_list header;
	u64 sum = 0;
	u32 *numbers;
	u32 i;

	if (copy_from_user(&header, list, sizeof(header)))
		return -EFAULT;
	if (header.count > EXAMPLE_LIST_MAX || header.__reserved)
		return -EINVAL;
	numbers = memdup_user(list->numbers,
			      array_size(header.count, sizeof(*numbers)));
	if (IS_ERR(numbers))
		return PTR_ERR(numbers);
	for (i = 0; i < header.count; i++)
		sum += numbers[i];
	kfree(numbers);
	return put_user(sum, &list->out_total);
}

/* [/total] */
static long total_ioctl(struct file *filp, unsigned int cmd,
			unsigned long address)
{
	if (cmd != PLAIN_TOTAL)
		return -ENOTTY;
	return total((void __user *)address);
}

static const struct file_operations total_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = total_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice total_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "plain_neither",
	.fops = &total_fops,
};
module_misc_device(total_device);

MODULE_DESCRIPTION("porting guide: user memory read once, in plain Linux");
MODULE_LICENSE("GPL");
