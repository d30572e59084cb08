// SPDX-License-Identifier: GPL-2.0
/* Handles of drivers: those of their threads, from a table of the layer. */
#include <linux/xarray.h>

#include "layer.h"

/* They have a bit that no program's has. */
#define WDM_KERNEL_HANDLE 0xffffffff80000000UL

static DEFINE_XARRAY_ALLOC1(wdm_handles);

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

bool wdm_is_kernel_handle(HANDLE handle)
{
	return ((unsigned long)handle & WDM_KERNEL_HANDLE) == WDM_KERNEL_HANDLE;
}

static u32 wdm_handle_id(HANDLE handle)
{
	return ((unsigned long)handle & ~WDM_KERNEL_HANDLE) / 4;
}

/* The reference that it had is the caller's; NULL: there is no such handle. */
PETHREAD wdm_handle_remove(HANDLE handle)
{
	if (!wdm_is_kernel_handle(handle))
		return NULL;
	return xa_erase(&wdm_handles, wdm_handle_id(handle));
}

/* With a reference that @get takes while it cannot be closed; or NULL. */
PETHREAD wdm_handle_get(HANDLE handle, void (*get)(PETHREAD thread))
{
	PETHREAD thread;

	xa_lock(&wdm_handles);
	thread = xa_load(&wdm_handles, wdm_handle_id(handle));
	if (thread)
		get(thread);
	xa_unlock(&wdm_handles);
	return thread;
}

void wdm_handles_exit(void (*put)(PETHREAD thread))
{
	unsigned long id;
	PETHREAD thread;

	xa_for_each(&wdm_handles, id, thread)
		put(thread);
	xa_destroy(&wdm_handles);
}
