// SPDX-License-Identifier: GPL-2.0
/*
 * What handles of a device mean: duplicates, order, results, cancellation,
 * completion routines, the end of a thread, a child process.
 */
#include "wintest.h"

#include <winternl.h>

#include <ntio/samples/echo.h>
#include <ntio/samples/notify.h>
#include <sys/wait.h>

#include "../../modules/ntio_park.h"

static HANDLE post;

static HANDLE open_device(LPCTSTR name, DWORD flags)
{
	HANDLE file = CreateFile(name, GENERIC_READ | GENERIC_WRITE, 0, NULL,
				 OPEN_EXISTING, flags, NULL);

	CHECK(file != INVALID_HANDLE_VALUE);
	return file;
}

static HANDLE open_notify(DWORD flags)
{
	return open_device(TEXT("\\\\.\\notify"), flags);
}

static ULONG parked(void)
{
	struct notify_counts counts = { 0 };
	DWORD bytes;

	CHECK(DeviceIoControl(post, IOCTL_NOTIFY_COUNTS, NULL, 0, &counts,
			      sizeof(counts), &bytes, NULL));
	return counts.parked;
}

static BOOL comes_to(ULONG count)
{
	ULONGLONG end = GetTickCount64() + 20000;

	while (parked() != count && GetTickCount64() < end)
		Sleep(5);
	return parked() == count;
}

/* WriteFile of a number posts it. */
static void post_one(const char *number)
{
	DWORD bytes;

	CHECK(WriteFile(post, number, (DWORD)strlen(number), &bytes, NULL));
	CHECK_EQ(strlen(number), bytes);
}

static BOOL begin(HANDLE file, struct notify_event *event, OVERLAPPED *ov)
{
	SetLastError(0);
	return !DeviceIoControl(file, IOCTL_NOTIFY_WAIT, NULL, 0, event,
				sizeof(*event), NULL, ov) &&
	       GetLastError() == ERROR_IO_PENDING;
}

/* --- duplicates [1.26] [8.34] ---------------------------------------------------- */

static struct echo_counts counts_of(HANDLE file)
{
	struct echo_counts counts = { 0 };
	DWORD bytes;

	CHECK(DeviceIoControl(file, IOCTL_ECHO_COUNTS, NULL, 0, &counts,
			      sizeof(counts), &bytes, NULL));
	return counts;
}

static HANDLE copy_of(HANDLE file)
{
	HANDLE copy = NULL;

	CHECK(DuplicateHandle(GetCurrentProcess(), file, GetCurrentProcess(),
			      &copy, 0, FALSE, DUPLICATE_SAME_ACCESS));
	CHECK(copy && copy != file);
	return copy;
}

static void duplicates(void)
{
	HANDLE file = open_device(TEXT("\\\\.\\echo"), 0), copy;
	HANDLE other = open_device(TEXT("\\\\.\\echo"), 0);
	struct echo_counts before = counts_of(file), after;

	copy = copy_of(file);
	after = counts_of(copy);
	CHECK_EQ(before.creates, after.creates);
	CHECK_EQ(before.open_file, after.open_file);
	CHECK(before.open_file != counts_of(other).open_file);
	CHECK(CloseHandle(file));
	after = counts_of(copy);
	CHECK_EQ(before.cleanups, after.cleanups);
	CHECK(CloseHandle(copy));
	CHECK_EQ(before.cleanups + 1, counts_of(other).cleanups);
	CloseHandle(other);
}

static void duplicates_pend(void)
{
	HANDLE file = open_notify(FILE_FLAG_OVERLAPPED), copy = copy_of(file);
	struct notify_event event;
	OVERLAPPED ov = { .hEvent = CreateEvent(NULL, TRUE, FALSE, NULL) };

	CHECK(begin(file, &event, &ov));
	CHECK(CloseHandle(file));
	CHECK_EQ(WAIT_TIMEOUT, WaitForSingleObject(ov.hEvent, 50));
	CHECK_EQ(1, parked());
	CHECK(CloseHandle(copy));
	CHECK_EQ(WAIT_OBJECT_0, WaitForSingleObject(ov.hEvent, 20000));
	CHECK_EQ(STATUS_CANCELLED, ov.Internal);
	CloseHandle(ov.hEvent);
}

