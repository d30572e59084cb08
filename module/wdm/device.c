// SPDX-License-Identifier: GPL-2.0
/*
 * Device objects: made, attached, registered with ntio, deleted.
 *
 * ntio knows those that have a link, and so a node in /dev. It gets to know them
 * when DriverEntry has returned, or when DO_DEVICE_INITIALIZING is cleared of a
 * device that was made later: what the flags of the device say is settled then.
 */
#include "layer.h"

#include "include/wdmsec.h"

#define IO_TYPE_DEVICE 3

/* Protects the list, and what is attached to what. */
static DEFINE_SPINLOCK(wdm_devices_lock);
static LIST_HEAD(wdm_devices);

void wdm_device_get(struct wdm_device *dev)
{
	refcount_inc(&dev->refs);
}

static void wdm_device_free(struct wdm_device *dev)
{
	kfree(dev->timer);
	kfree(dev->obj.DeviceExtension);
	kfree(dev->name);
	kfree(dev->link);
	kfree(dev);
}

void wdm_device_put(struct wdm_device *dev)
{
	if (refcount_dec_and_test(&dev->refs))
		wdm_device_free(dev);
}

/* By its name of the form \Device\..., whose case does not matter. */
struct wdm_device *wdm_device_find(const char *name)
{
	struct wdm_device *dev, *found = NULL;
	unsigned long flags;

	spin_lock_irqsave(&wdm_devices_lock, flags);
	list_for_each_entry(dev, &wdm_devices, list)
		if (dev->name && !strcasecmp(dev->name, name)) {
			wdm_device_get(dev);
			found = dev;
			break;
		}
	spin_unlock_irqrestore(&wdm_devices_lock, flags);
	return found;
}

/* Unless its name is taken. */
static bool wdm_device_publish(struct wdm_device *dev)
{
	PDRIVER_OBJECT driver = dev->obj.DriverObject;
	struct wdm_device *other;
	unsigned long flags;
	bool taken = false;

	spin_lock_irqsave(&wdm_devices_lock, flags);
	list_for_each_entry(other, &wdm_devices, list)
		taken = taken || (dev->name && other->name &&
				  !strcasecmp(dev->name, other->name));
	if (!taken) {
		list_add_tail(&dev->list, &wdm_devices);
		dev->obj.NextDevice = driver->DeviceObject;
		driver->DeviceObject = &dev->obj;
	}
	spin_unlock_irqrestore(&wdm_devices_lock, flags);
	return !taken;
}

/* --- registered with ntio ------------------------------------------------- */

static void wdm_core_release(struct ntio_device *core)
{
	wdm_device_put(core->context);
}

static enum ntio_io wdm_io_of(const DEVICE_OBJECT *obj)
{
	if (obj->Flags & DO_DIRECT_IO)
		return NTIO_IO_DIRECT;
	if (obj->Flags & DO_BUFFERED_IO)
		return NTIO_IO_BUFFERED;
	return NTIO_IO_NEITHER;
}

static bool wdm_is_seekable(u32 type)
{
	return type == FILE_DEVICE_DISK || type == FILE_DEVICE_VIRTUAL_DISK ||
	       type == FILE_DEVICE_CD_ROM;
}

static void wdm_core_fill(struct wdm_device *dev)
{
	struct ntio_device *core = &dev->core;

	core->name = dev->link;
	core->mode = dev->mode;
	core->type = dev->obj.DeviceType;
	core->exclusive = dev->exclusive;
	core->io = wdm_io_of(&dev->obj);
	core->seekable = wdm_is_seekable(dev->obj.DeviceType);
	if (core->io == NTIO_IO_NEITHER) {
		core->read_in_caller = wdm_read_write_in_caller;
		core->write_in_caller = wdm_read_write_in_caller;
	} else {
		core->read = wdm_read_write;
		core->write = wdm_read_write;
	}
	core->other_in_caller = wdm_control;
	core->file_request = wdm_file_request;
	core->release = wdm_core_release;
	core->cancel_lock = &wdm_cancel_lock;
	core->layer = &wdm_layer;
	core->context = dev;
}

/* Under the lock of the names. */
int wdm_device_register(struct wdm_device *dev, char *link)
{
	int rc;

	dev->link = link;
	wdm_core_fill(dev);
	wdm_device_get(dev);
	rc = __ntio_register(&dev->core, dev->driver->module);
	if (rc) {
		dev->link = NULL;
		wdm_device_put(dev);
	}
	dev->registered = !rc;
	return rc;
}

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
	struct ntio_wdm_driver *driver = wdm_driver_of_object(object);
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

/* False: it was deleted before. */
static bool wdm_device_unpublish(struct wdm_device *dev)
{
	PDRIVER_OBJECT driver = dev->obj.DriverObject;
	PDEVICE_OBJECT *at;
	unsigned long flags;
	bool was;

	spin_lock_irqsave(&wdm_devices_lock, flags);
	was = !dev->deleted;
	dev->deleted = true;
	if (was) {
		list_del(&dev->list);
		for (at = &driver->DeviceObject; *at; at = &(*at)->NextDevice)
			if (*at == &dev->obj) {
				*at = dev->obj.NextDevice;
				break;
			}
	}
	spin_unlock_irqrestore(&wdm_devices_lock, flags);
	return was;
}

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

