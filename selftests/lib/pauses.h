/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Calls of the driver that lets them wait: by this thread, by one of its own,
 * by a process of its own.
 */
#ifndef PAUSES_H
#define PAUSES_H

#include <sys/prctl.h>
#include <sys/stat.h>

#include "modules/ntio_pause.h"
#include "park.h"

/* Not a whole number of pages. */
#define PAUSE_LEN (2 * PAGE + 100)
#define PAUSE_CONTROL_SEED 0x33

/**
 * struct pause_call - a call that waits
 * @path: the device
 * @code: the device control, 0: read or write
 * @write: write
 * @fd: its file
 * @c: the structure of a device control
 * @seed: its input
 * @data: the buffer that the driver fills, or reads
 * @result: what the call returned
 * @error: its errno
 * @ended: how many calls have returned
 * @handled: how many signals the caller has handled
 * @tid: the thread that calls
 * @go: for the caller's handler
 *
 * Lies in memory that processes share.
 */
struct pause_call {
	const char *path;
	__u32 code;
	bool write;
	int fd;
	struct ntio_device_control c;
	__u32 seed;
	unsigned char data[PAUSE_LEN];
	long result;
	int error;
	int ended;
	int handled;
	pid_t tid;
	int go;
};

#define pause_load(_word) __atomic_load_n(&(_word), __ATOMIC_ACQUIRE)
#define pause_store(_word, _value) \
	__atomic_store_n(&(_word), _value, __ATOMIC_RELEASE)

/*
 * As wait_until(), for what does not depend on much and comes at once or never:
 * a test that fails does not wait for long.
 */
#define soon(condition) ({						\
	long _soon = milliseconds();					\
	bool _came;							\
	while (!(_came = (condition)) && milliseconds() - _soon < 8000)	\
		usleep(1000);						\
	_came; })

/* The variants of a fixture: what may wait. */
#define PAUSE_CALLS(F)							\
	FIXTURE_VARIANT_ADD(F, buffered) {				\
		.path = PAUSE_PATH, .code = IOCTL_PAUSE_BUFFERED };	\
	FIXTURE_VARIANT_ADD(F, out_direct) {				\
		.path = PAUSE_PATH, .code = IOCTL_PAUSE_OUT_DIRECT };	\
	FIXTURE_VARIANT_ADD(F, read) { .path = PAUSE_PATH };		\
	FIXTURE_VARIANT_ADD(F, write) {					\
		.path = PAUSE_PATH, .write = true };			\
	FIXTURE_VARIANT_ADD(F, read_direct) { .path = PAUSE_DIRECT_PATH }

static inline struct pause_counts pause_counts(int fd)
{
	struct pause_counts counts;
	struct ntio_device_control c = {
		.code = IOCTL_PAUSE_COUNTS, .out = addr(&counts),
		.out_len = sizeof(counts),
	};

	memset(&counts, POISON, sizeof(counts));
	control(fd, &c);
	return counts;
}

/* Everything is answered; @keep: what comes ignores that it is cancelled. */
static inline void pause_reset(int fd, bool keep)
{
	park_tell(fd, IOCTL_PAUSE_RESET, keep);
}

static inline bool pause_answer(int fd)
{
	return park_tell(fd, IOCTL_PAUSE_ANSWER, 0);
}

