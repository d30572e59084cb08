// SPDX-License-Identifier: GPL-2.0
/*++

    Each control code is a mistake.

--*/
#define DBG 1
#include <ntddk.h>
#include "bad.h"

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD BadUnload;
static DRIVER_DISPATCH BadDispatch;
static DRIVER_DISPATCH BadInternal;
static IO_COMPLETION_ROUTINE BadFree;
static KDEFERRED_ROUTINE BadRaiseDpc;
static KDEFERRED_ROUTINE BadTwiceDpc;
static DRIVER_CANCEL BadCancel;

static KDPC g_RaiseDpc, g_TwiceDpc;
static KEVENT g_Event;
static KSPIN_LOCK g_Lock;
static PDEVICE_OBJECT g_Device;
static LONG g_Parked;

NTSTATUS
DriverEntry(
    PDRIVER_OBJECT DriverObject,
    PUNICODE_STRING RegistryPath
    )
{
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\WdmBad");
    UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\DosDevices\\WdmBad");
    NTSTATUS status;

    UNREFERENCED_PARAMETER(RegistryPath);
    KeInitializeDpc(&g_RaiseDpc, BadRaiseDpc, NULL);
    KeInitializeDpc(&g_TwiceDpc, BadTwiceDpc, NULL);
    KeInitializeEvent(&g_Event, SynchronizationEvent, FALSE);
    KeInitializeSpinLock(&g_Lock);
    DriverObject->MajorFunction[IRP_MJ_CREATE] = BadDispatch;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = BadDispatch;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = BadDispatch;
    DriverObject->MajorFunction[IRP_MJ_INTERNAL_DEVICE_CONTROL] = BadInternal;
    DriverObject->DriverUnload = BadUnload;
    status = IoCreateDevice(DriverObject, 0, &name, BAD_TYPE, 0, FALSE, &g_Device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    return IoCreateSymbolicLink(&link, &name);
}

static VOID
BadUnload(
    PDRIVER_OBJECT DriverObject
    )
{
    UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\DosDevices\\WdmBad");

    IoDeleteSymbolicLink(&link);
    IoDeleteDevice(DriverObject->DeviceObject);
}

static VOID
BadRaiseDpc(
    PKDPC Dpc,
    PVOID DeferredContext,
    PVOID SystemArgument1,
    PVOID SystemArgument2
    )
{
    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(DeferredContext);
    UNREFERENCED_PARAMETER(SystemArgument1);
    UNREFERENCED_PARAMETER(SystemArgument2);
    KeSetEvent(&g_Event, IO_NO_INCREMENT, FALSE);
    ExRaiseStatus(STATUS_UNSUCCESSFUL);
}

static VOID
BadTwiceDpc(
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
    irp->IoStatus.Status = STATUS_SUCCESS;
    irp->IoStatus.Information = 0;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    IoCompleteRequest(irp, IO_NO_INCREMENT);
}

static VOID
BadCancel(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp
    )
{
    UNREFERENCED_PARAMETER(DeviceObject);
    g_Parked = 0;
    Irp->IoStatus.Status = STATUS_CANCELLED;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);    // with the cancel lock
}

static NTSTATUS
BadGoOn(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp,
    PVOID Context
    )
{
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    UNREFERENCED_PARAMETER(Context);
    return STATUS_SUCCESS;
}

static VOID
BadWork(
    PDEVICE_OBJECT DeviceObject,
    PVOID Context
    )
{
    UNREFERENCED_PARAMETER(DeviceObject);
    KeWaitForSingleObject(Context, Executive, KernelMode, FALSE, NULL);
}

