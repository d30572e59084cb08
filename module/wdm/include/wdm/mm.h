/* SPDX-License-Identifier: GPL-2.0 */
/* MDLs, and the caller's memory. */

#define MDL_MAPPED_TO_SYSTEM_VA 0x0001
#define MDL_PAGES_LOCKED 0x0002
#define MDL_SOURCE_IS_NONPAGED_POOL 0x0004
#define MDL_ALLOCATED_FIXED_SIZE 0x0008
#define MDL_PARTIAL 0x0010
#define MDL_PARTIAL_HAS_BEEN_MAPPED 0x0020
#define MDL_WRITE_OPERATION 0x0080

/* All but what Windows documents is the layer's. */
typedef struct _MDL {
	struct _MDL *Next;
	CSHORT Size;
	CSHORT MdlFlags;
	PVOID MappedSystemVa;
	PVOID StartVa;
	ULONG ByteCount;
	ULONG ByteOffset;
	struct ntio_mdl *Core;
	struct _MDL *Source;
} MDL, *PMDL;

typedef enum _LOCK_OPERATION {
	IoReadAccess,
	IoWriteAccess,
	IoModifyAccess
} LOCK_OPERATION;

typedef enum _MEMORY_CACHING_TYPE {
	MmNonCached,
	MmCached,
	MmWriteCombined
} MEMORY_CACHING_TYPE;

typedef enum _MM_PAGE_PRIORITY {
	LowPagePriority,
	NormalPagePriority = 16,
	HighPagePriority = 32
} MM_PAGE_PRIORITY;

#define MdlMappingNoWrite 0x80000000u
#define MdlMappingNoExecute 0x40000000u

#define MmGetMdlByteCount(mdl) ((mdl)->ByteCount)
#define MmGetMdlByteOffset(mdl) ((mdl)->ByteOffset)
#define MmGetMdlVirtualAddress(mdl) \
	((PVOID)((PCHAR)(mdl)->StartVa + (mdl)->ByteOffset))
#define MmGetMdlBaseVa(mdl) ((mdl)->StartVa)
void MmPrepareMdlForReuse(PMDL mdl);
PVOID MmGetSystemAddressForMdlSafe(PMDL mdl, ULONG priority);
PVOID MmMapLockedPagesSpecifyCache(PMDL mdl, KPROCESSOR_MODE mode,
				   MEMORY_CACHING_TYPE type, PVOID base,
				   ULONG bug_check, ULONG priority);
void MmUnmapLockedPages(PVOID address, PMDL mdl);
void MmProbeAndLockPages(PMDL mdl, KPROCESSOR_MODE mode, LOCK_OPERATION op);
void MmUnlockPages(PMDL mdl);
void MmBuildMdlForNonPagedPool(PMDL mdl);
SIZE_T MmSizeOfMdl(PVOID base, SIZE_T length);

void ntio_wdm_probe_read(const void *address, SIZE_T length, ULONG alignment);
void ntio_wdm_probe_write(void *address, SIZE_T length, ULONG alignment);

__forceinline void ProbeForRead(const volatile void *address, SIZE_T length,
				ULONG alignment)
{
	ntio_wdm_probe_read((const void *)address, length, alignment);
}

__forceinline void ProbeForWrite(volatile void *address, SIZE_T length,
				 ULONG alignment)
{
	ntio_wdm_probe_write((void *)address, length, alignment);
}

BOOLEAN MmIsAddressValid(PVOID address);
PVOID MmGetSystemRoutineAddress(PUNICODE_STRING name);
#define MmIsThisAnNtAsSystem() FALSE
#define MmLockPagableCodeSection(address) ((PVOID)(address))
#define MmLockPagableDataSection(address) ((PVOID)(address))
#define MmUnlockPagableImageSection(handle) ((void)(handle))
#define MmPageEntireDriver(address) ((PVOID)(address))
#define MmResetDriverPaging(address) ((void)(address))

/* Accessors of the newer documentation: they raise as the older ones do. */
__forceinline void CopyFromUser(PVOID to, const volatile void *from, SIZE_T len)
{
	ntio_wdm_copy_checked(to, (const void *)from, len);
}

__forceinline void CopyToUser(volatile void *to, const void *from, SIZE_T len)
{
	ntio_wdm_copy_checked((PVOID)to, from, len);
}
#define ReadULongFromUser(p) \
	({ ULONG ntio_v; CopyFromUser(&ntio_v, p, sizeof(ntio_v)); ntio_v; })
#define ReadULong64FromUser(p) \
	({ ULONG64 ntio_v; CopyFromUser(&ntio_v, p, sizeof(ntio_v)); ntio_v; })
#define WriteULongToUser(p, v) \
	({ ULONG ntio_v = (v); CopyToUser(p, &ntio_v, sizeof(ntio_v)); })
#define WriteULong64ToUser(p, v) \
	({ ULONG64 ntio_v = (v); CopyToUser(p, &ntio_v, sizeof(ntio_v)); })
