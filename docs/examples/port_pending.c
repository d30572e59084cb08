// SPDX-License-Identifier: GPL-2.0
/* Requests that wait for an event. */
#include <linux/kfifo.h>
#include <linux/spinlock.h>

#include <ntio/ntio.h>

#include "example.h"

/* [pending] */
static DEFINE_SPINLOCK(events_lock);	/* which request gets which event */
static DEFINE_KFIFO(events, u64, EXAMPLE_EVENTS);
static struct ntio_queue waiting;

/* The oldest event and the oldest request, both ours now; or NULL. */
static struct ntio_request *pair(u64 *event)
{
	struct ntio_request *rq = NULL;

	spin_lock(&events_lock);
	if (kfifo_peek(&events, event))
		rq = ntio_queue_remove(&waiting, NULL);
	if (rq)
		kfifo_skip(&events);
	spin_unlock(&events_lock);
	return rq;
}

/* Whoever comes, event or request, puts itself down first, then looks. */
static void match(void)
{
	struct ntio_request *rq;
	u64 event;

	while ((rq = pair(&event))) {
		memcpy(rq->system_buffer, &event, sizeof(event));
		ntio_complete(rq, STATUS_SUCCESS, sizeof(event));
	}
}

static ntstatus_t next(struct ntio_request *rq)
{
	ntio_queue_insert(&waiting, rq);
	match();
	return STATUS_PENDING;
}

static ntstatus_t post(struct ntio_request *rq)
{
	u64 *event = rq->system_buffer;

	if (!kfifo_in_spinlocked(&events, event, 1, &events_lock))
		return ntio_complete(rq, STATUS_QUOTA_EXCEEDED, 0);
	match();
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

/* The last handle is closed: nobody will read the answers any more. */
static void events_cleanup(struct ntio_file *file)
{
	ntio_queue_cancel(&waiting, file, STATUS_CANCELLED);
}

static const struct ntio_control events_controls[] = {
	NTIO_CONTROL(IOCTL_PORT_NEXT, .handler = next,
		     .min_out = sizeof(u64)),
	NTIO_CONTROL(IOCTL_PORT_POST, .handler = post, .min_in = sizeof(u64)),
	{ }
};

/* [/pending] */
static struct ntio_device events_device = {
	.name = "port-pending",
	.controls = events_controls,
	.cleanup = events_cleanup,
};

static int __init events_init(void)
{
	ntio_queue_init(&waiting);
	return ntio_register(&events_device);
}
module_init(events_init);

/* Open files hold the module: nothing waits any more. */
static void __exit events_exit(void)
{
	ntio_unregister(&events_device);
}
module_exit(events_exit);

MODULE_DESCRIPTION("porting guide: requests that wait");
MODULE_LICENSE("GPL");
