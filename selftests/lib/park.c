// SPDX-License-Identifier: GPL-2.0
/* Requests that wait. */
#include "park.h"
#include "ring.h"

static void give_up(const char *what)
{
	printf("Bail out! %s: %s\n", what, strerror(errno));
	fflush(stdout);
	_exit(1);
}

int park_open(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		give_up(path);
	return fd;
}

static void ask(int fd, __u32 code, void *buffer, __u32 in_len, __u32 out_len)
{
	struct ntio_device_control c = {
		.code = code, .in = addr(buffer), .in_len = in_len,
		.out = addr(buffer), .out_len = out_len,
	};

	errno = control(fd, &c);
	if (errno)
		give_up("a driver does not answer");
}

__u32 park_tell(int fd, __u32 code, __u32 input)
{
	__u32 buffer[8] = { input };

	ask(fd, code, buffer, sizeof(input), sizeof(buffer));
	return buffer[0];
}

struct park_counts park_counts(int fd)
{
	struct park_counts counts = { };

	ask(fd, IOCTL_PARK_COUNTS, &counts, 0, sizeof(counts));
	return counts;
}

struct notify_counts notify_counts(int fd)
{
	struct notify_counts counts = { };

	ask(fd, IOCTL_NOTIFY_COUNTS, &counts, 0, sizeof(counts));
	return counts;
}

int notify_post(int fd, __u64 value, __u32 count)
{
	struct notify_post post = { .value = value, .count = count };
	struct ntio_device_control c = {
		.code = IOCTL_NOTIFY_POST, .in = addr(&post),
		.in_len = sizeof(post),
	};

	return control(fd, &c);
}

static int waiter_send(struct waiter *waiter)
{
	struct io_uring_cqe cqe;
	struct ring ring;

	if (!waiter->overlapped)
		return control(waiter->fd, &waiter->c);
	if (ring_open(&ring, 1, 0) ||
	    !ring_control(&ring, waiter->fd, &waiter->c, 0) ||
	    ring_submit(&ring) != 1)
		give_up("a ring");
	while (!ring_wait(&ring, &cqe, 10000))
		;
	ring_close(&ring);
	return -cqe.res;
}

static void *waiter_thread(void *context)
{
	struct waiter *waiter = context;
	int error;

	__atomic_store_n(&waiter->tid, gettid(), __ATOMIC_RELEASE);
	error = waiter_send(waiter);
	__atomic_store_n(&waiter->error, error, __ATOMIC_RELEASE);
	return NULL;
}

static void waiter_prepare(struct waiter *waiter, bool overlapped, int fd,
			   __u32 code, __u32 input)
{
	memset(waiter, 0, sizeof(*waiter));
	waiter->fd = fd;
	waiter->overlapped = overlapped;
	waiter->in = input;
	waiter->error = -1;
	waiter->c.code = code;
	waiter->c.in = addr(&waiter->in);
	waiter->c.in_len = sizeof(waiter->in);
	waiter->c.out = addr(waiter->out);
	waiter->c.out_len = sizeof(waiter->out);
}

void waiter_begin_as(struct waiter *waiter, bool overlapped, int fd,
		     __u32 code, __u32 input)
{
	waiter_prepare(waiter, overlapped, fd, code, input);
	if (pthread_create(&waiter->thread, NULL, waiter_thread, waiter))
		give_up("pthread_create");
}

bool waiter_ended(struct waiter *waiter)
{
	return __atomic_load_n(&waiter->error, __ATOMIC_ACQUIRE) >= 0;
}

bool waiter_sleeps(struct waiter *waiter)
{
	pid_t tid = __atomic_load_n(&waiter->tid, __ATOMIC_ACQUIRE);

	return tid && task_state(getpid(), tid) == 'S';
}

void waiter_join(struct waiter *waiter)
{
	pthread_join(waiter->thread, NULL);
}

pid_t process_begin_as(bool overlapped, int fd, __u32 code, __u32 input)
{
	struct waiter waiter;
	pid_t pid = fork();

	if (pid < 0)
		give_up("fork");
	if (pid)
		return pid;
	waiter_prepare(&waiter, overlapped, fd, code, input);
	_exit(waiter_send(&waiter));
}

bool process_kill(pid_t pid)
{
	long begin = milliseconds();
	int status;

	kill(pid, SIGKILL);
	if (waitpid(pid, &status, 0) != pid)
		give_up("waitpid");
	return WIFSIGNALED(status) && within_a_second(begin);
}
