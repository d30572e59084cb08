// SPDX-License-Identifier: GPL-2.0
/*++

    What drivers wait for and lock with, case by case.

--*/
#define DBG 1
#include <ntddk.h>
#include "../cases.h"

#define MS(n) (-10000LL * (n))

static LARGE_INTEGER
Relative(
    LONGLONG Time
    )
{
    LARGE_INTEGER time;

    time.QuadPart = Time;
    return time;
}

static NTSTATUS
WaitFor(
    PVOID Object,
    LONGLONG Time
    )
{
    LARGE_INTEGER time = Relative(Time);

    return KeWaitForSingleObject(Object, Executive, KernelMode, FALSE, &time);
}

static ULONG
Events(
    PDEVICE_OBJECT DeviceObject
    )
{
    KEVENT manual, automatic;

    UNREFERENCED_PARAMETER(DeviceObject);
    KeInitializeEvent(&manual, NotificationEvent, FALSE);
    KeInitializeEvent(&automatic, SynchronizationEvent, TRUE);
    CHECK(WaitFor(&manual, 0) == STATUS_TIMEOUT);
    CHECK(KeSetEvent(&manual, IO_NO_INCREMENT, FALSE) == 0);
    CHECK(KeSetEvent(&manual, IO_NO_INCREMENT, FALSE) != 0);
    CHECK(WaitFor(&manual, 0) == STATUS_SUCCESS);
    CHECK(WaitFor(&manual, 0) == STATUS_SUCCESS);
    CHECK(KeResetEvent(&manual) != 0 && KeReadStateEvent(&manual) == 0);
    CHECK(WaitFor(&automatic, 0) == STATUS_SUCCESS);
    CHECK(WaitFor(&automatic, MS(1)) == STATUS_TIMEOUT);
    KeSetEvent(&automatic, IO_NO_INCREMENT, FALSE);
    KeClearEvent(&automatic);
    CHECK(WaitFor(&automatic, 0) == STATUS_TIMEOUT);
    return 0;
}

static ULONG
Semaphores(
    PDEVICE_OBJECT DeviceObject
    )
{
    KSEMAPHORE semaphore;
    NTSTATUS status = STATUS_SUCCESS;

    UNREFERENCED_PARAMETER(DeviceObject);
    KeInitializeSemaphore(&semaphore, 1, 3);
    CHECK(KeReleaseSemaphore(&semaphore, SEMAPHORE_INCREMENT, 2, FALSE) == 1);
    CHECK(KeReadStateSemaphore(&semaphore) == 3);
    __try {
        KeReleaseSemaphore(&semaphore, SEMAPHORE_INCREMENT, 1, FALSE);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        status = GetExceptionCode();
    }
    CHECK(status == STATUS_SEMAPHORE_LIMIT_EXCEEDED);
    CHECK(WaitFor(&semaphore, 0) == STATUS_SUCCESS);
    CHECK(WaitFor(&semaphore, 0) == STATUS_SUCCESS);
    CHECK(WaitFor(&semaphore, 0) == STATUS_SUCCESS);
    CHECK(WaitFor(&semaphore, 0) == STATUS_TIMEOUT);
    return 0;
}

static ULONG
Mutexes(
    PDEVICE_OBJECT DeviceObject
    )
{
    NTSTATUS status = STATUS_SUCCESS;
    KMUTEX mutex;

    UNREFERENCED_PARAMETER(DeviceObject);
    KeInitializeMutex(&mutex, 0);
    CHECK(KeReadStateMutex(&mutex) == 1);
    CHECK(WaitFor(&mutex, 0) == STATUS_SUCCESS);
    CHECK(KeWaitForMutexObject(&mutex, Executive, KernelMode, FALSE, NULL) ==
          STATUS_SUCCESS);
    CHECK(KeReleaseMutex(&mutex, FALSE) != 1);
    CHECK(KeReleaseMutex(&mutex, FALSE) == 0);
    CHECK(KeReadStateMutex(&mutex) == 1);
    __try {
        KeReleaseMutex(&mutex, FALSE);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        status = GetExceptionCode();
    }
    CHECK(status == STATUS_MUTANT_NOT_OWNED);
    return 0;
}

typedef struct _HELPER {
    PKSTART_ROUTINE Routine;
    PVOID Thread;
    KEVENT Go;
    KEVENT Event;
    KMUTEX Mutex;
    FAST_MUTEX FastMutex;
    ERESOURCE Resource;
    LONG Result;
    HANDLE Id;
} HELPER, *PHELPER;

