// SPDX-License-Identifier: GPL-2.0
/*
 * The process whose memory is locked: it does what it is told, while a thread
 * of it waits for the request.
 */
#include <linux/userfaultfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "life.h"

/* What the process knows. There is one caller in it. */
static struct life_mem mem;
static struct life_refusal refusal;
static int refusals;
static int lock;
static unsigned char *old_place;
static bool replaced;
static int prot;

/* --- delayed pages -------------------------------------------------------- */

/* Each page, when somebody waits for it, and a moment later. */
static void *serve_faults(void *context)
{
	static unsigned char page[2 * LIFE_WINDOW];
	struct life_mem contents = mem;
	struct uffd_msg event;
	__u64 at;

	contents.map = (void *)((addr(page) + PAGE - 1) & -PAGE);
	memset(contents.map, MEM_CANARY, LIFE_WINDOW);
	life_fill(&contents, life_buffer(&contents), 'A');
	while (read(mem.delay, &event, sizeof(event)) == sizeof(event)) {
		at = (event.arg.pagefault.address & -PAGE) - addr(context);
		usleep(1000);
		ioctl(mem.delay, UFFDIO_COPY, &(struct uffdio_copy){
			.dst = addr(context) + at,
			.src = addr(contents.map) + at,
			.len = PAGE });
	}
	return NULL;
}

