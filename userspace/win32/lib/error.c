// SPDX-License-Identifier: GPL-2.0
/* Errors: the thread's last one, and where they come from. */
#include "error.h"

__thread DWORD last_error __attribute__((tls_model("initial-exec")));

DWORD GetLastError(void)
{
	return last_error;
}

VOID SetLastError(DWORD error)
{
	last_error = error;
}

ULONG RtlNtStatusToDosError(NTSTATUS status)
{
	return ntio_status_to_win32(status);
}

BOOL fail_status(uint32_t status)
{
	return fail(ntio_status_to_win32(status));
}

/* Those of calls beside I/O; the rest is what statuses make of them. */
DWORD error_of_errno(int error)
{
	switch (error) {
	case EEXIST:
		return ERROR_FILE_EXISTS;
	case ENOSPC:
		return ERROR_DISK_FULL;
	case ENOMEM:
		return ERROR_NOT_ENOUGH_MEMORY;
	case EMFILE:
	case ENFILE:
		return ERROR_TOO_MANY_OPEN_FILES;
	case EISDIR:
		return ERROR_ACCESS_DENIED;
	case EROFS:
		return ERROR_WRITE_PROTECT;
	case EPIPE:
		return ERROR_BROKEN_PIPE;
	default:
		return ntio_status_to_win32(ntio_status_from_errno(error));
	}
}

BOOL fail_errno(int error)
{
	return fail(error_of_errno(error));
}

uint32_t status_of_errno(int error)
{
	const struct ntio_status_info *info;
	uint32_t status;
	size_t i;

	switch (error) {
	case ECANCELED:
		return STATUS_CANCELLED;
	case EPIPE:
		return STATUS_PIPE_BROKEN;
	case EOPNOTSUPP:
		return STATUS_INVALID_DEVICE_REQUEST;
	}
	status = ntio_status_from_errno(error);
	if (status != STATUS_UNSUCCESSFUL)
		return status;
	for (i = 0; (info = ntio_status_at(i)); i++)
		if (NT_ERROR(info->status) && info->error == error)
			return info->status;
	return STATUS_UNSUCCESSFUL;
}
