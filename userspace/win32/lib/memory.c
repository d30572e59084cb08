// SPDX-License-Identifier: GPL-2.0
/* Memory: the heap, pages, and views of files. */
#include <sys/mman.h>
#include <sys/stat.h>

#include "error.h"
#include "object.h"

HANDLE GetProcessHeap(void)
{
	static int heap;

	return &heap;
}

LPVOID HeapAlloc(HANDLE heap, DWORD flags, SIZE_T size)
{
	(void)heap;
	return flags & HEAP_ZERO_MEMORY ? calloc(1, size ?: 1) :
					  malloc(size ?: 1);
}

BOOL HeapFree(HANDLE heap, DWORD flags, LPVOID memory)
{
	(void)heap, (void)flags;
	free(memory);
	return TRUE;
}

HLOCAL LocalAlloc(UINT flags, SIZE_T size)
{
	HLOCAL memory = flags & LMEM_ZEROINIT ? calloc(1, size ?: 1) :
						malloc(size ?: 1);

	if (!memory)
		fail(ERROR_NOT_ENOUGH_MEMORY);
	return memory;
}

HLOCAL LocalFree(HLOCAL memory)
{
	free(memory);
	return NULL;
}

HGLOBAL GlobalAlloc(UINT flags, SIZE_T size)
{
	return LocalAlloc(flags, size);
}

HGLOBAL GlobalFree(HGLOBAL memory)
{
	return LocalFree(memory);
}

static int protection_of(DWORD protection)
{
	switch (protection & 0xff) {
	case PAGE_READONLY:
		return PROT_READ;
	case PAGE_READWRITE:
	case PAGE_WRITECOPY:
		return PROT_READ | PROT_WRITE;
	case PAGE_EXECUTE:
		return PROT_EXEC;
	case PAGE_EXECUTE_READ:
		return PROT_READ | PROT_EXEC;
	case PAGE_EXECUTE_READWRITE:
		return PROT_READ | PROT_WRITE | PROT_EXEC;
	case PAGE_NOACCESS:
		return PROT_NONE;
	default:
		return -1;
	}
}

/*
 * Areas, as munmap() wants to know their size. VirtualAlloc() of an address
 * inside of one commits there.
 */
struct area {
	struct area *next;
	char *at;
	size_t size;
};

static lock_t area_lock;
static struct area *areas;

static struct area **area_find(const void *address)
{
	struct area **at;

	for (at = &areas; *at; at = &(*at)->next)
		if ((*at)->at == address)
			break;
	return at;
}

static bool area_add(void *address, size_t size)
{
	struct area *area = malloc(sizeof(*area));

	if (!area)
		return false;
	area->at = address;
	area->size = size;
	lock_take(&area_lock);
	area->next = areas;
	areas = area;
	lock_drop(&area_lock);
	return true;
}

/* False: there is none at @address. */
static bool area_unmap(const void *address)
{
	struct area **at, *area;

	lock_take(&area_lock);
	at = area_find(address);
	area = *at;
	if (area)
		*at = area->next;
	lock_drop(&area_lock);
	if (!area)
		return false;
	munmap(area->at, area->size);
	free(area);
	return true;
}

LPVOID VirtualAlloc(LPVOID address, SIZE_T size, DWORD type, DWORD protection)
{
	int prot = protection_of(protection);
	void *memory;

	if (prot < 0 || !size || !(type & (MEM_COMMIT | MEM_RESERVE)))
		return fail(ERROR_INVALID_PARAMETER), NULL;
	if (address && !(type & MEM_RESERVE)) {
		if (!mprotect(address, size, prot))
			return address;
		return fail(ERROR_INVALID_ADDRESS), NULL;
	}
	memory = mmap(address, size, type & MEM_COMMIT ? prot : PROT_NONE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
		      (address ? MAP_FIXED_NOREPLACE : 0), -1, 0);
	if (memory == MAP_FAILED)
		return fail(address ? ERROR_INVALID_ADDRESS :
				      ERROR_NOT_ENOUGH_MEMORY), NULL;
	if (area_add(memory, size))
		return memory;
	munmap(memory, size);
	return fail(ERROR_NOT_ENOUGH_MEMORY), NULL;
}

