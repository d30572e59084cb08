// SPDX-License-Identifier: GPL-2.0
/*
 * Structured exceptions: a raise is a jump to the innermost block of the entry.
 *
 * A block is a frame in the driver's own function, and on a list of its entry
 * from its begin until its body has ended, in whatever way. The compiler's
 * builtin keeps what the function needs at the place that is jumped to; what
 * has no frame in between is left without more ado. A raise that no block takes
 * jumps to the end of the entry.
 */
#include <linux/kasan.h>
#include <linux/objtool.h>

#include "layer.h"

/*
 * The stack that is left keeps what KASAN marked in it; the next to use it would
 * seem to be wrong.
 */
#ifdef CONFIG_KASAN_GENERIC
static noinline __no_sanitize_address void wdm_clear_marks(void *from, void *to)
{
	u8 *shadow = kasan_mem_to_shadow(from);
	u8 *end = kasan_mem_to_shadow(to);

	while (shadow < end)
		WRITE_ONCE(*shadow++, 0);
}
#else
static inline void wdm_clear_marks(void *from, void *to)
{
}
#endif

/*
 * The third word of the buffer is the stack pointer, to the compiler. Nothing
 * is said to return or not: the checker of objects would want to know it of all
 * who call it, in the layer and in drivers.
 */
static __attribute__((__noipa__)) __no_sanitize_address
void wdm_jump(void **jump)
{
	wdm_clear_marks(__builtin_frame_address(0), jump[2]);
	__builtin_longjmp(jump, 1);
}

STACK_FRAME_NON_STANDARD(wdm_jump);

static struct wdm_entry *wdm_entry_of_frame(struct ntio_wdm_frame *frame)
{
	struct wdm_entry *entry = wdm_entry();
	struct ntio_wdm_frame *at;

	for (at = entry ? entry->top : NULL; at; at = at->outer)
		if (at == frame)
			return entry;
	return NULL;
}

void ntio_wdm_frame_push(struct ntio_wdm_frame *frame)
{
	struct wdm_entry *entry = wdm_entry();

	frame->outer = NULL;
	if (!entry)
		return;
	frame->outer = entry->top;
	entry->top = frame;
}
EXPORT_SYMBOL_GPL(ntio_wdm_frame_push);

/*
 * The scope of the frame ends. It may have been taken off before, or never have
 * begun: a switch may jump into the scope behind it.
 */
void ntio_wdm_frame_leave(struct ntio_wdm_frame *frame)
{
	struct wdm_entry *entry = wdm_entry_of_frame(frame);

	if (entry)
		entry->top = frame->outer;
}
EXPORT_SYMBOL_GPL(ntio_wdm_frame_leave);

/* Whether the block just left was left by a raise. */
int ntio_wdm_was_raised(void)
{
	struct wdm_entry *entry = wdm_entry();
	bool raised = entry && entry->raised;

	if (entry) {
		entry->raised = false;
		entry->left = false;
	}
	return raised;
}
EXPORT_SYMBOL_GPL(ntio_wdm_was_raised);

/* The same, and if not, its body has ended by itself. */
int ntio_wdm_frame_ended(void)
{
	struct wdm_entry *entry = wdm_entry();
	bool left = entry && entry->left;

	if (ntio_wdm_was_raised())
		return true;
	if (!left && entry && entry->top)
		entry->top = entry->top->outer;
	return false;
}
EXPORT_SYMBOL_GPL(ntio_wdm_frame_ended);

static void wdm_raise_in(struct wdm_entry *entry, NTSTATUS code)
{
	struct ntio_wdm_frame *frame = entry->top;

	entry->code = code;
	if (!frame) {
		wdm_violation(WDM_VIOLATION_RAISE_UNHANDLED);
		wdm_jump(entry->jump);
	}
	entry->top = frame->outer;
	entry->raised = true;
	wdm_jump(frame->jump);
}

/**
 * ntio_wdm_raise() - raise an exception (Windows: ExRaiseStatus)
 * @code: its code
 *
 * Does not return; not said to the compiler, see ExRaiseStatus().
 *
 * Context: A driver's routine.
 */
noinline void ntio_wdm_raise(NTSTATUS code)
{
	struct wdm_entry *entry = wdm_entry();

	/* No routine of a driver runs outside of an entry. */
	if (WARN_ON_ONCE(!entry))
		return;
	if (wdm_irql() >= DISPATCH_LEVEL)
		wdm_violation(WDM_VIOLATION_RAISED_AT_DISPATCH);
	wdm_raise_in(entry, code);
}
EXPORT_SYMBOL_GPL(ntio_wdm_raise);

/* What a filter answered. Returns only if the handler is to run. */
int ntio_wdm_filter(int answer)
{
	struct wdm_entry *entry = wdm_entry();

	if (answer > EXCEPTION_CONTINUE_SEARCH)
		return 1;
	if (answer < EXCEPTION_CONTINUE_SEARCH)
		wdm_violation(WDM_VIOLATION_CONTINUED_EXECUTION);
	wdm_raise_in(entry, entry->code);
	return 0;
}
EXPORT_SYMBOL_GPL(ntio_wdm_filter);

/* To the end of the body of the innermost block (Windows: __leave). */
void ntio_wdm_leave(void)
{
	struct wdm_entry *entry = wdm_entry();
	struct ntio_wdm_frame *frame;

	if (WARN_ON_ONCE(!entry))
		return;
	frame = entry->top;
	if (!frame) {
		wdm_violation(WDM_VIOLATION_LEAVE_WITHOUT_TRY);
		entry->code = NT(UNSUCCESSFUL);
		wdm_jump(entry->jump);
	}
	entry->top = frame->outer;
	entry->left = true;
	wdm_jump(frame->jump);
}
EXPORT_SYMBOL_GPL(ntio_wdm_leave);

NTSTATUS GetExceptionCode(void)
{
	struct wdm_entry *entry = wdm_entry();

	return entry ? entry->code : 0;
}
EXPORT_SYMBOL_GPL(GetExceptionCode);

PEXCEPTION_POINTERS GetExceptionInformation(void)
{
	struct wdm_entry *entry = wdm_entry();

	if (!entry)
		return NULL;
	memset(&entry->record, 0, sizeof(entry->record));
	entry->record.ExceptionCode = entry->code;
	entry->record.ExceptionFlags = EXCEPTION_NONCONTINUABLE;
	entry->pointers.ExceptionRecord = &entry->record;
	entry->pointers.ContextRecord = NULL;
	return &entry->pointers;
}
EXPORT_SYMBOL_GPL(GetExceptionInformation);

/* The end of the thread that calls it, see wdm_thread_run(). */
noinline void wdm_thread_end(void)
{
	struct wdm_entry *entry = wdm_entry();

	wdm_jump(entry->jump);
}
