// SPDX-License-Identifier: GPL-2.0
/*
 * What the workers of one device do, or do not get done, keeps nobody else from
 * going on: not the workers of the device below, which they may wait for; not
 * those of a device that has nothing to do with it; not the core, which frees
 * requests.
 *
 * The fault: all workers of all devices, and what the core itself puts off, ran
 * on one workqueue that has a most of 256. Workers that wait filled it.
 */
#include "kselftest_harness.h"
#include "calls.h"
#include "modules/ntio_deep.h"
#include "pauses.h"

/* More than any number of workers that a workqueue runs by default. */
#define CROWD 600

static struct call crowd[CROWD];

FIXTURE(progress)
{
	struct io_uring ring;
	int tell;
	int fd;
	int other;
	int park;
};

static void deep_tell(int fd, __u32 code)
{
	control(fd, &(struct ntio_device_control){ .code = code });
}

static struct deep_counts deep_counts(int fd)
{
	struct deep_counts counts;
	struct ntio_device_control c = {
		.code = IOCTL_DEEP_COUNTS, .out = addr(&counts),
		.out_len = sizeof(counts),
	};

	memset(&counts, POISON, sizeof(counts));
	control(fd, &c);
	return counts;
}

/* What waits, goes on; as many as get a worker now let others be next. */
static bool deep_is_idle(int tell)
{
	deep_tell(tell, IOCTL_DEEP_GO);
	deep_tell(tell, IOCTL_DEEP_GIVE_UP);
	return ntio_stat("alive", "requests") == 0;
}

FIXTURE_SETUP(progress)
{
	self->tell = park_open(DEEP_TELL_PATH);
	/* A test that fails does not always come to its teardown. */
	ASSERT_TRUE(wait_until(deep_is_idle(self->tell)));
	self->fd = park_open(DEEP_PATH);
	self->other = park_open(DEEP_OTHER_PATH);
	self->park = park_open(PARK_PATH);
	deep_tell(self->tell, IOCTL_DEEP_STOP);
	uring_new(&self->ring, 1024, 0);
}

FIXTURE_TEARDOWN(progress)
{
	EXPECT_TRUE(wait_until(deep_is_idle(self->tell)));
	io_uring_queue_exit(&self->ring);
	close(self->park);
	close(self->other);
	close(self->fd);
	close(self->tell);
	EXPECT_TRUE(wait_until(module_unload("ntio_deep") == 0));
	EXPECT_EQ(0, module_load("ntio_deep"));
}

static bool crowd_has_come(int tell, __u32 before)
{
	return deep_counts(tell).calls == before + CROWD;
}

#define send_crowd(_code) do {						\
	__u32 _before = deep_counts(self->tell).calls, _i;		\
									\
	for (_i = 0; _i < CROWD; _i++) {				\
		call_init(&crowd[_i], _code, &_i, sizeof(_i));		\
		uring_control(&self->ring, self->fd, &crowd[_i]);	\
	}								\
	ASSERT_EQ(CROWD, io_uring_submit(&self->ring));			\
	ASSERT_TRUE(wait_until(crowd_has_come(self->tell, _before)));	\
} while (0)

/* Wait for all; the number of those that are as they should be. */
static __u32 reap_crowd(struct io_uring *ring)
{
	__u32 i, right = 0;

	for (i = 0; i < CROWD && uring_reap(ring); i++)
		;
	for (i = 0; i < CROWD; i++)
		right += crowd[i].ended == 1 && !crowd[i].res &&
			 crowd[i].c.out_status == STATUS_SUCCESS &&
			 crowd[i].c.out_information == sizeof(__u32) &&
			 (__u32)crowd[i].out[0] == (DEEP_GOOD ^ i);
	return right;
}

struct stranger {
	int fd;
	bool write;
	__u32 in;
	__u32 out;
	struct ntio_device_control c;
	long result;
	int ended;
};