static inline struct pause_call *pause_new(const char *path, __u32 code,
					   bool write)
{
	struct pause_call *call;
	unsigned int i;

	call = mmap(NULL, sizeof(*call), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (call == MAP_FAILED)
		return NULL;
	call->path = path;
	call->code = code;
	call->write = write;
	call->fd = park_open(path);
	call->seed = PAUSE_CONTROL_SEED;
	call->c.code = code;
	call->c.in = addr(&call->seed);
	call->c.in_len = sizeof(call->seed);
	call->c.out = addr(call->data);
	call->c.out_len = PAUSE_LEN;
	memset(call->data, POISON, PAUSE_LEN);
	for (i = 0; write && i < PAUSE_LEN; i++)
		call->data[i] = pause_byte(PAUSE_WRITE_SEED, i);
	call->result = POISON32;
	call->error = -1;
	return call;
}

/* Call, as whoever this is. */
static inline void pause_do(struct pause_call *call)
{
	long result;

	pause_store(call->tid, gettid());
	errno = 0;
	if (call->code) {
		control_prepare(&call->c);
		result = ioctl(call->fd, NTIO_IOC_DEVICE_CONTROL, &call->c);
	} else if (call->write) {
		result = write(call->fd, call->data, PAUSE_LEN);
	} else {
		result = read(call->fd, call->data, PAUSE_LEN);
	}
	call->error = errno;
	call->result = result;
	__atomic_add_fetch(&call->ended, 1, __ATOMIC_RELEASE);
}

static inline void *pause_thread(void *call)
{
	pause_do(call);
	return NULL;
}

/*
 * A process that calls and, when that has returned, exits; it does not outlive
 * the test. @prepare: what it does before.
 */
static inline pid_t pause_process(struct pause_call *call,
				  void (*prepare)(struct pause_call *call))
{
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (prepare)
		prepare(call);
	pause_do(call);
	_exit(0);
}

/* The driver has this many, it was given no more, and none was cancelled. */
static inline bool pause_all_wait(int fd, __u32 count)
{
	struct pause_counts counts = pause_counts(fd);

	return counts.waiting == count && counts.calls == count;
}

/* Offset of the first byte that is not the answer's. */
static inline size_t pause_match(const struct pause_call *call)
{
	__u32 seed = call->code ? PAUSE_CONTROL_SEED :
		     call->write ? PAUSE_WRITE_SEED : PAUSE_READ_SEED;
	size_t i;

	for (i = 0; i < PAUSE_LEN; i++)
		if (call->data[i] != pause_byte(seed, i))
			break;
	return i;
}

/* It waits, and the driver was called for it once. */
#define expect_waits(_watch) do {					\
	struct pause_counts _counts = pause_counts(_watch);		\
									\
	EXPECT_EQ(1, _counts.calls);					\
	EXPECT_EQ(1, _counts.waiting);					\
	EXPECT_EQ(0, _counts.cancelled);				\
	EXPECT_EQ(0, _counts.marked);					\
	EXPECT_EQ(0, _counts.answered);					\
} while (0)

/* It has ended well, with its data, and the driver was called for it once. */
#define expect_answered(_watch, _call) do {				\
	struct pause_counts _counts;					\
									\
	EXPECT_EQ(0, (_call)->error);					\
	EXPECT_EQ((_call)->code ? 0 : PAUSE_LEN, (_call)->result);	\
	EXPECT_EQ(PAUSE_LEN, pause_match(_call));			\
	if ((_call)->code) {						\
		EXPECT_EQ(STATUS_SUCCESS, (_call)->c.out_status);	\
		EXPECT_EQ(PAUSE_LEN, (_call)->c.out_information);	\
		EXPECT_EQ(NTIO_REASON_NONE, (_call)->c.out_reason);	\
	}								\
	EXPECT_TRUE(soon(pause_counts(_watch).waiting == 0));		\
	_counts = pause_counts(_watch);					\
	EXPECT_EQ(1, _counts.calls);					\
	EXPECT_EQ(1, _counts.answered);					\
	EXPECT_EQ(0, _counts.cancelled);				\
	EXPECT_EQ(0, _counts.wrong);					\
} while (0)

/* --- a cgroup that can be frozen ------------------------------------------ */

#define PAUSE_CGROUP "/sys/fs/cgroup/ntio-pause"

static inline bool put_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool done;

	if (fd < 0)
		return false;
	done = write(fd, text, strlen(text)) > 0;
	close(fd);
	return done;
}

/* False: there is none to be had. */
static inline bool cgroup_make(void)
{
	if (mkdir(PAUSE_CGROUP, 0755) && errno != EEXIST)
		return false;
	return !access(PAUSE_CGROUP "/cgroup.freeze", W_OK);
}

static inline bool cgroup_take(pid_t pid)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", pid);
	return put_text(PAUSE_CGROUP "/cgroup.procs", text);
}

static inline bool cgroup_freeze(bool freeze)
{
	return put_text(PAUSE_CGROUP "/cgroup.freeze", freeze ? "1" : "0");
}

static inline bool cgroup_is_frozen(void)
{
	char text[128] = "";
	int fd = open(PAUSE_CGROUP "/cgroup.events", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	if (read(fd, text, sizeof(text) - 1) < 0)
		text[0] = 0;
	close(fd);
	return strstr(text, "frozen 1");
}

/* When its processes have ended, and in any case thawed. */
static inline bool cgroup_remove(void)
{
	cgroup_freeze(false);
	return soon(!rmdir(PAUSE_CGROUP) || errno == ENOENT);
}

#endif
