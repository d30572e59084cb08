/* SPDX-License-Identifier: GPL-2.0 */
/* The module's limits, which are its parameters. */
#ifndef NTIO_BASE_LIMITS_H
#define NTIO_BASE_LIMITS_H

extern unsigned int ntio_max_buffered;
extern unsigned int ntio_max_locked;
extern unsigned int ntio_lock_from;
extern unsigned int ntio_max_requests;

#endif
