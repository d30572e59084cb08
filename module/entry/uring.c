// SPDX-License-Identifier: GPL-2.0
/*
 * Asynchronous device control: IORING_OP_URING_CMD.
 *
 * The completion of the ring is Windows' I/O status block, its queue the
 * completion port, its task work the kernel APC in which Windows copies back.
 *
 * A request that its driver has completed when the handlers return is answered
 * at once. One that is pending is parked; whoever completes it sends its end to
 * the task that submitted it, where the answer is delivered.
 *
 * A ring that goes away, because its task exits or execs, cancels what is
 * parked. A request that its driver does not give back then is abandoned: the
 * ring gets its entry, the request keeps the file, and its end is told to
 * nobody. The answer is delivered only in the address space it came from.
 *
 * A command ends in task work in each of these cases: there the ring is locked,
 * and a command that is marked cancelable must not vanish while its ring
 * cancels it. The canceller, which has the ring locked, finds the request
 * through the command: where task work comes without the lock (before 6.10),
 * the request is put last. With the lock it is put while the command still
 * keeps the file, which has the memory of the request for the next one then.
 *
 * Where io_uring cannot cancel commands (before 6.7) nothing may be parked:
 * exec would wait for it for ever. There the ring's worker threads, which share
 * the caller's address space, wait for the end, and are interrupted when the
 * ring wants them back.
 */
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/uaccess.h>

#include <trace/events/ntio.h>

#include "base/limits.h"
#include "base/status.h"
#include "compat.h"
#include "device/node.h"
#include "entry/entry.h"
#include "request/call.h"
#include "request/release.h"

/*
 * Copied or locked under the ring's lock. More than that is the business of a
 * worker thread: it may take long where memory is short.
 */
#define NTIO_URING_AT_ONCE SZ_64K

static struct ntio_call **ntio_uring_slot(struct io_uring_cmd *cmd)
{
	BUILD_BUG_ON(sizeof(struct ntio_call *) > sizeof(cmd->pdu));
	return (struct ntio_call **)cmd->pdu;
}

static bool ntio_uring_is_ours(const struct ntio_call *call)
{
	return call->caller.mm == current->mm;
}

static bool ntio_uring_is_rw(const struct ntio_call *call)
{
	return call->rq.major != NTIO_MAJOR_DEVICE_CONTROL;
}

static int ntio_uring_respond(struct ntio_call *call,
			      struct ntio_device_control *arg)
{
	const struct ntio_ucmd ucmd = {
		.op = &ntio_device_control_op,
		.ubuffer = call->ubuffer,
		.user_size = call->user_size,
		.cmd = arg,
	};

	return ntio_ucmd_respond(&ucmd);
}

/*
 * What becomes of the I/O status block: as [2.33] and [2.34] have it for
 * overlapped requests.
 */
static int ntio_uring_answer(struct ntio_call *call)
{
	struct ntio_request *rq = &call->rq;
	struct ntio_device_control arg = { };
	bool delivered, pended = ntio_request_was_pending(rq);
	ntstatus_t status, iosb = rq->status;
	int rc;

	status = ntio_result(call);
	delivered = ntio_deliver(call, &status);
	trace_ntio_delivered(rq, status);
	if (!delivered && !ntio_is_error(iosb))
		iosb = STATUS_ACCESS_VIOLATION;		/* [2.25] */
	if (ntio_uring_is_rw(call))
		ntio_rw_clamp(rq);
	if (delivered || pended) {
		arg.out_iosb_status = (__force u32)iosb;
		arg.out_information = rq->information;
		arg.out_flags |= NTIO_OUT_IOSB | NTIO_OUT_COMPLETION;
	}
	if (call->returned == STATUS_PENDING)
		arg.out_flags |= NTIO_OUT_PENDED;
	if (call->tells && pended)
		arg.out_flags |= NTIO_OUT_MARKED;
	ntio_outcome(call, status, &arg.out_reason, &arg.out_detail);
	arg.out_status = (__force u32)status;
	rc = ntio_uring_respond(call, &arg);
	if (call->tells)
		ntio_told_end(&call->told, &arg);
	return rc ?: ntio_status_errno(status);
}

