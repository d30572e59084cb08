// SPDX-License-Identifier: GPL-2.0
/*
 * Open files of a device are counted, and so many threads that open and close
 * it at the same time must agree about the number. That of an exclusive device
 * decides who may open it; of another nobody looks at it, and only a kernel
 * that finds data races (KCSAN) sees one.
 */
#include <pthread.h>
#include <sched.h>

#include "kselftest_harness.h"
#include "stack.h"

#define THREADS 8

STACK_FIXTURE(race)

static unsigned int opened_now, opened_most, opened, refused, wrong;
static int stop_racing;

static void note_open(void)
{
	unsigned int now = __atomic_add_fetch(&opened_now, 1,
					      __ATOMIC_SEQ_CST);
	unsigned int most = __atomic_load_n(&opened_most, __ATOMIC_SEQ_CST);

	while (now > most &&
	       !__atomic_compare_exchange_n(&opened_most, &most, now, false,
					    __ATOMIC_SEQ_CST,
					    __ATOMIC_SEQ_CST))
		;
	__atomic_add_fetch(&opened, 1, __ATOMIC_SEQ_CST);
}

static void *racer(void *unused)
{
	int fd;

	while (!__atomic_load_n(&stop_racing, __ATOMIC_ACQUIRE)) {
		fd = open_level(0);
		if (fd < 0) {
			__atomic_add_fetch(errno == EACCES ? &refused : &wrong,
					   1, __ATOMIC_SEQ_CST);
			continue;
		}
		note_open();
		sched_yield();	/* so that they meet */
		__atomic_sub_fetch(&opened_now, 1, __ATOMIC_SEQ_CST);
		close(fd);
	}
	return NULL;
}

static void race_for(unsigned int opens)
{
	pthread_t threads[THREADS];
	int i;

	for (i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, racer, NULL))
			abort();
	wait_until(__atomic_load_n(&opened, __ATOMIC_ACQUIRE) >= opens);
	__atomic_store_n(&stop_racing, 1, __ATOMIC_RELEASE);
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
}

/* One at a time, and in the end as good as before. */
TEST_F(race, exclusive)
{
	int i, other;

	ASSERT_EQ(0, add(self->ctl, 0, STACK_ON_NOTHING, BUFFERED,
			 STACK_EXCLUSIVE));
	race_for(2000);
	TH_LOG("%u opened, %u refused", opened, refused);
	EXPECT_EQ(1, opened_most);
	EXPECT_EQ(0, wrong);
	for (i = 0; i < 2; i++) {
		self->fd = open_level(0);
		ASSERT_LE(0, self->fd);
		other = open_level(0);
		EXPECT_EQ(-1, other);
		EXPECT_EQ(EACCES, errno);
		close(self->fd);
	}
	self->fd = -1;
}

/* Many at a time; all that is left to see is that nothing is left. */
TEST_F(race, shared)
{
	ASSERT_EQ(0, add(self->ctl, 0, STACK_ON_NOTHING, BUFFERED, 0));
	race_for(5000);
	TH_LOG("%u opened, up to %u at a time", opened, opened_most);
	EXPECT_EQ(0, refused);
	EXPECT_EQ(0, wrong);
	self->fd = open_level(0);
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(0, close(self->fd));
	self->fd = -1;
}

TEST_HARNESS_MAIN
