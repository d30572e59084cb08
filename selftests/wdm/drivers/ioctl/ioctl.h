/* SPDX-License-Identifier: GPL-2.0 */
/* The interface of the ioctl driver, for the driver and its program. */
#pragma once

#define IOCTL_TYPE 0x8010

#define IOCTL_UPPER_BUFFERED \
    CTL_CODE(IOCTL_TYPE, 0x900, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_UPPER_IN_DIRECT \
    CTL_CODE(IOCTL_TYPE, 0x901, METHOD_IN_DIRECT, FILE_ANY_ACCESS)
#define IOCTL_UPPER_OUT_DIRECT \
    CTL_CODE(IOCTL_TYPE, 0x902, METHOD_OUT_DIRECT, FILE_ANY_ACCESS)
#define IOCTL_UPPER_NEITHER \
    CTL_CODE(IOCTL_TYPE, 0x903, METHOD_NEITHER, FILE_ANY_ACCESS)
#define IOCTL_UPPER_COUNT \
    CTL_CODE(IOCTL_TYPE, 0x904, METHOD_BUFFERED, FILE_READ_ACCESS)
#define IOCTL_UPPER_EMBEDDED \
    CTL_CODE(IOCTL_TYPE, 0x905, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_UPPER_IS_32_BIT \
    CTL_CODE(IOCTL_TYPE, 0x906, METHOD_BUFFERED, FILE_ANY_ACCESS)

typedef struct _UPPER_EMBEDDED {
    unsigned long long Address;     /* of text in the program */
    unsigned int Length;
    unsigned int Result;            /* an NTSTATUS */
} UPPER_EMBEDDED;
