// SPDX-License-Identifier: GPL-2.0
/* Every kind of memory of the lifetime matrix. */
#include <sys/mount.h>

#include "life.h"

#define HUGE (2 * MIB)
#define WINDOW_OF_HUGE (64 * KIB)

#define SMALL .map_len = LIFE_WINDOW
#define LARGE .map_len = HUGE, .window = WINDOW_OF_HUGE
#define PRIVATE .initial = 'A', .fresh = '0'
#define SHARED .initial = 'A', .shared = true
#define REFUSED(reason)							\
	.refused_read = NTIO_REASON_ ## reason,				\
	.refused_write = NTIO_REASON_ ## reason

const struct life_kind life_kinds[LIFE_MEMORIES] = {
	[LIFE_ANON] = { "anonymous", PRIVATE, SMALL },
	[LIFE_UNTOUCHED] = {
		"never touched", .initial = '0', .fresh = '0', SMALL },
	[LIFE_FORKED] = { "from before fork", PRIVATE, SMALL },
	[LIFE_THP] = { "huge page", PRIVATE, LARGE },
	[LIFE_HUGETLB] = { "hugetlb", PRIVATE, LARGE },
	[LIFE_STACK] = { "stack", PRIVATE, SMALL },
	[LIFE_DELAYED] = { "userfaultfd", PRIVATE, SMALL },
	[LIFE_EXT4_PRIVATE] = {
		"ext4, private", .initial = 'A', .fresh = 'A', SMALL },
	[LIFE_MEMFD] = { "memfd", SHARED, SMALL },
	[LIFE_TMPFS] = { "tmpfs", SHARED, SMALL },
	[LIFE_EXT4_SHARED] = { "ext4, shared", SHARED, SMALL },
	[LIFE_READ_ONLY] = {
		"read-only file", SHARED, SMALL,
		.refused_write = NTIO_REASON_READ_ONLY },
	[LIFE_REPEATED] = { "one page 4 times", SHARED, SMALL },
	[LIFE_PERMUTED] = { "pages permuted", SHARED, SMALL },
	[LIFE_GUARD] = { "guard page", PRIVATE, SMALL, REFUSED(NO_ACCESS) },
	[LIFE_NONE] = { "PROT_NONE", PRIVATE, SMALL, REFUSED(NO_ACCESS) },
	[LIFE_PFNMAP] = { "PFN mapping", PRIVATE, SMALL, REFUSED(PFNMAP) },
};

int life_ext4 = -1;

/* Which page of the file is at each page of the window. */
static const int life_order[LIFE_PAGES] = { 2, 0, 3, 1 };

/* --- contents ------------------------------------------------------------- */

unsigned char *life_buffer(const struct life_mem *mem)
{
	return mem->map + life_kind(mem)->window + LIFE_OFFSET;
}

/* Made once: as they are, and as one page many times shows them. */
static const char life_letters[] = "0ABCDN";
static unsigned char life_contents[2][sizeof(life_letters) - 1][LIFE_LEN];

static void life_make_contents(void)
{
	size_t letter, i, in_page;

	for (letter = 1; life_letters[letter]; letter++) {
		for (i = 0; i < LIFE_LEN; i++) {
			in_page = (LIFE_OFFSET + i) % PAGE;
			life_contents[0][letter][i] =
				pattern(life_letters[letter], i);
			life_contents[1][letter][i] =
				pattern(life_letters[letter], in_page);
		}
	}
}

void life_fill(const struct life_mem *mem, void *p, char letter)
{
	size_t i = strchr(life_letters, letter) - life_letters;

	memcpy(p, life_contents[mem->memory == LIFE_REPEATED][i], LIFE_LEN);
}

char life_which(const struct life_mem *mem, const void *p)
{
	bool repeated = mem->memory == LIFE_REPEATED;
	size_t i;

	for (i = 0; life_letters[i]; i++)
		if (!memcmp(p, life_contents[repeated][i], LIFE_LEN))
			return life_letters[i];
	return '?';
}

