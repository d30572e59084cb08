// SPDX-License-Identifier: GPL-2.0
/* The part of each thread: of those that are made here, and of any other. */
#include <stdlib.h>
#include <unistd.h>

#include "eventfd.h"
#include "self.h"

lock_t thread_lock;
struct thread *threads;
__thread struct thread *this_thread __attribute__((tls_model("initial-exec")));

static _Atomic(thread_leave_t) thread_leave;
static pthread_key_t thread_key;
static pthread_once_t thread_once = PTHREAD_ONCE_INIT;

void thread_at_end(thread_leave_t leave)
{
	atomic_store(&thread_leave, leave);
}

void call_left(struct thread *self)
{
	lock_take(&thread_lock);
	atomic_store(&self->call_asked, false);
	lock_drop(&thread_lock);
}

static void thread_unlink(struct thread *thread)
{
	struct thread **at;

	for (at = &threads; *at; at = &(*at)->next) {
		if (*at == thread) {
			*at = thread->next;
			return;
		}
	}
}

/* Its handles stay, and are set; the thread's own part is gone. */
static void thread_announce(struct thread *thread)
{
	struct object *object = thread->handle;

	lock_take(&thread_lock);
	thread_unlink(thread);
	if (object) {
		object->thread = NULL;
		object->most = atomic_load(&thread->code);
	}
	lock_drop(&thread_lock);
	if (!object)
		return;
	object_tell(object);
	if (thread->ended >= 0) {
		event_fd_set(thread->ended);
		close(thread->ended);
	}
	object_put(object);
}

/* The thread ends. */
static void thread_end(void *data)
{
	struct thread *thread = data;
	thread_leave_t leave = atomic_load(&thread_leave);
	struct apc *apc, *next;

	if (leave)
		leave(thread);
	thread_announce(thread);
	for (apc = thread->apcs; apc; apc = next) {
		next = apc->next;
		free(apc);
	}
	if (thread->begun >= 0)
		close(thread->begun);
	if (atomic_load(&thread->alerted) >= 0)
		close(atomic_load(&thread->alerted));
	this_thread = NULL;
	free(thread);
}

/*
 * After fork() the child has the handles and nothing else: the requests, their
 * rings and the other threads are the parent's.
 */
static void thread_forked(void)
{
	atomic_store(&thread_lock, 0);
	threads = this_thread;
	if (!this_thread)
		return;
	this_thread->next = NULL;
	this_thread->id = gettid();
	this_thread->ring = NULL;
	if (this_thread->begun >= 0)
		close(this_thread->begun);
	this_thread->begun = -1;
	if (atomic_load(&this_thread->alerted) >= 0)
		close(atomic_load(&this_thread->alerted));
	atomic_store(&this_thread->alerted, -1);
}

static void thread_before_fork(void)
{
	lock_take(&thread_lock);
}

static void thread_after_fork(void)
{
	lock_drop(&thread_lock);
}

static void thread_init(void)
{
	pthread_key_create(&thread_key, thread_end);
	pthread_atfork(thread_before_fork, thread_after_fork, thread_forked);
}

struct thread *thread_new(void)
{
	struct thread *thread = calloc(1, sizeof(*thread));

	if (!thread)
		return NULL;
	thread->last_apc = &thread->apcs;
	thread->begun = -1;
	thread->ended = -1;
	atomic_store(&thread->call_fd, -1);
	atomic_store(&thread->alerted, -1);
	atomic_store(&thread->code, STILL_ACTIVE);
	return thread;
}

void thread_adopt(struct thread *thread)
{
	pthread_once(&thread_once, thread_init);
	thread->id = gettid();
	thread->pthread = pthread_self();
	this_thread = thread;
	pthread_setspecific(thread_key, thread);
	lock_take(&thread_lock);
	thread->next = threads;
	threads = thread;
	lock_drop(&thread_lock);
}

struct thread *thread_attach(void)
{
	struct thread *thread = thread_new();

	if (thread)
		thread_adopt(thread);
	return thread;
}

DWORD GetCurrentThreadId(void)
{
	struct thread *self = thread_self();

	return self ? self->id : gettid();
}

HANDLE GetCurrentThread(void)
{
	return (HANDLE)(LONG_PTR)-2;
}

