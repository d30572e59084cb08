// SPDX-License-Identifier: GPL-2.0
/*
 * Asynchronous device control: IORING_OP_URING_CMD.
 *
 * The completion of the ring is Windows' I/O status block, its queue the
 * completion port, its task work the kernel APC in which Windows copies back.
 *
 * A request that its driver has completed when the handlers return is answered
 * at once. One that is pending is parked; whoever completes it sends its end to
 * the task that submitted it, where the answer is delivered. Which of both it
 * is decides ntio_uring::phase, by cmpxchg:
 *
 *	STARTED --completer--> DONE	the submitter answers, or sends it on
 *	STARTED --submitter--> PARKED --completer--> POSTED, the task answers
 *				      --canceller--> ABANDONED
 *
 * A ring that goes away, because its task exits or execs, cancels what is
 * parked. A request that its driver does not give back then is abandoned: the
 * ring gets its entry, the request keeps the file, and its end is told to
 * nobody. The answer is delivered only in the address space it came from.
 *
 * Where io_uring cannot cancel commands (before 6.7) nothing may be parked: exec
 * would wait for it for ever. There the ring's worker threads, which share the
 * caller's address space, wait for the end, and are interrupted when the ring
 * wants them back.
 */
#include <linux/pid.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "compat.h"
#include "core.h"

enum {
	NTIO_URING_STARTED,
	NTIO_URING_DONE,
	NTIO_URING_PARKED,
	NTIO_URING_POSTED,
	NTIO_URING_ABANDONED,
};

/**
 * struct ntio_uring - the caller's side of an asynchronous request
 * @phase: see above
 * @counted: the command has a reference of its own to the file, and that is no
 *	handle. A file that is registered with the ring is borrowed from there.
 * @cmd: io_uring's side; gone when the entry is posted
 * @rq: the request, one reference
 * @ucmd: the caller's structure, @arg its copy
 * @arg: what was asked, and then the answer
 * @caller: as it was; the structure of its address space is held
 * @returned: what the handlers returned
 */
struct ntio_uring {
	atomic_t phase;
	bool counted;
	struct io_uring_cmd *cmd;
	struct ntio_request *rq;
	struct ntio_ucmd ucmd;
	struct ntio_device_control arg;
	struct ntio_caller caller;
	ntstatus_t returned;
};

static struct ntio_uring **ntio_uring_slot(struct io_uring_cmd *cmd)
{
	BUILD_BUG_ON(sizeof(struct ntio_uring *) > sizeof(cmd->pdu));
	return (struct ntio_uring **)cmd->pdu;
}

/* With the request, whose driver may have been the last to know it. */
void ntio_uring_free(struct ntio_uring *uring)
{
	if (!uring)
		return;
	mmdrop(uring->caller.mm);
	kfree(uring);
}

/* The caller's side is done; the command is not, it keeps the file. */
static void ntio_uring_end(struct ntio_uring *uring)
{
	struct ntio_file *file = uring->rq->file;
	bool counted = uring->counted;

	ntio_request_delist(uring->rq);
	ntio_request_finish(uring->rq);
	ntio_file_exit(file, counted);
}

/* Whether the process that issued a request is the current one. */
bool ntio_uring_is_ours(const struct ntio_request *rq)
{
	return rq->uring->caller.mm == current->mm;
}

/*
 * What becomes of the I/O status block: as [2.33] and [2.34] have it for
 * overlapped requests.
 */
static int ntio_uring_answer(struct ntio_uring *uring)
{
	struct ntio_request *rq = uring->rq;
	struct ntio_device_control *arg = &uring->arg;
	bool delivered, pended = ntio_request_was_pending(rq);
	ntstatus_t status, iosb = rq->status;

	status = ntio_request_status(rq, uring->returned);
	delivered = ntio_deliver(rq, &uring->caller, &status);
	if (!delivered && !ntio_is_error(iosb))
		iosb = STATUS_ACCESS_VIOLATION;		/* [2.25] */
	if (delivered || pended) {
		arg->out_iosb_status = (__force u32)iosb;
		arg->out_information = rq->information;
		arg->out_flags |= NTIO_OUT_IOSB | NTIO_OUT_COMPLETION;
	}
	if (uring->returned == STATUS_PENDING)
		arg->out_flags |= NTIO_OUT_PENDED;
	ntio_outcome(rq, status, &arg->out_reason, &arg->out_detail);
	arg->out_status = (__force u32)status;
	if (ntio_ucmd_respond(&uring->ucmd))
		return -EFAULT;
	return ntio_status_errno(status);
}

