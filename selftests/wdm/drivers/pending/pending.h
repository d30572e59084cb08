/* SPDX-License-Identifier: GPL-2.0 */
/* The interface of the driver whose requests wait. */
#pragma once

#define PENDING_TYPE 0x8030

/* Waits for so many milliseconds, then answers with the number. */
#define IOCTL_PENDING_WAIT CTL_CODE(PENDING_TYPE, 0x900, METHOD_BUFFERED, FILE_ANY_ACCESS)
/* Waits until it is cancelled, or the file is closed. */
#define IOCTL_PENDING_FOREVER CTL_CODE(PENDING_TYPE, 0x901, METHOD_BUFFERED, FILE_ANY_ACCESS)
/* How many wait now. */
#define IOCTL_PENDING_COUNT CTL_CODE(PENDING_TYPE, 0x902, METHOD_BUFFERED, FILE_ANY_ACCESS)
/* Answers the first that waits for ever. */
#define IOCTL_PENDING_ANSWER CTL_CODE(PENDING_TYPE, 0x903, METHOD_BUFFERED, FILE_ANY_ACCESS)
/* Keeps the file object it comes by, and lets it go. */
#define IOCTL_PENDING_KEEP CTL_CODE(PENDING_TYPE, 0x905, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_PENDING_DROP CTL_CODE(PENDING_TYPE, 0x906, METHOD_BUFFERED, FILE_ANY_ACCESS)
/* A direct request that a DPC fills. */
#define IOCTL_PENDING_FILL CTL_CODE(PENDING_TYPE, 0x904, METHOD_OUT_DIRECT, FILE_ANY_ACCESS)
