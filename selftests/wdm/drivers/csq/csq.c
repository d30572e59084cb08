// SPDX-License-Identifier: GPL-2.0
/*++

    A cancel-safe queue, a system thread that serves it, a semaphore that counts
    what is in it, and a remove lock that unloading waits for.

--*/
#include <wdm.h>
#include "csq.h"

#define CSQ_TAG 'qsCW'

typedef struct _CSQ_EXTENSION {
    IO_CSQ Queue;
    IO_CSQ Named;
    LIST_ENTRY List;
    LIST_ENTRY NamedList;
    KSPIN_LOCK Lock;
    KSEMAPHORE Semaphore;
    KEVENT Go;
    IO_REMOVE_LOCK RemoveLock;
    PVOID Thread;
    BOOLEAN Stop;
    LONG Depth;
    IO_CSQ_IRP_CONTEXT Context;
} CSQ_EXTENSION, *PCSQ_EXTENSION;

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD CsqUnload;
static DRIVER_DISPATCH CsqCreateClose;
static DRIVER_DISPATCH CsqCleanup;
static DRIVER_DISPATCH CsqControl;
static KSTART_ROUTINE CsqThread;
static IO_CSQ_INSERT_IRP CsqInsert;
static IO_CSQ_INSERT_IRP_EX CsqInsertNamed;
static IO_CSQ_REMOVE_IRP CsqRemove;
static IO_CSQ_PEEK_NEXT_IRP CsqPeek;
static IO_CSQ_PEEK_NEXT_IRP CsqPeekNamed;
static IO_CSQ_ACQUIRE_LOCK CsqAcquire;
static IO_CSQ_RELEASE_LOCK CsqRelease;
static IO_CSQ_ACQUIRE_LOCK CsqAcquireNamed;
static IO_CSQ_RELEASE_LOCK CsqReleaseNamed;
static IO_CSQ_COMPLETE_CANCELED_IRP CsqCanceled;

static PCSQ_EXTENSION g_Extension;

NTSTATUS
DriverEntry(
    PDRIVER_OBJECT DriverObject,
    PUNICODE_STRING RegistryPath
    )
{
    DECLARE_CONST_UNICODE_STRING(name, L"\\Device\\WdmCsq");
    DECLARE_CONST_UNICODE_STRING(link, L"\\DosDevices\\WdmCsq");
    PCSQ_EXTENSION extension;
    PDEVICE_OBJECT device;
    HANDLE handle;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(RegistryPath);
    status = IoCreateDevice(DriverObject, sizeof(CSQ_EXTENSION),
                            (PUNICODE_STRING)&name, CSQ_TYPE, 0, FALSE, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    extension = (PCSQ_EXTENSION)device->DeviceExtension;
    g_Extension = extension;
    InitializeListHead(&extension->List);
    InitializeListHead(&extension->NamedList);
    KeInitializeSpinLock(&extension->Lock);
    KeInitializeSemaphore(&extension->Semaphore, 0, MAXLONG);
    KeInitializeEvent(&extension->Go, NotificationEvent, TRUE);
    IoInitializeRemoveLock(&extension->RemoveLock, CSQ_TAG, 0, 0);
    IoCsqInitialize(&extension->Queue, CsqInsert, CsqRemove, CsqPeek,
                    CsqAcquire, CsqRelease, CsqCanceled);
    IoCsqInitializeEx(&extension->Named, CsqInsertNamed, CsqRemove, CsqPeekNamed,
                      CsqAcquireNamed, CsqReleaseNamed, CsqCanceled);

    DriverObject->MajorFunction[IRP_MJ_CREATE] = CsqCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = CsqCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLEANUP] = CsqCleanup;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = CsqControl;
    DriverObject->DriverUnload = CsqUnload;

    status = IoCreateSymbolicLink((PUNICODE_STRING)&link, (PUNICODE_STRING)&name);
    if (!NT_SUCCESS(status)) {
        IoDeleteDevice(device);
        return status;
    }
    status = PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL,
                                  CsqThread, extension);
    if (!NT_SUCCESS(status)) {
        IoDeleteSymbolicLink((PUNICODE_STRING)&link);
        IoDeleteDevice(device);
        return status;
    }
    ObReferenceObjectByHandle(handle, THREAD_ALL_ACCESS, NULL, KernelMode,
                              &extension->Thread, NULL);
    ZwClose(handle);
    return STATUS_SUCCESS;
}

