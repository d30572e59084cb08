/* SPDX-License-Identifier: GPL-2.0 */
/* Mistakes of drivers: refused, counted, and reported once by name. */
#ifndef NTIO_BASE_VIOLATION_H
#define NTIO_BASE_VIOLATION_H

struct dentry;
struct ntio_device;

/*
 * X(name, what the driver did). Many are bugchecks of Windows or checks of its
 * Driver Verifier [2.42], [8.4].
 */
#define NTIO_VIOLATIONS(X)						\
	/* Who it was cannot be told from who has the request by then. */\
	X(COMPLETED_TWICE,						\
	  "or another one of its stack completed a request twice")	\
	X(NOT_COMPLETED,						\
	  "returned without completing a request or marking it pending") \
	X(PENDING_UNMARKED,						\
	  "returned STATUS_PENDING for a request it had not marked")	\
	X(MARKED_NOT_PENDING,						\
	  "marked a request pending but returned another status")	\
	X(RETURNED_OTHER_STATUS,					\
	  "returned another status than it completed with")		\
	X(COMPLETED_PENDING, "completed a request with STATUS_PENDING")	\
	X(INFORMATION_TOO_LARGE,					\
	  "claims more output than the caller's buffer holds")		\
	X(WRITE_TO_READ_MDL,						\
	  "asked to write to pages that are locked for reading")	\
	X(WRONG_CONTEXT,						\
	  "used a caller token in another address space")		\
	X(LEFT_ATTACHED,						\
	  "left a worker attached to its caller's address space")	\
	X(NEVER_PENDS,							\
	  "marked a request pending whose row says that it never is")	\
	X(KEPT_SHORT,							\
	  "gave a request pages that are locked for a moment only")	\
	X(FORWARDED_PAST_BOTTOM,					\
	  "forwarded a request, but there is no device below")		\
	X(QUEUED_TWICE, "gave a request to a worker that had it already") \
	X(PENDING_NOT_PASSED_ON,					\
	  "did not mark a request pending in its completion routine")	\
	X(LOCKED_TWICE, "locked an MDL that is locked, or no user memory") \
	X(UNLOCKED_TWICE,						\
	  "unlocked an MDL that it has not locked")			\
	X(FREED_LOCKED, "freed an MDL that is locked")			\
	X(FREED_GIVEN, "freed an MDL that belongs to a request")	\
	X(GIVEN_TWICE,							\
	  "gave a request an MDL that belongs to a request")		\
	X(COMPLETED_WITH_CANCEL,					\
	  "completed a request whose cancel routine was still set")	\
	X(NOT_LOCKED, "used an MDL that is not locked")			\
	X(PARTIAL_OUTSIDE,						\
	  "described a part of an MDL that does not lie in it")		\
	/* Found only by the verifier. */				\
	X(COMPLETED_UNSET, "completed a request with the status 0xffffffff") \
	X(LEFT_ATOMIC,							\
	  "returned with preemption or interrupts in another state")	\
	X(FORWARDED_WITH_CANCEL,					\
	  "forwarded a request whose cancel routine was still set")	\
	X(CHANGED_COMPLETED,						\
	  "completed a request whose system buffer was changed after")	\
	X(OVERRUN, "wrote behind its system buffer")			\
	X(UNDERRUN, "wrote before its system buffer")			\
	X(CHANGED_READ_MDL, "changed pages that are locked for reading") \
	X(COMPLETED_FORWARDED,						\
	  "completed a request that was pending in the driver below")	\
	X(PENDING_IGNORED,						\
	  "did not return the STATUS_PENDING of the driver below")

enum ntio_violation {
#define NTIO_VIOLATION_ENUM(name, what) NTIO_VIOLATION_##name,
	NTIO_VIOLATIONS(NTIO_VIOLATION_ENUM)
#undef NTIO_VIOLATION_ENUM
	NTIO_VIOLATION_KINDS
};

void ntio_violation(struct ntio_device *device, enum ntio_violation kind);
void ntio_violations_init(struct dentry *debugfs);

#endif
