/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of libntio-win32 know of each other.
 *
 * A handle is a slot of a table, by the number of a descriptor; the slot leads
 * to an object, which duplicates share. Objects are never given back to the
 * allocator, so that who races with a close finds an object that is no longer
 * the slot's, and never freed memory.
 *
 * The kernel signals events and writes I/O status blocks itself: nothing here
 * need run when a request ends. Rings are looked at for what the kernel cannot
 * do: packets of ports, completion routines, and what requests hold.
 */
#ifndef NTIO_WIN32_FACE_H
#define NTIO_WIN32_FACE_H

#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/syscall.h>

#include <windows.h>
#include <winternl.h>

#include <ntio/ntio.h>
#include <ntio/uapi/ntio_handle.h>

/* Not in every libc that we build with. */
#define NTIO_ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* --- a lock of one word ------------------------------------------------------ */

typedef _Atomic(int) lock_t;		/* 0 free, 1 taken, 2 and waited for */

void lock_wait(lock_t *lock);
void lock_wake(lock_t *lock);

static inline void lock_take(lock_t *lock)
{
	int free = 0;

	if (!atomic_compare_exchange_strong_explicit(lock, &free, 1,
						     memory_order_acquire,
						     memory_order_relaxed))
		lock_wait(lock);
}

static inline void lock_drop(lock_t *lock)
{
	if (atomic_exchange_explicit(lock, 0, memory_order_release) == 2)
		lock_wake(lock);
}

/* --- objects ------------------------------------------------------------------- */

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

struct ring;
struct request;
struct thread;

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
 * @waiters: who waits for a request without an event, see overlapped.c
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
 * @after: in the list of all; @thread_lock
 */
