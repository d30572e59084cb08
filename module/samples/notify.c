// SPDX-License-Identifier: GPL-2.0
/*
 * notify: the inverted call.
 *
 * A driver cannot call an application. So the application calls first: it
 * sends requests that the driver does not answer but parks. When something
 * happens, the driver completes one of them, and its answer is the news.
 *
 *	application			driver
 *	  WAIT, WAIT, WAIT ------------>  notify_parked: W W W
 *						|
 *	  <---- completion, event 1 ----	W <--- write to notify-post,
 *	  WAIT ------------------------>  W W W		or a timer
 *
 * The lesson: a parked request can end in many ways, and every one must be
 * provided for before it is parked. Here they are, with who takes care:
 *
 *  - An event comes. notify_match() takes the oldest request out of the queue
 *    and completes it.
 *  - The event came first. It is kept, up to a limit, and the next request
 *    finds it.
 *  - The request is cancelled: by the application, or because its thread was
 *    killed. That is the queue's business: what was taken out cannot be
 *    cancelled any more, what was cancelled is never taken out. There is no
 *    cancel routine in this file, and so no race in it either.
 *  - The last handle is closed. notify_cleanup() cancels what the file has
 *    parked [8.36]. A driver that waits for close instead waits for ever: the
 *    requests themselves keep the file open [8.38].
 *
 * Event meets request, and cleanup meets request, in the same way: whoever
 * comes puts down what he has, and looks for the other only then. Two who come
 * at the same time may both find the other, but never neither. And nothing is
 * completed under a lock [8.5]: notify_match() picks both under the lock and
 * completes behind it.
 *
 * Programs of Linux' make need no request in advance: read(2) waits for an
 * event as WAIT does, and poll(2) tells when it would not have to.
 */
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include <ntio/ntio.h>

#include "notify.h"

#define NOTIFY_PERIOD_MAX (3600 * 1000)
#define NOTIFY_POST_MAX 1000000

/**
 * struct notify_file - an open file of notify
 * @entry: in notify_files
 * @file: the core's side
 * @closing: cleanup has begun
 * @timer_lock: one request at a time changes the timer
 * @timer: the next tick
 * @period: time between two ticks, in jiffies
 * @ticks: so far
 * @left: ticks to come
 */
struct notify_file {
	struct list_head entry;
	struct ntio_file *file;
	bool closing;
	struct mutex timer_lock;
	struct delayed_work timer;
	unsigned long period;
	u32 ticks;
	u32 left;
};

/* Protects all up to notify_lost, and which request gets which event. */
static DEFINE_SPINLOCK(notify_lock);
static LIST_HEAD(notify_files);
static struct notify_event notify_kept[NOTIFY_KEPT_MAX];
static u32 notify_nr_kept;
static u64 notify_taken;
static u64 notify_events;
static u64 notify_lost;

static struct ntio_queue notify_parked;
static struct workqueue_struct *notify_wq;

/* --- events --------------------------------------------------------------- */

static void notify_wake(void)
{
	struct notify_file *file;

	lockdep_assert_held(&notify_lock);
	list_for_each_entry(file, &notify_files, entry)
		ntio_poll_wake(file->file, EPOLLIN | EPOLLRDNORM);
}

/* False: the event is lost, as nobody has the node open or too many wait. */
static bool notify_keep(enum notify_source source, u64 value)
{
	struct notify_event *event;
	bool room;

	spin_lock(&notify_lock);
	notify_events++;
	room = !list_empty(&notify_files) && notify_nr_kept < NOTIFY_KEPT_MAX;
	if (room) {
		event = &notify_kept[(notify_taken + notify_nr_kept++) %
				     NOTIFY_KEPT_MAX];
		*event = (struct notify_event){
			.seq = notify_events,
			.value = value,
			.source = source,
		};
		notify_wake();
	} else {
		notify_lost++;
	}
	spin_unlock(&notify_lock);
	return room;
}

/* The oldest event and the oldest request, both the caller's now; or NULL. */
static struct ntio_request *notify_pair(struct notify_event *event)
{
	struct ntio_request *rq = NULL;

	spin_lock(&notify_lock);
	if (notify_nr_kept)
		rq = ntio_queue_remove(&notify_parked, NULL);
	if (rq) {
		*event = notify_kept[notify_taken++ % NOTIFY_KEPT_MAX];
		notify_nr_kept--;
	}
	spin_unlock(&notify_lock);
	return rq;
}

