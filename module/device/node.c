// SPDX-License-Identifier: GPL-2.0
/* The node of a device: its number, its place in /dev and sysfs, its queues. */
#include <linux/idr.h>
#include <linux/slab.h>
#include <linux/wait_bit.h>

#include "base/work.h"
#include "compat.h"
#include "device/node.h"

#define NTIO_MINORS 256

static const struct file_operations *ntio_node_fops;
static DEFINE_IDA(ntio_minors);
static dev_t ntio_first_devt;

/* Nodes whose memory is not freed yet; the module cannot go before them. */
static atomic_t ntio_nodes_alive = ATOMIC_INIT(0);

static struct ntio_node *to_ntio_node(const struct device *dev)
{
	return dev_get_drvdata(dev);
}

static ssize_t exclusive_show(struct device *dev,
			      struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", to_ntio_node(dev)->exclusive);
}
static DEVICE_ATTR_RO(exclusive);

static ssize_t hidden_show(struct device *dev, struct device_attribute *attr,
			   char *buf)
{
	return sysfs_emit(buf, "%d\n", to_ntio_node(dev)->hidden);
}
static DEVICE_ATTR_RO(hidden);

static ssize_t module_show(struct device *dev, struct device_attribute *attr,
			   char *buf)
{
	return sysfs_emit(buf, "%s\n", to_ntio_node(dev)->driver);
}
static DEVICE_ATTR_RO(module);

static ssize_t controls_show(struct device *dev, struct device_attribute *attr,
			     char *buf)
{
	return sysfs_emit(buf, "%u\n", to_ntio_node(dev)->nr_controls);
}
static DEVICE_ATTR_RO(controls);

/* Open files now, of this node. */
static ssize_t opens_show(struct device *dev, struct device_attribute *attr,
			  char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(to_ntio_node(dev)->opens));
}
static DEVICE_ATTR_RO(opens);

static struct attribute *ntio_attrs[] = {
	&dev_attr_exclusive.attr,
	&dev_attr_hidden.attr,
	&dev_attr_module.attr,
	&dev_attr_controls.attr,
	&dev_attr_opens.attr,
	NULL
};
ATTRIBUTE_GROUPS(ntio);

/* The name has a '!', which the driver core makes the '/' of /dev/ntio/. */
static char *ntio_devnode(ntio_devnode_device *dev, umode_t *mode)
{
	if (mode)
		*mode = to_ntio_node(dev)->mode;
	return NULL;
}

static struct class ntio_class = {
	.name = "ntio",
	.devnode = ntio_devnode,
	.dev_groups = ntio_groups,
};

static void ntio_node_free(struct ntio_node *node)
{
	if (node->workers)
		destroy_workqueue(node->workers);
	if (node->ends)
		destroy_workqueue(node->ends);
	kvfree(node->index);
	kfree(node);
}

static void ntio_node_free_work(struct work_struct *work)
{
	ntio_node_free(container_of(work, struct ntio_node, free_work));
	if (atomic_dec_and_test(&ntio_nodes_alive))
		wake_up_var(&ntio_nodes_alive);
}

static void ntio_node_release(struct device *dev)
{
	struct ntio_node *node = container_of(dev, struct ntio_node, dev);

	if (!node->hidden)
		ida_free(&ntio_minors, MINOR(dev->devt));
	queue_work(ntio_core_wq, &node->free_work);
}

static int ntio_number(struct device *dev)
{
	int minor;

	minor = ida_alloc_max(&ntio_minors, NTIO_MINORS - 1, GFP_KERNEL);
	if (minor < 0)
		return minor;
	dev->devt = ntio_first_devt + minor;
	return 0;
}

static int ntio_node_make_queues(struct ntio_node *node, const char *name)
{
	node->workers = alloc_workqueue("ntio-%.16s", WQ_UNBOUND, NTIO_WORKERS,
					name);
	node->ends = alloc_workqueue("ntio_ends-%.10s", WQ_UNBOUND, 0, name);
	return node->workers && node->ends ? 0 : -ENOMEM;
}

struct ntio_node *ntio_node_alloc(const struct ntio_device *device,
				  struct module *owner)
{
	struct ntio_node *node;
	int rc;

	node = kzalloc(sizeof(*node), GFP_KERNEL);
	if (!node)
		return ERR_PTR(-ENOMEM);
	node->hidden = device->hidden;
	rc = ntio_node_make_queues(node, device->name);
	/* Without a number the driver core makes no node. */
	if (!rc && !node->hidden)
		rc = ntio_number(&node->dev);
	if (rc) {
		ntio_node_free(node);
		return ERR_PTR(rc);
	}

	atomic_inc(&ntio_nodes_alive);
	INIT_WORK(&node->free_work, ntio_node_free_work);
	cdev_init(&node->cdev, ntio_node_fops);
	node->cdev.owner = THIS_MODULE;
	device_initialize(&node->dev);
	node->dev.class = &ntio_class;
	node->dev.release = ntio_node_release;
	dev_set_drvdata(&node->dev, node);
	INIT_LIST_HEAD(&node->names);
	refcount_set(&node->holds, 1);
	node->mode = device->mode ?: 0600;
	node->exclusive = device->exclusive;
	node->driver = module_name(owner);
	return node;
}

static void ntio_name_release(struct device *dev)
{
	struct ntio_name *name = container_of(dev, struct ntio_name, dev);
	struct ntio_node *node = name->node;

	ida_free(&ntio_minors, MINOR(dev->devt));
	kfree(name);
	put_device(&node->dev);
}

struct ntio_name *ntio_name_alloc(struct ntio_node *node, const char *text)
{
	struct ntio_name *name = kzalloc(sizeof(*name), GFP_KERNEL);
	int rc;

	if (!name)
		return ERR_PTR(-ENOMEM);
	rc = ntio_number(&name->dev);
	if (rc) {
		kfree(name);
		return ERR_PTR(rc);
	}
	cdev_init(&name->cdev, ntio_node_fops);
	name->cdev.owner = THIS_MODULE;
	device_initialize(&name->dev);
	name->dev.class = &ntio_class;
	name->dev.release = ntio_name_release;
	dev_set_drvdata(&name->dev, node);
	name->node = node;
	get_device(&node->dev);
	rc = dev_set_name(&name->dev, "ntio!%s", text);
	if (rc) {
		put_device(&name->dev);
		return ERR_PTR(rc);
	}
	return name;
}

int ntio_node_add(struct ntio_node *node)
{
	if (node->hidden)
		return device_add(&node->dev);
	return cdev_device_add(&node->cdev, &node->dev);
}

void ntio_node_del(struct ntio_node *node)
{
	if (node->hidden)
		device_del(&node->dev);
	else
		cdev_device_del(&node->cdev, &node->dev);
}

int ntio_nodes_init(const struct file_operations *fops)
{
	int rc;

	ntio_node_fops = fops;
	rc = class_register(&ntio_class);
	if (rc)
		return rc;
	rc = alloc_chrdev_region(&ntio_first_devt, 0, NTIO_MINORS, "ntio");
	if (rc)
		class_unregister(&ntio_class);
	return rc;
}

/* Nobody has a device any more; a node may still be on its way out. */
void ntio_nodes_exit(void)
{
	___wait_var_event(&ntio_nodes_alive, !atomic_read(&ntio_nodes_alive),
			  (TASK_IDLE | TASK_FREEZABLE), 0, 0, schedule());
	unregister_chrdev_region(ntio_first_devt, NTIO_MINORS);
	class_unregister(&ntio_class);
	ida_destroy(&ntio_minors);
}
