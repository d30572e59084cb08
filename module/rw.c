// SPDX-License-Identifier: GPL-2.0
/*
 * Entry for read(2) and write(2) and their relatives [6.1].
 *
 * A read has an output buffer only, a write an input buffer; the style of the
 * device at the top decides which transfer method brings it. Each segment of a
 * vectored call is a request of its own; the first that transfers less than
 * asked, or fails, is the last. Appending is refused where there are offsets:
 * a write would go to the position, over what is there.
 */
#include <linux/compat.h>
#include <linux/uio.h>

#include "compat.h"
#include "core.h"

/* [write][io]; a direct write reads the caller's memory, as IN_DIRECT does. */
static const struct ntio_transfer * const ntio_rw_transfers[2][3] = {
	{
		[NTIO_IO_NEITHER] = &ntio_transfer_neither,
		[NTIO_IO_BUFFERED] = &ntio_transfer_buffered,
		[NTIO_IO_DIRECT] = &ntio_transfer_out_direct,
	}, {
		[NTIO_IO_NEITHER] = &ntio_transfer_neither,
		[NTIO_IO_BUFFERED] = &ntio_transfer_buffered,
		[NTIO_IO_DIRECT] = &ntio_transfer_in_direct,
	},
};

/**
 * struct ntio_rw - one segment of a read or write
 * @file: the open file
 * @write: write, not read
 * @compat: of a 32-bit program
 * @addr: the caller's buffer
 * @len: its length, at most 2^31
 * @offset: where in the device
 */
struct ntio_rw {
	struct ntio_file *file;
	bool write;
	bool compat;
	ntio_uaddr_t addr;
	u32 len;
	u64 offset;
};

/* The buffer is the one that the transfer method takes, in or out. */
static void ntio_rw_capture(struct ntio_request *rq, struct ntio_caller *caller,
			    const struct ntio_rw *rw)
{
	enum ntio_io io = rq->device->io;
	bool in = rw->write && io != NTIO_IO_DIRECT;

	*caller = (struct ntio_caller){
		.compat = rw->compat,
		.mm = current->mm,
		.device = rq->device,
	};
	if (in) {
		caller->in = rw->addr;
		caller->in_len = rw->len;
	} else {
		caller->out = rw->addr;
		caller->out_len = rw->len;
	}
	rq->major = rw->write ? NTIO_MAJOR_WRITE : NTIO_MAJOR_READ;
	rq->length = rw->len;
	rq->offset = rw->offset;
	rq->buffer_in_len = caller->in_len;
	rq->buffer_out_len = caller->out_len;
	rq->transfer = ntio_rw_transfers[rw->write][io];
}

/* Of a device that is neither: the whole range is probed up front [6.5]. */
static bool ntio_rw_probe(const struct ntio_rw *rw)
{
	if (!rw->len)
		return true;
	if (rw->write)
		return ntio_user_range_ok(rw->addr, rw->len);
	return ntio_probe_write(rw->addr, rw->len) == rw->len;
}

static ntstatus_t ntio_rw_check(struct ntio_request *rq,
				const struct ntio_rw *rw)
{
	if (ntio_file_gone(rq->file))
		return ntio_request_reject(rq, STATUS_DELETE_PENDING,
					   NTIO_REASON_DEVICE_GONE, 0);
	if (rq->device->io == NTIO_IO_NEITHER && !ntio_rw_probe(rw))
		return ntio_request_reject(rq, STATUS_ACCESS_VIOLATION,
					   rw->write ? NTIO_REASON_NOT_USER :
					   NTIO_REASON_OUT_FAULT, 0);
	return STATUS_SUCCESS;
}

/*
 * Bytes, or a negative errno. The end of the file is no error here [6.15]; and
 * a warning that returned no data is one [6.11].
 */
