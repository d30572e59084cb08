// SPDX-License-Identifier: GPL-2.0
/*
 * Every kind of mapping as the buffer of every method, in both directions. What
 * must come of it is computed from what the mapping is: allowed or not, and for
 * which reason; seen by others or not. The lifetime matrix says what happens to
 * locked pages later. Compare CVE-2016-5195, CVE-2021-22543, CVE-2022-22706.
 */
#include <pthread.h>

#include "kselftest_harness.h"
#include "modules/ntio_rw.h"
#include "mapping.h"
#include "ntio_test.h"

/* --- ways ------------------------------------------------------------------- */

/**
 * struct way - how a buffer gets to a driver
 * @name: for people
 * @code: control code; 0: read(2) or write(2)
 * @path: of the device that is read or written
 * @write: the memory is written
 * @lock: it is locked
 * @long_term: for long
 * @raw: the driver looks at it
 */
static const struct way {
	const char *name;
	__u32 code;
	const char *path;
	bool write, lock, long_term, raw;
} ways[] = {
	{ "B<", IOCTL_ECHO_BUFFERED },
	{ "B>", IOCTL_ECHO_BUFFERED, .write = true },
	{ "D<", IOCTL_ECHO_IN_DIRECT, .lock = true },
	{ "D>", IOCTL_ECHO_OUT_DIRECT, .lock = true, .write = true },
	{ "L<", IOCTL_ECHO_IN_DIRECT_LONG, .lock = true, .long_term = true },
	{ "L>", IOCTL_ECHO_OUT_DIRECT_LONG, .lock = true, .long_term = true,
	  .write = true },
	{ "N<", IOCTL_ECHO_NEITHER, .raw = true },
	{ "N>", IOCTL_ECHO_NEITHER, .raw = true, .write = true },
	{ "wB", 0, "/dev/ntio/rw-buffered" },
	{ "rB", 0, "/dev/ntio/rw-buffered", .write = true },
	{ "wD", 0, "/dev/ntio/rw-direct", .lock = true },
	{ "rD", 0, "/dev/ntio/rw-direct", .lock = true, .write = true },
	{ "wN", 0, "/dev/ntio/rw-neither", .raw = true },
	{ "rN", 0, "/dev/ntio/rw-neither", .raw = true, .write = true },
};

/* The first rule that says no, as the module looks at them. */
static __u32 refusal(unsigned int rules, const struct way *way)
{
	if (rules & IS_HOLE)
		return NTIO_REASON_UNMAPPED;
	if (rules & IS_NO_ACCESS)
		return NTIO_REASON_NO_ACCESS;
	if (way->write && rules & IS_READ_ONLY)
		return NTIO_REASON_READ_ONLY;
	if (way->lock && rules & IS_DEVICE)
		return NTIO_REASON_PFNMAP;
	if (way->lock && rules & (IS_UNPINNABLE | IS_NO_PAGE))
		return NTIO_REASON_UNPINNABLE;
	if (rules & IS_NO_PAGE)
		return way->write ? NTIO_REASON_OUT_FAULT :
				    NTIO_REASON_IN_FAULT;
	return NTIO_REASON_NONE;
}

/* --- a cell ------------------------------------------------------------------- */

#define OLD 1	/* pattern of the memory before */
#define NEW 2	/* pattern that is written to it */

/**
 * struct cell - a mapping on its way
 * @m: the mapping
 * @other: memory that is good, of the same length
 * @error: errno
 * @c: the answer, if it was a device control
 * @trouble: what went wrong, or NULL
 */
struct cell {
	const struct map_kind *kind;
	const struct way *way;
	struct mapping m;
	unsigned char other[MAP_LEN];
	int error;
	struct ntio_device_control c;
	const char *trouble;
};

/* What IN_DIRECT brought comes back by another code. */
static void get_kept(struct cell *cell, int fd)
{
	struct ntio_device_control c = {
		.code = IOCTL_ECHO_KEPT, .out = addr(cell->other),
		.out_len = cell->m.len,
	};

	if (control(fd, &c))
		cell->trouble = "what was brought is gone";
}

