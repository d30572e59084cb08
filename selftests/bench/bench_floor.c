// SPDX-License-Identifier: GPL-2.0
/*
 * The floor: the benchmark's work by hand, as short as it can be and still be
 * right. What ntio costs is measured against this.
 */
#include <linux/highmem.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

#include "bench.h"
#include "compat.h"

/* At most: as ntio's max_buffered and max_locked. */
#define FLOOR_MAX (64U << 20)

struct floor_work {
	struct work_struct work;
	struct completion done;
};

static struct workqueue_struct *floor_wq;
static u8 floor_page[BENCH_PAGE];

static long floor_buffered(struct ntio_device_control *c)
{
	size_t size = max(c->in_len, c->out_len);
	size_t len = min(c->in_len, c->out_len);
	long rc = 0;
	u8 *buffer;

	if (size > FLOOR_MAX)
		return -EINVAL;
	buffer = kvmalloc(size, GFP_KERNEL_ACCOUNT);
	if (!buffer)
		return -ENOMEM;
	if (copy_from_user(buffer, u64_to_user_ptr(c->in), c->in_len) ||
	    copy_to_user(u64_to_user_ptr(c->out), buffer, len))
		rc = -EFAULT;
	kvfree(buffer);
	c->out_information = len;
	return rc;
}

static void floor_fill_pages(struct page **pages, unsigned int n, size_t offset,
			     size_t len)
{
	unsigned int i;
	size_t part;
	u8 *page;

	for (i = 0; i < n; i++) {
		part = min_t(size_t, len, PAGE_SIZE - offset);
		page = kmap_local_page(pages[i]);
		bench_set(page + offset, part);
		kunmap_local(page);
		len -= part;
		offset = 0;
	}
}

static int floor_fill_mapped(struct page **pages, unsigned int n, size_t offset,
			     size_t len)
{
	void *at = n == 1 ? page_address(pages[0]) :
		   vmap(pages, n, VM_MAP, PAGE_KERNEL);

	if (!at)
		return -ENOMEM;
	bench_set(at + offset, len);
	if (n > 1)
		vunmap(at);
	return 0;
}

/* What is done with locked pages. */
enum floor_use { FLOOR_FILL, FLOOR_FILL_MAPPED, FLOOR_LEAVE };

static long floor_pin(struct ntio_device_control *c, unsigned int flags,
		      enum floor_use use)
{
	size_t offset = offset_in_page(c->out);
	unsigned int n = DIV_ROUND_UP(offset + c->out_len, PAGE_SIZE);
	struct page *few[8], **pages = few;
	long rc = -EFAULT;
	int got;

	if (!c->out_len || c->out_len > FLOOR_MAX)
		return -EINVAL;
	if (n > ARRAY_SIZE(few))
		pages = kvmalloc_array(n, sizeof(*pages), GFP_KERNEL_ACCOUNT);
	if (!pages)
		return -ENOMEM;
	got = pin_user_pages_fast(c->out, n, FOLL_WRITE | flags, pages);
	if (got == n) {
		rc = 0;
		if (use == FLOOR_FILL)
			floor_fill_pages(pages, n, offset, c->out_len);
		else if (use == FLOOR_FILL_MAPPED)
			rc = floor_fill_mapped(pages, n, offset, c->out_len);
		c->out_information = c->out_len;
	}
	if (got > 0)
		unpin_user_pages_dirty_lock(pages, got, got == n);
	if (pages != few)
		kvfree(pages);
	return rc;
}

static long floor_neither(struct ntio_device_control *c)
{
	size_t len = min(c->in_len, c->out_len);

	if (len > sizeof(floor_page))
		return -EINVAL;
	if (copy_from_user(floor_page, u64_to_user_ptr(c->in), len) ||
	    copy_to_user(u64_to_user_ptr(c->out), floor_page, len))
		return -EFAULT;
	c->out_information = len;
	return 0;
}

static void floor_works(struct work_struct *work)
{
	complete(&container_of(work, struct floor_work, work)->done);
}

static long floor_worker(void)
{
	struct floor_work work;

	INIT_WORK_ONSTACK(&work.work, floor_works);
	init_completion(&work.done);
	queue_work(floor_wq, &work.work);
	wait_for_completion(&work.done);
	destroy_work_on_stack(&work.work);
	return 0;
}

/* A command of a ring that waits: what is kept in it. */
struct floor_parked {
	struct list_head list;
	struct ntio_device_control __user *user;
};

static LIST_HEAD(floor_parked);
static DEFINE_SPINLOCK(floor_lock);

static struct floor_parked *to_floor_parked(struct io_uring_cmd *cmd)
{
	BUILD_BUG_ON(sizeof(struct floor_parked) > sizeof(cmd->pdu));
	return (struct floor_parked *)cmd->pdu;
}

static int floor_answer(struct ntio_device_control __user *user)
{
	struct ntio_device_control answer = { };
	const size_t out = offsetof(struct ntio_device_control, out_status);

	return copy_to_user((void __user *)user + out, (void *)&answer + out,
			    sizeof(answer) - out) ? -EFAULT : 0;
}

static void floor_deliver(struct io_uring_cmd *cmd, unsigned int issue_flags)
{
	ntio_uring_done(cmd, floor_answer(to_floor_parked(cmd)->user),
			issue_flags);
}
NTIO_URING_TASK_WORK(floor_deliver_in_task, floor_deliver)

/* False: somebody else has it. */
static bool floor_take(struct floor_parked *parked)
{
	bool taken;

	spin_lock(&floor_lock);
	taken = !list_empty(&parked->list);
	list_del_init(&parked->list);
	spin_unlock(&floor_lock);
	return taken;
}

