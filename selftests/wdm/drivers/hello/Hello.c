// SPDX-License-Identifier: GPL-2.0
/*++

    The driver of docs/wdm.md: answers with a greeting.

--*/
#include <ntddk.h>
#include "Public.h"

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD HelloUnload;
static DRIVER_DISPATCH HelloCreateClose;
static DRIVER_DISPATCH HelloControl;

static UNICODE_STRING g_Name = RTL_CONSTANT_STRING(L"\\Device\\Hello");
static UNICODE_STRING g_Link = RTL_CONSTANT_STRING(L"\\DosDevices\\Hello");

NTSTATUS
DriverEntry(
    _In_ PDRIVER_OBJECT DriverObject,
    _In_ PUNICODE_STRING RegistryPath
    )
{
    PDEVICE_OBJECT device;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(RegistryPath);
    status = IoCreateDevice(DriverObject, 0, &g_Name, FILE_DEVICE_UNKNOWN, 0,
                            FALSE, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    DriverObject->MajorFunction[IRP_MJ_CREATE] = HelloCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = HelloCreateClose;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = HelloControl;
    DriverObject->DriverUnload = HelloUnload;
    status = IoCreateSymbolicLink(&g_Link, &g_Name);
    if (!NT_SUCCESS(status)) {
        IoDeleteDevice(device);
    }
    return status;
}

static VOID
HelloUnload(
    _In_ PDRIVER_OBJECT DriverObject
    )
{
    IoDeleteSymbolicLink(&g_Link);
    IoDeleteDevice(DriverObject->DeviceObject);
}

static NTSTATUS
HelloCreateClose(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp
    )
{
    UNREFERENCED_PARAMETER(DeviceObject);
    Irp->IoStatus.Status = STATUS_SUCCESS;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

static NTSTATUS
HelloControl(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp
    )
{
    static const CHAR text[] = "hello from a driver for Windows";
    PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);
    ULONG length = irpSp->Parameters.DeviceIoControl.OutputBufferLength;
    NTSTATUS status = STATUS_SUCCESS;

    UNREFERENCED_PARAMETER(DeviceObject);
    Irp->IoStatus.Information = 0;
    if (irpSp->Parameters.DeviceIoControl.IoControlCode != IOCTL_HELLO) {
        status = STATUS_INVALID_DEVICE_REQUEST;
    } else if (length < sizeof(text)) {
        status = STATUS_BUFFER_TOO_SMALL;
    } else {
        RtlCopyMemory(Irp->AssociatedIrp.SystemBuffer, text, sizeof(text));
        Irp->IoStatus.Information = sizeof(text);
    }
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
}
