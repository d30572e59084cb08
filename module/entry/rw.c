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
#include <linux/poll.h>
#include <linux/uio.h>

#include <trace/events/ntio.h>

#include "base/status.h"
#include "base/violation.h"
#include "compat.h"
#include "device/node.h"
#include "entry/entry.h"
#include "memory/user.h"
#include "request/call.h"
#include "transfer/transfer.h"

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

/* What may not wait asks again; not an answer of a driver. */
#define NTIO_RW_LATER (-EPROBE_DEFER)

/**
 * struct ntio_rw - a read or write, at one of its segments
 * @file: the open file
 * @kind: NTIO_CALL_READ or NTIO_CALL_WRITE
 * @compat: of a 32-bit program
 * @restartable: a system call of its own
 * @may_wait: for drivers
 * @tag: the caller's first buffer, by which a restarted call is known
 * @addr: the segment's buffer
 * @len: its length, at most 2^31
 * @offset: where in the device
 * @cancels: ntio_inflight::cancels when the call began
 * @done: bytes that earlier segments transferred
 */
struct ntio_rw {
	struct ntio_file *file;
	enum ntio_call_kind kind;
	bool compat;
	bool restartable;
	bool may_wait;
	u64 tag;
	ntio_uaddr_t addr;
	u32 len;
	u64 offset;
	u64 cancels;
	ssize_t done;
};

static bool ntio_rw_is_write(const struct ntio_rw *rw)
{
	return rw->kind == NTIO_CALL_WRITE;
}

/* The buffer is the one that the transfer method takes, in or out. */
static void ntio_rw_capture(struct ntio_call *call, const struct ntio_rw *rw)
{
	struct ntio_caller *caller = &call->caller;
	struct ntio_request *rq = &call->rq;
	enum ntio_io io = rq->device->io;
	bool write = ntio_rw_is_write(rw);

	caller->compat = rw->compat;
	caller->mm = current->mm;
	caller->device = rq->device;
	if (write && io != NTIO_IO_DIRECT) {
		caller->in = rw->addr;
		caller->in_len = rw->len;
	} else {
		caller->out = rw->addr;
		caller->out_len = rw->len;
	}
	rq->major = write ? NTIO_MAJOR_WRITE : NTIO_MAJOR_READ;
	rq->length = rw->len;
	rq->offset = rw->offset;
	rq->buffer_in_len = caller->in_len;
	rq->buffer_out_len = caller->out_len;
	rq->transfer = ntio_rw_transfers[write][io];
	rq->never_pends = rq->device->never_pends;
	rq->may_copy = rq->device->may_copy;
	call->restartable = rw->restartable && rw->may_wait;
	call->offset = rw->offset;
	call->cancels = rw->cancels;
	call->done = rw->done;
}

/* Of a device that is neither: the whole range is probed up front [6.5]. */
static bool ntio_rw_probe(const struct ntio_rw *rw)
{
	if (!rw->len)
		return true;
	if (ntio_rw_is_write(rw))
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
					   ntio_rw_is_write(rw) ?
					   NTIO_REASON_NOT_USER :
					   NTIO_REASON_OUT_FAULT, 0);
	return STATUS_SUCCESS;
}

/* A driver cannot have transferred more than was asked for. */
void ntio_rw_clamp(struct ntio_request *rq)
{
	if (rq->information <= rq->length)
		return;
	ntio_violation(rq->device, NTIO_VIOLATION_INFORMATION_TOO_LARGE);
	rq->information = rq->length;
}

/*
 * Bytes, or a negative errno. The end of the file is no error here [6.15]; and
 * a warning that returned no data is one [6.11].
 */
static ssize_t ntio_rw_result(struct ntio_request *rq, ntstatus_t status,
			      bool delivered)
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
	ntio_rw_clamp(rq);
	return rq->information;
}

static ssize_t ntio_rw_ended(struct ntio_call *call)
{
	ntstatus_t status = ntio_result(call);
	bool delivered = ntio_deliver(call, &status);

	trace_ntio_delivered(&call->rq, status);
	if (call->interrupted && status == STATUS_CANCELLED)
		return -EINTR;
	return ntio_rw_result(&call->rq, status, delivered);
}

