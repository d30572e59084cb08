/* SPDX-License-Identifier: GPL-2.0 */
/* Requests that wait: those of a thread, of a process, and of the driver. */
#ifndef PARK_H
#define PARK_H

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#include "module/samples/notify.h"
#include "modules/ntio_park.h"
#include "ntio_test.h"

#define NOTIFY_PATH "/dev/ntio/notify"
#define NOTIFY_POST_PATH "/dev/ntio/notify-post"
#define PARK_GOOD 0x600d

/* Exits if it cannot. */
int park_open(const char *path);
/* One code of park; its answer, 0 if it has none. */
__u32 park_tell(int fd, __u32 code, __u32 input);
struct park_counts park_counts(int fd);
struct notify_counts notify_counts(int fd);
/* The errno. */
int notify_post(int fd, __u64 value, __u32 count);

/**
 * struct waiter - a thread in a request
 * @fd: its file
 * @overlapped: sent through a ring, whose entry it waits for
 * @c: what it asks for; @out is its output
 * @in: its input
 * @out: its output
 * @error: the errno of its ioctl or of the entry, -1: nothing yet
 * @thread: the thread
 * @tid: its number, 0: it does not run yet
 */
struct waiter {
	int fd;
	bool overlapped;
	struct ntio_device_control c;
	__u32 in;
	__u64 out[4];
	int error;
	pthread_t thread;
	pid_t tid;
};

void waiter_begin_as(struct waiter *waiter, bool overlapped, int fd,
		     __u32 code, __u32 input);
static inline void waiter_begin(struct waiter *waiter, int fd, __u32 code,
				__u32 input)
{
	waiter_begin_as(waiter, false, fd, code, input);
}

bool waiter_ended(struct waiter *waiter);
/* Whether it sleeps: where a driver has its request, it waits for that. */
bool waiter_sleeps(struct waiter *waiter);
void waiter_join(struct waiter *waiter);

/* A process that sends a request on @fd and, if it ends, ends with its errno */
pid_t process_begin_as(bool overlapped, int fd, __u32 code, __u32 input);
static inline pid_t process_begin(int fd, __u32 code, __u32 input)
{
	return process_begin_as(false, fd, code, input);
}

/* Kills it. Whether it was gone within a second. */
bool process_kill(pid_t pid);

#endif
