// SPDX-License-Identifier: GPL-2.0
/*
 * Every path that succeeds, with every fault in turn: an allocation of slab
 * memory or of pages that fails, a copy from or to the caller that fails, a
 * lock of pages that fails. Faults are those of the caller's task; of workers:
 * faults_worker.
 */
#include <sys/syscall.h>

#include "kselftest_harness.h"
#include "inject.h"

#define LIMIT_SECONDS 900

FIXTURE(faults)
{
	struct injected injected;
};

FIXTURE_VARIANT(faults)
{
	int path;
};

#define FAULTS_VARIANT(how, what, ...)					\
	FIXTURE_VARIANT_ADD(faults, how##_##what) {			\
		.path = PATH_##how##_##what };
PATHS(FAULTS_VARIANT)

FIXTURE_SETUP(faults)
{
	char path[64];

	ASSERT_EQ(0, inject_begin(&self->injected, &paths[variant->path]));
	snprintf(path, sizeof(path), "/proc/self/task/%d/fail-nth",
		 (int)syscall(SYS_gettid));
	ASSERT_TRUE(inject_add(&self->injected, path));
}

FIXTURE_TEARDOWN(faults)
{
	inject_end(&self->injected);
}

static bool pins_pages(const struct path *path)
{
	__u32 method = NTIO_CTL_METHOD(path->code);
	bool control = path->kind == &path_control || path->kind == &path_ring;

	return control && path->out_len && (method == NTIO_METHOD_IN_DIRECT ||
					    method == NTIO_METHOD_OUT_DIRECT);
}

TEST_F_TIMEOUT(faults, each_in_turn, LIMIT_SECONDS)
{
	expect_injected(&self->injected, none);
	expect_injected(&self->injected, each);
	EXPECT_LT(0, inject_sum(&self->injected.tally));
	if (pins_pages(self->injected.run.path))
		expect_injected(&self->injected, pins);
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

TEST_F(all, thousands_and_no_leak)
{
	const struct tally *total = inject_total();

	EXPECT_EQ(PATH_COUNT, total->paths);
	/* Of kernels whose sanitiser allocates, too, there are more. */
	expect_faults(total, 500);
}

TEST_HARNESS_MAIN
