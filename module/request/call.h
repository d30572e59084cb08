/* SPDX-License-Identifier: GPL-2.0 */
/* The request as the core sees it, and the caller's side of it. */
#ifndef NTIO_REQUEST_CALL_H
#define NTIO_REQUEST_CALL_H

#include <linux/fs.h>
#include <linux/slab.h>

#include <ntio/device.h>

struct eventfd_ctx;
struct io_uring_cmd;

/**
 * enum ntio_phase - where the caller of a request is, ntio_request::phase
 * @NTIO_PHASE_DISPATCHED: it has given the request to the drivers, and will
 *	look whether it has ended
 * @NTIO_PHASE_WAITED: it sleeps on ntio_request::done
 * @NTIO_PHASE_DETACHED: it was called away from its wait by a signal; it comes
 *	back, or somebody gives the request up for it
 * @NTIO_PHASE_PARKED: it went on; ntio_request_ops::ended is called at the end
 * @NTIO_PHASE_ABANDONED: it is gone, and nobody is told
 * @NTIO_PHASE_ENDED: completion has reached the top; the outcome may be read
 *
 * The thread that completes the request sets ENDED, and does what the phase
 * before asks for: by xchg, unless it is the caller's own thread, which has not
 * looked. The caller changes it by cmpxchg, which fails if the request has ended
 * meanwhile.
 */
enum ntio_phase {
	NTIO_PHASE_DISPATCHED,
	NTIO_PHASE_WAITED,
	NTIO_PHASE_DETACHED,
	NTIO_PHASE_PARKED,
	NTIO_PHASE_ABANDONED,
	NTIO_PHASE_ENDED,
};

/**
 * struct ntio_request_ops - what a caller that went on wants to be told
 * @ended: completion has reached the top. Any context. Has the caller's
 *	reference to the request.
 */
struct ntio_request_ops {
	void (*ended)(struct ntio_request *rq);
};

/**
 * enum ntio_call_kind - what a caller does
 */
enum ntio_call_kind {
	NTIO_CALL_CONTROL,
	NTIO_CALL_READ,
	NTIO_CALL_WRITE,
};

/**
 * struct ntio_process - what a process has in flight on an open file
 * @list: in ntio_inflight::processes
 * @mm: its address space, whose structure is held
 * @requests: those of rings
 * @calls: those that system calls wait for
 */
struct ntio_process {
	struct list_head list;
	struct mm_struct *mm;
	struct list_head requests;
	struct list_head calls;
};

/**
 * struct ntio_entry - a request that can be named while it is in flight
 * @list: in ntio_process::requests or ::calls; of memory that is kept for the
 *	next request, in ntio_inflight::spares
 * @name: in ntio_inflight::names, if it is one of the requests
 * @tag: address of the caller's structure, or of the buffer of a read or write
 * @process: whose it is; NULL: not in flight, or a mark in the list
 * @issuer: the thread that asked for it; one reference
 * @kind: what it asked for
 * @detached: its thread is called away from its wait
 * @owner: the descriptor table of that thread
 *
 * Protected by ntio_inflight::lock.
 */
struct ntio_entry {
	struct list_head list;
	struct hlist_node name;
	u64 tag;
	struct ntio_process *process;
	struct pid *issuer;
	enum ntio_call_kind kind;
	bool detached;
	fl_owner_t owner;
};

/*
 * Memory that is used once more, or is part of something larger, hides from
 * KASAN and KMSAN who uses it too late or beyond its end.
 */
#define NTIO_REUSES_MEMORY \
	(!IS_ENABLED(CONFIG_KASAN) && !IS_ENABLED(CONFIG_KMSAN))

/**
 * struct ntio_told - whom else a request of a ring tells
 * @event: the caller's event; one reference, or NULL
 * @begun: whoever waits for the begin; one reference, or NULL
 * @iosb: the caller's I/O status block, or NULL
 */
struct ntio_told {
	struct eventfd_ctx *event;
	struct eventfd_ctx *begun;
	struct ntio_iosb __user *iosb;
};

