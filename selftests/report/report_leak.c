// SPDX-License-Identifier: GPL-2.0
/*
 * A driver that answers with memory nobody wrote: a kernel with KMSAN names
 * where that memory comes from when it reaches the caller. What is written
 * first is no leak.
 */
#include "kselftest_harness.h"
#include "modules/ntio_bad_leak.h"
#include "ntio_test.h"

/* Where it was allocated, the last part of the report. */
static const char leak[] = "leak_handler+";

FIXTURE(leak) {
	int kmsg;
	int fd;
	unsigned char out[LEAK_LEN];
};

FIXTURE_SETUP(leak)
{
	if (!kernel_has("kmsan_report"))
		SKIP(return, "needs a kernel with KMSAN: make check-kmsan");
	self->kmsg = kmsg_open();
	ASSERT_EQ(0, module_load("ntio_bad_leak"));
	self->fd = open("/dev/ntio/leak", O_RDWR);
	ASSERT_LE(0, self->fd);
	memset(self->out, POISON, LEAK_LEN);
}

FIXTURE_TEARDOWN(leak)
{
	close(self->fd);
	EXPECT_EQ(0, module_unload("ntio_bad_leak"));
	close(self->kmsg);
}

TEST_F(leak, written)
{
	control_ok(self->fd, .code = IOCTL_LEAK_NOT, .out = addr(self->out),
		   .out_len = LEAK_LEN);
	EXPECT_EQ(LEAK_FIRST, self->out[0]);
	EXPECT_EQ(LEAK_LEN - 1, match_byte(self->out + 1, LEAK_LEN - 1, 0));
	EXPECT_FALSE(kmsg_has(self->kmsg, "KMSAN", "")) {
		TH_LOG("KMSAN reports a leak where there is none");
	}
}

TEST_F(leak, reported)
{
	printf("# EXPECT-LOG: %s\n", leak);
	control_ok(self->fd, .code = IOCTL_LEAK, .out = addr(self->out),
		   .out_len = LEAK_LEN);
	EXPECT_EQ(LEAK_FIRST, self->out[0]);
	EXPECT_TRUE(kmsg_has(self->kmsg, leak, "")) {
		TH_LOG("KMSAN did not report the leak");
	}
}

TEST_HARNESS_MAIN
