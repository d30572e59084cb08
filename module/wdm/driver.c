// SPDX-License-Identifier: GPL-2.0
/* Driver objects: loaded with their modules, unloaded with them. */
#include "layer.h"

struct wdm_extension {
	struct list_head list;
	void *id;
	u8 bytes[] __aligned(16);
};

static void wdm_fill_name(PUNICODE_STRING to, WCHAR *buffer, size_t size,
			  const char *prefix, const char *name)
{
	size_t n = 0;

	while (*prefix && n < size - 1)
		buffer[n++] = *prefix++;
	while (*name && n < size - 1)
		buffer[n++] = *name++;
	buffer[n] = 0;
	to->Buffer = buffer;
	to->Length = n * sizeof(WCHAR);
	to->MaximumLength = to->Length + sizeof(WCHAR);
}

static void wdm_driver_object_fill(struct wdm_driver_object *dro,
				   struct ntio_wdm_driver *driver)
{
	PDRIVER_OBJECT obj = &dro->obj;
	unsigned int i;

	dro->driver = driver;
	spin_lock_init(&dro->lock);
	INIT_LIST_HEAD(&dro->extensions);
	obj->Type = IO_TYPE_DRIVER;
	obj->Size = sizeof(*obj);
	obj->DriverExtension = &dro->extension;
	obj->DriverInit = (PDRIVER_INITIALIZE)driver->init;
	dro->extension.DriverObject = obj;
	for (i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++)
		obj->MajorFunction[i] = wdm_invalid_request;
	wdm_fill_name(&obj->DriverName, dro->name, ARRAY_SIZE(dro->name),
		      "\\Driver\\", driver->name);
	wdm_fill_name(&dro->registry_path, dro->path, ARRAY_SIZE(dro->path),
		      "\\REGISTRY\\MACHINE\\SYSTEM\\CurrentControlSet\\Services\\",
		      driver->name);
	dro->extension.ServiceKeyName = obj->DriverName;
}

static int wdm_driver_init(struct ntio_wdm_driver *driver)
{
	struct wdm_driver_object *dro = kzalloc(sizeof(*dro), GFP_KERNEL);

	if (!dro)
		return -ENOMEM;
	driver->work = alloc_workqueue("%s", WQ_UNBOUND, 0, driver->name);
	if (!driver->work) {
		kfree(dro);
		return -ENOMEM;
	}
	wdm_driver_object_fill(dro, driver);
	driver->object = &dro->obj;
	spin_lock_init(&driver->pool_lock);
	INIT_LIST_HEAD(&driver->pool);
	init_waitqueue_head(&driver->threads_gone);
	return 0;
}

/* All that the driver should have taken away itself. */
static void wdm_driver_drop(struct ntio_wdm_driver *driver)
{
	struct wdm_driver_object *dro = to_wdm_driver_object(driver->object);
	struct wdm_extension *ext, *next;

	wdm_threads_wait(driver);
	wdm_timers_drop(driver);
	wdm_callbacks_drop(driver);
	wdm_links_drop(driver);
	wdm_devices_drop(driver);
	destroy_workqueue(driver->work);
	wdm_pool_drop(driver);
	list_for_each_entry_safe(ext, next, &dro->extensions, list)
		kfree(ext);
	kfree(dro);
}

/* --- AddDevice ------------------------------------------------------------ */

static NTSTATUS wdm_physical_pnp(PDEVICE_OBJECT device, PIRP irp)
{
	irp->IoStatus.Status = NT(SUCCESS);
	irp->IoStatus.Information = 0;
	IoCompleteRequest(irp, IO_NO_INCREMENT);
	return NT(SUCCESS);
}

/* The bus that has the devices of drivers with AddDevice. */
static struct ntio_wdm_driver wdm_bus = { .name = "ntio-wdm-bus" };
static int wdm_bus_rc = -ENODEV;

