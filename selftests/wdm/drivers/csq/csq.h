/* SPDX-License-Identifier: GPL-2.0 */
/* The interface of the driver with a cancel-safe queue and a thread. */
#pragma once

#define CSQ_TYPE 0x8031

/* A thread of the driver answers with the number it was sent, plus one. */
#define IOCTL_CSQ_QUEUE CTL_CODE(CSQ_TYPE, 0x900, METHOD_BUFFERED, FILE_ANY_ACCESS)
/* The thread stops, or goes on, to take requests out. */
#define IOCTL_CSQ_HOLD CTL_CODE(CSQ_TYPE, 0x901, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_CSQ_GO CTL_CODE(CSQ_TYPE, 0x902, METHOD_BUFFERED, FILE_ANY_ACCESS)
/* Waits with a context, by which it is taken out again: IOCTL_CSQ_TAKE. */
#define IOCTL_CSQ_CONTEXT CTL_CODE(CSQ_TYPE, 0x903, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_CSQ_TAKE CTL_CODE(CSQ_TYPE, 0x904, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_CSQ_DEPTH CTL_CODE(CSQ_TYPE, 0x905, METHOD_BUFFERED, FILE_ANY_ACCESS)
