// SPDX-License-Identifier: GPL-2.0
/* Device objects: register, /dev/ntio/<name>, unregister. */
#include <linux/ctype.h>
#include <linux/idr.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/wait_bit.h>

#include "compat.h"
#include "core.h"

#define NTIO_MINORS 256

static DEFINE_IDA(ntio_minors);
static dev_t ntio_first_devt;

/* Protects the list and what struct ntio_node says. */
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

	if (!node->hidden)
		ida_free(&ntio_minors, MINOR(dev->devt));
	kfree(node);
	if (atomic_dec_and_test(&ntio_nodes_alive))
		wake_up_var(&ntio_nodes_alive);
}

/* Without a number the driver core makes no node. */
static int ntio_node_number(struct ntio_node *node)
{
	int minor;

	if (node->hidden)
		return 0;
	minor = ida_alloc_max(&ntio_minors, NTIO_MINORS - 1, GFP_KERNEL);
	if (minor < 0)
		return minor;
	node->dev.devt = ntio_first_devt + minor;
	return 0;
}

static struct ntio_node *ntio_node_alloc(struct ntio_device *device,
					 struct module *owner)
{
	struct ntio_node *node;
	int rc;

	node = kzalloc(sizeof(*node), GFP_KERNEL);
	if (!node)
		return ERR_PTR(-ENOMEM);
	node->hidden = device->hidden;
	rc = ntio_node_number(node);
	if (rc) {
		kfree(node);
		return ERR_PTR(rc);
	}

	atomic_inc(&ntio_nodes_alive);
	cdev_init(&node->cdev, &ntio_fops);
	node->cdev.owner = THIS_MODULE;
	device_initialize(&node->dev);
	node->dev.class = &ntio_class;
	node->dev.release = ntio_node_release;
	node->device = device;
	node->users = 1;
	node->mode = device->mode ?: 0600;
	node->exclusive = device->exclusive;
	node->driver = module_name(owner);
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

/* Everybody in a stack agrees on the style, but for who makes it so. */
static bool ntio_fits_on(const struct ntio_device *device,
			 const struct ntio_device *lower)
{
	if (lower->highest)
		return false;
	return device->highest || device->io == lower->io;
}

static bool ntio_handlers_valid(const struct ntio_device *device)
{
	if (device->io == NTIO_IO_NEITHER)
		return !device->read && !device->write;
	return !device->read_in_caller && !device->write_in_caller;
}

/*
 * Puts the device on top of the stack that it asks for, and holds what is
 * below: the device, and its module if that is another one.
 */
static int ntio_stack_attach(struct ntio_device *device)
{
	struct ntio_device *lower = device->lower;

	lockdep_assert_held(&ntio_nodes_lock);
	device->node->depth = 1;
	if (!lower)
		return 0;
	if (lower == device)
		return -ELOOP;
	if (!lower->node || !lower->node->device)
		return -ENODEV;
	while (lower->node->upper)
		lower = lower->node->upper;
	if (lower->node->depth == NTIO_STACK_MAX)
		return -ELOOP;
	if (!ntio_fits_on(device, lower))
		return -EINVAL;
	if (lower->owner != device->owner && !try_module_get(lower->owner))
		return -ENODEV;
	device->lower = lower;
	device->node->depth = lower->node->depth + 1;
	lower->node->upper = device;
	lower->node->users++;
	get_device(&lower->node->dev);
	return 0;
}

/* The lower device, which the caller has to drop, or NULL. */
static struct ntio_device *ntio_stack_detach(struct ntio_device *device)
{
	lockdep_assert_held(&ntio_nodes_lock);
	if (device->lower)
		device->lower->node->upper = NULL;
	return device->lower;
}

static int ntio_node_add(struct ntio_node *node)
{
	if (node->hidden)
		return device_add(&node->dev);
	return cdev_device_add(&node->cdev, &node->dev);
}

static void ntio_node_del(struct ntio_node *node)
{
	if (node->hidden)
		device_del(&node->dev);
	else
		cdev_device_del(&node->cdev, &node->dev);
}

static void ntio_stack_drop(struct ntio_device *device, struct module *above);

static int ntio_node_publish(struct ntio_node *node,
			     struct ntio_device *device, struct module *owner)
{
	struct ntio_device *lower = NULL;
	int rc;

