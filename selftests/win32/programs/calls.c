// SPDX-License-Identifier: GPL-2.0
/* What needs no driver: objects, waits, threads, ports, files, memory, text. */
#include "wintest.h"

#include <conio.h>
#include <process.h>
#include <strsafe.h>
#include <winternl.h>

static volatile LONG counter;
static HANDLE gate, results;

/* --- events, semaphores, mutexes, waits --------------------------------------- */

static void events(void)
{
	HANDLE manual = CreateEvent(NULL, TRUE, TRUE, NULL);
	HANDLE automatic = CreateEventW(NULL, FALSE, FALSE, NULL);
	HANDLE both[2] = { manual, automatic };

	CHECK_EQ(0, (ULONG_PTR)manual % 4);
	CHECK_EQ(WAIT_OBJECT_0, WaitForSingleObject(manual, 0));
	CHECK_EQ(WAIT_OBJECT_0, WaitForSingleObject(manual, INFINITE));
	CHECK_EQ(WAIT_TIMEOUT, WaitForSingleObject(automatic, 0));
	CHECK_EQ(WAIT_TIMEOUT, WaitForMultipleObjects(2, both, TRUE, 0));
	CHECK_EQ(WAIT_OBJECT_0, WaitForMultipleObjects(2, both, FALSE, 0));
	CHECK(SetEvent(automatic));
	CHECK(SetEvent(automatic));
	CHECK_EQ(WAIT_OBJECT_0, WaitForMultipleObjects(2, both, TRUE, 0));
	CHECK_EQ(WAIT_TIMEOUT, WaitForSingleObject(automatic, 10));
	CHECK(ResetEvent(manual));
	CHECK_EQ(WAIT_TIMEOUT, WaitForSingleObjectEx(manual, 0, FALSE));
	SetEvent(automatic);
	CHECK_EQ(WAIT_OBJECT_0 + 1, WaitForMultipleObjectsEx(2, both, FALSE,
							    1000, FALSE));
	SetEvent(automatic);
	CHECK_EQ(WAIT_OBJECT_0, WaitForSingleObject(automatic, INFINITE));
	CHECK(CloseHandle(manual));
	CHECK_FAILS(ERROR_INVALID_HANDLE, SetEvent(manual));
	CHECK_FAILS(ERROR_INVALID_HANDLE, CloseHandle(manual));
	CHECK(CloseHandle(automatic));
	CHECK_FAILS(ERROR_NOT_SUPPORTED,
		    CreateEvent(NULL, TRUE, FALSE, TEXT("named")));
}

static HANDLE pair[2];
static volatile LONG taken;

static DWORD WINAPI takes_both(LPVOID times)
{
	ULONG_PTR i;

	for (i = 0; i < (ULONG_PTR)times; i++) {
		if (WaitForMultipleObjects(2, pair, TRUE, 20000) !=
		    WAIT_OBJECT_0)
			return 1;
		InterlockedIncrement(&taken);
	}
	return 0;
}

/* Fault: who lost one of them to another thread slept for none after. */
static void all_of_two_threads(void)
{
	const LONG times = 300;
	ULONGLONG end = GetTickCount64() + 20000;
	HANDLE threads[2];
	DWORD code;
	LONG i;

	for (i = 0; i < 2; i++)
		pair[i] = CreateEvent(NULL, FALSE, FALSE, NULL);
	for (i = 0; i < 2; i++)
		threads[i] = CreateThread(NULL, 0, takes_both,
					  (LPVOID)(ULONG_PTR)times, 0, NULL);
	for (i = 0; i < 2 * times; i++) {
		SetEvent(pair[0]);
		SetEvent(pair[1]);
		while (InterlockedExchangeAdd(&taken, 0) == i &&
		       GetTickCount64() < end)
			Sleep(0);
	}
	CHECK_EQ(2 * times, taken);
	for (i = 0; i < 2; i++) {
		CHECK_EQ(WAIT_OBJECT_0, WaitForSingleObject(threads[i], 30000));
		CHECK(GetExitCodeThread(threads[i], &code) && !code);
		CloseHandle(threads[i]);
		CloseHandle(pair[i]);
	}
}

