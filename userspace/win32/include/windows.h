/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Windows' I/O calls, and what console programs that talk to drivers need
 * beside them. docs/win32.md has every call: supported, different, absent.
 */
#ifndef NTIO_WIN32_WINDOWS_H
#define NTIO_WIN32_WINDOWS_H

#include <windef.h>
#include <winerror.h>
#include <ntstatus.h>
#include <guiddef.h>
#include <crt.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Of a call with text: the ANSI one or the wide one. */
#ifdef UNICODE
#define NTIO_WIN32_AW(name) name##W
#else
#define NTIO_WIN32_AW(name) name##A
#endif

#define INVALID_HANDLE_VALUE ((HANDLE)(LONG_PTR)-1)

/* --- access, shares, attributes ------------------------------------------- */

#define GENERIC_READ 0x80000000u
#define GENERIC_WRITE 0x40000000u
#define GENERIC_EXECUTE 0x20000000u
#define GENERIC_ALL 0x10000000u
#define DELETE 0x00010000u
#define READ_CONTROL 0x00020000u
#define SYNCHRONIZE 0x00100000u
#define STANDARD_RIGHTS_REQUIRED 0x000f0000u
#define FILE_READ_DATA 0x0001u
#define FILE_WRITE_DATA 0x0002u
#define FILE_APPEND_DATA 0x0004u
#define FILE_READ_ATTRIBUTES 0x0080u
#define FILE_WRITE_ATTRIBUTES 0x0100u
#define EVENT_MODIFY_STATE 0x0002u
#define EVENT_ALL_ACCESS 0x1f0003u
#define THREAD_TERMINATE 0x0001u
#define THREAD_ALL_ACCESS 0x1fffffu

#define FILE_SHARE_READ 0x1u
#define FILE_SHARE_WRITE 0x2u
#define FILE_SHARE_DELETE 0x4u

#define CREATE_NEW 1
#define CREATE_ALWAYS 2
#define OPEN_EXISTING 3
#define OPEN_ALWAYS 4
#define TRUNCATE_EXISTING 5

#define FILE_ATTRIBUTE_READONLY 0x1u
#define FILE_ATTRIBUTE_HIDDEN 0x2u
#define FILE_ATTRIBUTE_DIRECTORY 0x10u
#define FILE_ATTRIBUTE_NORMAL 0x80u
#define FILE_ATTRIBUTE_TEMPORARY 0x100u
#define FILE_FLAG_WRITE_THROUGH 0x80000000u
#define FILE_FLAG_OVERLAPPED 0x40000000u
#define FILE_FLAG_NO_BUFFERING 0x20000000u
#define FILE_FLAG_RANDOM_ACCESS 0x10000000u
#define FILE_FLAG_SEQUENTIAL_SCAN 0x08000000u
#define FILE_FLAG_DELETE_ON_CLOSE 0x04000000u
#define FILE_FLAG_BACKUP_SEMANTICS 0x02000000u
#define INVALID_FILE_ATTRIBUTES 0xffffffffu
#define INVALID_FILE_SIZE 0xffffffffu
#define INVALID_SET_FILE_POINTER 0xffffffffu
#define FILE_BEGIN 0
#define FILE_CURRENT 1
#define FILE_END 2

#define DUPLICATE_CLOSE_SOURCE 1
#define DUPLICATE_SAME_ACCESS 2
#define HANDLE_FLAG_INHERIT 1

typedef struct _SECURITY_ATTRIBUTES {
	DWORD nLength;
	LPVOID lpSecurityDescriptor;
	BOOL bInheritHandle;
} SECURITY_ATTRIBUTES, *PSECURITY_ATTRIBUTES, *LPSECURITY_ATTRIBUTES;

/* --- overlapped I/O -------------------------------------------------------- */

