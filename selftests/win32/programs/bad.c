// SPDX-License-Identifier: GPL-2.0
/*
 * Bad input: each call answers with Windows' error, and the library goes on.
 */
#include "wintest.h"

#include <winternl.h>

#include <ntio/samples/echo.h>
#include <ntio/samples/notify.h>

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

/* WriteFile of a number posts it. */
static void post_one(const char *number)
{
	DWORD bytes;

	CHECK(WriteFile(post, number, (DWORD)strlen(number), &bytes, NULL));
}

static BOOL begin(HANDLE file, struct notify_event *event, OVERLAPPED *ov)
{
	SetLastError(0);
	return !DeviceIoControl(file, IOCTL_NOTIFY_WAIT, NULL, 0, event,
				sizeof(*event), NULL, ov) &&
	       GetLastError() == ERROR_IO_PENDING;
}

/* --- handles ---------------------------------------------------------------------- */

static VOID CALLBACK never(DWORD error, DWORD bytes, LPOVERLAPPED ov)
{
	CHECK(!error && !bytes && !ov && FALSE);
}

static void bad_win32(HANDLE bad)
{
	OVERLAPPED ov = { .hEvent = NULL };
	DWORD bytes = 77;
	char byte = 0;

	CHECK_FAILS(ERROR_INVALID_HANDLE,
		    DeviceIoControl(bad, IOCTL_ECHO_BUFFERED, NULL, 0, NULL, 0,
				    &bytes, NULL));
	CHECK_EQ(77, bytes);
	CHECK_FAILS(ERROR_INVALID_HANDLE,
		    DeviceIoControl(bad, 0, NULL, 0, NULL, 0, NULL, &ov));
	CHECK_FAILS(ERROR_INVALID_HANDLE, WriteFile(bad, &byte, 1, NULL, &ov));
	CHECK_FAILS(ERROR_INVALID_HANDLE,
		    ReadFile(bad, &byte, 1, &bytes, NULL));
	CHECK_FAILS(ERROR_INVALID_HANDLE,
		    ReadFileEx(bad, &byte, 1, &ov, never));
	CHECK_FAILS(ERROR_INVALID_HANDLE,
		    WriteFileEx(bad, &byte, 1, &ov, never));
	CHECK_FAILS(ERROR_INVALID_HANDLE, CancelIo(bad));
	CHECK_FAILS(ERROR_INVALID_HANDLE, CancelIoEx(bad, NULL));
	CHECK_FAILS(ERROR_INVALID_HANDLE, FlushFileBuffers(bad));
	CHECK_FAILS(ERROR_INVALID_HANDLE,
		    SetFileCompletionNotificationModes(bad, 1));
	CHECK_FAILS(ERROR_INVALID_HANDLE, CreateIoCompletionPort(bad == NULL ?
			(HANDLE)4 : bad == INVALID_HANDLE_VALUE ? NULL : bad,
			NULL, 0, 0));
}

static void bad_native(HANDLE bad, HANDLE event)
{
	IO_STATUS_BLOCK iosb;
	char byte = 0;

	CHECK_EQ(STATUS_INVALID_HANDLE,
		 (ULONG)NtDeviceIoControlFile(bad, event, NULL, NULL, &iosb, 0,
					      NULL, 0, NULL, 0));
	CHECK_EQ(STATUS_INVALID_HANDLE,
		 (ULONG)NtReadFile(bad, NULL, NULL, NULL, &iosb, &byte, 1, NULL,
				   NULL));
	CHECK_EQ(STATUS_INVALID_HANDLE,
		 (ULONG)NtWriteFile(bad, NULL, NULL, NULL, &iosb, &byte, 1,
				    NULL, NULL));
	CHECK_EQ(STATUS_INVALID_HANDLE, (ULONG)NtCancelIoFile(bad, &iosb));
	CHECK_EQ(STATUS_INVALID_HANDLE,
		 (ULONG)NtCancelIoFileEx(bad, NULL, &iosb));
}

/* What no object at all stands behind. */
static void bad_objects(HANDLE bad)
{
	LPOVERLAPPED ov;
	ULONG_PTR key;
	HANDLE copy;
	DWORD bytes;
	ULONG count;
	OVERLAPPED_ENTRY entry;

	CHECK_FAILS(ERROR_INVALID_HANDLE, CloseHandle(bad));
	CHECK_EQ(STATUS_INVALID_HANDLE, (ULONG)NtClose(bad));
	CHECK_FAILS(ERROR_INVALID_HANDLE, SetEvent(bad));
	CHECK_FAILS(ERROR_INVALID_HANDLE, ResetEvent(bad));
	CHECK_FAILS(ERROR_INVALID_HANDLE, ReleaseMutex(bad));
	CHECK_FAILS(ERROR_INVALID_HANDLE, ReleaseSemaphore(bad, 1, NULL));
	CHECK_FAILS(ERROR_INVALID_HANDLE, CancelSynchronousIo(bad));
	CHECK_FAILS(ERROR_INVALID_HANDLE, GetExitCodeThread(bad, &bytes));
	CHECK_FAILS(ERROR_INVALID_HANDLE,
		    DuplicateHandle(GetCurrentProcess(), bad,
				    GetCurrentProcess(), &copy, 0, FALSE, 0));
	CHECK_FAILS(ERROR_INVALID_HANDLE,
		    GetQueuedCompletionStatus(bad, &bytes, &key, &ov, 0));
	CHECK_FAILS(ERROR_INVALID_HANDLE,
		    GetQueuedCompletionStatusEx(bad, &entry, 1, &count, 0,
						FALSE));
	CHECK_FAILS(ERROR_INVALID_HANDLE,
		    PostQueuedCompletionStatus(bad, 0, 0, NULL));
	CHECK_EQ(WAIT_FAILED, WaitForSingleObject(bad, 0));
	CHECK_EQ(ERROR_INVALID_HANDLE, GetLastError());
}

