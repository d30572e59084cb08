// SPDX-License-Identifier: GPL-2.0
/*
 * MDLs as drivers for Windows have them. Those with pages of the caller have
 * ntio's behind them; kernel memory is mapped already.
 */
#include <linux/mm.h>

#include "layer.h"

/* What an address of the caller's buffer counts from: it is not told. */
#define WDM_MDL_BASE ((void *)0x10000)

/* --- those of requests ---------------------------------------------------- */

void wdm_mdl_of_request(PMDL mdl, struct ntio_mdl *core)
{
	*mdl = (MDL) {
		.Size = sizeof(*mdl),
		.MdlFlags = MDL_PAGES_LOCKED |
			    (core->writable ? MDL_WRITE_OPERATION : 0),
		.StartVa = WDM_MDL_BASE,
		.ByteOffset = core->byte_offset,
		.ByteCount = core->byte_count,
		.Core = core,
	};
}

/* Before the request can be served where nothing can be mapped. */
void wdm_mdl_map_early(struct wdm_irp *wirp)
{
	PMDL mdl;

	for (mdl = wirp->irp.MdlAddress; mdl; mdl = mdl->Next)
		if (mdl->Core)
			MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority);
}

/*
 * The request may be marked pending with a lock held, as is usual. One that was
 * marked, passed on or completed may be gone.
 */
void wdm_mdl_map_before_raise(u8 irql)
{
	struct wdm_entry *entry = irql < DISPATCH_LEVEL ? wdm_entry() : NULL;

	if (entry && entry->irp && !entry->marked && !entry->passed &&
	    entry->irp->irp.MdlAddress)
		wdm_mdl_map_early(entry->irp);
}

/* Those that a driver gave to the request go with it. */
void wdm_mdls_end(struct wdm_irp *wirp)
{
	PMDL mdl, next;

	for (mdl = wirp->irp.MdlAddress; mdl; mdl = next) {
		next = mdl->Next;
		if (mdl == &wirp->mdl)
			continue;
		if (mdl->MdlFlags & MDL_PAGES_LOCKED)
			MmUnlockPages(mdl);
		IoFreeMdl(mdl);
	}
	wirp->irp.MdlAddress = NULL;
}

/* --- addresses ------------------------------------------------------------ */

PVOID MmGetSystemAddressForMdlSafe(PMDL mdl, ULONG priority)
{
	struct ntio_mdl *core = mdl->Core;
	void *address;

	if (mdl->MappedSystemVa)
		return mdl->MappedSystemVa;
	if (!core) {
		wdm_violation(WDM_VIOLATION_LOCKED_UNLOCKED);
		return NULL;
	}
	if (!core->contiguous && !ntio_mdl_is_mapped(core) &&
	    wdm_irql() >= DISPATCH_LEVEL) {
		wdm_violation(WDM_VIOLATION_MAP_AT_DISPATCH);
		return NULL;
	}
	if (core->writable)
		address = ntio_mdl_write_address(core);
	else
		address = (void *)ntio_mdl_read_address(core);
	if (address)
		mdl->MdlFlags |= MDL_MAPPED_TO_SYSTEM_VA;
	mdl->MappedSystemVa = address;
	return address;
}
EXPORT_SYMBOL_GPL(MmGetSystemAddressForMdlSafe);

PVOID MmMapLockedPagesSpecifyCache(PMDL mdl, KPROCESSOR_MODE mode,
				   MEMORY_CACHING_TYPE type, PVOID base,
				   ULONG bug_check, ULONG priority)
{
	if (mode != KernelMode)
		ntio_wdm_raise(NT(NOT_SUPPORTED));
	return MmGetSystemAddressForMdlSafe(mdl, priority);
}
EXPORT_SYMBOL_GPL(MmMapLockedPagesSpecifyCache);

/* The mapping stays until the pages are unlocked. */
void MmUnmapLockedPages(PVOID address, PMDL mdl)
{
}
EXPORT_SYMBOL_GPL(MmUnmapLockedPages);

/* --- made by drivers ------------------------------------------------------ */

SIZE_T MmSizeOfMdl(PVOID base, SIZE_T length)
{
	return sizeof(MDL);
}
EXPORT_SYMBOL_GPL(MmSizeOfMdl);

