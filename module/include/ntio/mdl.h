/* SPDX-License-Identifier: GPL-2.0 */
/* Descriptions of memory by its pages (Windows: MDL). */
#ifndef NTIO_MDL_H
#define NTIO_MDL_H

#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/refcount.h>
#include <linux/types.h>

#include "caller.h"
#include "types.h"

struct bio_vec;
struct iov_iter;
struct ntio_page_set;
struct page;
struct sg_table;
struct user_struct;

struct ntio_page_owner;
struct ntio_payer;

/* Pages that several MDLs may describe; the last one releases them. */
struct ntio_page_set {
	/* private: see memory/pages.c */
	refcount_t refs;
	unsigned int nr_pages;
	unsigned int first;		/* those before are released */
	u8 origin;
	bool dirty;
	bool short_term;
	bool kept;			/* for longer than its ring does */
	struct user_struct *charged;	/* pays, or will: see kept */
	const struct ntio_page_owner *owner;	/* NULL: allocated by itself */
	struct page **pages;
	void *copy;			/* memory that holds a copy, or NULL */
	struct page *inline_pages[8];
};

/**
 * enum ntio_lock - what locked pages are for (Windows: LOCK_OPERATION)
 * @NTIO_LOCK_READ: the driver reads them (IoReadAccess)
 * @NTIO_LOCK_WRITE: the driver writes, or reads and writes them (IoWriteAccess,
 *	IoModifyAccess [5.4])
 * @NTIO_LOCK_SHORT: with one of them: they are unlocked before the handler that
 *	locks them returns. Nothing is charged, and more kinds of memory can be
 *	locked. Not for pages that a request which may pend is given.
 */
enum ntio_lock {
	NTIO_LOCK_READ = 0,
	NTIO_LOCK_WRITE = 1,
	NTIO_LOCK_SHORT = 2,
};

/**
 * struct ntio_mdl - a range of memory, described by its pages (Windows: MDL)
 * @next: next of a chain, NULL at its end
 * @byte_count: length in bytes, never 0 (Windows: MmGetMdlByteCount)
 * @byte_offset: offset in the first page (Windows: MmGetMdlByteOffset)
 * @nr_pages: number of pages
 * @writable: the driver may write
 * @contiguous: the pages follow each other in memory, no mapping is needed
 *
 * What is locked is the pages, not the address: the caller may unmap or
 * re-protect the range meanwhile, the driver still reaches the pages [5.17].
 * Never assume that pages follow each other, or differ: a caller may map them
 * in any order, and one several times.
 *
 * The MDL of a request belongs to the core, which unlocks it when the request
 * has ended, before the caller's call returns [2.20]; a driver neither unlocks
 * nor frees it. Those that a driver allocates are its own.
 *
 * The bytes around the range in the first and last page are the caller's other
 * data [5.28].
 */
struct ntio_mdl {
	struct ntio_mdl *next;
	size_t byte_count;
	unsigned int byte_offset;
	unsigned int nr_pages;
	bool writable;
	bool contiguous;
	/* private: see memory/mdl.c */
	u8 kind;
	bool embedded;			/* lies in the request */
	bool given;			/* belongs to a request */
	bool own_pages;			/* of that request, which lets go last */
	bool addressed;			/* the driver was told an address */
	struct ntio_device *device;
	u64 address;			/* in the caller's memory */
	struct ntio_page_set *set;	/* NULL: not locked */
	struct page **pages;		/* the first page, in the set's */
	void *buffer;			/* what kernel memory is known by */
	void *mapping;			/* vmap() of the pages, or NULL */
	struct bio_vec *bvecs;		/* for iterators, or NULL */
};

/**
 * ntio_mdl_alloc() - describe a range of the caller's memory, not yet locked
 * @caller: the token
 * @addr: first byte, anywhere in the caller's memory
 * @len: length in bytes, up to the module's max_locked
 *
 * (Windows: IoAllocateMdl)
 *
 * Context: May sleep.
 * Return: the MDL, to be freed by ntio_mdl_free() or given to
 *	ntio_request_add_mdl(); NULL for length 0 [5.8], for one that is too
 *	large [5.7], or without memory.
 */
struct ntio_mdl *ntio_mdl_alloc(const struct ntio_caller *caller,
				ntio_uaddr_t addr, size_t len);