/* Closed; foreign: a descriptor that is open, but not by these calls. */
static void bad_handles(HANDLE event, HANDLE port)
{
	HANDLE closed = open_device(TEXT("\\\\.\\echo"), 0);
	const HANDLE bad[] = {
		NULL, closed, (HANDLE)4, (HANDLE)0x7ffffff0, (HANDLE)3,
		(HANDLE)(ULONG_PTR)-4, (HANDLE)(ULONG_PTR)-1 /* a process */,
		GetCurrentThread(), event, port,
	};
	size_t i;

	CHECK(CloseHandle(closed));
	for (i = 0; i < ARRAYSIZE(bad); i++) {
		bad_win32(bad[i]);
		bad_native(bad[i], event);
	}
	for (i = 0; i < 6; i++)
		bad_objects(bad[i]);
	CHECK_EQ(WAIT_FAILED, WaitForSingleObject(port, 0));
	CHECK_EQ(WAIT_FAILED, WaitForMultipleObjects(0, bad, FALSE, 0));
	CHECK_EQ(WAIT_FAILED,
		 WaitForMultipleObjects(MAXIMUM_WAIT_OBJECTS + 1, bad, FALSE,
					0));
	CHECK_FAILS(ERROR_INVALID_HANDLE, CancelSynchronousIo(event));
}

/* Of another process, which no handle here stands for. */
static void bad_processes(void)
{
	HANDLE copy, event = CreateEvent(NULL, TRUE, FALSE, NULL);

	CHECK_FAILS(ERROR_NOT_SUPPORTED,
		    DuplicateHandle(NULL, event, GetCurrentProcess(), &copy, 0,
				    FALSE, 0));
	CHECK_FAILS(ERROR_INVALID_PARAMETER, OpenProcess(0, FALSE, 0x7ffffff0));
	CloseHandle(event);
}

/* --- requests ----------------------------------------------------------------------- */

static void bad_requests(HANDLE event, HANDLE port)
{
	HANDLE echo = open_device(TEXT("\\\\.\\echo"), FILE_FLAG_OVERLAPPED);
	HANDLE sync = open_device(TEXT("\\\\.\\echo"), 0);
	OVERLAPPED ov = { .hEvent = port };
	char byte = 0;
	DWORD bytes;

	CHECK_FAILS(ERROR_INVALID_PARAMETER,
		    DeviceIoControl(sync, IOCTL_ECHO_BUFFERED, NULL, 0, NULL,
				    0, NULL, NULL));
	/* What is no event resets none [8.16]. */
	SetEvent(event);
	CHECK_FAILS(ERROR_INVALID_HANDLE,
		    DeviceIoControl(echo, IOCTL_ECHO_BUFFERED, NULL, 0, NULL,
				    0, NULL, &ov));
	CHECK_EQ(WAIT_OBJECT_0, WaitForSingleObject(event, 0));
	CHECK_FAILS(ERROR_INVALID_FUNCTION,
		    DeviceIoControl(sync, 0x22bad0, NULL, 0, NULL, 0, &bytes,
				    NULL));
	/* Lengths above what exists, and addresses that lead nowhere. */
	CHECK(!DeviceIoControl(sync, IOCTL_ECHO_BUFFERED, &byte, 0xffffffff,
			       &byte, 1, &bytes, NULL));
	CHECK(!DeviceIoControl(sync, IOCTL_ECHO_OUT_DIRECT, NULL, 0,
			       (PVOID)0x10, 4096, &bytes, NULL));
	CHECK_FAILS(ERROR_INVALID_PARAMETER,
		    SetFileCompletionNotificationModes(echo, 0x80));
	CHECK_FAILS(ERROR_INVALID_PARAMETER,
		    CreateIoCompletionPort(sync, port, 0, 0));
	CHECK(CreateIoCompletionPort(echo, port, 0, 0) == port);
	CHECK_FAILS(ERROR_INVALID_PARAMETER,
		    CreateIoCompletionPort(echo, port, 0, 0));
	CHECK_EQ(STATUS_ACCESS_VIOLATION,
		 (ULONG)NtDeviceIoControlFile(sync, NULL, NULL, NULL, NULL, 0,
					      NULL, 0, NULL, 0));
	CloseHandle(echo);
	CloseHandle(sync);
}

