// SPDX-License-Identifier: GPL-2.0
/* A locked buffer, without ntio: filled in place, or its bytes added up. */
#include <linux/fs.h>
#include <linux/highmem.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "example.h"

/* [pin] */
struct span {
	struct page **pages;
	int nr_pages;
	unsigned int offset;
	size_t len;
};

/*
 * For writing first, also by who only reads: a private page that nobody has
 * written yet is the zero page, or the file's. A pin for reading would get that
 * one, and the caller's next write goes to another. Where the caller may not
 * write, there is no next write.
 */
static int span_pin_pages(struct span *span, u64 addr, bool write)
{
	int pinned = pin_user_pages_fast(addr, span->nr_pages, FOLL_WRITE,
					 span->pages);

	if (pinned == span->nr_pages || write)
		return pinned;
	if (pinned > 0)
		unpin_user_pages(span->pages, pinned);
	return pin_user_pages_fast(addr, span->nr_pages, 0, span->pages);
}

static int span_pin(struct span *span, u64 addr, u32 len, bool write)
{
	int pinned;

	if (!len || len > PLAIN_MAX)
		return -EINVAL;
	if (!access_ok(u64_to_user_ptr(addr), len))
		return -EFAULT;
	span->offset = offset_in_page(addr);
	span->len = len;
	span->nr_pages = DIV_ROUND_UP(span->offset + len, PAGE_SIZE);
	span->pages = kvmalloc_array(span->nr_pages, sizeof(*span->pages),
				     GFP_KERNEL_ACCOUNT);
	if (!span->pages)
		return -ENOMEM;
	pinned = span_pin_pages(span, addr, write);
	if (pinned == span->nr_pages)
		return 0;
	if (pinned > 0)
		unpin_user_pages(span->pages, pinned);
	kvfree(span->pages);
	return pinned < 0 ? pinned : -EFAULT;
}

static void span_unpin(struct span *span, bool written)
{
	unpin_user_pages_dirty_lock(span->pages, span->nr_pages, written);
	kvfree(span->pages);
}

/* [/pin] */
/* [use] */
/* Bytes of the buffer in page @i, which begin at *@from. */
static size_t span_part(const struct span *span, int i, size_t *from)
{
	size_t end = span->offset + span->len - i * PAGE_SIZE;

	*from = i ? 0 : span->offset;
	return min(end, PAGE_SIZE) - *from;
}

static void span_fill(struct span *span, u8 byte)
{
	size_t from, len;
	int i;

	for (i = 0; i < span->nr_pages; i++) {
		len = span_part(span, i, &from);
		memset_page(span->pages[i], from, byte, len);
		flush_dcache_page(span->pages[i]);
	}
}

static u64 span_sum(const struct span *span)
{
	size_t at, from, len;
	u64 sum = 0;
	u8 *page;
	int i;

	for (i = 0; i < span->nr_pages; i++) {
		len = span_part(span, i, &from);
		flush_dcache_page(span->pages[i]);
		page = kmap_local_page(span->pages[i]);
		for (at = 0; at < len; at++)
			sum += READ_ONCE(page[from + at]);
		kunmap_local(page);
	}
	return sum;
}

/* [/use] */
static long direct(struct plain_span *arg, bool write)
{
	struct span span;
	int rc;

	rc = span_pin(&span, arg->addr, arg->len, write);
	if (rc)
		return rc;
	if (write)
		span_fill(&span, arg->byte);
	else
		arg->out_sum = span_sum(&span);
	span_unpin(&span, write);
	return 0;
}

static long direct_ioctl(struct file *filp, unsigned int cmd,
			 unsigned long address)
{
	void __user *user = (void __user *)address;
	struct plain_span arg;
	long rc;

	if (cmd != PLAIN_FILL && cmd != PLAIN_SUM)
		return -ENOTTY;
	if (copy_from_user(&arg, user, sizeof(arg)))
		return -EFAULT;
	rc = direct(&arg, cmd == PLAIN_FILL);
	if (!rc && copy_to_user(user, &arg, sizeof(arg)))
		rc = -EFAULT;
	return rc;
}

static const struct file_operations direct_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = direct_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice direct_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "plain_direct",
	.fops = &direct_fops,
};
module_misc_device(direct_device);

MODULE_DESCRIPTION("porting guide: a locked buffer in plain Linux");
MODULE_LICENSE("GPL");
