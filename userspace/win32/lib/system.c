// SPDX-License-Identifier: GPL-2.0
/* The machine, the time, folders, and what needs one line of libc. */
#include <limits.h>
#include <pthread.h>
#include <time.h>

#include "clock.h"
#include "error.h"
#include "path.h"

/* 100 ns from 1601 to 1970. */
#define EPOCH 116444736000000000LL

static DWORD copy_out(const char *text, DWORD size, LPSTR buffer)
{
	DWORD len = strlen(text);

	if (len >= size)
		return len + 1;
	memcpy(buffer, text, len + 1);
	return len;
}

DWORD GetCurrentDirectoryA(DWORD size, LPSTR buffer)
{
	char path[PATH_MAX];

	if (!getcwd(path, sizeof(path)))
		return fail_errno(errno);
	return copy_out(path, size, buffer);
}

BOOL SetCurrentDirectoryA(LPCSTR name)
{
	char path[PATH_MAX];

	if (!name || !path_of(name, path, sizeof(path)))
		return fail(ERROR_PATH_NOT_FOUND);
	return chdir(path) ? fail_errno(errno) : TRUE;
}

DWORD GetModuleFileNameA(HMODULE module, LPSTR buffer, DWORD size)
{
	char path[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);
	DWORD needed;

	if (module)
		return fail(ERROR_MOD_NOT_FOUND);
	if (len < 0)
		return fail_errno(errno);
	path[len] = 0;
	needed = copy_out(path, size, buffer);
	if (needed <= size && needed == (DWORD)len)
		return needed;
	if (size) {
		memcpy(buffer, path, size - 1);
		buffer[size - 1] = 0;
	}
	fail(ERROR_INSUFFICIENT_BUFFER);
	return size;
}

DWORD GetFullPathNameA(LPCSTR name, DWORD size, LPSTR buffer, LPSTR *file)
{
	char path[PATH_MAX], whole[2 * PATH_MAX];
	DWORD len;
	char *last;

	if (!name || !path_of(name, path, sizeof(path)))
		return fail(ERROR_INVALID_NAME);
	if (*path == '/' || !getcwd(whole, PATH_MAX))
		*whole = 0;
	else if (strcmp(whole, "/"))
		strcat(whole, "/");
	strcat(whole, path);
	len = copy_out(whole, size, buffer);
	if (file && len < size) {
		last = strrchr(buffer, '/');
		*file = last && last[1] ? last + 1 : last ? NULL : buffer;
	}
	return len;
}

ULONGLONG GetTickCount64(void)
{
	return now_ms();
}

DWORD GetTickCount(void)
{
	return now_ms();
}

BOOL QueryPerformanceCounter(PLARGE_INTEGER count)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	count->QuadPart = now.tv_sec * 1000000000LL + now.tv_nsec;
	return TRUE;
}

BOOL QueryPerformanceFrequency(PLARGE_INTEGER frequency)
{
	frequency->QuadPart = 1000000000;
	return TRUE;
}

VOID GetSystemInfo(LPSYSTEM_INFO info)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	*info = (SYSTEM_INFO){
		.dwPageSize = sysconf(_SC_PAGESIZE),
		.dwAllocationGranularity = sysconf(_SC_PAGESIZE),
		.dwNumberOfProcessors = processors,
		.dwActiveProcessorMask = processors < 64 ?
			((DWORD_PTR)1 << processors) - 1 : ~(DWORD_PTR)0,
		.lpMinimumApplicationAddress = (LPVOID)65536,
		.lpMaximumApplicationAddress = (LPVOID)0x7fffffffefff,
	};
}

static LONGLONG filetime_now(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return EPOCH + now.tv_sec * 10000000LL + now.tv_nsec / 100;
}

static void filetime_set(LPFILETIME to, LONGLONG time)
{
	to->dwLowDateTime = time;
	to->dwHighDateTime = time >> 32;
}

static LONGLONG filetime_get(const FILETIME *from)
{
	return (LONGLONG)from->dwHighDateTime << 32 | from->dwLowDateTime;
}

VOID GetSystemTimeAsFileTime(LPFILETIME time)
{
	filetime_set(time, filetime_now(CLOCK_REALTIME_COARSE));
}

