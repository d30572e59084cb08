/* SPDX-License-Identifier: GPL-2.0 */
/* What the driver beacon and its program share. */
#pragma once

#define BEACON_TYPE 0x8000

#define IOCTL_BEACON_SET CTL_CODE(BEACON_TYPE, 0x800, METHOD_BUFFERED, FILE_WRITE_DATA)
#define IOCTL_BEACON_WAIT \
	CTL_CODE(BEACON_TYPE, 0x801, \
		 METHOD_BUFFERED, FILE_ANY_ACCESS)

typedef struct _BEACON_STATE {
	ULONG Period;
	ULONG Flashes;
	LARGE_INTEGER Since;
} BEACON_STATE, *PBEACON_STATE;