/* Called after an event or a request was put down. */
static void notify_match(void)
{
	struct notify_event event;
	struct ntio_request *rq;

	while ((rq = notify_pair(&event))) {
		memcpy(rq->system_buffer, &event, sizeof(event));
		ntio_complete(rq, STATUS_SUCCESS, sizeof(event));
	}
}

static bool notify_happened(enum notify_source source, u64 value)
{
	bool room = notify_keep(source, value);

	notify_match();
	return room;
}

static void notify_forget(void)
{
	spin_lock(&notify_lock);
	if (list_empty(&notify_files))
		notify_nr_kept = 0;
	spin_unlock(&notify_lock);
}

/* --- requests of notify --------------------------------------------------- */

static ntstatus_t notify_wait(struct ntio_request *rq)
{
	struct ntio_file *ntio_file = rq->file;
	struct notify_file *file = ntio_file->context;

	ntio_queue_insert(&notify_parked, rq);
	/*
	 * The request may be completed and gone by now; the file is not, for
	 * as long as the handler runs.
	 */
	notify_match();
	if (READ_ONCE(file->closing))
		ntio_queue_cancel(&notify_parked, ntio_file, STATUS_CANCELLED);
	return STATUS_PENDING;
}

static ntstatus_t notify_read(struct ntio_request *rq)
{
	if (rq->length < sizeof(struct notify_event))
		return ntio_complete(rq, STATUS_BUFFER_TOO_SMALL, 0);
	return notify_wait(rq);
}

static void notify_tick(struct work_struct *work)
{
	struct notify_file *file = container_of(to_delayed_work(work),
						struct notify_file, timer);

	notify_happened(NOTIFY_TICKED, ++file->ticks);
	if (--file->left)
		queue_delayed_work(notify_wq, &file->timer, file->period);
}

static ntstatus_t notify_timer(struct ntio_request *rq)
{
	struct notify_timer *timer = rq->system_buffer;
	struct notify_file *file = rq->file->context;

	if (!timer->period_ms || timer->period_ms > NOTIFY_PERIOD_MAX)
		return ntio_complete(rq, STATUS_INVALID_PARAMETER, 0);
	mutex_lock(&file->timer_lock);
	cancel_delayed_work_sync(&file->timer);
	file->period = msecs_to_jiffies(timer->period_ms);
	file->ticks = 0;
	file->left = timer->count;
	if (timer->count)
		queue_delayed_work(notify_wq, &file->timer, file->period);
	mutex_unlock(&file->timer_lock);
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static ntstatus_t notify_counts(struct ntio_request *rq)
{
	struct notify_counts *counts = rq->system_buffer;

	counts->parked = ntio_queue_count(&notify_parked);
	spin_lock(&notify_lock);
	counts->kept = notify_nr_kept;
	counts->events = notify_events;
	counts->lost = notify_lost;
	spin_unlock(&notify_lock);
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(*counts));
}

/* --- open files of notify ------------------------------------------------- */

static __poll_t notify_poll(struct ntio_file *file)
{
	__poll_t ready = 0;

	spin_lock(&notify_lock);
	if (notify_nr_kept)
		ready = EPOLLIN | EPOLLRDNORM;
	spin_unlock(&notify_lock);
	return ready;
}

static ntstatus_t notify_create(struct ntio_file *ntio_file)
{
	struct notify_file *file = kzalloc(sizeof(*file), GFP_KERNEL_ACCOUNT);

	if (!file)
		return STATUS_INSUFFICIENT_RESOURCES;
	mutex_init(&file->timer_lock);
	INIT_DELAYED_WORK(&file->timer, notify_tick);
	file->file = ntio_file;
	ntio_file->context = file;
	spin_lock(&notify_lock);
	list_add_tail(&file->entry, &notify_files);
	spin_unlock(&notify_lock);
	return STATUS_SUCCESS;
}

/* Requests of the file may still come: from threads that are on their way. */
static void notify_cleanup(struct ntio_file *ntio_file)
{
	struct notify_file *file = ntio_file->context;

	cancel_delayed_work_sync(&file->timer);
	WRITE_ONCE(file->closing, true);	/* notify_wait() parks, then looks */
	ntio_queue_cancel(&notify_parked, ntio_file, STATUS_CANCELLED);
	spin_lock(&notify_lock);
	list_del_init(&file->entry);
	spin_unlock(&notify_lock);
	notify_forget();
}