VOID GetSystemTimePreciseAsFileTime(LPFILETIME time)
{
	filetime_set(time, filetime_now(CLOCK_REALTIME));
}

BOOL FileTimeToLocalFileTime(const FILETIME *utc, LPFILETIME local)
{
	time_t seconds = (filetime_get(utc) - EPOCH) / 10000000;
	struct tm tm;

	if (!localtime_r(&seconds, &tm))
		return fail(ERROR_INVALID_PARAMETER);
	filetime_set(local, filetime_get(utc) + tm.tm_gmtoff * 10000000LL);
	return TRUE;
}

static void systemtime_set(LPSYSTEMTIME to, const struct tm *tm, LONGLONG time)
{
	*to = (SYSTEMTIME){
		.wYear = tm->tm_year + 1900, .wMonth = tm->tm_mon + 1,
		.wDayOfWeek = tm->tm_wday, .wDay = tm->tm_mday,
		.wHour = tm->tm_hour, .wMinute = tm->tm_min,
		.wSecond = tm->tm_sec, .wMilliseconds = time / 10000 % 1000,
	};
}

BOOL FileTimeToSystemTime(const FILETIME *from, LPSYSTEMTIME to)
{
	LONGLONG time = filetime_get(from);
	time_t seconds = (time - EPOCH) / 10000000;
	struct tm tm;

	if (time < 0 || !gmtime_r(&seconds, &tm))
		return fail(ERROR_INVALID_PARAMETER);
	systemtime_set(to, &tm, time);
	return TRUE;
}

VOID GetSystemTime(LPSYSTEMTIME time)
{
	FILETIME now;

	GetSystemTimePreciseAsFileTime(&now);
	FileTimeToSystemTime(&now, time);
}

VOID GetLocalTime(LPSYSTEMTIME time)
{
	FILETIME now;

	GetSystemTimePreciseAsFileTime(&now);
	FileTimeToLocalFileTime(&now, &now);
	FileTimeToSystemTime(&now, time);
}

BOOL IsCharAlphaNumericA(CHAR character)
{
	return !!isalnum((unsigned char)character);
}

BOOL IsCharAlphaNumericW(WCHAR character)
{
	return character < 128 && isalnum(character);
}

VOID OutputDebugStringA(LPCSTR text)
{
	if (text)
		fputs(text, stderr);
}

LONG InterlockedIncrement(LONG volatile *value)
{
	return __atomic_add_fetch(value, 1, __ATOMIC_SEQ_CST);
}

LONG InterlockedDecrement(LONG volatile *value)
{
	return __atomic_sub_fetch(value, 1, __ATOMIC_SEQ_CST);
}

LONG InterlockedExchange(LONG volatile *value, LONG to)
{
	return __atomic_exchange_n(value, to, __ATOMIC_SEQ_CST);
}

LONG InterlockedCompareExchange(LONG volatile *value, LONG to, LONG from)
{
	__atomic_compare_exchange_n(value, &from, to, false, __ATOMIC_SEQ_CST,
				    __ATOMIC_SEQ_CST);
	return from;
}

LONG InterlockedExchangeAdd(LONG volatile *value, LONG by)
{
	return __atomic_fetch_add(value, by, __ATOMIC_SEQ_CST);
}

_Static_assert(sizeof(pthread_mutex_t) <= sizeof(CRITICAL_SECTION), "room");

VOID InitializeCriticalSection(LPCRITICAL_SECTION section)
{
	pthread_mutexattr_t attr;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init((pthread_mutex_t *)section, &attr);
	pthread_mutexattr_destroy(&attr);
}

VOID EnterCriticalSection(LPCRITICAL_SECTION section)
{
	pthread_mutex_lock((pthread_mutex_t *)section);
}

BOOL TryEnterCriticalSection(LPCRITICAL_SECTION section)
{
	return !pthread_mutex_trylock((pthread_mutex_t *)section);
}

VOID LeaveCriticalSection(LPCRITICAL_SECTION section)
{
	pthread_mutex_unlock((pthread_mutex_t *)section);
}

VOID DeleteCriticalSection(LPCRITICAL_SECTION section)
{
	pthread_mutex_destroy((pthread_mutex_t *)section);
}
