// SPDX-License-Identifier: GPL-2.0
/* ntio trace: requests as they end, in a table, or each with its way. */
#include <argp.h>
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd.h"
#include "life.h"

#define INTERVAL 50	/* milliseconds */

/**
 * struct trace - a run of the command
 * @device: show those of this device only; NULL: all
 * @timeline: each with its way
 * @left: how many are still wanted
 * @command: run it, and end with it; NULL: until a signal comes
 * @child: its process
 * @go: closed when it may begin
 * @status: its exit status
 */
struct trace {
	const char *device;
	bool timeline;
	unsigned long left;
	char **command;
	pid_t child;
	int go;
	int status;
};

static void print_row(const struct life *life)
{
	char caller[40], request[40], outcome[120], time[16];

	life_caller(life, caller, sizeof(caller));
	life_request(life, request, sizeof(request));
	life_outcome(life, outcome, sizeof(outcome));
	format_time(time, sizeof(time), life_time(life));
	printf("%4lu %-15s %-10s %-21s %9s  %s\n", life->number, caller,
	       life_first(life)->device, request, time, outcome);
}

static void print_heading(void)
{
	printf("%4s %-15s %-10s %-21s %9s  %s\n", "#", "CALLER", "DEVICE",
	       "REQUEST", "TIME", "OUTCOME");
}

/* What people want to know of an event besides its name. */
static void describe(const struct event *event, char *text, size_t size)
{
	static const char *const by[] = { "system call", "ring", "driver" };
	const struct ntio_reason_info *reason;
	char status[48];

	switch (event->kind) {
	case EVENT_SUBMIT:
		snprintf(text, size, "by a %s of %s/%d to %s",
			 by[event->by % ARRAY_SIZE(by)], event->comm,
			 event->process, event->device);
		break;
	case EVENT_CAPTURED:
	case EVENT_LOCKED:
		snprintf(text, size, "%" PRIu64 " bytes", event->bytes);
		break;
	case EVENT_COMPLETED:
	case EVENT_REFUSED:
	case EVENT_DELIVERED:
		format_status(status, sizeof(status), event->status);
		reason = ntio_reason_info(event->reason);
		snprintf(text, size, "%s%s: %s%s%s, %" PRIu64,
			 event->kind == EVENT_COMPLETED ? "by " : "",
			 event->kind == EVENT_COMPLETED ? event->device :
			 event->kind == EVENT_REFUSED ? "no driver had it" :
			 "to the caller", status, event->reason ? ", " : "",
			 event->reason && reason ? reason->name : "",
			 event->information);
		break;
	default:
		snprintf(text, size, "in %s", event->device);
	}
}

static void print_timeline(const struct life *life)
{
	static const char *const words[] = {
#define EVENT_WORD(name, text, word) [EVENT_##name] = word,
		EVENTS(EVENT_WORD)
#undef EVENT_WORD
	};
	unsigned int i, shown = life->nr_events;
	char caller[40], request[40], text[160], time[16];
	const struct event *event;

	if (shown > LIFE_EVENTS)
		shown = LIFE_EVENTS;
	life_caller(life, caller, sizeof(caller));
	life_request(life, request, sizeof(request));
	printf("%lu: %s to %s, from %s\n", life->number, request,
	       life_first(life)->device, caller);
	for (i = 0; i < shown; i++) {
		event = &life->events[i];
		describe(event, text, sizeof(text));
		format_time(time, sizeof(time),
			    event->time - life_first(life)->time);
		printf("%10s  %-11s  thread %d on CPU %d: %s\n", time,
		       words[event->kind], event->thread, event->cpu, text);
	}
	if (life->nr_events > LIFE_EVENTS)
		printf("%10s  %u events in between are not shown\n", "",
		       life->nr_events - LIFE_EVENTS);
	if (!life->over) {
		life_outcome(life, text, sizeof(text));
		format_time(time, sizeof(time), life_time(life));
		printf("%10s  %s\n", time, text);
	}
	putchar('\n');
}

