// SPDX-License-Identifier: GPL-2.0
/*++

    Makes letters large: one control code for each method.

    What a first driver looks like: a device, a symbolic link, a dispatch
    routine for create and close and one for device control.

--*/
#include <ntddk.h>
#include "ioctl.h"

#define UPPER_TAG 'rpUW'

typedef struct _DEVICE_EXTENSION {
    LONG Served;
} DEVICE_EXTENSION, *PDEVICE_EXTENSION;

DRIVER_INITIALIZE DriverEntry;
DRIVER_UNLOAD UpperUnload;
_Dispatch_type_(IRP_MJ_CREATE)
_Dispatch_type_(IRP_MJ_CLOSE)
DRIVER_DISPATCH UpperCreateClose;
_Dispatch_type_(IRP_MJ_DEVICE_CONTROL)
DRIVER_DISPATCH UpperDeviceControl;

#ifdef ALLOC_PRAGMA
#pragma alloc_text(INIT, DriverEntry)
#pragma alloc_text(PAGE, UpperUnload)
#endif

static VOID
UpperText(
    _Inout_updates_(Length) PCHAR Text,
    _In_ ULONG Length
    )
{
    ULONG i;

    for (i = 0; i < Length; i++) {
        if (Text[i] >= 'a' && Text[i] <= 'z') {
            Text[i] -= 'a' - 'A';
        }
    }
}

NTSTATUS
DriverEntry(
    _In_ PDRIVER_OBJECT DriverObject,
    _In_ PUNICODE_STRING RegistryPath
    )
{
    UNICODE_STRING deviceName;
    UNICODE_STRING linkName = RTL_CONSTANT_STRING(L"\\DosDevices\\WdmUpper");
    PDEVICE_OBJECT deviceObject;
    NTSTATUS status;

    KdPrint(("loaded from %wZ\n", RegistryPath));
    UNREFERENCED_PARAMETER(RegistryPath);

    RtlInitUnicodeString(&deviceName, L"\\Device\\WdmUpper");
    status = IoCreateDevice(DriverObject, sizeof(DEVICE_EXTENSION),
                            &deviceName, IOCTL_TYPE, FILE_DEVICE_SECURE_OPEN,
                            FALSE, &deviceObject);
    if (!NT_SUCCESS(status)) {
        return status;
    }

    DriverObject->MajorFunction[IRP_MJ_CREATE] = UpperCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = UpperCreateClose;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = UpperDeviceControl;
    DriverObject->DriverUnload = UpperUnload;

    status = IoCreateSymbolicLink(&linkName, &deviceName);
    if (!NT_SUCCESS(status)) {
        IoDeleteDevice(deviceObject);
    }
    return status;
}

VOID
UpperUnload(
    _In_ PDRIVER_OBJECT DriverObject
    )
{
    UNICODE_STRING linkName = RTL_CONSTANT_STRING(L"\\DosDevices\\WdmUpper");

    PAGED_CODE();
    IoDeleteSymbolicLink(&linkName);
    if (DriverObject->DeviceObject != NULL) {
        IoDeleteDevice(DriverObject->DeviceObject);
    }
}

