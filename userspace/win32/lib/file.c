// SPDX-License-Identifier: GPL-2.0
/* Files: devices of ntio, and ordinary ones. */
#include <fcntl.h>
#include <limits.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "error.h"
#include "eventfd.h"
#include "object.h"
#include "path.h"
#include "request.h"

static int access_flags(DWORD access)
{
	bool read = access & (GENERIC_READ | GENERIC_ALL | FILE_READ_DATA);
	bool write = access & (GENERIC_WRITE | GENERIC_ALL | FILE_WRITE_DATA |
			       FILE_APPEND_DATA);

	if (read && write)
		return O_RDWR;
	if (write)
		return O_WRONLY;
	return read ? O_RDONLY : NTIO_NO_ACCESS;
}

/* Who may not write elsewhere writes at the end. */
static int append_flags(DWORD access)
{
	return access & FILE_APPEND_DATA &&
	       !(access & (GENERIC_WRITE | GENERIC_ALL | FILE_WRITE_DATA)) ?
	       O_APPEND : 0;
}

static int create_flags(DWORD disposition)
{
	switch (disposition) {
	case CREATE_NEW:
		return O_CREAT | O_EXCL;
	case CREATE_ALWAYS:
		return O_CREAT | O_TRUNC;
	case OPEN_ALWAYS:
		return O_CREAT;
	case TRUNCATE_EXISTING:
		return O_TRUNC;
	case OPEN_EXISTING:
		return 0;
	default:
		return -1;
	}
}

static bool is_device_fd(int fd)
{
	struct ntio_query_device device;
	struct stat info;

	return !fstat(fd, &info) && S_ISCHR(info.st_mode) &&
	       !ntio_query_device(fd, &device);
}

/* The last reference is gone. */
static void file_freed(struct object *object)
{
	struct file *file = &object->file;
	struct object *port = atomic_load(&file->port);

	if (file->event >= 0)
		close(file->event);
	if (port)
		object_put(port);
	if (file->waiters) {
		pthread_mutex_destroy(file->waiters);
		pthread_cond_destroy(file->turn);
		free(file->waiters);
		free(file->turn);
	}
}

/* What was cancelled now has no packet, if its port is closed. */
static void file_closed(struct object *object)
{
	struct object *port = atomic_load(&object->file.port);

	if (port && atomic_load(&port->port.closed))
		port_drain(&port->port);
}

static const struct object_ops file_ops = {
	.closed = file_closed,
	.freed = file_freed,
};

static HANDLE file_new(int fd, bool device, bool overlapped)
{
	struct object *object = object_new(K_FILE, &file_ops);

	if (!object) {
		close(fd);
		return NULL;
	}
	object->file.event = -1;
	object->file.device = device;
	object->file.overlapped = overlapped;
	if (overlapped) {
		object->file.event = event_fd_new(1, 0);	/* [2.36] */
		atomic_store(&object->file.signalled, true);
	}
	if (overlapped && object->file.event < 0) {
		fail_errno(errno);
		close(fd);
		object_put(object);
		return NULL;
	}
	return handle_new(object, fd);
}

/* Nothing is created or truncated where there is a device [1.25]. */
static int open_path(const char *path, DWORD access, DWORD disposition,
		     bool *there)
{
	int flags = access_flags(access) | append_flags(access) |
		    create_flags(disposition);
	struct stat info;

	*there = !stat(path, &info);
	if (*there && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode))
		flags &= O_ACCMODE;
	if (has_prefix(path, "/dev/ntio/"))
		flags &= O_ACCMODE;
	/* Access 0 of an ordinary file is for its attributes. */
	if ((flags & O_ACCMODE) == NTIO_NO_ACCESS &&
	    (!*there || !S_ISCHR(info.st_mode)))
		flags = (flags & ~O_ACCMODE) | O_RDONLY;
	return open(path, flags | O_CLOEXEC, 0666);
}

