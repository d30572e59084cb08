// SPDX-License-Identifier: GPL-2.0
/* The table of statuses, and what the rest of the world calls them. */
#include <errno.h>

#include <ntio/ntio.h>

#define ROW(name, value, win32, error, meaning)                                \
	{ value, "STATUS_" #name, win32, error, meaning },
static const struct ntio_status_info statuses[] = { NTIO_STATUSES(ROW) };
#undef ROW

#define STATUSES (sizeof(statuses) / sizeof(statuses[0]))

const struct ntio_status_info *ntio_status_at(size_t index)
{
	return index < STATUSES ? &statuses[index] : NULL;
}

const struct ntio_status_info *ntio_status_info(uint32_t status)
{
	for (size_t i = 0; i < STATUSES; i++)
		if (statuses[i].status == status)
			return &statuses[i];
	return NULL;
}

int ntio_status_to_errno(uint32_t status)
{
	const struct ntio_status_info *info = ntio_status_info(status);

	if (!NT_ERROR(status))
		return 0;
	return info ? info->error : NTIO_ERRNO_UNKNOWN;
}

uint32_t ntio_status_to_win32(uint32_t status)
{
	const struct ntio_status_info *info = ntio_status_info(status);

	return info ? info->win32 : NTIO_WIN32_UNKNOWN;
}

static const struct {
	int error;
	uint32_t status;
} refusals[] = {
	{ EBADF, STATUS_INVALID_HANDLE },
	{ EFAULT, STATUS_ACCESS_VIOLATION },
	{ ENOTTY, STATUS_INVALID_DEVICE_REQUEST },
	{ EINVAL, STATUS_INVALID_PARAMETER },
	{ E2BIG, STATUS_INVALID_PARAMETER },
	{ EOPNOTSUPP, STATUS_NOT_SUPPORTED },
	{ ENOENT, STATUS_OBJECT_NAME_NOT_FOUND },
	{ ENOTDIR, STATUS_OBJECT_PATH_NOT_FOUND },
	{ ENAMETOOLONG, STATUS_OBJECT_NAME_INVALID },
	{ EACCES, STATUS_ACCESS_DENIED },
	{ EPERM, STATUS_ACCESS_DENIED },
	{ ENODEV, STATUS_NO_SUCH_DEVICE },
	{ ENXIO, STATUS_NO_SUCH_DEVICE },
	{ EBUSY, STATUS_SHARING_VIOLATION },
	{ ENOMEM, STATUS_INSUFFICIENT_RESOURCES },
	{ EMFILE, STATUS_INSUFFICIENT_RESOURCES },
	{ ENFILE, STATUS_INSUFFICIENT_RESOURCES },
	{ EINTR, STATUS_CANCELLED },
};

uint32_t ntio_status_from_errno(int error)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (refusals[i].error == error)
			return refusals[i].status;
	return STATUS_UNSUCCESSFUL;
}
