/* SPDX-License-Identifier: GPL-2.0 */
/* NTSTATUS and control codes, as drivers use them. */
#ifndef NTIO_TYPES_H
#define NTIO_TYPES_H

#include <linux/types.h>

#include "uapi/ntio.h"

/**
 * typedef ntstatus_t - the outcome of a request (Windows: NTSTATUS)
 *
 * Never an errno: sparse reports every mixture. The errno is derived from it
 * where a request leaves the kernel, and only there.
 */
typedef u32 __bitwise ntstatus_t;

/* The statuses of ntio_status.h, by their Windows names. */
enum {
#define NTIO_STATUS_ENUM(name, value, win32, error, meaning) \
	STATUS_##name = (__force ntstatus_t)value,
	NTIO_STATUSES(NTIO_STATUS_ENUM)
#undef NTIO_STATUS_ENUM
};

/* Severities: the two top bits of a status. */
enum ntio_severity {
	NTIO_SEVERITY_SUCCESS,
	NTIO_SEVERITY_INFORMATIONAL,
	NTIO_SEVERITY_WARNING,
	NTIO_SEVERITY_ERROR,
};

/**
 * ntio_severity() - severity of a status
 * @status: any status, known or not
 */
static inline enum ntio_severity ntio_severity(ntstatus_t status)
{
	return (__force u32)status >> 30;
}

/**
 * ntio_is_success() - success or informational (Windows: NT_SUCCESS)
 * @status: any status
 */
static inline bool ntio_is_success(ntstatus_t status)
{
	return ntio_severity(status) <= NTIO_SEVERITY_INFORMATIONAL;
}

/**
 * ntio_is_error() - severity error (Windows: NT_ERROR)
 * @status: any status
 *
 * Not the opposite of ntio_is_success(): a warning is neither.
 */
static inline bool ntio_is_error(ntstatus_t status)
{
	return ntio_severity(status) == NTIO_SEVERITY_ERROR;
}

#endif
