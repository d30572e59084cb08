/* SPDX-License-Identifier: GPL-2.0 */
/* The interface of the driver that tells by an event of the program. */
#pragma once

#define EVENT_TYPE_DEVICE 0x8032

typedef struct _EVENT_REQUEST {
    unsigned long long Handle;      /* of an event of the program */
    unsigned int Milliseconds;      /* until it is set */
    unsigned int Unused;
} EVENT_REQUEST;

#define IOCTL_EVENT_SET_LATER CTL_CODE(EVENT_TYPE_DEVICE, 0x900, METHOD_BUFFERED, FILE_ANY_ACCESS)
/* How many files have an event now. */
#define IOCTL_EVENT_COUNT CTL_CODE(EVENT_TYPE_DEVICE, 0x901, METHOD_BUFFERED, FILE_ANY_ACCESS)
