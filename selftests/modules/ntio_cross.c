// SPDX-License-Identifier: GPL-2.0
/* A driver that calls all of the core that crosses address spaces. */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched.h>

#include <ntio/ntio.h>

#include "ntio_cross.h"

/* Can be let go without an open file, which would keep the module. */
static bool hold;
module_param(hold, bool, 0644);
MODULE_PARM_DESC(hold, "Workers wait, at most 10 s");

static bool waiting;
module_param(waiting, bool, 0444);
MODULE_PARM_DESC(waiting, "A worker waits");

static void cross_wait(void)
{
	int tries = 500;

	WRITE_ONCE(waiting, true);
	while (READ_ONCE(hold) && tries--)
		msleep(20);
	WRITE_ONCE(waiting, false);
}

static u32 number(ntstatus_t status)
{
	return (__force u32)status;
}

static ntstatus_t cross_done(struct ntio_request *rq)
{
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(struct cross));
}

/* The address is found in the request's own data, as any number is. */
static ntio_uaddr_t cross_address(const struct cross *c)
{
	return (ntio_uaddr_t){ c->address };
}

static void cross_from(struct ntio_request *rq)
{
	struct cross *c = rq->system_buffer;
	size_t copied = 12345;

	cross_wait();
	c->status[0] = number(ntio_copy_from_process(rq, c->data,
						     cross_address(c), c->len,
						     &copied));
	c->copied = copied;
	cross_done(rq);
}

static void cross_to(struct ntio_request *rq)
{
	struct cross *c = rq->system_buffer;
	size_t copied = 12345;

	c->status[0] = number(ntio_copy_to_process(rq, cross_address(c),
						   c->data, c->len, &copied));
	c->copied = copied;
	cross_done(rq);
}

static void cross_write(struct ntio_request *rq)
{
	struct cross *c = rq->system_buffer;
	struct ntio_caller caller;

	c->status[0] = number(ntio_attach(rq, &caller));
	if (!c->status[0]) {
		c->copied = c->len - ntio_write_user(&caller, cross_address(c),
						     c->data, c->len);
		ntio_detach(&caller);
	}
	c->status[1] = current->mm ? 1 : 0;
	cross_done(rq);
}

static void cross_attach_twice(struct ntio_request *rq)
{
	struct cross *c = rq->system_buffer;
	struct ntio_caller caller, again;

	c->status[0] = number(ntio_attach(rq, &caller));
	c->status[1] = number(ntio_attach(rq, &again));
	if (!c->status[0])
		ntio_detach(&caller);
	c->status[2] = number(ntio_attach(rq, &again));
	if (!c->status[2])
		ntio_detach(&again);
	c->status[3] = current->mm ? 1 : 0;
	cross_done(rq);
}

static void cross_detach_twice(struct ntio_request *rq)
{
	struct cross *c = rq->system_buffer;
	struct ntio_caller caller, copy;

	c->status[0] = number(ntio_attach(rq, &caller));
	if (!c->status[0]) {
		copy = caller;
		ntio_detach(&caller);
		ntio_detach(&caller);
		ntio_detach(&copy);
		c->copied = 2 * c->len;
		c->copied -= ntio_read_user(&copy, c->data, cross_address(c),
					    c->len);
		c->copied -= ntio_write_user(&copy, cross_address(c), c->data,
					     c->len);
	}
	cross_done(rq);
}

static void cross_find(struct ntio_request *rq)
{
	struct cross *c = rq->system_buffer;

	c->status[1] = current->mm ? 1 : 0;
	cross_done(rq);
}

static void cross_leave_attached(struct ntio_request *rq)
{
	struct cross *c = rq->system_buffer;
	struct ntio_caller caller;

	c->status[0] = number(ntio_attach(rq, &caller));
	ntio_queue_work(rq, cross_find);
}

static ntstatus_t cross_in_handler(const struct ntio_caller *caller,
				   struct ntio_request *rq)
{
	struct cross *c = rq->system_buffer;
	struct ntio_caller other, copy = *caller;

	c->status[0] = number(ntio_keep_caller(caller, rq));
	c->status[1] = number(ntio_attach(rq, &other));
	ntio_detach(&copy);
	c->copied = c->len - ntio_read_user(caller, c->data, cross_address(c),
					    c->len);
	return cross_done(rq);
}

static ntstatus_t cross_below_is_done(struct ntio_device *device,
				      struct ntio_request *rq, void *context)
{
	complete(context);
	return STATUS_MORE_PROCESSING_REQUIRED;
}

static void cross_nested(struct ntio_request *rq)
{
	DECLARE_COMPLETION_ONSTACK(below);

	ntio_set_completion(rq, cross_below_is_done, &below, NTIO_ON_ANY);
	ntio_forward(rq);
	wait_for_completion(&below);
	ntio_complete(rq, rq->status, rq->information);
}

