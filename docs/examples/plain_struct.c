// SPDX-License-Identifier: GPL-2.0
/* A structure that grows from version to version, without ntio. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/nospec.h>
#include <linux/uaccess.h>

#include "example.h"

/* [lookup] */
static const u64 table[] = { 10, 20, 30, 40 };

/* No holes, or what lies in them would leave the kernel. */
static_assert(sizeof(struct plain_lookup) == 24);
static_assert(offsetof(struct plain_lookup, flags) == PLAIN_LOOKUP_VERSION_1);

static int lookup_find(struct plain_lookup *arg)
{
	u32 index = arg->index;

	if (arg->flags & ~PLAIN_LOOKUP_DOUBLE || arg->__reserved)
		return -EINVAL;
	if (index >= ARRAY_SIZE(table))
		return -EINVAL;
	/* A processor that guesses "in range" reads entry 0 at most. */
	index = array_index_nospec(index, ARRAY_SIZE(table));
	arg->out_value = table[index];
	if (arg->flags & PLAIN_LOOKUP_DOUBLE)
		arg->out_value *= 2;
	return 0;
}

static long lookup(struct plain_lookup __user *user)
{
	struct plain_lookup arg;
	u32 size;
	int rc;

	if (get_user(size, &user->size))
		return -EFAULT;
	if (size < PLAIN_LOOKUP_VERSION_1)
		return -EINVAL;
	if (size > PAGE_SIZE)
		return -E2BIG;
	/* Older: the rest is zero. Newer: -E2BIG, unless its rest is zero. */
	rc = copy_struct_from_user(&arg, sizeof(arg), user, size);
	if (rc)
		return rc;
	arg.size = size;	/* the copy has what was read the second time */
	rc = lookup_find(&arg);
	if (rc)
		return rc;
	if (copy_to_user(user, &arg, min_t(size_t, size, sizeof(arg))))
		return -EFAULT;
	return 0;
}

/* [/lookup] */
static long lookup_ioctl(struct file *filp, unsigned int cmd,
			 unsigned long address)
{
	if (cmd != PLAIN_LOOKUP)
		return -ENOTTY;
	return lookup((void __user *)address);
}

static const struct file_operations lookup_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = lookup_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice lookup_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "plain_struct",
	.fops = &lookup_fops,
};
module_misc_device(lookup_device);

MODULE_DESCRIPTION("porting guide: a structure that grows, in plain Linux");
MODULE_LICENSE("GPL");