static void counts(void)
{
	HANDLE semaphore = CreateSemaphore(NULL, 1, 2, NULL);
	HANDLE mutex = CreateMutex(NULL, TRUE, NULL);
	LONG before = -1;

	CHECK_EQ(WAIT_OBJECT_0, WaitForSingleObject(semaphore, 0));
	CHECK_EQ(WAIT_TIMEOUT, WaitForSingleObject(semaphore, 0));
	CHECK(ReleaseSemaphore(semaphore, 2, &before));
	CHECK_EQ(0, before);
	CHECK_FAILS(ERROR_TOO_MANY_POSTS, ReleaseSemaphore(semaphore, 1, NULL));
	CHECK_EQ(WAIT_OBJECT_0, WaitForSingleObject(mutex, 0));
	CHECK(ReleaseMutex(mutex));
	CHECK(ReleaseMutex(mutex));
	CHECK_FAILS(ERROR_NOT_OWNER, ReleaseMutex(mutex));
	CHECK_FAILS(ERROR_INVALID_PARAMETER, CreateSemaphore(NULL, 3, 2, NULL));
	CloseHandle(semaphore);
	CloseHandle(mutex);
}

static DWORD WINAPI worker(LPVOID parameter)
{
	InterlockedIncrement(&counter);
	WaitForSingleObject(gate, INFINITE);
	return (DWORD)(ULONG_PTR)parameter;
}

static DWORD WINAPI leaver(LPVOID parameter)
{
	UNREFERENCED_PARAMETER(parameter);
	ExitThread(9);
}

static unsigned int WINAPI crt_worker(void *parameter)
{
	InterlockedExchangeAdd(&counter, *(int *)parameter);
	return 3;
}

static void threads(void)
{
	HANDLE all[4], copy;
	DWORD code, id;
	int i, five = 5;

	gate = CreateEvent(NULL, TRUE, FALSE, NULL);
	counter = 0;
	for (i = 0; i < 3; i++)
		all[i] = CreateThread(NULL, 0, worker, (LPVOID)(ULONG_PTR)i, 0,
				      &id);
	all[3] = CreateThread(NULL, 0, leaver, NULL, CREATE_SUSPENDED, &id);
	CHECK(id != 0);
	CHECK_EQ(WAIT_TIMEOUT, WaitForSingleObject(all[3], 20));
	CHECK_EQ(1, ResumeThread(all[3]));
	CHECK_EQ(WAIT_OBJECT_0, WaitForSingleObject(all[3], 5000));
	CHECK(GetExitCodeThread(all[3], &code));
	CHECK_EQ(9, code);
	GetExitCodeThread(all[2], &code);
	CHECK_EQ(STILL_ACTIVE, code);
	CHECK(SetThreadPriority(all[2], THREAD_PRIORITY_HIGHEST));
	CHECK(SetThreadAffinityMask(all[2], 1) != 0);
	SetEvent(gate);
	CHECK_EQ(WAIT_OBJECT_0, WaitForMultipleObjects(4, all, TRUE, 5000));
	GetExitCodeThread(all[2], &code);
	CHECK_EQ(2, code);
	CHECK_EQ(3, counter);
	for (i = 0; i < 4; i++)
		CHECK(CloseHandle(all[i]));
	copy = (HANDLE)_beginthreadex(NULL, 0, crt_worker, &five, 0, NULL);
	CHECK_EQ(WAIT_OBJECT_0, WaitForSingleObject(copy, 5000));
	CHECK_EQ(8, counter);
	CloseHandle(copy);
	CHECK(DuplicateHandle(GetCurrentProcess(), GetCurrentThread(),
			      GetCurrentProcess(), &copy, 0, FALSE,
			      DUPLICATE_SAME_ACCESS));
	CHECK_EQ(WAIT_TIMEOUT, WaitForSingleObject(copy, 0));
	CloseHandle(copy);
	CloseHandle(gate);
	CHECK_EQ(0, InterlockedExchange(&counter, 0) - 8);
	CHECK_EQ(0, InterlockedCompareExchange(&counter, 4, 0));
	CHECK_EQ(3, InterlockedDecrement(&counter));
}

static VOID NTAPI note(ULONG_PTR parameter)
{
	counter = counter * 10 + (LONG)parameter;
}

static DWORD WINAPI alertable(LPVOID parameter)
{
	UNREFERENCED_PARAMETER(parameter);
	SetEvent(gate);
	return SleepEx(5000, TRUE);
}

