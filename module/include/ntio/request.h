/* SPDX-License-Identifier: GPL-2.0 */
/* A request on its way through a stack of drivers (Windows: IRP). */
#ifndef NTIO_REQUEST_H
#define NTIO_REQUEST_H

#include <linux/completion.h>
#include <linux/export.h>
#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "mdl.h"
#include "types.h"

struct ntio_caller;
struct ntio_control;
struct ntio_device;
struct ntio_file;
struct ntio_layer;
struct ntio_origin;
struct ntio_request;
struct ntio_request_ops;
struct ntio_queue;
struct ntio_transfer;
struct ntio_verification;

/**
 * DOC: Contexts
 *
 * The functions below say where they may be called:
 *
 *  - Any: everywhere, hard interrupts and raw spin locks included.
 *  - Any but hard interrupts: also under spin locks, in timers and tasklets;
 *    and where the kernel is not a real-time one (CONFIG_PREEMPT_RT), in hard
 *    interrupts as well. They take a spin lock, which may sleep on real-time
 *    kernels.
 *  - May sleep: in a thread that holds no spin lock.
 */

/* Most devices that can be attached on top of each other. */
#define NTIO_STACK_MAX 8

/**
 * enum ntio_major - what is asked for, by Windows' numbers [1.16]
 * @NTIO_MAJOR_CREATE: an open, only of devices that ask for such requests
 *	(IRP_MJ_CREATE)
 * @NTIO_MAJOR_CLOSE: the last reference is gone, likewise (IRP_MJ_CLOSE)
 * @NTIO_MAJOR_READ: read(2) (IRP_MJ_READ)
 * @NTIO_MAJOR_WRITE: write(2) (IRP_MJ_WRITE)
 * @NTIO_MAJOR_DEVICE_CONTROL: a control code (IRP_MJ_DEVICE_CONTROL)
 * @NTIO_MAJOR_CLEANUP: the last handle is closed, as @NTIO_MAJOR_CREATE
 *	(IRP_MJ_CLEANUP)
 */
enum ntio_major {
	NTIO_MAJOR_CREATE = 0x00,
	NTIO_MAJOR_CLOSE = 0x02,
	NTIO_MAJOR_READ = 0x03,
	NTIO_MAJOR_WRITE = 0x04,
	NTIO_MAJOR_DEVICE_CONTROL = 0x0e,
	NTIO_MAJOR_CLEANUP = 0x12,
};

/**
 * typedef ntio_completion_t - completion routine (Windows: IO_COMPLETION_ROUTINE)
 * @device: the device whose driver set the routine
 * @rq: the request; its parameters are those of @device again, and
 *	ntio_request::status and information are the outcome so far, which the
 *	routine may change
 * @context: what was given with the routine
 *
 * @device and its module stay until the routine has returned, whatever becomes
 * of the request meanwhile.
 *
 * Context: Whatever context the driver below completed in; must not sleep
 *	unless that driver is known to complete where sleeping is allowed.
 * Return: STATUS_SUCCESS to continue the completion upwards, or
 *	STATUS_MORE_PROCESSING_REQUIRED to stop it: the request belongs to
 *	@device's driver again, which completes it later [8.8].
 */
typedef ntstatus_t (*ntio_completion_t)(struct ntio_device *device,
					struct ntio_request *rq, void *context);

/* When a completion routine is wanted [8.7]. */
#define NTIO_ON_SUCCESS 0x40
#define NTIO_ON_ERROR 0x80
#define NTIO_ON_CANCEL 0x20
#define NTIO_ON_ANY (NTIO_ON_SUCCESS | NTIO_ON_ERROR | NTIO_ON_CANCEL)

/**
 * typedef ntio_cancel_t - cancel routine (Windows: DRIVER_CANCEL)
 * @device: the device that has the request
 * @rq: the request; it is the routine's to complete, with STATUS_CANCELLED and
 *	no information, or not, if the driver has other plans for it
 *
 * Called once at most, by whoever cancels, after it was taken back from the
 * request: the driver's other code finds that in ntio_set_cancel(). @device and
 * its module stay until the routine has returned. No lock is held, unless the
 * device has an ntio_device::cancel_lock: then that is held, and the routine
 * gives it back with ntio_release_cancel_lock().
 *
 * Context: Any; must not sleep.
 */
typedef void (*ntio_cancel_t)(struct ntio_device *device,
			      struct ntio_request *rq);

