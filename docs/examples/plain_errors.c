// SPDX-License-Identifier: GPL-2.0
/* As much as fits, and how much there is, without ntio. */
#include <linux/fs.h>
#include <linux/minmax.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/uaccess.h>

#include "example.h"

/* [answer] */
static long answer(struct plain_answer __user *user)
{
	static const char text[] = EXAMPLE_TEXT;
	struct plain_answer arg;

	if (copy_from_user(&arg, user, sizeof(arg)))
		return -EFAULT;
	if (put_user((u32)sizeof(text), &user->out_needed))
		return -EFAULT;
	if (copy_to_user(u64_to_user_ptr(arg.out), text,
			 min_t(size_t, arg.out_len, sizeof(text))))
		return -EFAULT;
	return 0;
}

/* [/answer] */
static long answer_ioctl(struct file *filp, unsigned int cmd,
			 unsigned long address)
{
	if (cmd != PLAIN_ANSWER)
		return -ENOTTY;
	return answer((void __user *)address);
}

static const struct file_operations answer_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = answer_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice answer_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "plain_errors",
	.fops = &answer_fops,
};
module_misc_device(answer_device);

MODULE_DESCRIPTION("porting guide: an answer that does not fit, plain Linux");
MODULE_LICENSE("GPL");
