// SPDX-License-Identifier: GPL-2.0
/* The tracepoints are here; trace/events/ntio.h says what they are. */
#define CREATE_TRACE_POINTS
#include <trace/events/ntio.h>
