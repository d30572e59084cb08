// SPDX-License-Identifier: GPL-2.0
/*
 * Where code of other drivers stays after it has ended its request, and what is
 * known of it then. This module stays when theirs go.
 */
#include <linux/slab.h>
#include <linux/wait.h>

#include <ntio/ntio.h>

#include "ntio_tail.h"

static DECLARE_WAIT_QUEUE_HEAD(tail_wait);
static atomic_t tail_tickets;
static atomic_t tail_allowed;
static atomic_t tail_left;
static atomic_t tail_releases[TAIL_DEVICES];

void tail_stay(void)
{
	int ticket = atomic_inc_return(&tail_tickets);

	wait_event_idle(tail_wait, atomic_read(&tail_allowed) >= ticket);
	atomic_inc(&tail_left);
}
EXPORT_SYMBOL_GPL(tail_stay);

void tail_release(enum tail_device which, struct ntio_device *device)
{
	atomic_inc(&tail_releases[which]);
	kfree(device);
}
EXPORT_SYMBOL_GPL(tail_release);

/* For all that stays now. */
static ntstatus_t tail_go(struct ntio_request *rq)
{
	atomic_set(&tail_allowed, atomic_read(&tail_tickets));
	wake_up_all(&tail_wait);
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static ntstatus_t tail_counts(struct ntio_request *rq)
{
	struct tail_counts *counts = rq->system_buffer;
	int i;

	counts->left = atomic_read(&tail_left);
	counts->staying = atomic_read(&tail_tickets) - counts->left;
	for (i = 0; i < TAIL_DEVICES; i++)
		counts->releases[i] = atomic_read(&tail_releases[i]);
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(*counts));
}

static const struct ntio_control tail_controls[] = {
	NTIO_CONTROL(IOCTL_TAIL_GO, .handler = tail_go),
	NTIO_CONTROL(IOCTL_TAIL_COUNTS, .handler = tail_counts,
		     .min_out = sizeof(struct tail_counts)),
	{ }
};

static struct ntio_device tail_device = {
	.name = "tail",
	.type = TAIL_TYPE,
	.controls = tail_controls,
};
module_ntio_device(tail_device);

MODULE_INFO(test, "Y");
MODULE_DESCRIPTION("ntio test: where code stays that has ended its request");
MODULE_LICENSE("GPL");