/* The caller has its answer, or gets none; the command still keeps the file. */
static void ntio_uring_leave(struct ntio_call *call)
{
	ntio_untrack(call);
	if (call->tells)
		ntio_told_put(&call->told);
	if (!ntio_request_abandoned(&call->rq))
		ntio_request_free_buffers(&call->rq);
	ntio_file_exit(call->rq.file, call->counted);
}

/* In the task that submitted, or, if that is gone, anywhere: then to nobody. */
static void ntio_uring_deliver(struct io_uring_cmd *cmd,
			       unsigned int issue_flags)
{
	struct ntio_call *call = *ntio_uring_slot(cmd);
	int result = -ECANCELED;

	if (!ntio_request_abandoned(&call->rq) && ntio_uring_is_ours(call))
		result = ntio_uring_answer(call);
	ntio_uring_leave(call);
	ntio_uring_skip_entry_if_dying(cmd);
	if (!(issue_flags & IO_URING_F_UNLOCKED)) {
		ntio_uring_assert_locked(cmd);
		ntio_call_finish(call);
		ntio_uring_done(cmd, result, issue_flags);
		return;
	}
	ntio_uring_done(cmd, result, issue_flags);
	ntio_request_put(&call->rq);
}

NTIO_URING_TASK_WORK(ntio_uring_deliver_in_task, ntio_uring_deliver)

/* Any context; does not sleep. */
static void ntio_uring_ended(struct ntio_request *rq)
{
	io_uring_cmd_complete_in_task(to_ntio_call(rq)->cmd,
				      ntio_uring_deliver_in_task);
}

static const struct ntio_request_ops ntio_uring_ops = {
	.ended = ntio_uring_ended,
};

/*
 * The ring wants the command back, now, and asks until it has it. The driver
 * has its chance; what it keeps lives on without a caller, and must not touch
 * the command any more.
 */
static void ntio_uring_cancel(struct io_uring_cmd *cmd)
{
	struct ntio_call *call = *ntio_uring_slot(cmd);
	struct ntio_request *rq = &call->rq;

	ntio_request_hold(rq);
	ntio_cancel_for_caller(rq);
	if (atomic_cmpxchg(&rq->phase, NTIO_PHASE_PARKED,
			   NTIO_PHASE_ABANDONED) == NTIO_PHASE_PARKED) {
		ntio_request_abandon(rq);
		io_uring_cmd_complete_in_task(cmd, ntio_uring_deliver_in_task);
	}
	ntio_request_put(rq);
}

/* Whether a handler that may get it says that it sleeps. */
static bool ntio_uring_sleeps(const struct ntio_file *file,
			      const struct ntio_overlapped *arg)
{
	bool has_row = arg->kind == NTIO_OVERLAPPED_CONTROL;
	const struct ntio_control *control = NULL;
	struct ntio_device *device;

	if (!file->device->node->may_sleep)
		return false;
	for (device = file->device; device && has_row; device = device->lower) {
		control = ntio_control_row(device, arg->control.code);
		if (control)
			return control->sleeps;
	}
	return ntio_stack_sleeps(file->device);
}

/* Where the ring is locked, only what ends soon may be begun. */
static bool ntio_uring_must_not_wait(const struct ntio_file *file,
				     const struct ntio_overlapped *arg,
				     bool fixed)
{
	u64 work = arg->control.in_len;

	if (!fixed)
		work += arg->control.out_len;
	return work > NTIO_URING_AT_ONCE || ntio_uring_sleeps(file, arg);
}

/* A registered buffer is locked, so only what locks can take its place. */
static bool ntio_uring_may_be_fixed(const struct ntio_file *file,
				    const struct ntio_overlapped *arg)
{
	u32 method = NTIO_CTL_METHOD(arg->control.code);

	if (arg->kind != NTIO_OVERLAPPED_CONTROL)
		return file->device->io == NTIO_IO_DIRECT;
	return method == NTIO_METHOD_IN_DIRECT ||
	       method == NTIO_METHOD_OUT_DIRECT;
}

static int ntio_uring_capture(struct io_uring_cmd *cmd, u64 address,
			      struct ntio_ucmd *ucmd,
			      struct ntio_overlapped *arg)
{
	BUILD_BUG_ON(offsetof(struct ntio_overlapped, control));
	if (address != (unsigned long)address)
		return -EFAULT;
	ucmd->op = &ntio_device_control_op;
	ucmd->file = cmd->file->private_data;
	ucmd->ubuffer = u64_to_user_ptr(address);
	ucmd->cmd = &arg->control;
	if (cmd->cmd_op == NTIO_URING_OVERLAPPED)
		return ntio_overlapped_capture(ucmd, arg);
	arg->kind = NTIO_OVERLAPPED_CONTROL;
	return ntio_ucmd_capture(ucmd);
}

