/* SPDX-License-Identifier: GPL-2.0 */
/* Pool, lookaside lists, mutexes, resources, work items, callback objects. */

extern struct ntio_wdm_driver ntio_wdm_this_driver;

/* --- pool ----------------------------------------------------------------- */

typedef enum _POOL_TYPE {
	NonPagedPool = 0,
	NonPagedPoolExecute = 0,
	PagedPool = 1,
	NonPagedPoolMustSucceed = 2,
	NonPagedPoolCacheAligned = 4,
	PagedPoolCacheAligned = 5,
	NonPagedPoolNx = 512
} POOL_TYPE;

typedef ULONGLONG POOL_FLAGS;

#define POOL_NX_ALLOCATION 512
#define POOL_QUOTA_FAIL_INSTEAD_OF_RAISE 8
#define POOL_RAISE_IF_ALLOCATION_FAILURE 16
#define POOL_COLD_ALLOCATION 256
#define POOL_ZERO_ALLOCATION 1024
#define POOL_FLAG_USE_QUOTA 0x1ULL
#define POOL_FLAG_UNINITIALIZED 0x2ULL
#define POOL_FLAG_SESSION 0x4ULL
#define POOL_FLAG_CACHE_ALIGNED 0x8ULL
#define POOL_FLAG_RAISE_ON_FAILURE 0x20ULL
#define POOL_FLAG_NON_PAGED 0x40ULL
#define POOL_FLAG_NON_PAGED_EXECUTE 0x80ULL
#define POOL_FLAG_PAGED 0x100ULL

typedef struct _POOL_EXTENDED_PARAMETER {
	ULONG64 Type;
	PVOID Value;
} POOL_EXTENDED_PARAMETER, *PPOOL_EXTENDED_PARAMETER;
typedef const POOL_EXTENDED_PARAMETER *PCPOOL_EXTENDED_PARAMETER;

/* What ntio_wdm_pool_alloc() is asked for. */
#define NTIO_WDM_POOL_ZERO 1
#define NTIO_WDM_POOL_RAISE 2

PVOID ntio_wdm_pool_alloc(struct ntio_wdm_driver *driver, SIZE_T size,
			  ULONG tag, ULONG how);
PVOID ntio_wdm_pool_alloc2(struct ntio_wdm_driver *driver, POOL_FLAGS flags,
			   SIZE_T size, ULONG tag);
void ExFreePoolWithTag(PVOID p, ULONG tag);
#define ExFreePool(p) ExFreePoolWithTag(p, 0)

__forceinline PVOID ExAllocatePool2(POOL_FLAGS flags, SIZE_T size, ULONG tag)
{
	return ntio_wdm_pool_alloc2(&ntio_wdm_this_driver, flags, size, tag);
}

__forceinline PVOID ExAllocatePool3(POOL_FLAGS flags, SIZE_T size, ULONG tag,
				    PCPOOL_EXTENDED_PARAMETER parameters,
				    ULONG count)
{
	(void)parameters;
	(void)count;
	return ntio_wdm_pool_alloc2(&ntio_wdm_this_driver, flags, size, tag);
}

/* A pool type is often more than the constants of its enumeration. */
__forceinline PVOID ntio_wdm_pool_old(ULONG type, SIZE_T size, ULONG tag,
				      ULONG how)
{
	if (type & POOL_ZERO_ALLOCATION)
		how |= NTIO_WDM_POOL_ZERO;
	if (type & POOL_RAISE_IF_ALLOCATION_FAILURE)
		how |= NTIO_WDM_POOL_RAISE;
	if (type & POOL_QUOTA_FAIL_INSTEAD_OF_RAISE)
		how &= ~NTIO_WDM_POOL_RAISE;
	return ntio_wdm_pool_alloc(&ntio_wdm_this_driver, size, tag, how);
}

#define ExAllocatePoolWithTag(type, size, tag) \
	ntio_wdm_pool_old((ULONG)(type), size, tag, 0)
#define ExAllocatePool(type, size) \
	ntio_wdm_pool_old((ULONG)(type), size, 'enoN', 0)
#define ExAllocatePoolZero(type, size, tag) \
	ntio_wdm_pool_old((ULONG)(type), size, tag, NTIO_WDM_POOL_ZERO)
#define ExAllocatePoolUninitialized(type, size, tag) \
	ntio_wdm_pool_old((ULONG)(type), size, tag, 0)
#define ExAllocatePoolQuotaZero(type, size, tag)			\
	ntio_wdm_pool_old((ULONG)(type), size, tag,			\
			  NTIO_WDM_POOL_ZERO | NTIO_WDM_POOL_RAISE)
