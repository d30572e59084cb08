// SPDX-License-Identifier: GPL-2.0
/* ntio top: what is there and what happens, again every second or so. */
#include <argp.h>
#include <dirent.h>
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "life.h"

#define CLASS "/sys/class/ntio"
#define DEBUG "/sys/kernel/debug/ntio"
#define MAX_DEVICES 256
#define MAX_REASONS 64

/* What happened to the requests of a device since the last picture. */
struct load {
	char device[NTIO_NAME_SIZE];
	unsigned int opens;
	unsigned long ended;
	unsigned long errors;
	unsigned long waiting;
	uint64_t time;
	uint64_t longest;
};

/**
 * struct top - a run of the command
 * @interval: seconds between two pictures
 * @left: how many are still wanted
 * @events: NULL: nothing can be traced here, so no load is known
 * @lives: the requests that have not ended
 * @loads: of the devices, @nr_loads of them
 * @refusals: by reason, in the last picture
 */
struct top {
	double interval;
	unsigned long left;
	struct events *events;
	struct lives lives;
	struct load loads[MAX_DEVICES];
	size_t nr_loads;
	unsigned long refusals[MAX_REASONS];
};

static struct load *find_load(struct top *top, const char *device)
{
	struct load *load;

	for (size_t i = 0; i < top->nr_loads; i++)
		if (!strcmp(top->loads[i].device, device))
			return &top->loads[i];
	if (top->nr_loads == MAX_DEVICES)
		return NULL;
	load = &top->loads[top->nr_loads++];
	*load = (struct load){ .opens = 0 };
	snprintf(load->device, sizeof(load->device), "%s", device);
	return load;
}

static void count_life(const struct life *life, void *context)
{
	struct load *load = find_load(context, life_first(life)->device);
	uint64_t time = life_time(life);

	if (!load || !life->over || !life_event(life, EVENT_SUBMIT))
		return;
	load->ended++;
	load->errors += NT_ERROR(life_last(life)->status);
	load->time += time;
	if (time > load->longest)
		load->longest = time;
}

/* The value of a line "NAME VALUE" of a file; -1: it is not there. */
static long read_value(const char *path, const char *name)
{
	FILE *file = fopen(path, "re");
	char line[128], *space;
	long value = -1;

	while (file && value < 0 && fgets(line, sizeof(line), file)) {
		space = strrchr(line, ' ');
		if (!space || strncmp(line, name, space - line) ||
		    name[space - line])
			continue;
		value = strtol(space + 1, NULL, 10);
	}
	if (file)
		fclose(file);
	return value;
}

static unsigned int read_opens(const char *entry)
{
	char path[512];
	unsigned int opens = 0;
	FILE *file;

	snprintf(path, sizeof(path), CLASS "/%s/opens", entry);
	file = fopen(path, "re");
	if (!file)
		return 0;
	if (fscanf(file, "%u", &opens) != 1)
		opens = 0;
	fclose(file);
	return opens;
}

/* The driver core writes the '/' of "ntio/echo" as '!'. */
static void read_devices(struct top *top)
{
	DIR *dir = opendir(CLASS);
	struct dirent *entry;
	struct load *load;
	const char *slash;

	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		slash = strchr(entry->d_name, '!');
		load = find_load(top, slash ? slash + 1 : entry->d_name);
		if (load)
			load->opens = read_opens(entry->d_name);
	}
	if (dir)
		closedir(dir);
}

static void count_waiting(struct top *top)
{
	struct load *load;

	for (struct life *life = top->lives.living; life; life = life->next) {
		load = find_load(top, life_first(life)->device);
		if (load)
			load->waiting++;
	}
}

/* Busy ones first, then those that somebody has open. */
static int compare_loads(const void *a, const void *b)
{
	const struct load *left = a, *right = b;

	if (left->ended != right->ended)
		return left->ended > right->ended ? -1 : 1;
	if (left->opens != right->opens)
		return left->opens > right->opens ? -1 : 1;
	return strcmp(left->device, right->device);
}

static bool is_worth_a_line(const struct load *load)
{
	return load->ended || load->waiting || load->opens;
}

static void print_load(const struct load *load, double seconds)
{
	char mean[16] = "", longest[16] = "";

	if (load->ended) {
		format_time(mean, sizeof(mean), load->time / load->ended);
		format_time(longest, sizeof(longest), load->longest);
	}
	printf(" %10.0f %8lu %8lu %10s %10s", load->ended / seconds,
	       load->errors, load->waiting, mean, longest);
}