/**
 * struct ntio_params - what a driver is asked for (Windows: the Parameters of
 * an IO_STACK_LOCATION)
 * @major: enum ntio_major
 * @code: control code (Windows: Parameters.DeviceIoControl.IoControlCode)
 * @in_len: length of the first buffer (Windows: InputBufferLength)
 * @out_len: length of the second buffer (Windows: OutputBufferLength)
 * @length: bytes to read or write (Windows: Parameters.Read.Length)
 * @offset: where to, in bytes (Windows: Parameters.Read.ByteOffset)
 */
struct ntio_params {
	enum ntio_major major;
	u32 code;
	u32 in_len;
	u32 out_len;
	u32 length;
	u64 offset;
};

/**
 * struct ntio_request - a request (Windows: IRP)
 * @device: the device whose driver has it now
 * @file: the open file it was sent on (Windows: FileObject); NULL: a driver
 *	made it without one
 * @params: what this driver is asked for, its stack location
 * @major: the same as the member of @params, and so are the next ones
 * @code: control code
 * @in_len: length of the first buffer
 * @out_len: length of the second buffer
 * @length: bytes to read or write
 * @offset: where to, in bytes
 * @system_buffer: kernel copy of the first buffer; for BUFFERED codes it has
 *	the larger of both lengths, zero behind the input, and the driver
 *	answers in it. NULL if there is nothing to hold, and for NEITHER. Reads
 *	and writes of a buffered device use it the same way. The next request
 *	may have the same memory, so its pages are not given to anybody.
 *	(Windows: AssociatedIrp.SystemBuffer)
 * @mdl: the locked second buffer of a DIRECT code, the locked buffer of a read
 *	or write of a direct device, or what the highest driver attached by
 *	ntio_request_add_mdl(); NULL if there is none, and for length 0
 *	(Windows: MdlAddress)
 * @status: outcome; meaningful in completion routines
 * @information: number of bytes or what the code defines; likewise
 * @pending_returned: in a completion routine: a driver below has marked the
 *	request pending (Windows: PendingReturned)
 * @context: for the driver that owns the request
 *
 * Holds kernel buffers and locked pages, never an address of the caller: it
 * may travel to workers, lower drivers and other contexts. A driver owns the
 * request from the call of its handler until it completes it or gives it to
 * the driver below, and must not touch it after that [8.3]. All buffers belong
 * to the core.
 */
struct ntio_request {
	struct ntio_device *device;
	struct ntio_file *file;
	union {
		struct ntio_params params;
		struct {
			enum ntio_major major;
			u32 code;
			u32 in_len;
			u32 out_len;
			u32 length;
			u64 offset;
		};
	};
	void *system_buffer;
	struct ntio_mdl *mdl;
	ntstatus_t status;
	u64 information;
	bool pending_returned;
	void *context;
	/* private: see request/request.c and request/stack.c */
	bool next_ready;
	bool passed_down;
	bool never_pends;
	bool may_copy;
	u8 current_location;
	u8 nr_locations;
	u32 reason;
	u64 detail;
	u32 buffer_in_len;
	u32 buffer_out_len;
	u32 generation;
	atomic_t phase;
	unsigned long state;
	refcount_t refs;
	const struct ntio_request_ops *ops;
	struct task_struct *dispatcher;
	struct ntio_device *held;
	const struct ntio_layer *layer;
	const struct ntio_transfer *transfer;
	const struct ntio_control *control;
	struct ntio_device *control_device;
	struct ntio_origin *origin;
	struct ntio_verification *verification;
	ntio_cancel_t cancel_routine;
	unsigned long cancel_irq_flags;
	struct list_head queue_entry;
	struct ntio_queue *queue;
	struct ntio_mdl *owned_mdls;
	/* Not initialised from here on, until it is used. */
	struct completion done;
	/* Stays with the memory of the request, when that serves the next one. */
	void *layer_bytes;
	struct work_struct work;
	struct ntio_mdl mdl_storage;
	struct ntio_page_set pages_storage;
	/*
	 * private: one more than the stack has devices: the last one is what a
	 * driver at the bottom prepares for nobody. Only those up to
	 * current_location are initialised.
	 */
	struct ntio_location {
		struct ntio_params params;
		struct ntio_device *device;
		ntio_completion_t routine;
		void *context;
		u32 when;
		u32 generation;
		bool pending;
		bool forwarded;
		u8 index;
		struct work_struct work;
		void (*work_fn)(struct ntio_request *rq);
	} locations[];
};

static_assert(offsetof(struct ntio_request, offset) ==
	      offsetof(struct ntio_request, params.offset));

/**
 * ntio_layer_bytes() - what a layer has in a request
 * @rq: the request
 *
 * They stay until the request is freed, some time after ntio_layer::release was
 * called. (Windows: nothing; DriverContext of an IRP comes near)
 *
 * Context: Any.
 * Return: ntio_layer::size bytes; NULL: no device of the stack has a layer.
 */
