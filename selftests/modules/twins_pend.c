// SPDX-License-Identifier: GPL-2.0
/* Twins for force_pending; the driver below them answers at once. */
#include <linux/completion.h>

#include "twins.h"

static ntstatus_t pend_stop(struct ntio_device *device,
			    struct ntio_request *rq, void *context)
{
	if (context)
		complete(context);
	return STATUS_MORE_PROCESSING_REQUIRED;
}

/* --- wrong ----------------------------------------------------------------- */

/* It has always been back by then. */
static ntstatus_t pend_assume(struct ntio_request *rq)
{
	ntio_set_completion(rq, pend_stop, NULL, NTIO_ON_ANY);
	ntio_forward(rq);
	return ntio_complete(rq, STATUS_SUCCESS, 5);
}

static ntstatus_t pend_forgets(struct ntio_device *device,
			       struct ntio_request *rq, void *context)
{
	return STATUS_SUCCESS;
}

static ntstatus_t pend_forget(struct ntio_request *rq)
{
	ntio_set_completion(rq, pend_forgets, NULL, NTIO_ON_ANY);
	return ntio_forward(rq);
}

static ntstatus_t pend_return(struct ntio_request *rq)
{
	ntio_forward(rq);
	return STATUS_SUCCESS;
}

static ntstatus_t pend_skip_return(struct ntio_request *rq)
{
	ntio_skip(rq);
	return STATUS_SUCCESS;
}

/* --- right ----------------------------------------------------------------- */

static ntstatus_t pend_wait(struct ntio_request *rq)
{
	DECLARE_COMPLETION_ONSTACK(back);

	ntio_set_completion(rq, pend_stop, &back, NTIO_ON_ANY);
	if (ntio_forward(rq) == STATUS_PENDING)
		wait_for_completion(&back);
	return ntio_complete(rq, STATUS_SUCCESS, 5);
}

static ntstatus_t pend_passes_on(struct ntio_device *device,
				 struct ntio_request *rq, void *context)
{
	if (rq->pending_returned)
		ntio_mark_pending(rq);
	return STATUS_SUCCESS;
}

static ntstatus_t pend_pass_on(struct ntio_request *rq)
{
	ntio_set_completion(rq, pend_passes_on, NULL, NTIO_ON_ANY);
	return ntio_forward(rq);
}

static ntstatus_t pend_answer(struct ntio_request *rq)
{
	return ntio_complete(rq, STATUS_SUCCESS, 4);
}

#define PEND_BELOW(which)						\
	static const struct ntio_control pend_##which##_below_controls[] = { \
		NTIO_CONTROL(IOCTL_TWIN_ASSUME, .handler = pend_answer), \
		NTIO_CONTROL(IOCTL_TWIN_FORGET, .handler = pend_answer), \
		NTIO_CONTROL(IOCTL_TWIN_RETURN, .handler = pend_answer), \
		NTIO_CONTROL(IOCTL_TWIN_SKIP_RETURN,			\
			     .handler = pend_answer),			\
		{ }							\
	};								\
	struct ntio_device twin_pend_##which##_below = {		\
		.name = "pend-" #which "-below",			\
		.controls = pend_##which##_below_controls,		\
	}

PEND_BELOW(wrong);
PEND_BELOW(right);

static const struct ntio_control pend_wrong_controls[] = {
	NTIO_CONTROL(IOCTL_TWIN_ASSUME, .handler = pend_assume),
	NTIO_CONTROL(IOCTL_TWIN_FORGET, .handler = pend_forget),
	NTIO_CONTROL(IOCTL_TWIN_RETURN, .handler = pend_return),
	NTIO_CONTROL(IOCTL_TWIN_SKIP_RETURN, .handler = pend_skip_return),
	{ }
};

struct ntio_device twin_pend_wrong = {
	.name = "pend-wrong",
	.lower = &twin_pend_wrong_below,
	.controls = pend_wrong_controls,
};

static const struct ntio_control pend_right_controls[] = {
	NTIO_CONTROL(IOCTL_TWIN_ASSUME, .handler = pend_wait),
	NTIO_CONTROL(IOCTL_TWIN_FORGET, .handler = pend_pass_on),
	NTIO_CONTROL(IOCTL_TWIN_RETURN, .handler = ntio_forward),
	NTIO_CONTROL(IOCTL_TWIN_SKIP_RETURN, .handler = ntio_skip),
	{ }
};

struct ntio_device twin_pend_right = {
	.name = "pend-right",
	.lower = &twin_pend_right_below,
	.controls = pend_right_controls,
};