static void notify_close(struct ntio_file *ntio_file)
{
	struct notify_file *file = ntio_file->context;

	/* Set again by a thread that came after cleanup. */
	cancel_delayed_work_sync(&file->timer);
	kfree(file);
}

static const struct ntio_control notify_controls[] = {
	NTIO_CONTROL(IOCTL_NOTIFY_WAIT, .handler = notify_wait,
		     .min_out = sizeof(struct notify_event)),
	NTIO_CONTROL(IOCTL_NOTIFY_TIMER, .handler = notify_timer,
		     .min_in = sizeof(struct notify_timer)),
	NTIO_CONTROL(IOCTL_NOTIFY_COUNTS, .handler = notify_counts,
		     .min_out = sizeof(struct notify_counts)),
	{ }
};

static struct ntio_device notify_device = {
	.name = "notify",
	.type = NOTIFY_TYPE,
	.io = NTIO_IO_BUFFERED,
	.controls = notify_controls,
	.read = notify_read,
	.poll = notify_poll,
	.create = notify_create,
	.cleanup = notify_cleanup,
	.close = notify_close,
};

/* --- notify-post ---------------------------------------------------------- */

static ntstatus_t notify_post(struct ntio_request *rq)
{
	struct notify_post post = *(struct notify_post *)rq->system_buffer;
	u32 done;

	if (post.count > NOTIFY_POST_MAX || post.__reserved)
		return ntio_complete(rq, STATUS_INVALID_PARAMETER, 0);
	for (done = 0; done < post.count; done++) {
		if (!notify_happened(NOTIFY_POSTED, post.value + done))
			return ntio_complete(rq, STATUS_QUOTA_EXCEEDED, done);
		cond_resched();
	}
	return ntio_complete(rq, STATUS_SUCCESS, done);
}

/* A number as text: echo 7 > /dev/ntio/notify-post */
static ntstatus_t notify_write(struct ntio_request *rq)
{
	char text[32];
	u64 value;

	if (!rq->length || rq->length >= sizeof(text))
		return ntio_complete(rq, STATUS_INVALID_PARAMETER, 0);
	memcpy(text, rq->system_buffer, rq->length);
	text[rq->length] = 0;
	if (kstrtou64(text, 0, &value))
		return ntio_complete(rq, STATUS_INVALID_PARAMETER, 0);
	if (!notify_happened(NOTIFY_POSTED, value))
		return ntio_complete(rq, STATUS_QUOTA_EXCEEDED, 0);
	return ntio_complete(rq, STATUS_SUCCESS, rq->length);
}

static const struct ntio_control notify_post_controls[] = {
	NTIO_CONTROL(IOCTL_NOTIFY_POST, .handler = notify_post,
		     .min_in = sizeof(struct notify_post)),
	NTIO_CONTROL(IOCTL_NOTIFY_COUNTS, .handler = notify_counts,
		     .min_out = sizeof(struct notify_counts)),
	{ }
};

static struct ntio_device notify_post_device = {
	.name = "notify-post",
	.type = NOTIFY_TYPE,
	.io = NTIO_IO_BUFFERED,
	.controls = notify_post_controls,
	.write = notify_write,
};

/* --- module --------------------------------------------------------------- */

static int __init notify_init(void)
{
	int rc;

	ntio_queue_init(&notify_parked);
	notify_wq = alloc_workqueue("ntio_notify", WQ_UNBOUND, 0);
	if (!notify_wq)
		return -ENOMEM;
	rc = ntio_register(&notify_device);
	if (rc)
		goto err_wq;
	rc = ntio_register(&notify_post_device);
	if (rc)
		goto err_notify;
	return 0;
err_notify:
	ntio_unregister(&notify_device);
	ntio_queue_cancel(&notify_parked, NULL, STATUS_DELETE_PENDING);
err_wq:
	destroy_workqueue(notify_wq);
	return rc;
}
module_init(notify_init);

/*
 * Every open file holds the module, so nothing is parked any more; a driver
 * whose device can be pulled out ends its requests in the same place [8.43].
 */
static void __exit notify_exit(void)
{
	ntio_unregister(&notify_post_device);
	ntio_unregister(&notify_device);
	ntio_queue_cancel(&notify_parked, NULL, STATUS_DELETE_PENDING);
	destroy_workqueue(notify_wq);
}
module_exit(notify_exit);

MODULE_DESCRIPTION("ntio sample: the inverted call");
MODULE_AUTHOR("The ntio developers");
MODULE_LICENSE("GPL");
