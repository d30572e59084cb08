// SPDX-License-Identifier: GPL-2.0
/* Waiting for objects, with and without completion routines meanwhile. */
#include <poll.h>
#include <sched.h>

#include "apc.h"
#include "clock.h"
#include "error.h"
#include "eventfd.h"
#include "request.h"
#include "wait.h"

/**
 * struct wait - a wait
 * @objects: one reference each
 * @fds: what shows that they are set; behind them, if the wait is alertable,
 *	the thread's ring and the eventfd for others' APCs
 * @count: objects
 * @polls: descriptors
 * @self: the thread, if the wait is alertable; else NULL
 * @end: when it is over, by now_ms()
 */
struct wait {
	struct object *objects[MAXIMUM_WAIT_OBJECTS];
	struct pollfd fds[MAXIMUM_WAIT_OBJECTS + 2];
	DWORD count;
	DWORD polls;
	struct thread *self;
	DWORD ms;
	uint64_t end;
};

/* A synchronous file is always set: nobody is on the way with it here. */
static int wait_fd(const struct object *object, int fd)
{
	if (object->kind != K_FILE)
		return fd;
	return object->file.overlapped ? object->file.event : -1;
}

static bool wait_add(struct wait *wait, HANDLE handle)
{
	struct object *object = object_get(handle, K_WAITABLE);

	if (!object)
		return false;
	wait->objects[wait->count] = object;
	wait->fds[wait->count++] = (struct pollfd){
		.fd = wait_fd(object, fd_of(handle)), .events = POLLIN,
	};
	return true;
}

static void wait_release(struct wait *wait)
{
	while (wait->count)
		object_put(wait->objects[--wait->count]);
}

static bool wait_mine(const struct wait *wait, DWORD i)
{
	return wait->objects[i]->kind == K_MUTEX &&
	       atomic_load(&wait->objects[i]->mutex.owner) ==
		       (int)GetCurrentThreadId();
}

/* Takes object @i, if it is set. What poll() saw another may have taken. */
static bool wait_take(struct wait *wait, DWORD i)
{
	struct object *object = wait->objects[i];

	switch (object->kind) {
	case K_EVENT:
		return object->manual || event_fd_take(wait->fds[i].fd);
	case K_SEMAPHORE:
		return event_fd_take(wait->fds[i].fd);
	case K_MUTEX:
		if (!wait_mine(wait, i)) {
			if (!event_fd_take(wait->fds[i].fd))
				return false;
			atomic_store(&object->mutex.owner,
				     GetCurrentThreadId());
		}
		object->mutex.depth++;
		return true;
	default:
		return true;
	}
}

static void wait_give_back(struct wait *wait, DWORD i)
{
	struct object *object = wait->objects[i];

	if (object->kind == K_MUTEX) {
		if (--object->mutex.depth)
			return;
		atomic_store(&object->mutex.owner, 0);
	} else if (object->manual || object->kind == K_FILE ||
		   object->kind == K_THREAD || object->kind == K_PROCESS) {
		return;
	}
	event_fd_set(wait->fds[i].fd);
}

static bool wait_set(const struct wait *wait, DWORD i)
{
	return wait->fds[i].fd < 0 || wait->fds[i].revents ||
	       wait_mine(wait, i);
}

/* The first that is set; -1: none. */
static int wait_any(struct wait *wait)
{
	DWORD i;

	for (i = 0; i < wait->count; i++) {
		if (!wait_set(wait, i) || !wait_take(wait, i))
			continue;
		object_hear(wait->objects[i]);
		return i;
	}
	return -1;
}

/* All or none. */
static int wait_all(struct wait *wait)
{
	DWORD i;

	for (i = 0; i < wait->count; i++)
		if (!wait_set(wait, i))
			return -1;
	for (i = 0; i < wait->count; i++) {
		if (wait_take(wait, i))
			continue;
		wait->fds[i].revents = 0;	/* to be slept for */
		while (i--)
			wait_give_back(wait, i);
		return -1;
	}
	for (i = 0; i < wait->count; i++)
		object_hear(wait->objects[i]);
	return 0;
}

/* Only those that are not set yet are slept for. */
static void wait_for_rest(struct wait *wait, struct pollfd *rest)
{
	DWORD i;

	memcpy(rest, wait->fds, wait->polls * sizeof(*rest));
	for (i = 0; i < wait->count; i++)
		if (wait_set(wait, i))
			rest[i].fd = -1;
}

static int wait_left(const struct wait *wait)
{
	uint64_t now;

	if (wait->ms == INFINITE)
		return -1;
	if (!wait->ms)
		return 0;
	now = now_ms();
	if (now >= wait->end)
		return 0;
	return wait->end - now > 0x7fffffff ? 0x7fffffff : wait->end - now;
}

static void wait_alertable(struct wait *wait)
{
	struct thread *self = thread_self();

	wait->self = self;
	if (!self)
		return;
	if (atomic_load(&self->alerted) < 0)
		atomic_store(&self->alerted, event_fd_new(0, 0));
	atomic_store(&self->alertable, true);
	wait->fds[wait->polls++] = (struct pollfd){
		.fd = atomic_load(&self->alerted), .events = POLLIN };
	if (self->ring)
		wait->fds[wait->polls++] = (struct pollfd){
			.fd = self->ring->fd, .events = POLLIN };
}