/**
 * struct _OVERLAPPED - a request that goes on
 * @Internal: NTSTATUS of the end; STATUS_PENDING until then [2.45]
 * @InternalHigh: bytes
 * @Offset: where in the file, low half
 * @OffsetHigh: high half
 * @hEvent: set at the end, or NULL; with its lowest bit set no packet is posted
 *	[2.46]
 *
 * Stays, as do the buffers, until the request has ended: the kernel writes it.
 */
typedef struct _OVERLAPPED {
	ULONG_PTR Internal;
	ULONG_PTR InternalHigh;
	__extension__ union {
		__extension__ struct {
			DWORD Offset;
			DWORD OffsetHigh;
		};
		PVOID Pointer;
	};
	HANDLE hEvent;
} OVERLAPPED, *LPOVERLAPPED;

typedef struct _OVERLAPPED_ENTRY {
	ULONG_PTR lpCompletionKey;
	LPOVERLAPPED lpOverlapped;
	ULONG_PTR Internal;
	DWORD dwNumberOfBytesTransferred;
} OVERLAPPED_ENTRY, *LPOVERLAPPED_ENTRY;

typedef VOID (WINAPI *LPOVERLAPPED_COMPLETION_ROUTINE)(DWORD error,
						       DWORD bytes,
						       LPOVERLAPPED overlapped);
typedef VOID (NTAPI *PAPCFUNC)(ULONG_PTR parameter);

#define HasOverlappedIoCompleted(overlapped) \
	(*(volatile ULONG_PTR *)&(overlapped)->Internal != STATUS_PENDING)

#define FILE_SKIP_COMPLETION_PORT_ON_SUCCESS 1
#define FILE_SKIP_SET_EVENT_ON_HANDLE 2

HANDLE CreateFileA(LPCSTR name, DWORD access, DWORD share,
		   LPSECURITY_ATTRIBUTES security, DWORD disposition,
		   DWORD flags, HANDLE template_file);
HANDLE CreateFileW(LPCWSTR name, DWORD access, DWORD share,
		   LPSECURITY_ATTRIBUTES security, DWORD disposition,
		   DWORD flags, HANDLE template_file);
#define CreateFile NTIO_WIN32_AW(CreateFile)
BOOL CloseHandle(HANDLE handle);
BOOL DuplicateHandle(HANDLE source_process, HANDLE source,
		     HANDLE target_process, LPHANDLE target, DWORD access,
		     BOOL inherit, DWORD options);
BOOL SetHandleInformation(HANDLE handle, DWORD mask, DWORD flags);
BOOL DeviceIoControl(HANDLE handle, DWORD code, LPVOID in, DWORD in_len,
		     LPVOID out, DWORD out_len, LPDWORD returned,
		     LPOVERLAPPED overlapped);
BOOL ReadFile(HANDLE handle, LPVOID buffer, DWORD len, LPDWORD done,
	      LPOVERLAPPED overlapped);
BOOL WriteFile(HANDLE handle, LPCVOID buffer, DWORD len, LPDWORD done,
	       LPOVERLAPPED overlapped);
BOOL ReadFileEx(HANDLE handle, LPVOID buffer, DWORD len,
		LPOVERLAPPED overlapped,
		LPOVERLAPPED_COMPLETION_ROUTINE routine);
BOOL WriteFileEx(HANDLE handle, LPCVOID buffer, DWORD len,
		 LPOVERLAPPED overlapped,
		 LPOVERLAPPED_COMPLETION_ROUTINE routine);
BOOL GetOverlappedResult(HANDLE handle, LPOVERLAPPED overlapped,
			 LPDWORD transferred, BOOL wait);
BOOL GetOverlappedResultEx(HANDLE handle, LPOVERLAPPED overlapped,
			   LPDWORD transferred, DWORD ms, BOOL alertable);