int wdm_bus_init(void)
{
	PDRIVER_OBJECT obj;

	wdm_bus.module = THIS_MODULE;
	wdm_bus_rc = wdm_driver_init(&wdm_bus);
	if (wdm_bus_rc)
		return wdm_bus_rc;
	obj = wdm_bus.object;
	obj->MajorFunction[IRP_MJ_PNP] = wdm_physical_pnp;
	obj->MajorFunction[IRP_MJ_POWER] = wdm_physical_pnp;
	obj->MajorFunction[IRP_MJ_CREATE] = wdm_physical_pnp;
	obj->MajorFunction[IRP_MJ_CLEANUP] = wdm_physical_pnp;
	obj->MajorFunction[IRP_MJ_CLOSE] = wdm_physical_pnp;
	wdm_bus.loaded = true;
	return 0;
}

void wdm_bus_exit(void)
{
	wdm_bus.unloading = true;
	wdm_driver_drop(&wdm_bus);
}

static NTSTATUS wdm_pnp(struct ntio_wdm_driver *driver, u8 minor)
{
	struct wdm_driver_object *dro = to_wdm_driver_object(driver->object);
	PDEVICE_OBJECT top = IoGetAttachedDeviceReference(dro->physical);
	NTSTATUS status = NT(SUCCESS);

	if (wdm_driver_of(top) == driver)
		status = wdm_send_simple(top, IRP_MJ_PNP, minor, NULL);
	wdm_device_put(to_wdm_device(top));
	return status;
}

static noinline NTSTATUS wdm_call_add_device(PDRIVER_ADD_DEVICE routine,
					     PDRIVER_OBJECT driver,
					     PDEVICE_OBJECT device)
{
	WDM_ENTRY(entry);
	NTSTATUS status;

	wdm_enter(&entry, to_wdm_driver_object(driver)->driver, wdm_irql(),
		  NULL, NULL);
	if (__builtin_setjmp(entry.jump))
		status = entry.code;
	else
		status = routine(driver, device);
	wdm_exit(&entry);
	return status;
}

static NTSTATUS wdm_add_device(struct ntio_wdm_driver *driver)
{
	struct wdm_driver_object *dro = to_wdm_driver_object(driver->object);
	NTSTATUS status;

	status = wdm_device_create(wdm_bus.object, 0, NULL, FILE_DEVICE_UNKNOWN,
				   0, false, 0, &dro->physical);
	if (!NT_SUCCESS(status))
		return status;
	dro->physical->Flags &= ~DO_DEVICE_INITIALIZING;
	status = wdm_call_add_device(dro->extension.AddDevice, &dro->obj,
				     dro->physical);
	if (NT_SUCCESS(status))
		status = wdm_pnp(driver, IRP_MN_START_DEVICE);
	return status;
}

static void wdm_remove_device(struct ntio_wdm_driver *driver)
{
	struct wdm_driver_object *dro = to_wdm_driver_object(driver->object);

	if (!dro->physical)
		return;
	if (driver->loaded)
		wdm_pnp(driver, IRP_MN_REMOVE_DEVICE);
}

/* --- load and unload ------------------------------------------------------ */

/* A status as an error of insmod. */
static int wdm_errno(NTSTATUS status)
{
	static const struct {
		u32 status;
		int error;
	} rows[] = {
#define WDM_ERRNO(name, value, win32, error, meaning) { value, error },
		NTIO_STATUSES(WDM_ERRNO)
#undef WDM_ERRNO
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].status == (u32)status)
			return -rows[i].error;
	return -EIO;
}

static noinline NTSTATUS wdm_call_init(PDRIVER_INITIALIZE routine,
				       PDRIVER_OBJECT driver,
				       PUNICODE_STRING path)
{
	WDM_ENTRY(entry);
	NTSTATUS status;

	wdm_enter(&entry, to_wdm_driver_object(driver)->driver, wdm_irql(),
		  NULL, NULL);
	if (__builtin_setjmp(entry.jump))
		status = entry.code;
	else
		status = routine(driver, path);
	wdm_exit(&entry);
	return status;
}

static int wdm_start(struct ntio_wdm_driver *driver)
{
	struct wdm_driver_object *dro = to_wdm_driver_object(driver->object);
	NTSTATUS status;
	int rc;

	status = wdm_call_init(dro->obj.DriverInit, &dro->obj,
			       &dro->registry_path);
	if (!NT_SUCCESS(status))
		return wdm_errno(status);
	rc = wdm_devices_open(driver, true);
	if (rc)
		return rc;
	if (dro->extension.AddDevice)
		status = wdm_add_device(driver);
	if (!NT_SUCCESS(status))
		return wdm_errno(status);
	return wdm_devices_open(driver, false);
}

