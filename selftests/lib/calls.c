// SPDX-License-Identifier: GPL-2.0
/* Overlapped requests. */
#include "calls.h"

static void give_up(const char *what, int error)
{
	printf("Bail out! %s: %s\n", what, strerror(error));
	fflush(stdout);
	_exit(1);
}

void call_init(struct call *call, __u32 code, const void *in, __u32 in_len)
{
	memset(call, 0, sizeof(*call));
	memset(&call->c, POISON, sizeof(call->c));
	memset(call->out, POISON, sizeof(call->out));
	if (in_len)
		memcpy(call->in, in, in_len);
	call->c.size = sizeof(call->c);
	call->c.code = code;
	call->c.flags = 0;
	call->c.__reserved = 0;
	call->c.in = addr(call->in);
	call->c.in_len = in_len;
	call->c.out = addr(call->out);
	call->c.out_len = sizeof(call->out);
}

bool uring_new(struct io_uring *ring, unsigned int entries, unsigned int flags)
{
	unsigned int workers[2] = { entries + 8, entries + 8 };
	int rc = io_uring_queue_init(entries, ring, flags);

	if (rc == -EINVAL && flags)
		return false;
	if (rc)
		give_up("io_uring_queue_init", -rc);
	/* One for each request that waits, where the kernel cannot park. */
	rc = io_uring_register_iowq_max_workers(ring, workers);
	if (rc)
		give_up("io_uring_register_iowq_max_workers", -rc);
	return true;
}

struct io_uring_sqe *uring_control(struct io_uring *ring, int fd,
				  struct call *call)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(ring);
	__u64 address = addr(&call->c);

	if (!sqe)
		give_up("io_uring_get_sqe", ENOSPC);
	io_uring_prep_rw(IORING_OP_URING_CMD, sqe, fd, NULL, 0, 0);
	sqe->cmd_op = NTIO_URING_DEVICE_CONTROL;
	memcpy(sqe->cmd, &address, sizeof(address));
	io_uring_sqe_set_data(sqe, call);
	return sqe;
}

void uring_send(struct io_uring *ring, int fd, struct call *call)
{
	int rc;

	uring_control(ring, fd, call);
	rc = io_uring_submit(ring);
	if (rc != 1)
		give_up("io_uring_submit", -rc);
}

static struct call *take(struct io_uring *ring, struct io_uring_cqe *cqe)
{
	struct call *call = io_uring_cqe_get_data(cqe);

	if (call) {
		call->res = cqe->res;
		call->ended++;
	}
	io_uring_cqe_seen(ring, cqe);
	return call;
}

struct call *uring_reap(struct io_uring *ring)
{
	struct __kernel_timespec limit = { .tv_sec = 10 };
	struct io_uring_cqe *cqe;
	int rc;

	do {
		rc = io_uring_wait_cqe_timeout(ring, &cqe, &limit);
	} while (rc == -EINTR);
	return rc ? NULL : take(ring, cqe);
}

struct call *uring_peek(struct io_uring *ring)
{
	struct io_uring_cqe *cqe;

	/* Runs what the kernel has to do in this task, too. */
	io_uring_submit_and_wait(ring, 0);
	return io_uring_peek_cqe(ring, &cqe) ? NULL : take(ring, cqe);
}

int cancel(int fd, __u32 flags, const struct call *call)
{
	struct ntio_cancel arg = {
		.size = sizeof(arg), .flags = flags, .request = addr(call),
		.out_cancelled = POISON32,
	};

	if (ioctl(fd, NTIO_IOC_CANCEL, &arg))
		return -errno;
	return arg.out_cancelled;
}
