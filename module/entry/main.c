// SPDX-License-Identifier: GPL-2.0
/* The module: the order in which the parts start and stop. */
#include <linux/debugfs.h>
#include <linux/module.h>

#include "base/alive.h"
#include "base/inject.h"
#include "base/refusal.h"
#include "base/violation.h"
#include "base/work.h"
#include "device/node.h"
#include "entry/entry.h"
#include "request/call.h"
#include "verifier/verifier.h"

static struct dentry *ntio_debugfs;

static void ntio_debugfs_init(void)
{
	ntio_debugfs = debugfs_create_dir("ntio", NULL);
	ntio_alive_init(ntio_debugfs);
	ntio_violations_init(ntio_debugfs);
	ntio_refusals_init(ntio_debugfs);
	ntio_inject_init(ntio_debugfs);
	ntio_verifier_init(ntio_debugfs);
}

static int __init ntio_init(void)
{
	int rc;

	ntio_core_wq = alloc_workqueue("ntio", WQ_UNBOUND, 0);
	if (!ntio_core_wq)
		return -ENOMEM;
	rc = ntio_requests_init();
	if (rc)
		goto err_wq;
	rc = ntio_nodes_init(&ntio_fops);
	if (rc)
		goto err_requests;
	ntio_debugfs_init();
	return 0;

err_requests:
	ntio_requests_exit();
err_wq:
	destroy_workqueue(ntio_core_wq);
	return rc;
}
module_init(ntio_init);

static void __exit ntio_exit(void)
{
	debugfs_remove(ntio_debugfs);
	ntio_nodes_exit();
	destroy_workqueue(ntio_core_wq);
	ntio_requests_exit();
	ntio_verifier_exit();
}
module_exit(ntio_exit);

MODULE_DESCRIPTION("The Windows I/O request model for character devices");
MODULE_AUTHOR("The ntio developers");
MODULE_VERSION(NTIO_VERSION);
MODULE_LICENSE("GPL");