/* In the task that submitted, or, if that is gone, anywhere: then to nobody. */
static void ntio_uring_deliver(struct io_uring_cmd *cmd,
			       unsigned int issue_flags)
{
	struct ntio_uring *uring = *ntio_uring_slot(cmd);
	int result = -ECANCELED;

	if (ntio_uring_is_ours(uring->rq))
		result = ntio_uring_answer(uring);
	ntio_uring_end(uring);
	io_uring_cmd_done(cmd, result, 0, issue_flags);
}

/**
 * ntio_uring_completed() - a request of a ring has ended
 * @rq: the request, its outcome set
 *
 * Context: Any; does not sleep.
 */
void ntio_uring_completed(struct ntio_request *rq)
{
	struct ntio_uring *uring = rq->uring;

	if (atomic_cmpxchg(&uring->phase, NTIO_URING_STARTED,
			   NTIO_URING_DONE) == NTIO_URING_STARTED)
		return;
	if (atomic_cmpxchg(&uring->phase, NTIO_URING_PARKED,
			   NTIO_URING_POSTED) == NTIO_URING_PARKED)
		io_uring_cmd_complete_in_task(uring->cmd, ntio_uring_deliver);
}

/*
 * The ring wants the command back, now. The driver had its chance; what it
 * keeps lives on without a caller, and must not touch the command any more.
 */
static void ntio_uring_cancel(struct io_uring_cmd *cmd,
			      unsigned int issue_flags)
{
	struct ntio_uring *uring = *ntio_uring_slot(cmd);
	struct ntio_request *rq = uring->rq;

	ntio_request_hold(rq);
	ntio_cancel(rq);
	if (atomic_cmpxchg(&uring->phase, NTIO_URING_PARKED,
			   NTIO_URING_ABANDONED) == NTIO_URING_PARKED) {
		ntio_request_abandon(rq);
		ntio_uring_end(uring);
		io_uring_cmd_done(cmd, -ECANCELED, 0, issue_flags);
	}
	ntio_request_put(rq);
}

static int ntio_uring_capture(struct ntio_uring *uring, u64 address)
{
	struct io_uring_cmd *cmd = uring->cmd;
	int rc;

	if (address != (unsigned long)address)
		return -EFAULT;
	uring->ucmd.file = cmd->file->private_data;
	uring->ucmd.ubuffer = u64_to_user_ptr(address);
	uring->ucmd.cmd = &uring->arg;
	rc = ntio_ucmd_capture(&uring->ucmd, NTIO_URING_DEVICE_CONTROL);
	if (rc)
		return rc;
	if (!ntio_control_supported(&uring->arg))
		return -EOPNOTSUPP;
	uring->rq = ntio_request_alloc(uring->ucmd.file);
	return uring->rq ? 0 : -ENOMEM;
}

/* The request owns the caller's side from here on. */
static int ntio_uring_adopt(struct ntio_uring *uring, u64 address)
{
	struct ntio_request *rq = uring->rq;
	int rc;

	ntio_control_capture(rq, &uring->caller, &uring->arg);
	uring->caller.compat = ntio_uring_is_compat(uring->cmd);
	mmgrab(uring->caller.mm);
	rq->uring = uring;
	*ntio_uring_slot(uring->cmd) = uring;
	rc = ntio_request_enlist(rq, address,
				 ntio_uring_task(uring->cmd));
	if (rc)
		ntio_request_put(rq);
	return rc;
}

