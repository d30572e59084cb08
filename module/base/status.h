/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NTIO_BASE_STATUS_H
#define NTIO_BASE_STATUS_H

#include <ntio/types.h>

int ntio_status_errno(ntstatus_t status);

#endif