static VOID
CsqUnload(
    PDRIVER_OBJECT DriverObject
    )
{
    DECLARE_CONST_UNICODE_STRING(link, L"\\DosDevices\\WdmCsq");
    PCSQ_EXTENSION extension =
        (PCSQ_EXTENSION)DriverObject->DeviceObject->DeviceExtension;

    IoAcquireRemoveLock(&extension->RemoveLock, NULL);
    IoReleaseRemoveLockAndWait(&extension->RemoveLock, NULL);

    extension->Stop = TRUE;
    KeSetEvent(&extension->Go, IO_NO_INCREMENT, FALSE);
    KeReleaseSemaphore(&extension->Semaphore, SEMAPHORE_INCREMENT, 1, FALSE);
    KeWaitForSingleObject(extension->Thread, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(extension->Thread);

    IoDeleteSymbolicLink((PUNICODE_STRING)&link);
    IoDeleteDevice(DriverObject->DeviceObject);
}

static NTSTATUS
CsqComplete(
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
CsqCreateClose(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp
    )
{
    UNREFERENCED_PARAMETER(DeviceObject);
    return CsqComplete(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS
CsqCleanup(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp
    )
{
    PCSQ_EXTENSION extension = (PCSQ_EXTENSION)DeviceObject->DeviceExtension;
    PFILE_OBJECT file = IoGetCurrentIrpStackLocation(Irp)->FileObject;
    PIRP waiting;

    while ((waiting = IoCsqRemoveNextIrp(&extension->Queue, file)) != NULL) {
        CsqCanceled(&extension->Queue, waiting);
    }
    return CsqComplete(Irp, STATUS_SUCCESS, 0);
}

static VOID
CsqThread(
    PVOID Context
    )
{
    PCSQ_EXTENSION extension = (PCSQ_EXTENSION)Context;
    PVOID objects[2] = { &extension->Semaphore, &extension->Go };
    PIRP irp;

    KeSetPriorityThread(KeGetCurrentThread(), LOW_REALTIME_PRIORITY);
    for (;;) {
        KeWaitForMultipleObjects(2, objects, WaitAll, Executive, KernelMode,
                                 FALSE, NULL, NULL);
        if (extension->Stop) {
            break;
        }
        irp = IoCsqRemoveNextIrp(&extension->Queue, NULL);
        if (irp != NULL) {
            *(PULONG)irp->AssociatedIrp.SystemBuffer += 1;
            CsqComplete(irp, STATUS_SUCCESS, sizeof(ULONG));
            IoReleaseRemoveLock(&extension->RemoveLock, irp);
        }
    }
    PsTerminateSystemThread(STATUS_SUCCESS);
}

static VOID
CsqInsert(
    PIO_CSQ Csq,
    PIRP Irp
    )
{
    PCSQ_EXTENSION extension = CONTAINING_RECORD(Csq, CSQ_EXTENSION, Queue);

    InsertTailList(&extension->List, &Irp->Tail.Overlay.ListEntry);
    extension->Depth++;
}

static NTSTATUS
CsqInsertNamed(
    PIO_CSQ Csq,
    PIRP Irp,
    PVOID InsertContext
    )
{
    PCSQ_EXTENSION extension = CONTAINING_RECORD(Csq, CSQ_EXTENSION, Named);

    if (InsertContext != extension || !IsListEmpty(&extension->NamedList)) {
        return STATUS_DEVICE_BUSY | 0xC0000000;
    }
    InsertTailList(&extension->NamedList, &Irp->Tail.Overlay.ListEntry);
    extension->Depth++;
    return STATUS_SUCCESS;
}

static VOID
CsqRemove(
    PIO_CSQ Csq,
    PIRP Irp
    )
{
    UNREFERENCED_PARAMETER(Csq);
    RemoveEntryList(&Irp->Tail.Overlay.ListEntry);
    g_Extension->Depth--;
}

static PIRP
CsqPeekList(
    PLIST_ENTRY Head,
    PIRP Irp,
    PVOID PeekContext
    )
{
    PLIST_ENTRY entry;
    PIRP next;

    entry = Irp == NULL ? Head->Flink : Irp->Tail.Overlay.ListEntry.Flink;
    for (; entry != Head; entry = entry->Flink) {
        next = CONTAINING_RECORD(entry, IRP, Tail.Overlay.ListEntry);
        if (PeekContext == NULL ||
            IoGetCurrentIrpStackLocation(next)->FileObject == PeekContext) {
            return next;
        }
    }
    return NULL;
}

static PIRP
CsqPeek(
    PIO_CSQ Csq,
    PIRP Irp,
    PVOID PeekContext
    )
{
    return CsqPeekList(&CONTAINING_RECORD(Csq, CSQ_EXTENSION, Queue)->List,
                       Irp, PeekContext);
}

static PIRP
CsqPeekNamed(
    PIO_CSQ Csq,
    PIRP Irp,
    PVOID PeekContext
    )
{
    return CsqPeekList(&CONTAINING_RECORD(Csq, CSQ_EXTENSION, Named)->NamedList,
                       Irp, PeekContext);
}

static VOID
CsqAcquire(
    PIO_CSQ Csq,
    PKIRQL Irql
    )
{
    KeAcquireSpinLock(&CONTAINING_RECORD(Csq, CSQ_EXTENSION, Queue)->Lock, Irql);
}

static VOID
CsqRelease(
    PIO_CSQ Csq,
    KIRQL Irql
    )
{
    KeReleaseSpinLock(&CONTAINING_RECORD(Csq, CSQ_EXTENSION, Queue)->Lock, Irql);
}

static VOID
CsqAcquireNamed(
    PIO_CSQ Csq,
    PKIRQL Irql
    )
{
    KeAcquireSpinLock(&CONTAINING_RECORD(Csq, CSQ_EXTENSION, Named)->Lock, Irql);
}

static VOID
CsqReleaseNamed(
    PIO_CSQ Csq,
    KIRQL Irql
    )
{
    KeReleaseSpinLock(&CONTAINING_RECORD(Csq, CSQ_EXTENSION, Named)->Lock, Irql);
}

static VOID
CsqCanceled(
    PIO_CSQ Csq,
    PIRP Irp
    )
{
    UNREFERENCED_PARAMETER(Csq);
    CsqComplete(Irp, STATUS_CANCELLED, 0);
    IoReleaseRemoveLock(&g_Extension->RemoveLock, Irp);
}

static NTSTATUS
CsqQueueIrp(
    PCSQ_EXTENSION Extension,
    PIRP Irp,
    ULONG Code
    )
{
    NTSTATUS status = IoAcquireRemoveLock(&Extension->RemoveLock, Irp);

    if (!NT_SUCCESS(status)) {
        return CsqComplete(Irp, status, 0);
    }
    if (Code == IOCTL_CSQ_QUEUE) {
        IoCsqInsertIrp(&Extension->Queue, Irp, NULL);
        KeReleaseSemaphore(&Extension->Semaphore, IO_NO_INCREMENT, 1, FALSE);
        return STATUS_PENDING;
    }
    status = IoCsqInsertIrpEx(&Extension->Named, Irp, &Extension->Context,
                              Extension);
    if (!NT_SUCCESS(status)) {
        IoReleaseRemoveLock(&Extension->RemoveLock, Irp);
        return CsqComplete(Irp, status, 0);
    }
    return STATUS_PENDING;
}

static NTSTATUS
CsqTake(
    PCSQ_EXTENSION Extension,
    PIRP Irp
    )
{
    PIRP taken = IoCsqRemoveIrp(&Extension->Named, &Extension->Context);

    if (taken == NULL) {
        return CsqComplete(Irp, STATUS_NOT_FOUND, 0);
    }
    CsqComplete(taken, STATUS_SUCCESS, 0);
    IoReleaseRemoveLock(&Extension->RemoveLock, taken);
    return CsqComplete(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS
CsqControl(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp
    )
{
    PCSQ_EXTENSION extension = (PCSQ_EXTENSION)DeviceObject->DeviceExtension;
    PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);
    ULONG code = irpSp->Parameters.DeviceIoControl.IoControlCode;

    switch (code) {
    case IOCTL_CSQ_QUEUE:
        if (irpSp->Parameters.DeviceIoControl.InputBufferLength < sizeof(ULONG) ||
            irpSp->Parameters.DeviceIoControl.OutputBufferLength < sizeof(ULONG)) {
            return CsqComplete(Irp, STATUS_BUFFER_TOO_SMALL, 0);
        }
        return CsqQueueIrp(extension, Irp, code);

    case IOCTL_CSQ_CONTEXT:
        return CsqQueueIrp(extension, Irp, code);

    case IOCTL_CSQ_TAKE:
        return CsqTake(extension, Irp);

    case IOCTL_CSQ_HOLD:
        KeClearEvent(&extension->Go);
        return CsqComplete(Irp, STATUS_SUCCESS, 0);

    case IOCTL_CSQ_GO:
        KeSetEvent(&extension->Go, IO_NO_INCREMENT, FALSE);
        return CsqComplete(Irp, STATUS_SUCCESS, 0);

    case IOCTL_CSQ_DEPTH:
        *(PLONG)Irp->AssociatedIrp.SystemBuffer = extension->Depth;
        return CsqComplete(Irp, STATUS_SUCCESS, sizeof(LONG));

    default:
        return CsqComplete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
}
