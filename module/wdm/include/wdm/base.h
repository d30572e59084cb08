/* SPDX-License-Identifier: GPL-2.0 */
/* Lists, interlocked operations, and what the compiler of Windows has. */

#define PASSIVE_LEVEL 0
#define LOW_LEVEL 0
#define APC_LEVEL 1
#define DISPATCH_LEVEL 2
#define HIGH_LEVEL 15

#ifndef PAGE_SIZE
#define PAGE_SIZE 0x1000
#define PAGE_SHIFT 12
#endif
#define BYTE_OFFSET(va) ((ULONG)((ULONG_PTR)(va) & (PAGE_SIZE - 1)))
#define BYTES_TO_PAGES(n) \
	(((n) >> PAGE_SHIFT) + (((n) & (PAGE_SIZE - 1)) != 0))
#ifndef PAGE_ALIGN
#define PAGE_ALIGN(va) ((PVOID)((ULONG_PTR)(va) & ~(ULONG_PTR)(PAGE_SIZE - 1)))
#endif
#define ROUND_TO_PAGES(n) \
	(((ULONG_PTR)(n) + PAGE_SIZE - 1) & ~(ULONG_PTR)(PAGE_SIZE - 1))
#define ADDRESS_AND_SIZE_TO_SPAN_PAGES(va, n) \
	((ULONG)((BYTE_OFFSET(va) + (SIZE_T)(n) + PAGE_SIZE - 1) >> PAGE_SHIFT))

/* Memory of the caller has no high bit; only the accessors may touch it. */
#define NTIO_WDM_IS_KERNEL(p) ((LONG_PTR)(p) < 0)

typedef enum _MODE { KernelMode, UserMode, MaximumMode } MODE;

typedef struct _IO_STATUS_BLOCK {
	union {
		NTSTATUS Status;
		PVOID Pointer;
	};
	ULONG_PTR Information;
} IO_STATUS_BLOCK, *PIO_STATUS_BLOCK;

typedef struct _CLIENT_ID {
	HANDLE UniqueProcess;
	HANDLE UniqueThread;
} CLIENT_ID, *PCLIENT_ID;

/* --- lists ---------------------------------------------------------------- */

__forceinline void InitializeListHead(PLIST_ENTRY Head)
{
	Head->Flink = Head;
	Head->Blink = Head;
}

__forceinline BOOLEAN IsListEmpty(const LIST_ENTRY *Head)
{
	return (BOOLEAN)(Head->Flink == Head);
}

__forceinline BOOLEAN RemoveEntryList(PLIST_ENTRY Entry)
{
	PLIST_ENTRY next = Entry->Flink, before = Entry->Blink;

	before->Flink = next;
	next->Blink = before;
	return (BOOLEAN)(next == before);
}

__forceinline PLIST_ENTRY RemoveHeadList(PLIST_ENTRY Head)
{
	PLIST_ENTRY entry = Head->Flink;

	RemoveEntryList(entry);
	return entry;
}

__forceinline PLIST_ENTRY RemoveTailList(PLIST_ENTRY Head)
{
	PLIST_ENTRY entry = Head->Blink;

	RemoveEntryList(entry);
	return entry;
}

__forceinline void InsertHeadList(PLIST_ENTRY Head, PLIST_ENTRY Entry)
{
	PLIST_ENTRY next = Head->Flink;

	Entry->Flink = next;
	Entry->Blink = Head;
	next->Blink = Entry;
	Head->Flink = Entry;
}

__forceinline void InsertTailList(PLIST_ENTRY Head, PLIST_ENTRY Entry)
{
	PLIST_ENTRY before = Head->Blink;

	Entry->Flink = Head;
	Entry->Blink = before;
	before->Flink = Entry;
	Head->Blink = Entry;
}

__forceinline void AppendTailList(PLIST_ENTRY Head, PLIST_ENTRY List)
{
	PLIST_ENTRY end = Head->Blink;

	Head->Blink->Flink = List;
	Head->Blink = List->Blink;
	List->Blink->Flink = Head;
	List->Blink = end;
}

__forceinline void PushEntryList(PSINGLE_LIST_ENTRY Head,
				 PSINGLE_LIST_ENTRY Entry)
{
	Entry->Next = Head->Next;
	Head->Next = Entry;
}

__forceinline PSINGLE_LIST_ENTRY PopEntryList(PSINGLE_LIST_ENTRY Head)
{
	PSINGLE_LIST_ENTRY first = Head->Next;

	if (first)
		Head->Next = first->Next;
	return first;
}

