// SPDX-License-Identifier: GPL-2.0
/* Mistakes of drivers for Windows: each has a name, and a safe outcome. */
#include <signal.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "ntio_test.h"
#include "wdm.h"
#include "drivers/bad/bad.h"

FIXTURE(bad)
{
	int fd;
};

FIXTURE_SETUP(bad)
{
	ASSERT_EQ(0, module_load("wdm_bad"));
	self->fd = open("/dev/ntio/WdmBad", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(bad)
{
	close(self->fd);
	EXPECT_TRUE(wait_until(module_unload("wdm_bad") == 0));
}

FIXTURE_VARIANT(bad)
{
	__u32 number;
	__u32 status;
	const char *violation;		/* of the layer */
	const char *core;		/* of ntio */
	long times;
};

#define BAD(_name, _number, _status, ...) \
	FIXTURE_VARIANT_ADD(bad, _name) { \
		.number = _number, .status = _status, .times = 1, __VA_ARGS__ }

BAD(complete_twice, BadCompleteTwice, STATUS_SUCCESS,
	.violation = "COMPLETED_TWICE");
BAD(complete_twice_later, BadCompleteTwiceLater, STATUS_SUCCESS,
	.violation = "COMPLETED_TWICE");
BAD(pending_unmarked, BadPendingUnmarked, STATUS_SUCCESS,
	.violation = "PENDING_UNMARKED", .core = "PENDING_UNMARKED");
BAD(not_completed, BadNotCompleted, STATUS_SUCCESS,
	.core = "NOT_COMPLETED");
BAD(cancel_routine_left, BadCancelRoutineLeft, STATUS_SUCCESS,
	.violation = "COMPLETED_WITH_CANCEL");
BAD(raise_in_dpc, BadRaiseInDpc, STATUS_SUCCESS,
	.violation = "RAISED_AT_DISPATCH");
BAD(raise_with_lock, BadRaiseWithLock, STATUS_DEVICE_DATA_ERROR,
	.violation = "LEFT_LOCK");
BAD(spin_lock_left, BadSpinLockLeft, STATUS_SUCCESS,
	.violation = "LEFT_LOCK");
BAD(irql_left, BadIrqlLeft, STATUS_SUCCESS, .violation = "LEFT_LOCK");
BAD(wait_at_dispatch, BadWaitAtDispatch, STATUS_SUCCESS,
	.violation = "WAIT_AT_DISPATCH", .times = 2);
BAD(paged_at_dispatch, BadPagedAtDispatch, STATUS_SUCCESS,
	.violation = "PAGED_AT_DISPATCH");
BAD(no_location, BadNoLocation, STATUS_INVALID_DEVICE_REQUEST,
	.violation = "NO_LOCATION");
BAD(made_not_stopped, BadMadeNotStopped, STATUS_SUCCESS,
	.violation = "MADE_NOT_STOPPED");
BAD(object, BadObject, STATUS_SUCCESS, .violation = "NOT_AN_OBJECT",
	.times = 2);
BAD(pool_twice, BadPoolTwice, STATUS_SUCCESS, .violation = "POOL_TWICE",
	.times = 2);
BAD(pool_tag, BadPoolTag, STATUS_SUCCESS, .violation = "POOL_TAG");
BAD(fast_mutex, BadFastMutex, STATUS_SUCCESS, .violation = "NOT_OWNER");
BAD(work_item_twice, BadWorkItemTwice, STATUS_SUCCESS,
	.violation = "QUEUED_TWICE");
BAD(bug_check, BadBugCheck, STATUS_INTERNAL_ERROR, .violation = "BUG_CHECK");
BAD(assertion, BadAssert, STATUS_SUCCESS, .violation = "ASSERT_FAILED");
BAD(deleted_twice, BadDeleteTwice, STATUS_SUCCESS,
	.violation = "NOT_AN_OBJECT");
BAD(too_much, BadTooMuch, STATUS_SUCCESS, .core = "INFORMATION_TOO_LARGE");
/* Fault: the layer looked whether it had been completed, at address 0. */
BAD(raise_freed, BadRaiseFreed, STATUS_SUCCESS,
	.violation = "RAISE_UNHANDLED");
BAD(reuse, BadReuse, STATUS_SUCCESS, .violation = "NOT_AN_OBJECT",
	.times = 2);
BAD(free_twice, BadFreeTwice, STATUS_SUCCESS, .violation = "NOT_AN_OBJECT",
	.times = 2);
BAD(same_name, BadSameName, STATUS_OBJECT_NAME_COLLISION);

static long core_count(const char *name)
{
	return name ? violations(name) : 0;
}

static long layer_count(const char *name)
{
	return name ? wdm_violations(name) : 0;
}

TEST_F(bad, is_found_and_the_driver_goes_on)
{
	long layer = layer_count(variant->violation);
	long core = core_count(variant->core);
	__u32 word = 0;
	struct ntio_device_control c = {
		.code = BAD_CODE(variant->number),
		.out = addr(&word), .out_len = sizeof(word),
	};

	control(self->fd, &c);
	EXPECT_EQ(variant->status, c.out_status);
	if (variant->violation)
		EXPECT_TRUE(wait_until(layer_count(variant->violation) >=
				       layer + variant->times));
	if (variant->core)
		EXPECT_EQ(core + 1, core_count(variant->core));
	/* It serves on. */
	EXPECT_EQ(STATUS_INVALID_DEVICE_REQUEST,
		  wdm_tell(self->fd, BAD_CODE(BadCount)));
}

FIXTURE(bad_apart)
{
	int fd;
};

FIXTURE_SETUP(bad_apart)
{
	ASSERT_EQ(0, module_load("wdm_bad"));
	self->fd = open("/dev/ntio/WdmBad", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(bad_apart)
{
	close(self->fd);
	EXPECT_TRUE(wait_until(module_unload("wdm_bad") == 0));
}

static bool parked(int fd)
{
	__u32 word;
	struct ntio_device_control c = {
		.code = BAD_CODE(BadParked),
		.out = addr(&word), .out_len = sizeof(word),
	};

	return !control(fd, &c) && c.out_information;
}

/* It completes in its cancel routine with the lock that all drivers have. */
TEST_F(bad_apart, cancel_lock_kept)
{
	long before = wdm_violations("CANCEL_LOCK_KEPT");
	pid_t pid = fork();
	int status;

	if (!pid) {
		wdm_tell(self->fd, BAD_CODE(BadCancelLockKept));
		_exit(0);
	}
	EXPECT_TRUE(wait_until(parked(self->fd)));
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	EXPECT_TRUE(wait_until(wdm_violations("CANCEL_LOCK_KEPT") ==
			       before + 1));
	EXPECT_EQ(STATUS_INVALID_DEVICE_REQUEST,
		  wdm_tell(self->fd, BAD_CODE(BadCount)));
}

TEST(fails_in_DriverEntry)
{
	long before = wdm_violations("LEFT_DEVICE");

	EXPECT_EQ(ENODEV, module_load("wdm_badload"));
	EXPECT_EQ(before + 1, wdm_violations("LEFT_DEVICE"));
	EXPECT_NE(0, access("/dev/ntio/WdmBadLoad", F_OK));
	EXPECT_EQ(ENODEV, module_load("wdm_badload"));	/* nothing is left */
}

TEST(leaves_everything)
{
	static const char * const left[] = {
		"POOL_LEAK", "LEFT_DEVICE", "LEFT_LINK", "LEFT_TIMER",
		"LEFT_THREAD", "LEFT_CALLBACK",
	};
	long before[ARRAY_SIZE(left)];
	int kmsg = kmsg_open();
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(left); i++)
		before[i] = wdm_violations(left[i]);
	ASSERT_EQ(0, module_load("wdm_badunload"));
	EXPECT_EQ(0, access("/dev/ntio/WdmBadUnload", F_OK));
	EXPECT_EQ(0, module_unload("wdm_badunload"));
	for (i = 0; i < ARRAY_SIZE(left); i++)
		EXPECT_EQ(before[i] + 1, wdm_violations(left[i])) {
			TH_LOG("violation %u", i);
		}
	EXPECT_NE(0, access("/dev/ntio/WdmBadUnload", F_OK));
	EXPECT_TRUE(kmsg_has(kmsg, "tag Leak", "3 allocations, 300 bytes"));
	EXPECT_EQ(0, module_load("wdm_badunload"));	/* nothing is left */
	EXPECT_EQ(0, module_unload("wdm_badunload"));
}

TEST_HARNESS_MAIN
