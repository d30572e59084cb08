// SPDX-License-Identifier: GPL-2.0
/*
 * Symbolic links and nodes. The first link to a device is the name of its node in
 * /dev/ntio, others are other names of it; a device without one has no node.
 */
#include "layer.h"

/* --- the nodes ------------------------------------------------------------ */

static int wdm_link_register(struct wdm_device *dev, struct wdm_link *link)
{
	char *name;
	int rc;

	lockdep_assert_held(&wdm_links_mutex);
	if (dev->registered) {
		if (!strcmp(dev->link, link->text)) {
			WRITE_ONCE(dev->link_gone, false);
			return 0;
		}
		return ntio_add_name(&dev->core, link->text);
	}
	name = kstrdup(link->text, GFP_KERNEL_ACCOUNT);
	if (!name)
		return -ENOMEM;
	rc = wdm_node_register(dev, name);
	if (rc)
		kfree(name);
	return rc;
}

/* All that lead to the device, which can be opened from now on. */
int wdm_links_register(struct wdm_device *dev)
{
	struct wdm_link *link;
	int rc = 0;

	if (!dev->name)
		return 0;
	mutex_lock(&wdm_links_mutex);
	if (!dev->deleted && !dev->registered)
		list_for_each_entry(link, &wdm_links, list)
			if (!rc && !strcasecmp(link->target, dev->name))
				rc = wdm_link_register(dev, link);
	mutex_unlock(&wdm_links_mutex);
	return rc;
}

void wdm_links_unregister(struct wdm_device *dev)
{
	bool registered;

	mutex_lock(&wdm_links_mutex);
	registered = dev->registered;
	dev->registered = false;
	mutex_unlock(&wdm_links_mutex);
	if (registered)
		ntio_unregister(&dev->core);
}

static int wdm_link_reaches(struct wdm_link *link)
{
	struct wdm_device *dev = wdm_device_find(link->target);
	int rc = 0;

	lockdep_assert_held(&wdm_links_mutex);
	if (dev && dev->driver->loaded &&
	    !(dev->obj.Flags & DO_DEVICE_INITIALIZING))
		rc = wdm_link_register(dev, link);
	if (dev)
		wdm_device_put(dev);
	return rc;
}

/* --- links ---------------------------------------------------------------- */

static void wdm_link_free(struct wdm_link *link)
{
	kfree(link->text);
	kfree(link->target);
	kfree(link);
}

static NTSTATUS wdm_link_add(struct wdm_link *link)
{
	NTSTATUS status = NT(OBJECT_NAME_COLLISION);

	mutex_lock(&wdm_links_mutex);
	if (!wdm_link_find(link->text) && !wdm_link_reaches(link)) {
		list_add_tail(&link->list, &wdm_links);
		status = NT(SUCCESS);
	}
	mutex_unlock(&wdm_links_mutex);
	return status;
}

NTSTATUS IoCreateSymbolicLink(PUNICODE_STRING name, PUNICODE_STRING device)
{
	struct wdm_link *link = kzalloc(sizeof(*link), GFP_KERNEL_ACCOUNT);
	NTSTATUS status = NT(INSUFFICIENT_RESOURCES);

	if (!link)
		return status;
	link->driver = wdm_current_driver();
	link->text = wdm_link_text(name);
	link->target = wdm_name(device);
	if (!link->text)
		status = NT(OBJECT_PATH_NOT_FOUND);
	else if (link->target)
		status = wdm_link_add(link);
	if (!NT_SUCCESS(status))
		wdm_link_free(link);
	return status;
}
EXPORT_SYMBOL_GPL(IoCreateSymbolicLink);

static void wdm_link_remove(struct wdm_link *link)
{
	struct wdm_device *dev = wdm_device_find(link->target);

	lockdep_assert_held(&wdm_links_mutex);
	list_del(&link->list);
	if (dev && dev->registered) {
		if (!strcmp(dev->link, link->text))
			WRITE_ONCE(dev->link_gone, true);
		else
			ntio_remove_name(&dev->core, link->text);
	}
	if (dev)
		wdm_device_put(dev);
	wdm_link_free(link);
}

NTSTATUS IoDeleteSymbolicLink(PUNICODE_STRING name)
{
	char *text = wdm_link_text(name);
	struct wdm_link *link;

	if (!text)
		return NT(OBJECT_NAME_NOT_FOUND);
	mutex_lock(&wdm_links_mutex);
	link = wdm_link_find(text);
	if (link)
		wdm_link_remove(link);
	mutex_unlock(&wdm_links_mutex);
	kfree(text);
	return link ? NT(SUCCESS) : NT(OBJECT_NAME_NOT_FOUND);
}
EXPORT_SYMBOL_GPL(IoDeleteSymbolicLink);

/* What the driver left. */
void wdm_links_drop(struct ntio_wdm_driver *driver)
{
	PDRIVER_OBJECT object = driver->object;
	struct wdm_link *link, *next;

	mutex_lock(&wdm_links_mutex);
	list_for_each_entry_safe(link, next, &wdm_links, list) {
		if (link->driver != driver)
			continue;
		if (driver->loaded && object->DriverUnload)
			wdm_violation_of(driver, WDM_VIOLATION_LEFT_LINK);
		wdm_link_remove(link);
	}
	mutex_unlock(&wdm_links_mutex);
}