BOOL CancelIo(HANDLE handle);
BOOL CancelIoEx(HANDLE handle, LPOVERLAPPED overlapped);
BOOL CancelSynchronousIo(HANDLE thread);
BOOL FlushFileBuffers(HANDLE handle);
DWORD GetFileSize(HANDLE handle, LPDWORD high);
BOOL GetFileSizeEx(HANDLE handle, PLARGE_INTEGER size);
DWORD SetFilePointer(HANDLE handle, LONG distance, PLONG high, DWORD method);
BOOL SetFilePointerEx(HANDLE handle, LARGE_INTEGER distance,
		      PLARGE_INTEGER position, DWORD method);
DWORD GetFileType(HANDLE handle);
#define FILE_TYPE_UNKNOWN 0
#define FILE_TYPE_DISK 1
#define FILE_TYPE_CHAR 2
#define FILE_TYPE_PIPE 3

HANDLE CreateIoCompletionPort(HANDLE file, HANDLE port, ULONG_PTR key,
			      DWORD threads);
BOOL GetQueuedCompletionStatus(HANDLE port, LPDWORD bytes, PULONG_PTR key,
			       LPOVERLAPPED *overlapped, DWORD ms);
BOOL GetQueuedCompletionStatusEx(HANDLE port, LPOVERLAPPED_ENTRY entries,
				 ULONG count, PULONG removed, DWORD ms,
				 BOOL alertable);
BOOL PostQueuedCompletionStatus(HANDLE port, DWORD bytes, ULONG_PTR key,
				LPOVERLAPPED overlapped);
BOOL SetFileCompletionNotificationModes(HANDLE file, UCHAR flags);

/* --- events, waits ---------------------------------------------------------- */

#define INFINITE 0xffffffffu
#define MAXIMUM_WAIT_OBJECTS 64
#define WAIT_OBJECT_0 0u
#define WAIT_ABANDONED 0x80u
#define WAIT_ABANDONED_0 0x80u
#define WAIT_IO_COMPLETION 0xc0u
#define WAIT_FAILED 0xffffffffu

HANDLE CreateEventA(LPSECURITY_ATTRIBUTES security, BOOL manual, BOOL initial,
		    LPCSTR name);
HANDLE CreateEventW(LPSECURITY_ATTRIBUTES security, BOOL manual, BOOL initial,
		    LPCWSTR name);
#define CreateEvent NTIO_WIN32_AW(CreateEvent)
BOOL SetEvent(HANDLE event);
BOOL ResetEvent(HANDLE event);
HANDLE CreateSemaphoreA(LPSECURITY_ATTRIBUTES security, LONG initial, LONG most,
			LPCSTR name);
HANDLE CreateSemaphoreW(LPSECURITY_ATTRIBUTES security, LONG initial, LONG most,
			LPCWSTR name);
#define CreateSemaphore NTIO_WIN32_AW(CreateSemaphore)
BOOL ReleaseSemaphore(HANDLE semaphore, LONG count, LPLONG previous);
HANDLE CreateMutexA(LPSECURITY_ATTRIBUTES security, BOOL owner, LPCSTR name);
HANDLE CreateMutexW(LPSECURITY_ATTRIBUTES security, BOOL owner, LPCWSTR name);
#define CreateMutex NTIO_WIN32_AW(CreateMutex)
BOOL ReleaseMutex(HANDLE mutex);
DWORD WaitForSingleObject(HANDLE handle, DWORD ms);
DWORD WaitForSingleObjectEx(HANDLE handle, DWORD ms, BOOL alertable);
DWORD WaitForMultipleObjects(DWORD count, const HANDLE *handles, BOOL all,
			     DWORD ms);
DWORD WaitForMultipleObjectsEx(DWORD count, const HANDLE *handles, BOOL all,
			       DWORD ms, BOOL alertable);
VOID Sleep(DWORD ms);
DWORD SleepEx(DWORD ms, BOOL alertable);
DWORD QueueUserAPC(PAPCFUNC function, HANDLE thread, ULONG_PTR parameter);

/* --- threads, processes ------------------------------------------------------ */

