// SPDX-License-Identifier: GPL-2.0
/*
 * Devices that a driver reaches by their names: it attaches to them, or opens
 * them. A file that a driver opened is closed with the last reference to it.
 */
#include "layer.h"

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

static void wdm_file_close(struct wdm_file *file)
{
	wdm_send_simple(&file->top->obj, IRP_MJ_CLEANUP, 0, file);
	wdm_send_simple(&file->top->obj, IRP_MJ_CLOSE, 0, file);
	wdm_file_put(file);
}

/*
 * A file of a program is closed when the program closes it, as its handles say,
 * not the pointers; these keep the object.
 */
void wdm_file_get_obj(PFILE_OBJECT obj)
{
	struct wdm_file *file = to_wdm_file(obj);

	if (file->by_driver)
		atomic_inc(&file->pointers);
	else
		kref_get(&file->refs);
}

void wdm_file_put_obj(PFILE_OBJECT obj)
{
	struct wdm_file *file = to_wdm_file(obj);

	if (!file->by_driver)
		wdm_file_put(file);
	else if (atomic_dec_and_test(&file->pointers))
		wdm_file_close(file);
}

NTSTATUS IoGetDeviceObjectPointer(PUNICODE_STRING name, ACCESS_MASK access,
				  PFILE_OBJECT *obj, PDEVICE_OBJECT *device)
{
	struct wdm_device *dev = wdm_device_named(name);
	struct wdm_file *file;
	NTSTATUS status;

	if (!dev)
		return NT(OBJECT_NAME_NOT_FOUND);
	file = wdm_file_new(dev, (access & (FILE_READ_DATA | GENERIC_READ) ?
				  NTIO_READ_ACCESS : 0) |
				 (access & (FILE_WRITE_DATA | GENERIC_WRITE) ?
				  NTIO_WRITE_ACCESS : 0));
	wdm_device_put(dev);
	if (!file)
		return NT(INSUFFICIENT_RESOURCES);
	file->by_driver = true;
	atomic_set(&file->pointers, 1);
	status = wdm_send_simple(&file->top->obj, IRP_MJ_CREATE, 0, file);
	if (!NT_SUCCESS(status)) {
		wdm_file_put(file);
		return status;
	}
	*obj = &file->obj;
	*device = &file->top->obj;
	return status;
}
EXPORT_SYMBOL_GPL(IoGetDeviceObjectPointer);

PDEVICE_OBJECT IoGetRelatedDeviceObject(PFILE_OBJECT file)
{
	return &to_wdm_file(file)->top->obj;
}
EXPORT_SYMBOL_GPL(IoGetRelatedDeviceObject);
