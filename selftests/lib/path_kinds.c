// SPDX-License-Identifier: GPL-2.0
/* The paths that are no device controls, or more than one. */
#include <sys/uio.h>

#include "modules/ntio_park.h"
#include "modules/ntio_stack.h"
#include "paths.h"

#define TAG 1
#define SEGMENTS 3

/* --- read(2), write(2), and their relatives ------------------------------ */

static int path_read_begin(struct path_run *run)
{
	fill(run->out.p, run->out.len, 0);
	return pwrite(run->fd, run->out.p, run->out.len, 0) ==
		(ssize_t)run->out.len ? 0 : EIO;
}

static int path_read_go(struct path_run *run)
{
	run->result = pread(run->fd, run->out.p, run->out.len, 0);
	return run->result < 0 ? errno : 0;
}

static const char *path_read_wrong(struct path_run *run)
{
	size_t len = run->out.len;

	if (run->result != (long)len)
		return "a short read";
	return match(run->out.p, len, 0) == len ? NULL :
		"it read something else";
}

const struct path_kind path_read = {
	.begin = path_read_begin,
	.go = path_read_go,
	.wrong = path_read_wrong,
};

static void path_vector_fill(struct path_run *run, struct iovec *vec)
{
	size_t part = run->out.len / SEGMENTS;
	int i;

	for (i = 0; i < SEGMENTS; i++) {
		vec[i].iov_base = run->out.p + i * part;
		vec[i].iov_len = i < SEGMENTS - 1 ? part :
			run->out.len - i * part;
	}
}

static int path_vector_go(struct path_run *run)
{
	struct iovec vec[SEGMENTS];

	path_vector_fill(run, vec);
	run->result = preadv(run->fd, vec, SEGMENTS, 0);
	return run->result < 0 ? errno : 0;
}

/* Segments are requests: those before one that fails have succeeded [6.8]. */
static const char *path_vector_wrong(struct path_run *run)
{
	size_t len = run->result;

	if (len % (run->out.len / SEGMENTS) && len != run->out.len)
		return "not whole segments";
	if (match(run->out.p, len, 0) != len)
		return "it read something else";
	return NULL;
}

const struct path_kind path_vector = {
	.begin = path_read_begin,
	.go = path_vector_go,
	.wrong = path_vector_wrong,
};

static void path_write_reset(struct path_run *run)
{
	fill(run->out.p, run->out.len, run->seed);
}

static int path_write_go(struct path_run *run)
{
	run->result = pwrite(run->fd, run->out.p, run->out.len, 0);
	return run->result < 0 ? errno : 0;
}

static const char *path_write_wrong(struct path_run *run)
{
	size_t len = run->out.len;

	if (run->result != (long)len)
		return "a short write";
	memset(run->out.p, POISON, len);
	if (pread(run->fd, run->out.p, len, 0) != (ssize_t)len)
		return "what was written cannot be read";
	return match(run->out.p, len, run->seed) == len ? NULL :
		"it wrote something else";
}

const struct path_kind path_write = {
	.reset = path_write_reset,
	.go = path_write_go,
	.wrong = path_write_wrong,
};

/* --- MDLs ---------------------------------------------------------------- */

#define STEPS 6

/* Each ends with the MDLs free; if one fails, that is left to path_undo(). */
static const struct hold_op path_mdl_steps[][STEPS] = {
#define DO(_what, ...) { .what = HOLD_ ## _what, ##__VA_ARGS__ }
	{ DO(ALLOC), DO(LOCK), DO(READ_ADDRESS), DO(UNLOCK), DO(FREE) },
	{ DO(ALLOC), DO(LOCK, .flags = 1), DO(WRITE_ADDRESS), DO(UNLOCK),
	  DO(FREE) },
	{ DO(ALLOC), DO(LOCK), DO(PARTIAL, .mdl = 1, .other = 0),
	  DO(READ_ADDRESS), DO(FREE, .mdl = 1), DO(UNLOCK) },
	{ DO(KMALLOC), DO(READ_ADDRESS), DO(FREE) },
	{ DO(VMALLOC), DO(READ_ADDRESS), DO(FREE) },
	{ DO(PAGES), DO(READ_ADDRESS), DO(FREE) },
	{ DO(ALLOC), DO(LOCK), DO(SG), DO(UNLOCK), DO(FREE) },
	{ DO(ALLOC), DO(LOCK), DO(DMA), DO(UNLOCK), DO(FREE) },
	{ DO(ALLOC), DO(LOCK), DO(ITER_FROM), DO(UNLOCK), DO(FREE) },
#undef DO
};

