// SPDX-License-Identifier: GPL-2.0
/* Memory of every class, with guards around it, and patterns to fill it. */
#include <linux/capability.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "ntio_test.h"

#define PFNMAP_PATH "/dev/ntio_pfnmap"

static int file_with(size_t len)
{
	char path[] = "/tmp/ntio-XXXXXX";
	int fd = mkstemp(path);

	if (fd < 0)
		return -1;
	unlink(path);
	if (!ftruncate(fd, len))
		return fd;
	close(fd);
	return -1;
}

static int secret_with(size_t len)
{
#ifdef SYS_memfd_secret
	int fd = syscall(SYS_memfd_secret, 0);
#else
	int fd = syscall(447, 0);
#endif

	if (fd >= 0 && ftruncate(fd, len)) {
		close(fd);
		return -1;
	}
	return fd;
}

static int class_fd(enum mem_class class, size_t len)
{
	int fd;

	switch (class) {
	case MEM_MEMFD:
		fd = memfd_create("ntio", MFD_CLOEXEC);
		if (fd >= 0 && ftruncate(fd, len)) {
			close(fd);
			return -1;
		}
		return fd;
	case MEM_FILE_PRIVATE:
		return file_with(len);
	case MEM_SECRET:
		return secret_with(len);
	case MEM_PFNMAP:
		return open(PFNMAP_PATH, O_RDWR | O_CLOEXEC);
	default:
		return -1;
	}
}

static int class_prot(enum mem_class class)
{
	switch (class) {
	case MEM_READ_ONLY:
		return PROT_READ;
	case MEM_WRITE_ONLY:
		return PROT_WRITE;
	case MEM_NONE:
		return PROT_NONE;
	default:
		return PROT_READ | PROT_WRITE;
	}
}

/* Map the class over the reserved pages at @at. */
static bool class_map(enum mem_class class, unsigned char *at, size_t len)
{
	bool file = class == MEM_MEMFD || class == MEM_FILE_PRIVATE ||
		    class == MEM_SECRET || class == MEM_PFNMAP;
	int flags = MAP_FIXED;
	int fd = -1;
	void *p;

	if (file) {
		fd = class_fd(class, len);
		if (fd < 0)
			return false;
	} else {
		flags |= MAP_ANONYMOUS;
	}
	if (class == MEM_SHARED || (file && class != MEM_FILE_PRIVATE))
		flags |= MAP_SHARED;
	else
		flags |= MAP_PRIVATE;
	p = mmap(at, len, PROT_READ | PROT_WRITE, flags, fd, 0);
	if (fd >= 0)
		close(fd);
	return p != MAP_FAILED;
}

struct mem mem_map(enum mem_class class, size_t len, size_t offset)
{
	size_t map_len = (offset + len + PAGE - 1) / PAGE * PAGE;
	struct mem mem = { .len = len };
	unsigned char *p;

	if (!map_len)
		map_len = PAGE;
	p = mmap(NULL, map_len + 2 * PAGE, PROT_NONE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p == MAP_FAILED)
		return mem;
	if (!class_map(class, p + PAGE, map_len)) {
		int error = errno;

		munmap(p, map_len + 2 * PAGE);
		errno = error;
		return mem;
	}
	mem.map = p + PAGE;
	mem.map_len = map_len;
	mem.p = mem.map + offset;
	if (class != MEM_UNTOUCHED) {
		memset(mem.map, MEM_CANARY, offset);
		memset(mem.p, POISON, len);
		memset(mem.p + len, MEM_CANARY, map_len - offset - len);
	}
	mprotect(mem.map, map_len, class_prot(class));
	return mem;
}

void mem_free(struct mem *mem)
{
	if (mem->map)
		munmap(mem->map - PAGE, mem->map_len + 2 * PAGE);
	memset(mem, 0, sizeof(*mem));
}

void mem_protect(const struct mem *mem, size_t page, int prot)
{
	if (mprotect(mem->map + page * PAGE, PAGE, prot))
		abort();
}

void mem_unmap(const struct mem *mem, size_t page)
{
	if (munmap(mem->map + page * PAGE, PAGE))
		abort();
}

size_t mem_pages(const struct mem *mem)
{
	size_t offset = mem->p - mem->map;

	return mem->len ? (offset + mem->len + PAGE - 1) / PAGE : 0;
}

bool mem_around_intact(const struct mem *mem)
{
	size_t before = mem->p - mem->map;
	size_t behind = mem->map_len - before - mem->len;

	return match_byte(mem->map, before, MEM_CANARY) == before &&
	       match_byte(mem->p + mem->len, behind, MEM_CANARY) == behind;
}

/*
 * Odd multiplier, high bits: neither a page nor any power of two is a period,
 * so that a page in the wrong place is seen.
 */
unsigned char pattern(unsigned int seed, size_t offset)
{
	return ((__u32)offset * 2654435761U + seed * 40503U) >> 23;
}

void fill(void *p, size_t len, unsigned int seed)
{
	unsigned char *c = p;
	size_t i;

	for (i = 0; i < len; i++)
		c[i] = pattern(seed, i);
}

size_t match(const void *p, size_t len, unsigned int seed)
{
	const unsigned char *c = p;
	size_t i;

	for (i = 0; i < len && c[i] == pattern(seed, i); i++)
		;
	return i;
}

size_t match_byte(const void *p, size_t len, unsigned char byte)
{
	const unsigned char *c = p;
	size_t i;

	for (i = 0; i < len && c[i] == byte; i++)
		;
	return i;
}

int mem_ext4_file(void)
{
	int dir, fd;

	if (system("{ modprobe -q loop; mkdir -p /tmp/ext4 &&"
		   " truncate -s 8M /tmp/ext4.img &&"
		   " mke2fs -F -b 4096 /tmp/ext4.img &&"
		   " mount -t ext4 -o loop /tmp/ext4.img /tmp/ext4;"
		   " } >/tmp/ext4.log 2>&1"))
		return -1;
	dir = open("/tmp/ext4", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	fd = openat(dir, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	close(dir);
	umount2("/tmp/ext4", MNT_DETACH);
	unlink("/tmp/ext4.img");
	return fd;
}

int mem_lock_privilege(bool have)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data))
		return -1;
	data[0].effective &= ~(1U << CAP_IPC_LOCK);
	if (have)
		data[0].effective |= 1U << CAP_IPC_LOCK;
	return syscall(SYS_capset, &header, data);
}

int mem_limit(size_t len)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_MEMLOCK, &limit))
		return -1;
	limit.rlim_cur = len;
	return setrlimit(RLIMIT_MEMLOCK, &limit) || mem_lock_privilege(false);
}

/* --- memory cgroup -------------------------------------------------------- */

#define CGROUP "/sys/fs/cgroup/ntio-test"

static bool put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool done = fd >= 0 && write(fd, text, strlen(text)) > 0;

	close(fd);
	return done;
}

bool mem_cgroup_make(const char *max)
{
	return put("/sys/fs/cgroup/cgroup.subtree_control", "+memory") &&
	       !mkdir(CGROUP, 0755) && put(CGROUP "/memory.max", max);
}

bool mem_cgroup_enter(void)
{
	return put(CGROUP "/cgroup.procs", "0");
}

bool mem_cgroup_remove(void)
{
	return !rmdir(CGROUP);
}
