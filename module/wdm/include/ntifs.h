/* SPDX-License-Identifier: GPL-2.0 */
/* As wdm.h: of what is for file systems alone there is nothing. */
#ifndef NTIO_WDM_NTIFS_H
#define NTIO_WDM_NTIFS_H

#include "ntddk.h"

#endif
