// SPDX-License-Identifier: GPL-2.0
/*
 * What the calls cost beside those of libntio and a bare ring, in instructions:
 * count_win32 runs this where they are counted.
 */
#include "wintest.h"

#include <ntio/samples/echo.h>
#include <ntio/samples/notify.h>
#include <ntio/uring.h>
#include <x86intrin.h>

#define ROUNDS 501

static struct io_uring ring;
static HANDLE echo, echo_overlapped, notify, event;
static int echo_fd, notify_fd, post_fd;
static char in[8] = "payload", out[8];

static int compare(const void *a, const void *b)
{
	LONGLONG x = *(const LONGLONG *)a, y = *(const LONGLONG *)b;

	return x < y ? -1 : x > y;
}

/* Of a round, without what an interrupt adds to some. */
static LONGLONG cost(BOOL (*round)(void))
{
	static LONGLONG costs[ROUNDS];
	LONGLONG begin;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		begin = __rdtsc();
		CHECK(round());
		costs[i] = __rdtsc() - begin;
	}
	qsort(costs, ROUNDS, sizeof(*costs), compare);
	return costs[ROUNDS / 2];
}

static void compare_costs(const char *what, BOOL (*bare)(void),
			  BOOL (*ours)(void), LONGLONG most)
{
	LONGLONG less = cost(bare), more = cost(ours);

	printf("%s: %I64d, %I64d more than %I64d\n", what, more, more - less,
	       less);
	CHECK(more - less <= most);
}

/* --- a synchronous call ------------------------------------------------------- */

static BOOL sync_bare(void)
{
	return !ntio_control(echo_fd, IOCTL_ECHO_BUFFERED, in, sizeof(in), out,
			     sizeof(out)).status;
}

static BOOL sync_win32(void)
{
	DWORD bytes;

	return DeviceIoControl(echo, IOCTL_ECHO_BUFFERED, in, sizeof(in), out,
			       sizeof(out), &bytes, NULL);
}

/* --- one that ends at once ------------------------------------------------------ */

static BOOL ring_end(void)
{
	struct io_uring_cqe *cqe;
	struct ntio_result result;

	if (io_uring_wait_cqe(&ring, &cqe))
		return FALSE;
	result = ntio_result_of(io_uring_cqe_get_data(cqe), cqe->res);
	io_uring_cqe_seen(&ring, cqe);
	return NT_SUCCESS(result.status);
}

static BOOL ring_begin(int fd, struct ntio_device_control *call)
{
	ntio_prep_control(io_uring_get_sqe(&ring), fd, call);
	return io_uring_submit(&ring) == 1;
}

static BOOL now_bare(void)
{
	struct ntio_device_control call = {
		.code = IOCTL_ECHO_BUFFERED,
		.in = (uintptr_t)in, .in_len = sizeof(in),
		.out = (uintptr_t)out, .out_len = sizeof(out),
	};

	return ring_begin(echo_fd, &call) && ring_end();
}

static BOOL now_win32(void)
{
	OVERLAPPED ov = { .hEvent = event };
	DWORD bytes;

	return DeviceIoControl(echo_overlapped, IOCTL_ECHO_BUFFERED, in,
			       sizeof(in), out, sizeof(out), NULL, &ov) &&
	       GetOverlappedResult(echo_overlapped, &ov, &bytes, TRUE);
}

/*
 * --- one that its driver keeps -------------------------------------------------
 *
 * This thread has it ended, so that no other has a share in the count.
 */

static struct notify_event told;

static BOOL post(void)
{
	struct notify_post one = { .value = 1, .count = 1 };

	return !ntio_control(post_fd, IOCTL_NOTIFY_POST, &one, sizeof(one),
			     NULL, 0).status;
}

static BOOL later_begin_bare(struct ntio_device_control *call)
{
	*call = (struct ntio_device_control){
		.code = IOCTL_NOTIFY_WAIT,
		.out = (uintptr_t)&told, .out_len = sizeof(told),
	};
	return ring_begin(notify_fd, call) && post();
}

static BOOL later_bare(void)
{
	struct ntio_device_control call;

	return later_begin_bare(&call) && ring_end();
}

/* In a system call, as a thread that has to wait does. */
static BOOL waits_bare(void)
{
	struct ntio_device_control call;

	return later_begin_bare(&call) &&
	       !io_uring_enter(ring.ring_fd, 0, 1, IORING_ENTER_GETEVENTS,
			       NULL) && ring_end();
}

static BOOL later_begin_win32(OVERLAPPED *ov)
{
	return !DeviceIoControl(notify, IOCTL_NOTIFY_WAIT, NULL, 0, &told,
				sizeof(told), NULL, ov) &&
	       GetLastError() == ERROR_IO_PENDING && post();
}

static BOOL later_win32(void)
{
	OVERLAPPED ov = { .hEvent = event };
	DWORD bytes;

	return later_begin_win32(&ov) &&
	       GetOverlappedResult(notify, &ov, &bytes, TRUE) &&
	       bytes == sizeof(told);
}

static BOOL waits_win32(void)
{
	OVERLAPPED ov = { .hEvent = event };
	DWORD bytes;

	return later_begin_win32(&ov) &&
	       WaitForSingleObject(event, INFINITE) == WAIT_OBJECT_0 &&
	       GetOverlappedResult(notify, &ov, &bytes, TRUE) &&
	       bytes == sizeof(told);
}

static HANDLE open_device(LPCTSTR name, DWORD flags)
{
	HANDLE file = CreateFile(name, GENERIC_READ | GENERIC_WRITE, 0, NULL,
				 OPEN_EXISTING, flags, NULL);

	CHECK(file != INVALID_HANDLE_VALUE);
	return file;
}

static void with_event(const char *kind)
{
	printf("with an event that is %s:\n", kind);
	compare_costs("overlapped, ends at once", now_bare, now_win32, 530);
	compare_costs("overlapped, has ended before it is looked at",
		      later_bare, later_win32, 750);
	compare_costs("overlapped, waited for in a system call", waits_bare,
		      waits_win32, 1300);
}

int __cdecl _tmain(void)
{
	/* A structure across the end of a page is probed twice: keep off it. */
	ULONG_PTR here = (ULONG_PTR)__builtin_frame_address(0);
	void *pad = __builtin_alloca(here % 4096 + 2048);

	asm volatile("" : : "r"(pad) : "memory");
	CHECK(!io_uring_queue_init(8, &ring, 0));
	echo = open_device(TEXT("\\\\.\\echo"), 0);
	echo_overlapped = open_device(TEXT("\\\\.\\echo"),
				      FILE_FLAG_OVERLAPPED);
	notify = open_device(TEXT("\\\\.\\notify"), FILE_FLAG_OVERLAPPED);
	echo_fd = ntio_open("echo", O_RDWR);
	notify_fd = ntio_open("notify", O_RDWR);
	post_fd = ntio_open("notify-post", O_RDWR);

	compare_costs("DeviceIoControl", sync_bare, sync_win32, 50);
	event = CreateEvent(NULL, TRUE, FALSE, NULL);
	with_event("reset by hand");
	event = CreateEvent(NULL, FALSE, FALSE, NULL);
	with_event("reset by a wait");
	return done();
}
