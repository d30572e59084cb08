/* SPDX-License-Identifier: GPL-2.0 */
/* The interface of the driver whose callers meet each other. */
#pragma once

#define RACES_TYPE 0x803f

/* Take the resource and give it back, as often as the input says, a ULONG. */
#define IOCTL_RACES_ALONE CTL_CODE(RACES_TYPE, 0x900, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_RACES_SHARED CTL_CODE(RACES_TYPE, 0x901, METHOD_BUFFERED, FILE_ANY_ACCESS)

/* Call the callback, which does not return before it is let go. */
#define IOCTL_RACES_NOTIFY CTL_CODE(RACES_TYPE, 0x902, METHOD_BUFFERED, FILE_ANY_ACCESS)
/* How often it runs now; the output, a ULONG. */
#define IOCTL_RACES_RUNNING CTL_CODE(RACES_TYPE, 0x903, METHOD_BUFFERED, FILE_ANY_ACCESS)
/* Unregister it; the output, a ULONG: how often it runs after that. */
#define IOCTL_RACES_UNREGISTER CTL_CODE(RACES_TYPE, 0x904, METHOD_BUFFERED, FILE_ANY_ACCESS)
/* Let one more go. */
#define IOCTL_RACES_LET_GO CTL_CODE(RACES_TYPE, 0x905, METHOD_BUFFERED, FILE_ANY_ACCESS)

/* Queue a DPC every millisecond, or not any more. */
#define IOCTL_RACES_TICK CTL_CODE(RACES_TYPE, 0x906, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_RACES_STOP CTL_CODE(RACES_TYPE, 0x907, METHOD_BUFFERED, FILE_ANY_ACCESS)
/* Raise an exception, and handle it. */
#define IOCTL_RACES_RAISE CTL_CODE(RACES_TYPE, 0x908, METHOD_BUFFERED, FILE_ANY_ACCESS)
