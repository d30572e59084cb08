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

TEST(one_byte_too_far)
{
	static const char report[] = "in overrun_handler";
	unsigned char in[LEN] = { };
	char verifier[256];
	int kmsg, fd;

	if (!kernel_has("kasan_report"))
		SKIP(return, "needs a kernel with KASAN: make check-kasan");
	/* Whose special_pool finds it as well, and puts it right. */
	param_get_text("verifier", verifier);
	ASSERT_EQ(0, param_set_text("verifier", ""));
	printf("# EXPECT-LOG: %s\n", report);
	kmsg = kmsg_open();
	ASSERT_EQ(0, module_load("ntio_bad_overrun"));
	fd = open("/dev/ntio/overrun", O_RDWR);
	ASSERT_LE(0, fd);
	control_ok(fd, .code = IOCTL_OVERRUN, .in = addr(in), .in_len = LEN);
	EXPECT_TRUE(kmsg_has(kmsg, report, "BUG: KASAN")) {
		TH_LOG("KASAN did not report the overrun");
	}
	close(fd);
	EXPECT_EQ(0, module_unload("ntio_bad_overrun"));
	EXPECT_EQ(0, param_set_text("verifier", verifier));
}

TEST_HARNESS_MAIN
