// SPDX-License-Identifier: GPL-2.0
/* The table of paths, and device controls. The other kinds: path_kinds.c. */
#include "paths.h"

#define SUMMED 8

const struct path paths[PATH_COUNT] = {
#define PATH_ROW(how, what, _device, _code, ...)			\
	[PATH_ ## how ## _ ## what] = {					\
		.name = #how " " #what, .kind = &path_ ## how,		\
		.device = "/dev/ntio/" _device, .code = _code, ##__VA_ARGS__ },
	PATHS(PATH_ROW)
#undef PATH_ROW
};

bool path_begin(struct path_run *run, const struct path *path)
{
	*run = (struct path_run){
		.path = path, .other = -1, .ring.fd = -1,
		.fd = open(path->device, O_RDWR | O_CLOEXEC),
	};
	if (run->fd < 0)
		return false;
	run->in = mem_new(path->in_len, path->offset);
	run->out = mem_map(path->fresh ? MEM_UNTOUCHED : MEM_ANON,
			   path->out_len, path->offset);
	if (!run->in.map || !run->out.map)
		return false;
	errno = path->kind->begin ? path->kind->begin(run) : 0;
	return !errno;
}

void path_reset(struct path_run *run)
{
	run->seed++;
	fill(run->in.p, run->in.len, run->seed);
	if (run->path->fresh)
		madvise(run->out.map, run->out.map_len, MADV_DONTNEED);
	else
		memset(run->out.p, POISON, run->out.len);
	if (run->path->kind->reset)
		run->path->kind->reset(run);
}

void path_go(struct path_run *run)
{
	run->error = run->path->kind->go(run);
}

/* Nothing but want of memory, and faults. */
static bool path_error_clean(int error)
{
	return error == ENOMEM || error == EFAULT;
}

static bool path_around_intact(const struct path_run *run)
{
	return mem_around_intact(&run->in) &&
	       (run->path->fresh || mem_around_intact(&run->out));
}

const char *path_wrong(struct path_run *run)
{
	static char text[64];

	if (!path_around_intact(run))
		return "bytes around the buffers were written";
	if (run->error && !path_error_clean(run->error)) {
		snprintf(text, sizeof(text), "it failed: %s",
			 strerror(run->error));
		return text;
	}
	if (run->error || !run->path->kind->wrong)
		return NULL;
	return run->path->kind->wrong(run);
}

void path_undo(struct path_run *run)
{
	if (run->path->kind->undo)
		run->path->kind->undo(run);
}

void path_end(struct path_run *run)
{
	if (run->fd >= 0 && run->path->kind->end)
		run->path->kind->end(run);
	if (run->ring.fd >= 0)
		ring_close(&run->ring);
	mem_free(&run->in);
	mem_free(&run->out);
	if (run->other >= 0)
		close(run->other);
	if (run->fd >= 0)
		close(run->fd);
}

int path_ask(int fd, __u32 code, const void *in, __u32 in_len, void *out,
	     __u32 out_len)
{
	struct ntio_device_control c = {
		.code = code, .in = addr(in), .in_len = in_len,
		.out = addr(out), .out_len = out_len,
	};

	return control(fd, &c);
}

/* --- device controls ----------------------------------------------------- */

static __u32 path_numbers[SUMMED];

static __u64 path_number(const struct path_run *run, unsigned int i)
{
	return run->seed * 0x1000193U + i;
}

/* The first buffer, where the driver wants to find something in it. */
static void path_fill_in(struct path_run *run)
{
	struct echo_return later = {
		.ret = STATUS_PENDING, .mode = ECHO_PEND_LATER,
	};
	struct context_ask ask = {
		.mine = run->seed, .cpu = CONTEXT_ANY_CPU, .data = run->seed,
	};
	__u64 embedded[1 + SUMMED] = { SUMMED };
	unsigned int i;

	for (i = 0; i < SUMMED; i++) {
		path_numbers[i] = path_number(run, i);
		embedded[1 + i] = addr(&path_numbers[i]);
	}
	if (run->path->content == PATH_SUM)
		memcpy(run->in.p, embedded, sizeof(embedded));
	else if (run->path->content == PATH_READ)
		memcpy(run->in.p, &ask, sizeof(ask));
	else if (run->path->code == IOCTL_ECHO_RETURN_OUT_DIRECT)
		memcpy(run->in.p, &later, sizeof(later));
}

static void path_fill_out(struct path_run *run)
{
	__u64 data = run->seed;

	if (run->path->fresh)
		return;
	if (run->path->content == PATH_KEPT)
		fill(run->out.p, run->out.len, run->seed + 1);
	if (run->path->content == PATH_READ && run->out.len)
		memcpy(run->out.p, &data, sizeof(data));
}

static void path_control_reset(struct path_run *run)
{
	path_fill_in(run);
	path_fill_out(run);
	run->c = (struct ntio_device_control){
		.code = run->path->code,
		.in = addr(run->in.p), .in_len = run->in.len,
		.out = addr(run->out.p), .out_len = run->out.len,
	};
	control_prepare(&run->c);
}

static int path_control_go(struct path_run *run)
{
	return ioctl(run->fd, NTIO_IOC_DEVICE_CONTROL, &run->c) ? errno : 0;
}

static const char *path_echo_wrong(struct path_run *run)
{
	size_t len = run->in.len < run->out.len ? run->in.len : run->out.len;
	unsigned char rest = run->path->fresh ? 0 : POISON;

	if (run->c.out_information != len)
		return "Information is not the length of the answer";
	if (match(run->out.p, len, run->seed) != len)
		return "the answer is not what was sent";
	if (match_byte(run->out.p + len, run->out.len - len, rest) !=
	    run->out.len - len)
		return "bytes behind the answer were written";
	return NULL;
}

static const char *path_kept_wrong(struct path_run *run)
{
	struct mem kept;
	size_t good;

	if (run->c.out_information != run->out.len)
		return "Information is not the length that was read";
	kept = mem_new(run->out.len, 0);
	path_ask(run->fd, IOCTL_ECHO_KEPT, NULL, 0, kept.p, kept.len);
	if (run->path->fresh)
		good = match_byte(kept.p, kept.len, 0);
	else
		good = match(kept.p, kept.len, run->seed + 1);
	mem_free(&kept);
	return good == run->out.len ? NULL : "the driver read something else";
}

static const char *path_sum_wrong(struct path_run *run)
{
	__u64 got, sum = 0;
	unsigned int i;

	for (i = 0; i < SUMMED; i++)
		sum += path_numbers[i];
	memcpy(&got, run->out.p, sizeof(got));
	return got == sum ? NULL : "the sum is wrong";
}

static const char *path_read_wrong(struct path_run *run)
{
	struct context_saw saw = { };

	path_ask(run->fd, IOCTL_CONTEXT_SAW, NULL, 0, &saw, sizeof(saw));
	if (saw.code != run->path->code)
		return "the driver was not called";
	return saw.verdict == CONTEXT_MINE ? NULL :
		"the driver read something else";
}

static const char *path_content_wrong(struct path_run *run)
{
	switch (run->path->content) {
	case PATH_ECHO:
		return path_echo_wrong(run);
	case PATH_KEPT:
		return path_kept_wrong(run);
	case PATH_SUM:
		return path_sum_wrong(run);
	case PATH_READ:
		return path_read_wrong(run);
	default:
		return run->c.out_information ==
			(run->path->content == PATH_ONE) ? NULL :
			"Information is wrong";
	}
}

/* An answer that could not be written leaves the status as it was [2.24]. */
static const char *path_control_wrong(struct path_run *run)
{
	if (status_errno(run->c.out_status))
		return "success with the status of an error";
	if (run->c.out_flags & NTIO_OUT_IOSB)
		return path_content_wrong(run);
	return run->c.out_reason == NTIO_REASON_OUT_FAULT ? NULL :
		"success without an answer";
}

const struct path_kind path_control = {
	.reset = path_control_reset,
	.go = path_control_go,
	.wrong = path_control_wrong,
};

/* --- the same by a ring -------------------------------------------------- */

#define TAG 1

static int path_ring_begin(struct path_run *run)
{
	return ring_open(&run->ring, 8, 0);
}

/* What could not be submitted is submitted again: it is in the ring. */
int path_ring_wait(struct path_run *run, __u64 tag)
{
	struct io_uring_cqe cqe = { .res = -ETIME };
	int tries;

	for (tries = 0; tries < 10000; tries++) {
		ring_retry(&run->ring);
		while (ring_wait(&run->ring, &cqe, 1))
			if (cqe.user_data == tag)
				return -cqe.res;
	}
	return -cqe.res;
}

static int path_ring_go(struct path_run *run)
{
	ring_control(&run->ring, run->fd, &run->c, TAG)->flags =
		run->sqe_flags;
	ring_submit(&run->ring);
	return path_ring_wait(run, TAG);
}

const struct path_kind path_ring = {
	.begin = path_ring_begin,
	.reset = path_control_reset,
	.go = path_ring_go,
	.wrong = path_control_wrong,
};
