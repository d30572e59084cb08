// SPDX-License-Identifier: GPL-2.0
/*
 * Wrong on purpose: counts requests of several threads without a lock. A kernel
 * with KCSAN has to tell. Beside it the same with a lock.
 */
#include <linux/sched.h>
#include <linux/spinlock.h>

#include <ntio/ntio.h>

#include "ntio_bad_race.h"

static DEFINE_SPINLOCK(race_lock);
static u64 race_count;

static noinline ntstatus_t race_handler(struct ntio_request *rq)
{
	int i;

	for (i = 0; i < RACE_STEPS; i++) {
		race_count++;
		barrier();
	}
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static noinline ntstatus_t race_locked_handler(struct ntio_request *rq)
{
	int i;

	for (i = 0; i < RACE_STEPS; i++) {
		spin_lock(&race_lock);
		race_count++;
		spin_unlock(&race_lock);
	}
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static const struct ntio_control race_controls[] = {
	NTIO_CONTROL(IOCTL_RACE, .handler = race_handler),
	NTIO_CONTROL(IOCTL_RACE_LOCKED, .handler = race_locked_handler),
	{ }
};

static struct ntio_device race_device = {
	.name = "race",
	.controls = race_controls,
};
module_ntio_device(race_device);

MODULE_INFO(test, "Y");
MODULE_DESCRIPTION("ntio test: counts without a lock");
MODULE_LICENSE("GPL");
