// SPDX-License-Identifier: GPL-2.0
/*
 * The same as faults, where another thread serves the request: faults in the
 * kernel's workers, which drivers use, and in those of a ring, which carry out
 * whole requests.
 */
#include <ctype.h>
#include <dirent.h>

#include "kselftest_harness.h"
#include "inject.h"

#define LIMIT_SECONDS 300

FIXTURE(workers)
{
	struct injected injected;
};

FIXTURE_VARIANT(workers)
{
	int path;
	bool pins;
	/* Of a ring, not of the kernel. */
	bool ring;
};

/* What drivers do in a worker that can fail. */
#define KERNEL_WORKER(_name, ...)					\
	FIXTURE_VARIANT_ADD(workers, kernel_##_name) {			\
		.path = PATH_##_name, ##__VA_ARGS__ };

KERNEL_WORKER(control_context_attached)
KERNEL_WORKER(control_context_copied, .pins = true)
KERNEL_WORKER(ring_context_attached)
KERNEL_WORKER(ring_context_copied, .pins = true)

/* All of a request, from its structure to its answer. */
#define RING_WORKER(_name, ...)						\
	FIXTURE_VARIANT_ADD(workers, ring_##_name) {			\
		.path = PATH_ring_##_name, .ring = true, ##__VA_ARGS__ };

RING_WORKER(buffered_2_pages)
RING_WORKER(buffered_fresh)
RING_WORKER(in_direct_2_pages, .pins = true)
RING_WORKER(in_direct_fresh, .pins = true)
RING_WORKER(out_direct_fresh, .pins = true)
RING_WORKER(neither_2_pages)
RING_WORKER(sum_embedded)
RING_WORKER(pend_later)
RING_WORKER(own_part, .pins = true)
RING_WORKER(context_locked_by_driver, .pins = true)

/* Whether the thread's name begins so. */
static bool is_named(const char *task, const char *begin)
{
	char path[300], name[32] = "";
	int fd;

	snprintf(path, sizeof(path), "%s/comm", task);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, name, sizeof(name) - 1) <= 0)
		name[0] = 0;
	close(fd);
	return !strncmp(name, begin, strlen(begin));
}

static void look_in(struct injected *injected, const char *folder,
		    const char *begin)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char task[280], path[300];

	inject_forget(injected);
	while (dir && (entry = readdir(dir))) {
		snprintf(task, sizeof(task), "%s/%s", folder, entry->d_name);
		if (!isdigit(entry->d_name[0]) || !is_named(task, begin))
			continue;
		snprintf(path, sizeof(path), "%s/fail-nth", task);
		inject_add(injected, path);
	}
	if (dir)
		closedir(dir);
}

/* Whichever of them will have it; and what else they do may fail as well. */
static void look_for_kernel_workers(struct injected *injected)
{
	look_in(injected, "/proc", "kworker/");
}

static void look_for_ring_workers(struct injected *injected)
{
	look_in(injected, "/proc/self/task", "iou-wrk-");
}

FIXTURE_SETUP(workers)
{
	ASSERT_EQ(0, inject_begin(&self->injected, &paths[variant->path]));
	self->injected.look = variant->ring ? look_for_ring_workers :
					      look_for_kernel_workers;
	if (variant->ring)
		self->injected.run.sqe_flags = IOSQE_ASYNC;
}

FIXTURE_TEARDOWN(workers)
{
	inject_end(&self->injected);
}

TEST_F_TIMEOUT(workers, each_in_turn, LIMIT_SECONDS)
{
	struct injected *injected = &self->injected;

	expect_injected(injected, none);
	expect_injected(injected, each);
	EXPECT_LT(0, inject_sum(&injected->tally));
	if (variant->pins)
		expect_injected(injected, pins);
}

/* --- all of it ----------------------------------------------------------- */

FIXTURE(all)
{
};

FIXTURE_SETUP(all)
{
}

FIXTURE_TEARDOWN(all)
{
}

/*
 * Five or more a path. How many there are is the kernel's affair: with KASAN,
 * which allocates for itself, twice as many as with KCSAN.
 */
TEST_F(all, hundreds_and_no_leak)
{
	const struct tally *total = inject_total();

	expect_faults(total, 50);
}

TEST_HARNESS_MAIN
