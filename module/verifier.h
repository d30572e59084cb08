/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The verifier: looks harder at drivers, as Windows' Driver Verifier does.
 *
 * The parameter "verifier" names the options. A request has those that were on
 * when it began, in ntio_request::verification, until it ends: they may be
 * changed at any time, and count for new requests. Without options that
 * pointer is NULL, and each hook below is one branch.
 *
 * Each option has a file of its own, verifier_<what>.c.
 */
#ifndef NTIO_VERIFIER_H
#define NTIO_VERIFIER_H

#include <linux/jump_label.h>

#include "include/ntio/request.h"

struct dentry;
struct ntio_file;
struct ntio_log;

/* X(NAME, name as people write it): the names of Driver Verifier. */
#define NTIO_VERIFIER_OPTIONS(X)		\
	X(SPECIAL_POOL, "special_pool")		\
	X(FORCE_PENDING, "force_pending")	\
	X(LOW_RESOURCES, "low_resources")	\
	X(SYSTEMATIC, "systematic")		\
	X(INVARIANT_MDL, "invariant_mdl")	\
	X(IRP_LOGGING, "irp_logging")		\
	X(IO_VERIFICATION, "io_verification")

enum ntio_verifier_option {
#define NTIO_VERIFIER_ENUM(name, text) NTIO_VERIFIER_##name,
	NTIO_VERIFIER_OPTIONS(NTIO_VERIFIER_ENUM)
#undef NTIO_VERIFIER_ENUM
	NTIO_VERIFIER_KINDS
};

/* Any option is on. */
DECLARE_STATIC_KEY_FALSE(ntio_verifier_on);

/* verifier.c */
void ntio_verifier_init(struct dentry *debugfs);
void ntio_verifier_exit(void);
bool __ntio_verify_new(struct ntio_request *rq);
void __ntio_verify_free(struct ntio_request *rq);
void __ntio_verify_begin(struct ntio_request *rq);
void __ntio_verify_down(struct ntio_request *rq);
void __ntio_verify_returned(struct ntio_request *rq,
			    struct ntio_device *device, unsigned int location,
			    u32 use, ntstatus_t returned);
void __ntio_verify_complete(struct ntio_request *rq, ntstatus_t status);
void __ntio_verify_continued(struct ntio_request *rq);
void __ntio_verify_ended(struct ntio_request *rq);
void __ntio_verify_settled(struct ntio_request *rq);

/* verifier_log.c */
void __ntio_verify_refused(struct ntio_request *rq, ntstatus_t status);
void ntio_verify_close(struct ntio_file *file);

/* verifier_pool.c */
void *__ntio_verify_buffer(struct ntio_request *rq, size_t size);
bool __ntio_verify_buffer_free(struct ntio_request *rq);

/* verifier_pending.c */
void __ntio_verify_called(struct ntio_request *rq);
bool __ntio_verify_call_later(struct ntio_request *rq);
bool __ntio_verify_forced(const struct ntio_request *rq, unsigned int location);
bool __ntio_verify_may_complete(struct ntio_request *rq);
bool __ntio_verify_overtaken(struct ntio_request *rq);

/* verifier_resources.c */
bool __ntio_verify_fails(unsigned long site);

/**
 * struct ntio_frame - the context in which a driver's function is called
 * @verified: whether to look at it when the function returns
 * @irqs_off: interrupts were off
 * @preempt: how often preemption was disabled
 */
struct ntio_frame {
	bool verified;
	bool irqs_off;
	int preempt;
};

void __ntio_verify_enter(struct ntio_frame *frame,
			 const struct ntio_request *rq);
void __ntio_verify_leave(const struct ntio_frame *frame,
			 struct ntio_device *device);

static inline bool ntio_verified(const struct ntio_request *rq)
{
	return unlikely(rq->verification);
}

/* A request is made. False: no memory. */
static inline bool ntio_verify_new(struct ntio_request *rq)
{
	if (static_branch_unlikely(&ntio_verifier_on))
		return __ntio_verify_new(rq);
	return true;
}