static bool life_around_intact(const unsigned char *p, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (p[i] && p[i] != MEM_CANARY)
			return false;
	return true;
}

char life_read(const struct life_mem *mem)
{
	unsigned char *p = life_buffer(mem);

	if (mem->memory != LIFE_REPEATED &&
	    (!life_around_intact(p - LIFE_OFFSET, LIFE_OFFSET) ||
	     !life_around_intact(p + LIFE_LEN,
				 LIFE_WINDOW - LIFE_OFFSET - LIFE_LEN)))
		return '!';
	return life_which(mem, p);
}

static void life_fill_all(const struct life_mem *mem)
{
	memset(life_buffer(mem) - LIFE_OFFSET, MEM_CANARY, LIFE_WINDOW);
	life_fill(mem, life_buffer(mem), 'A');
}

/* --- files ---------------------------------------------------------------- */

static int life_temporary(int dir)
{
	return openat(dir, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
}

static int life_temporary_tmpfs(void)
{
	int dir = open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int fd = life_temporary(dir);

	close(dir);
	return fd;
}

static int life_file(enum life_memory memory)
{
	switch (memory) {
	case LIFE_MEMFD:
	case LIFE_REPEATED:
	case LIFE_PERMUTED:
		return memfd_create("life", MFD_CLOEXEC);
	case LIFE_TMPFS:
	case LIFE_READ_ONLY:
		return life_temporary_tmpfs();
	case LIFE_EXT4_PRIVATE:
	case LIFE_EXT4_SHARED:
		return life_temporary(life_ext4);
	case LIFE_PFNMAP:
		return open("/dev/ntio_pfnmap", O_RDWR | O_CLOEXEC);
	default:
		return -1;
	}
}

static bool life_has_file(enum life_memory memory)
{
	return memory == LIFE_MEMFD || memory == LIFE_REPEATED ||
	       memory == LIFE_PERMUTED || memory == LIFE_TMPFS ||
	       memory == LIFE_READ_ONLY || memory == LIFE_EXT4_PRIVATE ||
	       memory == LIFE_EXT4_SHARED;
}

bool life_open(struct life_mem *mem, enum life_memory memory)
{
	struct life_mem view;

	mem->memory = memory;
	mem->delay = -1;
	mem->map = NULL;
	mem->fd = life_file(memory);
	if (!life_has_file(memory))
		return memory != LIFE_PFNMAP || mem->fd >= 0;
	if (mem->fd < 0 || ftruncate(mem->fd, LIFE_WINDOW) ||
	    !life_view(&view, mem))
		return false;
	life_fill_all(&view);
	munmap(view.map, LIFE_WINDOW);
	return true;
}

/* --- mappings ------------------------------------------------------------- */

unsigned char *life_reserve(size_t len, int prot)
{
	unsigned char *p = mmap(NULL, len + HUGE, prot,
				MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
				-1, 0);
	unsigned char *aligned = (void *)((addr(p) + HUGE - 1) & -HUGE);

	if (p == MAP_FAILED)
		return NULL;
	if (aligned != p)
		munmap(p, aligned - p);
	munmap(aligned + len, p + HUGE - aligned);
	return aligned;
}

static bool life_map_pages(struct life_mem *mem, int prot, int flags, int fd)
{
	bool apart = mem->memory == LIFE_REPEATED ||
		     mem->memory == LIFE_PERMUTED;
	size_t step = apart ? PAGE : life_kind(mem)->map_len;
	size_t at;

	for (at = 0; at < life_kind(mem)->map_len; at += step) {
		size_t page = at / PAGE;

		if (mem->memory == LIFE_REPEATED)
			page = 0;
		if (mem->memory == LIFE_PERMUTED)
			page = life_order[page];
		if (mmap(mem->map + at, step, prot, flags | MAP_FIXED, fd,
			 page * PAGE) == MAP_FAILED)
			return false;
	}
	return true;
}

bool life_view(struct life_mem *view, const struct life_mem *mem)
{
	*view = *mem;
	view->map = life_reserve(LIFE_WINDOW, PROT_NONE);
	return view->map && life_map_pages(view, PROT_READ | PROT_WRITE,
					   MAP_SHARED, mem->fd);
}

static bool life_map_file(struct life_mem *mem)
{
	int prot = PROT_READ | PROT_WRITE;
	char path[64];
	int fd = mem->fd;
	bool ok;

	if (mem->memory == LIFE_READ_ONLY) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", mem->fd);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		prot = PROT_READ;
	}
	ok = life_map_pages(mem, prot,
			    mem->memory == LIFE_EXT4_PRIVATE ? MAP_PRIVATE :
							       MAP_SHARED, fd);
	if (fd != mem->fd)
		close(fd);
	return ok;
}

