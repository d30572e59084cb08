// SPDX-License-Identifier: GPL-2.0
/* The chapter R8: what happens to an address does not happen to its pages. */
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd.h"
#include "stage.h"
#include "tour.h"

static void do_munmap(struct context_ask *ask)
{
	(void)ask;
	stage_leave();
}

static void do_map_other(struct context_ask *ask)
{
	(void)ask;
	stage_leave();
	stage_ask(STAGE_OTHERS);
}

static void do_mprotect(struct context_ask *ask)
{
	mprotect(ask, sysconf(_SC_PAGESIZE), PROT_NONE);
}

/* Who writes after fork gets a copy, unless the page is locked. */
static void do_fork(struct context_ask *ask)
{
	pid_t child = fork();

	if (!child) {
		pause();
		_exit(0);
	}
	*(volatile __u64 *)&ask->data = STAGE_OTHERS;
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static void do_exit(struct context_ask *ask)
{
	(void)ask;
	kill(getpid(), SIGKILL);
}

/**
 * struct event - what the caller does while a worker has its request
 * @what: in words
 * @act: does it
 * @pages: what the worker then finds in the locked pages
 * @address: what it finds at the address, attached to the process
 */
static const struct event {
	const char *what;
	void (*act)(struct context_ask *ask);
	enum context_verdict pages;
	enum context_verdict address;
} events[] = {
	{ "munmap", do_munmap, CONTEXT_MINE, CONTEXT_FAULT },
	{ "mprotect(PROT_NONE)", do_mprotect, CONTEXT_MINE, CONTEXT_FAULT },
	{ "other memory mapped there", do_map_other, CONTEXT_MINE,
	  CONTEXT_OTHER },
	{ "fork, then it stores 0x2222", do_fork, CONTEXT_OTHER,
	  CONTEXT_OTHER },
	{ "killed", do_exit, CONTEXT_MINE, CONTEXT_FAULT },
};

struct sender {
	int fd;
	uint32_t code;
	struct context_ask *ask;
};

static void *send_parked(void *arg)
{
	const struct sender *sender = arg;

	stage_send(sender->fd, sender->code, sender->ask,
		   sizeof(sender->ask->data));
	return NULL;
}

static _Noreturn void be_caller(int fd, uint32_t code,
				const struct event *event, int to)
{
	struct sender sender = { fd, code, stage_ask(STAGE_MINE) };
	pthread_t thread;

	sender.ask->flags = CONTEXT_PARK;
	if (pthread_create(&thread, NULL, send_parked, &sender) ||
	    !stage_wait_parked(fd))
		_exit(EXIT_REFUSED);
	event->act(sender.ask);
	if (write(to, "", 1) != 1)
		_exit(EXIT_REFUSED);
	pthread_join(thread, NULL);
	_exit(EXIT_OK);
}

/* The caller is another process, so that it can die. */
static struct context_saw happen(int fd, uint32_t code,
				 const struct event *event)
{
	uint32_t served = stage_saw(fd).served;
	int done[2];
	pid_t caller;
	char c;

	if (pipe(done))
		return (struct context_saw){ 0 };
	caller = fork();
	if (!caller)
		be_caller(fd, code, event, done[1]);
	close(done[1]);
	if (read(done[0], &c, 1) < 1)
		waitpid(caller, NULL, 0);	/* it is dead */
	close(done[0]);
	stage_go(fd);
	tour_check(stage_wait_served(fd, served + 1), "the worker comes back");
	waitpid(caller, NULL, 0);
	return stage_saw(fd);
}

static void show_event(int fd, const struct event *event)
{
	struct context_saw pages, address;

	pages = happen(fd, IOCTL_CONTEXT_LOCKED, event);
	address = happen(fd, IOCTL_CONTEXT_ATTACHED, event);
	printf("     %-28s  %-18s  %s%s\n", event->what,
	       pages.verdict == CONTEXT_OTHER ? "the new 0x2222" :
		       stage_verdict(pages.verdict),
	       address.verdict == CONTEXT_OTHER ? "the new 0x2222" :
		       stage_verdict(address.verdict),
	       address.status == STATUS_PROCESS_IS_TERMINATING ?
		       ", process gone" : "");
	tour_check(pages.verdict == event->pages, stage_verdict(event->pages));
	tour_check(address.verdict == event->address,
		   stage_verdict(event->address));
}

bool tour_r8(void)
{
	int fd = open_device("context", NTIO_NO_ACCESS);

	if (fd < 0)
		return false;
	fflush(stdout);
	tour_heading("Pages are locked, not the address",
		     "A caller sends 0x1111 and, while a worker has the "
		     "request, does this:");
	printf("     %-28s  %-18s  %s\n", "the caller's process",
	       "in the pages", "at the address");
	fflush(stdout);
	for (size_t i = 0; i < ARRAY_SIZE(events); i++) {
		show_event(fd, &events[i]);
		fflush(stdout);
	}
	putchar('\n');
	tour_line("naive", "pins without FOLL_PIN: after fork the driver has "
		  "the old page");
	tour_held_by("selftests/context selftests/direct  [5.17] [5.18]");
	tour_found("the pages stayed through %zu changes of the address",
		   ARRAY_SIZE(events));
	close(fd);
	return true;
}
