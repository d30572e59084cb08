// SPDX-License-Identifier: GPL-2.0
/* The wide calls, by those that take and give UTF-8. */
#include <limits.h>

#include <winsvc.h>

#include "error.h"
#include "narrow.h"

int lstrlenA(LPCSTR text)
{
	return text ? strlen(text) : 0;
}

int lstrlenW(LPCWSTR text)
{
	return text ? ntio_win32_wcslen(text) : 0;
}

/* --- calls that are given text ---------------------------------------------------- */

/* @result of @call, where @name is the narrow form of @wide. */
#define WITH_NARROW(type, result, name, wide, call) ({			\
	char *name = wide ? narrow(wide) : NULL;			\
	type result = call;						\
	free(name);							\
	result; })

HANDLE CreateFileW(LPCWSTR wide, DWORD access, DWORD share,
		   LPSECURITY_ATTRIBUTES security, DWORD disposition,
		   DWORD flags, HANDLE template_file)
{
	return WITH_NARROW(HANDLE, handle, name, wide,
			   CreateFileA(name, access, share, security,
				       disposition, flags, template_file));
}

BOOL SetCurrentDirectoryW(LPCWSTR wide)
{
	return WITH_NARROW(BOOL, ok, path, wide, SetCurrentDirectoryA(path));
}

DWORD GetFileAttributesW(LPCWSTR wide)
{
	return WITH_NARROW(DWORD, attributes, path, wide,
			   GetFileAttributesA(path));
}

BOOL DeleteFileW(LPCWSTR wide)
{
	return WITH_NARROW(BOOL, ok, path, wide, DeleteFileA(path));
}

BOOL CopyFileW(LPCWSTR from, LPCWSTR to, BOOL must_be_new)
{
	char *to_name = to ? narrow(to) : NULL;
	BOOL ok = WITH_NARROW(BOOL, copied, name, from,
			      CopyFileA(name, to_name, must_be_new));

	free(to_name);
	return ok;
}

VOID OutputDebugStringW(LPCWSTR text)
{
	char *to = text ? narrow(text) : NULL;

	OutputDebugStringA(to);
	free(to);
}

SC_HANDLE OpenSCManagerW(LPCWSTR machine, LPCWSTR database, DWORD access)
{
	char *host = machine ? narrow(machine) : NULL;
	SC_HANDLE manager = WITH_NARROW(SC_HANDLE, handle, name, database,
					OpenSCManagerA(host, name, access));

	free(host);
	return manager;
}

SC_HANDLE CreateServiceW(SC_HANDLE manager, LPCWSTR name, LPCWSTR display,
			 DWORD access, DWORD type, DWORD start, DWORD error,
			 LPCWSTR path, LPCWSTR group, LPDWORD tag,
			 LPCWSTR dependencies, LPCWSTR account,
			 LPCWSTR password)
{
	char *file = path ? narrow(path) : NULL;
	SC_HANDLE service;

	(void)display, (void)group, (void)dependencies, (void)account;
	(void)password;
	service = WITH_NARROW(SC_HANDLE, handle, to, name,
			      CreateServiceA(manager, to, NULL, access, type,
					     start, error, file, NULL, tag,
					     NULL, NULL, NULL));
	free(file);
	return service;
}

SC_HANDLE OpenServiceW(SC_HANDLE manager, LPCWSTR wide, DWORD access)
{
	return WITH_NARROW(SC_HANDLE, handle, name, wide,
			   OpenServiceA(manager, name, access));
}

/* --- calls that give text ------------------------------------------------------------ */

static DWORD widen_out(const char *text, DWORD size, LPWSTR buffer)
{
	DWORD needed = MultiByteToWideChar(CP_UTF8, 0, text, -1, NULL, 0);

	if (needed > size)
		return needed;
	MultiByteToWideChar(CP_UTF8, 0, text, -1, buffer, size);
	return needed - 1;
}

DWORD GetCurrentDirectoryW(DWORD size, LPWSTR buffer)
{
	char path[PATH_MAX];

	return GetCurrentDirectoryA(sizeof(path), path) ?
		widen_out(path, size, buffer) : 0;
}

DWORD GetModuleFileNameW(HMODULE module, LPWSTR buffer, DWORD size)
{
	char path[PATH_MAX];
	DWORD len;

	if (!GetModuleFileNameA(module, path, sizeof(path)))
		return 0;
	len = widen_out(path, size, buffer);
	if (len < size)
		return len;
	fail(ERROR_INSUFFICIENT_BUFFER);
	return size;
}

DWORD GetFullPathNameW(LPCWSTR name, DWORD size, LPWSTR buffer, LPWSTR *file)
{
	char path[2 * PATH_MAX];
	DWORD len = WITH_NARROW(DWORD, needed, from, name,
				GetFullPathNameA(from, sizeof(path), path,
						 NULL));
	LPWSTR last;

	if (!len)
		return 0;
	len = widen_out(path, size, buffer);
	if (file && len < size) {
		last = ntio_win32_wcsrchr(buffer, '/');
		*file = last && last[1] ? last + 1 : NULL;
	}
	return len;
}
