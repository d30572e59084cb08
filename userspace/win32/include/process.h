/* SPDX-License-Identifier: GPL-2.0 */
/* Threads by the names of the C run time. */
#ifndef NTIO_WIN32_PROCESS_H
#define NTIO_WIN32_PROCESS_H

#include <windows.h>

#ifdef __cplusplus
extern "C" {
#endif

uintptr_t _beginthreadex(void *security, unsigned int stack,
			 unsigned int (*start)(void *), void *argument,
			 unsigned int flags, unsigned int *id);
void _endthreadex(unsigned int code);

#ifdef __cplusplus
}
#endif

#endif