/* What the command asks for. */
static void ntio_uring_fill(struct ntio_call *call,
			    const struct ntio_overlapped *arg)
{
	bool compat = ntio_uring_is_compat(call->cmd);

	if (arg->kind == NTIO_OVERLAPPED_CONTROL)
		ntio_control_capture(call, &arg->control, compat);
	else
		ntio_rw_capture_command(call, arg, compat);
}

static void ntio_turn_init(struct ntio_call *call)
{
	if (NTIO_URING_CAN_CANCEL)
		return;
	INIT_LIST_HEAD(&call->turn.list);
	init_completion(&call->turn.come);
	call->turn.ring = ntio_uring_ring(call->cmd);
}

/* A request that can be named from here on. */
static struct ntio_call *ntio_uring_call(struct io_uring_cmd *cmd,
					 const struct ntio_ucmd *ucmd)
{
	struct ntio_call *call;
	int rc;

	call = ntio_call_alloc(ucmd->file->device, ucmd->file, true);
	if (!call)
		return ERR_PTR(-ENOMEM);
	call->cmd = cmd;
	ntio_turn_init(call);
	ntio_uring_fill(call, ucmd->cmd);
	trace_ntio_submit(&call->rq, NTIO_TRACE_RING);
	call->ubuffer = ucmd->ubuffer;
	call->user_size = ucmd->user_size;
	call->counted = ucmd->file->counts_handles && ntio_uring_has_file(cmd);
	call->rq.ops = &ntio_uring_ops;
	*ntio_uring_slot(cmd) = call;
	rc = ntio_track_request(call, (unsigned long)ucmd->ubuffer,
				ntio_uring_task(cmd));
	if (rc && rc != -ENOSPC) {
		ntio_request_put(&call->rq);
		return ERR_PTR(rc);
	}
	if (rc)
		ntio_request_reject(&call->rq, STATUS_INSUFFICIENT_RESOURCES,
				    NTIO_REASON_REQUEST_LIMIT,
				    ntio_max_requests);
	return call;
}

/* Whether the request has its answer already. */
static bool ntio_uring_dispatch(struct ntio_call *call)
{
	struct ntio_request *rq = &call->rq;
	ntstatus_t status = STATUS_INSUFFICIENT_RESOURCES;

	if (rq->reason == NTIO_REASON_NONE)
		status = ntio_uring_is_rw(call) ? ntio_rw_begin(call) :
						  ntio_control_begin(call);
	if (ntio_is_error(status)) {
		rq->status = status;
		call->returned = status;
		return true;
	}
	call->returned = ntio_stack_begin(rq, &call->caller);
	return ntio_request_ended(rq);
}

/* io_uring asks again whoever returns -EAGAIN, but this is the end. */
static int ntio_uring_answer_now(struct ntio_call *call,
				 unsigned int issue_flags)
{
	struct io_uring_cmd *cmd = call->cmd;
	int result = ntio_uring_answer(call);

	if (call->tells && call->told.begun)
		ntio_told_begun(&call->told);
	ntio_uring_leave(call);
	ntio_call_finish(call);
	if (result != -EAGAIN)
		return result;
	ntio_uring_done(cmd, result, issue_flags);
	return -EIOCBQUEUED;
}

static int ntio_uring_park(struct ntio_call *call, unsigned int issue_flags)
{
	struct io_uring_cmd *cmd = call->cmd;
	struct ntio_request *rq = &call->rq;

	if (ntio_file_left(rq->file))
		ntio_cancel_for_caller(rq);
	if (call->tells)
		ntio_told_goes_on(call);
	ntio_uring_mark_cancelable(cmd, issue_flags);
	if (ntio_ended_before(rq, NTIO_PHASE_DISPATCHED, NTIO_PHASE_PARKED))
		ntio_uring_ended(rq);
	return -EIOCBQUEUED;
}

