/* SPDX-License-Identifier: GPL-2.0 */
#pragma once

#include <ntddk.h>
#include "../public.h"

#define BEACON_TAG 'ncaB'
#define BeaconSay(text) \
	KdPrint(("beacon: %s\n", text))

typedef struct _BEACON {
	PDEVICE_OBJECT Device;
	KSPIN_LOCK Lock;
	KTIMER Timer;
	KDPC Dpc;
	PIRP Waiting;
	BEACON_STATE State;
} BEACON, *PBEACON;

DRIVER_UNLOAD BeaconUnload;
DRIVER_DISPATCH BeaconControl;
KDEFERRED_ROUTINE BeaconFlash;
