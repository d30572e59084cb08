// SPDX-License-Identifier: GPL-2.0
/*
 * Contenders: other ways to bring bytes from the kernel to a program, or pages
 * to the kernel, and what one call of each costs, by size.
 *
 * Prints a line for each contender and size, tab-separated, for vm/bench: its
 * name, the size, the instructions, and how many bytes of the caller's memory
 * one call has filled: a ratio of two that differ in that says nothing. One that
 * this kernel does not have says why instead, and the others go on.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include <x86intrin.h>

#include "client.h"

#define LARGEST (16UL << 20)
#define HUGE (2UL << 20)
#define POISON 0xee

static const size_t sizes[] = {
	0, 8, 64, 65, 128, 256, 512, 1 << 10, 2 << 10, 4 << 10, 6 << 10, 8 << 10, 12 << 10,
	16 << 10, 24 << 10, 32 << 10, 64 << 10, 128 << 10, 256 << 10,
	512 << 10, 1 << 20, 2 << 20, 4 << 20, 8 << 20, LARGEST,
};

/**
 * struct contender - one way
 * @name: of it
 * @path: what is opened
 * @flags: for open()
 * @code: of a control, for those that are one
 * @begin: makes ready what @call needs; NULL: nothing. -errno: not to be had
 * @call: one call; false: it failed
 * @end: undoes @begin
 * @least: the smallest size it takes
 * @most: the largest
 * @unit: sizes are a multiple of this
 * @share: calls that one @call makes
 * @huge: the buffer lies in huge pages
 */
struct contender {
	const char *name;
	const char *path;
	int flags;
	__u32 code;
	int (*begin)(void);
	bool (*call)(const struct contender *c, size_t size);
	void (*end)(void);
	size_t least;
	size_t most;
	size_t unit;
	unsigned int share;
	bool huge;
};

static __u8 *memory;
static int fd;
static int pipe_fds[2];
static int null_fd;
static pid_t other;
static __u8 *others_memory;

static bool do_read(const struct contender *c, size_t size)
{
	return read(fd, memory, size) == (ssize_t)size;
}

static bool do_read_first(const struct contender *c, size_t size)
{
	return pread(fd, memory, size, 0) == (ssize_t)size;
}

static bool do_control(const struct contender *c, size_t size)
{
	static struct ntio_device_control arg IN_A_PAGE;

	arg = (struct ntio_device_control) {
		.size = sizeof(arg), .code = c->code,
		.out = (unsigned long)memory, .out_len = size,
	};

	return !ioctl(fd, NTIO_IOC_DEVICE_CONTROL, &arg);
}

/* All of what may be copied is. */
#define LOCK_FROM "/sys/module/ntio/parameters/lock_from"
static unsigned int locked_from;

static int begin_copied(void)
{
	FILE *parameter = fopen(LOCK_FROM, "r+");
	int rc = -EINVAL;

	if (!parameter)
		return -errno;
	if (fscanf(parameter, "%u", &locked_from) == 1) {
		rewind(parameter);
		rc = fprintf(parameter, "%u", -1U) < 0 ? -errno : 0;
	}
	fclose(parameter);
	return rc;
}

static void end_copied(void)
{
	FILE *parameter = fopen(LOCK_FROM, "w");

	if (!parameter)
		return;
	fprintf(parameter, "%u", locked_from);
	fclose(parameter);
}