static inline void *ntio_layer_bytes(const struct ntio_request *rq)
{
	return rq->layer_bytes;
}

/**
 * ntio_complete() - end a request (Windows: IoCompleteRequest)
 * @rq: the request; not touched by the driver any more
 * @status: its outcome
 * @information: number of bytes transferred, or what the control code defines.
 *	For buffered requests that many bytes of the system buffer are copied to
 *	the caller unless @status is an error [2.23]; more than the output
 *	holds is the driver's mistake: it is clamped and reported [2.24].
 *
 * Runs the completion routines of the drivers above, from below to the top,
 * and ends the request unless one of them stops it. Completing twice is
 * reported and ignored.
 *
 * Context: Any; does not sleep, if no completion routine does.
 * Return: @status, so that a handler can return it.
 */
ntstatus_t ntio_complete(struct ntio_request *rq, ntstatus_t status,
			 u64 information);

/**
 * ntio_refuse() - end a request with an error, and say why
 * @rq: the request
 * @status: its outcome
 * @reason: which rule said no
 *
 * ntio_complete() with no information and a reason for the caller.
 *
 * Context: Any; does not sleep.
 * Return: @status.
 */
ntstatus_t ntio_refuse(struct ntio_request *rq, ntstatus_t status,
		       enum ntio_reason reason);

/**
 * ntio_mark_pending() - say that the request will end later
 * @rq: the request
 *
 * Before the request becomes visible to whoever will complete it; the handler
 * must return STATUS_PENDING then [8.1]. In a completion routine: passes
 * ntio_request::pending_returned on [8.9]. (Windows: IoMarkIrpPending)
 *
 * A row that says ntio_control::never_pends may not; that is reported.
 *
 * Context: The handler or completion routine of the driver that owns @rq.
 */
void ntio_mark_pending(struct ntio_request *rq);

/**
 * ntio_next_params() - what the driver below will be asked for
 * @rq: the request, owned by a driver that has a device below
 *
 * The first call copies this driver's parameters; change them before
 * ntio_forward(). (Windows: IoCopyCurrentIrpStackLocationToNext and
 * IoGetNextIrpStackLocation)
 *
 * Return: the parameters of the next location, valid until ntio_forward().
 */
struct ntio_params *ntio_next_params(struct ntio_request *rq);

/**
 * ntio_set_completion() - be told when the drivers below are done
 * @rq: the request, to be given to ntio_forward() next
 * @routine: called when it is completed
 * @context: for @routine
 * @when: NTIO_ON_SUCCESS, NTIO_ON_ERROR, NTIO_ON_CANCEL; any that applies
 *	suffices [8.7]
 *
 * (Windows: IoSetCompletionRoutine)
 */
void ntio_set_completion(struct ntio_request *rq, ntio_completion_t routine,
			 void *context, u32 when);

/**
 * ntio_forward() - give the request to the device below (Windows: IoCallDriver)
 * @rq: the request; not touched by the driver any more, unless its completion
 *	routine gets it back
 *
 * The drivers below run in no particular context: they are given no caller
 * token, and a code that needs one is refused there (R4). Forwarding past the
 * bottom is reported, and ends the request with
 * STATUS_INVALID_DEVICE_REQUEST.
 *
 * Context: as the handlers below need; may sleep if they do.
 * Return: what the handler below returned. Return it unchanged, or
 *	STATUS_PENDING after ntio_mark_pending().
 */
ntstatus_t ntio_forward(struct ntio_request *rq);

/**
 * ntio_skip() - give the request to the device below and take no further part
 * @rq: the request; not touched by the driver any more
 *
 * As ntio_forward(), in the same stack location: no completion routine, no
 * changed parameters, not marked pending. (Windows:
 * IoSkipCurrentIrpStackLocation and IoCallDriver, [8.10])
 *
 * Return: what the handler below returned. Return it unchanged.
 */
ntstatus_t ntio_skip(struct ntio_request *rq);

/**
 * struct ntio_make - a request that a driver makes
 * @params: what is asked for: of a device control the code and both lengths, of
 *	a read or write length and offset
 * @file: ntio_request::file; its create has ended and its close has not begun.
 *	None can be made once the last reference to the file is gone, where
 *	cleanup may come as late as that. NULL: none, and drivers that look at
 *	it must know that.
 * @in: kernel memory: the first buffer, or what is to be written; copied
 * @out: kernel memory: the second buffer, or where to read to. What the drivers
 *	have for it is copied from here where the method is a DIRECT one, and
 *	copied back when the request has ended: of a BUFFERED code as much as
 *	the drivers say, of an OUT_DIRECT one all.
 *
 * A NEITHER code has no buffers: its in-caller handler refuses what comes
 * without a caller.
 */