typedef DWORD (WINAPI *LPTHREAD_START_ROUTINE)(LPVOID parameter);
#define CREATE_SUSPENDED 4
#define STILL_ACTIVE 259
#define THREAD_PRIORITY_NORMAL 0
#define THREAD_PRIORITY_HIGHEST 2
#define THREAD_PRIORITY_TIME_CRITICAL 15

HANDLE CreateThread(LPSECURITY_ATTRIBUTES security, SIZE_T stack,
		    LPTHREAD_START_ROUTINE start, LPVOID parameter, DWORD flags,
		    LPDWORD id);
DWORD ResumeThread(HANDLE thread);
DECLSPEC_NORETURN VOID ExitThread(DWORD code);
BOOL GetExitCodeThread(HANDLE thread, LPDWORD code);
HANDLE GetCurrentThread(void);
DWORD GetCurrentThreadId(void);
BOOL SetThreadPriority(HANDLE thread, int priority);
DWORD_PTR SetThreadAffinityMask(HANDLE thread, DWORD_PTR mask);
HANDLE GetCurrentProcess(void);
DWORD GetCurrentProcessId(void);
DWORD GetCurrentProcessorNumber(void);
HANDLE OpenProcess(DWORD access, BOOL inherit, DWORD id);
DECLSPEC_NORETURN VOID ExitProcess(UINT code);

LONG InterlockedIncrement(LONG volatile *value);
LONG InterlockedDecrement(LONG volatile *value);
LONG InterlockedExchange(LONG volatile *value, LONG to);
LONG InterlockedCompareExchange(LONG volatile *value, LONG to, LONG from);
LONG InterlockedExchangeAdd(LONG volatile *value, LONG by);

typedef struct _RTL_CRITICAL_SECTION {
	ULONG_PTR Reserved[8];
} CRITICAL_SECTION, *PCRITICAL_SECTION, *LPCRITICAL_SECTION;
VOID InitializeCriticalSection(LPCRITICAL_SECTION section);
VOID EnterCriticalSection(LPCRITICAL_SECTION section);
BOOL TryEnterCriticalSection(LPCRITICAL_SECTION section);
VOID LeaveCriticalSection(LPCRITICAL_SECTION section);
VOID DeleteCriticalSection(LPCRITICAL_SECTION section);

/* --- errors -------------------------------------------------------------------- */

#define FORMAT_MESSAGE_ALLOCATE_BUFFER 0x100
#define FORMAT_MESSAGE_IGNORE_INSERTS 0x200
#define FORMAT_MESSAGE_FROM_STRING 0x400
#define FORMAT_MESSAGE_FROM_HMODULE 0x800
#define FORMAT_MESSAGE_FROM_SYSTEM 0x1000
#define FORMAT_MESSAGE_ARGUMENT_ARRAY 0x2000
#define FORMAT_MESSAGE_MAX_WIDTH_MASK 0xff
#define LANG_NEUTRAL 0
#define LANG_ENGLISH 9
#define SUBLANG_DEFAULT 1
#define SUBLANG_NEUTRAL 0
#define SUBLANG_ENGLISH_US 1
#define MAKELANGID(language, sub) (((WORD)(sub) << 10) | (WORD)(language))

DWORD GetLastError(void);
VOID SetLastError(DWORD error);
DWORD FormatMessageA(DWORD flags, LPCVOID source, DWORD id, DWORD language,
		     LPSTR buffer, DWORD size, va_list *arguments);
DWORD FormatMessageW(DWORD flags, LPCVOID source, DWORD id, DWORD language,
		     LPWSTR buffer, DWORD size, va_list *arguments);
#define FormatMessage NTIO_WIN32_AW(FormatMessage)
VOID OutputDebugStringA(LPCSTR text);
VOID OutputDebugStringW(LPCWSTR text);
#define OutputDebugString NTIO_WIN32_AW(OutputDebugString)

/* --- memory --------------------------------------------------------------------- */

