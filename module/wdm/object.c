// SPDX-License-Identifier: GPL-2.0
/*
 * Handles and references.
 *
 * A driver's handles are those of its threads, from a table of the layer. A
 * program's handle of an event is that of an eventfd: what the driver gets for it
 * can be set, and nothing else.
 */
#include <linux/eventfd.h>
#include <linux/xarray.h>

#include "layer.h"

#include "../compat.h"

/* ABI: a handle of a program is a descriptor, as a multiple of 4, never 0. */
#define WDM_HANDLE_TO_FD(handle) ((int)((unsigned long)(handle) / 4 - 1))

/* Those of drivers have a bit that no program's has. */
#define WDM_KERNEL_HANDLE 0xffffffff80000000UL

static DEFINE_XARRAY_ALLOC1(wdm_handles);

struct _OBJECT_TYPE {
	const char *name;
};

static struct _OBJECT_TYPE wdm_event_type = { "Event" };
static struct _OBJECT_TYPE wdm_thread_type = { "Thread" };
static struct _OBJECT_TYPE wdm_file_type = { "File" };
static POBJECT_TYPE wdm_event_pointer = &wdm_event_type;
static POBJECT_TYPE wdm_thread_pointer = &wdm_thread_type;
static POBJECT_TYPE wdm_file_pointer = &wdm_file_type;

POBJECT_TYPE *ExEventObjectType = &wdm_event_pointer;
EXPORT_SYMBOL_GPL(ExEventObjectType);
POBJECT_TYPE *PsThreadType = &wdm_thread_pointer;
EXPORT_SYMBOL_GPL(PsThreadType);
POBJECT_TYPE *IoFileObjectType = &wdm_file_pointer;
EXPORT_SYMBOL_GPL(IoFileObjectType);

/**
 * struct wdm_user_event - an event of a program
 * @event: what the driver sees; its type says that it is one of these
 * @refs: those of drivers
 * @list: of all of them
 * @context: the eventfd
 */
struct wdm_user_event {
	KEVENT event;
	struct kref refs;
	struct list_head list;
	struct eventfd_ctx *context;
};

static DEFINE_SPINLOCK(wdm_user_events_lock);
static LIST_HEAD(wdm_user_events);

static NTSTATUS wdm_user_event_get(HANDLE handle, PVOID *object)
{
	struct wdm_user_event *event;
	struct eventfd_ctx *context;

	if (current->flags & PF_KTHREAD)
		return NT(INVALID_HANDLE);
	if ((unsigned long)handle & 3 || !handle)
		return NT(INVALID_HANDLE);
	context = eventfd_ctx_fdget(WDM_HANDLE_TO_FD(handle));
	if (IS_ERR(context))
		return PTR_ERR(context) == -EBADF ? NT(INVALID_HANDLE) :
						    NT(OBJECT_TYPE_MISMATCH);
	event = kzalloc(sizeof(*event), GFP_KERNEL_ACCOUNT);
	if (!event) {
		eventfd_ctx_put(context);
		return NT(INSUFFICIENT_RESOURCES);
	}
	event->event.Header.Type = WDM_USER_EVENT;
	kref_init(&event->refs);
	event->context = context;
	spin_lock_irq(&wdm_user_events_lock);
	list_add(&event->list, &wdm_user_events);
	spin_unlock_irq(&wdm_user_events_lock);
	*object = event;
	return NT(SUCCESS);
}

static void wdm_user_event_free(struct kref *refs)
{
	struct wdm_user_event *event = container_of(refs,
						    struct wdm_user_event,
						    refs);
	unsigned long flags;

	spin_lock_irqsave(&wdm_user_events_lock, flags);
	list_del(&event->list);
	spin_unlock_irqrestore(&wdm_user_events_lock, flags);
	eventfd_ctx_put(event->context);
	kfree(event);
}

static bool wdm_is_user_event(const void *object)
{
	struct wdm_user_event *event;
	unsigned long flags;
	bool found = false;

	spin_lock_irqsave(&wdm_user_events_lock, flags);
	list_for_each_entry(event, &wdm_user_events, list)
		found = found || event == object;
	spin_unlock_irqrestore(&wdm_user_events_lock, flags);
	return found;
}

/* Whoever waits for the eventfd in the program is woken. */
void wdm_user_event_set(PVOID object)
{
	struct wdm_user_event *event = object;

	ntio_eventfd_signal(event->context);
}

/* --- handles of drivers --------------------------------------------------- */