static VOID
BadTwoWorkItems(
    VOID
    )
{
    PIO_WORKITEM item = IoAllocateWorkItem(g_Device);
    LARGE_INTEGER soon;
    KEVENT event;

    KeInitializeEvent(&event, NotificationEvent, FALSE);
    IoQueueWorkItem(item, BadWork, DelayedWorkQueue, &event);
    IoQueueWorkItem(item, BadWork, DelayedWorkQueue, &event);
    IoQueueWorkItem(item, BadWork, DelayedWorkQueue, &event);
    soon.QuadPart = -10000 * 100;
    KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
    KeDelayExecutionThread(KernelMode, FALSE, &soon);
    IoFreeWorkItem(item);
}

static VOID
BadMade(
    VOID
    )
{
    PIRP irp = IoAllocateIrp(g_Device->StackSize, FALSE);
    PIO_STACK_LOCATION irpSp = IoGetNextIrpStackLocation(irp);

    irpSp->MajorFunction = IRP_MJ_READ;
    IoSetCompletionRoutine(irp, BadGoOn, NULL, TRUE, TRUE, TRUE);
    IoCallDriver(g_Device, irp);
    IoFreeIrp(irp);
}

/* Completes what was sent, and raises; the sender has freed it by then. */
static NTSTATUS
BadInternal(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp
    )
{
    UNREFERENCED_PARAMETER(DeviceObject);
    Irp->IoStatus.Status = STATUS_SUCCESS;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    ExRaiseStatus(STATUS_DEVICE_DATA_ERROR);
    return STATUS_SUCCESS;
}

static NTSTATUS
BadFree(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp,
    PVOID Context
    )
{
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Context);
    IoFreeIrp(Irp);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

