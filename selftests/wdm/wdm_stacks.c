// SPDX-License-Identifier: GPL-2.0
/* Drivers for Windows on top of others, and those that send requests. */
#include "kselftest_harness.h"
#include "ntio_test.h"
#include "wdm.h"
#include "drivers/cases.h"
#include "drivers/filter/filter.h"
#include "drivers/ioctl/ioctl.h"

/* --- a filter -------------------------------------------------------------- */

FIXTURE(filter)
{
	int fd;
	long mistakes;
};

FIXTURE_SETUP(filter)
{
	ASSERT_EQ(0, module_load("wdm_ioctl"));
	ASSERT_EQ(0, module_load("wdm_filter"));
	self->fd = open("/dev/ntio/WdmUpper", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
	self->mistakes = wdm_mistakes();
}

FIXTURE_TEARDOWN(filter)
{
	close(self->fd);
	EXPECT_TRUE(wait_until(module_unload("wdm_filter") == 0));
	EXPECT_TRUE(wait_until(module_unload("wdm_ioctl") == 0));
	EXPECT_EQ(self->mistakes, wdm_mistakes());
}

static FILTER_COUNTS filter_counts(int fd)
{
	FILTER_COUNTS counts;
	struct ntio_device_control c = {
		.code = IOCTL_FILTER_COUNTS,
		.out = addr(&counts), .out_len = sizeof(counts),
	};

	memset(&counts, POISON, sizeof(counts));
	control(fd, &c);
	return counts;
}

TEST_F(filter, completion_routine)
{
	char text[] = "filtered";

	control_ok(self->fd, .code = IOCTL_UPPER_BUFFERED,
		   .in = addr(text), .in_len = sizeof(text),
		   .out = addr(text), .out_len = sizeof(text));
	EXPECT_STREQ("FILTERED", text);
	EXPECT_EQ(1, filter_counts(self->fd).Copied);
	EXPECT_EQ(1, filter_counts(self->fd).Completed);
}

TEST_F(filter, forwarded_and_waited_for)
{
	char text[] = "same";
	struct ntio_device_control c;

	c = control_ok(self->fd, .code = IOCTL_UPPER_IN_DIRECT,
		       .in = addr(text), .in_len = sizeof(text),
		       .out = addr(text), .out_len = sizeof(text));
	EXPECT_EQ(1000 + sizeof(text), c.out_information);
}

/* The completion is stopped, and goes on in a work item. */
TEST_F(filter, more_processing_required)
{
	char in[] = "stopped", out[sizeof(in)] = "";

	control_ok(self->fd, .code = IOCTL_UPPER_OUT_DIRECT,
		   .in = addr(in), .in_len = sizeof(in),
		   .out = addr(out), .out_len = sizeof(out));
	EXPECT_STREQ("!TOPPED", out);
	EXPECT_EQ(1, filter_counts(self->fd).Stopped);
	EXPECT_EQ(1, filter_counts(self->fd).InWorker);
}

TEST_F(filter, skipped)
{
	unsigned int before = filter_counts(self->fd).Skipped;
	char in[] = "skipped", out[sizeof(in)] = "";

	control_ok(self->fd, .code = IOCTL_UPPER_NEITHER,
		   .in = addr(in), .in_len = sizeof(in),
		   .out = addr(out), .out_len = sizeof(out));
	EXPECT_STREQ("SKIPPED", out);
	EXPECT_EQ(before + 1, filter_counts(self->fd).Skipped);
}

/* Only the driver at the top is sure of the caller (R4). */
TEST_F(filter, no_embedded_address_below)
{
	char text[] = "embedded";
	UPPER_EMBEDDED e = { addr(text), sizeof(text), 0 };

	control_ok(self->fd, .code = IOCTL_UPPER_EMBEDDED,
		   .in = addr(&e), .in_len = sizeof(e),
		   .out = addr(&e), .out_len = sizeof(e));
	EXPECT_EQ(STATUS_ACCESS_VIOLATION, e.Result);
	EXPECT_STREQ("embedded", text);
}

TEST_F(filter, is_held_by_the_file)
{
	EXPECT_EQ(EAGAIN, module_unload("wdm_filter"));
	EXPECT_EQ(EAGAIN, module_unload("wdm_ioctl"));
}

/* --- requests of drivers, AddDevice, C++, and what the kernel has ----------- */

FIXTURE(cases)
{
	int fd;
	long mistakes;
};

FIXTURE_VARIANT(cases)
{
	const char *device;
	const char *modules[3];
	__u32 count;
	long mistakes;			/* that a case makes, and looks at */
};

FIXTURE_VARIANT_ADD(cases, made) {
	.device = "/dev/ntio/WdmMade", .count = 9,
	.modules = { "wdm_ioctl", "wdm_pending", "wdm_made" } };
FIXTURE_VARIANT_ADD(cases, pnp) {
	.device = "/dev/ntio/WdmPnp", .count = 1, .modules = { "wdm_pnp" } };
FIXTURE_VARIANT_ADD(cases, cpp) {
	.device = "/dev/ntio/WdmCpp", .count = 2, .modules = { "wdm_cpp" } };
FIXTURE_VARIANT_ADD(cases, sync) {
	.device = "/dev/ntio/WdmSync", .count = 22,
	.modules = { "wdm_sync" }, .mistakes = 2 };
FIXTURE_VARIANT_ADD(cases, rtl) {
	.device = "/dev/ntio/WdmRtl", .count = 10, .modules = { "wdm_rtl" } };

FIXTURE_SETUP(cases)
{
	int i;

	for (i = 0; i < 3 && variant->modules[i]; i++)
		ASSERT_EQ(0, module_load(variant->modules[i]));
	self->fd = open(variant->device, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
	self->mistakes = wdm_mistakes();
}

FIXTURE_TEARDOWN(cases)
{
	int i;

	close(self->fd);
	for (i = 2; i >= 0; i--)
		if (variant->modules[i])
			EXPECT_TRUE(wait_until(!module_unload(variant->modules[i])));
	EXPECT_EQ(self->mistakes + variant->mistakes, wdm_mistakes());
}

TEST_F(cases, each_is_right)
{
	__u32 lines[MAX_CASES], i;
	struct ntio_device_control c;

	memset(lines, POISON, sizeof(lines));
	c = control_ok(self->fd, .code = IOCTL_RUN_CASES,
		       .out = addr(lines), .out_len = sizeof(lines));
	ASSERT_EQ(variant->count * sizeof(lines[0]), c.out_information);
	for (i = 0; i < variant->count; i++)
		EXPECT_EQ(0, lines[i]) {
			TH_LOG("case %u went wrong at that line", i);
		}
}

TEST_HARNESS_MAIN
