/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NTIO_WIN32_WAIT_H
#define NTIO_WIN32_WAIT_H

#include <stdbool.h>

#include <windows.h>

/* Until @fd can be read or a completion routine was called: then true. */
bool wait_fd_alertable(int fd, DWORD ms);
DWORD wait_for(HANDLE handle, DWORD ms, bool alertable);

#endif
