// SPDX-License-Identifier: GPL-2.0
/*
 * Events of programs. A program's handle of an event is that of an eventfd: what
 * the driver gets for it can be set, and nothing else.
 */
#include <linux/eventfd.h>

#include "layer.h"

#include "../compat.h"

/* ABI: a handle of a program is a descriptor, as a multiple of 4, never 0. */
#define WDM_HANDLE_TO_FD(handle) ((int)((unsigned long)(handle) / 4 - 1))
#define WDM_HANDLE_MAX ((INT_MAX + 1UL) * 4)

/**
 * struct wdm_user_event - an event of a program
 * @event: what the driver sees; its type says that it is one of these
 * @refs: those of drivers
 * @list: of all of them
 * @context: the eventfd
 */
struct wdm_user_event {
	KEVENT event;
	struct kref refs;
	struct list_head list;
	struct eventfd_ctx *context;
};

static DEFINE_SPINLOCK(wdm_user_events_lock);
static LIST_HEAD(wdm_user_events);

NTSTATUS wdm_user_event_get(HANDLE handle, PVOID *object)
{
	struct wdm_user_event *event;
	struct eventfd_ctx *context;

	if (current->flags & PF_KTHREAD)
		return NT(INVALID_HANDLE);
	if ((unsigned long)handle & 3 || !handle ||
	    (unsigned long)handle > WDM_HANDLE_MAX)
		return NT(INVALID_HANDLE);
	context = eventfd_ctx_fdget(WDM_HANDLE_TO_FD(handle));
	if (IS_ERR(context))
		return PTR_ERR(context) == -EBADF ? NT(INVALID_HANDLE) :
						    NT(OBJECT_TYPE_MISMATCH);
	event = kzalloc(sizeof(*event), GFP_KERNEL_ACCOUNT);
	if (!event) {
		eventfd_ctx_put(context);
		return NT(INSUFFICIENT_RESOURCES);
	}
	event->event.Header.Type = WDM_USER_EVENT;
	kref_init(&event->refs);
	event->context = context;
	spin_lock_irq(&wdm_user_events_lock);
	list_add(&event->list, &wdm_user_events);
	spin_unlock_irq(&wdm_user_events_lock);
	*object = event;
	return NT(SUCCESS);
}

static void wdm_user_event_free(struct kref *refs)
{
	struct wdm_user_event *event = container_of(refs,
						    struct wdm_user_event,
						    refs);
	unsigned long flags;

	spin_lock_irqsave(&wdm_user_events_lock, flags);
	list_del(&event->list);
	spin_unlock_irqrestore(&wdm_user_events_lock, flags);
	eventfd_ctx_put(event->context);
	kfree(event);
}

void wdm_user_event_hold(PVOID object)
{
	kref_get(&((struct wdm_user_event *)object)->refs);
}

void wdm_user_event_put(PVOID object)
{
	kref_put(&((struct wdm_user_event *)object)->refs, wdm_user_event_free);
}

bool wdm_is_user_event(const void *object)
{
	struct wdm_user_event *event;
	unsigned long flags;
	bool found = false;

	spin_lock_irqsave(&wdm_user_events_lock, flags);
	list_for_each_entry(event, &wdm_user_events, list)
		found = found || event == object;
	spin_unlock_irqrestore(&wdm_user_events_lock, flags);
	return found;
}

/* Whoever waits for the eventfd in the program is woken. */
void wdm_user_event_set(PVOID object)
{
	struct wdm_user_event *event = object;

	ntio_eventfd_signal(event->context);
}
