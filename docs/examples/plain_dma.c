// SPDX-License-Identifier: GPL-2.0
/* A buffer of the caller for a device that does DMA, without ntio. */
#include <linux/dma-mapping.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "example.h"

static struct platform_device *engine;

/* [dma] */
/*
 * Here a device would be given sg_dma_address() and sg_dma_len() of each piece,
 * and the driver would wait. In between the buffer is the device's: what the
 * CPU writes to it may be lost.
 */
static u64 engine_run(struct sg_table *table)
{
	struct scatterlist *sg;
	u64 pieces = 0;
	int i;

	for_each_sgtable_dma_sg(table, sg, i)
		pieces += sg_dma_len(sg) != 0;
	return pieces;
}

static int engine_map(struct page **pages, int nr_pages,
		      struct plain_span *arg)
{
	struct device *dev = &engine->dev;
	struct sg_table table;
	int rc;

	/* Pages that follow each other become one piece. */
	rc = sg_alloc_table_from_pages(&table, pages, nr_pages,
				       offset_in_page(arg->addr), arg->len,
				       GFP_KERNEL_ACCOUNT);
	if (rc)
		return rc;
	/* Here caches are written back, and an IOMMU may join pieces. */
	rc = dma_map_sgtable(dev, &table, DMA_FROM_DEVICE, 0);
	if (!rc) {
		arg->out_sum = engine_run(&table);
		/* Only now the CPU sees what the device has written. */
		dma_unmap_sgtable(dev, &table, DMA_FROM_DEVICE, 0);
	}
	sg_free_table(&table);
	return rc;
}

static int engine_fill(struct plain_span *arg)
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
		rc = engine_map(pages, nr_pages, arg);
	/* After the unmapping: a device that still writes must find them. */
	if (pinned > 0)
		unpin_user_pages_dirty_lock(pages, pinned, !rc);
	kvfree(pages);
	return pinned < 0 ? pinned : rc;
}

/* [/dma] */
static long engine_ioctl(struct file *filp, unsigned int cmd,
			 unsigned long address)
{
	void __user *user = (void __user *)address;
	struct plain_span arg;
	long rc;

	if (cmd != PLAIN_DMA)
		return -ENOTTY;
	if (copy_from_user(&arg, user, sizeof(arg)))
		return -EFAULT;
	rc = engine_fill(&arg);
	if (!rc && copy_to_user(user, &arg, sizeof(arg)))
		rc = -EFAULT;
	return rc;
}

static const struct file_operations engine_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = engine_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice engine_node = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "plain_dma",
	.fops = &engine_fops,
};

/* A device without hardware, so that this runs anywhere. */
static int __init engine_init(void)
{
	int rc;

	engine = platform_device_register_simple("plain_dma",
						 PLATFORM_DEVID_NONE, NULL, 0);
	if (IS_ERR(engine))
		return PTR_ERR(engine);
	rc = dma_coerce_mask_and_coherent(&engine->dev, DMA_BIT_MASK(64));
	if (!rc)
		rc = misc_register(&engine_node);
	if (rc)
		platform_device_unregister(engine);
	return rc;
}
module_init(engine_init);

static void __exit engine_exit(void)
{
	misc_deregister(&engine_node);
	platform_device_unregister(engine);
}
module_exit(engine_exit);

MODULE_DESCRIPTION("porting guide: DMA to user memory in plain Linux");
MODULE_LICENSE("GPL");