static struct ntio_uring *ntio_uring_new(struct io_uring_cmd *cmd, u64 address)
{
	struct ntio_uring *uring = kzalloc(sizeof(*uring), GFP_KERNEL_ACCOUNT);
	int rc;

	if (!uring)
		return ERR_PTR(-ENOMEM);
	uring->cmd = cmd;
	uring->counted = ntio_uring_has_file(cmd);
	rc = ntio_uring_capture(uring, address);
	if (rc) {
		kfree(uring);
		return ERR_PTR(rc);
	}
	rc = ntio_uring_adopt(uring, address);
	return rc ? ERR_PTR(rc) : uring;
}

/* Whether the request has its answer already. */
static bool ntio_uring_dispatch(struct ntio_uring *uring)
{
	struct ntio_request *rq = uring->rq;
	ntstatus_t status;

	status = ntio_control_begin(rq, &uring->caller);
	if (ntio_is_error(status)) {
		rq->status = status;
		uring->returned = status;
		return true;
	}
	uring->returned = ntio_stack_begin(rq, &uring->caller);
	return atomic_read_acquire(&uring->phase) == NTIO_URING_DONE;
}

/* io_uring asks again whoever returns -EAGAIN, but this is the end. */
static int ntio_uring_answer_now(struct ntio_uring *uring,
				 unsigned int issue_flags)
{
	struct io_uring_cmd *cmd = uring->cmd;
	int result = ntio_uring_answer(uring);

	ntio_uring_end(uring);
	if (result != -EAGAIN)
		return result;
	io_uring_cmd_done(cmd, result, 0, issue_flags);
	return -EIOCBQUEUED;
}

/*
 * From here on the request and the command end in task work, where the ring is
 * locked: a command that is marked must not vanish while its ring cancels it.
 */
static int ntio_uring_park(struct ntio_uring *uring, unsigned int issue_flags)
{
	struct io_uring_cmd *cmd = uring->cmd;

	if (ntio_file_left(uring->ucmd.file))
		ntio_cancel(uring->rq);
	ntio_uring_mark_cancelable(cmd, issue_flags);
	if (atomic_cmpxchg(&uring->phase, NTIO_URING_STARTED,
			   NTIO_URING_PARKED) != NTIO_URING_STARTED)
		io_uring_cmd_complete_in_task(cmd, ntio_uring_deliver);
	return -EIOCBQUEUED;
}

static int ntio_uring_wait(struct ntio_uring *uring, unsigned int issue_flags)
{
	if (ntio_request_await(uring->rq))
		return ntio_uring_answer_now(uring, issue_flags);
	ntio_uring_end(uring);
	return -ECANCELED;
}

static int ntio_uring_start(struct io_uring_cmd *cmd, u64 address,
			    unsigned int issue_flags)
{
	struct ntio_uring *uring = ntio_uring_new(cmd, address);

	if (IS_ERR(uring))
		return PTR_ERR(uring);
	if (uring->counted)
		ntio_file_count(uring->ucmd.file);
	if (ntio_uring_dispatch(uring))
		return ntio_uring_answer_now(uring, issue_flags);
	if (NTIO_URING_CAN_CANCEL)
		return ntio_uring_park(uring, issue_flags);
	return ntio_uring_wait(uring, issue_flags);
}

int ntio_uring_cmd(struct io_uring_cmd *cmd, unsigned int issue_flags)
{
	u64 address;

	if (ntio_uring_is_cancel(issue_flags)) {
		ntio_uring_cancel(cmd, issue_flags);
		return 0;
	}
	if (cmd->cmd_op != NTIO_URING_DEVICE_CONTROL)
		return -ENOTTY;
	if (cmd->flags & IORING_URING_CMD_FIXED)
		return -EOPNOTSUPP;
	if (!NTIO_URING_CAN_CANCEL && issue_flags & IO_URING_F_NONBLOCK)
		return -EAGAIN;
	address = READ_ONCE(*(const u64 *)ntio_uring_payload(cmd));
	return ntio_uring_start(cmd, address, issue_flags);
}
