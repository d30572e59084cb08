// SPDX-License-Identifier: GPL-2.0
/*++

    Callers that meet each other: at a resource, which they take alone or with
    others, and in a callback that is unregistered meanwhile; or a DPC, which
    interrupts them anywhere.

--*/
#include <ntddk.h>
#include "races.h"

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD RacesUnload;
static DRIVER_DISPATCH RacesCreateClose;
static DRIVER_DISPATCH RacesControl;

static ERESOURCE g_Resource;
static LONG g_Alone;
static LONG g_Shared;

static PCALLBACK_OBJECT g_Callback;
static PVOID g_Registration;
static LONG g_Running;
static LONG g_Came;
static volatile LONG g_LetGo;

static KTIMER g_Timer;
static KDPC g_Dpc;
static LONG g_Ticks;

static VOID
RacesCallback(
    PVOID CallbackContext,
    PVOID Argument1,
    PVOID Argument2
    )
{
    LONG turn = InterlockedIncrement(&g_Came);
    LARGE_INTEGER time;

    UNREFERENCED_PARAMETER(CallbackContext);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
    InterlockedIncrement(&g_Running);
    time.QuadPart = -10000;
    while (g_LetGo < turn) {
        KeDelayExecutionThread(KernelMode, FALSE, &time);
    }
    InterlockedDecrement(&g_Running);
}

static VOID
RacesDpc(
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
    InterlockedIncrement(&g_Ticks);
}

static VOID
RacesTick(
    VOID
    )
{
    LARGE_INTEGER due;

    due.QuadPart = -10000;
    KeSetTimerEx(&g_Timer, due, 1, &g_Dpc);
}

static VOID
RacesStop(
    VOID
    )
{
    KeCancelTimer(&g_Timer);
    KeRemoveQueueDpc(&g_Dpc);
    KeFlushQueuedDpcs();
}

/* STATUS_SUCCESS: the exception came to where it is handled. */
static NTSTATUS
RacesRaise(
    VOID
    )
{
    volatile NTSTATUS status = STATUS_UNSUCCESSFUL;

    __try {
        ExRaiseStatus(STATUS_DEVICE_DATA_ERROR);
    } __except (GetExceptionCode() == STATUS_DEVICE_DATA_ERROR ?
                EXCEPTION_EXECUTE_HANDLER : EXCEPTION_CONTINUE_SEARCH) {
        status = STATUS_SUCCESS;
    }
    return status;
}

static NTSTATUS
RacesMakeCallback(
    VOID
    )
{
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Callback\\WdmRaces");
    OBJECT_ATTRIBUTES attributes;
    NTSTATUS status;

    InitializeObjectAttributes(&attributes, &name, 0, NULL, NULL);
    status = ExCreateCallback(&g_Callback, &attributes, TRUE, TRUE);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    g_Registration = ExRegisterCallback(g_Callback, RacesCallback, NULL);
    return g_Registration == NULL ? STATUS_INSUFFICIENT_RESOURCES :
                                    STATUS_SUCCESS;
}

/* What it returns: how often the callback runs after. */
static ULONG
RacesUnregister(
    VOID
    )
{
    PVOID registration;

    registration = InterlockedExchangePointer(&g_Registration, NULL);
    if (registration != NULL) {
        ExUnregisterCallback(registration);
    }
    return g_Running;
}

NTSTATUS
DriverEntry(
    PDRIVER_OBJECT DriverObject,
    PUNICODE_STRING RegistryPath
    )
{
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\WdmRaces");
    UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\DosDevices\\WdmRaces");
    PDEVICE_OBJECT device;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(RegistryPath);
    status = RacesMakeCallback();
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = IoCreateDevice(DriverObject, 0, &name, RACES_TYPE, 0, FALSE,
                            &device);
    if (!NT_SUCCESS(status)) {
        RacesUnregister();
        return status;
    }
    ExInitializeResourceLite(&g_Resource);
    KeInitializeTimer(&g_Timer);
    KeInitializeDpc(&g_Dpc, RacesDpc, NULL);
    DriverObject->MajorFunction[IRP_MJ_CREATE] = RacesCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = RacesCreateClose;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = RacesControl;
    DriverObject->DriverUnload = RacesUnload;
    return IoCreateSymbolicLink(&link, &name);
}

