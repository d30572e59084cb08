/* SPDX-License-Identifier: GPL-2.0 */
/* The interface of the exceptions driver, for the driver and its program. */
#pragma once

#define SEH_TYPE 0x8011

/* The output: a line for each case, 0 where it went as it should. */
#define IOCTL_SEH_IN_C CTL_CODE(SEH_TYPE, 0x900, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_SEH_IN_CPP CTL_CODE(SEH_TYPE, 0x901, METHOD_BUFFERED, FILE_ANY_ACCESS)
/* The same in a DPC, a work item and a system thread. */
#define IOCTL_SEH_IN_WORKER CTL_CODE(SEH_TYPE, 0x902, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_SEH_IN_THREAD CTL_CODE(SEH_TYPE, 0x903, METHOD_BUFFERED, FILE_ANY_ACCESS)
/* Raises, and nothing handles it. */
#define IOCTL_SEH_UNHANDLED CTL_CODE(SEH_TYPE, 0x904, METHOD_BUFFERED, FILE_ANY_ACCESS)
/* In a block, sends itself a request that raises. */
#define IOCTL_SEH_THROUGH_REQUEST CTL_CODE(SEH_TYPE, 0x905, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_SEH_LEAVE_OUTSIDE CTL_CODE(SEH_TYPE, 0x906, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_SEH_CONTINUE CTL_CODE(SEH_TYPE, 0x907, METHOD_BUFFERED, FILE_ANY_ACCESS)
/*
 * Waits for SEH_GO in a block, then raises the code that it was given; answers the
 * complement of the one that the handler saw.
 */
#define IOCTL_SEH_MEET CTL_CODE(SEH_TYPE, 0x908, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_SEH_GO CTL_CODE(SEH_TYPE, 0x909, METHOD_BUFFERED, FILE_ANY_ACCESS)
/* How many wait. */
#define IOCTL_SEH_WAITING CTL_CODE(SEH_TYPE, 0x90a, METHOD_BUFFERED, FILE_ANY_ACCESS)

#define SEH_MAX_CASES 32

#ifdef __cplusplus
extern "C" {
#endif
#ifdef NT_SUCCESS
ULONG RunBlocksInC(PULONG Lines);
ULONG RunBlocksInCpp(PULONG Lines);
#endif
#ifdef __cplusplus
}
#endif
