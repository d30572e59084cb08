/* SPDX-License-Identifier: GPL-2.0 */
/* Requests, put together from events: each from its beginning to its end. */
#ifndef NTIO_CMD_LIFE_H
#define NTIO_CMD_LIFE_H

#include "events.h"

/* Of one request; what comes after is counted, but for the last. */
#define LIFE_EVENTS 64

/**
 * struct life - a request
 * @next: of those that live
 * @number: for people
 * @nr_events: how many there were
 * @events: of them, the first ones and the last one
 * @over: it has ended; else the rest of its life is still to come
 */
struct life {
	struct life *next;
	unsigned long number;
	unsigned int nr_events;
	struct event events[LIFE_EVENTS];
	bool over;
};

/**
 * struct lives - those that have not ended
 * @living: all of them
 * @born: how many there were
 * @ended: told of each that has ended; it is gone after
 * @context: for @ended
 */
struct lives {
	struct life *living;
	unsigned long born;
	void (*ended)(const struct life *life, void *context);
	void *context;
};

/* For events_read(), with a struct lives. */
void lives_event(const struct event *event, void *lives);

/* Calls lives::ended for those that have not ended, the oldest first. */
void lives_finish(struct lives *lives);

/* What was asked: as "BUFFERED 0x00222000" or "read 4096 at 0". */
void life_request(const struct life *life, char *text, size_t size);

/* Who asked: "command/process"; "-" if the beginning was not seen. */
void life_caller(const struct life *life, char *text, size_t size);

/* What became of it. */
void life_outcome(const struct life *life, char *text, size_t size);

/* From its first event to its last, or if it is not over until now. */
uint64_t life_time(const struct life *life);

/* The event of a kind that came first; NULL: none. */
const struct event *life_event(const struct life *life, enum event_kind kind);

static inline const struct event *life_first(const struct life *life)
{
	return &life->events[0];
}

static inline const struct event *life_last(const struct life *life)
{
	unsigned int n = life->nr_events;

	return &life->events[n < LIFE_EVENTS ? n - 1 : LIFE_EVENTS - 1];
}

/* A time as people read it, such as "12.3 us". */
void format_time(char *text, size_t size, uint64_t ns);

/* "CANCELLED" or "0xc0000123". */
void format_status(char *text, size_t size, uint32_t status);

#endif
