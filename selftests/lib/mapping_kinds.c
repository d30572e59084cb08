// SPDX-License-Identifier: GPL-2.0
/* Makes every kind of mapping of the mapping matrix. */
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "mapping.h"
#include "modules/ntio_hold.h"

#define HUGE (2 * MIB)
#define WHERE_FILE "a file system in memory"

const struct map_kind map_kinds[KINDS] = {
	[KIND_ANON] = { "anonymous" },
	[KIND_UNTOUCHED] = { "never touched", IS_ZERO },
	[KIND_ZERO_PAGE] = { "zero page", IS_ZERO },
	[KIND_FORKED] = { "shared with a child" },
	[KIND_KSM] = { "merged (KSM)", 0, "CONFIG_KSM" },
	[KIND_THP] = { "huge page", 0, "transparent huge pages" },
	[KIND_HUGETLB] = { "hugetlb", 0, "huge pages", MAP_HUGETLB },
	[KIND_HUGETLB_SHARED] = { "hugetlb, shared", IS_SHARED_VIEW,
				  "huge pages" },
	[KIND_DELAYED] = { "userfaultfd", 0, "userfaultfd" },
	[KIND_SHMEM] = { "anonymous, shared" },
	[KIND_MEMFD] = { "memfd", IS_SHARED_VIEW },
	[KIND_MEMFD_PRIVATE] = { "memfd, private" },
	[KIND_FILE_HOLE] = { "hole of a file", IS_SHARED_VIEW | IS_ZERO,
			     WHERE_FILE },
	[KIND_FILE_HOLE_PRIVATE] = { "hole, private", IS_ZERO, WHERE_FILE },
	[KIND_READ_ONLY_PRIVATE] = { "read-only, private", IS_READ_ONLY },
	[KIND_READ_ONLY_FILE] = { "read-only file", IS_READ_ONLY, WHERE_FILE },
	[KIND_SEALED] = { "sealed memfd", IS_READ_ONLY },
	[KIND_WRITE_ONLY] = { "write-only" },
	[KIND_PROT_NONE] = { "PROT_NONE", IS_NO_ACCESS },
	[KIND_HALF_UNMAPPED] = { "half unmapped", IS_HOLE },
	[KIND_HALF_READ_ONLY] = { "half read-only", IS_READ_ONLY },
	[KIND_TRUNCATED] = { "behind a file's end", IS_NO_PAGE },
	[KIND_TRUNCATED_PRIVATE] = { "the same, private", IS_NO_PAGE },
	[KIND_PFNMAP] = { "device memory", IS_DEVICE | IS_SHARED_VIEW },
	[KIND_SECRET] = { "secret memory", IS_UNPINNABLE, "memfd_secret()" },
	[KIND_DRIVER] = { "pages of a driver", IS_SHARED_VIEW },
	[KIND_GROWSDOWN] = { "stack not yet there", IS_GROWS | IS_ZERO, NULL,
			     MAP_GROWSDOWN },
	[KIND_VDSO] = { "vdso", IS_READ_ONLY | IS_SYSTEM, "a vdso" },
	[KIND_VVAR] = { "vvar", IS_READ_ONLY | IS_DEVICE | IS_CHANGES,
			"a vvar" },
};

/* --- files --------------------------------------------------------------------- */

static int temporary(void)
{
	return open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
}

static int driver_pages(void)
{
	struct hold_op op = { .what = HOLD_PAGES, .len = 2 * PAGE };
	struct ntio_device_control c = {
		.code = IOCTL_HOLD_OP, .in = addr(&op), .in_len = sizeof(op),
	};
	int fd = open(HOLD_PATH, O_RDWR | O_CLOEXEC);

	if (fd >= 0 && (control(fd, &c) || op.out_status)) {
		close(fd);
		return -1;
	}
	return fd;
}

