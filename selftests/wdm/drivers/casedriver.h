/* SPDX-License-Identifier: GPL-2.0 */
/* The rest of a driver that is nothing but cases: define CASES_NAME before. */
#pragma once

static DRIVER_DISPATCH CasesDispatch;
static DRIVER_UNLOAD CasesUnload;

#define CASES_WIDE_(x) L##x
#define CASES_WIDE(x) CASES_WIDE_(x)

static NTSTATUS
CasesDispatch(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp
    )
{
    return RunCases(DeviceObject, Irp, g_Cases, RTL_NUMBER_OF(g_Cases));
}

NTSTATUS
DriverEntry(
    PDRIVER_OBJECT DriverObject,
    PUNICODE_STRING RegistryPath
    )
{
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\" CASES_WIDE(CASES_NAME));
    UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\DosDevices\\" CASES_WIDE(CASES_NAME));
    PDEVICE_OBJECT device;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(RegistryPath);
    DriverObject->MajorFunction[IRP_MJ_CREATE] = CasesDispatch;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = CasesDispatch;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = CasesDispatch;
    DriverObject->DriverUnload = CasesUnload;
    status = IoCreateDevice(DriverObject, 0, &name, CASES_TYPE, 0, FALSE, &device);
    if (NT_SUCCESS(status)) {
        status = IoCreateSymbolicLink(&link, &name);
    }
    return status;
}

static VOID
CasesUnload(
    PDRIVER_OBJECT DriverObject
    )
{
    UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\DosDevices\\" CASES_WIDE(CASES_NAME));

    IoDeleteSymbolicLink(&link);
    IoDeleteDevice(DriverObject->DeviceObject);
}