/* Whether a completion routine was called [8.21]. */
static bool wait_alerted(struct wait *wait)
{
	struct thread *self = wait->self;

	if (!self)
		return false;
	thread_drain(self);
	if (!apc_any(self))
		return false;
	event_fd_clear(atomic_load(&self->alerted));
	atomic_store(&self->alertable, false);
	return apc_run(self);
}

static DWORD wait_loop(struct wait *wait, bool all)
{
	struct pollfd rest[MAXIMUM_WAIT_OBJECTS + 2];
	int found, left, got;

	for (;;) {
		if (wait_alerted(wait))
			return WAIT_IO_COMPLETION;
		poll(wait->fds, wait->polls, 0);
		found = all ? wait_all(wait) : wait_any(wait);
		if (found >= 0 && wait->count)
			return found;
		left = wait_left(wait);
		if (!left)
			return WAIT_TIMEOUT;
		if (all)
			wait_for_rest(wait, rest);
		else
			memcpy(rest, wait->fds, wait->polls * sizeof(*rest));
		got = poll(rest, wait->polls, left);
		if (got < 0 && errno != EINTR)
			return fail_errno(errno), WAIT_FAILED;
	}
}

static DWORD wait_run(struct wait *wait, bool all, DWORD ms, bool alertable)
{
	DWORD result;

	wait->polls = wait->count;
	wait->ms = ms;
	if (ms && ms != INFINITE)
		wait->end = now_ms() + ms;
	if (alertable)
		wait_alertable(wait);
	result = wait_loop(wait, all);
	if (wait->self)
		atomic_store(&wait->self->alertable, false);
	return result;
}

static bool wait_repeats(const HANDLE *handles, DWORD count)
{
	DWORD i, j;

	for (i = 0; i < count; i++)
		for (j = 0; j < i; j++)
			if (handles[i] == handles[j])
				return true;
	return false;
}

DWORD WaitForMultipleObjectsEx(DWORD count, const HANDLE *handles, BOOL all,
			       DWORD ms, BOOL alertable)
{
	struct wait wait = { .count = 0 };
	DWORD result, i;

	if (!count || count > MAXIMUM_WAIT_OBJECTS || !handles ||
	    (all && wait_repeats(handles, count))) {
		fail(ERROR_INVALID_PARAMETER);
		return WAIT_FAILED;
	}
	for (i = 0; i < count; i++) {
		if (wait_add(&wait, handles[i]))
			continue;
		wait_release(&wait);
		fail(ERROR_INVALID_HANDLE);
		return WAIT_FAILED;
	}
	result = wait_run(&wait, all, ms, alertable);
	wait_release(&wait);
	return result;
}

DWORD WaitForMultipleObjects(DWORD count, const HANDLE *handles, BOOL all,
			     DWORD ms)
{
	return WaitForMultipleObjectsEx(count, handles, all, ms, FALSE);
}

/* A wait without end for an event: one system call. */
static bool wait_for_ever(struct object *event, int fd)
{
	struct pollfd set = { .fd = fd, .events = POLLIN };
	uint64_t count;
	ssize_t got;

	do {
		got = event->manual ? poll(&set, 1, -1) :
				      read(fd, &count, sizeof(count));
	} while (got < 0 && errno == EINTR);
	object_hear(event);
	return got > 0;
}

DWORD wait_for(HANDLE handle, DWORD ms, bool alertable)
{
	struct object *object;
	bool done = false;

	object = ms == INFINITE && !alertable ? object_get(handle, K_EVENT) :
						NULL;
	if (object) {
		done = wait_for_ever(object, fd_of(handle));
		object_put(object);
	}
	return done ? WAIT_OBJECT_0 :
		      WaitForMultipleObjectsEx(1, &handle, FALSE, ms,
					       alertable);
}

DWORD WaitForSingleObjectEx(HANDLE handle, DWORD ms, BOOL alertable)
{
	return wait_for(handle, ms, alertable);
}

DWORD WaitForSingleObject(HANDLE handle, DWORD ms)
{
	return wait_for(handle, ms, false);
}

bool wait_fd_alertable(int fd, DWORD ms)
{
	struct wait wait = { .count = 0, .polls = 1, .ms = ms };
	int left = ms == INFINITE || ms > 0x7fffffff ? -1 : (int)ms;
	bool alerted;

	wait.fds[0] = (struct pollfd){ .fd = fd, .events = POLLIN };
	wait_alertable(&wait);
	alerted = wait_alerted(&wait);
	if (!alerted) {
		poll(wait.fds, wait.polls, left);
		alerted = wait_alerted(&wait);
	}
	if (wait.self)
		atomic_store(&wait.self->alertable, false);
	return alerted;
}

DWORD SleepEx(DWORD ms, BOOL alertable)
{
	struct wait wait = { .count = 0 };

	return wait_run(&wait, false, ms, alertable) == WAIT_IO_COMPLETION ?
		WAIT_IO_COMPLETION : 0;
}

VOID Sleep(DWORD ms)
{
	if (ms)
		SleepEx(ms, FALSE);
	else
		sched_yield();
}
