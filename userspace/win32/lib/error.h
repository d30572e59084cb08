/* SPDX-License-Identifier: GPL-2.0 */
/* The thread's last error, and what becomes one. */
#ifndef NTIO_WIN32_ERROR_H
#define NTIO_WIN32_ERROR_H

#include <errno.h>
#include <stdint.h>

#include <windows.h>

#include <ntio/ntio.h>

/* Not in every libc that we build with. */
#define NTIO_ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

extern __thread DWORD last_error __attribute__((tls_model("initial-exec")));

static inline BOOL fail(DWORD error)
{
	last_error = error;
	return FALSE;
}

BOOL fail_status(uint32_t status);
BOOL fail_errno(int error);
DWORD error_of_errno(int error);
/* Of a read or write that the kernel answered with an errno. */
uint32_t status_of_errno(int error);

#endif
