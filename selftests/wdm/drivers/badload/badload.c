// SPDX-License-Identifier: GPL-2.0
/*++

    DriverEntry fails after it has made a device, a link, and more.

--*/
#include <ntddk.h>

DRIVER_INITIALIZE DriverEntry;

NTSTATUS
DriverEntry(
    PDRIVER_OBJECT DriverObject,
    PUNICODE_STRING RegistryPath
    )
{
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\WdmBadLoad");
    UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\DosDevices\\WdmBadLoad");
    PDEVICE_OBJECT device;

    UNREFERENCED_PARAMETER(RegistryPath);
    IoCreateDevice(DriverObject, 64, &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
    IoCreateSymbolicLink(&link, &name);
    return STATUS_DEVICE_NOT_CONNECTED;
}