static void apcs(void)
{
	HANDLE thread, never = CreateEvent(NULL, TRUE, FALSE, NULL);
	DWORD code;

	counter = 0;
	CHECK(QueueUserAPC(note, GetCurrentThread(), 1));
	CHECK(QueueUserAPC(note, GetCurrentThread(), 2));
	CHECK_EQ(0, SleepEx(0, FALSE));
	CHECK_EQ(0, counter);
	CHECK_EQ(WAIT_IO_COMPLETION, WaitForSingleObjectEx(never, 100, TRUE));
	CHECK_EQ(12, counter);
	CHECK_EQ(0, SleepEx(0, TRUE));
	gate = CreateEvent(NULL, FALSE, FALSE, NULL);
	thread = CreateThread(NULL, 0, alertable, NULL, 0, NULL);
	WaitForSingleObject(gate, INFINITE);
	CHECK(QueueUserAPC(note, thread, 3));
	CHECK_EQ(WAIT_OBJECT_0, WaitForSingleObject(thread, 5000));
	GetExitCodeThread(thread, &code);
	CHECK_EQ(WAIT_IO_COMPLETION, code);
	CHECK_EQ(123, counter);
	CHECK_FAILS(ERROR_GEN_FAILURE, QueueUserAPC(note, thread, 3));
	CloseHandle(thread);
	CloseHandle(gate);
	CloseHandle(never);
}

/* --- completion ports ------------------------------------------------------------ */

static DWORD WINAPI packets(LPVOID parameter)
{
	LPOVERLAPPED ov;
	ULONG_PTR key;
	DWORD bytes, sum = 0;

	UNREFERENCED_PARAMETER(parameter);
	while (GetQueuedCompletionStatus(results, &bytes, &key, &ov, INFINITE)
	       && key)
		sum += bytes;
	return sum;
}

static void ports_shared(void)
{
	HANDLE all[4];
	DWORD code, sum = 0;
	int i;

	for (i = 0; i < 4; i++)
		all[i] = CreateThread(NULL, 0, packets, NULL, 0, NULL);
	for (i = 1; i <= 200; i++)
		CHECK(PostQueuedCompletionStatus(results, i, 1, NULL));
	for (i = 0; i < 4; i++)
		CHECK(PostQueuedCompletionStatus(results, 0, 0, NULL));
	CHECK_EQ(WAIT_OBJECT_0, WaitForMultipleObjects(4, all, TRUE, 20000));
	for (i = 0; i < 4; i++) {
		GetExitCodeThread(all[i], &code);
		sum += code;
		CloseHandle(all[i]);
	}
	CHECK_EQ(20100, sum);
}

static DWORD WINAPI abandoned(LPVOID port)
{
	LPOVERLAPPED ov = (LPOVERLAPPED)&counter;
	ULONG_PTR key;
	DWORD bytes;

	SetEvent(gate);
	if (GetQueuedCompletionStatus(port, &bytes, &key, &ov, INFINITE) || ov)
		return 0;
	return GetLastError();
}

/* [8.20] */
static void ports_closed(void)
{
	HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
	HANDLE all[2];
	DWORD code;
	int i;

	gate = CreateEvent(NULL, FALSE, FALSE, NULL);
	for (i = 0; i < 2; i++) {
		all[i] = CreateThread(NULL, 0, abandoned, port, 0, NULL);
		WaitForSingleObject(gate, INFINITE);
	}
	Sleep(50);
	CHECK(CloseHandle(port));
	CHECK_EQ(WAIT_OBJECT_0, WaitForMultipleObjects(2, all, TRUE, 5000));
	for (i = 0; i < 2; i++) {
		GetExitCodeThread(all[i], &code);
		CHECK_EQ(ERROR_ABANDONED_WAIT_0, code);
		CloseHandle(all[i]);
	}
	CloseHandle(gate);
}

