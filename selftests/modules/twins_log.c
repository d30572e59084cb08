// SPDX-License-Identifier: GPL-2.0
/* Twins for ntio trace: who has the request that does not end. */
#include "twins.h"

/* Nobody takes anything out of it. */
static struct ntio_queue log_lost = {
	.lock = __SPIN_LOCK_UNLOCKED(log_lost.lock),
	.entries = LIST_HEAD_INIT(log_lost.entries),
};

static ntstatus_t log_lose(struct ntio_request *rq)
{
	return ntio_queue_insert(&log_lost, rq);
}

static ntstatus_t log_answer(struct ntio_request *rq)
{
	return ntio_complete(rq, STATUS_SUCCESS, rq->out_len);
}

static const struct ntio_control log_wrong_controls[] = {
	NTIO_CONTROL(IOCTL_TWIN_LOSE, .handler = log_lose),
	{ }
};

struct ntio_device twin_log_wrong = {
	.name = "log-wrong",
	.controls = log_wrong_controls,
};

static const struct ntio_control log_right_controls[] = {
	NTIO_CONTROL(IOCTL_TWIN_LOSE, .handler = log_answer),
	{ }
};

struct ntio_device twin_log_right = {
	.name = "log-right",
	.controls = log_right_controls,
};
