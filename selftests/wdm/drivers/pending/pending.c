// SPDX-License-Identifier: GPL-2.0
/*++

    Requests that wait, in the older style: a list under the cancel spin lock,
    a cancel routine that releases that lock, a timer whose DPC completes.

--*/
#include <ntddk.h>
#include "pending.h"

typedef struct _PENDING_EXTENSION {
    LIST_ENTRY Waiting;                 // under the cancel spin lock
    ULONG Count;                        // likewise
    KSPIN_LOCK Lock;
    ULONG Cancelled;                    // under Lock
    PFILE_OBJECT Kept;
    PIRP Timed;
    KTIMER Timer;
    KDPC TimerDpc;
    KDPC FillDpc;
} PENDING_EXTENSION, *PPENDING_EXTENSION;

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD PendingUnload;
static DRIVER_DISPATCH PendingCreateClose;
static DRIVER_DISPATCH PendingCleanup;
static DRIVER_DISPATCH PendingControl;
static DRIVER_CANCEL PendingCancel;
static KDEFERRED_ROUTINE PendingTimerDpc;
static KDEFERRED_ROUTINE PendingFillDpc;

NTSTATUS
DriverEntry(
    PDRIVER_OBJECT DriverObject,
    PUNICODE_STRING RegistryPath
    )
{
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\WdmPending");
    UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\DosDevices\\WdmPending");
    PPENDING_EXTENSION extension;
    PDEVICE_OBJECT device;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(RegistryPath);
    status = IoCreateDevice(DriverObject, sizeof(PENDING_EXTENSION), &name,
                            PENDING_TYPE, 0, FALSE, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    extension = (PPENDING_EXTENSION)device->DeviceExtension;
    InitializeListHead(&extension->Waiting);
    KeInitializeSpinLock(&extension->Lock);
    KeInitializeTimer(&extension->Timer);
    KeInitializeDpc(&extension->TimerDpc, PendingTimerDpc, device);
    KeInitializeDpc(&extension->FillDpc, PendingFillDpc, device);

    DriverObject->MajorFunction[IRP_MJ_CREATE] = PendingCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = PendingCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLEANUP] = PendingCleanup;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = PendingControl;
    DriverObject->DriverUnload = PendingUnload;
    status = IoCreateSymbolicLink(&link, &name);
    if (!NT_SUCCESS(status)) {
        IoDeleteDevice(device);
    }
    return status;
}

static VOID
PendingUnload(
    PDRIVER_OBJECT DriverObject
    )
{
    UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\DosDevices\\WdmPending");
    PPENDING_EXTENSION extension =
        (PPENDING_EXTENSION)DriverObject->DeviceObject->DeviceExtension;

    KeCancelTimer(&extension->Timer);
    KeFlushQueuedDpcs();
    IoDeleteSymbolicLink(&link);
    IoDeleteDevice(DriverObject->DeviceObject);
}