static bool life_map_anon(struct life_mem *mem)
{
	int flags = MAP_PRIVATE | MAP_ANONYMOUS;

	if (mem->memory == LIFE_HUGETLB)
		flags |= MAP_HUGETLB | MAP_NORESERVE;
	if (!life_map_pages(mem, PROT_READ | PROT_WRITE, flags, -1))
		return false;
	if (mem->memory == LIFE_THP &&
	    madvise(mem->map, HUGE, MADV_HUGEPAGE))
		return false;
	if (mem->memory != LIFE_UNTOUCHED && mem->memory != LIFE_DELAYED)
		life_fill_all(mem);
	if (mem->memory == LIFE_GUARD)
		mprotect(mem->map + PAGE, PAGE, PROT_NONE);
	if (mem->memory == LIFE_NONE)
		mprotect(mem->map, LIFE_WINDOW, PROT_NONE);
	return true;
}

bool life_map(struct life_mem *mem, unsigned char *stack)
{
	if (mem->memory == LIFE_STACK) {
		mem->map = stack;
		life_fill_all(mem);
		return true;
	}
	mem->map = life_reserve(life_kind(mem)->map_len, PROT_NONE);
	if (!mem->map)
		return false;
	if (mem->fd >= 0)
		return life_map_file(mem);
	return life_map_anon(mem);
}

bool life_move(struct life_mem *mem, unsigned char *to)
{
	bool apart = mem->memory == LIFE_REPEATED ||
		     mem->memory == LIFE_PERMUTED;
	size_t step = apart ? PAGE : life_kind(mem)->map_len;
	size_t at;

	for (at = 0; at < life_kind(mem)->map_len; at += step)
		if (mremap(mem->map + at, step, step,
			   MREMAP_MAYMOVE | MREMAP_FIXED,
			   to + at) == MAP_FAILED)
			return false;
	mem->map = to;
	return true;
}

/* --- what the tests need around them, once ------------------------------- */

/* Mounted and detached at once: it lasts until the last descriptor is gone. */
static void life_mount_ext4(void)
{
	if (system("{ modprobe -q loop; mkdir -p /tmp/life &&"
		   " truncate -s 8M /tmp/life.img &&"
		   " mke2fs -F -b 4096 /tmp/life.img &&"
		   " mount -t ext4 -o loop /tmp/life.img /tmp/life;"
		   " } >/tmp/life.log 2>&1"))
		return;
	life_ext4 = open("/tmp/life", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	umount2("/tmp/life", MNT_DETACH);
	unlink("/tmp/life.img");
}

static __attribute__((constructor)) void life_prepare(void)
{
	int fd = open("/proc/sys/vm/nr_hugepages", O_WRONLY | O_CLOEXEC);

	if (fd >= 0 && write(fd, "8", 1) != 1)
		printf("# no huge pages: %s\n", strerror(errno));
	close(fd);
	life_make_contents();
	life_mount_ext4();
	if (life_ext4 < 0)
		printf("# no ext4\n");
}

static __attribute__((destructor)) void life_tidy_up(void)
{
	int fd = open("/proc/sys/vm/nr_hugepages", O_WRONLY | O_CLOEXEC);

	if (fd >= 0 && write(fd, "0", 1) != 1)
		printf("# huge pages stay: %s\n", strerror(errno));
	close(fd);
}