/* One OVERLAPPED twice, an event and a port that are closed while in use. */
static void bad_order(void)
{
	HANDLE file = open_notify(FILE_FLAG_OVERLAPPED);
	HANDLE port = CreateIoCompletionPort(file, NULL, 1, 0);
	struct notify_event events[2];
	OVERLAPPED ov = { .hEvent = CreateEvent(NULL, TRUE, FALSE, NULL) };
	OVERLAPPED tagged = { .hEvent = (HANDLE)((ULONG_PTR)
		CreateEvent(NULL, TRUE, FALSE, NULL) | 1) }, *got;
	ULONG_PTR key;
	DWORD bytes;

	/* [2.46] */
	CHECK(begin(file, &events[0], &tagged));
	post_one("1");
	CHECK(GetOverlappedResult(file, &tagged, &bytes, TRUE));
	CHECK_FAILS(WAIT_TIMEOUT, GetQueuedCompletionStatus(port, &bytes, &key,
							   &got, 0));
	CHECK(begin(file, &events[0], &ov));
	CHECK(begin(file, &events[1], &ov));
	CHECK(CloseHandle(ov.hEvent));
	post_one("1");
	post_one("2");
	CHECK(GetQueuedCompletionStatus(port, &bytes, &key, &got, 20000));
	CHECK(GetQueuedCompletionStatus(port, &bytes, &key, &got, 20000));
	CHECK(got == &ov && key == 1);
	ov.hEvent = NULL;
	CHECK(begin(file, &events[0], &ov));
	CHECK(CloseHandle(port));
	post_one("3");
	CHECK(GetOverlappedResult(file, &ov, &bytes, TRUE));
	CHECK(CloseHandle(file));
	CHECK(CloseHandle((HANDLE)((ULONG_PTR)tagged.hEvent & ~1ul)));
}

static void access_zero(void)
{
	HANDLE file = CreateFile(TEXT("\\\\.\\echo"), FILE_READ_ATTRIBUTES |
				 FILE_WRITE_ATTRIBUTES, 0, NULL, OPEN_EXISTING,
				 0, NULL);
	DWORD bytes;

	CHECK(DeviceIoControl(file, IOCTL_ECHO_NEED_ANY, NULL, 0, NULL, 0,
			      &bytes, NULL));
	CHECK_FAILS(ERROR_ACCESS_DENIED,
		    DeviceIoControl(file, IOCTL_ECHO_NEED_READ, NULL, 0, NULL,
				    0, &bytes, NULL));
	CHECK_FAILS(ERROR_ACCESS_DENIED,
		    ReadFile(file, &bytes, 1, &bytes, NULL));
	CloseHandle(file);
}

/* --- names and ways to open ---------------------------------------------------------- */

/* [1.25]: a device is not created, and nothing in it truncated. */
static void bad_dispositions(void)
{
	HANDLE file = CreateFile(TEXT("\\\\.\\echo"),
				 GENERIC_READ | GENERIC_WRITE, 0, NULL,
				 CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
	char out[4] = "";
	DWORD bytes;

	CHECK(file != INVALID_HANDLE_VALUE);
	CHECK(DeviceIoControl(file, IOCTL_ECHO_BUFFERED, "abc", 4, out, 4,
			      &bytes, NULL) && !strcmp(out, "abc"));
	CloseHandle(file);
	CHECK_FAILS(ERROR_FILE_NOT_FOUND,
		    CreateFile(TEXT("\\\\.\\no-such-device"), GENERIC_READ, 0,
			       NULL, CREATE_ALWAYS, 0, NULL) !=
			    INVALID_HANDLE_VALUE);
	CHECK_EQ(INVALID_FILE_ATTRIBUTES,
		 GetFileAttributes(TEXT("/dev/ntio/no-such-device")));
	/* [1.28] */
	CHECK_FAILS(ERROR_FILE_NOT_FOUND,
		    CreateFile(TEXT("\\\\.\\ECHO"), GENERIC_READ, 0, NULL,
			       OPEN_EXISTING, 0, NULL) != INVALID_HANDLE_VALUE);
	CHECK_FAILS(ERROR_INVALID_PARAMETER,
		    CreateFile(TEXT("\\\\.\\echo"), GENERIC_READ, 0, NULL, 9, 0,
			       NULL) != INVALID_HANDLE_VALUE);
}

int __cdecl _tmain(void)
{
	HANDLE event = CreateEvent(NULL, TRUE, FALSE, NULL);
	HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);

	post = open_device(TEXT("\\\\.\\notify-post"), 0);
	bad_handles(event, port);
	bad_processes();
	bad_requests(event, port);
	bad_order();
	access_zero();
	bad_dispositions();
	return done();
}
