/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Objects, and the table of handles that lead to them.
 *
 * A handle is a slot of a table, by the number of a descriptor; the slot leads
 * to an object, which duplicates share. Objects are never given back to the
 * allocator, so that who races with a close finds an object that is no longer
 * the slot's, and never freed memory.
 */
#ifndef NTIO_WIN32_OBJECT_H
#define NTIO_WIN32_OBJECT_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <windows.h>

#include <ntio/uapi/ntio_handle.h>

#include "lock.h"

enum kind {
	K_FILE = 1 << 0,
	K_EVENT = 1 << 1,
	K_SEMAPHORE = 1 << 2,
	K_MUTEX = 1 << 3,
	K_THREAD = 1 << 4,
	K_PORT = 1 << 5,
	K_PROCESS = 1 << 6,
	K_MAPPING = 1 << 7,
	K_MANAGER = 1 << 8,
	K_SERVICE = 1 << 9,
};

#define K_WAITABLE (K_FILE | K_EVENT | K_SEMAPHORE | K_MUTEX | K_THREAD | \
		    K_PROCESS)

struct object;
struct ring;
struct request;
struct thread;

/**
 * struct object_ops - what an object does besides
 * @closed: its last handle is gone; or NULL
 * @freed: its last reference is gone
 */
struct object_ops {
	void (*closed)(struct object *object);
	void (*freed)(struct object *object);
};

/**
 * struct file - a file object
 * @lock: of a synchronous file: its requests come one after the other [2.51]
 * @device: an ntio device
 * @overlapped: opened with FILE_FLAG_OVERLAPPED
 * @position: of a device; of other files the kernel keeps it
 * @event: eventfd that is the file as an event [2.36], of an overlapped one
 * @signalled: @event may be set
 * @port: completion port, or NULL; set once
 * @key: of its packets
 * @modes: FILE_SKIP_*
 * @waiters: who waits for a request without an event, see result.c
 */
struct file {
	lock_t lock;
	bool device;
	bool overlapped;
	uint64_t position;
	int event;
	_Atomic(bool) signalled;
	_Atomic(struct object *) port;
	ULONG_PTR key;
	_Atomic(unsigned char) modes;
	pthread_mutex_t *waiters;
	pthread_cond_t *turn;
	bool led;
};

/**
 * struct port - a completion port
 * @ring: requests of its files go through it
 * @lock: of the list of packets
 * @first: oldest packet that left the ring
 * @last: newest
 * @waiters: threads that sleep in the ring
 * @closed: the last handle is gone
 */
struct port {
	struct ring *ring;
	lock_t lock;
	struct request *first;
	struct request **last;
	_Atomic(int) waiters;
	_Atomic(bool) closed;
};

/**
 * struct mutex - a mutex object
 * @owner: id of the thread that has it, or 0
 * @depth: how often
 */
struct mutex {
	_Atomic(int) owner;
	int depth;
};

struct service {
	char name[256];
};

/**
 * struct object - what handles stand for
 * @refs: handles, and whoever uses it now; 0: nobody's
 * @handles: slots that lead to it
 * @told: what was written before it was set can be read after a wait for it;
 *	the descriptor, which sees to that, is the kernel's
 * @kind: one of enum kind
 * @ops: what it does besides, or NULL
 * @manual: an event that stays set until it is reset
 * @next: in the list of those that are nobody's
 */
struct object {
	_Atomic(unsigned int) refs;
	_Atomic(unsigned int) handles;
	_Atomic(unsigned int) told;
	_Atomic(enum kind) kind;
	const struct object_ops *ops;
	bool manual;
	LONG most;
	struct object *next;
	union {
		struct file file;
		struct port port;
		struct mutex mutex;
		struct thread *thread;
		struct service service;
		DWORD protection;
	};
};

#define SLOTS 1024

extern _Atomic(_Atomic(struct object *) *) object_slots[SLOTS];

/* One reference; NULL and the last error: no memory. */
struct object *object_new(enum kind kind, const struct object_ops *ops);
void object_free(struct object *object);
/* The descriptor is the handle's from now on; NULL: no memory, all is undone. */
HANDLE handle_new(struct object *object, int fd);
/* Of one of @kinds; false: it is none, or another thread was faster. */
bool handle_close(HANDLE handle, unsigned int kinds);

static inline int fd_of(HANDLE handle)
{
	return ntio_fd_from_handle((uintptr_t)handle);
}

static inline void object_put(struct object *object)
{
	if (atomic_fetch_sub_explicit(&object->refs, 1,
				      memory_order_acq_rel) == 1)
		object_free(object);
}

static inline struct object *slot_object(unsigned int fd)
{
	_Atomic(struct object *) *slots;

	if (fd >= SLOTS * SLOTS)
		return NULL;
	slots = atomic_load_explicit(&object_slots[fd / SLOTS],
				     memory_order_acquire);
	return slots ? atomic_load_explicit(&slots[fd % SLOTS],
					    memory_order_acquire) : NULL;
}

static inline enum kind object_kind(const struct object *object)
{
	return atomic_load_explicit(&object->kind, memory_order_relaxed);
}

/* Whether it is one now; whoever closes it meanwhile may do so after, too. */
static inline bool is_event(HANDLE handle)
{
	struct object *object = slot_object(fd_of(handle));

	return object && object_kind(object) == K_EVENT;
}

/* Before it is set, and when it was found so. */
static inline void object_tell(struct object *object)
{
	atomic_fetch_add_explicit(&object->told, 1, memory_order_release);
}

static inline void object_hear(struct object *object)
{
	atomic_load_explicit(&object->told, memory_order_acquire);
}

static inline bool object_hold(struct object *object)
{
	unsigned int refs = atomic_load_explicit(&object->refs,
						 memory_order_relaxed);

	do {
		if (!refs)
			return false;
	} while (!atomic_compare_exchange_weak_explicit(&object->refs, &refs,
							refs + 1,
							memory_order_acquire,
							memory_order_relaxed));
	return true;
}

/* A reference to the object of an open handle of one of @kinds, or NULL. */
static inline struct object *object_get(HANDLE handle, unsigned int kinds)
{
	unsigned int fd = fd_of(handle);
	struct object *object = slot_object(fd);

	if (!object || !object_hold(object))
		return NULL;
	if (slot_object(fd) == object && object_kind(object) & kinds)
		return object;
	object_put(object);
	return NULL;
}

#endif
