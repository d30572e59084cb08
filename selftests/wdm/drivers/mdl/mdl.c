// SPDX-License-Identifier: GPL-2.0
/*++

    MDLs that a driver allocates: of the program's memory, by an address found
    in the data; of a buffer of METHOD_NEITHER; of pool; and parts of them.

--*/
#include <ntddk.h>
#include "mdl.h"

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD MdlUnload;
static DRIVER_DISPATCH MdlDispatch;
static KDEFERRED_ROUTINE MdlDpc;

static KDPC g_Dpc;

NTSTATUS
DriverEntry(
    PDRIVER_OBJECT DriverObject,
    PUNICODE_STRING RegistryPath
    )
{
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\WdmMdl");
    UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\DosDevices\\WdmMdl");
    PDEVICE_OBJECT device;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(RegistryPath);
    KeInitializeDpc(&g_Dpc, MdlDpc, NULL);
    DriverObject->MajorFunction[IRP_MJ_CREATE] = MdlDispatch;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = MdlDispatch;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = MdlDispatch;
    DriverObject->DriverUnload = MdlUnload;
    status = IoCreateDevice(DriverObject, 0, &name, MDL_TYPE, 0, FALSE, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    return IoCreateSymbolicLink(&link, &name);
}

static VOID
MdlUnload(
    PDRIVER_OBJECT DriverObject
    )
{
    UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\DosDevices\\WdmMdl");

    IoDeleteSymbolicLink(&link);
    IoDeleteDevice(DriverObject->DeviceObject);
}

static NTSTATUS
MdlComplete(
    PIRP Irp,
    NTSTATUS Status,
    ULONG_PTR Information
    )
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

//
// Sets the halves of a locked range, each through an MDL of its own.
//
static NTSTATUS
MdlFillHalves(
    PMDL Mdl,
    UCHAR Value
    )
{
    ULONG length = MmGetMdlByteCount(Mdl), half = length / 2;
    PUCHAR start = (PUCHAR)MmGetMdlVirtualAddress(Mdl);
    NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
    PVOID address;
    PMDL part;
    ULONG i;

    for (i = 0; i < 2; i++) {
        part = IoAllocateMdl(start + i * half, i == 0 ? half : length - half,
                             FALSE, FALSE, NULL);
        if (part == NULL) {
            return STATUS_INSUFFICIENT_RESOURCES;
        }
        IoBuildPartialMdl(Mdl, part, start + i * half, i == 0 ? half : 0);
        address = MmGetSystemAddressForMdlSafe(part, NormalPagePriority);
        if (address != NULL && MmGetMdlByteCount(part) == (i ? length - half : half)) {
            RtlFillMemory(address, MmGetMdlByteCount(part), (UCHAR)(Value + i));
            status = STATUS_SUCCESS;
        }
        MmPrepareMdlForReuse(part);
        IoFreeMdl(part);
    }
    return status;
}

static NTSTATUS
MdlLock(
    PVOID Address,
    ULONG Length,
    PIRP Irp,
    PMDL *Locked
    )
{
    NTSTATUS status = STATUS_SUCCESS;
    PMDL mdl = IoAllocateMdl(Address, Length, FALSE, FALSE, Irp);

    *Locked = NULL;
    if (mdl == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    __try {
        MmProbeAndLockPages(mdl, UserMode, IoWriteAccess);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        status = GetExceptionCode();
        if (Irp != NULL) {
            Irp->MdlAddress = NULL;
        }
        IoFreeMdl(mdl);
        return status;
    }
    *Locked = mdl;
    return status;
}

static VOID
MdlDpc(
    PKDPC Dpc,
    PVOID DeferredContext,
    PVOID SystemArgument1,
    PVOID SystemArgument2
    )
{
    PIRP irp = (PIRP)SystemArgument1;

    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(DeferredContext);
    UNREFERENCED_PARAMETER(SystemArgument2);
    RtlFillMemory(MmGetSystemAddressForMdlSafe(irp->MdlAddress, NormalPagePriority),
                  MmGetMdlByteCount(irp->MdlAddress), 'K');
    MdlComplete(irp, STATUS_SUCCESS, sizeof(MDL_REQUEST));
}

static NTSTATUS
MdlPool(
    VOID
    )
{
    PUCHAR pool = (PUCHAR)ExAllocatePoolZero(NonPagedPoolNx, 3000, 'ldMW');
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    PMDL mdl;

    if (pool == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    mdl = IoAllocateMdl(pool + 10, 2000, FALSE, FALSE, NULL);
    if (mdl != NULL) {
        MmBuildMdlForNonPagedPool(mdl);
        if (MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority) == pool + 10 &&
            MmGetMdlByteOffset(mdl) == BYTE_OFFSET(pool + 10) &&
            MdlFillHalves(mdl, 'p') == STATUS_SUCCESS &&
            pool[9] == 0 && pool[10] == 'p' && pool[1009] == 'p' &&
            pool[1010] == 'q' && pool[2009] == 'q' && pool[2010] == 0) {
            status = STATUS_SUCCESS;
        }
        IoFreeMdl(mdl);
    }
    ExFreePoolWithTag(pool, 'ldMW');
    return status;
}

static NTSTATUS
MdlMistake(
    PIRP Irp,
    ULONG Which
    )
{
    PMDL mdl = Irp->MdlAddress;

    switch (Which) {
    case 0:
        IoFreeMdl(mdl);                     // belongs to the request
        break;
    case 1:
        MmUnlockPages(mdl);                 // likewise
        break;
    case 2:
        mdl = IoAllocateMdl(Irp, 8, FALSE, FALSE, NULL);
        MmUnlockPages(mdl);                 // not locked
        IoFreeMdl(mdl);
        break;
    case 3:
        mdl = IoAllocateMdl(Irp, 8, FALSE, FALSE, NULL);
        MmProbeAndLockPages(mdl, KernelMode, IoReadAccess);
        IoFreeMdl(mdl);                     // locked
        break;
    case 4:
        mdl = IoAllocateMdl(Irp, 8, FALSE, FALSE, NULL);
        if (MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority) != NULL) {
            return STATUS_UNSUCCESSFUL;     // neither locked nor pool
        }
        IoFreeMdl(mdl);
        break;
    case 5:
        mdl = IoAllocateMdl(Irp, 8, FALSE, FALSE, NULL);
        __try {
            MmProbeAndLockPages(mdl, UserMode, IoReadAccess);   // no user's
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            IoFreeMdl(mdl);
            return STATUS_SUCCESS;
        }
        return STATUS_UNSUCCESSFUL;
    }
    return STATUS_SUCCESS;
}

static NTSTATUS
MdlControl(
    PIRP Irp,
    PIO_STACK_LOCATION IrpSp
    )
{
    MDL_REQUEST *request = (MDL_REQUEST *)Irp->AssociatedIrp.SystemBuffer;
    ULONG length = IrpSp->Parameters.DeviceIoControl.OutputBufferLength;
    NTSTATUS status;
    PMDL mdl;

    switch (IrpSp->Parameters.DeviceIoControl.IoControlCode) {
    case IOCTL_MDL_EMBEDDED:
        status = MdlLock((PVOID)(ULONG_PTR)request->Address, request->Length,
                         NULL, &mdl);
        if (NT_SUCCESS(status)) {
            status = MdlFillHalves(mdl, 'L');
            MmUnlockPages(mdl);
            IoFreeMdl(mdl);
        }
        request->Status = status;
        return MdlComplete(Irp, STATUS_SUCCESS, sizeof(*request));

    case IOCTL_MDL_KEPT:
        status = MdlLock((PVOID)(ULONG_PTR)request->Address, request->Length,
                         Irp, &mdl);
        request->Status = status;
        if (!NT_SUCCESS(status)) {
            return MdlComplete(Irp, STATUS_SUCCESS, sizeof(*request));
        }
        IoMarkIrpPending(Irp);
        KeInsertQueueDpc(&g_Dpc, Irp, NULL);
        return STATUS_PENDING;

    case IOCTL_MDL_NEITHER:
        status = MdlLock(Irp->UserBuffer, length, NULL, &mdl);
        if (NT_SUCCESS(status)) {
            status = MdlFillHalves(mdl, 'N');
            MmUnlockPages(mdl);
            IoFreeMdl(mdl);
        }
        return MdlComplete(Irp, status, 0);

    case IOCTL_MDL_POOL:
        return MdlComplete(Irp, MdlPool(), 0);

    case IOCTL_MDL_MISTAKE:
        return MdlComplete(Irp, MdlMistake(Irp, *(PULONG)
                                           Irp->AssociatedIrp.SystemBuffer), 0);
    default:
        return MdlComplete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
}

static NTSTATUS
MdlDispatch(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp
    )
{
    PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);

    UNREFERENCED_PARAMETER(DeviceObject);
    if (irpSp->MajorFunction != IRP_MJ_DEVICE_CONTROL) {
        return MdlComplete(Irp, STATUS_SUCCESS, 0);
    }
    return MdlControl(Irp, irpSp);
}
