/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Protection keys: rights to memory that a thread has and its process has not.
 * Who goes to the memory of a caller from elsewhere has the caller's, as they
 * were when it was kept. Processors without keys have nothing to remember.
 */
#ifndef NTIO_MEMORY_RIGHTS_H
#define NTIO_MEMORY_RIGHTS_H

#include <linux/mm.h>
#include <linux/mmu_context.h>

#ifdef CONFIG_X86_INTEL_MEMORY_PROTECTION_KEYS
#include <asm/pkru.h>

/* Those of the current thread. */
static inline u32 ntio_rights(void)
{
	return read_pkru();
}

static inline void ntio_rights_set(u32 rights)
{
	write_pkru(rights);
}

static inline bool ntio_rights_permit(u32 rights, struct vm_area_struct *vma,
				      bool write)
{
	u16 key = vma_pkey(vma);

	return !cpu_feature_enabled(X86_FEATURE_OSPKE) ||
	       (__pkru_allows_read(rights, key) &&
		(!write || __pkru_allows_write(rights, key)));
}
#else
static inline u32 ntio_rights(void)
{
	return 0;
}

static inline void ntio_rights_set(u32 rights)
{
}

static inline bool ntio_rights_permit(u32 rights, struct vm_area_struct *vma,
				      bool write)
{
	return true;
}
#endif

#endif
