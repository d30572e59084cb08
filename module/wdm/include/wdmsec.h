/* SPDX-License-Identifier: GPL-2.0 */
/* Devices with a security descriptor: what it allows is the node's mode. */
#ifndef NTIO_WDM_WDMSEC_H
#define NTIO_WDM_WDMSEC_H

#include "wdm.h"

EXTERN_C_START

NTSTATUS IoCreateDeviceSecure(PDRIVER_OBJECT driver, ULONG extension_size,
			      PUNICODE_STRING name, ULONG type,
			      ULONG characteristics, BOOLEAN exclusive,
			      PCUNICODE_STRING sddl, LPCGUID class_guid,
			      PDEVICE_OBJECT *device);
#define WdmlibIoCreateDeviceSecure IoCreateDeviceSecure

#define NTIO_WDM_SDDL(name, text)					\
	static const UNICODE_STRING name __attribute__((unused)) =	\
		RTL_CONSTANT_STRING(text)

NTIO_WDM_SDDL(SDDL_DEVOBJ_KERNEL_ONLY, L"D:P");
NTIO_WDM_SDDL(SDDL_DEVOBJ_SYS_ALL, L"D:P(A;;GA;;;SY)");
NTIO_WDM_SDDL(SDDL_DEVOBJ_SYS_ALL_ADM_ALL, L"D:P(A;;GA;;;SY)(A;;GA;;;BA)");
NTIO_WDM_SDDL(SDDL_DEVOBJ_SYS_ALL_ADM_RX, L"D:P(A;;GA;;;SY)(A;;GRGX;;;BA)");
NTIO_WDM_SDDL(SDDL_DEVOBJ_SYS_ALL_ADM_RWX_WORLD_R,
	      L"D:P(A;;GA;;;SY)(A;;GRGWGX;;;BA)(A;;GR;;;WD)");
NTIO_WDM_SDDL(SDDL_DEVOBJ_SYS_ALL_ADM_RWX_WORLD_R_RES_R,
	      L"D:P(A;;GA;;;SY)(A;;GRGWGX;;;BA)(A;;GR;;;WD)(A;;GR;;;RC)");
NTIO_WDM_SDDL(SDDL_DEVOBJ_SYS_ALL_ADM_RWX_WORLD_RW_RES_R,
	      L"D:P(A;;GA;;;SY)(A;;GRGWGX;;;BA)(A;;GRGW;;;WD)(A;;GR;;;RC)");
NTIO_WDM_SDDL(SDDL_DEVOBJ_SYS_ALL_ADM_RWX_WORLD_RWX_RES_RWX,
	      L"D:P(A;;GA;;;SY)(A;;GRGWGX;;;BA)(A;;GRGWGX;;;WD)"
	      L"(A;;GRGWGX;;;RC)");

EXTERN_C_END

#endif