static int kind_file(enum mapping_kind kind)
{
	switch (kind) {
	case KIND_HUGETLB_SHARED:
		return memfd_create("mapping", MFD_CLOEXEC | MFD_HUGETLB);
	case KIND_MEMFD:
	case KIND_MEMFD_PRIVATE:
	case KIND_TRUNCATED:
	case KIND_TRUNCATED_PRIVATE:
		return memfd_create("mapping", MFD_CLOEXEC);
	case KIND_SEALED:
		return memfd_create("mapping", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	case KIND_FILE_HOLE:
	case KIND_FILE_HOLE_PRIVATE:
	case KIND_READ_ONLY_FILE:
		return temporary();
	case KIND_PFNMAP:
		return open("/dev/ntio_pfnmap", O_RDWR | O_CLOEXEC);
	case KIND_SECRET:
		return syscall(447, 0);		/* memfd_secret() */
	case KIND_DRIVER:
		return driver_pages();
	default:
		return -1;
	}
}

static bool has_file(enum mapping_kind kind)
{
	return kind == KIND_HUGETLB_SHARED || kind == KIND_SEALED ||
	       (kind >= KIND_MEMFD && kind <= KIND_FILE_HOLE_PRIVATE) ||
	       kind == KIND_READ_ONLY_FILE ||
	       (kind >= KIND_TRUNCATED && kind <= KIND_DRIVER);
}

static bool is_private(enum mapping_kind kind)
{
	return kind == KIND_MEMFD_PRIVATE || kind == KIND_FILE_HOLE_PRIVATE ||
	       kind == KIND_TRUNCATED_PRIVATE || (!has_file(kind) &&
						 kind != KIND_SHMEM);
}

/* --- what is special about some ------------------------------------------------- */

static void *serve_fault(void *context)
{
	static unsigned char pages[3 * PAGE];
	struct mapping *m = context;
	unsigned char *from = (void *)((addr(pages) + PAGE - 1) & -PAGE);
	struct uffd_msg event;
	__u64 at;

	while (read(m->uffd, &event, sizeof(event)) == sizeof(event)) {
		at = (event.arg.pagefault.address & -PAGE) - addr(m->map);
		fill(from + MAP_OFFSET, MAP_LEN, 1);
		usleep(1000);
		ioctl(m->uffd, UFFDIO_COPY, &(struct uffdio_copy){
			.dst = addr(m->map) + at, .src = addr(from) + at,
			.len = PAGE });
	}
	return NULL;
}

static bool delay(struct mapping *m)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = {
		.range = { addr(m->map), m->map_len },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	pthread_t thread;

	m->uffd = syscall(SYS_userfaultfd, O_CLOEXEC);
	return m->uffd >= 0 && !ioctl(m->uffd, UFFDIO_API, &api) &&
	       !ioctl(m->uffd, UFFDIO_REGISTER, &range) &&
	       !pthread_create(&thread, NULL, serve_fault, m) &&
	       !pthread_detach(thread);
}

/* The child has the pages from before, and tells what it sees in them. */
static bool share_with_child(struct mapping *m)
{
	int from_child[2];

	if (pipe2(from_child, O_CLOEXEC))
		return false;
	m->child = fork();
	if (!m->child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		raise(SIGSTOP);
		if (write(from_child[1], m->p, m->len) != (ssize_t)m->len)
			_exit(1);
		_exit(0);
	}
	close(from_child[1]);
	m->fd = from_child[0];
	return m->child > 0 && waitpid(m->child, NULL, WUNTRACED) == m->child;
}

static const unsigned char *seen_by_child(struct mapping *m)
{
	size_t done = 0;
	ssize_t n;

	kill(m->child, SIGCONT);
	while (done < m->len &&
	       (n = read(m->fd, m->copy + done, m->len - done)) > 0)
		done += n;
	return m->copy;
}

static bool put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool done = fd >= 0 && write(fd, text, strlen(text)) > 0;

	close(fd);
	return done;
}

static __u64 frame_at(const void *p)
{
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	__u64 entry = 0;

	if (pread(fd, &entry, 8, addr(p) / PAGE * 8) != 8)
		entry = 0;
	close(fd);
	return entry & ((1ULL << 55) - 1);
}

