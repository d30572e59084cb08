// SPDX-License-Identifier: GPL-2.0
/* Threads: those that are made here, and any other that uses a call. */
#include <linux/futex.h>
#include <sched.h>

#include "face.h"

lock_t thread_lock;
struct thread *threads;
__thread struct thread *this_thread __attribute__((tls_model("initial-exec")));

static pthread_key_t thread_key;
static pthread_once_t thread_once = PTHREAD_ONCE_INIT;

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
	struct apc *apc, *next;

	requests_forsake(thread);
	requests_give_all(thread);
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
	struct port *port;

	atomic_store(&thread_lock, 0);
	for (port = ports; port; port = port->after) {
		ring_abandon(port->ring);
		atomic_store(&port->closed, true);
	}
	threads = this_thread;
	if (!this_thread)
		return;
	this_thread->next = NULL;
	this_thread->id = gettid();
	if (this_thread->ring)
		ring_abandon(this_thread->ring);
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

static struct thread *thread_new(void)
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

static void thread_adopt(struct thread *thread)
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

static long thread_futex(_Atomic(int) *word, int op, int value)
{
	return syscall(SYS_futex, word, op | FUTEX_PRIVATE_FLAG, value, NULL,
		       NULL, 0);
}

static void *thread_main(void *data)
{
	struct thread *thread = data;

	thread_adopt(thread);
	atomic_fetch_or(&thread->gate, 2);		/* id is there */
	thread_futex(&thread->gate, FUTEX_WAKE, 1);
	while (atomic_load(&thread->gate) & 1)
		thread_futex(&thread->gate, FUTEX_WAIT, 3);
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
		CloseHandle(handle);
		fail(ERROR_NO_SYSTEM_RESOURCES);
		return NULL;
	}
	while (!(atomic_load(&thread->gate) & 2))
		thread_futex(&thread->gate, FUTEX_WAIT, 1);
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
	struct object *object = thread ? object_new(K_THREAD) : NULL;
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
		thread_futex(&object->thread->gate, FUTEX_WAKE, 1);
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

HANDLE GetCurrentThread(void)
{
	return (HANDLE)(LONG_PTR)-2;
}

DWORD GetCurrentThreadId(void)
{
	struct thread *self = thread_self();

	return self ? self->id : gettid();
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
	object = object_new(K_PROCESS);
	if (object)
		return handle_new(object, fd);
	close(fd);
	return NULL;
}

VOID ExitProcess(UINT code)
{
	exit(code);
}

/* --- what a thread does in its alertable waits ---------------------------------- */

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
