// SPDX-License-Identifier: GPL-2.0
/*
 * The caller's memory, for drivers that were given its addresses on Windows.
 *
 * Such a driver probes the address and uses it. Here an address of the caller
 * cannot be used: the kernel does not allow it, and catches nothing. So what
 * neither is buffered nor direct is locked and mapped before the driver is
 * called, which gets the kernel's address of it, an alias. Addresses that it
 * finds in the data stay the caller's, and are for the accessors alone.
 */
#include <linux/mm.h>

#include "layer.h"

static struct wdm_alias *wdm_alias_add(struct wdm_irp *wirp, size_t len)
{
	struct wdm_alias *alias = kzalloc(sizeof(*alias), GFP_KERNEL_ACCOUNT);

	if (!alias)
		return NULL;
	alias->len = len;
	alias->next = wirp->aliases;
	wirp->aliases = alias;
	wirp->owes = true;
	return alias;
}

static NTSTATUS wdm_alias_lock(const struct ntio_caller *caller,
			       struct wdm_alias *alias, ntio_uaddr_t addr)
{
	ntstatus_t status;

	alias->mdl = ntio_mdl_alloc(caller, addr, alias->len);
	if (!alias->mdl)
		return NT(INSUFFICIENT_RESOURCES);
	status = ntio_mdl_lock(caller, alias->mdl, NTIO_LOCK_WRITE);
	if (!ntio_is_error(status)) {
		alias->address = ntio_mdl_write_address(alias->mdl);
		if (alias->address)
			return NT(SUCCESS);
		ntio_mdl_unlock(alias->mdl);
		status = STATUS_INSUFFICIENT_RESOURCES;
	}
	ntio_mdl_free(alias->mdl);
	alias->mdl = NULL;
	return (__force NTSTATUS)status;
}

/* What cannot be locked for writing is copied: a driver may write by mistake. */
static NTSTATUS wdm_alias_copy(const struct ntio_caller *caller,
			       struct wdm_alias *alias, ntio_uaddr_t addr)
{
	void *p = kvmalloc(alias->len, GFP_KERNEL_ACCOUNT | __GFP_NOWARN);

	if (!p)
		return NT(INSUFFICIENT_RESOURCES);
	if (ntio_read_user(caller, p, addr, alias->len)) {
		kvfree(p);
		return NT(ACCESS_VIOLATION);
	}
	alias->address = p;
	return NT(SUCCESS);
}

NTSTATUS wdm_alias_in(const struct ntio_caller *caller, struct wdm_irp *wirp,
		      ntio_uaddr_t addr, size_t len, void **address)
{
	struct wdm_alias *alias;
	NTSTATUS status;

	*address = NULL;
	if (!len)
		return NT(SUCCESS);
	alias = wdm_alias_add(wirp, len);
	if (!alias)
		return NT(INSUFFICIENT_RESOURCES);
	status = wdm_alias_lock(caller, alias, addr);
	if (!NT_SUCCESS(status) && len <= WDM_COPY_MAX)
		status = wdm_alias_copy(caller, alias, addr);
	*address = alias->address;
	return status;
}

NTSTATUS wdm_alias_out(const struct ntio_caller *caller, struct wdm_irp *wirp,
		       ntio_uaddr_t addr, size_t len, void **address)
{
	struct wdm_alias *alias;
	NTSTATUS status;

	*address = NULL;
	if (!len)
		return NT(SUCCESS);
	alias = wdm_alias_add(wirp, len);
	if (!alias)
		return NT(INSUFFICIENT_RESOURCES);
	status = wdm_alias_lock(caller, alias, addr);
	*address = alias->address;
	return status;
}

void wdm_aliases_free(struct wdm_irp *wirp)
{
	struct wdm_alias *alias, *next;

	for (alias = wirp->aliases; alias; alias = next) {
		next = alias->next;
		if (alias->mdl) {
			ntio_mdl_unlock(alias->mdl);
			ntio_mdl_free(alias->mdl);
		} else {
			kvfree(alias->address);
		}
		kfree(alias);
	}
	wirp->aliases = NULL;
}

/* The alias that a range lies in, of the requests that this thread serves. */
struct wdm_alias *wdm_alias_find(const void *address, size_t len)
{
	struct wdm_entry *entry;
	struct wdm_alias *alias;
	size_t at;

