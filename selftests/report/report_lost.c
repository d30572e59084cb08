// SPDX-License-Identifier: GPL-2.0
/*
 * A driver that forgets memory: a kernel with kmemleak names where it was
 * allocated. What the driver still knows is not lost.
 */
#include "kselftest_harness.h"
#include "modules/ntio_bad_lost.h"
#include "ntio_test.h"

#define KMEMLEAK "/sys/kernel/debug/kmemleak"
/* What is younger than 5 s it leaves alone. */
#define AGE 6

/* False: the kernel did not take the order. */
static bool kmemleak(const char *order)
{
	int fd = open(KMEMLEAK, O_WRONLY | O_CLOEXEC);
	bool done = fd >= 0 && write(fd, order, strlen(order)) > 0;

	close(fd);
	return done;
}

/* Twice: the second time it sees that nothing changed in there. */
static bool scan(void)
{
	sleep(AGE);
	return kmemleak("scan") && kmemleak("scan");
}

/* The reports that name @function. */
static int found(const char *function)
{
	char line[512];
	int count = 0;
	FILE *f = fopen(KMEMLEAK, "re");

	while (f && fgets(line, sizeof(line), f))
		count += !!strstr(line, function);
	if (f)
		fclose(f);
	return f ? count : -1;
}

FIXTURE(lost) {
	int fd;
};

FIXTURE_SETUP(lost)
{
	if (access(KMEMLEAK, F_OK))
		SKIP(return, "needs a kernel with kmemleak: make check-kasan");
	ASSERT_EQ(0, module_load("ntio_bad_lost"));
	self->fd = open("/dev/ntio/lost", O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(lost)
{
	close(self->fd);
	/* Frees it, or it would be the fault of all programs together. */
	EXPECT_EQ(0, module_unload("ntio_bad_lost"));
}

/*
 * A scan takes seconds, and a minute on a busy machine: there is one test. What
 * was lost is not reported while its address is still on some stack, which may
 * be true of the last, but not of all.
 */
TEST_F_TIMEOUT(lost, reported, 900)
{
	int i;

	printf("# EXPECT-LOG: new suspected memory leaks\n");
	control_ok(self->fd, .code = IOCTL_LOST_NOT);
	for (i = 0; i < LOST_TIMES; i++)
		control_ok(self->fd, .code = IOCTL_LOST);
	ASSERT_TRUE(scan());
	EXPECT_LT(LOST_TIMES / 2, found(" lost_handler+")) {
		TH_LOG("kmemleak did not report what was lost");
	}
	EXPECT_EQ(0, found(" lost_not_handler+")) {
		TH_LOG("kmemleak reports what the driver still knows");
	}
}

TEST_HARNESS_MAIN