#define ExAllocatePoolQuotaUninitialized(type, size, tag) \
	ntio_wdm_pool_old((ULONG)(type), size, tag, NTIO_WDM_POOL_RAISE)
#define ExAllocatePoolWithQuotaTag(type, size, tag) \
	ntio_wdm_pool_old((ULONG)(type), size, tag, NTIO_WDM_POOL_RAISE)
#define ExAllocatePoolPriorityZero(type, size, tag, priority) \
	ExAllocatePoolZero(type, size, tag)

#define DrvRtPoolNxOptIn 1
#define ExInitializeDriverRuntime(flags) ((void)(flags))

/* --- lookaside lists ------------------------------------------------------ */

typedef PVOID ALLOCATE_FUNCTION(POOL_TYPE PoolType, SIZE_T NumberOfBytes,
				ULONG Tag);
typedef ALLOCATE_FUNCTION *PALLOCATE_FUNCTION;
typedef void FREE_FUNCTION(PVOID Buffer);
typedef FREE_FUNCTION *PFREE_FUNCTION;

typedef struct _NPAGED_LOOKASIDE_LIST {
	PALLOCATE_FUNCTION Allocate;
	PFREE_FUNCTION Free;
	POOL_TYPE PoolType;
	SIZE_T Size;
	ULONG Tag;
	LONG TotalAllocates;
	LONG TotalFrees;
	struct ntio_wdm_driver *Driver;
} NPAGED_LOOKASIDE_LIST, *PNPAGED_LOOKASIDE_LIST;
typedef NPAGED_LOOKASIDE_LIST PAGED_LOOKASIDE_LIST, *PPAGED_LOOKASIDE_LIST;
typedef NPAGED_LOOKASIDE_LIST LOOKASIDE_LIST_EX, *PLOOKASIDE_LIST_EX;

void ntio_wdm_init_lookaside(PNPAGED_LOOKASIDE_LIST list,
			     PALLOCATE_FUNCTION allocate, PFREE_FUNCTION free,
			     POOL_TYPE type, SIZE_T size, ULONG tag,
			     struct ntio_wdm_driver *driver);
PVOID ntio_wdm_lookaside_alloc(PNPAGED_LOOKASIDE_LIST list);
void ntio_wdm_lookaside_free(PNPAGED_LOOKASIDE_LIST list, PVOID entry);
#define ExInitializeNPagedLookasideList(l, a, f, flags, size, tag, depth) \
	ntio_wdm_init_lookaside(l, a, f, NonPagedPoolNx, size, tag,	\
				&ntio_wdm_this_driver)
#define ExInitializePagedLookasideList(l, a, f, flags, size, tag, depth) \
	ntio_wdm_init_lookaside(l, a, f, PagedPool, size, tag,		\
				&ntio_wdm_this_driver)
#define ExAllocateFromNPagedLookasideList(l) ntio_wdm_lookaside_alloc(l)
#define ExAllocateFromPagedLookasideList(l) ntio_wdm_lookaside_alloc(l)
#define ExFreeToNPagedLookasideList(l, e) ntio_wdm_lookaside_free(l, e)
#define ExFreeToPagedLookasideList(l, e) ntio_wdm_lookaside_free(l, e)
#define ExDeleteNPagedLookasideList(l) ((void)(l))
#define ExDeletePagedLookasideList(l) ((void)(l))

/* --- lists with a lock ---------------------------------------------------- */

typedef struct DECLSPEC_ALIGN(16) _SLIST_HEADER {
	SLIST_ENTRY Next;
	ULONG_PTR Depth;
} SLIST_HEADER, *PSLIST_HEADER;

void ExInitializeSListHead(PSLIST_HEADER head);
#define InitializeSListHead ExInitializeSListHead
PSLIST_ENTRY InterlockedPushEntrySList(PSLIST_HEADER head, PSLIST_ENTRY entry);
PSLIST_ENTRY InterlockedPopEntrySList(PSLIST_HEADER head);
PSLIST_ENTRY InterlockedFlushSList(PSLIST_HEADER head);
USHORT ExQueryDepthSList(PSLIST_HEADER head);
#define ExInterlockedPushEntrySList(head, entry, lock) \
	InterlockedPushEntrySList(head, entry)
#define ExInterlockedPopEntrySList(head, lock) InterlockedPopEntrySList(head)
#define ExInterlockedFlushSList(head) InterlockedFlushSList(head)
#define QueryDepthSList ExQueryDepthSList