static ssize_t ntio_rw_result(struct ntio_request *rq, ntstatus_t status,
			      bool delivered, u32 len)
{
	if (status == STATUS_END_OF_FILE)
		return 0;
	if (status == STATUS_INVALID_DEVICE_REQUEST)
		return -EOPNOTSUPP;	/* ENOTTY is for ioctl */
	if (ntio_is_error(status))
		return ntio_status_errno(status);
	if (!delivered)
		return -EFAULT;
	if (rq->status == STATUS_VERIFY_REQUIRED)
		return -ENOMEDIUM;
	if (rq->information > len) {
		ntio_violation(rq->device,
			       NTIO_VIOLATION_INFORMATION_TOO_LARGE);
		rq->information = len;
	}
	return rq->information;
}

static ssize_t ntio_rw_run(const struct ntio_rw *rw)
{
	struct ntio_caller caller;
	struct ntio_request *rq;
	bool delivered = false;
	ntstatus_t status;
	ssize_t result;

	rq = ntio_request_alloc(rw->file);
	if (!rq)
		return -ENOMEM;
	ntio_rw_capture(rq, &caller, rw);
	status = ntio_rw_check(rq, rw);
	if (!ntio_is_error(status))
		status = ntio_begin(rq, &caller);
	if (!ntio_is_error(status))
		status = ntio_run(rq, &caller, &delivered);
	if (ntio_request_abandoned(rq))
		result = ntio_status_errno(status);
	else
		result = ntio_rw_result(rq, status, delivered, rw->len);
	ntio_request_finish(rq);
	return result;
}

/* Those of length 0 are nothing, unless there is nothing else [6.8]. */
static ssize_t ntio_rw_segments(struct ntio_rw *rw, struct iov_iter *iter,
				bool seekable)
{
	ssize_t result, total = 0;

	do {
		while (!ntio_iter_len(iter) && iov_iter_count(iter))
			iov_iter_advance(iter, 0);
		rw->addr.value = (unsigned long)ntio_iter_addr(iter);
		rw->len = ntio_iter_len(iter);
		result = ntio_rw_run(rw);
		if (result < 0)
			return total ?: result;
		total += result;
		if (seekable)
			rw->offset += result;
		iov_iter_advance(iter, result);
	} while (result == rw->len && iov_iter_count(iter));
	return total;
}

/* What io_uring may not wait for is done by its worker threads, and only it. */
static bool ntio_rw_of_uring(void)
{
	return current->flags & PF_IO_WORKER;
}

/* As ntio_file_enter(), also for the worker threads of io_uring. */
static bool ntio_rw_enter(struct ntio_file *file, struct kiocb *iocb)
{
	if (!ntio_rw_of_uring())
		return ntio_file_enter(file);
	if (!ntio_uring_has_file(iocb))
		return false;
	ntio_file_count(file);
	return true;
}

static ssize_t ntio_rw(struct kiocb *iocb, struct iov_iter *iter, bool write)
{
	struct ntio_file *file = iocb->ki_filp->private_data;
	struct ntio_rw rw = {
		.file = file,
		.write = write,
		.offset = iocb->ki_pos,
	};
	ssize_t result;
	bool counted;

	/* Kernel buffers, as of splice, have no caller to lock or probe. */
	if (!user_backed_iter(iter))
		return -EINVAL;
	/* Only the driver knows where the end is, and has no way to say so. */
	if (write && file->device->seekable && iocb->ki_flags & IOCB_APPEND)
		return -EOPNOTSUPP;
	/* May wait for a driver: somebody who may not wait asks elsewhere. */
	if (iocb->ki_flags & IOCB_NOWAIT)
		return -EAGAIN;
	rw.compat = ntio_rw_of_uring() ? ntio_uring_is_compat(iocb) :
					 in_compat_syscall();
	counted = ntio_rw_enter(file, iocb);
	result = ntio_rw_segments(&rw, iter, file->device->seekable);
	ntio_file_exit(file, counted);
	if (result > 0 && file->device->seekable)
		iocb->ki_pos += result;
	return result;
}

ssize_t ntio_read_iter(struct kiocb *iocb, struct iov_iter *iter)
{
	return ntio_rw(iocb, iter, false);
}

ssize_t ntio_write_iter(struct kiocb *iocb, struct iov_iter *iter)
{
	return ntio_rw(iocb, iter, true);
}