static int floor_park(struct io_uring_cmd *cmd, unsigned int issue_flags,
		      struct ntio_device_control __user *user)
{
	struct floor_parked *parked = to_floor_parked(cmd);

	parked->user = user;
	ntio_uring_mark_cancelable(cmd, issue_flags);
	spin_lock(&floor_lock);
	list_add_tail(&parked->list, &floor_parked);
	spin_unlock(&floor_lock);
	return -EIOCBQUEUED;
}

static long floor_end(void)
{
	struct floor_parked *parked;

	for (;;) {
		spin_lock(&floor_lock);
		parked = list_first_entry_or_null(&floor_parked,
						  struct floor_parked, list);
		if (parked)
			list_del_init(&parked->list);
		spin_unlock(&floor_lock);
		if (!parked)
			return 0;
		io_uring_cmd_complete_in_task(container_of((void *)parked,
							   struct io_uring_cmd,
							   pdu),
					      floor_deliver_in_task);
	}
}

static int floor_uring_cmd(struct io_uring_cmd *cmd, unsigned int issue_flags)
{
	struct ntio_device_control __user *user;
	struct ntio_device_control c;

	if (ntio_uring_is_cancel(issue_flags)) {
		if (floor_take(to_floor_parked(cmd)))
			ntio_uring_done(cmd, -ECANCELED, issue_flags);
		return 0;
	}
	if (cmd->cmd_op != NTIO_URING_DEVICE_CONTROL)
		return -ENOTTY;
	user = u64_to_user_ptr(READ_ONCE(*(u64 *)ntio_uring_payload(cmd)));
	if (copy_from_user(&c, user, sizeof(c)))
		return -EFAULT;
	if (c.size != sizeof(c) || c.flags || c.__reserved)
		return -EINVAL;
	if (c.code == IOCTL_BENCH_PARK)
		return floor_park(cmd, issue_flags, user);
	return c.code == IOCTL_BENCH_NONE ? floor_answer(user) : -ENOTTY;
}

/* What came later: the rows that were measured before cost the same. */
static noinline long floor_do_other(struct ntio_device_control *c)
{
	switch (c->code) {
	case IOCTL_BENCH_FILL_MAPPED:
		return floor_pin(c, 0, FLOOR_FILL_MAPPED);
	case IOCTL_BENCH_LOCK:
		return floor_pin(c, FOLL_LONGTERM, FLOOR_LEAVE);
	default:
		return -ENOTTY;
	}
}

static long floor_do(struct ntio_device_control *c)
{
	switch (c->code) {
	case IOCTL_BENCH_NONE:
	case IOCTL_BENCH_LAST:
		return 0;
	case IOCTL_BENCH_BUFFERED:
		return floor_buffered(c);
	case IOCTL_BENCH_FILL:
		return floor_pin(c, 0, FLOOR_FILL);
	case IOCTL_BENCH_FILL_LONG:
		return floor_pin(c, FOLL_LONGTERM, FLOOR_FILL);
	case IOCTL_BENCH_NEITHER:
		return floor_neither(c);
	case IOCTL_BENCH_WORKER:
		return floor_worker();
	case IOCTL_BENCH_END:
		return floor_end();
	default:
		return floor_do_other(c);
	}
}

static long floor_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	struct ntio_device_control __user *user = (void __user *)arg;
	struct ntio_device_control c;
	long rc;

	if (cmd != NTIO_IOC_DEVICE_CONTROL)
		return -ENOTTY;
	if (copy_from_user(&c, user, sizeof(c)))
		return -EFAULT;
	if (c.size != sizeof(c) || c.flags || c.__reserved)
		return -EINVAL;
	c.out_information = 0;
	rc = floor_do(&c);
	c.out_status = rc;
	if (copy_to_user(user, &c, sizeof(c)))
		return -EFAULT;
	return rc;
}

/* Through memory of the kernel, as a buffered device does. */
static ssize_t floor_read(struct file *filp, char __user *to, size_t len,
			  loff_t *offset)
{
	u8 *buffer;

	if (len > FLOOR_MAX)
		return -EINVAL;
	buffer = kvzalloc(len, GFP_KERNEL_ACCOUNT);
	if (!buffer)
		return -ENOMEM;
	bench_set(buffer, len);
	if (copy_to_user(to, buffer, len))
		len = -EFAULT;
	kvfree(buffer);
	return len;
}

static ssize_t floor_write(struct file *filp, const char __user *from,
			   size_t len, loff_t *offset)
{
	u8 *buffer;

	if (len > FLOOR_MAX)
		return -EINVAL;
	buffer = kvmalloc(len, GFP_KERNEL_ACCOUNT);
	if (!buffer)
		return -ENOMEM;
	if (copy_from_user(buffer, from, len))
		len = -EFAULT;
	kvfree(buffer);
	return len;
}

static const struct file_operations floor_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = floor_ioctl,
	.uring_cmd = floor_uring_cmd,
	.read = floor_read,
	.write = floor_write,
};

static struct miscdevice floor_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "bench_floor",
	.fops = &floor_fops,
};

static int __init floor_init(void)
{
	int rc;

	floor_wq = alloc_workqueue("bench_floor", WQ_UNBOUND, 0);
	if (!floor_wq)
		return -ENOMEM;
	rc = misc_register(&floor_device);
	if (rc)
		destroy_workqueue(floor_wq);
	return rc;
}
module_init(floor_init);

static void __exit floor_exit(void)
{
	misc_deregister(&floor_device);
	destroy_workqueue(floor_wq);
}
module_exit(floor_exit);

MODULE_DESCRIPTION("benchmark: the work by hand");
MODULE_LICENSE("GPL");
