// SPDX-License-Identifier: GPL-2.0
#include <err.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd.h"
#include "stage.h"

/* Far from everything, so that both processes have it free. */
#define STAGE ((void *)0x700000000000)
#define STAGE_SIZE 16384

struct context_ask *stage_ask(uint64_t data)
{
	struct context_ask *ask = mmap(STAGE, STAGE_SIZE,
				       PROT_READ | PROT_WRITE,
				       MAP_PRIVATE | MAP_ANONYMOUS |
				       MAP_FIXED_NOREPLACE, -1, 0);

	if (ask != STAGE)
		err(EXIT_REFUSED, "cannot map %p", STAGE);
	ask->mine = STAGE_MINE;
	ask->other = STAGE_OTHERS;
	ask->cpu = CONTEXT_ANY_CPU;
	ask->data = data;
	return ask;
}

void stage_leave(void)
{
	munmap(STAGE, STAGE_SIZE);
}

static bool run_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return !sched_setaffinity(0, sizeof(set), &set);
}

static _Noreturn void be_other(int to)
{
	int fd = open_device("context", NTIO_NO_ACCESS);
	struct context_ask *ask = stage_ask(STAGE_OTHERS);
	struct context_saw saw;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (fd < 0 || !run_on(1))
		_exit(EXIT_REFUSED);
	stage_send(fd, IOCTL_CONTEXT_HERE, ask, sizeof(ask->data));
	saw = stage_saw(fd);
	if (write(to, &saw, sizeof(saw)) != sizeof(saw))
		_exit(EXIT_REFUSED);
	for (;;)
		;	/* so that CPU 1 has our page tables loaded */
}

bool stage_start_other(struct stage_other *other)
{
	int ends[2];
	bool ok;

	if (!run_on(0) || sysconf(_SC_NPROCESSORS_ONLN) < 2 || pipe(ends)) {
		warnx("this needs CPU 0 and CPU 1");
		return false;
	}
	fflush(stdout);
	other->pid = fork();
	if (!other->pid)
		be_other(ends[1]);
	close(ends[1]);
	ok = read(ends[0], &other->saw, sizeof(other->saw)) ==
	     sizeof(other->saw);
	close(ends[0]);
	if (!ok)
		warnx("the other process does not start");
	return ok;
}

void stage_stop_other(const struct stage_other *other)
{
	cpu_set_t all;

	kill(other->pid, SIGKILL);
	waitpid(other->pid, NULL, 0);
	memset(&all, 0xff, sizeof(all));
	sched_setaffinity(0, sizeof(all), &all);
}

struct ntio_result stage_send(int fd, uint32_t code,
			      const struct context_ask *ask, size_t len)
{
	if (NTIO_CTL_METHOD(code) == NTIO_METHOD_BUFFERED)
		return ntio_control(fd, code, ask, sizeof(*ask), NULL, 0);
	return ntio_control(fd, code, ask, sizeof(*ask), (void *)&ask->data,
			    len);
}

struct context_saw stage_saw(int fd)
{
	struct context_saw saw = { 0 };

	ntio_control(fd, IOCTL_CONTEXT_SAW, NULL, 0, &saw, sizeof(saw));
	return saw;
}

void stage_go(int fd)
{
	ntio_control(fd, IOCTL_CONTEXT_GO, NULL, 0, NULL, 0);
}

bool stage_wait_parked(int fd)
{
	for (int tries = 10000; tries; tries--) {
		if (stage_saw(fd).parked)
			return true;
		usleep(1000);
	}
	return false;
}

bool stage_wait_served(int fd, uint32_t served)
{
	for (int tries = 10000; tries; tries--) {
		if (stage_saw(fd).served >= served)
			return true;
		usleep(1000);
	}
	return false;
}

const char *stage_verdict(uint32_t verdict)
{
	static const char *const words[] = {
		[CONTEXT_NOTHING] = "nothing happened",
		[CONTEXT_MINE] = "the caller's data",
		[CONTEXT_OTHER] = "the other's data",
		[CONTEXT_UNKNOWN] = "something else",
		[CONTEXT_FAULT] = "an error",
	};

	return verdict < ARRAY_SIZE(words) ? words[verdict] : "?";
}