/* The drivers have the request, or had it. */
static ssize_t ntio_rw_wait(struct ntio_call *call, const struct ntio_rw *rw)
{
	ssize_t result = ntio_status_errno(STATUS_CANCELLED);

	switch (ntio_call_wait(call, rw->kind, rw->tag)) {
	case NTIO_WAIT_RESTART:
		return -ERESTARTSYS;
	case NTIO_WAIT_GIVEN_UP:
		/* Becomes -EINTR, unless no handler runs after all. */
		return rw->done ? -EINTR : -ERESTARTSYS;
	case NTIO_WAIT_KILLED:
		break;
	case NTIO_WAIT_ENDED:
		result = ntio_rw_ended(call);
		break;
	}
	ntio_call_finish(call);
	return result;
}

/*
 * Of a file that does not wait, whose device was ready: a request that is
 * queued all the same comes back at once. One that a worker of the driver has
 * begun is about to end, and what it has read must not be lost.
 */
static ssize_t ntio_rw_no_wait(struct ntio_call *call, const struct ntio_rw *rw)
{
	struct ntio_request *rq = &call->rq;
	ssize_t result;

	if (ntio_request_ended(rq))
		return ntio_rw_wait(call, rw);
	ntio_request_hold(rq);
	ntio_cancel_for_caller(rq);
	result = ntio_rw_wait(call, rw);
	if (!ntio_request_abandoned(rq) && rq->status == STATUS_CANCELLED)
		result = NTIO_RW_LATER;
	ntio_request_put(rq);
	return result;
}

static ssize_t ntio_rw_run(const struct ntio_rw *rw)
{
	struct ntio_call *call;
	struct ntio_request *rq;
	ntstatus_t status;
	ssize_t result;

	call = ntio_call_alloc(rw->file->device, rw->file, false);
	if (!call)
		return -ENOMEM;
	rq = &call->rq;
	ntio_rw_capture(call, rw);
	trace_ntio_submit(rq, NTIO_TRACE_CALL);
	status = ntio_rw_check(rq, rw);
	if (!ntio_is_error(status))
		status = ntio_prepare_buffers(rq, &call->caller);
	if (ntio_is_error(status)) {
		result = ntio_rw_result(rq, status, false);
		ntio_call_finish(call);
		return result;
	}
	call->returned = ntio_stack_begin(rq, &call->caller);
	if (rw->may_wait)
		return ntio_rw_wait(call, rw);
	return ntio_rw_no_wait(call, rw);
}

/**
 * ntio_rw_capture_command() - a read or write that is a ring's command
 * @call: new
 * @arg: the copy of the caller's structure
 * @compat: the caller is a 32-bit program
 */
void ntio_rw_capture_command(struct ntio_call *call,
			     const struct ntio_overlapped *arg, bool compat)
{
	const bool write = arg->kind == NTIO_OVERLAPPED_WRITE;
	const struct ntio_rw rw = {
		.file = call->rq.file,
		.kind = write ? NTIO_CALL_WRITE : NTIO_CALL_READ,
		.compat = compat,
		.addr.value = write ? arg->control.in : arg->control.out,
		.len = write ? arg->control.in_len : arg->control.out_len,
		.offset = call->rq.device->seekable ? arg->offset : 0,
	};

	ntio_rw_capture(call, &rw);
}

/*
 * As the VFS does for the system calls: drivers rely on it that neither the
 * offset nor the end of what they are asked for is a negative number [6.12].
 */
static ntstatus_t ntio_rw_check_offset(struct ntio_request *rq)
{
	if (rq->offset > S64_MAX - rq->length)
		return ntio_request_reject(rq, STATUS_INVALID_PARAMETER,
					   NTIO_REASON_OFFSET, rq->offset);
	if (rq->major == NTIO_MAJOR_WRITE && rq->device->seekable &&
	    READ_ONCE(rq->file->filp->f_flags) & O_APPEND)
		return ntio_request_reject(rq, STATUS_NOT_SUPPORTED,
					   NTIO_REASON_OFFSET, rq->offset);
	return STATUS_SUCCESS;
}

