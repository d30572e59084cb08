// SPDX-License-Identifier: GPL-2.0
/*
 * Code of a driver that goes on after it has ended its request: its module and
 * its device stay until that code has returned, whoever called it, even when
 * the file is closed and nothing else holds them.
 *
 * The fault: a completion routine, and what an upper driver's worker calls of a
 * lower driver, ran without a hold on the module whose code it is, and no code
 * with one on the device. The module could be unloaded meanwhile, and the code
 * then returned into freed text; the device was released while it was used.
 *
 * A module without holds is not unloaded here: the test fails, and does not
 * crash.
 */
#include "kselftest_harness.h"
#include "modules/ntio_tail.h"
#include "pauses.h"

#define LOWER "ntio_tail_lower"
#define UPPER "ntio_tail_upper"

FIXTURE(tails)
{
	int watch;
	int fd;
	__u32 left;
	pthread_t detacher;
	bool detaching;
};

FIXTURE_VARIANT(tails)
{
	__u32 kind;
	/* Whose code it is. */
	enum tail_device which;
	const char *module;
	/* How the call ends. */
	__u32 status;
};

FIXTURE_VARIANT_ADD(tails, routine) {
	.kind = TAIL_ROUTINE, .which = TAIL_UPPER, .module = UPPER };
FIXTURE_VARIANT_ADD(tails, routine_plain) {
	.kind = TAIL_ROUTINE_PLAIN, .which = TAIL_UPPER, .module = UPPER };
FIXTURE_VARIANT_ADD(tails, handler) {
	.kind = TAIL_HANDLER, .which = TAIL_LOWER, .module = LOWER };
FIXTURE_VARIANT_ADD(tails, cancel_routine) {
	.kind = TAIL_CANCEL, .which = TAIL_LOWER, .module = LOWER,
	.status = STATUS_CANCELLED };
FIXTURE_VARIANT_ADD(tails, lower_worker) {
	.kind = TAIL_LOWER_WORKER, .which = TAIL_LOWER, .module = LOWER };
FIXTURE_VARIANT_ADD(tails, upper_worker) {
	.kind = TAIL_UPPER_WORKER, .which = TAIL_UPPER, .module = UPPER };

static struct tail_counts tail_counts(int fd)
{
	struct tail_counts counts;
	struct ntio_device_control c = {
		.code = IOCTL_TAIL_COUNTS, .out = addr(&counts),
		.out_len = sizeof(counts),
	};

	memset(&counts, POISON, sizeof(counts));
	control(fd, &c);
	return counts;
}

static void *detach(void *unused)
{
	put_text("/sys/module/" UPPER "/parameters/attached", "0");
	put_text("/sys/module/" LOWER "/parameters/attached", "0");
	return NULL;
}

static void *detach_upper(void *unused)
{
	put_text("/sys/module/" UPPER "/parameters/attached", "0");
	return NULL;
}

/* -1: it is not loaded. */
static long module_holds(const char *name)
{
	char path[128], text[32] = "";
	int fd;

	snprintf(path, sizeof(path), "/sys/module/%s/refcnt", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	if (read(fd, text, sizeof(text) - 1) < 0)
		text[0] = 0;
	close(fd);
	return strtol(text, NULL, 10);
}

static void tails_go(struct _test_data_tails *self)
{
	control(self->watch, &(struct ntio_device_control){
		.code = IOCTL_TAIL_GO });
	if (self->detaching)
		pthread_join(self->detacher, NULL);
	self->detaching = false;
}

/* Nothing runs, and the modules are away. */
static bool tails_clear(struct _test_data_tails *self)
{
	tails_go(self);
	if (!wait_until(tail_counts(self->watch).staying == 0))
		return false;
	detach(NULL);
	return wait_until(module_holds(UPPER) <= 0) &&
	       wait_until(module_holds(LOWER) <= 0) &&
	       (module_holds(UPPER) < 0 || !module_unload(UPPER)) &&
	       (module_holds(LOWER) < 0 || !module_unload(LOWER));
}

FIXTURE_SETUP(tails)
{
	self->watch = park_open(TAIL_PATH);
	/* A test that fails does not always come to its teardown. */
	ASSERT_TRUE(tails_clear(self));
	ASSERT_EQ(0, module_load(LOWER));
	ASSERT_EQ(0, module_load(UPPER));
	self->fd = park_open(TAIL_UPPER_PATH);
	self->left = tail_counts(self->watch).left;
}

FIXTURE_TEARDOWN(tails)
{
	if (self->fd >= 0)
		close(self->fd);
	EXPECT_TRUE(tails_clear(self));
	close(self->watch);
}

/* The call returns, its data is there, and the code is still at it. */
#define send_request() do {						\
	__u32 _in = variant->kind, _out = POISON32;			\
	struct ntio_device_control _c = {				\
		.code = IOCTL_TAIL_SEND,				\
		.in = addr(&_in), .in_len = sizeof(_in),		\
		.out = addr(&_out), .out_len = sizeof(_out),		\
	};								\
									\
	EXPECT_EQ(status_errno(variant->status),			\
		  control(self->fd, &_c));				\
	EXPECT_EQ(variant->status, _c.out_status);			\
	EXPECT_EQ(variant->status ? POISON32 : TAIL_GOOD, _out);	\
	ASSERT_TRUE(wait_until(tail_counts(self->watch).staying == 1));	\
} while (0)

#define expect_returned() do {						\
	tails_go(self);							\
	EXPECT_TRUE(wait_until(tail_counts(self->watch).left ==		\
			       self->left + 1));			\
} while (0)

static void close_file(struct _test_data_tails *self)
{
	close(self->fd);
	self->fd = -1;
	/* What the kernel does at the end of a file may take a moment. */
	wait_until(ntio_stat("alive", "files") == 1);
}

/* Nothing waits for the one that runs, or all that does ends with it. */
static void begin_detach(struct _test_data_tails *self, void *(*how)(void *))
{
	pthread_create(&self->detacher, NULL, how, NULL);
	self->detaching = true;
	usleep(200000);
}

TEST_F_TIMEOUT(tails, module_stays, 120)
{
	int error = EAGAIN;

	send_request();
	close_file(self);
	/* A device that is attached on top holds the one below. */
	if (variant->which == TAIL_LOWER)
		begin_detach(self, detach_upper);
	EXPECT_LT(0, module_holds(variant->module)) {
		TH_LOG("nothing holds %s while its code runs",
		       variant->module);
	}
	if (module_holds(variant->module) > 0)
		error = module_unload(variant->module);
	EXPECT_TRUE(error == EAGAIN || error == EBUSY) {
		TH_LOG("unloading says: %s", strerror(error));
	}
	expect_returned();
}

/* Removed at run time, and freed by its release callback. */
TEST_F_TIMEOUT(tails, device_stays, 120)
{
	__u32 before = tail_counts(self->watch).releases[variant->which];

	send_request();
	close_file(self);
	begin_detach(self, detach);
	EXPECT_EQ(before, tail_counts(self->watch).releases[variant->which]) {
		TH_LOG("the device was released while code of it runs");
	}
	expect_returned();
	EXPECT_TRUE(wait_until(before + 1 == tail_counts(self->watch)
			       .releases[variant->which]));
}

TEST_HARNESS_MAIN