static NTSTATUS
PendingComplete(
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

static NTSTATUS
PendingCreateClose(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp
    )
{
    UNREFERENCED_PARAMETER(DeviceObject);
    return PendingComplete(Irp, STATUS_SUCCESS, 0);
}

//
// Called with the cancel spin lock held; goes on at its IRQL with another.
//
static VOID
PendingCancel(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp
    )
{
    PPENDING_EXTENSION extension =
        (PPENDING_EXTENSION)DeviceObject->DeviceExtension;
    KIRQL irql = Irp->CancelIrql;

    RemoveEntryList(&Irp->Tail.Overlay.ListEntry);
    extension->Count--;
    IoReleaseCancelSpinLock(DISPATCH_LEVEL);
    KeAcquireSpinLockAtDpcLevel(&extension->Lock);
    extension->Cancelled++;
    KeReleaseSpinLock(&extension->Lock, irql);
    PendingComplete(Irp, STATUS_CANCELLED, 0);
}

static NTSTATUS
PendingInsert(
    PPENDING_EXTENSION Extension,
    PIRP Irp
    )
{
    KIRQL irql;

    IoAcquireCancelSpinLock(&irql);
    if (Irp->Cancel) {
        IoReleaseCancelSpinLock(irql);
        return PendingComplete(Irp, STATUS_CANCELLED, 0);
    }
    IoMarkIrpPending(Irp);
    IoSetCancelRoutine(Irp, PendingCancel);
    InsertTailList(&Extension->Waiting, &Irp->Tail.Overlay.ListEntry);
    Extension->Count++;
    IoReleaseCancelSpinLock(irql);
    return STATUS_PENDING;
}

//
// The first of a file, or of any. The routine is taken out under the lock, so
// it has not been called.
//
static PIRP
PendingRemove(
    PPENDING_EXTENSION Extension,
    PFILE_OBJECT FileObject
    )
{
    PLIST_ENTRY entry;
    PIRP irp = NULL, found = NULL;
    KIRQL irql;

    IoAcquireCancelSpinLock(&irql);
    for (entry = Extension->Waiting.Flink; entry != &Extension->Waiting;
         entry = entry->Flink) {
        irp = CONTAINING_RECORD(entry, IRP, Tail.Overlay.ListEntry);
        if (FileObject == NULL ||
            IoGetCurrentIrpStackLocation(irp)->FileObject == FileObject) {
            IoSetCancelRoutine(irp, NULL);
            RemoveEntryList(entry);
            Extension->Count--;
            found = irp;
            break;
        }
    }
    IoReleaseCancelSpinLock(irql);
    return found;
}

static NTSTATUS
PendingCleanup(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp
    )
{
    PPENDING_EXTENSION extension =
        (PPENDING_EXTENSION)DeviceObject->DeviceExtension;
    PFILE_OBJECT file = IoGetCurrentIrpStackLocation(Irp)->FileObject;
    PIRP waiting;

    while ((waiting = PendingRemove(extension, file)) != NULL) {
        PendingComplete(waiting, STATUS_CANCELLED, 0);
    }
    return PendingComplete(Irp, STATUS_SUCCESS, 0);
}

static VOID
PendingTimerDpc(
    PKDPC Dpc,
    PVOID DeferredContext,
    PVOID SystemArgument1,
    PVOID SystemArgument2
    )
{
    PPENDING_EXTENSION extension = (PPENDING_EXTENSION)
        ((PDEVICE_OBJECT)DeferredContext)->DeviceExtension;
    PIRP irp;

    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(SystemArgument1);
    UNREFERENCED_PARAMETER(SystemArgument2);
    irp = (PIRP)InterlockedExchangePointer((PVOID *)&extension->Timed, NULL);
    if (irp != NULL) {
        PendingComplete(irp, STATUS_SUCCESS, sizeof(ULONG));
    }
}

//
// What is behind the first byte, by an MDL of its own.
//
static BOOLEAN
PendingFillRest(
    PMDL Mdl,
    ULONG Length,
    UCHAR Byte
    )
{
    PUCHAR address = (PUCHAR)MmGetMdlVirtualAddress(Mdl) + 1;
    PUCHAR out;
    PMDL rest;

    if (Length == 0) {
        return TRUE;
    }
    rest = IoAllocateMdl(address, Length, FALSE, FALSE, NULL);
    if (rest == NULL) {
        return FALSE;
    }
    IoBuildPartialMdl(Mdl, rest, address, Length);
    out = (PUCHAR)MmGetSystemAddressForMdlSafe(rest, NormalPagePriority);
    if (out != NULL) {
        RtlFillMemory(out, Length, Byte);
    }
    IoFreeMdl(rest);
    return out != NULL;
}

//
// At DISPATCH_LEVEL the pages are mapped already.
//
static VOID
PendingFillDpc(
    PKDPC Dpc,
    PVOID DeferredContext,
    PVOID SystemArgument1,
    PVOID SystemArgument2
    )
{
    PIRP irp = (PIRP)SystemArgument1;
    PPENDING_EXTENSION extension = (PPENDING_EXTENSION)
        ((PDEVICE_OBJECT)DeferredContext)->DeviceExtension;
    PUCHAR out = (PUCHAR)MmGetSystemAddressForMdlSafe(irp->MdlAddress,
                                                      NormalPagePriority);
    ULONG length = MmGetMdlByteCount(irp->MdlAddress);
    UCHAR byte = (UCHAR)(ULONG_PTR)SystemArgument2;
    BOOLEAN right;

    UNREFERENCED_PARAMETER(Dpc);
    KeAcquireSpinLockAtDpcLevel(&extension->Lock);
    right = out != NULL && KeGetCurrentIrql() == DISPATCH_LEVEL;
    if (right) {
        out[0] = byte;
        right = PendingFillRest(irp->MdlAddress, length - 1, byte);
    }
    KeReleaseSpinLockFromDpcLevel(&extension->Lock);
    if (right) {
        PendingComplete(irp, STATUS_SUCCESS, length);
    } else {
        PendingComplete(irp, STATUS_INSUFFICIENT_RESOURCES, 0);
    }
}

static NTSTATUS
PendingWait(
    PPENDING_EXTENSION Extension,
    PIRP Irp
    )
{
    LARGE_INTEGER due;

    due.QuadPart = Int32x32To64(*(PULONG)Irp->AssociatedIrp.SystemBuffer, -10000);
    IoMarkIrpPending(Irp);
    if (InterlockedCompareExchangePointer((PVOID *)&Extension->Timed, Irp,
                                          NULL) != NULL) {
        PendingComplete(Irp, STATUS_DEVICE_BUSY, 0);
        return STATUS_PENDING;
    }
    KeSetTimer(&Extension->Timer, due, &Extension->TimerDpc);
    return STATUS_PENDING;
}

static NTSTATUS
PendingControl(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp
    )
{
    PPENDING_EXTENSION extension =
        (PPENDING_EXTENSION)DeviceObject->DeviceExtension;
    PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);
    PIRP waiting;
    KIRQL irql;

    switch (irpSp->Parameters.DeviceIoControl.IoControlCode) {
    case IOCTL_PENDING_WAIT:
        if (irpSp->Parameters.DeviceIoControl.InputBufferLength < sizeof(ULONG)) {
            return PendingComplete(Irp, STATUS_BUFFER_TOO_SMALL, 0);
        }
        return PendingWait(extension, Irp);

    case IOCTL_PENDING_FOREVER:
        return PendingInsert(extension, Irp);

    case IOCTL_PENDING_COUNT:
        IoAcquireCancelSpinLock(&irql);
        *(PULONG)Irp->AssociatedIrp.SystemBuffer = extension->Count;
        IoReleaseCancelSpinLock(irql);
        return PendingComplete(Irp, STATUS_SUCCESS, sizeof(ULONG));

    case IOCTL_PENDING_ANSWER:
        waiting = PendingRemove(extension, NULL);
        if (waiting == NULL) {
            return PendingComplete(Irp, STATUS_NO_MORE_ENTRIES, 0);
        }
        PendingComplete(waiting, STATUS_SUCCESS, 0);
        return PendingComplete(Irp, STATUS_SUCCESS, 0);

    case IOCTL_PENDING_FILL:
        if (Irp->MdlAddress == NULL) {
            return PendingComplete(Irp, STATUS_INVALID_PARAMETER, 0);
        }
        KeAcquireSpinLock(&extension->Lock, &irql);
        IoMarkIrpPending(Irp);
        KeInsertQueueDpc(&extension->FillDpc, Irp, (PVOID)(ULONG_PTR)'F');
        KeReleaseSpinLock(&extension->Lock, irql);
        return STATUS_PENDING;

    case IOCTL_PENDING_KEEP:
        extension->Kept = irpSp->FileObject;
        ObReferenceObject(extension->Kept);
        return PendingComplete(Irp, STATUS_SUCCESS, 0);

    case IOCTL_PENDING_DROP:
        if (extension->Kept->DeviceObject != DeviceObject) {
            return PendingComplete(Irp, STATUS_UNSUCCESSFUL, 0);
        }
        ObDereferenceObject(extension->Kept);
        return PendingComplete(Irp, STATUS_SUCCESS, 0);

    default:
        return PendingComplete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
}