/* Another process, whose memory is read. */
static int begin_other(void)
{
	others_memory = mmap(NULL, LARGEST, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (others_memory == MAP_FAILED)
		return -errno;
	memset(others_memory, BENCH_BYTE, LARGEST);
	other = fork();
	if (other)
		return other > 0 ? 0 : -errno;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		pause();
}

static void end_other(void)
{
	kill(other, SIGKILL);
	waitpid(other, NULL, 0);
	munmap(others_memory, LARGEST);
}

static bool do_other(const struct contender *c, size_t size)
{
	const struct iovec to = { memory, size }, from = { others_memory, size };

	return process_vm_readv(other, &to, 1, &from, 1, 0) == (ssize_t)size;
}

/* Pages are lent to a pipe, and taken out again by who does not look. */
static int begin_pipe(void)
{
	null_fd = open("/dev/null", O_WRONLY);
	if (null_fd < 0 || pipe(pipe_fds) ||
	    fcntl(pipe_fds[1], F_SETPIPE_SZ, LARGEST) < (int)LARGEST)
		return -errno;
	return 0;
}

static void end_pipe(void)
{
	close(pipe_fds[0]);
	close(pipe_fds[1]);
	close(null_fd);
}

static bool do_pipe(const struct contender *c, size_t size)
{
	const struct iovec from = { memory, size };
	ssize_t left = vmsplice(pipe_fds[1], &from, 1, 0), part;

	if (left != (ssize_t)size)
		return false;
	for (; left > 0; left -= part) {
		part = splice(pipe_fds[0], NULL, null_fd, NULL, left, 0);
		if (part <= 0)
			return false;
	}
	return true;
}

static bool do_ring(const struct contender *c, size_t size)
{
	return empty_batch(fd);
}

static bool do_ring_ntio(const struct contender *c, size_t size)
{
	return control_batch(fd, IOCTL_BENCH_NONE);
}

#define RINGS .share = RING_BATCH, .begin = begin_ring, .end = end_ring, \
	.most = 0
#define ANY .most = LARGEST, .unit = 1
#define PAGES .least = 1, .most = LARGEST, .unit = 1

static const struct contender contenders[] = {
	{ "floor_copy", "/dev/bench_floor", .call = do_read, ANY },
	{ "ntio_copy", "/dev/ntio/bench", .call = do_read, ANY },
	{ "floor_lock", "/dev/bench_floor", .code = IOCTL_BENCH_FILL,
	  .call = do_control, PAGES },
	{ "ntio_lock", "/dev/ntio/bench", .code = IOCTL_BENCH_FILL,
	  .call = do_control, PAGES },
	{ "floor_map", "/dev/bench_floor", .code = IOCTL_BENCH_FILL_MAPPED,
	  .call = do_control, PAGES },
	{ "ntio_map", "/dev/ntio/bench", .code = IOCTL_BENCH_FILL_MAPPED,
	  .call = do_control, PAGES },
	{ "ntio_lock_long", "/dev/ntio/bench", .code = IOCTL_BENCH_FILL_LONG,
	  .call = do_control, PAGES },
	{ "ntio_auto", "/dev/ntio/bench", .code = IOCTL_BENCH_FILL_AUTO,
	  .call = do_control, PAGES },
	{ "ntio_copied", "/dev/ntio/bench", .code = IOCTL_BENCH_FILL_AUTO,
	  .begin = begin_copied, .call = do_control, .end = end_copied, PAGES },
	{ "floor_copy_huge", "/dev/bench_floor", .call = do_read, ANY,
	  .huge = true },
	{ "ntio_copy_huge", "/dev/ntio/bench", .call = do_read, ANY,
	  .huge = true },
	{ "floor_lock_huge", "/dev/bench_floor", .code = IOCTL_BENCH_FILL,
	  .call = do_control, PAGES, .huge = true },
	{ "ntio_lock_huge", "/dev/ntio/bench", .code = IOCTL_BENCH_FILL,
	  .call = do_control, PAGES, .huge = true },
	{ "floor_map_huge", "/dev/bench_floor", .code = IOCTL_BENCH_FILL_MAPPED,
	  .call = do_control, PAGES, .huge = true },
	{ "ntio_map_huge", "/dev/ntio/bench", .code = IOCTL_BENCH_FILL_MAPPED,
	  .call = do_control, PAGES, .huge = true },
	{ "dev_zero", "/dev/zero", .call = do_read, ANY },
	{ "process_vm_readv", .begin = begin_other, .call = do_other,
	  .end = end_other, ANY },
	{ "vmsplice", .begin = begin_pipe, .call = do_pipe, .end = end_pipe,
	  .least = 1, .most = LARGEST, .unit = 1 },
	{ "null_blk_direct", "/dev/nullb0", O_DIRECT, .call = do_read_first,
	  .least = 4096, .most = LARGEST, .unit = 4096 },
	{ "cuse", .begin = begin_cuse, .call = do_read, .end = end_cuse, ANY },
	{ "ring_nop", .call = do_ring, .path = "", RINGS },
	{ "ring_empty", "/dev/null", .call = do_ring, RINGS },
	{ "ring_ntio", "/dev/ntio/bench", .call = do_ring_ntio, RINGS },
	{ }
};

static unsigned int rounds(size_t size)
{
	if (size <= 4096)
		return 100;
	return size <= 65536 ? 30 : size <= 1 << 20 ? 8 : 4;
}

/* The least of many; 0: a call failed. */
static unsigned long least_cost(const struct contender *c, size_t size)
{
	unsigned long least = -1UL, one;
	unsigned int i;
	__u64 begin;

	for (i = 0; i < rounds(size); i++) {
		begin = __rdtsc();
		if (!c->call(c, size))
			return 0;
		one = __rdtsc() - begin;
		least = one < least ? one : least;
	}
	return least / (c->share ?: 1);
}

/* What one call has filled of memory that was something else before. */
static size_t filled(const struct contender *c, size_t size)
{
	size_t i, count = 0;

	memset(memory, POISON, LARGEST);
	if (!c->call(c, size))
		return 0;
	for (i = 0; i < LARGEST; i++)
		count += memory[i] != POISON;
	return count;
}

static void measure_sizes(const struct contender *c)
{
	unsigned long cost;
	unsigned int i;
	size_t bytes;

	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		if (sizes[i] < c->least || sizes[i] > c->most ||
		    (c->unit && sizes[i] % c->unit))
			continue;
		bytes = filled(c, sizes[i]);
		cost = least_cost(c, sizes[i]);
		if (!cost) {
			printf("missing\t%s\t%zu bytes: %s\n", c->name,
			       sizes[i], strerror(errno));
			return;
		}
		printf("size\t%s\t%zu\t%lu\t%zu\n", c->name, sizes[i], cost,
		       bytes);
	}
}

/* Its file, and then what else it needs; -errno. */
static int begin(const struct contender *c)
{
	int rc = 0;

	fd = -1;
	if (c->path && *c->path) {
		fd = open(c->path, O_RDWR | c->flags);
		rc = fd < 0 ? -errno : 0;
	}
	if (!rc && c->begin)
		rc = c->begin();
	return rc;
}

static void contend(const struct contender *c)
{
	int rc;

	madvise(memory, LARGEST, c->huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
	madvise(memory, LARGEST, MADV_DONTNEED);
	rc = begin(c);
	if (rc < 0) {
		printf("missing\t%s\t%s%s%s\n", c->name, c->path ?: "",
		       c->path ? ": " : "", strerror(-rc));
	} else {
		if (rc > 0)	/* a file that it made */
			fd = rc;
		measure_sizes(c);
		if (c->end)
			c->end();
	}
	if (fd >= 0)
		close(fd);
	fflush(stdout);
}

int measure_contenders(void)
{
	const struct contender *c;
	void *all = mmap(NULL, LARGEST + HUGE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (all == MAP_FAILED)
		return 1;
	memory = (__u8 *)(((unsigned long)all + HUGE - 1) & ~(HUGE - 1));
	for (c = contenders; c->name; c++)
		contend(c);
	return 0;
}
