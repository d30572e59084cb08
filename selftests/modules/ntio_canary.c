// SPDX-License-Identifier: GPL-2.0
/*
 * Kernel memory that nobody may touch: a test gives its addresses to everything
 * that takes an address, and asks whether it has changed. Not an ntio driver.
 *
 * debugfs, for root: ntio_canary, a line for each: its name, its address, its
 * length, and how many of its bytes are not what they were. A length of 0: an
 * address that must not be used either, of memory that is not ours.
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#define CANARY_LEN (2 * PAGE_SIZE)
#define CANARY_BYTE 0x4b

static u8 canary_static[CANARY_LEN] __aligned(PAGE_SIZE);

static struct canary {
	const char *name;
	u8 *memory;
} canaries[] = {
	{ "module", canary_static },
	{ "slab" },
	{ "vmalloc" },
};

static struct dentry *canary_file;

static size_t canary_changed(const struct canary *canary)
{
	size_t i, changed = 0;

	for (i = 0; i < CANARY_LEN; i++)
		changed += canary->memory[i] != CANARY_BYTE;
	return changed;
}

static int canary_show(struct seq_file *seq, void *unused)
{
	const struct canary *canary;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(canaries); i++) {
		canary = &canaries[i];
		seq_printf(seq, "%s %lx %lu %zu\n", canary->name,
			   (unsigned long)canary->memory, CANARY_LEN,
			   canary_changed(canary));
	}
	seq_printf(seq, "text %lx 0 0\n", (unsigned long)kfree);
	seq_printf(seq, "task %lx 0 0\n", (unsigned long)current);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(canary);

static void canary_free(void)
{
	kfree(canaries[1].memory);
	vfree(canaries[2].memory);
}

static int __init canary_init(void)
{
	unsigned int i;

	canaries[1].memory = kmalloc(CANARY_LEN, GFP_KERNEL);
	canaries[2].memory = vmalloc(CANARY_LEN);
	if (!canaries[1].memory || !canaries[2].memory) {
		canary_free();
		return -ENOMEM;
	}
	for (i = 0; i < ARRAY_SIZE(canaries); i++)
		memset(canaries[i].memory, CANARY_BYTE, CANARY_LEN);
	canary_file = debugfs_create_file("ntio_canary", 0400, NULL, NULL,
					  &canary_fops);
	return 0;
}
module_init(canary_init);

static void __exit canary_exit(void)
{
	debugfs_remove(canary_file);
	canary_free();
}
module_exit(canary_exit);

MODULE_INFO(test, "Y");
MODULE_DESCRIPTION("ntio test: kernel memory that nobody may touch");
MODULE_LICENSE("GPL");
