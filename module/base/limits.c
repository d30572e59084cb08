// SPDX-License-Identifier: GPL-2.0
#include <linux/moduleparam.h>
#include <linux/sizes.h>

#include "base/limits.h"

unsigned int ntio_max_buffered = SZ_64M;
module_param_named(max_buffered, ntio_max_buffered, uint, 0644);
MODULE_PARM_DESC(max_buffered, "Most bytes a copied buffer may have");

unsigned int ntio_max_locked = SZ_1G;
module_param_named(max_locked, ntio_max_locked, uint, 0644);
MODULE_PARM_DESC(max_locked, "Most bytes a locked buffer may have");

/* What has room in a request: `make bench` counts that to be cheaper. */
unsigned int ntio_lock_from = 65;
module_param_named(lock_from, ntio_lock_from, uint, 0644);
MODULE_PARM_DESC(lock_from,
		 "Bytes from which on a buffer that may be copied is locked");

unsigned int ntio_max_requests = SZ_64K;
module_param_named(max_requests, ntio_max_requests, uint, 0644);
MODULE_PARM_DESC(max_requests,
		 "Most requests of rings that an open file may have in flight");
