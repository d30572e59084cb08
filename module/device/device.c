// SPDX-License-Identifier: GPL-2.0
/*
 * Device objects: register, attach, open, unregister; and what holds them.
 *
 * A device stays, and its module with it, as long as ntio_node::holds is not 0.
 * An open file holds the top of its stack and the device that was opened; a
 * device holds what it is attached to. So in a system call, which has the file,
 * every driver of the stack may be called without more ado. Who calls a driver
 * from elsewhere holds its device until the driver's function has returned: the
 * request that brought the caller there may have ended meanwhile, and its file
 * may be closed.
 */
#include <linux/mutex.h>

#include "device/node.h"

/*
 * Protects the list and what struct ntio_node says. No driver's function is
 * called under it.
 */
static DEFINE_MUTEX(ntio_nodes_lock);
static LIST_HEAD(ntio_nodes);

static bool ntio_is_named(const struct device *dev, const char *name)
{
	return !strcmp(dev_name(dev) + strlen("ntio!"), name);
}

static struct ntio_name *ntio_name_find(struct ntio_node *node,
					const char *text)
{
	struct ntio_name *name;

	lockdep_assert_held(&ntio_nodes_lock);
	list_for_each_entry(name, &node->names, list)
		if (ntio_is_named(&name->dev, text))
			return name;
	return NULL;
}

/* Looked for by hand: sysfs would answer a collision with a stack trace. */
static bool ntio_name_taken(const char *text)
{
	struct ntio_node *node;

	lockdep_assert_held(&ntio_nodes_lock);
	list_for_each_entry(node, &ntio_nodes, list)
		if (ntio_is_named(&node->dev, text) ||
		    ntio_name_find(node, text))
			return true;
	return false;
}

/*
 * Everybody in a stack agrees on the style, but for who makes it so; and on the
 * layer.
 */
static bool ntio_fits_on(const struct ntio_device *device,
			 const struct ntio_device *lower)
{
	if (lower->highest || device->cancel_lock != lower->cancel_lock)
		return false;
	if (device->layer && lower->node->layer &&
	    device->layer != lower->node->layer)
		return false;
	return device->highest || device->io == lower->io;
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
	device->node->may_sleep = ntio_device_sleeps(device);
	device->node->layer = device->layer;
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
	device->node->may_sleep |= lower->node->may_sleep;
	device->node->layer = device->layer ?: lower->node->layer;
	lower->node->upper = device;
	refcount_inc(&lower->node->holds);
	return 0;
}

static void ntio_lower_put(struct ntio_device *lower, struct module *above);

/* The last hold is gone. At most NTIO_STACK_MAX deep. */
static void ntio_device_end(struct ntio_device *device)
{
	struct ntio_device *lower = device->lower;
	struct ntio_node *node = device->node;
	struct module *owner = device->owner;

	mutex_lock(&ntio_nodes_lock);
	device->node = NULL;		/* it may be registered again */
	mutex_unlock(&ntio_nodes_lock);
	if (device->release)
		device->release(device);
	if (lower)
		ntio_lower_put(lower, owner);
	put_device(&node->dev);
}

static void ntio_device_drop(struct ntio_device *device)
{
	if (refcount_dec_and_test(&device->node->holds))
		ntio_device_end(device);
}

/* @above: the module of the device on top, which has no hold on itself. */
static void ntio_lower_put(struct ntio_device *lower, struct module *above)
{
	struct module *owner = lower->owner;

	ntio_device_drop(lower);
	if (owner != above)
		module_put(owner);
}

static void ntio_device_end_work(struct work_struct *work)
{
	struct ntio_node *node = container_of(work, struct ntio_node, end_work);
	struct module *owner = node->ending->owner;

	ntio_device_end(node->ending);
	module_put(owner);
}

/**
 * ntio_device_get() - keep a device and its module for a call into its driver
 * @device: held already, by a file, a request or a device on top
 *
 * Context: Any.
 */
void ntio_device_get(struct ntio_device *device)
{
	__module_get(device->owner);
	refcount_inc(&device->node->holds);
}

/**
 * ntio_device_put() - the call into the driver has returned
 * @device: from ntio_device_get(); may be gone after
 *
 * Context: May sleep.
 */
void ntio_device_put(struct ntio_device *device)
{
	struct module *owner = device->owner;

	ntio_device_drop(device);
	module_put(owner);
}

/* The same in any context: where the driver has to sleep, a worker calls it. */
void ntio_device_put_atomic(struct ntio_device *device)
{
	struct ntio_node *node = device->node;
	struct module *owner = device->owner;

	if (refcount_dec_and_test(&node->holds)) {
		node->ending = device;
		queue_work(node->ends, &node->end_work);
	} else {
		module_put(owner);
	}
}

/* Undoes ntio_stack_attach(). The lower device is registered, so it stays. */
static void ntio_stack_detach(struct ntio_device *device)
{
	struct ntio_device *lower = device->lower;

	lockdep_assert_held(&ntio_nodes_lock);
	if (!lower)
		return;
	lower->node->upper = NULL;
	refcount_dec(&lower->node->holds);
	if (lower->owner != device->owner)
		module_put(lower->owner);
}

/* All that can fail comes before the node is in the list. */
static int ntio_device_publish(struct ntio_device *device,
			       struct ntio_node *node, struct module *owner)
{
	int rc;

