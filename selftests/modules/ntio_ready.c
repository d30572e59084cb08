// SPDX-License-Identifier: GPL-2.0
/* A driver that can be polled, and whose reads and writes wait for tokens. */
#include <linux/poll.h>
#include <linux/spinlock.h>

#include <ntio/ntio.h>

#include "ntio_ready.h"

enum { READY_READ, READY_WRITE, READY_WAYS };

/* Protects the tokens, the files, and which request gets which token. */
static DEFINE_SPINLOCK(ready_lock);
static u32 ready_tokens[READY_WAYS];
static struct ntio_queue ready_queues[READY_WAYS];
static atomic_t ready_cleanups;
static atomic_t ready_refused;

#define READY_FILES 16
static struct ntio_file *ready_files[READY_FILES];

/* The oldest that waits, if there is a token for it. */
static struct ntio_request *ready_pair(unsigned int way)
{
	struct ntio_request *rq = NULL;

	spin_lock(&ready_lock);
	if (ready_tokens[way])
		rq = ntio_queue_remove(&ready_queues[way], NULL);
	if (rq)
		ready_tokens[way]--;
	spin_unlock(&ready_lock);
	return rq;
}

static void ready_transfer(struct ntio_request *rq)
{
	if (rq->major == NTIO_MAJOR_READ)
		memset(rq->system_buffer, READY_BYTE, rq->length);
	ntio_complete(rq, STATUS_SUCCESS, rq->length);
}

static void ready_match(unsigned int way)
{
	struct ntio_request *rq;

	while ((rq = ready_pair(way)))
		ready_transfer(rq);
}

static unsigned int ready_way(const struct ntio_request *rq)
{
	return rq->major == NTIO_MAJOR_READ ? READY_READ : READY_WRITE;
}

static ntstatus_t ready_refuse(struct ntio_request *rq)
{
	atomic_inc(&ready_refused);
	return ntio_complete(rq, ready_way(rq) == READY_READ ?
			     STATUS_DEVICE_NOT_READY :
			     STATUS_INVALID_DEVICE_REQUEST, 0);
}

static ntstatus_t ready_wait(struct ntio_request *rq)
{
	unsigned int way = ready_way(rq);

	if (rq->length == READY_REFUSED)
		return ready_refuse(rq);
	if (!rq->length)
		return ntio_complete(rq, STATUS_SUCCESS, 0);
	ntio_queue_insert(&ready_queues[way], rq);
	ready_match(way);
	return STATUS_PENDING;
}

static ntstatus_t ready_later(struct ntio_request *rq)
{
	unsigned int way = ready_way(rq);
	bool taken;

	if (rq->length == READY_REFUSED)
		return ready_refuse(rq);
	if (!rq->length)
		return ntio_complete(rq, STATUS_SUCCESS, 0);
	spin_lock(&ready_lock);
	taken = ready_tokens[way];
	if (taken)
		ready_tokens[way]--;
	spin_unlock(&ready_lock);
	if (!taken)
		return ready_wait(rq);
	return ntio_queue_work(rq, ready_transfer);
}

static __poll_t ready_poll(struct ntio_file *file)
{
	__poll_t ready = 0;

	spin_lock(&ready_lock);
	if (ready_tokens[READY_READ])
		ready |= EPOLLIN | EPOLLRDNORM;
	if (ready_tokens[READY_WRITE])
		ready |= EPOLLOUT | EPOLLWRNORM;
	spin_unlock(&ready_lock);
	return ready;
}

static void ready_wake(void)
{
	unsigned int i;

	spin_lock(&ready_lock);
	for (i = 0; i < READY_FILES; i++)
		if (ready_files[i])
			ntio_poll_wake(ready_files[i], EPOLLIN | EPOLLRDNORM |
				       EPOLLOUT | EPOLLWRNORM);
	spin_unlock(&ready_lock);
}