struct port {
	struct port *after;
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
 * @kind: one of enum kind
 * @manual: an event that stays set until it is reset
 * @next: in the list of those that are nobody's
 */
struct object {
	_Atomic(unsigned int) refs;
	_Atomic(unsigned int) handles;
	_Atomic(enum kind) kind;
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

struct object *object_new(enum kind kind);
void object_free(struct object *object);
/* The descriptor is the handle's from now on; NULL: no memory, all is undone. */
HANDLE handle_new(struct object *object, int fd);
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

/* --- errors ----------------------------------------------------------------------- */

extern __thread DWORD last_error __attribute__((tls_model("initial-exec")));

static inline BOOL fail(DWORD error)
{
	last_error = error;
	return FALSE;
}

BOOL fail_status(uint32_t status);
BOOL fail_errno(int error);
DWORD error_of_errno(int error);
/* Of a read or write that the kernel answered with an errno. */
uint32_t status_of_errno(int error);

/* --- threads ------------------------------------------------------------------------ */

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

struct thread *thread_attach(void);

/* NULL: no memory. */
static inline struct thread *thread_self(void)
{
	return this_thread ?: thread_attach();
}

void apc_queue(struct thread *thread, struct apc *apc);
/* Runs what is there; false: there was nothing. */
bool apc_run(struct thread *thread);
bool apc_any(struct thread *thread);

/* --- requests ------------------------------------------------------------------------ */

/**
 * struct request - a request on its way, or a packet
 * @arg: the kernel's part; its address names the request
 * @next: in the list of packets, or of spare requests
 * @prev, @after: in the list of those in flight in @ring
 * @refs: whoever sent it, and the ring
 * @file: one reference of those that are in the list; else NULL
 * @fd: of the handle it was sent with
 * @issuer: thread that sent it; compared only
 * @apc: what to do at its end, or NULL
 * @key: of its packet
 * @context: of its packet
 * @iosb: what the program calls it by
 * @status, @information: of the packet
 * @packet: there is one, if the request is completed and nothing is skipped
 * @res: of the ring's entry
 * @done: the ring's entry was seen
 */
struct request {
	struct ntio_overlapped arg;
	struct request *next;
	struct request **prev;
	struct request *after;
	_Atomic(int) refs;
	int fd;
	struct object *file;
	struct ring *ring;
	pid_t issuer;
	bool packet;
	_Atomic(bool) done;
	int res;
	struct apc *apc;
	ULONG_PTR key;
	void *context;
	void *iosb;
	uint32_t status;
	ULONG_PTR information;
};

/**
 * struct ring - an io_uring
 * @submit: of the submission queue, and while it is submitted
 * @lock: of the completion queue and of @flying
 * @flying: requests whose entry has not been seen
 * @count: how many
 */
struct ring {
	int fd;
	lock_t submit;
	lock_t lock;
	_Atomic(unsigned int) *sq_tail;
	unsigned int *sq_array, sq_mask;
	_Atomic(unsigned int) *cq_head, *cq_tail;
	unsigned int cq_mask;
	struct io_uring_sqe *sqes;
	struct io_uring_cqe *cqes;
	void *map;
	size_t map_len, sqes_len;
	struct request *flying;
	_Atomic(unsigned int) count;
};

struct ring *ring_new(void);
void ring_free(struct ring *ring);
/* Nobody has it any more but the kernel: descriptor and memory go. */
void ring_abandon(struct ring *ring);
struct ring *ring_make_of_thread(struct thread *thread);

static inline struct ring *ring_of_thread(struct thread *thread)
{
	return thread->ring ?: ring_make_of_thread(thread);
}

/* Returns 0 or a negative errno; then the request is not the ring's. */
int ring_send(struct ring *ring, struct request *request);
/* The same, of the thread's own ring. */
int ring_send_own(struct ring *ring, struct request *request);
/* Into the list of those that can be found, and found no more. */
void ring_list(struct ring *ring, struct request *request,
	       struct object *file);
void ring_unlist(struct ring *ring, struct request *request);
/* Of the thread's own ring: the request's entry, if it is the only one. */
bool ring_take_only(struct ring *ring, struct request *request);
int ring_kick(struct ring *ring);
/* Sleeps until there is an entry, or @ms are over. */
void ring_sleep(struct ring *ring, DWORD ms);
/* What has ended, oldest first, linked by next; @ring->lock is held. */
struct request *ring_take(struct ring *ring);

static inline bool ring_has_entries(const struct ring *ring)
{
	return atomic_load_explicit(ring->cq_head, memory_order_relaxed) !=
	       atomic_load_explicit(ring->cq_tail, memory_order_acquire);
}

void event_fd_clear(int fd);
struct request *request_new(void);
void request_put(struct request *request);
uint32_t request_unsent(struct request *request, int rc);
void request_await_begin(struct request *request, struct thread *self,
			 struct port *port);
uint32_t request_returned(const struct request *request);
uint32_t request_send(struct request *request, struct thread *self,
		      struct object *file);
/* [2.36] Of a request with an event: the file is none meanwhile. */
static inline void file_is_no_event(struct file *file)
{
	if (atomic_load_explicit(&file->signalled, memory_order_relaxed) &&
	    atomic_exchange(&file->signalled, false))
		event_fd_clear(file->event);
}
void requests_give_all(struct thread *thread);
/* Its ring's entry was seen: does what is left. Packets go to @port. */
void request_end(struct request *request, struct port *port);
void thread_drain(struct thread *thread);
/* The thread ends: what it has in flight is cancelled [8.40]. */
void requests_forsake(struct thread *thread);
void calls_after_fork(void);

/**
 * struct io - what a caller asks for
 * @handle: of an open file
 * @file: its object
 * @kind: enum ntio_overlapped_kind
 * @offset: of a read or write; -1: where the position is
 * @event: or NULL
 * @iosb: or NULL
 * @context: of the packet; NULL: no packet [2.37]
 * @apc: taken, or freed
 */
struct io {
	int fd;
	struct object *file;
	uint32_t kind;
	DWORD code;
	const void *in;
	DWORD in_len;
	void *out;
	DWORD out_len;
	uint64_t offset;
	HANDLE event;
	void *iosb;
	void *context;
	struct apc *apc;
};

/* What NtDeviceIoControlFile and the others return. */
uint32_t io_start(struct io *io);
/* On a synchronous file, or where the caller does not want to go on. */
uint32_t io_wait(struct io *io, struct ntio_iosb *iosb, uint32_t *flags);
/* Either of these two. */
uint32_t io_send(struct io *io);
/* As io_start(), on a synchronous file or one that is no device. */
uint32_t io_start_and_end(struct io *io);
uint32_t plain_rw(struct io *io, struct ntio_iosb *iosb);

extern struct port *ports;
void port_free(struct port *port);
void port_close(struct port *port);
void port_push(struct port *port, struct request *request);
void port_drain(struct port *port);

/* Of an OVERLAPPED: the lowest bit of its event is a tag [2.46]. */
static inline HANDLE event_of(const OVERLAPPED *overlapped)
{
	return (HANDLE)((uintptr_t)overlapped->hEvent & ~(uintptr_t)1);
}

static inline void *context_of(OVERLAPPED *overlapped)
{
	return (uintptr_t)overlapped->hEvent & 1 ? NULL : overlapped;
}

/* The last error of a call that may go on. */
static inline BOOL io_answer(uint32_t status)
{
	if (status == STATUS_PENDING || !NT_SUCCESS(status))
		return fail_status(status);
	return TRUE;
}

static inline void call_enter(struct thread *self, struct object *file, int fd,
			      uint64_t tag)
{
	atomic_store_explicit(&self->call_file, file, memory_order_relaxed);
	atomic_store_explicit(&self->call_tag, tag, memory_order_relaxed);
	atomic_store_explicit(&self->call_fd, fd, memory_order_release);
}

static inline void call_leave(struct thread *self)
{
	atomic_store_explicit(&self->call_fd, -1, memory_order_relaxed);
}

/* Sends a control by ioctl() and waits; true: the answer is filled in. */
bool control_call(struct thread *self, struct object *file, int fd,
		  struct ntio_device_control *control);
uint32_t control_refused(int error);

/* --- events ------------------------------------------------------------------------- */

int event_fd_new(unsigned int count, int flags);
void event_fd_set(int fd);
void event_fd_clear(int fd);
/* False: another one took it. */
bool event_fd_take(int fd);

/* Until @fd can be read or a completion routine was called: then true. */
bool wait_fd_alertable(int fd, DWORD ms);
DWORD wait_for(HANDLE handle, DWORD ms, bool alertable);
uint64_t now_ms(void);

/* --- text ------------------------------------------------------------------------------ */

/* In memory of its own, or NULL and the last error. */
char *narrow(LPCWSTR text);
/* Of a path as Windows has it: '/' and no drive. */
bool path_of(LPCSTR name, char *path, size_t size);

/* printf() of Microsoft, as UTF-8 in memory of its own; NULL: no memory. */
char *format_text(const void *format, bool wide, va_list *arguments,
		  size_t *len);
/* Cut to @size with its end; what it would have taken without the end. */
size_t copy_narrow(char *to, size_t size, const char *text, size_t len);
size_t copy_wide(WCHAR *to, size_t size, const char *text);

#endif
