/* SPDX-License-Identifier: GPL-2.0 */
/* Locks, objects to wait for, DPCs, timers, threads, time. */

/* --- spin locks ----------------------------------------------------------- */

/* Room for the kernel's spinlock_t, whatever checks its lock in. */
typedef struct _KSPIN_LOCK {
	ULONG_PTR Reserved[20];
} KSPIN_LOCK, *PKSPIN_LOCK;

/* What the kernel's check of lock order knows a lock by: its initialisation. */
struct ntio_wdm_lock_key {
	ULONG_PTR Reserved[4];
};

void ntio_wdm_init_lock(PKSPIN_LOCK lock, struct ntio_wdm_lock_key *key);
#define KeInitializeSpinLock(lock)					\
	do {								\
		static struct ntio_wdm_lock_key ntio_wdm_key;		\
		ntio_wdm_init_lock(lock, &ntio_wdm_key);		\
	} while (0)

KIRQL KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK lock);
#define KeAcquireSpinLock(lock, old) \
	(*(old) = KeAcquireSpinLockRaiseToDpc(lock))
void KeReleaseSpinLock(PKSPIN_LOCK lock, KIRQL old);
void KeAcquireSpinLockAtDpcLevel(PKSPIN_LOCK lock);
void KeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK lock);
BOOLEAN KeTryToAcquireSpinLockAtDpcLevel(PKSPIN_LOCK lock);

typedef struct _KLOCK_QUEUE_HANDLE {
	PKSPIN_LOCK Lock;
	KIRQL OldIrql;
} KLOCK_QUEUE_HANDLE, *PKLOCK_QUEUE_HANDLE;

void KeAcquireInStackQueuedSpinLock(PKSPIN_LOCK lock,
				    PKLOCK_QUEUE_HANDLE handle);
void KeReleaseInStackQueuedSpinLock(PKLOCK_QUEUE_HANDLE handle);

KIRQL KeGetCurrentIrql(void);
KIRQL KeRaiseIrqlToDpcLevel(void);
void ntio_wdm_raise_irql(KIRQL to, PKIRQL old);
#define KeRaiseIrql(to, old) ntio_wdm_raise_irql(to, old)
void KeLowerIrql(KIRQL to);

/* --- objects to wait for -------------------------------------------------- */

typedef struct _DISPATCHER_HEADER {
	UCHAR Type;
	UCHAR Absolute;
	UCHAR Size;
	UCHAR Inserted;
	LONG SignalState;
	LIST_ENTRY WaitListHead;
} DISPATCHER_HEADER;

typedef enum _EVENT_TYPE {
	NotificationEvent,
	SynchronizationEvent
} EVENT_TYPE;

typedef enum _TIMER_TYPE {
	NotificationTimer,
	SynchronizationTimer
} TIMER_TYPE;

typedef enum _WAIT_TYPE {
	WaitAll,
	WaitAny
} WAIT_TYPE;

typedef enum _KWAIT_REASON {
	Executive,
	FreePage,
	PageIn,
	PoolAllocation,
	DelayExecution,
	Suspended,
	UserRequest
} KWAIT_REASON;

#define THREAD_WAIT_OBJECTS 3
#define MAXIMUM_WAIT_OBJECTS 64

struct ntio_wdm_wait;

typedef struct _KWAIT_BLOCK {
	LIST_ENTRY WaitListEntry;
	struct ntio_wdm_wait *Wait;
	PVOID Object;
} KWAIT_BLOCK, *PKWAIT_BLOCK;

typedef struct _KEVENT {
	DISPATCHER_HEADER Header;
} KEVENT, *PKEVENT, *PRKEVENT;

typedef struct _KSEMAPHORE {
	DISPATCHER_HEADER Header;
	LONG Limit;
} KSEMAPHORE, *PKSEMAPHORE, *PRKSEMAPHORE;

typedef struct _KMUTANT {
	DISPATCHER_HEADER Header;
	PVOID OwnerThread;
} KMUTANT, *PKMUTANT, KMUTEX, *PKMUTEX, *PRKMUTEX;

