/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* What the driver that notices each first write and its test share. */
#ifndef NTIO_WP_H
#define NTIO_WP_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define WP_PATH "/dev/ntio_wp"

/* Returns how often its page was written to for the first time. */
#define WP_WRITES _IO('w', 0)

#endif
