// SPDX-License-Identifier: GPL-2.0
/*
 * Requests: made, looked at, ended.
 *
 * The kernel writes the I/O status block and signals the event; what is left
 * when a ring's entry is seen is to queue the completion routine or the packet,
 * and to let the file go.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "eventfd.h"
#include "request.h"

static lock_t spare_lock;
static struct request *spare;

static void requests_leave(struct thread *thread);

/*
 * Aligned, so that the kernel's part lies in one page: the kernel has less to
 * look at then.
 */
static struct request *request_alloc(void)
{
	const size_t align = 256, size = (sizeof(struct request) + 255) & ~255UL;
	struct request *request = aligned_alloc(align, size);

	thread_at_end(requests_leave);
	return request ? memset(request, 0, size) : NULL;
}

struct request *request_take(void)
{
	struct request *request;

	lock_take(&spare_lock);
	request = spare;
	if (request)
		spare = request->next;
	lock_drop(&spare_lock);
	return request ?: request_alloc();
}

void request_give(struct request *request)
{
	lock_take(&spare_lock);
	request->next = spare;
	spare = request;
	lock_drop(&spare_lock);
}

void request_put(struct request *request)
{
	if (atomic_fetch_sub(&request->refs, 1) != 1)
		return;
	if (request->file)
		object_put(request->file);
	if (request->apc)
		free(request->apc);
	request->file = NULL;
	request->apc = NULL;
	request_keep(this_thread, request);
}

bool request_skips_packet(const struct request *request)
{
	const struct ntio_device_control *control = &request->arg.control;

	return request->file->file.modes &
		       FILE_SKIP_COMPLETION_PORT_ON_SUCCESS &&
	       !(control->out_flags & NTIO_OUT_MARKED) &&
	       !NT_WARNING(control->out_iosb_status);
}

static void request_queue_apc(struct request *request)
{
	struct thread *self = this_thread;
	struct apc *apc = request->apc;

	apc->status = request->status;
	apc->information = request->information;
	request->apc = NULL;
	apc_queue(self, apc);
}

void request_end(struct request *request, struct port *port)
{
	const struct ntio_device_control *control = &request->arg.control;
	bool tells = request_answered(request) &&
		     control->out_flags & NTIO_OUT_COMPLETION;

	request->status = control->out_iosb_status;
	request->information = control->out_information;
	atomic_store(&request->done, true);
	if (tells && request->apc)
		request_queue_apc(request);
	if (tells && port && request->packet && !atomic_load(&port->closed) &&
	    !request_skips_packet(request))
		port_push(port, request);
	else
		request_put(request);
}

/* What has ended in a ring, oldest first. */
static void ring_drain(struct ring *ring, struct port *port)
{
	struct request *request, *next;

	if (!ring_has_entries(ring))
		return;
	lock_take(&ring->lock);
	request = ring_take(ring);
	lock_drop(&ring->lock);
	for (; request; request = next) {
		next = request->next;
		request_end(request, port);
	}
}

/* Only by the thread whose ring it is. */
void thread_drain(struct thread *thread)
{
	if (thread->ring)
		ring_drain(thread->ring, NULL);
}

void port_drain(struct port *port)
{
	ring_drain(port->ring, port);
}

/* --- the end of a thread -------------------------------------------------------------- */

/**
 * struct forsaken - requests of a thread that ends
 * @issuer: the thread
 * @left: so many have not ended
 */
struct forsaken {
	pid_t issuer;
	unsigned int left;
};

/* Requests that this thread sent through a ring; each is asked to end. */
static void forsake_in_ring(struct ring *ring, void *data)
{
	struct forsaken *forsaken = data;
	struct request *request;

	lock_take(&ring->lock);
	for (request = ring->flying; request; request = request->after) {
		if (request->issuer != forsaken->issuer ||
		    (request_answered(request) && request_ended(request)))
			continue;
		ntio_cancel(request->fd, 0, &request->arg.control);
		forsaken->left++;
	}
	lock_drop(&ring->lock);
}

/*
 * Asks those to end that have not. An answer may be there before its entry:
 * this waits for the thread's own entries, too.
 */
static bool forsake(struct thread *thread)
{
	struct forsaken forsaken = { .issuer = thread->id };

	thread_drain(thread);
	rings_each(forsake_in_ring, &forsaken);
	return forsaken.left ||
	       (thread->ring && atomic_load(&thread->ring->count));
}

static void requests_give_all(struct thread *thread)
{
	struct request *request;

	while ((request = thread->spare)) {
		thread->spare = request->next;
		request_give(request);
	}
}

/*
 * What the thread has in flight is cancelled [8.40]. It ends in this thread, so
 * it waits, but not for ever. A ring that still has one stays: the kernel may
 * yet write to its memory, and ours.
 */
static void requests_leave(struct thread *thread)
{
	uint64_t end = now_ms() + 5000;
	struct ring *ring = thread->ring;

	while (forsake(thread) && now_ms() < end)
		usleep(1000);
	if (ring) {
		thread->ring = NULL;
		if (atomic_load(&ring->count))
			ring_abandon(ring);
		else
			ring_free(ring);
	}
	requests_give_all(thread);
}

struct ring *ring_make_of_thread(struct thread *thread)
{
	if (thread->begun < 0)
		thread->begun = event_fd_new(0, 0);
	thread->ring = ring_new();
	return thread->ring;
}