	lockdep_assert_held(&ntio_nodes_lock);
	if (device->node || ntio_name_taken(device->name))
		return -EEXIST;
	device->node = node;
	device->owner = owner;
	device->reported = 0;
	node->device = device;
	rc = ntio_stack_attach(device);
	if (rc)
		goto err;
	rc = ntio_node_add(node);
	if (rc)
		goto err_detach;
	list_add_tail(&node->list, &ntio_nodes);
	return 0;

err_detach:
	ntio_stack_detach(device);
err:
	device->node = NULL;
	return rc;
}

int __ntio_register(struct ntio_device *device, struct module *owner)
{
	int controls = ntio_device_check(device);
	struct ntio_node *node;
	int rc;

	if (controls < 0)
		return controls;
	node = ntio_node_alloc(device, owner);
	if (IS_ERR(node))
		return PTR_ERR(node);
	node->nr_controls = controls;
	node->initializing = device->initializing;
	INIT_WORK(&node->end_work, ntio_device_end_work);
	node->index = ntio_index_make(device, controls);
	rc = node->index ? dev_set_name(&node->dev, "ntio!%s", device->name) :
			   -ENOMEM;
	if (!rc) {
		mutex_lock(&ntio_nodes_lock);
		rc = ntio_device_publish(device, node, owner);
		mutex_unlock(&ntio_nodes_lock);
	}
	if (rc)
		put_device(&node->dev);
	return rc;
}
EXPORT_SYMBOL_GPL(__ntio_register);

void ntio_finish_initializing(struct ntio_device *device)
{
	mutex_lock(&ntio_nodes_lock);
	device->node->initializing = false;
	mutex_unlock(&ntio_nodes_lock);
}
EXPORT_SYMBOL_GPL(ntio_finish_initializing);

int ntio_add_name(struct ntio_device *device, const char *text)
{
	struct ntio_node *node = device->node;
	struct ntio_name *name;
	int rc = -EEXIST;

	if (node->hidden || !ntio_name_valid(text))
		return -EINVAL;
	name = ntio_name_alloc(node, text);
	if (IS_ERR(name))
		return PTR_ERR(name);
	mutex_lock(&ntio_nodes_lock);
	if (!ntio_name_taken(text))
		rc = cdev_device_add(&name->cdev, &name->dev);
	if (!rc)
		list_add_tail(&name->list, &node->names);
	mutex_unlock(&ntio_nodes_lock);
	if (rc)
		put_device(&name->dev);
	return rc;
}
EXPORT_SYMBOL_GPL(ntio_add_name);

/* Who is about to open it finds that it is gone. */
static void ntio_name_remove(struct ntio_name *name)
{
	lockdep_assert_held(&ntio_nodes_lock);
	list_del(&name->list);
	cdev_device_del(&name->cdev, &name->dev);
	dev_set_drvdata(&name->dev, NULL);
	put_device(&name->dev);
}

int ntio_remove_name(struct ntio_device *device, const char *text)
{
	struct ntio_name *name;

	mutex_lock(&ntio_nodes_lock);
	name = ntio_name_find(device->node, text);
	if (name)
		ntio_name_remove(name);
	mutex_unlock(&ntio_nodes_lock);
	return name ? 0 : -ENOENT;
}
EXPORT_SYMBOL_GPL(ntio_remove_name);

void ntio_unregister(struct ntio_device *device)
{
	struct ntio_node *node = device->node;
	struct ntio_name *name, *next;

	mutex_lock(&ntio_nodes_lock);
	list_for_each_entry_safe(name, next, &node->names, list)
		ntio_name_remove(name);
	list_del(&node->list);
	WRITE_ONCE(node->device, NULL);
	ntio_node_del(node);
	if (device->lower)
		device->lower->node->upper = NULL;
	mutex_unlock(&ntio_nodes_lock);
	ntio_device_drop(device);
}
EXPORT_SYMBOL_GPL(ntio_unregister);

static bool ntio_device_tryget(struct ntio_device *device)
{
	lockdep_assert_held(&ntio_nodes_lock);
	if (!try_module_get(device->owner))
		return false;
	refcount_inc(&device->node->holds);
	return true;
}

/* Only a cleanup needs to know when the last handle is closed. */
static bool ntio_stack_has_cleanup(const struct ntio_device *device)
{
	for (; device; device = device->lower)
		if (device->cleanup || device->file_request)
			return true;
	return false;
}

/* Finds the top, and holds it: it holds those below. */
static ntstatus_t ntio_stack_open(struct ntio_device *opened,
				  struct ntio_file *file)
{
	struct ntio_device *top = opened;

	lockdep_assert_held(&ntio_nodes_lock);
	if (!ntio_device_tryget(opened))
		return STATUS_NO_SUCH_DEVICE;
	while (top->node->upper)
		top = top->node->upper;
	if (!ntio_device_tryget(top)) {
		/* Not the last: it is registered, under our lock. */
		refcount_dec(&opened->node->holds);
		module_put(opened->owner);
		return STATUS_NO_SUCH_DEVICE;
	}
	opened->node->opens++;
	file->opened = opened;
	file->device = top;
	file->counts_handles = ntio_stack_has_cleanup(top);
	return STATUS_SUCCESS;
}

/**
 * ntio_device_open() - the devices of a new open file
 * @dev: what is opened: a node, or another name of one
 * @file: gets the device and the top of its stack
 *
 * They stay, and their modules with them, until ntio_device_close().
 */
ntstatus_t ntio_device_open(struct device *dev, struct ntio_file *file)
{
	struct ntio_node *node;
	ntstatus_t status;

	mutex_lock(&ntio_nodes_lock);
	node = dev_get_drvdata(dev);
	if (!node || !node->device || node->initializing)
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