static void ports(void)
{
	OVERLAPPED_ENTRY entries[4];
	LPOVERLAPPED ov;
	ULONG_PTR key;
	DWORD bytes;
	ULONG count;

	results = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
	CHECK(results != NULL);
	CHECK_FAILS(WAIT_TIMEOUT, GetQueuedCompletionStatus(results, &bytes,
							   &key, &ov, 0));
	CHECK(ov == NULL);
	CHECK_FAILS(WAIT_TIMEOUT, GetQueuedCompletionStatus(results, &bytes,
							   &key, &ov, 20));
	CHECK(PostQueuedCompletionStatus(results, 1, 2, (LPOVERLAPPED)3));
	CHECK(GetQueuedCompletionStatus(results, &bytes, &key, &ov, INFINITE));
	CHECK(bytes == 1 && key == 2 && ov == (LPOVERLAPPED)3);
	CHECK_EQ(STATUS_SUCCESS, NtSetIoCompletion(results, (PVOID)5, (PVOID)6,
						  STATUS_CANCELLED, 7));
	CHECK_FAILS(ERROR_OPERATION_ABORTED,
		    GetQueuedCompletionStatus(results, &bytes, &key, &ov, 0));
	CHECK(bytes == 7 && key == 5 && ov == (LPOVERLAPPED)6);
	for (count = 0; count < 3; count++)
		PostQueuedCompletionStatus(results, count, 0, NULL);
	CHECK(GetQueuedCompletionStatusEx(results, entries, 4, &count, 0,
					  FALSE));
	CHECK_EQ(3, count);
	CHECK_EQ(2, entries[2].dwNumberOfBytesTransferred);
	QueueUserAPC(note, GetCurrentThread(), 1);
	CHECK_FAILS(WAIT_IO_COMPLETION,
		    GetQueuedCompletionStatusEx(results, entries, 4, &count,
						1000, TRUE));
	ports_shared();
	ports_closed();
	CHECK(CloseHandle(results));
	CHECK_FAILS(ERROR_INVALID_HANDLE,
		    PostQueuedCompletionStatus(results, 0, 0, NULL));
}

/* --- files --------------------------------------------------------------------------- */

static const TCHAR *path = TEXT("C:\\tmp\\ntio-win32.txt");

static HANDLE create(DWORD disposition, DWORD flags)
{
	return CreateFile(path, GENERIC_READ | GENERIC_WRITE, 0, NULL,
			  disposition, FILE_ATTRIBUTE_NORMAL | flags, NULL);
}

static void files_overlapped(void)
{
	HANDLE file = create(OPEN_EXISTING, FILE_FLAG_OVERLAPPED);
	HANDLE event = CreateEvent(NULL, TRUE, FALSE, NULL);
	OVERLAPPED ov = { .Offset = 2, .hEvent = event };
	char text[8] = "";
	DWORD bytes;

	CHECK_EQ(0, (ULONG_PTR)CreateIoCompletionPort(file, (HANDLE)0x7ff0, 1,
						     0));
	CHECK(ReadFile(file, text, 3, NULL, &ov));
	CHECK(HasOverlappedIoCompleted(&ov));
	CHECK(GetOverlappedResult(file, &ov, &bytes, TRUE) && bytes == 3);
	CHECK(!memcmp(text, "llo", 3));
	CHECK_EQ(WAIT_OBJECT_0, WaitForSingleObject(event, 0));
	ov.Offset = 100;
	CHECK_FAILS(ERROR_HANDLE_EOF, ReadFile(file, text, 3, NULL, &ov));
	CHECK_FAILS(ERROR_INVALID_PARAMETER,
		    ReadFile(file, text, 3, &bytes, NULL));
	CloseHandle(file);
	CloseHandle(event);
}

/* Fault: what was to go to the end went over the beginning. */
static void files_append(void)
{
	OVERLAPPED ov = { .Offset = 0xffffffff, .OffsetHigh = 0xffffffff };
	HANDLE file = create(CREATE_ALWAYS, 0);
	char text[16] = "";
	DWORD bytes;

	CHECK(WriteFile(file, "hello", 5, &bytes, NULL) && bytes == 5);
	CloseHandle(file);
	file = CreateFile(path, FILE_APPEND_DATA, 0, NULL, OPEN_ALWAYS, 0, NULL);
	CHECK(WriteFile(file, "x", 1, &bytes, NULL) && bytes == 1);
	CloseHandle(file);
	file = create(OPEN_EXISTING, 0);
	CHECK(WriteFile(file, "y", 1, &bytes, &ov) && bytes == 1);
	CHECK_EQ(0, SetFilePointer(file, 0, NULL, FILE_BEGIN));
	CHECK(ReadFile(file, text, sizeof(text), &bytes, NULL) && bytes == 7);
	CHECK(!memcmp(text, "helloxy", 7));
	CloseHandle(file);
}