static void print_devices(struct top *top, double seconds)
{
	size_t quiet = 0;

	qsort(top->loads, top->nr_loads, sizeof(*top->loads), compare_loads);
	printf("%-20s %5s", "DEVICE", "OPEN");
	if (top->events)
		printf(" %10s %8s %8s %10s %10s", "REQUESTS/s", "ERRORS",
		       "WAITING", "MEAN TIME", "LONGEST");
	putchar('\n');
	for (size_t i = 0; i < top->nr_loads; i++) {
		if (!is_worth_a_line(&top->loads[i])) {
			quiet++;
			continue;
		}
		printf("%-20s %5u", top->loads[i].device, top->loads[i].opens);
		if (top->events)
			print_load(&top->loads[i], seconds);
		putchar('\n');
	}
	if (quiet)
		printf("%zu more, which nobody has open\n", quiet);
}

/* The module's objects. Pins are those of all drivers of the system. */
static void print_totals(void)
{
	long acquired = read_value("/proc/vmstat", "nr_foll_pin_acquired");
	long released = read_value("/proc/vmstat", "nr_foll_pin_released");

	printf("files %ld, requests %ld, buffers %ld, MDLs %ld; pinned pages "
	       "of the system %ld\n",
	       read_value(DEBUG "/alive", "files"),
	       read_value(DEBUG "/alive", "requests"),
	       read_value(DEBUG "/alive", "buffers"),
	       read_value(DEBUG "/alive", "mdls"), acquired - released);
}

/* Those since the module was loaded, and how many are new. */
static void print_refusals(struct top *top)
{
	const struct ntio_reason_info *info;
	unsigned long before;
	bool any = false;
	long now;

	for (uint32_t reason = 1; reason < MAX_REASONS; reason++) {
		info = ntio_reason_info(reason);
		if (!info)
			continue;
		now = read_value(DEBUG "/refusals", info->name);
		before = top->refusals[reason];
		if (now <= 0)
			continue;
		top->refusals[reason] = now;
		printf("%s%s %ld", any ? ", " : "refused: ", info->name, now);
		if ((unsigned long)now > before)
			printf(" (+%ld)", now - before);
		any = true;
	}
	puts(any ? "" : "refused: nothing");
}

static void print_picture(struct top *top, double seconds)
{
	if (isatty(STDOUT_FILENO))
		fputs("\033[H\033[J", stdout);
	read_devices(top);
	count_waiting(top);
	print_totals();
	print_refusals(top);
	putchar('\n');
	print_devices(top, seconds);
	if (top->left > 1 && !isatty(STDOUT_FILENO))
		putchar('\n');
	fflush(stdout);
	top->nr_loads = 0;
}

static void watch(struct top *top)
{
	uint64_t begun = events_now(), now = begun;
	bool on = true;

	while (on && top->left) {
		on = events_wait(100);
		if (top->events)
			events_read(top->events, lives_event, &top->lives);
		now = events_now();
		if (on && now - begun < top->interval * 1e9)
			continue;
		print_picture(top, (now - begun) / 1e9);
		begun = now;
		top->left--;
	}
}

static const struct argp_option options[] = {
	{ "seconds", 's', "S", 0, "a picture every S seconds (1)", 0 },
	{ "count", 'n', "N", 0, "end after N pictures", 0 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct top *top = state->input;
	char *end;

	switch (key) {
	case 's':
		top->interval = strtod(arg, &end);
		if (!(top->interval >= 0.1 && top->interval <= 3600) || *end)
			argp_error(state, "S is a number from 0.1 to 3600: %s",
				   arg);
		return 0;
	case 'n':
		top->left = strtoul(arg, &end, 10);
		if (!top->left || *end || *arg == '-')
			argp_error(state, "N is a number, 1 or more: %s", arg);
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "no argument is wanted: %s", arg);
	}
	return ARGP_ERR_UNKNOWN;
}

int cmd_top(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.doc = "Show, again and again until Ctrl-C, what there is and "
		       "what happens: open files, requests, locked pages, "
		       "refusals by reason, and the load of each device.\v"
		       "REQUESTS/s, ERRORS and the times are of requests that "
		       "ended since the last picture, WAITING are those that "
		       "began since the command did and have not ended; on a "
		       "kernel without tracepoints they are not shown. Needs "
		       "root.",
	};
	static struct top top = { .interval = 1, .left = -1ul };

	argp_parse(&argp, argc, argv, 0, NULL, &top);
	top.lives.ended = count_life;
	top.lives.context = &top;
	if (!access(CLASS, F_OK) && access(DEBUG "/alive", R_OK)) {
		warnx("what there is can be read only by root, in " DEBUG);
		return EXIT_REFUSED;
	}
	/* Without the module there is nothing; without tracing, no load. */
	top.events = events_open();
	if (access(CLASS, F_OK))
		return EXIT_REFUSED;
	watch(&top);
	events_close(top.events);
	return EXIT_OK;
}
