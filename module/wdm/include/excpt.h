/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Structured exceptions. A raise happens in functions of the layer only, such
 * as ProbeForRead() and ExRaiseStatus(), and jumps to the innermost block of
 * the routine that the layer called. An address that is not valid and is simply
 * used is no exception here but a fault of the kernel.
 */
#ifndef NTIO_WDM_EXCPT_H
#define NTIO_WDM_EXCPT_H

#include "ntdef.h"

#define EXCEPTION_EXECUTE_HANDLER 1
#define EXCEPTION_CONTINUE_SEARCH 0
#define EXCEPTION_CONTINUE_EXECUTION (-1)

#define EXCEPTION_NONCONTINUABLE 1
#define EXCEPTION_MAXIMUM_PARAMETERS 15

typedef struct _EXCEPTION_RECORD {
	NTSTATUS ExceptionCode;
	ULONG ExceptionFlags;
	struct _EXCEPTION_RECORD *ExceptionRecord;
	PVOID ExceptionAddress;
	ULONG NumberParameters;
	ULONG_PTR ExceptionInformation[EXCEPTION_MAXIMUM_PARAMETERS];
} EXCEPTION_RECORD, *PEXCEPTION_RECORD;

typedef struct _EXCEPTION_POINTERS {
	PEXCEPTION_RECORD ExceptionRecord;
	PVOID ContextRecord;
} EXCEPTION_POINTERS, *PEXCEPTION_POINTERS;

#ifdef __cplusplus
extern "C" {
#endif

/* A block that a raise can jump to; the first member is the compiler's. */
struct ntio_wdm_frame {
	void *jump[5];
	struct ntio_wdm_frame *outer;
	void *entry;
};

void ntio_wdm_frame_push(struct ntio_wdm_frame *frame);
void ntio_wdm_frame_leave(struct ntio_wdm_frame *frame);
int ntio_wdm_frame_ended(void);
int ntio_wdm_was_raised(void);
int ntio_wdm_filter(int answer);
void ntio_wdm_raise(NTSTATUS code);
void ntio_wdm_leave(void);

NTSTATUS GetExceptionCode(void);
PEXCEPTION_POINTERS GetExceptionInformation(void);
#define _exception_code GetExceptionCode
#define _exception_info GetExceptionInformation
#define exception_code GetExceptionCode
#define exception_info GetExceptionInformation

#ifdef __cplusplus
}

/* Leaves the chain when the block ends, in whatever way. */
struct ntio_wdm_block {
	struct ntio_wdm_frame frame;
	ntio_wdm_block() { ntio_wdm_frame_push(&frame); }
	~ntio_wdm_block() { ntio_wdm_frame_leave(&frame); }
};

#define __try								\
	if (ntio_wdm_block ntio_wdm_this_block;				\
	    !__builtin_setjmp(ntio_wdm_this_block.frame.jump))
#define __except(...)							\
	if (ntio_wdm_was_raised() && ntio_wdm_filter((__VA_ARGS__)))
#define NTIO_WDM_REFUSED_BLOCK(text) static_assert(0, text); if (0)

#else

#define NTIO_WDM_JOIN_(a, b) a##b
#define NTIO_WDM_JOIN(a, b) NTIO_WDM_JOIN_(a, b)
#define NTIO_WDM_TRY(name)						\
	struct ntio_wdm_frame name					\
		__attribute__((cleanup(ntio_wdm_frame_leave)));		\
	ntio_wdm_frame_push(&name);					\
	if (!__builtin_setjmp(name.jump))

#define __try NTIO_WDM_TRY(NTIO_WDM_JOIN(ntio_wdm_frame_, __COUNTER__))
#define __except(...)							\
	if (ntio_wdm_frame_ended() && ntio_wdm_filter((__VA_ARGS__)))
#define NTIO_WDM_REFUSED_BLOCK(text) _Static_assert(0, text); if (0)
#endif

#define _try __try
#define _except __except
/* To the end of the innermost block's body. */
#define __leave do { ntio_wdm_leave(); __builtin_trap(); } while (0)
#define _leave __leave

#define __finally NTIO_WDM_REFUSED_BLOCK(				\
	"ntio-wdm: __finally is not supported: nothing would run it "	\
	"when return or goto leaves the body. Write what it does before " \
	"each way out, and into an __except block that calls "		\
	"ExRaiseStatus(GetExceptionCode()) at its end")
#define _finally __finally
#endif
