// SPDX-License-Identifier: GPL-2.0
/*
 * The events come from one buffer for each processor, so what is read in one
 * go is in order only up to the moment at which reading began: the rest waits
 * for the next time.
 */
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <tracefs.h>
#include <unistd.h>

#include "cmd.h"
#include "events.h"

#define SYSTEM "ntio"
#define INSTANCE "ntio-"

struct events {
	struct tracefs_instance *instance;
	struct tep_handle *tep;
	struct event *queue;
	size_t count;
	size_t room;
	uint64_t order;
	unsigned long lost;
};

static const char *const names[] = {
#define EVENT_NAME(name, text, word) [EVENT_##name] = "ntio_" text,
	EVENTS(EVENT_NAME)
#undef EVENT_NAME
};

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

uint64_t events_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

bool events_wait(int ms)
{
	struct timespec time = { ms / 1000, ms % 1000 * 1000000L };

	if (!stopped)
		nanosleep(&time, NULL);
	return !stopped;
}

/* Of a run that was killed: they would go on tracing for nobody. */
static int remove_left(const char *name, void *unused)
{
	struct tracefs_instance *instance;
	pid_t owner;

	(void)unused;
	if (strncmp(name, INSTANCE, strlen(INSTANCE)))
		return 0;
	owner = atoi(name + strlen(INSTANCE));
	if (owner <= 0 || !kill(owner, 0) || errno != ESRCH)
		return 0;
	instance = tracefs_instance_create(name);
	if (instance) {
		tracefs_event_disable(instance, SYSTEM, NULL);
		tracefs_instance_destroy(instance);
		tracefs_instance_free(instance);
	}
	return 0;
}

static const char *why_not(void)
{
	const char *dir = tracefs_tracing_dir();

	if (access("/sys/class/ntio", F_OK))
		return "the module is not loaded; try: modprobe ntio";
	if (!dir)
		return "the kernel's tracing is not there: no tracefs in "
		       "/sys/kernel/tracing, which needs root to mount and a "
		       "kernel with CONFIG_FTRACE";
	if (access(dir, R_OK | X_OK))
		return "tracing is for root; try: sudo ntio";
	if (!tracefs_event_file_exists(NULL, SYSTEM, names[EVENT_SUBMIT],
				       "id"))
		return "the kernel or the module was built without "
		       "tracepoints (CONFIG_TRACEPOINTS, CONFIG_EVENT_TRACING)";
	return NULL;
}

/* tracefs_local_events() would read all symbols of the kernel besides. */
static bool learn_formats(struct events *events)
{
	char *text;
	int size;
	bool ok;

	events->tep = tep_alloc();
	text = tracefs_instance_file_read(NULL, "events/header_page", &size);
	ok = events->tep && text &&
	     !tep_parse_header_page(events->tep, text, size, sizeof(long));
	free(text);
	for (int kind = 0; ok && kind < EVENT_KINDS; kind++) {
		text = tracefs_event_file_read(NULL, SYSTEM, names[kind],
					       "format", &size);
		ok = text && !tep_parse_event(events->tep, text, size, SYSTEM);
		free(text);
	}
	return ok;
}

static bool start(struct events *events)
{
	struct sigaction action = { .sa_handler = stop };
	char name[32];

	snprintf(name, sizeof(name), INSTANCE "%d", getpid());
	tracefs_instances_walk(remove_left, NULL);
	events->instance = tracefs_instance_create(name);
	if (!events->instance || !learn_formats(events))
		return false;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	return tracefs_instance_file_write(events->instance, "trace_clock",
					   "mono") > 0 &&
	       !tracefs_event_enable(events->instance, SYSTEM, NULL);
}

struct events *events_open(void)
{
	const char *why = why_not();
	struct events *events;

	if (why) {
		warnx("%s", why);
		return NULL;
	}
	events = calloc(1, sizeof(*events));
	if (events && start(events))
		return events;
	warn("tracing cannot be turned on");
	events_close(events);
	return NULL;
}

static uint64_t number(struct tep_event *event, struct tep_record *record,
		       const char *field)
{
	unsigned long long value = 0;

	if (tep_get_any_field_val(NULL, event, field, record, &value, 0))
		return 0;
	return value;
}

static void text(struct tep_event *event, struct tep_record *record,
		 const char *field, char *to, size_t size)
{
	int len = 0;
	const char *from;

	from = tep_get_field_raw(NULL, event, field, record, &len, 0);
	if (!from || len < 0)
		len = 0;
	snprintf(to, size, "%.*s", len, from ? from : "");
}

static struct event *queue_room(struct events *events)
{
	if (events->count == events->room) {
		events->room = events->room ? 2 * events->room : 1024;
		events->queue = reallocarray(events->queue, events->room,
					     sizeof(*events->queue));
		if (!events->queue)
			err(EXIT_REFUSED, "tracing");
	}
	return &events->queue[events->count++];
}

static void decode(struct tep_event *from, struct tep_record *record,
		   struct event *to)
{
	to->time = record->ts;
	to->cpu = record->cpu;
	to->thread = number(from, record, "common_pid");
	to->rq = number(from, record, "rq");
	text(from, record, "device", to->device, sizeof(to->device));
	if (to->kind == EVENT_SUBMIT) {
		text(from, record, "comm", to->comm, sizeof(to->comm));
		to->process = number(from, record, "process");
		to->by = number(from, record, "by");
		to->major = number(from, record, "major");
		to->code = number(from, record, "code");
		to->in = number(from, record, "in_len");
		to->out = number(from, record, "out_len");
		to->length = number(from, record, "length");
		to->offset = number(from, record, "offset");
	}
	to->bytes = number(from, record, "bytes");
	to->status = number(from, record, "status");
	to->reason = number(from, record, "reason");
	to->information = number(from, record, "information");
}

static int queue_event(struct tep_event *event, struct tep_record *record,
		       int cpu, void *context)
{
	struct events *events = context;
	struct event *to;

	record->cpu = cpu;
	if (record->missed_events)
		events->lost++;
	for (int kind = 0; kind < EVENT_KINDS; kind++) {
		if (strcmp(event->name, names[kind]))
			continue;
		to = queue_room(events);
		*to = (struct event){ .kind = kind,
				      .order = ++events->order };
		decode(event, record, to);
		break;
	}
	return 0;
}

static int compare_times(const void *a, const void *b)
{
	const struct event *left = a, *right = b;

	if (left->time != right->time)
		return left->time < right->time ? -1 : 1;
	return left->order < right->order ? -1 : 1;
}

void events_read(struct events *events,
		 void (*seen)(const struct event *event, void *context),
		 void *context)
{
	uint64_t until = events_now();
	size_t i;

	tracefs_iterate_raw_events(events->tep, events->instance, NULL, 0,
				   queue_event, events);
	if (!events->count)
		return;
	qsort(events->queue, events->count, sizeof(*events->queue),
	      compare_times);
	for (i = 0; i < events->count && events->queue[i].time < until; i++)
		seen(&events->queue[i], context);
	events->count -= i;
	memmove(events->queue, events->queue + i,
		events->count * sizeof(*events->queue));
}

unsigned long events_lost(const struct events *events)
{
	return events->lost;
}

void events_close(struct events *events)
{
	if (!events)
		return;
	if (events->instance) {
		tracefs_event_disable(events->instance, SYSTEM, NULL);
		tracefs_instance_destroy(events->instance);
		tracefs_instance_free(events->instance);
	}
	if (events->tep)
		tep_free(events->tep);
	free(events->queue);
	free(events);
}
