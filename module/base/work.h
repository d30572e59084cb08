/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NTIO_BASE_WORK_H
#define NTIO_BASE_WORK_H

#include <linux/workqueue.h>

/*
 * The core's own work: it frees requests and devices, and looks whether handles
 * are left. Of drivers only what must not sleep is called there: the cancel and
 * completion routines of what nobody comes back to. So no driver holds it up.
 */
extern struct workqueue_struct *ntio_core_wq;

#endif
