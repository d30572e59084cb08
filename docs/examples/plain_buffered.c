// SPDX-License-Identifier: GPL-2.0
/* A copied request, without ntio: the text comes back in capitals. */
#include <linux/ctype.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "example.h"

/* [capitals] */
/* Its memory need not be contiguous, and the caller's group pays for it. */
static char *text_copy(u64 addr, u32 len)
{
	char *text = kvmalloc(len, GFP_KERNEL_ACCOUNT);

	if (!text)
		return ERR_PTR(-ENOMEM);
	if (copy_from_user(text, u64_to_user_ptr(addr), len)) {
		kvfree(text);
		return ERR_PTR(-EFAULT);
	}
	return text;
}

static long capitals(struct plain_text *arg)
{
	size_t i, n = min(arg->in_len, arg->out_len);
	long rc = 0;
	char *text;

	if (arg->in_len > PLAIN_MAX || arg->__reserved)
		return -EINVAL;
	text = text_copy(arg->in, arg->in_len);
	if (IS_ERR(text))
		return PTR_ERR(text);
	for (i = 0; i < n; i++)
		text[i] = toupper(text[i]);
	if (copy_to_user(u64_to_user_ptr(arg->out), text, n))
		rc = -EFAULT;
	arg->out_bytes = n;
	kvfree(text);
	return rc;
}

static long capitals_ioctl(struct file *filp, unsigned int cmd,
			   unsigned long address)
{
	void __user *user = (void __user *)address;
	struct plain_text arg;
	long rc;

	if (cmd != PLAIN_CAPITALS)
		return -ENOTTY;
	if (copy_from_user(&arg, user, sizeof(arg)))
		return -EFAULT;
	rc = capitals(&arg);
	if (!rc && copy_to_user(user, &arg, sizeof(arg)))
		rc = -EFAULT;
	return rc;
}

/* [/capitals] */
static const struct file_operations capitals_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = capitals_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice capitals_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "plain_buffered",
	.fops = &capitals_fops,
};
module_misc_device(capitals_device);

MODULE_DESCRIPTION("porting guide: a copied request in plain Linux");
MODULE_LICENSE("GPL");
