/* SPDX-License-Identifier: GPL-2.0 */
/* The interface of the driver that locks pages itself. */
#pragma once

#define MDL_TYPE 0x8034

typedef struct _MDL_REQUEST {
    unsigned long long Address;     /* of memory of the program */
    unsigned int Length;
    unsigned int Status;            /* an NTSTATUS */
} MDL_REQUEST;

/* Locks the range and sets its bytes to 'L' through a part of the MDL each. */
#define IOCTL_MDL_EMBEDDED CTL_CODE(MDL_TYPE, 0x900, METHOD_BUFFERED, FILE_ANY_ACCESS)
/* Locks the second buffer of a NEITHER code again, and sets its bytes to 'N'. */
#define IOCTL_MDL_NEITHER CTL_CODE(MDL_TYPE, 0x901, METHOD_NEITHER, FILE_ANY_ACCESS)
/* As the first, but the request keeps the MDL, and a DPC completes it. */
#define IOCTL_MDL_KEPT CTL_CODE(MDL_TYPE, 0x902, METHOD_BUFFERED, FILE_ANY_ACCESS)
/* MDLs of memory of the driver. */
#define IOCTL_MDL_POOL CTL_CODE(MDL_TYPE, 0x903, METHOD_BUFFERED, FILE_ANY_ACCESS)
/* What a mistake with an MDL does: its number is the input. */
#define IOCTL_MDL_MISTAKE CTL_CODE(MDL_TYPE, 0x904, METHOD_OUT_DIRECT, FILE_ANY_ACCESS)
