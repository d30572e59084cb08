// SPDX-License-Identifier: GPL-2.0
/* What a thread does in its alertable waits. */
#include <stdlib.h>

#include "apc.h"
#include "error.h"
#include "eventfd.h"

void apc_queue(struct thread *thread, struct apc *apc)
{
	apc->next = NULL;
	lock_take(&thread->apc_lock);
	*thread->last_apc = apc;
	thread->last_apc = &apc->next;
	lock_drop(&thread->apc_lock);
	if (thread != this_thread && atomic_load(&thread->alertable))
		event_fd_set(atomic_load(&thread->alerted));
}

bool apc_any(struct thread *thread)
{
	bool any;

	lock_take(&thread->apc_lock);
	any = thread->apcs;
	lock_drop(&thread->apc_lock);
	return any;
}

static void apc_call(const struct apc *apc)
{
	if (apc->routine)
		apc->routine(NT_SUCCESS(apc->status) ? ERROR_SUCCESS :
			     ntio_status_to_win32(apc->status),
			     apc->information, apc->iosb);
	else if (apc->native)
		apc->native(apc->context, apc->iosb, 0);
	else
		apc->function(apc->parameter);
}

/* Also those that the first ones queue. */
bool apc_run(struct thread *thread)
{
	struct apc *apc;
	bool any = false;

	for (;;) {
		lock_take(&thread->apc_lock);
		apc = thread->apcs;
		if (apc) {
			thread->apcs = apc->next;
			if (!thread->apcs)
				thread->last_apc = &thread->apcs;
		}
		lock_drop(&thread->apc_lock);
		if (!apc)
			return any;
		any = true;
		apc_call(apc);
		free(apc);
	}
}

DWORD QueueUserAPC(PAPCFUNC function, HANDLE handle, ULONG_PTR parameter)
{
	bool mine = thread_self() && handle == GetCurrentThread();
	struct object *object = mine ? NULL : object_get(handle, K_THREAD);
	struct apc *apc = calloc(1, sizeof(*apc));
	struct thread *thread;

	if (!apc || (!mine && !object)) {
		free(apc);
		if (object)
			object_put(object);
		return fail(object || mine ? ERROR_NOT_ENOUGH_MEMORY :
					     ERROR_INVALID_HANDLE);
	}
	apc->function = function;
	apc->parameter = parameter;
	lock_take(&thread_lock);
	thread = mine ? this_thread : object->thread;
	if (thread)
		apc_queue(thread, apc);
	lock_drop(&thread_lock);
	if (object)
		object_put(object);
	if (thread)
		return TRUE;
	free(apc);
	return fail(ERROR_GEN_FAILURE);
}