static void files(void)
{
	HANDLE file = create(CREATE_ALWAYS, 0), copy;
	LARGE_INTEGER size, zero = { .QuadPart = 0 };
	char text[16] = "";
	DWORD bytes;

	CHECK(WriteFile(file, "hello", 5, &bytes, NULL) && bytes == 5);
	CHECK(FlushFileBuffers(file));
	CHECK_EQ(5, GetFileSize(file, NULL));
	CHECK(GetFileSizeEx(file, &size) && size.QuadPart == 5);
	CHECK_EQ(1, SetFilePointer(file, 1, NULL, FILE_BEGIN));
	CHECK(DuplicateHandle(GetCurrentProcess(), file, GetCurrentProcess(),
			      &copy, 0, FALSE, DUPLICATE_SAME_ACCESS));
	CHECK(copy != file && CloseHandle(file));
	CHECK(ReadFile(copy, text, sizeof(text), &bytes, NULL) && bytes == 4);
	CHECK(!memcmp(text, "ello", 4));
	CHECK(ReadFile(copy, text, sizeof(text), &bytes, NULL) && !bytes);
	CHECK(SetFilePointerEx(copy, zero, &size, FILE_END));
	CHECK_EQ(5, size.QuadPart);
	CHECK_EQ(FILE_TYPE_DISK, GetFileType(copy));
	CHECK_EQ(WAIT_OBJECT_0, WaitForSingleObject(copy, 0));
	CHECK(SetHandleInformation(copy, HANDLE_FLAG_INHERIT, 0));
	CHECK_FAILS(ERROR_INVALID_FUNCTION,
		    DeviceIoControl(copy, 0x222000, NULL, 0, NULL, 0, &bytes,
				    NULL));
	CloseHandle(copy);
	files_overlapped();
	files_append();
	CHECK_FAILS(ERROR_FILE_EXISTS, create(CREATE_NEW, 0) !=
		    INVALID_HANDLE_VALUE);
	SetLastError(1);
	file = create(OPEN_ALWAYS, 0);
	CHECK_EQ(ERROR_ALREADY_EXISTS, GetLastError());
	CloseHandle(file);
	CHECK_EQ(FILE_ATTRIBUTE_NORMAL, GetFileAttributes(path));
	CHECK(CopyFile(path, TEXT("/tmp/ntio-win32-2.txt"), FALSE));
	CHECK_FAILS(ERROR_FILE_EXISTS,
		    CopyFile(path, TEXT("/tmp/ntio-win32-2.txt"), TRUE));
	CHECK(DeleteFile(path));
	CHECK(DeleteFile(TEXT("/tmp/ntio-win32-2.txt")));
	CHECK_FAILS(ERROR_FILE_NOT_FOUND, DeleteFile(path));
	CHECK_EQ(INVALID_FILE_ATTRIBUTES, GetFileAttributes(path));
}

/* [1.28], and what is no name at all */
static void names(void)
{
	static const struct {
		LPCTSTR name;
		DWORD error;
	} bad[] = {
		{ TEXT("\\\\.\\no-such-device"), ERROR_FILE_NOT_FOUND },
		{ TEXT("\\\\.\\a\\b"), ERROR_INVALID_NAME },
		{ TEXT("\\\\.\\"), ERROR_INVALID_NAME },
		{ TEXT("/no/such/folder"), ERROR_FILE_NOT_FOUND },
		{ TEXT("/dev/null/x"), ERROR_PATH_NOT_FOUND },
		{ TEXT(""), ERROR_PATH_NOT_FOUND },
		{ NULL, ERROR_PATH_NOT_FOUND },
	};
	size_t i;

	for (i = 0; i < ARRAYSIZE(bad); i++)
		CHECK_FAILS(bad[i].error,
			    CreateFile(bad[i].name, GENERIC_READ, 0, NULL,
				       OPEN_EXISTING, 0, NULL) !=
			    INVALID_HANDLE_VALUE);
	CHECK_FAILS(ERROR_INVALID_PARAMETER,
		    CreateFile(path, GENERIC_READ, 0, NULL, 77, 0, NULL) !=
		    INVALID_HANDLE_VALUE);
}

/* --- memory, system ---------------------------------------------------------------------- */

