// SPDX-License-Identifier: GPL-2.0
/*
 * Devices are made, opened to all, and deleted.
 *
 * ntio gets to know those that have a link, and so a node in /dev: when
 * DriverEntry has returned, or when DO_DEVICE_INITIALIZING is cleared of a device
 * that was made later. What the flags of the device say is settled then.
 */
#include "layer.h"

#include "include/wdmsec.h"

/* --- opened --------------------------------------------------------------- */

/* Devices that were made after DriverEntry: nothing tells of the flag. */
static void wdm_device_open_work(struct work_struct *work)
{
	struct wdm_device *dev = container_of(work, struct wdm_device,
					      open_work.work);

	if (READ_ONCE(dev->obj.Flags) & DO_DEVICE_INITIALIZING &&
	    !READ_ONCE(dev->deleted)) {
		queue_delayed_work(dev->driver->work, &dev->open_work,
				   msecs_to_jiffies(10));
		return;
	}
	wdm_links_register(dev);
	wdm_device_put(dev);
}

static void wdm_device_open_later(struct wdm_device *dev)
{
	wdm_device_get(dev);
	if (!queue_delayed_work(dev->driver->work, &dev->open_work, 1))
		wdm_device_put(dev);
}

/**
 * wdm_devices_open() - DriverEntry, or AddDevice, has returned
 * @driver: the driver
 * @all: the devices of DriverEntry, of which Windows clears the flag
 *
 * Return: 0, or a negative errno if a node could not be made.
 */
int wdm_devices_open(struct ntio_wdm_driver *driver, bool all)
{
	PDRIVER_OBJECT object = driver->object;
	PDEVICE_OBJECT obj;
	int rc = 0;

	for (obj = object->DeviceObject; obj && !rc; obj = obj->NextDevice) {
		if (all)
			obj->Flags &= ~DO_DEVICE_INITIALIZING;
		if (obj->Flags & DO_DEVICE_INITIALIZING)
			wdm_device_open_later(to_wdm_device(obj));
		else
			rc = wdm_links_register(to_wdm_device(obj));
	}
	return rc;
}

/* --- made ----------------------------------------------------------------- */

static struct wdm_device *wdm_device_alloc(struct ntio_wdm_driver *driver,
					   u32 extension)
{
	struct wdm_device *dev = kzalloc(sizeof(*dev), GFP_KERNEL_ACCOUNT);
	void *p;

	if (!dev)
		return NULL;
	p = kzalloc(extension ?: 1, GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!p) {
		kfree(dev);
		return NULL;
	}
	dev->driver = driver;
	refcount_set(&dev->refs, 1);
	INIT_DELAYED_WORK(&dev->open_work, wdm_device_open_work);
	dev->obj.Type = IO_TYPE_DEVICE;
	dev->obj.Size = sizeof(dev->obj);
	dev->obj.ReferenceCount = 0;
	dev->obj.DriverObject = driver->object;
	dev->obj.DeviceExtension = p;
	dev->obj.StackSize = 1;
	dev->obj.Flags = DO_DEVICE_INITIALIZING;
	return dev;
}

NTSTATUS wdm_device_create(PDRIVER_OBJECT object, u32 extension,
			   PUNICODE_STRING name, u32 type, u32 characteristics,
			   bool exclusive, umode_t mode, PDEVICE_OBJECT *obj)
{
	struct ntio_wdm_driver *driver = to_wdm_driver_object(object)->driver;
	struct wdm_device *dev = wdm_device_alloc(driver, extension);

	*obj = NULL;
	if (!dev)
		return NT(INSUFFICIENT_RESOURCES);
	dev->obj.DeviceType = type;
	dev->obj.Characteristics = characteristics;
	dev->exclusive = exclusive;
	dev->mode = mode;
	if (name && name->Length) {
		dev->name = wdm_name(name);
		if (!dev->name) {
			wdm_device_put(dev);
			return NT(INSUFFICIENT_RESOURCES);
		}
	}
	if (!wdm_device_publish(dev)) {
		wdm_device_put(dev);
		return NT(OBJECT_NAME_COLLISION);
	}
	if (driver->loaded)
		wdm_device_open_later(dev);
	*obj = &dev->obj;
	return NT(SUCCESS);
}

