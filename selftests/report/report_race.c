// SPDX-License-Identifier: GPL-2.0
/*
 * A driver that counts what two threads ask for without a lock [C6-02]: a
 * kernel with KCSAN names it. With the lock there is nothing to name.
 */
#include <pthread.h>
#include <time.h>

#include "kselftest_harness.h"
#include "modules/ntio_bad_race.h"
#include "ntio_test.h"

/* Of the accesses KCSAN watches a few; so many seconds must be enough. */
#define PATIENCE 60
#define LOCKED_ROUNDS 50

static const char race[] = "data-race in race_handler";

FIXTURE(race) {
	int kmsg;
	int fd;
	__u32 code;
	bool stop;
	pthread_t thread;
};

FIXTURE_SETUP(race)
{
	if (!kernel_has("__kcsan_check_access"))
		SKIP(return, "needs a kernel with KCSAN: make check-kcsan");
	self->kmsg = kmsg_open();
	ASSERT_EQ(0, module_load("ntio_bad_race"));
	self->fd = open("/dev/ntio/race", O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(race)
{
	close(self->fd);
	EXPECT_EQ(0, module_unload("ntio_bad_race"));
	close(self->kmsg);
}

static void *count(void *data)
{
	FIXTURE_DATA(race) *self = data;
	struct ntio_device_control c = { .code = self->code };

	while (!__atomic_load_n(&self->stop, __ATOMIC_RELAXED))
		control(self->fd, &c);
	return NULL;
}

static void second_thread_begin(FIXTURE_DATA(race) *self, __u32 code)
{
	self->code = code;
	if (pthread_create(&self->thread, NULL, count, self))
		exit(1);
}

static void second_thread_end(FIXTURE_DATA(race) *self)
{
	__atomic_store_n(&self->stop, true, __ATOMIC_RELAXED);
	pthread_join(self->thread, NULL);
}

TEST_F_TIMEOUT(race, locked, 2 * PATIENCE)
{
	int i;

	second_thread_begin(self, IOCTL_RACE_LOCKED);
	for (i = 0; i < LOCKED_ROUNDS; i++)
		control_ok(self->fd, .code = IOCTL_RACE_LOCKED);
	second_thread_end(self);
	EXPECT_FALSE(kmsg_has(self->kmsg, "KCSAN",
			      "race_locked_handler")) {
		TH_LOG("KCSAN reports a race where there is none");
	}
}

TEST_F_TIMEOUT(race, reported, 2 * PATIENCE)
{
	time_t end = time(NULL) + PATIENCE;
	bool reported = false;

	printf("# EXPECT-LOG: %s\n", race);
	second_thread_begin(self, IOCTL_RACE);
	while (!reported && time(NULL) < end) {
		control_ok(self->fd, .code = IOCTL_RACE);
		reported = kmsg_has(self->kmsg, "KCSAN", race);
	}
	second_thread_end(self);
	EXPECT_TRUE(reported) {
		TH_LOG("KCSAN did not report the race in %d s", PATIENCE);
	}
}

TEST_HARNESS_MAIN
