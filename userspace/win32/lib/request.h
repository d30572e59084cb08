/* SPDX-License-Identifier: GPL-2.0 */
/* Requests: made, looked at, ended. */
#ifndef NTIO_WIN32_REQUEST_H
#define NTIO_WIN32_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "apc.h"
#include "port.h"
#include "ring.h"
#include "self.h"

struct ring *ring_make_of_thread(struct thread *thread);

static inline struct ring *ring_of_thread(struct thread *thread)
{
	return thread->ring ?: ring_make_of_thread(thread);
}

/* So many are kept by each thread; the others are everybody's. */
#define SPARES 32

/* Of those that are everybody's; or NULL. */
struct request *request_take(void);
void request_give(struct request *request);

/* @self may be NULL. NULL: no memory. */
static inline struct request *request_new(struct thread *self)
{
	struct request *request = self ? self->spare : NULL;

	if (!request)
		return request_take();
	self->spare = request->next;
	self->spares--;
	return request;
}

/* It has no other reference, and holds nothing. */
static inline void request_keep(struct thread *self, struct request *request)
{
	if (!self || self->spares >= SPARES) {
		request_give(request);
		return;
	}
	request->next = self->spare;
	self->spare = request;
	self->spares++;
}

void request_put(struct request *request);
/* Its ring's entry was seen: does what is left. Packets go to @port. */
void request_end(struct request *request, struct port *port);
/* [2.38]: what was not pending, and no warning, leaves no packet. */
bool request_skips_packet(const struct request *request);
/* What has ended in the thread's own ring. */
void thread_drain(struct thread *thread);
/* What has ended becomes packets, but for what leaves none. */
void port_drain(struct port *port);

/* Whether the kernel has written the answer. */
static inline bool request_answered(const struct request *request)
{
	const struct ntio_device_control *control = &request->arg.control;

	return *(volatile const __u32 *)&control->out_reason !=
	       NTIO_REASON_CALL;
}

/* Nothing more comes but the ring's entry, if that. */
static inline bool request_ended(const struct request *request)
{
	const struct ntio_device_control *control = &request->arg.control;

	return atomic_load_explicit(&request->done, memory_order_relaxed) ||
	       !(*(volatile const __u32 *)&control->out_flags & NTIO_OUT_BEGUN);
}

#endif
