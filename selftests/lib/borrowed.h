/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A process that may do little: its user is "nobody", without capabilities and
 * with a small limit for locked memory. What only root can see, its parent does.
 */
#ifndef NTIO_TEST_BORROWED_H
#define NTIO_TEST_BORROWED_H

#include <pthread.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "modules/ntio_pins.h"
#include "ntio_test.h"

#define NOBODY 65534
#define LIMIT (64 * KIB)

static inline bool become_nobody(rlim_t limit)
{
	struct rlimit memlock = { limit, limit };

	return !setrlimit(RLIMIT_MEMLOCK, &memlock) && !setgid(NOBODY) &&
	       !setuid(NOBODY);
}

/* Shared with children. */
static inline void *shared(size_t len)
{
	void *p = mmap(NULL, len, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		abort();
	return p;
}

/* The exit status of a child, 255: it did not exit. */
static inline int ended_with(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return 255;
	return WEXITSTATUS(status);
}

static inline int pins_open(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0) {
		printf("Bail out! %s: %s\n", path, strerror(errno));
		fflush(stdout);
		_exit(1);
	}
	return fd;
}

/* One code of the driver; returns Information. */
static inline __u64 pins_tell(int fd, __u32 code, __u32 input)
{
	struct ntio_device_control c = {
		.code = code, .in = addr(&input), .in_len = sizeof(input),
	};

	if (control(fd, &c))
		abort();
	return c.out_information;
}

static inline struct pins_counts pins_counts(int fd)
{
	struct pins_counts counts;
	struct ntio_device_control c = {
		.code = IOCTL_PINS_COUNTS, .out = addr(&counts),
		.out_len = sizeof(counts),
	};

	memset(&counts, POISON, sizeof(counts));
	if (control(fd, &c))
		abort();
	return counts;
}

/* --- what is sent ---------------------------------------------------------- */

/**
 * struct attempt - a request that a thread waits for, in any of the ways
 * @fd: its file
 * @way: how it is sent
 * @p: its buffer
 * @len: and its length
 * @c: a control's structure, the answer in it
 * @result: of a read or write: bytes or the negative errno; of a control: 0 or
 *	the negative errno
 * @ended: there is a result
 * @thread: who waits
 */
struct attempt {
	int fd;
	__u32 way;
	void *p;
	size_t len;
	struct ntio_device_control c;
	ssize_t result;
	int ended;
	pthread_t thread;
};

/* attempt::way that is no control code */
#define WAY_READ 0
#define WAY_WRITE 1

static inline ssize_t attempt_now(struct attempt *attempt)
{
	ssize_t n;

	if (attempt->way == WAY_READ || attempt->way == WAY_WRITE) {
		n = attempt->way == WAY_READ ?
			read(attempt->fd, attempt->p, attempt->len) :
			write(attempt->fd, attempt->p, attempt->len);
		return n < 0 ? -errno : n;
	}
	attempt->c = (struct ntio_device_control) {
		.code = attempt->way, .out = addr(attempt->p),
		.out_len = attempt->len,
	};
	return -control(attempt->fd, &attempt->c);
}

static inline void *attempt_thread(void *context)
{
	struct attempt *attempt = context;

	attempt->result = attempt_now(attempt);
	__atomic_store_n(&attempt->ended, 1, __ATOMIC_RELEASE);
	return NULL;
}

static inline bool attempt_ended(const struct attempt *attempt)
{
	return __atomic_load_n(&attempt->ended, __ATOMIC_ACQUIRE);
}

static inline unsigned int attempts_ended(const struct attempt *attempts,
					  unsigned int n)
{
	unsigned int i, ended = 0;

	for (i = 0; i < n; i++)
		ended += attempt_ended(&attempts[i]);
	return ended;
}

static inline void attempt_begin(struct attempt *attempt, int fd, __u32 way,
				 void *p, size_t len)
{
	*attempt = (struct attempt){
		.fd = fd, .way = way, .p = p, .len = len, .result = POISON32,
	};
	if (pthread_create(&attempt->thread, NULL, attempt_thread, attempt))
		abort();
}

static inline void attempt_join(struct attempt *attempt)
{
	pthread_join(attempt->thread, NULL);
}

/* Whether it was refused for the caller's limit, with all that belongs to it. */
static inline bool attempt_over_limit(const struct attempt *attempt,
				      __u64 limit)
{
	const struct ntio_device_control *c = &attempt->c;

	if (attempt->result != -status_errno(STATUS_WORKING_SET_QUOTA))
		return false;
	if (attempt->way == WAY_READ || attempt->way == WAY_WRITE)
		return true;
	return c->out_status == STATUS_WORKING_SET_QUOTA &&
	       c->out_reason == NTIO_REASON_MEMLOCK && c->out_detail == limit &&
	       !c->out_flags && !c->out_iosb_status && !c->out_information;
}

#endif
