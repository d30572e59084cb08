// SPDX-License-Identifier: GPL-2.0
/*
 * A console program with overlapped I/O, a completion port and cancellation. It
 * prints the same on every run, which is compared.
 */
#include <windows.h>
#include <winioctl.h>
#include <stdio.h>
#include <tchar.h>

#include <ntio/samples/notify.h>

#define REQUESTS 4

typedef struct _REQUEST {
	OVERLAPPED Overlapped;
	struct notify_event Event;
	int Number;
} REQUEST, *PREQUEST;

static HANDLE Notify, Post, Port;
static REQUEST Requests[REQUESTS];

static VOID Fail(LPCTSTR what)
{
	_tprintf(TEXT("%s failed: error %lu\n"), what, GetLastError());
	ExitProcess(1);
}

static HANDLE OpenDevice(LPCTSTR name, DWORD flags)
{
	HANDLE device = CreateFile(name, GENERIC_READ | GENERIC_WRITE, 0, NULL,
				   OPEN_EXISTING, flags, NULL);

	if (device == INVALID_HANDLE_VALUE)
		Fail(TEXT("CreateFile"));
	return device;
}

static VOID Send(PREQUEST request)
{
	ZeroMemory(&request->Overlapped, sizeof(request->Overlapped));
	if (DeviceIoControl(Notify, IOCTL_NOTIFY_WAIT, NULL, 0,
			    &request->Event, sizeof(request->Event), NULL,
			    &request->Overlapped))
		_tprintf(TEXT("request %d: at once\n"), request->Number);
	else if (GetLastError() == ERROR_IO_PENDING)
		_tprintf(TEXT("request %d: pending\n"), request->Number);
	else
		Fail(TEXT("DeviceIoControl"));
}

static VOID PostEvents(ULONGLONG value, ULONG count)
{
	struct notify_post post = { .value = value, .count = count };
	DWORD bytes;

	if (!DeviceIoControl(Post, IOCTL_NOTIFY_POST, &post, sizeof(post), NULL,
			     0, &bytes, NULL))
		Fail(TEXT("posting"));
}

static BOOL Next(DWORD ms)
{
	LPOVERLAPPED overlapped;
	PREQUEST request;
	ULONG_PTR key;
	DWORD bytes;
	BOOL ok;

	ok = GetQueuedCompletionStatus(Port, &bytes, &key, &overlapped, ms);
	if (!overlapped) {
		_tprintf(TEXT("nothing in the port: error %lu\n"),
			 GetLastError());
		return FALSE;
	}
	request = CONTAINING_RECORD(overlapped, REQUEST, Overlapped);
	if (ok)
		_tprintf(TEXT("request %d: key %Iu, %lu bytes, value %I64u\n"),
			 request->Number, key, bytes, request->Event.value);
	else
		_tprintf(TEXT("request %d: error %lu, %lu bytes\n"),
			 request->Number, GetLastError(), bytes);
	return TRUE;
}

int __cdecl _tmain(int argc, LPTSTR argv[])
{
	DWORD bytes;
	int i;

	UNREFERENCED_PARAMETER(argc);
	UNREFERENCED_PARAMETER(argv);
	Notify = OpenDevice(TEXT("\\\\.\\notify"), FILE_FLAG_OVERLAPPED);
	Post = OpenDevice(TEXT("\\\\.\\notify-post"), 0);
	Port = CreateIoCompletionPort(Notify, NULL, 17, 0);
	if (!Port)
		Fail(TEXT("CreateIoCompletionPort"));
	for (i = 0; i < REQUESTS; i++) {
		Requests[i].Number = i + 1;
		Send(&Requests[i]);
	}
	Next(0);
	if (!GetOverlappedResult(Notify, &Requests[0].Overlapped, &bytes,
				 FALSE))
		_tprintf(TEXT("request 1 has not ended: error %lu\n"),
			 GetLastError());
	PostEvents(100, 2);
	Next(INFINITE);
	Next(INFINITE);
	if (!CancelIoEx(Notify, &Requests[3].Overlapped))
		Fail(TEXT("CancelIoEx"));
	Next(INFINITE);
	if (!CancelIoEx(Notify, &Requests[0].Overlapped))
		_tprintf(TEXT("request 1 is over: error %lu\n"),
			 GetLastError());
	if (!CancelIo(Notify))
		Fail(TEXT("CancelIo"));
	Next(INFINITE);
	PostQueuedCompletionStatus(Port, 5, 6, &Requests[1].Overlapped);
	Next(INFINITE);
	Next(0);
	CloseHandle(Notify);
	CloseHandle(Post);
	CloseHandle(Port);
	return 0;
}