BOOL VirtualFree(LPVOID address, SIZE_T size, DWORD type)
{
	if (type == MEM_DECOMMIT)
		return madvise(address, size, MADV_DONTNEED) ||
		       mprotect(address, size, PROT_NONE) ?
			fail(ERROR_INVALID_ADDRESS) : TRUE;
	if (type != MEM_RELEASE || size)
		return fail(ERROR_INVALID_PARAMETER);
	return area_unmap(address) ? TRUE : fail(ERROR_INVALID_ADDRESS);
}

/* What it was before is not looked up: what was asked for is told. */
BOOL VirtualProtect(LPVOID address, SIZE_T size, DWORD protection,
		    PDWORD before)
{
	uintptr_t from = (uintptr_t)address & ~4095UL;
	uintptr_t to = ((uintptr_t)address + size + 4095) & ~4095UL;
	int prot = protection_of(protection);

	if (prot < 0 || !before)
		return fail(ERROR_INVALID_PARAMETER);
	if (mprotect((void *)from, to - from, prot))
		return fail(ERROR_INVALID_ADDRESS);
	*before = PAGE_READWRITE;
	return TRUE;
}

/* Of memory, or of a file; what is behind its end makes it longer. */
static int mapping_fd(HANDLE file, uint64_t size)
{
	struct object *object;
	struct stat info;
	int fd;

	if (file == INVALID_HANDLE_VALUE) {
		fd = size ? memfd_create("mapping", MFD_CLOEXEC) : -1;
		if (!size)
			errno = EINVAL;
	} else {
		object = object_get(file, K_FILE);
		errno = EBADF;
		fd = object ? fcntl(fd_of(file), F_DUPFD_CLOEXEC, 0) : -1;
		if (object)
			object_put(object);
	}
	if (fd < 0)
		return -1;
	if (fstat(fd, &info) || ((uint64_t)info.st_size < size &&
				 ftruncate(fd, size))) {
		close(fd);
		return -1;
	}
	return fd;
}

static HANDLE mapping(HANDLE file, DWORD protection, DWORD high, DWORD low,
		      bool named)
{
	struct object *object;
	int fd;

	if (named)
		return fail(ERROR_NOT_SUPPORTED), NULL;
	fd = mapping_fd(file, (uint64_t)high << 32 | low);
	if (fd < 0)
		return fail_errno(errno), NULL;
	object = object_new(K_MAPPING, NULL);
	if (!object) {
		close(fd);
		return NULL;
	}
	object->protection = protection;
	return handle_new(object, fd);
}

HANDLE CreateFileMappingA(HANDLE file, LPSECURITY_ATTRIBUTES security,
			  DWORD protection, DWORD high, DWORD low, LPCSTR name)
{
	(void)security;
	return mapping(file, protection, high, low, name);
}

HANDLE CreateFileMappingW(HANDLE file, LPSECURITY_ATTRIBUTES security,
			  DWORD protection, DWORD high, DWORD low,
			  LPCWSTR name)
{
	(void)security;
	return mapping(file, protection, high, low, name);
}

LPVOID MapViewOfFile(HANDLE handle, DWORD access, DWORD high, DWORD low,
		     SIZE_T size)
{
	struct object *object = object_get(handle, K_MAPPING);
	off_t offset = (uint64_t)high << 32 | low;
	void *memory = MAP_FAILED;
	struct stat info;

	if (!object)
		return fail(ERROR_INVALID_HANDLE), NULL;
	if (!size && !fstat(fd_of(handle), &info) && info.st_size > offset)
		size = info.st_size - offset;
	if (size)
		memory = mmap(NULL, size, PROT_READ |
			      (access & FILE_MAP_WRITE ? PROT_WRITE : 0),
			      MAP_SHARED, fd_of(handle), offset);
	object_put(object);
	if (memory == MAP_FAILED)
		return fail(size ? error_of_errno(errno) :
				   ERROR_INVALID_PARAMETER), NULL;
	if (area_add(memory, size))
		return memory;
	munmap(memory, size);
	return fail(ERROR_NOT_ENOUGH_MEMORY), NULL;
}

BOOL UnmapViewOfFile(LPCVOID address)
{
	return area_unmap(address) ? TRUE : fail(ERROR_INVALID_ADDRESS);
}