#define HEAP_ZERO_MEMORY 8
#define LMEM_FIXED 0
#define LMEM_ZEROINIT 0x40
#define LPTR LMEM_ZEROINIT
#define GMEM_FIXED 0
#define GMEM_ZEROINIT 0x40
#define GPTR GMEM_ZEROINIT
#define MEM_COMMIT 0x1000
#define MEM_RESERVE 0x2000
#define MEM_DECOMMIT 0x4000
#define MEM_RELEASE 0x8000
#define PAGE_NOACCESS 0x01
#define PAGE_READONLY 0x02
#define PAGE_READWRITE 0x04
#define PAGE_WRITECOPY 0x08
#define PAGE_EXECUTE 0x10
#define PAGE_EXECUTE_READ 0x20
#define PAGE_EXECUTE_READWRITE 0x40
#define FILE_MAP_WRITE 2
#define FILE_MAP_READ 4
#define FILE_MAP_ALL_ACCESS 0xf001f

HANDLE GetProcessHeap(void);
LPVOID HeapAlloc(HANDLE heap, DWORD flags, SIZE_T size);
BOOL HeapFree(HANDLE heap, DWORD flags, LPVOID memory);
HLOCAL LocalAlloc(UINT flags, SIZE_T size);
HLOCAL LocalFree(HLOCAL memory);
HGLOBAL GlobalAlloc(UINT flags, SIZE_T size);
HGLOBAL GlobalFree(HGLOBAL memory);
LPVOID VirtualAlloc(LPVOID address, SIZE_T size, DWORD type, DWORD protection);
BOOL VirtualFree(LPVOID address, SIZE_T size, DWORD type);
BOOL VirtualProtect(LPVOID address, SIZE_T size, DWORD protection,
		    PDWORD before);
HANDLE CreateFileMappingA(HANDLE file, LPSECURITY_ATTRIBUTES security,
			  DWORD protection, DWORD high, DWORD low, LPCSTR name);
HANDLE CreateFileMappingW(HANDLE file, LPSECURITY_ATTRIBUTES security,
			  DWORD protection, DWORD high, DWORD low,
			  LPCWSTR name);
#define CreateFileMapping NTIO_WIN32_AW(CreateFileMapping)
LPVOID MapViewOfFile(HANDLE mapping, DWORD access, DWORD high, DWORD low,
		     SIZE_T size);
BOOL UnmapViewOfFile(LPCVOID address);

#define CopyMemory(to, from, size) memcpy(to, from, size)
#define MoveMemory(to, from, size) memmove(to, from, size)
#define FillMemory(to, size, value) memset(to, value, size)
#define ZeroMemory(to, size) memset(to, 0, size)
#define SecureZeroMemory(to, size) explicit_bzero(to, size)
#define RtlCopyMemory(to, from, size) memcpy(to, from, size)
#define RtlMoveMemory(to, from, size) memmove(to, from, size)
#define RtlFillMemory(to, size, value) memset(to, value, size)
#define RtlZeroMemory(to, size) memset(to, 0, size)
#define RtlEqualMemory(a, b, size) (!memcmp(a, b, size))

/* --- system ---------------------------------------------------------------------- */

typedef struct _SYSTEM_INFO {
	DWORD dwOemId;
	DWORD dwPageSize;
	LPVOID lpMinimumApplicationAddress;
	LPVOID lpMaximumApplicationAddress;
	DWORD_PTR dwActiveProcessorMask;
	DWORD dwNumberOfProcessors;
	DWORD dwProcessorType;
	DWORD dwAllocationGranularity;
	WORD wProcessorLevel;
	WORD wProcessorRevision;
} SYSTEM_INFO, *LPSYSTEM_INFO;

typedef struct _FILETIME {
	DWORD dwLowDateTime;
	DWORD dwHighDateTime;
} FILETIME, *PFILETIME, *LPFILETIME;