/* --- results [8.15] [8.19] ----------------------------------------------------------- */

static void results(void)
{
	HANDLE file = open_notify(FILE_FLAG_OVERLAPPED);
	struct notify_event event = { 0 };
	OVERLAPPED ov = { .hEvent = NULL };
	DWORD bytes = 77;

	CHECK(begin(file, &event, &ov));
	CHECK_EQ(STATUS_PENDING, ov.Internal);
	CHECK(!HasOverlappedIoCompleted(&ov));
	CHECK_FAILS(ERROR_IO_INCOMPLETE,
		    GetOverlappedResult(file, &ov, &bytes, FALSE));
	CHECK_EQ(77, bytes);
	CHECK_FAILS(WAIT_TIMEOUT,
		    GetOverlappedResultEx(file, &ov, &bytes, 10, FALSE));
	post_one("41");
	/* No event: the file is one. */
	CHECK(GetOverlappedResult(file, &ov, &bytes, TRUE));
	CHECK_EQ(sizeof(event), bytes);
	CHECK_EQ(41, event.value);
	CHECK_EQ(WAIT_OBJECT_0, WaitForSingleObject(file, 0));
	CHECK(begin(file, &event, &ov));
	CHECK(CancelIoEx(file, &ov));
	CHECK_FAILS(ERROR_OPERATION_ABORTED,
		    GetOverlappedResult(file, &ov, &bytes, TRUE));
	CHECK_EQ(0, bytes);
	CloseHandle(file);
}

/* Nobody looks at the ring: the kernel tells all the same. */
static void told_without_looking(void)
{
	HANDLE file = open_notify(FILE_FLAG_OVERLAPPED);
	struct notify_event event;
	OVERLAPPED ov = { .hEvent = NULL };
	ULONGLONG end = GetTickCount64() + 20000;

	CHECK(begin(file, &event, &ov));
	post_one("42");
	while (!HasOverlappedIoCompleted(&ov) && GetTickCount64() < end)
		;
	CHECK(HasOverlappedIoCompleted(&ov));
	CHECK_EQ(42, event.value);
	CloseHandle(file);
}

/* --- cancellation [8.29] to [8.33] ------------------------------------------------------ */

static DWORD WINAPI cancel_elsewhere(LPVOID file)
{
	return CancelIo(file);
}

static void cancels(void)
{
	HANDLE file = open_notify(FILE_FLAG_OVERLAPPED), copy = copy_of(file);
	struct notify_event event;
	OVERLAPPED a = { .hEvent = NULL }, b = { .hEvent = NULL };
	HANDLE thread;
	DWORD bytes;

	CHECK(CancelIo(file));
	CHECK_FAILS(ERROR_NOT_FOUND, CancelIoEx(file, NULL));
	CHECK(begin(file, &event, &a) && begin(file, &event, &b));
	thread = CreateThread(NULL, 0, cancel_elsewhere, file, 0, NULL);
	WaitForSingleObject(thread, INFINITE);
	CloseHandle(thread);
	CHECK_EQ(2, parked());
	CHECK(CancelIo(copy));
	CHECK_EQ(0, parked());
	CHECK_EQ(STATUS_CANCELLED, a.Internal);
	CHECK_EQ(STATUS_CANCELLED, b.Internal);
	CHECK(begin(file, &event, &a) && begin(file, &event, &b));
	CHECK(CancelIoEx(copy, &a));
	CHECK(comes_to(1));
	CHECK_FAILS(ERROR_OPERATION_ABORTED,
		    GetOverlappedResult(file, &a, &bytes, TRUE));
	CHECK_FAILS(ERROR_NOT_FOUND, CancelIoEx(file, &a));
	CHECK(CancelIoEx(file, NULL));
	CHECK(comes_to(0));
	CloseHandle(copy);
	CloseHandle(file);
}