static int path_mdl_do(struct path_run *run, const struct hold_op *op)
{
	__u64 data = addr(run->out.p);
	int error;

	/* The data that is moved lies elsewhere than the range described. */
	if (op->what != HOLD_ALLOC)
		data = addr(run->in.p);
	run->op = *op;
	run->op.data = data;
	run->op.len = op->what == HOLD_PARTIAL ? 0 : run->out.len;
	run->c = (struct ntio_device_control){
		.code = IOCTL_HOLD_OP, .in = addr(&run->op),
		.in_len = sizeof(run->op),
	};
	error = control(run->fd, &run->c);
	/* NULL, where a pointer should have come: no memory. */
	if (!error && run->op.out_status == STATUS_UNSUCCESSFUL)
		error = ENOMEM;
	return error ?: status_errno(run->op.out_status);
}

static int path_mdl_begin(struct path_run *run)
{
	mem_free(&run->in);
	run->in = mem_new(run->path->out_len, 0);
	return run->in.map ? 0 : errno;
}

static void path_mdl_undo(struct path_run *run)
{
	static const struct hold_op reset = { .what = HOLD_RESET };

	path_mdl_do(run, &reset);
}

static void path_mdl_reset(struct path_run *run)
{
	fill(run->in.p, run->in.len, run->seed);
	if (!run->path->fresh)
		fill(run->out.p, run->out.len, run->seed + 1);
}

static int path_mdl_go(struct path_run *run)
{
	const struct hold_op *steps = path_mdl_steps[run->path->code];
	int i, error = 0;

	for (i = 0; i < STEPS && !error; i++)
		if (i == 0 || steps[i].what)
			error = path_mdl_do(run, &steps[i]);
	return error;
}

/* Which of the two has been overwritten with the other. */
static const char *path_mdl_wrong(struct path_run *run)
{
	size_t len = run->out.len, good;

	if (path_mdl_steps[run->path->code][0].what != HOLD_ALLOC ||
	    run->path->fresh)
		good = match_byte(run->in.p, len, 0);
	else if (path_mdl_steps[run->path->code][2].what == HOLD_WRITE_ADDRESS)
		good = match(run->out.p, len, run->seed);
	else
		good = match(run->in.p, len, run->seed + 1);
	return good == len ? NULL : "the driver moved something else";
}

const struct path_kind path_mdl = {
	.begin = path_mdl_begin,
	.reset = path_mdl_reset,
	.go = path_mdl_go,
	.wrong = path_mdl_wrong,
	.undo = path_mdl_undo,
};

/* --- a request with several MDLs, held and let go ------------------------ */

static struct hold_chain path_chain_in;

static void path_chain_reset(struct path_run *run)
{
	size_t part = run->out.len / 4;
	int i;

	path_mdl_reset(run);
	path_chain_in = (struct hold_chain){ .count = 3 };
	for (i = 0; i < 3; i++) {
		path_chain_in.parts[i].addr = addr(run->out.p) + i * part;
		path_chain_in.parts[i].len = part;
	}
}

static int path_chain_begin(struct path_run *run)
{
	return path_mdl_begin(run) ?: ring_open(&run->ring, 8, 0);
}