static NTSTATUS
StartHelper(
    PHELPER Helper,
    PKSTART_ROUTINE Routine
    )
{
    CLIENT_ID id;
    HANDLE handle;
    NTSTATUS status;

    Helper->Result = 0;
    KeInitializeEvent(&Helper->Go, NotificationEvent, FALSE);
    status = PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, &id,
                                  Routine, Helper);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    Helper->Id = id.UniqueThread;
    status = ObReferenceObjectByHandle(handle, SYNCHRONIZE, *PsThreadType,
                                       KernelMode, &Helper->Thread, NULL);
    ZwClose(handle);
    return status;
}

static VOID
EndHelper(
    PHELPER Helper
    )
{
    KeWaitForSingleObject(Helper->Thread, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(Helper->Thread);
}

static VOID
MultipleThread(
    PVOID Context
    )
{
    PHELPER helper = (PHELPER)Context;
    PVOID objects[2] = { &helper->Go, &helper->Event };

    helper->Result = KeWaitForMultipleObjects(2, objects, WaitAll, Executive,
                                              KernelMode, FALSE, NULL, NULL);
    helper->Result += 100;
    PsTerminateSystemThread(STATUS_SUCCESS);
    helper->Result = -1;
}

static ULONG
Multiple(
    PDEVICE_OBJECT DeviceObject
    )
{
    KWAIT_BLOCK blocks[4];
    KEVENT events[4];
    PVOID objects[4];
    LARGE_INTEGER none = Relative(0);
    HELPER helper;
    ULONG i;

    UNREFERENCED_PARAMETER(DeviceObject);
    for (i = 0; i < 4; i++) {
        KeInitializeEvent(&events[i], SynchronizationEvent, i == 2);
        objects[i] = &events[i];
    }
    CHECK(KeWaitForMultipleObjects(4, objects, WaitAny, Executive, KernelMode,
                                   FALSE, &none, blocks) == STATUS_WAIT_2);
    CHECK(KeWaitForMultipleObjects(4, objects, WaitAny, Executive, KernelMode,
                                   FALSE, &none, NULL) == STATUS_INVALID_PARAMETER);
    KeSetEvent(&events[0], 0, FALSE);
    CHECK(KeWaitForMultipleObjects(4, objects, WaitAll, Executive, KernelMode,
                                   FALSE, &none, blocks) == STATUS_TIMEOUT);
    CHECK(KeReadStateEvent(&events[0]) != 0);

    KeInitializeEvent(&helper.Event, SynchronizationEvent, FALSE);
    CHECK(NT_SUCCESS(StartHelper(&helper, MultipleThread)));
    KeSetEvent(&helper.Event, 0, FALSE);
    CHECK(WaitFor(helper.Thread, MS(20)) == STATUS_TIMEOUT);
    KeSetEvent(&helper.Go, 0, FALSE);
    EndHelper(&helper);
    CHECK(helper.Result == 100);
    CHECK(KeReadStateEvent(&helper.Event) == 0);
    return 0;
}

static VOID
IdentityThread(
    PVOID Context
    )
{
    PHELPER helper = (PHELPER)Context;

    helper->Result = PsGetCurrentThreadId() == helper->Id &&
                     PsGetThreadId((PETHREAD)KeGetCurrentThread()) == helper->Id &&
                     PsIsSystemThread(PsGetCurrentThread());
    KeWaitForSingleObject(&helper->Go, Executive, KernelMode, FALSE, NULL);
}

static ULONG
Threads(
    PDEVICE_OBJECT DeviceObject
    )
{
    PETHREAD thread;
    HELPER helper;

    UNREFERENCED_PARAMETER(DeviceObject);
    CHECK(NT_SUCCESS(StartHelper(&helper, IdentityThread)));
    CHECK(NT_SUCCESS(PsLookupThreadByThreadId(helper.Id, &thread)));
    CHECK(thread == helper.Thread);
    CHECK(PsGetThreadProcessId(thread) == (HANDLE)4);
    KeSetPriorityThread((PKTHREAD)thread, LOW_PRIORITY);
    ObDereferenceObject(thread);
    KeSetEvent(&helper.Go, 0, FALSE);
    EndHelper(&helper);
    CHECK(helper.Result == 1);
    CHECK(PsLookupThreadByThreadId(helper.Id, &thread) == STATUS_INVALID_CID);
    CHECK(ZwClose(ULongToHandle(0x12344)) == STATUS_INVALID_HANDLE);
    CHECK(PsGetCurrentProcessId() != NULL && PsGetCurrentProcess() != NULL);
    CHECK(ExGetPreviousMode() == UserMode);
    return 0;
}

static VOID
FastMutexThread(
    PVOID Context
    )
{
    PHELPER helper = (PHELPER)Context;

    helper->Result = ExTryToAcquireFastMutex(&helper->FastMutex) ? -1 : 1;
    KeSetEvent(&helper->Go, 0, FALSE);
    ExAcquireFastMutex(&helper->FastMutex);
    helper->Result++;
    ExReleaseFastMutex(&helper->FastMutex);
}

static ULONG
FastMutexes(
    PDEVICE_OBJECT DeviceObject
    )
{
    KGUARDED_MUTEX guarded;
    HELPER helper;

    UNREFERENCED_PARAMETER(DeviceObject);
    ExInitializeFastMutex(&helper.FastMutex);
    ExAcquireFastMutex(&helper.FastMutex);
    CHECK(NT_SUCCESS(StartHelper(&helper, FastMutexThread)));
    KeWaitForSingleObject(&helper.Go, Executive, KernelMode, FALSE, NULL);
    CHECK(helper.Result == 1);
    ExReleaseFastMutex(&helper.FastMutex);
    EndHelper(&helper);
    CHECK(helper.Result == 2);
    CHECK(ExTryToAcquireFastMutex(&helper.FastMutex));
    ExReleaseFastMutex(&helper.FastMutex);
    KeInitializeGuardedMutex(&guarded);
    KeAcquireGuardedMutex(&guarded);
    KeReleaseGuardedMutex(&guarded);
    KeEnterCriticalRegion();
    KeLeaveCriticalRegion();
    return 0;
}

static VOID
ResourceThread(
    PVOID Context
    )
{
    PHELPER helper = (PHELPER)Context;

    if (ExAcquireResourceSharedLite(&helper->Resource, FALSE)) {
        helper->Result = -1;
    } else {
        ExAcquireResourceSharedLite(&helper->Resource, TRUE);
        helper->Result = 1;
        ExReleaseResourceLite(&helper->Resource);
    }
}

static ULONG
Resources(
    PDEVICE_OBJECT DeviceObject
    )
{
    HELPER helper;

    UNREFERENCED_PARAMETER(DeviceObject);
    ExInitializeResourceLite(&helper.Resource);
    CHECK(ExAcquireResourceExclusiveLite(&helper.Resource, TRUE));
    CHECK(ExAcquireResourceExclusiveLite(&helper.Resource, FALSE));
    CHECK(ExAcquireResourceSharedLite(&helper.Resource, FALSE));
    CHECK(ExIsResourceAcquiredExclusiveLite(&helper.Resource));
    CHECK(NT_SUCCESS(StartHelper(&helper, ResourceThread)));
    CHECK(WaitFor(helper.Thread, MS(10)) == STATUS_TIMEOUT);
    ExReleaseResourceLite(&helper.Resource);
    ExReleaseResourceLite(&helper.Resource);
    ExReleaseResourceLite(&helper.Resource);
    EndHelper(&helper);
    CHECK(helper.Result == 1);
    CHECK(ExAcquireResourceSharedLite(&helper.Resource, TRUE));
    CHECK(ExIsResourceAcquiredSharedLite(&helper.Resource) == 1);
    CHECK(!ExAcquireResourceExclusiveLite(&helper.Resource, FALSE));
    ExReleaseResourceLite(&helper.Resource);
    CHECK(ExAcquireResourceExclusiveLite(&helper.Resource, FALSE));
    ExConvertExclusiveToSharedLite(&helper.Resource);
    CHECK(!ExIsResourceAcquiredExclusiveLite(&helper.Resource));
    ExReleaseResourceLite(&helper.Resource);
    CHECK(NT_SUCCESS(ExDeleteResourceLite(&helper.Resource)));
    return 0;
}

static ULONG
Rundown(
    PDEVICE_OBJECT DeviceObject
    )
{
    EX_RUNDOWN_REF ref;

    UNREFERENCED_PARAMETER(DeviceObject);
    ExInitializeRundownProtection(&ref);
    CHECK(ExAcquireRundownProtection(&ref));
    ExReleaseRundownProtection(&ref);
    ExWaitForRundownProtectionRelease(&ref);
    CHECK(!ExAcquireRundownProtection(&ref));
    return 0;
}

static volatile LONG g_DpcRuns;
static KIRQL g_DpcIrql;

static VOID
CountingDpc(
    PKDPC Dpc,
    PVOID DeferredContext,
    PVOID SystemArgument1,
    PVOID SystemArgument2
    )
{
    UNREFERENCED_PARAMETER(Dpc);
    g_DpcIrql = KeGetCurrentIrql();
    InterlockedAdd(&g_DpcRuns, 1 + PtrToLong(SystemArgument1) +
                   PtrToLong(SystemArgument2));
    if (DeferredContext != NULL) {
        KeSetEvent((PKEVENT)DeferredContext, IO_NO_INCREMENT, FALSE);
    }
}

static ULONG
Dpcs(
    PDEVICE_OBJECT DeviceObject
    )
{
    KEVENT event;
    KDPC dpc;

    UNREFERENCED_PARAMETER(DeviceObject);
    KeInitializeEvent(&event, SynchronizationEvent, FALSE);
    KeInitializeDpc(&dpc, CountingDpc, &event);
    KeSetImportanceDpc(&dpc, HighImportance);
    g_DpcRuns = 0;
    CHECK(KeInsertQueueDpc(&dpc, LongToPtr(10), LongToPtr(100)));
    KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    CHECK(g_DpcRuns == 111 && g_DpcIrql == DISPATCH_LEVEL);
    KeFlushQueuedDpcs();
    CHECK(!KeRemoveQueueDpc(&dpc));
    return 0;
}

static ULONG
Timers(
    PDEVICE_OBJECT DeviceObject
    )
{
    LARGE_INTEGER before, after, frequency;
    static KTIMER timer, other;
    KEVENT event;
    KDPC dpc;

    UNREFERENCED_PARAMETER(DeviceObject);
    KeInitializeEvent(&event, SynchronizationEvent, FALSE);
    KeInitializeTimer(&timer);
    KeInitializeTimerEx(&other, SynchronizationTimer);
    KeInitializeDpc(&dpc, CountingDpc, &event);

    before = KeQueryPerformanceCounter(&frequency);
    CHECK(!KeSetTimer(&timer, Relative(MS(10)), NULL));
    CHECK(!KeReadStateTimer(&timer));
    CHECK(WaitFor(&timer, MS(20000)) == STATUS_SUCCESS);
    after = KeQueryPerformanceCounter(NULL);
    CHECK((after.QuadPart - before.QuadPart) * 1000 / frequency.QuadPart >= 10);
    CHECK(KeReadStateTimer(&timer));            // stays signalled
    CHECK(WaitFor(&timer, 0) == STATUS_SUCCESS);

    CHECK(!KeSetTimer(&timer, Relative(MS(60000)), NULL));
    CHECK(KeSetTimer(&timer, Relative(MS(60000)), NULL));
    CHECK(KeCancelTimer(&timer));
    CHECK(!KeCancelTimer(&timer));

    g_DpcRuns = 0;
    CHECK(!KeSetTimerEx(&other, Relative(MS(1)), 2, &dpc));
    while (g_DpcRuns < 3) {
        CHECK(WaitFor(&event, MS(20000)) == STATUS_SUCCESS);
    }
    KeCancelTimer(&other);
    KeFlushQueuedDpcs();
    CHECK(WaitFor(&other, 0) == STATUS_SUCCESS);    // one wait, one signal
    CHECK(WaitFor(&other, 0) == STATUS_TIMEOUT);
    return 0;
}

static ULONG
AbsoluteTime(
    PDEVICE_OBJECT DeviceObject
    )
{
    LARGE_INTEGER now, later;
    TIME_FIELDS fields;
    static KTIMER timer;

    UNREFERENCED_PARAMETER(DeviceObject);
    KeQuerySystemTime(&now);
    RtlTimeToTimeFields(&now, &fields);
    CHECK(fields.Year >= 2024 && fields.Month >= 1 && fields.Month <= 12);
    KeInitializeTimer(&timer);
    now.QuadPart += 50000;
    KeSetTimer(&timer, now, NULL);
    CHECK(WaitFor(&timer, MS(20000)) == STATUS_SUCCESS);
    KeQuerySystemTime(&later);
    CHECK(later.QuadPart >= now.QuadPart);
    ExSystemTimeToLocalTime(&now, &later);
    ExLocalTimeToSystemTime(&later, &later);
    CHECK(later.QuadPart == now.QuadPart);
    KeQueryTickCount(&later);
    CHECK(later.QuadPart > 0 && KeQueryTimeIncrement() > 0);
    CHECK(KeQueryInterruptTime() > 0);
    KeStallExecutionProcessor(10);
    now = Relative(MS(2));
    CHECK(KeDelayExecutionThread(KernelMode, FALSE, &now) == STATUS_SUCCESS);
    return 0;
}

static VOID
ExTimerCallback(
    PEX_TIMER Timer,
    PVOID Context
    )
{
    UNREFERENCED_PARAMETER(Timer);
    KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
}

static ULONG
ExTimers(
    PDEVICE_OBJECT DeviceObject
    )
{
    EXT_DELETE_PARAMETERS parameters;
    ULONG maximum, minimum, current;
    PEX_TIMER timer;
    KEVENT event;

    UNREFERENCED_PARAMETER(DeviceObject);
    KeInitializeEvent(&event, SynchronizationEvent, FALSE);
    timer = ExAllocateTimer(ExTimerCallback, &event, EX_TIMER_HIGH_RESOLUTION);
    CHECK(timer != NULL);
    CHECK(!ExSetTimer(timer, MS(1), 0, NULL));
    CHECK(WaitFor(&event, MS(20000)) == STATUS_SUCCESS);
    ExSetTimer(timer, MS(60000), 0, NULL);
    CHECK(ExCancelTimer(timer, NULL));
    ExInitializeDeleteTimerParameters(&parameters);
    CHECK(!ExDeleteTimer(timer, TRUE, TRUE, &parameters));
    ExQueryTimerResolution(&maximum, &minimum, &current);
    CHECK(maximum >= minimum && current >= minimum);
    return 0;
}

static ULONG
SpinLocks(
    PDEVICE_OBJECT DeviceObject
    )
{
    static KSPIN_LOCK zero;         // zeroes are a lock
    KLOCK_QUEUE_HANDLE handle;
    KSPIN_LOCK outer, inner;
    KIRQL irql, second;

    UNREFERENCED_PARAMETER(DeviceObject);
    KeInitializeSpinLock(&outer);
    KeInitializeSpinLock(&inner);
    CHECK(KeGetCurrentIrql() == PASSIVE_LEVEL);
    KeAcquireSpinLock(&outer, &irql);
    CHECK(irql == PASSIVE_LEVEL && KeGetCurrentIrql() == DISPATCH_LEVEL);
    KeAcquireSpinLock(&inner, &second);
    CHECK(second == DISPATCH_LEVEL);
    KeReleaseSpinLock(&inner, second);
    KeAcquireSpinLockAtDpcLevel(&zero);
    KeReleaseSpinLockFromDpcLevel(&zero);
    KeReleaseSpinLock(&outer, irql);
    CHECK(KeGetCurrentIrql() == PASSIVE_LEVEL);
    KeAcquireInStackQueuedSpinLock(&outer, &handle);
    KeReleaseInStackQueuedSpinLock(&handle);

    irql = KeRaiseIrqlToDpcLevel();
    CHECK(KeGetCurrentIrql() == DISPATCH_LEVEL);
    KeAcquireSpinLockAtDpcLevel(&inner);
    KeReleaseSpinLockFromDpcLevel(&inner);
    KeLowerIrql(irql);
    CHECK(KeGetCurrentIrql() == PASSIVE_LEVEL);
    KeRaiseIrql(DISPATCH_LEVEL, &irql);
    KeLowerIrql(irql);
    PAGED_CODE();
    return 0;
}

typedef struct _ENTRY {
    SLIST_ENTRY Single;
    LIST_ENTRY Double;
} ENTRY;

static ULONG
LockedLists(
    PDEVICE_OBJECT DeviceObject
    )
{
    static SLIST_HEADER head;
    LIST_ENTRY list;
    KSPIN_LOCK lock;
    ENTRY a, b;
    LARGE_INTEGER n;

    UNREFERENCED_PARAMETER(DeviceObject);
    KeInitializeSpinLock(&lock);
    ExInitializeSListHead(&head);
    CHECK(ExInterlockedPushEntrySList(&head, &a.Single, &lock) == NULL);
    CHECK(ExInterlockedPushEntrySList(&head, &b.Single, &lock) == &a.Single);
    CHECK(ExQueryDepthSList(&head) == 2);
    CHECK(ExInterlockedPopEntrySList(&head, &lock) == &b.Single);
    CHECK(ExInterlockedFlushSList(&head) == &a.Single);
    CHECK(ExInterlockedPopEntrySList(&head, &lock) == NULL);

    InitializeListHead(&list);
    CHECK(ExInterlockedInsertTailList(&list, &a.Double, &lock) == NULL);
    CHECK(ExInterlockedInsertHeadList(&list, &b.Double, &lock) == &a.Double);
    CHECK(ExInterlockedRemoveHeadList(&list, &lock) == &b.Double);
    CHECK(ExInterlockedRemoveHeadList(&list, &lock) == &a.Double);
    CHECK(ExInterlockedRemoveHeadList(&list, &lock) == NULL);
    n.QuadPart = 5;
    CHECK(ExInterlockedAddLargeInteger(&n, Relative(7), &lock).QuadPart == 5);
    CHECK(n.QuadPart == 12);
    return 0;
}

static VOID
WorkRoutine(
    PVOID Parameter
    )
{
    KeSetEvent((PKEVENT)Parameter, IO_NO_INCREMENT, FALSE);
}

static VOID
IoWorkRoutineEx(
    PVOID IoObject,
    PVOID Context,
    PIO_WORKITEM IoWorkItem
    )
{
    UNREFERENCED_PARAMETER(IoObject);
    IoFreeWorkItem(IoWorkItem);
    KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
}

static ULONG
WorkItems(
    PDEVICE_OBJECT DeviceObject
    )
{
    static WORK_QUEUE_ITEM item;
    PIO_WORKITEM io;
    KEVENT event;
    ULONG i;

    KeInitializeEvent(&event, SynchronizationEvent, FALSE);
    ExInitializeWorkItem(&item, WorkRoutine, &event);
    for (i = 0; i < 2; i++) {
        ExQueueWorkItem(&item, DelayedWorkQueue);
        CHECK(WaitFor(&event, MS(20000)) == STATUS_SUCCESS);
    }
    io = IoAllocateWorkItem(DeviceObject);
    CHECK(io != NULL);
    IoQueueWorkItemEx(io, IoWorkRoutineEx, DelayedWorkQueue, &event);
    CHECK(WaitFor(&event, MS(20000)) == STATUS_SUCCESS);
    return 0;
}

static VOID
CallbackRoutine(
    PVOID CallbackContext,
    PVOID Argument1,
    PVOID Argument2
    )
{
    *(PLONG)CallbackContext += PtrToLong(Argument1) * PtrToLong(Argument2);
}

static ULONG
Callbacks(
    PDEVICE_OBJECT DeviceObject
    )
{
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Callback\\WdmSync");
    UNICODE_STRING none = RTL_CONSTANT_STRING(L"\\Callback\\WdmNone");
    OBJECT_ATTRIBUTES attributes;
    PCALLBACK_OBJECT object, again;
    PVOID registration;
    LONG sum = 0;

    UNREFERENCED_PARAMETER(DeviceObject);
    InitializeObjectAttributes(&attributes, &none, OBJ_CASE_INSENSITIVE, NULL, NULL);
    CHECK(ExCreateCallback(&object, &attributes, FALSE, TRUE) ==
          STATUS_OBJECT_NAME_NOT_FOUND);
    InitializeObjectAttributes(&attributes, &name,
                               OBJ_CASE_INSENSITIVE | OBJ_PERMANENT, NULL, NULL);
    CHECK(NT_SUCCESS(ExCreateCallback(&object, &attributes, TRUE, FALSE)));
    CHECK(NT_SUCCESS(ExCreateCallback(&again, &attributes, FALSE, TRUE)));
    CHECK(object == again);
    registration = ExRegisterCallback(object, CallbackRoutine, &sum);
    CHECK(registration != NULL);
    CHECK(ExRegisterCallback(object, CallbackRoutine, &sum) == NULL);
    ExNotifyCallback(object, LongToPtr(6), LongToPtr(7));
    CHECK(sum == 42);
    ExUnregisterCallback(registration);
    ExNotifyCallback(object, LongToPtr(6), LongToPtr(7));
    CHECK(sum == 42);
    ObDereferenceObject(object);
    ObDereferenceObject(object);
    return 0;
}

static ULONG
Lookasides(
    PDEVICE_OBJECT DeviceObject
    )
{
    NPAGED_LOOKASIDE_LIST nonpaged;
    PAGED_LOOKASIDE_LIST paged;
    PVOID a, b;

    UNREFERENCED_PARAMETER(DeviceObject);
    ExInitializeNPagedLookasideList(&nonpaged, NULL, NULL, 0, 100, 'kooL', 0);
    ExInitializePagedLookasideList(&paged, NULL, NULL, 0, 200, 'kooL', 0);
    a = ExAllocateFromNPagedLookasideList(&nonpaged);
    b = ExAllocateFromPagedLookasideList(&paged);
    CHECK(a != NULL && b != NULL && a != b);
    RtlFillMemory(a, 100, 1);
    RtlFillMemory(b, 200, 2);
    ExFreeToNPagedLookasideList(&nonpaged, a);
    ExFreeToPagedLookasideList(&paged, b);
    ExDeleteNPagedLookasideList(&nonpaged);
    ExDeletePagedLookasideList(&paged);
    return 0;
}

static ULONG
Pools(
    PDEVICE_OBJECT DeviceObject
    )
{
    PUCHAR p;
    ULONG i;

    UNREFERENCED_PARAMETER(DeviceObject);
    ExInitializeDriverRuntime(DrvRtPoolNxOptIn);
    p = (PUCHAR)ExAllocatePool2(POOL_FLAG_PAGED, 1000, 'looP');
    CHECK(p != NULL);
    for (i = 0; i < 1000; i++) {
        CHECK(p[i] == 0);
    }
    ExFreePoolWithTag(p, 'looP');
    p = (PUCHAR)ExAllocatePool3(POOL_FLAG_NON_PAGED | POOL_FLAG_UNINITIALIZED,
                                64, 'looP', NULL, 0);
    CHECK(p != NULL);
    ExFreePool(p);
    CHECK(ExAllocatePool2(0, 64, 'looP') == NULL);
    p = (PUCHAR)ExAllocatePool(NonPagedPool, 3 * PAGE_SIZE);
    CHECK(p != NULL);
    ExFreePool(p);
    p = (PUCHAR)ExAllocatePoolWithTag(PagedPool, 16, 'looP');
    CHECK(p != NULL && MmIsAddressValid(p));
    ExFreePoolWithTag(p, 'looP');
    p = (PUCHAR)ExAllocatePoolQuotaZero(PagedPool | POOL_QUOTA_FAIL_INSTEAD_OF_RAISE,
                                        (SIZE_T)1 << 40, 'looP');
    CHECK(p == NULL);
    p = (PUCHAR)ExAllocatePoolUninitialized(NonPagedPoolNx, 1 << 20, 'looP');
    CHECK(p != NULL);
    ExFreePoolWithTag(p, 'looP');
    return 0;
}

static VOID
SecondPassed(
    PDEVICE_OBJECT DeviceObject,
    PVOID Context
    )
{
    UNREFERENCED_PARAMETER(DeviceObject);
    KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
}

static VOID
RequestDpc(
    PKDPC Dpc,
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp,
    PVOID Context
    )
{
    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
}

static ULONG
DeviceTimer(
    PDEVICE_OBJECT DeviceObject
    )
{
    static KEVENT event;

    KeInitializeEvent(&event, SynchronizationEvent, FALSE);
    IoInitializeDpcRequest(DeviceObject, RequestDpc);
    IoRequestDpc(DeviceObject, NULL, &event);
    CHECK(WaitFor(&event, MS(20000)) == STATUS_SUCCESS);
    CHECK(NT_SUCCESS(IoInitializeTimer(DeviceObject, SecondPassed, &event)));
    IoStartTimer(DeviceObject);
    CHECK(WaitFor(&event, MS(20000)) == STATUS_SUCCESS);
    IoStopTimer(DeviceObject);
    return 0;
}

static VOID
ExclusiveThread(
    PVOID Context
    )
{
    PHELPER helper = (PHELPER)Context;

    ExAcquireResourceExclusiveLite(&helper->Resource, TRUE);
    helper->Result = 1;
    ExReleaseResourceLite(&helper->Resource);
}

//
// Who shares it may take it again, though another one waits to have it alone.
//
static ULONG
ResourcesAgain(
    PDEVICE_OBJECT DeviceObject
    )
{
    HELPER helper;

    UNREFERENCED_PARAMETER(DeviceObject);
    ExInitializeResourceLite(&helper.Resource);
    CHECK(ExAcquireResourceSharedLite(&helper.Resource, TRUE));
    CHECK(NT_SUCCESS(StartHelper(&helper, ExclusiveThread)));
    CHECK(WaitFor(helper.Thread, MS(50)) == STATUS_TIMEOUT);
    CHECK(ExAcquireResourceSharedLite(&helper.Resource, FALSE));
    CHECK(ExIsResourceAcquiredSharedLite(&helper.Resource) == 2);
    ExReleaseResourceLite(&helper.Resource);
    ExReleaseResourceLite(&helper.Resource);
    EndHelper(&helper);
    CHECK(helper.Result == 1);
    CHECK(ExIsResourceAcquiredSharedLite(&helper.Resource) == 0);
    CHECK(NT_SUCCESS(ExDeleteResourceLite(&helper.Resource)));
    return 0;
}

static IO_REMOVE_LOCK g_RemoveLock;
static volatile LONG g_Removable;

static VOID
UseDevice(
    PDEVICE_OBJECT DeviceObject,
    PVOID Context
    )
{
    LARGE_INTEGER soon = Relative(MS(100));

    UNREFERENCED_PARAMETER(DeviceObject);
    KeDelayExecutionThread(KernelMode, FALSE, &soon);
    InterlockedExchange(&g_Removable, TRUE);
    IoReleaseRemoveLock(&g_RemoveLock, Context);
}

//
// Who removes the device waits for who uses it; nobody uses it from then on.
//
static ULONG
RemoveLocks(
    PDEVICE_OBJECT DeviceObject
    )
{
    PIO_WORKITEM item = IoAllocateWorkItem(DeviceObject);
    ULONG line = 0;

    CHECK(item != NULL);
    g_Removable = FALSE;
    IoInitializeRemoveLock(&g_RemoveLock, 'mRyS', 0, 0);
    CHECK(IoAcquireRemoveLock(&g_RemoveLock, DeviceObject) == STATUS_SUCCESS);
    CHECK(IoAcquireRemoveLock(&g_RemoveLock, item) == STATUS_SUCCESS);
    IoQueueWorkItem(item, UseDevice, DelayedWorkQueue, item);
    IoReleaseRemoveLockAndWait(&g_RemoveLock, DeviceObject);
    if (!g_Removable) {
        line = __LINE__;
    }
    CHECK(IoAcquireRemoveLock(&g_RemoveLock, item) == STATUS_DELETE_PENDING);
    IoFreeWorkItem(item);
    return line;
}

static ULONG
Prints(
    PDEVICE_OBJECT DeviceObject
    )
{
    UNICODE_STRING wide = RTL_CONSTANT_STRING(L"sixteen bits");

    UNREFERENCED_PARAMETER(DeviceObject);
    DbgPrint("printed: %ld %lu %wZ %ws %I64x\n", -1, 4294967295u, &wide, L"wide",
             0x123456789abcdefULL);
    KdPrint(("printed twice: %s\n", "in a checked build"));
    DbgPrintEx(DPFLTR_IHVDRIVER_ID, DPFLTR_ERROR_LEVEL, "printed: component\n");
    KdPrintEx((DPFLTR_IHVDRIVER_ID, DPFLTR_INFO_LEVEL, "printed: %S\n", L"S"));
    ASSERT(1 + 1 == 2);
    NT_ASSERT(1 + 1 == 2);
    ASSERTMSG("sums", 1 + 1 == 2);
    DbgBreakPoint();
    return 0;
}

static TEST_CASE * const g_Cases[] = {
    Events, Semaphores, Mutexes, Multiple, Threads, FastMutexes, Resources,
    Rundown, Dpcs, Timers, AbsoluteTime, ExTimers, SpinLocks, LockedLists,
    WorkItems, Callbacks, Lookasides, Pools, DeviceTimer, RemoveLocks,
    ResourcesAgain, Prints,
};

#define CASES_NAME "WdmSync"
#include "../casedriver.h"