static ntstatus_t ready_add(struct ntio_request *rq)
{
	struct ready_tokens add = *(struct ready_tokens *)rq->system_buffer;

	spin_lock(&ready_lock);
	ready_tokens[READY_READ] += add.reads;
	ready_tokens[READY_WRITE] += add.writes;
	spin_unlock(&ready_lock);
	ready_wake();
	ready_match(READY_READ);
	ready_match(READY_WRITE);
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static ntstatus_t ready_left(struct ntio_request *rq)
{
	struct ready_tokens *left = rq->system_buffer;

	spin_lock(&ready_lock);
	left->reads = ready_tokens[READY_READ];
	left->writes = ready_tokens[READY_WRITE];
	left->waiting_reads = ntio_queue_count(&ready_queues[READY_READ]);
	left->waiting_writes = ntio_queue_count(&ready_queues[READY_WRITE]);
	spin_unlock(&ready_lock);
	left->cleanups = atomic_read(&ready_cleanups);
	left->refused = atomic_read(&ready_refused);
	return ntio_complete(rq, STATUS_SUCCESS, sizeof(*left));
}

static ntstatus_t ready_reset(struct ntio_request *rq)
{
	unsigned int way;

	spin_lock(&ready_lock);
	memset(ready_tokens, 0, sizeof(ready_tokens));
	spin_unlock(&ready_lock);
	atomic_set(&ready_cleanups, 0);
	atomic_set(&ready_refused, 0);
	for (way = 0; way < READY_WAYS; way++)
		ntio_queue_cancel(&ready_queues[way], NULL, STATUS_CANCELLED);
	return ntio_complete(rq, STATUS_SUCCESS, 0);
}

static bool ready_replace(const struct ntio_file *old, struct ntio_file *file)
{
	unsigned int i;

	spin_lock(&ready_lock);
	for (i = 0; i < READY_FILES; i++)
		if (ready_files[i] == old)
			break;
	if (i < READY_FILES)
		ready_files[i] = file;
	spin_unlock(&ready_lock);
	return i < READY_FILES;
}

static ntstatus_t ready_create(struct ntio_file *file)
{
	return ready_replace(NULL, file) ? STATUS_SUCCESS :
					   STATUS_INSUFFICIENT_RESOURCES;
}

static void ready_cleanup(struct ntio_file *file)
{
	unsigned int way;

	atomic_inc(&ready_cleanups);
	for (way = 0; way < READY_WAYS; way++)
		ntio_queue_cancel(&ready_queues[way], file, STATUS_CANCELLED);
}

static void ready_close(struct ntio_file *file)
{
	ready_replace(file, NULL);
}

static const struct ntio_control ready_controls[] = {
	NTIO_CONTROL(IOCTL_READY_ADD, .handler = ready_add,
		     .min_in = sizeof(struct ready_tokens)),
	NTIO_CONTROL(IOCTL_READY_LEFT, .handler = ready_left,
		     .min_out = sizeof(struct ready_tokens)),
	NTIO_CONTROL(IOCTL_READY_RESET, .handler = ready_reset),
	{ }
};

#define READY_DEVICE(_name, _serve)			\
	{						\
		.name = (_name),			\
		.io = NTIO_IO_BUFFERED,			\
		.controls = ready_controls,		\
		.read = (_serve),			\
		.write = (_serve),			\
		.poll = ready_poll,			\
		.create = ready_create,			\
		.cleanup = ready_cleanup,		\
		.close = ready_close,			\
	}

static struct ntio_device ready_devices[] = {
	READY_DEVICE("ready", ready_wait),
	READY_DEVICE("ready-later", ready_later),
};

static void ready_undo(unsigned int count)
{
	while (count--)
		ntio_unregister(&ready_devices[count]);
}

static int __init ready_init(void)
{
	unsigned int i;
	int rc;

	for (i = 0; i < READY_WAYS; i++)
		ntio_queue_init(&ready_queues[i]);
	for (i = 0; i < ARRAY_SIZE(ready_devices); i++) {
		rc = ntio_register(&ready_devices[i]);
		if (rc) {
			ready_undo(i);
			return rc;
		}
	}
	return 0;
}
module_init(ready_init);

static void __exit ready_exit(void)
{
	ready_undo(ARRAY_SIZE(ready_devices));
}
module_exit(ready_exit);

MODULE_INFO(test, "Y");
MODULE_DESCRIPTION("ntio test: reads and writes that wait, and can be polled");
MODULE_LICENSE("GPL");