PLIST_ENTRY ExInterlockedInsertHeadList(PLIST_ENTRY head, PLIST_ENTRY entry,
					PKSPIN_LOCK lock);
PLIST_ENTRY ExInterlockedInsertTailList(PLIST_ENTRY head, PLIST_ENTRY entry,
					PKSPIN_LOCK lock);
PLIST_ENTRY ExInterlockedRemoveHeadList(PLIST_ENTRY head, PKSPIN_LOCK lock);
LARGE_INTEGER ExInterlockedAddLargeInteger(PLARGE_INTEGER addend,
					   LARGE_INTEGER increment,
					   PKSPIN_LOCK lock);

/* --- mutexes and resources ------------------------------------------------ */

typedef struct _FAST_MUTEX {
	PVOID Owner;
	KEVENT Event;
} FAST_MUTEX, *PFAST_MUTEX, KGUARDED_MUTEX, *PKGUARDED_MUTEX;

void ExInitializeFastMutex(PFAST_MUTEX mutex);
void ExAcquireFastMutex(PFAST_MUTEX mutex);
void ExReleaseFastMutex(PFAST_MUTEX mutex);
BOOLEAN ExTryToAcquireFastMutex(PFAST_MUTEX mutex);
#define ExAcquireFastMutexUnsafe ExAcquireFastMutex
#define ExReleaseFastMutexUnsafe ExReleaseFastMutex
#define KeInitializeGuardedMutex ExInitializeFastMutex
#define KeAcquireGuardedMutex ExAcquireFastMutex
#define KeReleaseGuardedMutex ExReleaseFastMutex
#define KeTryToAcquireGuardedMutex ExTryToAcquireFastMutex

/* Who shares it: the first of them are known, and may take it again. */
typedef struct _ERESOURCE {
	LIST_ENTRY Waiters;
	PVOID Owner;
	struct {
		PVOID Thread;
		LONG Count;
	} Sharers[8];
	LONG Exclusive;
	LONG Shared;
	LONG ExclusiveWaiters;
	LONG Contention;
	KEVENT Changed;
} ERESOURCE, *PERESOURCE;

NTSTATUS ExInitializeResourceLite(PERESOURCE resource);
NTSTATUS ExDeleteResourceLite(PERESOURCE resource);
BOOLEAN ExAcquireResourceExclusiveLite(PERESOURCE resource, BOOLEAN wait);
BOOLEAN ExAcquireResourceSharedLite(PERESOURCE resource, BOOLEAN wait);
void ExReleaseResourceLite(PERESOURCE resource);
BOOLEAN ExIsResourceAcquiredExclusiveLite(PERESOURCE resource);
ULONG ExIsResourceAcquiredSharedLite(PERESOURCE resource);
void ExConvertExclusiveToSharedLite(PERESOURCE resource);
#define ExIsResourceAcquiredLite ExIsResourceAcquiredSharedLite
#define ExAcquireResourceExclusive ExAcquireResourceExclusiveLite
#define ExAcquireResourceShared ExAcquireResourceSharedLite
#define ExReleaseResource ExReleaseResourceLite
#define ExEnterCriticalRegionAndAcquireResourceExclusive(r) \
	ExAcquireResourceExclusiveLite(r, TRUE)
#define ExReleaseResourceAndLeaveCriticalRegion(r) ExReleaseResourceLite(r)

typedef struct _EX_RUNDOWN_REF {
	LONG Count;
	LONG Running;
	KEVENT Event;
} EX_RUNDOWN_REF, *PEX_RUNDOWN_REF;

void ExInitializeRundownProtection(PEX_RUNDOWN_REF ref);
BOOLEAN ExAcquireRundownProtection(PEX_RUNDOWN_REF ref);
void ExReleaseRundownProtection(PEX_RUNDOWN_REF ref);
void ExWaitForRundownProtectionRelease(PEX_RUNDOWN_REF ref);

/* --- work items ----------------------------------------------------------- */

typedef enum _WORK_QUEUE_TYPE {
	CriticalWorkQueue,
	DelayedWorkQueue,
	HyperCriticalWorkQueue
} WORK_QUEUE_TYPE;

typedef void WORKER_THREAD_ROUTINE(PVOID Parameter);
typedef WORKER_THREAD_ROUTINE *PWORKER_THREAD_ROUTINE;

/* With room for the kernel's work_struct. */
typedef struct _WORK_QUEUE_ITEM {
	LIST_ENTRY List;
	PWORKER_THREAD_ROUTINE WorkerRoutine;
	PVOID Parameter;
	struct ntio_wdm_driver *Driver;
	ULONG_PTR Reserved[16];
} WORK_QUEUE_ITEM, *PWORK_QUEUE_ITEM;

