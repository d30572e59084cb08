// SPDX-License-Identifier: GPL-2.0
/*++

    Reads and writes, of three devices: buffered, direct, and neither. What was
    written is kept and read again. A fourth device is made when the driver runs.

--*/
#include <ntddk.h>
#include <wdmsec.h>

#define RW_TAG 'wrWW'
#define RW_SIZE 65536
#define IOCTL_RW_IS_32_BIT \
    CTL_CODE(0x8036, 0x901, METHOD_BUFFERED, FILE_ANY_ACCESS)

typedef struct _RW_EXTENSION {
    FAST_MUTEX Mutex;
    PUCHAR Data;
    ULONG Length;
    BOOLEAN Is32Bit;        // the last caller
} RW_EXTENSION, *PRW_EXTENSION;

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD RwUnload;
static DRIVER_DISPATCH RwCreateClose;
static DRIVER_DISPATCH RwReadWrite;
static DRIVER_DISPATCH RwControl;

static const struct {
    PCWSTR Name;
    PCWSTR Link;
    ULONG Flags;
} g_Devices[] = {
    { L"\\Device\\WdmRwBuffered", L"\\DosDevices\\WdmRwBuffered", DO_BUFFERED_IO },
    { L"\\Device\\WdmRwDirect", L"\\DosDevices\\WdmRwDirect", DO_DIRECT_IO },
    { L"\\Device\\WdmRwNeither", L"\\DosDevices\\WdmRwNeither", 0 },
    { L"\\Device\\WdmRwLate", L"\\DosDevices\\WdmRwLate", DO_BUFFERED_IO },
};

static NTSTATUS
RwMakeDevice(
    PDRIVER_OBJECT DriverObject,
    ULONG Which
    )
{
    UNICODE_STRING name, link;
    PRW_EXTENSION extension;
    PDEVICE_OBJECT device;
    NTSTATUS status;

    RtlInitUnicodeString(&name, g_Devices[Which].Name);
    RtlInitUnicodeString(&link, g_Devices[Which].Link);
    status = IoCreateDeviceSecure(DriverObject, sizeof(RW_EXTENSION), &name,
                                  FILE_DEVICE_UNKNOWN, FILE_DEVICE_SECURE_OPEN,
                                  FALSE, Which == 0 ?
                                  &SDDL_DEVOBJ_SYS_ALL_ADM_RWX_WORLD_R :
                                  &SDDL_DEVOBJ_SYS_ALL_ADM_ALL, NULL, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    extension = (PRW_EXTENSION)device->DeviceExtension;
    ExInitializeFastMutex(&extension->Mutex);
    extension->Data = (PUCHAR)ExAllocatePoolZero(PagedPool, RW_SIZE, RW_TAG);
    if (extension->Data == NULL) {
        IoDeleteDevice(device);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    status = IoCreateSymbolicLink(&link, &name);
    if (!NT_SUCCESS(status)) {
        ExFreePool(extension->Data);
        IoDeleteDevice(device);
        return status;
    }
    device->Flags |= g_Devices[Which].Flags;
    device->Flags &= ~DO_DEVICE_INITIALIZING;
    return STATUS_SUCCESS;
}

NTSTATUS
DriverEntry(
    PDRIVER_OBJECT DriverObject,
    PUNICODE_STRING RegistryPath
    )
{
    UNICODE_STRING second = RTL_CONSTANT_STRING(L"\\??\\Wdm.Rw Second");
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\WdmRwBuffered");
    NTSTATUS status = STATUS_SUCCESS;
    ULONG i;

    UNREFERENCED_PARAMETER(RegistryPath);
    DriverObject->MajorFunction[IRP_MJ_CREATE] = RwCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = RwCreateClose;
    DriverObject->MajorFunction[IRP_MJ_READ] = RwReadWrite;
    DriverObject->MajorFunction[IRP_MJ_WRITE] = RwReadWrite;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = RwControl;
    DriverObject->DriverUnload = RwUnload;
    for (i = 0; i < 3 && NT_SUCCESS(status); i++) {
        status = RwMakeDevice(DriverObject, i);
    }
    if (NT_SUCCESS(status)) {
        status = IoCreateSymbolicLink(&second, &name);
    }
    if (!NT_SUCCESS(status)) {
        RwUnload(DriverObject);
    }
    return status;
}

static VOID
RwUnload(
    PDRIVER_OBJECT DriverObject
    )
{
    UNICODE_STRING link;
    ULONG i;

    for (i = 0; i < RTL_NUMBER_OF(g_Devices); i++) {
        RtlInitUnicodeString(&link, g_Devices[i].Link);
        IoDeleteSymbolicLink(&link);
    }
    RtlInitUnicodeString(&link, L"\\??\\Wdm.Rw Second");
    IoDeleteSymbolicLink(&link);
    while (DriverObject->DeviceObject != NULL) {
        ExFreePoolWithTag(((PRW_EXTENSION)
            DriverObject->DeviceObject->DeviceExtension)->Data, RW_TAG);
        IoDeleteDevice(DriverObject->DeviceObject);
    }
}

static NTSTATUS
RwComplete(
    PIRP Irp,
    NTSTATUS Status,
    ULONG_PTR Information
    )
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_DISK_INCREMENT);
    return Status;
}