static void memory(void)
{
	HANDLE mapping = CreateFileMapping(INVALID_HANDLE_VALUE, NULL,
					   PAGE_READWRITE, 0, 8192, NULL);
	char *a = VirtualAlloc(NULL, 8192, MEM_RESERVE | MEM_COMMIT,
			       PAGE_READWRITE), *b;
	DWORD before;

	CHECK(a && !a[8191]);
	FillMemory(a, 16, 0x5a);
	CHECK(VirtualProtect(a, 4096, PAGE_READONLY, &before));
	CHECK_EQ(0x5a, a[15]);
	CHECK(VirtualFree(a, 0, MEM_RELEASE));
	CHECK_FAILS(ERROR_INVALID_ADDRESS, VirtualFree(a, 0, MEM_RELEASE));
	a = MapViewOfFile(mapping, FILE_MAP_ALL_ACCESS, 0, 0, 0);
	b = MapViewOfFile(mapping, FILE_MAP_READ, 0, 0, 4096);
	CHECK(a && b);
	CopyMemory(a, "shared", 7);
	CHECK(!strcmp(b, "shared"));
	CHECK(UnmapViewOfFile(a) && UnmapViewOfFile(b));
	CloseHandle(mapping);
	a = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, 16);
	CHECK(a && RtlEqualMemory(a, a + 8, 8));
	RtlFillMemory(a, 16, 1);
	RtlZeroMemory(a, 16);
	ZeroMemory(a, 16);
	SecureZeroMemory(a, 16);
	MoveMemory(a, a + 1, 4);
	CHECK(HeapFree(GetProcessHeap(), 0, a));
	a = LocalAlloc(LPTR, 8);
	CHECK(a && !a[7] && !LocalFree(a));
	a = GlobalAlloc(GPTR, 8);
	CHECK(a && !GlobalFree(a));
}

static void times(void)
{
	FILETIME utc = { 0xd53e8000, 0x019db1de }, local, now;
	SYSTEMTIME when;
	LARGE_INTEGER a, b;
	DWORD ticks = GetTickCount();

	CHECK(FileTimeToSystemTime(&utc, &when));
	CHECK(when.wYear == 1970 && when.wMonth == 1 && when.wDay == 1);
	CHECK(FileTimeToLocalFileTime(&utc, &local));
	GetSystemTimeAsFileTime(&now);
	GetSystemTimePreciseAsFileTime(&now);
	CHECK(now.dwHighDateTime > utc.dwHighDateTime);
	GetSystemTime(&when);
	CHECK(when.wYear > 2000);
	GetLocalTime(&when);
	CHECK(QueryPerformanceFrequency(&a) && a.QuadPart > 0);
	QueryPerformanceCounter(&a);
	Sleep(20);
	QueryPerformanceCounter(&b);
	CHECK(b.QuadPart > a.QuadPart);
	CHECK(GetTickCount() - ticks >= 20);
	CHECK(GetTickCount64() >= 20);
}

static void system_calls(void)
{
	TCHAR text[MAX_PATH], *file;
	SYSTEM_INFO info;
	HANDLE process;

	CHECK(SetCurrentDirectory(TEXT("/tmp")));
	CHECK_EQ(4, GetCurrentDirectory(MAX_PATH, text));
	CHECK(!_tcscmp(text, TEXT("/tmp")));
	CHECK_EQ(5, GetCurrentDirectory(2, text));
	CHECK_EQ(12, GetFullPathName(TEXT("a\\x.sys"), MAX_PATH, text,
				     &file));
	CHECK(!_tcscmp(file, TEXT("x.sys")));
	CHECK(GetModuleFileName(NULL, text, MAX_PATH) > 0);
	CHECK(_tcsrchr(text, TEXT('/')) != NULL);
	GetSystemInfo(&info);
	CHECK(info.dwPageSize >= 4096 && info.dwNumberOfProcessors);
	CHECK(GetCurrentProcessorNumber() < 4096);
	CHECK_EQ(GetCurrentThreadId(), GetCurrentProcessId());
	process = OpenProcess(SYNCHRONIZE, FALSE, GetCurrentProcessId());
	CHECK_EQ(WAIT_TIMEOUT, WaitForSingleObject(process, 0));
	CloseHandle(process);
	CHECK(GetStdHandle(STD_OUTPUT_HANDLE) == (HANDLE)8);
	CHECK(GetStdHandle(5) == INVALID_HANDLE_VALUE);
	CHECK(IsCharAlphaNumeric('a') && !IsCharAlphaNumeric('-'));
	OutputDebugString(TEXT(""));
}

static void sections(void)
{
	CRITICAL_SECTION section;

	InitializeCriticalSection(&section);
	EnterCriticalSection(&section);
	CHECK(TryEnterCriticalSection(&section));
	LeaveCriticalSection(&section);
	LeaveCriticalSection(&section);
	DeleteCriticalSection(&section);
}

