/* SPDX-License-Identifier: GPL-2.0 */
/* Cases that a driver runs in the kernel: a line for each, 0 if it is right. */
#pragma once

#define CASES_TYPE 0x8020
#define IOCTL_RUN_CASES CTL_CODE(CASES_TYPE, 0x900, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define MAX_CASES 64

#ifdef NT_SUCCESS
typedef ULONG TEST_CASE(PDEVICE_OBJECT DeviceObject);

#define CHECK(e) do { if (!(e)) { return __LINE__; } } while (0)

static NTSTATUS
RunCases(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp,
    TEST_CASE * const *Cases,
    ULONG Count
    )
{
    PIO_STACK_LOCATION irpSp = IoGetCurrentIrpStackLocation(Irp);
    PULONG lines = (PULONG)Irp->AssociatedIrp.SystemBuffer;
    NTSTATUS status = STATUS_SUCCESS;
    ULONG i;

    Irp->IoStatus.Information = 0;
    if (irpSp->MajorFunction == IRP_MJ_DEVICE_CONTROL) {
        if (irpSp->Parameters.DeviceIoControl.OutputBufferLength <
            Count * sizeof(ULONG)) {
            status = STATUS_BUFFER_TOO_SMALL;
        } else {
            for (i = 0; i < Count; i++) {
                lines[i] = Cases[i](DeviceObject);
            }
            Irp->IoStatus.Information = Count * sizeof(ULONG);
        }
    }
    Irp->IoStatus.Status = status;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return status;
}
#endif
