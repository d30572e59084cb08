// SPDX-License-Identifier: GPL-2.0
/*
 * Memory of the kind that cannot be locked: mmap() of /dev/ntio_pfnmap gives a
 * VM_PFNMAP mapping, as that of a device's registers. Not an ntio driver.
 */
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>

#define PFNMAP_ORDER 4

static unsigned long pfnmap_pages;

static int pfnmap_mmap(struct file *filp, struct vm_area_struct *vma)
{
	unsigned long size = vma->vm_end - vma->vm_start;

	if (vma->vm_pgoff || size > PAGE_SIZE << PFNMAP_ORDER)
		return -EINVAL;
	return remap_pfn_range(vma, vma->vm_start,
			       virt_to_phys((void *)pfnmap_pages) >> PAGE_SHIFT,
			       size, vma->vm_page_prot);
}

static const struct file_operations pfnmap_fops = {
	.owner = THIS_MODULE,
	.mmap = pfnmap_mmap,
};

static struct miscdevice pfnmap_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "ntio_pfnmap",
	.fops = &pfnmap_fops,
};

static int __init pfnmap_init(void)
{
	int rc;

	pfnmap_pages = __get_free_pages(GFP_KERNEL | __GFP_ZERO, PFNMAP_ORDER);
	if (!pfnmap_pages)
		return -ENOMEM;
	rc = misc_register(&pfnmap_device);
	if (rc)
		free_pages(pfnmap_pages, PFNMAP_ORDER);
	return rc;
}
module_init(pfnmap_init);

static void __exit pfnmap_exit(void)
{
	misc_deregister(&pfnmap_device);
	free_pages(pfnmap_pages, PFNMAP_ORDER);
}
module_exit(pfnmap_exit);

MODULE_INFO(test, "Y");
MODULE_DESCRIPTION("ntio test: a VM_PFNMAP mapping");
MODULE_LICENSE("GPL");