/* --- text ------------------------------------------------------------------------------------ */

static void errors(void)
{
	TCHAR text[128];
	LPTSTR made = NULL;

	CHECK(FormatMessage(FORMAT_MESSAGE_FROM_SYSTEM |
			    FORMAT_MESSAGE_IGNORE_INSERTS, NULL,
			    ERROR_INVALID_HANDLE,
			    MAKELANGID(LANG_NEUTRAL, SUBLANG_DEFAULT), text,
			    ARRAYSIZE(text), NULL) > 5);
	CHECK(text[_tcslen(text) - 1] == TEXT('\n'));
	CHECK(FormatMessage(FORMAT_MESSAGE_ALLOCATE_BUFFER |
			    FORMAT_MESSAGE_FROM_SYSTEM, NULL, ERROR_NOACCESS, 0,
			    (LPTSTR)&made, 0, NULL));
	LocalFree(made);
	CHECK_FAILS(ERROR_MR_MID_NOT_FOUND,
		    FormatMessage(FORMAT_MESSAGE_FROM_SYSTEM, NULL, 0x12345, 0,
				  text, ARRAYSIZE(text), NULL));
	CHECK_FAILS(ERROR_INSUFFICIENT_BUFFER,
		    FormatMessage(FORMAT_MESSAGE_FROM_SYSTEM, NULL, 5, 0, text,
				  3, NULL));
	CHECK_EQ(ERROR_OPERATION_ABORTED,
		 RtlNtStatusToDosError(STATUS_CANCELLED));
	CHECK(SUCCEEDED(S_OK) && FAILED(E_FAIL));
}

static void strings_safe(void)
{
	TCHAR text[8];
	size_t len;

	CHECK_EQ(S_OK, StringCchCopy(text, 8, TEXT("one")));
	CHECK_EQ(S_OK, StringCchCat(text, 8, TEXT("two")));
	CHECK(!_tcscmp(text, TEXT("onetwo")));
	CHECK_EQ(STRSAFE_E_INSUFFICIENT_BUFFER,
		 StringCbCat(text, sizeof(text), TEXT("three")));
	CHECK(!_tcscmp(text, TEXT("onetwot")));
	CHECK_EQ(S_OK, StringCbCopy(text, sizeof(text), TEXT("x")));
	CHECK_EQ(S_OK, StringCchPrintf(text, 8, TEXT("%d-%s"), 7, TEXT("y")));
	CHECK(!_tcscmp(text, TEXT("7-y")));
	CHECK_EQ(STRSAFE_E_INSUFFICIENT_BUFFER,
		 StringCbPrintf(text, sizeof(text), TEXT("%s"),
				TEXT("123456789")));
	CHECK_EQ(S_OK, StringCchLength(text, 8, &len));
	CHECK_EQ(7, len);
	CHECK_EQ(S_OK, StringCbLength(text, sizeof(text), &len));
	CHECK_EQ(7 * sizeof(TCHAR), len);
	CHECK_EQ(S_OK, StringCchCopyN(text, 8, TEXT("abcdef"), 2));
	CHECK(!_tcscmp(text, TEXT("ab")));
	CHECK_EQ(S_OK, StringCchCatW((WCHAR[8]){ 'a' }, 8, (WCHAR[]){ 'b', 0 }));
	CHECK_EQ(STRSAFE_E_INVALID_PARAMETER, StringCchCopy(text, 0, text));
}

static int print(char *to, size_t size, const char *format, ...)
{
	va_list arguments;
	int len, needed;

	va_start(arguments, format);
	needed = _vscprintf(format, arguments);
	len = vsprintf_s(to, size, format, arguments);
	va_end(arguments);
	CHECK(len < 0 || len == needed);
	return len;
}