static void do_control(struct cell *cell)
{
	bool second = cell->way->write || cell->way->lock;
	int fd = echo_open();

	cell->c = (struct ntio_device_control){
		.code = cell->way->code,
		.in = addr(second ? cell->other : cell->m.p),
		.in_len = cell->m.len,
		.out = addr(second ? cell->m.p : cell->other),
		.out_len = cell->m.len,
	};
	cell->error = control(fd, &cell->c);
	if (!cell->error && cell->way->lock && !cell->way->write)
		get_kept(cell, fd);
	close(fd);
}

static bool put_into_store(int fd, const void *p, size_t len)
{
	struct rw_plan plan = { };
	struct ntio_device_control c = {
		.code = IOCTL_RW_PLAN, .in = addr(&plan),
		.in_len = sizeof(plan),
	};

	return !control(fd, &c) && (!p || pwrite(fd, p, len, 0) ==
				    (ssize_t)len);
}

static void do_rw(struct cell *cell)
{
	int fd = open(cell->way->path, O_RDWR | O_CLOEXEC);
	size_t len = cell->m.len;
	ssize_t n;

	if (fd < 0 || !put_into_store(fd, cell->way->write ? cell->other : NULL,
				      len))
		cell->trouble = "the store does not take data";
	n = cell->way->write ? pread(fd, cell->m.p, len, 0) :
			       pwrite(fd, cell->m.p, len, 0);
	cell->error = n < 0 ? errno : 0;
	if (n >= 0 && n != (ssize_t)len)
		cell->trouble = "not all was transferred";
	if (!cell->error && !cell->way->write &&
	    pread(fd, cell->other, len, 0) != (ssize_t)len)
		cell->trouble = "the store does not give data";
	close(fd);
}

/* What is in memory: OLD, NEW, or 0. */
static unsigned int holds(const struct cell *cell, const unsigned char *p)
{
	size_t len = cell->m.len;

	if (cell->kind->rules & IS_SYSTEM)
		return memcmp(p, cell->m.copy, len) ? 0 : OLD;
	if (cell->kind->rules & IS_ZERO && match_byte(p, len, 0) == len)
		return OLD;
	if (match(p, len, OLD) == len)
		return cell->kind->rules & IS_ZERO ? 0 : OLD;
	return match(p, len, NEW) == len ? NEW : 0;
}

static void judge_success(struct cell *cell)
{
	const struct map_kind *kind = cell->kind;
	bool write = cell->way->write;
	bool seen = write && kind->rules & IS_SHARED_VIEW;
	const unsigned char *view = map_view(&cell->m);

	if (kind->rules & IS_CHANGES)
		return;
	if (!write && holds(cell, cell->other) != OLD)
		cell->trouble = "the driver saw something else";
	if (holds(cell, cell->m.p) != (write ? NEW : OLD))
		cell->trouble = "the memory does not hold what it must";
	if (view && holds(cell, view) != (seen ? NEW : OLD))
		cell->trouble = seen ? "others do not see what was written" :
				       "others see what is not theirs";
}

static void judge_refusal(struct cell *cell, __u32 reason)
{
	const unsigned char *view = map_view(&cell->m);

	if (cell->error != EFAULT)
		cell->trouble = "should be a fault";
	if (cell->way->code && cell->c.out_status != STATUS_ACCESS_VIOLATION)
		cell->trouble = "another status";
	if (cell->way->code && cell->c.out_reason !=
	    (cell->way->raw ? NTIO_REASON_FAULT : reason))
		cell->trouble = "another reason";
	if (view && holds(cell, view) != OLD)
		cell->trouble = "refused, but written";
}