PMDL IoAllocateMdl(PVOID address, ULONG length, BOOLEAN secondary,
		   BOOLEAN charge_quota, PIRP irp)
{
	PMDL mdl, *end;

	if (!length)
		return NULL;
	mdl = kzalloc(sizeof(*mdl), wdm_gfp() | __GFP_ACCOUNT);
	if (!mdl)
		return NULL;
	mdl->Size = sizeof(*mdl);
	mdl->MdlFlags = MDL_ALLOCATED_FIXED_SIZE;
	mdl->StartVa = (void *)((unsigned long)address & PAGE_MASK);
	mdl->ByteOffset = offset_in_page(address);
	mdl->ByteCount = length;
	if (!irp)
		return mdl;
	to_wdm_irp(irp)->owes = true;
	end = &irp->MdlAddress;
	while (secondary && *end)
		end = &(*end)->Next;
	*end = mdl;
	return mdl;
}
EXPORT_SYMBOL_GPL(IoAllocateMdl);

void MmBuildMdlForNonPagedPool(PMDL mdl)
{
	mdl->MappedSystemVa = MmGetMdlVirtualAddress(mdl);
	mdl->MdlFlags |= MDL_SOURCE_IS_NONPAGED_POOL;
}
EXPORT_SYMBOL_GPL(MmBuildMdlForNonPagedPool);

static NTSTATUS wdm_lock_user(PMDL mdl, ntio_uaddr_t addr, bool write)
{
	struct wdm_entry *entry = wdm_entry();
	const struct ntio_caller *caller = entry ? entry->caller : NULL;
	struct ntio_mdl *core;
	ntstatus_t status;

	if (!caller)
		return NT(ACCESS_VIOLATION);
	core = ntio_mdl_alloc(caller, addr, mdl->ByteCount);
	if (!core)
		return NT(INSUFFICIENT_RESOURCES);
	status = ntio_mdl_lock(caller, core, write ? NTIO_LOCK_WRITE :
						     NTIO_LOCK_READ);
	if (ntio_is_error(status))
		ntio_mdl_free(core);
	else
		mdl->Core = core;
	return (__force NTSTATUS)status;
}

/* An alias, or memory of the driver. */
static NTSTATUS wdm_lock_kernel(PMDL mdl, void *address, KPROCESSOR_MODE mode,
				bool write)
{
	struct wdm_alias *alias = wdm_alias_find(address, mdl->ByteCount);

	if (!alias && mode != KernelMode)
		return NT(ACCESS_VIOLATION);
	if (alias && write && !alias->mdl)
		return NT(ACCESS_VIOLATION);
	if (!alias || !alias->mdl) {
		mdl->MappedSystemVa = address;
		return NT(SUCCESS);
	}
	mdl->Core = ntio_mdl_partial(alias->mdl, address - alias->address,
				     mdl->ByteCount);
	return mdl->Core ? NT(SUCCESS) : NT(INSUFFICIENT_RESOURCES);
}

void MmProbeAndLockPages(PMDL mdl, KPROCESSOR_MODE mode, LOCK_OPERATION op)
{
	void *address = MmGetMdlVirtualAddress(mdl);
	bool write = op != IoReadAccess;
	NTSTATUS status;

	if (mdl->MdlFlags & (MDL_PAGES_LOCKED | MDL_SOURCE_IS_NONPAGED_POOL)) {
		wdm_violation(WDM_VIOLATION_LOCKED_UNLOCKED);
		return;
	}
	if (NTIO_WDM_IS_KERNEL(address))
		status = wdm_lock_kernel(mdl, address, mode, write);
	else
		status = wdm_lock_user(mdl, (ntio_uaddr_t)
				       { (unsigned long)address }, write);
	if (!NT_SUCCESS(status))
		ntio_wdm_raise(status);
	mdl->MdlFlags |= MDL_PAGES_LOCKED | (write ? MDL_WRITE_OPERATION : 0);
}
EXPORT_SYMBOL_GPL(MmProbeAndLockPages);

/* --- given back ----------------------------------------------------------- */

/* Unlocking sleeps: where a driver may not, a worker does it. */
static DEFINE_SPINLOCK(wdm_dead_lock);
static struct ntio_mdl *wdm_dead_mdls[2];

static void wdm_core_end(struct ntio_mdl *core, bool locked)
{
	if (locked)
		ntio_mdl_unlock(core);
	ntio_mdl_free(core);
}