	for (entry = wdm_entry(); entry; entry = entry->outer) {
		alias = entry->irp ? entry->irp->aliases : NULL;
		for (; alias; alias = alias->next) {
			at = address - alias->address;
			if (address >= alias->address && at <= alias->len &&
			    len <= alias->len - at)
				return alias;
		}
	}
	return NULL;
}

/* --- probes and accessors ------------------------------------------------- */

static bool wdm_user_range(const void *address, size_t len)
{
	unsigned long at = (unsigned long)address;

	return len <= TASK_SIZE_MAX && at <= TASK_SIZE_MAX - len;
}

static void wdm_probe(const void *address, size_t len,
		      u32 alignment, bool write)
{
	struct wdm_alias *alias;

	if (!len)
		return;
	if (alignment > 1 && (unsigned long)address & (alignment - 1))
		ntio_wdm_raise(NT(DATATYPE_MISALIGNMENT));
	if (wdm_user_range(address, len))
		return;
	alias = wdm_alias_find(address, len);
	if (!alias || (write && !alias->mdl))
		ntio_wdm_raise(NT(ACCESS_VIOLATION));
}

void ntio_wdm_probe_read(const void *address, SIZE_T length, ULONG alignment)
{
	wdm_probe(address, length, alignment, false);
}
EXPORT_SYMBOL_GPL(ntio_wdm_probe_read);

/* A page that cannot be written is found by the accessor that writes it. */
void ntio_wdm_probe_write(void *address, SIZE_T length, ULONG alignment)
{
	wdm_probe(address, length, alignment, true);
}
EXPORT_SYMBOL_GPL(ntio_wdm_probe_write);

static const struct ntio_caller *wdm_caller(void)
{
	struct wdm_entry *entry = wdm_entry();

	return entry ? entry->caller : NULL;
}

static ntio_uaddr_t wdm_uaddr(const void *p)
{
	return (ntio_uaddr_t){ (unsigned long)p };
}

/**
 * ntio_wdm_copy_checked() - copy where one side may be the caller's memory
 * @to: where to
 * @from: where from
 * @len: number of bytes
 *
 * Raises STATUS_ACCESS_VIOLATION where the caller's memory cannot be reached, or
 * may not be: only the driver at the top may, in the routine that was called.
 *
 * Return: @len.
 */
SIZE_T ntio_wdm_copy_checked(PVOID to, const void *from, SIZE_T len)
{
	bool user_to = !NTIO_WDM_IS_KERNEL(to);
	bool user_from = !NTIO_WDM_IS_KERNEL(from);
	const struct ntio_caller *caller = wdm_caller();
	size_t left = len;

	if (!len)
		return 0;
	if (!user_to && !user_from) {
		memmove(to, from, len);
		return len;
	}
	if (caller && !user_to)
		left = ntio_read_user(caller, to, wdm_uaddr(from), len);
	else if (caller && !user_from)
		left = ntio_write_user(caller, wdm_uaddr(to), from, len);
	if (left)
		ntio_wdm_raise(NT(ACCESS_VIOLATION));
	return len;
}
EXPORT_SYMBOL_GPL(ntio_wdm_copy_checked);

/* Likewise: fill the caller's memory. */
SIZE_T ntio_wdm_fill_checked(PVOID to, SIZE_T len, int value)
{
	u8 bytes[64];
	size_t part, done;

	memset(bytes, value, sizeof(bytes));
	for (done = 0; done < len; done += part) {
		part = min(len - done, sizeof(bytes));
		ntio_wdm_copy_checked(to + done, bytes, part);
	}
	return len;
}
EXPORT_SYMBOL_GPL(ntio_wdm_fill_checked);

BOOLEAN MmIsAddressValid(PVOID address)
{
	return NTIO_WDM_IS_KERNEL(address) && (virt_addr_valid(address) ||
					       is_vmalloc_addr(address));
}
EXPORT_SYMBOL_GPL(MmIsAddressValid);

PVOID MmGetSystemRoutineAddress(PUNICODE_STRING name)
{
	return NULL;
}
EXPORT_SYMBOL_GPL(MmGetSystemRoutineAddress);