/* --- stacks --------------------------------------------------------------- */

static struct wdm_device *wdm_top(struct wdm_device *dev)
{
	lockdep_assert_held(&wdm_devices_lock);
	while (dev->obj.AttachedDevice)
		dev = to_wdm_device(dev->obj.AttachedDevice);
	return dev;
}

/* The top, held with its module; NULL: its driver is on its way out. */
struct wdm_device *wdm_device_top_get(struct wdm_device *dev)
{
	unsigned long flags;

	spin_lock_irqsave(&wdm_devices_lock, flags);
	dev = wdm_top(dev);
	if (try_module_get(dev->driver->module))
		wdm_device_get(dev);
	else
		dev = NULL;
	spin_unlock_irqrestore(&wdm_devices_lock, flags);
	return dev;
}

NTSTATUS IoAttachDeviceToDeviceStackSafe(PDEVICE_OBJECT source,
					 PDEVICE_OBJECT target,
					 PDEVICE_OBJECT *below)
{
	struct wdm_device *upper = to_wdm_device(source), *lower;
	unsigned long flags;

	*below = NULL;
	spin_lock_irqsave(&wdm_devices_lock, flags);
	lower = wdm_top(to_wdm_device(target));
	if (lower == upper || lower->deleted || upper->below ||
	    lower->obj.StackSize >= NTIO_STACK_MAX ||
	    !try_module_get(lower->driver->module)) {
		spin_unlock_irqrestore(&wdm_devices_lock, flags);
		return NT(NO_SUCH_DEVICE);
	}
	wdm_device_get(lower);
	upper->below = lower;
	lower->obj.AttachedDevice = source;
	source->StackSize = lower->obj.StackSize + 1;
	source->AlignmentRequirement = lower->obj.AlignmentRequirement;
	*below = &lower->obj;
	spin_unlock_irqrestore(&wdm_devices_lock, flags);
	return NT(SUCCESS);
}
EXPORT_SYMBOL_GPL(IoAttachDeviceToDeviceStackSafe);

PDEVICE_OBJECT IoAttachDeviceToDeviceStack(PDEVICE_OBJECT source,
					   PDEVICE_OBJECT target)
{
	PDEVICE_OBJECT below;

	IoAttachDeviceToDeviceStackSafe(source, target, &below);
	return below;
}
EXPORT_SYMBOL_GPL(IoAttachDeviceToDeviceStack);

NTSTATUS IoAttachDevice(PDEVICE_OBJECT source, PUNICODE_STRING target,
			PDEVICE_OBJECT *below)
{
	struct wdm_device *dev = wdm_device_named(target);
	NTSTATUS status;

	*below = NULL;
	if (!dev)
		return NT(OBJECT_NAME_NOT_FOUND);
	status = IoAttachDeviceToDeviceStackSafe(source, &dev->obj, below);
	wdm_device_put(dev);
	return status;
}
EXPORT_SYMBOL_GPL(IoAttachDevice);

void IoDetachDevice(PDEVICE_OBJECT below)
{
	struct wdm_device *lower = to_wdm_device(below), *upper;
	struct module *module = lower->driver->module;
	unsigned long flags;

	spin_lock_irqsave(&wdm_devices_lock, flags);
	upper = below->AttachedDevice ? to_wdm_device(below->AttachedDevice) :
					NULL;
	if (upper)
		upper->below = NULL;
	below->AttachedDevice = NULL;
	spin_unlock_irqrestore(&wdm_devices_lock, flags);
	if (!upper) {
		wdm_violation(WDM_VIOLATION_NOT_AN_OBJECT);
		return;
	}
	wdm_device_put(lower);
	module_put(module);
}
EXPORT_SYMBOL_GPL(IoDetachDevice);

PDEVICE_OBJECT IoGetAttachedDevice(PDEVICE_OBJECT device)
{
	struct wdm_device *dev;
	unsigned long flags;

	spin_lock_irqsave(&wdm_devices_lock, flags);
	dev = wdm_top(to_wdm_device(device));
	spin_unlock_irqrestore(&wdm_devices_lock, flags);
	return &dev->obj;
}
EXPORT_SYMBOL_GPL(IoGetAttachedDevice);

PDEVICE_OBJECT IoGetAttachedDeviceReference(PDEVICE_OBJECT device)
{
	struct wdm_device *dev;
	unsigned long flags;

	spin_lock_irqsave(&wdm_devices_lock, flags);
	dev = wdm_top(to_wdm_device(device));
	wdm_device_get(dev);
	spin_unlock_irqrestore(&wdm_devices_lock, flags);
	return &dev->obj;
}
EXPORT_SYMBOL_GPL(IoGetAttachedDeviceReference);