static bool delay(void)
{
	struct uffdio_register range = {
		.range = { addr(mem.map), LIFE_WINDOW },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	struct uffdio_api api = { .api = UFFD_API };
	pthread_t thread;

	mem.delay = syscall(SYS_userfaultfd, O_CLOEXEC);
	return mem.delay >= 0 && !ioctl(mem.delay, UFFDIO_API, &api) &&
	       !ioctl(mem.delay, UFFDIO_REGISTER, &range) &&
	       !pthread_create(&thread, NULL, serve_faults, mem.map);
}

static void stop_delay(void)
{
	struct uffdio_range range = { addr(mem.map), LIFE_WINDOW };

	if (mem.delay >= 0)
		ioctl(mem.delay, UFFDIO_UNREGISTER, &range);
}

/* --- what it can be told -------------------------------------------------- */

static void *wait_for_lock(void *context)
{
	static const __u32 codes[LIFE_LOCKS] = {
		IOCTL_HOLD_READ, IOCTL_HOLD_WRITE,
	};
	__u32 slot = 0;
	struct ntio_device_control c = {
		.code = codes[lock],
		.in = addr(&slot), .in_len = sizeof(slot),
		.out = addr(life_buffer(&mem)), .out_len = LIFE_LEN,
	};

	refusal.error = control(hold_open(), &c);
	refusal.status = c.out_status;
	refusal.reason = c.out_reason;
	if (write(refusals, &refusal, sizeof(refusal)) != sizeof(refusal))
		_exit(1);
	return NULL;
}

/* Other memory where the locked memory was. */
static bool replace(unsigned char *at)
{
	struct life_mem other = mem;

	if (mmap(at, life_kind(&mem)->map_len, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != at)
		return false;
	other.map = at;
	life_fill(&mem, life_buffer(&other), 'N');
	return true;
}

static bool protect(int to)
{
	if (mem.memory == LIFE_READ_ONLY)
		to &= ~PROT_WRITE;
	prot = to;
	return !mprotect(mem.map, life_kind(&mem)->map_len, to);
}

static bool move(void)
{
	unsigned char *to = life_reserve(life_kind(&mem)->map_len, PROT_NONE);

	old_place = mem.map;
	return to && life_move(&mem, to) && replace(old_place);
}

static bool act(enum life_action action)
{
	size_t len = life_kind(&mem)->map_len;

	switch (action) {
	case LIFE_MUNMAP:
		replaced = true;
		return !munmap(mem.map, len) && replace(mem.map);
	case LIFE_PROTECT_NONE:
		return protect(PROT_NONE);
	case LIFE_PROTECT_READ:
		return protect(PROT_READ);
	case LIFE_MREMAP:
		return move();
	case LIFE_DONTNEED:
		return !madvise(mem.map, len, MADV_DONTNEED);
	case LIFE_EXEC:
		execl("/bin/sleep", "sleep", "100", NULL);
		return false;
	case LIFE_EXIT:
		_exit(0);
	default:
		return true;
	}
}

static char write_letter(char letter)
{
	if (!(prot & PROT_WRITE) && !protect(PROT_READ | PROT_WRITE))
		return 'x';
	life_fill(&mem, life_buffer(&mem), letter);
	return 'k';
}

static char read_letter(void)
{
	if (!prot && !protect(PROT_READ | PROT_WRITE))
		return 'x';
	return life_read(&mem);
}

static char read_old_place(void)
{
	struct life_mem other = mem;

	other.map = old_place;
	return old_place ? life_which(&mem, life_buffer(&other)) : '.';
}

static void serve(int from, int child);

/* Its child has the same memory, and listens elsewhere. */
static char fork_child(int child)
{
	pid_t pid = fork();

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		serve(child, -1);
		_exit(0);
	}
	return pid < 0 ? 'x' : 'k';
}

static char start_lock(char argument)
{
	pthread_t thread;

	lock = argument;
	return pthread_create(&thread, NULL, wait_for_lock, NULL) ? 'x' : 'k';
}

static char obey(const char command[2], int child)
{
	switch (command[0]) {
	case LIFE_LOCK:
		return start_lock(command[1]);
	case LIFE_ACT:
		stop_delay();
		if (command[1] == LIFE_FORK_PARENT ||
		    command[1] == LIFE_FORK_CHILD)
			return fork_child(child);
		return act(command[1]) ? 'k' : 'x';
	case LIFE_READ:
		return read_letter();
	case LIFE_READ_OLD:
		return read_old_place();
	case LIFE_WRITE:
		return write_letter(command[1]);
	default:
		return 'x';
	}
}

static void serve(int from, int child)
{
	char command[2], answer;

	while (read(from, command, sizeof(command)) == sizeof(command)) {
		answer = obey(command, child);
		if (write(from, &answer, 1) != 1)
			break;
	}
}

/* A child from before the lock shares the pages until somebody writes. */
static void share_with_child(int from, int child)
{
	if (!fork()) {
		close(from);
		close(child);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
}

/* Some memory is a part of this function's frame. */
static __attribute__((noinline)) void be_caller(int from, int child)
{
	unsigned char frame[4 * LIFE_WINDOW];
	unsigned char *stack;
	char ready;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prot = PROT_READ | PROT_WRITE;
	stack = (void *)((addr(frame) + LIFE_WINDOW) & -PAGE);
	ready = life_map(&mem, stack) ? 'k' : 'x';
	if (mem.memory == LIFE_FORKED)
		share_with_child(from, child);
	if (mem.memory == LIFE_DELAYED && !delay())
		ready = 'x';
	if (write(from, &ready, 1) == 1)
		serve(from, child);
	_exit(0);
}

/* --- the other side ------------------------------------------------------- */

bool life_begin(struct life_caller *caller, const struct life_mem *shared,
		int fd)
{
	int to[2], child[2], refused[2];
	char ready = 0;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, to) ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, child) ||
	    pipe2(refused, O_CLOEXEC | O_NONBLOCK))
		return false;
	mem = *shared;
	caller->pid = fork();
	if (!caller->pid) {
		refusals = refused[1];
		close(fd);
		close(to[0]);
		close(child[0]);
		be_caller(to[1], child[1]);
	}
	close(to[1]);
	close(child[1]);
	close(refused[1]);
	caller->to = to[0];
	caller->to_child = child[0];
	caller->refusal = refused[0];
	return read(caller->to, &ready, 1) == 1 && ready == 'k';
}

char life_tell(int to, char command, char argument)
{
	char message[2] = { command, argument }, answer;

	if (write(to, message, sizeof(message)) != sizeof(message) ||
	    read(to, &answer, 1) != 1)
		return 0;
	return answer;
}

void life_end(struct life_caller *caller)
{
	kill(caller->pid, SIGKILL);
	waitpid(caller->pid, NULL, 0);
	close(caller->to);
	close(caller->to_child);
	close(caller->refusal);
}
