// SPDX-License-Identifier: GPL-2.0
/* The module: limits, and the order in which the parts start and stop. */
#include <linux/module.h>
#include <linux/sizes.h>

#include "core.h"

unsigned int ntio_max_buffered = SZ_64M;
module_param_named(max_buffered, ntio_max_buffered, uint, 0644);
MODULE_PARM_DESC(max_buffered, "Most bytes a copied buffer may have");

unsigned int ntio_max_locked = SZ_1G;
module_param_named(max_locked, ntio_max_locked, uint, 0644);
MODULE_PARM_DESC(max_locked, "Most bytes a locked buffer may have");

/* Frees requests whose caller is gone; completion may be in atomic context. */
struct workqueue_struct *ntio_wq;

static int __init ntio_init(void)
{
	int rc;

	ntio_wq = alloc_workqueue("ntio", WQ_UNBOUND, 0);
	if (!ntio_wq)
		return -ENOMEM;
	rc = ntio_requests_init();
	if (rc)
		goto err_wq;
	rc = ntio_devices_init();
	if (rc)
		goto err_requests;
	ntio_verifier_init(ntio_stats_init());
	return 0;

err_requests:
	ntio_requests_exit();
err_wq:
	destroy_workqueue(ntio_wq);
	return rc;
}
module_init(ntio_init);

static void __exit ntio_exit(void)
{
	ntio_stats_exit();
	ntio_devices_exit();
	destroy_workqueue(ntio_wq);
	ntio_requests_exit();
	ntio_verifier_exit();
}
module_exit(ntio_exit);

MODULE_DESCRIPTION("The Windows I/O request model for character devices");
MODULE_LICENSE("GPL");
