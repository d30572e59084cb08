/* SPDX-License-Identifier: GPL-2.0 */
/* What the layer has for each driver; it lies in the driver's module. */
#ifndef NTIO_WDM_DRIVER_H
#define NTIO_WDM_DRIVER_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

struct _DRIVER_OBJECT;
struct _UNICODE_STRING;

/**
 * struct ntio_wdm_driver - a driver
 * @name: of its module
 * @module: its module
 * @init: DriverEntry
 *
 * The others are the layer's.
 */
struct ntio_wdm_driver {
	const char *name;
	struct module *module;
	int (*init)(struct _DRIVER_OBJECT *driver,
		    struct _UNICODE_STRING *registry_path);
	/* private: */
	void *object;
	bool loaded;
	bool unloading;
	unsigned long reported;
	struct workqueue_struct *work;
	spinlock_t pool_lock;
	struct list_head pool;
	atomic_t threads;
	wait_queue_head_t threads_gone;
};

int ntio_wdm_load(struct ntio_wdm_driver *driver);
void ntio_wdm_unload(struct ntio_wdm_driver *driver);

#endif
