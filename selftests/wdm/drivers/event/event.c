// SPDX-License-Identifier: GPL-2.0
/*++

    Tells a program by an event that it made: referenced by its handle, set in a
    DPC when a timer is due, dereferenced in cleanup. Each open file has its own
    context.

--*/
#include <ntddk.h>
#include "event.h"

#define EVENT_TAG 'tvEW'

typedef struct _FILE_CONTEXT {
    PKEVENT Event;
    KTIMER Timer;
    KDPC Dpc;
} FILE_CONTEXT, *PFILE_CONTEXT;

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD EventUnload;
static DRIVER_DISPATCH EventCreate;
static DRIVER_DISPATCH EventCleanup;
static DRIVER_DISPATCH EventClose;
static DRIVER_DISPATCH EventControl;
static KDEFERRED_ROUTINE EventDpc;

static LONG g_Files;

NTSTATUS
DriverEntry(
    PDRIVER_OBJECT DriverObject,
    PUNICODE_STRING RegistryPath
    )
{
    UNICODE_STRING name, link;
    PDEVICE_OBJECT device;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(RegistryPath);
    RtlInitUnicodeString(&name, L"\\Device\\WdmEvent");
    RtlInitUnicodeString(&link, L"\\DosDevices\\Global\\WdmEvent");
    status = IoCreateDevice(DriverObject, 0, &name, EVENT_TYPE_DEVICE, 0, FALSE,
                            &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    DriverObject->MajorFunction[IRP_MJ_CREATE] = EventCreate;
    DriverObject->MajorFunction[IRP_MJ_CLEANUP] = EventCleanup;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = EventClose;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = EventControl;
    DriverObject->DriverUnload = EventUnload;
    device->Flags |= DO_BUFFERED_IO;
    return IoCreateSymbolicLink(&link, &name);
}

static VOID
EventUnload(
    PDRIVER_OBJECT DriverObject
    )
{
    UNICODE_STRING link;

    RtlInitUnicodeString(&link, L"\\DosDevices\\Global\\WdmEvent");
    IoDeleteSymbolicLink(&link);
    IoDeleteDevice(DriverObject->DeviceObject);
}

static NTSTATUS
EventComplete(
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
EventCreate(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp
    )
{
    PFILE_OBJECT file = IoGetCurrentIrpStackLocation(Irp)->FileObject;
    PFILE_CONTEXT context;

    UNREFERENCED_PARAMETER(DeviceObject);
    context = (PFILE_CONTEXT)ExAllocatePool2(POOL_FLAG_NON_PAGED,
                                             sizeof(FILE_CONTEXT), EVENT_TAG);
    if (context == NULL) {
        return EventComplete(Irp, STATUS_INSUFFICIENT_RESOURCES, 0);
    }
    KeInitializeTimerEx(&context->Timer, SynchronizationTimer);
    KeInitializeDpc(&context->Dpc, EventDpc, context);
    file->FsContext = context;
    InterlockedIncrement(&g_Files);
    return EventComplete(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS
EventCleanup(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp
    )
{
    PFILE_CONTEXT context = (PFILE_CONTEXT)
        IoGetCurrentIrpStackLocation(Irp)->FileObject->FsContext;
    PKEVENT event;

    UNREFERENCED_PARAMETER(DeviceObject);
    KeCancelTimer(&context->Timer);
    KeRemoveQueueDpc(&context->Dpc);
    KeFlushQueuedDpcs();
    event = (PKEVENT)InterlockedExchangePointer((PVOID *)&context->Event, NULL);
    if (event != NULL) {
        ObDereferenceObject(event);
    }
    return EventComplete(Irp, STATUS_SUCCESS, 0);
}

static NTSTATUS
EventClose(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp
    )
{
    PFILE_OBJECT file = IoGetCurrentIrpStackLocation(Irp)->FileObject;

    UNREFERENCED_PARAMETER(DeviceObject);
    ExFreePoolWithTag(file->FsContext, EVENT_TAG);
    file->FsContext = NULL;
    InterlockedDecrement(&g_Files);
    return EventComplete(Irp, STATUS_SUCCESS, 0);
}

static VOID
EventDpc(
    PKDPC Dpc,
    PVOID DeferredContext,
    PVOID SystemArgument1,
    PVOID SystemArgument2
    )
{
    PFILE_CONTEXT context = (PFILE_CONTEXT)DeferredContext;

    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(SystemArgument1);
    UNREFERENCED_PARAMETER(SystemArgument2);
    if (context->Event != NULL) {
        KeSetEvent(context->Event, EVENT_INCREMENT, FALSE);
    }
}

static NTSTATUS
EventSetLater(
    PFILE_CONTEXT Context,
    EVENT_REQUEST *Request
    )
{
    LARGE_INTEGER due;
    PKEVENT event;
    NTSTATUS status;

    if (Context->Event != NULL) {
        return STATUS_INVALID_DEVICE_STATE;
    }
    status = ObReferenceObjectByHandle((HANDLE)(ULONG_PTR)Request->Handle,
                                       SYNCHRONIZE | EVENT_MODIFY_STATE,
                                       *ExEventObjectType, UserMode,
                                       (PVOID *)&event, NULL);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    Context->Event = event;
    due.QuadPart = -10000LL * Request->Milliseconds;
    KeSetTimerEx(&Context->Timer, due, 0, &Context->Dpc);
    return STATUS_SUCCESS;
}

static NTSTATUS
EventControl(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp
    )
{
    PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);
    PFILE_CONTEXT context = (PFILE_CONTEXT)irpSp->FileObject->FsContext;

    UNREFERENCED_PARAMETER(DeviceObject);
    switch (irpSp->Parameters.DeviceIoControl.IoControlCode) {
    case IOCTL_EVENT_SET_LATER:
        if (irpSp->Parameters.DeviceIoControl.InputBufferLength <
            sizeof(EVENT_REQUEST)) {
            return EventComplete(Irp, STATUS_INVALID_PARAMETER, 0);
        }
        return EventComplete(Irp, EventSetLater(context, (EVENT_REQUEST *)
                                 Irp->AssociatedIrp.SystemBuffer), 0);
    case IOCTL_EVENT_COUNT:
        *(PLONG)Irp->AssociatedIrp.SystemBuffer = g_Files;
        return EventComplete(Irp, STATUS_SUCCESS, sizeof(LONG));
    default:
        return EventComplete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
}
