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
void __ntio_verify_complete(struct ntio_request *rq, ntstatus_t status);
void __ntio_verify_ended(struct ntio_request *rq);

/* verifier_log.c */
void __ntio_verify_refused(struct ntio_request *rq, ntstatus_t status);
void ntio_verify_close(struct ntio_file *file);

/* verifier_io.c */
void __ntio_verify_passed(struct ntio_request *rq);
void __ntio_verify_returned(struct ntio_request *rq,
			    struct ntio_device *device, unsigned int index,
			    u32 use, ntstatus_t returned);
bool __ntio_verify_blamed(const struct ntio_request *rq);
void __ntio_verify_settled(struct ntio_request *rq);

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

/* A handler has returned; @index and @use tell which call of it. */
static inline void ntio_verify_returned(struct ntio_request *rq,
					struct ntio_device *device,
					unsigned int index, u32 use,
					ntstatus_t returned)
{
	if (ntio_verified(rq))
		__ntio_verify_returned(rq, device, index, use, returned);
}

/* A driver completes it, with @status. */
static inline void ntio_verify_complete(struct ntio_request *rq,
					ntstatus_t status)
{
	if (ntio_verified(rq))
		__ntio_verify_complete(rq, status);
}

/* Completion passes the current location. */
static inline void ntio_verify_passed(struct ntio_request *rq)
{
	if (ntio_verified(rq))
		__ntio_verify_passed(rq);
}

/* Completion has reached the top. */
static inline void ntio_verify_ended(struct ntio_request *rq)
{
	if (ntio_verified(rq))
		__ntio_verify_ended(rq);
}

/* Whether it is known already who returned another status. */
static inline bool ntio_verify_blamed(const struct ntio_request *rq)
{
	return ntio_verified(rq) && __ntio_verify_blamed(rq);
}

/* The handlers have returned, and completion has reached the top. */
static inline void ntio_verify_settled(struct ntio_request *rq)
{
	if (ntio_verified(rq))
		__ntio_verify_settled(rq);
}

/* --- what the files of the verifier share ---------------------------------- */

/**
 * struct ntio_verification - what is known of a verified request
 * @options: those that were on when it began
 * @log: where it is logged, @logged its number there; NULL: nowhere
 * @completer: the device whose driver completed it last
 * @sum: of the system buffer, when completion had reached the top
 * @blamed: a driver returned another status than it completed with
 * @locations: for each stack location: which use of it was completed, with
 *	which status
 */
struct ntio_verification {
	unsigned long options;
	struct ntio_log *log;
	u64 logged;
	struct ntio_device *completer;
	u32 sum;
	bool blamed;
	struct {
		u32 completed_use;
		ntstatus_t status;
	} locations[NTIO_STACK_MAX + 1];
};

static inline bool ntio_verifies(const struct ntio_request *rq,
				 enum ntio_verifier_option option)
{
	return test_bit(option, &rq->verification->options);
}

/* verifier_log.c */
void ntio_log_init(struct dentry *debugfs);
void ntio_log_exit(void);
void ntio_log_begun(struct ntio_request *rq);
void ntio_log_ended(struct ntio_request *rq);

/* verifier_io.c */
void ntio_io_down(struct ntio_request *rq);
void ntio_io_complete(struct ntio_request *rq, ntstatus_t status);
void ntio_io_ended(struct ntio_request *rq);

#endif
