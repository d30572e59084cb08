// SPDX-License-Identifier: GPL-2.0
/*
 * A character device in user space, by hand: what a driver that is no part of
 * the kernel costs. Another process serves it; each read is filled as the other
 * drivers of the benchmark do it.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client.h"

#define CUSE_PATH "/dev/bench_cuse"
#define CUSE_NAME "DEVNAME=bench_cuse"
/* More than any request has, and any answer. */
#define CUSE_BUFFER (1024UL * 1024)

static pid_t server;

static int answer(int cuse, __u64 unique, int error, const void *bytes,
		  size_t len)
{
	const struct fuse_out_header head = {
		.len = sizeof(head) + len, .error = error, .unique = unique,
	};
	const struct iovec parts[] = {
		{ (void *)&head, sizeof(head) }, { (void *)bytes, len },
	};

	return writev(cuse, parts, 2) < 0 ? -errno : 0;
}

static int answer_init(int cuse, const struct fuse_in_header *head)
{
	const struct cuse_init_in *in = (const void *)(head + 1);
	struct {
		struct cuse_init_out out;
		char name[sizeof(CUSE_NAME)];
	} init = {
		.out.major = in->major,
		.out.minor = in->minor,
		.out.max_read = CUSE_BUFFER,
		.out.max_write = 4096,
		.name = CUSE_NAME,
	};

	return answer(cuse, head->unique, 0, &init, sizeof(init));
}

static int answer_read(int cuse, const struct fuse_in_header *head)
{
	static __u8 bytes[CUSE_BUFFER];
	const struct fuse_read_in *in = (const void *)(head + 1);
	size_t len = in->size < sizeof(bytes) ? in->size : sizeof(bytes);

	memset(bytes, BENCH_BYTE, len);
	return answer(cuse, head->unique, 0, bytes, len);
}

static int answer_open(int cuse, const struct fuse_in_header *head)
{
	const struct fuse_open_out out = { .open_flags = FOPEN_DIRECT_IO };

	return answer(cuse, head->unique, 0, &out, sizeof(out));
}

static void serve(int cuse)
{
	static __u8 request[CUSE_BUFFER];
	const struct fuse_in_header *head = (const void *)request;

	while (read(cuse, request, sizeof(request)) > 0) {
		switch (head->opcode) {
		case CUSE_INIT:
			answer_init(cuse, head);
			break;
		case FUSE_OPEN:
			answer_open(cuse, head);
			break;
		case FUSE_READ:
			answer_read(cuse, head);
			break;
		case FUSE_RELEASE:
			answer(cuse, head->unique, 0, NULL, 0);
			break;
		default:
			answer(cuse, head->unique, -ENOSYS, NULL, 0);
		}
	}
}

/* The device's file, or -errno. */
int begin_cuse(void)
{
	int cuse = open("/dev/cuse", O_RDWR | O_CLOEXEC), tries, fd;

	if (cuse < 0)
		return -errno;
	server = fork();
	if (!server) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		serve(cuse);
		_exit(0);
	}
	close(cuse);
	if (server < 0)
		return -errno;
	/* The node appears once the server has said what it is called. */
	for (tries = 0; tries < 200; tries++) {
		fd = open(CUSE_PATH, O_RDWR);
		if (fd >= 0)
			return fd;
		usleep(10000);
	}
	fd = -errno;
	end_cuse();
	return fd;
}

void end_cuse(void)
{
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
}
