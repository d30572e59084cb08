// SPDX-License-Identifier: GPL-2.0
/*
 * File objects, and the requests that open, clean up and close them.
 *
 * A file goes to the device that is at the top of the stack when it is opened,
 * and holds it and its driver, as it holds the device that was opened.
 */
#include "layer.h"

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
	sp = wdm_irp_begin(rq, file, IRP_MJ_CREATE);
	if (!sp) {
		wdm_file_put(file);
		return ntio_complete(rq, STATUS_INSUFFICIENT_RESOURCES, 0);
	}
	wdm_file_fill_create(file, sp);
	return wdm_irp_run(rq, NULL);
}

ntstatus_t wdm_file_request(struct ntio_request *rq)
{
	if (rq->major == NTIO_MAJOR_CREATE)
		return wdm_file_create(rq);
	if (!wdm_irp_begin(rq, rq->file->context, rq->major))
		return ntio_complete(rq, STATUS_INSUFFICIENT_RESOURCES, 0);
	return wdm_irp_run(rq, NULL);
}

/* An open that was refused has no close. */
void wdm_file_request_end(struct ntio_request *rq)
{
	if (rq->major == NTIO_MAJOR_CLOSE || ntio_is_error(rq->status))
		wdm_file_put(rq->file->context);
}
