/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NTIO_BASE_STATUS_H
#define NTIO_BASE_STATUS_H

#include <ntio/types.h>

int ntio_error_errno(ntstatus_t status);

/* What an ioctl returns: 0, unless the severity is error [9.1]. */
static inline int ntio_status_errno(ntstatus_t status)
{
	return ntio_is_error(status) ? ntio_error_errno(status) : 0;
}

#endif