/**
 * ntio_mdl_lock() - lock the pages of a range of the caller's memory
 * @caller: the token: only the caller's own memory, only in its context, and
 *	never kernel addresses [5.13]
 * @mdl: from ntio_mdl_alloc()
 * @access: what the driver will do with them, enum ntio_lock
 *
 * All pages or none. For reading, a private page that is still shared is made
 * the caller's own first, so that its later writes are seen. The pages are
 * charged to the RLIMIT_MEMLOCK of the caller's user until they are unlocked,
 * and memory that cannot be locked for long is refused, unless @access has
 * NTIO_LOCK_SHORT. In a worker that attached, the limit, the user and the
 * capabilities are those the caller had when it was kept.
 * (Windows: MmProbeAndLockPages)
 *
 * Context: The caller's address space. May sleep.
 * Return: STATUS_SUCCESS; STATUS_ACCESS_VIOLATION; STATUS_WORKING_SET_QUOTA;
 *	STATUS_INSUFFICIENT_RESOURCES; STATUS_CANCELLED: the caller is being
 *	killed; STATUS_INVALID_PARAMETER: the driver's mistake (locked already,
 *	or not such an MDL), reported.
 */
ntstatus_t ntio_mdl_lock(const struct ntio_caller *caller,
			 struct ntio_mdl *mdl, unsigned int access);

/**
 * ntio_mdl_unlock() - unlock what ntio_mdl_lock() locked
 * @mdl: locked; else the driver's mistake is reported [5.21]
 *
 * Removes its mapping first; addresses are worthless after [5.22]. Pages that
 * a partial MDL describes stay locked until that is freed. Pages that were
 * locked for writing are marked dirty. (Windows: MmUnlockPages)
 *
 * Context: Any process. May sleep.
 */
void ntio_mdl_unlock(struct ntio_mdl *mdl);

/**
 * ntio_mdl_free() - free one MDL, not its chain
 * @mdl: from ntio_mdl_alloc(), _alloc_pages(), _kernel() or _partial(); or
 *	NULL. One that is still locked is unlocked, and the mistake reported;
 *	one that belongs to a request is left alone, and reported.
 *
 * (Windows: IoFreeMdl, MmFreePagesFromMdl)
 *
 * Context: Any process. May sleep.
 */
void ntio_mdl_free(struct ntio_mdl *mdl);

/**
 * ntio_mdl_alloc_pages() - pages of kernel memory, zeroed
 * @len: length in bytes, rounded up to whole pages
 *
 * What a driver maps to a process, or keeps data in. (Windows:
 * MmAllocatePagesForMdl, [5.43])
 *
 * Context: May sleep.
 * Return: the MDL, or NULL.
 */
struct ntio_mdl *ntio_mdl_alloc_pages(size_t len);

/**
 * ntio_mdl_kernel() - describe kernel memory
 * @buffer: memory from kmalloc() or vmalloc(), not the stack; stays the
 *	driver's, which keeps it until the MDL is freed
 * @len: length in bytes
 *
 * Neither locked nor unlocked; mapped already, at @buffer. (Windows:
 * MmBuildMdlForNonPagedPool, [5.32])
 *
 * Context: May sleep.
 * Return: the MDL, or NULL.
 */
struct ntio_mdl *ntio_mdl_kernel(void *buffer, size_t len);

/**
 * ntio_mdl_partial() - describe a part of another MDL
 * @source: has pages: locked, or kernel memory
 * @offset: first byte, counted from the start of @source
 * @len: length in bytes; 0: to the end of @source [5.33]
 *
 * The part keeps the pages it describes: they are not released before it is
 * freed, whatever happens to @source. (Windows: IoBuildPartialMdl)
 *
 * Context: May sleep.
 * Return: the MDL; NULL without memory, or if the part does not lie in
 *	@source, which is reported [5.34].
 */
struct ntio_mdl *ntio_mdl_partial(struct ntio_mdl *source, size_t offset,
				  size_t len);

/**
 * ntio_mdl_advance() - move the start of an MDL forward
 * @mdl: locked
 * @len: bytes to leave behind; at least one byte remains
 *
 * Unlocks the pages it passes at once, unless a partial MDL describes them, and
 * removes the mapping. (Windows: MmAdvanceMdl, [5.36])
 *
 * Context: May sleep.
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER_2: nothing would remain.
 */
