// SPDX-License-Identifier: GPL-2.0
/*++

    A filter on top of the device that makes letters large: it skips some
    requests, has a completion routine for others, stops some of those and
    completes them in a work item.

--*/
#include <wdm.h>
#include "../ioctl/ioctl.h"
#include "filter.h"

typedef struct _FILTER_EXTENSION {
    PDEVICE_OBJECT Lower;
    FILTER_COUNTS Counts;
} FILTER_EXTENSION, *PFILTER_EXTENSION;

typedef struct _FILTER_WORK {
    PIO_WORKITEM Item;
    PIRP Irp;
} FILTER_WORK, *PFILTER_WORK;

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD FilterUnload;
static DRIVER_DISPATCH FilterPass;
static DRIVER_DISPATCH FilterControl;
static IO_COMPLETION_ROUTINE FilterCompletion;
static IO_COMPLETION_ROUTINE FilterStop;
static IO_WORKITEM_ROUTINE FilterWorkItem;

NTSTATUS
DriverEntry(
    PDRIVER_OBJECT DriverObject,
    PUNICODE_STRING RegistryPath
    )
{
    UNICODE_STRING target = RTL_CONSTANT_STRING(L"\\Device\\WdmUpper");
    PFILTER_EXTENSION extension;
    PDEVICE_OBJECT device, below;
    PFILE_OBJECT file;
    NTSTATUS status;
    ULONG i;

    UNREFERENCED_PARAMETER(RegistryPath);
    for (i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++) {
        DriverObject->MajorFunction[i] = FilterPass;
    }
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = FilterControl;
    DriverObject->DriverUnload = FilterUnload;

    status = IoGetDeviceObjectPointer(&target, FILE_READ_DATA, &file, &below);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = IoCreateDevice(DriverObject, sizeof(FILTER_EXTENSION), NULL,
                            below->DeviceType, below->Characteristics, FALSE,
                            &device);
    if (NT_SUCCESS(status)) {
        extension = (PFILTER_EXTENSION)device->DeviceExtension;
        status = IoAttachDeviceToDeviceStackSafe(device, below,
                                                 &extension->Lower);
        if (NT_SUCCESS(status)) {
            device->Flags |= below->Flags & (DO_BUFFERED_IO | DO_DIRECT_IO);
            device->Flags &= ~DO_DEVICE_INITIALIZING;
        } else {
            IoDeleteDevice(device);
        }
    }
    ObDereferenceObject(file);
    return status;
}

static VOID
FilterUnload(
    PDRIVER_OBJECT DriverObject
    )
{
    PFILTER_EXTENSION extension =
        (PFILTER_EXTENSION)DriverObject->DeviceObject->DeviceExtension;

    IoDetachDevice(extension->Lower);
    IoDeleteDevice(DriverObject->DeviceObject);
}

static NTSTATUS
FilterPass(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp
    )
{
    PFILTER_EXTENSION extension =
        (PFILTER_EXTENSION)DeviceObject->DeviceExtension;

    extension->Counts.Skipped++;
    IoSkipCurrentIrpStackLocation(Irp);
    return IoCallDriver(extension->Lower, Irp);
}

static NTSTATUS
FilterCompletion(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp,
    PVOID Context
    )
{
    PFILTER_EXTENSION extension =
        (PFILTER_EXTENSION)DeviceObject->DeviceExtension;

    if (Irp->PendingReturned) {
        IoMarkIrpPending(Irp);
    }
    if (Context == extension) {
        extension->Counts.Completed++;
    }
    return STATUS_CONTINUE_COMPLETION;
}

static VOID
FilterWorkItem(
    PDEVICE_OBJECT DeviceObject,
    PVOID Context
    )
{
    PFILTER_EXTENSION extension =
        (PFILTER_EXTENSION)DeviceObject->DeviceExtension;
    PFILTER_WORK work = (PFILTER_WORK)Context;
    PIRP irp = work->Irp;

    extension->Counts.InWorker++;
    *(PCHAR)MmGetSystemAddressForMdlSafe(irp->MdlAddress, NormalPagePriority) = '!';
    IoFreeWorkItem(work->Item);
    ExFreePool(work);
    IoCompleteRequest(irp, IO_NO_INCREMENT);
}

static NTSTATUS
FilterStop(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp,
    PVOID Context
    )
{
    PFILTER_EXTENSION extension =
        (PFILTER_EXTENSION)DeviceObject->DeviceExtension;
    PFILTER_WORK work = (PFILTER_WORK)Context;

    extension->Counts.Stopped++;
    IoQueueWorkItem(work->Item, FilterWorkItem, CriticalWorkQueue, work);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

static NTSTATUS
FilterOutDirect(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp
    )
{
    PFILTER_EXTENSION extension =
        (PFILTER_EXTENSION)DeviceObject->DeviceExtension;
    PFILTER_WORK work = (PFILTER_WORK)
        ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof(FILTER_WORK), 'liFW');

    if (work == NULL) {
        return FilterPass(DeviceObject, Irp);
    }
    work->Item = IoAllocateWorkItem(DeviceObject);
    work->Irp = Irp;
    if (work->Item == NULL) {
        ExFreePool(work);
        return FilterPass(DeviceObject, Irp);
    }
    IoMarkIrpPending(Irp);
    IoCopyCurrentIrpStackLocationToNext(Irp);
    IoSetCompletionRoutine(Irp, FilterStop, work, TRUE, TRUE, TRUE);
    IoCallDriver(extension->Lower, Irp);
    return STATUS_PENDING;
}

static NTSTATUS
FilterControl(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp
    )
{
    PFILTER_EXTENSION extension =
        (PFILTER_EXTENSION)DeviceObject->DeviceExtension;
    PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);

    switch (irpSp->Parameters.DeviceIoControl.IoControlCode) {
    case IOCTL_UPPER_BUFFERED:
        extension->Counts.Copied++;
        IoCopyCurrentIrpStackLocationToNext(Irp);
        IoSetCompletionRoutine(Irp, FilterCompletion, extension, TRUE, TRUE, TRUE);
        return IoCallDriver(extension->Lower, Irp);

    case IOCTL_UPPER_IN_DIRECT:
        //
        // Waits for the drivers below.
        //
        if (IoForwardIrpSynchronously(extension->Lower, Irp)) {
            NTSTATUS status = Irp->IoStatus.Status;

            Irp->IoStatus.Information += 1000;
            IoCompleteRequest(Irp, IO_NO_INCREMENT);
            return status;
        }
        return FilterPass(DeviceObject, Irp);

    case IOCTL_UPPER_OUT_DIRECT:
        return FilterOutDirect(DeviceObject, Irp);

    case IOCTL_FILTER_COUNTS:
        RtlCopyMemory(Irp->AssociatedIrp.SystemBuffer, &extension->Counts,
                      sizeof(FILTER_COUNTS));
        Irp->IoStatus.Status = STATUS_SUCCESS;
        Irp->IoStatus.Information = sizeof(FILTER_COUNTS);
        IoCompleteRequest(Irp, IO_NO_INCREMENT);
        return STATUS_SUCCESS;

    default:
        return FilterPass(DeviceObject, Irp);
    }
}
