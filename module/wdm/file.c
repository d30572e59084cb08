// SPDX-License-Identifier: GPL-2.0
/*
 * File objects, and the requests that open, clean up and close them.
 *
 * A file goes to the device that is at the top of the stack when it is opened,
 * and holds it and its driver, as it holds the device that was opened.
 */
#include "layer.h"

#define IO_TYPE_FILE 5

struct wdm_file *wdm_file_new(struct wdm_device *opened, u32 access)
{
	struct wdm_file *file = kzalloc(sizeof(*file), GFP_KERNEL_ACCOUNT);

	if (!file)
		return NULL;
	file->top = wdm_device_top_get(opened);
	if (!file->top) {
		kfree(file);
		return NULL;
	}
	wdm_device_get(opened);
	file->opened = opened;
	kref_init(&file->refs);
	file->obj.Type = IO_TYPE_FILE;
	file->obj.Size = sizeof(file->obj);
	file->obj.DeviceObject = &opened->obj;
	file->obj.ReadAccess = !!(access & NTIO_READ_ACCESS);
	file->obj.WriteAccess = !!(access & NTIO_WRITE_ACCESS);
	if (file->obj.ReadAccess)
		file->security.DesiredAccess |= FILE_GENERIC_READ;
	if (file->obj.WriteAccess)
		file->security.DesiredAccess |= FILE_GENERIC_WRITE;
	return file;
}

static void wdm_file_free(struct kref *refs)
{
	struct wdm_file *file = container_of(refs, struct wdm_file, refs);
	struct module *module = file->top->driver->module;

	wdm_device_put(file->opened);
	wdm_device_put(file->top);
	module_put(module);
	kfree(file);
}

/* One that a driver opened is closed when the last reference goes. */
void wdm_file_put(struct wdm_file *file)
{
	kref_put(&file->refs, wdm_file_free);
}

void wdm_file_fill_create(struct wdm_file *file, PIO_STACK_LOCATION sp)
{
	sp->Parameters.Create.SecurityContext = &file->security;
	sp->Parameters.Create.ShareAccess = FILE_SHARE_READ | FILE_SHARE_WRITE;
}

static ntstatus_t wdm_file_create(struct ntio_request *rq)
{
	struct wdm_device *opened = rq->file->opened->context;
	struct wdm_file *file;
	PIO_STACK_LOCATION sp;

	if (READ_ONCE(opened->link_gone))
		return ntio_complete(rq, STATUS_OBJECT_NAME_NOT_FOUND, 0);
	file = wdm_file_new(opened, rq->file->access);
	if (!file)
		return ntio_complete(rq, STATUS_INSUFFICIENT_RESOURCES, 0);
	rq->file->context = file;
	sp = wdm_irp_begin(rq, file);
	if (!sp) {
		wdm_file_put(file);
		return ntio_complete(rq, STATUS_INSUFFICIENT_RESOURCES, 0);
	}
	wdm_file_fill_create(file, sp);
	return wdm_irp_run(rq, NULL);
}

ntstatus_t wdm_file_request(struct ntio_request *rq)
{
	PIO_STACK_LOCATION sp;

	if (rq->major == NTIO_MAJOR_CREATE)
		return wdm_file_create(rq);
	sp = wdm_irp_begin(rq, rq->file->context);
	if (!sp)
		return ntio_complete(rq, STATUS_INSUFFICIENT_RESOURCES, 0);
	sp->MajorFunction = rq->major;
	return wdm_irp_run(rq, NULL);
}

/* An open that was refused has no close. */
void wdm_file_request_end(struct ntio_request *rq)
{
	if (rq->major == NTIO_MAJOR_CLOSE || ntio_is_error(rq->status))
		wdm_file_put(rq->file->context);
}

/* --- files that drivers open ---------------------------------------------- */

static void wdm_file_close(struct wdm_file *file)
{
	wdm_send_simple(&file->top->obj, IRP_MJ_CLEANUP, 0, file);
	wdm_send_simple(&file->top->obj, IRP_MJ_CLOSE, 0, file);
	wdm_file_put(file);
}

void wdm_file_get_obj(PFILE_OBJECT obj)
{
	atomic_inc(&to_wdm_file(obj)->pointers);
}

void wdm_file_put_obj(PFILE_OBJECT obj)
{
	struct wdm_file *file = to_wdm_file(obj);

	if (atomic_dec_and_test(&file->pointers) && file->by_driver)
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
