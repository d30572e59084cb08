/* SPDX-License-Identifier: GPL-2.0 */
/* The module's tracepoints, as they fire. */
#ifndef NTIO_CMD_EVENTS_H
#define NTIO_CMD_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#include <ntio/uapi/ntio.h>

/* X(NAME, name of the event behind "ntio_", what people read) */
#define EVENTS(X)                                                              \
	X(SUBMIT, "submit", "submitted")                                       \
	X(CAPTURED, "captured", "captured")                                    \
	X(LOCKED, "locked", "locked")                                          \
	X(FORWARDED, "forwarded", "forwarded")                                 \
	X(WORKER, "worker", "in a worker")                                     \
	X(PENDED, "pended", "pended")                                          \
	X(CANCELLED, "cancelled", "cancelled")                                 \
	X(COMPLETED, "completed", "completed")                                 \
	X(DELIVERED, "delivered", "delivered")                                 \
	X(REFUSED, "refused", "refused")                                       \
	X(ABANDONED, "abandoned", "abandoned")

enum event_kind {
#define EVENT_ENUM(name, text, word) EVENT_##name,
	EVENTS(EVENT_ENUM)
#undef EVENT_ENUM
	EVENT_KINDS
};

/* Who asks, as NTIO_TRACE_CALL and so on of the module. */
enum event_by { EVENT_BY_CALL, EVENT_BY_RING, EVENT_BY_DRIVER };

/**
 * struct event - something happened to a request
 * @time: nanoseconds of the monotonic clock
 * @order: in which it was read, where times are the same
 * @kind: what
 * @rq: tells requests apart while they live; not for people
 * @device: whose driver has the request
 * @thread: in which thread, @cpu on which processor
 * @comm: SUBMIT: the command, @process its process
 * @by: SUBMIT: enum event_by
 * @major: SUBMIT: kind of request, by Windows' numbers
 * @code: SUBMIT: the control code, @in and @out the lengths of its buffers
 * @length: SUBMIT: of a read or write, @offset where
 * @bytes: CAPTURED, LOCKED: how many
 * @status: COMPLETED, DELIVERED, REFUSED: NTSTATUS, with @reason and
 *	@information
 */
struct event {
	uint64_t time;
	uint64_t order;
	enum event_kind kind;
	uint64_t rq;
	char device[NTIO_NAME_SIZE];
	int thread;
	int cpu;
	char comm[16];
	int process;
	uint32_t by;
	uint32_t major;
	uint32_t code;
	uint32_t in;
	uint32_t out;
	uint32_t length;
	uint64_t offset;
	uint64_t bytes;
	uint32_t status;
	uint32_t reason;
	uint64_t information;
};

struct events;

/**
 * events_open() - have the kernel tell what happens to requests from now on
 *
 * In a trace instance of its own, so that nobody else's tracing is disturbed.
 *
 * Return: the events, or NULL after a message on stderr.
 */
struct events *events_open(void);

/**
 * events_read() - what has happened since the last time, in order
 * @events: of events_open()
 * @seen: called for each
 * @context: for @seen
 */
void events_read(struct events *events,
		 void (*seen)(const struct event *event, void *context),
		 void *context);

/**
 * events_lost() - how often the kernel's buffer was full
 * @events: of events_open()
 */
unsigned long events_lost(const struct events *events);

/**
 * events_close() - nothing is traced any more
 * @events: of events_open(), or NULL
 */
void events_close(struct events *events);

uint64_t events_now(void);

/* Until a signal asks the command to end, or @ms milliseconds are over. */
bool events_wait(int ms);

#endif
