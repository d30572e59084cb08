// SPDX-License-Identifier: GPL-2.0
/*++

    DriverUnload leaves everything behind.

--*/
#include <ntddk.h>

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD BadUnload;

static KTIMER g_Timer;
static KDPC g_Dpc;
static KTIMER g_TimerAgain;
static KDPC g_DpcAgain;
static LONG g_Sum;

static VOID
BadDpc(
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
}

/* Runs nearly always, and sets its timer again at its end. */
static VOID
BadDpcAgain(
    PKDPC Dpc,
    PVOID DeferredContext,
    PVOID SystemArgument1,
    PVOID SystemArgument2
    )
{
    LARGE_INTEGER due;

    UNREFERENCED_PARAMETER(DeferredContext);
    UNREFERENCED_PARAMETER(SystemArgument1);
    UNREFERENCED_PARAMETER(SystemArgument2);
    KeStallExecutionProcessor(3000);
    due.QuadPart = -10000;
    KeSetTimer(&g_TimerAgain, due, Dpc);
}

static VOID
BadThread(
    PVOID Context
    )
{
    LARGE_INTEGER while_;

    UNREFERENCED_PARAMETER(Context);
    while_.QuadPart = -10000 * 1000;
    KeDelayExecutionThread(KernelMode, FALSE, &while_);
}

static VOID
BadCallback(
    PVOID CallbackContext,
    PVOID Argument1,
    PVOID Argument2
    )
{
    UNREFERENCED_PARAMETER(CallbackContext);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
}

NTSTATUS
DriverEntry(
    PDRIVER_OBJECT DriverObject,
    PUNICODE_STRING RegistryPath
    )
{
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\WdmBadUnload");
    UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\DosDevices\\WdmBadUnload");
    UNICODE_STRING callback = RTL_CONSTANT_STRING(L"\\Callback\\WdmBad");
    OBJECT_ATTRIBUTES attributes;
    PCALLBACK_OBJECT object;
    PDEVICE_OBJECT device;
    LARGE_INTEGER due;
    ULONG i;

    UNREFERENCED_PARAMETER(RegistryPath);
    IoCreateDevice(DriverObject, 64, &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
    IoCreateSymbolicLink(&link, &name);
    for (i = 0; i < 3; i++) {
        ExAllocatePoolWithTag(NonPagedPoolNx, 100, 'kaeL');
    }
    ExAllocatePoolWithTag(PagedPool, 5000, 'etsW');
    InitializeObjectAttributes(&attributes, &callback, 0, NULL, NULL);
    ExCreateCallback(&object, &attributes, TRUE, TRUE);
    ExRegisterCallback(object, BadCallback, &g_Sum);
    KeInitializeDpc(&g_Dpc, BadDpc, NULL);
    KeInitializeTimer(&g_Timer);
    due.QuadPart = -10000;
    KeSetTimerEx(&g_Timer, due, 1, &g_Dpc);
    KeInitializeDpc(&g_DpcAgain, BadDpcAgain, NULL);
    KeInitializeTimer(&g_TimerAgain);
    KeSetTimer(&g_TimerAgain, due, &g_DpcAgain);
    DriverObject->DriverUnload = BadUnload;
    return STATUS_SUCCESS;
}

static VOID
BadUnload(
    PDRIVER_OBJECT DriverObject
    )
{
    HANDLE handle;

    UNREFERENCED_PARAMETER(DriverObject);
    PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, BadThread,
                         NULL);
    ZwClose(handle);
}