ntstatus_t ntio_mdl_advance(struct ntio_mdl *mdl, size_t len);

/**
 * ntio_mdl_read_address() - kernel address of the bytes, for reading
 * @mdl: with pages, or NULL, for which NULL is returned [5.26]
 *
 * Needs no mapping where the pages are contiguous; else maps them on the first
 * call, read-only unless @mdl is writable. Repeated calls return the same
 * address, valid in every context until the pages are unlocked or the request
 * is completed [7.5].
 * Windows: MmGetSystemAddressForMdlSafe with MdlMappingNoWrite.
 *
 * The caller's threads can change the bytes at any time: copy before checking
 * [11.12].
 *
 * Context: May sleep. One thread at a time per MDL.
 * Return: the address, or NULL if there is no memory for the mapping; complete
 *	with STATUS_INSUFFICIENT_RESOURCES then. NULL too if nothing is locked,
 *	which is reported.
 */
const void *ntio_mdl_read_address(struct ntio_mdl *mdl);

/**
 * ntio_mdl_write_address() - kernel address of the bytes, for writing
 * @mdl: with pages for writing, or NULL, for which NULL is returned
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
 * @mdl: any
 */
static inline bool ntio_mdl_is_mapped(const struct ntio_mdl *mdl)
{
	return mdl->mapping;
}

/**
 * ntio_mdl_copy_from() - copy from the pages, without mapping them
 * @mdl: with pages
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
 * ntio_mdl_copy_to() - copy to the pages, without mapping them
 * @mdl: with pages for writing; else nothing is copied and the driver's
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

/**
 * struct ntio_segment - bytes of an MDL that lie in one page
 * @page: the page
 * @offset: where they begin in @page
 * @len: number of bytes
 */
struct ntio_segment {
	struct page *page;
	unsigned int offset;
	unsigned int len;
};

/**
 * ntio_mdl_segment() - the bytes that share a page with a given one
 * @mdl: with pages; else the driver's mistake is reported
 * @offset: first byte, counted from the start of the range
 *
 * Context: Any.
 * Return: the segment; its length is 0 at the end of the range, and without
 *	pages.
 */
static inline struct ntio_segment ntio_mdl_segment(const struct ntio_mdl *mdl,
						   size_t offset)
{
	struct ntio_segment seg = { };
	size_t left, at;

	if (unlikely(!mdl->set)) {
		__ntio_violation_not_locked(mdl->device);
		return seg;
	}
	if (offset >= mdl->byte_count)
		return seg;
	left = mdl->byte_count - offset;
	at = offset + mdl->byte_offset;
	seg.page = mdl->pages[at >> PAGE_SHIFT];
	seg.offset = offset_in_page(at);
	seg.len = min_t(size_t, left, PAGE_SIZE - seg.offset);
	return seg;
}

/**
 * ntio_mdl_for_each_segment() - go through the pages of an MDL in order
 * @mdl: with pages
 * @at: size_t variable: offset of the segment in the range
 * @seg: struct ntio_segment variable
 */
#define ntio_mdl_for_each_segment(mdl, at, seg)				\
	for ((at) = 0; ((seg) = ntio_mdl_segment(mdl, at)).len;		\
	     (at) += (seg).len)

/**
 * ntio_mdl_to_sg() - scatter list of an MDL, for dma_map_sgtable()
 * @mdl: with pages
 * @table: filled in; the driver frees it with sg_free_table(), before @mdl is
 *	unlocked
 *
 * Context: May sleep.
 * Return: 0; -ENOMEM; -EINVAL: nothing is locked, which is reported.
 */
int ntio_mdl_to_sg(struct ntio_mdl *mdl, struct sg_table *table);

/**
 * ntio_mdl_to_iter() - iterator over an MDL, for copy_to_iter() and the like
 * @mdl: with pages, to be written if @direction is ITER_DEST
 * @iter: set up; valid until @mdl is unlocked, advanced or freed
 * @direction: ITER_DEST: data is copied into @mdl; ITER_SOURCE: out of it
 *
 * Context: May sleep. One thread at a time per MDL.
 * Return: 0; -ENOMEM; reported mistakes: -EACCES: @mdl is not writable;
 *	-EINVAL: nothing is locked.
 */
int ntio_mdl_to_iter(struct ntio_mdl *mdl, struct iov_iter *iter,
		     unsigned int direction);

#endif
