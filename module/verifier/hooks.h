/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the verifier looks at what the core does.
 *
 * The core calls these and knows nothing else of the verifier, which registers
 * its side when the module starts; a core that is built without it has none. A
 * request has ntio_request::verification while the verifier looks at it. Until
 * an option is set for the first time, a hook is no instruction at all.
 */
#ifndef NTIO_VERIFIER_HOOKS_H
#define NTIO_VERIFIER_HOOKS_H

#include <linux/jump_label.h>

#include <ntio/device.h>

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

/**
 * struct ntio_verifier_hooks - what the verifier wants to see
 * @new: a request is made. False: no memory. Sleeps.
 * @free: and freed; what it has is freed already. Sleeps.
 * @begun: the driver at the top is about to have it
 * @down: a driver gives it to the one below
 * @call_later: whether the driver below, which has it now, is called later, and
 *	is pending until then
 * @forced: whether that was so in a location
 * @called: a handler is called
 * @returned: it has returned; location and generation tell which call of it
 * @may_complete: whether anybody may complete it now
 * @complete: a driver completes it
 * @leaving: completion leaves a location
 * @overtaken: a completion routine is about to be called. True: its driver
 *	thinks that it has completed the request, and so will not if the
 *	routine stops completion
 * @continued: the routine has returned, and completion goes on
 * @ended: completion has reached the top
 * @settled: and the handlers have returned
 * @buffer: memory for its system buffer; NULL: a normal one is wanted
 * @buffer_free: False: it is a normal one
 * @enter: a driver's function is called
 * @leave: and has returned; it may have freed the request
 * @fails: whether what a driver asks for at a place in its code is refused
 */
struct ntio_verifier_hooks {
	bool (*new)(struct ntio_request *rq);
	void (*free)(struct ntio_request *rq);
	void (*begun)(struct ntio_request *rq);
	void (*down)(struct ntio_request *rq);
	bool (*call_later)(struct ntio_request *rq);
	bool (*forced)(const struct ntio_request *rq, unsigned int location);
	void (*called)(struct ntio_request *rq);
	void (*returned)(struct ntio_request *rq, struct ntio_device *device,
			 unsigned int location, u32 generation,
			 ntstatus_t returned);
	bool (*may_complete)(struct ntio_request *rq);
	void (*complete)(struct ntio_request *rq, ntstatus_t status);
	void (*leaving)(struct ntio_request *rq);
	bool (*overtaken)(struct ntio_request *rq);
	void (*continued)(struct ntio_request *rq);
	void (*ended)(struct ntio_request *rq);
	void (*settled)(struct ntio_request *rq, ntstatus_t returned);
	void *(*buffer)(struct ntio_request *rq, size_t size);
	bool (*buffer_free)(struct ntio_request *rq);
	void (*enter)(struct ntio_frame *frame, const struct ntio_request *rq);
	void (*leave)(const struct ntio_frame *frame,
		      struct ntio_device *device);
	bool (*fails)(unsigned long site);
};

/* Set when the module starts, before any request. */
extern const struct ntio_verifier_hooks *ntio_verifier;

#ifdef NTIO_VERIFIER
/* Any option is on. */
DECLARE_STATIC_KEY_FALSE(ntio_verifier_on);
/* Some option was on: there may be requests that the verifier looks at. */
DECLARE_STATIC_KEY_FALSE(ntio_verifier_seen);

static inline bool ntio_verifying(void)
{
	return static_branch_unlikely(&ntio_verifier_on);
}

static inline bool ntio_verifier_was_on(void)
{
	return static_branch_unlikely(&ntio_verifier_seen);
}
#else
static inline bool ntio_verifying(void)
{
	return false;
}

static inline bool ntio_verifier_was_on(void)
{
	return false;
}
#endif

static inline bool ntio_verified(const struct ntio_request *rq)
{
	return ntio_verifier_was_on() && rq->verification;
}

static inline bool ntio_verify_new(struct ntio_request *rq)
{
	return !ntio_verifying() || ntio_verifier->new(rq);
}

static inline void ntio_verify_free(struct ntio_request *rq)
{
	if (ntio_verified(rq))
		ntio_verifier->free(rq);
}

static inline void ntio_verify_begin(struct ntio_request *rq)
{
	if (ntio_verified(rq))
		ntio_verifier->begun(rq);
}

static inline void ntio_verify_down(struct ntio_request *rq)
{
	if (ntio_verified(rq))
		ntio_verifier->down(rq);
}

static inline bool ntio_verify_call_later(struct ntio_request *rq)
{
	return ntio_verified(rq) && ntio_verifier->call_later(rq);
}

static inline bool ntio_verify_forced(const struct ntio_request *rq,
				      unsigned int location)
{
	return ntio_verified(rq) && ntio_verifier->forced(rq, location);
}

static inline void ntio_verify_called(struct ntio_request *rq)
{
	if (ntio_verified(rq))
		ntio_verifier->called(rq);
}

static inline void ntio_verify_returned(struct ntio_request *rq,
					struct ntio_device *device,
					unsigned int location, u32 generation,
					ntstatus_t returned)
{
	if (ntio_verified(rq))
		ntio_verifier->returned(rq, device, location, generation,
					returned);
}

static inline bool ntio_verify_may_complete(struct ntio_request *rq)
{
	return !ntio_verified(rq) || ntio_verifier->may_complete(rq);
}

static inline void ntio_verify_complete(struct ntio_request *rq,
					ntstatus_t status)
{
	if (ntio_verified(rq))
		ntio_verifier->complete(rq, status);
}

static inline void ntio_verify_leaving(struct ntio_request *rq)
{
	if (ntio_verified(rq))
		ntio_verifier->leaving(rq);
}

static inline bool ntio_verify_overtaken(struct ntio_request *rq)
{
	return ntio_verified(rq) && ntio_verifier->overtaken(rq);
}

static inline void ntio_verify_continued(struct ntio_request *rq)
{
	if (ntio_verified(rq))
		ntio_verifier->continued(rq);
}

static inline void ntio_verify_ended(struct ntio_request *rq)
{
	if (ntio_verified(rq))
		ntio_verifier->ended(rq);
}

static inline void ntio_verify_settled(struct ntio_request *rq,
				       ntstatus_t returned)
{
	if (ntio_verified(rq))
		ntio_verifier->settled(rq, returned);
}

static inline void *ntio_verify_buffer(struct ntio_request *rq, size_t size)
{
	return ntio_verified(rq) ? ntio_verifier->buffer(rq, size) : NULL;
}

static inline bool ntio_verify_buffer_free(struct ntio_request *rq)
{
	return ntio_verified(rq) && ntio_verifier->buffer_free(rq);
}

static inline void ntio_verify_enter(struct ntio_frame *frame,
				     const struct ntio_request *rq)
{
	frame->verified = false;
	if (ntio_verified(rq))
		ntio_verifier->enter(frame, rq);
}

static inline void ntio_verify_leave(const struct ntio_frame *frame,
				     struct ntio_device *device)
{
	if (ntio_verifier_was_on() && frame->verified)
		ntio_verifier->leave(frame, device);
}

static inline bool ntio_verify_fails(unsigned long site)
{
	return ntio_verifying() && ntio_verifier->fails(site);
}

#endif