static void formats(void)
{
	char text[128];
	WCHAR wide[32] = { 'w', 0x20ac, 0 };
	ULONG value = 0, other = 0;
	LONGLONG big = 0;

	sprintf(text, "%ld %lu %lx %I64d %5.3f %Iu|%-4s|%c", (LONG)-1,
		(ULONG)0xffffffff, (ULONG)0xabcdef01, (LONGLONG)-5, 1.5,
		(SIZE_T)7, "ab", 'c');
	CHECK(!strcmp(text, "-1 4294967295 abcdef01 -5 1.500 7|ab  |c"));
	sprintf(text, "%S %ls %ws %p %08lX %hd %*d", wide, wide, wide,
		(PVOID)0xab, 0x1234ul, (short)-2, 4, 9);
	CHECK(!strcmp(text, "w\xe2\x82\xac w\xe2\x82\xac w\xe2\x82\xac "
		      "00000000000000AB 00001234 -2    9"));
	CHECK_EQ(-1, print(text, 4, "%s", "12345"));
	CHECK_EQ(5, print(text, 16, "%d%%%d", 11, 22));
	CHECK_EQ(-1, _snprintf(text, 2, "%d", 123));
	CHECK_EQ(-1, _snprintf_s(text, 4, _TRUNCATE, "%d", 12345));
	CHECK(!strcmp(text, "123"));
	CHECK_EQ(3, sscanf_s("12 0xff name", "%lu %lx %s", &value, &other, text,
			     (unsigned int)sizeof(text)));
	CHECK(value == 12 && other == 255 && !strcmp(text, "name"));
	CHECK_EQ(2, sscanf("-7 9000000000", "%ld %I64d", &value, &big));
	CHECK(value == (ULONG)-7 && big == 9000000000LL);
	CHECK_EQ(1, sscanf_s("abcdef", "%s", text, 4));
	CHECK(!strcmp(text, "abc"));
	CHECK_EQ(2, _scprintf("%d", 42));
	fprintf(stdout, "%s", "");
	_tprintf(TEXT("%s"), TEXT(""));
}

static void strings(void)
{
	TCHAR text[8] = TEXT("ab"), *copy;
	WCHAR wide[8] = { 'A', 'b', 0 }, lower[] = { 'a', 'b', 0 };
	WCHAR number[] = { '4', '2', 0 };
	char narrow[8];

	CHECK_EQ(0, _tcscat_s(text, 8, TEXT("cd")));
	CHECK_EQ(4, _tcslen(text));
	CHECK_EQ(ERANGE, _tcscat_s(text, 8, TEXT("efgh")));
	CHECK(!text[0]);
	CHECK_EQ(0, _tcscpy_s(text, 8, TEXT("xyz")));
	CHECK_EQ(0, _tcsncpy_s(text, 8, TEXT("12345678"), 3));
	CHECK_EQ(123, _ttoi(text));
	copy = _tcsdup(text);
	CHECK(!_tcsicmp(copy, text) && _tcschr(copy, '2') == copy + 1);
	free(copy);
	CHECK(!_stricmp("AbC", "aBc") && !_strnicmp("ABx", "aby", 2));
	CHECK(!_wcsicmp(wide, lower) && wcscmp(wide, lower) < 0);
	CHECK(wcslen(wide) == 2 && wcschr(wide, 'b') == wide + 1);
	CHECK_EQ(42, _wtoi(number));
	CHECK_EQ(42, wcstoul(number, NULL, 10));
	CHECK_EQ(0, wcsncpy_s(wide, 8, number, _TRUNCATE));
	CHECK_EQ(3, MultiByteToWideChar(CP_ACP, 0, "h\xc3\xa9", -1, wide, 8));
	CHECK_EQ(0xe9, wide[1]);
	CHECK_EQ(4, WideCharToMultiByte(CP_UTF8, 0, wide, -1, narrow, 8, NULL,
					NULL));
	CHECK(!strcmp(narrow, "h\xc3\xa9"));
	CHECK_EQ(2, MultiByteToWideChar(CP_UTF8, 0, "\xff", -1, wide, 8));
	CHECK_EQ(0xfffd, wide[0]);
	CHECK_FAILS(ERROR_NO_UNICODE_TRANSLATION,
		    MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS,
					"\xe2\x82", -1, wide, 8));
	CHECK_FAILS(ERROR_INSUFFICIENT_BUFFER,
		    WideCharToMultiByte(CP_UTF8, 0, number, -1, narrow, 2,
					NULL, NULL));
	CHECK(lstrlen(text) == 3 && lstrlenW(number) == 2);
	CHECK(!_kbhit() || _getche() == EOF);
	CHECK_EQ(7, _countof(lower) + 4);
}

int __cdecl _tmain(int argc, _TCHAR *argv[])
{
	CHECK(argc == 1 && _tcslen(argv[0]) > 0);
	events();
	all_of_two_threads();
	counts();
	threads();
	apcs();
	ports();
	files();
	names();
	memory();
	times();
	system_calls();
	sections();
	errors();
	strings_safe();
	formats();
	strings();
	return done();
}