/* As [8.29] and [8.30], by their native names. */
static void cancels_natively(void)
{
	HANDLE file = open_notify(FILE_FLAG_OVERLAPPED);
	struct notify_event event;
	IO_STATUS_BLOCK a, b, iosb;

	CHECK_EQ(STATUS_PENDING,
		 (ULONG)NtDeviceIoControlFile(file, NULL, NULL, NULL, &a,
					      IOCTL_NOTIFY_WAIT, NULL, 0,
					      &event, sizeof(event)));
	CHECK_EQ(STATUS_PENDING,
		 (ULONG)NtReadFile(file, NULL, NULL, NULL, &b, &event,
				   sizeof(event), NULL, NULL));
	CHECK_EQ(STATUS_SUCCESS, (ULONG)NtCancelIoFileEx(file, &a, &iosb));
	CHECK(comes_to(1));
	CHECK_EQ(STATUS_SUCCESS, (ULONG)NtCancelIoFile(file, &iosb));
	CHECK_EQ(0, parked());
	CHECK_EQ(STATUS_CANCELLED, (ULONG)a.Status);
	CHECK_EQ(STATUS_CANCELLED, (ULONG)b.Status);
	CHECK_EQ(STATUS_NOT_FOUND, (ULONG)NtCancelIoFileEx(file, &a, &iosb));
	CHECK_EQ(STATUS_NOT_FOUND, (ULONG)iosb.Status);
	CHECK_EQ(STATUS_SUCCESS, (ULONG)NtClose(file));
}

static DWORD WINAPI wait_synchronously(LPVOID file)
{
	struct notify_event event;
	DWORD bytes;

	return DeviceIoControl(file, IOCTL_NOTIFY_WAIT, NULL, 0, &event,
			       sizeof(event), &bytes, NULL) ?
		0 : GetLastError();
}

static DWORD WINAPI read_synchronously(LPVOID file)
{
	struct notify_event event;
	DWORD bytes;

	return ReadFile(file, &event, sizeof(event), &bytes, NULL) ?
		0 : GetLastError();
}

static void cancels_of_others(LPTHREAD_START_ROUTINE start)
{
	HANDLE file = open_notify(0), thread;
	DWORD code;

	thread = CreateThread(NULL, 0, start, file, 0, NULL);
	CHECK(comes_to(1));
	CHECK(CancelSynchronousIo(thread));
	CHECK_EQ(WAIT_OBJECT_0, WaitForSingleObject(thread, 20000));
	GetExitCodeThread(thread, &code);
	CHECK_EQ(ERROR_OPERATION_ABORTED, code);
	CHECK_FAILS(ERROR_NOT_FOUND, CancelSynchronousIo(thread));
	CloseHandle(thread);

	thread = CreateThread(NULL, 0, start, file, 0, NULL);
	CHECK(comes_to(1));
	CHECK(CancelIoEx(file, NULL));
	CHECK_EQ(WAIT_OBJECT_0, WaitForSingleObject(thread, 20000));
	GetExitCodeThread(thread, &code);
	CHECK_EQ(ERROR_OPERATION_ABORTED, code);
	CloseHandle(thread);
	CloseHandle(file);
}

/*
 * One after the other: a call that is in its handler for so long, and one that
 * is not meant.
 */
struct two_calls {
	HANDLE file;
	DWORD milliseconds;
	HANDLE between;
	DWORD first;
	DWORD second;
};

static DWORD linger(HANDLE file, DWORD milliseconds)
{
	DWORD bytes, answer;

	return DeviceIoControl(file, IOCTL_PARK_LINGER, &milliseconds,
			       sizeof(milliseconds), &answer, sizeof(answer),
			       &bytes, NULL) ? 0 : GetLastError();
}

