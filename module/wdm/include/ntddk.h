/* SPDX-License-Identifier: GPL-2.0 */
/* As wdm.h: the layer makes no difference between the two. */
#ifndef NTIO_WDM_NTDDK_H
#define NTIO_WDM_NTDDK_H

#include "wdm.h"

#endif
