// SPDX-License-Identifier: GPL-2.0
/*++

    A driver with AddDevice: its device is made there, started, and removed when
    the driver is unloaded.

--*/
#include <wdm.h>
#include "../cases.h"

typedef struct _PNP_EXTENSION {
    PDEVICE_OBJECT Lower;
    PDEVICE_OBJECT Physical;
    BOOLEAN Started;
    IO_REMOVE_LOCK RemoveLock;
} PNP_EXTENSION, *PPNP_EXTENSION;

DRIVER_INITIALIZE DriverEntry;
static DRIVER_ADD_DEVICE PnpAddDevice;
static DRIVER_UNLOAD PnpUnload;
static DRIVER_DISPATCH PnpDispatch;
static DRIVER_DISPATCH PnpPnp;
static DRIVER_DISPATCH PnpPower;

static UNICODE_STRING g_Link = RTL_CONSTANT_STRING(L"\\DosDevices\\WdmPnp");

NTSTATUS
DriverEntry(
    PDRIVER_OBJECT DriverObject,
    PUNICODE_STRING RegistryPath
    )
{
    PVOID extension, again;
    NTSTATUS status;

    status = IoAllocateDriverObjectExtension(DriverObject, (PVOID)DriverEntry, 64,
                                             &extension);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    *(PUSHORT)extension = RegistryPath->Length;
    if (IoAllocateDriverObjectExtension(DriverObject, (PVOID)DriverEntry, 64,
                                        &again) != STATUS_OBJECT_NAME_COLLISION) {
        return STATUS_UNSUCCESSFUL;
    }
    DriverObject->MajorFunction[IRP_MJ_CREATE] = PnpDispatch;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = PnpDispatch;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = PnpDispatch;
    DriverObject->MajorFunction[IRP_MJ_PNP] = PnpPnp;
    DriverObject->MajorFunction[IRP_MJ_POWER] = PnpPower;
    DriverObject->DriverExtension->AddDevice = PnpAddDevice;
    DriverObject->DriverUnload = PnpUnload;
    return STATUS_SUCCESS;
}

static VOID
PnpUnload(
    PDRIVER_OBJECT DriverObject
    )
{
    ASSERT(DriverObject->DeviceObject == NULL);
    UNREFERENCED_PARAMETER(DriverObject);
}

static NTSTATUS
PnpAddDevice(
    PDRIVER_OBJECT DriverObject,
    PDEVICE_OBJECT PhysicalDeviceObject
    )
{
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\WdmPnp");
    PPNP_EXTENSION extension;
    PDEVICE_OBJECT device;
    NTSTATUS status;

    status = IoCreateDevice(DriverObject, sizeof(PNP_EXTENSION), &name,
                            CASES_TYPE, FILE_DEVICE_SECURE_OPEN, FALSE, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    extension = (PPNP_EXTENSION)device->DeviceExtension;
    extension->Physical = PhysicalDeviceObject;
    extension->Lower = IoAttachDeviceToDeviceStack(device, PhysicalDeviceObject);
    if (extension->Lower == NULL) {
        IoDeleteDevice(device);
        return STATUS_NO_SUCH_DEVICE;
    }
    IoInitializeRemoveLock(&extension->RemoveLock, 'pnPW', 0, 0);
    status = IoCreateSymbolicLink(&g_Link, &name);
    if (!NT_SUCCESS(status)) {
        IoDetachDevice(extension->Lower);
        IoDeleteDevice(device);
        return status;
    }
    device->Flags |= DO_BUFFERED_IO | DO_POWER_PAGABLE;
    device->Flags &= ~DO_DEVICE_INITIALIZING;
    return STATUS_SUCCESS;
}

static NTSTATUS
PnpPnp(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp
    )
{
    PPNP_EXTENSION extension = (PPNP_EXTENSION)DeviceObject->DeviceExtension;
    NTSTATUS status = IoAcquireRemoveLock(&extension->RemoveLock, Irp);

    if (!NT_SUCCESS(status)) {
        Irp->IoStatus.Status = status;
        IoCompleteRequest(Irp, IO_NO_INCREMENT);
        return status;
    }
    switch (IoGetCurrentIrpStackLocation(Irp)->MinorFunction) {
    case IRP_MN_START_DEVICE:
        if (IoForwardIrpSynchronously(extension->Lower, Irp)) {
            extension->Started = NT_SUCCESS(Irp->IoStatus.Status);
        }
        status = Irp->IoStatus.Status;
        IoCompleteRequest(Irp, IO_NO_INCREMENT);
        break;

    case IRP_MN_REMOVE_DEVICE:
        Irp->IoStatus.Status = STATUS_SUCCESS;
        IoSkipCurrentIrpStackLocation(Irp);
        status = IoCallDriver(extension->Lower, Irp);
        IoReleaseRemoveLockAndWait(&extension->RemoveLock, Irp);
        IoDeleteSymbolicLink(&g_Link);
        IoDetachDevice(extension->Lower);
        IoDeleteDevice(DeviceObject);
        return status;

    default:
        IoSkipCurrentIrpStackLocation(Irp);
        status = IoCallDriver(extension->Lower, Irp);
        break;
    }
    IoReleaseRemoveLock(&extension->RemoveLock, Irp);
    return status;
}

static NTSTATUS
PnpPower(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp
    )
{
    PPNP_EXTENSION extension = (PPNP_EXTENSION)DeviceObject->DeviceExtension;

    PoStartNextPowerIrp(Irp);
    IoSkipCurrentIrpStackLocation(Irp);
    return PoCallDriver(extension->Lower, Irp);
}

static ULONG
Started(
    PDEVICE_OBJECT DeviceObject
    )
{
    PPNP_EXTENSION extension = (PPNP_EXTENSION)DeviceObject->DeviceExtension;
    PUSHORT length = (PUSHORT)IoGetDriverObjectExtension(
        DeviceObject->DriverObject, (PVOID)DriverEntry);

    CHECK(extension->Started);
    CHECK(extension->Lower == extension->Physical);
    CHECK(IoGetAttachedDevice(extension->Physical) == DeviceObject);
    CHECK(DeviceObject->StackSize == 2);
    CHECK(length != NULL && *length > 0);
    CHECK(!(DeviceObject->Flags & DO_DEVICE_INITIALIZING));
    return 0;
}

static TEST_CASE * const g_Cases[] = { Started };

static NTSTATUS
PnpDispatch(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp
    )
{
    return RunCases(DeviceObject, Irp, g_Cases, RTL_NUMBER_OF(g_Cases));
}
