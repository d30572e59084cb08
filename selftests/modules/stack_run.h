/* SPDX-License-Identifier: GPL-2.0 */
/* What the two halves of the stack test driver share. */
#ifndef STACK_RUN_H
#define STACK_RUN_H

#include <ntio/ntio.h>

#include "ntio_stack.h"

/**
 * struct stack_level - a device of the stack, and its plan
 * @device: registered, or NULL
 * @exists: not released yet
 * @plan: what it does
 * @calls: how often its handler was called, of this plan
 * @retries: how often its routine has tried again
 * @held: what a routine has stopped
 * @stopped: there is something held
 */
struct stack_level {
	struct ntio_device *device;
	bool exists;
	struct stack_plan plan;
	atomic_t calls;
	atomic_t retries;
	struct ntio_request *held;
	struct completion stopped;
};

extern struct stack_level stack_levels[STACK_LEVELS];
extern struct completion stack_go;

static inline struct stack_level *stack_level(const struct ntio_device *device)
{
	return device->context;
}

static inline ntstatus_t stack_status(u32 status)
{
	return (__force ntstatus_t)status;
}

void stack_note(struct stack_event event, struct stack_level *level);
size_t stack_read_trace(struct stack_event *events, size_t n);
void stack_forget_trace(void);

/* The handlers. */
ntstatus_t stack_run(struct ntio_request *rq);
ntstatus_t stack_other(struct ntio_request *rq);
ntstatus_t stack_in_caller(const struct ntio_caller *caller,
			   struct ntio_request *rq);

#endif
