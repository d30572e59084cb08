/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NTIO_BASE_WORK_H
#define NTIO_BASE_WORK_H

#include <linux/workqueue.h>

/*
 * The core's own work: it frees requests and devices, and looks whether handles
 * are left. No driver's function is called there, so no driver can hold it up.
 */
extern struct workqueue_struct *ntio_core_wq;

#endif
