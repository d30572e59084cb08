/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What Windows' header of this name declares, as far as ntio-wdm has it. Which
 * names that are, and where they differ: docs/wdm.md. No header of Linux is
 * included, so that no name collides.
 */
#ifndef NTIO_WDM_WDM_H
#define NTIO_WDM_WDM_H

#include "ntdef.h"
#include "ntstatus.h"
#include "excpt.h"
#include "guiddef.h"
#include "devioctl.h"
#include "string.h"

#ifdef __cplusplus
extern "C" {
#endif

#include "wdm/base.h"
#include "wdm/rtl.h"
#include "wdm/ke.h"
#include "wdm/ex.h"
#include "wdm/mm.h"
#include "wdm/io.h"
#include "wdm/irp.h"
#include "wdm/ob.h"
#include "wdm/dbg.h"
#ifndef NTIO_WDM_LAYER
#include "wdm/refused.h"
#endif

#ifdef __cplusplus
}
#endif

#endif