/* A second mapping with the same contents, until both are one page. */
static bool merge(struct mapping *m)
{
	bool merged;

	m->view = mmap(NULL, m->map_len, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	memcpy(m->view, m->map, m->map_len);
	if (madvise(m->map, m->map_len, MADV_MERGEABLE) ||
	    madvise(m->view, m->map_len, MADV_MERGEABLE) ||
	    !put("/sys/kernel/mm/ksm/sleep_millisecs", "1") ||
	    !put("/sys/kernel/mm/ksm/run", "1"))
		return false;
	merged = wait_until(frame_at(m->map) == frame_at(m->view) &&
			    frame_at(m->map + PAGE) ==
			    frame_at(m->view + PAGE));
	put("/sys/kernel/mm/ksm/run", "0");
	m->view += MAP_OFFSET;
	return merged;
}

/* A mapping of the kernel's by its name in the list of mappings. */
static bool find_mapping(struct mapping *m, const char *name)
{
	unsigned long from, to;
	char line[256];
	FILE *f = fopen("/proc/self/smaps", "re");

	while (f && !m->map && fgets(line, sizeof(line), f))
		if (strstr(line, name) &&
		    sscanf(line, "%lx-%lx", &from, &to) == 2)
			m->map = (void *)from;
	while (f && fgets(line, sizeof(line), f) &&
	       strncmp(line, "VmFlags:", 8))
		;
	/* Since 7.0 vvar are pages, which can be locked. */
	if (f && !strstr(line, " pf ") && !strstr(line, " io "))
		m->rules &= ~IS_DEVICE;
	fclose(f);
	/* Not all of the vvar's pages are there; the first is. */
	m->p = m->map + MAP_OFFSET;
	m->len = m->kind == KIND_VVAR ? 200 : MAP_LEN;
	if (m->map && m->kind == KIND_VDSO)
		memcpy(m->copy, m->p, m->len);
	return m->map;
}

/* The buffer ends where the stack has been so far. */
static bool below_a_stack(struct mapping *m)
{
	unsigned char *p = mmap(NULL, 512 * PAGE, PROT_NONE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned char *top = p + 510 * PAGE;

	munmap(p, 512 * PAGE);
	m->map = mmap(top, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE |
		      MAP_ANONYMOUS | MAP_GROWSDOWN | MAP_FIXED_NOREPLACE, -1,
		      0);
	if (m->map != top)
		return false;
	m->map -= 4 * PAGE;
	m->map_len = 5 * PAGE;
	m->p = m->map + 2 * PAGE + MAP_OFFSET;
	*top = 0;
	return true;
}

/* --- making and removing ---------------------------------------------------------- */

static bool map_plain(struct mapping *m)
{
	int flags = is_private(m->kind) ? MAP_PRIVATE : MAP_SHARED;

	flags |= map_kinds[m->kind].flags;
	if (m->fd < 0)
		flags |= MAP_ANONYMOUS;
	m->map = mmap(NULL, m->map_len, PROT_READ | PROT_WRITE, flags, m->fd,
		      0);
	m->p = m->map + MAP_OFFSET;
	return m->map != MAP_FAILED;
}

static bool map_huge(struct mapping *m)
{
	unsigned char *p = mmap(NULL, 2 * HUGE, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	m->map = (void *)((addr(p) + HUGE - 1) & -HUGE);
	m->p = m->map + MAP_OFFSET;
	return p != MAP_FAILED && !madvise(m->map, HUGE, MADV_HUGEPAGE);
}

/* After the contents: what makes it the kind it is. */
static bool map_finish(struct mapping *m)
{
	switch (m->kind) {
	case KIND_FORKED:
		return share_with_child(m);
	case KIND_KSM:
		return merge(m);
	case KIND_READ_ONLY_PRIVATE:
	case KIND_READ_ONLY_FILE:
		return !mprotect(m->map, m->map_len, PROT_READ);
	case KIND_SEALED:
		munmap(m->map, m->map_len);
		if (fcntl(m->fd, F_ADD_SEALS, F_SEAL_WRITE))
			return false;
		m->map = mmap(NULL, m->map_len, PROT_READ, MAP_PRIVATE, m->fd,
			      0);
		m->p = m->map + MAP_OFFSET;
		return m->map != MAP_FAILED;
	case KIND_WRITE_ONLY:
		return !mprotect(m->map, m->map_len, PROT_WRITE);
	case KIND_PROT_NONE:
		return !mprotect(m->map, m->map_len, PROT_NONE);
	case KIND_HALF_UNMAPPED:
		return !munmap(m->map + PAGE, PAGE);
	case KIND_HALF_READ_ONLY:
		return !mprotect(m->map + PAGE, PAGE, PROT_READ);
	case KIND_TRUNCATED:
	case KIND_TRUNCATED_PRIVATE:
		return !ftruncate(m->fd, PAGE);
	default:
		return true;
	}
}

static bool map_contents(struct mapping *m, unsigned int seed)
{
	if (m->kind == KIND_DELAYED)
		return delay(m);
	if (m->kind == KIND_ZERO_PAGE)
		return match_byte(m->map, m->map_len, 0) == m->map_len;
	if (map_kinds[m->kind].rules & IS_ZERO)
		return true;
	/* In the file, where the mapping is private. */
	if (m->fd >= 0 && is_private(m->kind)) {
		fill(m->copy, m->len, seed);
		return pwrite(m->fd, m->copy, m->len, MAP_OFFSET) ==
			(ssize_t)m->len;
	}
	fill(m->p, m->len, seed);
	return true;
}

bool map_make(struct mapping *m, enum mapping_kind kind, unsigned int seed)
{
	*m = (struct mapping){
		.kind = kind, .rules = map_kinds[kind].rules,
		.map_len = 2 * PAGE, .len = MAP_LEN, .uffd = -1,
	};
	m->fd = kind_file(kind);
	if (has_file(kind) && m->fd < 0)
		return false;
	if (kind == KIND_VDSO || kind == KIND_VVAR)
		return find_mapping(m, kind == KIND_VDSO ? "[vdso]" : "[vvar]");
	if (kind == KIND_GROWSDOWN)
		return below_a_stack(m);
	if (kind == KIND_HUGETLB || kind == KIND_HUGETLB_SHARED ||
	    kind == KIND_THP)
		m->map_len = HUGE;
	if (has_file(kind) && kind != KIND_PFNMAP && kind != KIND_DRIVER &&
	    ftruncate(m->fd, m->map_len))
		return false;
	if (!(kind == KIND_THP ? map_huge(m) : map_plain(m)))
		return false;
	return map_contents(m, seed) && map_finish(m);
}

/* Of files: through another mapping, or by reading. */
const unsigned char *map_view(struct mapping *m)
{
	if (m->kind == KIND_FORKED)
		return seen_by_child(m);
	if (m->view || m->fd < 0 || m->kind == KIND_SECRET ||
	    m->kind == KIND_TRUNCATED || m->kind == KIND_TRUNCATED_PRIVATE)
		return m->view;
	m->view = mmap(NULL, m->map_len, PROT_READ, MAP_SHARED, m->fd, 0);
	if (m->view == MAP_FAILED)
		abort();
	m->view += MAP_OFFSET;
	return m->view;
}

void map_remove(struct mapping *m)
{
	if (m->kind == KIND_VDSO || m->kind == KIND_VVAR)
		return;
	if (m->view)
		munmap(m->view - MAP_OFFSET, m->map_len);
	if (m->uffd >= 0)
		ioctl(m->uffd, UFFDIO_UNREGISTER,
		      &(struct uffdio_range){ addr(m->map), m->map_len });
	munmap(m->map, m->map_len);
	if (m->child > 0) {
		kill(m->child, SIGKILL);
		waitpid(m->child, NULL, 0);
	}
	if (m->kind == KIND_DRIVER) {
		struct hold_op op = { .what = HOLD_RESET };
		struct ntio_device_control c = {
			.code = IOCTL_HOLD_OP, .in = addr(&op),
			.in_len = sizeof(op),
		};

		control(m->fd, &c);
	}
	if (m->fd >= 0)
		close(m->fd);
}

static __attribute__((constructor)) void reserve_huge_pages(void)
{
	if (!put("/proc/sys/vm/nr_hugepages", "4"))
		printf("# no huge pages: %s\n", strerror(errno));
}

static __attribute__((destructor)) void return_huge_pages(void)
{
	put("/proc/sys/vm/nr_hugepages", "0");
}