/**
 * struct ntio_turn - when the end of a ring's request is told, see turn.c
 * @list: of those that have ended and are not told; empty: it is none of them
 * @ring: whose entry it will be; compared only
 * @come: those before are told
 */
struct ntio_turn {
	struct list_head list;
	const void *ring;
	struct completion come;
};

/*
 * System buffers up to this lie in the request, aligned as kmalloc() aligns so
 * many bytes: drivers do DMA there, and what else needs an alignment.
 */
#define NTIO_SMALL_BUFFER 64

/**
 * struct ntio_call - a request, and the caller's side of it
 * @small: the system buffer, if it is not larger
 * @entry: its name while it is in flight
 * @told: whom else its end is told, if it @tells
 * @turn: when that is, where worker threads of rings wait for it
 * @caller: the token
 * @returned: what the handler at the top returned
 * @code: the control code, as the caller gave it
 * @user_size: size of the caller's structure
 * @ubuffer: the caller's structure
 * @restartable: a system call that can be restarted
 * @interrupted: cancelled because a signal handler was to run
 * @counted: the reference to the file of the command is no handle
 * @kept_size: so much memory the system buffer has, which the file may keep; 0:
 *	it may not
 * @tells: a ring's request with an event and a status block
 * @fixed: the second buffer lies in one that is registered with the ring
 * @issue_flags: of @cmd, while its buffers are made
 * @cmd: the command of a ring; NULL: a system call
 * @offset: where in the device a read or write goes
 * @done: bytes that earlier segments of a read or write transferred
 * @maker: the module that made the request; one reference
 * @out: where the maker wants the answer
 * @cancels: of a system call: ntio_inflight::cancels when it began
 * @ended: what it wants to be told
 * @ended_context: for @ended
 * @rq: the request, which travels to drivers. They never see the rest.
 */
struct ntio_call {
	u8 small[NTIO_SMALL_BUFFER] __aligned(NTIO_SMALL_BUFFER);
	struct ntio_entry entry;
	struct ntio_told told;
	struct ntio_turn turn;
	struct ntio_caller caller;
	ntstatus_t returned;
	u32 code;
	u32 user_size;
	void __user *ubuffer;
	bool restartable;
	bool interrupted;
	bool counted;
	bool tells;
	bool fixed;
	u32 kept_size;
	unsigned int issue_flags;
	struct io_uring_cmd *cmd;
	u64 offset;
	ssize_t done;
	struct module *maker;
	union {
		void *out;
		u64 cancels;
	};
	ntio_ended_t ended;
	void *ended_context;
	struct ntio_request rq;
};

static inline struct ntio_call *to_ntio_call(struct ntio_request *rq)
{
	return container_of(rq, struct ntio_call, rq);
}

static inline bool ntio_has_small_buffer(struct ntio_request *rq)
{
	return rq->system_buffer == to_ntio_call(rq)->small;
}

/* The same memory for a copy of the second buffer; NULL: it has no room. */
static inline void *ntio_small_for_copy(struct ntio_request *rq, size_t len)
{
	if (!NTIO_REUSES_MEMORY || len > NTIO_SMALL_BUFFER ||
	    ntio_has_small_buffer(rq))
		return NULL;
	return to_ntio_call(rq)->small;
}

static inline struct ntio_location *ntio_here(struct ntio_request *rq)
{
	return &rq->locations[rq->current_location];
}

static inline bool ntio_request_ended(const struct ntio_request *rq)
{
	return atomic_read_acquire(&rq->phase) == NTIO_PHASE_ENDED;
}

/*
 * The caller goes from one phase to another, unless the request has ended
 * meanwhile. True: it has, and its outcome may be read: a cmpxchg that fails
 * does not order what follows.
 */
static inline bool ntio_ended_before(struct ntio_request *rq,
				     enum ntio_phase from, enum ntio_phase to)
{
	if (atomic_cmpxchg(&rq->phase, from, to) != NTIO_PHASE_ENDED)
		return false;
	smp_acquire__after_ctrl_dep();
	return true;
}

