// SPDX-License-Identifier: GPL-2.0
/*
 * The wide calls, and UTF-16 to UTF-8 and back. Every code page is UTF-8; what
 * is no text becomes U+FFFD, as on Windows, unless errors are asked for.
 */
#include <limits.h>

#include <winsvc.h>

#include "face.h"

#define NO_CHARACTER 0xfffd

/* One character of UTF-8; its length. */
static int utf8_get(const unsigned char *from, int len, uint32_t *character)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	int size, i;

	*character = *from;
	if (*from < 0x80)
		return 1;
	size = *from >= 0xf0 && *from < 0xf5 ? 4 : *from >= 0xe0 ? 3 : 2;
	*character &= 0x7f >> size;
	for (i = 1; i < size; i++) {
		if (i >= len || (from[i] & 0xc0) != 0x80 || *from < 0xc2 ||
		    *from > 0xf4)
			break;
		*character = *character << 6 | (from[i] & 0x3f);
	}
	if (i == size && *character >= least[size] && *character < 0x110000 &&
	    (*character < 0xd800 || *character > 0xdfff))
		return size;
	*character = UINT32_MAX;
	return 1;
}

static int utf8_put(uint32_t c, unsigned char *to)
{
	if (c < 0x80) {
		to[0] = c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = 0xc0 | c >> 6;
		to[1] = 0x80 | (c & 0x3f);
		return 2;
	}
	if (c < 0x10000) {
		to[0] = 0xe0 | c >> 12;
		to[1] = 0x80 | (c >> 6 & 0x3f);
		to[2] = 0x80 | (c & 0x3f);
		return 3;
	}
	to[0] = 0xf0 | c >> 18;
	to[1] = 0x80 | (c >> 12 & 0x3f);
	to[2] = 0x80 | (c >> 6 & 0x3f);
	to[3] = 0x80 | (c & 0x3f);
	return 4;
}

static int utf16_get(const WCHAR *from, int len, uint32_t *character)
{
	*character = *from;
	if (*from < 0xd800 || *from > 0xdfff)
		return 1;
	if (*from < 0xdc00 && len > 1 && (from[1] & 0xfc00) == 0xdc00) {
		*character = 0x10000 + ((*from & 0x3ff) << 10) +
			     (from[1] & 0x3ff);
		return 2;
	}
	*character = NO_CHARACTER;
	return 1;
}

static int utf16_put(uint32_t character, WCHAR *to)
{
	if (character < 0x10000) {
		to[0] = character;
		return 1;
	}
	to[0] = 0xd800 + ((character - 0x10000) >> 10);
	to[1] = 0xdc00 + (character & 0x3ff);
	return 2;
}

int MultiByteToWideChar(UINT page, DWORD flags, LPCSTR from, int from_len,
			LPWSTR to, int to_len)
{
	int at, done = 0, size;
	uint32_t character;
	WCHAR units[2];

	(void)page;
	if (!from || !from_len || to_len < 0 || (to_len && !to))
		return fail(ERROR_INVALID_PARAMETER);
	if (from_len < 0)
		from_len = strlen(from) + 1;
	for (at = 0; at < from_len; done += size) {
		at += utf8_get((const unsigned char *)from + at, from_len - at,
			       &character);
		if (character == UINT32_MAX) {
			if (flags & MB_ERR_INVALID_CHARS)
				return fail(ERROR_NO_UNICODE_TRANSLATION);
			character = NO_CHARACTER;
		}
		size = utf16_put(character, units);
		if (!to_len)
			continue;
		if (done + size > to_len)
			return fail(ERROR_INSUFFICIENT_BUFFER);
		memcpy(to + done, units, size * sizeof(*units));
	}
	return done;
}

int WideCharToMultiByte(UINT page, DWORD flags, LPCWSTR from, int from_len,
			LPSTR to, int to_len, LPCSTR unknown, LPBOOL used)
{
	int at, done = 0, size;
	unsigned char bytes[4];
	uint32_t character;

	(void)page, (void)flags, (void)unknown;
	if (!from || !from_len || to_len < 0 || (to_len && !to))
		return fail(ERROR_INVALID_PARAMETER);
	if (used)
		*used = FALSE;
	if (from_len < 0)
		from_len = ntio_win32_wcslen(from) + 1;
	for (at = 0; at < from_len; done += size) {
		at += utf16_get(from + at, from_len - at, &character);
		size = utf8_put(character, bytes);
		if (!to_len)
			continue;
		if (done + size > to_len)
			return fail(ERROR_INSUFFICIENT_BUFFER);
		memcpy(to + done, bytes, size);
	}
	return done;
}

int lstrlenA(LPCSTR text)
{
	return text ? strlen(text) : 0;
}

int lstrlenW(LPCWSTR text)
{
	return text ? ntio_win32_wcslen(text) : 0;
}

/* --- calls that are given text ---------------------------------------------------- */

char *narrow(LPCWSTR text)
{
	int len = WideCharToMultiByte(CP_UTF8, 0, text, -1, NULL, 0, NULL,
				      NULL);
	char *to = len ? malloc(len) : NULL;

	if (to)
		WideCharToMultiByte(CP_UTF8, 0, text, -1, to, len, NULL, NULL);
	else if (len)
		fail(ERROR_NOT_ENOUGH_MEMORY);
	return to;
}

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