static DWORD WINAPI two_calls(LPVOID context)
{
	struct two_calls *calls = context;

	calls->first = linger(calls->file, calls->milliseconds);
	SetEvent(calls->between);
	calls->second = linger(calls->file, 0);
	return 0;
}

static BOOL park_comes_to(HANDLE park, ULONG count)
{
	ULONGLONG end = GetTickCount64() + 20000;
	struct park_counts counts = { 0 };
	DWORD bytes;

	do {
		Sleep(1);
		if (!DeviceIoControl(park, IOCTL_PARK_COUNTS, NULL, 0, &counts,
				     sizeof(counts), &bytes, NULL))
			return FALSE;
	} while (counts.queued != count && GetTickCount64() < end);
	return counts.queued == count;
}

/* The driver has the request, and its handler has not returned. */
static void cancels_in_handler(DWORD milliseconds, BOOL by_file)
{
	HANDLE park = open_device(TEXT("\\\\.\\park"), 0), thread;
	struct two_calls calls = {
		.file = open_device(TEXT("\\\\.\\park"), 0),
		.milliseconds = milliseconds,
		.between = CreateEvent(NULL, TRUE, FALSE, NULL),
	};
	DWORD bytes, there = 0;

	thread = CreateThread(NULL, 0, two_calls, &calls, 0, NULL);
	CHECK(park_comes_to(park, 1));
	CHECK(by_file ? CancelIoEx(calls.file, NULL) :
			CancelSynchronousIo(thread));
	CHECK_EQ(WAIT_OBJECT_0, WaitForSingleObject(calls.between, 20000));
	CHECK(park_comes_to(park, 1));
	CHECK_EQ(WAIT_TIMEOUT, WaitForSingleObject(thread, 200));
	CHECK(DeviceIoControl(park, IOCTL_PARK_NEXT, NULL, 0, &there,
			      sizeof(there), &bytes, NULL));
	CHECK_EQ(1, there);
	CHECK_EQ(WAIT_OBJECT_0, WaitForSingleObject(thread, 20000));
	CHECK_EQ(ERROR_OPERATION_ABORTED, calls.first);
	CHECK_EQ(0, calls.second);
	CloseHandle(thread);
	CloseHandle(calls.between);
	CloseHandle(calls.file);
	CloseHandle(park);
}

/* --- order [2.51] ------------------------------------------------------------------------- */

static void order(void)
{
	HANDLE file = open_notify(0), threads[2];
	DWORD code;
	int i;

	for (i = 0; i < 2; i++)
		threads[i] = CreateThread(NULL, 0, wait_synchronously, file, 0,
					  NULL);
	CHECK(comes_to(1));
	Sleep(50);
	CHECK_EQ(1, parked());
	post_one("1");
	CHECK(comes_to(1));
	post_one("2");
	CHECK_EQ(WAIT_OBJECT_0, WaitForMultipleObjects(2, threads, TRUE,
						      20000));
	for (i = 0; i < 2; i++) {
		GetExitCodeThread(threads[i], &code);
		CHECK_EQ(0, code);
		CloseHandle(threads[i]);
	}
	CloseHandle(file);
	file = open_notify(FILE_FLAG_OVERLAPPED);
	for (i = 0; i < 2; i++)
		threads[i] = CreateThread(NULL, 0, wait_synchronously, file, 0,
					  NULL);
	CHECK(comes_to(2));
	CHECK(CancelIoEx(file, NULL));
	WaitForMultipleObjects(2, threads, TRUE, 20000);
	CloseHandle(threads[0]);
	CloseHandle(threads[1]);
	CloseHandle(file);
}

/* --- reads, completion routines [8.21] ------------------------------------------------------ */

static DWORD routine_error, routine_bytes;
static int routines;