static void wdm_physical_gone(PDEVICE_OBJECT physical)
{
	if (physical)
		IoDeleteDevice(physical);
}

static void wdm_stop(struct ntio_wdm_driver *driver)
{
	struct wdm_driver_object *dro = to_wdm_driver_object(driver->object);
	PDEVICE_OBJECT physical = dro->physical;

	driver->unloading = true;
	wdm_driver_drop(driver);
	wdm_physical_gone(physical);
}

/**
 * ntio_wdm_load() - the module of a driver was loaded
 * @driver: the driver, in its module
 *
 * Calls DriverEntry, and AddDevice if there is one; then the devices that have
 * a link can be opened.
 *
 * Context: May sleep.
 * Return: 0; what the status of DriverEntry or AddDevice is as an errno.
 */
int ntio_wdm_load(struct ntio_wdm_driver *driver)
{
	int rc = wdm_driver_init(driver);

	if (rc)
		return rc;
	rc = wdm_start(driver);
	if (rc)
		wdm_stop(driver);
	else
		driver->loaded = true;
	return rc;
}
EXPORT_SYMBOL_GPL(ntio_wdm_load);

/**
 * ntio_wdm_unload() - the module of a driver goes
 * @driver: the driver; nobody has a file of its devices open
 *
 * Calls DriverUnload, and takes away what that left.
 *
 * Context: May sleep. Waits for the driver's system threads.
 */
void ntio_wdm_unload(struct ntio_wdm_driver *driver)
{
	PDRIVER_OBJECT object = driver->object;

	wdm_remove_device(driver);
	driver->unloading = true;
	if (object->DriverUnload)
		wdm_call(driver, object->DriverUnload, object, NULL, NULL,
			 NULL);
	wdm_stop(driver);
}
EXPORT_SYMBOL_GPL(ntio_wdm_unload);

/* --- what drivers ask of it ----------------------------------------------- */

static struct wdm_extension *wdm_extension_find(struct wdm_driver_object *dro,
						void *id)
{
	struct wdm_extension *ext;

	list_for_each_entry(ext, &dro->extensions, list)
		if (ext->id == id)
			return ext;
	return NULL;
}

NTSTATUS IoAllocateDriverObjectExtension(PDRIVER_OBJECT driver, PVOID id,
					 ULONG size, PVOID *extension)
{
	struct wdm_driver_object *dro = to_wdm_driver_object(driver);
	struct wdm_extension *ext;

	*extension = NULL;
	ext = kzalloc(struct_size(ext, bytes, size), GFP_KERNEL_ACCOUNT);
	if (!ext)
		return NT(INSUFFICIENT_RESOURCES);
	ext->id = id;
	spin_lock(&dro->lock);
	if (wdm_extension_find(dro, id)) {
		spin_unlock(&dro->lock);
		kfree(ext);
		return NT(OBJECT_NAME_COLLISION);
	}
	list_add(&ext->list, &dro->extensions);
	spin_unlock(&dro->lock);
	*extension = ext->bytes;
	return NT(SUCCESS);
}
EXPORT_SYMBOL_GPL(IoAllocateDriverObjectExtension);

PVOID IoGetDriverObjectExtension(PDRIVER_OBJECT driver, PVOID id)
{
	struct wdm_driver_object *dro = to_wdm_driver_object(driver);
	struct wdm_extension *ext;

	spin_lock(&dro->lock);
	ext = wdm_extension_find(dro, id);
	spin_unlock(&dro->lock);
	return ext ? ext->bytes : NULL;
}
EXPORT_SYMBOL_GPL(IoGetDriverObjectExtension);

/* The machine goes down without telling: the driver's program is gone then. */
NTSTATUS IoRegisterShutdownNotification(PDEVICE_OBJECT device)
{
	device->Flags |= DO_SHUTDOWN_REGISTERED;
	return NT(SUCCESS);
}
EXPORT_SYMBOL_GPL(IoRegisterShutdownNotification);

void IoUnregisterShutdownNotification(PDEVICE_OBJECT device)
{
	device->Flags &= ~DO_SHUTDOWN_REGISTERED;
}
EXPORT_SYMBOL_GPL(IoUnregisterShutdownNotification);
