// SPDX-License-Identifier: GPL-2.0
/* Threads and processes, as objects. */
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "error.h"
#include "eventfd.h"
#include "object.h"
#include "self.h"

static void *thread_main(void *data)
{
	struct thread *thread = data;

	thread_adopt(thread);
	atomic_fetch_or(&thread->gate, 2);		/* id is there */
	word_wake(&thread->gate);
	while (atomic_load(&thread->gate) & 1)
		word_wait(&thread->gate, 3);
	atomic_store(&thread->code, thread->start(thread->parameter));
	return NULL;
}

static bool thread_start(struct thread *thread, SIZE_T stack)
{
	pthread_attr_t attr;
	pthread_t id;
	int rc;

	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	if (stack > 65536)
		pthread_attr_setstacksize(&attr, stack);
	rc = pthread_create(&id, &attr, thread_main, thread);
	pthread_attr_destroy(&attr);
	return !rc;
}

/* Suspended until it has its name, and longer if that is wanted. */
static HANDLE thread_run(struct thread *thread, HANDLE handle, SIZE_T stack,
			 DWORD flags, LPDWORD id)
{
	atomic_store(&thread->gate, 1);
	if (!thread_start(thread, stack)) {
		close(thread->ended);
		object_put(thread->handle);
		free(thread);
		handle_close(handle, K_THREAD);
		fail(ERROR_NO_SYSTEM_RESOURCES);
		return NULL;
	}
	while (!(atomic_load(&thread->gate) & 2))
		word_wait(&thread->gate, 1);
	if (id)
		*id = thread->id;
	if (!(flags & CREATE_SUSPENDED))
		ResumeThread(handle);
	return handle;
}

HANDLE CreateThread(LPSECURITY_ATTRIBUTES security, SIZE_T stack,
		    LPTHREAD_START_ROUTINE start, LPVOID parameter, DWORD flags,
		    LPDWORD id)
{
	struct thread *thread = thread_new();
	struct object *object = thread ? object_new(K_THREAD, NULL) : NULL;
	HANDLE handle;

	(void)security;
	if (!object) {
		free(thread);
		fail(ERROR_NOT_ENOUGH_MEMORY);
		return NULL;
	}
	thread->start = start;
	thread->parameter = parameter;
	thread->handle = object;
	thread->ended = event_fd_new(0, 0);
	object->thread = thread;
	object_hold(object);			/* the thread's */
	handle = handle_new(object, fcntl(thread->ended, F_DUPFD_CLOEXEC, 0));
	if (handle)
		return thread_run(thread, handle, stack, flags, id);
	close(thread->ended);
	object_put(object);
	free(thread);
	return NULL;
}

DWORD ResumeThread(HANDLE handle)
{
	struct object *object = object_get(handle, K_THREAD);
	DWORD before = 0;

	if (!object) {
		fail(ERROR_INVALID_HANDLE);
		return -1;
	}
	lock_take(&thread_lock);
	if (object->thread) {
		before = atomic_fetch_and(&object->thread->gate, ~1) & 1;
		word_wake(&object->thread->gate);
	}
	lock_drop(&thread_lock);
	object_put(object);
	return before;
}

VOID ExitThread(DWORD code)
{
	struct thread *self = thread_self();

	if (self)
		atomic_store(&self->code, code);
	pthread_exit(NULL);
}

BOOL GetExitCodeThread(HANDLE handle, LPDWORD code)
{
	struct object *object = object_get(handle, K_THREAD);

	if (!object)
		return fail(ERROR_INVALID_HANDLE);
	lock_take(&thread_lock);
	*code = object->thread ? STILL_ACTIVE : (DWORD)object->most;
	lock_drop(&thread_lock);
	object_put(object);
	return TRUE;
}

BOOL SetThreadPriority(HANDLE handle, int priority)
{
	struct object *object = NULL;

	(void)priority;
	if (handle != GetCurrentThread()) {
		object = object_get(handle, K_THREAD);
		if (!object)
			return fail(ERROR_INVALID_HANDLE);
		object_put(object);
	}
	return TRUE;
}

/* The mask before, or 0 and the last error. */
static DWORD_PTR set_affinity(pthread_t thread, DWORD_PTR mask)
{
	cpu_set_t cpus;
	DWORD_PTR before = 0;
	int i, rc;

	rc = pthread_getaffinity_np(thread, sizeof(cpus), &cpus);
	for (i = 0; !rc && i < 64; i++)
		before |= CPU_ISSET(i, &cpus) ? (DWORD_PTR)1 << i : 0;
	CPU_ZERO(&cpus);
	for (i = 0; i < 64; i++)
		if (mask >> i & 1)
			CPU_SET(i, &cpus);
	if (!rc)
		rc = pthread_setaffinity_np(thread, sizeof(cpus), &cpus);
	if (rc)
		fail(ERROR_INVALID_PARAMETER);
	return rc ? 0 : before;
}

DWORD_PTR SetThreadAffinityMask(HANDLE handle, DWORD_PTR mask)
{
	struct object *object;
	DWORD_PTR before = 0;

	if (handle == GetCurrentThread())
		return set_affinity(pthread_self(), mask);
	object = object_get(handle, K_THREAD);
	if (!object)
		return fail(ERROR_INVALID_HANDLE);
	lock_take(&thread_lock);
	if (object->thread)
		before = set_affinity(object->thread->pthread, mask);
	lock_drop(&thread_lock);
	object_put(object);
	return before;
}

HANDLE GetCurrentProcess(void)
{
	return (HANDLE)(LONG_PTR)-1;
}

DWORD GetCurrentProcessId(void)
{
	return getpid();
}

DWORD GetCurrentProcessorNumber(void)
{
	return sched_getcpu();
}

HANDLE OpenProcess(DWORD access, BOOL inherit, DWORD id)
{
	int fd = syscall(SYS_pidfd_open, id, 0);
	struct object *object;

	(void)access;
	if (fd < 0) {
		fail(errno == ESRCH ? ERROR_INVALID_PARAMETER :
				      error_of_errno(errno));
		return NULL;
	}
	if (inherit)
		fcntl(fd, F_SETFD, 0);
	object = object_new(K_PROCESS, NULL);
	if (object)
		return handle_new(object, fd);
	close(fd);
	return NULL;
}

VOID ExitProcess(UINT code)
{
	exit(code);
}
