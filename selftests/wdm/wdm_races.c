// SPDX-License-Identifier: GPL-2.0
/* Drivers for Windows whose callers meet each other. */
#include <pthread.h>

#include "kselftest_harness.h"
#include "ntio_test.h"
#include "wdm.h"
#include "drivers/races/races.h"

/* As many as fit into a few seconds where they are emulated. */
#define ROUNDS 40
#define TAKES 100U

struct asker {
	pthread_t thread;
	int fd;
	__u32 code;
	__u32 number;
	unsigned int times;
	__u32 status;
	bool ended;
};

static void *ask(void *context)
{
	struct asker *asker = context;
	__u32 number;

	for (; asker->times && !asker->status; asker->times--) {
		number = asker->number;
		asker->status = wdm_ask(asker->fd, asker->code, &number);
	}
	asker->number = number;
	__atomic_store_n(&asker->ended, true, __ATOMIC_RELEASE);
	return NULL;
}

static bool begin(struct asker *asker, int fd, __u32 code, __u32 number,
		  unsigned int times)
{
	asker->fd = fd;
	asker->code = code;
	asker->number = number;
	asker->times = times;
	return !pthread_create(&asker->thread, NULL, ask, asker);
}

static bool has_ended(const struct asker *asker)
{
	return __atomic_load_n(&asker->ended, __ATOMIC_ACQUIRE);
}

FIXTURE(races)
{
	int fd;
};

FIXTURE_SETUP(races)
{
	ASSERT_EQ(0, module_load("wdm_races"));
	self->fd = open("/dev/ntio/WdmRaces", O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(races)
{
	close(self->fd);
	EXPECT_TRUE(wait_until(module_unload("wdm_races") == 0));
}

/*
 * Fault: whoever wanted to share cleared the event by which a thread that wanted
 * the resource alone, and had not come to its wait yet, was told that it is
 * free; then nobody had it, and both waited for ever.
 */
TEST_F_TIMEOUT(races, resource, 300)
{
	struct asker askers[6] = { };
	unsigned int i, left;
	int tries;

	for (i = 0; i < ARRAY_SIZE(askers); i++)
		ASSERT_TRUE(begin(&askers[i], self->fd,
				  i % 2 ? IOCTL_RACES_ALONE :
					  IOCTL_RACES_SHARED, TAKES, ROUNDS));
	for (tries = 0, left = 1; left && tries < 2000; tries++) {
		usleep(100000);
		for (i = 0, left = 0; i < ARRAY_SIZE(askers); i++)
			left += !has_ended(&askers[i]);
	}
	ASSERT_EQ(0, left) {
		TH_LOG("%u threads wait for ever", left);
	}
	for (i = 0; i < ARRAY_SIZE(askers); i++) {
		pthread_join(askers[i].thread, NULL);
		EXPECT_EQ(STATUS_SUCCESS, askers[i].status);
	}
}

static __u32 running(int fd)
{
	__u32 number = POISON32;

	wdm_ask(fd, IOCTL_RACES_RUNNING, &number);
	return number;
}

/*
 * Fault: of a callback that two threads are in, the first to leave let it go, and
 * whoever unregistered it went on while the second was there.
 */
TEST_F(races, callback)
{
	struct asker first = { }, second = { }, last = { };
	__u32 unused = 0;

	ASSERT_TRUE(begin(&first, self->fd, IOCTL_RACES_NOTIFY, 0, 1));
	ASSERT_TRUE(wait_until(running(self->fd) == 1));
	ASSERT_TRUE(begin(&second, self->fd, IOCTL_RACES_NOTIFY, 0, 1));
	ASSERT_TRUE(wait_until(running(self->fd) == 2));
	ASSERT_TRUE(begin(&last, self->fd, IOCTL_RACES_UNREGISTER, 0, 1));
	wdm_ask(self->fd, IOCTL_RACES_LET_GO, &unused);
	ASSERT_TRUE(wait_until(running(self->fd) == 1));
	usleep(300000);
	EXPECT_FALSE(has_ended(&last));
	wdm_ask(self->fd, IOCTL_RACES_LET_GO, &unused);
	pthread_join(last.thread, NULL);
	EXPECT_EQ(0, last.number);
	pthread_join(first.thread, NULL);
	pthread_join(second.thread, NULL);
}

/* Raises that go where they should, for a while. Returns the first bad status. */
static __u32 raises(int fd, long ms)
{
	long start = milliseconds();
	__u32 status = STATUS_SUCCESS, number = 0;

	while (!status && milliseconds() - start < ms)
		status = wdm_ask(fd, IOCTL_RACES_RAISE, &number);
	return status;
}

/*
 * Fault: a DPC that interrupted a thread between the moment it took its place in
 * the table of threads and the one in which it had an entry there, or before it
 * gave the place back, gave it back for it. An exception then found no block, or
 * that of another thread.
 */
TEST_F_TIMEOUT(races, interrupted, 120)
{
	__u32 ticks = 0;

	ASSERT_EQ(STATUS_SUCCESS, wdm_ask(self->fd, IOCTL_RACES_TICK, &ticks));
	EXPECT_EQ(STATUS_SUCCESS, raises(self->fd, 10000));
	ASSERT_EQ(STATUS_SUCCESS, wdm_ask(self->fd, IOCTL_RACES_STOP, &ticks));
	EXPECT_LT(100, ticks);
}

TEST_HARNESS_MAIN
