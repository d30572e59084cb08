// SPDX-License-Identifier: GPL-2.0
/* A driver as one writes it for Windows: nothing here needs a hand. */
#include "beacon.h"

#ifdef ALLOC_PRAGMA
#pragma alloc_text(PAGE, BeaconUnload)
#endif

static NTSTATUS BeaconEnd(_In_ PIRP Irp, _In_ NTSTATUS Status, ULONG_PTR Length)
{
	Irp->IoStatus.Status = Status;
	Irp->IoStatus.Information = Length;
	IoCompleteRequest(Irp, IO_NO_INCREMENT);
	return Status;
}

VOID BeaconFlash(PKDPC Dpc, PVOID Context, PVOID First, PVOID Second)
{
	PBEACON Beacon = Context;

	UNREFERENCED_PARAMETER(Dpc);
	UNREFERENCED_PARAMETER(First);
	UNREFERENCED_PARAMETER(Second);
	KeAcquireSpinLockAtDpcLevel(&Beacon->Lock);
	Beacon->State.Flashes++;
	KeReleaseSpinLockFromDpcLevel(&Beacon->Lock);
	BeaconSay("flash");
}

_Use_decl_annotations_
NTSTATUS BeaconControl(PDEVICE_OBJECT Device, PIRP Irp)
{
	PBEACON Beacon = Device->DeviceExtension;
	PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
	KIRQL Irql;

	if (Stack->Parameters.DeviceIoControl.IoControlCode != IOCTL_BEACON_SET)
		return BeaconEnd(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
	KeAcquireSpinLock(&Beacon->Lock, &Irql);
	RtlCopyMemory(&Beacon->State, Irp->AssociatedIrp.SystemBuffer,
		      sizeof(BEACON_STATE));
	KeReleaseSpinLock(&Beacon->Lock, Irql);
	return BeaconEnd(Irp, STATUS_SUCCESS, 0);
}

VOID BeaconUnload(PDRIVER_OBJECT Driver)
{
	PAGED_CODE();
	IoDeleteDevice(Driver->DeviceObject);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
	UNICODE_STRING Name = RTL_CONSTANT_STRING(L"\\Device\\Beacon");
	PDEVICE_OBJECT Device;
	NTSTATUS Status;

	UNREFERENCED_PARAMETER(Path);
	Status = IoCreateDevice(Driver, sizeof(BEACON), &Name,
				FILE_DEVICE_UNKNOWN, FILE_DEVICE_SECURE_OPEN,
				FALSE, &Device);
	if (!NT_SUCCESS(Status))
		return Status;
	Driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = BeaconControl;
	Driver->DriverUnload = BeaconUnload;
	return STATUS_SUCCESS;
}