static HANDLE open_file(const char *path, DWORD access, DWORD disposition,
			DWORD flags, bool inherit)
{
	HANDLE handle;
	bool there;
	int fd;

	fd = open_path(path, access, disposition, &there);
	if (fd < 0) {
		fail_errno(errno);
		return INVALID_HANDLE_VALUE;
	}
	if (inherit)
		fcntl(fd, F_SETFD, 0);
	handle = file_new(fd, is_device_fd(fd), flags & FILE_FLAG_OVERLAPPED);
	if (!handle)
		return INVALID_HANDLE_VALUE;
	if (flags & FILE_FLAG_DELETE_ON_CLOSE)
		unlink(path);
	if (disposition == CREATE_ALWAYS || disposition == OPEN_ALWAYS)
		last_error = there ? ERROR_ALREADY_EXISTS : ERROR_SUCCESS;
	return handle;
}

HANDLE CreateFileA(LPCSTR name, DWORD access, DWORD share,
		   LPSECURITY_ATTRIBUTES security, DWORD disposition,
		   DWORD flags, HANDLE template_file)
{
	char path[PATH_MAX];

	(void)share, (void)template_file;
	if (!name || create_flags(disposition) < 0) {
		fail(name ? ERROR_INVALID_PARAMETER : ERROR_PATH_NOT_FOUND);
		return INVALID_HANDLE_VALUE;
	}
	if (!*name) {
		fail(ERROR_PATH_NOT_FOUND);
		return INVALID_HANDLE_VALUE;
	}
	if (is_bad_device(name) || !path_of(name, path, sizeof(path))) {
		fail(ERROR_INVALID_NAME);
		return INVALID_HANDLE_VALUE;
	}
	if (disposition == OPEN_EXISTING)
		prefer_module(path);
	return open_file(path, access, disposition, flags,
			 security && security->bInheritHandle);
}

/* The three that every program has get handles when they are asked for. */
HANDLE GetStdHandle(DWORD which)
{
	static lock_t lock;
	int fd = -10 - (int)which;
	struct object *object;
	HANDLE handle;

	if (fd < 0 || fd > 2) {
		fail(ERROR_INVALID_HANDLE);
		return INVALID_HANDLE_VALUE;
	}
	lock_take(&lock);
	handle = (HANDLE)(uintptr_t)ntio_handle_from_fd(fd);
	object = object_get(handle, ~0u);
	if (object)
		object_put(object);
	else
		handle = fcntl(fd, F_GETFD) < 0 ? NULL :
						  file_new(fd, false, false);
	lock_drop(&lock);
	return handle;
}

BOOL FlushFileBuffers(HANDLE handle)
{
	struct object *object = object_get(handle, K_FILE);
	int rc;

	if (!object)
		return fail(ERROR_INVALID_HANDLE);
	rc = fsync(fd_of(handle));
	object_put(object);
	return rc && errno != EINVAL ? fail_errno(errno) : TRUE;
}

BOOL GetFileSizeEx(HANDLE handle, PLARGE_INTEGER size)
{
	struct object *object = object_get(handle, K_FILE);
	struct stat info;
	BOOL ok = TRUE;

	if (!object)
		return fail(ERROR_INVALID_HANDLE);
	if (fstat(fd_of(handle), &info))
		ok = fail_errno(errno);
	else if (!S_ISREG(info.st_mode))
		ok = fail(ERROR_INVALID_FUNCTION);
	else
		size->QuadPart = info.st_size;
	object_put(object);
	return ok;
}

DWORD GetFileSize(HANDLE handle, LPDWORD high)
{
	LARGE_INTEGER size;

	if (!GetFileSizeEx(handle, &size))
		return INVALID_FILE_SIZE;
	if (high)
		*high = size.HighPart;
	last_error = ERROR_SUCCESS;
	return size.LowPart;
}

/* A device has no end, and its position is ours. */
static LONGLONG seek_device(struct file *file, LONGLONG distance, DWORD method)
{
	LONGLONG to;

	lock_take(&file->lock);
	to = distance + (method == FILE_CURRENT ? (LONGLONG)file->position : 0);
	if (method == FILE_END || to < 0)
		to = -1;
	else
		file->position = to;
	lock_drop(&file->lock);
	errno = EINVAL;
	return to;
}