/* Bits of ntio_request::state. */
enum {
	/*
	 * Set by the first to complete the request, who owns it then and
	 * writes status, information and reason. Cleared when a completion
	 * routine gives the request back to a driver.
	 */
	NTIO_REQUEST_COMPLETED,
	/* Set when the caller is gone: nobody is told the outcome. */
	NTIO_REQUEST_ABANDONED,
	/* It has a reference to its file, until it is freed. */
	NTIO_REQUEST_KEEPS_FILE,
	/* Set once by whoever cancels, before the cancel routine is taken. */
	NTIO_REQUEST_CANCELLED,
	/* By the caller, not by a driver. */
	NTIO_REQUEST_CANCELLED_BY_CALLER,
	/* A worker will have it, of this and the following locations each. */
	NTIO_REQUEST_QUEUED,
};

/* Which a driver need not know about. */
static inline bool ntio_is_file_request(const struct ntio_request *rq)
{
	return rq->major == NTIO_MAJOR_CREATE ||
	       rq->major == NTIO_MAJOR_CLEANUP || rq->major == NTIO_MAJOR_CLOSE;
}

/* False: it is on its way out. */
static inline bool ntio_request_tryhold(struct ntio_request *rq)
{
	return refcount_inc_not_zero(&rq->refs);
}

static inline bool ntio_request_abandoned(const struct ntio_request *rq)
{
	return test_bit(NTIO_REQUEST_ABANDONED, &rq->state);
}

static inline bool ntio_request_completed(const struct ntio_request *rq)
{
	return test_bit(NTIO_REQUEST_COMPLETED, &rq->state);
}

/* A driver owns the request again, on its way up. */
static inline void ntio_clear_completion(struct ntio_request *rq)
{
	smp_mb__before_atomic();	/* all written before, then given away */
	clear_bit(NTIO_REQUEST_COMPLETED, &rq->state);
}

/* Takes it from that driver. False: it was completed meanwhile. */
static inline bool ntio_claim_completion(struct ntio_request *rq)
{
	return !test_and_set_bit(NTIO_REQUEST_COMPLETED, &rq->state);
}

/* The caller, or the core for it, wants the request to end. */
static inline bool ntio_cancel_for_caller(struct ntio_request *rq)
{
	set_bit(NTIO_REQUEST_CANCELLED_BY_CALLER, &rq->state);
	return ntio_cancel(rq);
}

/*
 * Whether this is the thread of the caller, below ntio_stack_begin(): what the
 * caller has, the request, the file and all devices of the stack, stays until
 * the handlers have returned. An interrupt that finds it there may say so, too.
 */
static inline bool ntio_in_dispatch(const struct ntio_request *rq)
{
	return READ_ONCE(rq->dispatcher) == current;
}

static inline void ntio_request_hold(struct ntio_request *rq)
{
	refcount_inc(&rq->refs);
}

/* Whether a request had to be called away from its caller's wait. */
static inline bool ntio_has_detached(const struct ntio_file *file)
{
	return unlikely(READ_ONCE(file->inflight.detached));
}

/* spare.c */
struct ntio_call *ntio_spare_pop(struct ntio_file *file);
bool ntio_spare_push(struct ntio_file *file, struct ntio_call *call);

/* request.c */
extern const struct ntio_page_owner ntio_request_page_owner;
int ntio_requests_init(void);
void ntio_requests_exit(void);
struct ntio_call *ntio_call_alloc(struct ntio_device *device,
				  struct ntio_file *file, bool of_ring);
ntstatus_t ntio_request_reject(struct ntio_request *rq, ntstatus_t status,
			       enum ntio_reason reason, u64 detail);
void ntio_request_pend(struct ntio_request *rq);
void ntio_request_hold_device(struct ntio_request *rq);
void ntio_request_keep_file(struct ntio_request *rq);
void ntio_request_abandon(struct ntio_request *rq);
void ntio_request_free_buffers(struct ntio_request *rq);
void ntio_call_finish(struct ntio_call *call);
void ntio_spare_free(struct ntio_file *file);
void ntio_request_put(struct ntio_request *rq);
void ntio_request_free_later(struct ntio_request *rq);

