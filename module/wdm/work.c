// SPDX-License-Identifier: GPL-2.0
/* Work items, in the driver's own queue. They hold the driver's module. */
#include "layer.h"

/**
 * struct _IO_WORKITEM - of IoAllocateWorkItem()
 * @work: the kernel's
 * @dev: held while it is queued
 * @routine: what it runs; NULL: @routine_ex
 * @routine_ex: likewise
 * @context: for it
 */
struct _IO_WORKITEM {
	struct work_struct work;
	struct wdm_device *dev;
	PIO_WORKITEM_ROUTINE routine;
	PIO_WORKITEM_ROUTINE_EX routine_ex;
	void *context;
};

static void wdm_io_work(struct work_struct *work)
{
	PIO_WORKITEM item = container_of(work, struct _IO_WORKITEM, work);
	/* A driver that queues it twice writes these meanwhile. */
	PIO_WORKITEM_ROUTINE_EX routine_ex = READ_ONCE(item->routine_ex);
	PIO_WORKITEM_ROUTINE routine = READ_ONCE(item->routine);
	void *context = READ_ONCE(item->context);
	struct wdm_device *dev = item->dev;

	/* The routine may free the item. */
	if (routine)
		wdm_call(dev->driver, routine, &dev->obj, context, NULL, NULL);
	else
		wdm_call(dev->driver, routine_ex, &dev->obj, context, item,
			 NULL);
	wdm_device_put(dev);
}

PIO_WORKITEM IoAllocateWorkItem(PDEVICE_OBJECT device)
{
	PIO_WORKITEM item = kzalloc(sizeof(*item), wdm_gfp());

	if (!item)
		return NULL;
	INIT_WORK(&item->work, wdm_io_work);
	item->dev = to_wdm_device(device);
	return item;
}
EXPORT_SYMBOL_GPL(IoAllocateWorkItem);

void IoFreeWorkItem(PIO_WORKITEM item)
{
	kfree(item);
}
EXPORT_SYMBOL_GPL(IoFreeWorkItem);

static void wdm_io_queue(PIO_WORKITEM item)
{
	struct wdm_device *dev = item->dev;

	wdm_device_get(dev);
	if (queue_work(dev->driver->work, &item->work))
		return;
	wdm_violation(WDM_VIOLATION_QUEUED_TWICE);
	wdm_device_put(dev);
}

void IoQueueWorkItem(PIO_WORKITEM item, PIO_WORKITEM_ROUTINE routine,
		     WORK_QUEUE_TYPE type, PVOID context)
{
	WRITE_ONCE(item->routine, routine);
	WRITE_ONCE(item->context, context);
	wdm_io_queue(item);
}
EXPORT_SYMBOL_GPL(IoQueueWorkItem);

void IoQueueWorkItemEx(PIO_WORKITEM item, PIO_WORKITEM_ROUTINE_EX routine,
		       WORK_QUEUE_TYPE type, PVOID context)
{
	WRITE_ONCE(item->routine, NULL);
	WRITE_ONCE(item->routine_ex, routine);
	WRITE_ONCE(item->context, context);
	wdm_io_queue(item);
}
EXPORT_SYMBOL_GPL(IoQueueWorkItemEx);

/* --- those in the driver's memory ----------------------------------------- */

static_assert(sizeof(struct work_struct) <=
	      sizeof_field(WORK_QUEUE_ITEM, Reserved));

static struct work_struct *wdm_work_of(PWORK_QUEUE_ITEM item)
{
	return (struct work_struct *)item->Reserved;
}

static void wdm_ex_work(struct work_struct *work)
{
	PWORK_QUEUE_ITEM item = CONTAINING_RECORD(work, WORK_QUEUE_ITEM,
						  Reserved);
	PWORKER_THREAD_ROUTINE routine = item->WorkerRoutine;
	struct ntio_wdm_driver *driver = item->Driver;
	void *parameter = item->Parameter;

	/* May be queued again, with another routine, or freed. */
	smp_store_release(&item->List.Flink, NULL);
	wdm_call(driver, routine, parameter, NULL, NULL, NULL);
}

void ExQueueWorkItem(PWORK_QUEUE_ITEM item, WORK_QUEUE_TYPE type)
{
	if (xchg(&item->List.Flink, &item->List)) {
		wdm_violation(WDM_VIOLATION_QUEUED_TWICE);
		return;
	}
	INIT_WORK(wdm_work_of(item), wdm_ex_work);
	queue_work(item->Driver->work, wdm_work_of(item));
}
EXPORT_SYMBOL_GPL(ExQueueWorkItem);