/* --- interlocked ---------------------------------------------------------- */

__forceinline LONG InterlockedIncrement(volatile LONG *p)
{
	return __atomic_add_fetch(p, 1, __ATOMIC_SEQ_CST);
}

__forceinline LONG InterlockedDecrement(volatile LONG *p)
{
	return __atomic_sub_fetch(p, 1, __ATOMIC_SEQ_CST);
}

__forceinline LONG InterlockedAdd(volatile LONG *p, LONG value)
{
	return __atomic_add_fetch(p, value, __ATOMIC_SEQ_CST);
}

__forceinline LONG InterlockedExchange(volatile LONG *p, LONG value)
{
	return __atomic_exchange_n(p, value, __ATOMIC_SEQ_CST);
}

__forceinline LONG InterlockedExchangeAdd(volatile LONG *p, LONG value)
{
	return __atomic_fetch_add(p, value, __ATOMIC_SEQ_CST);
}

__forceinline LONG InterlockedCompareExchange(volatile LONG *p, LONG value,
					      LONG comparand)
{
	__atomic_compare_exchange_n(p, &comparand, value, 0, __ATOMIC_SEQ_CST,
				    __ATOMIC_SEQ_CST);
	return comparand;
}

__forceinline LONG InterlockedOr(volatile LONG *p, LONG value)
{
	return __atomic_fetch_or(p, value, __ATOMIC_SEQ_CST);
}

__forceinline LONG InterlockedAnd(volatile LONG *p, LONG value)
{
	return __atomic_fetch_and(p, value, __ATOMIC_SEQ_CST);
}

__forceinline LONG InterlockedXor(volatile LONG *p, LONG value)
{
	return __atomic_fetch_xor(p, value, __ATOMIC_SEQ_CST);
}

__forceinline LONG64 InterlockedIncrement64(volatile LONG64 *p)
{
	return __atomic_add_fetch(p, 1, __ATOMIC_SEQ_CST);
}

__forceinline LONG64 InterlockedDecrement64(volatile LONG64 *p)
{
	return __atomic_sub_fetch(p, 1, __ATOMIC_SEQ_CST);
}

__forceinline LONG64 InterlockedAdd64(volatile LONG64 *p, LONG64 value)
{
	return __atomic_add_fetch(p, value, __ATOMIC_SEQ_CST);
}

__forceinline LONG64 InterlockedExchange64(volatile LONG64 *p, LONG64 value)
{
	return __atomic_exchange_n(p, value, __ATOMIC_SEQ_CST);
}

__forceinline LONG64 InterlockedExchangeAdd64(volatile LONG64 *p, LONG64 value)
{
	return __atomic_fetch_add(p, value, __ATOMIC_SEQ_CST);
}

__forceinline LONG64 InterlockedCompareExchange64(volatile LONG64 *p,
						  LONG64 value,
						  LONG64 comparand)
{
	__atomic_compare_exchange_n(p, &comparand, value, 0, __ATOMIC_SEQ_CST,
				    __ATOMIC_SEQ_CST);
	return comparand;
}

__forceinline PVOID InterlockedExchangePointer(PVOID volatile *p, PVOID value)
{
	return __atomic_exchange_n(p, value, __ATOMIC_SEQ_CST);
}

__forceinline PVOID InterlockedCompareExchangePointer(PVOID volatile *p,
						      PVOID value,
						      PVOID comparand)
{
	__atomic_compare_exchange_n(p, &comparand, value, 0, __ATOMIC_SEQ_CST,
				    __ATOMIC_SEQ_CST);
	return comparand;
}

__forceinline LONG ReadAcquire(const volatile LONG *p)
{
	return __atomic_load_n(p, __ATOMIC_ACQUIRE);
}

__forceinline void WriteRelease(volatile LONG *p, LONG value)
{
	__atomic_store_n(p, value, __ATOMIC_RELEASE);
}

__forceinline LONG ReadNoFence(const volatile LONG *p)
{
	return __atomic_load_n(p, __ATOMIC_RELAXED);
}

__forceinline void WriteNoFence(volatile LONG *p, LONG value)
{
	__atomic_store_n(p, value, __ATOMIC_RELAXED);
}

#define KeMemoryBarrier() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define MemoryBarrier() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#ifndef NTIO_WDM_LAYER
#define YieldProcessor() __builtin_ia32_pause()
#endif
#define __debugbreak() DbgBreakPoint()