/* Has one reference of the thread from now on. */
NTSTATUS wdm_handle_add(PETHREAD thread, HANDLE *handle)
{
	u32 id;

	if (xa_alloc(&wdm_handles, &id, thread, XA_LIMIT(1, INT_MAX / 4),
		     GFP_KERNEL_ACCOUNT))
		return NT(INSUFFICIENT_RESOURCES);
	*handle = (HANDLE)(WDM_KERNEL_HANDLE | id * 4UL);
	return NT(SUCCESS);
}

static bool wdm_is_kernel_handle(HANDLE handle)
{
	return ((unsigned long)handle & WDM_KERNEL_HANDLE) == WDM_KERNEL_HANDLE;
}

static u32 wdm_handle_id(HANDLE handle)
{
	return ((unsigned long)handle & ~WDM_KERNEL_HANDLE) / 4;
}

NTSTATUS ZwClose(HANDLE handle)
{
	PETHREAD thread = NULL;

	if (wdm_is_kernel_handle(handle))
		thread = xa_erase(&wdm_handles, wdm_handle_id(handle));
	if (!thread)
		return NT(INVALID_HANDLE);
	wdm_thread_put(thread);
	return NT(SUCCESS);
}
EXPORT_SYMBOL_GPL(ZwClose);

static NTSTATUS wdm_thread_by_handle(HANDLE handle, PVOID *object)
{
	PETHREAD thread;

	xa_lock(&wdm_handles);
	thread = xa_load(&wdm_handles, wdm_handle_id(handle));
	if (thread)
		wdm_thread_get(thread);
	xa_unlock(&wdm_handles);
	*object = thread;
	return thread ? NT(SUCCESS) : NT(INVALID_HANDLE);
}

NTSTATUS ObReferenceObjectByHandle(HANDLE handle, ACCESS_MASK access,
				   POBJECT_TYPE type, KPROCESSOR_MODE mode,
				   PVOID *object,
				   POBJECT_HANDLE_INFORMATION information)
{
	*object = NULL;
	if (information) {
		information->HandleAttributes = 0;
		information->GrantedAccess = access;
	}
	if (wdm_is_kernel_handle(handle)) {
		if (mode != KernelMode)
			return NT(INVALID_HANDLE);
		if (type && type != &wdm_thread_type)
			return NT(OBJECT_TYPE_MISMATCH);
		return wdm_thread_by_handle(handle, object);
	}
	if (type && type != &wdm_event_type)
		return NT(OBJECT_TYPE_MISMATCH);
	return wdm_user_event_get(handle, object);
}
EXPORT_SYMBOL_GPL(ObReferenceObjectByHandle);

/* --- references ----------------------------------------------------------- */

#define IO_TYPE_DEVICE 3
#define IO_TYPE_FILE 5

static bool wdm_has_type(const void *object, short type)
{
	return *(const short *)object == type;
}

void ObReferenceObject(PVOID object)
{
	if (wdm_is_thread(object))
		wdm_thread_get(object);
	else if (wdm_is_user_event(object))
		kref_get(&((struct wdm_user_event *)object)->refs);
	else if (wdm_has_type(object, IO_TYPE_FILE))
		wdm_file_get_obj(object);
	else if (wdm_has_type(object, IO_TYPE_DEVICE))
		wdm_device_get(to_wdm_device(object));
	else if (!wdm_is_callback(object))
		wdm_violation(WDM_VIOLATION_NOT_AN_OBJECT);
}
EXPORT_SYMBOL_GPL(ObReferenceObject);

void ObDereferenceObject(PVOID object)
{
	if (wdm_is_thread(object))
		wdm_thread_put(object);
	else if (wdm_is_user_event(object))
		kref_put(&((struct wdm_user_event *)object)->refs,
			 wdm_user_event_free);
	else if (wdm_has_type(object, IO_TYPE_FILE))
		wdm_file_put_obj(object);
	else if (wdm_has_type(object, IO_TYPE_DEVICE))
		wdm_device_put(to_wdm_device(object));
	else if (!wdm_is_callback(object))
		wdm_violation(WDM_VIOLATION_NOT_AN_OBJECT);
}
EXPORT_SYMBOL_GPL(ObDereferenceObject);

/* What drivers left open. */
void wdm_objects_exit(void)
{
	unsigned long id;
	PETHREAD thread;

	xa_for_each(&wdm_handles, id, thread)
		wdm_thread_put(thread);
	xa_destroy(&wdm_handles);
}
