// SPDX-License-Identifier: GPL-2.0
/*
 * Two layers without ntio: the upper one, in the caller's context, locks; the
 * lower one fills the buffer from a worker.
 */
#include <linux/bvec.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/uio.h>
#include <linux/workqueue.h>

#include "example.h"

/* [lower] */
/* What goes down: an iterator over pages, never an address of the caller. */
struct stamp {
	struct work_struct work;
	struct iov_iter iter;
	int rc;
};

static void lower_stamp(struct work_struct *work)
{
	struct stamp *stamp = container_of(work, struct stamp, work);
	u8 byte = EXAMPLE_STAMP;

	while (iov_iter_count(&stamp->iter) && !stamp->rc)
		if (copy_to_iter(&byte, 1, &stamp->iter) != 1)
			stamp->rc = -EFAULT;
}

/* [/lower] */
/* [upper] */
static int upper_send(struct page **pages, int nr_pages, u64 addr, u32 len)
{
	struct bio_vec *bvecs;
	struct stamp stamp = { };
	size_t offset = offset_in_page(addr), left = len;
	int i;

	bvecs = kvcalloc(nr_pages, sizeof(*bvecs), GFP_KERNEL_ACCOUNT);
	if (!bvecs)
		return -ENOMEM;
	for (i = 0; i < nr_pages; i++) {
		bvecs[i].bv_page = pages[i];
		bvecs[i].bv_offset = offset;
		bvecs[i].bv_len = min(left, PAGE_SIZE - offset);
		left -= bvecs[i].bv_len;
		offset = 0;
	}
	iov_iter_bvec(&stamp.iter, ITER_DEST, bvecs, nr_pages, len);
	INIT_WORK_ONSTACK(&stamp.work, lower_stamp);
	schedule_work(&stamp.work);
	flush_work(&stamp.work);
	destroy_work_on_stack(&stamp.work);
	kvfree(bvecs);
	return stamp.rc;
}

static int upper_stamp(const struct plain_span *arg)
{
	struct page **pages;
	int nr_pages, pinned, rc = -EFAULT;

	if (!arg->len || arg->len > PLAIN_MAX)
		return -EINVAL;
	if (!access_ok(u64_to_user_ptr(arg->addr), arg->len))
		return -EFAULT;
	nr_pages = DIV_ROUND_UP(offset_in_page(arg->addr) + arg->len,
				PAGE_SIZE);
	pages = kvmalloc_array(nr_pages, sizeof(*pages), GFP_KERNEL_ACCOUNT);
	if (!pages)
		return -ENOMEM;
	pinned = pin_user_pages_fast(arg->addr, nr_pages, FOLL_WRITE, pages);
	if (pinned == nr_pages)
		rc = upper_send(pages, nr_pages, arg->addr, arg->len);
	if (pinned > 0)
		unpin_user_pages_dirty_lock(pages, pinned, true);
	kvfree(pages);
	return pinned < 0 ? pinned : rc;
}

/* [/upper] */
static long upper_ioctl(struct file *filp, unsigned int cmd,
			unsigned long address)
{
	struct plain_span arg;

	if (cmd != PLAIN_STAMP)
		return -ENOTTY;
	if (copy_from_user(&arg, (void __user *)address, sizeof(arg)))
		return -EFAULT;
	return upper_stamp(&arg);
}

static const struct file_operations upper_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = upper_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice upper_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "plain_stack",
	.fops = &upper_fops,
};
module_misc_device(upper_device);

MODULE_DESCRIPTION("porting guide: two layers in plain Linux");
MODULE_LICENSE("GPL");
