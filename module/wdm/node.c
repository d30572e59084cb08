// SPDX-License-Identifier: GPL-2.0
/*
 * What ntio is told of a device that has a node in /dev: what its flags say, and
 * who serves its requests.
 */
#include "layer.h"

/* The request has ended, and owes something. */
static void wdm_irp_release(struct ntio_request *rq, void *bytes)
{
	struct wdm_irp *wirp = bytes;

	if (wirp->in_table)
		wdm_table_remove(wirp);
	if (wirp->irp.MdlAddress)
		wdm_mdls_end(wirp);
	if (wirp->aliases)
		wdm_aliases_free(wirp);
	if (wirp->locations)
		wdm_irp_free_locations(wirp);
	if (rq->major == NTIO_MAJOR_CREATE || rq->major == NTIO_MAJOR_CLOSE)
		wdm_file_request_end(rq);
}

static const struct ntio_layer wdm_layer = {
	.size = sizeof(struct wdm_irp),
	.release = wdm_irp_release,
};

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
int wdm_node_register(struct wdm_device *dev, char *link)
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