static VOID CALLBACK routine(DWORD error, DWORD bytes, LPOVERLAPPED ov)
{
	CHECK(ov != NULL);
	routine_error = error;
	routine_bytes = bytes;
	routines++;
}

static void reads(void)
{
	HANDLE file = open_notify(FILE_FLAG_OVERLAPPED), sync = open_notify(0);
	struct notify_event event = { 0 };
	OVERLAPPED ov = { .hEvent = CreateEvent(NULL, FALSE, FALSE, NULL) };
	DWORD bytes;

	CHECK_FAILS(ERROR_IO_PENDING,
		    ReadFile(file, &event, sizeof(event), NULL, &ov));
	post_one("7");
	CHECK(GetOverlappedResult(file, &ov, &bytes, TRUE));
	CHECK(bytes == sizeof(event) && event.value == 7);
	post_one("8");
	CHECK(ReadFile(sync, &event, sizeof(event), &bytes, NULL));
	CHECK(bytes == sizeof(event) && event.value == 8);
	CHECK_FAILS(ERROR_INVALID_PARAMETER,
		    ReadFile(file, &event, sizeof(event), &bytes, NULL));

	CHECK(ReadFileEx(file, &event, sizeof(event), &ov, routine));
	CHECK_EQ(0, SleepEx(10, TRUE));
	post_one("9");
	CHECK_EQ(0, routines);
	CHECK_EQ(WAIT_IO_COMPLETION, SleepEx(20000, TRUE));
	CHECK(routines == 1 && !routine_error && event.value == 9);
	CHECK_EQ(sizeof(event), routine_bytes);
	CHECK(ReadFileEx(file, &event, sizeof(event), &ov, routine));
	CHECK(CancelIo(file));
	CHECK_EQ(WAIT_IO_COMPLETION, SleepEx(20000, TRUE));
	CHECK_EQ(ERROR_OPERATION_ABORTED, routine_error);
	CHECK_FAILS(ERROR_INVALID_PARAMETER,
		    ReadFileEx(sync, &event, sizeof(event), &ov, routine));
	CloseHandle(ov.hEvent);
	CloseHandle(sync);
	CloseHandle(file);
}

/* Of an event that is there, whose driver takes its time or does not. */
static ULONG native_read(HANDLE file, PIO_STATUS_BLOCK iosb,
			 struct notify_event *event)
{
	ULONG status = NtReadFile(file, NULL, NULL, NULL, iosb, event,
				  sizeof(*event), NULL, NULL);

	if (status == STATUS_PENDING)
		CHECK_EQ(WAIT_OBJECT_0, WaitForSingleObject(file, 20000));
	return status == STATUS_PENDING ? (ULONG)iosb->Status : status;
}

static void writes(void)
{
	HANDLE file = open_device(TEXT("\\\\.\\notify-post"),
				  FILE_FLAG_OVERLAPPED);
	HANDLE notify = open_notify(FILE_FLAG_OVERLAPPED);
	struct notify_event event = { 0 };
	OVERLAPPED ov = { .hEvent = NULL }, read = { .hEvent = NULL };
	IO_STATUS_BLOCK iosb;
	DWORD bytes;

	CHECK(begin(notify, &event, &read));
	if (!WriteFile(file, "15", 2, NULL, &ov))
		CHECK_EQ(ERROR_IO_PENDING, GetLastError());
	CHECK(GetOverlappedResult(file, &ov, &bytes, TRUE) && bytes == 2);
	CHECK(GetOverlappedResult(notify, &read, &bytes, TRUE));
	CHECK_EQ(15, event.value);
	routines = 0;
	CHECK(WriteFileEx(file, "16", 2, &ov, routine));
	CHECK_EQ(WAIT_IO_COMPLETION, SleepEx(20000, TRUE));
	CHECK_EQ(1, routines);
	CHECK_EQ(STATUS_SUCCESS, native_read(notify, &iosb, &event));
	CHECK(event.value == 16 && iosb.Information == sizeof(event));
	CHECK_EQ(STATUS_SUCCESS,
		 (ULONG)NtWriteFile(post, NULL, NULL, NULL, &iosb, "17", 2,
				    NULL, NULL));
	CHECK_EQ(2, iosb.Information);
	CHECK_EQ(STATUS_SUCCESS, native_read(notify, &iosb, &event));
	CloseHandle(notify);
	CHECK_EQ(STATUS_SUCCESS, NtClose(file));
}