struct ntio_make {
	struct ntio_params params;
	struct ntio_file *file;
	const void *in;
	void *out;
};

struct ntio_request *__ntio_make_request(struct ntio_device *device,
					 const struct ntio_make *make,
					 struct module *maker);

/**
 * ntio_make_request() - make a request for a device
 * @device: where it will be sent to, and not to what is attached on top;
 *	registered, and held by the maker: its lower device or one of its own
 * @make: what is asked for; not needed any more after
 *
 * The request belongs to the maker, who sends it once, or not at all, and frees
 * it. Until then it holds @device, its file and the maker's module, which
 * cannot be unloaded before. (Windows: IoBuildDeviceIoControlRequest,
 * IoBuildAsynchronousFsdRequest, IoAllocateIrp, [8.13])
 *
 * Context: May sleep.
 * Return: the request; NULL: no memory, a buffer is longer than the module
 *	allows, or the maker's module is being unloaded.
 */
#define ntio_make_request(device, make) \
	__ntio_make_request(device, make, THIS_MODULE)

/**
 * typedef ntio_ended_t - a request that was sent has ended
 * @rq: the request; ntio_request::status and information are the outcome, and
 *	what was asked for is in the maker's memory
 * @context: for @ended
 *
 * May free the request.
 *
 * Context: Whatever context the driver completed in, or the sender's; must not
 *	sleep.
 */
typedef void (*ntio_ended_t)(struct ntio_request *rq, void *context);

/**
 * ntio_send() - send a request and go on (Windows: IoCallDriver)
 * @rq: from ntio_make_request(), not sent yet
 * @ended: called when it has ended, in any case, but never before the handler
 *	at the top has returned; NULL: nobody wants to know
 * @context: for @ended
 *
 * Lengths are checked as a caller's are; and a device that was unregistered
 * meanwhile gets nothing, the request ends with STATUS_DELETE_PENDING. The
 * maker's memory stays until the request has ended. To ask for its end:
 * ntio_cancel().
 *
 * Context: as the handlers need; may sleep if they do.
 * Return: what the handler returned.
 */
ntstatus_t ntio_send(struct ntio_request *rq, ntio_ended_t ended,
		     void *context);

/**
 * ntio_send_and_wait() - send a request and wait for its end
 * @rq: from ntio_make_request(), not sent yet
 * @information: its number of bytes
 *
 * Can be frozen, and does not count as load. If the thread is killed the
 * request is cancelled; if its driver does not give it back then, it goes on,
 * and nothing is written to the maker's memory. A thread that is being killed
 * already does not wait at all. (Windows: KeWaitForSingleObject on the event of
 * IoBuildDeviceIoControlRequest, [8.13])
 *
 * Context: May sleep. Not in a worker of the device that is to answer, if its
 *	workers may all wait like this.
 * Return: the status; STATUS_CANCELLED with no information also where the
 *	thread is being killed.
 */
ntstatus_t ntio_send_and_wait(struct ntio_request *rq, u64 *information);

/**
 * ntio_free_request() - the maker does not need a request any more
 * @rq: from ntio_make_request(), sent or not; not touched by the maker after
 *
 * One that has not ended goes on, and its end is still told.
 * (Windows: IoFreeIrp)
 *
 * Context: Any.
 */
void ntio_free_request(struct ntio_request *rq);

/* Most workers of a device that run at a time. */
#define NTIO_WORKERS 512

/**
 * ntio_queue_work() - go on with a request in a worker
 * @rq: the request; owned by @work from now on
 * @work: called in a kernel thread, with no process' address space. Completes
 *	the request, or forwards it.
 *
 * Marks the request pending. Module, device, file and pages stay alive until
 * @work has returned, even if the caller is killed. The worker sees the system
 * buffer and the locked pages; there is no way to the caller's addresses but
 * ntio_attach(). (Windows: IoQueueWorkItem)
 *
 * Every device has workers of its own, %NTIO_WORKERS at most at a time: those
 * of one device never wait for another's, and a worker may wait for requests
 * that it forwards. Requests of one device that wait in more workers than that
 * for another request of the same device wait for ever.
 *
 * Context: Any.
 * Return: STATUS_PENDING, for the handler to return; or the status of a request
 *	that may not pend, which is completed.
 */
ntstatus_t ntio_queue_work(struct ntio_request *rq,
			   void (*work)(struct ntio_request *rq));

