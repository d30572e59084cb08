/* SPDX-License-Identifier: GPL-2.0 */
/* The interface of the filter: codes that it answers itself. */
#pragma once

#define FILTER_TYPE 0x8033

#define IOCTL_FILTER_COUNTS CTL_CODE(FILTER_TYPE, 0x900, METHOD_BUFFERED, FILE_ANY_ACCESS)

typedef struct _FILTER_COUNTS {
    unsigned int Skipped;       /* sent on without a location of its own */
    unsigned int Copied;        /* with a completion routine */
    unsigned int Completed;     /* seen by that routine */
    unsigned int Stopped;       /* stopped there, and completed by the filter */
    unsigned int InWorker;      /* by a work item */
} FILTER_COUNTS;
