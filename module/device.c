// SPDX-License-Identifier: GPL-2.0
/* Device objects: register, /dev/ntio/<name>, unregister. */
#include <linux/ctype.h>
#include <linux/idr.h>
#include <linux/slab.h>
#include <linux/wait_bit.h>

#include "compat.h"
#include "core.h"

#define NTIO_MINORS 256

static DEFINE_IDA(ntio_minors);
static dev_t ntio_first_devt;

/* Registered nodes; taken before any ntio_node::lock. */
static DEFINE_MUTEX(ntio_nodes_lock);
static LIST_HEAD(ntio_nodes);

/* Nodes whose memory is not freed yet; the module cannot go before them. */
static atomic_t ntio_nodes_alive = ATOMIC_INIT(0);

static struct ntio_node *to_ntio_node(const struct device *dev)
{
	return container_of(dev, struct ntio_node, dev);
}

static ssize_t exclusive_show(struct device *dev,
			      struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", to_ntio_node(dev)->exclusive);
}
static DEVICE_ATTR_RO(exclusive);

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

static struct attribute *ntio_attrs[] = {
	&dev_attr_exclusive.attr,
	&dev_attr_module.attr,
	&dev_attr_controls.attr,
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

static void ntio_node_release(struct device *dev)
{
	struct ntio_node *node = to_ntio_node(dev);

	ida_free(&ntio_minors, MINOR(dev->devt));
	kfree(node);
	if (atomic_dec_and_test(&ntio_nodes_alive))
		wake_up_var(&ntio_nodes_alive);
}

static struct ntio_node *ntio_node_alloc(struct ntio_device *device)
{
	struct ntio_node *node;
	int minor;

	node = kzalloc(sizeof(*node), GFP_KERNEL);
	if (!node)
		return ERR_PTR(-ENOMEM);
	minor = ida_alloc_max(&ntio_minors, NTIO_MINORS - 1, GFP_KERNEL);
	if (minor < 0) {
		kfree(node);
		return ERR_PTR(minor);
	}