/* And freed; what it has is freed after. Sleeps. */
static inline void ntio_verify_free(struct ntio_request *rq)
{
	if (ntio_verified(rq))
		__ntio_verify_free(rq);
}

/* It is refused before a driver has it. */
static inline void ntio_verify_refused(struct ntio_request *rq,
				       ntstatus_t status)
{
	if (ntio_verified(rq))
		__ntio_verify_refused(rq, status);
}

/* The driver at the top is about to have it. */
static inline void ntio_verify_begin(struct ntio_request *rq)
{
	if (ntio_verified(rq))
		__ntio_verify_begin(rq);
}

/* A driver gives it to the one below. */
static inline void ntio_verify_down(struct ntio_request *rq)
{
	if (ntio_verified(rq))
		__ntio_verify_down(rq);
}

/*
 * Whether the driver below, which has the request now, will be called later,
 * and is pending until then.
 */
static inline bool ntio_verify_call_later(struct ntio_request *rq)
{
	return ntio_verified(rq) && __ntio_verify_call_later(rq);
}

/* Whether that was so in a location. */
static inline bool ntio_verify_forced(const struct ntio_request *rq,
				      unsigned int location)
{
	return ntio_verified(rq) && __ntio_verify_forced(rq, location);
}

/* A driver's function is called, and has returned; it may have freed @rq. */
static inline void ntio_verify_enter(struct ntio_frame *frame,
				     const struct ntio_request *rq)
{
	frame->verified = false;
	if (ntio_verified(rq))
		__ntio_verify_enter(frame, rq);
}

static inline void ntio_verify_leave(const struct ntio_frame *frame,
				     struct ntio_device *device)
{
	if (unlikely(frame->verified))
		__ntio_verify_leave(frame, device);
}

/* A handler is called. */
static inline void ntio_verify_called(struct ntio_request *rq)
{
	if (ntio_verified(rq))
		__ntio_verify_called(rq);
}

/* It has returned; @location and @use tell which call of it. */
static inline void ntio_verify_returned(struct ntio_request *rq,
					struct ntio_device *device,
					unsigned int location, u32 use,
					ntstatus_t returned)
{
	if (ntio_verified(rq))
		__ntio_verify_returned(rq, device, location, use, returned);
}

/* Whether anybody may complete it now. */
static inline bool ntio_verify_may_complete(struct ntio_request *rq)
{
	return !ntio_verified(rq) || __ntio_verify_may_complete(rq);
}

/* A driver completes it, with @status. */
static inline void ntio_verify_complete(struct ntio_request *rq,
					ntstatus_t status)
{
	if (ntio_verified(rq))
		__ntio_verify_complete(rq, status);
}

/*
 * A completion routine is about to be called. True: its driver thinks that it
 * has completed the request, and so will not if the routine stops completion.
 */
static inline bool ntio_verify_overtaken(struct ntio_request *rq)
{
	return ntio_verified(rq) && __ntio_verify_overtaken(rq);
}

/* It has returned, and completion continues. */
static inline void ntio_verify_continued(struct ntio_request *rq)
{
	if (ntio_verified(rq))
		__ntio_verify_continued(rq);
}

/* Completion has reached the top. */
static inline void ntio_verify_ended(struct ntio_request *rq)
{
	if (ntio_verified(rq))
		__ntio_verify_ended(rq);
}

/* The handlers have returned, and completion has reached the top. */
static inline void ntio_verify_settled(struct ntio_request *rq)
{
	if (ntio_verified(rq))
		__ntio_verify_settled(rq);
}

/* Its system buffer; NULL: a normal one is wanted. */
static inline void *ntio_verify_buffer(struct ntio_request *rq, size_t size)
{
	return ntio_verified(rq) ? __ntio_verify_buffer(rq, size) : NULL;
}

/* False: it is a normal one. */
static inline bool ntio_verify_buffer_free(struct ntio_request *rq)
{
	return ntio_verified(rq) && __ntio_verify_buffer_free(rq);
}