static void *stranger_calls(void *context)
{
	struct stranger *stranger = context;

	stranger->c = (struct ntio_device_control) {
		.code = IOCTL_DEEP_WORK,
		.in = addr(&stranger->in), .in_len = sizeof(stranger->in),
		.out = addr(&stranger->out), .out_len = sizeof(stranger->out),
	};
	if (stranger->write)
		stranger->result = write(stranger->fd, &stranger->in,
					 sizeof(stranger->in));
	else
		stranger->result = control(stranger->fd, &stranger->c);
	pause_store(stranger->ended, 1);
	return NULL;
}

/* In a thread, which is left alone with it if the driver does not answer. */
static void stranger_begin(struct stranger *stranger, int fd, bool write)
{
	pthread_t thread;

	*stranger = (struct stranger){
		.fd = fd, .write = write, .in = 0x5eed, .out = POISON32,
		.result = POISON32,
	};
	pthread_create(&thread, NULL, stranger_calls, stranger);
	pthread_detach(thread);
}

static struct stranger controls, writes;

/*
 * Nobody waits for ever: hundreds of workers are on their way at that time, and
 * a sanitiser makes each slow.
 */
#define in_a_minute(condition) ({					\
	long _start = milliseconds();					\
	bool _met;							\
	while (!(_met = (condition)) && milliseconds() - _start < 60000)	\
		usleep(1000);						\
	_met; })

#define expect_others_go_on() do {					\
	stranger_begin(&controls, self->other, false);			\
	stranger_begin(&writes, self->other, true);			\
	EXPECT_TRUE(in_a_minute(pause_load(controls.ended))) {		\
		TH_LOG("a control of another device hangs");		\
	}								\
	EXPECT_TRUE(in_a_minute(pause_load(writes.ended))) {		\
		TH_LOG("a write to another device hangs");		\
	}								\
	if (pause_load(controls.ended)) {				\
		EXPECT_EQ(0, controls.result);				\
		EXPECT_EQ(STATUS_SUCCESS, controls.c.out_status);	\
		EXPECT_EQ(DEEP_GOOD ^ 0x5eed, controls.out);		\
	}								\
	if (pause_load(writes.ended))					\
		EXPECT_EQ(sizeof(writes.in), writes.result);		\
} while (0)

/* Each upper worker waits for a lower one. */
TEST_F_TIMEOUT(progress, upper_workers_wait_for_lower, 240)
{
	send_crowd(IOCTL_DEEP_DOWN);
	deep_tell(self->tell, IOCTL_DEEP_LAUNCH);
	expect_others_go_on();
	EXPECT_EQ(CROWD, reap_crowd(&self->ring));
}

/* None of them gets anywhere. */
TEST_F_TIMEOUT(progress, workers_are_blocked, 240)
{
	send_crowd(IOCTL_DEEP_BLOCK);
	EXPECT_TRUE(wait_until(deep_counts(self->tell).blocked > 0));
	expect_others_go_on();
	deep_tell(self->tell, IOCTL_DEEP_GO);
	EXPECT_EQ(CROWD, reap_crowd(&self->ring));
}

/*
 * A request whose caller was killed is freed by nobody else than the core, in a
 * worker: whoever completes it may not sleep.
 */
TEST_F_TIMEOUT(progress, core_frees, 240)
{
	pid_t pid = process_begin(self->park, IOCTL_PARK_STUBBORN, 0);
	long alive;

	ASSERT_TRUE(wait_until(park_counts(self->park).held == 1));
	process_kill(pid);
	send_crowd(IOCTL_DEEP_BLOCK);
	EXPECT_TRUE(wait_until(deep_counts(self->tell).blocked > 0));
	alive = ntio_stat("alive", "requests");
	EXPECT_EQ(1, park_tell(self->park, IOCTL_PARK_FINISH, PARK_FINISH));
	EXPECT_TRUE(soon(ntio_stat("alive", "requests") == alive - 1)) {
		TH_LOG("the request is not freed");
	}
	deep_tell(self->tell, IOCTL_DEEP_GO);
	EXPECT_EQ(CROWD, reap_crowd(&self->ring));
}

TEST_HARNESS_MAIN
