// SPDX-License-Identifier: GPL-2.0
/* Descriptors that are set and taken: by the kernel and by drivers, too. */
#include <errno.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/uio.h>
#include <unistd.h>

#include "eventfd.h"

int event_fd_new(unsigned int count, int flags)
{
	return eventfd(count, EFD_CLOEXEC | flags);
}

void event_fd_set(int fd)
{
	const uint64_t one = 1;

	while (write(fd, &one, sizeof(one)) < 0 && errno == EINTR)
		;
}

bool event_fd_take(int fd)
{
	uint64_t count;
	struct iovec vector = { .iov_base = &count, .iov_len = sizeof(count) };
	ssize_t got;

	do {
		got = preadv2(fd, &vector, 1, -1, RWF_NOWAIT);
	} while (got < 0 && errno == EINTR);
	return got == sizeof(count);
}

void event_fd_clear(int fd)
{
	event_fd_take(fd);
}
