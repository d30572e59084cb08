// SPDX-License-Identifier: GPL-2.0
/* The dialect of Windows, on top of libntio. */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include <ntio/win32.h>

static _Thread_local DWORD last_error;

DWORD GetLastError(void)
{
	return last_error;
}

void SetLastError(DWORD error)
{
	last_error = error;
}

static BOOL fail(DWORD error)
{
	SetLastError(error);
	return FALSE;
}

static HANDLE handle_of(int fd)
{
	return (HANDLE)(((uintptr_t)fd + 1) * 4);
}

/* What is no handle becomes -1, and the kernel says EBADF. */
static int fd_of(HANDLE handle)
{
	uintptr_t value = (uintptr_t)handle;

	if (value % 4 || value / 4 - 1 > INT_MAX)
		return -1;
	return value / 4 - 1;
}

/* The device's name in @name, NULL if it cannot be one. */
static const char *device_name(const char *name)
{
	static const char prefix[] = "\\\\.\\";

	if (!name)
		return NULL;
	if (strncmp(name, prefix, strlen(prefix)))
		return strchr(name, '/') ? name : NULL;
	name += strlen(prefix);
	return *name && !strpbrk(name, "\\/") ? name : NULL;
}

static int open_flags(DWORD access)
{
	BOOL read = !!(access & (GENERIC_READ | GENERIC_ALL | FILE_READ_DATA));
	BOOL write =
		!!(access & (GENERIC_WRITE | GENERIC_ALL | FILE_WRITE_DATA));

	if (read && write)
		return O_RDWR;
	if (write)
		return O_WRONLY;
	return read ? O_RDONLY : NTIO_NO_ACCESS;
}

HANDLE CreateFileA(LPCSTR name, DWORD access, DWORD share,
		   LPSECURITY_ATTRIBUTES security, DWORD disposition,
		   DWORD flags, HANDLE template_file)
{
	const char *device = device_name(name);
	int fd;

	(void)share, (void)security, (void)disposition, (void)template_file;
	if (!device) {
		SetLastError(ERROR_INVALID_NAME);
		return INVALID_HANDLE_VALUE;
	}
	if (flags & FILE_FLAG_OVERLAPPED) {
		SetLastError(ERROR_NOT_SUPPORTED);
		return INVALID_HANDLE_VALUE;
	}
	fd = ntio_open(device, open_flags(access));
	if (fd < 0) {
		SetLastError(ntio_status_to_win32(
			ntio_status_from_errno(errno)));
		return INVALID_HANDLE_VALUE;
	}
	return handle_of(fd);
}

BOOL CloseHandle(HANDLE handle)
{
	if (close(fd_of(handle)) && errno == EBADF)
		return fail(ERROR_INVALID_HANDLE);
	return TRUE;
}

BOOL DeviceIoControl(HANDLE handle, DWORD code, LPVOID in, DWORD in_len,
		     LPVOID out, DWORD out_len, LPDWORD returned,
		     LPOVERLAPPED overlapped)
{
	struct ntio_result result;

	if (overlapped)
		return fail(ERROR_NOT_SUPPORTED);
	if (!returned)
		return fail(ERROR_INVALID_PARAMETER);
	result = ntio_control(fd_of(handle), code, in, in_len, out, out_len);
	if (!NT_ERROR(result.status))
		*returned = result.information;
	if (!NT_SUCCESS(result.status))
		return fail(ntio_status_to_win32(result.status));
	return TRUE;
}
