// SPDX-License-Identifier: GPL-2.0
/* Device objects: which there are, who holds them, what is attached to what. */
#include "layer.h"

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
bool wdm_device_publish(struct wdm_device *dev)
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

/* False: it was deleted before. */
bool wdm_device_unpublish(struct wdm_device *dev)
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