typedef struct _SYSTEMTIME {
	WORD wYear, wMonth, wDayOfWeek, wDay;
	WORD wHour, wMinute, wSecond, wMilliseconds;
} SYSTEMTIME, *PSYSTEMTIME, *LPSYSTEMTIME;

#define STD_INPUT_HANDLE ((DWORD)-10)
#define STD_OUTPUT_HANDLE ((DWORD)-11)
#define STD_ERROR_HANDLE ((DWORD)-12)

HANDLE GetStdHandle(DWORD which);
DWORD GetCurrentDirectoryA(DWORD size, LPSTR buffer);
DWORD GetCurrentDirectoryW(DWORD size, LPWSTR buffer);
#define GetCurrentDirectory NTIO_WIN32_AW(GetCurrentDirectory)
BOOL SetCurrentDirectoryA(LPCSTR path);
BOOL SetCurrentDirectoryW(LPCWSTR path);
#define SetCurrentDirectory NTIO_WIN32_AW(SetCurrentDirectory)
DWORD GetModuleFileNameA(HMODULE module, LPSTR buffer, DWORD size);
DWORD GetModuleFileNameW(HMODULE module, LPWSTR buffer, DWORD size);
#define GetModuleFileName NTIO_WIN32_AW(GetModuleFileName)
DWORD GetFullPathNameA(LPCSTR path, DWORD size, LPSTR buffer, LPSTR *file);
DWORD GetFullPathNameW(LPCWSTR path, DWORD size, LPWSTR buffer, LPWSTR *file);
#define GetFullPathName NTIO_WIN32_AW(GetFullPathName)
DWORD GetFileAttributesA(LPCSTR path);
DWORD GetFileAttributesW(LPCWSTR path);
#define GetFileAttributes NTIO_WIN32_AW(GetFileAttributes)
BOOL DeleteFileA(LPCSTR path);
BOOL DeleteFileW(LPCWSTR path);
#define DeleteFile NTIO_WIN32_AW(DeleteFile)
BOOL CopyFileA(LPCSTR from, LPCSTR to, BOOL must_be_new);
BOOL CopyFileW(LPCWSTR from, LPCWSTR to, BOOL must_be_new);
#define CopyFile NTIO_WIN32_AW(CopyFile)
DWORD GetTickCount(void);
ULONGLONG GetTickCount64(void);
BOOL QueryPerformanceCounter(PLARGE_INTEGER count);
BOOL QueryPerformanceFrequency(PLARGE_INTEGER frequency);
VOID GetSystemInfo(LPSYSTEM_INFO info);
VOID GetSystemTime(LPSYSTEMTIME time);
VOID GetLocalTime(LPSYSTEMTIME time);
VOID GetSystemTimeAsFileTime(LPFILETIME time);
VOID GetSystemTimePreciseAsFileTime(LPFILETIME time);
BOOL FileTimeToLocalFileTime(const FILETIME *utc, LPFILETIME local);
BOOL FileTimeToSystemTime(const FILETIME *from, LPSYSTEMTIME to);
BOOL IsCharAlphaNumericA(CHAR character);
BOOL IsCharAlphaNumericW(WCHAR character);
#define IsCharAlphaNumeric NTIO_WIN32_AW(IsCharAlphaNumeric)

#define CP_ACP 0
#define CP_OEMCP 1
#define CP_UTF8 65001
#define MB_ERR_INVALID_CHARS 8
int MultiByteToWideChar(UINT page, DWORD flags, LPCSTR from, int from_len,
			LPWSTR to, int to_len);
int WideCharToMultiByte(UINT page, DWORD flags, LPCWSTR from, int from_len,
			LPSTR to, int to_len, LPCSTR unknown, LPBOOL used);
int lstrlenA(LPCSTR text);
int lstrlenW(LPCWSTR text);
#define lstrlen NTIO_WIN32_AW(lstrlen)

#ifdef __cplusplus
}
#endif

#ifndef NTIO_WIN32_NO_WINSVC
#include <winsvc.h>
#endif

#endif