/* Fault: what a ring had no room for was not seen any more. */
static ULONG seen;

static VOID WINAPI counts_it(DWORD error, DWORD bytes, LPOVERLAPPED ov)
{
	(void)ov;
	seen += !error && bytes == sizeof(struct notify_event);
}

static void many_unseen(void)
{
	enum { MANY = 1100 };
	static struct notify_event events[MANY];
	static OVERLAPPED ov[MANY];
	HANDLE notify = open_notify(FILE_FLAG_OVERLAPPED);
	struct notify_post posts = { .value = 3, .count = MANY };
	ULONGLONG end = GetTickCount64() + 60000;
	DWORD bytes;
	ULONG i;

	for (i = 0; i < MANY; i++)
		CHECK(ReadFileEx(notify, &events[i], sizeof(events[i]), &ov[i],
				 counts_it));
	CHECK(comes_to(MANY));
	CHECK(DeviceIoControl(post, IOCTL_NOTIFY_POST, &posts, sizeof(posts),
			      NULL, 0, &bytes, NULL));
	while (seen < MANY && GetTickCount64() < end)
		SleepEx(100, TRUE);
	CHECK_EQ(MANY, seen);
	CloseHandle(notify);
}

/* Fault: packets that nobody took kept the port, its ring and the file. */
static HANDLE next_handle(void)
{
	HANDLE event = CreateEvent(NULL, TRUE, FALSE, NULL);

	CloseHandle(event);
	return event;
}

static void ports_are_let_go(void)
{
	HANDLE next = next_handle(), port, notify;
	static struct notify_event events[8];
	static OVERLAPPED ov[8];
	int i;

	for (i = 0; i < 8; i++) {
		notify = open_notify(FILE_FLAG_OVERLAPPED);
		port = CreateIoCompletionPort(notify, NULL, 7, 0);
		CHECK(begin(notify, &events[i], &ov[i]));
		if (i % 4 == 0)
			post_one("5");
		CloseHandle(i & 1 ? port : notify);
		CloseHandle(i & 1 ? notify : port);
	}
	CHECK(next == next_handle());
}

/* --- the end of a thread [8.40]; fork ----------------------------------------------------------- */

static OVERLAPPED left;
static struct notify_event left_event;

static DWORD WINAPI leaves(LPVOID file)
{
	return begin(file, &left_event, &left);
}

static void thread_ends(void)
{
	HANDLE file = open_notify(FILE_FLAG_OVERLAPPED), thread;
	DWORD bytes;

	left.hEvent = CreateEvent(NULL, TRUE, FALSE, NULL);
	thread = CreateThread(NULL, 0, leaves, file, 0, NULL);
	CHECK_EQ(WAIT_OBJECT_0, WaitForSingleObject(thread, 20000));
	CHECK_FAILS(ERROR_OPERATION_ABORTED,
		    GetOverlappedResult(file, &left, &bytes, TRUE));
	CHECK_EQ(0, parked());
	CloseHandle(thread);
	CloseHandle(left.hEvent);
	CloseHandle(file);
}

