// SPDX-License-Identifier: GPL-2.0
/*
 * Mapping a driver's memory for a process.
 *
 * A driver cannot make memory appear in a process; the process asks for it with
 * mmap(2) (R1). The pages belong to the mapping too, so that the process may
 * unmap them, and the driver free them, whenever it likes, in any order.
 */
#include <linux/mm.h>

#include "compat.h"
#include "device/node.h"
#include "entry/entry.h"
#include "memory/pages.h"

static struct ntio_file *ntio_vma_file(const struct vm_area_struct *vma)
{
	return vma->vm_file->private_data;
}

/* Called for copies of a mapping: by fork, split or move. */
static void ntio_vma_open(struct vm_area_struct *vma)
{
	ntio_file_map(ntio_vma_file(vma));
}

static void ntio_vma_close(struct vm_area_struct *vma)
{
	ntio_file_unmap(ntio_vma_file(vma));
}

static const struct vm_operations_struct ntio_vm_ops = {
	.open = ntio_vma_open,
	.close = ntio_vma_close,
};

static int ntio_mmap_pages(struct vm_area_struct *vma,
			   const struct ntio_mdl *mdl)
{
	unsigned long pages = vma_pages(vma);

	if (!mdl->set || ntio_pages_are_pinned(mdl->set) || mdl->byte_offset ||
	    mdl->byte_count < vma->vm_end - vma->vm_start)
		return -EINVAL;
	return vm_insert_pages(vma, vma->vm_start, mdl->pages, &pages);
}

int ntio_mmap(struct file *filp, struct vm_area_struct *vma)
{
	struct ntio_file *file = filp->private_data;
	struct ntio_device *device = file->device;
	struct ntio_mdl *mdl;
	int rc;

	if (!device->mmap)
		return -ENODEV;
	if (!(vma->vm_flags & VM_MAYSHARE))	/* also of read-only files */
		return -EINVAL;
	if (vma->vm_flags & VM_EXEC)	/* nor later: [5.37] */
		return -EPERM;
	if (ntio_file_gone(file))
		return -ENODEV;
	mdl = device->mmap(file, vma->vm_end - vma->vm_start,
			   (u64)vma->vm_pgoff << PAGE_SHIFT);
	if (!mdl)
		return -EINVAL;
	ntio_vm_flags_mod(vma, VM_DONTEXPAND | VM_DONTDUMP, VM_MAYEXEC);
	rc = ntio_mmap_pages(vma, mdl);
	if (rc)
		return rc;
	vma->vm_ops = &ntio_vm_ops;
	ntio_file_map(file);
	return 0;
}
