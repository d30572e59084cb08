// SPDX-License-Identifier: GPL-2.0
/*++

    Requests that a driver makes: by each function that builds one, sent to the
    driver that makes letters large and to the one whose requests wait.

--*/
#include <ntddk.h>
#include "../ioctl/ioctl.h"
#include "../pending/pending.h"
#include "../cases.h"

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD MadeUnload;
static DRIVER_DISPATCH MadeDispatch;
static DRIVER_DISPATCH MadePass;

static PFILE_OBJECT g_UpperFile, g_PendingFile;
static PDEVICE_OBJECT g_Upper, g_Pending;

static ULONG
Control(
    PDEVICE_OBJECT Device,
    ULONG Code,
    PVOID In,
    ULONG InLength,
    PVOID Out,
    ULONG OutLength,
    PIO_STATUS_BLOCK Iosb
    )
{
    KEVENT event;
    PIRP irp;

    KeInitializeEvent(&event, NotificationEvent, FALSE);
    irp = IoBuildDeviceIoControlRequest(Code, Device, In, InLength, Out,
                                        OutLength, FALSE, &event, Iosb);
    if (irp == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    if (IoCallDriver(Device, irp) == STATUS_PENDING) {
        KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    }
    return Iosb->Status;
}

static ULONG
Buffered(
    PDEVICE_OBJECT DeviceObject
    )
{
    CHAR in[] = "buffered", out[16] = "";
    IO_STATUS_BLOCK iosb;

    UNREFERENCED_PARAMETER(DeviceObject);
    CHECK(Control(g_Upper, IOCTL_UPPER_BUFFERED, in, sizeof(in), out,
                  sizeof(out), &iosb) == STATUS_SUCCESS);
    CHECK(iosb.Information == sizeof(in));
    CHECK(!strcmp(out, "BUFFERED") && !strcmp(in, "buffered"));
    CHECK((NTSTATUS)Control(g_Upper, IOCTL_UPPER_BUFFERED, in, sizeof(in), out,
                            2, &iosb) == STATUS_BUFFER_TOO_SMALL);
    return 0;
}

static ULONG
Direct(
    PDEVICE_OBJECT DeviceObject
    )
{
    CHAR in[] = "direct", out[16] = "";
    IO_STATUS_BLOCK iosb;

    UNREFERENCED_PARAMETER(DeviceObject);
    CHECK(Control(g_Upper, IOCTL_UPPER_OUT_DIRECT, in, sizeof(in), out,
                  sizeof(out), &iosb) == STATUS_SUCCESS);
    CHECK(!strcmp(out, "DIRECT"));
    CHECK(Control(g_Upper, IOCTL_UPPER_IN_DIRECT, in, sizeof(in), in,
                  sizeof(in), &iosb) == STATUS_SUCCESS);
    CHECK(iosb.Information == sizeof(in));
    return 0;
}

//
// Pends; the event is set when it has ended.
//
static ULONG
Waiting(
    PDEVICE_OBJECT DeviceObject
    )
{
    IO_STATUS_BLOCK iosb;
    ULONG milliseconds = 5, answer = 0;

    UNREFERENCED_PARAMETER(DeviceObject);
    CHECK(Control(g_Pending, IOCTL_PENDING_WAIT, &milliseconds,
                  sizeof(milliseconds), &answer, sizeof(answer), &iosb) ==
          STATUS_SUCCESS);
    CHECK(answer == 5);
    return 0;
}

static NTSTATUS
MadeCompletion(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp,
    PVOID Context
    )
{
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

//
// One that is allocated, filled in by hand, cancelled, used again, and freed.
//
static ULONG
Allocated(
    PDEVICE_OBJECT DeviceObject
    )
{
    PIRP irp = IoAllocateIrp((CCHAR)(g_Pending->StackSize + 1), FALSE);
    PIO_STACK_LOCATION irpSp;
    LARGE_INTEGER soon;
    KEVENT event;
    ULONG round;

    UNREFERENCED_PARAMETER(DeviceObject);
    CHECK(irp != NULL);
    for (round = 0; round < 2; round++) {
        KeInitializeEvent(&event, SynchronizationEvent, FALSE);
        irpSp = IoGetNextIrpStackLocation(irp);
        irpSp->MajorFunction = IRP_MJ_DEVICE_CONTROL;
        irpSp->Parameters.DeviceIoControl.IoControlCode = IOCTL_PENDING_FOREVER;
        irpSp->FileObject = g_PendingFile;
        IoSetCompletionRoutine(irp, MadeCompletion, &event, TRUE, TRUE, TRUE);
        CHECK(IoCallDriver(g_Pending, irp) == STATUS_PENDING);
        soon.QuadPart = 0;
        CHECK(KeWaitForSingleObject(&event, Executive, KernelMode, FALSE,
                                    &soon) == STATUS_TIMEOUT);
        CHECK(IoCancelIrp(irp));
        KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
        CHECK(irp->IoStatus.Status == STATUS_CANCELLED && irp->Cancel);
        CHECK(!IoCancelIrp(irp));
        IoReuseIrp(irp, STATUS_SUCCESS);
        CHECK(!irp->Cancel);
    }
    IoFreeIrp(irp);
    return 0;
}

static NTSTATUS
MadeFree(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp,
    PVOID Context
    )
{
    UNREFERENCED_PARAMETER(DeviceObject);
    *Irp->UserIosb = Irp->IoStatus;
    IoFreeIrp(Irp);
    KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

//
// The completion routine frees it.
//
static ULONG
Asynchronous(
    PDEVICE_OBJECT DeviceObject
    )
{
    IO_STATUS_BLOCK iosb;
    LARGE_INTEGER offset;
    KEVENT event;
    UCHAR data[8];
    PIRP irp;

    UNREFERENCED_PARAMETER(DeviceObject);
    offset.QuadPart = 0;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    irp = IoBuildAsynchronousFsdRequest(IRP_MJ_READ, g_Upper, data, sizeof(data),
                                        &offset, &iosb);
    CHECK(irp != NULL);
    IoSetCompletionRoutine(irp, MadeFree, &event, TRUE, TRUE, TRUE);
    IoCallDriver(g_Upper, irp);
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    CHECK(iosb.Status == STATUS_INVALID_DEVICE_REQUEST);
    return 0;
}

static ULONG
Synchronous(
    PDEVICE_OBJECT DeviceObject
    )
{
    IO_STATUS_BLOCK iosb;
    LARGE_INTEGER offset;
    KEVENT event;
    UCHAR data[8] = "";
    PIRP irp;

    UNREFERENCED_PARAMETER(DeviceObject);
    offset.QuadPart = 0;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    irp = IoBuildSynchronousFsdRequest(IRP_MJ_WRITE, g_Upper, data, sizeof(data),
                                       &offset, &event, &iosb);
    CHECK(irp != NULL);
    CHECK(IoCallDriver(g_Upper, irp) == STATUS_INVALID_DEVICE_REQUEST);
    CHECK(iosb.Status == STATUS_INVALID_DEVICE_REQUEST);
    return 0;
}

static ULONG
Names(
    PDEVICE_OBJECT DeviceObject
    )
{
    UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\DosDevices\\WdmUpper");
    UNICODE_STRING none = RTL_CONSTANT_STRING(L"\\Device\\WdmNone");
    PDEVICE_OBJECT device;
    PFILE_OBJECT file;

    UNREFERENCED_PARAMETER(DeviceObject);
    CHECK(IoGetDeviceObjectPointer(&none, FILE_READ_DATA, &file, &device) ==
          STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK(NT_SUCCESS(IoGetDeviceObjectPointer(&link, FILE_READ_DATA, &file,
                                              &device)));
    CHECK(device == g_Upper);
    CHECK(IoGetRelatedDeviceObject(file) == g_Upper);
    CHECK(IoGetAttachedDeviceReference(device) == device);
    ObDereferenceObject(device);
    ObReferenceObject(file);
    ObDereferenceObject(file);
    ObDereferenceObject(file);
    return 0;
}

static NTSTATUS
MadePended(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp,
    PVOID Context
    )
{
    UNREFERENCED_PARAMETER(DeviceObject);
    Irp->IoStatus.Information = Irp->PendingReturned;
    KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

//
// By way of this driver, which has no completion routine: that the one below
// pended is told to the one above.
//
static ULONG
PendedBelow(
    PDEVICE_OBJECT DeviceObject
    )
{
    PIRP irp = IoAllocateIrp((CCHAR)(g_Pending->StackSize + 1), FALSE);
    PIO_STACK_LOCATION irpSp;
    KEVENT event;

    CHECK(irp != NULL);
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    irpSp = IoGetNextIrpStackLocation(irp);
    irpSp->MajorFunction = IRP_MJ_INTERNAL_DEVICE_CONTROL;
    irpSp->Parameters.DeviceIoControl.IoControlCode = IOCTL_PENDING_FOREVER;
    irpSp->FileObject = g_PendingFile;
    IoSetCompletionRoutine(irp, MadePended, &event, TRUE, TRUE, TRUE);
    CHECK(IoCallDriver(DeviceObject, irp) == STATUS_PENDING);
    CHECK(IoCancelIrp(irp));
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    CHECK(irp->IoStatus.Status == STATUS_CANCELLED);
    CHECK(irp->IoStatus.Information == TRUE);
    IoFreeIrp(irp);
    return 0;
}

//
// What the driver above has set for its own location is not the next one's.
//
static ULONG
Copied(
    PDEVICE_OBJECT DeviceObject
    )
{
    PIO_STACK_LOCATION irpSp, next;
    PIRP irp = IoAllocateIrp(3, FALSE);

    CHECK(irp != NULL);
    irpSp = IoGetNextIrpStackLocation(irp);
    irpSp->MajorFunction = IRP_MJ_DEVICE_CONTROL;
    irpSp->MinorFunction = 7;
    irpSp->Flags = 3;
    irpSp->Parameters.DeviceIoControl.IoControlCode = IOCTL_UPPER_BUFFERED;
    irpSp->FileObject = g_UpperFile;
    irpSp->DeviceObject = DeviceObject;
    IoSetCompletionRoutine(irp, MadeCompletion, &irp, TRUE, TRUE, TRUE);
    IoSetNextIrpStackLocation(irp);
    IoMarkIrpPending(irp);
    next = IoGetNextIrpStackLocation(irp);
    IoCopyCurrentIrpStackLocationToNext(irp);
    CHECK(next == irpSp - 1 && irpSp->Control != 0);
    CHECK(next->MajorFunction == IRP_MJ_DEVICE_CONTROL);
    CHECK(next->MinorFunction == 7 && next->Flags == 3);
    CHECK(next->Parameters.DeviceIoControl.IoControlCode == IOCTL_UPPER_BUFFERED);
    CHECK(next->FileObject == g_UpperFile);
    CHECK(next->Control == 0);
    CHECK(next->CompletionRoutine == NULL && next->Context == NULL);
    IoFreeIrp(irp);
    return 0;
}

static TEST_CASE * const g_Cases[] = {
    Buffered, Direct, Waiting, Allocated, Asynchronous, Synchronous, Names,
    PendedBelow, Copied,
};

NTSTATUS
DriverEntry(
    PDRIVER_OBJECT DriverObject,
    PUNICODE_STRING RegistryPath
    )
{
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\WdmMade");
    UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\DosDevices\\WdmMade");
    UNICODE_STRING upper = RTL_CONSTANT_STRING(L"\\Device\\WdmUpper");
    UNICODE_STRING pending = RTL_CONSTANT_STRING(L"\\Device\\WdmPending");
    PDEVICE_OBJECT device;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(RegistryPath);
    status = IoGetDeviceObjectPointer(&upper, FILE_READ_DATA, &g_UpperFile,
                                      &g_Upper);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = IoGetDeviceObjectPointer(&pending, FILE_READ_DATA, &g_PendingFile,
                                      &g_Pending);
    if (!NT_SUCCESS(status)) {
        ObDereferenceObject(g_UpperFile);
        return status;
    }
    status = IoCreateDevice(DriverObject, 0, &name, CASES_TYPE, 0, FALSE, &device);
    if (NT_SUCCESS(status)) {
        status = IoCreateSymbolicLink(&link, &name);
    }
    DriverObject->MajorFunction[IRP_MJ_CREATE] = MadeDispatch;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = MadeDispatch;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = MadeDispatch;
    DriverObject->MajorFunction[IRP_MJ_INTERNAL_DEVICE_CONTROL] = MadePass;
    DriverObject->DriverUnload = MadeUnload;
    return status;
}

static VOID
MadeUnload(
    PDRIVER_OBJECT DriverObject
    )
{
    UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\DosDevices\\WdmMade");

    ObDereferenceObject(g_UpperFile);
    ObDereferenceObject(g_PendingFile);
    IoDeleteSymbolicLink(&link);
    IoDeleteDevice(DriverObject->DeviceObject);
}

static NTSTATUS
MadeDispatch(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp
    )
{
    return RunCases(DeviceObject, Irp, g_Cases, RTL_NUMBER_OF(g_Cases));
}

static NTSTATUS
MadePass(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp
    )
{
    UNREFERENCED_PARAMETER(DeviceObject);
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoGetNextIrpStackLocation(Irp)->MajorFunction = IRP_MJ_DEVICE_CONTROL;
    return IoCallDriver(g_Pending, Irp);
}
