/* SPDX-License-Identifier: GPL-2.0 */
/* The devices of ntio_bad_twins; those below come first. */
#ifndef TWINS_H
#define TWINS_H

#include <ntio/ntio.h>

#include "ntio_bad_twins.h"

extern struct ntio_device twin_io_wrong_below, twin_io_right_below;
extern struct ntio_device twin_io_wrong, twin_io_right;
extern struct ntio_device twin_log_wrong, twin_log_right;
extern struct ntio_device twin_pool_wrong_below;
extern struct ntio_device twin_pool_wrong, twin_pool_right;
extern struct ntio_device twin_mdl_wrong_below;
extern struct ntio_device twin_mdl_wrong, twin_mdl_right;
extern struct ntio_device twin_pend_wrong_below, twin_pend_right_below;
extern struct ntio_device twin_pend_wrong, twin_pend_right;
extern struct ntio_device twin_res_wrong, twin_res_right;

/* What is right for many codes. */
ntstatus_t twin_succeed(struct ntio_request *rq);

#endif