void KeInitializeEvent(PKEVENT event, EVENT_TYPE type, BOOLEAN state);
LONG KeSetEvent(PKEVENT event, KPRIORITY increment, BOOLEAN wait);
LONG KeResetEvent(PKEVENT event);
void KeClearEvent(PKEVENT event);
LONG KeReadStateEvent(PKEVENT event);
void KeInitializeSemaphore(PKSEMAPHORE semaphore, LONG count, LONG limit);
LONG KeReleaseSemaphore(PKSEMAPHORE semaphore, KPRIORITY increment,
			LONG adjustment, BOOLEAN wait);
LONG KeReadStateSemaphore(PKSEMAPHORE semaphore);
void KeInitializeMutex(PKMUTEX mutex, ULONG level);
LONG KeReleaseMutex(PKMUTEX mutex, BOOLEAN wait);
LONG KeReadStateMutex(PKMUTEX mutex);
NTSTATUS KeWaitForSingleObject(PVOID object, KWAIT_REASON reason,
			       KPROCESSOR_MODE mode, BOOLEAN alertable,
			       PLARGE_INTEGER timeout);
#define KeWaitForMutexObject KeWaitForSingleObject
NTSTATUS KeWaitForMultipleObjects(ULONG count, PVOID objects[],
				  WAIT_TYPE type, KWAIT_REASON reason,
				  KPROCESSOR_MODE mode, BOOLEAN alertable,
				  PLARGE_INTEGER timeout, PKWAIT_BLOCK blocks);
NTSTATUS KeDelayExecutionThread(KPROCESSOR_MODE mode, BOOLEAN alertable,
				PLARGE_INTEGER interval);

/* --- DPCs and timers ------------------------------------------------------ */

struct _KDPC;
typedef void KDEFERRED_ROUTINE(struct _KDPC *Dpc, PVOID DeferredContext,
			       PVOID SystemArgument1, PVOID SystemArgument2);
typedef KDEFERRED_ROUTINE *PKDEFERRED_ROUTINE;

struct ntio_wdm_driver;

typedef struct _KDPC {
	UCHAR Type;
	UCHAR Importance;
	USHORT Number;
	LIST_ENTRY DpcListEntry;
	PKDEFERRED_ROUTINE DeferredRoutine;
	PVOID DeferredContext;
	PVOID SystemArgument1;
	PVOID SystemArgument2;
	struct ntio_wdm_driver *Driver;
} KDPC, *PKDPC, *PRKDPC;

typedef struct _KTIMER {
	DISPATCHER_HEADER Header;
	ULARGE_INTEGER DueTime;
	LIST_ENTRY TimerListEntry;
	PKDPC Dpc;
	ULONG Period;
	struct ntio_wdm_driver *Driver;
} KTIMER, *PKTIMER, *PRKTIMER;

typedef enum _KDPC_IMPORTANCE {
	LowImportance,
	MediumImportance,
	HighImportance,
	MediumHighImportance
} KDPC_IMPORTANCE;

void ntio_wdm_init_dpc(PKDPC dpc, PKDEFERRED_ROUTINE routine, PVOID context,
		       struct ntio_wdm_driver *driver);
#define KeInitializeDpc(dpc, routine, context) \
	ntio_wdm_init_dpc(dpc, routine, context, &ntio_wdm_this_driver)
#define KeInitializeThreadedDpc KeInitializeDpc
BOOLEAN KeInsertQueueDpc(PKDPC dpc, PVOID argument1, PVOID argument2);
BOOLEAN KeRemoveQueueDpc(PKDPC dpc);
void KeFlushQueuedDpcs(void);
void KeSetImportanceDpc(PKDPC dpc, KDPC_IMPORTANCE importance);

void ntio_wdm_init_timer(PKTIMER timer, TIMER_TYPE type,
			 struct ntio_wdm_driver *driver);
#define KeInitializeTimer(timer) \
	ntio_wdm_init_timer(timer, NotificationTimer, &ntio_wdm_this_driver)
#define KeInitializeTimerEx(timer, type) \
	ntio_wdm_init_timer(timer, type, &ntio_wdm_this_driver)
