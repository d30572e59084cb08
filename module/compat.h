/* SPDX-License-Identifier: GPL-2.0 */
/* All that differs between the kernels; probe.sh finds out. */
#ifndef NTIO_COMPAT_H
#define NTIO_COMPAT_H

#include <linux/eventfd.h>
#include <linux/mm.h>
#include <linux/uio.h>
#include <linux/workqueue.h>

#ifdef NTIO_IO_URING_CMD_H
#include <linux/io_uring/cmd.h>
#else
#include <linux/io_uring.h>
#endif
#include <linux/io_uring_types.h>

/* hex_to_bin() left linux/kernel.h, by and by. */
#ifdef NTIO_HEX_H
#include <linux/hex.h>
#endif

/* struct class::devnode takes a const device since 6.2. */
#ifdef NTIO_CONST_DEVNODE
#define ntio_devnode_device const struct device
#else
#define ntio_devnode_device struct device
#endif

/* A queue whose work stays on its CPU has to say so since 6.18. */
#ifdef NTIO_HAVE_WQ_PERCPU
#define NTIO_WQ_PERCPU WQ_PERCPU
#else
#define NTIO_WQ_PERCPU 0
#endif

/* vm_flags became read-only, with functions to change them, in 6.3. */
#ifdef NTIO_VM_FLAGS_SET
#define ntio_vm_flags_mod vm_flags_mod
#else
static inline void ntio_vm_flags_mod(struct vm_area_struct *vma,
				     unsigned long set, unsigned long clear)
{
	vma->vm_flags |= set;
	vma->vm_flags &= ~clear;
}
#endif

/* pin_user_pages_remote() lost its vmas in 6.5. */
static inline long ntio_pin_remote_page(struct mm_struct *mm,
					unsigned long addr, unsigned int flags,
					struct page **page, int *locked)
{
#ifdef NTIO_PIN_REMOTE_VMAS
	return pin_user_pages_remote(mm, addr, 1, flags, page, NULL,
				     locked);
#else
	return pin_user_pages_remote(mm, addr, 1, flags, page, locked);
#endif
}

/* hrtimer_setup() came in 6.13, and hrtimer_init() went soon after. */
#ifdef NTIO_HRTIMER_SETUP
#define ntio_hrtimer_setup hrtimer_setup
#else
#define ntio_hrtimer_setup(timer, fn, clock, mode) \
	do { \
		hrtimer_init(timer, clock, mode); \
		(timer)->function = (fn); \
	} while (0)
#endif

/*
 * A reference to an open file; NULL: it has none left. Tries once, where
 * get_file_rcu() waits until the pointer changes, which may be for the very
 * thread that asks. Since 6.7 the memory of files is used again at once.
 */
static inline struct file *ntio_get_live_file(struct file **filp)
{
#ifdef NTIO_GET_FILE_ACTIVE
	return get_file_active(filp);
#else
	struct file *file;

	rcu_read_lock();
	file = READ_ONCE(*filp);
	if (file && !get_file_rcu(file))
		file = NULL;
	rcu_read_unlock();
	return file;
#endif
}

/* eventfd_signal() lost its number in 6.8. */
static inline void ntio_eventfd_signal(struct eventfd_ctx *event)
{
#ifdef NTIO_EVENTFD_SIGNAL_ONE
	eventfd_signal(event);
#else
	eventfd_signal(event, 1);
#endif
}

/*
 * As long as pins could return vmas, those for long did not give up the mmap
 * lock, and so a page that userfaultfd delays could not be waited for.
 */
static inline bool ntio_long_pin_waits(void)
{
#ifdef NTIO_PIN_REMOTE_VMAS
	return false;
#else
	return true;
#endif
}

/* The segment an iterator over user memory is at. */
#ifdef NTIO_ITER_IOV_ADDR
static inline void __user *ntio_iter_addr(const struct iov_iter *iter)
{
	return iter_iov_addr(iter);
}

static inline size_t ntio_iter_len(const struct iov_iter *iter)
{
	if (iter_is_ubuf(iter))
		return iov_iter_count(iter);
	return min(iter_iov_len(iter), iov_iter_count(iter));
}
#else
static inline void __user *ntio_iter_addr(const struct iov_iter *iter)
{
	if (iter_is_ubuf(iter))
		return iter->ubuf + iter->iov_offset;
	return iov_iter_iovec(iter).iov_base;
}

static inline size_t ntio_iter_len(const struct iov_iter *iter)
{
	if (iter_is_ubuf(iter))
		return iov_iter_count(iter);
	return iov_iter_iovec(iter).iov_len;
}
#endif

/* What a caller can ask for beside the command itself; more since 6.18. */
#ifdef IORING_URING_CMD_MASK
#define NTIO_URING_CMD_FLAGS IORING_URING_CMD_MASK
#else
#define NTIO_URING_CMD_FLAGS IORING_URING_CMD_FIXED
#endif

/* Who submitted a command; its request lost the task in 6.13. */
static inline struct task_struct *ntio_uring_task(struct io_uring_cmd *cmd)
{
#ifdef NTIO_URING_GET_TASK
	return io_uring_cmd_get_task(cmd);
#else
	return cmd_to_io_kiocb(cmd)->task;
#endif
}