static int in_child(HANDLE file)
{
	HANDLE event = CreateEvent(NULL, TRUE, FALSE, NULL);
	char out[4] = "";
	OVERLAPPED ov = { .hEvent = event };
	DWORD bytes;

	if (!DeviceIoControl(file, IOCTL_ECHO_BUFFERED, "abc", 4, out, 4, NULL,
			     &ov) && GetLastError() != ERROR_IO_PENDING)
		return 1;
	if (!GetOverlappedResult(file, &ov, &bytes, TRUE) || bytes != 4)
		return 2;
	return strcmp(out, "abc") ? 3 : 0;
}

static HANDLE alone;

static DWORD WINAPI waits_alone(LPVOID event)
{
	DWORD bytes;

	return DeviceIoControl(alone, IOCTL_NOTIFY_WAIT, NULL, 0, event,
			       sizeof(struct notify_event), &bytes, NULL);
}

/* A thread of the parent's is in a call of this file, which has one at a time. */
static int alone_in_child(void)
{
	DWORD bytes;

	if (DeviceIoControl(alone, 0x222000, NULL, 0, NULL, 0, &bytes, NULL))
		return 21;
	return GetLastError() == ERROR_INVALID_FUNCTION ? 0 : 22;
}

/* The port and what is in flight there are the parent's. */
static int port_in_child(HANDLE port, HANDLE notify)
{
	OVERLAPPED own = { .hEvent = NULL };
	struct notify_event event;
	LPOVERLAPPED ov;
	ULONG_PTR key;
	DWORD bytes;

	if (begin(notify, &event, &own) || GetLastError() != ERROR_INVALID_HANDLE)
		return 10;
	if (GetQueuedCompletionStatus(port, &bytes, &key, &ov, INFINITE) || ov)
		return 11;
	if (GetLastError() != ERROR_ABANDONED_WAIT_0)
		return 12;
	return CloseHandle(port) ? 0 : 13;
}

static void forks(void)
{
	HANDLE file = open_device(TEXT("\\\\.\\echo"), FILE_FLAG_OVERLAPPED);
	HANDLE notify = open_notify(FILE_FLAG_OVERLAPPED);
	HANDLE port = CreateIoCompletionPort(notify, NULL, 7, 0), thread;
	struct notify_event event, alone_event;
	OVERLAPPED ov = { .hEvent = NULL }, *got;
	ULONG_PTR key;
	DWORD bytes;
	int status;
	pid_t child;

	alone = open_notify(0);
	CHECK(begin(notify, &event, &ov));
	CHECK(comes_to(1));
	thread = CreateThread(NULL, 0, waits_alone, &alone_event, 0, NULL);
	CHECK(comes_to(2));
	CHECK_EQ(0, in_child(file));
	fflush(stdout);
	child = fork();
	if (!child)
		_exit(in_child(file) ? : port_in_child(port, notify) ? :
		      alone_in_child());
	CHECK(waitpid(child, &status, 0) == child);
	CHECK_EQ(0, status);
	CHECK_EQ(0, in_child(file));
	post_one("5");
	CHECK(GetQueuedCompletionStatus(port, &bytes, &key, &got, 20000));
	CHECK(got == &ov && key == 7 && event.value == 5);
	post_one("6");
	CHECK_EQ(WAIT_OBJECT_0, WaitForSingleObject(thread, 20000));
	CHECK_EQ(6, alone_event.value);
	CloseHandle(thread);
	CloseHandle(alone);
	CloseHandle(port);
	CloseHandle(notify);
	CloseHandle(file);
}

int __cdecl _tmain(void)
{
	post = open_device(TEXT("\\\\.\\notify-post"), 0);
	duplicates();
	duplicates_pend();
	results();
	told_without_looking();
	cancels();
	cancels_natively();
	cancels_of_others(wait_synchronously);
	cancels_of_others(read_synchronously);
	cancels_in_handler(20, FALSE);
	cancels_in_handler(20, TRUE);
	cancels_in_handler(400, FALSE);
	cancels_in_handler(400, TRUE);
	order();
	reads();
	writes();
	many_unseen();
	ports_are_let_go();
	thread_ends();
	forks();
	return done();
}
