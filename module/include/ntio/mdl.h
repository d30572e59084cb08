/* SPDX-License-Identifier: GPL-2.0 */
/* Locked pages (Windows: MDL). */
#ifndef NTIO_MDL_H
#define NTIO_MDL_H

#include <linux/types.h>

struct page;
struct user_struct;

/**
 * struct ntio_mdl - a range of the caller's memory, locked (Windows: MDL)
 * @byte_count: length in bytes, never 0 (Windows: MmGetMdlByteCount)
 * @byte_offset: offset in the first page (Windows: MmGetMdlByteOffset)
 * @nr_pages: number of pages
 * @writable: locked for writing (OUT_DIRECT); else it must only be read
 * @contiguous: the pages follow each other in memory, no mapping is needed
 *
 * What is locked is the pages, not the address: the caller may unmap or
 * re-protect the range meanwhile, the driver still reaches the pages [5.17].
 * The MDL of a request belongs to the core, which unlocks it when the request
 * has ended [2.20]; a driver neither unlocks nor frees it.
 *
 * The bytes around the range in the first and last page are the caller's other
 * data [5.28].
 */
struct ntio_mdl {
	size_t byte_count;
	unsigned int byte_offset;
	unsigned int nr_pages;
	bool writable;
	bool contiguous;
	/* private: */
	bool long_term;
	struct page **pages;
	void *mapping;			/* vmap() of the pages, or NULL */
	struct user_struct *charged;	/* who pays for long-term pages */
	struct page *inline_pages[8];
};

/**
 * ntio_mdl_read_address() - kernel address of the locked bytes, for reading
 * @mdl: locked pages, or NULL, for which NULL is returned [5.26]
 *
 * Needs no mapping where the pages are contiguous; else maps them on the first
 * call, read-only unless @mdl is writable. Repeated calls return the same
 * address, valid in every context until the request is completed [7.5].
 * Windows: MmGetSystemAddressForMdlSafe with MdlMappingNoWrite.
 *
 * The caller's threads can change the bytes at any time: copy before checking
 * [11.12].
 *
 * Context: May sleep. One thread at a time per MDL.
 * Return: the address, or NULL if there is no memory for the mapping; complete
 *	with STATUS_INSUFFICIENT_RESOURCES then.
 */
const void *ntio_mdl_read_address(struct ntio_mdl *mdl);

/**
 * ntio_mdl_write_address() - kernel address of the locked bytes, for writing
 * @mdl: pages locked for writing, or NULL, for which NULL is returned
 *
 * As ntio_mdl_read_address(). An MDL that was locked for reading is refused:
 * NULL, and the driver's mistake is reported [11.14].
 * Windows: MmGetSystemAddressForMdlSafe.
 *
 * Context: May sleep. One thread at a time per MDL.
 * Return: the address or NULL.
 */
void *ntio_mdl_write_address(struct ntio_mdl *mdl);

/**
 * ntio_mdl_is_mapped() - whether the pages needed a mapping and have one
 * @mdl: locked pages
 */
static inline bool ntio_mdl_is_mapped(const struct ntio_mdl *mdl)
{
	return mdl->mapping;
}

/**
 * ntio_mdl_copy_from() - copy from locked pages, without mapping them
 * @mdl: locked pages
 * @offset: first byte, counted from the start of the range
 * @to: kernel memory
 * @len: number of bytes
 *
 * Context: Any; does not sleep.
 * Return: bytes copied: @len, or less where the range ends before.
 */
size_t ntio_mdl_copy_from(const struct ntio_mdl *mdl, size_t offset, void *to,
			  size_t len);

/**
 * ntio_mdl_copy_to() - copy to locked pages, without mapping them
 * @mdl: pages locked for writing; else nothing is copied and the driver's
 *	mistake is reported
 * @offset: first byte, counted from the start of the range
 * @from: kernel memory
 * @len: number of bytes
 *
 * Context: Any; does not sleep.
 * Return: bytes copied: @len, or less where the range ends before.
 */
size_t ntio_mdl_copy_to(struct ntio_mdl *mdl, size_t offset, const void *from,
			size_t len);

#endif