NTSTATUS IoCreateDevice(PDRIVER_OBJECT driver, ULONG extension_size,
			PUNICODE_STRING name, ULONG type,
			ULONG characteristics, BOOLEAN exclusive,
			PDEVICE_OBJECT *device)
{
	return wdm_device_create(driver, extension_size, name, type,
				 characteristics, exclusive, 0, device);
}
EXPORT_SYMBOL_GPL(IoCreateDevice);

/* What the descriptor gives to everybody; the rest is the administrator's. */
static umode_t wdm_mode_of(PCUNICODE_STRING sddl)
{
	umode_t mode = 0600;
	char *text, *ace;

	text = sddl ? wdm_name(sddl) : NULL;
	for (ace = text; ace && (ace = strchr(ace, '(')); ace++) {
		char *end = strchr(ace, ')');
		size_t len = end ? end - ace : 0;

		if (len < 3 || strncmp(ace, "(A;", 3) ||
		    strncmp(end - 3, ";WD", 3))
			continue;
		if (strnstr(ace, "GA", len) || strnstr(ace, "GR", len))
			mode |= 0044;
		if (strnstr(ace, "GA", len) || strnstr(ace, "GW", len))
			mode |= 0022;
	}
	kfree(text);
	return mode;
}

NTSTATUS IoCreateDeviceSecure(PDRIVER_OBJECT driver, ULONG extension_size,
			      PUNICODE_STRING name, ULONG type,
			      ULONG characteristics, BOOLEAN exclusive,
			      PCUNICODE_STRING sddl, LPCGUID class_guid,
			      PDEVICE_OBJECT *device)
{
	return wdm_device_create(driver, extension_size, name, type,
				 characteristics, exclusive, wdm_mode_of(sddl),
				 device);
}
EXPORT_SYMBOL_GPL(IoCreateDeviceSecure);

/* --- deleted -------------------------------------------------------------- */

static void wdm_device_delete_work(struct work_struct *work)
{
	struct wdm_device *dev = container_of(work, struct wdm_device,
					      delete_work);

	if (cancel_delayed_work_sync(&dev->open_work))
		wdm_device_put(dev);
	wdm_io_timer_stop(dev);
	wdm_links_unregister(dev);
	wdm_device_put(dev);
}

/* A driver may delete a device in a routine that serves a request. */
void IoDeleteDevice(PDEVICE_OBJECT device)
{
	struct wdm_device *dev = to_wdm_device(device);
	struct wdm_entry *entry = wdm_entry();

	if (!wdm_device_unpublish(dev)) {
		wdm_violation(WDM_VIOLATION_NOT_AN_OBJECT);
		return;
	}
	INIT_WORK(&dev->delete_work, wdm_device_delete_work);
	if (dev->driver->unloading && entry && !entry->irp)
		wdm_device_delete_work(&dev->delete_work);
	else
		queue_work(dev->driver->work, &dev->delete_work);
}
EXPORT_SYMBOL_GPL(IoDeleteDevice);

/* What the driver left, in DriverUnload or when DriverEntry failed. */
void wdm_devices_drop(struct ntio_wdm_driver *driver)
{
	PDRIVER_OBJECT object = driver->object;

	while (object->DeviceObject) {
		if (object->DriverUnload || !driver->loaded)
			wdm_violation_of(driver, WDM_VIOLATION_LEFT_DEVICE);
		if (to_wdm_device(object->DeviceObject)->below)
			IoDetachDevice(&to_wdm_device(object->DeviceObject)
				       ->below->obj);
		IoDeleteDevice(object->DeviceObject);
	}
	flush_workqueue(driver->work);
}
