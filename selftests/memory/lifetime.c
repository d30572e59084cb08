// SPDX-License-Identifier: GPL-2.0
/*
 * R8: what is locked is the pages, not the address. Locked requests are held in
 * a worker while the caller does what it likes; every cell of the matrix of
 * memory, lock and action says what is seen then, and by whom.
 */
#include <sys/utsname.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "life.h"

/*
 * What is seen, in this order; '.' is not looked at:
 *
 *  0	the driver, when the memory is locked
 *  1	the driver, after the action
 *  2	the driver, after it has written C (if locked for writing)
 *  3	the caller, at its address
 *  4	the driver, after the caller has written B there; or after the end of
 *	the caller, when others have used the memory that is free
 *  5	the child, at the end
 *  6	another mapping of shared memory, at the end
 *
 * A, B, C: who wrote it last, nobody, the caller, the driver; D: the child; N:
 * memory that is new at the old address; I: as it was when locked; Z: what a
 * private page is that was given away and is new.
 *
 * [5.17] unmapped, moved or gone: the pages stay, and nothing else is reached.
 * [5.18] protected afterwards: the driver reads and writes all the same.
 * [5.19] locked for reading: the caller's later writes are seen, always.
 * [5.20] the process may end: the pages stay until they are unlocked.
 */
struct life_expected {
	const char *name;
	const char *private_read;
	const char *private_write;
	const char *shared_read;
	const char *shared_write;
};

#define THE_PAGES_STAY "II..I..", "IIC.C..", "II..I.I", "IIC.C.C"
#define STILL_THE_SAME "II.IB..", "IICCB..", "II.IB.B", "IICCB.B"

static const struct life_expected life_expected[LIFE_ACTIONS] = {
	[LIFE_WRITES] = { "write", STILL_THE_SAME },
	[LIFE_MUNMAP] = {
		"unmap", "II.NI..", "IICNC..", "II.NI.I", "IICNC.C" },
	[LIFE_PROTECT_NONE] = { "none", STILL_THE_SAME },
	[LIFE_PROTECT_READ] = { "r/o", STILL_THE_SAME },
	[LIFE_MREMAP] = { "move", STILL_THE_SAME },
	[LIFE_DONTNEED] = {
		"dneed", "II.ZI..", "IICZC..", "II.IB.B", "IICCB.B" },
	[LIFE_FORK_PARENT] = {
		"forkP", "II.IBI.", "IICCBI.", "II.IBBB", "IICCBBB" },
	[LIFE_FORK_CHILD] = {
		"forkC", "II.IBD.", "IICCBD.", "ID.DBBB", "IDCCBBB" },
	[LIFE_EXEC] = { "exec", THE_PAGES_STAY },
	[LIFE_EXIT] = { "exit", THE_PAGES_STAY },
	[LIFE_KILL] = { "kill", THE_PAGES_STAY },
};

static const char * const life_lock_names[LIFE_LOCKS] = {
	"read", "write",
};

/* A letter per cell, shared by all processes of this program. */
static char (*life_matrix)[LIFE_ACTIONS][LIFE_LOCKS];

