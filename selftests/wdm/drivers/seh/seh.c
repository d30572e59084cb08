// SPDX-License-Identifier: GPL-2.0
/*++

    Structured exceptions: in a dispatch routine, a work item, a system thread;
    and those that nothing handles.

--*/
#include <wdm.h>
#include "seh.h"

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD SehUnload;
static DRIVER_DISPATCH SehCreateClose;
static DRIVER_DISPATCH SehDeviceControl;
static IO_WORKITEM_ROUTINE SehWorkItem;
static KSTART_ROUTINE SehThread;

typedef struct _SEH_RUN {
    KEVENT Done;
    PULONG Lines;
    ULONG Count;
} SEH_RUN, *PSEH_RUN;

static KEVENT g_Gate;
static LONG g_Waiting;

NTSTATUS
DriverEntry(
    PDRIVER_OBJECT DriverObject,
    PUNICODE_STRING RegistryPath
    )
{
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\WdmSeh");
    UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\??\\WdmSeh");
    PDEVICE_OBJECT device;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(RegistryPath);
    KeInitializeEvent(&g_Gate, NotificationEvent, FALSE);
    status = IoCreateDevice(DriverObject, 0, &name, SEH_TYPE, 0, FALSE, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    DriverObject->MajorFunction[IRP_MJ_CREATE] = SehCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = SehCreateClose;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = SehDeviceControl;
    DriverObject->DriverUnload = SehUnload;
    return IoCreateSymbolicLink(&link, &name);
}

static VOID
SehUnload(
    PDRIVER_OBJECT DriverObject
    )
{
    UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\??\\WdmSeh");

    IoDeleteSymbolicLink(&link);
    IoDeleteDevice(DriverObject->DeviceObject);
}

static NTSTATUS
SehCreateClose(
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

static VOID
SehWorkItem(
    PDEVICE_OBJECT DeviceObject,
    PVOID Context
    )
{
    PSEH_RUN run = (PSEH_RUN)Context;

    UNREFERENCED_PARAMETER(DeviceObject);
    run->Count = RunBlocksInC(run->Lines);
    KeSetEvent(&run->Done, IO_NO_INCREMENT, FALSE);
}

static VOID
SehThread(
    PVOID Context
    )
{
    PSEH_RUN run = (PSEH_RUN)Context;

    run->Count = RunBlocksInCpp(run->Lines);
    KeSetEvent(&run->Done, IO_NO_INCREMENT, FALSE);
    __try {
        PsTerminateSystemThread(STATUS_SUCCESS);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        run->Count = 0;
    }
}

static ULONG
SehInWorker(
    PDEVICE_OBJECT DeviceObject,
    PULONG Lines
    )
{
    PIO_WORKITEM item = IoAllocateWorkItem(DeviceObject);
    SEH_RUN run;

    if (item == NULL) {
        return 0;
    }
    KeInitializeEvent(&run.Done, NotificationEvent, FALSE);
    run.Lines = Lines;
    IoQueueWorkItem(item, SehWorkItem, DelayedWorkQueue, &run);
    KeWaitForSingleObject(&run.Done, Executive, KernelMode, FALSE, NULL);
    IoFreeWorkItem(item);
    return run.Count;
}

static ULONG
SehInThread(
    PULONG Lines
    )
{
    SEH_RUN run;
    HANDLE handle;
    PVOID thread;

    KeInitializeEvent(&run.Done, NotificationEvent, FALSE);
    run.Lines = Lines;
    if (!NT_SUCCESS(PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL,
                                         NULL, SehThread, &run))) {
        return 0;
    }
    ObReferenceObjectByHandle(handle, THREAD_ALL_ACCESS, *PsThreadType,
                              KernelMode, &thread, NULL);
    ZwClose(handle);
    KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(thread);
    return run.Count;
}

//
// The request raises in a block of its own driver, which must not see it.
//
static ULONG
SehThroughRequest(
    PDEVICE_OBJECT DeviceObject,
    PULONG Lines
    )
{
    IO_STATUS_BLOCK iosb;
    KEVENT event;
    PIRP irp;

    KeInitializeEvent(&event, NotificationEvent, FALSE);
    irp = IoBuildDeviceIoControlRequest(IOCTL_SEH_UNHANDLED, DeviceObject, NULL,
                                        0, NULL, 0, FALSE, &event, &iosb);
    if (irp == NULL) {
        return 0;
    }
    Lines[0] = 1;
    __try {
        iosb.Status = IoCallDriver(DeviceObject, irp);
        Lines[0] = iosb.Status == STATUS_DEVICE_DATA_ERROR ? 0 : 2;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Lines[0] = 3;
    }
    return 1;
}

//
// Many threads are in a block at once, each with its own.
//
static NTSTATUS
SehMeet(
    PIRP Irp,
    ULONG Code,
    ULONG OutLength
    )
{
    PULONG number = (PULONG)Irp->AssociatedIrp.SystemBuffer;

    if (OutLength < sizeof(ULONG)) {
        return STATUS_BUFFER_TOO_SMALL;
    }
    Irp->IoStatus.Information = sizeof(ULONG);
    switch (Code) {
    case IOCTL_SEH_GO:
        KeSetEvent(&g_Gate, IO_NO_INCREMENT, FALSE);
        return STATUS_SUCCESS;
    case IOCTL_SEH_WAITING:
        *number = g_Waiting;
        return STATUS_SUCCESS;
    }
    InterlockedIncrement(&g_Waiting);
    __try {
        KeWaitForSingleObject(&g_Gate, Executive, UserMode, FALSE, NULL);
        ExRaiseStatus(*(PNTSTATUS)number);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        *number = ~GetExceptionCode();
    }
    InterlockedDecrement(&g_Waiting);
    return STATUS_SUCCESS;
}

static NTSTATUS
SehDeviceControl(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp
    )
{
    PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);
    PULONG lines = (PULONG)Irp->AssociatedIrp.SystemBuffer;
    NTSTATUS status = STATUS_SUCCESS;
    ULONG count = 0;

    if (irpSp->Parameters.DeviceIoControl.IoControlCode == IOCTL_SEH_UNHANDLED) {
        ExRaiseStatus(STATUS_DEVICE_DATA_ERROR);
    }
    if (irpSp->Parameters.DeviceIoControl.IoControlCode == IOCTL_SEH_LEAVE_OUTSIDE) {
        __leave;
    }
    switch (irpSp->Parameters.DeviceIoControl.IoControlCode) {
    case IOCTL_SEH_MEET:
    case IOCTL_SEH_GO:
    case IOCTL_SEH_WAITING:
        Irp->IoStatus.Information = 0;
        status = SehMeet(Irp, irpSp->Parameters.DeviceIoControl.IoControlCode,
                         irpSp->Parameters.DeviceIoControl.OutputBufferLength);
        Irp->IoStatus.Status = status;
        IoCompleteRequest(Irp, IO_NO_INCREMENT);
        return status;
    }
    if (irpSp->Parameters.DeviceIoControl.OutputBufferLength <
        SEH_MAX_CASES * sizeof(ULONG)) {
        status = STATUS_BUFFER_TOO_SMALL;
        goto Done;
    }
    switch (irpSp->Parameters.DeviceIoControl.IoControlCode) {
    case IOCTL_SEH_IN_C:
        count = RunBlocksInC(lines);
        break;
    case IOCTL_SEH_IN_CPP:
        count = RunBlocksInCpp(lines);
        break;
    case IOCTL_SEH_IN_WORKER:
        count = SehInWorker(DeviceObject, lines);
        break;
    case IOCTL_SEH_IN_THREAD:
        count = SehInThread(lines);
        break;
    case IOCTL_SEH_THROUGH_REQUEST:
        count = SehThroughRequest(DeviceObject, lines);
        break;
    case IOCTL_SEH_CONTINUE:
        __try {
            ExRaiseStatus(STATUS_UNSUCCESSFUL);
        } __except (EXCEPTION_CONTINUE_EXECUTION) {
            count = 1;
        }
        break;
    default:
        status = STATUS_INVALID_DEVICE_REQUEST;
        break;
    }

Done:
    Irp->IoStatus.Status = status;
    Irp->IoStatus.Information = count * sizeof(ULONG);
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
}
