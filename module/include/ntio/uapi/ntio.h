/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The ABI, by the name that it has for applications too: a header that a driver
 * shares with them includes <ntio/uapi/ntio.h>.
 */
#include "../../../uapi/ntio.h"