/* Lets it go whenever it is held; it may have ended without. */
static int path_chain_go(struct path_run *run)
{
	static const struct hold_op release = {
		.what = HOLD_RELEASE, .mdl = HOLD_HELD(0),
	};
	struct ntio_device_control c = {
		.code = IOCTL_HOLD_CHAIN, .in = addr(&path_chain_in),
		.in_len = sizeof(path_chain_in),
	};
	struct io_uring_cqe cqe = { .res = -ETIME };
	int tries;

	ring_control(&run->ring, run->fd, &c, TAG);
	ring_submit(&run->ring);
	for (tries = 0; tries < 10000; tries++) {
		ring_retry(&run->ring);
		path_mdl_do(run, &release);
		if (ring_wait(&run->ring, &cqe, 1))
			break;
	}
	return -cqe.res;
}

const struct path_kind path_chain = {
	.begin = path_chain_begin,
	.reset = path_chain_reset,
	.go = path_chain_go,
	.undo = path_mdl_undo,
};

/* --- queries ------------------------------------------------------------- */

static union {
	struct ntio_query_device device;
	struct ntio_query_control control;
} path_answer;

static void path_query_reset(struct path_run *run)
{
	memset(&path_answer, 0, sizeof(path_answer));
	path_answer.device.size = run->path->code == NTIO_IOC_QUERY_DEVICE ?
		sizeof(path_answer.device) : sizeof(path_answer.control);
}

static int path_query_go(struct path_run *run)
{
	return ioctl(run->fd, run->path->code, &path_answer) ? errno : 0;
}

static const char *path_query_wrong(struct path_run *run)
{
	if (run->path->code == NTIO_IOC_QUERY_DEVICE)
		return strcmp((char *)path_answer.device.out_name, "echo") ?
			"the name is wrong" : NULL;
	return path_answer.control.out_code == IOCTL_ECHO_BUFFERED ? NULL :
		"the code is wrong";
}

const struct path_kind path_query = {
	.reset = path_query_reset,
	.go = path_query_go,
	.wrong = path_query_wrong,
};

/* --- cancel -------------------------------------------------------------- */

static int path_cancel_begin(struct path_run *run)
{
	return ring_open(&run->ring, 8, 0);
}

static __u32 path_parked(struct path_run *run)
{
	struct park_counts counts = { };

	path_ask(run->fd, IOCTL_PARK_COUNTS, NULL, 0, &counts, sizeof(counts));
	return counts.queued;
}

/* How the parked request ended, once for each. */
static int path_cancel_reap(struct path_run *run)
{
	run->c.code = 0;
	return path_ring_wait(run, TAG);
}

static int path_cancel_go(struct path_run *run)
{
	struct ntio_cancel arg = {
		.size = sizeof(arg), .flags = run->path->code,
		.request = run->path->code ? 0 : addr(&run->c),
	};

	run->result = -1;
	if (ioctl(run->fd, NTIO_IOC_CANCEL, &arg))
		return errno;
	run->result = arg.out_cancelled;
	return 0;
}

static void path_cancel_reset(struct path_run *run)
{
	run->c = (struct ntio_device_control){
		.code = IOCTL_PARK_QUEUE, .out = addr(run->out.p),
		.out_len = run->out.len,
	};
	ring_control(&run->ring, run->fd, &run->c, TAG);
	ring_submit(&run->ring);
	wait_until(path_parked(run));
}

/* The ring's answer may be what could not be written. */
static const char *path_cancel_wrong(struct path_run *run)
{
	int error;

	if (run->result != 1)
		return "it did not cancel one";
	error = path_cancel_reap(run);
	return error == ECANCELED || error == EFAULT ? NULL :
		"the request was not cancelled";
}

/* A request that could not be cancelled is still parked. */
static void path_cancel_undo(struct path_run *run)
{
	if (path_parked(run))
		path_cancel_go(run);
	if (run->c.code)
		path_cancel_reap(run);
}

const struct path_kind path_cancel = {
	.begin = path_cancel_begin,
	.reset = path_cancel_reset,
	.go = path_cancel_go,
	.wrong = path_cancel_wrong,
	.undo = path_cancel_undo,
};

/* --- mmap(2) ------------------------------------------------------------- */

static int path_map_begin(struct path_run *run)
{
	static const struct hold_op pages = { .what = HOLD_PAGES };

	path_mdl_undo(run);
	return path_mdl_do(run, &pages);
}

