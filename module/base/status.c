// SPDX-License-Identifier: GPL-2.0
/* NTSTATUS leaves the kernel as errno here and nowhere else. */
#include <linux/errno.h>
#include <linux/kernel.h>

#include "base/status.h"

static const struct {
	u32 status;
	int error;
} ntio_status_errnos[] = {
#define NTIO_STATUS_ROW(name, value, win32, error, meaning) { value, error },
	NTIO_STATUSES(NTIO_STATUS_ROW)
#undef NTIO_STATUS_ROW
};

/**
 * ntio_error_errno() - what an ioctl returns for an error
 * @status: whose severity is error
 *
 * Return: a negative errno [9.1].
 */
int ntio_error_errno(ntstatus_t status)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ntio_status_errnos); i++)
		if (ntio_status_errnos[i].status == (__force u32)status)
			return -ntio_status_errnos[i].error;
	return -NTIO_ERRNO_UNKNOWN;
}