BOOLEAN KeSetTimer(PKTIMER timer, LARGE_INTEGER due, PKDPC dpc);
BOOLEAN KeSetTimerEx(PKTIMER timer, LARGE_INTEGER due, LONG period, PKDPC dpc);
BOOLEAN KeSetCoalescableTimer(PKTIMER timer, LARGE_INTEGER due, ULONG period,
			      ULONG tolerance, PKDPC dpc);
BOOLEAN KeCancelTimer(PKTIMER timer);
BOOLEAN KeReadStateTimer(PKTIMER timer);

/* --- threads -------------------------------------------------------------- */

typedef struct _KTHREAD *PKTHREAD, *PRKTHREAD, *PETHREAD;
typedef struct _KPROCESS *PKPROCESS, *PRKPROCESS, *PEPROCESS;
typedef void KSTART_ROUTINE(PVOID StartContext);
typedef KSTART_ROUTINE *PKSTART_ROUTINE;

#define LOW_PRIORITY 0
#define LOW_REALTIME_PRIORITY 16
#define HIGH_PRIORITY 31

NTSTATUS ntio_wdm_create_thread(PHANDLE handle, PKSTART_ROUTINE routine,
				PVOID context, PCLIENT_ID id,
				struct ntio_wdm_driver *driver);
#define PsCreateSystemThread(handle, access, attributes, process, id,	\
			     routine, context)				\
	ntio_wdm_create_thread(handle, routine, context, id,		\
			       &ntio_wdm_this_driver)
#define IoCreateSystemThread(object, handle, access, attributes,	\
			     process, id, routine, context)		\
	ntio_wdm_create_thread(handle, routine, context, id,		\
			       &ntio_wdm_this_driver)
NTSTATUS PsTerminateSystemThread(NTSTATUS status);
PKTHREAD KeGetCurrentThread(void);
#define PsGetCurrentThread() ((PETHREAD)KeGetCurrentThread())
PEPROCESS PsGetCurrentProcess(void);
#define IoGetCurrentProcess PsGetCurrentProcess
HANDLE PsGetCurrentProcessId(void);
HANDLE PsGetCurrentThreadId(void);
HANDLE PsGetThreadId(PETHREAD thread);
HANDLE PsGetThreadProcessId(PETHREAD thread);
HANDLE PsGetProcessId(PEPROCESS process);
BOOLEAN PsIsSystemThread(PETHREAD thread);
NTSTATUS PsLookupThreadByThreadId(HANDLE id, PETHREAD *thread);
KPRIORITY KeSetPriorityThread(PKTHREAD thread, KPRIORITY priority);
KPRIORITY KeQueryPriorityThread(PKTHREAD thread);
void KeEnterCriticalRegion(void);
void KeLeaveCriticalRegion(void);
#define KeEnterGuardedRegion KeEnterCriticalRegion
#define KeLeaveGuardedRegion KeLeaveCriticalRegion
#define FsRtlEnterFileSystem KeEnterCriticalRegion
#define FsRtlExitFileSystem KeLeaveCriticalRegion
BOOLEAN KeAreApcsDisabled(void);
KPROCESSOR_MODE ExGetPreviousMode(void);

/* --- time ----------------------------------------------------------------- */

void KeQuerySystemTime(PLARGE_INTEGER time);
#define KeQuerySystemTimePrecise KeQuerySystemTime
void KeQueryTickCount(PLARGE_INTEGER count);
ULONG KeQueryTimeIncrement(void);
ULONGLONG KeQueryInterruptTime(void);
ULONGLONG KeQueryUnbiasedInterruptTime(void);
LARGE_INTEGER KeQueryPerformanceCounter(PLARGE_INTEGER frequency);
void KeStallExecutionProcessor(ULONG microseconds);
void ExSystemTimeToLocalTime(PLARGE_INTEGER system, PLARGE_INTEGER local);
void ExLocalTimeToSystemTime(PLARGE_INTEGER local, PLARGE_INTEGER system);
void ExQueryTimerResolution(PULONG maximum, PULONG minimum, PULONG now);
ULONG KeGetCurrentProcessorNumber(void);
ULONG KeQueryActiveProcessorCount(KAFFINITY *active);
#define KeQueryActiveProcessorCountEx(group) KeQueryActiveProcessorCount(NULL)