static NTSTATUS
BadSendInternal(
    VOID
    )
{
    PIRP irp = IoAllocateIrp(g_Device->StackSize, FALSE);

    if (irp == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    IoGetNextIrpStackLocation(irp)->MajorFunction =
        IRP_MJ_INTERNAL_DEVICE_CONTROL;
    IoSetCompletionRoutine(irp, BadFree, NULL, TRUE, TRUE, TRUE);
    return IoCallDriver(g_Device, irp);
}

static VOID
BadFreeMade(
    VOID
    )
{
    PIRP irp = IoAllocateIrp(1, FALSE);

    if (irp != NULL) {
        IoFreeIrp(irp);
        IoFreeIrp(irp);
        IoReuseIrp(irp, STATUS_SUCCESS);
    }
}

//
// What is returned ends the request.
//
static NTSTATUS
BadSmall(
    ULONG Which
    )
{
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\WdmBad");
    PDEVICE_OBJECT device;
    LARGE_INTEGER second;
    FAST_MUTEX mutex;
    ULONG zero[16];
    KIRQL irql;
    PVOID p;

    second.QuadPart = -10000000;
    switch (Which) {
    case BadRaiseInDpc:
        KeInsertQueueDpc(&g_RaiseDpc, NULL, NULL);
        KeWaitForSingleObject(&g_Event, Executive, KernelMode, FALSE, NULL);
        KeFlushQueuedDpcs();
        break;
    case BadRaiseWithLock:
        KeAcquireSpinLock(&g_Lock, &irql);
        ExRaiseStatus(STATUS_DEVICE_DATA_ERROR);
    case BadWaitAtDispatch:
        KeAcquireSpinLock(&g_Lock, &irql);
        KeWaitForSingleObject(&g_Event, Executive, KernelMode, FALSE, NULL);
        KeDelayExecutionThread(KernelMode, FALSE, &second);
        KeReleaseSpinLock(&g_Lock, irql);
        break;
    case BadPagedAtDispatch:
        KeAcquireSpinLock(&g_Lock, &irql);
        PAGED_CODE();
        KeReleaseSpinLock(&g_Lock, irql);
        break;
    case BadMadeNotStopped:
        BadMade();
        break;
    case BadObject:
        RtlZeroMemory(zero, sizeof(zero));
        KeSetEvent((PKEVENT)zero, IO_NO_INCREMENT, FALSE);
        return KeWaitForSingleObject(zero, Executive, KernelMode, FALSE, NULL) ==
               STATUS_INVALID_PARAMETER ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
    case BadPoolTwice:
        RtlZeroMemory(zero, sizeof(zero));
        ExFreePool(zero + 12);              // nothing that was allocated
        ExFreePool(NULL);
        break;
    case BadPoolTag:
        p = ExAllocatePoolWithTag(NonPagedPoolNx, 16, 'daBA');
        ExFreePoolWithTag(p, 'daBB');
        break;
    case BadFastMutex:
        ExInitializeFastMutex(&mutex);
        ExReleaseFastMutex(&mutex);
        break;
    case BadWorkItemTwice:
        BadTwoWorkItems();
        break;
    case BadBugCheck:
        KeBugCheckEx(0xdead, 1, 2, 3, 4);
    case BadAssert:
        ASSERT(1 + 1 == 3);
        break;
    case BadRaiseFreed:
        return BadSendInternal() == STATUS_DEVICE_DATA_ERROR ?
               STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
    case BadFreeTwice:
        BadFreeMade();
        break;
    case BadSameName:
        return IoCreateDevice(g_Device->DriverObject, 0, &name, BAD_TYPE, 0,
                              FALSE, &device);
    case BadDeleteTwice:
        IoCreateDevice(g_Device->DriverObject, 0, NULL, BAD_TYPE, 0, FALSE, &device);
        ObReferenceObject(device);
        IoDeleteDevice(device);
        IoDeleteDevice(device);
        ObDereferenceObject(device);
        break;
    default:
        return STATUS_INVALID_DEVICE_REQUEST;
    }
    return STATUS_SUCCESS;
}

static NTSTATUS
BadDispatch(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp
    )
{
    PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);
    ULONG which = (irpSp->Parameters.DeviceIoControl.IoControlCode >> 2 & 0xfff) -
                  0x900;
    NTSTATUS status = STATUS_SUCCESS;
    KIRQL irql;

    UNREFERENCED_PARAMETER(DeviceObject);
    Irp->IoStatus.Information = 0;
    if (irpSp->MajorFunction != IRP_MJ_DEVICE_CONTROL) {
        Irp->IoStatus.Status = STATUS_SUCCESS;
        IoCompleteRequest(Irp, IO_NO_INCREMENT);
        return STATUS_SUCCESS;
    }
    Irp->IoStatus.Status = STATUS_SUCCESS;
    switch (which) {
    case BadCompleteTwice:
        IoCompleteRequest(Irp, IO_NO_INCREMENT);
        break;
    case BadCompleteTwiceLater:
        IoMarkIrpPending(Irp);
        KeInsertQueueDpc(&g_TwiceDpc, Irp, NULL);
        return STATUS_PENDING;
    case BadPendingUnmarked:
        IoCompleteRequest(Irp, IO_NO_INCREMENT);
        return STATUS_PENDING;
    case BadNotCompleted:
        return STATUS_SUCCESS;
    case BadCancelRoutineLeft:
        IoSetCancelRoutine(Irp, BadCancel);
        break;
    case BadCancelLockKept:
        IoMarkIrpPending(Irp);
        IoSetCancelRoutine(Irp, BadCancel);
        g_Parked = 1;
        return STATUS_PENDING;
    case BadParked:
        Irp->IoStatus.Information = g_Parked;
        break;
    case BadSpinLockLeft:
        KeAcquireSpinLock(&g_Lock, &irql);
        break;
    case BadIrqlLeft:
        KeRaiseIrqlToDpcLevel();
        break;
    case BadNoLocation:
        IoCopyCurrentIrpStackLocationToNext(Irp);
        return IoCallDriver(g_Device, Irp);
    case BadReuse:
        IoReuseIrp(Irp, STATUS_UNSUCCESSFUL);
        IoFreeIrp(Irp);
        break;
    case BadTooMuch:
        Irp->IoStatus.Information = 1000000;
        break;
    default:
        status = BadSmall(which);
        break;
    }
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
}
