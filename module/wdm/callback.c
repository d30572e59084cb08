// SPDX-License-Identifier: GPL-2.0
/* Callback objects: by name, from driver to driver. */
#include "layer.h"

/**
 * struct _CALLBACK_OBJECT - a callback object
 * @list: of all of them
 * @name: its name, NULL: it has none
 * @registrations: who is to be called
 * @multiple: there may be several
 */
struct _CALLBACK_OBJECT {
	struct list_head list;
	char *name;
	struct list_head registrations;
	bool multiple;
};

struct wdm_registration {
	struct list_head list;
	PCALLBACK_FUNCTION function;
	void *context;
	struct ntio_wdm_driver *driver;
	unsigned int busy;	/* threads that are in it */
};

/* Objects stay until the layer goes; they are few, and named. */
static DEFINE_SPINLOCK(wdm_callbacks_lock);
static LIST_HEAD(wdm_callbacks);

static PCALLBACK_OBJECT wdm_callback_find(const char *name)
{
	PCALLBACK_OBJECT object;

	lockdep_assert_held(&wdm_callbacks_lock);
	list_for_each_entry(object, &wdm_callbacks, list)
		if (name && object->name && !strcasecmp(object->name, name))
			return object;
	return NULL;
}

/* References to them are not counted. */
bool wdm_is_callback(const void *p)
{
	PCALLBACK_OBJECT object;
	unsigned long flags;
	bool found = false;

	spin_lock_irqsave(&wdm_callbacks_lock, flags);
	list_for_each_entry(object, &wdm_callbacks, list)
		found = found || object == p;
	spin_unlock_irqrestore(&wdm_callbacks_lock, flags);
	return found;
}

NTSTATUS ExCreateCallback(PCALLBACK_OBJECT *object,
			  POBJECT_ATTRIBUTES attributes, BOOLEAN create,
			  BOOLEAN allow_multiple)
{
	PCALLBACK_OBJECT fresh = kzalloc(sizeof(*fresh), GFP_KERNEL), found;

	*object = NULL;
	if (!fresh)
		return NT(INSUFFICIENT_RESOURCES);
	if (attributes->ObjectName)
		fresh->name = wdm_name(attributes->ObjectName);
	INIT_LIST_HEAD(&fresh->registrations);
	fresh->multiple = allow_multiple;
	spin_lock_irq(&wdm_callbacks_lock);
	found = wdm_callback_find(fresh->name);
	if (!found && create) {
		list_add(&fresh->list, &wdm_callbacks);
		found = fresh;
	}
	spin_unlock_irq(&wdm_callbacks_lock);
	if (found != fresh) {
		kfree(fresh->name);
		kfree(fresh);
	}
	*object = found;
	return found ? NT(SUCCESS) : NT(OBJECT_NAME_NOT_FOUND);
}
EXPORT_SYMBOL_GPL(ExCreateCallback);

PVOID ntio_wdm_register_callback(PCALLBACK_OBJECT object,
				 PCALLBACK_FUNCTION function, PVOID context,
				 struct ntio_wdm_driver *driver)
{
	struct wdm_registration *reg = kzalloc(sizeof(*reg), GFP_KERNEL);
	bool refused;

	if (!reg)
		return NULL;
	reg->function = function;
	reg->context = context;
	reg->driver = driver;
	spin_lock_irq(&wdm_callbacks_lock);
	refused = !object->multiple && !list_empty(&object->registrations);
	if (!refused)
		list_add_tail(&reg->list, &object->registrations);
	spin_unlock_irq(&wdm_callbacks_lock);
	if (!refused)
		return reg;
	kfree(reg);
	return NULL;
}
EXPORT_SYMBOL_GPL(ntio_wdm_register_callback);

/* With the lock, which is given up while it is being called. */
static void wdm_registration_drop(struct wdm_registration *reg)
{
	while (reg->busy) {
		spin_unlock_irq(&wdm_callbacks_lock);
		schedule_timeout_idle(1);
		spin_lock_irq(&wdm_callbacks_lock);
	}
	list_del(&reg->list);
	kfree(reg);
}

void ExUnregisterCallback(PVOID registration)
{
	spin_lock_irq(&wdm_callbacks_lock);
	wdm_registration_drop(registration);
	spin_unlock_irq(&wdm_callbacks_lock);
}
EXPORT_SYMBOL_GPL(ExUnregisterCallback);

void ExNotifyCallback(PCALLBACK_OBJECT object, PVOID argument1,
		      PVOID argument2)
{
	struct wdm_registration *reg;
	unsigned long flags;

	spin_lock_irqsave(&wdm_callbacks_lock, flags);
	list_for_each_entry(reg, &object->registrations, list) {
		reg->busy++;
		spin_unlock_irqrestore(&wdm_callbacks_lock, flags);
		wdm_call(reg->driver, reg->function, reg->context, argument1,
			 argument2, NULL);
		spin_lock_irqsave(&wdm_callbacks_lock, flags);
		reg->busy--;
	}
	spin_unlock_irqrestore(&wdm_callbacks_lock, flags);
}
EXPORT_SYMBOL_GPL(ExNotifyCallback);

static struct wdm_registration *
wdm_registration_of(struct ntio_wdm_driver *driver)
{
	struct wdm_registration *reg;
	PCALLBACK_OBJECT object;

	list_for_each_entry(object, &wdm_callbacks, list)
		list_for_each_entry(reg, &object->registrations, list)
			if (reg->driver == driver)
				return reg;
	return NULL;
}

void wdm_callbacks_drop(struct ntio_wdm_driver *driver)
{
	struct wdm_registration *reg;

	spin_lock_irq(&wdm_callbacks_lock);
	for (reg = wdm_registration_of(driver); reg;
	     reg = wdm_registration_of(driver)) {
		wdm_violation_of(driver, WDM_VIOLATION_LEFT_CALLBACK);
		wdm_registration_drop(reg);
	}
	spin_unlock_irq(&wdm_callbacks_lock);
}

void wdm_callbacks_exit(void)
{
	PCALLBACK_OBJECT object, next;

	list_for_each_entry_safe(object, next, &wdm_callbacks, list) {
		kfree(object->name);
		kfree(object);
	}
}
