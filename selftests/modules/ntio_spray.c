// SPDX-License-Identifier: GPL-2.0
/* Leaves a pattern in free memory, where the next buffers come from. */
#include <linux/debugfs.h>
#include <linux/kmsan-checks.h>
#include <linux/module.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "ntio_spray.h"

#define SPRAY_BUFFERS 16
#define SPRAY_MAX SZ_1M

static struct dentry *spray_file;
static u64 spray_size;

/* The cache of accounted memory, as the core's buffers; large ones by pages. */
static void *spray_alloc(size_t size)
{
	if (size <= 8 * PAGE_SIZE)
		return kmalloc(size, GFP_KERNEL_ACCOUNT);
	return __vmalloc(size, GFP_KERNEL_ACCOUNT);
}

static int spray_set(void *data, u64 size)
{
	void *buffers[SPRAY_BUFFERS];
	unsigned int i;

	if (!size || size > SPRAY_MAX)
		return -EINVAL;
	spray_size = size;
	for (i = 0; i < SPRAY_BUFFERS; i++) {
		buffers[i] = spray_alloc(size);
		if (buffers[i])
			memset(buffers[i], SPRAY_BYTE, size);
	}
	while (i--)
		kvfree(buffers[i]);
	return 0;
}

static int spray_get(void *data, u64 *found)
{
	u8 *buffer = spray_alloc(spray_size ?: 1);
	void *other = NULL;

	if (!buffer)
		return -ENOMEM;
	/* What KMSAN has to say about it is what is asked here. */
	kmsan_unpoison_memory(buffer, spray_size);
	other = memchr_inv(buffer, SPRAY_BYTE, spray_size);
	*found = other ? (u8 *)other - buffer : spray_size;
	kvfree(buffer);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(spray_fops, spray_get, spray_set, "%llu\n");

static int __init spray_init(void)
{
	spray_file = debugfs_create_file("ntio_spray", 0600, NULL, NULL,
					 &spray_fops);
	return 0;
}
module_init(spray_init);

static void __exit spray_exit(void)
{
	debugfs_remove(spray_file);
}
module_exit(spray_exit);

MODULE_INFO(test, "Y");
MODULE_DESCRIPTION("ntio test: leaves a pattern in free memory");
MODULE_LICENSE("GPL");