/* '+' as it must be, '-' refused as it must be, 's' not here, 'X' wrong. */
static char try_cell(enum mapping_kind number, const struct way *way)
{
	const struct map_kind *kind = &map_kinds[number];
	struct cell cell = { .kind = kind, .way = way };
	__u32 reason;

	if (way->write && way->lock && kind->rules & IS_GROWS)
		return 's';	/* the kernel itself complains, in its log */
	if (!map_make(&cell.m, number, OLD))
		return 's';
	reason = refusal(cell.m.rules, way);
	fill(cell.other, sizeof(cell.other), NEW);
	if (way->code)
		do_control(&cell);
	else
		do_rw(&cell);
	if (reason)
		judge_refusal(&cell, reason);
	else if (cell.error)
		cell.trouble = "refused";
	else
		judge_success(&cell);
	map_remove(&cell.m);
	if (!cell.trouble)
		return reason ? '-' : '+';
	printf("# %s, %s: %s (errno %d, status %08x, reason %u)\n", kind->name,
	       way->name, cell.trouble, cell.error, cell.c.out_status,
	       cell.c.out_reason);
	return 'X';
}

/* --- the matrix ------------------------------------------------------------------ */

static char (*matrix)[ARRAY_SIZE(ways)];

static __attribute__((constructor)) void make_matrix(void)
{
	size_t size = sizeof(*matrix) * KINDS;

	matrix = mmap(NULL, size, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	memset(matrix, '?', size);
}

FIXTURE(mapping)
{
	long pins;
};

FIXTURE_VARIANT(mapping)
{
	enum mapping_kind kind;
};

#define MAPPING_OF(_name, _kind)						\
	FIXTURE_VARIANT_ADD(mapping, _name) { .kind = KIND_ ## _kind }
MAPPING_OF(anonymous, ANON);
MAPPING_OF(never_touched, UNTOUCHED);
MAPPING_OF(zero_page, ZERO_PAGE);
MAPPING_OF(shared_with_child, FORKED);
MAPPING_OF(merged, KSM);
MAPPING_OF(huge_page, THP);
MAPPING_OF(hugetlb, HUGETLB);
MAPPING_OF(hugetlb_shared, HUGETLB_SHARED);
MAPPING_OF(delayed, DELAYED);
MAPPING_OF(anonymous_shared, SHMEM);
MAPPING_OF(memfd, MEMFD);
MAPPING_OF(memfd_private, MEMFD_PRIVATE);
MAPPING_OF(file_hole, FILE_HOLE);
MAPPING_OF(file_hole_private, FILE_HOLE_PRIVATE);
MAPPING_OF(read_only_private, READ_ONLY_PRIVATE);
MAPPING_OF(read_only_file, READ_ONLY_FILE);
MAPPING_OF(sealed_memfd, SEALED);
MAPPING_OF(write_only, WRITE_ONLY);
MAPPING_OF(prot_none, PROT_NONE);
MAPPING_OF(half_unmapped, HALF_UNMAPPED);
MAPPING_OF(half_read_only, HALF_READ_ONLY);
MAPPING_OF(truncated_file, TRUNCATED);
MAPPING_OF(truncated_private, TRUNCATED_PRIVATE);
MAPPING_OF(pfnmap, PFNMAP);
MAPPING_OF(secret, SECRET);
MAPPING_OF(driver_pages, DRIVER);
MAPPING_OF(stack_to_grow, GROWSDOWN);
MAPPING_OF(vdso, VDSO);
MAPPING_OF(vvar, VVAR);

FIXTURE_SETUP(mapping)
{
	self->pins = pins();
}

FIXTURE_TEARDOWN(mapping)
{
	EXPECT_TRUE(wait_until(self->pins == pins()));
}

TEST_F(mapping, all_ways)
{
	const struct map_kind *kind = &map_kinds[variant->kind];
	size_t i, skipped = 0;

	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		matrix[variant->kind][i] = try_cell(variant->kind, &ways[i]);
		EXPECT_NE('X', matrix[variant->kind][i]);
		skipped += matrix[variant->kind][i] == 's';
	}
	if (skipped == ARRAY_SIZE(ways))
		SKIP(return, "no such memory here: %s", kind->needs);
}

/* --- a race ------------------------------------------------------------------------ */

FIXTURE(race)
{
	int file;
	unsigned char *map;
	bool stop;
	pthread_t thread;
};

FIXTURE_VARIANT(race)
{
	bool memfd;
	bool writable;
};

FIXTURE_VARIANT_ADD(race, file_read_only) { };
FIXTURE_VARIANT_ADD(race, file_private) { .writable = true };
FIXTURE_VARIANT_ADD(race, memfd_read_only) { .memfd = true };
FIXTURE_VARIANT_ADD(race, memfd_private) { .memfd = true, .writable = true };

/* The pages vanish all the time; what replaces them is the file's again. */
static void *drop_pages(void *context)
{
	struct _test_data_race *self = context;

	while (!__atomic_load_n(&self->stop, __ATOMIC_RELAXED))
		madvise(self->map, PAGE, MADV_DONTNEED);
	return NULL;
}

FIXTURE_SETUP(race)
{
	int prot = PROT_READ | (variant->writable ? PROT_WRITE : 0);
	unsigned char data[PAGE];

	self->file = variant->memfd ? memfd_create("race", MFD_CLOEXEC) :
			open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	memset(data, MEM_CANARY, PAGE);
	ASSERT_EQ(PAGE, write(self->file, data, PAGE));
	self->map = mmap(NULL, PAGE, prot, MAP_PRIVATE, self->file, 0);
	ASSERT_NE(MAP_FAILED, (void *)self->map);
	self->stop = false;
	ASSERT_EQ(0, pthread_create(&self->thread, NULL, drop_pages, self));
}

FIXTURE_TEARDOWN(race)
{
	__atomic_store_n(&self->stop, true, __ATOMIC_RELAXED);
	pthread_join(self->thread, NULL);
	munmap(self->map, PAGE);
	close(self->file);
}

/* Whatever is written, and wherever it goes, the file is as it was. */
TEST_F(race, file_stays)
{
	static const __u32 codes[] = {
		IOCTL_ECHO_OUT_DIRECT, IOCTL_ECHO_OUT_DIRECT_LONG,
		IOCTL_ECHO_BUFFERED, IOCTL_ECHO_NEITHER,
	};
	unsigned char data[PAGE];
	int fd = echo_open(), i;
	long refused = 0;

	memset(data, 'X', PAGE);
	for (i = 0; i < 4000; i++) {
		struct ntio_device_control c = {
			.code = codes[i % 4], .in = addr(data), .in_len = PAGE,
			.out = addr(self->map), .out_len = PAGE,
		};

		refused += !!control(fd, &c);
	}
	EXPECT_EQ(variant->writable ? 0 : 4000, refused);
	ASSERT_EQ(PAGE, pread(self->file, data, PAGE, 0));
	EXPECT_EQ(PAGE, match_byte(data, PAGE, MEM_CANARY));
	close(fd);
}

/* --- the table --------------------------------------------------------------------- */

FIXTURE(table) { };
FIXTURE_SETUP(table) { }
FIXTURE_TEARDOWN(table) { }

/* Comes last: prints the matrix; every cell has been decided. */
TEST_F(table, complete)
{
	size_t counts_of[256] = { }, i, k;

	printf("# The mapping matrix: + as it must be, - refused as it must be, X wrong, s not\n");
	printf("# here. B buffered, D direct, L direct and long, N neither; < the driver reads,\n");
	printf("# > it writes; w write(2), r read(2).\n#\n# %-24s", "");
	for (i = 0; i < ARRAY_SIZE(ways); i++)
		printf(" %s", ways[i].name);
	for (k = 0; k < KINDS; k++) {
		printf("\n# %-24s", map_kinds[k].name);
		for (i = 0; i < ARRAY_SIZE(ways); i++) {
			printf("  %c", matrix[k][i]);
			counts_of[(unsigned char)matrix[k][i]]++;
		}
	}
	printf("\n# %zu cells: %zu served, %zu refused, %zu wrong, %zu not here.\n",
	       KINDS * ARRAY_SIZE(ways), counts_of['+'], counts_of['-'],
	       counts_of['X'], counts_of['s']);
	EXPECT_EQ(0, counts_of['?']);
	EXPECT_EQ(0, counts_of['X']);
}

TEST_HARNESS_MAIN