static void print_life(const struct life *life, void *context)
{
	struct trace *trace = context;

	if (trace->device && strcmp(trace->device, life_first(life)->device))
		return;
	if (!trace->left)
		return;
	trace->left--;
	if (trace->timeline)
		print_timeline(life);
	else
		print_row(life);
	fflush(stdout);
}

/* The command begins when everything it does is seen. */
static bool prepare_command(struct trace *trace)
{
	int gate[2];
	char byte;

	if (!trace->command)
		return true;
	if (pipe(gate))
		return false;
	trace->child = fork();
	if (trace->child < 0)
		return false;
	if (!trace->child) {
		close(gate[1]);
		if (read(gate[0], &byte, 1) != 1)
			_exit(EXIT_REFUSED);
		close(gate[0]);
		execvp(trace->command[0], trace->command);
		warn("%s", trace->command[0]);
		_exit(127);
	}
	close(gate[0]);
	trace->go = gate[1];
	return true;
}

static void begin_command(struct trace *trace)
{
	if (!trace->command)
		return;
	if (write(trace->go, "g", 1) != 1)
		warn("%s", trace->command[0]);
	close(trace->go);
}

static bool command_runs(struct trace *trace)
{
	int status;

	if (!trace->command)
		return true;
	if (waitpid(trace->child, &status, WNOHANG) != trace->child)
		return true;
	trace->status = WIFEXITED(status) ? WEXITSTATUS(status) :
					    128 + WTERMSIG(status);
	return false;
}

static int follow(struct trace *trace, struct events *events)
{
	struct lives lives = { .ended = print_life, .context = trace };
	bool on = true;

	if (!trace->timeline)
		print_heading();
	fflush(stdout);
	begin_command(trace);
	while (on && trace->left) {
		on = command_runs(trace) && events_wait(INTERVAL);
		events_read(events, lives_event, &lives);
	}
	lives_finish(&lives);
	if (events_lost(events))
		warnx("the kernel's buffer was full %lu times: some events "
		      "are missing", events_lost(events));
	return trace->status;
}

enum { OPTION_DEVICE = 'd', OPTION_TIMELINE = 't', OPTION_COUNT = 'n' };

static const struct argp_option options[] = {
	{ "device", OPTION_DEVICE, "DEVICE", 0,
	  "only requests that were sent to DEVICE", 0 },
	{ "timeline", OPTION_TIMELINE, NULL, 0,
	  "show the way of each request, not only its end", 0 },
	{ "count", OPTION_COUNT, "N", 0, "end after N requests", 0 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct trace *trace = state->input;
	char *end;

	switch (key) {
	case OPTION_DEVICE:
		trace->device = arg;
		return 0;
	case OPTION_TIMELINE:
		trace->timeline = true;
		return 0;
	case OPTION_COUNT:
		trace->left = strtoul(arg, &end, 10);
		if (!trace->left || *end || *arg == '-')
			argp_error(state, "N is a number, 1 or more: %s", arg);
		return 0;
	case ARGP_KEY_ARG:
		trace->command = &state->argv[state->next - 1];
		state->next = state->argc;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

int cmd_trace(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "[COMMAND [ARGUMENT...]]",
		.doc = "Show requests to ntio devices when they have ended, "
		       "until Ctrl-C, or while COMMAND runs. What has not "
		       "ended by then is shown last, with who has it.\v"
		       "TIME is from the call until its answer. OUTCOME is "
		       "the status with Information, or with the reason of a "
		       "refusal. Needs root and a kernel with tracepoints; "
		       "requests cost nothing more while nobody looks.",
	};
	struct trace trace = { .left = -1ul };
	struct events *events;
	int status = EXIT_REFUSED;

	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &trace);
	if (!prepare_command(&trace))
		err(EXIT_REFUSED, "the command cannot be started");
	events = events_open();
	if (events)
		status = follow(&trace, events);
	else if (trace.command)
		close(trace.go);
	events_close(events);
	return status;
}