	atomic_inc(&ntio_nodes_alive);
	mutex_init(&node->lock);
	cdev_init(&node->cdev, &ntio_fops);
	node->cdev.owner = THIS_MODULE;
	device_initialize(&node->dev);
	node->dev.class = &ntio_class;
	node->dev.devt = ntio_first_devt + minor;
	node->dev.release = ntio_node_release;
	node->device = device;
	node->users = 1;
	node->mode = device->mode ?: 0600;
	node->exclusive = device->exclusive;
	node->driver = module_name(device->owner);
	return node;
}

static bool ntio_name_valid(const char *name)
{
	size_t i;

	for (i = 0; name[i]; i++)
		if (!isalnum(name[i]) && name[i] != '-' && name[i] != '_')
			return false;
	return i && i < NTIO_NAME_SIZE;
}

static bool ntio_control_valid(const struct ntio_device *device,
			       const struct ntio_control *control)
{
	const struct ntio_control *other;

	if (!control->handler == !control->in_caller)
		return false;
	if (control->max_in && control->max_in < control->min_in)
		return false;
	if (control->max_out && control->max_out < control->min_out)
		return false;
	for (other = device->controls; other != control; other++)
		if (other->code == control->code)
			return false;
	return true;
}

static int ntio_controls_count(const struct ntio_device *device)
{
	const struct ntio_control *control = device->controls;

	if (!control)
		return 0;
	for (; control->handler || control->in_caller; control++)
		if (!ntio_control_valid(device, control))
			return -EINVAL;
	/* The row that ends the table is empty, not merely without handler. */
	if (control->code || control->name)
		return -EINVAL;
	return control - device->controls;
}

/* Looked for by hand: sysfs would answer a collision with a stack trace. */
static bool ntio_name_taken(const char *name)
{
	struct ntio_node *node;

	lockdep_assert_held(&ntio_nodes_lock);
	list_for_each_entry(node, &ntio_nodes, list)
		if (!strcmp(node->device->name, name))
			return true;
	return false;
}

static int ntio_node_publish(struct ntio_node *node, const char *name)
{
	int rc;

	rc = dev_set_name(&node->dev, "ntio!%s", name);
	if (rc)
		return rc;
	mutex_lock(&ntio_nodes_lock);
	rc = -EEXIST;
	if (!ntio_name_taken(name))
		rc = cdev_device_add(&node->cdev, &node->dev);
	if (!rc)
		list_add_tail(&node->list, &ntio_nodes);
	mutex_unlock(&ntio_nodes_lock);
	return rc;
}

int __ntio_register(struct ntio_device *device, struct module *owner)
{
	struct ntio_node *node;
	int controls, rc;

	if (!ntio_name_valid(device->name))
		return -EINVAL;
	controls = ntio_controls_count(device);
	if (controls < 0)
		return controls;

	device->owner = owner;
	node = ntio_node_alloc(device);
	if (IS_ERR(node))
		return PTR_ERR(node);
	node->nr_controls = controls;
	device->node = node;
	rc = ntio_node_publish(node, device->name);
	if (rc)
		put_device(&node->dev);
	return rc;
}
EXPORT_SYMBOL_GPL(__ntio_register);

/*
 * Gives back a registration or an open. After the last one the driver may free
 * the device.
 */
static void ntio_device_drop(struct ntio_device *device)
{
	struct ntio_node *node = device->node;
	bool last;

	mutex_lock(&node->lock);
	last = !--node->users;
	mutex_unlock(&node->lock);
	if (last && device->release)
		device->release(device);
	put_device(&node->dev);
}

void ntio_unregister(struct ntio_device *device)
{
	struct ntio_node *node = device->node;

	mutex_lock(&ntio_nodes_lock);
	list_del(&node->list);
	mutex_lock(&node->lock);
	node->device = NULL;
	mutex_unlock(&node->lock);
	cdev_device_del(&node->cdev, &node->dev);
	mutex_unlock(&ntio_nodes_lock);
	ntio_device_drop(device);
}
EXPORT_SYMBOL_GPL(ntio_unregister);

/*
 * For an open: the device stays, and its module with it, until
 * ntio_device_put().
 */
ntstatus_t ntio_device_get(struct ntio_node *node, struct ntio_device **device)
{
	ntstatus_t status = STATUS_NO_SUCH_DEVICE;

	mutex_lock(&node->lock);
	if (!node->device || !try_module_get(node->device->owner))
		goto out;
	status = STATUS_ACCESS_DENIED;
	if (node->exclusive && node->users > 1) {
		module_put(node->device->owner);
		goto out;
	}
	status = STATUS_SUCCESS;
	node->users++;
	get_device(&node->dev);
	*device = node->device;
out:
	mutex_unlock(&node->lock);
	return status;
}

/* Undoes ntio_device_get(); the driver's module may go away after. */
void ntio_device_put(struct ntio_device *device)
{
	struct module *owner = device->owner;

	ntio_device_drop(device);
	module_put(owner);
}

/* Whether ntio_unregister() was called; it may be called right after. */
bool ntio_device_gone(struct ntio_device *device)
{
	return !READ_ONCE(device->node->device);
}

int ntio_devices_init(void)
{
	int rc;

	rc = class_register(&ntio_class);
	if (rc)
		return rc;
	rc = alloc_chrdev_region(&ntio_first_devt, 0, NTIO_MINORS, "ntio");
	if (rc)
		class_unregister(&ntio_class);
	return rc;
}

void ntio_devices_exit(void)
{
	wait_var_event(&ntio_nodes_alive, !atomic_read(&ntio_nodes_alive));
	unregister_chrdev_region(ntio_first_devt, NTIO_MINORS);
	class_unregister(&ntio_class);
	ida_destroy(&ntio_minors);
}
