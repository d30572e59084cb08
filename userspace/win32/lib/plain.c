// SPDX-License-Identifier: GPL-2.0
/* Reads and writes of what is no device. */
#include <sys/uio.h>
#include <unistd.h>

#include "error.h"
#include "plain.h"

static ssize_t plain_read(const struct io *io)
{
	return io->offset == (uint64_t)-1 ?
		read(io->fd, io->out, io->out_len) :
		pread(io->fd, io->out, io->out_len, io->offset);
}

static ssize_t plain_append(const struct io *io)
{
	struct iovec data = { (void *)io->in, io->in_len };

	return pwritev2(io->fd, &data, 1, -1, RWF_APPEND);
}

static ssize_t plain_write(const struct io *io)
{
	if (io->append)
		return plain_append(io);
	return io->offset == (uint64_t)-1 ?
		write(io->fd, io->in, io->in_len) :
		pwrite(io->fd, io->in, io->in_len, io->offset);
}

/* What is read behind the end is none only where an offset is given. */
uint32_t plain_rw(struct io *io, struct ntio_iosb *iosb)
{
	bool write = io->kind == NTIO_OVERLAPPED_WRITE;
	ssize_t done;

	do {
		done = write ? plain_write(io) : plain_read(io);
	} while (done < 0 && errno == EINTR);
	if (done < 0)
		return errno == ESPIPE ? STATUS_INVALID_PARAMETER :
					 status_of_errno(errno);
	if (!done && !write && io->out_len && io->offset != (uint64_t)-1)
		return STATUS_END_OF_FILE;
	iosb->status = STATUS_SUCCESS;
	iosb->information = done;
	return STATUS_SUCCESS;
}
