// SPDX-License-Identifier: GPL-2.0
/*
 * Wrong on purpose: forgets memory it allocated. A kernel with kmemleak has to
 * tell. Beside it the same, not forgotten.
 */
#include <linux/module.h>
#include <linux/slab.h>

#include <ntio/ntio.h>

#include "ntio_bad_lost.h"

#define LOST_LEN 100

static void *lost_kept;
/* Complements of the addresses, which kmemleak does not know for pointers. */
static unsigned long lost_at[LOST_TIMES];
static atomic_t lost_count;

static noinline ntstatus_t lost_handler(struct ntio_request *rq)
{
	unsigned int n = atomic_inc_return(&lost_count) - 1;
	u8 *p = NULL;

	if (n < LOST_TIMES)
		p = kmalloc(LOST_LEN, GFP_KERNEL);
	if (!p)
		return ntio_complete(rq, STATUS_INSUFFICIENT_RESOURCES, 0);
	memset(p, 0x5a, LOST_LEN);
	lost_at[n] = ~(unsigned long)p;
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static noinline ntstatus_t lost_not_handler(struct ntio_request *rq)
{
	void *p = kmalloc(LOST_LEN, GFP_KERNEL);

	if (!p)
		return ntio_complete(rq, STATUS_INSUFFICIENT_RESOURCES, 0);
	kfree(xchg(&lost_kept, p));
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static const struct ntio_control lost_controls[] = {
	NTIO_CONTROL(IOCTL_LOST, .handler = lost_handler),
	NTIO_CONTROL(IOCTL_LOST_NOT, .handler = lost_not_handler),
	{ }
};

static struct ntio_device lost_device = {
	.name = "lost",
	.controls = lost_controls,
};

static int __init lost_init(void)
{
	return ntio_register(&lost_device);
}
module_init(lost_init);

static void __exit lost_exit(void)
{
	unsigned int i;

	ntio_unregister(&lost_device);
	kfree(lost_kept);
	for (i = 0; i < LOST_TIMES; i++)
		if (lost_at[i])
			kfree((void *)~lost_at[i]);
}
module_exit(lost_exit);

MODULE_INFO(test, "Y");
MODULE_DESCRIPTION("ntio test: forgets memory");
MODULE_LICENSE("GPL");