static VOID
RacesUnload(
    PDRIVER_OBJECT DriverObject
    )
{
    UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\DosDevices\\WdmRaces");

    RacesStop();
    RacesUnregister();
    ObDereferenceObject(g_Callback);
    IoDeleteSymbolicLink(&link);
    IoDeleteDevice(DriverObject->DeviceObject);
    ExDeleteResourceLite(&g_Resource);
}

static NTSTATUS
RacesComplete(
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
RacesCreateClose(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp
    )
{
    UNREFERENCED_PARAMETER(DeviceObject);
    return RacesComplete(Irp, STATUS_SUCCESS, 0);
}

/* TRUE: nobody else was there who should not be. */
static BOOLEAN
RacesAlone(
    VOID
    )
{
    BOOLEAN good;

    ExAcquireResourceExclusiveLite(&g_Resource, TRUE);
    good = InterlockedIncrement(&g_Alone) == 1 && g_Shared == 0;
    KeStallExecutionProcessor(10);
    InterlockedDecrement(&g_Alone);
    ExReleaseResourceLite(&g_Resource);
    return good;
}

static BOOLEAN
RacesShared(
    VOID
    )
{
    BOOLEAN good;

    ExAcquireResourceSharedLite(&g_Resource, TRUE);
    InterlockedIncrement(&g_Shared);
    good = g_Alone == 0;
    KeStallExecutionProcessor(10);
    InterlockedDecrement(&g_Shared);
    ExReleaseResourceLite(&g_Resource);
    return good;
}

static NTSTATUS
RacesTake(
    BOOLEAN Alone,
    ULONG Count
    )
{
    BOOLEAN good = TRUE;

    KeEnterCriticalRegion();
    for (; Count != 0; Count--) {
        if (!(Alone ? RacesAlone() : RacesShared())) {
            good = FALSE;
        }
    }
    KeLeaveCriticalRegion();
    return good ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
}

static NTSTATUS
RacesControl(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp
    )
{
    PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);
    ULONG code = irpSp->Parameters.DeviceIoControl.IoControlCode;
    PULONG number = (PULONG)Irp->AssociatedIrp.SystemBuffer;

    UNREFERENCED_PARAMETER(DeviceObject);
    if (irpSp->Parameters.DeviceIoControl.InputBufferLength < sizeof(ULONG) ||
        irpSp->Parameters.DeviceIoControl.OutputBufferLength < sizeof(ULONG)) {
        return RacesComplete(Irp, STATUS_INVALID_PARAMETER, 0);
    }
    switch (code) {
    case IOCTL_RACES_ALONE:
    case IOCTL_RACES_SHARED:
        return RacesComplete(Irp, RacesTake(code == IOCTL_RACES_ALONE, *number),
                             0);
    case IOCTL_RACES_NOTIFY:
        ExNotifyCallback(g_Callback, NULL, NULL);
        return RacesComplete(Irp, STATUS_SUCCESS, 0);
    case IOCTL_RACES_RUNNING:
        *number = g_Running;
        return RacesComplete(Irp, STATUS_SUCCESS, sizeof(ULONG));
    case IOCTL_RACES_TICK:
        RacesTick();
        return RacesComplete(Irp, STATUS_SUCCESS, 0);
    case IOCTL_RACES_STOP:
        RacesStop();
        *number = g_Ticks;
        return RacesComplete(Irp, STATUS_SUCCESS, sizeof(ULONG));
    case IOCTL_RACES_RAISE:
        return RacesComplete(Irp, RacesRaise(), 0);
    case IOCTL_RACES_LET_GO:
        InterlockedIncrement(&g_LetGo);
        return RacesComplete(Irp, STATUS_SUCCESS, 0);
    case IOCTL_RACES_UNREGISTER:
        *number = RacesUnregister();
        return RacesComplete(Irp, STATUS_SUCCESS, sizeof(ULONG));
    default:
        return RacesComplete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
}
