// SPDX-License-Identifier: GPL-2.0
/* The object that makes a module of a driver; built once for each. */
#include <linux/module.h>

#include "driver.h"

int DriverEntry(struct _DRIVER_OBJECT *driver,
		struct _UNICODE_STRING *registry_path);

struct ntio_wdm_driver ntio_wdm_this_driver = {
	.name = THIS_MODULE->name,
	.module = THIS_MODULE,
	.init = DriverEntry,
};

static int __init ntio_wdm_entry_init(void)
{
	return ntio_wdm_load(&ntio_wdm_this_driver);
}
module_init(ntio_wdm_entry_init);

static void __exit ntio_wdm_entry_exit(void)
{
	ntio_wdm_unload(&ntio_wdm_this_driver);
}
module_exit(ntio_wdm_entry_exit);

MODULE_DESCRIPTION("a driver for Windows, on ntio");
MODULE_LICENSE(NTIO_WDM_LICENSE);
