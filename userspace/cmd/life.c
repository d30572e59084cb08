// SPDX-License-Identifier: GPL-2.0
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "life.h"
#include "words.h"

/* By Windows' numbers, as in <ntio/request.h> of the kernel side. */
#define MAJOR_CONTROL 0x0e
#define MAJOR_CREATE 0x00
#define MAJOR_CLOSE 0x02
#define MAJOR_READ 0x03
#define MAJOR_WRITE 0x04
#define MAJOR_CLEANUP 0x12

static struct life **find(struct lives *lives, uint64_t rq)
{
	struct life **at = &lives->living;

	while (*at && life_first(*at)->rq != rq)
		at = &(*at)->next;
	return at;
}

static struct life *add(struct lives *lives)
{
	struct life *life = calloc(1, sizeof(*life));
	struct life **at = &lives->living;

	if (!life)
		err(EXIT_REFUSED, "tracing");
	while (*at)
		at = &(*at)->next;
	*at = life;
	life->number = ++lives->born;
	return life;
}

static void end(struct lives *lives, struct life **at)
{
	struct life *life = *at;

	*at = life->next;
	lives->ended(life, lives->context);
	free(life);
}

static bool is_file_request(const struct event *submit)
{
	return submit->major == MAJOR_CREATE || submit->major == MAJOR_CLOSE ||
	       submit->major == MAJOR_CLEANUP;
}

/*
 * Whether the request is over: its caller has the answer, or there is none who
 * waits for it. Of one that began before us, completion is all we look for.
 */
static bool is_over(const struct life *life)
{
	const struct event *submit = life_event(life, EVENT_SUBMIT);

	switch (life_last(life)->kind) {
	case EVENT_DELIVERED:
		return true;
	case EVENT_REFUSED:
		/* To a driver it is completed as any other. */
		return submit->by != EVENT_BY_DRIVER;
	case EVENT_COMPLETED:
		return !submit || is_file_request(submit) ||
		       life_event(life, EVENT_ABANDONED) != NULL;
	case EVENT_ABANDONED:
		return life_event(life, EVENT_COMPLETED) != NULL;
	default:
		return false;
	}
}

void lives_event(const struct event *event, void *context)
{
	struct lives *lives = context;
	struct life **at = find(lives, event->rq);
	struct life *life = *at;
	unsigned int n;

	/* The memory of one whose end was lost. */
	if (life && event->kind == EVENT_SUBMIT) {
		end(lives, at);
		life = NULL;
	}
	if (!life && event->kind != EVENT_SUBMIT &&
	    event->kind != EVENT_COMPLETED)
		return;
	if (!life)
		life = add(lives);
	n = life->nr_events++;
	life->events[n < LIFE_EVENTS ? n : LIFE_EVENTS - 1] = *event;
	life->over = is_over(life);
	if (life->over)
		end(lives, find(lives, event->rq));
}

void lives_finish(struct lives *lives)
{
	while (lives->living)
		end(lives, &lives->living);
}

const struct event *life_event(const struct life *life, enum event_kind kind)
{
	for (unsigned int i = 0; i < life->nr_events && i < LIFE_EVENTS; i++)
		if (life->events[i].kind == kind)
			return &life->events[i];
	return NULL;
}

uint64_t life_time(const struct life *life)
{
	uint64_t end = life->over ? life_last(life)->time : events_now();

	return end - life_first(life)->time;
}

void life_request(const struct life *life, char *text, size_t size)
{
	const struct event *submit = life_event(life, EVENT_SUBMIT);

	if (!submit)
		snprintf(text, size, "began earlier");
	else if (submit->major == MAJOR_CONTROL)
		snprintf(text, size, "%s 0x%08" PRIx32,
			 method_word(submit->code)->brief, submit->code);
	else if (submit->major == MAJOR_READ || submit->major == MAJOR_WRITE)
		snprintf(text, size, "%s %" PRIu32 " at %" PRIu64,
			 submit->major == MAJOR_READ ? "read" : "write",
			 submit->length, submit->offset);
	else
		snprintf(text, size, "%s",
			 submit->major == MAJOR_CREATE ? "create" :
			 submit->major == MAJOR_CLEANUP ? "cleanup" : "close");
}

void life_caller(const struct life *life, char *text, size_t size)
{
	const struct event *submit = life_event(life, EVENT_SUBMIT);

	if (submit)
		snprintf(text, size, "%s/%d", submit->comm, submit->process);
	else
		snprintf(text, size, "-");
}

void format_status(char *text, size_t size, uint32_t status)
{
	const struct ntio_status_info *info = ntio_status_info(status);

	if (info)
		snprintf(text, size, "%s", info->name + strlen("STATUS_"));
	else
		snprintf(text, size, "0x%08" PRIx32, status);
}

void life_outcome(const struct life *life, char *text, size_t size)
{
	const struct event *last = life_last(life);
	const struct event *done = life_event(life, EVENT_COMPLETED);
	const struct ntio_reason_info *reason;
	char status[48];

	if (!life->over) {
		snprintf(text, size, "%s, in %s",
			 life_event(life, EVENT_CANCELLED) ?
			 "CANCELLED BUT NOT ENDED" : "NOT ENDED",
			 last->device);
		return;
	}
	if (last->kind != EVENT_DELIVERED && last->kind != EVENT_REFUSED && done)
		last = done;
	format_status(status, sizeof(status), last->status);
	reason = ntio_reason_info(last->reason);
	if (last->reason && reason)
		snprintf(text, size, "%s: %s", status, reason->name);
	else
		snprintf(text, size, "%s, %" PRIu64, status,
			 last->information);
}

void format_time(char *text, size_t size, uint64_t ns)
{
	if (ns < 10000000)
		snprintf(text, size, "%.1f us", ns / 1e3);
	else if (ns < 10000000000)
		snprintf(text, size, "%.1f ms", ns / 1e6);
	else
		snprintf(text, size, "%.1f s", ns / 1e9);
}