/* Which ring a command came through; compared only. */
static inline const void *ntio_uring_ring(struct io_uring_cmd *cmd)
{
	return cmd_to_io_kiocb(cmd)->ctx;
}

/* Only where the issue flags do not say IO_URING_F_UNLOCKED. */
static inline void ntio_uring_assert_locked(struct io_uring_cmd *cmd)
{
	lockdep_assert_held(&cmd_to_io_kiocb(cmd)->ctx->uring_lock);
}

/*
 * Whether the request that a command or the kiocb of io_uring is part of holds
 * its file, and has not borrowed it from those registered with the ring.
 */
static inline bool ntio_uring_has_file(void *cmd)
{
	return !(cmd_to_io_kiocb(cmd)->flags & REQ_F_FIXED_FILE);
}

/* Whether a thread of the ring looks for what is submitted. */
static inline bool ntio_uring_is_polled(struct io_uring_cmd *cmd)
{
	return cmd_to_io_kiocb(cmd)->ctx->flags & IORING_SETUP_SQPOLL;
}

/*
 * A ring that is being torn down is read by nobody, and only its submitter may
 * post an entry to it, who need not be the one that tears it down: kernels with
 * lock debugging say so.
 */
static inline void ntio_uring_skip_entry_if_dying(struct io_uring_cmd *cmd)
{
	struct io_kiocb *req = cmd_to_io_kiocb(cmd);

	if (percpu_ref_is_dying(&req->ctx->refs))
		req->flags |= REQ_F_CQE_SKIP;
}

/*
 * Whether a 32-bit program made the ring that a command or kiocb came through,
 * which is how io_uring itself reads what it finds there. What
 * in_compat_syscall() says of a thread of the ring is chance: it has that from
 * whatever the thread that made it did just then. Commands are told in their
 * issue flags since 6.6, a kiocb never.
 */
static inline bool ntio_uring_is_compat(void *cmd)
{
#ifdef NTIO_RING_FLAGS
	return cmd_to_io_kiocb(cmd)->ctx->int_flags & IO_RING_F_COMPAT;
#else
	return cmd_to_io_kiocb(cmd)->ctx->compat;
#endif
}

/* Whether the command names a buffer that is registered with its ring. */
static inline bool ntio_uring_is_fixed(const struct io_uring_cmd *cmd)
{
	return cmd->flags & IORING_URING_CMD_FIXED;
}

/* A range of that buffer; the command became typed, with its flags, in 6.15. */
static inline int ntio_uring_import(struct io_uring_cmd *cmd, u64 addr,
				    size_t len, int direction,
				    struct iov_iter *iter,
				    unsigned int issue_flags)
{
#ifdef NTIO_URING_IMPORT_FLAGS
	return io_uring_cmd_import_fixed(addr, len, direction, iter, cmd,
					 issue_flags);
#else
	return io_uring_cmd_import_fixed(addr, len, direction, iter, cmd);
#endif
}

/* The end of a command, with the ring's flags as it was given them. */
static inline void ntio_uring_done(struct io_uring_cmd *cmd, int result,
				   unsigned int issue_flags)
{
#ifdef NTIO_URING_DONE32
	io_uring_cmd_done(cmd, result, issue_flags);
#else
	io_uring_cmd_done(cmd, result, 0, issue_flags);
#endif
}

/*
 * Define what io_uring_cmd_complete_in_task() takes: a function that calls
 * @handler with the command and the ring's flags.
 */
#ifdef NTIO_URING_TASK_REQUEST
#define NTIO_URING_TASK_WORK(name, handler)				\
static void name(struct io_tw_req req, io_tw_token_t token)		\
{									\
	handler(io_uring_cmd_from_tw(req),				\
		IO_URING_CMD_TASK_WORK_ISSUE_FLAGS);			\
}
#else
#define NTIO_URING_TASK_WORK(name, handler)				\
static void name(struct io_uring_cmd *cmd, unsigned int issue_flags)	\
{									\
	handler(cmd, issue_flags);					\
}
#endif

/* io_uring can cancel commands since 6.7, where their payload moved, too. */
#ifdef NTIO_URING_CANCELABLE
#define NTIO_URING_CAN_CANCEL 1
#define ntio_uring_mark_cancelable io_uring_cmd_mark_cancelable

static inline bool ntio_uring_is_cancel(unsigned int issue_flags)
{
	return issue_flags & IO_URING_F_CANCEL;
}

static inline const void *ntio_uring_payload(const struct io_uring_cmd *cmd)
{
#ifdef NTIO_URING_TYPED_PAYLOAD
	return io_uring_sqe_cmd(cmd->sqe, u64);
#else
	return io_uring_sqe_cmd(cmd->sqe);
#endif
}
#else
#define NTIO_URING_CAN_CANCEL 0

static inline void ntio_uring_mark_cancelable(struct io_uring_cmd *cmd,
					      unsigned int issue_flags)
{
}

static inline bool ntio_uring_is_cancel(unsigned int issue_flags)
{
	return false;
}

static inline const void *ntio_uring_payload(const struct io_uring_cmd *cmd)
{
	return cmd->cmd;
}
#endif

#endif