static __attribute__((constructor)) void life_make_matrix(void)
{
	size_t size = sizeof(*life_matrix) * LIFE_MEMORIES;

	life_matrix = mmap(NULL, size, PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	memset(life_matrix, '?', size);
}

/**
 * struct life_cell - a cell under test
 * @memory: which
 * @action: which
 * @lock: which
 * @fd: our own file of the driver
 * @mem: the memory
 * @view: the same memory from outside, if it is shared
 * @caller: the process whose memory is locked
 * @seen: the letters so far
 * @trouble: what else went wrong, or NULL
 */
struct life_cell {
	enum life_memory memory;
	enum life_action action;
	enum life_lock lock;
	int fd;
	struct life_mem mem;
	struct life_mem view;
	struct life_caller caller;
	char seen[8];
	const char *trouble;
};

static bool life_writes(const struct life_cell *cell)
{
	return cell->lock == LIFE_LOCK_WRITE;
}

static bool life_caller_ends(const struct life_cell *cell)
{
	return cell->action == LIFE_EXEC || cell->action == LIFE_EXIT ||
	       cell->action == LIFE_KILL;
}

/* Since 6.5 files whose pages are written back are not locked for long. */
static bool life_long_file_writes(void)
{
	struct utsname name;
	int major, minor;

	return !uname(&name) &&
	       sscanf(name.release, "%d.%d", &major, &minor) == 2 &&
	       (major < 6 || (major == 6 && minor < 5));
}

static __u32 life_refused(const struct life_cell *cell)
{
	if (cell->memory == LIFE_EXT4_SHARED &&
	    life_writes(cell) && !life_long_file_writes())
		return NTIO_REASON_UNPINNABLE;
	return life_writes(cell) ? life_kinds[cell->memory].refused_write :
				   life_kinds[cell->memory].refused_read;
}

static const char *life_expect(const struct life_cell *cell)
{
	const struct life_expected *row = &life_expected[cell->action];
	const struct life_kind *kind = &life_kinds[cell->memory];
	static char expected[8];
	const char *pattern;
	char *c;

	if (kind->shared)
		pattern = life_writes(cell) ? row->shared_write :
					      row->shared_read;
	else
		pattern = life_writes(cell) ? row->private_write :
					      row->private_read;
	memcpy(expected, pattern, sizeof(expected));
	for (c = expected; *c; c++) {
		if (*c == 'I')
			*c = kind->initial;
		if (*c == 'Z')
			*c = kind->fresh;
	}
	return expected;
}

/* --- the driver's side ---------------------------------------------------- */

/* By copying and by address; '!' if these differ. */
static char life_driver_reads(struct life_cell *cell)
{
	static unsigned char copy[LIFE_LEN], at_address[LIFE_LEN];

	memset(copy, POISON, LIFE_LEN);
	hold(cell->fd, COPY_FROM, .mdl = HOLD_HELD(0), .len = LIFE_LEN,
	     .data = addr(copy));
	hold(cell->fd, READ_ADDRESS, .mdl = HOLD_HELD(0), .len = LIFE_LEN,
	     .data = addr(at_address));
	if (memcmp(copy, at_address, LIFE_LEN))
		return '!';
	return life_which(&cell->mem, copy);
}

static void life_driver_writes(struct life_cell *cell)
{
	static unsigned char data[LIFE_LEN];
	size_t half = LIFE_LEN / 2;

	life_fill(&cell->mem, data, 'C');
	hold(cell->fd, COPY_TO, .mdl = HOLD_HELD(0), .len = half,
	     .data = addr(data));
	hold(cell->fd, WRITE_ADDRESS, .mdl = HOLD_HELD(0), .offset = half,
	     .len = LIFE_LEN - half, .data = addr(data + half));
}

/* --- a cell --------------------------------------------------------------- */

static bool life_has_answer(struct life_cell *cell,
			    struct life_refusal *refusal)
{
	return read(cell->caller.refusal, refusal, sizeof(*refusal)) ==
	       sizeof(*refusal);
}

/* True: it is held. */
static bool life_lock(struct life_cell *cell)
{
	struct life_refusal refusal = { };
	__u32 expected = life_refused(cell);

	if (life_tell(cell->caller.to, LIFE_LOCK, cell->lock) != 'k' ||
	    !wait_until(hold_is_held(cell->fd, 0) ||
			life_has_answer(cell, &refusal)))
		cell->trouble = "neither locked nor refused";
	else if (!refusal.error && expected)
		cell->trouble = "should have been refused";
	else if (refusal.error && refusal.reason != expected)
		cell->trouble = "refused, or for another reason";
	else if (refusal.error && (refusal.error != EFAULT ||
				   refusal.status != STATUS_ACCESS_VIOLATION))
		cell->trouble = "refused with another status";
	return !cell->trouble && !expected;
}

static void life_act(struct life_cell *cell)
{
	char answer;

	if (cell->action == LIFE_KILL)
		kill(cell->caller.pid, SIGKILL);
	answer = life_tell(cell->caller.to, LIFE_ACT, cell->action);
	if (answer != (life_caller_ends(cell) ? 0 : 'k'))
		cell->trouble = "the caller cannot do that";
	if (cell->action == LIFE_EXIT || cell->action == LIFE_KILL)
		waitid(P_PID, cell->caller.pid, NULL, WNOWAIT | WEXITED);
	if (cell->action != LIFE_FORK_CHILD)
		return;
	if (cell->memory == LIFE_READ_ONLY)
		life_fill(&cell->mem, life_buffer(&cell->view), 'D');
	else if (life_tell(cell->caller.to_child, LIFE_WRITE, 'D') != 'k')
		cell->trouble = "the child cannot write";
}

/* Whoever gets memory now must not get what the driver still has. */
static void life_use_free_memory(void)
{
	size_t len = 2 * MIB;
	void *p = mmap(NULL, len, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	memset(p, 'N', len);
	munmap(p, len);
}

/* What is written to memory that the caller may only read comes from outside. */
static void life_caller_writes(struct life_cell *cell)
{
	if (cell->memory == LIFE_READ_ONLY && cell->action != LIFE_MUNMAP)
		life_fill(&cell->mem, life_buffer(&cell->view), 'B');
	else if (life_tell(cell->caller.to, LIFE_WRITE, 'B') != 'k')
		cell->trouble = "the caller cannot write";
}

static void life_look(struct life_cell *cell)
{
	char *seen = cell->seen;

	memcpy(seen, ".......", sizeof(cell->seen));
	seen[0] = life_driver_reads(cell);
	life_act(cell);
	seen[1] = life_driver_reads(cell);
	if (life_writes(cell)) {
		life_driver_writes(cell);
		seen[2] = life_driver_reads(cell);
	}
	if (life_caller_ends(cell)) {
		life_use_free_memory();
	} else {
		seen[3] = life_tell(cell->caller.to, LIFE_READ, 0);
		life_caller_writes(cell);
	}
	seen[4] = life_driver_reads(cell);
	if (cell->action == LIFE_FORK_PARENT || cell->action == LIFE_FORK_CHILD)
		seen[5] = life_tell(cell->caller.to_child, LIFE_READ, 0);
	if (life_kinds[cell->memory].shared)
		seen[6] = life_read(&cell->view);
	if (cell->action == LIFE_MREMAP &&
	    life_tell(cell->caller.to, LIFE_READ_OLD, 0) != 'N')
		cell->trouble = "what is at the old address has changed";
}

static bool life_setup(struct life_cell *cell)
{
	if (!life_open(&cell->mem, cell->memory))
		return false;
	return !life_kinds[cell->memory].shared ||
	       life_view(&cell->view, &cell->mem);
}

static void life_teardown(struct life_cell *cell,
			  const struct hold_balance *before)
{
	if (!hold_balanced(cell->fd, before) && !cell->trouble)
		cell->trouble = "pages stay locked, or objects alive";
	if (cell->view.map)
		munmap(cell->view.map, LIFE_WINDOW);
	if (cell->mem.fd >= 0)
		close(cell->mem.fd);
}

/* For the table: '+' as expected, '-' refused as expected, 'X' wrong. */
static char life_judge(struct life_cell *cell, bool locked)
{
	bool wrong = locked && strcmp(cell->seen, life_expect(cell));

	if (!wrong && !cell->trouble)
		return locked ? '+' : '-';
	printf("# %s, locked for %s, %s: expected %s, saw %s%s%s\n",
	       life_kinds[cell->memory].name, life_lock_names[cell->lock],
	       life_expected[cell->action].name,
	       locked ? life_expect(cell) : "a refusal",
	       locked ? cell->seen : "none", cell->trouble ? "; " : "",
	       cell->trouble ?: "");
	return 'X';
}

static char life_try(struct life_cell *cell)
{
	struct hold_balance before;
	bool locked;

	cell->fd = hold_open();
	before = hold_balance(cell->fd);
	if (!life_setup(cell) ||
	    !life_begin(&cell->caller, &cell->mem, cell->fd)) {
		close(cell->fd);
		return 's';
	}
	locked = life_lock(cell);
	if (locked)
		life_look(cell);
	hold(cell->fd, RELEASE, .mdl = HOLD_HELD(0));
	life_end(&cell->caller);
	life_teardown(cell, &before);
	close(cell->fd);
	return life_judge(cell, locked);
}

/* --- the matrix ----------------------------------------------------------- */

FIXTURE(lifetime)
{
};

FIXTURE_VARIANT(lifetime)
{
	enum life_memory memory;
};

#define MEMORY(_name, _memory)						\
	FIXTURE_VARIANT_ADD(lifetime, _name) { .memory = _memory }
MEMORY(anonymous, LIFE_ANON);
MEMORY(untouched, LIFE_UNTOUCHED);
MEMORY(forked, LIFE_FORKED);
MEMORY(thp, LIFE_THP);
MEMORY(hugetlb, LIFE_HUGETLB);
MEMORY(stack, LIFE_STACK);
MEMORY(delayed, LIFE_DELAYED);
MEMORY(ext4_private, LIFE_EXT4_PRIVATE);
MEMORY(memfd, LIFE_MEMFD);
MEMORY(tmpfs, LIFE_TMPFS);
MEMORY(ext4_shared, LIFE_EXT4_SHARED);
MEMORY(read_only, LIFE_READ_ONLY);
MEMORY(repeated, LIFE_REPEATED);
MEMORY(permuted, LIFE_PERMUTED);
MEMORY(guard, LIFE_GUARD);
MEMORY(prot_none, LIFE_NONE);
MEMORY(pfnmap, LIFE_PFNMAP);

FIXTURE_SETUP(lifetime) { }
FIXTURE_TEARDOWN(lifetime) { }

/* Both locks of a memory and an action; failures are named above. */
#define ACTION(_name, _action)						\
TEST_F(lifetime, _name)							\
{									\
	int _lock, _skipped = 0;					\
									\
	for (_lock = 0; _lock < LIFE_LOCKS; _lock++) {			\
		struct life_cell _cell = {				\
			.memory = variant->memory, .action = _action,	\
			.lock = _lock,					\
		};							\
		char _mark = life_try(&_cell);				\
									\
		life_matrix[variant->memory][_action][_lock] = _mark;	\
		EXPECT_NE('X', _mark);					\
		_skipped += _mark == 's';				\
	}								\
	if (_skipped)							\
		SKIP(return, "no such memory here");			\
}

ACTION(writes, LIFE_WRITES)
ACTION(munmap, LIFE_MUNMAP)
ACTION(protect_none, LIFE_PROTECT_NONE)
ACTION(protect_read, LIFE_PROTECT_READ)
ACTION(mremap, LIFE_MREMAP)
ACTION(dontneed, LIFE_DONTNEED)
ACTION(fork_parent_writes, LIFE_FORK_PARENT)
ACTION(fork_child_writes, LIFE_FORK_CHILD)
ACTION(exec, LIFE_EXEC)
ACTION(exit, LIFE_EXIT)
ACTION(kill, LIFE_KILL)

/* --- the table ------------------------------------------------------------ */

FIXTURE(table) { };
FIXTURE_SETUP(table) { }
FIXTURE_TEARDOWN(table) { }

/* Comes last: prints the matrix; every cell has been decided. */
TEST_F(table, complete)
{
	int memory, action, undecided = 0;
	char *cells = &life_matrix[0][0][0];

	printf("# The lifetime matrix. In each cell: locked for reading, for writing. + as\n");
	printf("# it must be, - refused as it must be, X wrong, s no such memory here, ? not\n");
	printf("# run.\n#\n# %-16s",
	       "");
	for (action = 0; action < LIFE_ACTIONS; action++)
		printf(" %-5s", life_expected[action].name);
	for (memory = 0; memory < LIFE_MEMORIES; memory++) {
		printf("\n# %-16s", life_kinds[memory].name);
		for (action = 0; action < LIFE_ACTIONS; action++)
			printf(" %.2s   ", life_matrix[memory][action]);
	}
	printf("\n");
	for (size_t i = 0; i < sizeof(*life_matrix) * LIFE_MEMORIES; i++)
		undecided += cells[i] == '?';
	EXPECT_EQ(0, undecided);
}

TEST_HARNESS_MAIN