/**
 * ntio_request_add_mdl() - let locked pages travel with a request
 * @rq: the request
 * @mdl: from ntio_mdl_alloc(), locked; belongs to the core from now on, which
 *	unlocks and frees it when the request has ended [5.10]
 *
 * Becomes ntio_request::mdl, or the end of its chain. This is how the highest
 * driver of a stack serves the direct drivers below (R6, [7.7]). Pages that
 * were locked with NTIO_LOCK_SHORT may not travel with a request that may pend;
 * that is reported.
 */
void ntio_request_add_mdl(struct ntio_request *rq, struct ntio_mdl *mdl);

/**
 * ntio_set_cancel() - install or remove the cancel routine
 * @rq: the request, owned by the driver
 * @routine: called if the request is cancelled; NULL removes
 *
 * After installing, look at ntio_is_cancelled(): the cancellation may have come
 * before. To complete normally, remove it first: if there was none to remove,
 * the cancel routine has the request or will have it [8.26].
 * (Windows: IoSetCancelRoutine)
 *
 * Context: Any.
 * Return: the routine that was there, or NULL.
 */
ntio_cancel_t ntio_set_cancel(struct ntio_request *rq, ntio_cancel_t routine);

/**
 * ntio_release_cancel_lock() - in a cancel routine of a device with a cancel
 * lock: give it back
 * @rq: the request, not completed yet
 *
 * (Windows: IoReleaseCancelSpinLock with Irp->CancelIrql, [8.25])
 */
void ntio_release_cancel_lock(struct ntio_request *rq);

/**
 * ntio_is_cancelled() - whether somebody wants the request to end
 * @rq: the request (Windows: Irp->Cancel)
 */
bool ntio_is_cancelled(const struct ntio_request *rq);

/**
 * ntio_cancel() - ask for the end of a request
 * @rq: the request; the caller makes sure that it lives
 *
 * (Windows: IoCancelIrp, [8.24])
 *
 * Context: Any.
 * Return: whether a cancel routine was called. If not, the request may still be
 *	cancelled later: it stays marked.
 */
bool ntio_cancel(struct ntio_request *rq);

/**
 * struct ntio_queue - requests that wait in a driver (Windows: IO_CSQ)
 *
 * Cancellation is the queue's business: a request that is taken out is the
 * driver's and cannot be cancelled any more, one that is cancelled is never
 * taken out.
 *
 * Its memory stays until every request that was inserted has ended: the thread
 * that cancels one unlocks the queue before it completes the request.
 */
struct ntio_queue {
	/* private: protects the others and ntio_request::queue_entry */
	spinlock_t lock;
	struct list_head entries;
	unsigned int count;
};

/**
 * ntio_queue_init() - make an empty queue
 * @queue: in the driver's memory
 */
void ntio_queue_init(struct ntio_queue *queue);

/**
 * ntio_queue_insert() - let a request wait
 * @queue: where, at the end
 * @rq: the request, owned by the driver; not touched by it any more until it
 *	is taken out
 *
 * Marks the request pending. If it is cancelled, now or later, it is completed
 * with STATUS_CANCELLED. (Windows: IoCsqInsertIrp, [8.27])
 *
 * Context: Any but hard interrupts.
 * Return: STATUS_PENDING, for the handler to return; or the status of a request
 *	that may not pend, which is completed.
 */
ntstatus_t ntio_queue_insert(struct ntio_queue *queue,
			     struct ntio_request *rq);

/**
 * ntio_queue_remove() - take the first request out
 * @queue: where
 * @file: only requests of this open file; NULL: of any
 *
 * (Windows: IoCsqRemoveNextIrp)
 *
 * Context: Any but hard interrupts.
 * Return: the request, the driver's to complete; NULL if there is none.
 */
struct ntio_request *ntio_queue_remove(struct ntio_queue *queue,
				       const struct ntio_file *file);

/**
 * ntio_queue_cancel() - cancel what waits
 * @queue: where
 * @file: only requests of this open file; NULL: of any
 * @status: what they are completed with, usually STATUS_CANCELLED
 *
 * What a driver does in its cleanup, and before it removes its device.
 *
 * Context: Any but hard interrupts.
 */
void ntio_queue_cancel(struct ntio_queue *queue, const struct ntio_file *file,
		       ntstatus_t status);

/**
 * ntio_queue_count() - how many requests wait
 * @queue: where
 *
 * Context: Any but hard interrupts.
 * Return: their number, which may be another one already.
 */
unsigned int ntio_queue_count(struct ntio_queue *queue);

#endif