#define ExInitializeWorkItem(item, routine, parameter)			\
	((item)->WorkerRoutine = (routine),				\
	 (item)->Parameter = (parameter),				\
	 (item)->Driver = &ntio_wdm_this_driver,			\
	 (void)((item)->List.Flink = NULL))
void ExQueueWorkItem(PWORK_QUEUE_ITEM item, WORK_QUEUE_TYPE type);

/* --- timers of the Ex family ---------------------------------------------- */

typedef struct _EX_TIMER *PEX_TIMER;
typedef void EXT_CALLBACK(PEX_TIMER Timer, PVOID Context);
typedef EXT_CALLBACK *PEXT_CALLBACK;
typedef void EXT_DELETE_CALLBACK(PVOID Context);
typedef EXT_DELETE_CALLBACK *PEXT_DELETE_CALLBACK;

typedef struct _EXT_SET_PARAMETERS {
	ULONG Version;
	ULONG Reserved;
	LONGLONG NoWakeTolerance;
} EXT_SET_PARAMETERS, *PEXT_SET_PARAMETERS;

typedef struct _EXT_DELETE_PARAMETERS {
	ULONG Version;
	ULONG Reserved;
	PEXT_DELETE_CALLBACK DeleteCallback;
	PVOID DeleteContext;
} EXT_DELETE_PARAMETERS, *PEXT_DELETE_PARAMETERS;

#define EX_TIMER_HIGH_RESOLUTION 4
#define EX_TIMER_NO_WAKE 8
#define EX_TIMER_NOTIFICATION 0x80000000u

PEX_TIMER ntio_wdm_alloc_ex_timer(PEXT_CALLBACK callback, PVOID context,
				  ULONG attributes,
				  struct ntio_wdm_driver *driver);
#define ExAllocateTimer(callback, context, attributes)		\
	ntio_wdm_alloc_ex_timer(callback, context, attributes,	\
				&ntio_wdm_this_driver)
BOOLEAN ExSetTimer(PEX_TIMER timer, LONGLONG due, LONGLONG period,
		   PEXT_SET_PARAMETERS parameters);
BOOLEAN ExCancelTimer(PEX_TIMER timer, PVOID parameters);
BOOLEAN ExDeleteTimer(PEX_TIMER timer, BOOLEAN cancel, BOOLEAN wait,
		      PEXT_DELETE_PARAMETERS parameters);
#define ExInitializeSetTimerParameters(p) \
	((p)->Version = 1, (p)->Reserved = 0, (p)->NoWakeTolerance = 0)
#define ExInitializeDeleteTimerParameters(p)				\
	((p)->Version = 1, (p)->Reserved = 0, (p)->DeleteCallback = NULL, \
	 (p)->DeleteContext = NULL)

/* --- callback objects ----------------------------------------------------- */

typedef struct _CALLBACK_OBJECT *PCALLBACK_OBJECT;
typedef void CALLBACK_FUNCTION(PVOID CallbackContext, PVOID Argument1,
			       PVOID Argument2);
typedef CALLBACK_FUNCTION *PCALLBACK_FUNCTION;

NTSTATUS ExCreateCallback(PCALLBACK_OBJECT *object,
			  POBJECT_ATTRIBUTES attributes, BOOLEAN create,
			  BOOLEAN allow_multiple);
PVOID ntio_wdm_register_callback(PCALLBACK_OBJECT object,
				 PCALLBACK_FUNCTION function, PVOID context,
				 struct ntio_wdm_driver *driver);
#define ExRegisterCallback(object, function, context) \
	ntio_wdm_register_callback(object, function, context, \
				   &ntio_wdm_this_driver)
void ExUnregisterCallback(PVOID registration);
void ExNotifyCallback(PCALLBACK_OBJECT object, PVOID argument1,
		      PVOID argument2);

/* --- exceptions ----------------------------------------------------------- */

/* The trap tells the kernel's object checker that nothing follows. */
__forceinline DECLSPEC_NORETURN void ExRaiseStatus(NTSTATUS status)
{
	ntio_wdm_raise(status);
	__builtin_trap();
}

__forceinline DECLSPEC_NORETURN void ExRaiseAccessViolation(void)
{
	ntio_wdm_raise((NTSTATUS)0xC0000005);
	__builtin_trap();
}

__forceinline DECLSPEC_NORETURN void ExRaiseDatatypeMisalignment(void)
{
	ntio_wdm_raise((NTSTATUS)0x80000002);
	__builtin_trap();
}
#define RtlRaiseStatus ExRaiseStatus
