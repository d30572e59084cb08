// SPDX-License-Identifier: GPL-2.0
/* Structured exceptions of drivers for Windows. */
#include <pthread.h>

#include "kselftest_harness.h"
#include "ntio_test.h"
#include "wdm.h"
#include "drivers/seh/seh.h"

FIXTURE(seh)
{
	int fd;
};

FIXTURE_SETUP(seh)
{
	ASSERT_EQ(0, module_load("wdm_seh"));
	self->fd = open("/dev/ntio/WdmSeh", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(seh)
{
	close(self->fd);
	EXPECT_EQ(0, module_unload("wdm_seh"));
}

FIXTURE_VARIANT(seh)
{
	__u32 code;
	__u32 cases;
};

FIXTURE_VARIANT_ADD(seh, in_c) { .code = IOCTL_SEH_IN_C, .cases = 18 };
FIXTURE_VARIANT_ADD(seh, in_cpp) { .code = IOCTL_SEH_IN_CPP, .cases = 18 };
FIXTURE_VARIANT_ADD(seh, in_worker) {
	.code = IOCTL_SEH_IN_WORKER, .cases = 18 };
FIXTURE_VARIANT_ADD(seh, in_thread) {
	.code = IOCTL_SEH_IN_THREAD, .cases = 18 };
FIXTURE_VARIANT_ADD(seh, through_request) {
	.code = IOCTL_SEH_THROUGH_REQUEST, .cases = 1 };

TEST_F(seh, every_way_in_and_out)
{
	__u32 lines[SEH_MAX_CASES], i;
	struct ntio_device_control c;

	memset(lines, POISON, sizeof(lines));
	c = control_ok(self->fd, .code = variant->code,
		       .out = addr(lines), .out_len = sizeof(lines));
	ASSERT_EQ(variant->cases * sizeof(lines[0]), c.out_information);
	for (i = 0; i < variant->cases; i++)
		EXPECT_EQ(0, lines[i]) {
			TH_LOG("case %u went wrong at that line", i);
		}
}

FIXTURE(unhandled)
{
	int fd;
};

FIXTURE_SETUP(unhandled)
{
	ASSERT_EQ(0, module_load("wdm_seh"));
	self->fd = open("/dev/ntio/WdmSeh", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(unhandled)
{
	close(self->fd);
	EXPECT_EQ(0, module_unload("wdm_seh"));
}

/* The request ends with the code of the exception. */
TEST_F(unhandled, ends_the_request)
{
	long before = wdm_violations("RAISE_UNHANDLED");

	EXPECT_EQ(STATUS_DEVICE_DATA_ERROR,
		  wdm_tell(self->fd, IOCTL_SEH_UNHANDLED));
	EXPECT_EQ(before + 1, wdm_violations("RAISE_UNHANDLED"));
}

TEST_F(unhandled, leave_without_a_block)
{
	long before = wdm_violations("LEAVE_WITHOUT_TRY");

	EXPECT_EQ(STATUS_UNSUCCESSFUL,
		  wdm_tell(self->fd, IOCTL_SEH_LEAVE_OUTSIDE));
	EXPECT_EQ(before + 1, wdm_violations("LEAVE_WITHOUT_TRY"));
}

/* Nothing goes on where it was raised: the search for a handler does. */
TEST_F(unhandled, continued_execution)
{
	long before = wdm_violations("CONTINUED_EXECUTION");
	__u32 lines[SEH_MAX_CASES];
	struct ntio_device_control c = {
		.code = IOCTL_SEH_CONTINUE,
		.out = addr(lines), .out_len = sizeof(lines),
	};

	EXPECT_EQ(EIO, control(self->fd, &c));
	EXPECT_EQ(STATUS_UNSUCCESSFUL, c.out_status);
	EXPECT_EQ(before + 1, wdm_violations("CONTINUED_EXECUTION"));
}

/* More threads than the layer has room for without two in one place. */
#define CROWD 300

struct one {
	int fd;
	__u32 code;
	__u32 seen;
	pthread_t thread;
};

static void *meet(void *data)
{
	struct one *one = data;

	one->seen = one->code;
	wdm_ask(one->fd, IOCTL_SEH_MEET, &one->seen);
	one->seen = one->seen == ~one->code;
	return NULL;
}

static __u32 waiting(int fd)
{
	__u32 count = 0;

	wdm_ask(fd, IOCTL_SEH_WAITING, &count);
	return count;
}

TEST_F(unhandled, each_thread_has_its_own_block)
{
	static struct one crowd[CROWD];
	__u32 i, met = 0, right = 0, go = 0;

	for (i = 0; i < CROWD; i++) {
		crowd[i].fd = self->fd;
		crowd[i].code = 0xe0000001 + i;
		met += !pthread_create(&crowd[i].thread, NULL, meet, &crowd[i]);
	}
	ASSERT_EQ(CROWD, met);
	EXPECT_TRUE(wait_until(waiting(self->fd) == CROWD));
	EXPECT_EQ(STATUS_SUCCESS, wdm_ask(self->fd, IOCTL_SEH_GO, &go));
	for (i = 0; i < CROWD; i++) {
		pthread_join(crowd[i].thread, NULL);
		right += crowd[i].seen;
	}
	EXPECT_EQ(CROWD, right);
	EXPECT_EQ(0, waiting(self->fd));
}

TEST_HARNESS_MAIN