static void wdm_core_end_work(struct work_struct *work)
{
	struct ntio_mdl *core, *next;
	int locked;

	for (locked = 0; locked < 2; locked++) {
		spin_lock_irq(&wdm_dead_lock);
		core = wdm_dead_mdls[locked];
		wdm_dead_mdls[locked] = NULL;
		spin_unlock_irq(&wdm_dead_lock);
		for (; core; core = next) {
			next = core->next;
			core->next = NULL;
			wdm_core_end(core, locked);
		}
	}
}

static DECLARE_WORK(wdm_dead_work, wdm_core_end_work);

static void wdm_core_end_later(struct ntio_mdl *core, bool locked)
{
	unsigned long flags;

	spin_lock_irqsave(&wdm_dead_lock, flags);
	core->next = wdm_dead_mdls[locked];
	wdm_dead_mdls[locked] = core;
	spin_unlock_irqrestore(&wdm_dead_lock, flags);
	schedule_work(&wdm_dead_work);
}

void wdm_mdls_exit(void)
{
	flush_work(&wdm_dead_work);
}

static void wdm_core_drop(PMDL mdl)
{
	bool locked = !(mdl->MdlFlags & MDL_PARTIAL) &&
		      !NTIO_WDM_IS_KERNEL(MmGetMdlVirtualAddress(mdl));
	struct ntio_mdl *core = mdl->Core;

	mdl->Core = NULL;
	mdl->MappedSystemVa = NULL;
	mdl->MdlFlags &= ~(MDL_PAGES_LOCKED | MDL_MAPPED_TO_SYSTEM_VA |
			   MDL_WRITE_OPERATION | MDL_PARTIAL);
	if (!core)
		return;
	if (wdm_irql() < DISPATCH_LEVEL)
		wdm_core_end(core, locked);
	else
		wdm_core_end_later(core, locked);
}

static bool wdm_mdl_is_given(const MDL *mdl)
{
	return !(mdl->MdlFlags & MDL_ALLOCATED_FIXED_SIZE);
}

void MmUnlockPages(PMDL mdl)
{
	if (!(mdl->MdlFlags & MDL_PAGES_LOCKED) || wdm_mdl_is_given(mdl))
		wdm_violation(WDM_VIOLATION_LOCKED_UNLOCKED);
	else
		wdm_core_drop(mdl);
}
EXPORT_SYMBOL_GPL(MmUnlockPages);

void IoFreeMdl(PMDL mdl)
{
	if (wdm_mdl_is_given(mdl)) {
		wdm_violation(WDM_VIOLATION_FREED_GIVEN);
		return;
	}
	if (mdl->MdlFlags & MDL_PAGES_LOCKED)
		wdm_violation(WDM_VIOLATION_FREED_LOCKED);
	wdm_core_drop(mdl);
	kfree(mdl);
}
EXPORT_SYMBOL_GPL(IoFreeMdl);

void MmPrepareMdlForReuse(PMDL mdl)
{
	if (mdl->MdlFlags & MDL_PARTIAL)
		wdm_core_drop(mdl);
}
EXPORT_SYMBOL_GPL(MmPrepareMdlForReuse);

void IoBuildPartialMdl(PMDL source, PMDL target, PVOID address, ULONG length)
{
	size_t offset = address - MmGetMdlVirtualAddress(source);

	if (!length && offset < source->ByteCount)
		length = source->ByteCount - offset;
	if (offset >= source->ByteCount || length > source->ByteCount - offset) {
		wdm_violation(WDM_VIOLATION_LOCKED_UNLOCKED);
		return;
	}
	target->StartVa = (void *)((unsigned long)address & PAGE_MASK);
	target->ByteOffset = offset_in_page(address);
	target->ByteCount = length;
	target->MdlFlags |= MDL_PARTIAL;
	/* As on Windows, the pages stay with the source. */
	if (wdm_irql() >= DISPATCH_LEVEL && source->Core)
		MmGetSystemAddressForMdlSafe(source, NormalPagePriority);
	if (source->MappedSystemVa)
		target->MappedSystemVa = source->MappedSystemVa + offset;
	if (source->Core && wdm_irql() < DISPATCH_LEVEL)
		target->Core = ntio_mdl_partial(source->Core, offset, length);
}
EXPORT_SYMBOL_GPL(IoBuildPartialMdl);
