// SPDX-License-Identifier: GPL-2.0
/*
 * Pages that the kernel does not map to a process: then there is no mapping,
 * and not one without pages.
 */
#include "kselftest_harness.h"
#include "hold.h"

/* Memory of the slab is a whole page here, but may not be mapped. */
TEST(memory_of_the_slab)
{
	int fd = hold_open();
	struct hold_balance before = hold_balance(fd);
	void *p;

	hold_ok(fd, KMALLOC, .len = PAGE);
	p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		 HOLD_MMAP(0));
	EXPECT_EQ(MAP_FAILED, p) {
		TH_LOG("a mapping without pages");
		munmap(p, PAGE);
	}
	EXPECT_EQ(EINVAL, errno);
	/* What can be mapped still is. */
	hold_ok(fd, PAGES, .mdl = 1, .len = PAGE);
	p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		 HOLD_MMAP(1));
	ASSERT_NE(MAP_FAILED, p);
	EXPECT_EQ(PAGE, match_byte(p, PAGE, 0));
	munmap(p, PAGE);
	EXPECT_TRUE(hold_balanced(fd, &before));
	close(fd);
}

TEST_HARNESS_MAIN