static void cross_nested_below(struct ntio_request *rq)
{
	struct cross *c = rq->system_buffer;

	c->status[0] = 0x600d;
	cross_done(rq);
}

static void cross_nothing(struct ntio_request *rq)
{
	cross_wait();
	cross_done(rq);
}

static int cross_thread(void *context)
{
	struct ntio_request *rq = context;
	struct cross *c = rq->system_buffer;
	struct ntio_caller caller;

	c->status[0] = number(ntio_attach(rq, &caller));
	if (!c->status[0]) {
		c->copied = c->len - ntio_read_user(&caller, c->data,
						    cross_address(c), c->len);
		ntio_detach(&caller);
	}
	cross_done(rq);
	module_put_and_kthread_exit(0);
}

static ntstatus_t cross_own_thread(const struct ntio_caller *caller,
				   struct ntio_request *rq)
{
	struct task_struct *thread;

	if (ntio_is_error(ntio_keep_caller(caller, rq)) ||
	    ntio_is_error(ntio_keep_caller(caller, rq)))
		return ntio_complete(rq, STATUS_UNSUCCESSFUL, 0);
	thread = kthread_create(cross_thread, rq, "ntio_cross");
	if (IS_ERR(thread))
		return ntio_complete(rq, STATUS_UNSUCCESSFUL, 0);
	__module_get(THIS_MODULE);
	ntio_mark_pending(rq);
	wake_up_process(thread);
	return STATUS_PENDING;
}

/* --- the codes of the worker ---------------------------------------------- */

static ntstatus_t cross_start(const struct ntio_caller *caller,
			      struct ntio_request *rq,
			      void (*work)(struct ntio_request *rq))
{
	const struct cross *c = rq->system_buffer;

	if (c->len > CROSS_DATA)
		return ntio_complete(rq, STATUS_INVALID_PARAMETER, 0);
	if (c->keep && ntio_is_error(ntio_keep_caller(caller, rq)))
		return ntio_complete(rq, STATUS_UNSUCCESSFUL, 0);
	return ntio_queue_work(rq, work);
}

#define CROSS_START(name)						\
	static ntstatus_t name##_start(const struct ntio_caller *caller, \
				       struct ntio_request *rq)		\
	{								\
		return cross_start(caller, rq, name);			\
	}

CROSS_START(cross_from)
CROSS_START(cross_to)
CROSS_START(cross_write)
CROSS_START(cross_attach_twice)
CROSS_START(cross_detach_twice)
CROSS_START(cross_leave_attached)
CROSS_START(cross_nested)
CROSS_START(cross_nothing)

static ntstatus_t cross_nested_below_start(struct ntio_request *rq)
{
	return ntio_queue_work(rq, cross_nested_below);
}

#define CROSS_CONTROL(code, handler) \
	NTIO_CONTROL(code, .in_caller = handler, \
		     .min_in = sizeof(struct cross), \
		     .min_out = sizeof(struct cross))

static const struct ntio_control cross_controls[] = {
	CROSS_CONTROL(IOCTL_CROSS_FROM, cross_from_start),
	CROSS_CONTROL(IOCTL_CROSS_TO, cross_to_start),
	CROSS_CONTROL(IOCTL_CROSS_WRITE, cross_write_start),
	CROSS_CONTROL(IOCTL_CROSS_ATTACH_TWICE, cross_attach_twice_start),
	CROSS_CONTROL(IOCTL_CROSS_DETACH_TWICE, cross_detach_twice_start),
	CROSS_CONTROL(IOCTL_CROSS_LEAVE_ATTACHED, cross_leave_attached_start),
	CROSS_CONTROL(IOCTL_CROSS_IN_HANDLER, cross_in_handler),
	CROSS_CONTROL(IOCTL_CROSS_NESTED, cross_nested_start),
	CROSS_CONTROL(IOCTL_CROSS_NOTHING, cross_nothing_start),
	CROSS_CONTROL(IOCTL_CROSS_OWN_THREAD, cross_own_thread),
	{ }
};

static const struct ntio_control cross_below_controls[] = {
	NTIO_CONTROL(IOCTL_CROSS_NESTED, .handler = cross_nested_below_start),
	{ }
};

static struct ntio_device cross_below = {
	.name = "cross-below",
	.hidden = true,
	.controls = cross_below_controls,
};

static struct ntio_device cross = {
	.name = "cross",
	.lower = &cross_below,
	.controls = cross_controls,
};

static int __init cross_init(void)
{
	int rc = ntio_register(&cross_below);

	if (rc)
		return rc;
	rc = ntio_register(&cross);
	if (rc)
		ntio_unregister(&cross_below);
	return rc;
}
module_init(cross_init);

static void __exit cross_exit(void)
{
	ntio_unregister(&cross);
	ntio_unregister(&cross_below);
}
module_exit(cross_exit);

MODULE_INFO(test, "Y");
MODULE_DESCRIPTION("ntio test: workers and the caller's address space");
MODULE_LICENSE("GPL");
