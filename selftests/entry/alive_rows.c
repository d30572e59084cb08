// SPDX-License-Identifier: GPL-2.0
/*
 * What debugfs says is alive is counted, all of it: a row that never changes
 * would hide the leak that it is there to show.
 */
#include "kselftest_harness.h"
#include "hold.h"
#include "park.h"

#define ROWS 16

struct rows {
	int n;
	struct {
		char name[64];
		long count;
	} row[ROWS];
};

static struct rows read_rows(void)
{
	FILE *f = fopen("/sys/kernel/debug/ntio/alive", "re");
	struct rows rows = { };

	while (f && rows.n < ROWS &&
	       fscanf(f, "%63s %ld", rows.row[rows.n].name,
		      &rows.row[rows.n].count) == 2)
		rows.n++;
	if (f)
		fclose(f);
	return rows;
}

/*
 * One of everything: an open file, a request with a copied buffer, one with a
 * locked buffer, and so its MDL. The row of open devices stood at 0.
 */
TEST(every_row_counts)
{
	struct rows idle = read_rows(), busy, after;
	struct mem mem = mem_new(PAGE, 0);
	struct holding holding;
	struct waiter waiter;
	int hold, park, i;

	ASSERT_LT(0, idle.n);
	ASSERT_GT(ROWS, idle.n);
	hold = hold_open();
	park = park_open(PARK_PATH);
	ASSERT_TRUE(holding_begin(&holding, hold, 0, IOCTL_HOLD_READ, mem.p,
				  mem.len));
	waiter_begin(&waiter, park, IOCTL_PARK_QUEUE, 0);
	ASSERT_TRUE(wait_until(park_counts(park).queued == 1));
	busy = read_rows();
	park_tell(park, IOCTL_PARK_NEXT, 0);
	waiter_join(&waiter);
	holding_end(&holding);
	close(hold);
	close(park);
	wait_until(alive() == 0);
	after = read_rows();

	ASSERT_EQ(idle.n, busy.n);
	ASSERT_EQ(idle.n, after.n);
	for (i = 0; i < idle.n; i++) {
		EXPECT_LT(idle.row[i].count, busy.row[i].count) {
			TH_LOG("%s: %ld, and %ld in use", idle.row[i].name,
			       idle.row[i].count, busy.row[i].count);
		}
		EXPECT_EQ(idle.row[i].count, after.row[i].count) {
			TH_LOG("%s", idle.row[i].name);
		}
	}
	mem_free(&mem);
}

TEST_HARNESS_MAIN
