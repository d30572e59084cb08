// SPDX-License-Identifier: GPL-2.0
/* References to objects, and handles, of whatever kind they are. */
#include "layer.h"

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

/* --- handles --------------------------------------------------------------- */

NTSTATUS ZwClose(HANDLE handle)
{
	PETHREAD thread = wdm_handle_remove(handle);

	if (!thread)
		return NT(INVALID_HANDLE);
	wdm_thread_put(thread);
	return NT(SUCCESS);
}
EXPORT_SYMBOL_GPL(ZwClose);

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
		*object = wdm_handle_get(handle, wdm_thread_get);
		return *object ? NT(SUCCESS) : NT(INVALID_HANDLE);
	}
	if (type && type != &wdm_event_type)
		return NT(OBJECT_TYPE_MISMATCH);
	return wdm_user_event_get(handle, object);
}
EXPORT_SYMBOL_GPL(ObReferenceObjectByHandle);

/* --- references ----------------------------------------------------------- */

static bool wdm_has_type(const void *object, short type)
{
	return *(const short *)object == type;
}

void ObReferenceObject(PVOID object)
{
	if (wdm_is_thread(object))
		wdm_thread_get(object);
	else if (wdm_is_user_event(object))
		wdm_user_event_hold(object);
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
		wdm_user_event_put(object);
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
	wdm_handles_exit(wdm_thread_put);
}