NTSTATUS
UpperCreateClose(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp
    )
{
    UNREFERENCED_PARAMETER(DeviceObject);
    PAGED_CODE();

    Irp->IoStatus.Status = STATUS_SUCCESS;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

//
// The text is both input and output, in the system buffer.
//
static NTSTATUS
UpperBuffered(
    PIRP Irp,
    ULONG InLength,
    ULONG OutLength
    )
{
    if (OutLength < InLength) {
        return STATUS_BUFFER_TOO_SMALL;
    }
    UpperText((PCHAR)Irp->AssociatedIrp.SystemBuffer, InLength);
    Irp->IoStatus.Information = InLength;
    return STATUS_SUCCESS;
}

//
// The first buffer is copied; the second one is locked. With IN_DIRECT the
// driver reads both: Information says how many of their bytes are the same.
//
static NTSTATUS
UpperInDirect(
    PIRP Irp,
    ULONG InLength
    )
{
    PVOID second;
    ULONG length;

    if (Irp->MdlAddress == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    second = MmGetSystemAddressForMdlSafe(Irp->MdlAddress,
                                          NormalPagePriority | MdlMappingNoExecute);
    if (second == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    length = min(InLength, MmGetMdlByteCount(Irp->MdlAddress));
    Irp->IoStatus.Information =
        RtlCompareMemory(Irp->AssociatedIrp.SystemBuffer, second, length);
    return STATUS_SUCCESS;
}

static NTSTATUS
UpperOutDirect(
    PIRP Irp,
    ULONG InLength
    )
{
    PCHAR out;
    ULONG length;

    if (Irp->MdlAddress == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    out = (PCHAR)MmGetSystemAddressForMdlSafe(Irp->MdlAddress,
                                              NormalPagePriority | MdlMappingNoExecute);
    if (out == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    length = min(InLength, MmGetMdlByteCount(Irp->MdlAddress));
    RtlCopyMemory(out, Irp->AssociatedIrp.SystemBuffer, length);
    UpperText(out, length);
    Irp->IoStatus.Information = length;
    return STATUS_SUCCESS;
}

//
// Both buffers are as the program gave them: probed, and used within __try.
//
static NTSTATUS
UpperNeither(
    PIRP Irp,
    PIO_STACK_LOCATION IrpSp
    )
{
    PVOID in = IrpSp->Parameters.DeviceIoControl.Type3InputBuffer;
    ULONG inLength = IrpSp->Parameters.DeviceIoControl.InputBufferLength;
    ULONG outLength = IrpSp->Parameters.DeviceIoControl.OutputBufferLength;
    ULONG length = min(inLength, outLength);
    PCHAR text;
    NTSTATUS status = STATUS_SUCCESS;

    if (length == 0) {
        return STATUS_INVALID_PARAMETER;
    }
    text = (PCHAR)ExAllocatePoolWithTag(NonPagedPoolNx, length, UPPER_TAG);
    if (text == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }

    __try {
        ProbeForRead(in, inLength, sizeof(UCHAR));
        RtlCopyMemory(text, in, length);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        status = GetExceptionCode();
    }

    if (NT_SUCCESS(status)) {
        UpperText(text, length);
        __try {
            ProbeForWrite(Irp->UserBuffer, outLength, sizeof(UCHAR));
            RtlCopyMemory(Irp->UserBuffer, text, length);
            Irp->IoStatus.Information = length;
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            status = GetExceptionCode();
        }
    }

    ExFreePoolWithTag(text, UPPER_TAG);
    return status;
}

//
// An address in the data is the program's: only the accessors reach it.
//
static NTSTATUS
UpperEmbedded(
    PIRP Irp,
    ULONG InLength,
    ULONG OutLength
    )
{
    UPPER_EMBEDDED *request = (UPPER_EMBEDDED *)Irp->AssociatedIrp.SystemBuffer;
    CHAR text[64];
    PVOID address;

    if (InLength < sizeof(*request) || OutLength < sizeof(*request) ||
        request->Length > sizeof(text)) {
        return STATUS_INVALID_PARAMETER;
    }
    address = (PVOID)(ULONG_PTR)request->Address;
    __try {
        ProbeForRead(address, request->Length, 1);
        RtlCopyMemory(text, address, request->Length);
        UpperText(text, request->Length);
        ProbeForWrite(address, request->Length, 1);
        RtlCopyMemory(address, text, request->Length);
        request->Result = STATUS_SUCCESS;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        request->Result = GetExceptionCode();
    }
    Irp->IoStatus.Information = sizeof(*request);
    return STATUS_SUCCESS;
}

NTSTATUS
UpperDeviceControl(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp
    )
{
    PDEVICE_EXTENSION extension = (PDEVICE_EXTENSION)DeviceObject->DeviceExtension;
    PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);
    ULONG inLength = irpSp->Parameters.DeviceIoControl.InputBufferLength;
    ULONG outLength = irpSp->Parameters.DeviceIoControl.OutputBufferLength;
    NTSTATUS status;

    Irp->IoStatus.Information = 0;
    switch (irpSp->Parameters.DeviceIoControl.IoControlCode) {
    case IOCTL_UPPER_BUFFERED:
        status = UpperBuffered(Irp, inLength, outLength);
        break;

    case IOCTL_UPPER_IN_DIRECT:
        status = UpperInDirect(Irp, inLength);
        break;

    case IOCTL_UPPER_OUT_DIRECT:
        status = UpperOutDirect(Irp, inLength);
        break;

    case IOCTL_UPPER_NEITHER:
        status = UpperNeither(Irp, irpSp);
        break;

    case IOCTL_UPPER_EMBEDDED:
        status = UpperEmbedded(Irp, inLength, outLength);
        break;

    case IOCTL_UPPER_IS_32_BIT:
        status = STATUS_SUCCESS;
        if (IoIs32bitProcess(Irp)) {
            Irp->IoStatus.Information = 1;
        }
        break;

    case IOCTL_UPPER_COUNT:
        if (outLength < sizeof(LONG)) {
            status = STATUS_BUFFER_TOO_SMALL;
            break;
        }
        *(PLONG)Irp->AssociatedIrp.SystemBuffer = extension->Served;
        Irp->IoStatus.Information = sizeof(LONG);
        status = STATUS_SUCCESS;
        break;

    default:
        status = STATUS_INVALID_DEVICE_REQUEST;
        break;
    }

    InterlockedIncrement(&extension->Served);
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
}