static ntstatus_t ntio_rw_check_command(struct ntio_request *rq)
{
	u32 missing = rq->major == NTIO_MAJOR_WRITE ? NTIO_WRITE_ACCESS :
						      NTIO_READ_ACCESS;

	missing &= ~rq->file->access;
	if (missing)
		return ntio_request_reject(rq, STATUS_ACCESS_DENIED,
					   NTIO_REASON_ACCESS_BITS, missing);
	if (rq->length > MAX_RW_COUNT)
		return ntio_request_reject(rq, STATUS_INVALID_PARAMETER,
					   NTIO_REASON_BUFFER_LIMIT,
					   MAX_RW_COUNT);
	return ntio_rw_check_offset(rq);
}

/**
 * ntio_rw_begin() - check such a read or write and make its buffers
 * @call: captured
 *
 * Return: STATUS_SUCCESS, or why the drivers are not called.
 */
ntstatus_t ntio_rw_begin(struct ntio_call *call)
{
	struct ntio_request *rq = &call->rq;
	const struct ntio_caller *caller = &call->caller;
	const struct ntio_rw rw = {
		.file = rq->file,
		.kind = rq->major == NTIO_MAJOR_WRITE ? NTIO_CALL_WRITE :
							NTIO_CALL_READ,
		/* The buffer is one of the two, and the other is empty. */
		.addr.value = caller->in.value + caller->out.value,
		.len = rq->length,
	};
	ntstatus_t status = ntio_rw_check_command(rq);

	if (!ntio_is_error(status))
		status = ntio_rw_check(rq, &rw);
	if (!ntio_is_error(status))
		status = ntio_prepare_buffers(rq, caller);
	return status;
}

static void ntio_rw_segment(struct ntio_rw *rw, const struct iov_iter *iter)
{
	rw->addr.value = (unsigned long)ntio_iter_addr(iter);
	rw->len = ntio_iter_len(iter);
}

static bool ntio_rw_same_buffer(const struct ntio_rw *rw,
				const struct ntio_call *call)
{
	const struct ntio_caller *caller = &call->caller;

	/* The buffer is one of the two, and the other is empty. */
	return rw->offset == call->offset &&
	       rw->addr.value == caller->in.value + caller->out.value &&
	       rw->len == caller->in_len + caller->out_len;
}

/* Goes on where a restarted call was: @iter is brought to that segment. */
static struct ntio_call *ntio_rw_resume(struct ntio_rw *rw,
					struct iov_iter *iter, bool seekable)
{
	struct ntio_call *call = NULL;

	if (rw->restartable)
		call = ntio_call_resume(rw->file, rw->kind, rw->tag);
	if (!call)
		return NULL;
	if (call->done < iov_iter_count(iter) || !iov_iter_count(iter)) {
		iov_iter_advance(iter, call->done);
		rw->done = call->done;
		if (seekable)
			rw->offset += call->done;
		ntio_rw_segment(rw, iter);
	}
	if (rw->done == call->done && ntio_rw_same_buffer(rw, call))
		return call;
	ntio_call_give_up(call);
	return NULL;
}

/* Those of length 0 are nothing, unless there is nothing else [6.8]. */
static ssize_t ntio_rw_segments(struct ntio_rw *rw, struct iov_iter *iter,
				bool seekable)
{
	struct ntio_call *call;
	ssize_t result;

	rw->tag = (unsigned long)ntio_iter_addr(iter);
	call = ntio_rw_resume(rw, iter, seekable);
	do {
		if (call) {
			result = ntio_rw_wait(call, rw);
			call = NULL;
		} else {
			while (!ntio_iter_len(iter) && iov_iter_count(iter))
				iov_iter_advance(iter, 0);
			ntio_rw_segment(rw, iter);
			result = ntio_rw_run(rw);
		}
		if (result == -ERESTARTSYS)
			return result;
		if (result < 0)
			return rw->done ?: result;
		rw->done += result;
		if (seekable)
			rw->offset += result;
		iov_iter_advance(iter, result);
	} while (result == rw->len && iov_iter_count(iter));
	return rw->done;
}

/*
 * Whether it is a ring's, which has a worker thread do what it may not wait for
 * itself. Nothing else reads into the caller's memory with a worker's help. Of a
 * multishot read the kiocb looks like a system call's.
 */
static bool ntio_rw_of_worker(void)
{
	return current->flags & PF_IO_WORKER;
}

/*
 * Whether io_uring asks, so that the kiocb lies in an io_kiocb: in a worker
 * thread, or with IOCB_NOWAIT. For RWF_NOWAIT a file needs FMODE_NOWAIT, which
 * ours do not have, so only io_uring sets that flag.
 */