/* Whether what a driver asks for at @site is refused. */
static inline bool ntio_verify_fails(unsigned long site)
{
	if (static_branch_unlikely(&ntio_verifier_on))
		return __ntio_verify_fails(site);
	return false;
}

/* --- what the files of the verifier share ---------------------------------- */

/**
 * struct ntio_pool - memory of a system buffer
 * @area: all of it, NULL: the buffer is a normal one
 * @before: length of the pattern at its start, before the buffer
 * @end: end of the buffer
 * @after: length of the pattern there
 */
struct ntio_pool {
	void *area;
	size_t before;
	void *end;
	size_t after;
};

/**
 * struct ntio_invariant - pages that nobody writes to
 * @mm: the caller's address space, its structure is held; NULL: none
 * @alone: nobody but the caller's thread could write to them, when it began
 * @byte_count: length of the MDL when the sum was taken
 * @sum: of its bytes
 */
struct ntio_invariant {
	struct mm_struct *mm;
	bool alone;
	size_t byte_count;
	u32 sum;
};

/**
 * struct ntio_verification - what is known of a verified request
 * @options: those that were on when it began
 * @log: where it is logged, @logged its number there; NULL: nowhere
 * @completer: the device whose driver completed it last
 * @buffer_size: of the system buffer
 * @sum: of the system buffer, when completion had reached the top
 * @pool: its system buffer
 * @invariant: its pages
 * @above: location of the driver that forwarded last, @above_use which use of
 *	it, @above_device the device
 * @waiting: locations whose driver is not called yet
 * @forced: locations whose driver was, later
 * @overtaken: locations whose driver completed what it had forwarded
 * @reached: locations whose completion routine was called
 * @locations: for each stack location: which use has a handler that has not
 *	returned, 0: none; which use found the one below pending, and that its
 *	handler has returned
 */
struct ntio_verification {
	unsigned long options;
	struct ntio_log *log;
	u64 logged;
	struct ntio_device *completer;
	size_t buffer_size;
	u32 sum;
	struct ntio_pool pool;
	struct ntio_invariant invariant;
	unsigned int above;
	u32 above_use;
	struct ntio_device *above_device;
	unsigned long waiting;
	unsigned long forced;
	unsigned long overtaken;
	unsigned long reached;
	struct {
		u32 called;
		u32 forced_use;
		struct completion left;
	} locations[NTIO_STACK_MAX + 1];
};

static inline bool ntio_verifies(const struct ntio_request *rq,
				 enum ntio_verifier_option option)
{
	return test_bit(option, &rq->verification->options);
}

/* verifier.c */
unsigned long ntio_verifier_now(void);
void ntio_verifier_count(enum ntio_verifier_option option);
void ntio_verifier_count_unknown(void);

/* verifier_log.c */
void ntio_log_init(struct dentry *debugfs);
void ntio_log_exit(void);
void ntio_log_begun(struct ntio_request *rq);
void ntio_log_ended(struct ntio_request *rq);

/* verifier_io.c */
void ntio_io_down(struct ntio_request *rq);
void ntio_io_complete(struct ntio_request *rq, ntstatus_t status);
void ntio_io_ended(struct ntio_request *rq);
void ntio_io_settled(struct ntio_request *rq);

/* verifier_pool.c */
void ntio_pool_check(struct ntio_request *rq, struct ntio_device *device);

/* verifier_mdl.c */
void ntio_invariant_begin(struct ntio_request *rq);
void ntio_invariant_check(struct ntio_request *rq, struct ntio_device *device);
void ntio_invariant_end(struct ntio_request *rq);

/* verifier_pending.c */
void ntio_pending_down(struct ntio_request *rq);
void ntio_pending_returned(struct ntio_request *rq, struct ntio_device *device,
			   unsigned int location, u32 use, ntstatus_t returned);

/* verifier_resources.c */
void ntio_resources_reset(void);

#endif