	mutex_lock(&ntio_nodes_lock);
	if (device->node || ntio_name_taken(device->name)) {
		mutex_unlock(&ntio_nodes_lock);
		return -EEXIST;
	}
	device->node = node;
	device->owner = owner;
	rc = ntio_stack_attach(device);
	if (!rc) {
		rc = ntio_node_add(node);
		if (rc)
			lower = ntio_stack_detach(device);
	}
	if (!rc)
		list_add_tail(&node->list, &ntio_nodes);
	else
		device->node = NULL;
	mutex_unlock(&ntio_nodes_lock);
	ntio_stack_drop(lower, owner);
	return rc;
}

int __ntio_register(struct ntio_device *device, struct module *owner)
{
	struct ntio_node *node;
	int controls, rc;

	if (!ntio_name_valid(device->name) || !ntio_handlers_valid(device))
		return -EINVAL;
	controls = ntio_controls_count(device);
	if (controls < 0)
		return controls;

	node = ntio_node_alloc(device, owner);
	if (IS_ERR(node))
		return PTR_ERR(node);
	node->nr_controls = controls;
	rc = dev_set_name(&node->dev, "ntio!%s", device->name);
	if (!rc)
		rc = ntio_node_publish(node, device, owner);
	if (rc)
		put_device(&node->dev);
	return rc;
}
EXPORT_SYMBOL_GPL(__ntio_register);

/* Whoever is not registered has no node, and nothing can be attached to it. */
static bool ntio_device_unuse(struct ntio_device *device)
{
	bool last;

	mutex_lock(&ntio_nodes_lock);
	last = !--device->node->users;
	if (last)
		device->node = NULL;
	mutex_unlock(&ntio_nodes_lock);
	return last;
}

/*
 * Gives back a registration or an open. After the last one the driver may free
 * the device; what it is attached to is given back then.
 */
static void ntio_device_drop(struct ntio_device *device)
{
	struct ntio_device *lower = device->lower;
	struct ntio_node *node = device->node;
	struct module *owner = device->owner;

	if (ntio_device_unuse(device)) {
		if (device->release)
			device->release(device);
		ntio_stack_drop(lower, owner);
	}
	put_device(&node->dev);
}

/* At most NTIO_STACK_MAX deep. @above: the module of the device on top. */
static void ntio_stack_drop(struct ntio_device *device, struct module *above)
{
	struct module *owner;

	if (!device)
		return;
	owner = device->owner;
	ntio_device_drop(device);
	if (owner != above)
		module_put(owner);
}

void ntio_unregister(struct ntio_device *device)
{
	struct ntio_node *node = device->node;

	mutex_lock(&ntio_nodes_lock);
	list_del(&node->list);
	WRITE_ONCE(node->device, NULL);
	ntio_node_del(node);
	ntio_stack_detach(device);
	mutex_unlock(&ntio_nodes_lock);
	ntio_device_drop(device);
}
EXPORT_SYMBOL_GPL(ntio_unregister);

/* The device stays, and its module with it. */
static bool ntio_device_use(struct ntio_device *device)
{
	lockdep_assert_held(&ntio_nodes_lock);
	if (!try_module_get(device->owner))
		return false;
	device->node->users++;
	get_device(&device->node->dev);
	return true;
}

static void ntio_device_put(struct ntio_device *device)
{
	struct module *owner = device->owner;

	ntio_device_drop(device);
	module_put(owner);
}

/* Finds the top, and holds it: it holds those below. */
static ntstatus_t ntio_stack_open(struct ntio_device *opened,
				  struct ntio_file *file)
{
	struct ntio_device *top = opened;

	if (!ntio_device_use(opened))
		return STATUS_NO_SUCH_DEVICE;
	while (top->node->upper)
		top = top->node->upper;
	if (!ntio_device_use(top)) {
		module_put(opened->owner);
		opened->node->users--;
		put_device(&opened->node->dev);
		return STATUS_NO_SUCH_DEVICE;
	}
	opened->node->opens++;
	file->opened = opened;
	file->device = top;
	return STATUS_SUCCESS;
}

/**
 * ntio_device_open() - the devices of a new open file
 * @node: what is opened
 * @file: gets the device and the top of its stack
 *
 * They stay, and their modules with them, until ntio_device_close().
 */
ntstatus_t ntio_device_open(struct ntio_node *node, struct ntio_file *file)
{
	ntstatus_t status;

	mutex_lock(&ntio_nodes_lock);
	if (!node->device)
		status = STATUS_NO_SUCH_DEVICE;
	else if (node->exclusive && node->opens)
		status = STATUS_ACCESS_DENIED;
	else
		status = ntio_stack_open(node->device, file);
	mutex_unlock(&ntio_nodes_lock);
	return status;
}

/* The drivers' modules may go away after. */
void ntio_device_close(struct ntio_file *file)
{
	mutex_lock(&ntio_nodes_lock);
	file->opened->node->opens--;
	mutex_unlock(&ntio_nodes_lock);
	ntio_device_put(file->device);
	ntio_device_put(file->opened);
}

/* Whether ntio_unregister() was called; it may be called right after. */
bool ntio_file_gone(const struct ntio_file *file)
{
	return !READ_ONCE(file->opened->node->device) ||
	       !READ_ONCE(file->device->node->device);
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
