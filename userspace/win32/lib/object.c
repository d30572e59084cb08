// SPDX-License-Identifier: GPL-2.0
/* Objects, and the table of handles that lead to them. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "object.h"

_Atomic(_Atomic(struct object *) *) object_slots[SLOTS];

static lock_t object_lock;
static struct object *spare;

static void object_forked(struct object *object)
{
	switch (object ? object_kind(object) : 0) {
	case K_FILE:
		atomic_store(&object->file.lock, 0);
		break;
	case K_PORT:
		atomic_store(&object->port.lock, 0);
		atomic_store(&object->port.waiters, 0);
		break;
	default:
		break;
	}
}

/* Who had the locks, or waits, are threads of the parent. */
static void objects_forked(void)
{
	_Atomic(struct object *) *slots;
	unsigned int i, k;

	atomic_store(&object_lock, 0);
	for (i = 0; i < SLOTS; i++) {
		slots = atomic_load(&object_slots[i]);
		for (k = 0; slots && k < SLOTS; k++)
			object_forked(atomic_load(&slots[k]));
	}
}

static void objects_init(void)
{
	pthread_atfork(NULL, NULL, objects_forked);
}

struct object *object_new(enum kind kind, const struct object_ops *ops)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct object *object;

	pthread_once(&once, objects_init);
	lock_take(&object_lock);
	object = spare;
	if (object)
		spare = object->next;
	lock_drop(&object_lock);
	if (!object)
		object = calloc(1, sizeof(*object));
	if (!object) {
		fail(ERROR_NOT_ENOUGH_MEMORY);
		return NULL;
	}
	memset((char *)object + offsetof(struct object, most), 0,
	       sizeof(*object) - offsetof(struct object, most));
	object->kind = kind;
	object->ops = ops;
	object->manual = false;
	atomic_store_explicit(&object->handles, 0, memory_order_relaxed);
	atomic_store_explicit(&object->refs, 1, memory_order_release);
	return object;
}

/* The last reference is gone. */
void object_free(struct object *object)
{
	if (object->ops)
		object->ops->freed(object);
	lock_take(&object_lock);
	object->next = spare;
	spare = object;
	lock_drop(&object_lock);
}

static _Atomic(struct object *) *slot_of(unsigned int fd)
{
	_Atomic(struct object *) *slots, *none = NULL;

	if (fd >= SLOTS * SLOTS)
		return NULL;
	slots = atomic_load(&object_slots[fd / SLOTS]);
	if (slots)
		return &slots[fd % SLOTS];
	slots = calloc(SLOTS, sizeof(*slots));
	if (!slots)
		return NULL;
	if (!atomic_compare_exchange_strong(&object_slots[fd / SLOTS], &none,
					    slots)) {
		free((void *)slots);
		slots = none;
	}
	return &slots[fd % SLOTS];
}

HANDLE handle_new(struct object *object, int fd)
{
	_Atomic(struct object *) *slot = fd < 0 ? NULL : slot_of(fd);

	if (!slot) {
		fail(ERROR_NOT_ENOUGH_MEMORY);
		if (fd >= 0)
			close(fd);
		object_put(object);
		return NULL;
	}
	atomic_fetch_add(&object->handles, 1);
	atomic_store_explicit(slot, object, memory_order_release);
	return (HANDLE)(uintptr_t)ntio_handle_from_fd(fd);
}

bool handle_close(HANDLE handle, unsigned int kinds)
{
	int fd = fd_of(handle);
	struct object *object = object_get(handle, kinds), *slot = object;

	if (!object)
		return false;
	if (!atomic_compare_exchange_strong(slot_of(fd), &slot, NULL)) {
		object_put(object);
		return false;
	}
	close(fd);
	if (atomic_fetch_sub(&object->handles, 1) == 1 && object->ops &&
	    object->ops->closed)
		object->ops->closed(object);
	object_put(object);	/* the handle's */
	object_put(object);	/* ours */
	return true;
}