static NTSTATUS
RwCreateClose(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp
    )
{
    UNREFERENCED_PARAMETER(DeviceObject);
    return RwComplete(Irp, STATUS_SUCCESS, 0);
}

//
// Tells whether the last one to read or write is a 32-bit program, or makes the
// fourth device.
//
static NTSTATUS
RwControl(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp
    )
{
    PRW_EXTENSION extension = (PRW_EXTENSION)DeviceObject->DeviceExtension;
    PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);

    if (irpSp->Parameters.DeviceIoControl.IoControlCode == IOCTL_RW_IS_32_BIT) {
        return RwComplete(Irp, STATUS_SUCCESS, extension->Is32Bit);
    }
    return RwComplete(Irp, RwMakeDevice(DeviceObject->DriverObject, 3), 0);
}

static NTSTATUS
RwBuffer(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp,
    PVOID *Buffer
    )
{
    if (DeviceObject->Flags & DO_BUFFERED_IO) {
        *Buffer = Irp->AssociatedIrp.SystemBuffer;
    } else if (DeviceObject->Flags & DO_DIRECT_IO) {
        *Buffer = Irp->MdlAddress == NULL ? NULL :
            MmGetSystemAddressForMdlSafe(Irp->MdlAddress, NormalPagePriority);
    } else {
        *Buffer = Irp->UserBuffer;
    }
    return *Buffer == NULL ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;
}

static NTSTATUS
RwReadWrite(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp
    )
{
    PRW_EXTENSION extension = (PRW_EXTENSION)DeviceObject->DeviceExtension;
    PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);
    BOOLEAN write = irpSp->MajorFunction == IRP_MJ_WRITE;
    ULONG length = write ? irpSp->Parameters.Write.Length :
                           irpSp->Parameters.Read.Length;
    NTSTATUS status;
    PVOID buffer;

    if (length == 0) {
        return RwComplete(Irp, STATUS_SUCCESS, 0);
    }
    status = RwBuffer(DeviceObject, Irp, &buffer);
    if (!NT_SUCCESS(status)) {
        return RwComplete(Irp, status, 0);
    }
    ExAcquireFastMutex(&extension->Mutex);
    extension->Is32Bit = IoIs32bitProcess(Irp);
    __try {
        if (write) {
            length = min(length, RW_SIZE);
            RtlCopyMemory(extension->Data, buffer, length);
            extension->Length = length;
        } else {
            length = min(length, extension->Length);
            RtlCopyMemory(buffer, extension->Data, length);
        }
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        status = GetExceptionCode();
        length = 0;
    }
    ExReleaseFastMutex(&extension->Mutex);
    return RwComplete(Irp, status, length);
}