/* buffer.c */
void *ntio_system_buffer_alloc(struct ntio_request *rq, size_t size,
			       gfp_t zero);
void ntio_system_buffer_free(struct ntio_request *rq);
void ntio_kept_buffers_free(struct ntio_file *file);

/* origin.c */
void ntio_origin_free(struct ntio_origin *origin);
void ntio_detach_forgotten(struct ntio_request *rq);

/* inflight.c */
int ntio_track_request(struct ntio_call *call, u64 tag,
		       struct task_struct *issuer);
bool ntio_track_call(struct ntio_call *call, enum ntio_call_kind kind, u64 tag);
void ntio_note_cancel(struct ntio_inflight *inflight, u64 tag, bool all);
bool ntio_missed_cancel(struct ntio_call *call, u64 tag);
void ntio_untrack_entry(struct ntio_call *call);
void ntio_detach_entry(struct ntio_call *call);
struct ntio_call *ntio_attach_entry(struct ntio_file *file,
				    enum ntio_call_kind kind, u64 tag);
bool ntio_may_detach(const struct ntio_file *file);
struct ntio_call *ntio_claim_detached(struct ntio_file *file, fl_owner_t owner,
				      bool all);
struct ntio_process *ntio_find_process(struct ntio_inflight *inflight);
struct ntio_request *ntio_find_request(struct ntio_inflight *inflight, u64 tag);
void ntio_inflight_init(struct ntio_inflight *inflight);
void ntio_inflight_free(struct ntio_inflight *inflight);

/* turn.c */
void ntio_turn_take(struct ntio_call *call);
void ntio_turn_wait(struct ntio_call *call);
void ntio_turn_pass(struct ntio_call *call);

/* complete.c */
ntstatus_t ntio_complete_never_pends(struct ntio_request *rq);
bool ntio_request_was_pending(const struct ntio_request *rq);

/* stack.c */
ntstatus_t ntio_stack_begin(struct ntio_request *rq,
			    const struct ntio_caller *caller);
ntstatus_t ntio_call_handler(struct ntio_request *rq,
			     const struct ntio_caller *caller);
const struct ntio_control *ntio_control_find(struct ntio_request *rq);
bool ntio_stack_takes_other(const struct ntio_device *device);

/* wait.c */

/**
 * enum ntio_wait - how a wait for a request came out
 * @NTIO_WAIT_ENDED: the outcome is there
 * @NTIO_WAIT_KILLED: the caller is being killed; the request was abandoned
 * @NTIO_WAIT_RESTART: a signal; the system call returns -ERESTARTSYS, and finds
 *	the request again when it is restarted
 * @NTIO_WAIT_GIVEN_UP: a signal handler ends the call. The request was
 *	cancelled, but its driver has not given it back.
 */
enum ntio_wait {
	NTIO_WAIT_ENDED,
	NTIO_WAIT_KILLED,
	NTIO_WAIT_RESTART,
	NTIO_WAIT_GIVEN_UP,
};

enum ntio_wait ntio_call_wait_on(struct ntio_call *call,
				 enum ntio_call_kind kind, u64 tag);
struct ntio_call *ntio_call_resume_detached(struct ntio_file *file,
					    enum ntio_call_kind kind, u64 tag);
bool ntio_wait_killable(struct ntio_request *rq);
void ntio_call_give_up(struct ntio_call *call);
bool ntio_calls_give_up(struct ntio_file *file, fl_owner_t owner, bool all);

/* made.c */
bool ntio_start(struct ntio_request *rq, const struct ntio_request_ops *ops,
		ntstatus_t *returned);
bool ntio_start_and_wait(struct ntio_request *rq);

/* run.c */
ntstatus_t ntio_check_lengths(struct ntio_request *rq,
			      const struct ntio_control *control);
ntstatus_t ntio_prepare_buffers(struct ntio_request *rq,
				const struct ntio_caller *caller);
ntstatus_t ntio_result(struct ntio_call *call);
bool ntio_deliver(struct ntio_call *call, ntstatus_t *status);
void ntio_outcome(const struct ntio_call *call, ntstatus_t status,
		  u32 *reason, u64 *detail);

#endif
