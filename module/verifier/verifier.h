/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The verifier: looks harder at drivers, as Windows' Driver Verifier does.
 *
 * The parameter "verifier" names the options. A request has those that were on
 * when it began, in ntio_request::verification, until it ends: they may be
 * changed at any time, and count for new requests.
 *
 * Each option has a file of its own, and is a table of what it wants to see.
 * force_pending alone changes the way of a request, and has hooks of its own.
 */
#ifndef NTIO_VERIFIER_VERIFIER_H
#define NTIO_VERIFIER_VERIFIER_H

#include "verifier/hooks.h"

struct dentry;

/* X(NAME, name as people write it): the names of Driver Verifier. */
#define NTIO_VERIFIER_OPTIONS(X)		\
	X(SPECIAL_POOL, "special_pool")		\
	X(FORCE_PENDING, "force_pending")	\
	X(SYSTEMATIC, "systematic")		\
	X(INVARIANT_MDL, "invariant_mdl")	\
	X(IO_VERIFICATION, "io_verification")

enum ntio_verifier_option {
#define NTIO_VERIFIER_ENUM(name, text) NTIO_VERIFIER_##name,
	NTIO_VERIFIER_OPTIONS(NTIO_VERIFIER_ENUM)
#undef NTIO_VERIFIER_ENUM
	NTIO_VERIFIER_KINDS
};

/**
 * struct ntio_verifier_option_ops - what an option wants to see of requests that
 * have it; each may be NULL
 * @begun: the driver at the top is about to have it
 * @hop: the request changes hands: what is wrong now did the device's driver
 * @down: a driver gives it to the one below
 * @complete: a driver completes it
 * @leaving: completion leaves a location
 * @returned: a handler has returned
 * @ended: completion has reached the top
 * @settled: and the handlers have returned
 * @free: it is freed
 */
struct ntio_verifier_option_ops {
	void (*begun)(struct ntio_request *rq);
	void (*hop)(struct ntio_request *rq, struct ntio_device *device);
	void (*down)(struct ntio_request *rq);
	void (*complete)(struct ntio_request *rq, ntstatus_t status);
	void (*leaving)(struct ntio_request *rq);
	void (*returned)(struct ntio_request *rq, struct ntio_device *device,
			 unsigned int location, u32 generation,
			 ntstatus_t returned);
	void (*ended)(struct ntio_request *rq);
	void (*settled)(struct ntio_request *rq, ntstatus_t returned);
	void (*free)(struct ntio_request *rq);
};

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
 * @completer: the device whose driver completed it last
 * @buffer_size: of the system buffer
 * @sum: of the system buffer, when completion had reached the top
 * @pool: its system buffer
 * @invariant: its pages
 * @above: location of the driver that forwarded last, @above_generation which
 *	generation of it, @above_device the device
 * @waiting: locations whose driver is not called yet
 * @forced: locations whose driver was, later
 * @overtaken: locations whose driver completed what it had forwarded
 * @reached: locations whose completion routine was called
 * @blamed: a driver that returned another status than it completed with is
 *	found; what those above pass on is not their own
 * @locations: for each stack location, by generation: which one has a handler
 *	that has not returned, 0: none; which one found the one below pending,
 *	and that its handler has returned; which one completion has left, and
 *	with what status
 */
struct ntio_verification {
	unsigned long options;
	struct ntio_device *completer;
	size_t buffer_size;
	u32 sum;
	struct ntio_pool pool;
	struct ntio_invariant invariant;
	unsigned int above;
	u32 above_generation;
	struct ntio_device *above_device;
	unsigned long waiting;
	unsigned long forced;
	unsigned long overtaken;
	unsigned long reached;
	bool blamed;
	struct {
		u32 called;
		u32 forced;
		struct completion left;
		u32 passed;
		ntstatus_t passed_status;
	} locations[NTIO_STACK_MAX + 1];
};

static inline bool ntio_verifies(const struct ntio_request *rq,
				 enum ntio_verifier_option option)
{
	return test_bit(option, &rq->verification->options);
}

/*
 * options.c: what is counted is an option that was at work, or pages that
 * somebody changed, who is not known.
 */
#define NTIO_VERIFIER_UNKNOWN NTIO_VERIFIER_KINDS
#define NTIO_VERIFIER_COUNTS (NTIO_VERIFIER_KINDS + 1)

void ntio_verifier_set_options(unsigned long options);
unsigned long ntio_verifier_now(void);
void ntio_verifier_count(unsigned int what);
unsigned int ntio_verifier_counted(unsigned int what);

/* verifier.c */
#ifdef NTIO_VERIFIER
void ntio_verifier_init(struct dentry *debugfs);
void ntio_verifier_exit(void);
#else
static inline void ntio_verifier_init(struct dentry *debugfs)
{
}

static inline void ntio_verifier_exit(void)
{
}
#endif

/* io.c */
extern const struct ntio_verifier_option_ops ntio_io_ops;
void ntio_io_enter(struct ntio_frame *frame, const struct ntio_request *rq);
void ntio_io_leave(const struct ntio_frame *frame, struct ntio_device *device);

/* pool.c */
extern const struct ntio_verifier_option_ops ntio_pool_ops;
void *ntio_pool_buffer(struct ntio_request *rq, size_t size);
bool ntio_pool_buffer_free(struct ntio_request *rq);

/* mdl.c */
extern const struct ntio_verifier_option_ops ntio_invariant_ops;

/* pending.c */
extern const struct ntio_verifier_option_ops ntio_pending_ops;
bool ntio_pending_call_later(struct ntio_request *rq);
bool ntio_pending_forced(const struct ntio_request *rq, unsigned int location);
void ntio_pending_called(struct ntio_request *rq);
bool ntio_pending_may_complete(struct ntio_request *rq);
bool ntio_pending_overtaken(struct ntio_request *rq);

/* resources.c */
bool ntio_resources_fail(unsigned long site);
void ntio_resources_reset(void);

#endif
