// SPDX-License-Identifier: GPL-2.0
/*
 * A driver that writes one byte past its system buffer [11.2]: a kernel with
 * KASAN names it. Such a kernel reports only once, so there is one test.
 */
#include "kselftest_harness.h"
#include "modules/ntio_bad_overrun.h"
#include "ntio_test.h"

/* Short, so that the buffer cannot end where its slab object does. */
#define LEN 13

static bool kernel_has_kasan(void)
{
	char line[512];
	bool found = false;
	FILE *f = fopen("/proc/kallsyms", "re");

	while (f && !found && fgets(line, sizeof(line), f))
		found = strstr(line, " kasan_report\n");
	if (f)
		fclose(f);
	return found;
}

/* Whether a line with @text has been logged since @kmsg was positioned. */
static bool logged(int kmsg, const char *text)
{
	char record[8192];
	ssize_t n;

	while ((n = read(kmsg, record, sizeof(record) - 1)) > 0 ||
	       (n < 0 && errno == EPIPE)) {
		if (n < 0)
			continue;
		record[n] = 0;
		if (strstr(record, text))
			return true;
	}
	return false;
}

TEST(one_byte_too_far)
{
	static const char report[] = "in overrun_handler";
	unsigned char in[LEN] = { };
	int kmsg, fd;

	if (!kernel_has_kasan())
		SKIP(return, "needs a kernel with KASAN: make check-kasan");
	printf("# EXPECT-LOG: %s\n", report);
	kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	ASSERT_LE(0, kmsg);
	ASSERT_LE(0, lseek(kmsg, 0, SEEK_END));
	ASSERT_EQ(0, module_load("ntio_bad_overrun"));
	fd = open("/dev/ntio/overrun", O_RDWR);
	ASSERT_LE(0, fd);
	control_ok(fd, .code = IOCTL_OVERRUN, .in = addr(in), .in_len = LEN);
	EXPECT_TRUE(logged(kmsg, report)) {
		TH_LOG("KASAN did not report the overrun");
	}
	close(fd);
	EXPECT_EQ(0, module_unload("ntio_bad_overrun"));
}

TEST_HARNESS_MAIN