/* The entry is posted before it is the next one's turn. */
static int ntio_uring_answer_in_turn(struct ntio_call *call,
				     unsigned int issue_flags)
{
	int result;

	ntio_turn_wait(call);
	result = ntio_uring_answer(call);
	if (call->tells && call->told.begun)
		ntio_told_begun(&call->told);
	ntio_uring_leave(call);
	ntio_uring_done(call->cmd, result, issue_flags);
	ntio_turn_pass(call);
	ntio_request_put(&call->rq);
	return -EIOCBQUEUED;
}

/* In a worker thread of the ring. False: the ring wants it back. */
static bool ntio_uring_wait(struct ntio_call *call)
{
	if (call->tells)
		ntio_told_goes_on(call);
	return ntio_call_wait(call, NTIO_CALL_CONTROL,
			      (unsigned long)call->ubuffer) == NTIO_WAIT_ENDED;
}

static int ntio_uring_run(struct ntio_call *call, unsigned int issue_flags)
{
	bool ended;

	call->fixed = ntio_uring_is_fixed(call->cmd);
	call->issue_flags = issue_flags;
	if (call->counted)
		ntio_file_count(call->rq.file);
	ended = ntio_uring_dispatch(call);
	if (NTIO_URING_CAN_CANCEL)
		return ended ? ntio_uring_answer_now(call, issue_flags) :
			       ntio_uring_park(call, issue_flags);
	if (ended || ntio_uring_wait(call))
		return ntio_uring_answer_in_turn(call, issue_flags);
	ntio_uring_leave(call);
	ntio_request_put(&call->rq);
	return -ECANCELED;
}

/* Takes what @told holds, also where there is no request. No driver has it. */
static void ntio_uring_tell(struct ntio_call *call, struct ntio_told *told)
{
	if (IS_ERR(call)) {
		ntio_told_fail(told);
		return;
	}
	call->told = *told;
	call->tells = true;
	ntio_told_submitted(told);
}

static int ntio_uring_start(struct io_uring_cmd *cmd, u64 address,
			    unsigned int issue_flags)
{
	const bool tells = cmd->cmd_op == NTIO_URING_OVERLAPPED;
	struct ntio_overlapped arg;
	struct ntio_ucmd ucmd;
	bool fixed = ntio_uring_is_fixed(cmd);
	struct ntio_told told;
	struct ntio_call *call;
	int rc;

	rc = ntio_uring_capture(cmd, address, &ucmd, &arg);
	if (rc)
		return rc;
	if (!ntio_control_supported(&arg.control) ||
	    (fixed && !ntio_uring_may_be_fixed(ucmd.file, &arg)))
		return -EOPNOTSUPP;
	if (issue_flags & IO_URING_F_NONBLOCK &&
	    ntio_uring_must_not_wait(ucmd.file, &arg, fixed))
		return -EAGAIN;
	if (tells) {
		/* A begin that is seen at once is not waited for. */
		if (issue_flags & IO_URING_F_NONBLOCK &&
		    !ntio_uring_is_polled(cmd))
			arg.begun = 0;
		rc = ntio_told_get(&told, &arg);
		if (rc)
			return rc;
	}
	call = ntio_uring_call(cmd, &ucmd);
	if (tells)
		ntio_uring_tell(call, &told);
	return IS_ERR(call) ? PTR_ERR(call) :
			      ntio_uring_run(call, issue_flags);
}

int ntio_uring_cmd(struct io_uring_cmd *cmd, unsigned int issue_flags)
{
	const u64 *payload;
	u64 address;

	if (ntio_uring_is_cancel(issue_flags)) {
		ntio_uring_cancel(cmd);
		return 0;
	}
	if (cmd->cmd_op != NTIO_URING_DEVICE_CONTROL &&
	    cmd->cmd_op != NTIO_URING_OVERLAPPED)
		return -ENOTTY;
	/* Before 7.3 one that may be answered several times would never end. */
	if (cmd->flags & NTIO_URING_CMD_FLAGS & ~IORING_URING_CMD_FIXED)
		return -EOPNOTSUPP;
	if (!NTIO_URING_CAN_CANCEL && issue_flags & IO_URING_F_NONBLOCK)
		return -EAGAIN;
	payload = ntio_uring_payload(cmd);
	if (READ_ONCE(payload[1]))
		return -EOPNOTSUPP;
	address = READ_ONCE(payload[0]);
	return ntio_uring_start(cmd, address, issue_flags);
}
