// SPDX-License-Identifier: GPL-2.0
/*
 * Memory as of a device, a VM_PFNMAP mapping, that is mapped read-only until it
 * is written to: so the first write is a fault, and the driver counts it, no
 * matter whether it changes a byte. Not an ntio driver.
 */
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>

#include "ntio_wp.h"

static unsigned long wp_page;
static atomic_t wp_writes;

static vm_fault_t wp_pfn_mkwrite(struct vm_fault *vmf)
{
	atomic_inc(&wp_writes);
	return 0;
}

static const struct vm_operations_struct wp_vm_ops = {
	.pfn_mkwrite = wp_pfn_mkwrite,
};

/* Read-only as that of a private mapping, until .pfn_mkwrite was called. */
static int wp_mmap(struct file *filp, struct vm_area_struct *vma)
{
	if (vma->vm_pgoff || vma_pages(vma) != 1 || !(vma->vm_flags & VM_SHARED))
		return -EINVAL;
	vma->vm_ops = &wp_vm_ops;
	return remap_pfn_range(vma, vma->vm_start,
			       virt_to_phys((void *)wp_page) >> PAGE_SHIFT,
			       PAGE_SIZE,
			       vm_get_page_prot(vma->vm_flags & ~VM_SHARED));
}

static long wp_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	return cmd == WP_WRITES ? atomic_read(&wp_writes) : -ENOTTY;
}

static const struct file_operations wp_fops = {
	.owner = THIS_MODULE,
	.mmap = wp_mmap,
	.unlocked_ioctl = wp_ioctl,
	.compat_ioctl = wp_ioctl,
};

static struct miscdevice wp_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "ntio_wp",
	.fops = &wp_fops,
};

static int __init wp_init(void)
{
	int rc;

	wp_page = get_zeroed_page(GFP_KERNEL);
	if (!wp_page)
		return -ENOMEM;
	rc = misc_register(&wp_device);
	if (rc)
		free_page(wp_page);
	return rc;
}
module_init(wp_init);

static void __exit wp_exit(void)
{
	misc_deregister(&wp_device);
	free_page(wp_page);
}
module_exit(wp_exit);

MODULE_INFO(test, "Y");
MODULE_DESCRIPTION("ntio test: memory that tells when it is written to");
MODULE_LICENSE("GPL");
