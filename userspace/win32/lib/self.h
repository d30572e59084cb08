/* SPDX-License-Identifier: GPL-2.0 */
/* The calling thread's own part, and where those of others are. */
#ifndef NTIO_WIN32_SELF_H
#define NTIO_WIN32_SELF_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <windows.h>
#include <winternl.h>

#include "lock.h"
#include "object.h"

/**
 * struct apc - what a thread does in its next alertable wait
 */
struct apc {
	struct apc *next;
	PAPCFUNC function;
	ULONG_PTR parameter;
	LPOVERLAPPED_COMPLETION_ROUTINE routine;
	PIO_APC_ROUTINE native;
	void *context;
	void *iosb;
	uint32_t status;
	ULONG_PTR information;
};

/**
 * struct thread - a thread of the program
 * @next: in the list of all; @thread_lock
 * @id: of the kernel
 * @handle: object whose eventfd is set when it ends, or NULL
 * @ring: of its requests without port, or NULL
 * @spare: requests for its next ones
 * @spares: how many
 * @begun: eventfd by which a worker of a ring says that it has begun
 * @call_fd: descriptor of the synchronous request it waits for, or -1
 * @call_file: file object of that
 * @call_tag: what names it
 * @call_asked: that call was asked to end. Who cancels sets it, and the thread
 *	clears it when it leaves the call, both under @thread_lock
 * @apc_lock: of the list of APCs
 * @apcs: oldest
 * @last_apc: where the next goes
 * @alerted: eventfd for others' APCs, or -1
 * @alertable: it may sleep, and wants to know of APCs
 */
struct thread {
	struct thread *next;
	pid_t id;
	pthread_t pthread;
	struct object *handle;
	int ended;
	_Atomic(DWORD) code;
	struct ring *ring;
	struct request *spare;
	int spares;
	int begun;
	_Atomic(int) call_fd;
	_Atomic(struct object *) call_file;
	_Atomic(uint64_t) call_tag;
	_Atomic(bool) call_asked;
	lock_t apc_lock;
	struct apc *apcs;
	struct apc **last_apc;
	_Atomic(int) alerted;
	_Atomic(bool) alertable;
	LPTHREAD_START_ROUTINE start;
	void *parameter;
	_Atomic(int) gate;
	bool gone;
};

extern lock_t thread_lock;
extern struct thread *threads;
extern __thread struct thread *this_thread
	__attribute__((tls_model("initial-exec")));

struct thread *thread_new(void);
/* The calling thread is @thread from now on. */
void thread_adopt(struct thread *thread);
struct thread *thread_attach(void);

typedef void (*thread_leave_t)(struct thread *thread);

/* What @leave does belongs to the end of every thread. */
void thread_at_end(thread_leave_t leave);

/* NULL: no memory. */
static inline struct thread *thread_self(void)
{
	return this_thread ?: thread_attach();
}

static inline void call_enter(struct thread *self, struct object *file, int fd,
			      uint64_t tag)
{
	atomic_store_explicit(&self->call_file, file, memory_order_relaxed);
	atomic_store_explicit(&self->call_tag, tag, memory_order_relaxed);
	atomic_store_explicit(&self->call_fd, fd, memory_order_release);
}

/* The rest of call_leave(), of a call that was asked to end. */
void call_left(struct thread *self);

/*
 * Either who cancels sees that the call has ended, or the thread sees that it
 * is asked to end, and waits: its next call may have the same name.
 */
static inline void call_leave(struct thread *self)
{
	atomic_store(&self->call_fd, -1);
	if (atomic_load(&self->call_asked))
		call_left(self);
}

#endif
