/* SPDX-License-Identifier: GPL-2.0 */
/* NTSTATUS values: those of ntio's table, by their names. */
#ifndef NTIO_WIN32_NTSTATUS_H
#define NTIO_WIN32_NTSTATUS_H

#include <ntio/ntio.h>

#define STATUS_WAIT_0 0u
#define STATUS_ABANDONED_WAIT_0 0x80u
#define STATUS_CONTROL_C_EXIT 0xc000013au

#endif