BOOL SetFilePointerEx(HANDLE handle, LARGE_INTEGER distance,
		      PLARGE_INTEGER position, DWORD method)
{
	struct object *object = object_get(handle, K_FILE);
	LONGLONG to;

	if (!object)
		return fail(ERROR_INVALID_HANDLE);
	if (object->file.device)
		to = seek_device(&object->file, distance.QuadPart, method);
	else
		to = method > FILE_END ? -1 : lseek(fd_of(handle),
						    distance.QuadPart, method);
	object_put(object);
	if (to < 0)
		return fail(distance.QuadPart < 0 && method <= FILE_END ?
			    ERROR_NEGATIVE_SEEK : ERROR_INVALID_PARAMETER);
	if (position)
		position->QuadPart = to;
	return TRUE;
}

DWORD SetFilePointer(HANDLE handle, LONG distance, PLONG high, DWORD method)
{
	LARGE_INTEGER move = { .QuadPart = distance }, to;

	if (high) {
		move.LowPart = distance;
		move.HighPart = *high;
	}
	if (!SetFilePointerEx(handle, move, &to, method))
		return INVALID_SET_FILE_POINTER;
	if (high)
		*high = to.HighPart;
	last_error = ERROR_SUCCESS;
	return to.LowPart;
}

DWORD GetFileType(HANDLE handle)
{
	struct object *object = object_get(handle, K_FILE);
	struct stat info;
	int rc;

	if (!object)
		return fail(ERROR_INVALID_HANDLE), FILE_TYPE_UNKNOWN;
	rc = fstat(fd_of(handle), &info);
	object_put(object);
	if (rc)
		return FILE_TYPE_UNKNOWN;
	last_error = ERROR_SUCCESS;
	if (S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode))
		return FILE_TYPE_PIPE;
	return S_ISCHR(info.st_mode) ? FILE_TYPE_CHAR : FILE_TYPE_DISK;
}

/* --- names of files ------------------------------------------------------------------- */

DWORD GetFileAttributesA(LPCSTR name)
{
	char path[PATH_MAX];
	struct stat info;

	if (!name || !path_of(name, path, sizeof(path))) {
		fail(ERROR_PATH_NOT_FOUND);
		return INVALID_FILE_ATTRIBUTES;
	}
	prefer_module(path);
	if (stat(path, &info)) {
		fail_errno(errno);
		return INVALID_FILE_ATTRIBUTES;
	}
	return S_ISDIR(info.st_mode) ? FILE_ATTRIBUTE_DIRECTORY :
	       info.st_mode & 0222 ? FILE_ATTRIBUTE_NORMAL :
				     FILE_ATTRIBUTE_READONLY;
}

BOOL DeleteFileA(LPCSTR name)
{
	char path[PATH_MAX];

	if (!name || !path_of(name, path, sizeof(path)))
		return fail(ERROR_PATH_NOT_FOUND);
	return unlink(path) ? fail_errno(errno) : TRUE;
}

static int copy_all(int from, int to)
{
	char buffer[65536];
	ssize_t got, put, at;

	while ((got = read(from, buffer, sizeof(buffer))) > 0)
		for (at = 0; at < got; at += put) {
			put = write(to, buffer + at, got - at);
			if (put < 0)
				return -1;
		}
	return got;
}

BOOL CopyFileA(LPCSTR from_name, LPCSTR to_name, BOOL must_be_new)
{
	char from_path[PATH_MAX], to_path[PATH_MAX];
	int from, to, error = 0;

	if (!from_name || !to_name ||
	    !path_of(from_name, from_path, sizeof(from_path)) ||
	    !path_of(to_name, to_path, sizeof(to_path)))
		return fail(ERROR_PATH_NOT_FOUND);
	from = open(from_path, O_RDONLY | O_CLOEXEC);
	if (from < 0)
		return fail_errno(errno);
	to = open(to_path, O_WRONLY | O_CREAT | O_CLOEXEC |
		  (must_be_new ? O_EXCL : O_TRUNC), 0666);
	if (to < 0 || copy_all(from, to))
		error = errno;
	close(from);
	if (to >= 0 && close(to) && !error)
		error = errno;
	return error ? fail_errno(error) : TRUE;
}