static bool ntio_rw_of_ring(struct kiocb *iocb)
{
	return iocb->ki_flags & IOCB_NOWAIT || ntio_rw_of_worker();
}

/*
 * As ntio_file_enter(), also for io_uring. A registered file is borrowed from
 * its ring, which looks like a handle.
 */
static bool ntio_rw_enter(struct ntio_file *file, struct kiocb *iocb)
{
	if (!ntio_rw_of_ring(iocb))
		return ntio_file_enter(file);
	if (!file->counts_handles || !ntio_uring_has_file(iocb))
		return false;
	ntio_file_count(file);
	return true;
}

/* Who may not wait asks the driver first; without poll it can only wait. */
static bool ntio_rw_is_ready(struct ntio_file *file, bool write)
{
	__poll_t events = EPOLLERR | EPOLLHUP | (write ? EPOLLOUT : EPOLLIN);

	return file->device->poll && file->device->poll(file) & events;
}

/*
 * Whether the call may go on: only who may wait, or need not. A file that does
 * not wait (O_NONBLOCK) waits all the same where the device cannot tell when it
 * is ready. What may not wait (RWF_NOWAIT, and rings) is refused there, and
 * asks again where it may; as is what a handler may sleep in.
 */
static bool ntio_rw_may_begin(struct ntio_rw *rw, struct kiocb *iocb)
{
	bool never = iocb->ki_filp->f_flags & O_NONBLOCK;
	bool poll = rw->file->device->poll;

	rw->may_wait = !(iocb->ki_flags & IOCB_NOWAIT) && !(never && poll);
	if (iocb->ki_flags & IOCB_NOWAIT && !never &&
	    ntio_stack_sleeps(rw->file->device))
		return false;
	return rw->may_wait || ntio_rw_is_ready(rw->file, ntio_rw_is_write(rw));
}

/*
 * io_uring asks again whoever returns one of these two errors, and may ask a
 * hundred times; but what a driver answered is the end.
 */
static ssize_t ntio_rw_answer(struct kiocb *iocb, ssize_t result)
{
	if (result == NTIO_RW_LATER)
		return -EAGAIN;
	if ((result != -EAGAIN && result != -EOPNOTSUPP) ||
	    is_sync_kiocb(iocb) || !ntio_rw_of_ring(iocb))
		return result;
	iocb->ki_complete(iocb, result);
	return -EIOCBQUEUED;
}

static ssize_t ntio_rw(struct kiocb *iocb, struct iov_iter *iter,
		       enum ntio_call_kind kind)
{
	struct ntio_file *file = iocb->ki_filp->private_data;
	bool seekable = file->device->seekable, counted;
	struct ntio_rw rw = {
		.file = file,
		.kind = kind,
		.offset = seekable ? iocb->ki_pos : 0,	/* aio has one */
		.restartable = is_sync_kiocb(iocb) && !ntio_rw_of_ring(iocb),
		.cancels = READ_ONCE(file->inflight.cancels),
	};
	ssize_t result;

	/* Kernel buffers, as of splice, have no caller to lock or probe. */
	if (!user_backed_iter(iter))
		return -EINVAL;
	/* Only the driver knows where the end is, and has no way to say so. */
	if (kind == NTIO_CALL_WRITE && seekable &&
	    iocb->ki_flags & IOCB_APPEND)
		return -EOPNOTSUPP;
	if (!ntio_rw_may_begin(&rw, iocb))
		return -EAGAIN;
	rw.compat = ntio_rw_of_ring(iocb) ? ntio_uring_is_compat(iocb) :
		    in_compat_syscall();
	counted = ntio_rw_enter(file, iocb);
	result = ntio_rw_segments(&rw, iter, seekable);
	ntio_file_exit(file, counted);
	if (result > 0 && seekable)
		iocb->ki_pos += result;
	return ntio_rw_answer(iocb, result);
}

ssize_t ntio_read_iter(struct kiocb *iocb, struct iov_iter *iter)
{
	return ntio_rw(iocb, iter, NTIO_CALL_READ);
}

ssize_t ntio_write_iter(struct kiocb *iocb, struct iov_iter *iter)
{
	return ntio_rw(iocb, iter, NTIO_CALL_WRITE);
}
