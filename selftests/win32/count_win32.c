// SPDX-License-Identifier: GPL-2.0
/* What Windows' calls cost beside ours: programs/cost.c, where it is counted. */
#include "kselftest_harness.h"
#include "count.h"
#include "ring.h"

/* How the program ends, and what it found. */
static int run(const char *path)
{
	FILE *from = popen(path, "r");
	char line[256];

	while (from && fgets(line, sizeof(line), from))
		printf("# %s", line);
	return from ? pclose(from) : -1;
}

TEST(cost)
{
	COUNT_PLAINLY_OR_SKIP();
	/* Without parking each request takes a worker thread. */
	if (!ring_is_async())
		SKIP(return, "requests of rings cannot be parked here");
	EXPECT_EQ(0, run("/bin/win-cost"));
}

TEST_HARNESS_MAIN
