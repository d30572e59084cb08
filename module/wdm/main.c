// SPDX-License-Identifier: GPL-2.0
/* The module that serves drivers for Windows. */
#include "layer.h"

static int __init wdm_init(void)
{
	int rc = wdm_bus_init();

	if (rc)
		return rc;
	wdm_timers_init();
	wdm_violations_init();
	return 0;
}
module_init(wdm_init);

static void __exit wdm_exit_module(void)
{
	wdm_bus_exit();
	wdm_timers_exit();
	wdm_dpc_exit();
	wdm_objects_exit();
	wdm_mdls_exit();
	wdm_pool_exit();
	wdm_callbacks_exit();
	wdm_violations_exit();
}
module_exit(wdm_exit_module);

MODULE_DESCRIPTION("what drivers for Windows include and call, on ntio");
MODULE_LICENSE("GPL");