/* Unmapping can want memory, too: then it is done again, as a program would. */
static int path_map_go(struct path_run *run)
{
	void *p = mmap(NULL, run->out.len, PROT_READ | PROT_WRITE, MAP_SHARED,
		       run->fd, HOLD_MMAP(0));
	int error = 0, tries = 3;

	if (p == MAP_FAILED)
		return errno;
	__atomic_store_n((__u32 *)p, run->seed, __ATOMIC_RELAXED);
	run->result = __atomic_load_n((__u32 *)p, __ATOMIC_RELAXED);
	while (munmap(p, run->out.len) && tries--)
		error = errno;
	return error;
}

static const char *path_map_wrong(struct path_run *run)
{
	return run->result == run->seed ? NULL : "the mapping is not memory";
}

const struct path_kind path_map = {
	.begin = path_map_begin,
	.go = path_map_go,
	.wrong = path_map_wrong,
	.end = path_mdl_undo,
};

/* --- open(2), close(2) --------------------------------------------------- */

static int path_open_go(struct path_run *run)
{
	int fd = open(run->path->device, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

const struct path_kind path_open = {
	.go = path_open_go,
};

/* --- stacks -------------------------------------------------------------- */

#define BUFFERED 1

/* Registers a stack of path::code devices. */
static int path_attach_go(struct path_run *run)
{
	struct stack_add add = { .on = STACK_ON_NOTHING, .io = BUFFERED };
	__u32 error;
	int rc = 0;

	for (; add.level < run->path->code && !rc; add.level++) {
		error = 0;
		rc = path_ask(run->fd, IOCTL_STACK_ADD, &add, sizeof(add),
			      &error, sizeof(error)) ?: (int)error;
		add.on = add.level;
	}
	return rc;
}

static void path_attach_undo(struct path_run *run)
{
	path_ask(run->fd, IOCTL_STACK_RESET, NULL, 0, NULL, 0);
}

static int path_attach_begin(struct path_run *run)
{
	path_attach_undo(run);
	return 0;
}

/*
 * Not by its node: the kernel adds a device also if devtmpfs had no memory for
 * that.
 */
static const char *path_attach_wrong(struct path_run *run)
{
	char path[48];

	snprintf(path, sizeof(path), "/sys/class/ntio/ntio!stack%u",
		 run->path->code - 1);
	return access(path, F_OK) ? "the stack has no top" : NULL;
}

const struct path_kind path_attach = {
	.begin = path_attach_begin,
	.go = path_attach_go,
	.wrong = path_attach_wrong,
	.undo = path_attach_undo,
};

/* A request that goes down and is completed by a worker at the bottom. */
static int path_forward_begin(struct path_run *run)
{
	struct stack_plan plan = {
		.action = STACK_WORK, .work = STACK_COMPLETE, .information = 9,
	};
	char path[32];
	int error;

	path_attach_undo(run);
	error = path_attach_go(run);
	while (!error && plan.level < run->path->code) {
		error = path_ask(run->fd, IOCTL_STACK_PLAN, &plan,
				 sizeof(plan), NULL, 0);
		plan = (struct stack_plan){
			.level = plan.level + 1, .action = STACK_FORWARD,
			.when = 0xe0, .routine = STACK_CONTINUE,
		};
	}
	snprintf(path, sizeof(path), "/dev/ntio/stack%u", run->path->code - 1);
	run->other = open(path, O_RDWR | O_CLOEXEC);
	return error ?: run->other < 0 ? errno : 0;
}

static int path_forward_go(struct path_run *run)
{
	return path_ask(run->other, IOCTL_STACK_RUN, NULL, 0, NULL, 0);
}

static void path_forward_end(struct path_run *run)
{
	if (run->other >= 0)
		close(run->other);
	run->other = -1;
	path_attach_undo(run);
}

const struct path_kind path_forward = {
	.begin = path_forward_begin,
	.go = path_forward_go,
	.end = path_forward_end,
};
